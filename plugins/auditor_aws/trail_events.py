"""Which events the selectors of a CloudTrail trail or event data store let through.

Source: CloudTrail User Guide, pages "Logging management events" and "Logging data events".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, all_of, map_attr
from auditor.record import Action, Links, Node, Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.backup_arns import arn_pattern
from auditor_aws.iam_language.answers import Answer, every, some
from auditor_aws.iam_language.wildcards import covers, overlaps

_DATA_KINDS: Final = {
    "AWS::S3::Object": "s3-data-events",
    "AWS::S3Express::Object": "s3-data-events",
    "AWS::Lambda::Function": "lambda-data-events",
    "AWS::DynamoDB::Table": "dynamodb-data-events",
}
S3_EVENTS: Final = "s3-data-events"
TRAILS: Final = ("aws_cloudtrail", "aws_cloudtrail_event_data_store")
STATUS: Final = "aws_cloudtrail_status"
"""What a trail does in one Region of an account; no configuration has such records."""
_OBJECT: Final = "AWS::S3::Object"


class Events(msgspec.Struct, frozen=True):
    """What the selectors of a trail let through."""

    management: Attr[bool]
    """Reading and writing, of all services."""
    any_management: Attr[bool]
    """Some of the management events at least."""
    data: Attr[frozenset[str]]
    """Names of the kinds of data events of which both reading and writing are recorded."""


def _texts(node: Node, path: str) -> Attr[frozenset[str]]:
    elements = node.elements(path)
    if isinstance(elements, Unknown):
        return elements
    found: set[str] = set()
    for item in elements.value:
        if isinstance(item, Unknown):
            return item
        found.add(str(item.value))
    return Known(frozenset(found), elements.origin, elements.path)


def _halves(kind: str) -> set[str]:
    """Reading and writing, as ``read_write_type`` names them."""
    return {"ReadOnly", "WriteOnly"} if kind == "All" else {kind}


def _whole(data: dict[str, set[str]]) -> frozenset[str]:
    """The kinds of which both halves are there."""
    return frozenset(kind for kind, halves in data.items() if len(halves) == 2)


def _basic(record: Record, selectors: tuple[Node, ...]) -> Events:
    """``event_selector`` blocks: reading and writing may be given by two of them."""
    halves: set[str] = set()
    data: dict[str, set[str]] = {}
    management: Unknown | None = None
    data_open: Unknown | None = None
    for selector in selectors:
        included = selector.flag("include_management_events", True)
        kind = selector.text_or("read_write_type", "All")
        left_out = selector.has("exclude_management_event_sources")
        if isinstance(included, Unknown) or isinstance(kind, Unknown) or isinstance(left_out, Unknown):
            management = next(a for a in (included, kind, left_out) if isinstance(a, Unknown))
        elif included.value and not left_out.value:
            halves |= _halves(kind.value)
        resources = selector.blocks("data_resource")
        if isinstance(resources, Unknown):
            data_open = resources
            continue
        for resource in resources.value:
            type_ = resource.text("type")
            if isinstance(type_, Unknown):
                data_open = type_
            elif isinstance(kind, Unknown):
                data_open = kind
            elif type_.value:
                data.setdefault(_DATA_KINDS.get(type_.value, type_.value), set()).update(_halves(kind.value))
    whole = len(halves) == 2
    return Events(
        management if management is not None and not whole else record.known("event_selector", whole),
        management if management is not None and not halves else record.known("event_selector", bool(halves)),
        record.known("event_selector", _whole(data)) if data_open is None else data_open,
    )


class _Selector(msgspec.Struct, frozen=True):
    """One advanced selector, as far as it is asked about here."""

    category: str
    types: frozenset[str]
    half: str
    """``All``, or the half that ``readOnly`` leaves."""
    narrowed: bool
    """Further fields leave out some of the events."""


def _advanced_selector(selector: Node) -> Attr[_Selector]:
    fields = selector.blocks("field_selector")
    if isinstance(fields, Unknown):
        return fields
    category, types, half, narrowed = "", frozenset[str](), "All", False
    for field in fields.value:
        name, equals = field.text("field"), _texts(field, "equals")
        if isinstance(name, Unknown):
            return name
        if isinstance(equals, Unknown):
            if name.value in ("eventCategory", "resources.type", "readOnly"):
                return equals
            narrowed = True
        elif name.value == "eventCategory":
            category = next(iter(equals.value), "")
        elif name.value == "resources.type":
            types = equals.value
        elif name.value == "readOnly":
            if len(equals.value) == 1:
                half = "ReadOnly" if "true" in equals.value else "WriteOnly"
        else:
            narrowed = True
    return selector.known("field_selector", _Selector(category, types, half, narrowed))


def _advanced(record: Record, selectors: tuple[Node, ...]) -> Events:
    halves: set[str] = set()
    data: dict[str, set[str]] = {}
    open_: Unknown | None = None
    for node in selectors:
        selector = _advanced_selector(node)
        if isinstance(selector, Unknown):
            open_ = selector
        elif selector.value.category == "Management" and not selector.value.narrowed:
            halves |= _halves(selector.value.half)
        elif selector.value.category == "Data":
            for type_ in selector.value.types:
                data.setdefault(_DATA_KINDS.get(type_, type_), set()).update(_halves(selector.value.half))
    whole = len(halves) == 2
    return Events(
        open_ if open_ is not None and not whole else record.known("advanced_event_selector", whole),
        open_ if open_ is not None and not halves else record.known("advanced_event_selector", bool(halves)),
        record.known("advanced_event_selector", _whole(data)) if open_ is None else open_,
    )


def events(record: Record) -> Events:
    """What a trail or event data store records."""
    advanced = computed.blocks(record, "advanced_event_selector")
    if isinstance(advanced, Unknown):
        return Events(advanced, advanced, advanced)
    if advanced.value:
        return _advanced(record, advanced.value)
    basic = record.blocks("event_selector")
    if isinstance(basic, Unknown):
        return Events(basic, basic, basic)
    if basic.value:
        return _basic(record, basic.value)
    # Without selectors all management events are logged and no data events.
    everything = record.known("event_selector", True)
    return Events(everything, everything, record.known("event_selector", frozenset()))


def ingesting(store: Record) -> Attr[bool]:
    """Whether an event data store takes events in; it does unless ``suspend`` says otherwise."""
    suspended = computed.text(store, "suspend")
    if isinstance(suspended, Unknown):
        return suspended
    return store.known("suspend", (suspended.value or "false").lower() != "true")


def recording(trail: Record) -> Attr[bool]:
    """Whether a trail is on, and nothing keeps it from writing its files, in every Region that was asked.

    An error of delivery means that files do not arrive (CloudTrail API Reference, GetTrailStatus).
    """
    found = [trail.flag("enable_logging", True)]
    for status in computed.joined(trail, STATUS, "trail").certain:
        found.append(status.flag("is_logging", False))
        found.append(map_attr(status.text("latest_delivery_error"), lambda error: error is None))
    return all_of(*found)


def alive(record: Record) -> bool:
    """Whether the record stays."""
    return record.action not in (Action.DELETE, Action.FORGET)


class _Prefixes(msgspec.Struct, frozen=True):
    """ARN prefixes of objects, as a selector lists them."""

    literals: tuple[str, ...]
    buckets: tuple[Record, ...]
    """Buckets of which the ARN is known only after apply."""
    open: bool
    """There are further ones that are not known."""


class _Objects(msgspec.Struct, frozen=True):
    """One selector of the accesses to objects, reading and writing."""

    arns: tuple[_Prefixes, ...] = ()
    """The object must be in each of them; () takes in all objects."""
    certain: bool = True
    """Nothing else narrows the selector, or may."""


class _Recorder(msgspec.Struct, frozen=True):
    """What one trail or event data store does, read once for all buckets."""

    trail: Record
    logging: Answer
    everywhere: Answer
    """It records events of all Regions."""
    management: Answer
    """It records management operations."""
    selectors: tuple[_Objects, ...]
    path: str
    """Attribute that holds the selectors."""


_OPEN: Final = _Objects(certain=False)


def _listed(node: Node, path: str) -> _Prefixes:
    elements = node.elements(path)
    if isinstance(elements, Unknown):
        return _Prefixes((), (), True)
    literals: list[str] = []
    buckets: list[Record] = []
    open_ = False
    for index, element in enumerate(elements.value):
        if isinstance(element, Known):
            literals.append(str(element.value))
            continue
        target = node.target(f"{path}.{index}", "aws_s3_bucket")
        if isinstance(target, Unknown):
            open_ = True
        elif target.value is not None:
            buckets.append(target.value)
    return _Prefixes(tuple(literals), tuple(buckets), open_)


def _by_basic(selector: Node) -> Iterator[_Objects]:
    kind = selector.text_or("read_write_type", "All")
    resources = selector.blocks("data_resource")
    if isinstance(kind, Unknown) or isinstance(resources, Unknown):
        yield _OPEN
        return
    if kind.value != "All":
        return
    for resource in resources.value:
        type_ = resource.text("type")
        if isinstance(type_, Unknown):
            yield _OPEN
        elif type_.value == _OBJECT:
            yield _Objects((_listed(resource, "values"),))


def _by_advanced(selector: Node) -> Iterator[_Objects]:
    read = _advanced_selector(selector)
    fields = selector.blocks("field_selector")
    if isinstance(read, Unknown) or isinstance(fields, Unknown):
        yield _OPEN
        return
    if read.value.category != "Data" or _OBJECT not in read.value.types or read.value.half != "All":
        return
    arns: list[_Prefixes] = []
    certain = True
    for field in fields.value:
        name = field.text("field")
        if isinstance(name, Known) and name.value == "resources.ARN":
            arns.append(_listed(field, "starts_with"))
        elif isinstance(name, Unknown) or name.value not in ("eventCategory", "resources.type", "readOnly"):
            # Whether what the field leaves out matters is not for this to say.
            certain = False
    yield _Objects(tuple(arns), certain)


def _selectors(trail: Record) -> Iterator[_Objects]:
    advanced = computed.blocks(trail, "advanced_event_selector")
    if isinstance(advanced, Unknown):
        yield _OPEN
        return
    for selector in advanced.value:
        yield from _by_advanced(selector)
    if advanced.value:
        return
    basic = trail.blocks("event_selector")
    if isinstance(basic, Unknown):
        yield _OPEN
        return
    for selector in basic.value:
        yield from _by_basic(selector)


def _recorder(trail: Record) -> _Recorder:
    advanced = trail.has("advanced_event_selector")
    if trail.type == "aws_cloudtrail":
        logging, everywhere = recording(trail), trail.flag("is_multi_region_trail", False)
    else:
        logging, everywhere = ingesting(trail), trail.flag("multi_region_enabled", True)
    return _Recorder(
        trail,
        _as_answer(logging),
        _as_answer(everywhere),
        _as_answer(events(trail).any_management),
        tuple(_selectors(trail)),
        "advanced_event_selector" if isinstance(advanced, Known) and advanced.value else "event_selector",
    )


def _recorders(links: Links) -> tuple[_Recorder, ...]:
    found: tuple[_Recorder, ...] | None = links.cache.get(_recorders)
    if found is None:
        trails = (trail for type_ in TRAILS for trail in links.of_type(type_) if alive(trail))
        found = links.cache[_recorders] = tuple(map(_recorder, trails))
    return found


def _as_answer(attr: Attr[bool]) -> Answer:
    if isinstance(attr, Unknown):
        return Answer.UNDECIDED
    return Answer.YES if attr.value else Answer.NO


def _inside(prefix: str, objects: str) -> Answer:
    """Whether a prefix takes in all objects of a bucket, of whose ARN parts may be open (``*``)."""
    if "*" not in objects:
        return Answer.YES if objects.startswith(prefix) else Answer.NO
    if covers(f"{prefix}*", objects):
        return Answer.YES
    return Answer.UNDECIDED if overlaps(f"{prefix}*", objects) else Answer.NO


def _names(prefixes: _Prefixes, bucket: Record, objects: str) -> Answer:
    if bucket in prefixes.buckets:
        return Answer.YES
    found = some(_inside(prefix, objects) for prefix in prefixes.literals)
    return some([found, Answer.UNDECIDED]) if prefixes.open else found


def _takes_in(recorder: _Recorder, bucket: Record, objects: str) -> Answer:
    return some(
        every(
            [
                *(_names(prefixes, bucket, objects) for prefixes in selector.arns),
                Answer.YES if selector.certain else Answer.UNDECIDED,
            ]
        )
        for selector in recorder.selectors
    )


def _reaches(recorder: _Recorder, bucket: Record) -> Answer:
    """Whether a trail is on and records events of the bucket's Region."""
    trail = recorder.trail
    here = Answer.UNDECIDED
    if isinstance(trail.region, Known) and isinstance(bucket.region, Known):
        here = Answer.YES if trail.region.value == bucket.region.value else Answer.NO
    return every([recorder.logging, some([recorder.everywhere, here])])


def _of_account(trail: Record, bucket: Record) -> bool:
    """Whether the trail is one of the bucket's account; a configuration that says neither counts as one account."""
    own, other = trail.account, bucket.account
    return not (isinstance(own, Known) and isinstance(other, Known)) or own.value == other.value


def objects_logged(bucket: Record) -> Attr[bool]:
    """Whether a trail records every access to the objects of a bucket.

    ``False`` where the input holds the trail of management operations in the bucket's account and Region, and it leaves
    these data events out.  Unknown where a trail's selectors are open, and where the input shows no such trail and
    need not hold all of the account: the trail of an organisation may record data events too.
    """
    recorders = _recorders(bucket.links)
    objects = f"{arn_pattern(bucket)}/" if recorders else ""
    undecided: Record | None = None
    relied_on: _Recorder | None = None
    for recorder in recorders:
        if not _of_account(recorder.trail, bucket):
            continue
        reached = _reaches(recorder, bucket)
        answer = every([reached, _takes_in(recorder, bucket, objects)])
        if answer is Answer.YES:
            return Known(True, recorder.trail, recorder.path)
        if answer is Answer.UNDECIDED:
            undecided = undecided or recorder.trail
        elif relied_on is None and every([reached, recorder.management]) is Answer.YES:
            relied_on = recorder
    if undecided is not None:
        detail = Text(f"{undecided.address} の対象", f"what {undecided.address} records")
        return Unknown(Reason.AMBIGUOUS, bucket, "bucket", detail)
    if relied_on is not None:
        return Known(False, relied_on.trail, relied_on.path)
    if bucket.links.complete:
        return Known(False, bucket, "bucket")
    detail = Text(
        "入力に含まれない証跡（組織の証跡など）がオブジェクトへのアクセスを記録するかどうか",
        "whether a trail that is not in the input (of an organisation, say) records the accesses to objects",
    )
    return Unknown(Reason.NOT_COLLECTED, bucket, "bucket", detail)
