"""Who may administer a KMS key by its key policy.

Sources: AWS Key Management Service Developer Guide, pages "Key policies in AWS KMS", "Default key policy" (the owning
account with ``kms:*`` enables IAM policies and is normal) and "Permissions for AWS services in key policies".
"""

from __future__ import annotations

import msgspec

from .answers import UNKNOWN, Answer, Judgement, StatementRef, Unknown, every, negation, refs, some
from .conditions import Fit, fit
from .exposure import public_access
from .matching import EVERYONE, covers_action, covers_principal, has_effect, is_account
from .principals import PrincipalKind, TrustedPrincipal, trusted_principals
from .statements import Document, Effect, Policy, Statement, as_policy

#: Actions that change who may use a key, or make it unusable.
ADMINISTRATION: tuple[str, ...] = (
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "kms:DeleteImportedKeyMaterial",
)
_DELETION = "kms:ScheduleKeyDeletion"
_EVERYTHING = "kms:*"


class KeyGrantee(msgspec.Struct, frozen=True):
    """A principal with a grant, for certain (YES) or possibly (UNDECIDED), and the statements that give it."""

    principal: TrustedPrincipal
    answer: Answer
    evidence: tuple[StatementRef, ...]


class KeyPolicy(msgspec.Struct, frozen=True):
    """What a key policy says about the administration of its key."""

    #: Whether the owning account as a whole has ``kms:*`` (normal: IAM policies then decide further).
    account_root: Judgement
    #: Whether a foreign account, or a principal in one, has ``kms:*``.
    foreign_full: Judgement
    #: Whether everyone has ``kms:*``, not tied to anything.
    everyone_full: Judgement
    #: Whether everyone may do anything at all with the key.
    public: Judgement
    #: Who may do one of ``ADMINISTRATION``, other than the owning account as a whole.
    administrators: tuple[KeyGrantee, ...]
    #: Who may schedule the key's deletion, the owning account as a whole included.
    deletion_grantees: tuple[KeyGrantee, ...]


def key_policy(document: Document, own_account: str | Unknown = UNKNOWN) -> KeyPolicy:
    """Judge a key policy. ``own_account`` is the 12-digit id of the account that owns the key.

    Where the account is not known, a grant to one account is neither "own" nor "foreign": those come out UNDECIDED.
    """
    policy = as_policy(document)
    trusted = trusted_principals(policy, own_account)
    full = {one: _granted(policy, one, _EVERYTHING) for one in trusted}
    roots = [one for one in trusted if one.principal is not None and is_account(one.principal)]
    own = [(one, full[one][0]) for one in roots if one.kind is PrincipalKind.OWN_ACCOUNT]
    maybe_own = [(one, every([full[one][0], Answer.UNDECIDED])) for one in roots if one.kind is PrincipalKind.UNKNOWN]
    foreign = [(one, full[one][0]) for one in trusted if one.kind is PrincipalKind.FOREIGN_ACCOUNT]
    unknown = [(one, every([full[one][0], Answer.UNDECIDED])) for one in trusted if one.kind is PrincipalKind.UNKNOWN]
    open_to = [(one, full[one][0]) for one in trusted if one.kind is PrincipalKind.ANYONE]
    grantees = {one: _any_granted(policy, one, ADMINISTRATION) for one in trusted}
    return KeyPolicy(
        account_root=_judged("鍵の所有アカウントへの kms:* / kms:* for the owning account", [*own, *maybe_own], policy),
        foreign_full=_judged("他アカウントへの kms:* / kms:* for a foreign account", [*foreign, *unknown], policy),
        everyone_full=_everyone_full(policy, open_to),
        public=public_access(policy),
        administrators=_grantees({one: got for one, got in grantees.items() if (one, full[one][0]) not in own}),
        deletion_grantees=_grantees({one: _granted(policy, one, _DELETION) for one in trusted}),
    )


def _grantees(found: dict[TrustedPrincipal, tuple[Answer, tuple[StatementRef, ...]]]) -> tuple[KeyGrantee, ...]:
    return tuple(
        KeyGrantee(one, answer, evidence) for one, (answer, evidence) in found.items() if answer is not Answer.NO
    )


def _judged(subject: str, found: list[tuple[TrustedPrincipal, Answer]], policy: Policy) -> Judgement:
    answer = some(one for _, one in found)
    evidence = refs(ref for trusted, one in found if one is answer for ref in trusted.evidence)
    if policy.unknown and answer is not Answer.YES:
        return Judgement(Answer.UNDECIDED, policy.unknown, evidence)
    states = {
        Answer.YES: "あり / granted",
        Answer.NO: "なし / not granted",
        Answer.UNDECIDED: "未確定 / not known",
    }
    return Judgement(answer, f"{subject}: {states[answer]}", evidence if answer is not Answer.NO else ())


def _everyone_full(policy: Policy, found: list[tuple[TrustedPrincipal, Answer]]) -> Judgement:
    """kms:* for everyone, judged on those statements alone that grant it: their conditions may tie it down."""
    wide = tuple(
        statement
        for statement in policy.statements
        if statement.effect is Effect.DENY or covers_action(statement, _EVERYTHING) is not Answer.NO
    )
    opened = public_access(Policy(wide, policy.unknown)).answer
    narrowed = [(trusted, every([answer, opened])) for trusted, answer in found]
    return _judged("全員への kms:* / kms:* for everyone", narrowed, policy)


def _any_granted(
    policy: Policy, trusted: TrustedPrincipal, actions: tuple[str, ...]
) -> tuple[Answer, tuple[StatementRef, ...]]:
    found = [_granted(policy, trusted, action) for action in actions]
    answer = some(one for one, _ in found)
    return answer, refs(ref for one, evidence in found if one is answer for ref in evidence)


def _granted(policy: Policy, trusted: TrustedPrincipal, action: str) -> tuple[Answer, tuple[StatementRef, ...]]:
    """Whether the statements that name a principal allow it the action, and none takes it back."""
    principal = trusted.principal
    if trusted.kind is PrincipalKind.UNKNOWN and not trusted.evidence:
        # Stands for statements that are not known.
        return Answer.UNDECIDED, ()
    found: list[tuple[Answer, StatementRef]] = []
    for statement in policy.statements:
        if statement.ref not in trusted.evidence:
            continue
        granted = every([has_effect(statement, Effect.ALLOW), covers_action(statement, action), _can_hold(statement)])
        if trusted.kind is PrincipalKind.UNKNOWN and principal is None:
            granted = every([granted, Answer.UNDECIDED])
        if granted is Answer.NO:
            continue
        taken_back = some(
            every(
                [
                    has_effect(denial, Effect.DENY),
                    covers_action(denial, action),
                    covers_principal(denial, principal or EVERYONE),
                    _always(denial),
                ]
            )
            for denial in policy.statements
            if denial is not statement and denial.effect is not Effect.ALLOW
        )
        if policy.unknown and taken_back is Answer.NO:
            # A statement that is not known may be the denial.
            taken_back = Answer.UNDECIDED
        found.append((every([granted, negation(taken_back)]), statement.ref))
    answer = some(one for one, _ in found)
    return answer, refs(ref for one, ref in found if one is answer)


def _can_hold(statement: Statement) -> Answer:
    how = fit(statement, {})
    if how is Fit.UNDECIDED:
        return Answer.UNDECIDED
    return Answer.NO if how is Fit.NEVER else Answer.YES


def _always(statement: Statement) -> Answer:
    """Whether a denial acts without regard to circumstances; one under conditions leaves the grant for the rest."""
    how = fit(statement, {})
    if how is Fit.UNDECIDED:
        return Answer.UNDECIDED
    return Answer.YES if how is Fit.ALWAYS else Answer.NO
