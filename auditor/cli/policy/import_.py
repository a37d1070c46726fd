"""``auditor policy import``: from the text of a policy to a pack whose mapping is proposed."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.errors import ExitCode, UsageError
from auditor.layout import safe
from auditor.plugins import Plugins
from auditor.policies.aligning import known_clauses
from auditor.policies.drafting import Draft, Names, draft
from auditor.policies.importing import Hints, ParsedPolicy, parse, read_source
from auditor.policies.importing.documents import WHOLE
from auditor.policies.loader import load_controls
from auditor.policies.model import ClauseClass
from auditor.policies.writing import check_place, write_pack
from auditor.run import Packs
from auditor.text import Text

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="ポリシーの本文（テキスト・PDF・HTML・DOCX） / the text of the policy: plain text, PDF, HTML, DOCX",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="PACK",
        help="作るフォルダ。上書きはしない / folder to make; nothing is written over",
    )
    parser.add_argument(
        "--id",
        default="",
        metavar="ID",
        help="パックの ID（既定: ファイル名による） / id (default: from the file name)",
    )
    parser.add_argument(
        "--title",
        default="",
        metavar="TEXT",
        help="ポリシーの名称（既定: 本文による） / title (default: from the text)",
    )
    parser.add_argument(
        "--body",
        default="",
        metavar="TEXT",
        help="団体の名称（既定: 本文による） / name of the body (default: from the text)",
    )
    parser.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="ID=TITLE",
        help="引用に用いる文書の名称（例 std=○○市情報セキュリティ対策基準、繰返し可） / title by which a document is cited, may be repeated",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Import."""
    id_ = _id(options)
    hints = _hints(options)
    check_place(options.output)
    source = read_source(options.source)
    policy = parse(source, hints)
    _check_documents(hints, policy)
    plugins = Plugins()
    packs = Packs(plugins, read_config(options), load_controls()).all()
    made = draft(source, policy, Names(id_, options.title, options.body), known_clauses(packs))
    write_pack(options.output, made.files)
    for warning in _warnings(policy, made):
        print(f"auditor: {safe(warning.in_(options.lang))}", file=sys.stderr)
    show("\n".join(text.in_(options.lang) for text in _told(policy, made, options.output)))
    return say_failures(plugins, options.lang)


def _id(options: argparse.Namespace) -> str:
    """The id asked for, else one made of the file name or, where that has no letters for it, the folder's."""
    if options.id:
        if not _ID.fullmatch(options.id):
            raise UsageError(
                f"--id「{options.id}」は使えません。英小文字、数字、「.」、「_」、「-」で書いてください。",
                f"--id {options.id} cannot be one; use small letters, digits, '.', '_' and '-'.",
            )
        return str(options.id)
    for name in (options.source.stem, options.output.resolve().name):
        slug = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("._-")
        if re.search("[a-z]", slug):  # the year in a Japanese name is no id
            return slug
    raise UsageError(
        "ファイル名からパックの ID を作れません。--id で指定してください。",
        "no id can be made of the file name; give one with --id.",
    )


def _hints(options: argparse.Namespace) -> Hints:
    titles = {WHOLE: options.title} if options.title else {}
    for given in options.document:
        id_, equals, title = given.partition("=")
        if not (id_ and equals and title):
            raise UsageError(
                f"--document「{given}」は ID=名称 の形で指定してください（例 std=○○市情報セキュリティ対策基準）。",
                f"--document {given} must have the form ID=TITLE.",
            )
        titles[id_] = title
    return Hints(body=options.body, titles=titles)


def _check_documents(hints: Hints, policy: ParsedPolicy) -> None:
    known = [document.id for document in policy.documents]
    for id_ in hints.titles:
        if id_ not in known:
            listed = ", ".join(known)
            raise UsageError(
                f"--document: 本文に文書 {id_} はありません（あるもの: {listed}）。",
                f"--document: the text has no document {id_}; it has: {listed}.",
            )


def _warnings(policy: ParsedPolicy, made: Draft) -> list[Text]:
    """What a reader has to look at in the source."""
    pages = {node.id: node.page for node in policy.nodes}
    found = []
    for one in policy.warnings:
        page = pages.get(one.node)
        place = Text(f" {page}ページ", f" page {page}") if page else Text(f" {one.line}行目", f" line {one.line}")
        place = place if one.line or page else Text("", "")
        node = f" {one.node}" if one.node else ""
        found.append(
            Text(
                f"{policy.source}{place.ja}{node}: {one.message.ja}",
                f"{policy.source}{place.en}{node}: {one.message.en}",
            )
        )
    if not made.body:
        found.append(
            Text(
                "本文から団体名が分かりません。policy.yaml の body に記載するか、--body で指定してください。",
                "the text does not name its body; write it into policy.yaml or give it with --body.",
            )
        )
    return found


def _told(policy: ParsedPolicy, made: Draft, folder: Path) -> list[Text]:
    """What was read, what was proposed, and what is left to do."""
    id_ = made.files.head["id"]
    proposals = made.proposals.values()
    classes = Counter(proposal.class_ for proposal in proposals)
    listed = [(class_, classes[class_]) for class_ in ClauseClass if classes[class_]]
    doubtful = sum(proposal.doubtful for proposal in proposals)
    controls = sum(len(proposal.mappings) for proposal in proposals)
    return [
        Text(f"{folder} を作成しました。", f"{folder} is made."),
        _counted(policy, made),
        *(
            Text(f"  文書 {one['id']}: {one['citation']}", f"  document {one['id']}: {one['citation']}")
            for one in made.files.head["documents"]
        ),
        _left_out(policy),
        Text(
            f"提案: {'、'.join(f'{class_.value} {number}件' for class_, number in listed)}。統制 {controls}件、書面 {len(made.files.documents)}件。うち類似度の低い条項 {doubtful}件。",
            f"Proposed: {', '.join(f'{number} {class_.value}' for class_, number in listed)}; {controls} controls, {len(made.files.documents)} documents. Clauses of low likeness: {doubtful}.",
        ),
        Text(
            "要旨（summary_ja, summary_en）は空です。レポートには見出しを示し、条文は wording.json（手元用）にあります。",
            "The summaries are empty: reports show the headings, and the wording stands in wording.json, which is yours.",
        ),
        Text(
            f"提案のままの条項は「未確認」と答えます。mapping.csv を確認して status を confirmed にし、`auditor policy check {folder}` で確かめてください。",
            "Clauses with proposals are answered 'not verified': review mapping.csv, set status to confirmed, and run "
            f"`auditor policy check {folder}`.",
        ),
        Text(
            f'使うには、auditor.toml の [run] に packs = ["{folder}"] を書き、--policy {id_} を指定します。',
            f'To use it, write packs = ["{folder}"] under [run] in auditor.toml and give --policy {id_}.',
        ),
    ]


def _counted(policy: ParsedPolicy, made: Draft) -> Text:
    headings = len(policy.nodes) - len(made.proposals)
    edition = made.files.head.get("edition", "")
    since = made.files.head.get("in_force_from", "")
    return Text(
        f"条項 {len(made.proposals)}件、見出し {headings}件を読み取りました（版: {edition or '記載なし'}、施行日: {since or '記載なし'}）。",
        f"Read: {len(made.proposals)} clauses, {headings} headings (edition: {edition or 'not stated'}, in force from: {since or 'not stated'}).",
    )


def _left_out(policy: ParsedPolicy) -> Text:
    """What of the source is no clause."""
    kinds = Counter(artefact.kind for artefact in policy.artefacts)
    listed = ", ".join(f"{kind.value} {number}" for kind, number in sorted(kinds.items()))
    share = f"{100 * policy.coverage:.1f}%"
    return Text(
        f"本文の文字の {share} が条項又は条項でない部分にあります（条項でない部分: {listed or 'なし'}）。",
        f"{share} of the characters stand in clauses or in what is no clause ({listed or 'none'}).",
    )
