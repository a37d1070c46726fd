"""CloudWatch Logs: log groups and what carries their entries elsewhere.

Source of defaults: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Unknown
from auditor.facets import Exposure, Facet, KeyOwner, LogStore, Placement, Residue, Retirement
from auditor.record import Record
from auditor_aws import computed, keys, policies, retirement
from auditor_aws.destinations import STREAMS, log_export
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived, shown


def _group_retention(group: Record) -> Attr[float | None]:
    """Days; 0 (the default) stands for "never expire", and class DELIVERY always keeps entries for 2 days."""
    class_ = computed.text(group, "log_group_class", "STANDARD")
    if isinstance(class_, Unknown):
        return class_
    if class_.value == "DELIVERY":
        return group.known("log_group_class", 2.0)
    days = group.number_or("retention_in_days", 0)
    if isinstance(days, Unknown):
        return days
    return derived(days.value or None, days)


@REGISTRY.adapter("aws_cloudwatch_log_group")
def log_group(group: Record) -> Iterable[Facet]:
    """Log entries are always encrypted; without a key of the customer by one that CloudWatch Logs owns."""
    yield in_region(group)
    yield keys.at_rest(group, "kms_key_id", KeyOwner.PROVIDER)
    yield LogStore(retention_days=_group_retention(group))
    yield Retirement(
        obstacles=(
            retirement.keeps(group, "skip_destroy"),
            retirement.protects(group, "deletion_protection_enabled"),
        )
    )
    yield Residue(what="log-group")


REGISTRY.part(
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_log_stream",
    "aws_cloudwatch_log_data_protection_policy",
    "aws_cloudwatch_log_index_policy",
    "aws_cloudwatch_log_transformer",
    "aws_cloudwatch_log_anomaly_detector",
)


@REGISTRY.adapter("aws_cloudwatch_log_subscription_filter")
def subscription(filter_: Record) -> Iterable[Facet]:
    """Copies entries as they come to a stream, a function or a destination of another account."""
    yield in_region(filter_, stores_data=False)
    yield log_export(filter_, "destination_arn", *STREAMS)


@REGISTRY.adapter("aws_cloudwatch_log_destination")
def destination(record: Record) -> Iterable[Facet]:
    """Hands entries of other accounts on to a stream."""
    yield in_region(record, stores_data=False)
    yield log_export(record, "target_arn", *STREAMS)


REGISTRY.part("aws_cloudwatch_log_destination", "aws_cloudwatch_log_destination_policy")


@REGISTRY.adapter("aws_cloudwatch_log_delivery_destination")
def delivery_destination(record: Record) -> Iterable[Facet]:
    """Where a service delivers its logs; type XRAY has no resource behind it."""
    yield in_region(record, stores_data=False)
    path = "delivery_destination_configuration.0.destination_resource_arn"
    stated = record.has(path)
    if isinstance(stated, Unknown) or stated.value:
        yield log_export(record, path, *STREAMS)


REGISTRY.part("aws_cloudwatch_log_delivery_destination", "aws_cloudwatch_log_delivery_destination_policy")


@REGISTRY.adapter("aws_cloudwatch_log_resource_policy")
def resource_policy(record: Record) -> Iterable[Facet]:
    """Who besides the account's own identities may write to or read its log groups."""
    yield in_region(record, stores_data=False)
    yield Exposure(public=policies.public(policies.stated(record, "policy_document")), holds_logs=Known(True))


@REGISTRY.adapter("aws_cloudwatch_event_archive")
def event_archive(archive: Record) -> Iterable[Facet]:
    """Archived events; ``retention_days`` 0 (the default) keeps them without an end."""
    yield in_region(archive)
    yield keys.at_rest(archive, "kms_key_identifier", KeyOwner.PROVIDER)
    yield Residue(what="event-archive")


@REGISTRY.adapter("aws_securitylake_data_lake")
def security_lake(lake: Record) -> Iterable[Facet]:
    """Security logs of several Regions in buckets of the service."""
    configurations = lake.blocks("configuration")
    if isinstance(configurations, Unknown):
        yield Placement(locations=configurations, stores_data=True)
        return
    regions: list[Known[str]] = []
    open_: Unknown | None = None
    for block in configurations.value:
        region = block.text("region")
        if isinstance(region, Unknown):
            open_ = region
        elif region.value:
            regions.append(derived(region.value.lower(), region))
            # Without an expiration the objects of the lake stay.
            days = block.number("lifecycle_configuration.0.expiration.0.days")
            yield LogStore(key=shown(region) or str(len(regions)), retention_days=days)
    locations: Attr[frozenset[str]] = (
        derived(frozenset(region.value for region in regions), configurations, *regions) if open_ is None else open_
    )
    yield Placement(locations=locations, stores_data=True)
    yield Residue(what="security-lake")
