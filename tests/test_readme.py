"""What the README shows is what the program does."""

from __future__ import annotations

import io
import re
from pathlib import Path

from auditor.errors import ExitCode
from auditor.plugins import Plugins
from auditor.reporting import Options
from auditor.run import Settings, run

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_line_of_the_shown_report_is_in_the_report() -> None:
    shown = README.split("```text\n", 1)[1].split("```", 1)[0].splitlines()
    plugins = Plugins()
    report = run(Settings(targets=(str(ROOT / "examples" / "aws-nonconforming" / "plan.json"),)), plugins)
    out = io.BytesIO()
    plugins.reporters()["text"].load()(report, out, Options())
    said = {squeezed(line) for line in out.getvalue().decode().splitlines()}
    assert len(shown) >= 10
    for line in shown:
        # two short lines of the report stand side by side in the README
        for part in re.split(r" {6,}(?=場所)", line):
            assert squeezed(part) in said, part


def test_the_table_of_exit_codes_is_complete() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)}
    assert listed == {int(code) for code in ExitCode}
