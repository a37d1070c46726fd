"""Records: one thing each, as its source says it.

A :class:`Record` is what an adapter reads.  It holds the data of one resource together with the
marks that say which parts are unknown or sensitive, and it can follow references to other records
of the same input.  Data and marks may be given still encoded (``msgspec.Raw``); they are decoded
when the first attribute is read, so that resource types nobody asks about cost nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from auditor.attr import Attr, Known, Place, Reason, Unknown
from auditor.text import Text


class Action(enum.StrEnum):
    """What the input is about to do with the resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    FORGET = "forget"
    """Terraform stops managing it; the thing itself stays."""
    NO_OP = "no-op"
    EXISTS = "exists"
    """The source states what is there and plans nothing (state, live account)."""

    @property
    def makes_new(self) -> bool:
        """The thing is yet to be made, so that it has nothing but what the input gives it."""
        return self is Action.CREATE or self is Action.REPLACE


class Joined(msgspec.Struct, frozen=True):
    """The records that refer to a record."""

    certain: tuple[Record, ...] = ()
    possible: tuple[Record, ...] = ()
    """Records of which the input does not decide whether they refer to it."""

    def one(self, what: Record, path: str) -> Attr[Record | None]:
        """The single record that configures ``what``; ``Known(None)`` if there is none.

        Unknown where the input leaves open which record, or whether any, it is.
        """
        if len(self.certain) == 1:
            return Known(self.certain[0], what, path)
        if self.certain or self.possible:
            names = "、".join(r.address for r in (*self.certain[:3], *self.possible[:3])[:3])
            detail = Text(f"{names} の参照先が一つに定まらない", f"the target of {names} cannot be told")
            return Unknown(Reason.AMBIGUOUS, what, path, detail)
        return Known(None, what, path)


class Links(Protocol):
    """How the records of one input hang together; each source brings its own."""

    def target(self, record: Record, path: str, types: frozenset[str]) -> Attr[Record | None]:
        """The record of one of ``types`` that ``path`` of ``record`` refers to.

        ``Known(None)``: it refers to nothing of these types in this input (nothing at all, or
        something outside).  ``Unknown``: the input does not decide it.
        """

    def referrers(self, record: Record, type_: str, path: str) -> Joined:
        """The records of ``type_`` whose attribute ``path`` refers to ``record``."""

    def configured(self, record: Record, path: str) -> Attr[bool]:
        """Whether the configuration gives the attribute anything at all.

        An attribute that it leaves out is known only after apply just like one with an open value,
        where the provider fills it in; for a new resource that is the service's default.
        """

    def why_open(self, record: Record, path: str) -> tuple[Reason, Text | None]:
        """Why an attribute that is marked unknown is so, and what exactly is not known."""

    @property
    def cache(self) -> dict[object, Any]:
        """What adapters have found out about the input as a whole, kept as long as the input.

        For indexes over all records of a type, which would otherwise be made again for every resource.  A key is a
        function of the plugin, or a tuple that begins with one, so that plugins do not meet.
        """

    @property
    def complete(self) -> bool:
        """Whether what this input does not hold does not exist in its accounts."""

    @property
    def tells_missing(self) -> bool:
        """Whether records stand for what could not be listed or was not asked, so that a join without any is certain."""

    def region(self, record: Record) -> Attr[str]:
        """Region (or location) in which the provider manages the record."""

    def account(self, record: Record) -> Attr[str]:
        """AWS account id or Google Cloud project id."""

    def of_type(self, type_: str) -> Sequence[Record]:
        """All records of ``type_`` in this input."""

    def place(self, record: Record, path: str) -> Place:
        """Where the attribute stands."""


_PATHS: dict[str, tuple[str | int, ...]] = {}
_SINGLE: dict[str, str | int] = {}
"""The paths of a single step, which nearly all are."""


def _steps(path: str) -> tuple[str | int, ...]:
    steps = _PATHS.get(path)
    if steps is None:
        steps = tuple(int(step) if step.isdigit() else step for step in path.split("."))
        _PATHS[path] = steps
        if len(steps) == 1:
            _SINGLE[path] = steps[0]
    return steps


def _holds_true(marks: Any) -> bool:
    """Whether anything below is marked."""
    if marks is True:
        return True
    if isinstance(marks, dict):
        return any(map(_holds_true, marks.values()))
    if isinstance(marks, list):
        return any(map(_holds_true, marks))
    return False


def _inside(container: Any, step: str | int) -> Any:
    """The member of a decoded JSON value; ``None`` where there is none."""
    if container.__class__ is dict:
        return container.get(step)
    if container.__class__ is list and step.__class__ is int and step < len(container):
        return container[step]
    return None


_RAW = msgspec.Raw
_decode_json = msgspec.json.Decoder().decode


def _decode(raw: Any) -> Any:
    return _decode_json(raw) if raw.__class__ is _RAW else raw


class Node:
    """A block of attributes: a record's root, or a nested block of it.

    The typed accessors give the provider's documented default for a null or missing attribute
    (the adapter passes it), ``Unknown`` for one that is decided only later, and ``Unknown`` with
    reason ``unparseable`` for a value of another type.
    """

    __slots__ = ("_prefix", "_sensitive", "_unknown", "_values", "record")

    record: Record

    def __init__(self, record: Record, prefix: str, values: Any, unknown: Any, sensitive: Any) -> None:
        self.record = record
        self._prefix = prefix
        self._values = values
        self._unknown = unknown
        self._sensitive = sensitive

    def _full(self, path: str) -> str:
        return f"{self._prefix}.{path}" if self._prefix else path

    def _open(self, full: str) -> Unknown:
        """The unknown that stands at a path of the record."""
        reason, detail = self.record.links.why_open(self.record, full)
        return Unknown(reason, self.record, full, detail)

    def _prepare(self) -> None:
        """Decode what is still encoded."""
        self._values = _decode(self._values)
        self._unknown = _decode(self._unknown)
        sensitive = self._sensitive
        if sensitive.__class__ is _RAW:
            # Most resources have nothing sensitive, which is told without decoding their marks.
            sensitive = _decode_json(sensitive) if b"true" in bytes(sensitive) else None
        self._sensitive = sensitive

    def _root(self) -> tuple[Any, Any, Any]:
        """Everything decoded: values, marks of the unknown, marks of the sensitive."""
        if self._values.__class__ is _RAW:
            self._prepare()
        return self._values, self._unknown, self._sensitive

    def _walk(self, path: str) -> tuple[Any, Any, Any]:
        """What stands at ``path``: value, marks of the unknown, marks of the sensitive.

        Every attribute that any adapter reads comes through here, so it tests as little as it can.
        """
        value = self._values
        if value.__class__ is _RAW:
            self._prepare()
            value = self._values
        unknown, sensitive = self._unknown, self._sensitive
        if (step := _SINGLE.get(path)) is not None and value.__class__ is dict:
            value = value.get(step)
            if unknown:
                if unknown is True:
                    return None, True, sensitive
                unknown = unknown.get(step) if unknown.__class__ is dict else _inside(unknown, step)
            else:
                unknown = None
            if sensitive and sensitive is not True:
                sensitive = sensitive.get(step) if sensitive.__class__ is dict else _inside(sensitive, step)
            return value, unknown, sensitive
        for step in _PATHS.get(path) or _steps(path):
            if unknown is True:
                return None, True, sensitive
            unknown = _inside(unknown, step) if unknown else None
            value = _inside(value, step) if value else None
            if sensitive and sensitive is not True:
                sensitive = _inside(sensitive, step)
        return value, unknown, sensitive

    def get(self, path: str) -> Attr[Any]:
        """The attribute as it is; ``Known(None)`` if absent or null.

        A list or map of which any part is unknown is ``Unknown`` as a whole; use :meth:`blocks`
        or :meth:`elements` to look at the parts that are known.
        """
        value, unknown, sensitive = self._walk(path)
        full = f"{self._prefix}.{path}" if self._prefix else path
        if unknown and (unknown is True or _holds_true(unknown)):
            return self._open(full)
        return Known(value, self.record, full, bool(sensitive) and _holds_true(sensitive))

    def unknown(self, path: str, reason: Reason, detail: Text | None = None) -> Unknown:
        """An ``Unknown`` that stands at ``path`` of this block."""
        return Unknown(reason, self.record, self._full(path), detail)

    def known(self, path: str, value: Any) -> Known[Any]:
        """A value computed by the adapter from what stands at ``path`` of this block."""
        if self._values.__class__ is _RAW:
            self._prepare()
        hidden = bool(self._sensitive) and _holds_true(self._walk(path)[2])
        return Known(value, self.record, f"{self._prefix}.{path}" if self._prefix else path, hidden)

    def left_out(self, path: str) -> bool:
        """Whether the configuration of a resource that is yet to be created certainly leaves ``path`` out.

        Its value is then the service's default for new resources, although the input shows it as known only after
        apply (Terraform does so for optional attributes that the provider computes).  False where the input cannot tell.
        """
        record = self.record
        if not record.action.makes_new:
            return False
        stated = record.links.configured(record, self._full(path))
        return isinstance(stated, Known) and not stated.value

    def has(self, path: str) -> Attr[bool]:
        """Whether the attribute is set to something other than null, "" and an empty collection."""
        value, unknown, _ = self._walk(path)
        if value is not None and value not in ("", [], {}):
            return Known(True, self.record, self._full(path))
        if unknown and _holds_true(unknown):
            return self._open(self._full(path))
        return Known(False, self.record, self._full(path))

    def text(self, path: str) -> Attr[str | None]:
        """A string; ``None`` if absent, null or empty."""
        attr = self.get(path)
        if isinstance(attr, Unknown):
            return attr
        value = attr.value
        if value is None or value == "":
            return attr if value is None else Known(None, attr.origin, attr.path)
        if isinstance(value, str):
            return attr
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Known(str(value), attr.origin, attr.path, attr.sensitive)
        return self.unknown(path, Reason.UNPARSEABLE)

    def text_or(self, path: str, default: str) -> Attr[str]:
        """A string, with the provider's default."""
        attr = self.text(path)
        if isinstance(attr, Unknown):
            return attr
        return Known(attr.value or default, attr.origin, attr.path, attr.sensitive)

    def flag(self, path: str, default: bool) -> Attr[bool]:
        """A boolean, with the provider's default.  The strings "true" and "false" count."""
        attr = self.get(path)
        if isinstance(attr, Unknown):
            return attr
        value = attr.value
        if isinstance(value, bool):
            return attr
        if value is None or value == "":
            return Known(default, attr.origin, attr.path)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return Known(value.lower() == "true", attr.origin, attr.path, attr.sensitive)
        return self.unknown(path, Reason.UNPARSEABLE)

    def number(self, path: str) -> Attr[float | None]:
        """A number (numeric strings count); ``None`` if absent or null."""
        attr = self.get(path)
        if isinstance(attr, Unknown):
            return attr
        value = attr.value
        if value is None or value == "":
            return Known(None, attr.origin, attr.path)
        if isinstance(value, bool):
            return self.unknown(path, Reason.UNPARSEABLE)
        if isinstance(value, int | float):
            return attr
        try:
            return Known(float(value), attr.origin, attr.path, attr.sensitive)
        except (TypeError, ValueError):
            return self.unknown(path, Reason.UNPARSEABLE)

    def number_or(self, path: str, default: float) -> Attr[float]:
        """A number, with the provider's default."""
        attr = self.number(path)
        if isinstance(attr, Unknown):
            return attr
        return Known(default if attr.value is None else attr.value, attr.origin, attr.path, attr.sensitive)

    def elements(self, path: str) -> Attr[tuple[Attr[Any], ...]]:
        """The elements of a list or set, each known or unknown by itself; () if absent.

        ``Unknown`` if even their number is open.
        """
        value, unknown, sensitive = self._walk(path)
        full = self._full(path)
        if unknown is True:
            return self._open(full)
        values = value if isinstance(value, list) else []
        marks = unknown if isinstance(unknown, list) else []
        out: list[Attr[Any]] = []
        for index in range(max(len(values), len(marks))):
            if index < len(marks) and _holds_true(marks[index]):
                out.append(self._open(f"{full}.{index}"))
            elif index < len(values):
                shown = sensitive is True or _holds_true(_inside(sensitive, index))
                out.append(Known(values[index], self.record, f"{full}.{index}", shown))
        return Known(tuple(out), self.record, full)

    def members(self, path: str) -> Attr[Mapping[str, Attr[Any]]]:
        """The members of a map, each known or unknown by itself; an empty map if absent.

        ``Unknown`` if even their names are open.
        """
        value, unknown, sensitive = self._walk(path)
        full = self._full(path)
        if unknown is True:
            return self._open(full)
        values = value if isinstance(value, dict) else {}
        marks = unknown if isinstance(unknown, dict) else {}
        out: dict[str, Attr[Any]] = {}
        for name in (*values, *(name for name in marks if name not in values)):
            if _holds_true(marks.get(name)):
                out[name] = self._open(f"{full}.{name}")
            else:
                shown = sensitive is True or _holds_true(_inside(sensitive, name))
                out[name] = Known(values.get(name), self.record, f"{full}.{name}", shown)
        return Known(out, self.record, full)

    def blocks(self, path: str) -> Attr[tuple[Node, ...]]:
        """The nested blocks at ``path``; () if there is none.  ``Unknown`` if their number is open."""
        value, unknown, sensitive = self._walk(path)
        full = self._full(path)
        if unknown is True:
            return self._open(full)
        if isinstance(value, dict) or isinstance(unknown, dict):
            return Known((Node(self.record, full, value or {}, unknown or {}, sensitive),), self.record, full)
        values = value if isinstance(value, list) else []
        marks = unknown if isinstance(unknown, list) else []
        out = []
        for index in range(max(len(values), len(marks))):
            inner = values[index] if index < len(values) else None
            mark = marks[index] if index < len(marks) else None
            shown = True if sensitive is True else _inside(sensitive, index)
            out.append(Node(self.record, f"{full}.{index}", {} if inner is None else inner, mark, shown))
        return Known(tuple(out), self.record, full)

    def block(self, path: str) -> Attr[Node | None]:
        """The one nested block at ``path`` (the first, where the provider allows one); ``None`` if absent."""
        attr = self.blocks(path)
        if isinstance(attr, Unknown):
            return attr
        return Known(attr.value[0] if attr.value else None, self.record, attr.path)

    def target(self, path: str, *types: str) -> Attr[Record | None]:
        """The record that ``path`` refers to; see :meth:`Links.target`."""
        return self.record.links.target(self.record, self._full(path), frozenset(types))


class Unlisted(msgspec.Struct, frozen=True):
    """Why nothing is known of some records, not even whether there are any."""

    unknown: Unknown
    subjects: frozenset[str]
    """First parts of the ids of the controls on which such records bear."""


class Record(Node):
    """One resource of one input.

    ``address`` is unique within its input.  ``provider`` is the cloud's short name (``aws``,
    ``google``) or the Terraform provider's for others.
    """

    __slots__ = ("action", "address", "links", "name", "provider", "source", "type")

    def __init__(
        self,
        *,
        source: str,
        type_: str,
        address: str,
        provider: str,
        action: Action,
        links: Links,
        values: msgspec.Raw | Mapping[str, Any],
        unknown: msgspec.Raw | Mapping[str, Any] | bool | None = None,
        sensitive: msgspec.Raw | Mapping[str, Any] | bool | None = None,
        name: str = "",
    ) -> None:
        # A plan makes as many records as it has resources, so this does what Node.__init__ does by itself.
        self.record = self
        self._prefix = ""
        self._values = values
        self._unknown = unknown
        self._sensitive = sensitive
        if values.__class__ is not _RAW:
            # Reading looks at the values alone to tell whether anything is still encoded.
            self._prepare()
        self.source = source
        self.type = type_
        self.address = address
        self.provider = provider
        self.action = action
        self.links = links
        self.name = name

    @property
    def unlisted(self) -> Unlisted | None:
        """Set on what stands for records that could not be listed, whose number is not known either."""
        return None

    def place(self, path: str) -> Place:
        """Where ``path`` stands."""
        return self.links.place(self, path)

    def referrers(self, type_: str, path: str) -> Joined:
        """The records of ``type_`` that refer to this one through ``path``."""
        return self.links.referrers(self, type_, path)

    def part(self, type_: str, path: str) -> Attr[Record | None]:
        """The one separate record of ``type_`` that configures this one; see :meth:`Joined.one`."""
        return self.links.referrers(self, type_, path).one(self, type_)

    @property
    def region(self) -> Attr[str]:
        """Region or location of the record."""
        return self.links.region(self)

    @property
    def account(self) -> Attr[str]:
        """Account or project of the record."""
        return self.links.account(self)

    def __repr__(self) -> str:
        return f"Record({self.address})"
