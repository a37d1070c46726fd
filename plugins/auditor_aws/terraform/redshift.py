"""Redshift, provisioned and serverless.

Sources: Terraform AWS provider documentation, pages ``aws_redshift_cluster`` (with blocks ``logging`` and
``snapshot_copy`` up to version 5), ``aws_redshift_logging``, ``aws_redshift_snapshot_copy``,
``aws_redshift_snapshot_schedule``, ``aws_redshiftserverless_namespace``, ``aws_redshiftserverless_workgroup``; Redshift
Management Guide, pages "Amazon Redshift snapshots" (every eight hours or 5 GB) and "Amazon Redshift parameter groups".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, map_attr
from auditor.facets import (
    Backup,
    DataAccessLog,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import (
    absent,
    backups,
    computed,
    database_tls,
    keys,
    parameter_groups,
    placement,
    retirement,
    schedules,
)
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.containers import includes

REGISTRY.part(
    "aws_redshift_cluster",
    "aws_redshift_logging",
    "aws_redshift_parameter_group",
    "aws_redshift_snapshot_copy",
    "aws_redshift_snapshot_copy_grant",
    "aws_redshift_snapshot_schedule",
    "aws_redshift_snapshot_schedule_association",
)
# Subnets, notifications, limits, schedules, sign-in settings, doors and shares; rights to share are SQL's own.
REGISTRY.inert(
    "aws_redshift_data_share_authorization",
    "aws_redshift_data_share_consumer_association",
    "aws_redshift_endpoint_access",
    "aws_redshift_endpoint_authorization",
    "aws_redshift_hsm_client_certificate",
    "aws_redshift_hsm_configuration",
    "aws_redshift_idc_application",
    "aws_redshift_namespace_registration",
    "aws_redshift_partner",
    "aws_redshift_resource_policy",
    "aws_redshift_scheduled_action",
    "aws_redshiftdata_statement",
    "aws_redshiftserverless_custom_domain_association",
    "aws_redshiftserverless_endpoint_access",
    "aws_redshiftserverless_resource_policy",
    "aws_redshift_authentication_profile",
    "aws_redshift_cluster_iam_roles",
    "aws_redshift_event_subscription",
    "aws_redshift_subnet_group",
    "aws_redshift_usage_limit",
    "aws_redshiftserverless_usage_limit",
)

_EVERY_HOURS: Final = 8.0


@REGISTRY.adapter("aws_redshift_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """A provisioned cluster."""
    yield placement.in_region(record)
    # Since version 6 of the provider encrypted and not publicly accessible unless set otherwise (upgrade guide);
    # a plan states the values, so that the defaults of older versions show as they are.
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.flag("encrypted", True))
    yield EncryptionInTransit(endpoint="database", required=_tls(record))
    days = record.number_or("automated_snapshot_retention_period", 1)
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    offsite, copies = _copies(record)
    yield _backup(record, enabled, days, offsite)
    yield from copies
    yield DataAccessLog(key="audit-log", what="audit-log", enabled=_audit_log(record))
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_final_snapshot", when=False),))
    yield Residue(what="database")


def _backup(record: Record, enabled: Attr[bool], days: Attr[float], offsite: Attr[frozenset[str]]) -> Backup:
    """Automated snapshots, by the schedule that is associated with the cluster where there is one."""
    interval = _schedule(record)
    hours = interval.value if isinstance(interval, Known) else _EVERY_HOURS
    found = backups.native(record, enabled=enabled, interval_hours=hours, retention_days=days, offsite=offsite)
    if (
        isinstance(interval, Unknown)
        and isinstance(found.interval_hours, Known)
        and found.interval_hours.value is not None
    ):
        return Backup(
            enabled=found.enabled, interval_hours=interval, retention_days=found.retention_days, offsite=found.offsite
        )
    return found


def _schedule(record: Record) -> Attr[float]:
    """Hours between two snapshots: a schedule overrides the default one (API Reference, CreateSnapshotSchedule)."""
    association = computed.part(record, "aws_redshift_snapshot_schedule_association", "cluster_identifier")
    if isinstance(association, Unknown):
        return association
    if association.value is None:
        return Known(_EVERY_HOURS, record)
    schedule = association.value.target("schedule_identifier", "aws_redshift_snapshot_schedule")
    if isinstance(schedule, Unknown):
        return schedule
    if schedule.value is None:
        return association.value.unknown("schedule_identifier", Reason.OUTSIDE)
    definitions = schedule.value.elements("definitions")
    if isinstance(definitions, Unknown):
        return definitions
    # Several definitions are carried out beside each other, so that the closest one is never exceeded.
    hours = [schedules.interval_hours(str(one.value)) for one in definitions.value if isinstance(one, Known)]
    known = [one for one in hours if one is not None]
    if len(known) < len(definitions.value) or not known:
        return schedule.value.unknown("definitions", Reason.UNPARSEABLE)
    return schedule.value.known("definitions", min(known))


def _tls(record: Record) -> Attr[bool]:
    """``require_ssl`` of the parameter group; true in the family redshift-2.0 and so in the default of new clusters."""
    name = computed.text(record, "cluster_parameter_group_name", "default.redshift-2.0")
    if isinstance(name, Known) and (name.value or "").startswith("default."):
        return record.known("cluster_parameter_group_name", name.value == "default.redshift-2.0")
    group = record.target("cluster_parameter_group_name", "aws_redshift_parameter_group")
    if isinstance(group, Unknown):
        return group
    if group.value is None:
        detail = Text("パラメータグループの内容（入力に含まれない）", "a parameter group that is not in the input")
        return record.unknown("cluster_parameter_group_name", Reason.OUTSIDE, detail)
    found = database_tls.setting(group.value, "require_ssl")
    if isinstance(found, Unknown):
        return found
    if found.value is not None:
        return Known(found.value, found.origin, found.path)
    return map_attr(group.value.text("family"), lambda family: family == "redshift-2.0")


def _copies(record: Record) -> tuple[Attr[frozenset[str]], tuple[Replica, ...]]:
    """The region to which snapshots are copied."""
    separate = computed.part(record, "aws_redshift_snapshot_copy", "cluster_identifier")
    location: Attr[frozenset[str]]
    if isinstance(separate, Unknown):
        location = separate
    elif separate.value is not None:
        location = placement.named_region(separate.value, "destination_region")
    else:
        inline = record.block("snapshot_copy")
        if isinstance(inline, Unknown):
            location = inline
        elif inline.value is None:
            return record.known("snapshot_copy", frozenset()), ()
        else:
            location = placement.named_region(inline.value, "destination_region")
    key = (
        ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else "snapshot-copy"
    )
    return location, (Replica(location=location, kind=ReplicaKind.BACKUP_COPY, key=key),)


def _audit_log(record: Record) -> Attr[bool]:
    separate = computed.part(record, "aws_redshift_logging", "cluster_identifier")
    if isinstance(separate, Unknown):
        return separate
    written: Attr[bool]
    if separate.value is not None:
        exported = separate.value.elements("log_exports")
        named = isinstance(exported, Unknown) or bool(exported.value)
        # Only logs that go to CloudWatch Logs are chosen one by one.
        written = includes(exported, "useractivitylog") if named else Known(True, separate.value, "cluster_identifier")
    else:
        inline = record.block("logging")
        if isinstance(inline, Unknown):
            written = inline
        elif inline.value is not None:
            written = inline.value.flag("enable", False)
        else:
            written = absent.without(record, "aws_redshift_logging")
    if isinstance(written, Known) and not written.value:
        return written
    return all_of(written, _queries_logged(record))


def _queries_logged(record: Record) -> Attr[bool]:
    """Whether queries are logged: only with ``enable_user_activity_logging``, which is false unless set.

    Source: Redshift Management Guide, page "Database audit logging".
    """
    group = (record, "cluster_parameter_group_name", "aws_redshift_parameter_group")
    value = parameter_groups.value((group,), "enable_user_activity_logging")
    return map_attr(value, lambda text: (text or "").lower() == "true")


@REGISTRY.adapter("aws_redshiftserverless_namespace")
def namespace(record: Record) -> Iterator[Facet]:
    """Data of Redshift Serverless: always encrypted; recovery points every 30 minutes or so are kept 24 hours.

    Source: Redshift Management Guide, page "Snapshots and recovery points".
    """
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield backups.native(record, enabled=Known(True, record), interval_hours=0.5, retention_days=Known(1.0, record))
    logs = record.elements("log_exports")
    yield DataAccessLog(key="audit-log", what="audit-log", enabled=includes(logs, "useractivitylog"))
    yield Retirement(obstacles=())
    yield Residue(what="database")


@REGISTRY.adapter("aws_redshiftserverless_workgroup")
def workgroup(record: Record) -> Iterator[Facet]:
    """The compute and endpoint of a namespace; ``require_ssl`` is on unless set otherwise."""
    yield placement.in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="database", required=_workgroup_tls(record))
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)


def _workgroup_tls(record: Record) -> Attr[bool]:
    blocks = computed.blocks(record, "config_parameter")
    if isinstance(blocks, Unknown):
        return blocks
    for block in blocks.value:
        name = block.text("parameter_key")
        if isinstance(name, Unknown):
            return name
        if name.value == "require_ssl":
            return map_attr(block.text("parameter_value"), lambda value: (value or "").lower() == "true")
    if record.action.value in ("create", "replace"):
        return record.known("config_parameter", True)
    detail = Text("ワークグループの require_ssl", "require_ssl of the workgroup")
    return record.unknown("config_parameter", Reason.NOT_COLLECTED, detail)
