"""``auditor permissions``: the least that a collection must be allowed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.live import collector_of
from auditor.errors import ExitCode, OutputError, reason_of
from auditor.plugins import Plugins
from auditor.run import controls_of
from auditor.text import Text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("provider", metavar="PROVIDER", help="aws")
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="このポリシーの条項に要る権限（既定 toyama、繰返し可） / permissions for the clauses of the policy, may be repeated",
    )
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="FOLDER",
        help="クラウドの上限の大きさに分けて、このフォルダに書く / write into this folder, in parts of the size that the cloud takes",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Print or write."""
    config = read_config(options)
    plugins = Plugins()
    collector = collector_of(plugins, options.provider)
    documents = collector.permission_documents(controls_of(plugins, config, options.policy), split=bool(options.output))
    if options.output:
        _write(Path(options.output), options.provider, documents)
        show(
            Text(
                f"{options.output} に {len(documents)} 個のポリシーを書きました。",
                f"wrote {len(documents)} policies into {options.output}.",
            ).in_(options.lang)
        )
    else:
        show(_json(documents[0]))
    return say_failures(plugins, options.lang)


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _write(folder: Path, provider: str, documents: Any) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, document in enumerate(documents, 1):
            (folder / f"{provider}-permissions-{number}.json").write_text(_json(document) + "\n", encoding="utf-8")
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(
            f"{folder} に書けません（{reason.ja}）。", f"{folder} cannot be written ({reason.en})."
        ) from None
