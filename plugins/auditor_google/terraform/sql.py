"""Cloud SQL.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    AccountIdentity,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Node, Record
from auditor_google.backups import Cover, Rule, backup, nearest, planned, together
from auditor_google.building import keeps, located, placed, protects, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.locations import regions
from auditor_google.reading import inside, referrers, settled_block, settled_number, settled_text
from auditor_google.registry import REGISTRY

_INSTANCE: Final = "google_sql_database_instance"
_BACKUPS: Final = "settings.0.backup_configuration"
_IP: Final = "settings.0.ip_configuration"
_ANYWHERE: Final = frozenset(("0.0.0.0/0", "::/0"))


@REGISTRY.adapter(_INSTANCE)
def instance(record: Record) -> Iterator[Facet]:
    """An instance, or a read replica of one."""
    place = placed(record, "region")
    yield place
    yield _encryption(record)
    yield EncryptionInTransit(endpoint="database", required=_tls_required(record), minimum_tls=_minimum_tls(record))
    yield Exposure(public=_public(record), by_address=True)
    yield DataAccessLog(key="database-audit", what="database-audit", enabled=_audit(record))
    primary = record.text("master_instance_name")
    replica = isinstance(primary, Known) and primary.value is not None
    if isinstance(primary, Unknown):
        target = record.target("master_instance_name", _INSTANCE)
        replica = isinstance(target, Unknown) or target.value is not None
    if not replica:
        own = _own_backups(record)
        yield backup(record, place.locations, together(own, planned(record)), decided=True, place_decided=True)
        yield from _copies(record, place.locations, own)
    yield retirement(
        record,
        protects(record, "deletion_protection", default=True),
        protects(record, "settings.0.deletion_protection_enabled"),
        keeps(record, "settings.0.retain_backups_on_delete"),
        keeps(record, "settings.0.final_backup_config.0.enabled"),
    )
    yield residue("database-instance")


def _encryption(record: Record) -> EncryptionAtRest:
    """By the instance's key; a replica in the region of its primary takes that of the primary.

    https://cloud.google.com/sql/docs/mysql/cmek
    """
    own = at_rest(record, "encryption_key_name", computed=True)
    if not (isinstance(own.key_owner, Known) and own.key_owner.value is KeyOwner.PROVIDER):
        return own
    primary = record.target("master_instance_name", _INSTANCE)
    if isinstance(primary, Unknown):
        return EncryptionAtRest(enabled=Known(True), key_owner=primary, key_id=primary)
    return own if primary.value is None else at_rest(primary.value, "encryption_key_name", computed=True)


# ---------------------------------------------------------------- backups


def _own_backups(record: Record) -> Cover:
    block = settled_block(record, _BACKUPS)
    if isinstance(block, Unknown):
        return Cover(open=block)
    node = block.value
    if node is None:
        return Cover((Rule(Known(None), Known(None), Known(frozenset()), enabled=record.known(_BACKUPS, False)),))
    enabled = node.flag("enabled", False)
    # Automated backups are made daily: https://cloud.google.com/sql/docs/mysql/backup-recovery/backups
    # With point-in-time recovery the logs in between are kept as well.
    continuous = any_of(node.flag("point_in_time_recovery_enabled", False), node.flag("binary_log_enabled", False))
    interval: Attr[float | None] = map_attr(continuous, lambda on: 0.0 if on else 24.0)
    return Cover((Rule(interval, _retention(record, node), _backup_locations(record, node), enabled),))


def _retention(record: Record, node: Node) -> Attr[float | None]:
    """Days, because one backup a day is kept; 7 by default, 15 in the edition Enterprise Plus (page above)."""
    edition = settled_text(record, "settings.0.edition", "ENTERPRISE")
    if isinstance(edition, Unknown):
        return edition
    default = 15.0 if edition.value == "ENTERPRISE_PLUS" else 7.0
    block = settled_block(node, "backup_retention_settings")
    kept = inside(block, lambda inner: settled_number(inner, "retained_backups", default), default)
    return map_attr(kept, float)


def _backup_locations(record: Record, node: Node) -> Attr[frozenset[str]]:
    """The named place; without one the multi-region next to the instance (page above)."""
    named = node.text("location")
    if isinstance(named, Unknown):
        return named
    if named.value is not None:
        return node.known("location", regions(named.value))
    return nearest(record, located(record, "region"), f"{_BACKUPS}.0.location")


def _copies(record: Record, own: Attr[frozenset[str]], cover: Cover) -> Iterator[Replica]:
    for rule in cover.rules:
        if isinstance(rule.enabled, Known) and not rule.enabled.value:
            continue
        same = isinstance(rule.locations, Known) and isinstance(own, Known) and rule.locations.value == own.value
        if not same:
            yield Replica(key="backups", location=rule.locations, kind=ReplicaKind.BACKUP_COPY)
    for other in referrers(record, _INSTANCE, "master_instance_name").certain:
        location = located(other, "region")
        if isinstance(location, Known) and isinstance(own, Known) and location.value == own.value:
            continue
        key = (
            ",".join(sorted(location.value))
            if isinstance(location, Known) and not location.sensitive
            else other.address
        )
        yield Replica(key=key, location=location, kind=ReplicaKind.READ_REPLICA)


# ---------------------------------------------------------------- connections


def _tls_required(record: Record) -> Attr[bool]:
    """``ssl_mode`` (before version 6 of the provider ``require_ssl``); connectors always encrypt.

    https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances#ipconfiguration : unencrypted
    connections are accepted unless a mode is set.
    """
    block = settled_block(record, _IP)
    by_mode = inside(block, _mode_requires, False)
    by_connector = map_attr(
        settled_text(record, "settings.0.connector_enforcement", "NOT_REQUIRED"), lambda value: value == "REQUIRED"
    )
    return any_of(by_mode, by_connector)


def _mode_requires(node: Node) -> Attr[bool]:
    mode = settled_text(node, "ssl_mode", "")
    if isinstance(mode, Known) and not mode.value:
        return node.flag("require_ssl", False)
    return map_attr(mode, lambda value: value in ("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"))


def _flags(record: Record) -> Attr[dict[str, Attr[str | None]]]:
    blocks = record.blocks("settings.0.database_flags")
    if isinstance(blocks, Unknown):
        return blocks
    found: dict[str, Attr[str | None]] = {}
    for block in blocks.value:
        name = block.text("name")
        if isinstance(name, Unknown):
            return name
        found[name.value or ""] = block.text("value")
    return record.known("settings.0.database_flags", found)


_VERSION: Final = re.compile(r"TLSv?1(?:\.([0-3]))?")


def _minimum_tls(record: Record) -> Attr[str | None]:
    """By the flag of PostgreSQL and SQL Server; ``None`` without it (the service decides)."""
    flags = _flags(record)
    if isinstance(flags, Unknown):
        return flags
    stated = flags.value.get("ssl_min_protocol_version")
    if stated is None or isinstance(stated, Unknown):
        return stated if stated is not None else record.known("settings.0.database_flags", None)
    match = _VERSION.fullmatch(stated.value or "")
    if match is None:
        return Unknown(Reason.UNPARSEABLE, stated.origin, stated.path)
    return Known(f"1.{match[1] or '0'}", stated.origin, stated.path)


def _public(record: Record) -> Attr[bool]:
    """A public address that a network of every address may reach."""
    block = settled_block(record, _IP)
    address = inside(block, lambda node: node.flag("ipv4_enabled", True), True)
    networks = inside(block, _open_network, False)
    return all_of(address, networks)


def _open_network(node: Node) -> Attr[bool]:
    blocks = node.blocks("authorized_networks")
    if isinstance(blocks, Unknown):
        return blocks
    values = (map_attr(block.text("value"), lambda value: value in _ANYWHERE) for block in blocks.value)
    return any_of(node.known("authorized_networks", False), *values)


# ---------------------------------------------------------------- audit of the database

_AUDIT_FLAGS: Final = {
    # https://cloud.google.com/sql/docs/postgres/pg-audit and https://cloud.google.com/sql/docs/mysql/db-audit
    "POSTGRES": ("cloudsql.enable_pgaudit", "pgaudit.log"),
    "MYSQL": ("cloudsql_mysql_audit", ""),
}


def _audit(record: Record) -> Attr[bool]:
    """Whether the database's own audit is on; of SQL Server, whether its audit files go to a bucket."""
    version = record.text("database_version")
    if isinstance(version, Unknown) or version.value is None:
        return version if isinstance(version, Unknown) else record.unknown("database_version", Reason.UNPARSEABLE)
    engine = version.value.split("_", 1)[0]
    if engine == "SQLSERVER":
        return record.has("settings.0.sql_server_audit_config.0.bucket")
    names = _AUDIT_FLAGS.get(engine)
    flags = _flags(record)
    if isinstance(flags, Unknown):
        return flags
    if names is None:
        return record.unknown("database_version", Reason.UNPARSEABLE)
    switched = flags.value.get(names[0], record.known("settings.0.database_flags", None))
    on: Attr[bool] = map_attr(switched, lambda value: (value or "").lower() in ("on", "1", "true"))
    if not names[1]:
        return on
    statements = flags.value.get(names[1], record.known("settings.0.database_flags", None))
    return all_of(on, map_attr(statements, lambda value: (value or "none").lower() != "none"))


# ---------------------------------------------------------------- what is inside


@REGISTRY.adapter("google_sql_database")
def database(record: Record) -> Iterator[Facet]:
    """A database in an instance, whose facets cover it."""
    target = record.target("instance", _INSTANCE)
    if isinstance(target, Unknown):
        yield Placement(locations=target, stores_data=True)
    elif target.value is not None:
        yield Placement(locations=located(target.value, "region"), stores_data=True)
    else:
        yield Placement(locations=record.unknown("instance", Reason.OUTSIDE), stores_data=True)
    yield retirement(record)
    yield residue("database")


@REGISTRY.adapter("google_sql_user", "google_sql_ssl_cert")
def user(record: Record) -> Iterator[Facet]:
    """A user of the database, or a certificate that lets one in."""
    yield AccountIdentity(what="database-user" if record.type == "google_sql_user" else "database-client-certificate")
    policy = record.text("deletion_policy")
    abandoned = map_attr(policy, lambda value: value == "ABANDON")
    if record.type == "google_sql_user" and (isinstance(abandoned, Unknown) or abandoned.value):
        yield retirement(record)


@REGISTRY.adapter("google_sql_source_representation_instance")
def source_representation(record: Record) -> Iterator[Facet]:
    """A stand-in for a database outside of Google Cloud; it keeps no data itself."""
    yield placed(record, "region", stores_data=False)
