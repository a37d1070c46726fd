"""Backups and versions."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet
from auditor.facets.data import KeyOwner


class Backup(Facet, frozen=True, kw_only=True):
    """Backup of one store, by whatever function covers it."""

    enabled: Attr[bool]
    interval_hours: Attr[float | None]
    """Longest time between two backups; 0 for continuous; ``None`` if there is no schedule."""
    retention_days: Attr[float | None]
    """How long a backup is kept; ``None``: without an end."""
    offsite: Attr[frozenset[str]]
    """Regions other than the store's own to which backups are copied."""


class BackupPlan(Facet, frozen=True, kw_only=True):
    """One rule of a backup plan or snapshot schedule."""

    interval_hours: Attr[float | None]
    retention_days: Attr[float | None]
    offsite: Attr[frozenset[str]]
    """Regions other than the plan's own to which the rule copies."""


class BackupVault(Facet, frozen=True, kw_only=True):
    """A place that keeps backups, or one backup (snapshot, image) by itself."""

    encrypted: Attr[bool]
    key_owner: Attr[KeyOwner]
    immutable: Attr[bool] | None = None
    """Backups cannot be deleted before their time; ``None`` where the service has no such function."""


class ObjectVersioning(Facet, frozen=True, kw_only=True):
    """Versions of objects are kept when they are overwritten or deleted."""

    enabled: Attr[bool]
