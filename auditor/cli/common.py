"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditor.config import Config, load_config

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
    if DEFAULT_CONFIG.is_file():
        return load_config(DEFAULT_CONFIG)
    return Config()
