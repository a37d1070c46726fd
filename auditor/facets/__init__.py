"""Facets: what a clause can ask about, the same for every cloud and every source.

A facet is a small frozen struct of attributes.  Adapters yield them, checks judge them.  A
resource may have several facets of one class (one replica each, one trusted principal each);
``key`` tells them apart and must be stable from run to run, because it is part of the
fingerprint of a finding.
"""

from auditor.facets.backup import Backup, BackupPlan, BackupVault, ObjectVersioning
from auditor.facets.base import Facet
from auditor.facets.data import (
    EncryptionAtRest,
    EncryptionInTransit,
    EncryptionKey,
    Exposure,
    KeyOwner,
    KeyPolicy,
    KeyState,
    Placement,
    RegionGuardrail,
    Replica,
    ReplicaKind,
)
from auditor.facets.identities import Delegation, Identity, MfaDemand, RootUser
from auditor.facets.lifecycle import (
    AccountClosure,
    AccountIdentity,
    Obstacle,
    ObstacleKind,
    Residue,
    Retirement,
    TimeSource,
    Unrecognised,
)
from auditor.facets.logs import AuditTrail, DataAccessLog, LogImmutability, LogStore, NetworkFlowLog, TrailIntegrity
from auditor.facets.monitoring import (
    AccountContact,
    AlarmRecipient,
    ChangeRecorder,
    IntrusionDetection,
    LogAlert,
    SettingRule,
    ThreatDetection,
    Watched,
)
from auditor.facets.redundancy import LineRedundancy, Redundancy, Scaling, ShareQuota
from auditor.facets.web import (
    AllowedMethods,
    ContentWriters,
    PublishedContent,
    PublishedService,
    RequestFilter,
    ResponseHeaders,
)

__all__ = [
    "AccountClosure",
    "AccountContact",
    "AccountIdentity",
    "AlarmRecipient",
    "AllowedMethods",
    "AuditTrail",
    "Backup",
    "BackupPlan",
    "BackupVault",
    "ChangeRecorder",
    "ContentWriters",
    "DataAccessLog",
    "Delegation",
    "EncryptionAtRest",
    "EncryptionInTransit",
    "EncryptionKey",
    "Exposure",
    "Facet",
    "Identity",
    "IntrusionDetection",
    "KeyOwner",
    "KeyPolicy",
    "KeyState",
    "LineRedundancy",
    "LogAlert",
    "LogImmutability",
    "LogStore",
    "MfaDemand",
    "NetworkFlowLog",
    "ObjectVersioning",
    "Obstacle",
    "ObstacleKind",
    "Placement",
    "PublishedContent",
    "PublishedService",
    "Redundancy",
    "RegionGuardrail",
    "Replica",
    "ReplicaKind",
    "RequestFilter",
    "Residue",
    "ResponseHeaders",
    "Retirement",
    "RootUser",
    "Scaling",
    "SettingRule",
    "ShareQuota",
    "ThreatDetection",
    "TimeSource",
    "TrailIntegrity",
    "Unrecognised",
    "Watched",
]
