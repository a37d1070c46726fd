"""From a source to a parsed policy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.errors import InputError
from auditor.policies.importing import citing
from auditor.policies.importing.artefacts import Marked, declare, find
from auditor.policies.importing.characters import half_width_digits
from auditor.policies.importing.citing import Place
from auditor.policies.importing.documents import WHOLE, Body, Division
from auditor.policies.importing.headings import join, shown, word
from auditor.policies.importing.layout import Layout, Row, lay_out
from auditor.policies.importing.markers import STRUCTURAL, Marker, Style, candidates
from auditor.policies.importing.model import (
    Artefact,
    ArtefactKind,
    Hints,
    Level,
    Node,
    NumberingWarning,
    ParsedDocument,
    ParsedPolicy,
    SourceText,
)
from auditor.policies.importing.sentences import (
    DEFINITION,
    UNNAMED,
    addressee_of,
    conditions_of,
    defines,
    obligation_of,
)
from auditor.policies.importing.tables import take_tables
from auditor.policies.importing.tree import Builder, Draft, is_title
from auditor.text import Text

_ISSUED = re.compile(
    r"[（(]?(?:(?:明治|大正|昭和|平成|令和)[^。]{0,40}[日号版]|(?:一部)?改正|制定|施行)[^。]{0,12}[)）]?"
)
"""A line below the title with the day and the number of a rule."""
_DATED = re.compile(r"((?:明治|大正|昭和|平成|令和)\s*[0-9０-９元]+\s*年\s*[0-9０-９]+\s*月\s*[0-9０-９]+\s*日)")


def parse(source: SourceText, hints: Hints | None = None) -> ParsedPolicy:
    """The numbered nodes of ``source``; raises :class:`InputError` if it numbers nothing."""
    return _Parsing(source, hints or Hints()).result()


class _Parsing:
    def __init__(self, source: SourceText, hints: Hints) -> None:
        self.source = source
        self.layout: Layout = lay_out(source)
        self.rows: Sequence[Row] = self.layout.rows
        self.marked: Marked = find(self.layout)
        builder = Builder(self.rows, frozenset(self.marked))
        self.root = builder.build()
        if self.layout.wrapped:
            take_tables(self.root, self.layout, self.marked)
        for index in builder.dropped:
            self.marked[index] = ArtefactKind.TITLE
        self.preamble: list[int] = []
        front, front_row = self._front()
        self.division = Division(self.root, self.rows, front, front_row, hints)
        self.nodes: list[Node] = []
        self.warnings: list[NumberingWarning] = []
        self.owner: dict[int, str] = {}
        """Row index -> id of the node whose text it is."""
        self.said: dict[str, _Said] = {"": _Said("", "", "")}
        """What each node says, for those below it."""
        self.ids: Counter[str] = Counter()
        self.kept = 0
        """Characters of the source that stand in markers, headings and sentences of nodes."""

    def _front(self) -> tuple[str, int | None]:
        """The title before the first node, and what else stands there: preamble or title page."""
        lines = self.root.lines
        titles = [index for index in lines if is_title(self.rows[index].text)]
        at = lines.index(titles[-1]) if titles else -1
        rest = lines[at + 1 :]
        while rest and _ISSUED.fullmatch(self.rows[rest[0]].text):
            at, rest = at + 1, rest[1:]
        if any(self.rows[index].ended for index in rest):
            self.preamble = rest
            rest = []
        for index in (*lines[: at + 1], *rest):
            self.marked[index] = ArtefactKind.TITLE
        return (self.rows[titles[-1]].text, titles[-1]) if titles else ("", None)

    # -- nodes --------------------------------------------------------------------------------

    def result(self) -> ParsedPolicy:
        """The nodes in order, with what surrounds them."""
        if self.preamble:
            self._preamble()
        begun: set[int] = set()
        supplements = self._supplements()
        for child in self.root.children:
            body = self.division.of.get(id(child))
            if body is not None and id(body) not in begun:
                begun.add(id(body))
                if child is not body.root and len(self.division.bodies) > 1:
                    self._document(body)
            self._top(child, body, supplements)
        if not any(node.level not in (Level.DOCUMENT, Level.PREAMBLE) for node in self.nodes):
            raise _unnumbered(self.source)
        self._note_empty()
        self._note_unread()
        if not self.division.titled:
            self.warnings.insert(0, NumberingWarning("untitled", 0, "", _untitled(self.division.whole)))
        declared = declare(self.marked, self.rows, self._node_around)
        artefacts = sorted((*declared, *self._markup()), key=lambda one: one.line)
        for body in self.division.bodies:
            if body.row is not None and body.row not in self.owner:
                self.marked[body.row] = ArtefactKind.TITLE
        for index in self.owner:
            self.marked.pop(index, None)
        aside = sum(_size(self.rows[index].text) for index in self.marked)
        total = sum(_size(row.text) for row in self.rows)
        whole = ParsedDocument(WHOLE, self.division.whole)
        return ParsedPolicy(
            source=self.source.name,
            sha256=self.source.sha256,
            documents=(whole, *(ParsedDocument(body.id, body.title) for body in self.division.bodies)),
            nodes=tuple(self.nodes),
            artefacts=tuple(artefacts),
            warnings=(*(_unread(page) for page in self.source.unread_pages), *self.warnings),
            body=self.division.body,
            coverage=min(1.0, (self.kept + aside) / total),
        )

    def _node_around(self, index: int) -> str:
        """Id of the node in whose text a row stands; a table or a figure may also end it."""
        before = next((self.owner[one] for one in range(index, -1, -1) if one in self.owner), "")
        after = next((self.owner[one] for one in range(index, len(self.rows)) if one in self.owner), "")
        inner = self.marked[index] in (ArtefactKind.TABLE, ArtefactKind.FIGURE)
        return before if before == after or inner else ""

    def _note_empty(self) -> None:
        """Numbers without words: a heading alone, or an article whose lead-in is missing."""
        parents = {node.parent for node in self.nodes}
        for node in self.nodes:
            if node.text or node.level is Level.DOCUMENT:
                continue
            paragraphs = f"{node.id}/1" in self.ids
            if node.id not in parents or (node.level is Level.ARTICLE and not paragraphs):
                self.warnings.append(NumberingWarning("empty", node.line, node.id, _EMPTY))
        self.warnings.sort(key=lambda one: one.line)

    def _note_unread(self) -> None:
        """Lines within a node's text that begin with a number, though no sentence runs over into them."""
        heads = {node.line for node in self.nodes}
        for index, id_ in self.owner.items():
            row = self.rows[index]
            if index == 0 or row.line.number in heads or not (self.rows[index - 1].ended or self.rows[index - 1].stops):
                continue
            marker = next((one for one in candidates(row.text) if one.spaced and one.style in _TOLD), None)
            if marker is not None and row.line.numbered is not False:
                said = Text(
                    f"「{marker.printed}」で始まる行を条項とせず、この条項の文に含めました。",
                    f"The line beginning with {marker.printed} was taken for text of this clause.",
                )
                self.warnings.append(NumberingWarning("unread-number", row.line.number, id_, said))
        self.warnings.sort(key=lambda one: one.line)

    def _markup(self) -> Iterator[Artefact]:
        """Lines from which marks were taken."""
        for index, row in enumerate(self.rows):
            if row.marked_up and index not in self.marked:
                line = row.line
                node = self.owner.get(index, "")
                yield Artefact(ArtefactKind.MARKUP, line.number, line.number, line.page, _TAKEN, node)

    def _preamble(self) -> None:
        rows = [self.rows[index] for index in self.preamble]
        text = join([(row.text, row.stops) for row in rows])
        place = Place("preamble", "前文", Level.PREAMBLE, False)
        self._add(place, "", "", self.division.whole, "", text, self.preamble)

    def _unique(self, id_: str) -> str:
        """``id_``, with a count behind it where the text gives one number to several nodes."""
        self.ids[id_] += 1
        count = self.ids[id_]
        return id_ if count == 1 else self._unique(f"{id_}~{count}")

    def _say(self, id_: str, parent: str, level: Level, heading: str, text: str) -> _Said:
        above = self.said.get(parent, self.said[""])
        if level is Level.DOCUMENT:
            said = _Said("", "", "")
        elif level in (Level.SUPPLEMENT, Level.PREAMBLE, Level.ANNEX):
            said = _Said(DEFINITION, "", "定義")
        else:
            headings = f"{above.headings}\n{heading}"
            obligation = obligation_of(text, above.obligation, headings)
            named = addressee_of(text, heading)
            addressee = "" if defines(headings) else named or above.addressee
            said = _Said(obligation, addressee, f"{headings}\n定義" if _SUPPOSING.search(text) else headings)
        said = said if said.obligation else said._replace(obligation=above.obligation)
        self.said[id_] = said
        return said

    def _document(self, body: Body) -> None:
        row = [body.row] if body.row is not None else []
        place = Place(body.id, "", Level.DOCUMENT, False)
        self._add(place, body.id, "", body.title, body.printed, "", row)

    def _supplements(self) -> dict[int, tuple[int, int]]:
        """``id()`` of each supplement -> how many its document has, and which it is."""
        found: dict[str, list[Draft]] = {}
        for child in self.root.children:
            if child.style is Style.SUPPLEMENT:
                body = self.division.of.get(id(child))
                found.setdefault(body.id if body else "", []).append(child)
        return {
            id(draft): (len(drafts), place) for drafts in found.values() for place, draft in enumerate(drafts, start=1)
        }

    def _top(self, child: Draft, body: Body | None, supplements: dict[int, tuple[int, int]]) -> None:
        scope = body.id if body else ""
        title = body.title if body else self.division.whole
        marker = child.marker
        if marker is None:  # the root's children all have one
            return
        top = Place(scope, "", Level.DOCUMENT, False)
        if body is not None and child is body.root:
            place = Place(scope, _structural_number(marker), Level.DOCUMENT, False)
            self._node(child, place, "", title, scope)
            for below in child.children:
                self._tree(below, top, scope, title)
            return
        if marker.style is Style.SUPPLEMENT:
            date = _date(child, self.rows)
            self._placed(child, citing.supplement_place(marker, scope, *supplements[id(child)], date), scope, title)
        elif marker.style is Style.ANNEX:
            self._placed(child, citing.annex_place(marker, scope), scope, title)
        elif marker.style is Style.PREAMBLE:
            self._placed(child, citing.preamble_place(marker, scope), scope, title)
        else:
            self._tree(child, top, scope, title)

    def _placed(self, draft: Draft, place: Place, scope: str, title: str) -> None:
        self._node(draft, place, scope, title, scope)
        for below in draft.children:
            self._tree(below, place, scope, title)

    def _tree(self, draft: Draft, above: Place, scope: str, title: str) -> None:
        place = citing.place_of(draft, above, scope)
        self._node(draft, place, above.id, title, scope)
        for below in draft.children:
            self._tree(below, place, scope, title)

    def _node(self, draft: Draft, place: Place, parent: str, title: str, scope: str) -> None:
        articled = place.articled and draft.style is not Style.ARTICLE
        worded = word(draft, self.rows, articled)
        rows = [index for index in (draft.caption, draft.row if draft.marker else None) if index is not None]
        self._add(place, scope, parent, title, worded.heading, worded.text, [*rows, *draft.lines], draft)

    def _add(
        self,
        place: Place,
        document: str,
        parent: str,
        title: str,
        heading: str,
        text: str,
        indexes: Sequence[int],
        draft: Draft | None = None,
    ) -> None:
        id_ = place.id = self._unique(place.id)
        for index in indexes:
            self.owner[index] = id_
        first = self.rows[indexes[0]].line if indexes else (self.rows[draft.row].line if draft else None)
        own = indexes[1:] if draft is not None and draft.caption is not None else indexes
        if own:
            first = self.rows[own[0]].line
        marks = draft.marker.printed if draft is not None and draft.marker else ""
        self.kept += _size(marks) + _size(heading) + _size(text)
        if draft is not None and draft.caption is not None:
            self.kept += 2  # its brackets
        said = self._say(id_, parent, place.level, heading, text)
        self.nodes.append(
            Node(
                id=id_,
                document=document or WHOLE,
                citation=f"{title} {place.number}" if place.number else title,
                number=place.number,
                heading=shown(heading),
                level=place.level,
                parent=parent if parent in self.ids else "",
                obligation=said.obligation if text or place.level is Level.ANNEX else "",
                addressee=said.addressee or (UNNAMED if said.obligation != DEFINITION else "") if text else "",
                text=text,
                line=first.number if first else 0,
                line_end=self.rows[indexes[-1]].line.number if indexes else (first.number if first else 0),
                page=first.page if first else None,
                conditions=conditions_of(text),
            )
        )
        if draft is not None and draft.trouble and draft.marker:
            self.warnings.append(_warning(draft.trouble, draft.marker, self.nodes[-1]))


_TOLD = frozenset({*STRUCTURAL, Style.ARTICLE, Style.ORDINAL, Style.PAREN, Style.CIRCLED, Style.NUMBER})
"""Styles that hardly anything but a clause begins with."""
_SUPPOSING = re.compile(r"脅威[^。]*を想定")
"""A sentence whose items are what a body supposes, and no duties."""


class _Said(NamedTuple):
    """What a node says that those below it take over."""

    obligation: str
    addressee: str
    headings: str
    """Its own and those above, for what stands under 定義."""


_EMPTY = Text("番号又は見出しだけで、本文がありません。", "Only a number or a heading stands here, and no sentence.")
_TAKEN = Text("行の中の書式の記号を除いた", "marks within the line were taken away")


def _unnumbered(source: SourceText) -> InputError:
    return InputError(
        f"{source.name} に番号のある条項が見つかりません。ポリシーの本文（第1条、1．、(1) などの番号があるもの）を指定してください。",
        f"{source.name} holds no numbered clause; give a policy's text, with numbers such as 第1条, 1. or (1).",
    )


def _untitled(title: str) -> Text:
    return Text(
        f"本文に題名（…方針、…基準、…規程など）がないため、「{title}」と呼びます。違うときは --title で指定してください。",
        f"The text has no title (such as …方針, …基準 or …規程) and is called {title}; give another with --title.",
    )


def _unread(page: int) -> NumberingWarning:
    said = Text(
        f"{page}ページは画像で文字がほとんどなく、画像の中は読んでいません。",
        f"Page {page} is a picture with hardly any text; what the picture shows was not read.",
    )
    return NumberingWarning("unread-page", 0, "", said)


def _warning(kind: str, marker: Marker, node: Node) -> NumberingWarning:
    said = {
        "gap": Text(f"「{marker.printed}」の前の番号がありません。", f"Numbers before {marker.printed} are missing."),
        "duplicate": Text(f"「{marker.printed}」が二度あります。", f"{marker.printed} stands twice."),
        "restart": Text(
            f"「{marker.printed}」から番号が振り直されています。", f"Numbering begins again at {marker.printed}."
        ),
    }[kind]
    return NumberingWarning(kind, node.line, node.id, said)


def _structural_number(marker: Marker) -> str:
    word_ = "部編章節款目"[STRUCTURAL.index(marker.style)]
    return f"第{marker.value[0]}{word_}" + "".join(f"の{part}" for part in marker.value[1:])


def _date(draft: Draft, rows: Sequence[Row]) -> str:
    """The date that a supplement prints with its own words, in half-width digits."""
    for index in (draft.row, *draft.lines):
        if match := _DATED.search(rows[index].text):
            return re.sub(r"\s", "", half_width_digits(match[1]))
    return ""


def _size(text: str) -> int:
    """Characters, blanks left out."""
    return len("".join(text.split()))
