"""The answers of one service in one account and region, as the shapers read them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from auditor.attr import Reason
from auditor.snapshots.model import Entry, Outcome
from auditor.text import Text
from auditor_aws.live.catalogue import Service

_WHY: Final[Mapping[str, Text]] = {
    "service-control-policy": Text("組織のポリシー（SCP）による拒否", "denied by a service control policy"),
    "expired-credentials": Text("認証情報の期限切れ", "expired credentials"),
    "credentials-not-taken": Text("そこでは認証情報が受け付けられない", "the credentials are not taken there"),
    "not-enabled": Text("有効にしていないリージョン又はサービス", "a region or service that is not enabled"),
    "throttled": Text("呼出し制限が再試行後も続いた", "throttled after all retries"),
    "timeout": Text("時間内に応答がない", "no answer in time"),
    "no-connection": Text("接続できない", "no connection"),
    "unknown-operation": Text("その操作がない", "no such operation there"),
    "service-error": Text("サービス側のエラー", "an error of the service"),
    "not-askable": Text("尋ねることができない", "cannot be asked"),
    "unreadable-answer": Text("応答を読み取れない", "the answer cannot be read"),
    "not-offered": Text("そのリージョンにサービスがない", "the region does not have the service"),
    "not-in-report": Text("認証情報レポートに行がない", "the credential report has no row"),
    "left-out": Text("収集の対象から除かれた", "left out of the collection"),
}


class Refusal(msgspec.Struct, frozen=True):
    """Why something is not known."""

    action: str
    """The permission that was needed, ``s3:GetBucketPolicy``."""
    reason: Reason
    code: str = ""
    why: str = ""

    @property
    def detail(self) -> Text:
        """For people."""
        said = _WHY.get(self.why)
        code = f" {self.code}" if self.code else ""
        if said is None:
            return Text(f"{self.action}{code}", f"{self.action}{code}")
        return Text(f"{self.action}{code}・{said.ja}", f"{self.action}{code}, {said.en}")


def why_text(entry: Entry) -> Text:
    """Why a call was refused, for people."""
    return _WHY.get(entry.why, Text(entry.code or "理由は不明", entry.code or "no reason was given"))


class Answer(msgspec.Struct, frozen=True):
    """What was said of one thing; all pages in turn, where there are several."""

    call: str
    """The action that asked."""
    pages: tuple[Any, ...] = ()
    refusal: Refusal | None = None
    """Set where not all of it was answered."""
    absent: bool = False
    """The API says that nothing is set."""
    time: datetime.datetime | None = None
    """When it was asked, the first page of several; ``None`` where it was not answered."""

    @property
    def data(self) -> Any:
        """The first page; an empty object where nothing is set."""
        return self.pages[0] if self.pages else {}

    def items(self, name: str) -> list[Any]:
        """The members of a list, of all pages."""
        return [item for page in self.pages for item in page.get(name) or ()]


class Answers:
    """Read by the shapers of one service."""

    def __init__(self, service: Service, account: str, region: str, partition: str = "aws") -> None:
        self.service = service
        self.partition = partition
        """The first part of ARNs after ``arn:``; other than ``aws`` in China and in GovCloud."""
        self.account = account
        self.region = region
        """Empty for a service without regions."""
        self._found: dict[str, dict[str, list[Any]]] = {}
        self._times: dict[tuple[str, str], datetime.datetime] = {}
        self._refused: dict[str, dict[str, Refusal]] = {}
        self._absent: set[tuple[str, str]] = set()
        self._members: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._actions = {call.operation: service.action_of(call) for call in service.calls}

    def add(self, entry: Entry) -> None:
        """Take up a call."""
        if entry.outcome is Outcome.ANSWERED:
            page = msgspec.json.decode(entry.data)
            self._found.setdefault(entry.operation, {}).setdefault(entry.item, []).append(page)
            self._times.setdefault((entry.operation, entry.item), entry.time)
        elif entry.outcome is Outcome.ABSENT:
            self._absent.add((entry.operation, entry.item))
        else:
            self._refused.setdefault(entry.operation, {})[entry.item] = self.refusal(entry)

    def refusal(self, entry: Entry) -> Refusal:
        """Why a call gave nothing."""
        reason = Reason.DENIED if entry.outcome is Outcome.DENIED else Reason.FAILED
        action = self._actions.get(entry.operation, f"{self.service.name}:{entry.operation}")
        return Refusal(action, reason, entry.code, entry.why)

    def of(self, operation: str, key: str = "") -> Answer:
        """The answer about one thing, or of a call that is made once.

        What was never asked is refused with the reason ``not-collected``.
        """
        action = self._actions[operation]
        pages = self._found.get(operation, {}).get(key)
        refused = self._refused.get(operation, {}).get(key)
        if pages is not None:
            return Answer(action, tuple(pages), refused, time=self._times[operation, key])
        if refused is not None:
            return Answer(action, (), refused)
        if (operation, key) in self._absent:
            return Answer(action, absent=True)
        return Answer(action, (), Refusal(action, Reason.NOT_COLLECTED))

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something here, for APIs that do not give it."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def all(self, operation: str) -> Iterator[tuple[str, Answer]]:
        """Every answer of an operation that is asked of many things, with its key (empty for calls with batches)."""
        keys = dict.fromkeys((*self._found.get(operation, {}), *self._refused.get(operation, {})))
        for key in keys:
            yield key, self.of(operation, key)

    def items(self, operation: str, name: str) -> Iterator[Any]:
        """The members of a list, of all answers of an operation."""
        for pages in self._found.get(operation, {}).values():
            for page in pages:
                yield from page.get(name) or ()

    def member(self, operation: str, name: str, key: str, value: str) -> Answer:
        """What a call that asks of several things at a time says of the one whose member ``key`` is ``value``.

        The page of the answer is that member of the list ``name``.  What it does not say is refused as the call was.
        """
        index = self._members.get((operation, name, key))
        if index is None:
            found = {str(item.get(key)): item for item in self.items(operation, name)}
            index = self._members[operation, name, key] = found
        if value in index:
            return Answer(self._actions[operation], (index[value],))
        whole = self.of(operation)
        not_said = Refusal(whole.call, Reason.NOT_COLLECTED)
        return Answer(whole.call, (), whole.refusal or not_said)

    def refusals(self, operation: str) -> Mapping[str, Refusal]:
        """The refused calls of an operation, by what they asked of."""
        return self._refused.get(operation, {})


def partition_of(arn: str) -> str:
    """The partition that an ARN is of."""
    parts = arn.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "arn" else "aws"


Reader = Callable[[Any], Any]
