"""Changes: that they are recorded, and that rules judge how things are set up."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks import Context, Verdict, failed, inventory_check, passed
from auditor.facets import ChangeRecorder, SettingRule
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import answered_unlisted, judge_absence
from auditor_govcloud.presence import judge_presence
from auditor_govcloud.values import is_known, must_be_known


@check(
    "change.record.complete",
    control="change.record",
    facet=ChangeRecorder,
    severity=Severity.MEDIUM,
    title=Text("設定の変更が全ての資源について記録されること", "changes of all resources are recorded"),
    remediation=Text(
        "変更の記録を有効にし、グローバルなものを含む全ての種類の資源を対象にする。",
        "Switch the recorder on, for all types of resources, global ones included.",
    ),
    facts=("recording", "all_resources"),
)
def changes_recorded(facet: ChangeRecorder, context: Context) -> Verdict:
    """見るもの: 資源の設定とその変更を記録するサービスが、記録中で、全ての種類の資源を対象としているか。
    理由: 変更の履歴がなければ、障害や不正の原因をさかのぼれない。
    適合: 記録中で、全ての種類を対象とする。
    不適合: 記録が止まっている、又は対象でない種類がある。
    継承: 読み取れず、ガバメントクラウドの共通領域が記録を集約する。根拠となる資料を示す。
    未確認: 設定が決まらない、又は記録の開始が他の構成にあるかもしれない。

    Looks at: whether a service that records how resources are set up is recording, for all types of resources.
    Why: without a history of changes the cause of a failure or misuse cannot be traced.
    Pass: it is, for all types.
    Fail: it is stopped, or leaves types out.
    Inherited: unreadable, and the common area of the Government Cloud collects the records; the material is named.
    Unknown: undecided, or another configuration may start it.
    """
    elsewhere = answered_unlisted("change.record", context)
    if elsewhere is not None:
        return elsewhere
    expected = Text("記録中で、全ての種類の資源を対象とする", "recording, for all types of resources")
    if is_known(facet.recording, False):
        return failed("設定の変更の記録が止まっている。", "Changes are not being recorded.", expected=expected)
    if is_known(facet.all_resources, False):
        return failed(
            "設定の変更の記録が、一部の種類の資源を対象としていない。",
            "The record of changes leaves types of resources out.",
            expected=expected,
        )
    must_be_known(facet.recording)
    must_be_known(facet.all_resources)
    return passed()


@inventory_check(
    "change.record.present",
    control="change.record",
    severity=Severity.MEDIUM,
    title=Text("設定の変更が記録されていること", "changes are recorded"),
    remediation=Text(
        "資源の設定とその変更を記録するサービスを有効にする。共通領域で記録している場合は、それを示す資料を用意する。",
        "Switch on the service that records changes; where a common area records them, keep the material that shows it.",
    ),
)
def change_record_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、設定の変更を記録するサービスが入力にあるか。あれば別の検査が中身を判定する。
    継承: 事業者が常に記録するクラウドでは事業者が、ガバメントクラウドでは共通領域が対応する。根拠を示す。
    未確認: 入力が全てを含むとは限らない（プランなど）。他の構成で記録している可能性がある。
    不適合: 全てを含む入力に、ない。
    出典: Google Cloud 文書「Cloud Asset Inventory overview」（35日間の履歴）。

    Looks at: whether the input has a service that records changes, for each cloud in it; another check judges what
    it records.
    Inherited: by the provider where the cloud always records them, on the Government Cloud by its common area; the
    evidence is named.
    Unknown: the input need not hold everything (a plan); another configuration may record them.
    Fail: a complete input has none.
    Source: Google Cloud documentation, "Cloud Asset Inventory overview" (history of 35 days).
    """
    return judge_absence(
        "change.record",
        ChangeRecorder,
        inventory,
        context,
        lacking=failed(
            "設定の変更が記録されていない。",
            "Changes are not recorded.",
            expected=Text("設定の変更の記録", "a record of changes"),
        ),
        doubt=Text(
            "設定の変更の記録の有無（他の構成で記録している可能性）",
            "whether changes are recorded (another configuration may do so)",
        ),
    )


@inventory_check(
    "change.rules.active",
    control="change.rules",
    severity=Severity.MEDIUM,
    title=Text("設定を自動で点検し又は制限する規則があること", "rules check or confine settings"),
    remediation=Text(
        "設定を点検する規則又は制限する組織のポリシーを設け、不適合を通知する。",
        "Set rules that check settings, or organisation policies that confine them, and tell of nonconformities.",
    ),
)
def rules_active(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、設定を自動で点検する規則又は制限する組織のポリシーがあるか。
    理由: 設定の誤りと遵守の状況を、人手によらず見付ける。
    適合: 有効なものがある（それぞれの規則に記す）。
    未確認: 入力が全てを含むとは限らない（プランなど）。組織が設けている可能性がある。
    不適合: 全てを含む入力に、有効なものがない。

    Looks at: whether rules that check settings, or organisation policies that confine them, are active, for each
    cloud in the input.
    Why: mistakes in settings are to be found without hands.
    Pass: one is (noted at each rule).
    Unknown: the input need not hold everything (a plan); the organisation may have set them.
    Fail: a complete input has no active one.
    """
    return judge_presence(
        "change.rules",
        SettingRule,
        lambda rule: rule.active,
        inventory,
        context,
        lacking=failed(
            "設定を点検し又は制限する規則がない。",
            "No rule checks or confines settings.",
            expected=Text("有効な規則", "an active rule"),
        ),
        doubt=Text(
            "設定を点検し又は制限する規則の有無（組織が設けている可能性）",
            "whether rules check or confine settings (the organisation may have set them)",
        ),
    )
