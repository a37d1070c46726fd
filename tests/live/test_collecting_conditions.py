"""What happens to a collection on the way: credentials that run out, breaking off, other partitions, new regions."""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from auditor.collecting import CollectOptions
from auditor.errors import InputError
from auditor.snapshots.model import Entry, Outcome
from auditor_aws.live import collecting, sessions
from auditor_aws.live.answers import Answers, partition_of
from auditor_aws.live.asking import Asker
from auditor_aws.live.catalogue import Call, Redaction, Service, services
from auditor_aws.live.collecting import AccountTask, collect_account
from auditor_aws.live.errors import failure
from auditor_aws.live.pace import Pace, StoppedError
from auditor_aws.live.sessions import Account, RoleChoice, SignIn, sign_in
from tests.live.auditing import CREDENTIALS, HOME, collect, judge, surroundings
from tests.live.servers import AwsServer

KMS = CollectOptions(services=("kms",), regions=(HOME,))


def client_error(operation: str, code: str, status: int = 400) -> exceptions.ClientError:
    said = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(cast("Any", said), operation)


@pytest.mark.parametrize(
    "error",
    [
        exceptions.UnauthorizedSSOTokenError(),
        exceptions.SSOTokenLoadError(error_msg="x"),
        exceptions.TokenRetrievalError(provider="sso", error_msg="x"),
        exceptions.CredentialRetrievalError(provider="custom-process", error_msg="x"),
        exceptions.NoCredentialsError(),
        client_error("DescribeInstances", "ExpiredToken"),
        client_error("AssumeRole", "AccessDenied", 403),
        client_error("GetRoleCredentials", "UnauthorizedException", 401),
    ],
)
def test_credentials_that_cannot_be_renewed_are_no_word_on_the_call(error: Exception) -> None:
    said = failure(error, ("AccessDenied", "UnauthorizedException"))
    assert (said.outcome, said.why, said.passing, said.expired) == (Outcome.DENIED, "expired-credentials", True, True)


@pytest.mark.parametrize(
    "error", [exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), ResponseParserError()]
)
def test_what_was_cut_off_or_came_from_a_proxy_is_asked_again(error: Exception) -> None:
    said = failure(error, ())
    assert (said.outcome, said.passing, said.expired) == (Outcome.FAILED, True, False)


@pytest.mark.parametrize(
    ("code", "status"), [("UnrecognizedClientException", 400), ("AuthFailure", 401), ("InvalidToken", 400)]
)
def test_a_region_that_does_not_take_the_credentials_says_so(code: str, status: int) -> None:
    said = failure(client_error("ListKeys", code, status), ())
    assert (said.outcome, said.why) == (Outcome.DENIED, "credentials-not-taken")


class Paged:
    """A client whose answers say that there is always the same page to follow."""

    def list_event_buses(self, **_: Any) -> dict[str, Any]:
        return {"EventBuses": [], "NextToken": "again", "ResponseMetadata": {"HTTPStatusCode": 200}}


class Clients:
    account = "123456789012"

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, service: str, region: str) -> Any:
        if isinstance(self._client, Exception):
            raise self._client
        return self._client


def asked(client: Any, redact: Redaction | None = None) -> list[Entry]:
    service = Service(
        name="events",
        calls=(Call(operation="ListEventBuses", pages=("NextToken", "NextToken"), redact=redact),),
        shapers=(),
        subjects=frozenset(("log",)),
    )
    kept: list[Entry] = []
    with ThreadPoolExecutor(1) as pool:
        clients = cast("Account", Clients(client))
        Asker(clients, service, HOME, lambda entry, _: kept.append(entry), Pace(), pool).all()
    return kept


def test_a_page_that_follows_itself_is_not_asked_for_ever() -> None:
    kept = asked(Paged())
    assert [entry.outcome for entry in kept] == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.FAILED]
    answers = Answers(services()["events"], "123456789012", HOME)
    for entry in kept:
        answers.add(entry)
    assert answers.of("ListEventBuses").refusal is not None


class Unforeseen:
    """A client whose answers are not of the form that what takes secrets out of them expects."""

    def list_event_buses(self, **_: Any) -> dict[str, Any]:
        return {"EventBuses": [{"Name": "b1946ac9-secret"}], "ResponseMetadata": {"HTTPStatusCode": 200}}


def test_an_answer_from_which_secrets_cannot_be_taken_is_not_kept() -> None:
    def redact(data: Any) -> None:
        raise ValueError

    kept = asked(Unforeseen(), redact)
    assert [(entry.outcome, entry.why) for entry in kept] == [(Outcome.FAILED, "unreadable-answer")]
    assert "secret" not in repr(kept)


def test_a_client_that_cannot_be_made_is_one_call_that_failed() -> None:
    kept = asked(exceptions.InvalidRegionError(region_name="no region"))
    assert [(entry.outcome, entry.code) for entry in kept] == [(Outcome.FAILED, "InvalidRegionError")]


def test_breaking_off_ends_at_once_and_keeps_what_is_whole(aws: AwsServer, tmp_path: Path) -> None:
    aws.client("kms").create_key(Description="records")
    aws.clear_calls()
    place = tmp_path / "snapshot"
    arguments = [sys.executable, "-m", "auditor", "collect", "aws", "-o", str(place), "--services", "kms,s3"]
    arguments += ["--regions", HOME, "--max-calls-per-second", "0.05"]
    environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": aws.url}
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not any(call.service in ("kms", "s3") for call in aws.calls()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=15)
    assert process.returncode == 130
    assert told.decode().count("\n") == 1
    assert not (place / "manifest.json").exists()
    assert not list(place.rglob("*.part"))


def test_accounts_end_as_well_when_the_user_breaks_off() -> None:
    broken_off = threading.Event()
    pace = Pace(0.01, broken_off)
    service = services()["kms"]
    with pace.turn(service):
        pass
    threading.Timer(0.3, broken_off.set).start()
    began = time.monotonic()
    with pytest.raises(StoppedError), pace.turn(service):
        pass
    assert time.monotonic() - began < 5


def test_what_another_version_collected_is_asked_again(
    aws: AwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "snapshot"
    collect(aws.url, place, KMS)
    (place / "manifest.json").unlink()
    aws.clear_calls()
    collect(aws.url, place, KMS)
    assert Counter(call.service for call in aws.calls())["kms"] == 0
    (place / "manifest.json").unlink()
    monkeypatch.setattr(collecting, "__version__", "999")
    collect(aws.url, place, KMS)
    assert Counter(call.service for call in aws.calls())["kms"] > 0


def test_files_of_another_account_are_no_part_of_the_snapshot(aws: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    collect(aws.url, place, KMS)
    (place / "manifest.json").unlink()
    own = place / "accounts/123456789012"
    own.rename(place / "accounts/111122223333")
    collect(aws.url, place, KMS)
    files = json.loads((place / "manifest.json").read_text())["files"]
    assert list(files) == [f"accounts/123456789012/{HOME}/kms.jsonl.gz"]


def test_an_account_whose_role_could_not_be_tried_is_not_left_out(aws: AwsServer, tmp_path: Path) -> None:
    aws.throttle("sts:AssumeRole")
    place = tmp_path / "snapshot"
    options = CollectOptions(services=("kms",), regions=(HOME,), accounts=("111122223333",), member_role="auditor")
    how = SignIn("", (RoleChoice("arn:aws:iam::111122223333:role/auditor"),))
    task = AccountTask(str(place), how, {"kms": ("ListKeys",)}, (HOME,), None, "111122223333")
    with surroundings(aws.url):
        os.environ["AWS_MAX_ATTEMPTS"] = "1"
        with pytest.raises(InputError, match="Throttling"):
            collect_account(task)
    assert not place.exists()
    aws.clear_faults()
    aws.refuse(["sts:AssumeRole"])
    collect(aws.url, place, options)
    skipped = json.loads((place / "manifest.json").read_text())["skipped"]
    assert [one["what"] for one in skipped if one["why"] == "no-sign-in"] == ["account:111122223333"]
    # the role may be made afterwards
    aws.clear_faults()
    collect(aws.url, place, options)
    assert "111122223333" in json.loads((place / "manifest.json").read_text())["accounts"]


def test_the_account_of_the_caller_needs_no_role_of_the_members(aws: AwsServer, tmp_path: Path) -> None:
    aws.client("organizations").create_organization(FeatureSet="ALL")
    aws.client("kms").create_key(Description="of the management account")
    aws.refuse(["sts:AssumeRole"])
    place = tmp_path / "snapshot"
    collect(
        aws.url,
        place,
        CollectOptions(
            services=("kms",), regions=(HOME,), organization=True, member_role="OrganizationAccountAccessRole"
        ),
    )
    (key,) = judge(place).resources("aws_kms_key")
    assert key.account.value == "123456789012"


def test_a_region_that_does_not_exist_is_no_empty_account(aws: AwsServer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no region ap-notheast-1"):
        collect(aws.url, tmp_path / "snapshot", CollectOptions(services=("kms",), regions=("ap-notheast-1",)))


def test_credentials_of_a_role_are_renewed_before_they_run_out(aws: AwsServer) -> None:
    with surroundings(aws.url):
        account = sign_in(SignIn("", (RoleChoice("arn:aws:iam::111122223333:role/auditor"),)))
        assert account.account == "111122223333"
        credentials = account._session.get_credentials()
        credentials._expiry_time = datetime.datetime.now(datetime.UTC)
        before = sum(call.operation == "AssumeRole" for call in aws.calls())
        account.client("kms", HOME).list_keys()
        account.client("kms", HOME).list_keys()
    assert sum(call.operation == "AssumeRole" for call in aws.calls()) - before == 1


def test_the_callers_own_credentials_are_fetched_once_for_all_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    first = sessions._session().get_credentials()
    assert sessions._session().get_credentials() is first
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    assert sessions._session().get_credentials().access_key == "another"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account of which nothing is asked."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return Account(sessions._session(), "123456789012", "arn:aws-cn:sts::123456789012:assumed-role/a/b")


def test_services_of_other_partitions_are_asked_there(account: Account) -> None:
    assert account.offered("sqs", "cn-north-1")
    assert account.offered("kms", "us-gov-west-1")
    assert (account.main_region, account.home("us-east-1")) == ("cn-north-1", "cn-north-1")
    assert partition_of(account.caller) == "aws-cn"


@pytest.mark.parametrize(("error", "offered"), [(None, True), (socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_a_region_that_the_list_lacks_is_asked_where_it_has_an_address(
    account: Account, monkeypatch: pytest.MonkeyPatch, error: int | None, offered: bool
) -> None:
    looked_up: list[str] = []

    def look_up(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        if error is not None:
            raise socket.gaierror(error, "")
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert account.offered("kms", HOME)
    assert not looked_up
    assert account.offered("memorydb", "ap-northeast-3") is offered
    assert len(looked_up) == 1


def test_a_proxy_of_the_environment_is_used_and_its_connections_are_shared(
    aws: AwsServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", aws.url)
    monkeypatch.setenv("HTTPS_PROXY", aws.url)
    monkeypatch.setenv("NO_PROXY", "sns.ap-northeast-1.amazonaws.com")
    by_way_of = [account.client(name, HOME)._endpoint.http_session for name in ("kms", "sqs", "sns")]
    assert by_way_of[0] is by_way_of[1]
    assert by_way_of[0]._proxy_config.proxy_url_for(f"https://kms.{HOME}.amazonaws.com") == aws.url
    assert by_way_of[2] is not by_way_of[0]
    assert not by_way_of[2]._proxy_config.proxy_url_for(f"https://sns.{HOME}.amazonaws.com")
    # no such host is known here, so an answer can only have come by way of the proxy
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://kms.{HOME}.amazonaws.com")
    asked = Account(sessions._session(), "123456789012", "").client("kms", HOME)
    assert "Keys" in asked.list_keys()


def test_a_sign_in_to_identity_center_that_is_missing_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    config.write_text(
        "[sso-session town]\nsso_start_url = https://example.awsapps.com/start\nsso_region = ap-northeast-1\n"
        "[profile town]\nsso_session = town\nsso_account_id = 123456789012\nsso_role_name = Audit\nregion = ap-northeast-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InputError, match="aws sso login --profile town"):
        sign_in(SignIn("town"))
