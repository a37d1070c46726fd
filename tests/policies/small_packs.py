"""Two small packs of towns that do not exist, and a plugin that offers them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from auditor.hookspecs import hookimpl
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import Pack
from auditor.policies.writing import PackFiles, write_pack


class Given(NamedTuple):
    """One clause of a small pack."""

    id: str
    heading: str
    summary: str
    class_: str
    controls: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    status: str = "confirmed"


HILL = (
    Given("std/1", "記録", "システムの操作の記録を取り、消されないように保つ。", "config", ("log.audit-trail",)),
    Given("std/2", "複製", "重要な情報の複製を毎日作り、離れた場所に置く。", "config", ("backup.enabled",)),
    Given("std/3", "研修", "職員に毎年度の研修を受けさせる。", "process", (), ("training",)),
    Given("std/4", "契約", "委託先との契約に秘密の保持を入れる。", "document", (), ("contract",)),
    Given("std/5", "区切り", "この章は下の条に分かれる。", "heading"),
)
LAKE = (
    Given("std/1", "操作の記録", "誰が操作したかの記録を取り、保つ。", "partial", ("log.audit-trail", "log.retention")),
    Given("std/2", "複製の作成", "情報の複製を定期に作る。", "config", ("backup.enabled", "backup.interval")),
    Given("std/3", "秘密の保持", "契約で委託先に秘密の保持を求める。", "document", (), ("contract",)),
    Given("std/4", "窓口", "住民の窓口に案内を置く。", "physical"),
    Given("std/5", "案", "研修の案を確かめる。", "process", (), ("training",), "proposed"),
)


def files(id_: str, body: str, clauses: tuple[Given, ...]) -> PackFiles:
    """The files of a pack with those clauses."""
    title = f"{body}情報セキュリティ対策基準"
    return PackFiles(
        head={
            "schema_version": 1,
            "id": id_,
            "title": {"ja": title, "en": title},
            "body": {"ja": body, "en": body},
            "documents": [{"id": "std", "citation": title}],
        },
        clauses=[
            {
                "id": one.id,
                "citation": f"{title} {one.id[4:]}",
                "document": "std",
                "number": one.id[4:],
                "heading": one.heading,
                "level": "chapter",
                "parent": "",
                "obligation": "",
                "addressee": "",
                "govcloud": "no",
                "summary_ja": one.summary,
                "summary_en": "",
                "source_line": "",
            }
            for one in clauses
        ],
        mapping=[
            {
                "clause": one.id,
                "class": one.class_,
                "control": control,
                "relationship": "intersects" if control else "",
                "role": "decides" if control else "",
                "status": one.status,
                "rationale_ja": "設定で分かる。" if control else "本町の記録で確かめる。",
                "rationale_en": "Settings show it." if control else "Records of the town show it.",
            }
            for one in clauses
            for control in one.controls or ("",)
        ],
        documents=[
            {
                "clause": one.id,
                "document": document,
                "document_ja": f"本町の{document}",
                "document_en": document,
                "role": "decides",
                "held_by_ja": "本町（情報セキュリティ管理者）",
                "held_by_en": "the town (information security manager)",
            }
            for one in clauses
            for document in one.documents
        ],
        wording={},
    )


def make(folder: Path) -> list[Path]:
    """Both packs, below ``folder``."""
    for id_, body, clauses in (("hill", "丘野町", HILL), ("lake", "湖畔町", LAKE)):
        write_pack(folder / id_, files(id_, body, clauses))
    return [folder / "hill", folder / "lake"]


def load(folders: list[Path]) -> list[Pack]:
    """The packs in those folders."""
    controls = load_controls()
    return [load_pack(folder, controls) for folder in folders]


def offering(folders: list[Path]) -> type[Plugins]:
    """The installed plugins, with those packs and no others."""

    class Offering(Plugins):
        def __init__(self) -> None:
            super().__init__()
            for plugin in list(self._manager.get_plugins()):
                self._manager.unregister(plugin)
            self._register(_Offer(folders), "offer")

    return Offering


class _Offer:
    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders

    @hookimpl
    def auditor_policy_packs(self) -> list[Path]:
        return self._folders
