"""``auditor scan``: read targets, judge them, report."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from auditor.cli.common import add_config, add_lang, read_config, say_failures
from auditor.cli.live import add_live, live_targets
from auditor.config import Config
from auditor.engine import Progress
from auditor.errors import AuditorError, ExitCode, OutputError, UsageError
from auditor.findings import Severity
from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.reporting import Options, Report, ReporterEntry, check_target, write
from auditor.run import Settings, no_progress, run
from auditor.sources import real_path

_LEVELS = {severity.label: severity for severity in Severity}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="`terraform show -json` で出力したプラン（- は標準入力）、`auditor collect` のスナップショット、又は aws（今のアカウント）"
        " / a plan written by `terraform show -json` (- for standard input), a snapshot of `auditor collect`, or aws (the account now)",
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
        help="レポートの形式と出力先（text, json, sarif, residue。既定 text、繰返し可） / report format and file, may be repeated",
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
    parser.add_argument(
        "--snapshot",
        default="",
        metavar="FOLDER",
        help="aws を確認するとき、収集した内容を残す場所 / where to keep what is collected when aws is scanned",
    )
    add_live(parser)
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Scan and report."""
    # Everything a scan allocates lives until its end, so collecting cycles on the way only costs time.
    gc.disable()
    config = read_config(options)
    plugins = Plugins()
    reports = _reports(options.report or ["text"], plugins.reporters(), options.targets)
    level = options.fail_on or config.fail_on or "low"
    with live_targets(options, plugins, config) as targets:
        return _scan(options, config, plugins, reports, level, targets)


def _scan(
    options: argparse.Namespace,
    config: Config,
    plugins: Plugins,
    reports: list[tuple[ReporterEntry, str | None]],
    level: str,
    targets: Sequence[str],
) -> ExitCode:
    settings = Settings(
        targets=tuple(targets),
        policies=tuple(options.policy),
        phase=Phase(options.phase) if options.phase else None,
        strict=options.strict or config.strict,
        fail_on=_LEVELS.get(level),
        config=config,
    )
    bar = _bar(sys.stderr)
    try:
        report = run(settings, plugins, bar)
    except AuditorError:
        # a plugin that did not load may be why the rest does not fit
        say_failures(plugins, options.lang)
        raise
    finally:
        if bar is not no_progress:
            sys.stderr.write("\r\x1b[K")
    code = _deliver(report, reports, options, plugins)
    say_failures(plugins, options.lang)
    return code


def _deliver(
    report: Report, reports: list[tuple[ReporterEntry, str | None]], options: argparse.Namespace, plugins: Plugins
) -> ExitCode:
    """Write every report that can be written; raises the first :class:`OutputError` after the last of them."""
    refused: OutputError | None = None
    code = report.run.exit_code
    for entry, target in reports:
        try:
            write(entry.load(), report, target, _style(options, target))
        except OutputError as error:
            refused = refused or error
        except Exception as error:  # a foreign reporter may raise anything; it is named, and the others are written
            plugins.fail(
                f"レポート形式 {entry.format} を書けません（{type(error).__name__}）。",
                f"the report format {entry.format} cannot be written ({type(error).__name__}).",
            )
            if code is ExitCode.VERIFIED:
                code = ExitCode.INCOMPLETE
    if refused is not None:
        raise refused
    return code


def _reports(
    wanted: list[str], known: dict[str, ReporterEntry], targets: list[str]
) -> list[tuple[ReporterEntry, str | None]]:
    """Formats and files, checked before the work begins."""
    out: list[tuple[ReporterEntry, str | None]] = []
    inputs = {real_path(target) for target in targets}
    files: set[str] = set()
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
        out.append((known[format_], target or None))
        if target in ("", "-"):
            to_stdout += 1
            continue
        check_target(target)
        file = real_path(target)
        if file in inputs:
            raise UsageError(
                f"--report {item}: 出力先が入力と同じファイルです。別のファイルを指定してください。",
                f"--report {item}: the file is also an input; name another one.",
            )
        if file in files and (not Path(file).exists() or Path(file).is_file()):
            raise UsageError(
                f"--report {item}: 同じファイルに二つのレポートは書けません。出力先を分けてください。",
                f"--report {item}: another report goes to the same file; name another one.",
            )
        files.add(file)
    if to_stdout > 1:
        raise UsageError(
            "標準出力に書くレポートは一つだけです。--report FORMAT=FILE で出力先を分けてください。",
            "only one report can go to standard output; give the others a file with --report FORMAT=FILE.",
        )
    return out


def _style(options: argparse.Namespace, target: str | None) -> Options:
    # standard output is None where the program was started with it closed
    terminal = target in (None, "-") and bool(sys.stdout) and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    return Options(lang=options.lang, width=width, color=terminal and not os.environ.get("NO_COLOR"))


def _bar(stream: TextIO) -> Progress:
    """A progress bar on a terminal; nothing elsewhere."""
    if not stream.isatty():
        return no_progress

    def show(done: int, total: int) -> None:
        # what stands for unlisted records is read as well, and is none of the resources that a source counts
        share = min(1.0, done / total) if total else 1.0
        filled = int(share * 30)
        stream.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,}/{total:,}")
        stream.flush()

    return show
