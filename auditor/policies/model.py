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
    HEADING = "heading"
    """A heading or lead-in: the clauses below it answer."""


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


class Standing(enum.StrEnum):
    """Whether a person has confirmed a row of the mapping."""

    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    """Made by likeness of wording; it decides nothing until a person confirms it."""


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
    summary: Text
    source_line: int | None
    """Line in the policy text that the pack was made from."""
    class_: ClauseClass
    standing: Standing = Standing.CONFIRMED
    """Whether a person has confirmed the class and everything that the mapping says of the clause."""
    unanswered: Text | None = None
    """Why no control answers it."""
    group: str = ""
    """The name that clauses of several policies share where they ask the same; empty where nobody has compared it."""


class Mapping(msgspec.Struct, frozen=True):
    """One clause pointing at one control."""

    clause: str
    control: str
    relationship: Relationship
    role: Role
    rationale: Text
    standing: Standing = Standing.CONFIRMED
    score: float | None = None
    """Likeness, from 0 to 1, to the clause that the proposal was taken from."""
    resembles: str = ""
    """That clause: ``toyama:std/8-2/8/3``."""


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
    """Controls whose checks read it."""
    source: ParameterSource
    decided_by_municipality: bool
    note: Text | None = None


class Pack(msgspec.Struct, frozen=True):
    """One policy pack."""

    id: str
    title: Text
    body: Text
    edition: str
    """Edition of the text, as it names it; empty if it names none."""
    in_force_from: str
    """Date from which this edition is in force (ISO 8601); empty if the text does not say."""
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
    """The shared defaults, with what this policy decides in their place."""
    wording: dict[str, str]
    """Clause id -> the user's own copy of its text; empty where none is attached."""
    folder: Path
    sha256: str
    """Of the pack's files, so that a report says exactly which edition judged."""
    source_sha256: str = ""
    """Of the text that the pack was made from; empty where ``policy.yaml`` does not say."""
    wording_source: str = ""
    """SHA-256 of the text that ``wording`` was read from; empty where none is attached or it does not say."""

    @property
    def own_wording(self) -> bool:
        """Whether the wording was read from the very text that the pack was made from."""
        return bool(self.source_sha256) and self.wording_source == self.source_sha256

    def clause(self, id_: str) -> Clause | None:
        """The clause of that id or citation."""
        for clause in self.clauses:
            if id_ in (clause.id, clause.citation, clause.number):
                return clause
        return None

    def parameters_of(self, clause: Clause) -> list[str]:
        """Ids of the parameters by which controls judge for the clause."""
        controls = {mapping.control for mapping in self.mappings.get(clause.id, ())}
        return [id_ for id_, one in self.parameters.items() if not controls.isdisjoint(one.used_by)]
