"""``auditor scan``: read targets, judge them, report."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from typing import TextIO

from auditor.cli.common import add_config, add_lang, read_config
from auditor.engine import Progress
from auditor.errors import ExitCode, UsageError
from auditor.findings import Severity
from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.reporting import Options, Report, ReporterEntry, write
from auditor.run import Settings, no_progress, run

_LEVELS = {severity.label: severity for severity in Severity}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="`terraform show -json` で出力したプラン。- は標準入力 / plan written by `terraform show -json`, - for standard input",
    )
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="ポリシー（既定 toyama、繰返し可） / policy, may be repeated",
    )
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help="レポートの形式と出力先（text, json, sarif。既定 text、繰返し可） / report format and file, may be repeated",
    )
    parser.add_argument(
        "--phase",
        choices=[phase.value for phase in Phase],
        help="段階: select 選定, build 構築（既定）, operate 運用, terminate 利用終了 / phase of the life cycle",
    )
    parser.add_argument(
        "--fail-on",
        choices=[*_LEVELS, "never"],
        help="この重大度以上の不適合で終了コード 1（既定 low） / least severity that sets exit code 1",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="未確認があれば終了コード 3 / exit code 3 when anything is not verified",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Scan and report."""
    # Everything a scan allocates lives until its end, so collecting cycles on the way only costs time.
    gc.disable()
    config = read_config(options)
    plugins = Plugins()
    reports = _reports(options.report or ["text"], plugins.reporters())
    level = options.fail_on or config.fail_on or "low"
    settings = Settings(
        targets=tuple(options.targets),
        policies=tuple(options.policy),
        phase=Phase(options.phase) if options.phase else None,
        strict=options.strict or config.strict,
        fail_on=_LEVELS.get(level),
        config=config,
    )
    bar = _bar(sys.stderr)
    report = run(settings, plugins, bar)
    if bar is not no_progress:
        sys.stderr.write("\r\x1b[K")
    for entry, target in reports:
        write(entry.load(), report, target, _style(options, target))
    _say_problems(report, options)
    return report.run.exit_code


def _reports(wanted: list[str], known: dict[str, ReporterEntry]) -> list[tuple[ReporterEntry, str | None]]:
    """Formats and files, checked before the work begins."""
    out: list[tuple[ReporterEntry, str | None]] = []
    to_stdout = 0
    for item in wanted:
        format_, equals, target = item.partition("=")
        if format_ not in known:
            names = ", ".join(sorted(known))
            raise UsageError(
                f"レポート形式 {format_} はありません（使えるもの: {names}）。",
                f"there is no report format {format_}; there are: {names}.",
            )
        if equals and not target:
            raise UsageError(f"--report {item}: = の後に出力先がありません。", f"--report {item}: no file after =.")
        to_stdout += target in ("", "-")
        out.append((known[format_], target or None))
    if to_stdout > 1:
        raise UsageError(
            "標準出力に書くレポートは一つだけです。--report FORMAT=FILE で出力先を分けてください。",
            "only one report can go to standard output; give the others a file with --report FORMAT=FILE.",
        )
    return out


def _style(options: argparse.Namespace, target: str | None) -> Options:
    terminal = target is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    return Options(lang=options.lang, width=width, color=terminal and "NO_COLOR" not in os.environ)


def _bar(stream: TextIO) -> Progress:
    """A progress bar on a terminal; nothing elsewhere."""
    if not stream.isatty():
        return no_progress

    def show(done: int, total: int) -> None:
        share = done / total if total else 1.0
        filled = int(share * 30)
        stream.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,}/{total:,}")
        stream.flush()

    return show


def _say_problems(report: Report, options: argparse.Namespace) -> None:
    for problem in report.run.problems:
        print(f"auditor: {problem.in_(options.lang)}", file=sys.stderr)
