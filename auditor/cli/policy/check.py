"""``auditor policy check``: every defect of a pack, one line each."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.policy.choosing import Choice
from auditor.errors import ConfigError, ExitCode
from auditor.plugins import Plugins
from auditor.policies.checking import Checked, Defect, check_pack
from auditor.policies.loader import load_controls, load_pack
from auditor.text import Lang, Text
from auditor.validation import schema_defects

_FILES = ("policy.yaml", "clauses.csv", "mapping.csv", "documents.csv", "inherited.csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "pack", metavar="PACK", help="パックのフォルダ、又はポリシーの ID / folder of a pack, or id of a policy"
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Check; the exit code is that of a wrong configuration if there is any defect."""
    lang: Lang = options.lang
    plugins = Plugins()
    folder = Choice(plugins, read_config(options)).folder(options.pack)
    controls = load_controls()
    checked = check_pack(folder, controls)
    # a schema's complaint and one of ours on the same broken file are the same sentence
    defects = list(dict.fromkeys([*schema_defects(folder), *checked.defects]))
    if not defects:
        try:
            load_pack(folder, controls)
        except ConfigError as error:
            defects.append(Defect("", 0, error.text))
    defects.sort(key=_place)
    show("\n".join([*(defect.said.in_(lang) for defect in defects), *_told(folder, checked, len(defects), lang)]))
    return ExitCode.USAGE if defects else say_failures(plugins, lang)


def _place(defect: Defect) -> tuple[int, int]:
    return (_FILES.index(defect.file) if defect.file in _FILES else len(_FILES), defect.line)


def _told(folder: Path, checked: Checked, defects: int, lang: Lang) -> list[str]:
    """What was checked, and what is left to do."""
    classes = ", ".join(f"{name} {number}" for name, number in checked.classes.items()) or "-"
    lines = [
        Text(
            f"{folder}: 条項 {checked.clauses}件（{classes}）、対応付け {checked.rows}行、書面 {checked.documents}種類、"
            f"条文 {checked.worded}件。",
            f"{folder}: {checked.clauses} clauses ({classes}), {checked.rows} rows of mapping, "
            f"{checked.documents} documents, wording of {checked.worded} clauses.",
        )
    ]
    if checked.proposed:
        lines.append(
            Text(
                f"提案のままの行 {checked.proposed}行（条項 {checked.open}件）。確定するまで、これらの条項は未確認となる。",
                f"{checked.proposed} rows ({checked.open} clauses) are proposals; until a person confirms them these "
                "clauses are not verified.",
            )
        )
    lines.append(
        Text(f"誤り {defects}件。", f"{defects} defects.")
        if defects
        else Text("誤りは見つからなかった。", "No defect was found.")
    )
    return [line.in_(lang) for line in lines]
