"""Reads policies written in JSON, as text or decoded.

Source: AWS IAM User Guide, page "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .answers import UNKNOWN, StatementRef, Unknown
from .statements import (
    Condition,
    Document,
    Effect,
    Operator,
    Patterns,
    Policy,
    Principal,
    Principals,
    PrincipalType,
    Qualifier,
    Statement,
    Unparseable,
)
from .wildcards import normal_action

_POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_VERSIONS = ("2012-10-17", "2008-10-17")
_OPERATORS = {operator.value.lower(): operator for operator in Operator}
_QUALIFIERS = {qualifier.value.lower(): qualifier for qualifier in Qualifier if qualifier.value}
_PRINCIPAL_TYPES = {kind.value: kind for kind in PrincipalType}

#: Reason given where a whole document or its list of statements is not known.
NOT_KNOWN = "ポリシー文書の内容が未確定です / the policy document is not known yet"


class MalformedError(Exception):
    """Raised inside the parsers only; its text becomes the reason of an ``Unparseable``."""


def parse_policy(source: str | bytes | Mapping[str, Any] | Unknown) -> Document:
    """Parse a policy given as JSON text or as the decoded mapping.

    Any value inside a mapping may be :data:`UNKNOWN`. Never raises for a malformed document: that is ``Unparseable``.
    """
    if isinstance(source, Unknown):
        return Policy((), unknown=NOT_KNOWN)
    try:
        decoded: Any = _decode(source) if isinstance(source, str | bytes) else source
        return _policy(decoded)
    except MalformedError as problem:
        return Unparseable(str(problem))


def _decode(text: str | bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except RecursionError:
        raise MalformedError("JSON の入れ子が深すぎます / the JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise MalformedError("JSON の文字コードを読めません / the JSON is not valid Unicode text") from None
    except ValueError as problem:
        at = f" ({problem.lineno}:{problem.colno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise MalformedError(f"JSON として読めません{at} / not valid JSON{at}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedError("同じ要素が二度書かれています / an element is given twice in one object")
    return found


def _policy(decoded: Any) -> Policy:
    if not isinstance(decoded, Mapping):
        raise MalformedError("ポリシーがオブジェクトではありません / the policy is not an object")
    if any(name not in _POLICY_ELEMENTS for name in decoded):
        raise MalformedError("ポリシーに未知の要素があります / the policy has an element that is not known")
    version = decoded.get("Version", _VERSIONS[0])
    if version is not UNKNOWN and version not in _VERSIONS:
        raise MalformedError("Version の値が正しくありません / Version is not a version of the policy language")
    if "Statement" not in decoded:
        raise MalformedError("Statement がありません / the policy has no Statement")
    written = decoded["Statement"]
    if written is UNKNOWN:
        return Policy((), unknown=NOT_KNOWN)
    items = written if isinstance(written, list | tuple) else [written]
    statements: list[Statement] = []
    unknown = ""
    for index, item in enumerate(items):
        if item is UNKNOWN:
            unknown = NOT_KNOWN
        else:
            statements.append(_statement(item, index))
    return Policy(tuple(statements), unknown=unknown)


def _statement(item: Any, index: int) -> Statement:
    where = f"Statement[{index}]"
    if not isinstance(item, Mapping):
        raise MalformedError(f"{where} がオブジェクトではありません / {where} is not an object")
    if any(name not in _STATEMENT_ELEMENTS for name in item):
        raise MalformedError(f"{where} に未知の要素があります / {where} has an element that is not known")
    sid = item.get("Sid", "")
    if sid is not UNKNOWN and not isinstance(sid, str):
        raise MalformedError(f"{where}.Sid が文字列ではありません / {where}.Sid is not a string")
    actions = _patterns(item, "Action", where, normal_action)
    if actions is None:
        raise MalformedError(f"{where} に Action がありません / {where} has neither Action nor NotAction")
    conditions, unknown_conditions = _conditions(item.get("Condition", {}), where)
    return Statement(
        ref=StatementRef(index, "" if sid is UNKNOWN else sid),
        effect=effect_of(item.get("Effect"), where),
        actions=actions,
        resources=_patterns(item, "Resource", where, str),
        principals=_principals(item, where),
        conditions=conditions,
        unknown_conditions=unknown_conditions,
        unknown_sid=sid is UNKNOWN,
    )


def effect_of(written: Any, where: str) -> Effect | Unknown:
    """The effect as written; raises ``MalformedError`` for anything but Allow, Deny and UNKNOWN."""
    if isinstance(written, Unknown):
        return written
    for effect in Effect:
        if written == effect.value:
            return effect
    raise MalformedError(f"{where}.Effect が Allow/Deny ではありません / {where}.Effect is neither Allow nor Deny")


def strings(written: Any, where: str) -> tuple[tuple[str, ...], bool]:
    """The known strings of a string or list, and whether there are unknown ones; raises ``MalformedError``."""
    if written is UNKNOWN:
        return (), True
    items = written if isinstance(written, list | tuple) else [written]
    known: list[str] = []
    unknown = False
    for item in items:
        if item is UNKNOWN:
            unknown = True
        elif isinstance(item, str):
            known.append(item)
        else:
            raise MalformedError(f"{where} が文字列ではありません / {where} is not a string or a list of strings")
    return tuple(known), unknown


def _patterns(item: Mapping[str, Any], name: str, where: str, normal: Callable[[str], str]) -> Patterns | None:
    negative = f"Not{name}"
    if name in item and negative in item:
        raise MalformedError(
            f"{where} に {name} と {negative} の両方があります / {where} has both {name} and {negative}"
        )
    for element in (name, negative):
        if element in item:
            known, unknown = strings(item[element], f"{where}.{element}")
            return Patterns(tuple(normal(value) for value in known), negated=element == negative, unknown=unknown)
    return None


def _principals(item: Mapping[str, Any], where: str) -> Principals | None:
    if "Principal" in item and "NotPrincipal" in item:
        raise MalformedError(
            f"{where} に Principal と NotPrincipal の両方があります / {where} has both Principal and NotPrincipal"
        )
    for element in ("Principal", "NotPrincipal"):
        if element not in item:
            continue
        written = item[element]
        negated = element == "NotPrincipal"
        if written is UNKNOWN:
            return Principals((), negated=negated, unknown=True)
        if written == "*":
            return Principals((Principal(PrincipalType.ANYONE, "*"),), negated=negated)
        if not isinstance(written, Mapping):
            raise MalformedError(
                f'{where}.{element} が "*" でもオブジェクトでもありません'
                f' / {where}.{element} is neither "*" nor an object'
            )
        found: list[Principal] = []
        open_ended = False
        for kind, members in written.items():
            known, unknown = strings(members, f"{where}.{element}")
            found.extend(principal_of(kind, member, f"{where}.{element}") for member in known)
            open_ended = open_ended or unknown
        return Principals(tuple(found), negated=negated, unknown=open_ended)
    return None


def principal_of(kind: Any, identifier: str, where: str) -> Principal:
    """One principal by its type as written; raises ``MalformedError`` for a type AWS does not have."""
    known = _PRINCIPAL_TYPES.get(kind) if isinstance(kind, str) else None
    if known is None or (known is PrincipalType.ANYONE and identifier != "*"):
        raise MalformedError(
            f"{where} に未知のプリンシパル種別があります / {where} has a principal type that is not known"
        )
    return Principal(known, identifier)


def _conditions(written: Any, where: str) -> tuple[tuple[Condition, ...], bool]:
    if written is UNKNOWN:
        return (), True
    place = f"{where}.Condition"
    if not isinstance(written, Mapping):
        raise MalformedError(f"{place} がオブジェクトではありません / {place} is not an object")
    found: list[Condition] = []
    unknown = False
    for test, keys in written.items():
        if keys is UNKNOWN:
            unknown = True
            continue
        if not isinstance(keys, Mapping):
            raise MalformedError(
                f"{place} の演算子の下がオブジェクトではありません / an operator in {place} has no keys"
            )
        found.extend(condition_of(test, key, values, place) for key, values in keys.items())
    return tuple(found), unknown


def condition_of(test: Any, key: Any, values: Any, where: str) -> Condition:
    """One condition as written; raises ``MalformedError`` for an operator AWS does not have."""
    name: str | Unknown = key.lower() if isinstance(key, str) else UNKNOWN
    if key is not UNKNOWN and not isinstance(key, str):
        raise MalformedError(f"{where} の条件キーが文字列ではありません / a condition key in {where} is not a string")
    items = values if isinstance(values, list | tuple) else [values]
    known: list[str] = []
    unknown = False
    for item in items:
        if item is UNKNOWN:
            unknown = True
        elif isinstance(item, bool):
            known.append("true" if item else "false")
        elif isinstance(item, str | int | float):
            known.append(str(item))
        else:
            raise MalformedError(f"{where} の条件値を読めません / a condition value in {where} is not a plain value")
    if test is UNKNOWN:
        return Condition(UNKNOWN, name, tuple(known), unknown=unknown)
    if not isinstance(test, str):
        raise MalformedError(f"{where} の演算子が文字列ではありません / an operator in {where} is not a string")
    written = test.lower()
    qualifier = Qualifier.PLAIN
    prefix, colon, rest = written.partition(":")
    if colon:
        found = _QUALIFIERS.get(prefix)
        if found is None:
            raise MalformedError(f"{where} に未知の演算子があります / {where} has an operator that is not known")
        qualifier, written = found, rest
    if_exists = written.endswith("ifexists")
    operator = _OPERATORS.get(written.removesuffix("ifexists"))
    if operator is None or (operator is Operator.NULL and if_exists):
        raise MalformedError(f"{where} に未知の演算子があります / {where} has an operator that is not known")
    return Condition(operator, name, tuple(known), qualifier, if_exists=if_exists, unknown=unknown)
