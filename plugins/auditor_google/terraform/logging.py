"""Cloud Logging.

Admin Activity logs are always written, kept for 400 days in the bucket ``_Required``, and cannot be
switched off or excluded (https://cloud.google.com/logging/docs/audit#admin-activity), so no facet says so.
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/logging_project_bucket_config
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    AuditTrail,
    DataAccessLog,
    Exposure,
    Facet,
    LogImmutability,
    LogStore,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Record
from auditor_google.building import located, placed, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.log_destinations import SINKS, destination_location
from auditor_google.reading import left_to_default
from auditor_google.registry import REGISTRY

_BUCKETS: Final = (
    "google_logging_project_bucket_config",
    "google_logging_folder_bucket_config",
    "google_logging_organization_bucket_config",
    "google_logging_billing_account_bucket_config",
)
_DEFAULT_DAYS: Final = 30.0
"""Retention of a bucket that sets none, and of one that sets 0 (page above)."""
_REQUIRED_DAYS: Final = 400.0
"""Retention of ``_Required``, which cannot be changed: https://cloud.google.com/logging/docs/buckets"""
_AUDIT: Final = "cloudaudit.googleapis.com"


@REGISTRY.adapter(*_BUCKETS)
def bucket(record: Record) -> Iterator[Facet]:
    """A log bucket."""
    name = record.text("bucket_id")
    required = isinstance(name, Known) and name.value == "_Required"
    yield Placement(locations=located(record, "location"), stores_data=True)
    yield at_rest(record.block("cmek_settings"), "kms_key_name", required=True)
    yield LogStore(retention_days=record.known("bucket_id", _REQUIRED_DAYS) if required else _retention(record))
    locked = record.known("bucket_id", True) if required else record.flag("locked", False)
    none = Known(False, record)
    yield LogImmutability(locked=locked, versioned=none, deletion_denied=none)
    # Log buckets have no grants of their own, and a project's policy cannot let everybody in by a public role.
    yield Exposure(public=none, holds_logs=Known(True, record))
    fixed = isinstance(name, Known) and name.value in ("_Required", "_Default")
    yield retirement(
        record,
        Obstacle("locked", ObstacleKind.LOCKS, locked),
        Obstacle(
            "bucket_id", ObstacleKind.KEEPS, name if isinstance(name, Unknown) else record.known("bucket_id", fixed)
        ),
    )
    yield residue("log-bucket")


def _retention(record: Record) -> Attr[float | None]:
    days = record.number("retention_days")
    if left_to_default(record, "retention_days", days):
        return record.known("retention_days", _DEFAULT_DAYS)
    return map_attr(days, lambda value: value or _DEFAULT_DAYS)


@REGISTRY.adapter(*SINKS)
def sink(record: Record) -> Iterator[Facet]:
    """A sink: a copy of log entries at its destination.

    It is a trail of the management operations if its filter lets the Admin Activity log through.
    """
    disabled = record.flag("disabled", False)
    if isinstance(disabled, Unknown) or not disabled.value:
        yield Replica(location=destination_location(record), kind=ReplicaKind.LOG_EXPORT)
    text = record.text("filter")
    if isinstance(text, Known) and text.value is not None and _AUDIT not in text.value:
        return
    wide = record.type != "google_logging_project_sink"
    children = record.flag("include_children", False) if wide else Known(False, record)
    yield AuditTrail(
        logging=map_attr(disabled, lambda value: not value),
        all_regions=Known(True, record),  # log entries of all regions pass the sinks of a project
        management_events=_management(record, text),
        organization=children,
    )


def _management(record: Record, text: Attr[str | None]) -> Attr[bool]:
    """Whether the filter names the Admin Activity log, or no log at all, and no exclusion touches audit logs."""
    if isinstance(text, Unknown):
        return text
    filter_ = (text.value or "").replace("%2F", "/")
    if filter_ and "NOT" in filter_:
        return record.unknown("filter", Reason.UNRESOLVED)
    admitted = not filter_ or "activity" in filter_ or f"{_AUDIT}/" not in filter_
    exclusions = record.blocks("exclusions")
    if isinstance(exclusions, Unknown):
        return exclusions
    for exclusion in exclusions.value:
        excluded = exclusion.text("filter")
        if isinstance(excluded, Unknown):
            return excluded
        if _AUDIT in (excluded.value or "") and "activity" in (excluded.value or ""):
            off = exclusion.flag("disabled", False)
            if isinstance(off, Unknown) or not off.value:
                return off if isinstance(off, Unknown) else exclusion.known("filter", False)
    return record.known("filter", admitted)


@REGISTRY.adapter(
    "google_logging_project_exclusion",
    "google_logging_folder_exclusion",
    "google_logging_organization_exclusion",
    "google_logging_billing_account_exclusion",
)
def exclusion(record: Record) -> Iterator[Facet]:
    """Entries that are not stored; only those of Data Access logs bear on a clause."""
    text = record.text("filter")
    if isinstance(text, Unknown):
        yield DataAccessLog(key="exclusion", what="log-exclusion", enabled=text)
    elif "data_access" in (text.value or ""):
        yield DataAccessLog(key="exclusion", what="log-exclusion", enabled=record.flag("disabled", False))


@REGISTRY.adapter("google_logging_organization_settings", "google_logging_folder_settings")
def settings(record: Record) -> Iterator[Facet]:
    """Place and key of the log buckets that new projects get."""
    location = record.text("storage_location")
    if isinstance(location, Known) and location.value is None:
        # Without a place the buckets are global: https://cloud.google.com/logging/docs/default-settings
        yield Placement(locations=record.known("storage_location", frozenset(("global",))), stores_data=True)
    else:
        yield placed(record, "storage_location")
    yield at_rest(record, "kms_key_name", computed=True)


@REGISTRY.adapter("google_logging_linked_dataset")
def linked_dataset(record: Record) -> Iterator[Facet]:
    """A view of a log bucket as a dataset of BigQuery; the entries stay in the bucket."""
    yield placed(record, "location", stores_data=False)
