"""The page that the sections of the text report write on."""

from __future__ import annotations

from auditor.assessment import Answer
from auditor.findings import Status
from auditor.layout import DEFAULT_WIDTH, hang, pad, safe, width, wrap
from auditor.reporting import Options
from auditor.text import Text

_RED, _GREEN, _YELLOW, _CYAN, _BOLD = "31", "32", "33", "36", "1"

_COLORS: dict[Answer | Status, str] = {
    Answer.CONFORMING: _GREEN,
    Answer.NONCONFORMING: _RED,
    Answer.NOT_VERIFIED: _YELLOW,
    Answer.DOCUMENT_REVIEW: _CYAN,
    Status.FAIL: _RED,
    Status.UNKNOWN: _YELLOW,
    Status.ERROR: _YELLOW,
    Status.MANUAL: _CYAN,
}


class Page:
    """Collects lines in one language, width and colour."""

    def __init__(self, options: Options) -> None:
        self.lang = options.lang
        self.columns = max(40, options.width or DEFAULT_WIDTH)
        self._color = options.color
        self._lines: list[str] = []

    def say(self, text: Text) -> str:
        """``text`` in the language of the page."""
        return text.in_(self.lang)

    def line(self, text: str = "") -> None:
        """A finished line."""
        self._lines.append(text)

    def lines(self, lines: list[str]) -> None:
        """Finished lines."""
        self._lines += lines

    def text(self, text: str, *, indent: int = 0, label: str = "") -> None:
        """A paragraph; ``label`` hangs before it."""
        self._lines.append(hang(label, text, self.columns, indent))

    def title(self, text: Text, number: int | None = None) -> None:
        """Heading of a section, after an empty line; ``number`` counts what it holds."""
        said = self.say(text)
        if number is not None:
            said += f" {number:,}件" if self.lang == "ja" else f" ({number:,})"
        # the box-drawing characters for a rule are as wide as two letters on some East Asian terminals
        rule = "=" * max(0, self.columns - width(said) - 4)
        self._lines += ["", self.dress(f"== {said} {rule}", _BOLD)]

    def head(self, text: str, end: str = "", kind: Answer | Status | None = None) -> None:
        """Heading within a section, with ``end`` at the right margin, coloured as ``kind``."""
        text = safe(text)
        room = self.columns - width(end) - 2
        self._lines.append("")
        if not end or width(text) > room:
            self._lines += [self.dress(line, _BOLD) for line in wrap(text, self.columns)]
            if end:
                self._lines.append(f"  {self.tint(end, kind)}")
        else:
            self._lines.append(f"{self.dress(pad(text, room), _BOLD)}  {self.tint(end, kind)}")

    def dress(self, text: str, code: str) -> str:
        """``text`` with a terminal attribute, where colour is wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._color else text

    def tint(self, text: str, kind: Answer | Status | None) -> str:
        """``text`` in the colour of an answer or status."""
        code = _COLORS.get(kind) if kind is not None else None
        return self.dress(text, code) if code else text

    def bytes(self) -> bytes:
        """The page in UTF-8."""
        return ("\n".join(self._lines) + "\n").encode(errors="backslashreplace")
