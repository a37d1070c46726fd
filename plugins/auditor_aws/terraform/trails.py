"""CloudTrail trails and event data stores, and the delivery of AWS Config.

Sources: Terraform AWS provider documentation, pages ``aws_cloudtrail`` and ``aws_cloudtrail_event_data_store``;
CloudTrail User Guide, pages "Logging management events" and "Logging data events".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Unknown, all_of, map_attr
from auditor.facets import (
    AuditTrail,
    DataAccessLog,
    Facet,
    KeyOwner,
    LogStore,
    Residue,
    Retirement,
    TrailIntegrity,
)
from auditor.record import Action, Node, Record
from auditor_aws import computed, keys, retirement
from auditor_aws.destinations import BUCKETS, log_export
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY

_DATA_KINDS: Final = {
    "AWS::S3::Object": "s3-data-events",
    "AWS::S3Express::Object": "s3-data-events",
    "AWS::Lambda::Function": "lambda-data-events",
    "AWS::DynamoDB::Table": "dynamodb-data-events",
}
_S3: Final = "s3-data-events"


class _Events(msgspec.Struct, frozen=True):
    """What the selectors of a trail let through."""

    management: Attr[bool]
    data: Attr[frozenset[str]]
    """Names of the kinds of data events."""


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


def _basic(record: Record, selectors: tuple[Node, ...]) -> _Events:
    """``event_selector`` blocks: reading and writing may be given by two of them."""
    halves: set[str] = set()
    data: set[str] = set()
    management: Unknown | None = None
    data_open: Unknown | None = None
    for selector in selectors:
        included = selector.flag("include_management_events", True)
        kind = selector.text_or("read_write_type", "All")
        left_out = selector.has("exclude_management_event_sources")
        if isinstance(included, Unknown) or isinstance(kind, Unknown) or isinstance(left_out, Unknown):
            management = next(a for a in (included, kind, left_out) if isinstance(a, Unknown))
        elif included.value and not left_out.value:
            halves |= {"ReadOnly", "WriteOnly"} if kind.value == "All" else {kind.value}
        resources = selector.blocks("data_resource")
        if isinstance(resources, Unknown):
            data_open = resources
            continue
        for resource in resources.value:
            type_ = resource.text("type")
            if isinstance(type_, Unknown):
                data_open = type_
            elif type_.value:
                data.add(_DATA_KINDS.get(type_.value, type_.value))
    whole = len(halves) == 2
    return _Events(
        management if management is not None and not whole else record.known("event_selector", whole),
        record.known("event_selector", frozenset(data)) if data_open is None else data_open,
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


def _advanced(record: Record, selectors: tuple[Node, ...]) -> _Events:
    halves: set[str] = set()
    data: set[str] = set()
    open_: Unknown | None = None
    for node in selectors:
        selector = _advanced_selector(node)
        if isinstance(selector, Unknown):
            open_ = selector
        elif selector.value.category == "Management" and not selector.value.narrowed:
            half = selector.value.half
            halves |= {"ReadOnly", "WriteOnly"} if half == "All" else {half}
        elif selector.value.category == "Data":
            data |= {_DATA_KINDS.get(type_, type_) for type_ in selector.value.types}
    whole = len(halves) == 2
    return _Events(
        open_ if open_ is not None and not whole else record.known("advanced_event_selector", whole),
        record.known("advanced_event_selector", frozenset(data)) if open_ is None else open_,
    )


def _events(record: Record) -> _Events:
    advanced = computed.blocks(record, "advanced_event_selector")
    if isinstance(advanced, Unknown):
        return _Events(advanced, advanced)
    if advanced.value:
        return _advanced(record, advanced.value)
    basic = record.blocks("event_selector")
    if isinstance(basic, Unknown):
        return _Events(basic, basic)
    if basic.value:
        return _basic(record, basic.value)
    # Without selectors all management events are logged and no data events.
    return _Events(record.known("event_selector", True), record.known("event_selector", frozenset()))


def _others_log_s3(record: Record) -> bool:
    """Whether another trail or event data store of the input may log accesses to objects."""
    for type_ in ("aws_cloudtrail", "aws_cloudtrail_event_data_store"):
        for other in record.links.of_type(type_):
            if other is record or other.action in (Action.DELETE, Action.FORGET):
                continue
            data = _events(other).data
            if isinstance(data, Unknown) or _S3 in data.value:
                return True
    return False


def _data_logs(record: Record, data: Attr[frozenset[str]]) -> Iterable[Facet]:
    """One log for each kind that is recorded; that of objects also where no trail at all records it."""
    if isinstance(data, Unknown):
        yield DataAccessLog(key=_S3, what=_S3, enabled=data)
        return
    for kind in sorted(data.value):
        yield DataAccessLog(key=kind, what=kind, enabled=Known(True, data.origin, data.path))
    if _S3 not in data.value and not _others_log_s3(record):
        yield DataAccessLog(key=_S3, what=_S3, enabled=Known(False, data.origin, data.path))


@REGISTRY.adapter("aws_cloudtrail")
def trail(record: Record) -> Iterable[Facet]:
    """A trail.  One for all Regions always has the events of global services too."""
    events = _events(record)
    yield in_region(record, stores_data=False)
    yield AuditTrail(
        logging=record.flag("enable_logging", True),
        all_regions=record.flag("is_multi_region_trail", False),
        management_events=all_of(events.management, record.flag("include_global_service_events", True)),
        organization=record.flag("is_organization_trail", False),
    )
    yield TrailIntegrity(validated=record.flag("enable_log_file_validation", False))
    # Log files are encrypted with keys of S3 unless the trail names a key.
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield from _data_logs(record, events.data)
    yield log_export(record, "s3_bucket_name", *BUCKETS)


@REGISTRY.adapter("aws_cloudtrail_event_data_store")
def event_data_store(record: Record) -> Iterable[Facet]:
    """CloudTrail Lake: logs and keeps events in one."""
    events = _events(record)
    suspended = computed.text(record, "suspend")
    yield in_region(record)
    yield AuditTrail(
        logging=suspended
        if isinstance(suspended, Unknown)
        else record.known("suspend", (suspended.value or "false").lower() != "true"),
        all_regions=record.flag("multi_region_enabled", True),
        management_events=events.management,
        organization=record.flag("organization_enabled", False),
    )
    days = record.number_or("retention_period", 2555)
    yield LogStore(retention_days=map_attr(days, float))
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield from _data_logs(record, events.data)
    yield Retirement(obstacles=(retirement.protects(record, "termination_protection_enabled", default=True),))
    yield Residue(what="event-data-store")


@REGISTRY.adapter("aws_config_delivery_channel")
def config_delivery(record: Record) -> Iterable[Facet]:
    """Histories of the configuration of resources, written into a bucket."""
    yield in_region(record, stores_data=False)
    yield keys.at_rest(record, "s3_kms_key_arn", KeyOwner.PROVIDER)
    yield log_export(record, "s3_bucket_name", *BUCKETS)


@REGISTRY.adapter("aws_config_configuration_recorder")
def config_recorder(record: Record) -> Iterable[Facet]:
    """Keeps the history of the configuration of resources."""
    yield in_region(record)


@REGISTRY.adapter("aws_config_retention_configuration")
def config_retention(record: Record) -> Iterable[Facet]:
    """How long AWS Config keeps those histories."""
    yield in_region(record, stores_data=False)
    yield LogStore(retention_days=record.number("retention_period_in_days"))


REGISTRY.part("aws_config_configuration_recorder", "aws_config_configuration_recorder_status")


@REGISTRY.adapter("aws_guardduty_publishing_destination")
def guardduty_export(record: Record) -> Iterable[Facet]:
    """Findings, written into a bucket with a key of the customer."""
    yield in_region(record, stores_data=False)
    yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    yield log_export(record, "destination_arn", *BUCKETS)
