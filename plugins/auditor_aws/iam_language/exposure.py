"""Whether a resource policy opens the resource to the public, and whether it turns plain HTTP away.

Sources: Amazon S3 User Guide, page "Blocking public access to your Amazon S3 storage", section "The meaning of
'public'" (fixed values of which keys make a grant non-public; how broad an address range may be); Amazon EFS User
Guide, page "Blocking public access to EFS file systems"; AWS Key Management Service Developer Guide, page "AWS KMS
condition keys" (``kms:CallerAccount``); Amazon S3 User Guide, page "Amazon S3 policy keys" (``s3:TlsVersion``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import msgspec

from .answers import Answer, Judgement, StatementRef, Unknown, every, negation, refs, some
from .conditions import Fit, Presence, Request, condition_fit, fit
from .matching import EVERYONE, covers_action, covers_principal, covers_resource, covers_resources_of, has_effect
from .statements import (
    Condition,
    Document,
    Effect,
    Operator,
    Policy,
    Principal,
    PrincipalType,
    Statement,
    as_policy,
)

#: Keys whose fixed value ties a request to one account, organization, network or resource.
_FIXED_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "elasticfilesystem:accesspointarn",
    }
)
#: Keys that say by a boolean that the caller is an AWS service, or comes through a mount target in a VPC.
_TRUTH_KEYS = frozenset({"aws:principalisawsservice", "elasticfilesystem:accessedviamounttarget"})
#: Keys whose value is an ARN: fixed, or with wildcards beside a fixed account.
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
#: Keys whose value is a path below an organization: its beginning must be fixed.
_PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
_SOURCE_IP = "aws:sourceip"
_USER_ID = "aws:userid"

_EQUAL = frozenset(
    {
        Operator.STRING_EQUALS,
        Operator.STRING_EQUALS_IGNORE_CASE,
        Operator.STRING_LIKE,
        Operator.ARN_EQUALS,
        Operator.ARN_LIKE,
    }
)
_UNEQUAL = frozenset(
    {
        Operator.STRING_NOT_EQUALS,
        Operator.STRING_NOT_EQUALS_IGNORE_CASE,
        Operator.STRING_NOT_LIKE,
        Operator.ARN_NOT_EQUALS,
        Operator.ARN_NOT_LIKE,
    }
)

#: Shortest prefixes that still count as a narrow range: S3 takes anything broader as public.
_NARROWEST_V4 = 8
_NARROWEST_V6 = 32

_ORGANIZATION = re.compile(r"o-[a-z0-9]+(/.*)?", re.ASCII)
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{10,}(:.*)?", re.ASCII)


def public_access(document: Document) -> Judgement:
    """Whether a resource policy (bucket, key, queue, trust, …) lets in anyone, or any AWS account.

    YES where a statement allows everyone something and no condition or denial ties the request to an account,
    organization, network or resource by a fixed value. Callers named one by one, foreign or not, are not "anyone".
    """
    policy = as_policy(document)
    found = [(_open(policy, statement), statement.ref) for statement in policy.statements]
    answer = some(one for one, _ in found)
    evidence = refs(ref for one, ref in found if one is answer)
    if answer is Answer.YES:
        return Judgement(answer, "誰でも利用できる許可があります / allows anyone, or any AWS account", evidence)
    if policy.unknown:
        return Judgement(Answer.UNDECIDED, policy.unknown, evidence if answer is Answer.UNDECIDED else ())
    if answer is Answer.UNDECIDED:
        reason = "許可の相手または条件が未確定です / whom it allows, or under what condition, is not known"
        return Judgement(answer, reason, evidence)
    return Judgement(answer, "誰でも利用できる許可はありません / has no grant to everyone")


def _open(policy: Policy, statement: Statement) -> Answer:
    named = statement.principals
    if named is None:
        return Answer.NO
    if named.negated:
        public = Answer.YES
    else:
        public = some(_public(value, statement) for value in named.values)
        if named.unknown and public is Answer.NO:
            public = Answer.UNDECIDED
    granted = every([has_effect(statement, Effect.ALLOW), public, negation(_narrowed(statement))])
    if granted is Answer.NO or fit(statement, {}) is Fit.NEVER:
        return Answer.NO
    closed = some(_closes(denial, statement) for denial in policy.statements if denial is not statement)
    if policy.unknown and closed is Answer.NO:
        # A statement that is not known may be the denial.
        closed = Answer.UNDECIDED
    return every([granted, negation(closed)])


def _public(principal: Principal, statement: Statement) -> Answer:
    if principal.identifier == "*":
        return Answer.NO if principal.type is PrincipalType.SERVICE else Answer.YES
    if "*" in principal.identifier or "?" in principal.identifier:
        # AWS takes no wildcard inside a principal; what it would stand for cannot be told.
        return Answer.UNDECIDED
    if principal.type is PrincipalType.FEDERATED and not principal.identifier.startswith("arn:"):
        # A provider that anyone can sign up with, unless a condition on the provider's own keys picks out its users.
        prefix = principal.identifier.lower() + ":"
        picked = any(
            isinstance(c.key, str) and c.key.startswith(prefix) and c.operator in _EQUAL and not c.if_exists
            for c in statement.conditions
        )
        return Answer.NO if picked else Answer.YES
    return Answer.NO


def _narrowed(statement: Statement) -> Answer:
    """Whether the conditions of an Allow tie it to something fixed."""
    answers = [
        # A test that a request without the key passes ties nothing down.
        Answer.NO if _when_absent(condition) is Fit.ALWAYS else _ties(condition, _EQUAL, Operator.IP_ADDRESS, "true")
        for condition in statement.conditions
    ]
    if statement.unknown_conditions:
        answers.append(Answer.UNDECIDED)
    return some(answers)


def _closes(denial: Statement, grant: Statement) -> Answer:
    """Whether a denial turns away everyone but callers tied to something fixed, for all that is granted."""
    who = Answer.YES
    if denial.principals is not None and not denial.principals.negated:
        who = covers_principal(denial, EVERYONE)
    elif denial.principals is not None and any(value.identifier == "*" for value in denial.principals.values):
        who = Answer.NO
    if grant.actions.negated:
        what = covers_action(denial, "*")
    else:
        what = every(covers_action(denial, value) for value in grant.actions.values)
        if grant.actions.unknown:
            what = every([what, some([covers_action(denial, "*"), Answer.UNDECIDED])])
    # Every condition must hold for the denial to act, so each must hold for all who are not tied to something.
    ties = [Answer.YES if condition in grant.conditions else _excludes(condition) for condition in denial.conditions]
    if denial.unknown_conditions:
        ties.append(Answer.UNDECIDED)
    return every([has_effect(denial, Effect.DENY), who, what, covers_resources_of(denial, grant), *ties])


def _when_absent(condition: Condition) -> Fit:
    if isinstance(condition.key, Unknown):
        return Fit.UNDECIDED
    return condition_fit(condition, {condition.key: Presence.ABSENT})


def _excludes(condition: Condition) -> Answer:
    """Whether a condition of a denial holds for everyone who is not tied to something fixed."""
    if _when_absent(condition) is Fit.NEVER:
        return Answer.NO
    return _ties(condition, _UNEQUAL, Operator.NOT_IP_ADDRESS, "false")


def _ties(condition: Condition, operators: Iterable[Operator], address: Operator, truth: str) -> Answer:
    """Whether all values of a condition are fixed ones of a key that ties a request to something.

    ``operators``, ``address`` and ``truth`` are the tests that count: for the tie, or for its absence.
    """
    if isinstance(condition.operator, Unknown) or isinstance(condition.key, Unknown):
        return Answer.UNDECIDED
    key = condition.key
    if key == _SOURCE_IP:
        if condition.operator is not address:
            return Answer.NO
        fixed = [_narrow_range(value) for value in condition.values]
    elif key in _TRUTH_KEYS:
        fixed = [condition.operator is Operator.BOOL and value.lower() == truth for value in condition.values]
    elif condition.operator not in operators:
        return Answer.NO
    elif key in _FIXED_KEYS:
        fixed = [not _variable(value) for value in condition.values]
    elif key in _ARN_KEYS:
        fixed = [not _variable(value) or _fixed_account(value) for value in condition.values]
    elif key in _PATH_KEYS:
        fixed = [_ORGANIZATION.fullmatch(value) is not None for value in condition.values]
    elif key == _USER_ID:
        fixed = [not _variable(value) or _UNIQUE_ID.fullmatch(value) is not None for value in condition.values]
    else:
        return Answer.NO
    if not all(fixed):
        return Answer.NO
    return Answer.UNDECIDED if condition.unknown or not fixed else Answer.YES


def _variable(value: str) -> bool:
    return "*" in value or "?" in value or "${" in value


def _fixed_account(arn: str) -> bool:
    parts = arn.split(":")
    return len(parts) > 5 and re.fullmatch(r"\d{12}", parts[4], re.ASCII) is not None


def _narrow_range(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (_NARROWEST_V4 if network.version == 4 else _NARROWEST_V6)


#: A request over plain HTTP by someone other than an AWS service.
_PLAIN_HTTP: Request = {
    "aws:securetransport": "false",
    "s3:tlsversion": Presence.ABSENT,
    "aws:principalisawsservice": "false",
    "aws:viaawsservice": "false",
}
_TLS_VERSIONS = ("1.0", "1.1", "1.2", "1.3")


class TransportDenial(msgspec.Struct, frozen=True):
    """Whether plain HTTP is denied, and the lowest TLS version let in ("1.2"; None where none is asked for)."""

    judgement: Judgement
    minimum_tls: str | None


def denies_insecure_transport(document: Document, bucket_arn: str | None = None) -> TransportDenial:
    """Whether a bucket policy denies every request over plain HTTP: by anyone, for any action, on bucket and objects.

    Where ``bucket_arn`` is not given (or not known), the resources must be a bucket together with its objects, or all.
    """
    policy = as_policy(document)
    plain = [(_turns_away(statement, bucket_arn, _PLAIN_HTTP), statement.ref) for statement in policy.statements]
    answer = some(one for one, _ in plain)
    evidence = refs(ref for one, ref in plain if one is answer)
    if answer is Answer.YES:
        judgement = Judgement(answer, "暗号化されない通信を拒否しています / denies plain HTTP", evidence)
    elif policy.unknown:
        judgement = Judgement(Answer.UNDECIDED, policy.unknown)
    elif answer is Answer.UNDECIDED:
        reason = "拒否の対象または条件が未確定です / what it denies, or under what condition, is not known"
        judgement = Judgement(answer, reason, evidence)
    else:
        reason = (
            "平文通信を全ての相手・操作・オブジェクトについて拒否する文がありません"
            " / no statement denies plain HTTP to everyone for every action on the bucket and its objects"
        )
        judgement = Judgement(answer, reason, _mentions_transport(policy))
    return TransportDenial(judgement, _minimum_tls(policy, bucket_arn))


def _mentions_transport(policy: Policy) -> tuple[StatementRef, ...]:
    """Statements that test the transport, as evidence of an attempt that does not reach all."""
    return refs(s.ref for s in policy.statements if any(c.key == "aws:securetransport" for c in s.conditions))


def _minimum_tls(policy: Policy, bucket_arn: str | None) -> str | None:
    lowest = None
    for version in _TLS_VERSIONS:
        request: Request = {**_PLAIN_HTTP, "aws:securetransport": "true", "s3:tlsversion": version}
        answers = [_turns_away(statement, bucket_arn, request) for statement in policy.statements]
        if some(answers) is not Answer.YES:
            return lowest and version
        lowest = version
    return None


def _turns_away(statement: Statement, bucket_arn: str | None, request: Request) -> Answer:
    how = fit(statement, request)
    conditions = Answer.UNDECIDED if how is Fit.UNDECIDED else Answer.YES if how is Fit.ALWAYS else Answer.NO
    return every(
        [
            has_effect(statement, Effect.DENY),
            covers_principal(statement, EVERYONE),
            covers_action(statement, "s3:*"),
            _whole_bucket(statement, bucket_arn),
            conditions,
        ]
    )


def _whole_bucket(statement: Statement, bucket_arn: str | None) -> Answer:
    if bucket_arn is not None:
        return every([covers_resource(statement, bucket_arn), covers_resource(statement, bucket_arn + "/*")])
    resources = statement.resources
    if resources is None or resources.negated:
        return Answer.NO
    names = {value for value in resources.values if "/" not in value}
    everything = any(value.endswith("*") for value in names)
    together = any(f"{name}/*" in resources.values for name in names)
    if everything or together:
        return Answer.YES
    return Answer.UNDECIDED if resources.unknown else Answer.NO
