"""AWS JSON policies: typed statements, and what they grant and deny as AWS evaluates them.

Pure functions over documents; nothing here calls AWS. Parts of a document may be unknown (``UNKNOWN``), and every
answer has three values (``Answer``), none of which is a bool. Read a document with ``parse_policy`` or
``policy_from_terraform``, join those of one identity with ``combine``, then ask.
"""

from __future__ import annotations

from .answers import UNKNOWN, Answer, Judgement, StatementRef, Unknown
from .exposure import TransportDenial, denies_insecure_transport, public_access
from .guardrails import (
    BACKUP_DELETION,
    KEY_DELETION,
    OBJECT_DELETION,
    TRAIL_DELETION,
    ActionDenial,
    DeletionDenial,
    RegionGuardrail,
    denies_deletion,
    region_guardrail,
)
from .key_policies import KeyGrantee, KeyPolicy, key_policy
from .managed_policies import managed_policy_rights
from .mfa import (
    IdentityDemand,
    MfaDemand,
    PrincipalDemand,
    StatementDemand,
    identity_mfa_demand,
    mfa_demand,
)
from .parsing import parse_policy
from .principals import PrincipalKind, TrustedPrincipal, trusted_principals
from .rights import Administrative, Right, administrative
from .statements import Document, Effect, Policy, Principal, PrincipalType, Statement, Unparseable, combine
from .terraform_document import policy_from_terraform
from .wildcards import action_matches, covers, matches

__all__ = [
    "BACKUP_DELETION",
    "KEY_DELETION",
    "OBJECT_DELETION",
    "TRAIL_DELETION",
    "UNKNOWN",
    "ActionDenial",
    "Administrative",
    "Answer",
    "DeletionDenial",
    "Document",
    "Effect",
    "IdentityDemand",
    "Judgement",
    "KeyGrantee",
    "KeyPolicy",
    "MfaDemand",
    "Policy",
    "Principal",
    "PrincipalDemand",
    "PrincipalKind",
    "PrincipalType",
    "RegionGuardrail",
    "Right",
    "Statement",
    "StatementDemand",
    "StatementRef",
    "TransportDenial",
    "TrustedPrincipal",
    "Unknown",
    "Unparseable",
    "action_matches",
    "administrative",
    "combine",
    "covers",
    "denies_deletion",
    "denies_insecure_transport",
    "identity_mfa_demand",
    "key_policy",
    "managed_policy_rights",
    "matches",
    "mfa_demand",
    "parse_policy",
    "policy_from_terraform",
    "public_access",
    "region_guardrail",
    "trusted_principals",
]
