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

from auditor import __version__
from auditor.errors import AuditorError, ExitCode
from auditor.text import Lang

COMMANDS = {
    "scan": "対象を確認し、条項ごとに答える / audit targets clause by clause",
    "explain": "検査・統制・条項の説明を示す / explain a check, a control or a clause",
    "list": "検査・統制・ポリシー・条項・資源種別の一覧 / list checks, controls, policies, clauses, resource types",
}


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command; a command's own options come from its module when it is chosen."""
    parser = argparse.ArgumentParser(
        prog="auditor",
        description="自治体情報セキュリティポリシーの条項ごとにクラウドの設定を確認する。"
        " / Audits cloud configuration against the clauses of Japanese local-government security policies.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"auditor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a character that the terminal's encoding lacks is written out, not a traceback
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in COMMANDS:
        command = importlib.import_module(f"auditor.cli.{given[0]}")
        parser = argparse.ArgumentParser(
            prog=f"auditor {given[0]}",
            description=COMMANDS[given[0]],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(parser)
        options = parser.parse_args(given[1:])
    else:
        options = build_parser().parse_args(given)
        return ExitCode.USAGE
    lang: Lang = getattr(options, "lang", "ja")
    try:
        return int(command.execute(options))
    except AuditorError as error:
        print(f"auditor: {error.sentence(lang)}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # the reader of a pipe went away (``auditor list | head``): not an error of this program
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.VERIFIED
    except KeyboardInterrupt:
        print("auditor: 中断しました / interrupted", file=sys.stderr)
        return 130
