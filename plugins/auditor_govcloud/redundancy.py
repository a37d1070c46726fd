"""Redundancy: that a service goes on when a zone or a line fails."""

from __future__ import annotations

from auditor.checks import Context, Verdict, failed, not_applicable, passed
from auditor.facets import LineRedundancy, Redundancy
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check

_ALL_SERVE = not_applicable(
    "全ての部分が同時に動作し、切替えを要しない構成である。", "All parts serve at once, so that none has to take over."
)


@check(
    "redundancy.zones.several",
    control="redundancy.zones",
    facet=Redundancy,
    severity=Severity.MEDIUM,
    title=Text("二つ以上のゾーンに配置されていること", "it stands in at least two zones"),
    remediation=Text(
        "二つ以上のゾーンに配置する。停止を許容できる用途である場合は、理由とともに例外措置に記す。",
        "Spread it over at least two zones; where an outage can be borne, record the reason as a waiver.",
    ),
    facts=("what", "zones"),
)
def in_several_zones(facet: Redundancy, context: Context) -> Verdict:
    """見るもの: データベース、キャッシュ、負荷分散装置、機器の集まり、クラスター、ファイルシステムなどが置かれるゾーンの数。
    理由: 一つのゾーンの障害で業務が止まらないようにする。
    適合: 二つ以上のゾーンに置かれる。
    不適合: 一つのゾーンだけに置かれる。
    未確認: サブネットの属するゾーンなど、決まらないものがある。

    Looks at: the number of zones in which a database, cache, load balancer, group of machines, cluster or file
    system stands.
    Why: the work must go on when one zone fails.
    Pass: at least two.
    Fail: one.
    Unknown: something is undecided, such as the zones of the subnets.
    """
    if facet.zones.value:
        return passed()
    return failed(
        f"一つのゾーンだけに置かれる（種類: {facet.what}）。",
        f"It stands in a single zone (kind: {facet.what}).",
        expected=Text("二つ以上のゾーン", "at least two zones"),
    )


@check(
    "redundancy.failover.automatic",
    control="redundancy.failover",
    facet=Redundancy,
    severity=Severity.MEDIUM,
    title=Text("待機系への切替えが自動であること", "the standby takes over by itself"),
    remediation=Text(
        "自動で切り替わる待機系を設ける。切替えの試験は別に記録する。",
        "Set up a standby that takes over by itself; keep the record of its tests.",
    ),
    facts=("what", "failover"),
)
def takes_over(facet: Redundancy, context: Context) -> Verdict:
    """見るもの: 一つの系が動作するサービスに、自動で切り替わる待機系があるか。
    理由: 手作業の切替えは、担当者がいない時間帯の停止を長引かせる。
    適合: 自動で切り替わる。
    不適合: 切り替わる待機系がない、又は自動で切り替わらない。
    対象外: 全ての部分が同時に動作する。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: whether a service of which one part serves has a standby that takes over by itself.
    Why: changing over by hand prolongs an outage while nobody is there.
    Pass: it does.
    Fail: there is no standby, or it does not take over by itself.
    Not applicable: all parts serve at once.
    Unknown: undecided or unreadable.
    """
    if facet.failover is None:
        return _ALL_SERVE
    if facet.failover.value:
        return passed()
    return failed(
        f"自動で切り替わる待機系がない（種類: {facet.what}）。",
        f"No standby takes over by itself (kind: {facet.what}).",
        expected=Text("自動で切り替わる待機系", "a standby that takes over by itself"),
    )


@check(
    "redundancy.line.doubled",
    control="redundancy.line",
    facet=LineRedundancy,
    severity=Severity.MEDIUM,
    title=Text("外部との回線が二重であること", "the line to the outside is doubled"),
    remediation=Text(
        "別の装置を通る二つ目の回線を設ける。回線の冗長性を契約で確保している場合は、その書面を用意する。",
        "Add a second line by other devices; where a contract provides the redundancy, keep the document.",
    ),
    facts=("doubled",),
)
def line_doubled(facet: LineRedundancy, context: Context) -> Verdict:
    """見るもの: VPN 又は専用線と同じ接続先へ、別の装置を通る二つ目の回線があるか。
    理由: 回線の障害で業務が止まらないようにする。
    適合: ある。
    不適合: ない。
    未確認: 他の構成の回線の有無が分からない、又は接続先が決まらない。

    Looks at: whether a second line leads to where a VPN or dedicated line leads, by other devices.
    Why: the work must go on when a line fails.
    Pass: one does.
    Fail: none does.
    Unknown: it is not known whether another configuration makes one, or where a line leads.
    """
    if facet.doubled.value:
        return passed()
    return failed(
        "回線が一つの装置だけを通る。",
        "The line runs by one device only.",
        expected=Text("別の装置を通る二つ目の回線", "a second line by other devices"),
    )
