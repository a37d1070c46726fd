"""``auditor collect``: ask a cloud and write a snapshot that can be judged without it."""

from __future__ import annotations

import argparse

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.executors import add_executor, executor_of
from auditor.cli.live import add_live, collect_options, collector_of, teller
from auditor.errors import ExitCode
from auditor.plugins import Plugins
from auditor.run import controls_of
from auditor.snapshots.model import Summary
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
            came = collector.collect(options.output, asked, executor, told)
    finally:
        told.end()
    show(_told(options.output, came).in_(options.lang))
    code = say_failures(plugins, options.lang)
    return code if came.answered else ExitCode.INCOMPLETE


def _told(place: str, came: Summary) -> Text:
    """What came of it, in a few sentences."""
    ja = f"{place} に収集しました（呼出し {came.calls:,}、うち答えがなかったもの {came.refused:,}）。"
    en = f"collected into {place} ({came.calls:,} calls, {came.refused:,} of them not answered)."
    if not came.answered:
        return Text(
            f"{ja}何も読み取れていません。権限を `auditor preflight` で確かめてください。",
            f"{en} Nothing could be read; check the permissions with `auditor preflight`.",
        )
    if came.passing:
        return Text(
            f"{ja}{came.passing:,} 件は一時的な失敗です。同じコマンドをもう一度実行すると、そのサービスとリージョンだけを尋ね直します。",
            f"{en} {came.passing:,} failed for the moment; run the same command again to ask their services again.",
        )
    return Text(f"{ja}`auditor scan {place}` で確認できます。", f"{en} Judge it with `auditor scan {place}`.")
