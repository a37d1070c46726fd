"""Facets: what a clause can ask about, the same for every cloud and every source.

A facet is a small frozen struct of attributes.  Adapters yield them, checks judge them.  A
resource may have several facets of one class (one replica each, one trusted principal each);
``key`` tells them apart and must be stable from run to run, because it is part of the
fingerprint of a finding.
"""

from __future__ import annotations

import enum

import msgspec

from auditor.attr import Attr, Known


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facets."""

    key: str = ""
    """Tells facets of one class on one resource apart; empty where there is only one."""


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


class MfaDemand(enum.StrEnum):
    """Whether a principal must authenticate with more than one factor before it gets its rights."""

    REQUIRED = "required"
    NOT_REQUIRED = "not-required"
    IF_EXISTS = "if-exists"
    """Demanded only of sessions that carry the information, so not of long-term access keys."""
    AT_IDENTITY_PROVIDER = "at-identity-provider"
    """Decided where the user signs in: configuration of the cloud does not show it."""
    NOT_A_PERSON = "not-a-person"
    """A service or workload, which has no second factor."""


class ReplicaKind(enum.StrEnum):
    """What makes the copy."""

    REPLICATION = "replication"
    BACKUP_COPY = "backup-copy"
    SNAPSHOT_COPY = "snapshot-copy"
    GLOBAL_TABLE = "global-table"
    MULTI_REGION_KEY = "multi-region-key"
    READ_REPLICA = "read-replica"
    LOG_EXPORT = "log-export"


class ObstacleKind(enum.StrEnum):
    """What stands between a resource and its removal at the end of use."""

    PROTECTS = "protects"
    """A destroy fails until somebody switches it off: deletion protection, a bucket that must be empty first."""
    KEEPS = "keeps"
    """A destroy succeeds but data stays: final snapshot, retained backups, abandon or skip-destroy settings."""
    LOCKS = "locks"
    """Nobody can remove the data before a period is over: locked retention policies, vault and object locks."""


# ---------------------------------------------------------------- place


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


# ---------------------------------------------------------------- encryption and keys


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
    deletion_window_days: Attr[float]
    """Days between the order to destroy and the destruction."""
    state: Attr[KeyState]


class KeyPolicy(Facet, frozen=True, kw_only=True):
    """Who may use or administer a key."""

    open_to_anyone: Attr[bool]
    """A principal ``*`` (allUsers, allAuthenticatedUsers) without a condition that narrows it."""
    foreign_principals: Attr[tuple[str, ...]]
    """Principals of other accounts or domains that may use or administer the key."""


# ---------------------------------------------------------------- identities


class Delegation(Facet, frozen=True, kw_only=True):
    """One principal from outside (another account, domain or identity provider) that is let in."""

    principal: Attr[str]
    administrative: Attr[bool]
    """It gets administrative rights (管理権限)."""
    mfa: Attr[MfaDemand]


class Identity(Facet, frozen=True, kw_only=True):
    """A user of the account itself."""

    administrative: Attr[bool]
    person: Attr[bool]
    """Signs in as a person (console password) or is at least not known to be a workload."""
    mfa: Attr[MfaDemand]
    long_lived_key: Attr[bool]
    """Has an access key (service-account key) without an end."""


class RootUser(Facet, frozen=True, kw_only=True):
    """The root user or its counterpart."""

    protected: Attr[bool]
    """MFA is active, or root credentials are removed centrally."""


# ---------------------------------------------------------------- logs


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


class Exposure(Facet, frozen=True, kw_only=True):
    """Whether anybody on the internet, or any account, can read the resource."""

    public: Attr[bool]
    holds_logs: Attr[bool] = Known(False)
    """The resource is a place that keeps logs."""


# ---------------------------------------------------------------- backup


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


# ---------------------------------------------------------------- time


class TimeSource(Facet, frozen=True, kw_only=True):
    """Time servers that a network or a machine is told to use."""

    servers: Attr[tuple[str, ...]]
    """Names or addresses; () leaves the provider's own time service in use."""


# ---------------------------------------------------------------- end of use


class Obstacle(msgspec.Struct, frozen=True):
    """One thing that keeps a resource or its data from going away."""

    name: str
    """The setting as the provider writes it (``deletion_protection``)."""
    kind: ObstacleKind
    present: Attr[bool]


class Retirement(Facet, frozen=True, kw_only=True):
    """What would keep data or fail a destroy."""

    obstacles: tuple[Obstacle, ...]
    """Every setting that bears on it, present or not; () only where the provider has none."""


class AccountClosure(Facet, frozen=True, kw_only=True):
    """Whether an account or project goes away with its Terraform resource."""

    closes: Attr[bool]


class AccountIdentity(Facet, frozen=True, kw_only=True):
    """An identity or credential that must be gone at the end of use (user, key, foreign trust)."""

    what: str


class Residue(Facet, frozen=True, kw_only=True):
    """Something that must not be left behind at the end of use: a store, a backup, a key, a log."""

    what: str


class Unrecognised(Facet, frozen=True, kw_only=True):
    """A resource of a type that the auditor does not know; it may hold data."""
