"""Public helpers for tests of adapters and checks, for this project and for plugins of others.

A :class:`World` is a small input made by hand: records, what they refer to, and what is unknown
about them.

>>> world = World(region="ap-northeast-1", account="111122223333")
>>> bucket = world.add("aws_s3_bucket.docs", {"bucket": "docs"})
>>> setting = world.add(
...     "aws_s3_bucket_versioning.docs",
...     {"versioning_configuration": [{"status": "Enabled"}]},
...     unknown={"bucket": True},
...     refs={"bucket": bucket},
... )
>>> bucket.part("aws_s3_bucket_versioning", "bucket").value is setting
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.attr import Attr, Known, Place, Reason, Unknown
from auditor.record import Action, Joined, Record
from auditor.text import Text

Target = Record | tuple[Record, ...] | None
"""A reference: to one record, ambiguously to several, or to something outside of the input."""


class World:
    """A hand-made input; implements :class:`auditor.record.Links`.

    References given by ``refs`` count; besides, a known value that equals the ``id``, ``arn``,
    ``name``, ``bucket`` or ``key_id`` of exactly one record joins, as it does for a plan.
    """

    _IDENTITIES = ("id", "arn", "name", "bucket", "key_id", "self_link")

    def __init__(
        self, *, region: str | None = "ap-northeast-1", account: str | None = "111122223333", complete: bool = False
    ) -> None:
        self._complete = complete
        self._unset: set[tuple[str, str]] = set()
        self._region = region
        self._account = account
        self.records: list[Record] = []
        self._refs: dict[tuple[str, str], Target] = {}
        self._regions: dict[str, str | None] = {}
        self._cache: dict[object, Any] = {}

    def add(
        self,
        address: str,
        values: Mapping[str, Any] | None = None,
        *,
        unknown: Mapping[str, Any] | None = None,
        sensitive: Mapping[str, Any] | None = None,
        refs: Mapping[str, Target] | None = None,
        unset: Sequence[str] = (),
        region: str | None = None,
        action: Action = Action.CREATE,
    ) -> Record:
        """One more record.

        ``address`` starts with the resource type; ``refs`` maps attribute paths to targets; ``unset`` names
        attributes that the configuration leaves to the provider, which are then unknown as well.
        """
        self._unset.update((address, path) for path in unset)
        self._cache.clear()  # the input grows, and nothing that was found out about it holds any longer
        unknown = {**(unknown or {}), **{path: True for path in unset if "." not in path}}
        type_ = address.split(".")[-2] if "." in address else address
        record = Record(
            source="test",
            type_=type_,
            address=address,
            provider=type_.split("_", 1)[0],
            action=action,
            links=self,
            values=dict(values or {}),
            unknown=dict(unknown or {}),
            sensitive=dict(sensitive or {}),
        )
        self.records.append(record)
        for path, target in (refs or {}).items():
            self._refs[address, path] = target
        if region is not None:
            self._regions[address] = region
        return record

    def _candidates(self, record: Record, path: str) -> tuple[Record, ...] | None:
        """``None`` if the reference is not decidable."""
        if (record.address, path) in self._refs:
            target = self._refs[record.address, path]
            if target is None:
                return ()
            return target if isinstance(target, tuple) else (target,)
        value = record.get(path)
        if isinstance(value, Unknown):
            return None
        if value.value in (None, ""):
            return ()
        return tuple(
            other
            for other in self.records
            if other is not record
            and any(isinstance(own := other.get(name), Known) and own.value == value.value for name in self._IDENTITIES)
        )

    def target(self, record: Record, path: str, types: frozenset[str]) -> Attr[Record | None]:
        candidates = self._candidates(record, path)
        if candidates is None:
            return Unknown(Reason.UNRESOLVED, record, path)
        found = [candidate for candidate in candidates if candidate.type in types]
        if len(found) > 1:
            return Unknown(Reason.AMBIGUOUS, record, path)
        return Known(found[0] if found else None, record, path)

    def referrers(self, record: Record, type_: str, path: str) -> Joined:
        certain: list[Record] = []
        possible: list[Record] = []
        for other in self.records:
            if other.type != type_:
                continue
            candidates = self._candidates(other, path)
            same = None if candidates is None else [c for c in candidates if c.type == record.type]
            if same is None:
                possible.append(other)
            elif record in same:
                (certain if len(same) == 1 else possible).append(other)
        return Joined(tuple(certain), tuple(possible))

    def why_open(self, record: Record, path: str) -> tuple[Reason, Text | None]:
        return Reason.AFTER_APPLY, None

    @property
    def cache(self) -> dict[object, Any]:
        """See :attr:`auditor.record.Links.cache`; emptied with every further record."""
        return self._cache

    def configured(self, record: Record, path: str) -> Attr[bool]:
        if (record.address, path) in self._unset:
            return Known(False, record, path)
        return Known(True, record, path)

    @property
    def complete(self) -> bool:
        return self._complete

    @property
    def tells_missing(self) -> bool:
        return self._complete

    def region(self, record: Record) -> Attr[str]:
        region = self._regions.get(record.address, self._region)
        return Unknown(Reason.UNRESOLVED, record, "region") if region is None else Known(region, record, "region")

    def account(self, record: Record) -> Attr[str]:
        if self._account is None:
            return Unknown(Reason.NOT_COLLECTED, record, "account")
        return Known(self._account, record, "account")

    def of_type(self, type_: str) -> Sequence[Record]:
        return [record for record in self.records if record.type == type_]

    def place(self, record: Record, path: str) -> Place:
        return Place(source="test", address=record.address, path=path)
