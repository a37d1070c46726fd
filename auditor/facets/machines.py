"""Machines: what looks for malware and holes in them, what patches them, what needlessly runs on them."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet


class Machine(Facet, frozen=True, kw_only=True):
    """A machine, a template or a group of machines whose operating system the user looks after."""

    what: str
    """``machine``, ``template``, ``group``, ``nodes`` …"""


class MalwareScan(Facet, frozen=True, kw_only=True):
    """A function that looks for malware."""

    what: str
    """Where it looks: ``machines``, ``objects``, ``traffic`` …"""
    active: Attr[bool]
    updated: Attr[bool]
    """Its signatures and engine are kept current without anybody's doing: by the provider that runs it, or by a
    distribution that is repeated."""


class VulnerabilityScan(Facet, frozen=True, kw_only=True):
    """A function that looks for known vulnerabilities."""

    what: str
    """Where it looks: ``machines``, ``images``, ``functions``, ``web``, ``workloads`` …"""
    active: Attr[bool]


class Patching(Facet, frozen=True, kw_only=True):
    """Whether corrections of a system or service are applied without anybody's doing."""

    what: str
    """``machines`` for a function that patches the operating systems of machines; else what is patched:
    ``database``, ``nodes``, ``runtime`` …"""
    automatic: Attr[bool]


class NeedlessFunction(Facet, frozen=True, kw_only=True):
    """A function that hardly anything needs any longer and that helps an attacker."""

    function: str
    """As the provider calls it: ``IMDSv1``, ``legacy ABAC`` …"""
    enabled: Attr[bool]


class EnabledService(Facet, frozen=True, kw_only=True):
    """A service of the cloud that is switched on for a project."""

    service: Attr[str | None]


class Resident(Facet, frozen=True, kw_only=True):
    """Something that runs in a network: a machine, a database, a cluster, a function."""

    network: Attr[str | None]
    """Address of the network's record in the same input; ``None`` where it is not in it."""


class DataOrigin(Facet, frozen=True, kw_only=True):
    """What a store was filled from, or whom it is handed to, where a copy is made as a whole."""

    how: str
    """``snapshot``, ``point-in-time``, ``clone``, ``replica``, ``image`` …"""
    source: Attr[str | None]
    """What the copy is made from, as the provider writes it; ``None`` where it is made from nothing."""
    record: Attr[str | None]
    """Address of the record of the source in the same input; ``None`` where it is not in it."""
