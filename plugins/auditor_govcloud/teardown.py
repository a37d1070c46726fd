"""The end of use: what can go, what goes, and what stays."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Final

from auditor.attr import Known
from auditor.checks import Context, Verdict, failed, inventory_check, manual, not_applicable, passed
from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    EncryptionKey,
    KeyState,
    Obstacle,
    ObstacleKind,
    Residue,
    Retirement,
)
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import absent, answered
from auditor_govcloud.values import listed, must_be_known

_AT_THE_END: Final = (Phase.TERMINATE,)

FEIGNING: Final = frozenset(
    {"close_on_deletion", "deletion_policy", "noop_on_destroy", "retain_on_delete", "retain_stack", "skip_destroy"}
)
"""Names of settings that keep a thing itself while Terraform reports it as destroyed.  Other settings that keep data
(final snapshots, retained backups) make or leave a copy on purpose."""

_GONE: Final = Text("プランが削除し、何も残さない", "deleted by the plan, with nothing left behind")
_GOING: Final = frozenset((KeyState.PENDING_DELETION, KeyState.DESTROYED))
_KEY_GOES: Final = not_applicable(
    "鍵は削除待ち又は破棄済みである（key.pending-deletion が判定する）。",
    "The key is pending deletion or destroyed (key.pending-deletion judges it).",
)
_CLOSES: Final = Text("削除とともに閉じる", "closes when it is deleted")
_KINDS: Final = {
    ObstacleKind.PROTECTS: Text("解除するまで削除できない", "no deletion until it is switched off"),
    ObstacleKind.KEEPS: Text("削除しても残る", "something stays after deletion"),
    ObstacleKind.LOCKS: Text("期間が終わるまで削除できない", "no deletion before its time is over"),
}


@functools.cache
def _feigning_name(name: str) -> bool:
    # Adapters may add the value or the block of a setting: deletion_policy=ABANDON, settings.skip_destroy.
    return not FEIGNING.isdisjoint(re.split(r"[^a-z_]+", name))


def _feigns(obstacle: Obstacle) -> bool:
    return obstacle.kind is ObstacleKind.KEEPS and _feigning_name(obstacle.name)


def _present(retirement: Retirement, asked: Callable[[Obstacle], bool]) -> list[Obstacle]:
    """The obstacles asked about that are there.

    Where none is known to be there, one whose presence is unknown ends the check.
    """
    found: list[Obstacle] = []
    open_: Obstacle | None = None
    for obstacle in retirement.obstacles:
        present = obstacle.present
        if isinstance(present, Known):
            if present.value and asked(obstacle):
                found.append(obstacle)
        elif open_ is None and asked(obstacle):
            open_ = obstacle
    if open_ is not None and not found:
        must_be_known(open_.present)
    return found


def _any(obstacle: Obstacle) -> bool:
    return True


@check(
    "teardown.deletable.not-feigned",
    control="teardown.deletable",
    facet=Retirement,
    severity=Severity.MEDIUM,
    title=Text(
        "削除したように扱いながら実物を残す設定がないこと",
        "no setting lets the resource stay while it counts as deleted",
    ),
    remediation=Text(
        "実物を残したまま Terraform の管理から外す設定（skip_destroy、ABANDON など）をやめる。残す必要がある場合は、移行及び削除の計画書に対象と方法を記す。",
        "Take out settings that drop the resource from management while it stays (skip_destroy, ABANDON); where it must stay, write it into the migration and deletion plan.",
    ),
    facts=("obstacles",),
    judges_removal=True,
)
def deletion_not_feigned(facet: Retirement, context: Context) -> Verdict:
    """見るもの: 構築及び運用の段階で、削除に関わる全ての設定。
    理由: 削除が成功したと表示されながら実物が残ると、利用終了後に情報が誰にも管理されずに残る。
    適合: 実物を残す設定がない。削除保護や保持のロック、最終スナップショットは、稼働中は望ましい保護又は意図したバックアップなので不適合としない。
    不適合: 削除を装う設定がある（Terraform の管理から外すだけの設定）。設定の名前を示す。
    未確認: そのような設定の有無が決まらない。

    Looks at: every setting that bears on deletion, while building and operating.
    Why: where a destroy reports success and the thing stays, information is left with nobody in charge.
    Pass: no setting keeps the thing itself. Deletion protection, retention locks and final snapshots are wanted
    protection or deliberate copies while the system runs, and do not fail.
    Fail: a setting feigns deletion (drops the resource from management only); it is named.
    Unknown: whether there is such a setting is open.
    """
    found = _present(facet, _feigns)
    if not found:
        return passed()
    names = listed(tuple(obstacle.name for obstacle in found))
    return failed(
        f"削除しても実物が残る設定がある: {names.ja}",
        f"settings keep the resource after its deletion: {names.en}",
        expected=Text("削除すれば実物がなくなる", "deletion removes the resource"),
    )


@check(
    "teardown.deletable.unobstructed",
    control="teardown.deletable",
    facet=Retirement,
    severity=Severity.HIGH,
    title=Text("利用終了時の削除を妨げる設定がないこと", "nothing obstructs deletion at the end of use"),
    remediation=Text(
        "削除保護を解除し、バックアップを残す設定をやめる。ロックの期間が残るものは、終わる日と削除の担当を移行及び削除の計画書に記す。",
        "Lift deletion protection and settings that leave copies; for locks still running, write their end and who deletes then into the migration and deletion plan.",
    ),
    facts=("obstacles",),
    phases=_AT_THE_END,
)
def deletion_unobstructed(facet: Retirement, context: Context) -> Verdict:
    """見るもの: 利用終了の段階で、削除に関わる全ての設定。
    理由: 削除が失敗し、又はバックアップが残ると、契約が終わった後に情報が残る。
    適合: 妨げる設定が一つもない。
    不適合: 一つでもある。設定の名前と働き（解除するまで削除できない、削除しても残る、期間が終わるまで削除できない）を全て示す。
    未確認: 設定の有無が決まらない。

    Looks at: every setting that bears on deletion, at the end of use.
    Why: where deletion fails or leaves copies, information outlives the contract.
    Pass: none is there.
    Fail: at least one is; all are named with what they do (must be lifted, keeps something, locked for a time).
    Unknown: whether there is one is open.
    """
    found = _present(facet, _any)
    if not found:
        return passed()
    ja = "、".join(f"{obstacle.name}（{_KINDS[obstacle.kind].ja}）" for obstacle in found)
    en = ", ".join(f"{obstacle.name} ({_KINDS[obstacle.kind].en})" for obstacle in found)
    return failed(
        f"削除を妨げる設定がある: {ja}",
        f"settings stand in the way of deletion: {en}",
        expected=Text("妨げる設定がない", "none of them"),
    )


def _gone(context: Context, what: str) -> Verdict:
    action = context.resource.action
    if action is Action.DELETE:
        return passed()
    if action is Action.FORGET:
        ja, en = (
            f"Terraform の管理から外すだけで、実物は残る（{what}）。",
            f"Only dropped from management; it stays ({what}).",
        )
    elif action is Action.REPLACE:
        ja, en = f"作り直され、新しいものが残る（{what}）。", f"Replaced; the new one stays ({what})."
    else:
        ja, en = f"削除されずに残る（{what}）。", f"Not deleted; it stays ({what})."
    return failed(ja, en, expected=_GONE)


@check(
    "teardown.account.closed",
    control="teardown.account",
    facet=AccountClosure,
    severity=Severity.HIGH,
    title=Text("アカウントが資源の削除とともに閉じられること", "the account closes when its resource is deleted"),
    remediation=Text(
        "資源を削除したときにアカウント又はプロジェクトが閉じる設定にする。別の手順で閉じる場合は、廃棄の記録を残す。",
        "Set the account or project to close when its resource is deleted; where it is closed another way, keep the record of disposal.",
    ),
    facts=("closes",),
    phases=_AT_THE_END,
)
def account_closes(facet: AccountClosure, context: Context) -> Verdict:
    """見るもの: アカウント又はプロジェクトの資源を削除すると、実物も閉じられる設定か。
    理由: 資源の管理から外れただけのアカウントには、情報、利用者及び費用の負担が残る。
    適合: 削除とともに閉じる設定である。プランが削除するかどうかは別に確認する。
    不適合: 削除しても閉じない設定である、又はプランが Terraform の管理から外すだけである。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: whether deleting the resource of an account or project closes the thing itself.
    Why: an account that only left management keeps information, users and costs.
    Pass: it is set to close with its resource; whether the plan deletes that is another matter.
    Fail: it is set to stay, or the plan only drops it from management.
    Unknown: undecided or unreadable.
    """
    if context.resource.action is Action.FORGET:
        return failed(
            "プランはアカウントを Terraform の管理から外すだけで、アカウントは残る。",
            "The plan only stops managing the account, which stays.",
            expected=_CLOSES,
        )
    if facet.closes.value:
        return passed()
    return failed(
        "資源を削除してもアカウントが閉じない設定である。",
        "The account stays when its resource is deleted.",
        expected=_CLOSES,
    )


@inventory_check(
    "teardown.account.known",
    control="teardown.account",
    severity=Severity.HIGH,
    title=Text("アカウント自体の廃棄を確認できること", "the disposal of the account itself can be seen"),
    remediation=Text("アカウントを閉じ、廃棄の記録を残す。", "Close the account and keep the record of disposal."),
    phases=_AT_THE_END,
)
def account_is_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、アカウント又はプロジェクト自体が入力にあるか。あれば別の検査が判定する。
    継承: ガバメントクラウドのアカウント自体は、共通領域の管理者が閉じる。根拠となる資料を示す。
    要書面確認: 入力にない。アカウントは入力の外に必ずあるので、廃棄の記録で確認する。

    Looks at: whether the account or project itself is in the input, for each cloud in it; another check judges it.
    Inherited: accounts of the Government Cloud are closed by those who manage its common area; the evidence is named.
    Manual: it is not in the input. It certainly exists outside, so that the record of disposal answers.
    """
    for provider in absent(inventory, context, AccountClosure):
        verdict = answered("teardown.account", provider, context)
        if verdict is None:
            verdict = manual(
                "アカウント又はプロジェクト自体がこの入力にない。廃棄の記録を確認する。",
                "The account or project itself is not in this input; review the record of its disposal.",
                "account-disposal-record",
            )
        yield subject(inventory, provider, "account"), verdict


@check(
    "teardown.account.identity-gone",
    control="teardown.account",
    facet=AccountIdentity,
    severity=Severity.HIGH,
    title=Text("利用者、認証情報及び信頼関係が残らないこと", "no user, credential or trust remains"),
    remediation=Text(
        "利用者、アクセスキー及び他者への信頼関係を削除する。",
        "Delete the user, the access key, or the trust to others.",
    ),
    facts=("what",),
    phases=_AT_THE_END,
)
def identity_gone(facet: AccountIdentity, context: Context) -> Verdict:
    """見るもの: 利用終了の段階で、利用のために作った利用者、認証情報及び他者への信頼関係。
    理由: 使われなくなった認証情報は、不正に使われても気付かれにくい。
    適合: プランが削除する。
    不適合: 残る。Terraform の管理から外すだけの操作（forget）や作り直しでも残る。

    Looks at: users, credentials and trust to others that were made for the service, at the end of use.
    Why: credentials out of use are used unnoticed.
    Pass: the plan deletes it.
    Fail: it stays, also where Terraform only stops managing it (forget) or replaces it.
    """
    return _gone(context, facet.what)


@check(
    "teardown.residue.gone",
    control="teardown.residue",
    facet=Residue,
    severity=Severity.HIGH,
    title=Text("情報を含むものが残らないこと", "nothing that holds information remains"),
    remediation=Text(
        "資源を削除し、削除の記録を残す。残すと決めたものは、例外措置として期限と理由を記す。",
        "Delete the resource and keep the record; where it is kept by decision, write a waiver with reason and end.",
    ),
    facts=("what",),
    phases=_AT_THE_END,
)
def residue_gone(facet: Residue, context: Context) -> Verdict:
    """見るもの: 利用終了の段階で、情報を含む資源、バックアップ、スナップショット、ログ、秘密情報及び鍵。
    理由: 契約が終わった後に残る情報は、管理も消去もできなくなる。
    適合: プランが削除し、削除の後に何かを残す設定もない（削除を失敗させる設定は teardown.deletable が判定する）。
    不適合: 残る。Terraform の管理から外すだけの操作（forget）や作り直しでも、削除の際に最終スナップショットなどを残す設定でも残る。
    対象外: アカウントにある鍵で、既に削除待ち又は破棄済みのもの。それより早くは消せず、key.pending-deletion が判定する。
    未確認: 削除の際に何かを残す設定の有無、又は鍵の状態が決まらない。
    残すと決めたものは、例外措置として除く。

    Looks at: stores, backups, snapshots, logs, secrets and keys, at the end of use.
    Why: what outlives the contract can be neither managed nor erased.
    Pass: the plan deletes it and no setting leaves anything behind (settings that make the deletion fail are judged
    by teardown.deletable).
    Fail: it stays, also where Terraform only stops managing it (forget) or replaces it, or where its deletion leaves
    something behind, such as a final snapshot.
    Not applicable: a key of an account that is pending deletion or destroyed; it cannot go sooner, and
    key.pending-deletion judges it.
    Unknown: whether a setting leaves something behind, or the state of a key, is open.
    What is to be kept by decision is taken out by a waiver.
    """
    if context.resource.action is Action.DELETE:
        retirement = context.resource.facet(Retirement)
        if retirement is not None:
            kept = _present(retirement, lambda obstacle: obstacle.kind is ObstacleKind.KEEPS)
            if kept:
                names = listed(tuple(obstacle.name for obstacle in kept))
                return failed(
                    f"削除しても残るものがある（{facet.what}）: {names.ja}",
                    f"its deletion leaves something behind ({facet.what}): {names.en}",
                    expected=_GONE,
                )
    key = context.resource.facet(EncryptionKey)
    if key is not None and context.resource.action is Action.EXISTS and key.state.value in _GOING:
        return _KEY_GOES
    return _gone(context, facet.what)
