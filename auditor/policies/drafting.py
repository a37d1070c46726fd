"""A policy pack drafted from a parsed text: its clauses as read, everything that judges as a proposal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.policies.aligning import Known, align, passage
from auditor.policies.editions import edition_of, in_force_from
from auditor.policies.importing.documents import WHOLE
from auditor.policies.importing.model import Level, Node, ParsedPolicy, SourceText
from auditor.policies.model import ClauseClass, Standing
from auditor.policies.proposing import Proposal, propose
from auditor.policies.writing import PackFiles, TableRow

_GOVERNMENT_CLOUD = re.compile(r"ガバメントクラウド|ガバメント・クラウド")
_CONDITION = re.compile(r"場合|際|とき")

_HEADING_JA = "見出しであり、下位の条項で確認する。"
_HEADING_EN = "A heading; the clauses below it are verified."


class Names(msgspec.Struct, frozen=True):
    """What the pack is called."""

    id: str
    title: str = ""
    """The policy's title; empty for that of the text."""
    body: str = ""
    """Empty for the body that the titles name."""


class Draft(msgspec.Struct):
    """A pack and what to tell of it."""

    files: PackFiles
    proposals: dict[str, Proposal]
    """Clause id -> what is proposed; headings have none."""
    body: str
    """Empty where neither user nor text names it."""


def draft(source: SourceText, policy: ParsedPolicy, names: Names, known: Sequence[Known]) -> Draft:
    """The pack of a parsed policy, with proposals from the ``known`` clauses.

    Raises :class:`auditor.errors.UsageError` where the library that compares texts is not installed.
    """
    titles = {document.id: document.title for document in policy.documents}
    title = names.title or titles[WHOLE]
    body = names.body or policy.body
    headed = _headings(policy)
    clauses = [node for node in policy.nodes if node.id not in headed]
    passages = _passages(policy)
    likenesses = align([passages[node.id] for node in clauses], known)
    proposals = {node.id: propose(node.id, found) for node, found in zip(clauses, likenesses, strict=True)}
    shown: dict[str, str] = {}
    for node in policy.nodes:  # a parent stands before its children
        shown[node.id] = node.heading or shown.get(node.parent, "")
    files = PackFiles(
        head=_head(source, policy, names.id, title, body),
        clauses=_clauses(policy),
        mapping=[row for node in policy.nodes for row in _mapping(node, shown[node.id], proposals.get(node.id))],
        documents=[row for node in clauses for row in _documents(node, proposals[node.id])],
        wording={node.id: node.text for node in policy.nodes if node.text},
    )
    return Draft(files, proposals, body)


def _headings(policy: ParsedPolicy) -> set[str]:
    """Nodes that have others below them and no text of their own."""
    parents = {node.parent for node in policy.nodes}
    return {node.id for node in policy.nodes if not node.text and (node.id in parents or node.level is Level.DOCUMENT)}


def _passages(policy: ParsedPolicy) -> dict[str, str]:
    """What each node is compared by."""
    headings: dict[str, tuple[str, ...]] = {"": ()}
    out: dict[str, str] = {}
    for node in policy.nodes:
        own = "" if node.level is Level.DOCUMENT else node.heading
        headings[node.id] = (*headings.get(node.parent, ()), own)
        out[node.id] = passage(headings[node.id], node.text)
    return out


def _head(source: SourceText, policy: ParsedPolicy, id_: str, title: str, body: str) -> dict[str, Any]:
    used = {node.document for node in policy.nodes}
    named = body or "（団体名を記載）"
    head: dict[str, Any] = {
        "schema_version": 1,
        "id": id_,
        # the text is in Japanese; who reads the reports in English adds the names
        "title": {"ja": title, "en": title},
        "body": {"ja": named, "en": body or "(name of the body)"},
        "edition": edition_of(source, policy),
        "in_force_from": in_force_from(source, policy),
        "source": {"file": source.name, "sha256": source.sha256},
        "documents": [
            {"id": document.id, "citation": document.title} for document in policy.documents if document.id in used
        ],
    }
    return {key: value for key, value in head.items() if value != ""}


def _clauses(policy: ParsedPolicy) -> list[TableRow]:
    conditional: set[str] = set()
    """Nodes that apply to use on the Government Cloud only."""
    worded = {node.id for node in policy.nodes if node.text}
    rows: list[TableRow] = []
    for node in policy.nodes:
        if (_GOVERNMENT_CLOUD.search(node.text) and _CONDITION.search(node.text)) or (
            node.parent in conditional and node.parent in worded
        ):
            conditional.add(node.id)
        rows.append(
            {
                "id": node.id,
                "citation": node.citation,
                "document": node.document,
                "number": node.number,
                "heading": node.heading,
                "level": node.level.value,
                "parent": node.parent,
                "obligation": node.obligation,
                "addressee": node.addressee,
                "govcloud": "yes" if node.id in conditional else "no",
                "summary_ja": "",
                "summary_en": "",
                "source_line": str(node.line) if node.line else "",
            }
        )
    return rows


def _mapping(node: Node, heading: str, proposal: Proposal | None) -> list[TableRow]:
    """The rows of mapping.csv for a node; ``None`` for a heading.  Number and ``heading`` are for whoever reviews it."""
    row = {
        "clause": node.id,
        "number": node.number,
        "heading": heading,
        "control": "",
        "relationship": "",
        "role": "",
        "score": "",
        "resembles": "",
    }
    if proposal is None:
        return [
            {
                **row,
                "class": ClauseClass.HEADING.value,
                "status": Standing.CONFIRMED.value,
                "rationale_ja": _HEADING_JA,
                "rationale_en": _HEADING_EN,
            }
        ]
    also = "; ".join(f"{one.known.name} {one.score:.2f}" for one in proposal.others)
    common = {**row, "class": proposal.class_.value, "status": Standing.PROPOSED.value, "also_resembles": also}
    if not proposal.mappings:
        return [
            {
                **common,
                "score": f"{proposal.score:.2f}" if proposal.resembles else "",
                "resembles": proposal.resembles,
                "rationale_ja": proposal.rationale.ja,
                "rationale_en": proposal.rationale.en,
            }
        ]
    return [
        {
            **common,
            "control": mapping.control,
            "relationship": mapping.relationship.value,
            "role": mapping.role.value,
            "score": f"{mapping.score or 0:.2f}",
            "resembles": mapping.resembles,
            "rationale_ja": mapping.rationale.ja,
            "rationale_en": mapping.rationale.en,
        }
        for mapping in proposal.mappings
    ]


def _documents(node: Node, proposal: Proposal) -> list[TableRow]:
    return [
        {
            "clause": node.id,
            "document": document.id,
            "document_ja": document.name.ja,
            "document_en": document.name.en,
            "role": document.role,
            "held_by_ja": document.held_by.ja if document.held_by else "",
            "held_by_en": document.held_by.en if document.held_by else "",
        }
        for document in proposal.documents
    ]
