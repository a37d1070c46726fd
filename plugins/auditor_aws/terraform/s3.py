"""Buckets of every kind, and objects.

Sources: Terraform AWS provider documentation, pages ``aws_s3_bucket`` and those of its separate settings,
``aws_s3_directory_bucket``, ``aws_s3tables_table_bucket``, ``aws_s3vectors_vector_bucket``, ``aws_s3_object``.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    LogImmutability,
    LogStore,
    ObjectVersioning,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import backups, computed, keys, log_destinations, placement, policies, retirement
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform import s3_parts
from auditor_aws.trail_events import S3_EVENTS, objects_logged

REGISTRY.part(
    "aws_s3_bucket",
    "aws_s3_account_public_access_block",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
)
REGISTRY.part("aws_s3tables_table_bucket", "aws_s3tables_namespace", "aws_s3tables_table_bucket_policy")
REGISTRY.part("aws_s3_access_point", "aws_s3control_access_point_policy")
# How a bucket serves, counts and announces its objects, and doors to buckets that are judged themselves.
REGISTRY.inert(
    "aws_s3_bucket_abac",
    "aws_s3_bucket_accelerate_configuration",
    "aws_s3_bucket_analytics_configuration",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_intelligent_tiering_configuration",
    "aws_s3_bucket_inventory",
    "aws_s3_bucket_metadata_configuration",
    "aws_s3_bucket_metric",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_request_payment_configuration",
    "aws_s3control_access_grant",
    "aws_s3control_access_grants_instance",
    "aws_s3control_access_grants_instance_resource_policy",
    "aws_s3control_access_grants_location",
    "aws_s3control_bucket_lifecycle_configuration",
    "aws_s3control_bucket_policy",
    "aws_s3control_directory_bucket_access_point_scope",
    "aws_s3control_multi_region_access_point",
    "aws_s3control_multi_region_access_point_policy",
    "aws_s3control_multi_region_access_point_routes",
    "aws_s3control_object_lambda_access_point",
    "aws_s3control_object_lambda_access_point_policy",
    "aws_s3control_storage_lens_configuration",
    "aws_s3files_access_point",
    "aws_s3files_file_system_policy",
    "aws_s3files_mount_target",
    "aws_s3files_synchronization_configuration",
    "aws_s3outposts_endpoint",
)
REGISTRY.part("aws_s3vectors_vector_bucket", "aws_s3vectors_vector_bucket_policy")


@REGISTRY.adapter("aws_s3_bucket")
def bucket(record: Record) -> Iterator[Facet]:
    """A general purpose bucket with all of its separate settings."""
    yield placement.in_region(record)
    yield s3_parts.encryption(record)
    policy = s3_parts.policy(record)
    required, minimum = policies.requires_tls(policy, record)
    yield EncryptionInTransit(endpoint="bucket", required=required, minimum_tls=minimum)
    versioned = s3_parts.versioning(record)
    yield ObjectVersioning(enabled=versioned)
    rules = _replication_rules(record)
    yield from _replicas(rules)
    yield from backups.if_covered(record)
    mode = s3_parts.default_retention(record)
    yield Retirement(
        obstacles=(
            retirement.protects(record, "force_destroy", when=False),
            retirement.locks("object_lock.COMPLIANCE", map_attr(mode, lambda value: value == "COMPLIANCE")),
            # Whoever has the right may bypass this mode (S3 User Guide, "Object Lock retention modes").
            Obstacle(
                "object_lock.GOVERNANCE", ObstacleKind.PROTECTS, map_attr(mode, lambda value: value == "GOVERNANCE")
            ),
            Obstacle("replication_configuration", ObstacleKind.KEEPS, _copies_left(record, rules)),
        )
    )
    yield Residue(what="bucket")
    holds_logs = log_destinations.is_destination(record)
    yield Exposure(public=s3_parts.public(record, policy), holds_logs=holds_logs)
    yield from _access_log(record, holds_logs)
    if isinstance(holds_logs, Unknown):
        # Were these left out, a bucket of logs that keeps them too short would count as no bucket of logs.
        yield LogStore(retention_days=holds_logs)
        yield LogImmutability(locked=holds_logs, versioned=holds_logs, deletion_denied=holds_logs)
    elif holds_logs.value:
        yield LogStore(retention_days=s3_parts.expiration_days(record))
        yield LogImmutability(
            locked=map_attr(mode, lambda value: value is not None),
            versioned=versioned,
            deletion_denied=policies.denies_object_deletion(policy, record),
        )


def _access_log(record: Record, holds_logs: Attr[bool]) -> Iterator[DataAccessLog]:
    """Accesses to objects: by the bucket's own access log, or by data events of a trail.

    A bucket for logs needs none: what services write there is no information of users, and a log of its own would
    grow with every entry.
    """
    if isinstance(holds_logs, Known) and holds_logs.value:
        return
    own = s3_parts.access_log(record)
    if isinstance(own, Known) and own.value:
        yield DataAccessLog(key="object-access", what="access-log", enabled=own)
        return
    by_trail = objects_logged(record)
    if isinstance(by_trail, Known) and by_trail.value:
        yield DataAccessLog(key="object-access", what=S3_EVENTS, enabled=by_trail)
        return
    enabled = any_of(own, by_trail)
    if isinstance(enabled, Known) and isinstance(holds_logs, Unknown):
        enabled = holds_logs
    yield DataAccessLog(key="object-access", what="access-log", enabled=enabled)


def _replication_rules(record: Record) -> Attr[tuple[Node, ...]]:
    separate = computed.part(record, "aws_s3_bucket_replication_configuration", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        return separate.value.blocks("rule")
    outer = computed.blocks(record, "replication_configuration")
    return outer if isinstance(outer, Unknown) or not outer.value else outer.value[0].blocks("rules")


def _copies_left(record: Record, rules: Attr[tuple[Node, ...]]) -> Attr[bool]:
    """Whether copies lie in a bucket that the input does not contain; one that it contains is judged by itself.

    Replicated objects stay where they are when their source is deleted (S3 User Guide, "What is replicated").
    """
    if isinstance(rules, Unknown):
        return rules
    left: list[Attr[bool]] = []
    for rule in rules.value:
        target = rule.target("destination.0.bucket", "aws_s3_bucket")
        elsewhere = map_attr(target, lambda found: found is None)
        left.append(all_of(map_attr(rule.text("status"), lambda value: value == "Enabled"), elsewhere))
    return any_of(*left) if left else record.known("replication_configuration", False)


def _replicas(rules: Attr[tuple[Node, ...]]) -> Iterator[Replica]:
    if isinstance(rules, Unknown):
        yield Replica(location=rules, kind=ReplicaKind.REPLICATION, key="replication")
        return
    seen: set[str] = set()
    for index, rule in enumerate(rules.value):
        status = rule.text("status")
        if isinstance(status, Known) and status.value != "Enabled":
            continue
        location = status if isinstance(status, Unknown) else _bucket_region(rule, "destination.0.bucket")
        key = (
            ",".join(sorted(location.value))
            if isinstance(location, Known) and not location.sensitive
            else _rule_name(rule, index)
        )
        if key not in seen:
            seen.add(key)
            yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)


def _rule_name(rule: Node, index: int) -> str:
    name = rule.text("id")
    return name.value if isinstance(name, Known) and name.value else str(index)


def _bucket_region(node: Node, path: str) -> Attr[frozenset[str]]:
    """Region of the bucket that an attribute names; the ARN of a bucket does not say it."""
    target = node.target(path, "aws_s3_bucket", "data.aws_s3_bucket")
    if isinstance(target, Unknown):
        return target
    found = target.value
    if found is None:
        detail = Text("複製先バケットのリージョン", "the region of the destination bucket")
        return node.unknown(path, Reason.OUTSIDE, detail)
    if found.type == "data.aws_s3_bucket":
        return placement.named_region(found, "region")
    return placement.region_set(found.region)


@REGISTRY.adapter("aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy")
def stored_object(record: Record) -> Iterator[Facet]:
    """One object: it lies in its bucket, and may carry a key and an ACL of its own."""
    yield Placement(locations=_object_region(record), stores_data=True)
    key = record.text("kms_key_id")
    if isinstance(key, Known) and key.value is not None:
        yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    acl = record.text("acl")
    if isinstance(acl, Known) and acl.value is not None:
        yield Exposure(public=s3_parts.public_canned(record, "acl"))
    yield Residue(what="object")


def _object_region(record: Record) -> Attr[frozenset[str]]:
    target = record.target("bucket", "aws_s3_bucket")
    if isinstance(target, Known) and target.value is not None:
        return placement.region_set(target.value.region)
    # The provider writes an object through the endpoint of its own region, which must be the bucket's.
    return placement.region_set(record.region)


@REGISTRY.adapter("aws_s3_access_point")
def access_point(record: Record) -> Iterator[Facet]:
    """A door to a bucket with a policy of its own; all four public access blocks are on unless switched off.

    One that can only be reached from a network counts as not public, whatever its policy says (S3 User Guide, page
    "Managing public access to access points for general purpose buckets").
    """
    yield placement.in_region(record, stores_data=False)
    policy = policies.separate_or_inline(
        record, "aws_s3control_access_point_policy", "access_point_arn", inline="policy"
    )
    restricted = _restricted(record)
    everywhere = map_attr(record.has("vpc_configuration"), lambda value: not value)
    yield Exposure(public=all_of(policies.public(policy), map_attr(restricted, lambda value: not value), everywhere))


def _restricted(point: Record) -> Attr[bool]:
    """Whether public policies count for nothing, by a setting of the access point, of its bucket or of the account.

    The strictest of the three holds (S3 User Guide, page "Managing public access to access points").
    """
    setting = "restrict_public_buckets"
    own = point.flag(f"public_access_block_configuration.0.{setting}", True)
    if isinstance(own, Known) and own.value:
        return own
    behind = point.target("bucket", "aws_s3_bucket")
    if isinstance(behind, Known) and behind.value is not None:
        return any_of(own, s3_parts.blocked(behind.value, setting))
    return any_of(own, s3_parts.blocked_by_account(point, setting))


@REGISTRY.adapter("aws_s3control_bucket")
def outpost_bucket(record: Record) -> Iterator[Facet]:
    """A bucket on an Outpost: on the premises, under the region that manages it; always encrypted and never public."""
    yield placement.in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield Exposure(public=Known(False, record))
    yield Retirement(obstacles=())
    yield Residue(what="bucket")


@REGISTRY.adapter("aws_s3files_file_system")
def bucket_files(record: Record) -> Iterator[Facet]:
    """A file system over a bucket; it keeps a part of the bucket's data, with a key of AWS unless one is named."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield Retirement(obstacles=())
    yield Residue(what="file-system")


@REGISTRY.adapter("aws_s3_directory_bucket")
def directory_bucket(record: Record) -> Iterator[Facet]:
    """A bucket of one availability zone or local zone; it can neither be public nor keep versions.

    Source: S3 User Guide, page "Directory buckets" (Block Public Access is always on, no versioning).
    """
    yield placement.in_region(record)
    yield s3_parts.encryption(record)
    yield ObjectVersioning(enabled=Known(False, record))
    yield Exposure(public=Known(False, record))
    yield Retirement(obstacles=(retirement.protects(record, "force_destroy", when=False),))
    yield Residue(what="bucket")


@REGISTRY.adapter("aws_s3tables_table_bucket")
def table_bucket(record: Record) -> Iterator[Facet]:
    """A bucket of S3 Tables."""
    yield placement.in_region(record)
    yield _tables_encryption(record)
    yield Retirement(obstacles=(retirement.protects(record, "force_destroy", when=False),))
    yield Residue(what="bucket")
    yield from _table_replicas(record, "aws_s3tables_table_bucket_replication", "table_bucket_arn")


REGISTRY.part("aws_s3tables_table_bucket", "aws_s3tables_table_bucket_replication")
REGISTRY.part("aws_s3tables_table", "aws_s3tables_table_policy", "aws_s3tables_table_replication")


@REGISTRY.adapter("aws_s3tables_table")
def table(record: Record) -> Iterator[Facet]:
    """A table of S3 Tables; without a setting of its own it is encrypted as its bucket is."""
    yield placement.in_region(record)
    own = computed.block(record, "encryption_configuration")
    parent = record.target("table_bucket_arn", "aws_s3tables_table_bucket")
    if isinstance(own, Known) and own.value is None and isinstance(parent, Known) and parent.value is not None:
        yield _tables_encryption(parent.value)
    elif isinstance(own, Known) and own.value is None and isinstance(parent, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=parent)
    else:
        yield _tables_encryption(record)
    yield Residue(what="table")
    yield from _table_replicas(record, "aws_s3tables_table_replication", "table_arn")


def _tables_encryption(record: Record) -> EncryptionAtRest:
    # SSE-S3 where nothing is set (S3 User Guide, "Protecting S3 table data with encryption"); the two argument
    # names are those of S3 Tables (sse_algorithm) and of S3 Vectors (sse_type).
    block = computed.block(record, "encryption_configuration")
    if isinstance(block, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    if block.value is None:
        return EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    return keys.at_rest(block.value, "kms_key_arn", KeyOwner.PROVIDER)


def _table_replicas(record: Record, type_: str, path: str) -> Iterator[Replica]:
    separate = computed.part(record, type_, path)
    if isinstance(separate, Unknown):
        yield Replica(location=separate, kind=ReplicaKind.REPLICATION, key="replication")
        return
    if separate.value is None:
        return
    destinations = separate.value.blocks("rule.0.destination")
    if isinstance(destinations, Unknown):
        yield Replica(location=destinations, kind=ReplicaKind.REPLICATION, key="replication")
        return
    for index, destination in enumerate(destinations.value):
        location = placement.arn_region(destination, "destination_table_bucket_arn", "aws_s3tables_table_bucket")
        key = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else str(index)
        yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)


@REGISTRY.adapter("aws_s3vectors_vector_bucket", "aws_s3vectors_index")
def vectors(record: Record) -> Iterator[Facet]:
    """A bucket of S3 Vectors, or an index in one."""
    yield placement.in_region(record)
    yield _tables_encryption(record)
    if record.type == "aws_s3vectors_vector_bucket":
        yield Retirement(obstacles=(retirement.protects(record, "force_destroy", when=False),))
    yield Residue(what="vectors")
