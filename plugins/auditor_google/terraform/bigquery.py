"""BigQuery.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_dataset
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    Exposure,
    Facet,
    KeyOwner,
    LogImmutability,
    LogStore,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Node, Record
from auditor_google import iam
from auditor_google.backups import Cover, Rule, backup
from auditor_google.building import placed, protects, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.locations import regions
from auditor_google.log_destinations import holds_logs
from auditor_google.reading import left_to_default, referrers, settled_text
from auditor_google.registry import REGISTRY

_DATASET: Final = "google_bigquery_dataset"
_TRANSFER: Final = "google_bigquery_data_transfer_config"
_KEY: Final = "kms_key_name"
_PUBLIC_GROUPS: Final = frozenset(("allAuthenticatedUsers", "allUsers"))
_MILLISECONDS_A_DAY: Final = 86_400_000

REGISTRY.part(_DATASET, "google_bigquery_dataset_access")


def _location(record: Record) -> Attr[frozenset[str]]:
    return map_attr(record.text_or("location", "US"), regions)


@REGISTRY.adapter(_DATASET)
def dataset(record: Record) -> Iterator[Facet]:
    """A dataset with its grants."""
    location = _location(record)
    yield Placement(locations=location, stores_data=True)
    yield at_rest(record.block("default_encryption_configuration"), _KEY, required=True)
    # Reading and writing of data is always recorded: https://cloud.google.com/bigquery/docs/reference/auditlogs
    yield DataAccessLog(key="audit-log", what="bigquery-audit-log", enabled=Known(True, record))
    logs = holds_logs(record)
    yield Exposure(public=_public(record), holds_logs=logs)
    if isinstance(logs, Unknown):
        yield LogStore(retention_days=logs)
        yield LogImmutability(locked=logs, versioned=logs, deletion_denied=logs)
    elif logs.value:
        yield LogStore(retention_days=_expiry(record))
        none = Known(False, record)
        yield LogImmutability(locked=none, versioned=none, deletion_denied=none)
    # Time travel keeps every state of the data for 2 to 7 days, 7 by default:
    # https://cloud.google.com/bigquery/docs/time-travel
    hours = settled_text(record, "max_time_travel_hours", "168")
    retention: Attr[float | None] = map_attr(hours, lambda text: float(text) / 24 if text.isdigit() else None)
    sources = [_copies(other) for other in referrers(record, _TRANSFER, "destination_dataset_id").certain]
    if not any(isinstance(copies, Known) and copies.value for copies in sources):
        # A dataset that only takes copies of another one is a backup itself.
        travel = Rule(Known(0.0, record), retention, location)
        yield backup(record, location, Cover((travel, *_transfers(record)), _open_transfer(record)), decided=True)
    yield retirement(record, protects(record, "delete_contents_on_destroy", when=False))
    yield residue("dataset")


def _copies(transfer: Record) -> Attr[bool]:
    return map_attr(transfer.text("data_source_id"), lambda source: source == "cross_region_copy")


def _transfers(record: Record) -> Iterator[Rule]:
    """Copies of the dataset in other regions, which hold its latest state until they are overwritten.

    https://cloud.google.com/bigquery/docs/managing-datasets#copy-datasets
    """
    for transfer in referrers(record, _TRANSFER, "params.source_dataset_id").certain:
        copies = _copies(transfer)
        if isinstance(copies, Unknown) or copies.value:
            unused: Attr[float | None] = Known(0.0, transfer)
            on = all_of(copies, map_attr(transfer.flag("disabled", False), lambda value: not value))
            yield Rule(Known(0.0, transfer), unused, _destination(transfer), enabled=on)


def _open_transfer(record: Record) -> Unknown | None:
    possible = referrers(record, _TRANSFER, "params.source_dataset_id").possible
    for other in possible:
        copies = _copies(other)
        if isinstance(copies, Unknown) or copies.value:
            return Unknown(Reason.AMBIGUOUS, other, "params")
    return None


def _access_public(node: Node) -> Attr[bool]:
    group = map_attr(node.text("special_group"), lambda name: name in _PUBLIC_GROUPS)
    member = map_attr(node.text("iam_member"), lambda name: name in _PUBLIC_GROUPS)
    return any_of(group, member)


def _public(record: Record) -> Attr[bool]:
    opened = [iam.public(record, _DATASET, "dataset_id")]
    access = record.blocks("access")
    if isinstance(access, Known):
        opened.extend(_access_public(block) for block in access.value)
    elif not left_to_default(record, "access", access):
        opened.append(access)
    joined = record.referrers("google_bigquery_dataset_access", "dataset_id")
    opened.extend(_access_public(other) for other in joined.certain)
    for other in joined.possible:
        anyone = _access_public(other)
        if isinstance(anyone, Unknown) or anyone.value:
            opened.append(Unknown(Reason.AMBIGUOUS, other, "dataset_id"))
    return any_of(*opened)


def _expiry(record: Record) -> Attr[float | None]:
    """The shorter of the default lives of tables and of partitions, in days."""
    shortest: Attr[float | None] = record.known("default_table_expiration_ms", None)
    for path in ("default_table_expiration_ms", "default_partition_expiration_ms"):
        life = record.number(path)
        if isinstance(life, Unknown):
            return life
        if life.value and (
            isinstance(shortest, Known)
            and (shortest.value is None or life.value / _MILLISECONDS_A_DAY < shortest.value)
        ):
            shortest = record.known(path, life.value / _MILLISECONDS_A_DAY)
    return shortest


def _elsewhere(record: Record) -> bool:
    """Whether the rows are not in BigQuery: those of a view, or of an external table without a store of its own.

    https://cloud.google.com/bigquery/docs/external-data-sources ; the data are a matter of the store that holds them.
    """
    described = (record.has("view"), record.has("external_data_configuration"))
    return any(isinstance(attr, Known) and attr.value for attr in described)


def _place_in(record: Record, holder: Record | None) -> Attr[frozenset[str]]:
    return record.unknown("dataset_id", Reason.OUTSIDE) if holder is None else _location(holder)


@REGISTRY.adapter("google_bigquery_table")
def table(record: Record) -> Iterator[Facet]:
    """A table; its place and, without a key of its own, its key are those of its dataset."""
    holder = record.target("dataset_id", _DATASET)
    if _elsewhere(record):
        place = holder if isinstance(holder, Unknown) else _place_in(record, holder.value)
        yield Placement(locations=place)
        yield Exposure(public=iam.public(record, "google_bigquery_table", "table_id"))
        yield retirement(record, protects(record, "deletion_protection", default=True))
        return
    own = at_rest(record.block("encryption_configuration"), _KEY, required=True)
    default = isinstance(own.key_owner, Known) and own.key_owner.value is KeyOwner.PROVIDER
    if isinstance(holder, Unknown):
        yield Placement(locations=holder, stores_data=True)
        yield EncryptionAtRest(enabled=Known(True), key_owner=holder, key_id=holder) if default else own
    elif holder.value is None:
        outside = record.unknown("dataset_id", Reason.OUTSIDE)
        yield Placement(locations=outside, stores_data=True)
        yield EncryptionAtRest(enabled=Known(True), key_owner=outside, key_id=outside) if default else own
    else:
        yield Placement(locations=_location(holder.value), stores_data=True)
        yield at_rest(holder.value.block("default_encryption_configuration"), _KEY, required=True) if default else own
    yield Exposure(public=iam.public(record, "google_bigquery_table", "table_id"))
    yield retirement(record, protects(record, "deletion_protection", default=True))
    yield residue("table")


@REGISTRY.adapter(_TRANSFER)
def transfer(record: Record) -> Iterator[Facet]:
    """A transfer that copies into a dataset on a schedule."""
    yield Placement(locations=_location(record))
    copies = _copies(record)
    if isinstance(copies, Unknown):
        yield Replica(key="transfer", location=copies, kind=ReplicaKind.REPLICATION)
    elif copies.value:
        yield Replica(key="transfer", location=_destination(record), kind=ReplicaKind.REPLICATION)


def _destination(record: Record) -> Attr[frozenset[str]]:
    target = record.target("destination_dataset_id", _DATASET)
    if isinstance(target, Unknown):
        return target
    return (
        _location(target.value)
        if target.value is not None
        else record.unknown("destination_dataset_id", Reason.OUTSIDE)
    )


@REGISTRY.adapter("google_bigquery_connection", "google_bigquery_reservation", "google_bigquery_job")
def regional(record: Record) -> Iterator[Facet]:
    """Things of a region that keep no data themselves."""
    yield placed(record, "location", stores_data=False)
