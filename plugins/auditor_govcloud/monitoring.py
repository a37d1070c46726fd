"""Monitoring: that the system is watched, and that somebody is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.checks import Context, Verdict, failed, inventory_check, passed
from auditor.facets import (
    AccountContact,
    AlarmRecipient,
    IntrusionDetection,
    LogAlert,
    NetworkFlowLog,
    ThreatDetection,
    Watched,
)
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import judge_absence
from auditor_govcloud.presence import judge_presence
from auditor_govcloud.values import is_known, must_be_known

_ON: Final = Text("有効", "on")


@check(
    "monitoring.threat-detection.enabled",
    control="monitoring.threat-detection",
    facet=ThreatDetection,
    severity=Severity.HIGH,
    title=Text("脅威検知のサービスが有効であること", "threat detection is on"),
    remediation=Text("脅威検知のサービスを有効にする。", "Switch threat detection on."),
    facts=("service", "enabled"),
)
def detection_on(facet: ThreatDetection, context: Context) -> Verdict:
    """見るもの: 入力にある脅威検知のサービス（種類ごと）が有効か。
    理由: 侵入や内部の不正は、常時の監視がなければ気付かれない。
    適合: 有効である。
    不適合: 無効にしている。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: whether a service that detects threats, where the input has one, is on.
    Why: intrusion and misuse go unnoticed unless somebody watches all the time.
    Pass: it is on.
    Fail: it is switched off.
    Unknown: undecided or unreadable.
    """
    if facet.enabled.value:
        return passed()
    return failed(
        f"脅威検知が無効である（{facet.service}）。", f"Threat detection is off ({facet.service}).", expected=_ON
    )


@inventory_check(
    "monitoring.threat-detection.present",
    control="monitoring.threat-detection",
    severity=Severity.HIGH,
    title=Text("脅威検知のサービスがあること", "there is threat detection"),
    remediation=Text(
        "脅威検知のサービスを有効にする。組織で有効にしている場合は、それを示す資料を用意する。",
        "Switch on a service that detects threats; where the organisation has, keep the material that shows it.",
    ),
)
def detection_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、脅威検知のサービスが入力にあるか。あれば別の検査が有効かを判定する。
    未確認: 入力が全てを含むとは限らない（プランなど）。組織で有効にしている可能性がある。
    不適合: 全てを含む入力に、ない。

    Looks at: whether the input has a service that detects threats, for each cloud in it; another check judges
    whether it is on.
    Unknown: the input need not hold everything (a plan); the organisation may have switched it on.
    Fail: a complete input has none.
    """
    return judge_absence(
        "monitoring.threat-detection",
        ThreatDetection,
        inventory,
        context,
        lacking=failed("脅威検知のサービスがない。", "There is no threat detection.", expected=_ON),
        doubt=Text(
            "脅威検知のサービスの有無（組織で有効にしている可能性）",
            "whether threats are detected (the organisation may have switched it on)",
        ),
    )


@check(
    "monitoring.intrusion.inspected",
    control="monitoring.intrusion",
    facet=IntrusionDetection,
    severity=Severity.MEDIUM,
    title=Text("侵入を検知し又は防止する規則が通信に適用されること", "traffic is inspected for intrusion"),
    remediation=Text(
        "侵入を検知し又は防止する規則を設け、対象の通信を通す。",
        "Give it rules that detect or prevent intrusion, and lead the traffic to it.",
    ),
    facts=("inspects",),
)
def traffic_inspected(facet: IntrusionDetection, context: Context) -> Verdict:
    """見るもの: 入力にある侵入検知・防止の装置又はサービスに規則があり、通信が通されているか。
    理由: 規則のない装置、通信の通らない装置は、侵入を検知しない。
    適合: 規則があり、通信が通されている。
    不適合: 規則がない、又は通信が通されていない。
    未確認: 規則又は通信の経路が決まらない、又は他の構成で定められているかもしれない。

    Looks at: whether a device or service against intrusion, where the input has one, has rules and gets traffic.
    Why: without rules or traffic it detects nothing.
    Pass: it has both.
    Fail: it lacks one.
    Unknown: undecided, or another configuration may provide them.
    """
    if facet.inspects.value:
        return passed()
    return failed(
        "侵入を検知する規則又は通信がない。",
        "It has no rules against intrusion, or no traffic.",
        expected=Text("規則と、対象の通信", "rules, and the traffic"),
    )


@inventory_check(
    "monitoring.intrusion.present",
    control="monitoring.intrusion",
    severity=Severity.MEDIUM,
    title=Text("ネットワークの侵入を検知する仕組みがあること", "networks are watched for intrusion"),
    remediation=Text(
        "侵入を検知し又は防止する装置又はサービスを設ける。他の構成又は回線の側にある場合は、それを示す資料を用意する。",
        "Set up a device or service against intrusion; where it stands elsewhere, keep the material that shows it.",
    ),
)
def intrusion_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に仮想ネットワークのあるクラウドごとに、侵入を検知し又は防止する仕組みが入力にあるか。あれば別の検査が中身を判定する。
    未確認: 入力が全てを含むとは限らない（プランなど）。他の構成又は回線の側にある可能性がある。
    不適合: 全てを含む入力に、ない。
    仮想ネットワークのないクラウドには結果を出さない。

    Looks at: whether the input has a device or service against intrusion, for each cloud of which it has networks;
    another check judges what it does.
    Unknown: the input need not hold everything (a plan); it may stand in another configuration or on the line.
    Fail: a complete input has none.
    Makes no finding of a cloud without networks.
    """
    judged = judge_absence(
        "monitoring.intrusion",
        IntrusionDetection,
        inventory,
        context,
        lacking=failed(
            "侵入を検知する仕組みがない。",
            "Nothing watches the networks for intrusion.",
            expected=Text("侵入の検知又は防止", "detection or prevention of intrusion"),
        ),
        doubt=Text(
            "侵入を検知する仕組みの有無（他の構成又は回線の側にある可能性）",
            "whether intrusion is detected (elsewhere, or on the line)",
        ),
    )
    for resource, verdict in judged:
        if any(True for _ in inventory.with_facet(NetworkFlowLog, resource.provider)):
            yield resource, verdict


@check(
    "monitoring.server.watched",
    control="monitoring.server",
    facet=Watched,
    severity=Severity.LOW,
    title=Text("サーバ及びデータベースが監視されていること", "servers and databases are watched"),
    remediation=Text(
        "サーバ及びデータベースに警報を設けるか、監視のエージェントを有効にする。",
        "Set alarms on servers and databases, or switch on an agent that reports from inside.",
    ),
    facts=("what", "watched"),
)
def server_watched(facet: Watched, context: Context) -> Verdict:
    """見るもの: サーバ又はデータベースに、警報又は監視のエージェントがあるか。
    理由: 障害や侵害の兆しに気付けるようにする。
    適合: ある。
    不適合: ない。
    未確認: 他の構成の警報の有無が分からない、又は警報の対象が決まらない。

    Looks at: whether a server or database has an alarm, or an agent that reports from inside it.
    Why: signs of failure and intrusion must be noticed.
    Pass: it has.
    Fail: it has not.
    Unknown: it is not known whether another configuration watches it, or what an alarm is for.
    """
    if facet.watched.value:
        return passed()
    return failed(
        f"警報も監視のエージェントもない（種類: {facet.what}）。",
        f"It has neither alarm nor agent (kind: {facet.what}).",
        expected=Text("警報又は監視のエージェント", "an alarm or an agent"),
    )


@check(
    "monitoring.recipient.told",
    control="monitoring.recipient",
    facet=AlarmRecipient,
    severity=Severity.MEDIUM,
    title=Text("警報が受け取る者に通知されること", "alarms reach somebody"),
    remediation=Text(
        "警報に通知先を設定し、通知先に受け取る者を登録する。",
        "Give the alarm somewhere to send, and register somebody who receives it.",
    ),
    facts=("notifies", "received"),
)
def alarm_received(facet: AlarmRecipient, context: Context) -> Verdict:
    """見るもの: 警報に有効な通知先があり、その通知先に受け取る者がいるか。
    理由: 誰にも届かない警報は、監視とは言えない。
    適合: 通知先があり、受け取る者がいる。
    不適合: 通知先がない、通知が止められている、又は受け取る者がいない。
    未確認: 通知先の受取りが入力からは分からない。

    Looks at: whether an alarm sends somewhere, and whether somebody receives what it sends.
    Why: an alarm that reaches nobody watches nothing.
    Pass: it sends, and somebody receives.
    Fail: it sends nowhere, is silenced, or nobody receives.
    Unknown: the input does not show who receives.
    """
    expected = Text("有効な通知先と、受け取る者", "somewhere to send, and somebody who receives")
    if is_known(facet.notifies, False):
        return failed("警報の通知先がない、又は止められている。", "The alarm notifies nobody.", expected=expected)
    if is_known(facet.received, False):
        return failed("警報の通知先に受け取る者がいない。", "Nobody receives what the alarm sends.", expected=expected)
    must_be_known(facet.notifies)
    must_be_known(facet.received)
    return passed()


@check(
    "monitoring.log-analysis.alerts",
    control="monitoring.log-analysis",
    facet=LogAlert,
    severity=Severity.LOW,
    title=Text("ログから探す事象に警報があること", "what is looked for in logs raises an alarm"),
    remediation=Text("ログの指標に警報を設ける。", "Set an alarm on the metric that is made from the log."),
    facts=("alerts",),
)
def log_alerts(facet: LogAlert, context: Context) -> Verdict:
    """見るもの: ログから探す事象（指標のフィルターなど）に警報があるか。
    理由: 数えるだけでは、誰も気付かない。
    適合: ある。
    不適合: ない。
    未確認: 他の構成の警報の有無が分からない、又は対象が決まらない。

    Looks at: whether a pattern that is looked for in logs raises an alarm.
    Why: what is only counted is noticed by nobody.
    Pass: it does.
    Fail: it does not.
    Unknown: it is not known whether another configuration sets an alarm, or on what.
    """
    if facet.alerts.value:
        return passed()
    return failed("ログの事象に警報がない。", "It raises no alarm.", expected=Text("警報", "an alarm"))


@inventory_check(
    "monitoring.log-analysis.present",
    control="monitoring.log-analysis",
    severity=Severity.LOW,
    title=Text("ログを自動で点検する仕組みがあること", "logs are inspected automatically"),
    remediation=Text(
        "監査のログから、不正な操作を探す指標と警報を設ける。定期の点検の記録は別に残す。",
        "Make metrics and alarms from the audit log that find misuse; keep the record of periodic inspections.",
    ),
)
def log_analysis_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、ログから警報を作る仕組みが入力にあるか。あれば別の検査が警報を判定する。
    未確認: 入力が全てを含むとは限らない（プランなど）。他の構成又は別の製品で点検している可能性がある。
    不適合: 全てを含む入力に、ない。

    Looks at: whether the input makes alarms from logs, for each cloud in it; another check judges the alarms.
    Unknown: the input need not hold everything (a plan); another configuration or product may inspect the logs.
    Fail: a complete input makes none.
    """
    return judge_absence(
        "monitoring.log-analysis",
        LogAlert,
        inventory,
        context,
        lacking=failed(
            "ログから警報を作る仕組みがない。",
            "No alarm is made from logs.",
            expected=Text("ログからの警報", "alarms made from logs"),
        ),
        doubt=Text(
            "ログから警報を作る仕組みの有無（別の製品で点検している可能性）",
            "whether alarms are made from logs (another product may inspect them)",
        ),
    )


@inventory_check(
    "monitoring.contact.security",
    control="monitoring.contact",
    severity=Severity.LOW,
    title=Text("セキュリティの連絡先が登録されていること", "a contact for matters of security is registered"),
    remediation=Text(
        "アカウント又はプロジェクトに、セキュリティの連絡先を登録する。",
        "Register a contact for matters of security with the account or project.",
    ),
)
def security_contact(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、事業者がセキュリティの件で連絡する先が登録されているか。
    理由: 事業者が検知した事案の連絡を、担当者が受け取れるようにする。
    適合: 登録されている。
    未確認: 入力が全てを含むとは限らない（プランなど）。画面から登録されている可能性がある。
    不適合: 全てを含む入力に、ない。

    Looks at: whether a contact to whom the provider writes about security is registered, for each cloud in the input.
    Why: those in charge must get what the provider has found.
    Pass: one is.
    Unknown: the input need not hold everything (a plan); it may have been registered by hand.
    Fail: a complete input has none.
    """
    return judge_presence(
        "monitoring.contact",
        AccountContact,
        lambda contact: contact.security,
        inventory,
        context,
        lacking=failed(
            "セキュリティの連絡先が登録されていない。",
            "No contact for matters of security is registered.",
            expected=Text("セキュリティの連絡先", "a contact for matters of security"),
        ),
        doubt=Text(
            "セキュリティの連絡先の登録（画面からの登録の可能性）",
            "whether a contact for matters of security is registered (it may have been by hand)",
        ),
    )
