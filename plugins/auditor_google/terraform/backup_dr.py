"""Backup and DR.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/backup_dr_backup_vault
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import BackupPlan, BackupVault, Facet, Obstacle, ObstacleKind
from auditor.record import Record
from auditor_google.backups import plan_interval, plan_locations
from auditor_google.building import located, placed, protects, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.reading import days
from auditor_google.registry import REGISTRY

REGISTRY.part("google_backup_dr_backup_plan", "google_backup_dr_backup_plan_association")


@REGISTRY.adapter("google_backup_dr_backup_vault")
def vault(record: Record) -> Iterator[Facet]:
    """A vault: no backup in it can be deleted before the enforced retention is over.

    https://cloud.google.com/backup-disaster-recovery/docs/concepts/backup-vault
    """
    yield placed(record, "location")
    encryption = at_rest(record.block("encryption_config"), "kms_key_name")
    yield encryption
    enforced = map_attr(days(record, "backup_minimum_enforced_retention_duration"), lambda value: bool(value))
    yield BackupVault(encrypted=Known(True, record), key_owner=encryption.key_owner, immutable=enforced)
    forced = record.flag("force_delete", False)
    unforced: Obstacle
    if isinstance(forced, Known) and forced.value:
        unforced = Obstacle("ignore_inactive_datasources", ObstacleKind.PROTECTS, record.known("force_delete", False))
    else:
        unforced = protects(record, "ignore_inactive_datasources", when=False)
    yield retirement(
        record,
        Obstacle("backup_minimum_enforced_retention_duration", ObstacleKind.LOCKS, enforced),
        unforced,
    )
    yield residue("backup-vault")


@REGISTRY.adapter("google_backup_dr_backup_plan")
def plan(record: Record) -> Iterator[Facet]:
    """A plan, with a facet for each of its rules."""
    own = located(record, "location")
    yield placed(record, "location", stores_data=False)
    rules = record.blocks("backup_rules")
    if isinstance(rules, Unknown):
        yield BackupPlan(interval_hours=rules, retention_days=rules, offsite=rules)
        return
    kept = plan_locations(record)
    offsite: Attr[frozenset[str]]
    if isinstance(own, Unknown) or isinstance(kept, Unknown):
        offsite = own if isinstance(own, Unknown) else kept
    else:
        offsite = Known(kept.value - own.value, kept.origin, kept.path)
    for index, rule in enumerate(rules.value):
        name = rule.text("rule_id")
        yield BackupPlan(
            key=name.value if isinstance(name, Known) and name.value else str(index),
            interval_hours=plan_interval(rule),
            retention_days=rule.number("backup_retention_days"),
            offsite=offsite,
        )
    yield retirement(record)


@REGISTRY.adapter("google_backup_dr_management_server", "google_backup_dr_service_config")
def console(record: Record) -> Iterator[Facet]:
    """Where backups are managed from."""
    yield placed(record, "location", stores_data=False)
    yield retirement(record)
