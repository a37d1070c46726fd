"""The generated pages say what the code says, and ``--check`` notices when they do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor import docs, hookspecs
from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import ClauseClass
from tests.cli.test_list import OnlyMade
from tests.reports.report_making import CHECKS


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return docs.pages(OnlyMade())


def test_every_check_has_its_section_from_its_docstring(pages: dict[str, str]) -> None:
    for check in CHECKS:
        section = pages["checks.md"].split(f"\n## {check.id}\n")[1].split("\n## ")[0]
        assert check.title.ja in section
        assert check.description in section


def test_every_clause_has_its_section(pages: dict[str, str]) -> None:
    (folder,) = OnlyMade().policy_packs()
    pack = load_pack(folder, load_controls())
    page = pages["clauses-toyama.md"]
    for clause in pack.clauses:
        if clause.class_ is ClauseClass.HEADING:
            assert f"| {clause.number} | {clause.heading} | 見出し |" in page
        else:
            assert f"\n## {clause.number} {clause.heading}".rstrip() in page
            assert clause.summary.ja in page


def test_every_hook_is_shown_with_its_signature_and_docstring(pages: dict[str, str]) -> None:
    hooks = [name for name in vars(hookspecs) if name.startswith("auditor_")]
    assert hooks
    for name in hooks:
        assert f"\ndef {name}(" in pages["hooks.md"]
        assert (getattr(hookspecs, name).__doc__ or "").splitlines()[0] in pages["hooks.md"]


def test_resource_types_are_listed(pages: dict[str, str]) -> None:
    assert "- `aws_thing_store`\n" in pages["resource-types.md"]
    assert "- `aws_thing_part` → `aws_thing_store`\n" in pages["resource-types.md"]


def test_links_between_pages_lead_somewhere(pages: dict[str, str]) -> None:
    anchors = {f"#{check.id.replace('.', '')}" for check in CHECKS}
    links = {anchor for page in pages.values() for anchor in re.findall(r"\]\((?:checks\.md)?(#[^)]+)\)", page)}
    assert links
    assert links <= anchors


def test_labelled_lines_of_a_docstring_become_a_list() -> None:
    text = "Looks at: a thing.\nPass: on,\nwith more.\n\nPlain: text here\nNot a label, a: b\n"
    assert list(docs._description(text)) == [
        "- **Looks at**: a thing.",
        "- **Pass**: on,",
        "  with more.",
        "",
        "- **Plain**: text here",
        "  Not a label, a: b",
    ]


def test_check_names_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "Plugins", OnlyMade)
    monkeypatch.setattr(docs, "FOLDER", tmp_path / "docs")
    assert docs.main(["--check"]) == 1
    assert "docs/checks.md" in capsys.readouterr().err
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0
    capsys.readouterr()
    (tmp_path / "docs" / "hooks.md").write_text("stale", encoding="utf-8")
    assert docs.main(["--check"]) == 1
    error = capsys.readouterr().err
    assert "docs/hooks.md" in error
    assert "docs/checks.md" not in error
