"""Which events the selectors of a CloudTrail trail or event data store let through.

Source: CloudTrail User Guide, pages "Logging management events" and "Logging data events".
"""

from __future__ import annotations

from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Node, Record
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


def alive(record: Record) -> bool:
    """Whether the record stays."""
    return record.action not in (Action.DELETE, Action.FORGET)


def _prefix_answer(prefix: str, bucket_arn: str) -> Answer:
    """Whether all objects of a bucket begin with the prefix, which may be that of all buckets."""
    if covers(f"{prefix}*", f"{bucket_arn}/"):
        return Answer.YES
    return Answer.UNDECIDED if overlaps(f"{prefix}*", f"{bucket_arn}/") else Answer.NO


def _prefixes(node: Node, path: str, bucket: Record) -> Answer:
    """Whether one of the ARN prefixes of a list takes in the bucket."""
    elements = node.elements(path)
    if isinstance(elements, Unknown):
        return Answer.UNDECIDED
    arn = arn_pattern(bucket)
    answers: list[Answer] = []
    for index, element in enumerate(elements.value):
        if isinstance(element, Known):
            answers.append(_prefix_answer(str(element.value), arn))
            continue
        target = node.target(f"{path}.{index}", "aws_s3_bucket")
        if isinstance(target, Unknown):
            answers.append(Answer.UNDECIDED)
        else:
            answers.append(Answer.YES if target.value is bucket else Answer.NO)
    return some(answers)


def _by_basic(selector: Node, bucket: Record) -> Answer:
    kind = selector.text_or("read_write_type", "All")
    resources = selector.blocks("data_resource")
    if isinstance(kind, Unknown) or isinstance(resources, Unknown):
        return Answer.UNDECIDED
    if kind.value != "All":
        return Answer.NO
    answers: list[Answer] = []
    for resource in resources.value:
        type_ = resource.text("type")
        if isinstance(type_, Unknown):
            answers.append(Answer.UNDECIDED)
        elif type_.value == _OBJECT:
            answers.append(_prefixes(resource, "values", bucket))
    return some(answers)


def _by_advanced(selector: Node, bucket: Record) -> Answer:
    read = _advanced_selector(selector)
    if isinstance(read, Unknown):
        return Answer.UNDECIDED
    if read.value.category != "Data" or _OBJECT not in read.value.types or read.value.half != "All":
        return Answer.NO
    fields = selector.blocks("field_selector")
    if isinstance(fields, Unknown):
        return Answer.UNDECIDED
    answers: list[Answer] = []
    for field in fields.value:
        name = field.text("field")
        if isinstance(name, Unknown):
            answers.append(Answer.UNDECIDED)
        elif name.value == "resources.ARN":
            answers.append(_prefixes(field, "starts_with", bucket))
        elif name.value not in ("eventCategory", "resources.type", "readOnly"):
            # Whether what the field leaves out matters is not for this to say.
            answers.append(Answer.UNDECIDED)
    return every(answers)


def _takes_in(trail: Record, bucket: Record) -> Answer:
    advanced = computed.blocks(trail, "advanced_event_selector")
    if isinstance(advanced, Unknown):
        return Answer.UNDECIDED
    if advanced.value:
        return some(_by_advanced(selector, bucket) for selector in advanced.value)
    basic = trail.blocks("event_selector")
    if isinstance(basic, Unknown):
        return Answer.UNDECIDED
    return some(_by_basic(selector, bucket) for selector in basic.value)


def _logging(trail: Record) -> Attr[bool]:
    """Whether a trail or event data store is on."""
    if trail.type == "aws_cloudtrail":
        return trail.flag("enable_logging", True)
    return ingesting(trail)


def _reaches(trail: Record, bucket: Record) -> Answer:
    """Whether a trail is on and records events of the bucket's Region."""
    if trail.type == "aws_cloudtrail":
        everywhere = trail.flag("is_multi_region_trail", False)
    else:
        everywhere = trail.flag("multi_region_enabled", True)
    here = Answer.UNDECIDED
    if isinstance(trail.region, Known) and isinstance(bucket.region, Known):
        here = Answer.YES if trail.region.value == bucket.region.value else Answer.NO
    return every([_as_answer(_logging(trail)), some([_as_answer(everywhere), here])])


def _as_answer(attr: Attr[bool]) -> Answer:
    if isinstance(attr, Unknown):
        return Answer.UNDECIDED
    return Answer.YES if attr.value else Answer.NO


def _of_account(trail: Record, bucket: Record) -> bool:
    """Whether the trail is one of the bucket's account; a configuration that says neither counts as one account."""
    own, other = trail.account, bucket.account
    return not (isinstance(own, Known) and isinstance(other, Known)) or own.value == other.value


def _is_the_trail(trail: Record, bucket: Record) -> bool:
    """Whether it records management operations in the bucket's Region, so that the account relies on this trail."""
    return every([_reaches(trail, bucket), _as_answer(events(trail).any_management)]) is Answer.YES


def objects_logged(bucket: Record) -> Attr[bool]:
    """Whether a trail records every access to the objects of a bucket.

    ``False`` where the trail of management operations of the bucket's account is in the input and leaves these data
    events out.  Unknown where a trail's selectors are open, and where the input shows no such trail and need not hold
    all of the account: the trail of an organisation may record data events too.
    """
    undecided: Record | None = None
    found: Record | None = None
    for type_ in TRAILS:
        for trail in bucket.links.of_type(type_):
            if not alive(trail) or not _of_account(trail, bucket):
                continue
            answer = every([_reaches(trail, bucket), _takes_in(trail, bucket)])
            if answer is Answer.YES:
                return Known(True, trail, "event_selector")
            if answer is Answer.UNDECIDED:
                undecided = undecided or trail
            elif found is None and _is_the_trail(trail, bucket):
                found = trail
    if undecided is not None:
        detail = Text(f"{undecided.address} の対象", f"what {undecided.address} records")
        return Unknown(Reason.AMBIGUOUS, bucket, "bucket", detail)
    if found is not None:
        return Known(False, found, "event_selector")
    if bucket.links.complete:
        return Known(False, bucket, "bucket")
    detail = Text(
        "入力に含まれない証跡（組織の証跡など）がオブジェクトへのアクセスを記録するかどうか",
        "whether a trail that is not in the input (of an organisation, say) records the accesses to objects",
    )
    return Unknown(Reason.NOT_COLLECTED, bucket, "bucket", detail)
