"""Who a trust policy or another resource policy names.

Source: AWS IAM User Guide, page "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from .answers import Answer, StatementRef, Unknown, refs
from .matching import account_of, has_effect, is_anyone
from .statements import Document, Effect, Principal, PrincipalType, as_policy


class PrincipalKind(Enum):
    """Who a principal is, seen from one's own account."""

    OWN_ACCOUNT = "own-account"
    FOREIGN_ACCOUNT = "foreign-account"
    SERVICE = "service"
    FEDERATED_SAML = "federated-saml"
    FEDERATED_OIDC = "federated-oidc"
    ANYONE = "anyone"
    #: Not known, or not to be told: own account id not known, a canonical user, an id of a deleted identity.
    UNKNOWN = "unknown"


class TrustedPrincipal(msgspec.Struct, frozen=True):
    """A principal that a policy names in an Allow statement.

    ``principal`` is None where the policy may name further principals that are not known, and for the
    ``NotPrincipal`` form, which allows everyone but those named (kind ANYONE). ``account`` is the 12-digit id if named.
    """

    kind: PrincipalKind
    principal: Principal | None
    account: str | None
    evidence: tuple[StatementRef, ...]

    @property
    def identifier(self) -> str:
        """The identifier as written; "*" for everyone, "" where it is not known."""
        if self.principal is not None:
            return self.principal.identifier
        return "*" if self.kind is PrincipalKind.ANYONE else ""


def kind_of(principal: Principal, own_account: str | Unknown) -> PrincipalKind:
    """The kind of one principal; an account's is UNKNOWN where ``own_account`` is not known."""
    if is_anyone(principal) and principal.type is not PrincipalType.SERVICE:
        return PrincipalKind.ANYONE
    if principal.type is PrincipalType.SERVICE:
        return PrincipalKind.SERVICE
    if principal.type is PrincipalType.FEDERATED:
        saml = ":saml-provider/" in principal.identifier
        return PrincipalKind.FEDERATED_SAML if saml else PrincipalKind.FEDERATED_OIDC
    account = account_of(principal)
    if account is None or isinstance(own_account, Unknown):
        return PrincipalKind.UNKNOWN
    return PrincipalKind.OWN_ACCOUNT if account == own_account else PrincipalKind.FOREIGN_ACCOUNT


def trusted_principals(document: Document, own_account: str | Unknown) -> tuple[TrustedPrincipal, ...]:
    """Every principal named by the statements that allow, or may allow, in the order of the policy.

    Denials are not taken off here: ``mfa_demand`` and ``public_access`` judge what is left of a grant.
    A policy of which parts are not known yields one more entry of kind UNKNOWN.
    """
    policy = as_policy(document)
    found: dict[Principal | PrincipalKind, list[StatementRef]] = {}
    for statement in policy.statements:
        named = statement.principals
        if named is None or has_effect(statement, Effect.ALLOW) is Answer.NO:
            continue
        if named.negated:
            found.setdefault(PrincipalKind.ANYONE, []).append(statement.ref)
            continue
        for principal in named.values:
            found.setdefault(principal, []).append(statement.ref)
        if named.unknown:
            found.setdefault(PrincipalKind.UNKNOWN, []).append(statement.ref)
    if policy.unknown:
        found.setdefault(PrincipalKind.UNKNOWN, [])
    return tuple(_trusted(who, evidence, own_account) for who, evidence in found.items())


def _trusted(
    who: Principal | PrincipalKind, evidence: Iterable[StatementRef], own_account: str | Unknown
) -> TrustedPrincipal:
    if isinstance(who, PrincipalKind):
        return TrustedPrincipal(who, None, None, refs(evidence))
    return TrustedPrincipal(kind_of(who, own_account), who, account_of(who), refs(evidence))
