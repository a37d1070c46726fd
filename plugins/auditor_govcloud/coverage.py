"""What the auditor cannot judge."""

from __future__ import annotations

from auditor.attr import Reason, Unknown
from auditor.checks import Context, Verdict, undecided
from auditor.facets import Unrecognised
from auditor.findings import Severity
from auditor.inventory import Phase
from auditor.text import Text
from auditor_govcloud.checking import check


@check(
    "inventory.coverage.recognised",
    control="inventory.coverage",
    facet=Unrecognised,
    severity=Severity.LOW,
    title=Text("資源の種別を判定できること", "the type of the resource can be judged"),
    remediation=Text(
        "この種別の資源の設定を人が確認し、記録を残す。対応するアダプタを備えたプラグインがあれば追加する。",
        "Review the resource by hand and keep a record; add a plugin that has an adapter for the type, if there is one.",
    ),
    facts=(),
    phases=(Phase.BUILD, Phase.OPERATE, Phase.TERMINATE),
)
def type_recognised(facet: Unrecognised, context: Context) -> Verdict:
    """見るもの: 判定の方法がない種別の資源。
    理由: 知らない種別の資源も情報を含み得る。明示せずに除くと、確認した範囲が実際より広く見える。
    未確認: 常に。種別の名前を示す。
    適合や不適合になることはない。

    Looks at: resources of a type that the auditor has no way of judging.
    Why: they may hold information; leaving them out in silence would make the scope look wider than it is.
    Unknown: always, with the name of the type.
    Never passes and never fails.
    """
    resource = context.resource
    return undecided(Unknown(Reason.UNSUPPORTED, resource.record, detail=Text(resource.type, resource.type)))
