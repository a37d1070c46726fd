"""What the checks read and write in the same way: policy parameters, and values in the words of a finding."""

from __future__ import annotations

from typing import Any, Final

from auditor.attr import Attr, Known, Reason, Unknown, UnknownValueError
from auditor.checks import Context
from auditor.text import Text

REGIONS: Final = "residency.allowed_regions."
"""Start of the ids of the parameters that hold the allowed regions; the name of the provider follows."""

REGION_PARAMETERS: Final = (REGIONS + "aws", REGIONS + "google")
"""The region parameters that the shipped packs have, for the checks to name.  Another pack may have more."""

SENSITIVE: Final = Text("（秘匿された値）", "(sensitive)")
NOTHING: Final = Text("なし", "none")

_sets: dict[str, tuple[object, frozenset[str]]] = {}
_numbers: dict[str, tuple[object, frozenset[int]]] = {}
_region_ids: dict[str, str] = {}


def refused(attr: Attr[Any]) -> bool:
    """Whether an API was asked for it and did not say it; where that decides whom a check concerns, nothing passes."""
    return isinstance(attr, Unknown) and attr.reason in (Reason.DENIED, Reason.FAILED)


def limit(context: Context, id_: str) -> float:
    """The number that a parameter holds; it counts as an unknown value where no pack of the run has it."""
    try:
        number: float = context.parameters[id_]
    except KeyError:
        raise UnknownValueError(_undefined(id_)) from None
    return number


def text_parameter(context: Context, id_: str) -> str:
    """The text that a parameter holds; it counts as an unknown value where no pack of the run has it."""
    try:
        return str(context.parameters[id_])
    except KeyError:
        raise UnknownValueError(_undefined(id_)) from None


def members(context: Context, id_: str) -> frozenset[str]:
    """The names that a list parameter holds, in lower case.

    The set is made once for each list: the list itself is kept beside it and compared by identity.
    """
    try:
        value = context.parameters[id_]
    except KeyError:
        raise UnknownValueError(_undefined(id_)) from None
    held = _sets.get(id_)
    if held is not None and held[0] is value:
        return held[1]
    made = frozenset(str(item).lower() for item in value)
    _sets[id_] = (value, made)
    return made


def written(context: Context, id_: str) -> frozenset[str]:
    """The names that a list parameter holds, with their case, for names in which it counts."""
    try:
        return frozenset(str(item) for item in context.parameters[id_])
    except KeyError:
        raise UnknownValueError(_undefined(id_)) from None


def numbers(context: Context, id_: str) -> frozenset[int]:
    """The whole numbers that a list parameter holds, such as ports; made once for each list as in :func:`members`."""
    try:
        value = context.parameters[id_]
    except KeyError:
        raise UnknownValueError(_undefined(id_)) from None
    held = _numbers.get(id_)
    if held is not None and held[0] is value:
        return held[1]
    made = frozenset(int(item) for item in value)
    _numbers[id_] = (value, made)
    return made


def allowed_regions(context: Context) -> frozenset[str]:
    """The regions that the policy allows of the provider whose resource is judged."""
    return members(context, region_parameter(context.resource.provider))


def region_parameter(provider: str) -> str:
    """Id of the parameter with the allowed regions of the provider."""
    id_ = _region_ids.get(provider)
    if id_ is None:
        id_ = _region_ids[provider] = REGIONS + provider
    return id_


def _undefined(id_: str) -> Unknown:
    detail = Text(
        f"判定に使うパラメータ {id_} がポリシーに定められていない",
        f"the policy does not define the parameter {id_} that decides this",
    )
    return Unknown(Reason.OUTSIDE, detail=detail)


def is_known(attr: Attr[Any], value: object) -> bool:
    """Whether the attribute is known to have the value; an unknown one is not."""
    return isinstance(attr, Known) and bool(attr.value == value)


def must_be_known(attr: Attr[Any]) -> None:
    """End the check here if the attribute is unknown; for one whose value was already asked about."""
    if isinstance(attr, Unknown):
        raise UnknownValueError(attr)


def number(value: float) -> str:
    """A number without a needless fraction."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def shown(attr: Attr[Any]) -> Text:
    """A number, a name or names that an attribute holds, for people; never those of a sensitive one."""
    if isinstance(attr, Unknown):
        return attr.text
    if attr.sensitive:
        return SENSITIVE
    value = attr.value
    if isinstance(value, frozenset | tuple):
        return listed(value)
    plain = number(value) if isinstance(value, int | float) else str(value)
    return Text(plain, plain)


def listed(values: frozenset[str] | tuple[str, ...]) -> Text:
    """Names in a row; those of a set sorted."""
    names = sorted(values) if isinstance(values, frozenset) else values
    if not names:
        return NOTHING
    return Text("、".join(names), ", ".join(names))


def listed_if_open(values: frozenset[str], *sources: Attr[Any]) -> Text:
    """Names drawn from attributes, unless one of those is sensitive."""
    if any(isinstance(source, Known) and source.sensitive for source in sources):
        return SENSITIVE
    return listed(values)
