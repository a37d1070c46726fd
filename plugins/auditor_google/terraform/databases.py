"""Spanner, Bigtable, Firestore and AlloyDB.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    BackupVault,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Node, Record
from auditor_google.audit import audited
from auditor_google.backups import DAY, WEEK, Cover, Rule, backup, planned, together
from auditor_google.building import located, placed, protects, residue, retirement, union
from auditor_google.cron import longest_gap
from auditor_google.keys import at_rest
from auditor_google.locations import FIRESTORE, regions, spanner_regions
from auditor_google.reading import (
    days,
    inside,
    settled_block,
    settled_days,
    settled_flag,
    settled_number,
    settled_text,
)
from auditor_google.registry import REGISTRY

# ---------------------------------------------------------------- Spanner

_SPANNER: Final = "google_spanner_instance"
_SCHEDULE: Final = "google_spanner_backup_schedule"

REGISTRY.part(_SPANNER, "google_spanner_instance_config", "google_spanner_instance_partition")
REGISTRY.part("google_spanner_database", _SCHEDULE)


def _spanner_location(record: Record) -> Attr[frozenset[str]]:
    own = record.target("config", "google_spanner_instance_config")
    if isinstance(own, Known) and own.value is not None:
        replicas = own.value.blocks("replicas")
        if isinstance(replicas, Unknown):
            return replicas
        named = (map_attr(block.text("location"), lambda name: regions(name or "")) for block in replicas.value)
        return union(named)
    config = record.text("config")
    if isinstance(config, Known):
        return record.known("config", spanner_regions(config.value or ""))
    return own if isinstance(own, Unknown) else config


@REGISTRY.adapter(_SPANNER)
def spanner_instance(record: Record) -> Iterator[Facet]:
    """An instance; its databases carry keys and backups."""
    yield Placement(locations=_spanner_location(record), stores_data=True)
    yield retirement(record, protects(record, "force_destroy", when=False))
    yield residue("database-instance")


@REGISTRY.adapter("google_spanner_database")
def spanner_database(record: Record) -> Iterator[Facet]:
    """A database with its backup schedules."""
    instance = record.target("instance", _SPANNER)
    location: Attr[frozenset[str]]
    if isinstance(instance, Unknown):
        location = instance
    elif instance.value is None:
        location = record.unknown("instance", Reason.OUTSIDE)
    else:
        location = _spanner_location(instance.value)
    yield Placement(locations=location, stores_data=True)
    keys = record.has("encryption_config.0.kms_key_names")
    several = isinstance(keys, Known) and keys.value
    path = "encryption_config.0.kms_key_names.0" if several else "encryption_config.0.kms_key_name"
    yield at_rest(record, path)
    yield audited(record, "spanner.googleapis.com")
    cover = together(_spanner_schedules(record, instance, location), _versions(record, location))
    yield backup(record, location, cover, decided=record.action.makes_new)
    yield retirement(
        record, protects(record, "deletion_protection", default=True), protects(record, "enable_drop_protection")
    )
    yield residue("database")


def _spanner_schedules(record: Record, instance: Attr[Record | None], location: Attr[frozenset[str]]) -> Cover:
    joined = record.referrers(_SCHEDULE, "database")
    rules = []
    for schedule in joined.certain:
        path = "spec.0.cron_spec.0.text"
        cron = schedule.text(path)
        interval: Attr[float | None]
        if isinstance(cron, Unknown):
            interval = cron
        else:
            gap = longest_gap(cron.value or "")
            interval = schedule.unknown(path, Reason.UNPARSEABLE) if gap is None else schedule.known(path, gap)
        rules.append(Rule(interval, days(schedule, "retention_duration"), location))
    cover = Cover(tuple(rules), Unknown(Reason.AMBIGUOUS, joined.possible[0], "database") if joined.possible else None)
    if isinstance(instance, Known) and instance.value is not None:
        # With AUTOMATIC new databases get a full backup a day that is kept for 7 days:
        # https://cloud.google.com/spanner/docs/backup#default-backup-schedules
        kind = settled_text(instance.value, "default_backup_schedule_type", "NONE")
        automatic = map_attr(kind, lambda value: value == "AUTOMATIC")
        if isinstance(automatic, Unknown) or automatic.value:
            default = Rule(Known(DAY), Known(7.0), location, enabled=automatic)
            return together(cover, Cover((default,)))
    return cover


def _versions(record: Record, location: Attr[frozenset[str]]) -> Cover:
    """Point-in-time recovery counts where older versions are kept for a day at least; the default is an hour."""
    kept = settled_days(record, "version_retention_period", 1 / 24)
    if isinstance(kept, Unknown) or kept.value < 1:
        return Cover()
    return Cover((Rule(Known(0.0, record), record.known("version_retention_period", kept.value), location),))


# ---------------------------------------------------------------- Bigtable

_BIGTABLE: Final = "google_bigtable_instance"


def _bigtable_location(record: Record) -> Attr[frozenset[str]]:
    clusters = record.blocks("cluster")
    if isinstance(clusters, Unknown):
        return clusters
    zones = []
    for cluster in clusters.value:
        zone = cluster.text("zone")
        if isinstance(zone, Known) and zone.value is None:
            zones.append(map_attr(record.region, regions))
        else:
            zones.append(map_attr(zone, lambda name: regions(name or "")))
    return union(zones)


@REGISTRY.adapter(_BIGTABLE)
def bigtable_instance(record: Record) -> Iterator[Facet]:
    """An instance with its clusters, each with a key of its own."""
    yield Placement(locations=_bigtable_location(record), stores_data=True)
    clusters = record.blocks("cluster")
    if isinstance(clusters, Unknown):
        yield EncryptionAtRest(enabled=Known(True), key_owner=clusters, key_id=clusters)
    else:
        for index, cluster in enumerate(clusters.value):
            name = cluster.text("cluster_id")
            key = name.value if isinstance(name, Known) and name.value else str(index)
            yield at_rest(cluster, "kms_key_name", key=f"cluster.{key}", computed=True)
    yield audited(record, "bigtable.googleapis.com")
    yield retirement(
        record,
        protects(record, "deletion_protection", default=True),
        protects(record, "force_destroy", when=False),
    )
    yield residue("database-instance")


@REGISTRY.adapter("google_bigtable_table")
def bigtable_table(record: Record) -> Iterator[Facet]:
    """A table with its automated backups, which stand in the clusters of its instance."""
    instance = record.target("instance_name", _BIGTABLE)
    location: Attr[frozenset[str]]
    if isinstance(instance, Unknown):
        location = instance
    elif instance.value is None:
        location = record.unknown("instance_name", Reason.OUTSIDE)
    else:
        location = _bigtable_location(instance.value)
    yield Placement(locations=location, stores_data=True)
    policy = settled_block(record, "automated_backup_policy")
    if isinstance(policy, Unknown):
        cover = Cover(open=policy)
    elif policy.value is None:
        cover = Cover()
    else:
        kept = settled_days(policy.value, "retention_period", 7.0)
        frequency = map_attr(settled_days(policy.value, "frequency", 1.0), lambda value: value * 24)
        on = map_attr(kept, lambda value: value > 0)
        cover = Cover((Rule(map_attr(frequency, float), map_attr(kept, float), location, enabled=on),))
    yield backup(record, location, cover, decided=True)
    protection = map_attr(settled_text(record, "deletion_protection", "UNPROTECTED"), lambda v: v == "PROTECTED")
    yield retirement(record, Obstacle("deletion_protection", ObstacleKind.PROTECTS, protection))
    yield residue("table")


# ---------------------------------------------------------------- Firestore

_FIRESTORE_SCHEDULE: Final = "google_firestore_backup_schedule"

REGISTRY.part("google_firestore_database", _FIRESTORE_SCHEDULE)


@REGISTRY.adapter("google_firestore_database")
def firestore_database(record: Record) -> Iterator[Facet]:
    """A database with its backup schedules; by default Terraform leaves it behind."""
    location = located(record, "location_id", table=FIRESTORE)
    yield Placement(locations=location, stores_data=True)
    yield at_rest(record.block("cmek_config"), "kms_key_name", required=True)
    yield audited(record, "datastore.googleapis.com")
    yield backup(record, location, _firestore_cover(record, location), decided=record.action.makes_new)
    state = settled_text(record, "delete_protection_state", "DELETE_PROTECTION_DISABLED")
    protection = map_attr(state, lambda value: value == "DELETE_PROTECTION_ENABLED")
    obstacle = Obstacle("delete_protection_state", ObstacleKind.PROTECTS, protection)
    yield retirement(record, obstacle, default_policy="ABANDON")
    yield residue("database")


def _firestore_cover(record: Record, location: Attr[frozenset[str]]) -> Cover:
    state = record.text_or("point_in_time_recovery_enablement", "POINT_IN_TIME_RECOVERY_DISABLED")
    continuous = map_attr(state, lambda value: value == "POINT_IN_TIME_RECOVERY_ENABLED")
    rules = [Rule(Known(0.0, record), Known(7.0, record), location, enabled=continuous)]
    joined = record.referrers(_FIRESTORE_SCHEDULE, "database")
    for schedule in joined.certain:
        weekly = schedule.block("weekly_recurrence")
        interval: Attr[float | None] = map_attr(weekly, lambda block: DAY if block is None else WEEK)
        rules.append(Rule(interval, days(schedule, "retention"), location))
    return Cover(tuple(rules), Unknown(Reason.AMBIGUOUS, joined.possible[0], "database") if joined.possible else None)


# ---------------------------------------------------------------- AlloyDB

_CLUSTER: Final = "google_alloydb_cluster"


@REGISTRY.adapter(_CLUSTER)
def alloydb_cluster(record: Record) -> Iterator[Facet]:
    """A cluster; continuous backup is on for 14 days unless it is switched off."""
    location = located(record, "location")
    yield Placement(locations=location, stores_data=True)
    yield at_rest(record.block("encryption_config"), "kms_key_name")
    kind = record.text_or("cluster_type", "PRIMARY")
    secondary = isinstance(kind, Known) and kind.value == "SECONDARY"
    if not secondary:
        continuous = settled_block(record, "continuous_backup_config")
        on = inside(continuous, lambda node: settled_flag(node, "enabled", True), True)
        window = inside(continuous, lambda node: settled_number(node, "recovery_window_days", 14), 14.0)
        rules = Cover((Rule(Known(0.0, record), map_attr(window, float), location, enabled=on),))
        automated = settled_block(record, "automated_backup_policy")
        cover = together(rules, _alloydb_policy(automated, location), planned(record))
        yield backup(record, location, cover, decided=True)
    for other in record.referrers(_CLUSTER, "secondary_config.0.primary_cluster_name").certain:
        place = located(other, "location")
        key = ",".join(sorted(place.value)) if isinstance(place, Known) else other.address
        yield Replica(key=key, location=place, kind=ReplicaKind.READ_REPLICA)
    forced = Obstacle(
        "deletion_policy=DEFAULT",
        ObstacleKind.PROTECTS,
        map_attr(record.text_or("deletion_policy", "DEFAULT"), lambda value: value != "FORCE")
        if secondary
        else Known(False, record),
    )
    yield retirement(record, protects(record, "deletion_protection", default=True), forced)
    yield residue("database-instance")


def _alloydb_policy(policy: Attr[Node | None], location: Attr[frozenset[str]]) -> Cover:
    if isinstance(policy, Unknown):
        return Cover(open=policy)
    node = policy.value
    if node is None:
        return Cover()
    daily = node.elements("weekly_schedule.0.days_of_week")
    interval: Attr[float | None]
    if isinstance(daily, Unknown):
        interval = daily
    else:
        # Without named days every day of the week (page of the type).
        interval = node.known("weekly_schedule", WEEK if 0 < len(daily.value) < 7 else DAY)
    kept = days(node, "time_based_retention.0.retention_period")
    if isinstance(kept, Known) and kept.value is None:
        count = node.number("quantity_based_retention.0.count")
        if isinstance(interval, Unknown) or isinstance(count, Unknown):
            kept = interval if isinstance(interval, Unknown) else count
        elif count.value is None:
            kept = node.known("time_based_retention", 14.0)
        else:
            kept = node.known("quantity_based_retention", count.value * (interval.value or DAY) / 24)
    return Cover((Rule(interval, kept, location, enabled=settled_flag(node, "enabled", False)),))


@REGISTRY.adapter("google_alloydb_instance")
def alloydb_instance(record: Record) -> Iterator[Facet]:
    """An instance of a cluster: its connections.  Unencrypted ones are refused unless the mode allows them.

    https://cloud.google.com/alloydb/docs/security-privacy-compliance/ssl-overview
    """
    mode = settled_text(record, "client_connection_config.0.ssl_config.0.ssl_mode", "ENCRYPTED_ONLY")
    yield EncryptionInTransit(
        endpoint="database", required=map_attr(mode, lambda value: value != "ALLOW_UNENCRYPTED_AND_ENCRYPTED")
    )
    networks = record.blocks("network_config.0.authorized_external_networks")
    address = settled_flag(record, "network_config.0.enable_public_ip", False)
    if isinstance(address, Known) and not address.value:
        yield Exposure(public=address, by_address=True)
    elif isinstance(networks, Unknown):
        yield Exposure(public=networks, by_address=True)
    else:
        ranges = [block.text("cidr_range") for block in networks.value]
        open_ = any(isinstance(value, Known) and value.value == "0.0.0.0/0" for value in ranges)
        unknown = next((value for value in ranges if isinstance(value, Unknown)), None)
        public: Attr[bool] = address if isinstance(address, Unknown) else record.known("network_config", open_)
        yield Exposure(public=unknown if unknown is not None and not open_ else public, by_address=True)


@REGISTRY.adapter("google_alloydb_backup")
def alloydb_backup(record: Record) -> Iterator[Facet]:
    """One backup."""
    yield placed(record, "location")
    encryption = at_rest(record.block("encryption_config"), "kms_key_name")
    yield encryption
    yield BackupVault(encrypted=Known(True, record), key_owner=encryption.key_owner)
    yield retirement(record)
    yield residue("backup")
