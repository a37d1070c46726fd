"""From rows to a tree: a marker counts where it is the next number of an open series or begins a new one.

References in running text (``（１）の分類``, ``第６条第１項``) look like markers; their place in the
series tells them apart, so nothing here knows a particular policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.policies.importing.layout import Row, open_brackets
from auditor.policies.importing.markers import (
    ROOTED,
    STRUCTURAL,
    Marker,
    Style,
    Value,
    candidates,
    follows,
)

_CAPTION = re.compile(r"[（(【][^。]{1,60}[)）】]$")
_WEAK = frozenset({Style.KANJI, Style.LATIN, Style.ROMAN, Style.ORDINAL, Style.IROHA, Style.PAREN_IROHA})
"""Styles that plain text imitates: the first one counts only if a second follows."""
_BRACKETED = frozenset({Style.PAREN, Style.CIRCLED, Style.PAREN_KATAKANA, Style.PAREN_KANJI, Style.PAREN_LATIN})
_LISTING = _BRACKETED | {Style.HALF_PAREN, Style.KATAKANA, Style.LATIN, Style.PAREN_LATIN}
"""Styles of what a preamble lists; others begin the body of the text after it."""
_BEGINNING = frozenset({Style.NUMBER, Style.ARTICLE, Style.ORDINAL, *STRUCTURAL})
_TITLE = re.compile(
    r"(?![・•※*＊-])[^。、：:]{0,40}?(?:方針|基準|要綱|規程|規則|要領|ポリシー|手順|手続|指針|条例|訓令|ガイドライン)(?:[（(][^。]{1,20}[)）])?"
)
_TITLE_REACH = 12
_LOOKAHEAD = 400
_LARGEST_GAP = 6


_WHOLE = re.compile(r"(?:ない|こと|する|いる|ある|れる|せる|える|[一-鿿ァ-ヶー])$")
"""The end of a phrase that can stand alone."""
_LISTS = re.compile(r"次の|次に|以下の|以下に|下記")


def _pointed(marker: Marker | None) -> bool:
    """Whether a point or a comma stands after the number."""
    return marker is not None and marker.printed[-1:] in tuple(".．、,，")


def is_title(text: str) -> bool:
    """Whether ``text`` reads as the name of a body of rules."""
    return _TITLE.fullmatch(text) is not None


def _candidates(row: Row) -> list[Marker]:
    """The markers at the start of ``row``; a format that marks its numbers up leaves only named headings unmarked."""
    found = candidates(row.text)
    if row.line.numbered is False:
        return [marker for marker in found if marker.style in STRUCTURAL or marker.style in ROOTED]
    return found


class Draft:
    """A node while the tree grows."""

    __slots__ = ("caption", "children", "lines", "marker", "parent", "row", "title", "trouble")

    def __init__(self, marker: Marker | None, row: int, parent: Draft | None) -> None:
        self.marker = marker
        """``None`` for the root and for a first paragraph that prints no number."""
        self.row = row
        """Index of the row with the marker; -1 for the root."""
        self.parent = parent
        self.children: list[Draft] = []
        self.lines: list[int] = []
        """Indexes of the further rows of its own text."""
        self.caption: int | None = None
        """Index of the row before it that is its heading."""
        self.title: int | None = None
        """Index of the row with the title of the document that begins here."""
        self.trouble: str = ""
        """``gap``, ``duplicate`` or ``restart`` in the series."""

    @property
    def first_paragraph(self) -> Draft | None:
        """The paragraph without a printed number that holds an article's own sentences."""
        return self.children[0] if self.children and self.children[0].marker is None else None

    @property
    def style(self) -> Style | None:
        """The style of its marker."""
        return self.marker.style if self.marker else None

    @property
    def value(self) -> Value:
        """Its number; 1 where none is printed."""
        return self.marker.value if self.marker else (1,)


class Builder:
    """Takes rows one by one and grows the tree."""

    def __init__(self, rows: Sequence[Row], skipped: frozenset[int]) -> None:
        self.rows = rows
        self.order = [index for index in range(len(rows)) if index not in skipped]
        self.candidates = {index: _candidates(rows[index]) for index in self.order}
        self.root = Draft(None, -1, None)
        self.stack: list[Draft] = [self.root]
        self.last: dict[Style, Value] = {}
        """Last number of the series that may run on through chapters."""
        self.outer: tuple[list[Draft], dict[Style, Value]] | None = None
        """Stack and series before an annex or a supplement began."""
        self.unspaced = False
        """Headings were seen whose numbers have no blank behind them."""
        self.dropped: list[int] = []
        """Rows between the title of a document and its first node."""

    def build(self) -> Draft:
        """The root of the finished tree."""
        caption: int | None = None
        for place, index in enumerate(self.order):
            if caption is None and self._is_caption(place):
                caption = index
                continue
            draft = self._accept(place)
            if draft is None:
                if caption is not None:
                    self.stack[-1].lines.append(caption)
                self.stack[-1].lines.append(index)
            else:
                draft.caption = caption
                self._same_row(place, draft)
            caption = None
        if caption is not None:
            self.stack[-1].lines.append(caption)
        return self.root

    def _same_row(self, place: int, draft: Draft) -> None:
        """``第３条　(1)　…``: the first of a list on the row of the number above it, if a second follows."""
        marker = draft.marker
        if marker is None or draft.style in STRUCTURAL:
            return
        counted = draft.style in (Style.ARTICLE, Style.SUPPLEMENT)
        for inner in candidates(marker.rest):
            listed = inner.style in _BRACKETED or (counted and inner.style is Style.NUMBER and inner.spaced)
            if not listed or inner.value != (1,) or self._depth_of(inner.style) is not None:
                continue
            if self._comes_again(place, inner.style, inner.value):
                draft.marker = marker._replace(rest="")
                self._push(place, inner, self.stack)
                return

    # -- what the surroundings say ------------------------------------------------------------

    def _in_sentence(self, place: int) -> bool:
        """Whether the row before leaves its sentence unfinished."""
        if place == 0:
            return False
        before = self.rows[self.order[place - 1]]
        if before.ended:
            return False
        if before.full:
            return True
        return open_brackets(before.text) and not self.candidates[self.order[place]][0].spaced

    def _new_item(self, place: int, marker: Marker) -> bool:
        """Whether a row that fills its line may be an item without a full stop, and this row the next one."""
        begun = marker.rest[:1] and not "ぁ" <= marker.rest[0] <= "ん"
        return marker.style in _BRACKETED and bool(begun and _WHOLE.search(self.rows[self.order[place - 1]].text))

    def _is_caption(self, place: int) -> bool:
        """Whether the row is a heading in brackets: the next one has to be an article."""
        if not _CAPTION.fullmatch(self.rows[self.order[place]].text) or place + 1 >= len(self.order):
            return False
        styles = {marker.style for marker in self.candidates[self.order[place + 1]]}
        under_supplement = any(draft.style is Style.SUPPLEMENT for draft in self.stack)
        return Style.ARTICLE in styles or (under_supplement and Style.NUMBER in styles)

    def _comes_again(self, place: int, style: Style, value: Value) -> bool:
        """Whether the number after ``value`` stands further on."""
        for index in self.order[place + 1 : place + 1 + _LOOKAHEAD]:
            for marker in self.candidates[index]:
                if marker.style is style:
                    if follows(marker.value, value):
                        return True
                    if marker.value == value:
                        return False
        return False

    # -- decisions ----------------------------------------------------------------------------

    def _accept(self, place: int) -> Draft | None:
        found = self.candidates[self.order[place]]
        if not found:
            return None
        for decide in (self._next, self._first, self._troubled):
            for marker in found:
                draft = decide(place, marker)
                if draft is not None:
                    return draft
        return None

    def _depth_of(self, style: Style) -> int | None:
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].style is style:
                return depth
        return None

    def _under(self, style: Style) -> list[Draft]:
        """The part of the stack that a structural heading or an article goes under."""
        rank = STRUCTURAL.index(style) if style in STRUCTURAL else len(STRUCTURAL)
        kept = [self.root]
        for draft in self.stack[1:]:
            if (draft.style in STRUCTURAL and STRUCTURAL.index(draft.style) < rank) or (
                draft.style in ROOTED and draft.style is not Style.PREAMBLE
            ):
                kept.append(draft)
            else:
                break
        return kept

    def _push(self, place: int, marker: Marker, under: list[Draft]) -> Draft:
        if (under[-1].style is Style.PREAMBLE and marker.style not in _LISTING) or (
            any(one.style is Style.PREAMBLE for one in under) and marker.style in _BEGINNING
        ):
            under = [self.root]
        draft = Draft(marker, self.order[place], under[-1])
        under[-1].children.append(draft)
        self.stack = [*under, draft]
        if marker.style in STRUCTURAL or marker.style is Style.ARTICLE:
            self.last[marker.style] = marker.until or marker.value
        elif under[-1].style in STRUCTURAL:
            self.last[marker.style] = marker.value
        return draft

    def _next(self, place: int, marker: Marker) -> Draft | None:
        """The next number of an open series."""
        style = marker.style
        if not marker.spaced and self._in_sentence(place) and not self._new_item(place, marker):
            return None
        if style in STRUCTURAL or style is Style.ARTICLE:
            for _ in range(2 if self.outer else 1):
                last = self.last.get(style)
                if last is not None and follows(marker.value, last):
                    return self._push(place, marker, self._under(style))
                if self.outer is None:
                    return None
                inner = self.stack, self.last
                self.stack, self.last = self.outer
                if style in self.last and follows(marker.value, self.last[style]):
                    self.outer = None
                    return self._push(place, marker, self._under(style))
                self.stack, self.last = inner
                return None
            return None
        depth = self._depth_of(style)
        if style in ROOTED:
            return None
        if depth is None:
            runs_on = style in self.last and self.stack[-1].style in STRUCTURAL
            return (
                self._push(place, marker, self.stack) if runs_on and follows(marker.value, self.last[style]) else None
            )
        series = (
            [at for at in range(depth, 0, -1) if self.stack[at].style is style] if style is Style.NUMBER else [depth]
        )
        # figures below figures differ in the sign after them
        series.sort(key=lambda at: _pointed(self.stack[at].marker) != _pointed(marker))
        for at in series:
            if follows(marker.value, self.stack[at].value):
                return self._push(place, marker, self.stack[:at])
        return None

    def _new_document(self, place: int, marker: Marker) -> Draft | None:
        """A first number after a line that is a title: another body of rules begins."""
        if marker.value != (1,) or marker.style not in _BEGINNING or not self.root.children:
            return None
        top = self.stack[-1]
        if len(self.stack) == 2 and top.style is marker.style is Style.NUMBER and self._only_titles(top):
            self.root.children.remove(top)
            return self._titled(place, marker, top.row)
        lines = top.lines
        for back in range(len(lines) - 1, max(-1, len(lines) - 1 - _TITLE_REACH), -1):
            row = self.rows[lines[back]]
            if row.ended:
                return None
            if not is_title(row.text) or (back and not self.rows[lines[back - 1]].stops):
                continue
            title, self.stack[-1].lines = lines[back], lines[:back]
            self.dropped.extend(lines[back + 1 :])
            return self._titled(place, marker, title)
        return None

    @staticmethod
    def _only_titles(draft: Draft) -> bool:
        """Whether a numbered line says nothing but the name of a body of rules."""
        return not (draft.lines or draft.children) and draft.marker is not None and is_title(draft.marker.rest)

    def _titled(self, place: int, marker: Marker, title: int) -> Draft:
        self.last, self.outer = {}, None
        draft = self._push(place, marker, [self.root])
        draft.title = title
        return draft

    def _first(self, place: int, marker: Marker) -> Draft | None:
        """The first number of a new series below what is open."""
        style, value = marker.style, marker.value
        if style in ROOTED:
            return self._rooted(place, marker)
        if (draft := self._new_document(place, marker)) is not None:
            return draft
        in_sentence = self._in_sentence(place)
        if in_sentence and not marker.spaced and not self._new_item(place, marker):
            return None
        if (in_sentence or style in _WEAK) and not self._comes_again(place, style, value):
            return None
        if style in STRUCTURAL or style is Style.ARTICLE:
            if value[0] != 1 or len(value) > 1 or not marker.spaced:
                return None
            under = self._under(style)
            if style in self.last and style is Style.ARTICLE:
                return None
            return self._push(place, marker, under)
        if self._depth_of(style) is not None:
            return self._inner_list(place, marker)
        if style in (Style.DASHED, Style.DASHED3, Style.DASHED4):
            return self._push(place, marker, self.stack) if self._begins_section(value) else None
        if value == (1,):
            if not marker.spaced and style is Style.NUMBER and not self._heads(place, marker):
                return None
            return self._push(place, marker, self.stack)
        if value == (2,) and style is Style.NUMBER:
            return self._second_paragraph(place, marker)
        return None

    def _heads(self, place: int, marker: Marker) -> bool:
        """``1目的``: whether a number without a blank is a heading's: on a short line, and a second one comes."""
        row = self.rows[self.order[place]]
        if not row.stops or row.ended:
            return False
        self.unspaced = self.unspaced or self._comes_again(place, marker.style, marker.value)
        return self.unspaced

    def _inner_list(self, place: int, marker: Marker) -> Draft | None:
        """``1.`` below ``１　``: a list of the same figures, told from the outer numbers by the sign after them."""
        if marker.style is not Style.NUMBER or marker.value != (1,):
            return None
        outer = self.stack[self._depth_of(marker.style) or 0]
        if _pointed(outer.marker) == _pointed(marker):
            return None
        said = self.rows[outer.lines[-1] if outer.lines else outer.row].text
        if not (_LISTS.search(said) and self._comes_again(place, marker.style, marker.value)):
            return None
        return self._push(place, marker, self.stack)

    def _begins_section(self, value: Value) -> bool:
        """``4-1`` begins under chapter 4 (or where chapters bear other numbers), ``2-8-3`` under 2-8."""
        above: dict[int, Style] = {2: Style.NUMBER, 3: Style.DASHED, 4: Style.DASHED3}
        depth = self._depth_of(above[len(value)])
        if value[-1] != 1:
            return False
        return self.stack[depth].value == value[:-1] if depth is not None else value[:-1] == (1,) * (len(value) - 1)

    def _second_paragraph(self, place: int, marker: Marker) -> Draft | None:
        """第２項: the first paragraph of an article prints no number, so it is made here of what stands there."""
        article = self._depth_of(Style.ARTICLE)
        if article is None:
            return None
        owner = self.stack[article]
        first = Draft(None, owner.row, owner)
        first.children, owner.children = owner.children, [first]
        first.lines, owner.lines = owner.lines, []
        for child in first.children:
            child.parent = first
        return self._push(place, marker, self.stack[: article + 1])

    def _rooted(self, place: int, marker: Marker) -> Draft | None:
        """An annex, a supplement or a preamble."""
        if marker.style is Style.PREAMBLE:
            return None if self.root.children else self._push(place, marker, [self.root])
        if self._in_sentence(place) or (marker.style is Style.ANNEX and not self._is_annex(marker)):
            return None
        if self.outer is None:
            self.outer = self.stack, self.last
        self.last = {}
        return self._push(place, marker, [self.root])

    def _is_annex(self, marker: Marker) -> bool:
        return len(marker.rest) <= 40 and "。" not in marker.rest and bool(self.root.children)

    def _troubled(self, place: int, marker: Marker) -> Draft | None:
        """A series that begins again, leaves numbers out, or repeats one."""
        style, value = marker.style, marker.value
        if style in ROOTED or self._in_sentence(place) or not (marker.spaced or style in _BRACKETED):
            return None
        if style in STRUCTURAL or style is Style.ARTICLE:
            return self._troubled_article(place, marker)
        depth = self._depth_of(style)
        if depth is None or len(value) > 1:
            return None
        last = self.stack[depth].value
        if value == (1,):
            if not self._comes_again(place, style, value):
                return None
            return self._marked(self._push(place, marker, self.stack[:depth]), "restart")
        if last[0] < value[0] <= last[0] + _LARGEST_GAP and (
            self._comes_again(place, style, value)
            or (style is Style.PAREN and marker.spaced and self._after_end(place))
        ):
            return self._marked(self._push(place, marker, self.stack[:depth]), "gap")
        if last == value and self._comes_again(place, style, value):
            return self._marked(self._push(place, marker, self.stack[:depth]), "duplicate")
        return None

    def _troubled_article(self, place: int, marker: Marker) -> Draft | None:
        style, value = marker.style, marker.value
        last = self.last.get(style)
        if last is None:
            return None
        if value == (1,):
            return self._marked(self._push(place, marker, self._under(style)), "restart")
        near = value[0] <= last[0] + _LARGEST_GAP and self._comes_again(place, style, value)
        if last < value and (near or self._is_captioned(place)):
            return self._marked(self._push(place, marker, self._under(style)), "gap")
        if last == value and self._comes_again(place, style, value):
            return self._marked(self._push(place, marker, self._under(style)), "duplicate")
        return None

    def _after_end(self, place: int) -> bool:
        """Whether the row before ends a sentence."""
        return place > 0 and self.rows[self.order[place - 1]].ended

    def _is_captioned(self, place: int) -> bool:
        """Whether the heading of an article stands before the row."""
        return place > 0 and _CAPTION.fullmatch(self.rows[self.order[place - 1]].text) is not None

    @staticmethod
    def _marked(draft: Draft, trouble: str) -> Draft:
        draft.trouble = trouble
        return draft
