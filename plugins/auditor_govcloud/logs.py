"""Logs: that they are taken, kept, and guarded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Known, Reason, Unknown, all_of, any_of
from auditor.checks import (
    Context,
    Verdict,
    failed,
    inventory_check,
    not_applicable,
    passed,
    undecided,
)
from auditor.facets import (
    AuditTrail,
    DataAccessLog,
    Exposure,
    LogImmutability,
    LogStore,
    NetworkFlowLog,
    TrailIntegrity,
)
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import answered_unlisted, judge_absence
from auditor_govcloud.values import is_known, limit, must_be_known, number, refused, shown

_RECOMMENDED_RETENTION: Final = "log.retention_recommended_days"
_MINIMUM_RETENTION: Final = "log.retention_min_days"


def _whole(trail: AuditTrail) -> bool:
    return (
        is_known(trail.logging, True) and is_known(trail.all_regions, True) and is_known(trail.management_events, True)
    )


def _recorded_elsewhere(context: Context) -> Verdict | None:
    """What another trail of the input, which lacks nothing, says of this one; ``None`` if there is none."""
    judged = context.resource
    doubt: Verdict | None = None
    for resource, trail in context.inventory.with_facet(AuditTrail, judged.provider):
        if resource is judged or resource.action is Action.DELETE or not _whole(trail):
            continue
        same = (
            resource.account.value == judged.account.value
            if isinstance(resource.account, Known) and isinstance(judged.account, Known)
            else None
        )
        if same or is_known(trail.organization, True):
            return not_applicable(
                f"管理操作は別の証跡 {resource.address} が取得している。",
                f"Another trail, {resource.address}, records the management operations.",
            )
        if same is None:
            doubt = undecided(
                Unknown(
                    Reason.AMBIGUOUS,
                    detail=Text(
                        f"別の証跡 {resource.address} が同じアカウントのものか",
                        f"whether another trail, {resource.address}, is of the same account",
                    ),
                )
            )
    return doubt


@check(
    "log.audit-trail.complete",
    control="log.audit-trail",
    facet=AuditTrail,
    severity=Severity.HIGH,
    title=Text(
        "全てのリージョンの管理操作の証跡を取得していること", "the trail records management operations of all regions"
    ),
    remediation=Text(
        "証跡の記録を有効にし、全てのリージョン、グローバルサービス、読取りと書込みの管理操作を対象にする。",
        "Switch the trail on, for all regions, global services, and both reading and writing management operations.",
    ),
    facts=("logging", "all_regions", "management_events", "organization"),
)
def trail_complete(facet: AuditTrail, context: Context) -> Verdict:
    """見るもの: 管理操作の証跡が記録中か、全てのリージョンを対象とするか、グローバルサービスを含む管理操作の読取りと書込みを記録するか。
    理由: 使っていないリージョンでの操作や設定の変更が残らないと、不正を後から追跡できない。
    適合: 三つとも満たす。
    不適合: 一つでも欠ける。欠けるものを示す。
    対象外: 欠落があっても、同じアカウント又は組織の別の証跡が管理操作を漏れなく取得している。
    継承: 読み取れず、ガバメントクラウドの共通領域が証跡を集約する。根拠となる資料を示す。
    未確認: 決まっていないものがある、又は別の証跡が同じアカウントのものか分からない。

    Looks at: whether a trail is recording, for all regions, and takes in reading and writing management operations
    with those of global services.
    Why: operations in unused regions and changes of settings must leave a trace.
    Pass: all three.
    Fail: one is missing; it is named.
    Not applicable: something is missing, but another trail of the same account or organisation lacks nothing.
    Inherited: unreadable, and the common area of the Government Cloud collects the trails; the material is named.
    Unknown: something is undecided, or it is not known whether another trail is of the same account.
    """
    if _whole(facet):
        return passed()
    inherited = answered_unlisted("log.audit-trail", context)
    if inherited is not None:
        return inherited
    lacking = [
        text
        for attr, text in (
            (
                facet.logging,
                Text("記録が止まっているか、保存先に届いていない", "it is not recording, or its files do not arrive"),
            ),
            (facet.all_regions, Text("全てのリージョンを対象としていない", "it does not take in all regions")),
            (
                facet.management_events,
                Text("管理操作の一部を記録していない", "it leaves out some management operations"),
            ),
        )
        if is_known(attr, False)
    ]
    if not lacking:
        must_be_known(all_of(facet.logging, facet.all_regions, facet.management_events))
    elsewhere = _recorded_elsewhere(context)
    if elsewhere is not None:
        return elsewhere
    ja, en = "、".join(text.ja for text in lacking), "; ".join(text.en for text in lacking)
    return failed(
        f"証跡に欠落がある: {ja}。",
        f"The trail has a gap: {en}.",
        expected=Text(
            "記録中で、全てのリージョンとグローバルサービスの管理操作を対象とする",
            "recording, for all regions and the management operations of global services",
        ),
    )


@inventory_check(
    "log.audit-trail.present",
    control="log.audit-trail",
    severity=Severity.HIGH,
    title=Text("管理操作の証跡があること", "there is a trail of management operations"),
    remediation=Text(
        "管理操作の証跡を作る。組織単位の証跡に含まれる場合は、それを示す資料を用意する。",
        "Make a trail of the management operations; where an organisation trail covers the account, keep the material that shows it.",
    ),
)
def trail_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、管理操作の証跡が入力にあるか。あれば別の検査が中身を判定する。
    継承: 事業者が常に取得するクラウドでは事業者が、ガバメントクラウドのアカウントでは共通領域が対応する。根拠を示す。
    未確認: 入力が全てを含むとは限らない（プランなど）。組織の証跡に含まれている可能性がある。
    不適合: 全てを含む入力に、証跡がない。
    出典: Google Cloud 文書「Cloud Audit Logs overview」（管理アクティビティ監査ログ）。

    Looks at: whether the input has a trail of management operations, for each cloud in it; another check judges
    what such a trail records.
    Inherited: by the provider where the cloud always records them, by the common area on the Government Cloud; the
    evidence is named.
    Unknown: the input need not hold everything (a plan); an organisation trail may cover the account.
    Fail: a complete input has none.
    Source: Google Cloud documentation, "Cloud Audit Logs overview" (Admin Activity audit logs).
    """
    return judge_absence(
        "log.audit-trail",
        AuditTrail,
        inventory,
        context,
        lacking=failed(
            "管理操作の証跡がない。",
            "There is no trail of management operations.",
            expected=Text("全てのリージョンの管理操作の証跡", "a trail of the management operations of all regions"),
        ),
        doubt=Text(
            "管理操作の証跡の有無（組織の証跡に含まれている可能性）",
            "whether a trail records management operations (an organisation trail may)",
        ),
    )


@check(
    "log.data-access.enabled",
    control="log.data-access",
    facet=DataAccessLog,
    severity=Severity.MEDIUM,
    title=Text("情報へのアクセスのログを取得していること", "accesses to the data are logged"),
    remediation=Text(
        "情報の保存先に対する読み書きの記録を有効にする。",
        "Switch on the log of reads and writes of the store.",
    ),
    facts=("what", "enabled"),
)
def data_access_logged(facet: DataAccessLog, context: Context) -> Verdict:
    """見るもの: 情報の保存先又はサービスに対するアクセスのログ（種類ごと）。
    理由: 情報の持出しや目的外の閲覧を後から確認するには、読み書きの記録が必要である。管理操作の証跡には現れない。
    適合: 有効である。
    不適合: 無効である。
    未確認: 設定が決まっていない、又は読み取れない。

    Looks at: each kind of log of accesses to a store or service.
    Why: whether information was taken or looked at without need shows only in the record of reads and writes.
    Pass: it is on.
    Fail: it is off.
    Unknown: undecided or unreadable.
    """
    if facet.enabled.value:
        return passed()
    return failed(
        f"アクセスのログが無効である（種類: {facet.what}）。",
        f"The access log is off (kind: {facet.what}).",
        expected=Text("有効", "on"),
    )


@check(
    "log.network-flow.enabled",
    control="log.network-flow",
    facet=NetworkFlowLog,
    severity=Severity.MEDIUM,
    title=Text("仮想ネットワークの通信を記録していること", "the traffic of the virtual network is recorded"),
    remediation=Text(
        "仮想ネットワーク又はサブネットワークのフローログを有効にする。",
        "Switch on the flow logs of the network or subnetwork.",
    ),
    facts=("enabled",),
)
def flow_logged(facet: NetworkFlowLog, context: Context) -> Verdict:
    """見るもの: 仮想ネットワークのフローログ。
    理由: 不正な通信の相手と時刻は、通信の記録からしか分からない。
    適合: 有効である。
    不適合: 無効である。
    未確認: 設定が決まっていない、又は読み取れない。

    Looks at: flow logs of a virtual network.
    Why: peers and times of hostile traffic show only in the record of the traffic.
    Pass: they are on.
    Fail: they are off.
    Unknown: undecided or unreadable.
    """
    if facet.enabled.value:
        return passed()
    return failed("通信の記録が無効である。", "Flow logs are off.", expected=Text("有効", "on"))


@check(
    "log.retention.minimum",
    control="log.retention",
    facet=LogStore,
    severity=Severity.MEDIUM,
    title=Text("ログの保存期間が下限以上であること", "logs are kept at least for the minimum period"),
    remediation=Text(
        "ログの保存期間を下限以上にし、それより前に消すライフサイクル規則を改める。",
        "Keep logs at least for the minimum period, and change lifecycle rules that expire them earlier.",
    ),
    facts=("retention_days",),
    parameters=(_MINIMUM_RETENTION, _RECOMMENDED_RETENTION),
)
def logs_kept(facet: LogStore, context: Context) -> Verdict:
    """見るもの: ログの保存先が記録を残す日数。
    理由: 不正が見つかるまでに時間がかかることが多く、短いと調べられない。
    適合: パラメータ `log.retention_min_days` 以上、又は期限なし。
    不適合: それより短い。推奨の日数（`log.retention_recommended_days`）は示すだけで、下回っても不適合としない。
    未確認: 日数が決まっていない、又は一部の記録だけを早く消す規則があり一つに定まらない。
    値の出典: それぞれのパラメータに記す。

    Looks at: the days for which a log store keeps its entries.
    Why: intrusions are often found late; with too short a record nothing can be looked into.
    Pass: at least the parameter `log.retention_min_days`, or without an end.
    Fail: fewer. The recommended days (`log.retention_recommended_days`) are only shown.
    Unknown: undecided, or rules that expire some entries earlier leave it open.
    Source of the values: see the parameters.
    """
    days = facet.retention_days.value
    if days is None:
        return passed()
    shortest = limit(context, _MINIMUM_RETENTION)
    if days >= shortest:
        return passed()
    actual = shown(facet.retention_days)
    more = context.parameters.get(_RECOMMENDED_RETENTION)
    return failed(
        f"保存期間が {actual.ja}日である。",
        f"Kept for {actual.en} days.",
        expected=Text(
            f"{number(shortest)}日以上" + (f"（推奨 {number(more)}日以上）" if more is not None else ""),
            f"at least {number(shortest)} days" + (f" ({number(more)} recommended)" if more is not None else ""),
        ),
    )


@check(
    "log.integrity.validated",
    control="log.integrity",
    facet=TrailIntegrity,
    severity=Severity.MEDIUM,
    title=Text("証跡のファイルの検証が有効であること", "validation of the trail's files is on"),
    remediation=Text("証跡のログファイルの検証を有効にする。", "Switch on log file validation of the trail."),
    facts=("validated",),
)
def trail_validated(facet: TrailIntegrity, context: Context) -> Verdict:
    """見るもの: 証跡を書くサービスが、ファイルの改ざんを検知できる要約値を残すか。
    理由: 記録を書き換えて痕跡を消す行為を検知する。
    適合: 有効である。
    不適合: 無効である。
    未確認: 設定が決まっていない、又は読み取れない。

    Looks at: whether the service that writes the trail leaves digests that show tampering.
    Why: to notice when entries are rewritten to hide traces.
    Pass: it is on.
    Fail: it is off.
    Unknown: undecided or unreadable.
    """
    if facet.validated.value:
        return passed()
    return failed("ログファイルの検証が無効である。", "Log file validation is off.", expected=Text("有効", "on"))


@check(
    "log.integrity.immutable",
    control="log.integrity",
    facet=LogImmutability,
    severity=Severity.HIGH,
    title=Text("ログの書換えと削除を防止していること", "log entries cannot be altered or removed"),
    remediation=Text(
        "ログの保存先をロックするか、バージョニングを有効にして全ての主体による削除を拒否する。",
        "Lock the log store, or keep versions and deny deletion to everybody.",
    ),
    facts=("locked", "versioned", "deletion_denied"),
)
def logs_immutable(facet: LogImmutability, context: Context) -> Verdict:
    """見るもの: ログの保存先のロック、バージョニング、削除の拒否。
    理由: 侵入した者や内部の者が痕跡を消せないようにする。
    適合: ロックされている、又はバージョニングが有効で、全ての主体による削除が拒否されている。
    不適合: どちらでもない。欠けるものを示す。
    未確認: 決まらない設定があり、どちらとも言えない。

    Looks at: lock, versions, and denial of deletion of a log store.
    Why: neither an intruder nor an insider may remove traces.
    Pass: it is locked, or it keeps versions and denies deletion to everybody.
    Fail: neither; what is missing is named.
    Unknown: a setting that decides it is open.
    """
    if any_of(facet.locked, all_of(facet.versioned, facet.deletion_denied)).value:
        return passed()
    lacking = [Text("ロックされていない", "not locked")]
    if is_known(facet.versioned, False):
        lacking.append(Text("バージョニングが無効", "no versions are kept"))
    if is_known(facet.deletion_denied, False):
        lacking.append(Text("削除が拒否されていない", "deletion is not denied"))
    ja, en = "、".join(text.ja for text in lacking), "; ".join(text.en for text in lacking)
    return failed(
        f"ログの改ざん防止が不足している: {ja}。",
        f"The log is not guarded against tampering: {en}.",
        expected=Text(
            "ロック、又はバージョニングと削除の拒否の両方", "a lock, or both versions and denial of deletion"
        ),
    )


@check(
    "log.exposure.not-public",
    control="log.exposure",
    facet=Exposure,
    severity=Severity.CRITICAL,
    title=Text("ログの保存先が公開されていないこと", "the log store is not public"),
    remediation=Text(
        "ログの保存先の公開を止め、公開を禁じる設定を有効にする。",
        "Take the log store off public access and switch on the setting that blocks it.",
    ),
    facts=("public", "holds_logs"),
)
def log_store_not_public(facet: Exposure, context: Context) -> Verdict | None:
    """見るもの: ログの保存先が、不特定の者又は任意のアカウントから読めるか。
    理由: ログには利用者、構成及び操作が現れ、攻撃の手掛かりになる。
    適合: 公開されていない（ログの保存先かどうかが決まらないものも、公開されていなければ適合とする）。
    不適合: ログの保存先が公開されている。
    未確認: 公開の有無が決まらない、公開されているものがログの保存先かどうか決まらない、又は保存先かどうかの読取りが拒否された。
    ログの保存先でないものには結果を出さない。

    Looks at: whether anybody, or any account, can read a log store.
    Why: logs show users, structure and operations, which helps an attacker.
    Pass: it is not public; so too where it is open whether it keeps logs.
    Fail: a log store is public.
    Unknown: it is open whether it is public, or whether what is public keeps logs, or reading who writes to it was refused.
    Makes no finding of what keeps no logs.
    """
    if is_known(facet.holds_logs, False):
        return None
    holds = facet.holds_logs
    if not facet.public.value and not refused(holds):
        return passed()
    must_be_known(holds)
    return failed(
        "ログの保存先が公開されている。",
        "The log store is public.",
        expected=Text("公開されていない", "not public"),
    )
