"""Logs, where they are kept, and what protects them."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet


class AuditTrail(Facet, frozen=True, kw_only=True):
    """A trail of the management operations of an account, project or organisation."""

    logging: Attr[bool]
    all_regions: Attr[bool]
    management_events: Attr[bool]
    """Both reading and writing management operations, and those of global services."""
    organization: Attr[bool]


class DataAccessLog(Facet, frozen=True, kw_only=True):
    """Logging of accesses to the data of a store or service."""

    what: str
    """Which log: ``s3-data-events``, ``access-log``, ``audit-config``, ``database-audit`` …"""
    enabled: Attr[bool]


class NetworkFlowLog(Facet, frozen=True, kw_only=True):
    """Flow log of a network."""

    enabled: Attr[bool]


class LogStore(Facet, frozen=True, kw_only=True):
    """A place that keeps logs."""

    retention_days: Attr[float | None]
    """How long entries are kept; ``None``: without an end."""


class TrailIntegrity(Facet, frozen=True, kw_only=True):
    """Validation of log files (digests) by the service that writes them."""

    validated: Attr[bool]


class LogImmutability(Facet, frozen=True, kw_only=True):
    """Whether the store of a log keeps its entries from being altered or removed."""

    locked: Attr[bool]
    """Object Lock, Bucket Lock, locked log bucket."""
    versioned: Attr[bool]
    deletion_denied: Attr[bool]
    """A policy denies deletion to everybody."""
