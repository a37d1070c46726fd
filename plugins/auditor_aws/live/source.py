"""Snapshots of AWS accounts as a source of records."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from auditor.attr import Reason
from auditor.coverage import Coverage, NotLookedAt, RefusedCall
from auditor.inventory import SourceInfo, SourceKind
from auditor.record import Record
from auditor.snapshots.model import MANIFEST_NAME, Entry, Manifest, Outcome, Skipped
from auditor.snapshots.reading import digest, read_entries, read_head, read_manifest, read_plan
from auditor.snapshots.store import Store, open_store
from auditor.snapshots.writing import now
from auditor.text import Text
from auditor_aws.live.answers import Answers, Refusal, partition_of, why_text
from auditor_aws.live.catalogue import Service, Shaper, Where, services
from auditor_aws.live.links import LiveLinks
from auditor_aws.live.shapes import Shape

PROVIDER: Final = "aws"
_OLD: Final = datetime.timedelta(hours=24)
"""From this age on a snapshot is said to be old: accounts change daily (practice, not a rule of any policy)."""


class SnapshotSource:
    """Opens folders that ``auditor collect aws`` wrote."""

    name = "aws-snapshot"

    def open(self, target: str) -> SnapshotReading | None:
        """See :meth:`auditor.sources.Source.open`."""
        store = open_store(target)
        plan = read_plan(store)
        if plan is None or plan.provider != PROVIDER:
            return None
        return SnapshotReading(plan.name or target, store)


class SnapshotReading:
    """One opened snapshot."""

    form = "api"

    def __init__(self, target: str, store: Store) -> None:
        """Reads all of it.  Raises :class:`auditor.errors.InputError` for one that is unfinished or damaged."""
        self._target = target
        self._store = store
        self._manifest = manifest = read_manifest(store)
        self._tally = _Tally()
        self.links = LiveLinks(target, _collected(manifest), _whole(manifest))
        self._mirrored: list[Shape] = []
        self._not_shown: dict[tuple[str, str], tuple[Shape, frozenset[str]]] = {}
        """Type and what accounts share -> what stands for the records that an account could not list of it."""
        self._shared: set[str] = set()
        """What an account has shown of what it shares with others."""
        self._broken: list[Text] = []
        for account in manifest.accounts:
            self.links.add(Shape.of_caller(account))
        for path in sorted(manifest.files):
            self._read(path, manifest.files[path].sha256)
        self._take_mirrored()
        for (_, shared), (shape, subjects) in self._not_shown.items():
            if shared not in self._shared:
                self.links.add(shape, shape.whole, subjects)
        self._stand_for_skipped()
        self._stand_for_unneeded()
        coverage = self._tally.coverage(manifest)
        self.info = SourceInfo(
            name=target,
            kind=SourceKind.AWS,
            resources=sum(
                record.whole is None and not record.type.startswith("data.") for record in self.links.records
            ),
            complete=self.links.complete,
            notes=(*_notes(manifest), *self._broken),
            sha256=digest(store, MANIFEST_NAME)[0],
            tool=manifest.tool,
            incomplete=coverage.answered == 0 or bool(self._broken),
            coverage=coverage,
        )

    def records(self) -> Iterable[Record]:
        """Every record, and one for each type that could not be listed."""
        # what is only there to be referred to (keys of AWS itself) is of a data type and nobody's to set
        return (record for record in self.links.records if not record.type.startswith("data."))

    def _read(self, path: str, sha256: str) -> None:
        head = read_head(self._store, path)
        service = services().get(head.service)
        if service is None:
            return
        answers = Answers(service, head.account, head.region, partition_of(head.caller))
        for entry in read_entries(self._store, path, sha256):
            answers.add(entry)
            self._tally.add(service, head.account, head.region, entry)
        for shape in self._shapes(service, answers):
            if shape.shared and shape.whole is not None:
                self._not_shown.setdefault((shape.type, shape.shared), (shape, shape.subjects or service.subjects))
                continue
            self._shared.add(shape.shared)
            if shape.mirrored:
                self._mirrored.append(shape)
                continue
            subjects = frozenset[str]()
            if shape.whole is not None:
                subjects = shape.subjects or service.subjects_of_action(shape.whole.action)
            self.links.add(shape, shape.whole, subjects)
        for call in service.calls:
            for key, refusal in answers.refusals(call.operation).items():
                if key == "" and refusal.why != "not-offered":
                    for type_ in call.yields:
                        unlisted = Shape.standing_for(type_, refusal, head.account, head.region)
                        self.links.add(unlisted, refusal, service.subjects_of(call))

    def _shapes(self, service: Service, answers: Answers) -> Iterator[Shape]:
        for shaper in service.shapers:
            try:
                yield from shaper(answers)
            except Exception as error:  # an answer of a form that nobody foresaw must not hide all others
                yield from self._unread(service, answers, shaper, error)

    def _unread(self, service: Service, answers: Answers, shaper: Shaper, error: Exception) -> Iterator[Shape]:
        """Whatever the service may hold is unknown, and the run says that it is not complete."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        line = trace.tb_lineno if trace is not None else 0
        what = f"{service.name}/{shaper.__name__}, {type(error).__name__}:{line}"
        self._broken.append(
            Text(
                f"{answers.account} {answers.region} の {what}: 答えの形を解釈できません。本ツールの不具合として報告してください。",
                f"{answers.account} {answers.region} {what}: the answer is of a form that was not foreseen; please report it.",
            )
        )
        refusal = Refusal(f"{service.name}:*", Reason.UNPARSEABLE, "", "unreadable-answer")
        for type_ in sorted({type_ for call in service.calls for type_ in call.yields}):
            shape = Shape.standing_for(type_, refusal, answers.account, answers.region)
            shape.whole = refusal
            yield shape

    def _take_mirrored(self) -> None:
        """What other regions showed of things whose own region did not show them, each once."""
        shown = {(one.type, one.account_id, one.address) for one in self.links.records} if self._mirrored else set()
        for shape in self._mirrored:
            key = (shape.type, shape.account, shape.address)
            if key not in shown:
                shown.add(key)
                self.links.add(shape)

    def _stand_for_unneeded(self) -> None:
        """What the clauses of the collection did not need may be needed by those of the scan."""
        asked = self._manifest.services
        left = {one.what for one in self._manifest.skipped if one.why == "not-needed"}
        collected = _collected(self._manifest)
        for service in services().values():
            if service.name not in asked and f"service:{service.name}" not in left:
                continue
            for call in service.calls:
                if call.operation in asked.get(service.name, ()):
                    continue
                refusal = Refusal(service.action_of(call), Reason.NOT_COLLECTED, "", "left-out")
                for type_ in (*call.yields, *call.covers):
                    if type_ not in collected:
                        for account in self._manifest.accounts:
                            unlisted = Shape.standing_for(type_, refusal, account, "")
                            self.links.add(unlisted, refusal, service.subjects_of(call))

    def _stand_for_skipped(self) -> None:
        """Regions that could not be asked may hold anything."""
        for skipped in self._manifest.skipped:
            kind, _, name = skipped.what.partition(":")
            if kind != "region" or skipped.why in ("not-asked", "not-enabled"):
                continue
            for account in self._manifest.accounts:
                for service in services().values():
                    if service.where is Where.GLOBAL:
                        continue
                    refusal = Refusal(f"{service.name}:*", Reason.DENIED, skipped.detail, skipped.why)
                    bearing: defaultdict[str, set[str]] = defaultdict(set)
                    for call in service.calls:
                        for type_ in call.yields:
                            bearing[type_] |= service.subjects_of(call)
                    for type_, subjects in bearing.items():
                        self.links.add(Shape.standing_for(type_, refusal, account, name), refusal, frozenset(subjects))


class _Tally:
    """Counts what was asked and answered."""

    def __init__(self) -> None:
        self._asked = 0
        self._answered = 0
        self._refused: Counter[tuple[str, str, str, str, Text]] = Counter()

    def add(self, service: Service, account: str, region: str, entry: Entry) -> None:
        if entry.outcome is Outcome.NOT_OFFERED:
            return
        self._asked += 1
        if entry.outcome.answers:
            self._answered += 1
            return
        action = next((service.action_of(call) for call in service.calls if call.operation == entry.operation), "")
        action = action or f"{service.name}:{entry.operation}"
        self._refused[account, region, action, entry.code, why_text(entry)] += 1

    def coverage(self, manifest: Manifest) -> Coverage:
        return Coverage(
            asked=self._asked,
            answered=self._answered,
            refused=tuple(
                RefusedCall(*key, count) for key, count in sorted(self._refused.items(), key=lambda one: one[0][:4])
            ),
            not_looked_at=tuple(_skipped(one) for one in (*manifest.skipped, *_not_read_then(manifest))),
            accounts=tuple(sorted(manifest.accounts)),
            regions=manifest.regions,
            services=tuple(sorted(manifest.services)),
            started=manifest.started,
            finished=manifest.finished,
            callers=tuple(sorted(set(manifest.accounts.values()))),
        )


_KINDS: Final = {
    "account": Text("アカウント {}", "account {}"),
    "region": Text("リージョン {}", "region {}"),
    "service": Text("サービス {}", "service {}"),
}
_SKIPPED: Final = {
    "not-enabled": Text("有効にしていない", "not enabled"),
    "not-asked": Text("収集の対象として指定されていない", "not asked for"),
    "not-needed": Text("選んだポリシーの条項に要らない", "no clause of the chosen policies needs it"),
    "not-active": Text("利用中ではない", "not active"),
    "denied": Text("読取りが拒否された", "reading was refused"),
    "no-sign-in": Text("サインインできない", "signing in was refused"),
    "not-known": Text("収集した版の本ツールが読まない", "not read by the version of this tool that collected"),
}


def _skipped(one: Skipped) -> NotLookedAt:
    kind, _, name = one.what.partition(":")
    form = _KINDS[kind]
    why = _SKIPPED[one.why]
    detail = f" {one.detail}" if one.detail else ""
    return NotLookedAt(
        kind, name, one.why, Text(form.ja.format(name), form.en.format(name)), Text(why.ja + detail, why.en + detail)
    )


def _not_read_then(manifest: Manifest) -> list[Skipped]:
    """Services that are read by now and that the version which made the snapshot did not know."""
    told = {one.what for one in manifest.skipped}
    left = (name for name in services() if name not in manifest.services and f"service:{name}" not in told)
    return [Skipped(f"service:{name}", "not-known") for name in left]


def _whole(manifest: Manifest) -> bool:
    """Whether nothing was left out that may hold what is missed: regions that are off may do so as well."""
    if _not_read_then(manifest):
        return False
    return not any(one.why in ("not-asked", "no-sign-in", "denied") for one in manifest.skipped)


def _collected(manifest: Manifest) -> frozenset[str]:
    """Types of records that the operations of the snapshot give."""
    return frozenset(
        type_
        for service in services().values()
        for call in service.calls
        if call.operation in manifest.services.get(service.name, ())
        for type_ in (*call.yields, *call.covers)
    )


def _notes(manifest: Manifest) -> Iterator[Text]:
    age = now() - manifest.finished
    when = manifest.finished.astimezone(datetime.timezone(datetime.timedelta(hours=9))).strftime("%Y-%m-%d %H:%M JST")
    if age >= _OLD:
        yield Text(
            f"{when} に収集した内容（{age.days}日前）です。その後の変更は含みません。",
            f"collected {when}, {age.days} days ago; later changes are not in it.",
        )
    else:
        yield Text(f"{when} に収集した内容です。", f"collected {when}.")
