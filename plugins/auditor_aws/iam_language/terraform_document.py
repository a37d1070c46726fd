"""Reads the statement blocks of Terraform's ``aws_iam_policy_document`` data source, known or partly known.

Source: Terraform AWS provider documentation, page "Data Source: aws_iam_policy_document" (defaults, merging by sid,
``&{…}`` for policy variables).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from .answers import UNKNOWN, StatementRef
from .parsing import NOT_KNOWN, MalformedError, condition_of, effect_of, parse_policy, principal_of, strings
from .statements import Condition, Document, Effect, Patterns, Policy, Principal, Principals, Statement, Unparseable
from .wildcards import normal_action


def policy_from_terraform(values: Mapping[str, Any], unknown: Mapping[str, Any] | bool = False) -> Document:
    """The policy that an ``aws_iam_policy_document`` renders.

    ``values`` are the data source's attributes; ``unknown`` mirrors their shape with ``True`` where a value is not
    known (as ``after_unknown`` of a plan does). An element of ``source_policy_documents`` or
    ``override_policy_documents`` may also be a :class:`Policy` that was read before. Where ``json`` is known it is read
    and the blocks are not. Never raises for a malformed document: that is ``Unparseable``.
    """
    marked = _mark(values, unknown)
    if marked is UNKNOWN:
        return Policy((), unknown=NOT_KNOWN)
    try:
        rendered = marked.get("json")
        if isinstance(rendered, str) and rendered:
            return parse_policy(rendered)
        return _merged(marked)
    except MalformedError as problem:
        return Unparseable(str(problem))


def _mark(values: Any, unknown: Any) -> Any:
    """``values`` with UNKNOWN put where ``unknown`` says True."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, Mapping) and (values is None or isinstance(values, Mapping)):
        known = values or {}
        names = [*known, *(name for name in unknown if name not in known)]
        return {name: _mark(known.get(name), unknown.get(name)) for name in names}
    if isinstance(unknown, list | tuple) and (values is None or isinstance(values, list | tuple)):
        length = max(len(values or ()), len(unknown))
        padded = [*(values or ()), *([None] * length)][:length]
        marks = [*unknown, *([False] * length)][:length]
        return [_mark(value, mark) for value, mark in zip(padded, marks, strict=True)]
    return values


def _merged(document: Mapping[str, Any]) -> Policy:
    sources = _documents(document.get("source_policy_documents"), "source_policy_documents")
    named = [s.ref.sid for policy in sources for s in policy.statements if s.ref.sid]
    if len(named) != len(set(named)):
        raise MalformedError(
            "source_policy_documents に同じ sid があります / two statements of source_policy_documents share one sid"
        )
    merged = Policy(())
    for policy in (
        *sources,
        _blocks(document.get("statement")),
        *_documents(document.get("override_policy_documents"), "override_policy_documents"),
    ):
        merged = _override(merged, policy)
    numbered = tuple(
        msgspec.structs.replace(statement, ref=StatementRef(index, statement.ref.sid))
        for index, statement in enumerate(merged.statements)
    )
    return Policy(numbered, unknown=merged.unknown)


def _override(earlier: Policy, later: Policy) -> Policy:
    """``earlier`` with the statements of ``later`` added, each in place of one with the same sid."""
    statements = list(earlier.statements)
    unknown = earlier.unknown or later.unknown
    # A later statement whose sid is not known can stand in place of any named one, and one that is not known itself
    # can do so too: what is left for certain are the statements without a sid.
    vague = bool(later.unknown) or any(s.unknown_sid for s in later.statements)
    named = any(s.ref.sid for s in later.statements)
    kept = [s for s in statements if not (vague and (s.ref.sid or s.unknown_sid)) and not (named and s.unknown_sid)]
    if len(kept) != len(statements):
        unknown = unknown or NOT_KNOWN
    for statement in later.statements:
        same = [at for at, s in enumerate(kept) if s.ref.sid and s.ref.sid == statement.ref.sid]
        if same:
            kept[same[0]] = statement
        else:
            kept.append(statement)
    return Policy(tuple(kept), unknown=unknown)


def _documents(written: Any, name: str) -> list[Policy]:
    if written is None:
        return []
    if written is UNKNOWN:
        return [Policy((), unknown=NOT_KNOWN)]
    if not isinstance(written, list | tuple):
        raise MalformedError(f"{name} がリストではありません / {name} is not a list")
    found: list[Policy] = []
    for index, item in enumerate(written):
        if item is None:
            continue
        document: Document = item if isinstance(item, Policy | Unparseable) else _document(item, f"{name}[{index}]")
        if isinstance(document, Unparseable):
            raise MalformedError(f"{name}[{index}]: {document.reason}")
        found.append(document)
    return found


def _document(item: Any, where: str) -> Document:
    if item is UNKNOWN or isinstance(item, str):
        return parse_policy(item)
    raise MalformedError(f"{where} が文字列ではありません / {where} is not a string")


def _block_list(written: Any, where: str) -> tuple[list[Mapping[str, Any]], bool]:
    """The known blocks and whether there are unknown ones."""
    if written is None:
        return [], False
    if written is UNKNOWN:
        return [], True
    if not isinstance(written, list | tuple):
        raise MalformedError(f"{where} がブロックの一覧ではありません / {where} is not a list of blocks")
    known: list[Mapping[str, Any]] = []
    unknown = False
    for item in written:
        if item is UNKNOWN:
            unknown = True
        elif isinstance(item, Mapping):
            known.append(item)
        else:
            raise MalformedError(f"{where} がブロックではありません / {where} is not a block")
    return known, unknown


def _blocks(written: Any) -> Policy:
    known, unknown = _block_list(written, "statement")
    statements = tuple(_statement(block, index) for index, block in enumerate(known))
    return Policy(statements, unknown=NOT_KNOWN if unknown else "")


def _statement(block: Mapping[str, Any], index: int) -> Statement:
    where = f"statement[{index}]"
    sid = "" if block.get("sid") is None else block["sid"]
    if sid is not UNKNOWN and not isinstance(sid, str):
        raise MalformedError(f"{where}.sid が文字列ではありません / {where}.sid is not a string")
    effect = block.get("effect")
    actions = _patterns(block, "actions", where)
    if actions is None:
        raise MalformedError(f"{where} に actions がありません / {where} has neither actions nor not_actions")
    actions = Patterns(tuple(map(normal_action, actions.values)), negated=actions.negated, unknown=actions.unknown)
    conditions, unknown_conditions = _conditions(block.get("condition"), f"{where}.condition")
    return Statement(
        ref=StatementRef(index, "" if sid is UNKNOWN else sid),
        effect=Effect.ALLOW if effect is None else effect_of(effect, where),
        actions=actions,
        resources=_patterns(block, "resources", where),
        principals=_principals(block, where),
        conditions=conditions,
        unknown_conditions=unknown_conditions,
        unknown_sid=sid is UNKNOWN,
    )


def _variables(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value.replace("&{", "${") for value in values)


def _patterns(block: Mapping[str, Any], name: str, where: str) -> Patterns | None:
    known, unknown = _members(block, name, where)
    excepted, unknown_excepted = _members(block, f"not_{name}", where)
    if known and excepted:
        raise MalformedError(
            f"{where} に {name} と not_{name} の両方があります / {where} has both {name} and not_{name}"
        )
    if excepted or (unknown_excepted and not known and not unknown):
        return Patterns(_variables(excepted), negated=True, unknown=unknown_excepted)
    if known or unknown:
        return Patterns(_variables(known), unknown=unknown)
    return None


def _members(block: Mapping[str, Any], name: str, where: str) -> tuple[tuple[str, ...], bool]:
    written = block.get(name)
    return ((), False) if written is None else strings(written, f"{where}.{name}")


def _principals(block: Mapping[str, Any], where: str) -> Principals | None:
    allowed = _principal_blocks(block.get("principals"), f"{where}.principals", negated=False)
    excepted = _principal_blocks(block.get("not_principals"), f"{where}.not_principals", negated=True)
    if allowed is None or (excepted is not None and excepted.values and not allowed.values):
        return excepted
    return allowed


def _principal_blocks(written: Any, where: str, *, negated: bool) -> Principals | None:
    blocks, unknown = _block_list(written, where)
    if not blocks and not unknown:
        return None
    found: list[Principal] = []
    for block in blocks:
        kind = block.get("type")
        members, open_ended = strings(block.get("identifiers", ()), where)
        unknown = unknown or open_ended or kind is UNKNOWN
        if kind is not UNKNOWN:
            found.extend(principal_of(kind, member, where) for member in _variables(members))
    return Principals(tuple(found), negated=negated, unknown=unknown)


def _conditions(written: Any, where: str) -> tuple[tuple[Condition, ...], bool]:
    blocks, unknown = _block_list(written, where)
    # Blocks with the same test and variable are rendered as one list of values, of which one is enough.
    found: dict[tuple[Any, Any], Condition] = {}
    for block in blocks:
        condition = condition_of(block.get("test"), block.get("variable"), block.get("values", ()), where)
        condition = msgspec.structs.replace(condition, values=_variables(condition.values))
        name = (block.get("test"), block.get("variable"))
        before = found.get(name)
        if before is not None:
            condition = msgspec.structs.replace(
                condition, values=before.values + condition.values, unknown=before.unknown or condition.unknown
            )
        found[name] = condition
    return tuple(found.values()), unknown
