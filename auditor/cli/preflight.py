"""``auditor preflight``: which clauses will stay unanswered for want of which permission."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.live import add_live, collect_options, collector_of
from auditor.collecting import Trial
from auditor.errors import ExitCode
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls
from auditor.policies.model import Pack, Role
from auditor.run import Packs, choose_packs, clauses_of
from auditor.text import Lang, Text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("provider", metavar="PROVIDER", help="aws")
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="ポリシー（既定 toyama、繰返し可） / policy, may be repeated",
    )
    add_live(parser)
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Try, and tell."""
    config = read_config(options)
    plugins = Plugins()
    collector = collector_of(plugins, options.provider)
    packs = choose_packs(Packs(plugins, config, load_controls()), options.policy, config)
    asked = collect_options(options, frozenset(clauses_of(packs)))
    trials = collector.trials(asked)
    denied = [trial for trial in trials if trial.allowed is False]
    open_ = [trial for trial in trials if trial.allowed is None]
    lang: Lang = options.lang
    show("\n".join(line.in_(lang) for line in _told(packs, trials, denied, open_)))
    code = say_failures(plugins, lang)
    return ExitCode.INCOMPLETE if denied else code


def _told(
    packs: Sequence[Pack], trials: Sequence[Trial], denied: Sequence[Trial], open_: Sequence[Trial]
) -> list[Text]:
    allowed = len(trials) - len(denied) - len(open_)
    lines = [
        Text(
            f"試した権限 {len(trials)}: 許可 {allowed}、拒否 {len(denied)}、試せなかったもの {len(open_)}",
            f"permissions tried {len(trials)}: allowed {allowed}, refused {len(denied)}, not tried {len(open_)}",
        )
    ]
    if denied:
        lines += [Text("", ""), Text("拒否された権限", "refused permissions")]
        lines += [_line(trial) for trial in denied]
    for pack in packs:
        found = _clauses(pack, denied)
        if found:
            name = pack.title
            lines += [
                Text("", ""),
                Text(
                    f"{name.ja}: 次の条項は、このままでは全部又は一部が未確認となります",
                    f"{name.en}: as it is, these clauses will not be verified, in whole or in part",
                ),
                *found,
            ]
    if open_:
        lines += [Text("", ""), Text("試せなかった権限（確認時に分かる）", "not tried (the scan will tell)")]
        lines += [_line(trial) for trial in open_]
    return lines


def _line(trial: Trial) -> Text:
    why = trial.why or Text("", "")
    return Text(f"  {trial.action}（{why.ja}）", f"  {trial.action} ({why.en})")


def _clauses(pack: Pack, denied: Sequence[Trial]) -> list[Text]:
    """Clauses with the refused permissions that they need, in the order of the policy."""
    lines = []
    for clause in pack.clauses:
        controls = {mapping.control for mapping in pack.mappings.get(clause.id, ()) if mapping.role is Role.DECIDES}
        missing = [trial.action for trial in denied if not controls.isdisjoint(trial.controls)]
        if missing:
            shown = ", ".join(missing[:_SHOWN])
            more_ja = f" 他 {len(missing) - _SHOWN} 件" if len(missing) > _SHOWN else ""
            more_en = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            lines.append(
                Text(
                    f"  {clause.citation} {clause.heading}: {shown}{more_ja}",
                    f"  {clause.citation} {clause.heading}: {shown}{more_en}",
                )
            )
    return lines


_SHOWN = 4
"""Permissions that are named for one clause."""
