"""Who may do one thing with a bucket, as far as its policy and its ACL say it.

Sources: S3 User Guide, pages "Bucket policies", "Access control list (ACL) overview" (READ on a bucket lists its
objects, WRITE writes them) and "Blocking public access to your Amazon S3 storage"; IAM User Guide, page "AWS JSON
policy elements: NotPrincipal".
"""

from __future__ import annotations

from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.record import Node, Record
from auditor_aws import computed, policies
from auditor_aws.iam_language import Answer, Effect, Statement, public_access
from auditor_aws.iam_language.matching import covers_action, has_effect, is_anyone
from auditor_aws.iam_language.statements import Operator, Patterns, Policy, as_policy
from auditor_aws.terraform import s3_parts

_WRITING: Final = "s3:putobject"
_EVERYBODY: Final = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
_CANNED: Final = {
    "READ": frozenset({"public-read", "public-read-write", "authenticated-read"}),
    "WRITE": frozenset({"public-read-write"}),
}
_EXEMPTING: Final = frozenset(
    {Operator.STRING_NOT_EQUALS, Operator.STRING_NOT_LIKE, Operator.ARN_NOT_EQUALS, Operator.ARN_NOT_LIKE}
)
_EXEMPTED_BY: Final = frozenset({"aws:principalarn", "aws:userid"})


def open_to_anyone(bucket: Record, stated: policies.Stated, action: str, right: str) -> Attr[bool]:
    """Whether anybody, or any AWS account, may take the action by the policy, or has the right by the ACL."""
    by_policy = all_of(_policy_opens(stated, action), _not(s3_parts.blocked(bucket, "restrict_public_buckets")))
    by_acl = all_of(
        _acl_opens(bucket, right),
        _not(s3_parts.blocked(bucket, "ignore_public_acls")),
        _not(s3_parts.acls_disabled(bucket)),
    )
    return any_of(by_policy, by_acl)


def _not(attr: Attr[bool]) -> Attr[bool]:
    return map_attr(attr, lambda value: not value)


def _policy_opens(stated: policies.Stated, action: str) -> Attr[bool]:
    if isinstance(stated, Unknown):
        return stated
    if stated.value is None:
        return Known(False, stated.origin, stated.path)
    policy = as_policy(stated.value)
    only = Patterns((action,))
    certain: list[Statement] = []
    possible: list[Statement] = []
    for statement in policy.statements:
        if has_effect(statement, Effect.ALLOW) is Answer.NO:
            certain.append(statement)
            continue
        covered = covers_action(statement, action)
        if covered is not Answer.NO:
            # Only what the statement says of this action is asked about.
            (certain if covered is Answer.YES else possible).append(msgspec.structs.replace(statement, actions=only))
    sure = policies.decided(public_access(Policy(tuple(certain), policy.unknown)), stated)
    if not possible or (isinstance(sure, Known) and sure.value):
        return sure
    perhaps = policies.decided(public_access(Policy((*certain, *possible), policy.unknown)), stated)
    return sure if perhaps == sure else Unknown(_reason(perhaps), stated.origin, stated.path)


def _reason(attr: Attr[bool]) -> Reason:
    return attr.reason if isinstance(attr, Unknown) else Reason.UNRESOLVED


def _acl_opens(bucket: Record, right: str) -> Attr[bool]:
    separate = computed.part(bucket, "aws_s3_bucket_acl", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        grants = separate.value.blocks("access_control_policy.0.grant")
        canned = map_attr(separate.value.text("acl"), lambda name: name in _CANNED[right])
        return any_of(canned, _granted(grants, "grantee.0.uri", "permission", right))
    # Left out, the ACL of a new bucket is private (provider documentation, aws_s3_bucket of version 3, acl).
    canned = map_attr(computed.text(bucket, "acl", "private"), lambda name: name in _CANNED[right])
    return any_of(canned, _granted(computed.blocks(bucket, "grant"), "uri", "permissions", right))


def _granted(grants: Attr[tuple[Node, ...]], uri: str, permission: str, right: str) -> Attr[bool]:
    if isinstance(grants, Unknown):
        return grants
    return any_of(
        *(
            all_of(
                map_attr(grant.text(uri), lambda value: (value or "").endswith(_EVERYBODY)),
                map_attr(grant.get(permission), lambda value: _includes(value, right)),
            )
            for grant in grants.value
        )
    )


def _includes(permission: object, right: str) -> bool:
    named = permission if isinstance(permission, list) else [permission]
    return right in named or "FULL_CONTROL" in named


def confines_writing(stated: policies.Stated) -> Attr[bool]:
    """Whether the policy denies writing to everybody but principals whom it names."""
    if isinstance(stated, Unknown):
        return stated
    if stated.value is None:
        return Known(False, stated.origin, stated.path)
    policy = as_policy(stated.value)
    if any(_exempted(statement) for statement in policy.statements):
        return Known(True, stated.origin, stated.path)
    if policy.unknown:
        return Unknown(Reason.UNRESOLVED, stated.origin, stated.path)
    return Known(False, stated.origin, stated.path)


def _exempted(statement: Statement) -> tuple[str, ...]:
    """Whom a denial of writing spares; () for any other statement, and for one that spares nobody in particular."""
    if has_effect(statement, Effect.DENY) is not Answer.YES or covers_action(statement, _WRITING) is not Answer.YES:
        return ()
    named = statement.principals
    if named is None or statement.unknown_conditions:
        return ()
    if named.negated and not statement.conditions:
        return tuple(one.identifier for one in named.values if not is_anyone(one))
    if not any(is_anyone(one) for one in named.values) or len(statement.conditions) != 1:
        return ()
    condition = statement.conditions[0]
    if condition.key in _EXEMPTED_BY and condition.operator in _EXEMPTING and "*" not in condition.values:
        return condition.values
    return ()


def writers(stated: policies.Stated) -> Attr[tuple[str, ...]]:
    """The principals whom the policy names as those who may write."""
    if isinstance(stated, Unknown):
        return stated
    if stated.value is None:
        return Known((), stated.origin, stated.path)
    found: set[str] = set()
    for statement in as_policy(stated.value).statements:
        found.update(_exempted(statement))
        allows = has_effect(statement, Effect.ALLOW) is Answer.YES
        named = statement.principals
        if allows and named is not None and not named.negated and covers_action(statement, _WRITING) is Answer.YES:
            found.update(one.identifier for one in named.values)
    return Known(tuple(sorted(found)), stated.origin, stated.path, stated.sensitive)
