"""A WSGI wrapper around moto: what a test registers is answered, everything else goes to moto.

Calls are read and answers written with moto's own routers, parsers and serialisers, which follow
botocore's models; so a client cannot tell an answer of a test from one of moto. A test steers the
wrapper over HTTP, with unsigned requests below ``/overlay``.

Every registered answer must fit botocore's output shape; one that does not is refused, since a test
that rests on an answer no service can give proves nothing.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import botocore
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.iam.models import get_account_id_from
from werkzeug.exceptions import NotFound

from tests.live.corrections import (
    CORRECTIONS,
    Json,
    RefusedError,
    ServiceError,
    Settings,
    check_setting,
    checked,
    denial,
    fitting,
    operation_model,
    page_fields,
    service_model,
    throttling,
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

_SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_SECRET = re.compile(r"password|secret(?!id|arn|name)|privatekey|credential", re.IGNORECASE)


@dataclass(slots=True)
class Response:
    """A finished HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Call:
    """One request of a client, read by the model of its service."""

    service: str
    operation: str
    region: str
    account: str
    parameters: Json
    model: OperationModel
    protocol: str
    method: str
    request_id: str


# The wire: which operation a request means, and how an answer to it is written.


@cache
def _services_signing() -> Mapping[str, tuple[str, ...]]:
    """The services of botocore by the name that their requests are signed with, e.g. elb and elbv2 by one name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((Path(botocore.__file__).parent / "data").glob("*/*/service-2.json.gz")):
        # Reading all models takes seconds; the metadata stand at the beginning of the file.
        with gzip.open(path) as file:
            start = file.read(8192).decode(errors="replace")
        metadata, _ = json.JSONDecoder().raw_decode(start, start.index("{", start.index('"metadata"')))
        name = metadata.get("signingName") or metadata["endpointPrefix"]
        service = path.parts[-3]
        if service not in found.get(name, ()):
            found[name] = (*found.get(name, ()), service)
    return found


def read_call(environ: Environ, body: bytes, request_id: str) -> Call | None:
    """The operation that a signed request means; None if no model has it."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    key, region, signing = scope.groups()
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    found: list[tuple[tuple[int, bool], str, OperationModel, Json]] = []
    for service in _services_signing().get(signing, ()):
        try:
            model, labels = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            continue
        if (version := request.values.get("Version")) and version != model.service_model.api_version:
            continue
        # s3 takes any path for a bucket and a key: the more of the path the model names, the likelier it is.
        named = len(re.sub(r"\{.*?\}", "", model.http.get("requestUri", "/")))
        found.append(((named, service == signing), service, model, labels))
    if not found:
        return None
    _, service, model, labels = max(found, key=lambda candidate: candidate[0])
    protocol = determine_request_protocol(model.service_model, request.content_type)
    parameters = PROTOCOL_PARSERS[protocol](model).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    given = {name: value for name, value in parameters.items() if value is not None}
    account = get_account_id_from(key)
    return Call(service, model.name, region, account, given, model, protocol, request.method, request_id)


def write(call: Call, answer: Mapping[str, Any] | ServiceError) -> Response:
    """An answer or an error, as the service of the call writes it."""
    serializer = get_serializer_class(call.service, call.protocol)(
        operation_model=call.model, context=SerializationContext(call.request_id)
    )
    written = serializer.serialize(answer)
    status = answer.status if isinstance(answer, ServiceError) else written["status_code"]
    body = written["body"]
    encoded = body.encode() if isinstance(body, str) else body
    content = b"" if call.method == "HEAD" else encoded
    headers = {**written["headers"], "x-amzn-RequestId": call.request_id, "Content-Length": len(content)}
    return Response(status, [(name, str(value)) for name, value in headers.items()], content)


# What may be registered.


@dataclass(slots=True)
class Where:
    """Which calls something is for; None stands for all. ``operation`` may be ``*``, and so may ``service``."""

    service: str
    operation: str
    region: str | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        if self.service == "*" and self.operation != "*":
            raise RefusedError("an operation of every service is no operation: name the service")
        if self.operation != "*":
            operation_model(self.service, self.operation)
        elif self.service != "*":
            service_model(self.service)

    def covers(self, call: Call) -> bool:
        return (
            self.service in ("*", call.service)
            and self.operation in ("*", call.operation)
            and self.region in (None, call.region)
            and self.account in (None, call.account)
        )


@dataclass(slots=True)
class Answer:
    """A registered answer: one or several pages, or an error, for calls whose parameters contain ``match``."""

    where: Where
    match: Json
    pages: list[Json]
    error: ServiceError | None
    token: str | None

    def to(self, call: Call) -> Json | ServiceError:
        if self.error is not None:
            return self.error
        given = call.parameters.get(self.token) if self.token else None
        if not given:
            return self.pages[0]
        number = str(given).removeprefix(_TOKEN)
        if number == given or not number.isdigit() or not 0 < int(number) < len(self.pages):
            return ServiceError("InvalidNextToken", f"no page was promised for the token {given!r}")
        return self.pages[int(number)]


_TOKEN = "next-page-is-number-"  # a token of pagination is no secret


def contains(whole: Any, part: Any) -> bool:
    """Whether everything that ``part`` says is so in ``whole``; lists are compared as they are."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and contains(whole[name], part[name]) for name in part)
    return bool(whole == part)


def _put(page: Json, path: str, value: Any) -> None:
    *above, name = path.split(".")
    for step in above:
        page = page.setdefault(step, {})
    page[name] = value


def read_answer(given: Mapping[str, Any]) -> Answer:
    """A registration as a test sends it, checked.

    Raises:
        RefusedError: it names what does not exist, or does not fit the model.
    """
    service, operation = given["service"], given["operation"]
    model = operation_model(service, operation)
    where = Where(service, operation, given.get("region"), given.get("account"))
    match = given.get("match") or {}
    if match:
        if model.input_shape is None:
            raise RefusedError(f"{service}.{operation} takes no parameters")
        problems: list[str] = []
        checked(model.input_shape, match, operation, problems, complete=False)
        if problems:
            raise RefusedError(f"{service}.{operation} is not asked like this: " + "; ".join(problems))
    if (error := given.get("error")) is not None:
        return Answer(where, match, [], ServiceError(error["code"], error["message"], error["status"]), None)
    pages: list[Json] = given["pages"]
    token = None
    if len(pages) > 1:
        token, written, more = page_fields(service, operation)
        for number, page in enumerate(pages, 1):
            if number < len(pages):
                _put(page, written, f"{_TOKEN}{number}")
            if more:
                _put(page, more, number < len(pages))
    return Answer(where, match, [fitting(service, operation, page) for page in pages], None, token)


# What goes wrong on purpose, and what is remembered.

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """Something that happens to calls instead of an answer, or before it (``delay``)."""

    KINDS = ("deny", "throttle", "timeout", "html", "close", "delay")

    where: Where
    kind: str
    left: int | None
    seconds: float
    status: int
    over: threading.Event = field(default_factory=threading.Event)


def shown(shape: Any, value: Any) -> Any:
    """Parameters for the log: values that the model marks as sensitive, or whose name says so, are not kept."""
    if shape is None or value is None:
        return value
    if shape.metadata.get("sensitive"):
        return "(hidden)"
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        return {
            name: "(hidden)" if _SECRET.search(name) and isinstance(one, str | bytes) else shown(member, one)
            for name, one in value.items()
            if (member := shape.members.get(name)) is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [shown(shape.member, one) for one in value]
    if isinstance(value, bytes) or shape.type_name == "blob":
        return f"({len(value)} bytes)"
    return value


@dataclass(slots=True)
class Reply:
    """What moto answered, read by the model of its service."""

    response: Response
    code: str | None
    answer: Json


class Overlay:
    """The WSGI application; see the module."""

    def __init__(self, moto: Wsgi) -> None:
        self._moto = moto
        self._lock = threading.Lock()
        self._answers: list[Answer] = []
        self._faults: list[Fault] = []
        self._calls: list[Json] = []
        self._settings: Settings = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        chunked = environ.get("wsgi.input_terminated")
        body: bytes = environ["wsgi.input"].read(*[] if chunked else [int(environ.get("CONTENT_LENGTH") or 0)])
        environ = {**environ, "CONTENT_LENGTH": str(len(body))}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        path = environ.get("PATH_INFO", "")
        # A bucket may be called overlay; a call to it is signed.
        if path.startswith("/overlay/") and "HTTP_AUTHORIZATION" not in environ:
            response = self._control(environ["REQUEST_METHOD"], path.removeprefix("/overlay/"), body)
        else:
            response = self._serve(environ, body)
        start_response(f"{response.status} {_REASONS.get(response.status, 'Status')}", response.headers)
        return [response.body]

    def _serve(self, environ: Environ, body: bytes) -> Response:
        call = read_call(environ, body, str(uuid.uuid4()))
        if call is None:
            asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
            entry: Json = {"service": "", "operation": asked, "region": "", "account": "", "parameters": {}}
        else:
            entry = {name: getattr(call, name) for name in ("service", "operation", "region", "account")}
            entry["parameters"] = shown(call.model.input_shape, call.parameters)
        with self._lock:
            self._calls.append(entry)
        try:
            entry["by"], response = self._decide(call, environ, body) if call else ("moto", self._ask(environ, body))
        except ConnectionAbortedError:
            # noted before the client can see it
            entry["by"] = "fault"
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise
        entry["status"] = response.status
        return response

    def _decide(self, call: Call, environ: Environ, body: bytes) -> tuple[str, Response]:
        """Who answers, and what: faults come before registered answers, those before corrections and moto."""
        if (broken := self._break(call, environ)) is not None:
            return "fault", broken
        with self._lock:
            fit = [one for one in self._answers if one.where.covers(call) and contains(call.parameters, one.match)]
        if fit:
            # What was registered last counts, so a test may begin with the usual and add its own.
            return "test", write(call, fit[-1].to(call))
        moto = cache(lambda: self._reply(call, environ, body))
        try:
            if (correct := CORRECTIONS.get((call.service, call.operation))) is not None:
                answer = correct(call, moto, self._settings)
                if answer is not None:
                    return "correction", write(call, fitting(call.service, call.operation, answer))
                response = moto().response
            else:
                response = self._ask(environ, body)
        except ServiceError as error:
            return "correction", write(call, error)
        except Exception as error:  # foreign code: whatever moto raises, a client must get an answer
            return "nobody", write(call, _unanswered(call, f"{type(error).__name__}: {error}"))
        if response.status >= 404 and b"<!doctype html>" in response.body[:100].lower():
            return "nobody", write(call, _unanswered(call, f"its HTML page of status {response.status}"))
        return "moto", response

    def _ask(self, environ: Environ, body: bytes) -> Response:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
            started.append((status, headers))
            return lambda _: None

        parts = self._moto({**environ, "wsgi.input": io.BytesIO(body)}, start)
        try:
            content = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = started[-1]
        return Response(int(status.split()[0]), headers, content)

    def _reply(self, call: Call, environ: Environ, body: bytes) -> Reply:
        response = self._ask(environ, body)
        parsed = create_parser(call.protocol).parse(
            {"status_code": response.status, "headers": HeadersDict(response.headers), "body": response.body},
            operation_model(call.service, call.operation).output_shape,
        )
        code = parsed["Error"]["Code"] if response.status >= 300 else None
        return Reply(response, code, {name: one for name, one in parsed.items() if name != "ResponseMetadata"})

    def _break(self, call: Call, environ: Environ) -> Response | None:
        with self._lock:
            faults = [one for one in self._faults if one.left != 0 and one.where.covers(call)]
            # Delays come first whenever they were asked for; of the others the one asked for last counts.
            faults = [one for one in faults if one.kind == "delay"] + [one for one in faults if one.kind != "delay"][
                -1:
            ]
            for fault in faults:
                fault.left = None if fault.left is None else fault.left - 1
        for fault in faults:
            if fault.kind in ("delay", "timeout"):
                fault.over.wait(fault.seconds)
            if fault.kind == "deny":
                return write(call, denial(call))
            if fault.kind == "throttle":
                return write(call, throttling(call))
            if fault.kind == "html":
                page = _HTML.format(f"{fault.status} {_REASONS[fault.status]}")
                return Response(fault.status, [("Content-Type", "text/html")], page.encode())
            if fault.kind in ("timeout", "close"):
                raise ConnectionAbortedError(f"closed on purpose: {call.service}.{call.operation}")
        return None

    def _control(self, method: str, path: str, body: bytes) -> Response:
        given = json.loads(body) if body else {}
        try:
            answer = self._steer(method, path, given)
        except RefusedError as refusal:
            return _json(400, {"refused": str(refusal)})
        return _json(404, {"refused": f"{method} {path}"}) if answer is None else _json(200, answer)

    def _steer(self, method: str, path: str, given: Json) -> Any:
        match method, path:
            case "GET", "health":
                return {"ready": True}
            case "POST", "answers":
                answer = read_answer(given)
                with self._lock:
                    self._answers.append(answer)
            case "POST", "faults":
                fault = _read_fault(given)
                with self._lock:
                    self._faults.append(fault)
            case "DELETE", "faults":
                self._clear_faults()
            case "POST", "settings":
                check_setting(given["name"], given["value"])
                self._settings[given["name"], given["account"]] = given["value"]
            case "GET", "calls":
                with self._lock:
                    return json.loads(json.dumps(self._calls, default=str))
            case "DELETE", "calls":
                with self._lock:
                    self._calls.clear()
            case "POST", "reset":
                self._clear_faults()
                with self._lock:
                    self._answers.clear()
                    self._calls.clear()
                self._settings.clear()
            case _:
                return None
        return {}

    def _clear_faults(self) -> None:
        with self._lock:
            for fault in self._faults:
                fault.over.set()
            self._faults.clear()


_REASONS = {status.value: status.phrase for status in HTTPStatus}


def _read_fault(given: Json) -> Fault:
    if given["kind"] not in Fault.KINDS:
        raise RefusedError(f"no such fault: {given['kind']!r}; there are {', '.join(Fault.KINDS)}")
    where = Where(given["service"], given["operation"], given.get("region"), given.get("account"))
    return Fault(where, given["kind"], given.get("times"), given.get("seconds", 0), given.get("status", 500))


def _unanswered(call: Call, why: str) -> ServiceError:
    """The answer where moto has none: 501, so that clients neither retry nor take it for an answer of AWS."""
    text = f"the test server does not answer {call.service}.{call.operation}, register an answer; moto: {why}"
    return ServiceError("NotImplemented", text, 501)


def _json(status: int, content: Any) -> Response:
    return Response(status, [("Content-Type", "application/json")], json.dumps(content).encode())
