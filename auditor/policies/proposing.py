"""What is proposed for a clause, taken from the known clauses that it resembles."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from auditor.policies.aligning import Likeness
from auditor.policies.model import ClauseClass, Document, Mapping, Standing
from auditor.text import Text

UNLIKE = 0.35
"""Below it the likeness is called low: with each shipped policy left out in turn, fewer than half of the proposals
below it agree with the policy's own pack in class, controls and documents; from it upwards most do."""
CLOSE = 0.98
"""Share of the best likeness from which the controls of the next clauses are proposed as well: those about as good.  With
each shipped policy left out in turn, most controls that less alike clauses would add are wrong."""

_BY_SETTINGS = frozenset((ClauseClass.CONFIG, ClauseClass.PARTIAL))
# How packs speak of the body whose policy they hold.
_BODY_JA = re.compile(r"(?<![一-鿿])本(?:市|府|県|都|道|区|町|村|(?:消防)?組合|(?:広域)?連合)(?![民内庁路分域画間別])")
_BODY_EN = re.compile(
    r"\b([Tt]he) (?:city|prefecture|ward|town|village|(?:fire )?union|fire-service association|municipality)\b"
)

NO_LIKENESS = Text(
    "似た条項がないので、区分を仮に「手続」とした。区分と統制を記載すること。",
    "No clause is like it, and the class is only assumed; give the class and the controls.",
)


class Proposal(msgspec.Struct, frozen=True):
    """A class for a clause with the controls and documents that go with it; a person confirms or changes it."""

    class_: ClauseClass
    mappings: tuple[Mapping, ...]
    documents: tuple[Document, ...]
    rationale: Text
    """Why no control answers, where ``mappings`` is empty."""
    score: float
    resembles: str
    others: tuple[Likeness, ...] = ()
    """The next clauses that it resembles, whose answers differ."""

    @property
    def doubtful(self) -> bool:
        """The likeness is low."""
        return self.score < UNLIKE


def neutral(text: Text) -> Text:
    """``text`` with the words by which a pack calls its own body replaced by those for any body.

    >>> neutral(Text("本市（情報セキュリティ管理者）", "the city (information security manager)"))
    Text(ja='本団体（情報セキュリティ管理者）', en='the body (information security manager)')
    """
    return Text(_BODY_JA.sub("本団体", text.ja), _BODY_EN.sub(r"\1 body", text.en))


def propose(clause: str, likenesses: Sequence[Likeness]) -> Proposal:
    """The proposal for the clause of that id from what it resembles, the best first.

    The clause takes class and documents of the best; of the others only further controls, where settings decide both
    and the likeness is about the same.
    """
    if not likenesses:
        return Proposal(ClauseClass.PROCESS, (), (), NO_LIKENESS, 0.0, "")
    best = likenesses[0]
    class_ = best.known.clause.class_
    sources = [best]
    if class_ in _BY_SETTINGS:
        sources += [
            one for one in likenesses[1:] if one.known.clause.class_ in _BY_SETTINGS and one.score >= CLOSE * best.score
        ]
    mappings: dict[str, Mapping] = {}
    for source in sources:
        for mapping in source.known.mappings:
            mappings.setdefault(mapping.control, _taken(clause, mapping, source))
    return Proposal(
        class_=class_,
        mappings=tuple(mappings.values()),
        documents=tuple(
            msgspec.structs.replace(
                document, name=neutral(document.name), held_by=neutral(document.held_by) if document.held_by else None
            )
            for document in best.known.documents
        ),
        rationale=_rationale(best, best.known.clause.unanswered),
        score=best.score,
        resembles=best.known.name,
        others=tuple(likenesses[1:]),
    )


def _taken(clause: str, mapping: Mapping, source: Likeness) -> Mapping:
    return msgspec.structs.replace(
        mapping,
        clause=clause,
        rationale=_rationale(source, mapping.rationale),
        standing=Standing.PROPOSED,
        score=round(source.score, 2),
        resembles=source.known.name,
    )


def _rationale(source: Likeness, reason: Text | None) -> Text:
    """Where a proposal comes from, and the reason that was given there."""
    citation = source.known.clause.citation
    low = Text("類似度が低い。", " The likeness is low.") if source.score < UNLIKE else Text("", "")
    said = neutral(reason) if reason else Text("", "")
    return Text(
        f"{citation}との類似度 {source.score:.2f} による提案。{low.ja}{said.ja}",
        f"Proposed for its likeness of {source.score:.2f} to {citation}.{low.en} {said.en}".rstrip(),
    )
