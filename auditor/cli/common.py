"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TextIO, cast

from auditor.config import Config, load_config
from auditor.errors import ExitCode, OutputError, reason_of
from auditor.plugins import Plugins
from auditor.reporting import discard_stdout
from auditor.text import Lang

DEFAULT_CONFIG = Path("auditor.toml")


def add_lang(parser: argparse.ArgumentParser) -> None:
    """``--lang``."""
    parser.add_argument(
        "--lang", choices=("ja", "en"), default="ja", help="出力の言語（既定 ja） / language of the output (default ja)"
    )


def add_config(parser: argparse.ArgumentParser) -> None:
    """``--config``."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="設定ファイル（既定: あれば ./auditor.toml） / configuration (default: ./auditor.toml where present)",
    )


def read_config(options: argparse.Namespace) -> Config:
    """The configuration named by ``--config``, else ``./auditor.toml`` if there is one, else the defaults."""
    if options.config is not None:
        return load_config(options.config)
    if os.path.lexists(DEFAULT_CONFIG):
        return load_config(DEFAULT_CONFIG)
    return Config()


def show(text: str) -> None:
    """Print ``text`` on standard output.

    Nothing is wrong if the reader of a pipe goes away (``auditor list checks | head``); raises
    :class:`OutputError` where standard output cannot be written to otherwise.
    """
    # None where the program was started with it closed, whatever its type says
    if cast("TextIO | None", sys.stdout) is None:
        raise OutputError("標準出力が閉じられています。", "standard output is closed.")
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        discard_stdout()
        reason = reason_of(error)
        raise OutputError(
            f"標準出力に書けません（{reason.ja}）。", f"standard output cannot be written to ({reason.en})."
        ) from None


def say_failures(plugins: Plugins, lang: Lang) -> ExitCode:
    """Name every plugin that did something wrong on standard error; the exit code that follows."""
    for failure in plugins.failures:
        print(f"auditor: {failure.sentence(lang)}", file=sys.stderr)
    return ExitCode.INCOMPLETE if plugins.failures else ExitCode.VERIFIED
