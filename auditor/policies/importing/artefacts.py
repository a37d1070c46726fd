"""What of a source is no clause: declared with its lines and the reason, never silently lost."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from auditor.policies.importing.layout import Layout, Row
from auditor.policies.importing.markers import candidates
from auditor.policies.importing.model import Artefact, ArtefactKind, LineRole
from auditor.policies.importing.tree import is_title
from auditor.text import Text

Marked = dict[int, ArtefactKind]
"""Index of a row -> what it is instead of a clause."""

_PAGE_NUMBER = re.compile(
    r"[-–―ー‐－\s]*(?:[pPＰ][.．]?\s*)?[0-9０-９]{1,3}(?:\s*[/／]\s*[0-9０-９]{1,3})?[-–―ー‐－\s]*"
)
_TABLE_ROW = re.compile(r"\|.*\|")
_RULE = re.compile(r"[-=_*─━＿\s]{3,}")
_TAG = re.compile(r"(?:</?[a-zA-Z][^<>]*>\s*)+")
_CONTENTS = re.compile(r"[#■【〔<＜《〈\s]*(?:目\s*次|もくじ|CONTENTS)[】〕>＞》〉\s]*", re.IGNORECASE)
_REVISIONS = re.compile(
    r"[#■【〔\s]*(?:改[訂定正]|更新|変更|制定|策定)(?:・改[訂定正])?(?:の?履歴|経過|経緯|記録)[】〕\s]*"
)
_REVISION = re.compile(
    r".{0,12}(?:(?:明治|大正|昭和|平成|令和|[0-9０-９]{4})[^。]{0,40}|第?[0-9０-９.．]+版[^。]{0,40})"
)
_LEADER = re.compile(r"[^\n]*?(?:[.．・…‥･]\s*){3,}[-–]?\s*[0-9０-９]{0,3}\s*[-–]?")
_LONGEST_LEADER = 200
_ENTRY_PAGE = re.compile(r"[\s.．・…‥･]*[0-9０-９]{0,3}$")
_SHEET = re.compile(r"[（(]\s*(?:別紙|別添|別表|別記|資料|参考|様式)[^。（(]{0,12}[)）]")
_FIGURE_NAME = re.compile(r"[^。、は]{2,30}(?:体系図|組織図|概念図|構成図|イメージ図|フロー図|図[0-9０-９]*)")
_DIGITS = re.compile(r"[0-9０-９]+")
_FEWEST_PAGES = 3
_EDGE = 2
"""Rows at the top and at the foot of a page where running heads stand."""

_BY_ROLE = {
    LineRole.TABLE: ArtefactKind.TABLE,
    LineRole.ASIDE: ArtefactKind.RUNNING_HEAD,
    LineRole.FIGURE: ArtefactKind.FIGURE,
}
_REASONS = {
    ArtefactKind.TITLE: Text("表紙又は題名の行", "title page or a line of the title"),
    ArtefactKind.CONTENTS: Text("目次", "table of contents"),
    ArtefactKind.REVISIONS: Text("改訂履歴", "history of revisions"),
    ArtefactKind.PAGE_NUMBER: Text("ページ番号だけの行", "a line with a page number alone"),
    ArtefactKind.RUNNING_HEAD: Text(
        "ページごとに繰り返される行又は別紙の表示", "repeated on many pages, or the name of a sheet"
    ),
    ArtefactKind.TABLE: Text("表", "table"),
    ArtefactKind.FIGURE: Text("図中の文字", "words of a figure"),
    ArtefactKind.MARKUP: Text("書式の記号の残り", "left-over markup"),
}


def find(layout: Layout) -> Marked:
    """The rows that are no clause by their own shape or their neighbours'."""
    rows = layout.rows
    marked: Marked = {}
    for index, row in enumerate(rows):
        if row.line.role is not LineRole.TEXT:
            marked[index] = _BY_ROLE[row.line.role]
        elif _TABLE_ROW.fullmatch(row.text):
            marked[index] = ArtefactKind.TABLE
        elif _PAGE_NUMBER.fullmatch(row.text):
            marked[index] = ArtefactKind.PAGE_NUMBER
        elif _TAG.fullmatch(row.text) or _RULE.fullmatch(row.text):
            marked[index] = ArtefactKind.MARKUP
        elif 6 < len(row.text) <= _LONGEST_LEADER and _LEADER.fullmatch(row.text):
            marked[index] = ArtefactKind.CONTENTS
        elif _SHEET.fullmatch(row.text) and index and not rows[index - 1].ended:
            marked[index] = ArtefactKind.RUNNING_HEAD
        elif _FIGURE_NAME.fullmatch(row.text) and not candidates(row.text):
            marked[index] = ArtefactKind.FIGURE
    _running_heads(rows, marked)
    for index, row in enumerate(rows):
        if index in marked:
            continue
        if _CONTENTS.fullmatch(row.text):
            _mark_contents(rows, index, marked)
        elif row.text == "目" and index + 1 < len(rows) and rows[index + 1].text == "次":
            marked[index] = ArtefactKind.CONTENTS
            _mark_contents(rows, index + 1, marked)
        elif _REVISIONS.fullmatch(row.text):
            _mark_revisions(rows, index, marked)
    return marked


def _running_heads(rows: Sequence[Row], marked: Marked) -> None:
    """Rows at the edges of pages that most pages share, whatever number they bear."""
    edges, pages = _edges(rows, marked)
    if pages < _FEWEST_PAGES:
        return
    shapes = {index: _DIGITS.sub("0", rows[index].text) for index in edges}
    count = Counter(shapes.values())
    begun = next((index for index, row in enumerate(rows) if row.ended), len(rows))
    titles: set[str] = set()
    for index in sorted(edges):
        if index < begun and is_title(rows[index].text) and rows[index].text not in titles:
            titles.add(rows[index].text)  # before the first sentence it is the title, which the others repeat
            continue
        repeated = count[shapes[index]] >= max(_FEWEST_PAGES, pages * 0.4)
        if repeated and not rows[index].ended and index not in marked:
            marked[index] = ArtefactKind.RUNNING_HEAD


def _edges(rows: Sequence[Row], marked: Marked) -> tuple[set[int], int]:
    """The rows at the tops and feet of pages, and how many pages there are; page numbers tell pages of plain text."""
    pages: defaultdict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if row.line.page is not None:
            pages[row.line.page].append(index)
    if pages:
        return {index for page in pages.values() for index in (*page[:_EDGE], *page[-_EDGE:])}, len(pages)
    numbers = [index for index, kind in marked.items() if kind is ArtefactKind.PAGE_NUMBER]
    near = {index + step for index in numbers for step in (-1, 1) if 0 <= index + step < len(rows)}
    return near - set(numbers), len(numbers)


def _mark_contents(rows: Sequence[Row], heading: int, marked: Marked) -> None:
    """A table of contents: up to where its first entry comes again, as the heading that it announces."""
    marked[heading] = ArtefactKind.CONTENTS
    entries = [index for index in range(heading + 1, len(rows)) if marked.get(index) is not ArtefactKind.PAGE_NUMBER]
    listed = (ArtefactKind.TABLE, ArtefactKind.CONTENTS)
    table = _leading(
        entries,
        lambda index: (
            marked.get(index) in listed
            # the number of an entry on a line of its own
            or (marked.get(index + 1) in listed and any(not marker.rest for marker in candidates(rows[index].text)))
        ),
    )
    for index in table:
        marked[index] = ArtefactKind.CONTENTS
    if table or not entries:
        return
    first = entries[0]
    name = _ENTRY_PAGE.sub("", rows[first].text)
    numbers = {marker[:2] for marker in candidates(rows[first].text)}
    for place, index in enumerate(entries[1:], start=1):
        text = rows[index].text
        again = _ENTRY_PAGE.sub("", text) == name or (numbers & {marker[:2] for marker in candidates(text)})
        if again:
            end = place
            while end > 1 and is_title(rows[entries[end - 1]].text) and not candidates(rows[entries[end - 1]].text):
                end -= 1
            for one in entries[:end]:
                marked[one] = ArtefactKind.CONTENTS
            return
        if rows[index].ended:
            return


def _mark_revisions(rows: Sequence[Row], heading: int, marked: Marked) -> None:
    """A history of revisions: the table, or the dated lines, after its heading."""
    marked[heading] = ArtefactKind.REVISIONS
    entries = range(heading + 1, len(rows))
    table = _leading(entries, lambda index: marked.get(index) is ArtefactKind.TABLE)
    for index in table or _leading(entries, lambda one: _REVISION.fullmatch(rows[one].text) is not None):
        marked[index] = ArtefactKind.REVISIONS


def _leading(indexes: Sequence[int], belongs: Callable[[int], bool]) -> list[int]:
    """The first of ``indexes`` up to where one does not belong."""
    found: list[int] = []
    for index in indexes:
        if not belongs(index):
            break
        found.append(index)
    return found


def declare(marked: Marked, rows: Sequence[Row], node_of: Callable[[int], str]) -> Iterator[Artefact]:
    """Neighbouring rows of one kind as one artefact, in the order of the text."""
    run: list[int] = []
    for index in sorted(marked):
        if run and not (index == run[-1] + 1 and marked[index] is marked[run[-1]]):
            yield _artefact(run, marked, rows, node_of)
            run = []
        run.append(index)
    if run:
        yield _artefact(run, marked, rows, node_of)


def _artefact(run: list[int], marked: Marked, rows: Sequence[Row], node_of: Callable[[int], str]) -> Artefact:
    first, last, kind = rows[run[0]].line, rows[run[-1]].line, marked[run[0]]
    return Artefact(kind, first.number, last.number, first.page, _REASONS[kind], node_of(run[0]))
