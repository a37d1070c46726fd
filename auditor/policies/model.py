"""What a policy pack holds.

A pack lists numbered clauses of one published policy, points them at neutral controls, names the
documents that answer what configuration cannot, and states the parameters that the text leaves
open, each with its source.  Packs hold numbers, headings and summaries, never the policy's own
sentences.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any

import msgspec

from auditor.inventory import Phase
from auditor.text import Text


class ClauseClass(enum.StrEnum):
    """Who or what can answer a clause."""

    CONFIG = "config"
    """Configuration decides it."""
    PARTIAL = "partial"
    """Configuration decides a part; a document decides the rest."""
    DOCUMENT = "document"
    """A document from somebody else decides it (contract, third-party report)."""
    PROCESS = "process"
    """A procedure, record or appointment inside the body decides it."""
    PHYSICAL = "physical"
    ENDPOINT = "endpoint"
    DEFINITION = "definition"
    INHERITED = "inherited"


class Role(enum.StrEnum):
    """What a control's findings mean for a clause."""

    DECIDES = "decides"
    SUPPORTS = "supports"
    """They are evidence beside a document, but do not decide the clause."""


class Relationship(enum.StrEnum):
    """Set relationship of a clause to a control, as NIST IR 8477 names them."""

    EQUAL = "equal"
    SUBSET_OF = "subset-of"
    SUPERSET_OF = "superset-of"
    INTERSECTS = "intersects"


class Document(msgspec.Struct, frozen=True):
    """A document that can answer or support."""

    id: str
    name: Text
    role: str
    """``decides`` or ``supplements``/``supports``."""
    held_by: Text | None = None
    """Who issues or keeps it."""


class Control(msgspec.Struct, frozen=True):
    """A neutral requirement: checks carry it out, clauses point at it."""

    id: str
    topic: str
    phases: tuple[Phase, ...]
    title: Text
    statement: Text
    documents: tuple[Document, ...] = ()
    parameters: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class Clause(msgspec.Struct, frozen=True):
    """One numbered node of a policy."""

    id: str
    """Stable id within the pack, ``std/8-2/8/3``."""
    citation: str
    """As an official would write it."""
    document: str
    number: str
    heading: str
    level: str
    parent: str
    obligation: str
    """Modality in the source (しなければならない, 努めなければならない, 定義 …)."""
    addressee: str
    govcloud: bool
    """The clause names ガバメントクラウド等."""
    class_: ClauseClass
    topics: tuple[str, ...]
    summary: Text
    source_line: int | None
    """Line in the policy text that the pack was made from."""


class Mapping(msgspec.Struct, frozen=True):
    """One clause pointing at one control."""

    clause: str
    control: str
    relationship: Relationship
    role: Role
    rationale: Text


class Inherited(msgspec.Struct, frozen=True):
    """A clause or control that a platform or provider answers for, on a condition."""

    clause: str
    control: str
    by: Text
    evidence: Text
    when: str
    """``platform=government-cloud``, or empty for always."""


CERTAINTY_TEXT = {
    "primary": Text("原典で確認", "read in the original"),
    "excerpt": Text("抜粋で確認", "read in an excerpt"),
    "secondary": Text("第三者の記述による", "as told by a third party"),
}
"""How a source was read.  Values of common practice and of a configuration have no source that was read."""


class ParameterSource(msgspec.Struct, frozen=True):
    """Where a default value comes from."""

    text: Text
    certainty: str
    """``primary``, ``excerpt``, ``secondary``, ``practice``, or ``configuration``."""

    @property
    def sentence(self) -> Text:
        """The source as people read it; a value of common practice is never told as one with a source."""
        if self.certainty == "practice":
            return Text(f"出典なし（慣行による値）。{self.text.ja}", f"No source (common practice). {self.text.en}")
        sure = CERTAINTY_TEXT.get(self.certainty)
        if sure is None:
            return Text(f"出典: {self.text.ja}", f"Source: {self.text.en}")
        return Text(f"出典（{sure.ja}）: {self.text.ja}", f"Source ({sure.en}): {self.text.en}")


class Parameter(msgspec.Struct, frozen=True):
    """A value that the policy leaves open, with the value used and where it comes from."""

    id: str
    title: Text
    type: str
    value: Any
    unit: str
    used_by: tuple[str, ...]
    clauses: tuple[str, ...]
    source: ParameterSource
    decided_by_municipality: bool
    note: Text | None = None


class Pack(msgspec.Struct, frozen=True):
    """One policy pack."""

    id: str
    title: Text
    body: Text
    edition: str
    scope: Text | None
    """What of the policy the pack holds, if not all of it."""
    documents: dict[str, str]
    """Document id -> citation title."""
    clauses: tuple[Clause, ...]
    mappings: dict[str, tuple[Mapping, ...]]
    """Clause id -> its mappings."""
    clause_documents: dict[str, tuple[Document, ...]]
    inherited: tuple[Inherited, ...]
    parameters: dict[str, Parameter]
    folder: Path
    sha256: str
    """Of the pack's files, so that a report says exactly which edition judged."""

    def clause(self, id_: str) -> Clause | None:
        """The clause of that id or citation."""
        for clause in self.clauses:
            if id_ in (clause.id, clause.citation, clause.number):
                return clause
        return None
