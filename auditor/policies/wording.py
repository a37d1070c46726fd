"""Attaching the user's own copy of a policy's text to the clauses of a pack, where it is the text the pack was made from.

A pack's numbers say nothing about a text of another edition, so a text that is not the same file is compared clause
by clause, and only clauses that certainly stand in both get its wording.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict

import msgspec

from auditor.policies.importing.model import Node, ParsedPolicy
from auditor.policies.model import Clause, Pack

ENOUGH = 0.9
"""Share of the pack's clauses that must be found again in another file for it to count as the same policy."""


class HeadingChange(msgspec.Struct, frozen=True):
    """A clause whose heading is another one in the text."""

    clause: Clause
    heading: str
    """That of the text."""


class Match(msgspec.Struct, frozen=True):
    """How a text fits a pack."""

    same_file: bool
    """The text is, byte for byte, what the pack was made from."""
    accepted: bool
    missing: tuple[Clause, ...]
    """Clauses of the pack that the text does not number."""
    further: tuple[Node, ...]
    """Clauses of the text that the pack does not hold."""
    headings: tuple[HeadingChange, ...]
    doubtful: tuple[Clause, ...]
    """Clauses that stand beside or below those, so that the number may mean another one; they get no wording."""
    wording: dict[str, str]
    """Clause id -> text; clauses without sentences of their own have none."""


def match(pack: Pack, policy: ParsedPolicy, sha256: str) -> Match:
    """Compare the pack with a text; ``sha256`` is that of the file named in its ``policy.yaml``, or empty."""
    nodes = {node.id: node for node in policy.nodes}
    missing = tuple(clause for clause in pack.clauses if clause.id not in nodes)
    held = {clause.id for clause in pack.clauses}
    further = tuple(node for node in policy.nodes if node.id not in held)
    same_file = bool(sha256) and sha256 == policy.sha256
    headings = () if same_file else _headings(pack, policy)
    doubtful = frozenset() if same_file else _doubtful(pack, nodes, missing, further, headings)
    # of a part of the policy a pack does not say which clauses beside its own there were
    same_extent = pack.scope is None or not (missing or further)
    sure = [clause for clause in pack.clauses if clause.id in nodes and clause.id not in doubtful]
    return Match(
        same_file=same_file,
        accepted=same_file or (same_extent and len(sure) >= ENOUGH * len(pack.clauses)),
        missing=missing,
        further=further,
        headings=headings,
        doubtful=tuple(clause for clause in pack.clauses if clause.id in nodes and clause.id in doubtful),
        wording={clause.id: nodes[clause.id].text for clause in sure if nodes[clause.id].text},
    )


def _headings(pack: Pack, policy: ParsedPolicy) -> tuple[HeadingChange, ...]:
    """The clauses where another heading begins: those below bear it where they have none of their own."""
    headings: dict[str, str] = {}
    for node in policy.nodes:
        headings[node.id] = node.heading or headings.get(node.parent, "")
    changed = {
        clause.id: HeadingChange(clause, headings[clause.id])
        for clause in pack.clauses
        if clause.id in headings and fold(clause.heading) != fold(headings[clause.id])
    }
    return tuple(
        one
        for one in changed.values()
        if (above := changed.get(one.clause.parent)) is None
        or (above.clause.heading, above.heading) != (one.clause.heading, one.heading)
    )


def _doubtful(
    pack: Pack,
    nodes: dict[str, Node],
    missing: tuple[Clause, ...],
    further: tuple[Node, ...],
    headings: tuple[HeadingChange, ...],
) -> frozenset[str]:
    """Ids that may mean another clause in the text.

    Where a number is missing or new, the others of its series may have moved; a new heading may be another section.
    """
    series = {(clause.parent, clause.level) for clause in missing}
    series |= {(node.parent, node.level.value) for node in further}
    found = {clause.id for clause in pack.clauses if (clause.parent, clause.level) in series}
    found |= {change.clause.id for change in headings}
    below: defaultdict[str, list[str]] = defaultdict(list)
    for clause in pack.clauses:
        below[clause.parent].append(clause.id)
    waiting = list(found)
    while waiting:
        for id_ in below[waiting.pop()]:
            if id_ not in found:
                found.add(id_)
                waiting.append(id_)
    return frozenset(found)


def fold(text: str) -> str:
    """``text`` without what copies of it write one way or another: width and blanks.

    >>> fold("（１） ログ　の取得") == fold("(1)ログの取得")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).split())
