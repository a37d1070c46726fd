"""The program ``auditor``.

Start-up is part of the product: this module imports only argparse and the error family; each
command imports what it needs when it is chosen.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn, TextIO, cast

from auditor import __version__
from auditor.cli.parser import Parser
from auditor.errors import AuditorError, ExitCode, UsageError
from auditor.text import Lang, Text

COMMANDS = {
    "scan": "対象を確認し、条項ごとに答える / audit targets clause by clause",
    "collect": "クラウドの API から設定を収集し、スナップショットに保存する / collect an account's settings into a snapshot",
    "preflight": "確認の前に、権限が足りずに未確認となる条項を示す / tell which clauses cannot be answered for want of permissions",
    "permissions": "収集に要る最小の権限を示す / print the least permissions that a collection needs",
    "explain": "検査・統制・条項の説明を示す / explain a check, a control or a clause",
    "list": "検査・統制・ポリシー・条項・資源種別の一覧 / list checks, controls, policies, clauses, resource types",
    "policy": "自団体のポリシーのパックを作る / make policy packs of your own",
}
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""
_FRAMES = 4
"""Places that are told of a defect, the innermost first."""


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command; a command's own options come from its module when it is chosen."""
    parser = Parser(
        "auditor",
        "自治体情報セキュリティポリシーの条項ごとにクラウドの設定を確認する。"
        " / Audits cloud configuration against the clauses of Japanese local-government security policies.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"auditor {__version__}",
        help="版を示して終わる / show the version and exit",
    )
    # argparse makes sub-parsers of the parser's own class, whose arguments are others
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=argparse.ArgumentParser
    )
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    _streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = _lang(given)
    try:
        return int(_execute(given))
    except AuditorError as error:
        print(f"auditor: {error.sentence(lang)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"auditor: {Text('中断しました。', 'interrupted.').in_(lang)}", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # a defect of the auditor: its exit code must not look like a result
        print(f"auditor: {_defect(error).in_(lang)}", file=sys.stderr)
        return ExitCode.INCOMPLETE


def program() -> NoReturn:
    """The program as it is installed: ends as soon as everything is written.

    Taking apart what a scan of a large plan has made takes seconds, and the system does it at once.
    """
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        # a stream that is closed, full or missing: left to the interpreter's own end
        sys.exit(code)
    os._exit(code)


def _streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a character that the terminal's encoding lacks is written out, not a traceback
            stream.reconfigure(errors="backslashreplace")
    # None where the program was started with it closed, whatever its type says
    if cast("TextIO | None", sys.stderr) is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _lang(given: Sequence[str]) -> Lang:
    """The language that the arguments ask for, known before they are checked."""
    for option, value in pairwise([*given, ""]):
        if option == "--lang=en" or (option, value) == ("--lang", "en"):
            return "en"
    return "ja"


def _execute(given: list[str]) -> ExitCode:
    if not given:
        listed = ", ".join(COMMANDS)
        raise UsageError(
            f"コマンド（{listed}）を指定してください。使い方は `auditor --help` で示します。",
            f"name a command ({listed}). See `auditor --help`.",
        )
    if given[0] not in COMMANDS:
        if given[0].startswith("-") and any(name in given for name in COMMANDS):
            raise UsageError(
                f"コマンド（{'、'.join(COMMANDS)}）を先に、{given[0]} などのオプションを後に書いてください。",
                f"write the command ({', '.join(COMMANDS)}) first and options such as {given[0]} after it.",
            )
        build_parser().parse_args(given)
        return ExitCode.USAGE
    command = importlib.import_module(f"auditor.cli.{given[0]}")
    parser = Parser(f"auditor {given[0]}", COMMANDS[given[0]])
    command.add_arguments(parser)
    code: ExitCode = command.execute(parser.parse_args(given[1:]))
    return code


def _defect(error: Exception) -> Text:
    """What broke and where; the message of the exception may hold values of the input and is not shown."""
    from traceback import extract_tb  # imported here: start-up does not pay for it

    frames = list(reversed(extract_tb(error.__traceback__)))[:_FRAMES]
    where = " < ".join(f"{frame.filename.rsplit(os.sep, 1)[-1]}:{frame.lineno}" for frame in frames)
    name = type(error).__name__
    return Text(
        f"本ツールの不具合で中断したため、結果は出ていません。次を添えて報告してください: {name}, {where}",
        f"stopped by a defect of the auditor, so there is no result. Please report this: {name}, {where}",
    )
