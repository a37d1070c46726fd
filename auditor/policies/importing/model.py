"""What reading and parsing a policy text yields."""

from __future__ import annotations

import enum

import msgspec

from auditor.text import Text


class SourceKind(enum.StrEnum):
    """The format that a policy was published in."""

    PLAIN = "text"
    PDF = "pdf"
    HTML = "html"
    DOCX = "docx"


class LineRole(enum.StrEnum):
    """What the format itself says of a line."""

    TEXT = "text"
    TABLE = "table"
    """A row of a table."""
    ASIDE = "aside"
    """Navigation, header or footer of the page around the text."""
    FIGURE = "figure"
    """Words in a drawing or a text box."""


class Line(msgspec.Struct, frozen=True):
    """One line or block of the source, as printed."""

    text: str
    """Without the line end; blanks inside and before are kept."""
    number: int
    """Counted from 1 through the whole source."""
    page: int | None = None
    """Counted from 1; ``None`` for formats without pages."""
    role: LineRole = LineRole.TEXT
    numbered: bool | None = None
    """Whether the format itself says that the line begins with a number; ``None`` where it says nothing."""


class SourceText(msgspec.Struct, frozen=True):
    """The lines of a policy, whatever it was published in."""

    name: str
    """File name, without folders."""
    kind: SourceKind
    sha256: str
    """Of the file's bytes."""
    lines: tuple[Line, ...]
    unread_pages: tuple[int, ...] = ()
    """Pages that hold pictures and no text, or hardly any."""


class Level(enum.StrEnum):
    """What a node is called in its document."""

    DOCUMENT = "document"
    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    SUBITEM = "subitem"
    SUBSUBITEM = "subsubitem"
    ANNEX = "annex"
    SUPPLEMENT = "supplement"
    PREAMBLE = "preamble"


class Node(msgspec.Struct, frozen=True):
    """One numbered node of a policy (a clause), or one of the few unnumbered ones that are cited."""

    id: str
    """Stable within the policy: ``std/8-2/8/3``, ``basic/art6/i3/a``."""
    document: str
    """Id of the document that it stands in; ``policy`` where it belongs to the policy as a whole."""
    citation: str
    """As an official of the body writes it, with the document's title."""
    number: str
    """The citation without the title: ``8-2(8)③``, ``第6条第3号ア``."""
    heading: str
    """Its own printed heading or caption; empty where it has none."""
    level: Level
    parent: str
    """Id of the node above; empty at the top."""
    obligation: str
    """Modality, a proposal: しなければならない, してはならない, 努める, 望ましい, できる, 定義; empty for a heading."""
    addressee: str
    """Who has to, a proposal: inherited from the lead-in, or （明示なし）."""
    text: str
    """Its own sentences, without marker and heading; wrapped lines joined, paragraphs on lines of their own."""
    line: int
    """First line in the source."""
    line_end: int
    """Last line of its own text, its children left out."""
    page: int | None
    conditions: tuple[str, ...]
    """Phrases that say when it applies (…場合は, …際には), its own only."""


class ArtefactKind(enum.StrEnum):
    """What of a source is no clause."""

    TITLE = "title"
    """Title page, edition, dates, names of the body."""
    CONTENTS = "contents"
    REVISIONS = "revisions"
    PAGE_NUMBER = "page-number"
    RUNNING_HEAD = "running-head"
    TABLE = "table"
    FIGURE = "figure"
    MARKUP = "markup"
    """Left over from Markdown or HTML."""


class Artefact(msgspec.Struct, frozen=True):
    """Lines that are no clause, declared so that nothing is lost silently."""

    kind: ArtefactKind
    line: int
    line_end: int
    page: int | None
    reason: Text
    """Why the lines were taken for that."""
    node: str
    """Id of the node in whose text they stand; empty outside of all."""


class NumberingWarning(msgspec.Struct, frozen=True):
    """Something in the numbering that a reader has to look at; parsing went on."""

    kind: str
    """``gap``, ``duplicate``, ``restart``, ``empty``, ``unread-number``, ``unread-page``, ``untitled``."""
    line: int
    """0 where no single line is meant."""
    node: str
    message: Text


class ParsedDocument(msgspec.Struct, frozen=True):
    """One of the bodies of rules that a policy text holds."""

    id: str
    """``basic``, ``std``, ``proc`` …; ``policy`` for the policy as a whole."""
    title: str
    """As cited."""


class Hints(msgspec.Struct, frozen=True):
    """What the text does not print and a user knows."""

    body: str = ""
    """The body whose policy it is (富山市): set before titles that do not name it."""
    titles: dict[str, str] = {}
    """Document id -> title as cited; the id ``policy`` is the policy as a whole."""
    ids: tuple[str, ...] = ()
    """Ids of the documents, in the order of the text, where the derived ones do not suit."""


class ParsedPolicy(msgspec.Struct, frozen=True):
    """A policy text as numbered nodes."""

    source: str
    sha256: str
    documents: tuple[ParsedDocument, ...]
    """The policy as a whole first.  A single one is no node of its own; of several, each heads its nodes."""
    nodes: tuple[Node, ...]
    """In the order of the text; a parent stands before its children."""
    artefacts: tuple[Artefact, ...]
    warnings: tuple[NumberingWarning, ...]
    body: str
    """The body whose policy it is, as the text or the user names it; empty where neither does."""
    coverage: float
    """Share (0 to 1) of the source's characters, blanks left out, that stand in a node or a declared artefact."""

    def node(self, id_: str) -> Node | None:
        """The node of that id."""
        for node in self.nodes:
            if node.id == id_:
                return node
        return None

    def heading_of(self, node: Node) -> str:
        """The node's own heading, or that of the nearest node above which has one; a document's title is none."""
        above = {one.id: one for one in self.nodes}
        one: Node | None = node
        while one is not None and one.level is not Level.DOCUMENT:
            if one.heading:
                return one.heading
            one = above.get(one.parent)
        return ""
