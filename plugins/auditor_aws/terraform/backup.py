"""AWS Backup vaults and plans, and Data Lifecycle Manager policies.

Sources: Terraform AWS provider documentation, page of each type; AWS Backup Developer Guide, page "AWS Backup Vault
Lock" (in compliance mode nobody can remove the lock once its grace time is over; in governance mode those with the
right can).
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    BackupPlan,
    BackupVault,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor_aws import absent, computed, keys, policies, retirement
from auditor_aws.backup_plans import (
    PlanCoverage,
    dlm_copies,
    dlm_copy_region,
    dlm_schedules,
    rule_coverage,
    vault_region,
)
from auditor_aws.placement import in_region, region_of_arn, region_set
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown


def _compliance_lock(vault: Record) -> Attr[bool]:
    """Whether a lock in compliance mode is set: the one with ``changeable_for_days``."""
    lock = computed.part(vault, "aws_backup_vault_lock_configuration", "backup_vault_name")
    if isinstance(lock, Unknown):
        return lock
    if lock.value is None:
        return absent.without(vault, "aws_backup_vault_lock_configuration")
    return lock.value.has("changeable_for_days")


def _all_encrypted(vault: Record) -> Attr[bool]:
    """Whether everything in a vault is encrypted, which an account tells and no configuration.

    Vaults are always encrypted, but a backup of a service that AWS Backup does not manage in full is encrypted as its
    source is (AWS Backup Developer Guide, page "Encryption for backups in AWS Backup").
    """
    return map_attr(vault.number_or("unencrypted_recovery_points", 0), lambda number: number == 0)


def _copies_made(vault: Record) -> Iterable[Facet]:
    """Copies that were made into vaults of other Regions, by whatever plan or by hand; an account tells them."""
    copied = vault.elements("copied_to")
    if isinstance(copied, Unknown):
        if copied.reason in (Reason.DENIED, Reason.FAILED):
            yield Replica(key="copied_to", location=copied, kind=ReplicaKind.BACKUP_COPY)
        return
    own = vault.region
    regions = {region_of_arn(str(arn.value)) for arn in copied.value if isinstance(arn, Known)} - {None}
    if isinstance(own, Known):
        regions.discard(own.value.lower())
    for region in sorted(filter(None, regions)):
        location: Attr[frozenset[str]] = vault.known("copied_to", frozenset({region}))
        yield Replica(key=f"copied_to:{region}", location=location, kind=ReplicaKind.BACKUP_COPY)


def _unforced(record: Record) -> Obstacle:
    forced = record.flag("force_destroy", False)
    present = forced if isinstance(forced, Unknown) else record.known("force_destroy", not forced.value)
    return Obstacle("force_destroy", ObstacleKind.PROTECTS, present)


@REGISTRY.adapter("aws_backup_vault")
def vault(record: Record) -> Iterable[Facet]:
    """A vault; a destroy fails while it holds recovery points, unless ``force_destroy`` is set."""
    locked = _compliance_lock(record)
    encryption = keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    yield in_region(record)
    yield encryption
    yield BackupVault(encrypted=_all_encrypted(record), key_owner=encryption.key_owner, immutable=locked)
    yield from _copies_made(record)
    yield Retirement(obstacles=(_unforced(record), retirement.locks("vault lock", locked)))
    access = computed.part(record, "aws_backup_vault_policy", "backup_vault_name")
    if isinstance(access, Unknown):
        yield Exposure(public=access)
    elif access.value is not None:
        yield Exposure(public=policies.public(policies.stated(access.value, "policy")))
    yield Residue(what="backup-vault")


@REGISTRY.adapter("aws_backup_logically_air_gapped_vault")
def air_gapped_vault(record: Record) -> Iterable[Facet]:
    """A vault that is locked in compliance mode from the start."""
    encryption = keys.at_rest(record, "encryption_key_arn", KeyOwner.PROVIDER)
    locked: Attr[bool] = record.known("min_retention_days", True)
    yield in_region(record)
    yield encryption
    yield BackupVault(encrypted=_all_encrypted(record), key_owner=encryption.key_owner, immutable=locked)
    yield from _copies_made(record)
    yield Retirement(obstacles=(retirement.locks("vault lock", locked),))
    yield Residue(what="backup-vault")


REGISTRY.part(
    "aws_backup_vault",
    "aws_backup_vault_lock_configuration",
    "aws_backup_vault_policy",
    "aws_backup_vault_notifications",
)


def _plan_facet(key: str, coverage: PlanCoverage) -> BackupPlan:
    return BackupPlan(
        key=key,
        interval_hours=coverage.interval_hours,
        retention_days=coverage.retention_days,
        offsite=coverage.offsite,
    )


def _copies(rule: Node, name: str) -> Iterable[Facet]:
    """Copies that a rule makes; those to a vault of the plan's own Region are no replicas elsewhere."""
    copies = rule.blocks("copy_action")
    if isinstance(copies, Unknown):
        yield Replica(key=name, location=copies, kind=ReplicaKind.BACKUP_COPY)
        return
    for index, copy in enumerate(copies.value):
        region = vault_region(copy, "destination_vault_arn")
        key = shown(region) or str(index)
        yield Replica(key=f"{name}:{key}", location=region_set(region), kind=ReplicaKind.BACKUP_COPY)


@REGISTRY.adapter("aws_backup_plan")
def plan(record: Record) -> Iterable[Facet]:
    """A plan; what it covers is read with each store."""
    yield in_region(record, stores_data=False)
    rules = record.blocks("rule")
    if isinstance(rules, Unknown):
        yield _plan_facet("", PlanCoverage(rules, rules, rules))
        return
    for index, rule in enumerate(rules.value):
        name = shown(rule.text("rule_name")) or str(index)
        yield _plan_facet(name, rule_coverage(rule))
        yield from _copies(rule, name)


REGISTRY.part("aws_backup_plan", "aws_backup_selection")


def _scheduled_copies(policy: Record) -> Iterable[Facet]:
    copies = dlm_copies(policy)
    if isinstance(copies, Unknown):
        yield Replica(location=copies, kind=ReplicaKind.SNAPSHOT_COPY)
        return
    seen: set[str] = set()
    for index, copy in enumerate(copies.value):
        region = dlm_copy_region(copy)
        key = shown(region) or str(index)
        if key not in seen:
            seen.add(key)
            yield Replica(key=key, location=region_set(region), kind=ReplicaKind.SNAPSHOT_COPY)


@REGISTRY.adapter("aws_dlm_lifecycle_policy")
def lifecycle_policy(record: Record) -> Iterable[Facet]:
    """Schedules of snapshots and images of volumes and instances."""
    yield in_region(record, stores_data=False)
    schedules = dlm_schedules(record)
    if isinstance(schedules, Unknown):
        yield _plan_facet("", PlanCoverage(schedules, schedules, schedules))
    else:
        enabled = record.text_or("state", "ENABLED")
        for name, coverage in schedules.value:
            if isinstance(enabled, Unknown):
                yield _plan_facet(name, PlanCoverage(enabled, enabled, enabled))
            elif enabled.value == "ENABLED":
                yield _plan_facet(name, coverage)
            else:
                off = record.known("state", None)
                yield _plan_facet(name, PlanCoverage(off, coverage.retention_days, coverage.offsite))
    yield from _scheduled_copies(record)


@REGISTRY.adapter("aws_backup_report_plan")
def report_plan(record: Record) -> Iterable[Facet]:
    """Reports, written into a bucket."""
    yield in_region(record, stores_data=False)


REGISTRY.inert(
    # They say what is allowed or tested, and keep nothing.
    "aws_backup_framework",
    "aws_backup_global_settings",
    "aws_backup_region_settings",
    "aws_backup_restore_testing_plan",
    "aws_backup_restore_testing_selection",
)
