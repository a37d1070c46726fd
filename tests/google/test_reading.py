"""Durations, cron expressions, roles, principals and time servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.record import Action
from auditor_google import iam, roles
from auditor_google.backups import weekly_gap
from auditor_google.cron import longest_gap
from auditor_google.reading import by_text, days, seconds, settled_flag
from auditor_google.time_servers import named_servers
from tests.google.google_world import UNKNOWN, project, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("86400s", 86400), ("7d", 604800), ("72h0m0s", 259200), ("3600", 3600), ("1.5s", 1.5), ("soon", None), ("", None)],
)
def test_lengths_of_durations(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


@given(st.integers(0, 10**6), st.sampled_from("smhd"))
def test_a_number_with_a_unit_is_a_duration(number: int, unit: str) -> None:
    factor = {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    assert seconds(f"{number}{unit}") == number * factor


def test_a_duration_that_cannot_be_read_is_unknown() -> None:
    world = project()
    assert value(days(world.add("google_x.a", {"ttl": "one day"}), "ttl")) == UNKNOWN
    assert value(days(world.add("google_x.b", {}, unknown={"ttl": True}), "ttl")) == UNKNOWN
    assert value(days(world.add("google_x.c", {}), "ttl")) is None


def test_a_computed_attribute_that_nobody_sets_has_the_default_of_new_resources() -> None:
    world = project()
    new = world.add("google_x.new", {}, unset=["on"])
    old = world.add("google_x.old", {}, unset=["on"], action=Action.UPDATE)
    given_later = world.add("google_x.later", {}, unknown={"on": True})
    assert value(settled_flag(new, "on", True)) is True
    assert value(settled_flag(old, "on", True)) == UNKNOWN
    assert value(settled_flag(given_later, "on", True)) == UNKNOWN


def test_a_setting_of_a_block_that_is_left_out_has_its_default() -> None:
    world = project()
    left_out = world.add("google_x.a", {}, unset=["outer"])
    stated = world.add("google_x.b", {}, unknown={"outer": True})
    inside_ = world.add("google_x.c", {"outer": [{}]}, unknown={"outer": [{"on": True}]}, unset=["outer.0.on"])
    assert value(settled_flag(left_out, "outer.0.inner.0.on", True)) is True
    assert value(settled_flag(stated, "outer.0.inner.0.on", True)) == UNKNOWN
    assert value(settled_flag(inside_, "outer.0.on", True)) is True


def test_the_index_follows_an_input_that_grows() -> None:
    world = project()
    first = world.add("google_x.a", {"name": "one"})
    assert by_text(world, "google_x", "name")[0] == {"one": [first]}
    hidden = world.add("google_x.b", {}, unknown={"name": True})
    assert by_text(world, "google_x", "name") == ({"one": [first]}, [hidden])


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("0 3 * * *", 24),
        ("0 */12 * * *", 12),
        ("*/30 * * * *", 0.5),
        ("0 3 * * 1", 168),
        ("0 3 * * MON,THU", 96),
        ("0 0 1 * *", 744),
        ("0 0 1 1 *", 8784),
        ("0 3 1,15 * SUN", 168),
        ("0 0 31 2 *", None),
        ("every day", None),
        ("61 * * * *", None),
        ("0 0 * *", None),
    ],
)
def test_the_longest_gap_of_a_cron_expression(expression: str, hours: float | None) -> None:
    assert longest_gap(expression) == hours


@given(st.text())
def test_any_text_is_an_expression_or_none(text: str) -> None:
    gap = longest_gap(text)
    assert gap is None or gap > 0


@pytest.mark.parametrize(("positions", "hours"), [({0}, 168), ({0, 3}, 96), (set(range(7)), 24), (set(), None)])
def test_the_longest_gap_of_a_week(positions: set[int], hours: float | None) -> None:
    assert weekly_gap(positions) == hours


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("roles/owner", True),
        ("roles/editor", True),
        ("roles/viewer", False),
        ("roles/storage.admin", True),
        ("roles/storage.objectAdmin", True),
        ("roles/storage.objectViewer", False),
        ("roles/securitycenter.adminViewer", False),
        ("roles/resourcemanager.projectIamAdmin", True),
        ("roles/resourcemanager.projectDeleter", True),
        ("roles/iam.securityAdmin", True),
        ("roles/iam.securityReviewer", False),
    ],
)
def test_administrative_roles(role: str, *, expected: bool) -> None:
    assert roles.predefined(role) is expected


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("resourcemanager.projects.setIamPolicy", True),
        ("iam.serviceAccountKeys.create", True),
        ("cloudkms.cryptoKeyVersions.destroy", True),
        ("logging.sinks.delete", True),
        ("storage.objects.get", False),
        ("resourcemanager.projects.get", False),
    ],
)
def test_administrative_permissions(permission: str, *, expected: bool) -> None:
    assert roles.of_permissions(["storage.buckets.list", permission]) is expected


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("allUsers", iam.Kind.ANYONE),
        ("allAuthenticatedUsers", iam.Kind.ANYONE),
        ("user:a@example.jp", iam.Kind.PERSON),
        ("group:a@example.jp", iam.Kind.PERSON),
        ("domain:example.jp", iam.Kind.PERSON),
        ("serviceAccount:a@p.iam.gserviceaccount.com", iam.Kind.WORKLOAD),
        (
            "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*",
            iam.Kind.WORKLOAD,
        ),
        ("principalSet://iam.googleapis.com/locations/global/workforcePools/p/group/g", iam.Kind.PERSON),
        ("deleted:user:a@example.jp?uid=1", iam.Kind.NOBODY),
        ("projectOwner:p", iam.Kind.NOBODY),
    ],
)
def test_kinds_of_principals(member: str, kind: iam.Kind) -> None:
    assert iam.kind(member) is kind


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("#!/bin/sh\napt-get install -y nginx\n", ()),
        ("#!/bin/sh\necho 'server ntp.example.jp iburst' > /etc/chrony/chrony.conf\n", ("ntp.example.jp",)),
        (
            "cat > /etc/ntp.conf <<EOF\nserver a.example.jp\npool b.example.jp iburst\nEOF",
            ("a.example.jp", "b.example.jp"),
        ),
        ("echo 'NTP=a.example.jp b.example.jp' >> /etc/systemd/timesyncd.conf", ("a.example.jp", "b.example.jp")),
        ('w32tm /config /manualpeerlist:"ntp.example.jp" /update', ("ntp.example.jp",)),
        ("#cloud-config\nntp:\n  servers:\n    - ntp.example.jp\n", ("ntp.example.jp",)),
        ("ntpdate -b ntp.example.jp", ("ntp.example.jp",)),
        ("apt-get install -y ntp && systemctl restart ntp", None),
        ("cat > /etc/nginx/nginx.conf <<EOF\nserver {\n}\nEOF", ()),
    ],
)
def test_time_servers_in_scripts(script: str, expected: tuple[str, ...] | None) -> None:
    assert named_servers(script) == expected


@given(st.text())
def test_any_script_can_be_read(script: str) -> None:
    servers = named_servers(script)
    assert servers is None or all(isinstance(name, str) for name in servers)


@given(st.text())
def test_any_policy_text_is_a_policy_or_none(text: str) -> None:
    policy = iam.parse_policy(text)
    assert policy is None or isinstance(policy, iam.Policy)
