"""Denials that guard data and logs against deletion, and accounts against use of other regions.

Sources: AWS Organizations User Guide, pages "Service control policies (SCPs)" and "General examples" (deny access
based on the requested Region); AWS IAM User Guide, page "AWS: Denies access to AWS based on the requested Region".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from .answers import Answer, Judgement, StatementRef, Unknown, every, refs, some
from .matching import EVERYONE, covers_action, covers_principal, covers_resource, has_effect
from .statements import Condition, Document, Effect, Operator, Statement, as_policy

#: Actions that destroy stored objects, a trail, backups or keys, or shorten how long they are kept.
OBJECT_DELETION: tuple[str, ...] = (
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:DeleteBucket",
    "s3:PutLifecycleConfiguration",
)
TRAIL_DELETION: tuple[str, ...] = ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail")
BACKUP_DELETION: tuple[str, ...] = ("backup:DeleteBackupVault", "backup:DeleteRecoveryPoint", "backup:DeleteBackupPlan")
KEY_DELETION: tuple[str, ...] = ("kms:ScheduleKeyDeletion", "kms:DisableKey")

_UNEQUAL = frozenset(
    {
        Operator.STRING_NOT_EQUALS,
        Operator.STRING_NOT_EQUALS_IGNORE_CASE,
        Operator.STRING_NOT_LIKE,
        Operator.ARN_NOT_EQUALS,
        Operator.ARN_NOT_LIKE,
    }
)
#: Keys that name identities: a denial "unless it is this one" has a narrow exception.
_IDENTITY_KEYS = frozenset({"aws:principalarn", "aws:userid", "aws:username"})
_REGION = "aws:requestedregion"
_S3_OBJECT_ACTION = re.compile(r"s3:\w*object\w*\*?", re.ASCII)


class ActionDenial(msgspec.Struct, frozen=True):
    """Whether one action is denied to everyone, but for the exceptions named (identities, as written)."""

    action: str
    answer: Answer
    exceptions: tuple[str, ...]
    evidence: tuple[StatementRef, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("an ActionDenial has three values: compare its answer with `is`")


class DeletionDenial(msgspec.Struct, frozen=True):
    """Whether all the actions asked about are denied to everyone, and each by itself."""

    judgement: Judgement
    actions: tuple[ActionDenial, ...]

    @property
    def exceptions(self) -> tuple[str, ...]:
        """The identities left out of some denial, once each."""
        return tuple(dict.fromkeys(name for one in self.actions for name in one.exceptions))


def denies_deletion(document: Document, actions: Sequence[str], resource: str | None = None) -> DeletionDenial:
    """Whether a policy denies each of the actions (names or patterns) to everyone it applies to.

    Exceptions for identities named one by one are reported and leave the answer at YES; any other condition
    (MFA, address, time, …) means that the action stays possible: NO. ``resource`` is the ARN (or pattern) that must be
    covered; without it, a statement counts where it takes in the resource as a whole.
    """
    policy = as_policy(document)
    found = tuple(_denial(policy.statements, action, resource, known=not policy.unknown) for action in actions)
    answer = every(one.answer for one in found)
    evidence = refs(ref for one in found for ref in one.evidence)
    if answer is Answer.YES:
        reason = "対象の操作を全て拒否しています / denies each of the actions"
        excepted = list(dict.fromkeys(name for one in found for name in one.exceptions))
        if excepted:
            reason = (
                f"例外 {len(excepted)} 件を除き拒否しています / denies each action, with {len(excepted)} exception(s)"
            )
        return DeletionDenial(Judgement(answer, reason, evidence), found)
    missing = ", ".join(one.action for one in found if one.answer is answer)
    if answer is Answer.NO:
        reason = f"全員には拒否されない操作があります ({missing}) / not denied to everyone: {missing}"
    else:
        reason = policy.unknown or f"拒否が未確定の操作があります ({missing}) / not known whether denied: {missing}"
    return DeletionDenial(Judgement(answer, reason, evidence), found)


def _denial(statements: Sequence[Statement], action: str, resource: str | None, *, known: bool) -> ActionDenial:
    answers: list[tuple[Answer, Statement]] = []
    for statement in statements:
        answer = every(
            [
                has_effect(statement, Effect.DENY),
                covers_action(statement, action),
                _everyone(statement),
                _whole(statement, action, resource),
                _only_exceptions(statement),
            ]
        )
        answers.append((answer, statement))
    answer = some(one for one, _ in answers)
    deciding = [statement for one, statement in answers if one is answer and answer is not Answer.NO]
    if answer is Answer.NO and not known:
        answer = Answer.UNDECIDED
    # Where several statements deny, someone passes only if all of them leave that one out.
    excepted: list[tuple[str, ...]] = [_exceptions(statement) for statement in deciding]
    shared = tuple(name for name in excepted[0] if all(name in one for one in excepted)) if excepted else ()
    return ActionDenial(action, answer, shared, refs(statement.ref for statement in deciding))


def _everyone(statement: Statement) -> Answer:
    """Whether a statement applies to everyone; those left out by NotPrincipal are reported as exceptions."""
    principals = statement.principals
    if principals is not None and principals.negated:
        return Answer.NO if any(value.identifier == "*" for value in principals.values) else Answer.YES
    return covers_principal(statement, EVERYONE)


def _whole(statement: Statement, action: str, resource: str | None) -> Answer:
    """Whether a statement takes in the resource as a whole."""
    if resource is not None:
        return covers_resource(statement, resource)
    resources = statement.resources
    if resources is None or covers_resource(statement, "*") is Answer.YES:
        return Answer.YES
    if resources.negated:
        return Answer.UNDECIDED if resources.unknown else Answer.NO
    on_objects = _S3_OBJECT_ACTION.fullmatch(action.lower()) is not None
    on_bucket = action.lower().startswith("s3:") and not on_objects
    for value in resources.values:
        path = value.split("/", 1)
        if on_objects:
            if path[1:] == ["*"] or path[0].endswith("*"):
                return Answer.YES
        elif not on_bucket or len(path) == 1:
            return Answer.YES
    return Answer.UNDECIDED if resources.unknown else Answer.NO


def _is_exception(condition: Condition) -> bool:
    return (
        condition.key in _IDENTITY_KEYS
        and condition.operator in _UNEQUAL
        and not any(not value.strip("*?") for value in condition.values)
    )


def _only_exceptions(statement: Statement) -> Answer:
    answers = [_exception_answer(condition) for condition in statement.conditions]
    if statement.unknown_conditions:
        answers.append(Answer.UNDECIDED)
    return every(answers)


def _exception_answer(condition: Condition) -> Answer:
    if isinstance(condition.operator, Unknown) or isinstance(condition.key, Unknown):
        return Answer.UNDECIDED
    if not _is_exception(condition):
        return Answer.NO
    return Answer.UNDECIDED if condition.unknown else Answer.YES


def _exceptions(statement: Statement) -> tuple[str, ...]:
    found = [value for condition in statement.conditions if _is_exception(condition) for value in condition.values]
    if statement.principals is not None and statement.principals.negated:
        found.extend(value.identifier for value in statement.principals.values)
        if statement.principals.unknown:
            found.append("?")
    return tuple(dict.fromkeys(found))


class RegionGuardrail(msgspec.Struct, frozen=True):
    """What an SCP does about regions.

    ``judgement`` says whether it denies every region but those in ``allowed`` (as written, so a StringNotLike value may
    hold wildcards; None unless YES). ``exempt_actions`` are the NotAction members, usually global services;
    ``exceptions`` the identities left out.
    """

    judgement: Judgement
    allowed: frozenset[str] | None
    exempt_actions: tuple[str, ...]
    exceptions: tuple[str, ...]


def region_guardrail(document: Document) -> RegionGuardrail:
    """Whether a service control policy keeps accounts inside named regions.

    Denials of named services only, or of named regions only, are no guardrail. Several guardrail statements together
    leave the regions that all of them leave.
    """
    policy = as_policy(document)
    found = [(_region_answer(statement), statement) for statement in policy.statements]
    certain = [statement for answer, statement in found if answer is Answer.YES]
    if certain:
        allowed = frozenset.intersection(*(_allowed_regions(statement) for statement in certain))
        exempt = [set(s.actions.values) if s.actions.negated else set() for s in certain]
        excepted = [set(_exceptions(statement)) for statement in certain]
        reason = (
            f"指定リージョン以外を拒否しています ({len(allowed)} リージョン) / denies all regions but {len(allowed)}"
        )
        return RegionGuardrail(
            Judgement(Answer.YES, reason, refs(s.ref for s in certain)),
            allowed,
            tuple(sorted(set.union(*exempt))),
            tuple(sorted(set.union(*excepted))),
        )
    undecided = refs(statement.ref for answer, statement in found if answer is Answer.UNDECIDED)
    if policy.unknown or undecided:
        reason = policy.unknown or "リージョン制限の内容が未確定です / the limit on regions is not known or not settled"
        return RegionGuardrail(Judgement(Answer.UNDECIDED, reason, undecided), None, (), ())
    mentioned = refs(s.ref for s in policy.statements if any(c.key == _REGION for c in s.conditions))
    reason = "指定リージョン以外を一律に拒否する文がありません / no statement denies all regions but named ones"
    return RegionGuardrail(Judgement(Answer.NO, reason, mentioned), None, (), ())


def _allowed_regions(statement: Statement) -> frozenset[str]:
    # One condition with several values leaves each of them; of several conditions, each alone lets a region pass.
    return frozenset(
        value for c in statement.conditions if c.key == _REGION and c.operator in _UNEQUAL for value in c.values
    )


def _region_answer(statement: Statement) -> Answer:
    on_region = [c for c in statement.conditions if c.key == _REGION]
    vague = statement.unknown_conditions or any(isinstance(c.key, Unknown) for c in statement.conditions)
    if not on_region and not vague:
        return Answer.NO
    if statement.effect is Effect.ALLOW:
        # An SCP that allows by region limits the account unless another one allows all: that is not in this document.
        return Answer.UNDECIDED if on_region and statement.principals is None else Answer.NO
    answers = [
        has_effect(statement, Effect.DENY),
        _all_services(statement),
        covers_resource(statement, "*"),
        Answer.UNDECIDED if vague else Answer.YES,
    ]
    for condition in statement.conditions:
        if condition.key == _REGION:
            answers.append(_names_regions(condition))
        else:
            answers.append(_exception_answer(condition))
    return every(answers)


def _all_services(statement: Statement) -> Answer:
    named = statement.actions
    if not named.negated:
        return covers_action(statement, "*")
    if "*:*" in named.values:
        return Answer.NO
    return Answer.UNDECIDED if named.unknown else Answer.YES


def _names_regions(condition: Condition) -> Answer:
    if isinstance(condition.operator, Unknown):
        return Answer.UNDECIDED
    if condition.operator not in _UNEQUAL or any(not value.strip("*?") for value in condition.values):
        return Answer.NO
    return Answer.UNDECIDED if condition.unknown or not condition.values else Answer.YES
