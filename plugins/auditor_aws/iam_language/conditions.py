"""Whether the conditions of a statement hold for a kind of request.

Sources: AWS IAM User Guide, pages "IAM JSON policy elements: Condition operators" (a missing key fails a test and
passes a negated one; ``IfExists``; ``Null``) and "Set operators for multi-valued context keys"
(``ForAllValues`` holds and ``ForAnyValue`` fails where the key is missing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from .answers import Unknown
from .statements import Condition, Operator, Qualifier, Statement
from .wildcards import matches


class Fit(Enum):
    """How conditions apply to the requests under consideration."""

    ALWAYS = "always"
    NEVER = "never"
    #: To some of them and not to others, depending on keys that are left open.
    SOMETIMES = "sometimes"
    #: A part of the conditions is not known.
    UNDECIDED = "undecided"


class Presence(Enum):
    """What is known of a key of the request short of its value."""

    ABSENT = "absent"
    #: Present, with any value.
    ANY = "any"


#: What is known of a request, by condition key in lower case. A key that is not in it may be anything or missing.
Request = Mapping[str, str | Presence]

_BOOLEANS = ("true", "false")
_EXACT = {Operator.STRING_EQUALS, Operator.STRING_NOT_EQUALS}
_FOLDED = {Operator.STRING_EQUALS_IGNORE_CASE, Operator.STRING_NOT_EQUALS_IGNORE_CASE}
_LIKE = {
    Operator.STRING_LIKE,
    Operator.STRING_NOT_LIKE,
    Operator.ARN_EQUALS,
    Operator.ARN_LIKE,
    Operator.ARN_NOT_EQUALS,
    Operator.ARN_NOT_LIKE,
}


def conjunction(fits: Iterable[Fit]) -> Fit:
    """How several conditions apply together (all must hold)."""
    result = Fit.ALWAYS
    for fit in fits:
        if fit is Fit.NEVER:
            return fit
        if fit is Fit.UNDECIDED or result is Fit.UNDECIDED:
            result = Fit.UNDECIDED
        elif fit is Fit.SOMETIMES:
            result = fit
    return result


def fit(statement: Statement, request: Request) -> Fit:
    """How the conditions of a statement apply to requests of which ``request`` is known."""
    found = [condition_fit(condition, request) for condition in statement.conditions]
    if statement.unknown_conditions:
        found.append(Fit.UNDECIDED)
    return conjunction(found)


def condition_fit(condition: Condition, request: Request) -> Fit:
    """How one condition applies to requests of which ``request`` is known."""
    operator, key = condition.operator, condition.key
    if isinstance(operator, Unknown) or isinstance(key, Unknown):
        return Fit.UNDECIDED
    value = request.get(key)
    if operator is Operator.NULL:
        return _null(condition, value)
    if value is None:
        return _open(condition, operator)
    if value is Presence.ABSENT:
        return Fit.ALWAYS if _holds_when_absent(condition, operator) else Fit.NEVER
    if value is Presence.ANY:
        return _present(condition, operator)
    return _compared(condition, operator, value)


def _holds_when_absent(condition: Condition, operator: Operator) -> bool:
    if condition.if_exists or condition.qualifier is Qualifier.ALL_VALUES:
        return True
    return operator.negated and condition.qualifier is Qualifier.PLAIN


def _null(condition: Condition, value: str | Presence | None) -> Fit:
    wanted = {text.lower() for text in condition.values}
    if condition.unknown or not wanted or not wanted <= set(_BOOLEANS):
        return Fit.UNDECIDED
    if len(wanted) == len(_BOOLEANS):
        return Fit.ALWAYS
    if value is None:
        return Fit.SOMETIMES
    return Fit.ALWAYS if ("true" in wanted) is (value is Presence.ABSENT) else Fit.NEVER


def _present(condition: Condition, operator: Operator) -> Fit:
    """The key has some value, any value."""
    accepts_all = operator in _LIKE and "*" in condition.values
    accepts_all = accepts_all or (operator is Operator.BOOL and {v.lower() for v in condition.values} >= {*_BOOLEANS})
    if accepts_all:
        return Fit.NEVER if operator.negated else Fit.ALWAYS
    if condition.unknown or not condition.values:
        return Fit.UNDECIDED
    return Fit.SOMETIMES


def _open(condition: Condition, operator: Operator) -> Fit:
    """Nothing is known of the key: it may be missing, or have any value."""
    present = _present(condition, operator)
    absent = Fit.ALWAYS if _holds_when_absent(condition, operator) else Fit.NEVER
    return present if present in (absent, Fit.UNDECIDED) else Fit.SOMETIMES


def _compared(condition: Condition, operator: Operator, value: str) -> Fit:
    """The key has one known value."""
    found: bool | None = False
    for wanted in condition.values:
        same = _same(operator, wanted, value)
        if same is None:
            found = None if found is False else found
        elif same:
            found = True
    if found is not True and (condition.unknown or found is None or not condition.values):
        return Fit.UNDECIDED
    return Fit.ALWAYS if bool(found) is not operator.negated else Fit.NEVER


def _same(operator: Operator, wanted: str, value: str) -> bool | None:
    """Whether one wanted value matches; None where that cannot be told (policy variables, dates, addresses)."""
    if "${" in wanted:
        return None
    if operator in _EXACT:
        return wanted == value
    if operator in _FOLDED or operator is Operator.BOOL:
        return wanted.lower() == value.lower()
    if operator in _LIKE:
        return matches(wanted, value)
    if operator.value.startswith("Numeric"):
        return _number(operator, wanted, value)
    return None


def _number(operator: Operator, wanted: str, value: str) -> bool | None:
    try:
        bound, number = float(wanted), float(value)
    except ValueError:
        return None
    if operator is Operator.NUMERIC_LESS_THAN:
        return number < bound
    if operator is Operator.NUMERIC_LESS_THAN_EQUALS:
        return number <= bound
    if operator is Operator.NUMERIC_GREATER_THAN:
        return number > bound
    if operator is Operator.NUMERIC_GREATER_THAN_EQUALS:
        return number >= bound
    return number == bound
