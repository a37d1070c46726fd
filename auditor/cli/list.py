"""``auditor list``: what there is, one line each, for eyes and pipes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.config import Config
from auditor.errors import ExitCode, UsageError
from auditor.findings import SEVERITY_TEXT
from auditor.layout import table
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls
from auditor.run import Packs, choose_packs
from auditor.text import Lang, Text

KINDS = ("checks", "controls", "policies", "clauses", "resource-types")

Table = tuple[list[Text], Iterable[list[str]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "kind",
        choices=KINDS,
        metavar="WHAT",
        help="checks 検査, controls 統制, policies ポリシー, clauses 条項, resource-types 資源種別 / what to list",
    )
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="条項を示すポリシー（既定 toyama、繰返し可） / policy whose clauses are listed, may be repeated",
    )
    parser.add_argument(
        "--unimplemented",
        action="store_true",
        help="検査がまだない統制だけを挙げる（controls のみ） / only controls that no check carries out yet",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """List."""
    lang: Lang = options.lang
    plugins = Plugins()
    config = read_config(options)
    if options.unimplemented and options.kind != "controls":
        raise UsageError(
            "--unimplemented は `auditor list controls` とともに指定してください。",
            "--unimplemented goes with `auditor list controls` only.",
        )
    head, rows = {
        "checks": _checks,
        "controls": _unimplemented if options.unimplemented else _controls,
        "policies": _policies,
        "clauses": _clauses,
        "resource-types": _resource_types,
    }[options.kind](plugins, config, lang, options.policy)
    show("\n".join(table([text.in_(lang) for text in head], list(rows))))
    return say_failures(plugins, lang)


def _checks(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    head = [
        Text("検査", "Check"),
        Text("統制", "Control"),
        Text("重大度", "Severity"),
        Text("段階", "Phases"),
        Text("求めること", "Demand"),
    ]
    return head, (
        [
            check.id,
            check.control,
            SEVERITY_TEXT[check.severity].in_(lang),
            ",".join(phase.value for phase in check.phases),
            check.title.in_(lang),
        ]
        for check in plugins.checks()
    )


def _controls(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    head = [Text("統制", "Control"), Text("段階", "Phases"), Text("題", "Title")]
    return head, (
        [control.id, ",".join(phase.value for phase in control.phases), control.title.in_(lang)]
        for _, control in sorted(load_controls().items())
    )


def _unimplemented(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    carried = {check.control for check in plugins.checks()}
    head, rows = _controls(plugins, config, lang, policies)
    return head, (row for row in rows if row[0] not in carried)


def _policies(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    packs = Packs(plugins, config, load_controls()).all()
    head = [
        Text("ポリシー", "Policy"),
        Text("団体", "Body"),
        Text("名称", "Title"),
        Text("条項", "Clauses"),
        Text("フォルダ", "Folder"),
    ]
    return head, (
        [
            pack.id,
            pack.body.in_(lang),
            pack.title.in_(lang),
            str(len(pack.clauses)),
            str(pack.folder),
        ]
        for pack in packs
    )


def _clauses(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    packs = choose_packs(Packs(plugins, config, load_controls()), policies, config)
    head = [
        Text("ポリシー", "Policy"),
        Text("条項", "Clause"),
        Text("番号", "No."),
        Text("確認の方法", "Class"),
        Text("見出し", "Heading"),
        Text("統制", "Controls"),
    ]
    # in the order of the policy, which is how its readers know it
    return head, (
        [
            pack.id,
            clause.id,
            clause.number,
            clause.class_.value,
            clause.heading,
            ",".join(dict.fromkeys(mapping.control for mapping in pack.mappings.get(clause.id, ()))) or "-",
        ]
        for pack in packs
        for clause in pack.clauses
    )


def _resource_types(plugins: Plugins, config: Config, lang: Lang, policies: list[str]) -> Table:
    adapted = Text("確認する", "adapted").in_(lang)
    inert = Text("条項が問う設定を持たない", "holds nothing that a clause asks about").in_(lang)
    rows: list[list[str]] = []
    for provider in plugins.providers():
        known = plugins.adapters(provider, "terraform")
        if known is None:
            continue
        rows += [[provider, type_, adapted] for type_ in known.adapters]
        rows += [
            [provider, type_, Text(f"{of} と併せて読む", f"part of {of}").in_(lang)]
            for type_, of in known.parts.items()
        ]
        rows += [[provider, type_, inert] for type_ in known.inert]
    head = [Text("提供者", "Provider"), Text("資源種別", "Resource type"), Text("扱い", "Treatment")]
    return head, sorted(rows)
