"""Credentials in plain text, and names that give an administrator away."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import plaintext
from auditor.default_names import is_default


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "dbPassword", "db-password", "MYSQL_ROOT_PASSWORD", "password1", "PGPASSWD", "DB_PASS"),
        *("API_KEY", "apiKey", "APIKEY", "CLIENT_SECRET", "jwtSecret", "GITHUB_TOKEN", "SECRET_KEY_BASE"),
        *("AWS_SECRET_ACCESS_KEY", "private-key", "SPRING.DATASOURCE.PASSWORD", "GOOGLE_CREDENTIALS"),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert plaintext.names_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD_ARN", "SECRET_NAME", "TOKEN_URL", "KEY", "PARTITION_KEY", "MAX_TOKENS", "COMPASS", "BYPASS"),
        *("PASSWORD_FILE", "keyId", "PUBLIC_KEY", "DB_HOST", ""),
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert not plaintext.names_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        *("", "true", "none", "arn:aws:secretsmanager:x", "projects/p/secrets/s/versions/1", "prod/db/password"),
        *("${DB_PASSWORD}", "$(cat /run/secret)", "`fetch`", "{{resolve:secretsmanager:x}}", "<set later>", "****"),
        *("ref+vault://x", "https://login.example/token", "ENC[AES256,data]", "$6$salt$hash"),
    ],
)
def test_what_only_points_at_a_secret(value: str) -> None:
    assert plaintext.in_variable("DB_PASSWORD", value) is None


def test_a_label_may_name_a_secret_but_is_no_harmless_password() -> None:
    assert plaintext.in_variable("DB_SECRET", "prod-db-secret") is None
    assert plaintext.in_variable("DB_PASSWORD", "prod-db-secret") == "DB_PASSWORD"


def test_long_base64_is_a_secret_although_it_holds_slashes() -> None:
    assert plaintext.in_variable("AWS_SECRET_ACCESS_KEY", "mJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY") is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "private key"),
        ("-----BEGIN PRIVATE KEY-----", "private key"),
        ("id AKIA" + "A2B3C4D5E6F7G2H3", "AWS access key"),
        ("key AIza" + "x" * 35, "Google API key"),
        ("ghp_" + "a1" * 18, "GitHub token"),
        ("glpat-" + "z" * 20, "GitLab token"),
        ("xoxb-1234567890-abc", "Slack token"),
        ("postgres://app:sakura99@db.internal/main", "password in a URL"),
    ],
)
def test_forms_of_credentials(text: str, kind: str) -> None:
    assert list(plaintext.forms(text)) == [kind]
    assert plaintext.in_variable("ANYTHING", text) == f"ANYTHING ({kind})"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PUBLIC KEY-----",
        "https://db.internal/main",
        "postgres://app:${PASSWORD}@db/main",
        "AKIAshort",
        "git@host:a",
    ],
)
def test_forms_of_other_things(text: str) -> None:
    assert not list(plaintext.forms(text))


def test_a_script() -> None:
    script = """#!/bin/bash
    export DB_PASSWORD="tsubaki27"
    TOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token)
    OTHER_TOKEN=`fetch`
    ssh_pwauth: true
    lock_passwd: true
    mysql --password=himawari88 -u app
    HOST=db.internal
    """
    assert plaintext.in_script(script) == ("DB_PASSWORD", "password")
    assert plaintext.in_script("echo hello") == ()


@given(
    st.text(alphabet=string.printable, max_size=300), st.text(alphabet=string.ascii_letters, min_size=1, max_size=20)
)
def test_no_value_ever_comes_out(script: str, name: str) -> None:
    value = "Zq9-unlikely-value-Zq9"
    found = plaintext.in_script(f"{script}\n{name}_PASSWORD={value}\n")
    assert not any(value in place for place in found)
    place = plaintext.in_variable(f"{name}_PASSWORD", value)
    assert place == f"{name}_PASSWORD"


def test_default_names() -> None:
    assert is_default("Admin")
    assert is_default("postgres")
    assert not is_default("ledger_owner")


_SECRETS = st.sampled_from(
    (
        "AKIA" + "Q" * 16,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "postgres://app:hunter22@db.example/x",
        "ghp_" + "a" * 36,
        "$(cat /run/secret) xoxb-1234567890",
        "hunter22",
        "{{resolve:secretsmanager:db}}",
        "true",
        "prod-db-secret",
    )
)


@given(
    st.sampled_from(("DB_PASSWORD", "apiKey", "TOKEN", "LOG_LEVEL", "ENDPOINT", "client-secret")), _SECRETS | st.text()
)
def test_a_stand_in_is_judged_like_the_value_it_stands_for(name: str, value: str) -> None:
    kept = plaintext.stand_in(name, value)
    assert plaintext.in_variable(name, kept) == plaintext.in_variable(name, value)
    assert plaintext.stand_in(name, kept) == kept


@pytest.mark.parametrize("value", ["hunter22", "postgres://app:hunter22@db/x", "AKIA" + "Q" * 16, "an ordinary value"])
def test_a_stand_in_holds_nothing_of_the_value(value: str) -> None:
    kept = plaintext.stand_in("DB_PASSWORD", value)
    assert "hunter22" not in kept
    assert value not in kept
