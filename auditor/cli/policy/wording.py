"""``auditor policy wording``: the user's own copy of the text, attached to a pack that ships without it."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditor.cli.common import DEFAULT_CONFIG, add_config, add_lang, read_config, say_failures, show
from auditor.cli.policy.choosing import HEAD, Choice
from auditor.errors import ExitCode, OutputError, UsageError, reason_of
from auditor.layout import safe
from auditor.plugins import Plugins
from auditor.policies.importing import Hints, ParsedPolicy, parse, read_source
from auditor.policies.importing.model import Node
from auditor.policies.loader import WORDING_FILE, load_controls
from auditor.policies.model import Clause, Pack
from auditor.policies.tables import read_bytes, read_yaml
from auditor.policies.wording import Match, match
from auditor.policies.writing import wording_bytes
from auditor.text import Lang, Text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "pack", metavar="PACK", help="ポリシーの ID、又はパックのフォルダ / id of a policy, or folder of a pack"
    )
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="パックの元になった本文（テキスト・PDF・HTML・DOCX） / the text that the pack was made from",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="書込み先（既定: 自団体のパックはその wording.json、同梱のパックは wording/ID.json）"
        " / file to write (default: wording.json of a pack of your own, wording/ID.json for a shipped one)",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Attach.  Raises :class:`UsageError` if the text is not that of the pack."""
    lang: Lang = options.lang
    plugins = Plugins()
    choice = Choice(plugins, read_config(options))
    # the copy that is there may be the broken one that is to be made again
    pack = choice.load(options.pack, load_controls(), worded=False)
    head: dict[str, Any] = read_yaml(pack.folder / HEAD, read_bytes(pack.folder / HEAD))
    titles = {id_: title for id_, title in pack.documents.items() if id_ != "policy"}
    policy = parse(read_source(options.source), Hints(body=pack.body.ja, titles=titles))
    found = match(pack, policy, str(head.get("source", {}).get("sha256", "")))
    told = [text.in_(lang) for text in _differences(found)]
    if not found.accepted:
        show("\n".join(map(safe, told)))
        raise _refused(pack, policy, found)
    file, named = _place(options, choice, pack)
    _write(file, wording_bytes(pack.id, {"file": policy.source, "sha256": policy.sha256}, found.wording))
    told += [text.in_(lang) for text in _attached(found, file)]
    if named:
        told += ["", "[wording]", f"{_key(pack.id)} = {json.dumps(_named(file, options.config), ensure_ascii=False)}"]
    show("\n".join(map(safe, told)))
    return say_failures(plugins, lang)


def _differences(found: Match) -> list[Text]:
    """How the text was compared, and everything in which it differs."""
    if found.same_file:
        lines = [
            Text("パックの元になったファイルと同じです（SHA-256）。", "The file that the pack was made from (SHA-256).")
        ]
    else:
        lines = [
            Text(
                "パックの元になったファイルとは異なるため、条項ごとに比べました。",
                "Not the file that the pack was made from, so it was compared clause by clause.",
            ),
            Text(
                "  比べたのは番号と見出しです。文そのものは比べられないため、別の版の文であっても分かりません。",
                "  Numbers and headings were compared; the sentences themselves could not be, so they may be those of "
                "another edition.",
            ),
        ]
    lines += _listed(Text("本文にない条項", "not in the text"), found.missing)
    lines += _listed(Text("パックにない条項", "not in the pack"), found.further)
    lines += [
        Text(
            f"  見出しの違い: {one.clause.citation} パック「{one.clause.heading}」 本文「{one.heading}」",
            f"  another heading: {one.clause.citation} {one.clause.heading!r} in the pack, {one.heading!r} in the text",
        )
        for one in found.headings
    ]
    if found.doubtful:
        listed = "、".join(clause.number or clause.id for clause in found.doubtful)
        listed_en = ", ".join(clause.number or clause.id for clause in found.doubtful)
        lines.append(
            Text(
                f"  上の違いにより番号が同じ条項を指すとは限らないため、条文を付けない条項 {len(found.doubtful)}件: {listed}",
                f"  without wording, as these differences leave open whether the number is that of the same clause: "
                f"{len(found.doubtful)}: {listed_en}",
            )
        )
    return lines


def _listed(title: Text, clauses: Sequence[Clause | Node]) -> list[Text]:
    """A line for each clause, those below it counted with it."""
    ids = {one.id for one in clauses}
    top = {one.id: one.id for one in clauses if one.parent not in ids}
    below: Counter[str] = Counter()
    for one in clauses:  # a parent stands before its children
        if one.id not in top:
            top[one.id] = top.get(one.parent, one.parent)
            below[top[one.id]] += 1
    lines = []
    for one in clauses:
        if top[one.id] == one.id:
            more = Text(f"（下位の {below[one.id]}件を含む）", f" (with {below[one.id]} below it)")
            more = more if below[one.id] else Text("", "")
            named = f"{one.citation} {one.heading}".rstrip()
            lines.append(Text(f"  {title.ja}: {named}{more.ja}", f"  {title.en}: {named}{more.en}"))
    return lines


def _refused(pack: Pack, policy: ParsedPolicy, found: Match) -> UsageError:
    sure = len(pack.clauses) - len(found.missing) - len(found.doubtful)
    return UsageError(
        f"{policy.source} はパック {pack.id} の元になった本文と一致しません（条項 {len(pack.clauses)}件のうち同じと分かるのは {sure}件）。"
        "別の版であれば、`auditor policy import` でその版のパックを作成してください。",
        f"{policy.source} is not the text of the pack {pack.id} ({sure} of its {len(pack.clauses)} clauses are certainly "
        "the same); for another edition make a pack with `auditor policy import`.",
    )


def _place(options: argparse.Namespace, choice: Choice, pack: Pack) -> tuple[Path, bool]:
    """The file to write, and whether the configuration must name it for it to be read."""
    if options.output is not None:
        return options.output, True
    if choice.is_shipped(pack.folder):
        return Path("wording") / f"{pack.id}.json", True
    return pack.folder / WORDING_FILE, False


def _attached(found: Match, file: Path) -> list[Text]:
    return [
        Text(
            f"条文 {len(found.wording)}件を {file} に書きました。手元用の写しです。",
            f"The wording of {len(found.wording)} clauses is in {file}; it is your own copy.",
        )
    ]


def _named(file: Path, config: Path | None) -> str:
    """The file as ``auditor.toml`` names it: from the folder of the configuration."""
    if file.is_absolute():
        return file.as_posix()
    folder = (config or DEFAULT_CONFIG).parent
    return Path(os.path.relpath(file, folder)).as_posix()


def _key(id_: str) -> str:
    """The id as a key of TOML, which takes a dot for a table."""
    return json.dumps(id_) if "." in id_ else id_


def _write(file: Path, data: bytes) -> None:
    """Write the file whole or not at all; an earlier copy is replaced."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(
            f"{file} に書けません（{reason.ja}）。書込み先と権限を確認してください。",
            f"{file} cannot be written ({reason.en}); check the place and its permissions.",
        ) from None
