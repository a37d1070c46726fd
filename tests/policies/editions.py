"""The policy of a town that does not exist, in two editions, as packs with and without wording."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from auditor.policies.aligning import Known, known_clauses
from auditor.policies.drafting import Names, draft
from auditor.policies.importing import parse, read_source
from auditor.policies.loader import WORDING_FILE
from auditor.policies.writing import write_pack
from tests.policies.small_packs import load, make

FIRST = """浜辺市情報セキュリティ対策基準

1 記録

(1) 操作の記録

情報システム管理者は、次の事項を行わなければならない。

① 操作の記録を取り、消えないように一年間保つこと。

② 記録を毎月点検し、結果を上司に知らせること。

③ 記録を置く場所に入れる者を限ること。

(2) 委託先

委託先との契約に、秘密の保持を入れなければならない。

2 複製

重要な情報の複製を毎日作り、離れた場所に置かなければならない。

3 教育

職員に毎年度一回の研修を受けさせなければならない。
"""
# ② is new and moves what follows, the time of ① is another, 3 is gone and 4 is new
SECOND = (
    FIRST.replace("一年間", "三年間")
    .replace("③ 記録を置く", "④ 記録を置く")
    .replace("② 記録を毎月", "② 時計を正しい時刻に合わせること。\n\n③ 記録を毎月")
    .replace(
        "3 教育\n\n職員に毎年度一回の研修を受けさせなければならない。",
        "3 廃棄\n\n使わなくなった媒体は細かく砕かなければならない。",
    )
)


def put(folder: Path, name: str, text: str) -> Path:
    """A file with that text."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def known(folder: Path) -> list[Known]:
    """What proposals are taken from: a small pack."""
    return known_clauses(load(make(folder / "shipped")[:1]))


def make_pack(folder: Path, id_: str, text: str, *, confirmed: bool = False, worded: bool = True) -> Path:
    """The pack of a text below ``folder``, as ``auditor policy import`` makes it, or as a person has confirmed it."""
    source = read_source(put(folder, f"{id_}.txt", text))
    write_pack(folder / id_, draft(source, parse(source), Names(id_), known(folder / f".{id_}")).files)
    if confirmed:
        confirm(folder / id_)
    if not worded:
        (folder / id_ / WORDING_FILE).unlink()
    return folder / id_


def confirm(pack: Path) -> None:
    """What a person does: every row confirmed, every clause with a summary."""
    path = pack / "mapping.csv"
    path.write_bytes(path.read_bytes().replace(b",proposed,", b",confirmed,"))
    clauses = table(pack, "clauses.csv")
    for row in clauses:
        row["summary_ja"], row["summary_en"] = f"{row['number']}の要旨", f"On {row['number']}"
    with (pack / "clauses.csv").open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(clauses[0]))
        writer.writeheader()
        writer.writerows(clauses)


def table(pack: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader((pack / name).read_text(encoding="utf-8-sig").splitlines()))


def wording(path: Path) -> dict[str, str]:
    """Clause id -> text in a wording file."""
    clauses: dict[str, str] = json.loads(path.read_bytes())["clauses"]
    return clauses
