"""The project's own report formats: text, JSON, SARIF and the list of what remains."""

from __future__ import annotations

from auditor.hookspecs import hookimpl
from auditor.reporting import Reporter, ReporterEntry
from auditor.text import Text


def _text() -> Reporter:
    from auditor_reports.text_report import write_text

    return write_text


def _json() -> Reporter:
    from auditor_reports.json_report import write_json

    return write_json


def _sarif() -> Reporter:
    from auditor_reports.sarif import write_sarif

    return write_sarif


def _residue() -> Reporter:
    from auditor_reports.residue_report import write_residue

    return write_residue


@hookimpl
def auditor_reporters() -> list[ReporterEntry]:
    """The formats; each reporter is imported when it is asked for."""
    return [
        ReporterEntry(
            "text", Text("条項ごとの結果を人が読む形で示す", "the result clause by clause, for people"), _text
        ),
        ReporterEntry("json", Text("全ての結果を機械が読む形で示す", "everything, for programs"), _json),
        ReporterEntry(
            "sarif",
            Text("SARIF 2.1.0（開発基盤の画面に表示できる）", "SARIF 2.1.0, for code-scanning displays"),
            _sarif,
        ),
        ReporterEntry(
            "residue",
            Text(
                "残存資源一覧（CSV。利用終了の確認の記録に添付する）",
                "list of what remains (CSV), for the record of the end of use",
            ),
            _residue,
        ),
    ]
