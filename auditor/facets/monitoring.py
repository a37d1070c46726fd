"""What watches over the system, who is told, and what records its changes."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet


class Watched(Facet, frozen=True, kw_only=True):
    """What watches one server or database."""

    what: str
    """``server``, ``database``, ``cache``, ``cluster`` …"""
    watched: Attr[bool]
    """An alarm is set on it, or an agent reports from inside it."""
    capacity_percent: Attr[float | None]
    """Lowest use of its processors, memory or storage, in per cent, at which an alarm is raised; ``None``: at none."""


class AlarmRecipient(Facet, frozen=True, kw_only=True):
    """Who is told when an alarm is raised."""

    notifies: Attr[bool]
    """It is switched on and has an action or channel."""
    received: Attr[bool]
    """What it notifies has somebody who receives it."""


class LogAlert(Facet, frozen=True, kw_only=True):
    """A pattern that is looked for in logs."""

    alerts: Attr[bool]
    """An alarm is raised when it is found."""


class ThreatDetection(Facet, frozen=True, kw_only=True):
    """A service that looks for threats in an account, project or organisation."""

    service: str
    """Name of the service, as the provider calls it."""
    enabled: Attr[bool]


class IntrusionDetection(Facet, frozen=True, kw_only=True):
    """A device or service that looks for intrusion in the traffic of a network."""

    inspects: Attr[bool]
    """It has rules, and traffic is led to it."""


class AccountContact(Facet, frozen=True, kw_only=True):
    """A contact that the provider writes to about the account or project."""

    security: Attr[bool]
    """It is told of matters of security."""


class ChangeRecorder(Facet, frozen=True, kw_only=True):
    """A service that records how resources are set up, and every change of it."""

    recording: Attr[bool]
    all_resources: Attr[bool]
    """It takes in every type of resource it knows, global ones included."""


class SettingRule(Facet, frozen=True, kw_only=True):
    """A rule that checks, or confines, how resources are set up."""

    rule: str
    """Kind of the rule: ``config-rule``, ``standard``, ``organisation-policy`` …"""
    active: Attr[bool]
