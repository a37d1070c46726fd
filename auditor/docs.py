"""Writes the generated pages of ``docs/`` from checks, packs, hooks and adapters.

``python -m auditor.docs`` writes them, ``python -m auditor.docs --check`` names those that differ
and answers 1 if there are any.  Both work on a source tree in which the project is installed.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from auditor import hookspecs
from auditor.checks import AnyCheck
from auditor.findings import SEVERITY_TEXT
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import Clause, ClauseClass, Control, Pack, Role
from auditor.text import Text

FOLDER = Path(__file__).resolve().parent.parent / "docs"

_NOTE = "<!-- `python -m auditor.docs` がこのファイルを作る。手で直さない。 / Written by `python -m auditor.docs`; do not edit. -->"

_CLASSES = {
    "config": "設定",
    "partial": "設定と書面",
    "document": "書面",
    "process": "手続・記録",
    "physical": "施設",
    "endpoint": "端末",
    "definition": "定義",
    "inherited": "基盤",
    "heading": "見出し",
}


def pages(plugins: Plugins) -> dict[str, str]:
    """Name of each generated page -> its content."""
    controls = load_controls()
    packs = [load_pack(folder, controls) for folder in plugins.policy_packs()]
    checks = plugins.checks()
    made = {
        "checks.md": _checks(checks, controls, packs),
        "hooks.md": _hooks(),
        "resource-types.md": _resource_types(plugins),
    }
    for pack in packs:
        made[f"clauses-{pack.id}.md"] = _clauses(pack)
    return {name: "\n".join([_NOTE, "", *lines]).rstrip() + "\n" for name, lines in sorted(made.items())}


def _both(text: Text) -> str:
    return f"{text.ja} / {text.en}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _row(*cells: str) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _anchor(heading: str) -> str:
    """The fragment that Markdown displays give to a heading of our ids: lower case, no dots."""
    return "#" + heading.lower().replace(".", "")


# ---------------------------------------------------------------- checks


def _checks(checks: Sequence[AnyCheck], controls: dict[str, Control], packs: Sequence[Pack]) -> list[str]:
    clauses = _clauses_by_control(packs)
    lines = [
        "# 検査 / Checks",
        "",
        f"{len(checks)} 検査。説明は各検査の docstring による。 / One section a check, from its docstring.",
        "",
    ]
    by_control: defaultdict[str, list[AnyCheck]] = defaultdict(list)
    for check in checks:
        by_control[check.control].append(check)
    lines += [_row("統制 / Control", "検査 / Checks"), _row("---", "---")]
    for id_ in sorted(by_control):
        links = ", ".join(f"[{check.id}]({_anchor(check.id)})" for check in by_control[id_])
        lines.append(_row(f"{id_} {controls[id_].title.ja}", links))
    for check in checks:
        lines += ["", f"## {check.id}", "", _both(check.title), ""]
        lines += [_row("項目 / Item", "内容 / Content"), _row("---", "---")]
        lines.append(_row("統制 / Control", f"{check.control} {controls[check.control].title.ja}"))
        lines.append(_row("重大度 / Severity", _both(SEVERITY_TEXT[check.severity])))
        lines.append(_row("段階 / Phases", ", ".join(phase.value for phase in check.phases)))
        if check.facts:
            lines.append(_row("見る項目 / Facts", ", ".join(f"`{fact}`" for fact in check.facts)))
        if check.parameters:
            lines.append(_row("パラメータ / Parameters", ", ".join(f"`{id_}`" for id_ in check.parameters)))
        lines.append(_row("是正 / Remedy", _both(check.remediation)))
        for pack in packs:
            numbers = [
                clause.number + ("" if role is Role.DECIDES else "（補助）")
                for found, clause, role in clauses[check.control]
                if found is pack
            ]
            if numbers:
                lines.append(_row(f"条項 / Clauses ({pack.id})", "、".join(numbers)))
        lines += ["", *_description(check.description)]
    return lines


_LABEL = re.compile(r"[^\s:。、]{1,12}(?: [a-z]+){0,2}: ")


def _description(text: str) -> Iterator[str]:
    """A docstring as Markdown: its labelled lines (``Pass: …``) become items of a list."""
    listed, before = False, ""
    for line in text.splitlines():
        labelled = _LABEL.match(line)
        if labelled:
            if not listed and before:
                yield ""
            listed = True
            yield f"- **{labelled[0].rstrip(': ')}**: {line[labelled.end() :]}"
        else:
            listed = listed and bool(line)
            yield f"  {line}" if listed else line
        before = line


def _clauses_by_control(packs: Sequence[Pack]) -> defaultdict[str, list[tuple[Pack, Clause, Role]]]:
    out: defaultdict[str, list[tuple[Pack, Clause, Role]]] = defaultdict(list)
    for pack in packs:
        for clause in pack.clauses:
            for mapping in pack.mappings.get(clause.id, ()):
                out[mapping.control].append((pack, clause, mapping.role))
    return out


# ---------------------------------------------------------------- clauses


def _clauses(pack: Pack) -> list[str]:
    lines = [f"# {pack.title.ja} / {pack.title.en}", ""]
    lines += [
        f"`--policy {pack.id}`、{len(pack.clauses)} 条項 / clauses。要旨は本プロジェクトの言葉による。 / Summaries are in the project's own words."
    ]
    if pack.scope is not None:
        lines += ["", pack.scope.ja, "", pack.scope.en]
    lines += ["", _row("番号", "見出し", "確認の方法", "判定する統制", "補助の統制"), _row(*["---"] * 5)]
    for clause in pack.clauses:
        mappings = pack.mappings.get(clause.id, ())
        lines.append(
            _row(
                clause.number,
                clause.heading,
                _CLASSES[clause.class_.value],
                ", ".join(m.control for m in mappings if m.role is Role.DECIDES),
                ", ".join(m.control for m in mappings if m.role is Role.SUPPORTS),
            )
        )
    for clause in pack.clauses:
        if clause.class_ is not ClauseClass.HEADING:  # those below it say what there is to say
            lines += _clause(pack, clause)
    lines += _parameters(pack)
    return lines


def _parameters(pack: Pack) -> Iterator[str]:
    """The values that the policy leaves open, each with its source or the absence of one."""
    yield from (
        "",
        "## パラメータ / Parameters",
        "",
        "条文が値を定めていないものの既定値。貴団体が定めた値は `auditor.toml` に記載する。",
        "",
        "Defaults for what the clauses leave open; values of your own stand in `auditor.toml`.",
    )
    judged: defaultdict[str, list[str]] = defaultdict(list)
    for clause in pack.clauses:
        for id_ in pack.parameters_of(clause):
            judged[id_].append(clause.number)
    for id_, parameter in sorted((id_, pack.parameters[id_]) for id_ in judged):
        value = parameter.value
        shown = ", ".join(map(str, value)) if isinstance(value, list) else f"{value} {parameter.unit}"
        yield from (
            "",
            f"### {_both(parameter.title)}",
            "",
            f"`{id_}`: `{shown}`（{'、'.join(judged[id_])}）",
        )
        yield from ("", f"- {_both(parameter.source.sentence)}")
        if parameter.note is not None:
            yield f"- {_both(parameter.note)}"


def _clause(pack: Pack, clause: Clause) -> Iterator[str]:
    yield from ("", f"## {clause.number} {clause.heading}", "", f"`{clause.id}` {clause.citation}")
    yield from ("", clause.summary.ja, "", clause.summary.en)
    if clause.unanswered is not None:
        yield from ("", f"- {_CLASSES[clause.class_.value]}: {_both(clause.unanswered)}")
    mappings = pack.mappings.get(clause.id, ())
    if mappings:
        yield ""
        for mapping in mappings:
            role = "判定する / decides" if mapping.role is Role.DECIDES else "補助 / supports"
            yield f"- **{mapping.control}**（{role}、{mapping.relationship.value}）: {_both(mapping.rationale)}"
    documents = pack.clause_documents.get(clause.id, ())
    if documents:
        yield from ("", "書面 / Documents:", "")
        for document in documents:
            role = "判定する / decides" if document.role == "decides" else "補足 / supplements"
            held = f"。保有: {document.held_by.ja}" if document.held_by and document.held_by.ja else ""
            yield f"- {_both(document.name)}（{role}{held}）"


# ---------------------------------------------------------------- hooks and resource types


def _hooks() -> list[str]:
    lines = [
        "# フック / Hooks",
        "",
        "プラグインは entry point の group `auditor` で登録する。フックは物を登録するだけで、使うまで何も読み込まない。",
        "",
        "A plugin is an entry point of group `auditor`. Hooks only register objects; nothing heavy is imported until an object is used.",
        "",
        "```python",
        "from auditor.hookspecs import hookimpl",
        "```",
    ]
    for name, function in sorted(vars(hookspecs).items()):
        if name.startswith("auditor_") and inspect.isfunction(function):
            lines += ["", f"## {name}", "", "```python", f"def {name}{_signature(function)}", "```", ""]
            lines.append(inspect.cleandoc(function.__doc__ or ""))
    return lines


def _signature(function: Callable[..., object]) -> str:
    # postponed annotations are strings, which print with quotes
    return str(inspect.signature(function)).replace("'", "")


def _resource_types(plugins: Plugins) -> list[str]:
    lines = [
        "# 資源種別 / Resource types",
        "",
        "「確認する」種別は検査の対象になる。「併せて読む」種別は他の資源の設定として読む。「条項が問う設定を持たない」種別は数えるだけにする。"
        "どれにも挙がらない種別は、未確認としてレポートに名前が出る。",
        "",
        "Types that are adapted are judged; parts are read with the resource that they configure; types that hold nothing "
        "a clause asks about are only counted. Any other type is named in the report as not verified.",
    ]
    for provider in plugins.providers():
        known = plugins.adapters(provider, "terraform")
        if known is None:
            continue
        lines += ["", f"## {provider}", "", f"### 確認する / Adapted ({len(known.adapters)})", ""]
        lines += [f"- `{type_}`" for type_ in sorted(known.adapters)]
        lines += ["", f"### 併せて読む / Parts ({len(known.parts)})", ""]
        lines += [f"- `{type_}` → `{of}`" for type_, of in sorted(known.parts.items())]
        lines += ["", f"### 条項が問う設定を持たない / Holds nothing that a clause asks about ({len(known.inert)})", ""]
        lines += [f"- `{type_}`" for type_ in sorted(known.inert)]
    return lines


# ---------------------------------------------------------------- the program


def differing(made: dict[str, str], folder: Path) -> list[str]:
    """Names of the pages that are missing or not as they would be written."""
    return [
        name
        for name, content in made.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != content
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or compare them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m auditor.docs", description="Generate the pages of docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; name the pages that differ")
    options = parser.parse_args(arguments)
    plugins = Plugins()
    made = pages(plugins)
    for failure in plugins.failures:
        print(failure.text.en, file=sys.stderr)
    if plugins.failures:
        return 1
    stale = differing(made, FOLDER)
    if options.check:
        for name in stale:
            print(f"docs/{name} differs from what `python -m auditor.docs` writes", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(made[name], encoding="utf-8")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
