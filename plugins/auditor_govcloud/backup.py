"""Backups: that there are any, how often, how long, where, and how they are guarded."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr
from auditor.checks import Context, Verdict, failed, not_applicable, passed
from auditor.facets import Backup, BackupPlan, BackupVault, ObjectVersioning
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import REGION_PARAMETERS, allowed_regions, limit, number, shown

_INTERVAL: Final = "backup.interval_max_hours"
_RETENTION: Final = "backup.retention_min_days"
_RECOMMENDED: Final = "backup.retention_recommended_days"
_NO_SUCH_FUNCTION: Final = not_applicable(
    "削除を防ぐ機能がないサービスである。", "A service without a function that prevents deletion."
)

_INTERVAL_TITLE: Final = Text("バックアップの間隔が上限以下であること", "backups run within the maximum interval")
_INTERVAL_REMEDY: Final = Text(
    "バックアップの実行間隔を上限以下にする。", "Run backups at least as often as the maximum interval demands."
)
_RETENTION_TITLE: Final = Text(
    "バックアップの保存期間が下限以上であること", "backups are kept at least for the minimum period"
)
_RETENTION_REMEDY: Final = Text(
    "バックアップの保存期間を下限以上にする。", "Keep backups at least for the minimum period."
)
_OFFSITE_TITLE: Final = Text(
    "バックアップが別の許可リージョンに複写されること", "a copy of the backup stands in another allowed region"
)
_OFFSITE_REMEDY: Final = Text(
    "バックアップを別の許可リージョンへ複写する。別の手段で保管する場合は、その記録を用意する。",
    "Copy backups to another allowed region; where another means is used, keep its record.",
)


@check(
    "backup.enabled.active",
    control="backup.enabled",
    facet=Backup,
    severity=Severity.HIGH,
    title=Text("バックアップが有効であること", "backup is active"),
    remediation=Text(
        "サービスのバックアップ機能を有効にするか、バックアップの計画の対象にする。要しない資源は、理由とともに一覧に記す。",
        "Switch on the service's backup or include the resource in a backup plan; list what needs none, with the reason.",
    ),
    facts=("enabled",),
)
def backup_active(facet: Backup, context: Context) -> Verdict:
    """見るもの: 情報を保存する資源に、サービスの機能又は計画によるバックアップがあるか。
    理由: 誤操作、障害又はランサムウェアによる被害から情報を復元できるようにする。
    適合: 有効である。
    不適合: サービスの機能が無効で、入力にあるどの計画の対象でもない。
    未確認: 設定、又は計画の対象かどうかが決まらない。自らの機能を持たないサービスの資源は、他の構成の計画の対象かもしれない。

    Looks at: whether a store is backed up by its service's function or by a plan.
    Why: information must come back after mistakes, faults and ransom attacks.
    Pass: it is.
    Fail: the function is off and no plan of the input covers the resource.
    Unknown: the setting, or whether a plan covers it, is open; a store whose service has no function of its own may
    be covered by a plan of another configuration.
    """
    if facet.enabled.value:
        return passed()
    return failed(
        "バックアップがない（サービスの機能が無効で、入力にある計画の対象でもない）。",
        "There is no backup (the service's function is off and no plan of the input covers it).",
        expected=Text("有効なバックアップ", "an active backup"),
    )


def _often(interval: Attr[float | None], context: Context) -> Verdict:
    hours = interval.value
    longest = limit(context, _INTERVAL)
    if hours is not None and hours <= longest:
        return passed()
    if hours is None:
        ja, en = "バックアップの予定がない。", "No schedule of backups."
    else:
        actual = shown(interval)
        ja, en = f"間隔が {actual.ja}時間である。", f"The interval is {actual.en} hours."
    return failed(ja, en, expected=Text(f"{number(longest)}時間以下", f"at most {number(longest)} hours"))


@check(
    "backup.interval.store",
    control="backup.interval",
    facet=Backup,
    severity=Severity.MEDIUM,
    title=_INTERVAL_TITLE,
    remediation=_INTERVAL_REMEDY,
    facts=("enabled", "interval_hours"),
    parameters=(_INTERVAL,),
)
def store_backed_up_often(facet: Backup, context: Context) -> Verdict | None:
    """見るもの: 保存先のバックアップの、二つの間の最も長い時間。連続的なバックアップは 0 とする。
    理由: 間隔が、失われ得る情報の量を決める。
    適合: パラメータ `backup.interval_max_hours` 以下である。
    不適合: それより長い、又は予定がない。
    未確認: 有効かどうか、又は間隔が決まらない。
    バックアップが無効なものには結果を出さない（backup.enabled が不適合とする）。
    値の出典: パラメータ `backup.interval_max_hours` に記す。

    Looks at: the longest time between two backups of a store; 0 where backup is continuous.
    Why: the interval decides how much can be lost.
    Pass: at most the parameter `backup.interval_max_hours`.
    Fail: longer, or no schedule.
    Unknown: whether backup is on, or the interval, is open.
    Makes no finding where backup is off, which backup.enabled reports.
    Source of the value: see the parameter.
    """
    if not facet.enabled.value:
        return None
    return _often(facet.interval_hours, context)


@check(
    "backup.interval.plan",
    control="backup.interval",
    facet=BackupPlan,
    severity=Severity.MEDIUM,
    title=_INTERVAL_TITLE,
    remediation=_INTERVAL_REMEDY,
    facts=("interval_hours",),
    parameters=(_INTERVAL,),
)
def plan_runs_often(facet: BackupPlan, context: Context) -> Verdict:
    """見るもの: バックアップの計画又はスナップショットの予定の、一つの規則の間隔。
    理由: 間隔が、失われ得る情報の量を決める。
    適合: パラメータ `backup.interval_max_hours` 以下である。
    不適合: それより長い、又は予定がない。
    未確認: 間隔が決まらない、又は予定の式を読めない。
    値の出典: パラメータ `backup.interval_max_hours` に記す。

    Looks at: the interval of one rule of a backup plan or snapshot schedule.
    Why: the interval decides how much can be lost.
    Pass: at most the parameter `backup.interval_max_hours`.
    Fail: longer, or no schedule.
    Unknown: the interval is open, or the schedule's expression cannot be read.
    Source of the value: see the parameter.
    """
    return _often(facet.interval_hours, context)


def _kept(retention: Attr[float | None], context: Context) -> Verdict:
    days = retention.value
    if days is None:
        return passed()
    shortest = limit(context, _RETENTION)
    if days >= shortest:
        return passed()
    actual = shown(retention)
    more = context.parameters.get(_RECOMMENDED)
    return failed(
        f"保存期間が {actual.ja}日である。",
        f"Kept for {actual.en} days.",
        expected=Text(
            f"{number(shortest)}日以上" + (f"（推奨 {number(more)}日以上）" if more is not None else ""),
            f"at least {number(shortest)} days" + (f" ({number(more)} recommended)" if more is not None else ""),
        ),
    )


@check(
    "backup.retention.store",
    control="backup.retention",
    facet=Backup,
    severity=Severity.MEDIUM,
    title=_RETENTION_TITLE,
    remediation=_RETENTION_REMEDY,
    facts=("enabled", "retention_days"),
    parameters=(_RETENTION, _RECOMMENDED),
)
def store_backups_kept(facet: Backup, context: Context) -> Verdict | None:
    """見るもの: 保存先のバックアップを残す日数。
    理由: 破損に気付くのが遅れても、破損前の状態に復元できるようにする。
    適合: パラメータ `backup.retention_min_days` 以上、又は期限なし。
    不適合: それより短い。推奨の日数（`backup.retention_recommended_days`）は示すだけで、下回っても不適合としない。
    未確認: 有効かどうか、又は日数が決まらない。
    バックアップが無効なものには結果を出さない（backup.enabled が不適合とする）。
    値の出典: それぞれのパラメータに記す。

    Looks at: the days for which backups of a store are kept.
    Why: damage that is noticed late must still be undone.
    Pass: at least the parameter `backup.retention_min_days`, or without an end.
    Fail: fewer. The recommended days (`backup.retention_recommended_days`) are only shown.
    Unknown: whether backup is on, or the days, are open.
    Makes no finding where backup is off, which backup.enabled reports.
    Source of the values: see the parameters.
    """
    if not facet.enabled.value:
        return None
    return _kept(facet.retention_days, context)


@check(
    "backup.retention.plan",
    control="backup.retention",
    facet=BackupPlan,
    severity=Severity.MEDIUM,
    title=_RETENTION_TITLE,
    remediation=_RETENTION_REMEDY,
    facts=("retention_days",),
    parameters=(_RETENTION, _RECOMMENDED),
)
def plan_keeps_backups(facet: BackupPlan, context: Context) -> Verdict:
    """見るもの: バックアップの計画又はスナップショットの予定の、一つの規則がバックアップを残す日数。
    理由: 破損に気付くのが遅れても、破損前の状態に復元できるようにする。
    適合: パラメータ `backup.retention_min_days` 以上、又は期限なし。
    不適合: それより短い。推奨の日数（`backup.retention_recommended_days`）は示すだけで、下回っても不適合としない。
    未確認: 日数が決まらない。
    値の出典: それぞれのパラメータに記す。

    Looks at: the days for which one rule of a backup plan or snapshot schedule keeps backups.
    Why: damage that is noticed late must still be undone.
    Pass: at least the parameter `backup.retention_min_days`, or without an end.
    Fail: fewer. The recommended days (`backup.retention_recommended_days`) are only shown.
    Unknown: the days are open.
    Source of the values: see the parameters.
    """
    return _kept(facet.retention_days, context)


def _elsewhere(offsite: Attr[frozenset[str]], context: Context) -> Verdict:
    regions = offsite.value
    allowed = allowed_regions(context)
    if not regions.isdisjoint(allowed):
        return passed()
    actual = shown(offsite)
    return failed(
        f"別の許可リージョンに複写されない（複写先: {actual.ja}）。",
        f"No copy in another allowed region (copies are in: {actual.en}).",
        expected=Text("別の許可リージョンへの複写", "a copy in another allowed region"),
    )


@check(
    "backup.offsite.store",
    control="backup.offsite",
    facet=Backup,
    severity=Severity.MEDIUM,
    title=_OFFSITE_TITLE,
    remediation=_OFFSITE_REMEDY,
    facts=("enabled", "offsite"),
    parameters=REGION_PARAMETERS,
)
def store_backed_up_offsite(facet: Backup, context: Context) -> Verdict | None:
    """見るもの: 保存先のバックアップが複写される、元とは別のリージョン。
    理由: 一つの地域の災害で、情報とバックアップを同時に失わないようにする。
    適合: 別の許可リージョンに一つ以上複写される。
    不適合: 複写されない、又は許可リージョンの外にしか複写されない。
    未確認: 有効かどうか、又は複写先が決まらない。
    バックアップが無効なものには結果を出さない（backup.enabled が不適合とする）。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: the regions, other than the store's own, to which its backups are copied.
    Why: one disaster must not take information and backup together.
    Pass: at least one copy stands in another allowed region.
    Fail: there is none, or only outside the allowed regions.
    Unknown: whether backup is on, or where copies go, is open.
    Makes no finding where backup is off, which backup.enabled reports.
    Source of the value: see the parameter.
    """
    if not facet.enabled.value:
        return None
    return _elsewhere(facet.offsite, context)


@check(
    "backup.offsite.plan",
    control="backup.offsite",
    facet=BackupPlan,
    severity=Severity.MEDIUM,
    title=_OFFSITE_TITLE,
    remediation=_OFFSITE_REMEDY,
    facts=("offsite",),
    parameters=REGION_PARAMETERS,
)
def plan_copies_offsite(facet: BackupPlan, context: Context) -> Verdict:
    """見るもの: バックアップの計画又はスナップショットの予定の、一つの規則が複写する、元とは別のリージョン。
    理由: 一つの地域の災害で、情報とバックアップを同時に失わないようにする。
    適合: 別の許可リージョンに一つ以上複写する。
    不適合: 複写しない、又は許可リージョンの外にしか複写しない。
    未確認: 複写先が決まらない。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: the regions, other than the plan's own, to which one rule copies.
    Why: one disaster must not take information and backup together.
    Pass: it copies to at least one other allowed region.
    Fail: it copies nowhere, or only outside the allowed regions.
    Unknown: where copies go is open.
    Source of the value: see the parameter.
    """
    return _elsewhere(facet.offsite, context)


@check(
    "backup.immutable.locked",
    control="backup.immutable",
    facet=BackupVault,
    severity=Severity.MEDIUM,
    title=Text("保存期間中のバックアップを削除できないこと", "backups cannot be deleted within their retention"),
    remediation=Text(
        "バックアップの保管先に、管理者でも解除できない保持のロックを設定する。本番から切り離して保管する場合は、その説明資料を用意する。",
        "Lock the vault so that not even an administrator can delete; where backups are kept apart from production, keep the material that describes it.",
    ),
    facts=("immutable",),
)
def backup_immutable(facet: BackupVault, context: Context) -> Verdict:
    """見るもの: バックアップの保管先のロック。
    理由: ランサムウェアによる攻撃では、管理者の権限が奪われ、先にバックアップが削除されることがある。
    適合: 保存期間が終わるまで削除できない。
    不適合: 削除できる。
    対象外: サービスにその機能がない。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: the lock of a place that keeps backups.
    Why: ransom attacks take an administrator's rights and delete the backups first.
    Pass: backups cannot be deleted before their time.
    Fail: they can.
    Not applicable: the service has no such function.
    Unknown: undecided or unreadable.
    """
    if facet.immutable is None:
        return _NO_SUCH_FUNCTION
    if facet.immutable.value:
        return passed()
    return failed(
        "保存期間中でもバックアップを削除できる。",
        "Backups can be deleted within their retention.",
        expected=Text("解除できない保持のロック", "a retention lock that cannot be lifted"),
    )


@check(
    "backup.encrypted.enabled",
    control="backup.encrypted",
    facet=BackupVault,
    severity=Severity.HIGH,
    title=Text("バックアップが暗号化されていること", "backups are encrypted"),
    remediation=Text(
        "バックアップの保管先の暗号化を有効にする。暗号化されていないバックアップは、暗号化して作り直し、元を削除する。",
        "Switch on the vault's encryption; make unencrypted backups again with encryption and delete the old ones.",
    ),
    facts=("encrypted", "key_owner"),
)
def backup_encrypted(facet: BackupVault, context: Context) -> Verdict:
    """見るもの: バックアップの保管先、又は個々のバックアップ（スナップショット、イメージ）の暗号化。
    理由: バックアップは元と同じ情報を含み、別の場所へ移されやすい。
    適合: 暗号化されている（鍵の種類は問わない）。
    不適合: 暗号化されていない。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: encryption of a vault, or of a backup that stands by itself (snapshot, image).
    Why: a backup holds what the original holds, and travels more easily.
    Pass: it is encrypted, with whatever key.
    Fail: it is not.
    Unknown: undecided or unreadable.
    """
    if facet.encrypted.value:
        return passed()
    return failed(
        "バックアップが暗号化されない。",
        "Backups are not encrypted.",
        expected=Text("暗号化が有効", "encryption is on"),
    )


@check(
    "backup.object-versioning.enabled",
    control="backup.object-versioning",
    facet=ObjectVersioning,
    severity=Severity.MEDIUM,
    title=Text("オブジェクトのバージョニングが有効であること", "object versions are kept"),
    remediation=Text(
        "保存先のバージョニングを有効にする。要しない保存先は、理由とともに一覧に記す。",
        "Switch versioning on; list stores that need none, with the reason.",
    ),
    facts=("enabled",),
)
def object_versions_kept(facet: ObjectVersioning, context: Context) -> Verdict:
    """見るもの: オブジェクトの保存先のバージョニング。
    理由: 上書きと削除はバックアップの予定を待たずに起きる。バージョンがあれば直前の状態に戻せる。
    適合: 有効である。
    不適合: 無効又は停止中である。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: versioning of an object store.
    Why: overwriting and deleting do not wait for the next backup; a version brings back the state just before.
    Pass: it is on.
    Fail: it is off or suspended.
    Unknown: undecided or unreadable.
    """
    if facet.enabled.value:
        return passed()
    return failed("バージョニングが無効である。", "Versioning is off.", expected=Text("有効", "on"))
