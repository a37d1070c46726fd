"""Whether a policy demands multi-factor authentication of those whom it allows something.

Source: AWS IAM User Guide, page "AWS global condition context keys" (``aws:MultiFactorAuthPresent`` is missing from
requests made with long-term access keys; ``aws:MultiFactorAuthAge`` is there only after MFA) and page
"AWS: Allows MFA-authenticated IAM users to manage their own credentials on the Security credentials page".

Each question is put three times: for a request with long-term keys, one with temporary credentials obtained without
MFA, and one with temporary credentials obtained with MFA. MFA is demanded where the first two are turned away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import NoReturn

import msgspec

from .answers import UNKNOWN, Answer, StatementRef, Unknown, every, refs
from .conditions import Fit, Presence, Request, condition_fit, fit
from .matching import EVERYONE, covers_action, covers_principal, covers_resources_of, has_effect
from .principals import PrincipalKind, TrustedPrincipal, trusted_principals
from .statements import Document, Effect, Patterns, Policy, Principal, PrincipalType, Statement, as_policy
from .wildcards import covers, normal_action, overlaps

_PRESENT = "aws:multifactorauthpresent"
_AGE = "aws:multifactorauthage"

_LONG_TERM: Request = {_PRESENT: Presence.ABSENT, _AGE: Presence.ABSENT}
_WITHOUT: Request = {_PRESENT: "false", _AGE: Presence.ABSENT}
_WITH: Request = {_PRESENT: "true", _AGE: Presence.ANY}
_REQUESTS = (_LONG_TERM, _WITHOUT, _WITH)


class MfaDemand(Enum):
    """What a policy demands of those it allows something."""

    REQUIRED = "required"
    NOT_REQUIRED = "not-required"
    #: Demanded of temporary credentials only: a request with long-term keys passes without MFA.
    IF_EXISTS_ONLY = "if-exists-only"
    #: Signing in happens at a SAML or OIDC provider, and so does any second factor: AWS cannot tell.
    AT_IDENTITY_PROVIDER = "at-identity-provider"
    #: An AWS service acts by itself and has no second factor.
    NOT_APPLICABLE = "not-applicable"
    #: Nothing is allowed, so there is nothing to demand MFA for.
    NOTHING_GRANTED = "nothing-granted"
    UNDECIDED = "undecided"

    def __bool__(self) -> NoReturn:
        raise TypeError("an MfaDemand has many values: compare it with `is`")


class PrincipalDemand(msgspec.Struct, frozen=True):
    """What a trust policy demands of one principal, and the statements that decide it."""

    principal: TrustedPrincipal
    demand: MfaDemand
    evidence: tuple[StatementRef, ...]


class StatementDemand(msgspec.Struct, frozen=True):
    """What an identity policy demands for what one Allow statement grants."""

    statement: StatementRef
    demand: MfaDemand
    evidence: tuple[StatementRef, ...]


class IdentityDemand(msgspec.Struct, frozen=True):
    """What an identity policy demands in all (the weakest of its grants), and for each Allow statement.

    ``exemptions`` are the actions that the denials without MFA leave open, e.g. for setting up one's own MFA device.
    """

    demand: MfaDemand
    statements: tuple[StatementDemand, ...]
    exemptions: tuple[str, ...]
    evidence: tuple[StatementRef, ...]


#: Actions by which users set up and use their own MFA device and password; open without MFA in the AWS example policy.
SELF_SERVICE: tuple[str, ...] = tuple(
    normal_action(action)
    for action in (
        "iam:ChangePassword",
        "iam:CreateVirtualMFADevice",
        "iam:DeleteVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:DeactivateMFADevice",
        "iam:ResyncMFADevice",
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountSummary",
        "iam:GetMFADevice",
        "iam:GetUser",
        "iam:ListMFADevices",
        "iam:ListUsers",
        "iam:ListVirtualMFADevices",
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
    )
)

_WEAKEST_FIRST = (
    MfaDemand.NOT_REQUIRED,
    MfaDemand.UNDECIDED,  # may turn out as the one before
    MfaDemand.IF_EXISTS_ONLY,
    MfaDemand.REQUIRED,
    MfaDemand.NOTHING_GRANTED,
)

#: Stands in for the grant that a policy of mere denials does not have.
_NO_STATEMENT = StatementRef(-1)

#: Says whether a denial applies to everything a grant is about.
_Reach = Callable[[Statement, Statement], Answer]


def mfa_demand(document: Document, own_account: str | Unknown = UNKNOWN) -> tuple[PrincipalDemand, ...]:
    """What a role's trust policy demands of each principal it names.

    Conditions such as ``sts:ExternalId`` or ``aws:PrincipalOrgID`` are no MFA. A denial without MFA that further
    conditions narrow leaves the answer UNDECIDED.
    """
    policy = as_policy(document)
    return tuple(_principal_demand(policy, trusted) for trusted in trusted_principals(policy, own_account))


def _principal_demand(policy: Policy, trusted: TrustedPrincipal) -> PrincipalDemand:
    principal = trusted.principal
    if principal is None and trusted.kind is PrincipalKind.ANYONE:
        principal = EVERYONE
    if principal is None:
        return PrincipalDemand(trusted, MfaDemand.UNDECIDED, trusted.evidence)
    actions = _sign_in_actions(principal)

    grants: list[tuple[Statement, str, Answer]] = []
    for statement in policy.statements:
        if statement.ref not in trusted.evidence:
            continue
        for action in actions:
            granted = every([has_effect(statement, Effect.ALLOW), covers_action(statement, action)])
            if granted is not Answer.NO:
                grants.append((statement, action, granted))
    found = [
        _demand(policy, statement, granted, _trust_reach(principal, action)) for statement, action, granted in grants
    ]
    demand, evidence = _weakest(found)
    if policy.unknown and demand is not MfaDemand.NOT_REQUIRED:
        # A statement that is not known may let the principal in without MFA.
        demand = MfaDemand.UNDECIDED
    if demand in (MfaDemand.NOTHING_GRANTED, MfaDemand.UNDECIDED):
        return PrincipalDemand(trusted, demand, evidence)
    if trusted.kind in (PrincipalKind.FEDERATED_SAML, PrincipalKind.FEDERATED_OIDC):
        return PrincipalDemand(trusted, MfaDemand.AT_IDENTITY_PROVIDER, evidence)
    if trusted.kind is PrincipalKind.SERVICE:
        return PrincipalDemand(trusted, MfaDemand.NOT_APPLICABLE, evidence)
    return PrincipalDemand(trusted, demand, evidence)


def _sign_in_actions(principal: Principal) -> tuple[str, ...]:
    """The STS actions by which a principal assumes a role; each way in counts by itself."""
    if principal.type is not PrincipalType.FEDERATED:
        return ("sts:assumerole",)
    if ":saml-provider/" in principal.identifier:
        return ("sts:assumerolewithsaml",)
    if principal.identifier == "*":
        return ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    return ("sts:assumerolewithwebidentity",)


def _trust_reach(principal: Principal, action: str) -> _Reach:
    def reach(denial: Statement, _grant: Statement) -> Answer:
        return every([covers_action(denial, action), covers_principal(denial, principal)])

    return reach


def identity_mfa_demand(document: Document) -> IdentityDemand:
    """What an identity policy (or ``combine`` of those of one identity) demands for what it allows.

    Grants of nothing but self-service (``SELF_SERVICE``) are left aside. A policy that only denies is judged by what
    it would demand if another policy allowed everything.
    """
    policy = as_policy(document)
    found: list[StatementDemand] = []
    certain = False
    for statement in policy.statements:
        allows = has_effect(statement, Effect.ALLOW)
        if allows is Answer.NO or _self_service_only(statement.actions):
            continue
        demand, evidence = _demand(policy, statement, allows, _identity_reach)
        found.append(StatementDemand(statement.ref, demand, evidence))
        certain = certain or (allows is Answer.YES and _beyond_self_service(statement.actions))
    overall, evidence = _weakest((one.demand, one.evidence) for one in found)
    if not certain:
        everything = Statement(_NO_STATEMENT, Effect.ALLOW, Patterns(("*:*",)), Patterns(("*",)), None)
        bare, evidence_of_denials = _demand(policy, everything, Answer.YES, _identity_reach)
        evidence = refs(ref for ref in (*evidence, *evidence_of_denials) if ref != _NO_STATEMENT)
        overall = bare if not found or bare is overall else MfaDemand.UNDECIDED
    if policy.unknown and overall is not MfaDemand.NOT_REQUIRED:
        # A statement that is not known may allow something without MFA.
        overall = MfaDemand.UNDECIDED
    return IdentityDemand(overall, tuple(found), _exemptions(policy), evidence)


def _self_service(pattern: str) -> bool:
    return any(covers(own, pattern) for own in SELF_SERVICE)


def _self_service_only(actions: Patterns) -> bool:
    return not actions.negated and not actions.unknown and all(_self_service(value) for value in actions.values)


def _beyond_self_service(actions: Patterns) -> bool:
    return actions.negated or any(not _self_service(value) for value in actions.values)


def _exemptions(policy: Policy) -> tuple[str, ...]:
    found: list[str] = []
    for statement in policy.statements:
        if statement.effect is Effect.DENY and statement.actions.negated and _asks_for_mfa(statement):
            found.extend(value for value in statement.actions.values if value not in found)
    return tuple(found)


def _identity_reach(denial: Statement, grant: Statement) -> Answer:
    wanted = ("*:*",) if grant.actions.negated else grant.actions.values
    answers = [_denies(denial.actions, value) for value in wanted if not _self_service(value)]
    if grant.actions.unknown and not grant.actions.negated:
        answers.append(_denies(denial.actions, "*:*"))
    reached = every([*answers, covers_resources_of(denial, grant)])
    # Members of the grant that are not known may be some that the denial does reach.
    return Answer.UNDECIDED if reached is Answer.NO and grant.actions.unknown else reached


def _denies(actions: Patterns, wanted: str) -> Answer:
    """Whether a denial's actions include all that ``wanted`` stands for, self-service left aside."""
    if actions.negated:
        if any(overlaps(value, wanted) and not _self_service(value) for value in actions.values):
            return Answer.NO
        return Answer.UNDECIDED if actions.unknown else Answer.YES
    if any(covers(value, wanted) for value in actions.values):
        return Answer.YES
    return Answer.UNDECIDED if actions.unknown else Answer.NO


def _demand(
    policy: Policy, grant: Statement, granted: Answer, reach: _Reach
) -> tuple[MfaDemand, tuple[StatementRef, ...]]:
    """What is demanded for one grant, and the statements that decide it."""
    evidence = [grant.ref]
    passes: list[Answer] = []
    for request in _REQUESTS:
        allowed = every([granted, _applies(fit(grant, request))])
        if allowed is not Answer.NO:
            for denial in policy.statements:
                if denial is grant or has_effect(denial, Effect.DENY) is Answer.NO:
                    continue
                blocked = every(
                    [has_effect(denial, Effect.DENY), reach(denial, grant), _blocks(denial, grant, request)]
                )
                if blocked is not Answer.NO:
                    evidence.append(denial.ref)
                    allowed = Answer.NO if blocked is Answer.YES else Answer.UNDECIDED
                if allowed is Answer.NO:
                    break
        if policy.unknown and allowed is Answer.YES:
            # A statement that is not known may be the denial.
            allowed = Answer.UNDECIDED
        passes.append(allowed)
    return _classified(*passes), refs(evidence)


def _applies(how: Fit) -> Answer:
    """Whether an Allow applies to at least some requests of a kind."""
    if how is Fit.UNDECIDED:
        return Answer.UNDECIDED
    return Answer.NO if how is Fit.NEVER else Answer.YES


def _asks_for_mfa(statement: Statement) -> bool:
    return len({fit(statement, request) for request in _REQUESTS}) > 1


def _blocks(denial: Statement, grant: Statement, request: Request) -> Answer:
    """Whether a denial turns away every request of a kind that the grant lets in."""
    how = fit(denial, request)
    if how is Fit.ALWAYS or how is Fit.NEVER:
        return Answer.YES if how is Fit.ALWAYS else Answer.NO
    if how is Fit.UNDECIDED:
        return Answer.UNDECIDED
    narrowed = [c for c in denial.conditions if condition_fit(c, request) is Fit.SOMETIMES]
    if all(condition in grant.conditions for condition in narrowed):
        return Answer.YES
    return Answer.UNDECIDED if _asks_for_mfa(denial) else Answer.NO


def _classified(long_term: Answer, without: Answer, with_mfa: Answer) -> MfaDemand:
    if without is Answer.YES:
        return MfaDemand.NOT_REQUIRED
    if Answer.UNDECIDED in (long_term, without):
        return MfaDemand.UNDECIDED
    if long_term is Answer.YES:
        return MfaDemand.IF_EXISTS_ONLY
    return MfaDemand.NOTHING_GRANTED if with_mfa is Answer.NO else MfaDemand.REQUIRED


def _weakest(
    found: Iterable[tuple[MfaDemand, tuple[StatementRef, ...]]],
) -> tuple[MfaDemand, tuple[StatementRef, ...]]:
    known = list(found)
    for demand in _WEAKEST_FIRST:
        evidence = [ref for one, refs_of_one in known if one is demand for ref in refs_of_one]
        if evidence:
            return demand, refs(evidence)
    return MfaDemand.NOTHING_GRANTED, ()
