"""Terraform addresses and traversals: parsing and writing them.

``module.a["x.y"].aws_s3_bucket.b[0].id`` is a traversal of steps.  An attribute or name is a
``str``; an index is a :class:`Key`.  Keys are quoted the way Terraform quotes them (see "Resource
Address Reference" in Terraform's documentation), so they may hold dots, brackets and quotes.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

import msgspec

Index: TypeAlias = int | str | None
"""Key of an instance: an integer (``count``), a string (``for_each``), or ``None`` (neither)."""


class Key(NamedTuple):
    """An index step: ``[0]`` or ``["name"]``."""

    value: int | str


Step: TypeAlias = str | Key
Traversal: TypeAlias = tuple[Step, ...]

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WIDTHS = {"x": 2, "u": 4, "U": 8}
_QUOTED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class AddressError(ValueError):
    """The text is not an address or a traversal."""


class Address(msgspec.Struct, frozen=True):
    """Address of one resource instance."""

    modules: tuple[tuple[str, Index], ...]
    """Module calls from the root down, each with the key of its instance."""
    mode: str
    """``managed`` or ``data``."""
    type: str
    name: str
    index: Index = None

    @property
    def config(self) -> str:
        """The address inside the configuration of its module: no module path, no index."""
        return f"data.{self.type}.{self.name}" if self.mode == "data" else f"{self.type}.{self.name}"

    def __str__(self) -> str:
        return module_prefix(self.modules) + self.config + render_index(self.index)


def quote(text: str) -> str:
    """The text as a quoted key."""
    out = []
    for position, char in enumerate(text):
        if char in _QUOTED:
            out.append(_QUOTED[char])
        elif char in "$%":
            out.append(char * 2 if text[position + 1 : position + 2] == "{" else char)
        elif char.isprintable():
            out.append(char)
        elif ord(char) < 0x10000:
            out.append(f"\\u{ord(char):04x}")
        else:
            out.append(f"\\U{ord(char):08x}")
    return '"' + "".join(out) + '"'


def render_index(index: Index) -> str:
    """``""``, ``[0]`` or ``["name"]``."""
    if index is None:
        return ""
    return f"[{index}]" if isinstance(index, int) else f"[{quote(index)}]"


def module_prefix(modules: tuple[tuple[str, Index], ...]) -> str:
    """``module.a[0].module.b.`` with the last dot; ``""`` for the root."""
    return "".join(f"module.{name}{render_index(key)}." for name, key in modules)


def render(steps: Traversal) -> str:
    """The traversal as text."""
    out = ""
    for step in steps:
        out += render_index(step.value) if isinstance(step, Key) else (f".{step}" if out else step)
    return out


def _unquote(text: str, start: int) -> tuple[str, int]:
    """The quoted string whose opening quote stands at ``start``, and the position behind it."""
    out: list[str] = []
    position = start + 1
    while position < len(text):
        char = text[position]
        if char == '"':
            return "".join(out), position + 1
        if char == "\\":
            kind = text[position + 1 : position + 2]
            width = _WIDTHS.get(kind)
            if width is not None:
                digits = text[position + 2 : position + 2 + width]
                try:
                    out.append(chr(int(digits, 16)))
                except (ValueError, OverflowError):
                    raise AddressError(f"bad escape in {text!r}") from None
                position += 2 + width
            elif kind in _ESCAPES:
                out.append(_ESCAPES[kind])
                position += 2
            else:
                raise AddressError(f"bad escape in {text!r}")
            continue
        out.append(char)
        # "$${" and "%%{" are how a literal "${" and "%{" are written.
        position += 2 if char in "$%" and text[position + 1 : position + 3] == char + "{" else 1
    raise AddressError(f"quote not closed in {text!r}")


def parse_traversal(text: str) -> Traversal:
    """The steps of a traversal.  Raises :class:`AddressError`."""
    if "[" not in text:
        steps: Traversal = tuple(text.split("."))
        if "" in steps:
            raise AddressError(f"empty step in {text!r}")
        return steps
    out: list[Step] = []
    position = 0
    length = len(text)
    while position < length:
        if text[position] == "[":
            if text[position + 1 : position + 2] == '"':
                key, position = _unquote(text, position + 1)
                out.append(Key(key))
                if text[position : position + 1] != "]":
                    raise AddressError(f"bracket not closed in {text!r}")
                position += 1
            else:
                end = text.find("]", position)
                number = text[position + 1 : end]
                if end < 0 or not number.removeprefix("-").isdecimal():
                    raise AddressError(f"bad index in {text!r}")
                out.append(Key(int(number)))
                position = end + 1
            continue
        if out:
            if text[position] != ".":
                raise AddressError(f"dot missing in {text!r}")
            position += 1
        end = position
        while end < length and text[end] not in ".[":
            end += 1
        if end == position:
            raise AddressError(f"empty step in {text!r}")
        out.append(text[position:end])
        position = end
    return tuple(out)


def parse_address(text: str) -> Address:
    """The address of a resource instance.  Raises :class:`AddressError`."""
    steps = parse_traversal(text)
    position = 0

    def take_key() -> Index:
        nonlocal position
        if position < len(steps) and isinstance(key := steps[position], Key):
            position += 1
            return key.value
        return None

    def take_name() -> str:
        nonlocal position
        if position >= len(steps) or isinstance(name := steps[position], Key):
            raise AddressError(f"not a resource address: {text!r}")
        position += 1
        return name

    modules: list[tuple[str, Index]] = []
    while position < len(steps) and steps[position] == "module":
        position += 1
        modules.append((take_name(), take_key()))
    mode = "managed"
    type_ = take_name()
    if type_ == "data":
        mode, type_ = "data", take_name()
    name = take_name()
    index = take_key()
    if position != len(steps):
        raise AddressError(f"not a resource address: {text!r}")
    return Address(tuple(modules), mode, type_, name, index)


def parse_module(text: str) -> tuple[tuple[str, Index], ...]:
    """The calls of a module instance address; ``()`` for the root.  Raises :class:`AddressError`."""
    if not text:
        return ()
    return parse_address(text + ".any.any").modules


_INDEX = r'(?:\[(?:"[^"\\\[\]]*"|-?\d+)\])?'
"""A key without anything that needs care, as nearly all keys are."""
_NAME = r"[^.\[\]\"\\]+"
_RESOURCE = re.compile(rf"(?:module\.{_NAME}{_INDEX}\.)*(data\.)?(?!data\.|module\.)({_NAME})\.{_NAME}{_INDEX}")
_KEYS = re.compile(r'\[(?:"[^"]*"|[^\]]*)\]')
_CALL = re.compile(rf'(?:(.*)\.)?module\.({_NAME})(?:\[(?:"([^"\\\[\]$%]*)"|(\d+))\])?')


def block_of(text: str) -> tuple[str, str]:
    """The block of a resource instance and its type: its address without any key, ``data.<type>`` for data.

    Raises :class:`AddressError`.  A plan of many resources asks this so often that it matters how long it takes.
    """
    match = _RESOURCE.fullmatch(text)
    if match is not None:
        data, type_ = match.groups("")
        return _KEYS.sub("", text) if "[" in text else text, data + type_
    address = parse_address(text)
    steps = [step for name, _ in address.modules for step in ("module", name)]
    return ".".join((*steps, address.config)), f"data.{address.type}" if address.mode == "data" else address.type


def last_call(text: str) -> tuple[str, str, Index] | None:
    """The last call of a module instance address: the address of the module around it, name and key.

    ``None`` where that needs :func:`parse_module`.  Whether the address around it is one is not looked at.
    """
    match = _CALL.fullmatch(text)
    if match is None:
        return None
    around, name, key, number = match.groups()
    return around or "", name, int(number) if number is not None else key
