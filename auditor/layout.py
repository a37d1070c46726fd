"""Plain text for terminals, pipes and files: widths of East Asian characters, tables, wrapping.

Characters that Unicode calls wide or full-width take two columns.  Those it calls ambiguous (①, ×)
take one, as terminals draw them unless they are told otherwise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

DEFAULT_WIDTH = 100
"""Columns where there is no terminal to ask."""

_GAP = "  "
# Marks that must not begin a line in Japanese typesetting.
_NOT_FIRST = frozenset("、。，．）］」』】〕・：；！？ーぁぃぅぇぉっゃゅょァィゥェォッャュョ％,.)]}:;!?%")
# Marks that must not end one.
_NOT_LAST = frozenset("（［「『【〔([{")


def char_width(char: str) -> int:
    """Columns of one character."""
    if char < "\u0300":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Columns of ``text``.

    >>> width("番号 6-5(1)⑥")
    12
    """
    return len(text) if text.isascii() else sum(map(char_width, text))


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``columns``; ``right`` sets it to the right."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def safe(text: str) -> str:
    """``text`` with control characters written out, so that a name cannot steer the terminal.

    Characters that no encoding can write (halves of surrogate pairs) are written out as well.

    >>> safe("a\\x1b[31mb")
    'a\\\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _pieces(text: str) -> Iterable[str]:
    """``text`` cut where a line may end: after spaces, and around wide characters."""
    piece = ""
    for char in text:
        if piece and char != " " and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or char_width(before) == 2 or char_width(after) == 2


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns``; a word that is longer than that is cut.

    >>> wrap("保存時の暗号化、鍵の管理", 10)
    ['保存時の暗', '号化、鍵の', '管理']
    """
    columns = max(columns, 4)
    if width(text) <= columns:
        return [text]
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = width(piece.rstrip(" "))
        if used + size > columns and line:
            lines.append(line.rstrip(" "))
            line, used = "", 0
        while size > columns:
            head = fit(piece, columns)
            lines.append(head)
            piece = piece[len(head) :]
            size = width(piece.rstrip(" "))
        line += piece
        used += width(piece)
    lines.append(line.rstrip(" "))
    return lines


def fit(text: str, columns: int) -> str:
    """As much of the beginning of ``text`` as ``columns`` hold; at least one character."""
    used = 0
    for index, char in enumerate(text):
        used += char_width(char)
        if used > columns and index:
            return text[:index]
    return text


def hang(label: str, text: str, columns: int, indent: int) -> str:
    """``label`` followed by ``text``; further lines stand under the beginning of ``text``.

    A label that takes more than half of the line stands on lines of its own.
    """
    space = " " * indent
    if indent + width(label) > columns // 2:
        above = [space + line for line in wrap(safe(label.rstrip()), columns - indent)]
        return "\n".join([*above, hang("", text, columns, indent + 4)])
    hanging = space + " " * width(label)
    lines = wrap(safe(text), columns - width(hanging))
    return "\n".join((space + label if number == 0 else hanging) + line for number, line in enumerate(lines))


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    indent: int = 0,
    columns: int | None = None,
    flexible: int | None = None,
    right: frozenset[int] = frozenset(),
    paint: Callable[[int, int, str], str] | None = None,
) -> list[str]:
    """Lines of an aligned table.

    ``flexible`` is the index of the column that is cut (with ``…``) so that lines fit into
    ``columns``; ``right`` the indices of those set to the right.
    ``paint`` may dress the finished cell of a row (from 0, the head is -1) and column in colour.
    """
    cells = [[safe(cell) for cell in row] for row in (head, *rows)]
    sizes = [max(width(row[index]) for row in cells) for index in range(len(head))]
    if columns is not None and flexible is not None:
        over = indent + sum(sizes) + len(_GAP) * (len(head) - 1) - columns
        if over > 0:
            sizes[flexible] = max(8, sizes[flexible] - over)
    lines = []
    for number, row in enumerate(cells, start=-1):
        out = []
        for index, cell in enumerate(row):
            shown = cell if width(cell) <= sizes[index] else fit(cell, sizes[index] - 1) + "…"
            filled = pad(shown, sizes[index], right=index in right)
            out.append(paint(number, index, filled) if paint else filled)
        lines.append((" " * indent + _GAP.join(out)).rstrip())
    return lines
