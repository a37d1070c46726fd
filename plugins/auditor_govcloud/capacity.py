"""Capacity: that it grows with the load, is watched, and has limits where many share it."""

from __future__ import annotations

from typing import Final

from auditor.checks import Context, Verdict, failed, manual, passed
from auditor.facets import Scaling, ShareQuota, Watched
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import limit, number, shown

_ALARM_PERCENT: Final = "capacity.alarm_percent"


@check(
    "capacity.scaling.automatic",
    control="capacity.scaling",
    facet=Scaling,
    severity=Severity.LOW,
    title=Text("容量が負荷に応じて自動で増えること", "capacity grows with the load"),
    remediation=Text(
        "上限を定めて自動拡張を有効にする。増やさない場合は、必要な容量の見積りを記録する。",
        "Let it grow by itself up to a limit; where it must not grow, keep the estimate of the capacity needed.",
    ),
    facts=("what", "automatic", "limited"),
)
def grows(facet: Scaling, context: Context) -> Verdict:
    """見るもの: ディスク、機器、タスク、処理能力が負荷に応じて自動で増えるか。上限の有無も示す。
    理由: 容量の不足は業務の停止を招く。
    適合: 自動で増える。
    不適合: 増えない。
    未確認: 設定が決まらない、又は他の構成が拡張を設定しているかもしれない。

    Looks at: whether storage, machines, tasks or throughput grow with the load; whether there is a limit is shown.
    Why: want of capacity stops the work.
    Pass: they grow by themselves.
    Fail: they do not.
    Unknown: undecided, or another configuration may let them grow.
    """
    if facet.automatic.value:
        return passed()
    return failed(
        f"容量が自動で増えない（種類: {facet.what}）。",
        f"Its capacity does not grow by itself (kind: {facet.what}).",
        expected=Text("上限のある自動拡張", "growth by itself up to a limit"),
    )


@check(
    "capacity.alarm.threshold",
    control="capacity.alarm",
    facet=Watched,
    severity=Severity.LOW,
    title=Text("容量の使用率の警報が上限以下で発せられること", "an alarm is raised before the capacity is used up"),
    remediation=Text(
        "処理装置、メモリ又はディスクの使用率に、上限以下のしきい値の警報を設ける。",
        "Set an alarm on the use of processor, memory or storage, at the limit or below it.",
    ),
    facts=("what", "capacity_percent"),
    parameters=(_ALARM_PERCENT,),
)
def capacity_alarm(facet: Watched, context: Context) -> Verdict:
    """見るもの: サーバ又はデータベースの、処理装置、メモリ又はディスクの使用率の警報のしきい値のうち最も低いもの。
    理由: 不足する前に気付けば、業務を止めずに増やせる。
    適合: パラメータ `capacity.alarm_percent` 以下の警報がある。
    不適合: 警報がない、又はしきい値がそれより高い。
    未確認: 他の構成の警報の有無が分からない、又はしきい値が決まらない。
    値の出典: パラメータに記す。

    Looks at: the lowest threshold of an alarm on the use of processor, memory or storage of a server or database.
    Why: who notices in time can add capacity without stopping the work.
    Pass: an alarm at or below the parameter `capacity.alarm_percent`.
    Fail: there is none, or its threshold is higher.
    Unknown: it is not known whether another configuration sets one, or at which threshold.
    Source of the value: see the parameter.
    """
    percent = facet.capacity_percent.value
    if percent is None:
        return failed(
            f"容量の使用率の警報がない（種類: {facet.what}）。",
            f"No alarm watches the use of its capacity (kind: {facet.what}).",
            expected=Text("使用率の警報", "an alarm on the use of capacity"),
        )
    highest = limit(context, _ALARM_PERCENT)
    if percent <= highest:
        return passed()
    actual = shown(facet.capacity_percent)
    return failed(
        f"警報のしきい値が {actual.ja}% である。",
        f"The alarm is raised at {actual.en} %.",
        expected=Text(f"{number(highest)}% 以下", f"{number(highest)} % or below"),
    )


@check(
    "capacity.quota.set",
    control="capacity.quota",
    facet=ShareQuota,
    severity=Severity.LOW,
    title=Text("共有ファイルの容量に上限があること", "shared files have a limit of capacity"),
    remediation=Text(
        "共有ファイルシステム又はボリュームに容量の上限を設定し、利用者に周知する。",
        "Set a limit of capacity for the shared file system or volume, and announce it to its users.",
    ),
    facts=("limited",),
)
def share_limited(facet: ShareQuota, context: Context) -> Verdict:
    """見るもの: 共有ファイルシステム又はそのボリュームの容量の上限。
    理由: 一部の利用者が容量を使い切ると、他の利用者の業務が止まる。
    適合: 上限がある。
    不適合: 上限を設定できるのに、設定されていない。
    要書面確認: 上限の機能がないサービスである。容量の定めと周知を書面で確認する。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: the limit of what a shared file system, or a volume of one, may hold.
    Why: where a few use up the capacity, the work of the others stops.
    Pass: there is a limit.
    Fail: one could be set and is not.
    Document: the service has no such limit; how capacity is set and announced must be shown.
    Unknown: undecided or unreadable.
    """
    if facet.limited is None:
        return manual(
            "容量の上限の機能がないサービスである。容量の定めと職員への周知を確認する。",
            "A service without a limit of capacity; check how capacity is set and announced.",
            "share-capacity-notice",
        )
    if facet.limited.value:
        return passed()
    return failed("容量の上限がない。", "There is no limit of capacity.", expected=Text("容量の上限", "a limit"))
