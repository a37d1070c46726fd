"""Resource policies as Terraform states them, and what they say.

A policy attribute is JSON text where it is known.  Where it is known only after apply it often comes from the data
source ``aws_iam_policy_document``, whose blocks still say most of it.
"""

from __future__ import annotations

import functools
from typing import Any, Final, TypeAlias

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.iam_language import (
    UNKNOWN,
    Answer,
    Document,
    Effect,
    Judgement,
    PrincipalKind,
    Statement,
    Unparseable,
    denies_deletion,
    denies_insecure_transport,
    parse_policy,
    policy_from_terraform,
    public_access,
    trusted_principals,
)
from auditor_aws.iam_language import Unknown as NotKnown
from auditor_aws.iam_language.answers import every, some
from auditor_aws.iam_language.conditions import Fit, fit
from auditor_aws.iam_language.matching import EVERYONE, covers_action, covers_principal, has_effect
from auditor_aws.iam_language.statements import as_policy

_parsed = functools.lru_cache(maxsize=4096)(parse_policy)
"""Adapters of several subjects read the same policy one after the other, and many resources have the same."""

Stated: TypeAlias = Attr[Document | None]
"""A policy; ``None`` where there is none.  Parts of a document may be unknown, or all of it."""

_SOURCE: Final = "data.aws_iam_policy_document"
_DEEPEST: Final = 20
_OBJECT_DELETION: Final = ("s3:DeleteObject", "s3:DeleteObjectVersion")
_LISTS: Final = ("actions", "not_actions", "resources", "not_resources")


def stated(node: Node, path: str) -> Stated:
    """The policy that an attribute holds."""
    return _read(node, path, 0)


def _read(node: Node, path: str, depth: int) -> Stated:
    value = computed.text(node, path)
    if isinstance(value, Known):
        text = value.value
        return Known(None if text is None else _parsed(text), value.origin, value.path)
    source = node.target(path, _SOURCE)
    if isinstance(source, Known) and source.value is not None and depth < _DEEPEST:
        return node.known(path, _document(source.value, depth + 1))
    return source if isinstance(source, Unknown) else value


def _document(source: Record, depth: int) -> Document:
    rendered = source.text("json")
    if isinstance(rendered, Known) and rendered.value is not None:
        return parse_policy(rendered.value)
    blocks = source.blocks("statement")
    # Until version 3 of the provider, the arguments ended in _json and took one document each.
    return policy_from_terraform(
        {
            "statement": UNKNOWN if isinstance(blocks, Unknown) else [_statement(block) for block in blocks.value],
            "source_policy_documents": _merged(source, "source_policy_documents", "source_json", depth),
            "override_policy_documents": _merged(source, "override_policy_documents", "override_json", depth),
        }
    )


def _merged(source: Record, name: str, old_name: str, depth: int) -> Any:
    items = source.elements(name)
    if isinstance(items, Unknown):
        return UNKNOWN
    found = [_read(source, f"{name}.{index}", depth) for index in range(len(items.value))]
    found.append(_read(source, old_name, depth))
    return [UNKNOWN if isinstance(one, Unknown) else one.value for one in found]


def _statement(block: Node) -> dict[str, Any]:
    return {
        "sid": _mark(block.text("sid")),
        "effect": _mark(block.text("effect")),
        **{name: _members(block, name) for name in _LISTS},
        "principals": _inner(block, "principals", "type", "identifiers"),
        "not_principals": _inner(block, "not_principals", "type", "identifiers"),
        "condition": _inner(block, "condition", "test", "values", "variable"),
    }


def _inner(block: Node, name: str, kind: str, members: str, *further: str) -> Any:
    blocks = block.blocks(name)
    if isinstance(blocks, Unknown):
        return UNKNOWN
    return [
        {
            kind: _mark(one.text(kind)),
            members: _members(one, members),
            **{key: _mark(one.text(key)) for key in further},
        }
        for one in blocks.value
    ]


def _members(block: Node, name: str) -> Any:
    items = block.elements(name)
    if isinstance(items, Unknown):
        return UNKNOWN
    return [_mark(item) for item in items.value] or None


def _mark(attr: Attr[Any]) -> Any:
    return UNKNOWN if isinstance(attr, Unknown) else attr.value


def separate_or_inline(record: Record, type_: str, path: str, *, inline: str | None, of_part: str = "policy") -> Stated:
    """The policy of a resource that can be given by a separate resource of ``type_`` or by its own attribute.

    ``inline`` is ``None`` for types without such an attribute: what another configuration gave one that exists is
    not shown then.
    """
    # several subjects ask for the policy of one resource, each finding its parts anew
    cache, key = record.links.cache, (separate_or_inline, record.address, type_)
    found: Stated | None = cache.get(key)
    if found is None:
        found = cache[key] = _separate_or_inline(record, type_, path, inline, of_part)
    return found


def _separate_or_inline(record: Record, type_: str, path: str, inline: str | None, of_part: str) -> Stated:
    separate = computed.part(record, type_, path)
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        return stated(separate.value, of_part)
    if inline is not None:
        return stated(record, inline)
    lacking = absent.without(record, type_)
    return lacking if isinstance(lacking, Unknown) else record.known(type_, None)


def account_id(record: Record) -> str | NotKnown:
    """The account of the record in the form that the policy evaluator takes."""
    account = record.account
    return account.value if isinstance(account, Known) and account.value else UNKNOWN


def decided(judgement: Judgement, at: Known[Any]) -> Attr[bool]:
    """An answer of the policy evaluator as an attribute that stands where the policy does."""
    if judgement.answer is Answer.UNDECIDED:
        japanese, _, english = judgement.reason.partition(" / ")
        return Unknown(Reason.UNRESOLVED, at.origin, at.path, Text(japanese, english or japanese))
    return Known(judgement.answer is Answer.YES, at.origin, at.path)


def _readable(policy: Stated) -> Attr[Document | None]:
    """A text that is no policy is named as unparseable rather than as undecided."""
    if isinstance(policy, Known) and isinstance(policy.value, Unparseable):
        japanese, _, english = policy.value.reason.partition(" / ")
        return Unknown(Reason.UNPARSEABLE, policy.origin, policy.path, Text(japanese, english or japanese))
    return policy


def public(policy: Stated) -> Attr[bool]:
    """Whether the policy lets in anyone, or any AWS account; false without a policy."""
    known = _readable(policy)
    if isinstance(known, Unknown):
        return known
    if known.value is None:
        return Known(False, known.origin, known.path)
    return decided(public_access(known.value), known)


def requires_tls(policy: Stated, bucket: Record) -> tuple[Attr[bool], Attr[str | None]]:
    """Whether a bucket policy turns plain HTTP away, and the lowest TLS version that it lets in."""
    known = _readable(policy)
    if isinstance(known, Unknown):
        return known, known
    if known.value is None:
        return Known(False, known.origin, known.path), Known(None, known.origin, known.path)
    denial = denies_insecure_transport(known.value, _bucket_arn(bucket))
    return decided(denial.judgement, known), Known(denial.minimum_tls, known.origin, known.path)


def turns_away_plain_text(policy: Stated, action: str) -> Attr[bool]:
    """Whether the policy of one resource denies an action over unencrypted connections to everybody.

    For services whose policies name no parts of the resource; buckets have :func:`requires_tls`.
    """
    known = _readable(policy)
    if isinstance(known, Unknown):
        return known
    if known.value is None:
        return Known(False, known.origin, known.path)
    document = as_policy(known.value)
    answer = some(_denies_plain_text(statement, action) for statement in document.statements)
    if document.unknown and answer is not Answer.YES:
        return decided(Judgement(Answer.UNDECIDED, document.unknown), known)
    reason = "平文通信の拒否が未確定です / whether unencrypted connections are denied is not known"
    return decided(Judgement(answer, reason), known)


def _denies_plain_text(statement: Statement, action: str) -> Answer:
    how = fit(statement, {"aws:securetransport": "false"})
    conditions = Answer.UNDECIDED if how is Fit.UNDECIDED else Answer.YES if how is Fit.ALWAYS else Answer.NO
    return every(
        [
            has_effect(statement, Effect.DENY),
            covers_principal(statement, EVERYONE),
            covers_action(statement, action),
            conditions,
        ]
    )


def denies_object_deletion(policy: Stated, bucket: Record) -> Attr[bool]:
    """Whether a bucket policy denies the deletion of objects and of their versions to everybody."""
    known = _readable(policy)
    if isinstance(known, Unknown):
        return known
    if known.value is None:
        return Known(False, known.origin, known.path)
    arn = _bucket_arn(bucket)
    denial = denies_deletion(known.value, _OBJECT_DELETION, None if arn is None else f"{arn}/*")
    return decided(denial.judgement, known)


def _bucket_arn(bucket: Record) -> str | None:
    arn = bucket.text("arn")
    if isinstance(arn, Known) and arn.value is not None:
        return arn.value
    return None


def foreign_principals(policy: Stated, record: Record) -> Attr[tuple[str, ...]]:
    """Principals of other accounts that the policy lets in."""
    known = _readable(policy)
    if isinstance(known, Unknown):
        return known
    if known.value is None:
        return Known((), known.origin, known.path)
    trusted = trusted_principals(known.value, account_id(record))
    found = tuple(one.identifier for one in trusted if one.kind is PrincipalKind.FOREIGN_ACCOUNT)
    if not found and any(one.kind is PrincipalKind.UNKNOWN for one in trusted):
        detail = Text("ポリシーが許可する相手", "whom the policy lets in")
        return Unknown(Reason.UNRESOLVED, known.origin, known.path, detail)
    return map_attr(known, lambda _: found)
