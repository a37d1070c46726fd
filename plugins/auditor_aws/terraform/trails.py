"""CloudTrail trails and event data stores, and the delivery of AWS Config.

Sources: Terraform AWS provider documentation, pages ``aws_cloudtrail`` and ``aws_cloudtrail_event_data_store``;
CloudTrail User Guide, pages "Logging management events" and "Logging data events".
"""

from __future__ import annotations

from collections.abc import Iterable

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
from auditor.record import Record
from auditor_aws import keys, retirement
from auditor_aws.destinations import BUCKETS, log_export
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY
from auditor_aws.trail_events import events, ingesting, recording


def _data_logs(data: Attr[frozenset[str]], logging: Attr[bool]) -> Iterable[Facet]:
    """One log for each kind of data events that the selectors let through.

    That accesses to a store are not recorded is said of the store: buckets may have access logs instead.
    """
    if isinstance(data, Unknown):
        return
    for kind in sorted(data.value):
        yield DataAccessLog(key=kind, what=kind, enabled=all_of(logging, Known(True, data.origin, data.path)))


@REGISTRY.adapter("aws_cloudtrail")
def trail(record: Record) -> Iterable[Facet]:
    """A trail.  One for all Regions always has the events of global services too."""
    found = events(record)
    logging = recording(record)
    yield in_region(record, stores_data=False)
    yield AuditTrail(
        logging=logging,
        all_regions=record.flag("is_multi_region_trail", False),
        management_events=all_of(found.management, record.flag("include_global_service_events", True)),
        organization=record.flag("is_organization_trail", False),
    )
    yield TrailIntegrity(validated=record.flag("enable_log_file_validation", False))
    # Log files are encrypted with keys of S3 unless the trail names a key.
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield from _data_logs(found.data, logging)
    yield log_export(record, "s3_bucket_name", *BUCKETS)


@REGISTRY.adapter("aws_cloudtrail_event_data_store")
def event_data_store(record: Record) -> Iterable[Facet]:
    """CloudTrail Lake: logs and keeps events in one."""
    found = events(record)
    logging = ingesting(record)
    yield in_region(record)
    yield AuditTrail(
        logging=logging,
        all_regions=record.flag("multi_region_enabled", True),
        management_events=found.management,
        organization=record.flag("organization_enabled", False),
    )
    days = record.number_or("retention_period", 2555)
    yield LogStore(retention_days=map_attr(days, float))
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield from _data_logs(found.data, logging)
    yield Retirement(obstacles=(retirement.protects(record, "termination_protection_enabled", default=True),))
    yield Residue(what="event-data-store")


@REGISTRY.adapter("aws_config_delivery_channel")
def config_delivery(record: Record) -> Iterable[Facet]:
    """Histories of the configuration of resources, written into a bucket."""
    yield in_region(record, stores_data=False)
    key = record.has("s3_kms_key_arn")
    if isinstance(key, Unknown) or key.value:
        # Without a key the encryption is the bucket's, which is judged there.
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
