"""``auditor policy``: packs of one's own, one module a command; each is imported when it is chosen."""

from __future__ import annotations

import argparse
import importlib

from auditor.cli.parser import Parser
from auditor.errors import ExitCode

COMMANDS = {
    "import": ("import_", "本文（テキスト・PDF・HTML・DOCX）からパックを作る / make a pack from the text of a policy"),
    "wording": ("wording", "手元の条文をパックに付ける / attach your own copy of the wording to a pack"),
    "check": ("check", "パックの誤りを全て挙げる / name every defect of a pack"),
    "diff": ("diff", "二つの版を比べ、対応付けを引き継ぐ / compare two editions and carry the mapping over"),
    "align": ("align", "対応付けの提案の精度を同梱のパックで測る / measure proposals against the shipped packs"),
}
"""Name -> its module in this package, and what it does."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command below; its own options come from its module."""
    parser.add_argument(
        "action",
        choices=tuple(COMMANDS),
        metavar="ACTION",
        help="; ".join(f"{name}: {does}" for name, (_, does) in COMMANDS.items()),
    )
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="ARGUMENT", help="ACTION の引数 / arguments of ACTION"
    )


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the command below."""
    module, does = COMMANDS[options.action]
    command = importlib.import_module(f"{__name__}.{module}")
    parser = Parser(f"auditor policy {options.action}", does)
    command.add_arguments(parser)
    code: ExitCode = command.execute(parser.parse_args(options.rest))
    return code
