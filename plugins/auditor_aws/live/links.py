"""How the records of a snapshot hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from auditor.attr import Attr, Known, Place, Reason, Unknown
from auditor.record import Action, Joined, Record, Unlisted
from auditor.text import Text
from auditor_aws.live.answers import Refusal
from auditor_aws.live.shapes import Shape

_UNREAD: Final = Text("収集では読まない項目", "an attribute that the collection does not read")


class LiveRecord(Record):
    """A record of a snapshot: what its shape does not say is unknown."""

    __slots__ = ("account_id", "call", "calls", "names", "refusals", "region_name", "subjects", "whole")

    def __init__(
        self,
        shape: Shape,
        source: str,
        links: LiveLinks,
        whole: Refusal | None = None,
        subjects: frozenset[str] = frozenset(),
    ) -> None:
        # the provider tells the tags of a configuration from those of its defaults; an account does not
        for kept in (shape.values, shape.refusals):  # type: Any
            if "tags" in kept:
                kept["tags_all"] = kept["tags"]
        super().__init__(
            source=source,
            type_=shape.type,
            address=shape.address,
            provider="aws",
            action=Action.EXISTS,
            links=links,
            values=shape.values,
            unknown={**shape.open, **dict.fromkeys(shape.refusals, True)},
            name=shape.address,
        )
        self.account_id = shape.account
        self.region_name = shape.region
        self.names = frozenset(shape.names)
        self.call = shape.call
        self.calls = shape.calls
        self.refusals = shape.refusals
        self.whole = whole
        """Set on what stands for records that could not be listed: nothing of them is known, not even their number."""
        self.subjects = subjects
        """First parts of the ids of the controls on which what it stands for bears."""

    @property
    def unlisted(self) -> Unlisted | None:
        """See :attr:`auditor.record.Record.unlisted`."""
        if self.whole is None:
            return None
        return Unlisted(Unknown(self.whole.reason, self, "", self.whole.detail), self.subjects)

    def _walk(self, path: str) -> tuple[Any, Any, Any]:
        step = path.partition(".")[0]
        if step not in self._values:
            return None, True, None
        return super()._walk(path)


class _LiveJoined(Joined, frozen=True):
    """Records that refer to a record, with the reason why it may be more than those."""

    def one(self, what: Record, path: str) -> Attr[Record | None]:
        """See :meth:`auditor.record.Joined.one`: what could not be listed is named by its refused call."""
        if not self.certain:
            for possible in self.possible:
                if isinstance(possible, LiveRecord) and possible.whole is not None:
                    return Unknown(possible.whole.reason, what, path, possible.whole.detail)
        return super().one(what, path)


class LiveLinks:
    """The links of one snapshot."""

    def __init__(self, source: str, collected: frozenset[str], scope: bool) -> None:
        """``collected``: the types that the collection gives.  ``scope``: nothing was left out by choice."""
        self._source = source
        self._collected = collected
        self._complete = scope
        self.cache: dict[object, Any] = {}
        """See :attr:`auditor.record.Links.cache`."""
        self.records: list[LiveRecord] = []
        self._by_type: defaultdict[str, list[LiveRecord]] = defaultdict(list)
        self._unlisted: defaultdict[str, list[LiveRecord]] = defaultdict(list)
        """Those of a type that stand for records that could not be listed."""
        self._by_name: defaultdict[tuple[str, str], list[LiveRecord]] = defaultdict(list)
        self._referrers: dict[tuple[str, str, str], tuple[dict[str, list[LiveRecord]], list[LiveRecord]]] = {}
        self._unread: dict[str, list[LiveRecord]] = {}

    def add(self, shape: Shape, whole: Refusal | None = None, subjects: frozenset[str] = frozenset()) -> LiveRecord:
        """Take up a record; ``whole`` and ``subjects`` are of what stands for records that could not be listed."""
        record = LiveRecord(shape, self._source, self, whole, subjects)
        self.records.append(record)
        self._by_type[record.type].append(record)
        if whole is not None:
            self._unlisted[record.type].append(record)
        else:
            for name in record.names:
                self._by_name[record.type, name].append(record)
        return record

    def target(self, record: Record, path: str, types: frozenset[str]) -> Attr[Record | None]:
        """See :meth:`auditor.record.Links.target`.  Of a list, the one member that names such a record counts."""
        value = record.get(path)
        if isinstance(value, Unknown):
            return value
        named = value.value if isinstance(value.value, list) else [value.value]
        named = [one for one in named if isinstance(one, str) and one]
        if not isinstance(record, LiveRecord) or not named:
            return Known(None, record, path)
        found = [one for name in named for type_ in types for one in self._named(type_, name)]
        nearest = _nearest(found, record)
        if len(nearest) == 1:
            return Known(nearest[0], record, path)
        if nearest:
            return Unknown(Reason.AMBIGUOUS, record, path)
        for type_ in sorted(types):
            for other in self._unlisted.get(type_, ()):
                if other.whole is not None and any(_may_hold(other, record, name) for name in named):
                    return Unknown(other.whole.reason, record, path, other.whole.detail)
        return Known(None, record, path)

    def _named(self, type_: str, value: str) -> list[LiveRecord]:
        found = self._by_name.get((type_, value))
        if not found and value.endswith(":*"):
            # log groups are named with and without what stands for their streams
            found = self._by_name.get((type_, value.removesuffix(":*")))
        if not found and ":s3:::" in value and "/" in value:
            # logs are written below a prefix of a bucket
            found = self._by_name.get((type_, value.partition("/")[0]))
        return found or []

    def referrers(self, record: Record, type_: str, path: str) -> Joined:
        """See :meth:`auditor.record.Links.referrers`.  A step through a list goes into each of its elements."""
        if not isinstance(record, LiveRecord):
            return Joined()
        if record.whole is not None:
            # nothing is known of what could not be listed, nor of what may refer to it
            return _LiveJoined((), (record,))
        if type_ not in self._collected and type_ not in self._by_type:
            return _LiveJoined((), tuple(self._stand_in(type_)))
        index = self._referrers.get((record.type, type_, path))
        if index is None:
            index = self._referrers[record.type, type_, path] = self._index(record.type, type_, path)
        named, vague = index
        possible = tuple(one for one in vague if one is not record and _may_mean(one, record))
        return _LiveJoined(tuple(named.get(record.address, ())), possible)

    def _index(self, target: str, type_: str, path: str) -> tuple[dict[str, list[LiveRecord]], list[LiveRecord]]:
        # as keys, for one thing may be named by tens of thousands (snapshots by their key)
        named: defaultdict[str, dict[LiveRecord, None]] = defaultdict(dict)
        vague: list[LiveRecord] = []
        for other in self._by_type.get(type_, ()):
            values, is_open = _values(other, path)
            if is_open:
                vague.append(other)
            for value in values:
                for one in _nearest(self._named(target, value), other):
                    named[one.address][other] = None
        return {address: list(others) for address, others in named.items()}, vague

    def configured(self, record: Record, path: str) -> Attr[bool]:
        """See :meth:`auditor.record.Links.configured`: what stands in an account is configured."""
        return Known(True, record, path)

    def why_open(self, record: Record, path: str) -> tuple[Reason, Text | None]:
        """See :meth:`auditor.record.Links.why_open`."""
        if isinstance(record, LiveRecord):
            refusal = record.whole or record.refusals.get(path.partition(".")[0])
            if refusal is not None:
                return refusal.reason, refusal.detail
        return Reason.NOT_COLLECTED, _UNREAD

    @property
    def complete(self) -> bool:
        """Whether nothing was left out by choice; what could not be listed has a record that stands for it."""
        return self._complete

    @property
    def tells_missing(self) -> bool:
        """See :meth:`auditor.record.Links.tells_missing`."""
        return True

    def region(self, record: Record) -> Attr[str]:
        """See :meth:`auditor.record.Links.region`."""
        if isinstance(record, LiveRecord):
            refusal = record.whole or record.refusals.get("region")
            if refusal is not None and not record.region_name:
                return Unknown(refusal.reason, record, "region", refusal.detail)
            return Known(record.region_name, record, "region")
        return Unknown(Reason.NOT_COLLECTED, record, "region")

    def account(self, record: Record) -> Attr[str]:
        """See :meth:`auditor.record.Links.account`."""
        if isinstance(record, LiveRecord):
            if record.whole is not None and not record.account_id:
                return Unknown(record.whole.reason, record, "account", record.whole.detail)
            return Known(record.account_id, record, "account")
        return Unknown(Reason.NOT_COLLECTED, record, "account")

    def of_type(self, type_: str) -> Sequence[Record]:
        """See :meth:`auditor.record.Links.of_type`; with what stands for records that could not be listed."""
        if type_ not in self._collected and type_ not in self._by_type and not type_.startswith("data."):
            return self._stand_in(type_)
        return self._by_type.get(type_, [])

    def _stand_in(self, type_: str) -> list[LiveRecord]:
        """What stands for records of a type that is not collected: whether there are any is not known."""
        if type_.startswith("data."):
            return []
        found = self._unread.get(type_)
        if found is None:
            refusal = Refusal(type_, Reason.NOT_COLLECTED)
            shape = Shape.standing_for(type_, refusal, "", "")
            found = self._unread[type_] = [LiveRecord(shape, self._source, self, refusal)]
        return found

    def place(self, record: Record, path: str) -> Place:
        """See :meth:`auditor.record.Links.place`."""
        call = None
        if isinstance(record, LiveRecord):
            call = record.calls.get(path.partition(".")[0], record.call)
        return Place(source=self._source, address=record.address, path=path, call=call)


def _values(record: LiveRecord, path: str) -> tuple[list[str], bool]:
    """The strings at a path, going into every element of the lists on the way, and whether any is open."""
    # what stands for the unlisted parts of one thing may say of which
    step, _, rest = path.partition(".")
    if step not in record._values:
        return [], True
    found: list[str] = []
    stack: list[tuple[Any, str]] = [(record._values[step], rest)]
    while stack:
        value, behind = stack.pop()
        if isinstance(value, list):
            head = behind.partition(".")[0]
            behind = behind.partition(".")[2] if head.isdigit() else behind
            stack.extend((one, behind) for one in value)
        elif behind:
            step, _, rest = behind.partition(".")
            if isinstance(value, dict):
                stack.append((value.get(step), rest))
        elif isinstance(value, str) and value:
            found.append(value)
    return found, False


def _nearest(found: Iterable[LiveRecord], record: LiveRecord) -> list[LiveRecord]:
    """Those that a name means as ``record`` uses it: of its region, else of its account, else of any."""
    candidates = list(dict.fromkeys(found))
    if len(candidates) < 2:
        return candidates
    own = [one for one in candidates if one.account_id == record.account_id]
    near = [one for one in own if one.region_name == record.region_name]
    chosen = near or own or candidates
    if all(one.type.startswith("data.") for one in chosen) and len({(one.type, one.address) for one in chosen}) == 1:
        # a thing of AWS's own, which each account that was asked showed alike (managed policies)
        return [min(chosen, key=lambda one: len(one.refusals))]
    return chosen


def _may_hold(unlisted: LiveRecord, record: LiveRecord, value: str) -> bool:
    """Whether what could not be listed may hold what ``record`` names."""
    if value.startswith("arn:"):
        parts = value.split(":", 5)
        if len(parts) == 6:
            account, region = parts[4], parts[3]
            return (not account or account == unlisted.account_id) and (
                not region or not unlisted.region_name or region == unlisted.region_name
            )
    return _may_mean(unlisted, record)


def _may_mean(referrer: LiveRecord, record: LiveRecord) -> bool:
    """Whether a record with an open reference may refer to ``record``: both in one account, and in one region."""
    if referrer.whole is None or not referrer.account_id:
        return True
    if referrer.account_id != record.account_id:
        return False
    return not referrer.region_name or not record.region_name or referrer.region_name == record.region_name
