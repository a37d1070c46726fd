"""What of a source is no clause: declared with its lines and the reason, never silently lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from auditor.policies.importing.layout import Layout, Row
from auditor.policies.importing.model import Artefact, ArtefactKind
from auditor.text import Text

Marked = dict[int, ArtefactKind]
"""Index of a row -> what it is instead of a clause."""

_PAGE_NUMBER = re.compile(
    r"[-–―ー‐－\s]*(?:[pPＰ][.．]?\s*)?[0-9０-９]{1,3}(?:\s*[/／]\s*[0-9０-９]{1,3})?[-–―ー‐－\s]*"
)
_TABLE_ROW = re.compile(r"\|.*\|")
_TAG = re.compile(r"(?:</?[a-zA-Z][^<>]*>\s*)+")

_REASONS = {
    ArtefactKind.TITLE: Text("表紙又は題名の行", "title page or a line of the title"),
    ArtefactKind.CONTENTS: Text("目次", "table of contents"),
    ArtefactKind.REVISIONS: Text("改訂履歴", "history of revisions"),
    ArtefactKind.PAGE_NUMBER: Text("ページ番号だけの行", "a line with a page number alone"),
    ArtefactKind.RUNNING_HEAD: Text("ページの柱", "running head or foot"),
    ArtefactKind.TABLE: Text("表", "table"),
    ArtefactKind.FIGURE: Text("図中の文字", "words of a figure"),
    ArtefactKind.MARKUP: Text("書式の記号の残り", "left-over markup"),
}


def find(layout: Layout) -> Marked:
    """The rows that are no clause by their own shape or their neighbours'."""
    marked: Marked = {}
    for index, row in enumerate(layout.rows):
        if row.line.table or _TABLE_ROW.fullmatch(row.text):
            marked[index] = ArtefactKind.TABLE
        elif _PAGE_NUMBER.fullmatch(row.text):
            marked[index] = ArtefactKind.PAGE_NUMBER
        elif _TAG.fullmatch(row.text):
            marked[index] = ArtefactKind.MARKUP
    return marked


def declare(marked: Marked, rows: Sequence[Row], node_of: Callable[[int], str]) -> list[Artefact]:
    """Neighbouring rows of one kind as one artefact, in the order of the text."""
    found: list[Artefact] = []
    for index in sorted(marked):
        kind, line = marked[index], rows[index].line
        last = found[-1] if found else None
        if last is not None and last.kind is kind and index - 1 in marked and marked[index - 1] is kind:
            found[-1] = Artefact(kind, last.line, line.number, last.page, last.reason, last.node)
        else:
            found.append(Artefact(kind, line.number, line.number, line.page, _REASONS[kind], node_of(index)))
    return found
