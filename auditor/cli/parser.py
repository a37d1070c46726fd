"""The parser of the command line: argparse with help in both languages and mistakes told like all others."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from auditor.errors import UsageError
from auditor.layout import wrap
from auditor.text import Text

# What argparse says of a mistake -> the same in Japanese; its versions differ in quotes only.
_JAPANESE = (
    (r"the following arguments are required: (.+)", r"\1 を指定してください。"),
    (
        r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)",
        r"\1 に「\2」は指定できません（使えるもの: \3）。",
    ),
    (r"argument (.+?): expected (?:one|at least one) argument", r"\1 の後に値がありません。"),
    (r"argument (.+?): ignored explicit argument '?(.*?)'?", r"\1 に値（\2）は付けられません。"),
    (r"unrecognized arguments: (.+)", r"指定できないものがあります: \1。"),
)


class Parser(argparse.ArgumentParser):
    """Options are written in full; a mistake raises :class:`auditor.errors.UsageError`."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, formatter_class=_Help, add_help=False, allow_abbrev=False)
        # argparse offers no other way to name the sections of its help
        self._positionals.title = "引数 / arguments"
        self._optionals.title = "オプション / options"
        self.add_argument("-h", "--help", action="help", help="この説明を示して終わる / show this help and exit")

    def error(self, message: str) -> NoReturn:
        """Raise the mistake that argparse found, in one sentence."""
        said = told(message)
        raise UsageError(f"{said.ja}使い方は `{self.prog} --help` で示します。", f"{said.en} See `{self.prog} --help`.")


def told(message: str) -> Text:
    """What argparse says, in both languages; what has no Japanese here stays as it is.

    >>> told("unrecognized arguments: --x").ja
    '指定できないものがあります: --x。'
    """
    for pattern, japanese in _JAPANESE:
        found = re.fullmatch(pattern, message)
        if found is not None:
            return Text(found.expand(japanese).replace("', '", ", ").replace("'", ""), f"{message}.")
    return Text(f"指定に誤りがあります（{message}）。", f"{message}.")


class _Help(argparse.HelpFormatter):
    """Lines as wide as they look: a Japanese character takes two columns."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrap(text, width - len(indent)))
