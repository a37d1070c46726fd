"""Sample values of the facets of publishing, redundancy, capacity, monitoring and changes."""

from __future__ import annotations

from typing import Any

from auditor.attr import Known
from auditor.facets import (
    AccountContact,
    AlarmRecipient,
    AllowedMethods,
    ChangeRecorder,
    ContentWriters,
    Facet,
    IntrusionDetection,
    LineRedundancy,
    LogAlert,
    PublishedContent,
    PublishedService,
    Redundancy,
    RequestFilter,
    ResponseHeaders,
    Scaling,
    SettingRule,
    ShareQuota,
    ThreatDetection,
    Watched,
)


def _kind(*values: Any) -> tuple[Known[Any], ...]:
    return tuple(Known(value) for value in values)


_BOOL = _kind(True, False)

SAMPLES: dict[type[Facet], dict[str, tuple[Any, ...]]] = {
    PublishedService: {
        "service": ("load-balancer",),
        "public": _BOOL,
        "firewall": (*_BOOL, None),
        "flood_limited": (*_BOOL, None),
    },
    RequestFilter: {"acts": _BOOL},
    PublishedContent: {"versioned": _BOOL, "publicly_writable": _BOOL, "publicly_listed": _BOOL},
    ContentWriters: {
        "anybody": _BOOL,
        "confined": _BOOL,
        "named": _kind((), ("arn:aws:iam::111122223333:role/publish",)),
    },
    ResponseHeaders: {"protective": _BOOL},
    AllowedMethods: {
        "methods": _kind(frozenset({"GET", "HEAD"}), frozenset({"GET", "HEAD", "PUT"}), frozenset({"*"})),
        "only_stored": _BOOL,
    },
    Redundancy: {"what": ("database",), "zones": _BOOL, "failover": (*_BOOL, None)},
    LineRedundancy: {"doubled": _BOOL},
    Scaling: {"what": ("storage",), "automatic": _BOOL, "limited": _BOOL},
    ShareQuota: {"limited": (*_BOOL, None)},
    Watched: {"what": ("database",), "watched": _BOOL, "capacity_percent": _kind(None, 70.0, 80.0, 95.0)},
    AlarmRecipient: {"notifies": _BOOL, "received": _BOOL},
    LogAlert: {"alerts": _BOOL},
    ThreatDetection: {"service": ("GuardDuty",), "enabled": _BOOL},
    IntrusionDetection: {"inspects": _BOOL},
    AccountContact: {"security": _BOOL},
    ChangeRecorder: {"recording": _BOOL, "all_resources": _BOOL},
    SettingRule: {"rule": ("config-rule",), "active": _BOOL},
}
"""As in :data:`tests.govcloud.judging.SAMPLES`."""
