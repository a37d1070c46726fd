"""What stands more than once, and what grows with its load."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet


class Redundancy(Facet, frozen=True, kw_only=True):
    """Whether a service goes on when one zone fails."""

    what: str
    """``database``, ``cache``, ``load-balancer``, ``machines``, ``cluster``, ``files``, ``search``, ``queue`` …"""
    zones: Attr[bool]
    """It stands in at least two zones."""
    failover: Attr[bool] | None
    """The standby takes over by itself; ``None`` where all parts serve and none has to take over."""


class LineRedundancy(Facet, frozen=True, kw_only=True):
    """A line to a place outside of the cloud."""

    doubled: Attr[bool]
    """A second line leads to the same network by other devices."""


class Scaling(Facet, frozen=True, kw_only=True):
    """Whether the capacity of something grows with its load."""

    what: str
    """``storage``, ``machines``, ``tasks``, ``throughput`` …"""
    automatic: Attr[bool]
    limited: Attr[bool]
    """The growth has an upper limit."""


class ShareQuota(Facet, frozen=True, kw_only=True):
    """The limit of what a shared file system, or a volume of one, may hold."""

    limited: Attr[bool] | None
    """``None`` where the service has no such limit and grows with what is written."""
