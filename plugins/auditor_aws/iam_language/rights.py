"""Which identity policies grant administrative rights (管理権限).

What counts is listed in ``CAPABILITIES`` and nowhere else. Sources:

* AWS Service Authorization Reference, pages "Actions, resources, and condition keys for AWS Identity and Access
  Management", "… AWS IAM Identity Center", "… AWS Organizations" and "… AWS Key Management Service" (access levels
  "Permissions management" and "Write").
* AWS IAM User Guide, page "Grant a user permissions to pass a role to an AWS service".
* Rhino Security Labs, article "AWS IAM Privilege Escalation – Methods and Mitigation" (which of these actions let
  their holder gain rights that the policy itself does not name).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NoReturn

import msgspec

from .answers import Answer, Judgement, StatementRef, every, negation, refs, some
from .conditions import Fit, fit
from .matching import covers_action, covers_resources_of, has_effect
from .statements import Document, Effect, Patterns, Policy, Statement, as_policy
from .wildcards import covers, matches


class Right(Enum):
    """A kind of administrative right."""

    #: Every action on every resource.
    FULL = "full"
    #: Every action on every resource except those of some services (typically identities): its holder can delete
    #: data, logs and keys, so it counts as administrative although it cannot change rights.
    SERVICES = "services"
    #: Can change what identities may do, or take their credentials.
    IDENTITY = "identity"
    #: Can act with any role of the account, by assuming it or by passing it to a service.
    ROLE_USE = "role-use"
    #: Every action of AWS Organizations.
    ORGANIZATION = "organization"
    #: Every action on every key of AWS KMS.
    KEYS = "keys"


class _Scope(Enum):
    """What an action's resources must be for the action to count."""

    #: All resources; less than that does not count.
    WHOLE = "whole"
    #: All counts, named ones may: what rights those carry is not in this policy.
    CHANGE = "change"
    #: As CHANGE, and the holder's own user counts too.
    CHANGE_SELF = "change-self"
    #: As CHANGE, and the holder's own user does not count: changing one's own credentials is self-service.
    CREDENTIAL = "credential"
    #: All counts; roles named in full do not (each is judged by its own policies); name patterns may.
    USE = "use"
    #: Any resource counts.
    ANY = "any"


class Capability(msgspec.Struct, frozen=True):
    """An action (or pattern) that carries an administrative right, and the kind of resource it works on."""

    action: str
    right: Right
    service: str
    resource_type: str
    scope: _Scope


def _iam(names: str, resource_type: str, scope: _Scope) -> Iterator[Capability]:
    for name in names.split():
        yield Capability(f"iam:{name}", Right.IDENTITY, "iam", resource_type, scope)


#: The actions that make a policy administrative.
CAPABILITIES: tuple[Capability, ...] = (
    *_iam("CreatePolicyVersion SetDefaultPolicyVersion", "policy", _Scope.CHANGE),
    *_iam("AttachUserPolicy PutUserPolicy DeleteUserPermissionsBoundary", "user", _Scope.CHANGE_SELF),
    *_iam("CreateAccessKey CreateLoginProfile UpdateLoginProfile DeactivateMFADevice", "user", _Scope.CREDENTIAL),
    *_iam("AttachGroupPolicy PutGroupPolicy AddUserToGroup", "group", _Scope.CHANGE),
    *_iam("AttachRolePolicy PutRolePolicy UpdateAssumeRolePolicy", "role", _Scope.CHANGE),
    *_iam("DeleteRolePermissionsBoundary", "role", _Scope.CHANGE),
    Capability("sso:AttachManagedPolicyToPermissionSet", Right.IDENTITY, "sso", "*", _Scope.CHANGE),
    Capability("sso:PutInlinePolicyToPermissionSet", Right.IDENTITY, "sso", "*", _Scope.CHANGE),
    Capability("sso:CreateAccountAssignment", Right.IDENTITY, "sso", "*", _Scope.CHANGE),
    Capability("sts:AssumeRole", Right.ROLE_USE, "iam", "role", _Scope.USE),
    Capability("organizations:*", Right.ORGANIZATION, "organizations", "*", _Scope.WHOLE),
    Capability("kms:*", Right.KEYS, "kms", "key", _Scope.WHOLE),
)

_PASS_ROLE = Capability("iam:PassRole", Right.ROLE_USE, "iam", "role", _Scope.USE)

#: Actions that put a passed role to work with code or commands of the caller's choice.
ROLE_STARTERS: tuple[str, ...] = (
    "ec2:RunInstances",
    "lambda:CreateFunction",
    "lambda:UpdateFunctionConfiguration",
    "cloudformation:CreateStack",
    "codebuild:CreateProject",
    "datapipeline:CreatePipeline",
    "ecs:RegisterTaskDefinition",
    "glue:CreateDevEndpoint",
    "glue:CreateJob",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateTrainingJob",
    "ssm:StartAutomationExecution",
    "states:CreateStateMachine",
)

_ALL = "*:*"
_SERVICES = frozenset(
    action.partition(":")[0] for action in (*(one.action for one in CAPABILITIES), *ROLE_STARTERS, _PASS_ROLE.action)
)

#: Condition keys about when and from where a request comes. A grant under such conditions is still a grant, and a
#: denial under such conditions leaves the right in place for the other circumstances.
_CIRCUMSTANCES = frozenset(
    {
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:currenttime",
        "aws:epochtime",
        "aws:tokenissuetime",
        "aws:securetransport",
        "aws:requestedregion",
        "aws:useragent",
        "aws:referer",
    }
)
#: Beginnings of keys about who asks: whoever meets the condition has the right.
_CALLER = ("aws:principal", "aws:userid", "aws:username", "aws:federatedprovider")

_WHOLE_PART = re.compile(r"\*|[\w-]+[/:]\*", re.ASCII)


class Administrative(msgspec.Struct, frozen=True):
    """Whether a policy is administrative, by which rights (those found for certain) and which statements."""

    judgement: Judgement
    rights: frozenset[Right]

    @property
    def answer(self) -> Answer:
        """The answer of the judgement."""
        return self.judgement.answer

    def __bool__(self) -> NoReturn:
        raise TypeError("this has three values: compare its answer with `is`")


_NONE = Administrative(
    Judgement(Answer.NO, "管理権限に当たる操作の許可はありません / allows none of the administrative actions"),
    frozenset(),
)


def administrative(document: Document) -> Administrative:
    """Whether an identity policy grants administrative rights.

    Give ``combine(...)`` of all policies of one identity, as a denial in one takes back what another allows. Conditions
    on circumstances (MFA, source address, time, …) do not make a grant less administrative; conditions on the target
    (boundary, passed-to service, tags) leave it UNDECIDED.
    """
    policy = _relevant(as_policy(document))
    if not policy.statements and not policy.unknown:
        return _NONE
    found: list[tuple[Right, Answer, tuple[StatementRef, ...]]] = [_broad(policy)]
    for capability in CAPABILITIES:
        answer, evidence = _granted(policy, capability)
        found.append((capability.right, answer, evidence))
    found.append((Right.ROLE_USE, *_passes_roles(policy)))
    certain = [item for item in found if item[1] is Answer.YES]
    open_ended = [item for item in found if item[1] is Answer.UNDECIDED]
    rights = frozenset(right for right, _, _ in certain)
    if Right.FULL in rights and Right.IDENTITY not in rights:
        # A denial keeps identities out of it.
        rights = rights - {Right.FULL} | {Right.SERVICES}
    answer = some(answer for _, answer, _ in found)
    if policy.unknown and answer is not Answer.YES:
        return Administrative(Judgement(Answer.UNDECIDED, policy.unknown, _refs_of(open_ended)), rights)
    if answer is Answer.YES:
        names = ", ".join(sorted(right.value for right in rights))
        reason = f"管理権限を与えています ({names}) / grants administrative rights ({names})"
        return Administrative(Judgement(answer, reason, _refs_of(certain)), rights)
    if answer is Answer.UNDECIDED:
        reason = (
            "管理権限に当たるかは、文書にない対象・条件または未確定の値によります"
            " / administrative or not depends on targets, conditions or values that this document does not settle"
        )
        return Administrative(Judgement(answer, reason, _refs_of(open_ended)), rights)
    return _NONE


def _relevant(policy: Policy) -> Policy:
    """The policy without what cannot matter here: a long list of other services' actions is then read only once."""
    kept: list[Statement] = []
    for statement in policy.statements:
        actions = statement.actions
        if actions.negated:
            kept.append(statement)
            continue
        values = tuple(value for value in actions.values if _names_service(value.partition(":")[0]))
        if values or actions.unknown:
            kept.append(msgspec.structs.replace(statement, actions=Patterns(values, unknown=actions.unknown)))
    return Policy(tuple(kept), policy.unknown)


def _names_service(service: str) -> bool:
    return service in _SERVICES or "*" in service or "?" in service


def _refs_of(found: Iterable[tuple[Right, Answer, tuple[StatementRef, ...]]]) -> tuple[StatementRef, ...]:
    return refs(ref for _, _, evidence in found for ref in evidence)


def _broad(policy: Policy) -> tuple[Right, Answer, tuple[StatementRef, ...]]:
    """Whether some statement allows everything, or everything but the members of a NotAction."""
    answers: list[tuple[Answer, StatementRef]] = []
    for statement in policy.statements:
        named = statement.actions
        if named.negated:
            excepted = any(covers(value, _ALL) for value in named.values)
            all_actions = Answer.NO if excepted else Answer.UNDECIDED if named.unknown else Answer.YES
        else:
            all_actions = covers_action(statement, _ALL)
        whole = Capability(_ALL, Right.FULL, "*", "*", _Scope.WHOLE)
        standing = every([all_actions, _stands(policy, statement, whole)])
        if standing is not Answer.NO:
            answers.append((standing, statement.ref))
    answer = some(standing for standing, _ in answers)
    plain = any(covers_action(s, _ALL) is Answer.YES for s in policy.statements if s.effect is Effect.ALLOW)
    right = Right.FULL if plain else Right.SERVICES
    return right, answer, _strongest(answer, answers)


def _strongest(answer: Answer, found: Iterable[tuple[Answer, StatementRef]]) -> tuple[StatementRef, ...]:
    return refs(ref for standing, ref in found if standing is answer)


def _granted(policy: Policy, capability: Capability) -> tuple[Answer, tuple[StatementRef, ...]]:
    answers: list[tuple[Answer, StatementRef]] = []
    for statement in policy.statements:
        touched = covers_action(statement, capability.action)
        if touched is Answer.NO:
            continue
        standing = every([touched, _stands(policy, statement, capability)])
        if standing is not Answer.NO:
            answers.append((standing, statement.ref))
    answer = some(standing for standing, _ in answers)
    return answer, _strongest(answer, answers)


def _passes_roles(policy: Policy) -> tuple[Answer, tuple[StatementRef, ...]]:
    """Whether any role can be passed to a service that then works for the caller."""
    passed, evidence = _granted(policy, _PASS_ROLE)
    if passed is Answer.NO:
        return passed, ()
    started = [_granted(policy, Capability(action, Right.ROLE_USE, "*", "*", _Scope.ANY)) for action in ROLE_STARTERS]
    starts = some(answer for answer, _ in started)
    if starts is Answer.NO:
        return starts, ()
    answer = every([passed, starts])
    return answer, refs([*evidence, *(ref for one, found in started if one is starts for ref in found)])


def _stands(policy: Policy, statement: Statement, capability: Capability) -> Answer:
    """Whether a statement allows with the scope wanted, and no denial takes the capability back."""
    granted = every(
        [
            has_effect(statement, Effect.ALLOW),
            _scope_answer(statement, capability),
            _grant_conditions(statement),
        ]
    )
    if granted is Answer.NO:
        return granted
    taken_back = some(
        every(
            [
                has_effect(denial, Effect.DENY),
                covers_action(denial, capability.action),
                covers_resources_of(denial, statement),
                _denial_conditions(denial),
            ]
        )
        for denial in policy.statements
        if denial is not statement and denial.effect is not Effect.ALLOW
    )
    if policy.unknown and taken_back is Answer.NO:
        # A statement that is not known may be the denial.
        taken_back = Answer.UNDECIDED
    return every([granted, negation(taken_back)])


def _grant_conditions(statement: Statement) -> Answer:
    if fit(statement, {}) is Fit.NEVER:
        return Answer.NO
    if statement.unknown_conditions:
        return Answer.UNDECIDED
    for condition in statement.conditions:
        key = condition.key
        if not isinstance(key, str) or not (key in _CIRCUMSTANCES or key.startswith(_CALLER)):
            return Answer.UNDECIDED
    return Answer.YES


def _denial_conditions(statement: Statement) -> Answer:
    how = fit(statement, {})
    if how is Fit.ALWAYS or how is Fit.NEVER:
        return Answer.YES if how is Fit.ALWAYS else Answer.NO
    if any(condition.key in _CIRCUMSTANCES for condition in statement.conditions):
        return Answer.NO
    return Answer.UNDECIDED


class _Breadth(Enum):
    ALL = 4
    PATTERN = 3
    NAMED = 2
    OWN_USER = 1
    NONE = 0


def _breadth(resource: str, capability: Capability) -> _Breadth:
    """How much of the resources of the capability's kind an ARN or pattern stands for."""
    if not resource.strip("*"):
        return _Breadth.ALL
    parts = resource.split(":", 5)
    if len(parts) > 2 and not (capability.service == "*" or matches(parts[2], capability.service)):
        return _Breadth.NONE
    if len(parts) < 6:
        return _Breadth.ALL if parts[-1] == "*" else _Breadth.PATTERN
    part = parts[5]
    kind = re.split("[/:]", part, maxsplit=1)[0]
    if capability.resource_type != "*" and not matches(kind, capability.resource_type):
        return _Breadth.NONE
    if _WHOLE_PART.fullmatch(part):
        return _Breadth.ALL
    if "${aws:username}" in part and "*" not in part:
        return _Breadth.OWN_USER
    return _Breadth.PATTERN if any(char in resource for char in "*?$") else _Breadth.NAMED


def _scope_answer(statement: Statement, capability: Capability) -> Answer:
    scope = capability.scope
    resources = statement.resources
    if scope is _Scope.ANY or resources is None or resources.negated:
        # NotResource leaves out some and allows all others.
        return Answer.YES
    if scope is _Scope.WHOLE and capability.action == _ALL:
        whole = any(not value.strip("*") for value in resources.values)
        return Answer.YES if whole else Answer.UNDECIDED if resources.unknown else Answer.NO
    widths = [_breadth(value, capability) for value in resources.values]
    width = max(widths, key=lambda one: one.value, default=_Breadth.NONE)
    answer = _width_answer(width, scope)
    return Answer.UNDECIDED if resources.unknown and answer is Answer.NO else answer


def _width_answer(width: _Breadth, scope: _Scope) -> Answer:
    if width is _Breadth.ALL:
        return Answer.YES
    if width is _Breadth.NONE or scope is _Scope.WHOLE:
        return Answer.NO
    if width is _Breadth.OWN_USER:
        return Answer.YES if scope is _Scope.CHANGE_SELF else Answer.NO
    if width is _Breadth.NAMED and scope is _Scope.USE:
        return Answer.NO
    return Answer.UNDECIDED
