"""``auditor policy diff``: two editions of a policy compared, and what was decided carried over."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.cli.policy.choosing import Choice
from auditor.errors import ExitCode
from auditor.layout import safe
from auditor.plugins import Plugins
from auditor.policies.carrying import Carried, carry
from auditor.policies.comparing import Comparison, Kind, Pair, compare
from auditor.policies.loader import load_controls
from auditor.policies.writing import check_place, write_pack
from auditor.text import Lang, Text

_TITLES = {
    Kind.RENUMBERED: Text("番号の変更", "Renumbered"),
    Kind.CHANGED: Text("変更", "Changed"),
    Kind.OPEN: Text(
        "対応する条項（条文がそろわず、変更の有無は分からない）", "Matched, change unknown for want of both texts"
    ),
    Kind.ADDED: Text("追加", "Added"),
    Kind.DROPPED: Text("削除", "Dropped"),
}
_SHOWN = 3
"""Differences of one clause that are written out."""
_LONG = 40
"""Characters of one side of a difference that are written out."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("old", metavar="OLD", help="前の版のパック（フォルダ又は ID） / pack of the edition before")
    parser.add_argument("new", metavar="NEW", help="新しい版のパック（フォルダ又は ID） / pack of the new edition")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="PACK",
        help="OLD の対応付けと書面を NEW に引き継いだパックを作る。上書きはしない"
        " / make NEW with the mapping and documents of OLD; nothing is written over",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Compare, and carry over where asked to."""
    lang: Lang = options.lang
    if options.output is not None:
        check_place(options.output)
    plugins = Plugins()
    choice = Choice(plugins, read_config(options))
    controls = load_controls()
    old, new = choice.load(options.old, controls), choice.load(options.new, controls)
    comparison = compare(old, new)
    lines = _compared(comparison, lang)
    if options.output is not None:
        carried = carry(old, new, comparison)
        write_pack(options.output, carried.files)
        lines += ["", *(text.in_(lang) for text in _carried(carried, options.output))]
    show("\n".join(safe(line) for line in lines))
    return say_failures(plugins, lang)


def _compared(comparison: Comparison, lang: Lang) -> list[str]:
    if comparison.by_wording:
        means = Text("条文どうしを比べました。", "Compared by the wording of both.")
    else:
        means = Text(
            "条文がそろわないため、要旨（ないときは条文）と見出しで比べました。条文は `auditor policy wording` で付けられます。",
            "Compared by summaries (the wording where there is none) and headings, as not both have their wording; "
            "`auditor policy wording` attaches it.",
        )
    counts = [(title, len(comparison.of(kind))) for kind, title in _TITLES.items()]
    listed = "、".join(f"{title.ja} {number}件" for title, number in counts)
    listed_en = ", ".join(f"{title.en.lower()} {number}" for title, number in counts)
    same = len(comparison.of(Kind.SAME))
    lines = [means.in_(lang), Text(f"同じ {same}件、{listed}。", f"The same {same}, {listed_en}.").in_(lang)]
    for kind, title in _TITLES.items():
        pairs = comparison.of(kind)
        if pairs:
            lines += ["", f"{title.in_(lang)} ({len(pairs)})"]
            lines += [line for pair in pairs for line in _pair(pair, lang)]
    return lines


def _pair(pair: Pair, lang: Lang) -> list[str]:
    clause = pair.new or pair.old
    if clause is None:
        return []
    line = f"  {clause.citation} {clause.heading or _cut(pair.text)}".rstrip()
    if pair.old is None or pair.new is None:
        return [line, f"    {_cut(pair.text)}"] if clause.heading and pair.text else [line]
    notes = []
    if pair.old.citation != clause.citation:
        # the title says nothing where it is the same
        before = pair.old.number if pair.old.document == clause.document else pair.old.citation
        notes.append(Text(f"前の番号 {before}", f"was {before}").in_(lang))
    if pair.kind is not Kind.RENUMBERED:
        notes.append(Text(f"類似度 {pair.likeness:.2f}", f"likeness {pair.likeness:.2f}").in_(lang))
    lines = [f"{line} ({', '.join(notes)})"] if notes else [line]
    for before, after in pair.differences[:_SHOWN]:
        lines += [f"    {sign} {_cut(text)}" for sign, text in (("-", before), ("+", after)) if text]
    left = len(pair.differences) - _SHOWN
    if left > 0:
        lines.append("    " + Text(f"ほか {left}か所", f"{left} more").in_(lang))
    return lines


def _cut(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= _LONG else told[: _LONG - 1] + "…"


def _carried(carried: Carried, folder: Path) -> list[Text]:
    lines = [
        Text(f"{folder} を作成しました。", f"{folder} is made."),
        Text(
            f"条文が同じで確定のまま引き継いだ条項 {carried.same}件、提案として引き継いだ条項 {carried.proposed}件、"
            f"NEW で確定済みの条項 {carried.kept}件、対応する条項がないもの {carried.new}件。",
            f"Carried over as confirmed, the wording being the same: {carried.same} clauses; as proposals: "
            f"{carried.proposed}; confirmed in NEW already: {carried.kept}; without a counterpart: {carried.new}.",
        ),
    ]
    if carried.left:
        listed = ", ".join(carried.left)
        lines.append(
            Text(
                f"OLD の {listed} は引き継いでいません。新しい本文で確認して記載してください。",
                f"Not carried over: {listed} of OLD; look them up in the new text and write them.",
            )
        )
    lines.append(
        Text(
            f"次に、{folder / 'mapping.csv'} の提案の行を確認し、auditor.toml の packs を {folder} に改めてください。",
            f"Next, review the proposals in {folder / 'mapping.csv'} and name {folder} under packs in auditor.toml.",
        )
    )
    return lines
