"""Documents in styles that the published collection does not hold, each beside the tree that people read from it.

``documents/NAME.txt`` (or ``.md``, ``.html``) stands beside ``documents/NAME.tree``: one line for every
document, node, artefact and warning.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from auditor.policies.importing import Hints, parse, read_source
from tests.importing.trees import tree

_FOLDER = Path(__file__).parent / "documents"
# HTML needs a library of an optional extra; without it there is nothing to try.
_SUFFIXES = {".txt", ".md"} | ({".html"} if importlib.util.find_spec("lxml") else set())
DOCUMENTS = sorted(path for path in _FOLDER.iterdir() if path.suffix in _SUFFIXES)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in DOCUMENTS])
def test_the_tree_is_the_one_beside_the_document(path: Path) -> None:
    assert tree(parse(read_source(path))) == path.with_suffix(".tree").read_text(encoding="utf-8")


def test_what_the_text_does_not_print_can_be_told() -> None:
    hints = Hints(body="北山市", titles={"rules": "北山市情報の保護に関する規程"}, ids=("rules",))
    policy = parse(read_source(_FOLDER / "volumes.txt"), hints)
    assert policy.node("rules/art1") is not None
    assert policy.nodes[-1].citation == "北山市情報の保護に関する規程 第6条"


def test_a_heading_is_looked_for_above() -> None:
    policy = parse(read_source(_FOLDER / "bodies.txt"))
    item, article = policy.node("proc/1/a"), policy.node("std")
    assert item is not None
    assert article is not None
    assert (item.heading, policy.heading_of(item), policy.heading_of(article)) == ("", "鍵の作り方", "")
    assert policy.node("proc/9") is None
