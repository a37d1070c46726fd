"""Google Kubernetes Engine, its backups, and registries of images and packages.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import BackupPlan, BackupVault, EncryptionAtRest, Exposure, Facet, KeyOwner, Placement
from auditor.record import Record
from auditor_google import iam
from auditor_google.backups import Cover, Rule, backup
from auditor_google.building import located, placed, protects, residue, retirement
from auditor_google.cron import longest_gap
from auditor_google.keys import at_rest, by_google
from auditor_google.locations import regions
from auditor_google.reading import settled_block, settled_flag, settled_number, settled_text
from auditor_google.registry import REGISTRY

_CLUSTER = "google_container_cluster"
_PLAN = "google_gke_backup_backup_plan"
_AUTOSCALING = "cluster_autoscaling.0"


@REGISTRY.adapter(_CLUSTER)
def cluster(record: Record) -> Iterator[Facet]:
    """A cluster: secrets in its database, boot disks of its default pool, backup plans."""
    place = placed(record, "location")
    yield place
    yield _database(record)
    yield from _boot_disks(record)
    joined = record.referrers(_PLAN, "cluster")
    doubt = Unknown(Reason.AMBIGUOUS, joined.possible[0], "cluster") if joined.possible else None
    cover = Cover(tuple(_rule(plan) for plan in joined.certain), doubt)
    yield backup(record, place.locations, cover)
    yield retirement(record, protects(record, "deletion_protection", default=True))
    yield residue("cluster")


def _boot_disks(record: Record) -> Iterator[EncryptionAtRest]:
    """Boot disks of the nodes that the cluster itself describes (page above).

    The default pool may be removed as soon as the cluster stands; with Autopilot, and where pools are made as
    needed, the defaults for those pools name the key.
    """
    autopilot = record.flag("enable_autopilot", False)
    made = _AUTOSCALING if isinstance(autopilot, Known) and autopilot.value else None
    enabled = settled_flag(record, f"{_AUTOSCALING}.enabled", False)
    if made is not None or (isinstance(enabled, Known) and enabled.value):
        defaults = settled_block(record, f"{_AUTOSCALING}.auto_provisioning_defaults")
        yield at_rest(defaults, "boot_disk_kms_key", key="provisioned_boot_disk")
    if made is not None:
        return
    removed = record.flag("remove_default_node_pool", False)
    if isinstance(removed, Known) and removed.value:
        return
    own = at_rest(settled_block(record, "node_config"), "boot_disk_kms_key", key="boot_disk")
    pools = record.blocks("node_pool")
    if isinstance(pools, Known) and pools.value:
        for index, pool in enumerate(pools.value):
            yield _if_kept(removed, at_rest(pool.block("node_config"), "boot_disk_kms_key", key=f"node_pool.{index}"))
    else:
        yield _if_kept(removed, own)


def _if_kept(removed: Attr[bool], facet: EncryptionAtRest) -> EncryptionAtRest:
    """The facet of a pool that is perhaps removed at once: nothing but a key of the customer is certain then."""
    if isinstance(removed, Known) or (
        isinstance(facet.key_owner, Known) and facet.key_owner.value is KeyOwner.CUSTOMER
    ):
        return facet
    return EncryptionAtRest(key=facet.key, enabled=facet.enabled, key_owner=removed, key_id=removed)


def _database(record: Record) -> EncryptionAtRest:
    """Secrets get a further layer with a key of the customer where the state is ``ENCRYPTED``.

    https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
    """
    block = settled_block(record, "database_encryption")
    if isinstance(block, Known) and block.value is not None:
        state = settled_text(block.value, "state", "DECRYPTED")
        if isinstance(state, Unknown):
            return EncryptionAtRest(key="database", enabled=Known(True), key_owner=state, key_id=state)
        if state.value == "DECRYPTED":
            return EncryptionAtRest(
                key="database", enabled=Known(True), key_owner=block.value.known("state", KeyOwner.PROVIDER)
            )
        # A further layer cannot do without a key, which is one of the customer even while its name is not known yet.
        return at_rest(block, "key_name", key="database", required=state.value == "ENCRYPTED")
    return at_rest(block, "key_name", key="database")


@REGISTRY.adapter("google_container_node_pool")
def node_pool(record: Record) -> Iterator[Facet]:
    """A pool of nodes with their boot disks."""
    yield placed(record, "location")
    yield at_rest(settled_block(record, "node_config"), "boot_disk_kms_key", key="boot_disk")
    yield retirement(record)


def _interval(plan: Record) -> Attr[float | None]:
    cron = plan.text("backup_schedule.0.cron_schedule")
    if isinstance(cron, Known) and cron.value is None:
        target = plan.number("backup_schedule.0.rpo_config.0.target_rpo_minutes")
        return map_attr(target, lambda value: None if value is None else value / 60)
    return map_attr(cron, lambda text: longest_gap(text or ""))


def _rule(plan: Record) -> Rule:
    interval = _interval(plan)
    paused = settled_flag(plan, "backup_schedule.0.paused", False)
    deactivated = settled_flag(plan, "deactivated", False)
    on: Attr[bool]
    if isinstance(interval, Unknown):
        on = interval
    elif isinstance(paused, Unknown) or isinstance(deactivated, Unknown):
        on = paused if isinstance(paused, Unknown) else deactivated
    else:
        on = plan.known("backup_schedule", interval.value is not None and not paused.value and not deactivated.value)
    return Rule(interval, _retention(plan), located(plan, "location"), enabled=on)


def _retention(plan: Record) -> Attr[float | None]:
    """Days; 0 or nothing keeps a backup until somebody deletes it (page of the type)."""
    kept = settled_number(plan, "retention_policy.0.backup_retain_days", 0)
    return map_attr(kept, lambda value: value or None)


@REGISTRY.adapter(_PLAN)
def backup_plan(record: Record) -> Iterator[Facet]:
    """A backup plan of a cluster."""
    yield placed(record, "location")
    rule = _rule(record)
    source = record.target("cluster", _CLUSTER)
    offsite: Attr[frozenset[str]] = Known(frozenset())
    if isinstance(source, Known) and source.value is not None:
        own = located(source.value, "location")
        if isinstance(own, Unknown) or isinstance(rule.locations, Unknown):
            offsite = own if isinstance(own, Unknown) else rule.locations
        else:
            offsite = Known(rule.locations.value - own.value, record, "location")
    elif isinstance(source, Unknown):
        offsite = source
    interval = rule.interval_hours
    if isinstance(rule.enabled, Known) and not rule.enabled.value:
        interval = record.known("backup_schedule", None)
    yield BackupPlan(interval_hours=interval, retention_days=rule.retention_days, offsite=offsite)
    encryption = at_rest(record.block("backup_config.0.encryption_key"), "gcp_kms_encryption_key")
    yield encryption
    locked = settled_flag(record, "retention_policy.0.locked", False)
    lock_days = settled_number(record, "retention_policy.0.backup_delete_lock_days", 0)
    immutable: Attr[bool] = locked
    if isinstance(locked, Known) and isinstance(lock_days, Known):
        immutable = record.known("retention_policy", locked.value or lock_days.value > 0)
    yield BackupVault(encrypted=Known(True, record), key_owner=encryption.key_owner, immutable=immutable)
    yield retirement(record)
    yield residue("backup-plan")


@REGISTRY.adapter("google_artifact_registry_repository")
def repository(record: Record) -> Iterator[Facet]:
    """A repository of images or packages."""
    yield placed(record, "location")
    yield at_rest(record, "kms_key_name")
    yield Exposure(public=iam.public(record, record.type, "repository"))
    yield retirement(record)
    yield residue("repository")


@REGISTRY.adapter("google_container_registry")
def registry(record: Record) -> Iterator[Facet]:
    """The registry that came before Artifact Registry: a bucket in a multi-region, ``us`` unless it says otherwise.

    https://cloud.google.com/container-registry/docs/pushing-and-pulling
    """
    location = record.text("location")
    yield Placement(locations=map_attr(location, lambda name: regions(name or "us")), stores_data=True)
    yield by_google()
    yield retirement(record)
    yield residue("repository")
