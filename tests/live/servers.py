"""A server that answers like AWS, in a process of its own, and how a test steers it.

The process is this module run as a program: it prints the port that the system gave it, and ends when
its standard input closes, so that it cannot outlive the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import boto3
from botocore.config import Config

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
"""The account that moto takes for the caller's own."""
REGION = "ap-northeast-1"
_START_SECONDS = 60
_ENVIRONMENT = {
    # 1,300 public images and their snapshots in every region: slow, and none of them is the account's.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    # Without them AdministratorAccess cannot be attached.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}


class RefusedAnswerError(ValueError):
    """No service can answer or be asked like that; the message says what does not fit."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call that a client made."""

    service: str
    """Botocore's name of the service, e.g. ``elbv2``; empty for a request that no model has."""
    operation: str
    """As in the API, e.g. ``ListBuckets``."""
    region: str
    account: str
    parameters: Json
    """What was asked; secrets are hidden."""
    by: str | None
    """Who answered: moto, correction, test, fault, or nobody (moto cannot); None while it is not answered."""
    status: int | None
    """The HTTP status of the answer, None where there was none."""


class AwsServer:
    """The server, from ``with AwsServer() as server`` on until the block ends."""

    def __init__(self) -> None:
        self.url = ""
        """``http://127.0.0.1:PORT``, what AWS_ENDPOINT_URL is set to."""
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[str] | None = None
        self._keys: dict[str, Mapping[str, str]] = {}
        self._session = boto3.Session()

    def __enter__(self) -> Self:
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.servers"],
            cwd=ROOT,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._process.stdout is not None
        patience = threading.Timer(_START_SECONDS, self._process.kill)
        patience.start()
        port = self._process.stdout.readline().strip()
        patience.cancel()
        if not port:
            self._errors.seek(0)
            said = self._errors.read()[-2000:]
            self.__exit__(None, None, None)
            raise RuntimeError(f"the server did not start:\n{said}")
        self.url = f"http://127.0.0.1:{port}"
        self._ask("GET", "health")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()
        if self._errors is not None:
            self._errors.close()

    def client(self, service: str, region: str = REGION, account: str = ACCOUNT) -> Any:
        """A boto3 client that does not retry; for another account it holds the keys of a role there."""
        made = self._session.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, read_timeout=30),
            **self._credentials(account),
        )
        if service == "s3control":
            # The rules of its endpoint put the account before the host, which is an address here; inject_host_prefix
            # is not asked.
            made.meta.events.register("before-sign.s3-control", self._without_account)
        return made

    def environment(self, account: str = ACCOUNT) -> dict[str, str]:
        """The variables by which a program finds this server and acts in the account."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            # Otherwise a machine outside of a cloud is asked for its metadata.
            "AWS_EC2_METADATA_DISABLED": "true",
            **{name.upper(): value for name, value in self._credentials(account).items()},
        }

    def _without_account(self, request: Any, **_: Any) -> None:
        host = self.url.removeprefix("http://")
        request.url = f"{self.url}{request.url.partition(host)[2]}"

    def _credentials(self, account: str) -> Mapping[str, str]:
        if account == ACCOUNT:
            return {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        if account not in self._keys:
            role = f"arn:aws:iam::{account}:role/auditor"
            found = self.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
            self._keys[account] = {
                "aws_access_key_id": found["AccessKeyId"],
                "aws_secret_access_key": found["SecretAccessKey"],
                "aws_session_token": found["SessionToken"],
            }
        return self._keys[account]

    def reset(self) -> None:
        """As after the start: no resources, answers, faults, settings and calls. Clients of other accounts end."""
        urllib.request.urlopen(  # noqa: S310  # the address is our own
            urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")  # noqa: S310  # as above
        ).close()
        self._ask("POST", "reset")
        self._keys.clear()

    def answer(
        self,
        service: str,
        operation: str,
        answer: Mapping[str, Any] | None = None,
        *,
        pages: Sequence[Mapping[str, Any]] | None = None,
        region: str | None = None,
        account: str | None = None,
        match: Mapping[str, Any] | None = None,
    ) -> None:
        """From now on the operation is answered with this: times as datetime or ISO 8601, blobs as text or bytes.

        Args:
            service: botocore's name, e.g. ``accessanalyzer``.
            operation: as in the API, e.g. ``ListAnalyzers``.
            answer: the whole answer; nothing by default.
            pages: instead of ``answer``; tokens are added by the server, which gives a page only to who asks for
                it by its token.
            region: only calls to this region, None for all.
            account: only calls of this account, None for all.
            match: only calls whose parameters contain these.

        Raises:
            RefusedAnswerError: the answer does not fit the model of the operation.
        """
        answers = list(pages) if pages is not None else [answer or {}]
        self._ask("POST", "answers", _where(service, operation, region, account) | {"match": match, "pages": answers})

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        message: str = "",
        status: int = 400,
        *,
        region: str | None = None,
        account: str | None = None,
        match: Mapping[str, Any] | None = None,
    ) -> None:
        """From now on the operation is answered with this error, in the form that the service uses."""
        error = {"code": code, "message": message or code, "status": status}
        self._ask("POST", "answers", _where(service, operation, region, account) | {"match": match, "error": error})

    def refuse(self, operations: Sequence[str], *, region: str | None = None, account: str | None = None) -> None:
        """Permission is denied for these, e.g. ``s3:GetBucketPolicy``, ``s3:*`` or ``*``."""
        for operation in operations:
            self._fault("deny", operation, region, account)

    def throttle(
        self, operation: str, times: int | None = None, *, region: str | None = None, account: str | None = None
    ) -> None:
        """The next ``times`` calls are too many, or all (None)."""
        self._fault("throttle", operation, region, account, times=times)

    def time_out(self, operation: str, seconds: float, times: int | None = None, *, region: str | None = None) -> None:
        """Calls wait this long, and then get no answer: the connection is closed."""
        self._fault("timeout", operation, region, None, times=times, seconds=seconds)

    def answer_html(self, operation: str, status: int, times: int | None = None, *, region: str | None = None) -> None:
        """Calls are answered by an HTML page of this status (e.g. 500, 502), as of a proxy on the way."""
        self._fault("html", operation, region, None, times=times, status=status)

    def close_connection(self, operation: str, times: int | None = None, *, region: str | None = None) -> None:
        """The connection is closed without an answer."""
        self._fault("close", operation, region, None, times=times)

    def delay(self, operation: str, seconds: float, times: int | None = None, *, region: str | None = None) -> None:
        """Calls are answered this much later."""
        self._fault("delay", operation, region, None, times=times, seconds=seconds)

    def clear_faults(self) -> None:
        """Nothing is denied, throttled, delayed or broken any more; calls that wait go on at once."""
        self._ask("DELETE", "faults")

    def root_user(self, *, mfa_active: bool = False, active_access_keys: int = 0, account: str = ACCOUNT) -> None:
        """What the credential report and the account summary say of the root user; by default no MFA and no keys."""
        value = {"mfa_active": mfa_active, "active_access_keys": active_access_keys}
        self._ask("POST", "settings", {"name": "root", "account": account, "value": value})

    def regions(self, statuses: Mapping[str, str], account: str = ACCOUNT) -> None:
        """The status of these regions in the account, e.g. ``{"ap-east-1": "ENABLED"}``; others stay as they are by default."""
        self._ask("POST", "settings", {"name": "regions", "account": account, "value": dict(statuses)})

    def calls(self) -> list[LoggedCall]:
        """The calls since the start, the last reset or :meth:`clear_calls`, in the order of their arrival."""
        found: list[Json] = self._ask("GET", "calls")
        return [LoggedCall(**{"by": None, "status": None, **call}) for call in found]

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self._ask("DELETE", "calls")

    def _fault(self, kind: str, operation: str, region: str | None, account: str | None, **more: Any) -> None:
        service, _, name = ("*", "", "*") if operation == "*" else operation.partition(":")
        self._ask("POST", "faults", {**_where(service, name, region, account), "kind": kind, **more})

    def _ask(self, method: str, path: str, content: Json | None = None) -> Any:
        body = None if content is None else json.dumps(content, default=_as_text).encode()
        request = urllib.request.Request(f"{self.url}/overlay/{path}", body, method=method)  # noqa: S310  # our own
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  # as above
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedAnswerError(json.load(error)["refused"]) from None


def _where(service: str, operation: str, region: str | None, account: str | None) -> Json:
    return {"service": service, "operation": operation, "region": region, "account": account}


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"no answer holds a {type(value).__name__}")


def serve() -> None:
    """The server's own process."""
    # Imported here: the tests' process has no use for moto, which takes half a second.
    from moto.iam import models
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from tests.live.overlay import Overlay

    # Whose key signed a request is looked for in every partition, each with all its managed policies: two seconds an
    # account after every reset. All accounts here are of the one.
    models.PARTITION_NAMES = ["aws"]  # type: ignore[attr-defined]  # an import of the module, replaced on purpose

    class Handler(MotoRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """The overlay keeps the log of calls."""

    app = Overlay(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    os.environ["MOTO_PORT"] = str(server.port)
    print(server.port, flush=True)
    # moto prints, and nobody reads further.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    server.serve_forever()


def _end_with_the_tests() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve()
