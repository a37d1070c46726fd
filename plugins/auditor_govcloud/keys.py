"""Keys of the customer: rotation, deletion and permissions."""

from __future__ import annotations

from typing import Final

from auditor.attr import Reason, Unknown
from auditor.checks import Context, Verdict, failed, manual, not_applicable, passed, undecided
from auditor.facets import EncryptionKey, KeyPolicy, KeyState
from auditor.findings import Severity
from auditor.inventory import Phase
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import is_known, limit, must_be_known, number, shown

_NOT_ROTATABLE: Final = not_applicable(
    "事業者が自動更新できない種類の鍵である。", "A kind of key that the provider cannot rotate by itself."
)
_STATES: Final = {
    KeyState.ENABLED: Text("有効", "enabled"),
    KeyState.DISABLED: Text("無効化", "disabled"),
    KeyState.PENDING_DELETION: Text("削除待ち", "pending deletion"),
    KeyState.DESTROYED: Text("削除済み", "destroyed"),
}
_END: Final = Text("削除待ち又は削除済み", "pending deletion or destroyed")
_GOING: Final = frozenset({KeyState.PENDING_DELETION, KeyState.DESTROYED})


@check(
    "key.rotation.automatic",
    control="key.rotation",
    facet=EncryptionKey,
    severity=Severity.MEDIUM,
    title=Text(
        "鍵の自動更新が有効で、間隔が上限以下であること", "the key rotates automatically within the maximum interval"
    ),
    remediation=Text(
        "鍵の自動更新を有効にし、間隔を上限以下にする。",
        "Switch automatic rotation on, with an interval within the maximum.",
    ),
    facts=("rotatable", "rotation", "rotation_days"),
    parameters=("key.rotation_max_days",),
)
def rotates(facet: EncryptionKey, context: Context) -> Verdict:
    """見るもの: 顧客管理鍵の自動更新の有無と間隔。
    理由: 一つの鍵で暗号化する情報の量と、鍵が漏れたときに読まれる範囲を限る。
    適合: 自動更新が有効で、間隔がパラメータ `key.rotation_max_days` 以下である。
    不適合: 自動更新できる鍵で無効である、又は間隔が上限を超える。
    対象外: 事業者が自動更新できない種類の鍵（非対称鍵、持込みの鍵など）。
    未確認: 設定又は間隔が決まっていない。
    値の出典: パラメータ `key.rotation_max_days` に記す。

    Looks at: whether a customer-managed key rotates by itself, and how often.
    Why: it limits how much one key encrypts and what a leaked key opens.
    Pass: rotation is on, at intervals of at most the parameter `key.rotation_max_days`.
    Fail: it is off although the key could rotate, or the interval is longer.
    Not applicable: a kind of key that the provider cannot rotate (asymmetric, imported).
    Unknown: setting or interval is undecided.
    Source of the value: see the parameter.
    """
    if is_known(facet.rotatable, False):
        return _NOT_ROTATABLE
    if not facet.rotation.value:
        must_be_known(facet.rotatable)
        return failed(
            "自動更新が無効である。",
            "Automatic rotation is off.",
            expected=_rotation_expected(limit(context, "key.rotation_max_days")),
        )
    days = facet.rotation_days.value
    if days is None:
        return undecided(
            Unknown(
                Reason.NOT_COLLECTED,
                facet.rotation_days.origin,
                facet.rotation_days.path,
                Text("自動更新の間隔", "the interval of the rotation"),
            )
        )
    longest = limit(context, "key.rotation_max_days")
    if days <= longest:
        return passed()
    actual = shown(facet.rotation_days)
    return failed(
        f"自動更新の間隔が {actual.ja}日である。",
        f"Rotates every {actual.en} days.",
        expected=_rotation_expected(longest),
    )


def _rotation_expected(longest: float) -> Text:
    return Text(
        f"{number(longest)}日以下の間隔での自動更新", f"automatic rotation at least every {number(longest)} days"
    )


@check(
    "key.deletion-window.long-enough",
    control="key.deletion-window",
    facet=EncryptionKey,
    severity=Severity.MEDIUM,
    title=Text("鍵の削除の待機期間が下限以上であること", "the waiting period before key deletion is long enough"),
    remediation=Text(
        "鍵の削除予約から消滅までの期間を下限以上にする。",
        "Set the time between scheduling and destroying the key to at least the minimum.",
    ),
    facts=("deletion_window_days",),
    parameters=("key.deletion_window_min_days",),
)
def deletion_window(facet: EncryptionKey, context: Context) -> Verdict:
    """見るもの: 鍵の削除を命じてから鍵が消えるまでの日数。
    理由: 鍵が消えると、それで暗号化した情報は二度と読めない。待機期間の間は取り消せる。
    適合: パラメータ `key.deletion_window_min_days` 以上である。
    不適合: それより短い。
    対象外: 日数が削除を命じる時に決まり、まだ命じられていない（稼働中の AWS の鍵）。
    未確認: 日数が決まっていない、又は読み取れない。
    値の出典: パラメータ `key.deletion_window_min_days` に記す（事業者の既定値）。

    Looks at: the days between the order to delete a key and its destruction.
    Why: once the key is gone nothing encrypted with it can be read again; until then the order can be cancelled.
    Pass: at least the parameter `key.deletion_window_min_days`.
    Fail: fewer.
    Not applicable: the order to delete decides the days, and has not been given (keys of an AWS account).
    Unknown: undecided or unreadable.
    Source of the value: see the parameter (default of the providers).
    """
    days = facet.deletion_window_days.value
    if days is None:
        return not_applicable(
            "削除は命じられておらず、待機期間は削除を命じる時に決まる。",
            "No deletion has been ordered; the order decides the waiting period.",
        )
    shortest = limit(context, "key.deletion_window_min_days")
    if days >= shortest:
        return passed()
    actual = shown(facet.deletion_window_days)
    return failed(
        f"削除の待機期間が {actual.ja}日である。",
        f"The waiting period before deletion is {actual.en} days.",
        expected=Text(f"{number(shortest)}日以上", f"at least {number(shortest)} days"),
    )


@check(
    "key.pending-deletion.in-use",
    control="key.pending-deletion",
    facet=EncryptionKey,
    severity=Severity.CRITICAL,
    title=Text("稼働中の鍵が削除されないこと", "no key is deleted while the system is in use"),
    remediation=Text(
        "その鍵を必要とする情報が残っていないことを確認するまで、鍵の削除をプランから除き、削除の予約を取り消す。",
        "Take the deletion out of the plan and cancel its schedule until nothing is left that needs the key.",
    ),
    facts=("state",),
    judges_removal=True,
)
def not_deleted_in_use(facet: EncryptionKey, context: Context) -> Verdict:
    """見るもの: 構築及び運用の段階で、鍵が削除待ち又は削除済みか、プランが鍵を削除し又は作り直すか。
    理由: 使用中の鍵を失うと、情報は復元できない。
    適合: 鍵が有効又は無効化の状態にあり、プランが削除しない。
    不適合: プランが鍵を削除し若しくは作り直す、又は鍵が削除待ち若しくは削除済みである。
    未確認: 鍵の状態が分からない。
    鍵が何に使われているかは入力からは分からないことがあるので、全ての鍵を使用中として扱う。

    Looks at: whether, while building and operating, a key is pending deletion or destroyed, or the plan deletes or
    replaces it.
    Why: information under a lost key cannot be brought back.
    Pass: the key is enabled or disabled, and the plan does not delete it.
    Fail: the plan deletes or replaces it, or it is pending deletion or destroyed.
    Unknown: the state of the key is not known.
    Every key counts as in use, because the input need not show what uses it.
    """
    action = context.resource.action
    if action is Action.DELETE or action is Action.REPLACE:
        deletes = action is Action.DELETE
        return failed(
            "プランが鍵を削除する。" if deletes else "プランが鍵を作り直し、今の鍵を削除する。",
            "The plan deletes the key." if deletes else "The plan replaces the key and deletes the present one.",
            expected=Text("稼働中は削除しない", "not deleted while in use"),
        )
    state = facet.state.value
    if state not in _GOING:
        return passed()
    return failed(
        f"鍵の状態が「{_STATES[state].ja}」である。",
        f"The key is {_STATES[state].en}.",
        expected=Text("稼働中は削除しない", "not deleted while in use"),
    )


@check(
    "key.pending-deletion.ended",
    control="key.pending-deletion",
    facet=EncryptionKey,
    severity=Severity.HIGH,
    title=Text(
        "利用終了時に鍵が削除待ち又は削除済みであること", "at the end of use the key is pending deletion or destroyed"
    ),
    remediation=Text(
        "残すと決めた情報にその鍵が要らないことを確認し、全ての鍵、鍵のバージョン及び複製鍵の削除を予約し、記録を残す。",
        "Make sure that nothing to be kept needs it, schedule the deletion of every key, version and replica, and record it.",
    ),
    facts=("state", "deletion_window_days"),
    phases=(Phase.TERMINATE,),
)
def deleted_at_the_end(facet: EncryptionKey, context: Context) -> Verdict:
    """見るもの: 利用終了の段階で、鍵が削除されるか。
    理由: 暗号化した鍵を削除すれば、残った複製を含めて情報を復元困難にできる。利用終了時に求められる。
    適合: プランが鍵を削除する、又は鍵が削除待ち若しくは削除済みである。削除待ちの間は復元できるので、待機期間の満了を記録で確認する。
    不適合: 鍵が残る。Terraform の管理から外すだけの操作（forget）や作り直しでも、鍵は残る。
    未確認: 鍵の状態が分からない。
    鍵の削除によらない消去を選んだ場合は、削除の記録又は消去の方法を示す文書で確認する。

    Looks at: whether the key goes away at the end of use.
    Why: deleting the key makes the information hard to recover, copies included; it is demanded at the end.
    Pass: the plan deletes it, or it is pending deletion or destroyed. Until the waiting period is over the key can be
    restored, so that a record of its end is needed as well.
    Fail: it stays, also where Terraform only stops managing it (forget) or replaces it.
    Unknown: the state of the key is not known.
    Where another way of erasure was chosen, its record or document answers.
    """
    action = context.resource.action
    if action is Action.DELETE:
        return passed()
    if action is Action.FORGET or action is Action.REPLACE:
        forgets = action is Action.FORGET
        return failed(
            "プランは鍵を Terraform の管理から外すだけで、鍵は残る。"
            if forgets
            else "プランが鍵を作り直し、新しい鍵が残る。",
            "The plan only stops managing the key, which stays."
            if forgets
            else "The plan replaces the key, and the new one stays.",
            expected=_END,
        )
    state = facet.state.value
    if state in _GOING:
        return passed()
    return failed(
        f"鍵が残っている（状態: {_STATES[state].ja}）。鍵の削除は利用終了時に求められる。",
        f"The key is still there (state: {_STATES[state].en}); its deletion is demanded at the end of use.",
        expected=_END,
    )


@check(
    "key.policy.limited",
    control="key.policy",
    facet=KeyPolicy,
    severity=Severity.CRITICAL,
    title=Text("鍵を使い又は管理できる主体が限られていること", "using and administering the key is limited"),
    remediation=Text(
        "鍵の権限から不特定の主体を除き、使用する主体と管理する主体を特定する。外部の主体は一覧に載せ、必要性を確認する。",
        "Remove unspecified principals from the key's permissions and name users and administrators; list outside principals and review them.",
    ),
    facts=("open_to_anyone", "foreign_principals"),
)
def key_permissions_limited(facet: KeyPolicy, context: Context) -> Verdict:
    """見るもの: 鍵を使い又は管理できる主体。
    理由: 鍵を使える者は暗号化した情報を読め、管理できる者は鍵を削除できる。
    適合: 不特定の主体にも、他のアカウント又はドメインの主体にも開かれていない。
    不適合: 条件で絞らずに不特定の主体に開かれている。
    要書面確認: 他のアカウント又はドメインの主体に許している。その主体が正当かどうかは、鍵の管理者及び利用者の一覧で確認する。
    未確認: 権限が決まっていない、又は読み取れない。

    Looks at: who may use or administer the key.
    Why: whoever may use it reads what it encrypts, and whoever administers it can delete it.
    Pass: open neither to unspecified principals nor to those of other accounts or domains.
    Fail: open to unspecified principals without a condition that narrows them.
    Manual: principals of other accounts or domains are let in; the list of administrators and users answers.
    Unknown: undecided or unreadable.
    """
    if facet.open_to_anyone.value:
        return failed(
            "不特定の主体が鍵を使い又は管理できる。",
            "Unspecified principals may use or administer the key.",
            expected=Text("特定の主体だけ", "named principals only"),
        )
    if not facet.foreign_principals.value:
        return passed()
    foreign = shown(facet.foreign_principals)
    return manual(
        f"他のアカウント又はドメインの主体が鍵を使い又は管理できる: {foreign.ja}。一覧で正当性を確認する。",
        f"Principals of other accounts or domains may use or administer the key: {foreign.en}; review them on the list.",
        "key-roles",
    )
