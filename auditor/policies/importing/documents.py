"""Which bodies of rules a text holds, what they are called, and their ids.

A text may hold several: after a title the numbering begins again, or chapters and parts are named
after documents (第２章 ○○要綱, 第３章 ○○基準).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.policies.importing.layout import Row
from auditor.policies.importing.markers import ROOTED, STRUCTURAL, Style
from auditor.policies.importing.model import Hints
from auditor.policies.importing.tree import Draft, is_title

_BODY = re.compile(
    r"((?![本当各全該])[一-鿿々ヶケノ]{1,12}?(?:都|道|府|県|市|区|町|村|組合|連合|企業団|事業団))(?=[ \u3000]?(?:情報|個人情報|電子計算))"
)
_LEADING_BODY = re.compile(
    r"[^。、\s]{1,12}?(?:都|道|府|県|市|区|町|村|組合|連合|企業団|事業団)(?![都道府県市区町村民内外長])"
)
_ORNAMENT = "○◎●◇◆■□〇 \t\u3000"
_NUMBERED = re.compile(r"[0-9０-９]{1,2}[．.、 \t\u3000]+")
_CALLED = re.compile(
    r"([^\s。、「」（）()]{1,20}?(?:都|道|府|県|市|区|町|村|組合|連合|企業団|事業団))[（(](?:以下)?[、，]?「(?:本|当)?(?:都|道|府|県|市|区|町|村|組合|事務組合|連合|広域連合|企業団|事業団)」"
)
"""A body where a text first names it: 北山市（以下「市」という。）."""
_TITLE_PAGE = 30
"""Rows among which a title page names the body on a line of its own."""
_NO_BODY = re.compile(r"市町村|都道府県|本[市区町村県]|当[市区町村県]")
_KINDS = (
    ("std", re.compile(r"基準|スタンダード|対策基準(?:に関する|を定める)?(?:規程|要綱|規則|訓令)")),
    ("basic", re.compile(r"方針|要綱|規程|規則|条例|訓令|ポリシー")),
    ("proc", re.compile(r"手順|手続|要領|ガイドライン|指針")),
)
_POLICY = "情報セキュリティポリシー"
WHOLE = "policy"
"""Document id of what belongs to the policy as a whole; such nodes' own ids have no document before them."""


class Body:
    """One body of rules in a text."""

    __slots__ = ("id", "printed", "root", "row", "title")

    def __init__(self, printed: str, row: int | None, root: Draft | None) -> None:
        self.printed = printed
        """Its title as it stands in the text; empty where the text prints none."""
        self.row = row
        """Index of the row with the title."""
        self.root = root
        """The part or chapter that is the document; ``None`` where a title line begins it."""
        self.id = ""
        self.title = ""


class Division:
    """A tree divided into documents."""

    def __init__(self, root: Draft, rows: Sequence[Row], front: str, front_row: int | None, hints: Hints) -> None:
        self.bodies: list[Body] = []
        self.of: dict[int, Body] = {}
        """``id()`` of a top-level draft -> its document; absent where it belongs to the policy as a whole."""
        self.restarts = False
        """Whether articles are numbered anew in each document, so that a citation needs its title."""
        named = self._named_parts(root, rows)
        if named:
            self._by_parts(root, rows, named)
        else:
            self._by_titles(root, rows, front, front_row)
        self._name(rows, front, front_row, hints)

    @staticmethod
    def _named_parts(root: Draft, rows: Sequence[Row]) -> list[Draft]:
        """The parts or chapters that are documents by their names: at least two, of different kinds."""
        named = [
            child
            for child in root.children
            if child.style in STRUCTURAL and child.marker and is_title(child.marker.rest) and child.title is None
        ]
        kinds = {_kind(child.marker.rest) for child in named if child.marker}
        return named if len(named) > 1 and len(kinds) == len(named) else []

    def _by_parts(self, root: Draft, rows: Sequence[Row], named: list[Draft]) -> None:
        self.restarts = any(draft.trouble == "restart" for part in named for draft in walk(part) if _is_series(draft))
        current: Body | None = None
        for child in root.children:
            if child in named and child.marker:
                current = Body(child.marker.rest, child.row, child)
                self.bodies.append(current)
                self.of[id(child)] = current
            elif child.style in ROOTED and current is not None and self.restarts:
                self.of[id(child)] = current
        for part in named:
            for draft in walk(part):
                if _is_series(draft):
                    draft.trouble = ""

    def _by_titles(self, root: Draft, rows: Sequence[Row], front: str, front_row: int | None) -> None:
        self.restarts = True
        current: Body | None = None
        for child in root.children:
            begins = child.title is not None or child.trouble == "restart"
            if child.style is Style.PREAMBLE and not begins and current is None:
                continue
            if begins or current is None:
                row = child.title if child.title is not None else (front_row if current is None else None)
                printed = rows[row].text.strip(_ORNAMENT) if row is not None else ""
                current = Body(_NUMBERED.sub("", printed), row, None)
                self.bodies.append(current)
                if row is not None:
                    child.trouble = ""  # the title says why numbers begin again
            self.of[id(child)] = current

    def _name(self, rows: Sequence[Row], front: str, front_row: int | None, hints: Hints) -> None:
        self.body = body = hints.body or _body_of(rows, [one.printed for one in self.bodies])
        """Whose policy it is; empty where nothing tells."""
        taken: Counter[str] = Counter()
        for place, one in enumerate(self.bodies):
            kind = hints.ids[place] if place < len(hints.ids) else _kind(one.printed)
            taken[kind] += 1
            one.id = kind if taken[kind] == 1 else f"{kind}-{taken[kind]}"
        apart = front_row not in [one.row for one in self.bodies]
        named = (
            front.strip(_ORNAMENT)
            if not self.restarts or apart
            else self.bodies[0].printed
            if len(self.bodies) == 1
            else ""
        )
        whole = _with_body(named or _POLICY, body)
        self.titled = WHOLE in hints.titles or any(
            named or one.printed or one.id in hints.titles for one in self.bodies
        )
        """Whether text or user name the policy."""
        self.whole = hints.titles.get(WHOLE, whole)
        """Title of the policy as a whole."""
        for one in self.bodies:
            own = _with_body(one.printed or _POLICY, body) if self.restarts else self.whole
            one.title = hints.titles.get(one.id, own)


def walk(draft: Draft) -> Iterator[Draft]:
    """The draft and everything below it, in the order of the text."""
    yield draft
    for child in draft.children:
        yield from walk(child)


def _is_series(draft: Draft) -> bool:
    return draft.trouble == "restart" and (draft.style is Style.ARTICLE or draft.style in STRUCTURAL)


def _kind(title: str) -> str:
    """``std``, ``basic`` or ``proc`` by the last word of a title that tells."""
    found = [(match.end(), kind) for kind, pattern in _KINDS for match in pattern.finditer(title)]
    return max(found)[1] if found else "doc"


def _body_of(rows: Sequence[Row], titles: Sequence[str]) -> str:
    """The municipality or union that the titles name, or the title page, or else the one that the text names most."""
    front = [match[0] for row in rows[:_TITLE_PAGE] if (match := _LEADING_BODY.fullmatch(row.text))]
    leading = [match[0] for title in titles if (match := _LEADING_BODY.match(title))]
    called = [match[1] for row in rows for match in _CALLED.finditer(row.text)][:1]
    for names in (_named(titles), called, front, _named([row.text for row in rows]), leading):
        if names:
            return Counter(names).most_common(1)[0][0]
    return ""


def _named(texts: Sequence[str]) -> list[str]:
    return [match[1] for text in texts for match in _BODY.finditer(text) if not _NO_BODY.search(match[1])]


def _with_body(title: str, body: str) -> str:
    return title if not body or body in title else body + title
