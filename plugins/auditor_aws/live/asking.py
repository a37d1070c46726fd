"""Asking the calls of one service in one account and region, and keeping every answer."""

from __future__ import annotations

import csv
import datetime
import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any, Final

import botocore
import jmespath
import msgspec
from jmespath import functions

from auditor.snapshots.model import Entry, Outcome
from auditor.snapshots.writing import now
from auditor_aws.live.catalogue import ACCOUNT, Call, Service
from auditor_aws.live.errors import Failure, failure
from auditor_aws.live.pace import Pace, StoppedError
from auditor_aws.live.sessions import Account

_PARENT: Final = "^"
_WAITS: Final = 30
_WAIT_SECONDS: Final = 2.0
"""How often, and how long each time, an answer is waited for that is being made (credential reports take seconds)."""
_ENCODER = msgspec.json.Encoder(enc_hook=lambda value: _encoded(value))


Keep = Callable[[Entry, bool], None]
"""Takes a call, and whether it failed for a reason that may pass."""


class ExpiredError(Exception):
    """The credentials ran out while collecting."""


class _Item(msgspec.Struct, frozen=True):
    """Something of which a call asks."""

    value: Any
    region: str
    parent: Mapping[str, Any]
    """The parameters of the call whose answer gave it."""


class Asker:
    """Asks one service in one account and region."""

    def __init__(
        self,
        account: Account,
        service: Service,
        region: str,
        keep: Keep,
        pace: Pace,
        pool: Executor,
        *,
        trial: bool = False,
    ) -> None:
        """``keep`` takes what came of every call, and whether its failure may pass.

        ``trial``: only the first page of every answer and one thing of many, to see what is allowed.
        """
        self._account = account
        self._service = service
        self._region = region
        self._keep = keep
        self._trial = trial
        self._pace = pace
        self._pool = pool
        self._items: dict[int, list[_Item]] = {}
        """Place of a call in the service -> what its answers gave to ask of."""
        self._keeping = threading.Lock()

    def all(self) -> None:
        """Make every call.  Raises :class:`ExpiredError`."""
        for place, call in enumerate(self._service.calls):
            followers = [
                (other_place, other)
                for other_place, other in enumerate(self._service.calls)
                if other.each == call.operation and other is not call
            ]
            if not call.each:
                self._one(call, dict(call.fixed), "", self._region, followers)
                continue
            self._many(call, self._items.pop(place, []), followers)

    def _many(self, call: Call, items: Sequence[_Item], followers: Sequence[tuple[int, Call]]) -> None:
        """Ask of every item, as many at a time as the service may be asked."""
        waiting: list[Future[None]] = []
        try:
            for parameters, key, region in self._requests(call, items):
                waiting.append(self._pool.submit(self._one, call, parameters, key, region, followers))
                if len(waiting) >= self._service.at_once * 4:
                    waiting.pop(0).result()
            for future in waiting:
                future.result()
        finally:
            for future in waiting:
                future.cancel()

    def _requests(self, call: Call, items: Sequence[_Item]) -> Iterator[tuple[dict[str, Any], str, str]]:
        """Parameters, key and region of each call."""
        chosen = [
            item
            for item in items
            if (not call.when or _search(call.when, item.value))
            and (not call.home or _search(call.home, item.value) == item.region)
        ]
        if self._trial:
            chosen = chosen[:1]
        if call.batch:
            yield from self._batches(call, chosen)
            return
        seen: set[str] = set()
        for item in chosen:
            parameters = {name: _value(path, item) for name, path in call.parameters.items()}
            key = _key(call, item, parameters)
            if key in seen or any(value is None for value in parameters.values()):
                continue
            seen.add(key)
            region = (_search(call.region, item.value) if call.region else None) or item.region
            yield {**call.fixed, **parameters}, key, region

    def _batches(self, call: Call, items: Sequence[_Item]) -> Iterator[tuple[dict[str, Any], str, str]]:
        (name, path), *others = call.parameters.items()
        groups: dict[tuple[Any, ...], dict[Any, None]] = {}
        for item in items:
            shared = tuple(_value(other, item) for _, other in others)
            if (value := _value(path, item)) is not None:
                groups.setdefault(shared, {})[value] = None
        for shared, members in groups.items():
            values = list(members)
            further = dict(zip((other for other, _ in others), shared, strict=True))
            for start in range(0, len(values), call.batch):
                yield {**call.fixed, **further, name: values[start : start + call.batch]}, "", self._region

    def _one(
        self, call: Call, parameters: dict[str, Any], key: str, region: str, followers: Sequence[tuple[int, Call]]
    ) -> None:
        """One call with all its pages."""
        method = botocore.xform_name(call.operation)
        if ACCOUNT in call.fixed.values():
            parameters = {**parameters, **{n: self._account.account for n, v in call.fixed.items() if v == ACCOUNT}}
        page = dict(parameters)
        try:
            # a region that another answer named may be none, and credentials may have to be fetched
            client = self._account.client(call.client or self._service.api, region)
        except Exception as error:  # as for the call itself, below
            self._failed(call, page, key, now(), failure(error, ()))
            return
        pager = _stated_pager(call.pages) if call.pages else _pager(client, method)
        waits = 0
        while True:
            started = now()
            try:
                with self._pace.turn(self._service):
                    data = getattr(client, method)(**page)
            except StoppedError:
                raise
            except Exception as error:  # botocore raises its own for every way a call may fail; each is kept as such
                # what follows a page that was answered is there, whatever the error says
                absent = call.absent if page == parameters else ()
                self._failed(call, page, key, started, failure(error, absent))
                return
            if call.until and not self._trial and waits < _WAITS and not _search(call.until, data):
                waits += 1
                time.sleep(_WAIT_SECONDS)
                continue
            meta = data.pop("ResponseMetadata", {})
            try:
                following = pager(data) if pager is not None else {}
                found = {
                    place: [_Item(value, region, page) for value in _search(follower.over, data) or ()]
                    for place, follower in followers
                }
                if call.redact is not None:
                    call.redact(data)
                encoded = _ENCODER.encode(data)
            except Exception as error:  # an answer of a form that nobody foresaw is not kept, and hides no others
                said = Failure(Outcome.FAILED, type(error).__name__, "unreadable-answer")
                self._failed(call, page, key, started, said)
                return
            with self._keeping:
                for place, items in found.items():
                    self._items.setdefault(place, []).extend(items)
            self._keep(
                Entry(
                    call.operation,
                    Outcome.ANSWERED,
                    started,
                    key,
                    _shown(page),
                    str(meta.get("RequestId", "")),
                    int(meta.get("HTTPStatusCode", 0)),
                    data=msgspec.Raw(encoded),
                ),
                False,
            )
            if not following or self._trial:
                return
            if all(page.get(name) == value for name, value in following.items()):
                # botocore refuses this as well: the service would give the same page for ever
                self._failed(call, page, key, now(), Failure(Outcome.FAILED, "SamePage", "unreadable-answer"))
                return
            page = {**parameters, **following}

    def _failed(self, call: Call, page: Mapping[str, Any], key: str, started: datetime.datetime, said: Failure) -> None:
        self._keep(
            Entry(
                call.operation,
                said.outcome,
                started,
                key,
                _shown(page),
                said.request_id,
                said.status,
                said.code,
                said.why,
            ),
            said.passing,
        )
        if said.expired:
            raise ExpiredError


def _value(path: str, item: _Item) -> Any:
    if path.startswith(_PARENT):
        return item.parent.get(path[1:])
    return _search(path, item.value)


def _key(call: Call, item: _Item, parameters: Mapping[str, Any]) -> str:
    if not call.key:
        return str(next(iter(parameters.values()), ""))
    return "/".join(str(_value(part, item)) for part in call.key.split(" / "))


class _Functions(functions.Functions):  # type: ignore[misc]  # jmespath has no types
    """What the expressions know besides the functions of JMESPath."""

    @functions.signature({"types": ["string"]})  # type: ignore[untyped-decorator]  # as above
    def _func_tail(self, text: str) -> str:
        return text.rsplit("/", 1)[-1]

    @functions.signature({"types": []})  # type: ignore[untyped-decorator]  # as above
    def _func_csv(self, content: Any) -> list[dict[str, str]]:
        if not isinstance(content, bytes):
            return []
        try:
            table = csv.DictReader(io.StringIO(content.decode()), strict=True)
            return [{name: value for name, value in row.items() if name and isinstance(value, str)} for row in table]
        except (ValueError, csv.Error):
            # whoever reads the answer says so; there is nothing to ask of
            return []


_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())
_COMPILED: dict[str, Any] = {}


def _search(path: str, value: Any) -> Any:
    if path == "@":
        return value
    expression = _COMPILED.get(path)
    if expression is None:
        expression = _COMPILED[path] = jmespath.compile(path)
    return expression.search(value, options=_OPTIONS)


def _pager(client: Any, method: str) -> Callable[[Mapping[str, Any]], dict[str, Any]] | None:
    """What makes the parameters of the next page out of an answer; ``None`` where there is one page only.

    Taken from botocore's description of the operation's pages, so that each page is a call that can be kept.
    """
    if not client.can_paginate(method):
        return None
    paginator = client.get_paginator(method)
    tokens = list(zip(paginator._input_token, paginator._output_token, strict=True))
    more = paginator._more_results

    def following(data: Mapping[str, Any]) -> dict[str, Any]:
        if more is not None and not more.search(data):
            return {}
        return {name: value for name, path in tokens if (value := path.search(data))}

    return following


def _stated_pager(pages: tuple[str, str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    name, path = pages
    return lambda data: {name: value} if (value := _search(path, data)) else {}


def _shown(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _encoded(value: Any) -> Any:
    if hasattr(value, "read"):
        # a stream of an answer holds contents, which are never collected
        return None
    raise TypeError(type(value).__name__)
