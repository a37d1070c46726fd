"""``auditor collect``: ask a cloud and write a snapshot that can be judged without it."""

from __future__ import annotations

import argparse

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.executors import add_executor, executor_of
from auditor.cli.live import add_live, collect_options, collector_of, teller
from auditor.errors import ExitCode
from auditor.plugins import Plugins
from auditor.run import controls_of
from auditor.text import Text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("provider", metavar="PROVIDER", help="aws")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="SNAPSHOT",
        help="保存先のフォルダ（途中で止まっても同じコマンドで続きから収集する）。--executor では全ワーカーから届く URL も可"
        " / folder to write; the same command goes on where it was stopped. With --executor, a URL that all workers reach",
    )
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="このポリシーの条項に要るものだけを収集する（繰返し可） / collect only what the clauses of the policy need",
    )
    add_live(parser)
    add_executor(parser)
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Collect."""
    config = read_config(options)
    plugins = Plugins()
    collector = collector_of(plugins, options.provider)
    controls = controls_of(plugins, config, options.policy) if options.policy else None
    asked = collect_options(options, controls)
    told = teller(options.lang)
    try:
        with executor_of(options) as executor:
            collector.collect(options.output, asked, executor, told)
    finally:
        told.end()
    place = options.output
    show(
        Text(
            f"{place} に収集しました。`auditor scan {place}` で確認できます。",
            f"collected into {place}; judge it with `auditor scan {place}`.",
        ).in_(options.lang)
    )
    return say_failures(plugins, options.lang)
