"""``auditor policy align``: how good proposed mappings are, measured with the packs that there are."""

from __future__ import annotations

import argparse

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.errors import ExitCode, UsageError
from auditor.layout import table
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls
from auditor.policies.measuring import Measure, measure
from auditor.run import Packs
from auditor.text import Text

_HEAD = (
    Text("ポリシー", "Policy"),
    Text("条項", "Clauses"),
    Text("1件目で的中", "Hit@1"),
    Text("3件以内で的中", "Hit@3"),
    Text("適合率", "Precision"),
    Text("再現率", "Recall"),
)
_NOTES = (
    Text(
        "ポリシーを一つずつ除き、残りのポリシーの条項との類似度による提案を、除いたポリシーの対応付けと比べた値。",
        "Each policy in turn is left out; what its likeness to the others proposes is compared with its own mapping.",
    ),
    Text(
        "条項: 区分が config, partial, document で、同じことを求める条項（clauses.csv の group）が他のポリシーにもあるもの。",
        "Clauses: of class config, partial or document, where a clause of another policy asks the same (group in clauses.csv).",
    ),
    Text(
        "的中: 似た条項のうち1件目又は3件目までに、正しい統制（document は書面）が一つでもあること。",
        "Hit: the first, or one of the first three, of the clauses it resembles names a right control (document: a document).",
    ),
    Text(
        "適合率・再現率: 見出しを除く全ての条項について、提案した統制のうち正しいもの、正しい統制のうち提案したものの割合。",
        "Precision, recall: over all clauses but headings, the share of proposed controls that are right, and of right ones proposed.",
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Measure."""
    plugins = Plugins()
    packs = Packs(plugins, read_config(options), load_controls()).all()
    if len(packs) < 2:
        raise UsageError(
            "比べるポリシーが二つ以上必要です。`auditor list policies` で確認してください。",
            "it takes two policies or more to compare; see `auditor list policies`.",
        )
    measures = measure(packs)
    total = Measure()
    for one in measures.values():
        total.add(one)
    rows = [_row(id_, one) for id_, one in [*measures.items(), (Text("計", "Total").in_(options.lang), total)]]
    lines = table([text.in_(options.lang) for text in _HEAD], rows, right=frozenset(range(1, len(_HEAD))))
    show("\n".join([*lines, "", *(note.in_(options.lang) for note in _NOTES)]))
    return say_failures(plugins, options.lang)


def _row(name: str, one: Measure) -> list[str]:
    return [
        name,
        str(one.clauses),
        _share(one.first / one.clauses if one.clauses else None),
        _share(one.three / one.clauses if one.clauses else None),
        _share(one.precision),
        _share(one.recall),
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}%"
