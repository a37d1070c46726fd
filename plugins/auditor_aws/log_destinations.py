"""Which buckets are places that keep logs."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Links, Record
from auditor.text import Text
from auditor_aws import computed

BUCKET_REFERENCES: Final = (
    ("aws_cloudtrail", "s3_bucket_name"),
    ("aws_s3_bucket_logging", "target_bucket"),
    ("aws_s3_bucket", "logging.0.target_bucket"),
    ("aws_flow_log", "log_destination"),
    ("aws_config_delivery_channel", "s3_bucket_name"),
    ("aws_lb", "access_logs.0.bucket"),
    ("aws_lb", "connection_logs.0.bucket"),
    ("aws_alb", "access_logs.0.bucket"),
    ("aws_alb", "connection_logs.0.bucket"),
    ("aws_elb", "access_logs.0.bucket"),
    ("aws_cloudfront_distribution", "logging_config.0.bucket"),
    ("aws_route53_resolver_query_log_config", "destination_arn"),
    ("aws_wafv2_web_acl_logging_configuration", "log_destination_configs.0"),
    (
        "aws_networkfirewall_logging_configuration",
        "logging_configuration.0.log_destination_config.0.log_destination.bucketName",
    ),
    ("aws_vpclattice_access_log_subscription", "destination_arn"),
    ("aws_cloudwatch_log_delivery_destination", "delivery_destination_configuration.0.destination_resource_arn"),
    ("aws_redshift_logging", "bucket_name"),
    ("aws_redshift_cluster", "logging.0.bucket_name"),
    ("aws_msk_cluster", "logging_info.0.broker_logs.0.s3.0.bucket"),
    ("aws_ecs_cluster", "configuration.0.execute_command_configuration.0.log_configuration.0.s3_bucket_name"),
)
"""Resource types that write logs into a bucket, each with the attribute that names it."""


def _writers(links: Links) -> dict[tuple[str, str], frozenset[Record]]:
    """The records of an input that write logs to something, by type and attribute; found once for each input.

    Most buckets of an input name no destination of their own, and nothing needs to be asked of them again and again.
    """
    found: dict[tuple[str, str], frozenset[Record]] | None = links.cache.get(_writers)
    if found is None:
        every = {
            (type_, path): frozenset(one for one in links.of_type(type_) if _may_write(one, path))
            for type_, path in BUCKET_REFERENCES
        }
        found = links.cache[_writers] = {where: writers for where, writers in every.items() if writers}
    return found


def _may_write(record: Record, path: str) -> bool:
    """Whether the record can name a destination at all: not if its block is left out."""
    outer, nested, _ = path.partition(".")
    if not nested:
        return True
    blocks = computed.blocks(record, outer)
    return isinstance(blocks, Unknown) or bool(blocks.value)


def is_destination(bucket: Record) -> Attr[bool]:
    """Whether something in the input writes its logs into the bucket; unknown where a destination is open."""
    open_reference: Record | None = None
    open_path = ""
    for (type_, path), writers in _writers(bucket.links).items():
        found = computed.joined(bucket, type_, path)
        if found.certain:
            return Known(True, found.certain[0], path)
        if open_reference is None and found.possible:
            named = next((one for one in found.possible if one in writers), None)
            if named is not None:
                open_reference, open_path = named, path
    if open_reference is not None:
        refused = _refused(open_reference, open_path)
        if refused is not None:
            return Unknown(refused.reason, bucket, "bucket", refused.detail)
        name = open_reference.address
        detail = Text(f"{name} のログの出力先", f"where {name} writes its logs")
        return Unknown(Reason.UNRESOLVED, bucket, "bucket", detail)
    return Known(False, bucket, "bucket")


def _refused(writer: Record, path: str) -> Unknown | None:
    """Why it is not known where something writes its logs, if an API was asked and did not say it."""
    if writer.unlisted is not None:
        return writer.unlisted.unknown
    said = writer.get(path.partition(".")[0])
    return said if isinstance(said, Unknown) and said.reason in (Reason.DENIED, Reason.FAILED) else None
