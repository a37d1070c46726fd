"""Where data is, how it is encrypted, and who can reach it."""

from __future__ import annotations

import enum

from auditor.attr import Attr, Known
from auditor.facets.base import Facet


class KeyOwner(enum.StrEnum):
    """Who holds the key that encrypts data at rest, and so who can destroy it."""

    NONE = "none"
    """Not encrypted."""
    PROVIDER = "provider"
    """A key of the cloud provider (AWS-owned, aws/* managed, Google default): the customer cannot destroy it."""
    CUSTOMER = "customer"
    """A customer-managed key (KMS key, CMEK), or one that the customer supplies."""


class KeyState(enum.StrEnum):
    """State of a key."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    PENDING_DELETION = "pending-deletion"
    DESTROYED = "destroyed"


class ReplicaKind(enum.StrEnum):
    """What makes the copy."""

    REPLICATION = "replication"
    BACKUP_COPY = "backup-copy"
    SNAPSHOT_COPY = "snapshot-copy"
    GLOBAL_TABLE = "global-table"
    MULTI_REGION_KEY = "multi-region-key"
    READ_REPLICA = "read-replica"
    LOG_EXPORT = "log-export"


class Placement(Facet, frozen=True, kw_only=True):
    """Where the resource and its data are."""

    locations: Attr[frozenset[str]]
    """Region codes in which data is kept, as the provider writes them (lower case); a multi-region
    location that the provider documents as a set of regions is given as that set (ASIA1), any
    other by its own name (``asia``, ``us``)."""
    stores_data: bool = False
    """Whether the resource keeps information of its users (not only settings)."""
    global_service: str | None = None
    """Name of the global service, if the provider runs this resource outside of any region (CloudFront, IAM, Route 53)."""


class Replica(Facet, frozen=True, kw_only=True):
    """One place to which data, a backup or a key is copied."""

    location: Attr[frozenset[str]]
    """Region codes of the destination."""
    kind: ReplicaKind


class RegionGuardrail(Facet, frozen=True, kw_only=True):
    """A rule of the organisation that forbids regions (SCP on aws:RequestedRegion, org policy gcp.resourceLocations)."""

    allowed: Attr[frozenset[str]]
    enforced: Attr[bool]
    """Attached to something / enforced, not only written."""


class EncryptionAtRest(Facet, frozen=True, kw_only=True):
    """Encryption of the data that the resource keeps."""

    enabled: Attr[bool]
    key_owner: Attr[KeyOwner]
    key_id: Attr[str | None] = Known(None)
    """Key id, ARN or resource name, if one is stated."""


class EncryptionInTransit(Facet, frozen=True, kw_only=True):
    """Whether an endpoint refuses connections that are not encrypted."""

    endpoint: str
    """What listens: ``listener``, ``distribution``, ``database``, ``bucket``, ``domain`` …"""
    required: Attr[bool]
    """Unencrypted requests are refused or redirected."""
    minimum_tls: Attr[str | None] = Known(None)
    """Lowest TLS version accepted, ``1.0`` … ``1.3``; ``None`` where the service does not let the customer set it."""


class EncryptionKey(Facet, frozen=True, kw_only=True):
    """A key that the customer manages."""

    rotatable: Attr[bool]
    """Whether the provider can rotate this kind of key by itself (symmetric, material from the provider)."""
    rotation: Attr[bool]
    rotation_days: Attr[float | None]
    """Period of the rotation in days; ``None`` if it does not rotate."""
    deletion_window_days: Attr[float | None]
    """Days between the order to destroy and the destruction; ``None`` where the order decides it, which was not given."""
    state: Attr[KeyState]


class KeyPolicy(Facet, frozen=True, kw_only=True):
    """Who may use or administer a key."""

    open_to_anyone: Attr[bool]
    """A principal ``*`` (allUsers, allAuthenticatedUsers) without a condition that narrows it."""
    foreign_principals: Attr[tuple[str, ...]]
    """Principals of other accounts or domains that may use or administer the key."""


class Exposure(Facet, frozen=True, kw_only=True):
    """Whether anybody on the internet, or any account, can read the resource."""

    public: Attr[bool]
    holds_logs: Attr[bool] = Known(False)
    """The resource is a place that keeps logs."""
    by_address: bool = False
    """What is open is an address: whoever comes by it must still sign in, to a database for instance."""
