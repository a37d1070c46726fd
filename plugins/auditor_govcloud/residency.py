"""Where information is, where copies of it go, and what keeps it there."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Reason, Unknown
from auditor.checks import (
    Context,
    Verdict,
    failed,
    inventory_check,
    manual,
    not_applicable,
    passed,
    undecided,
)
from auditor.facets import Placement, RegionGuardrail, Replica
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import answered, judge_absence
from auditor_govcloud.values import REGION_PARAMETERS, allowed_regions, is_known, listed, listed_if_open, must_be_known

_FROM_SELECTION = (Phase.SELECT, Phase.BUILD, Phase.OPERATE)
_NOWHERE = undecided(
    Unknown(
        Reason.NOT_COLLECTED,
        detail=Text("置かれる場所が示されていない", "the input does not say where it is"),
    )
)
_GLOBAL_DATA_DOCUMENT = "region-exception"


def _within(allowed: frozenset[str]) -> Text:
    regions = listed(allowed)
    return Text(f"許可リージョン（{regions.ja}）の中だけ", f"only allowed regions ({regions.en})")


def _placed(facet: Placement, context: Context) -> Verdict:
    locations = facet.locations.value
    allowed = allowed_regions(context)
    if not locations:
        return _NOWHERE
    if locations <= allowed:
        return passed()
    outside = listed_if_open(locations - allowed, facet.locations)
    return failed(
        f"許可リージョンの外に置かれる: {outside.ja}",
        f"stands outside the allowed regions: {outside.en}",
        expected=_within(allowed),
    )


@check(
    "residency.location.data-allowed",
    control="residency.location",
    facet=Placement,
    severity=Severity.CRITICAL,
    title=Text(
        "情報を保存する資源が許可リージョンの中だけに置かれること",
        "what stores information stands in allowed regions only",
    ),
    remediation=Text(
        "資源の場所を許可リージョンに改める。既に情報がある場合は許可リージョンへ移し、元の資源とバックアップを削除する。",
        "Place the resource in an allowed region; where information is there already, move it and delete the original and its copies.",
    ),
    facts=("locations", "global_service"),
    parameters=REGION_PARAMETERS,
    phases=_FROM_SELECTION,
)
def data_in_allowed_regions(facet: Placement, context: Context) -> Verdict | None:
    """見るもの: 情報を保存する資源の置き場所（複数リージョンに置くものはその全て）。
    理由: 保存場所が国外に及ぶと、契約で定めた国・地域の外で情報が扱われ、現地の法令の対象になり得る。
    適合: 全ての場所が `residency.allowed_regions.<プロバイダ>` の中にある。
    不適合: 一つでも外にある。範囲の広いマルチリージョン（`asia` など）は、国内に限られないので外として扱う。
    未確認: 場所が決まっていない、又はそのプロバイダの許可リージョンがポリシーに定められていない。
    要書面確認: リージョンを持たないグローバルサービスに情報を保存する。利用を認めた記録で確認する。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: every location of a resource that stores information.
    Why: information kept abroad leaves the countries agreed in the contract and may fall under foreign law.
    Pass: all locations are in `residency.allowed_regions.<provider>`.
    Fail: one is not; a wide multi-region such as `asia` is not limited to Japan and counts as outside.
    Unknown: the place is undecided, or the policy names no allowed regions for the provider.
    Manual: a global service without regions stores information; the record approving it answers.
    Source of the value: see the parameter.
    """
    if not facet.stores_data:
        return None
    if facet.global_service is not None:
        return manual(
            f"リージョンを持たないグローバルサービス「{facet.global_service}」に情報を保存する。利用を認めた記録を確認する。",
            f"The global service {facet.global_service}, which has no region, stores information; "
            "review the record approving its use.",
            _GLOBAL_DATA_DOCUMENT,
        )
    return _placed(facet, context)


@check(
    "residency.location.other-allowed",
    control="residency.location",
    facet=Placement,
    severity=Severity.MEDIUM,
    title=Text(
        "情報を処理する資源が許可リージョンの中だけに置かれること",
        "what processes information stands in allowed regions only",
    ),
    remediation=Text("資源の場所を許可リージョンに改める。", "Place the resource in an allowed region."),
    facts=("locations", "global_service"),
    parameters=REGION_PARAMETERS,
    phases=_FROM_SELECTION,
)
def others_in_allowed_regions(facet: Placement, context: Context) -> Verdict | None:
    """見るもの: 情報を保存しない資源（処理、通信、設定）の置き場所。
    理由: 処理や中継が国外で行われると、保存しなくても情報が国外に出る。
    適合: 全ての場所が `residency.allowed_regions.<プロバイダ>` の中にある。
    不適合: 一つでも外にある。
    対象外: リージョンを持たないグローバルサービス（サービス名を示す）。
    未確認: 場所が決まっていない、又はそのプロバイダの許可リージョンがポリシーに定められていない。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: every location of a resource that stores no information (compute, network, settings).
    Why: information processed or relayed abroad leaves the country even if it is not stored there.
    Pass: all locations are in `residency.allowed_regions.<provider>`.
    Fail: one is not.
    Not applicable: a global service without regions, which is named.
    Unknown: the place is undecided, or the policy names no allowed regions for the provider.
    Source of the value: see the parameter.
    """
    if facet.stores_data:
        return None
    if facet.global_service is not None:
        return not_applicable(
            f"リージョンを持たないグローバルサービス「{facet.global_service}」の資源である。",
            f"A resource of the global service {facet.global_service}, which has no region.",
        )
    return _placed(facet, context)


@check(
    "residency.replication.allowed",
    control="residency.replication",
    facet=Replica,
    severity=Severity.CRITICAL,
    title=Text("複製・バックアップ・転送の宛先が許可リージョンの中だけにあること", "copies go to allowed regions only"),
    remediation=Text(
        "複製先を許可リージョンに改め、許可リージョンの外に作成された複製を削除する。",
        "Direct the copy to an allowed region and delete the copies that were made outside.",
    ),
    facts=("location", "kind"),
    parameters=REGION_PARAMETERS,
)
def copies_in_allowed_regions(facet: Replica, context: Context) -> Verdict:
    """見るもの: 複製、バックアップの複写、スナップショットの複写、読取り用の複製、鍵の複製、ログ転送の宛先一つずつ。
    理由: 元の資源が国内にあっても、複製が国外に置かれれば、情報は国外で保存される。鍵の複製があれば、暗号化した情報を国外で読める。
    適合: 宛先の全てのリージョンが `residency.allowed_regions.<プロバイダ>` の中にある。
    不適合: 一つでも外にある。
    未確認: 宛先が決まっていない、又はそのプロバイダの許可リージョンがポリシーに定められていない。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: each destination of replication, backup copies, snapshot copies, read replicas, key replicas and
    forwarded logs.
    Why: a copy abroad stores the information abroad wherever the original is; a copied key opens it there.
    Pass: every region of the destination is in `residency.allowed_regions.<provider>`.
    Fail: one is not.
    Unknown: the destination is undecided, or the policy names no allowed regions for the provider.
    Source of the value: see the parameter.
    """
    location = facet.location.value
    allowed = allowed_regions(context)
    if not location:
        return _NOWHERE
    if location <= allowed:
        return passed()
    outside = listed_if_open(location - allowed, facet.location)
    return failed(
        f"複製先が許可リージョンの外にある: {outside.ja}",
        f"a copy goes outside the allowed regions: {outside.en}",
        expected=_within(allowed),
    )


@check(
    "residency.guardrail.permitted",
    control="residency.guardrail",
    facet=RegionGuardrail,
    severity=Severity.HIGH,
    title=Text(
        "組織のポリシーが許可リージョンだけを許し、適用されていること",
        "the organisation policy allows only the allowed regions and is in force",
    ),
    remediation=Text(
        "組織のポリシーで許すリージョンを許可リージョンに限り、対象のアカウント又はプロジェクトに適用する。",
        "Limit the regions that the organisation policy allows, and attach it to the account or project.",
    ),
    facts=("allowed", "enforced"),
    parameters=REGION_PARAMETERS,
)
def guardrail_permits_allowed_regions(facet: RegionGuardrail, context: Context) -> Verdict:
    """見るもの: リージョンを制限する組織のポリシーが許すリージョンと、それが適用されているか。
    理由: 作成前に拒否する統制があれば、個々の設定の誤りによって国外に資源が作成されることを防げる。
    適合: 許すリージョンが全て許可リージョンの中にあり、適用されている。
    不適合: 許可リージョンの外を許している、又は対象のアカウントに適用されていない。
    継承: どちらも読み取れず、ガバメントクラウドの基盤側の統制が対応する。根拠となる資料を示す。
    未確認: 許すリージョン又は適用の有無が決まっていない。
    値の出典: パラメータ `residency.allowed_regions.<プロバイダ>` に記す。

    Looks at: the regions that an organisation policy leaves open, and whether it is in force.
    Why: a refusal before creation keeps a single wrong setting from putting resources abroad.
    Pass: it leaves only allowed regions open and is in force.
    Fail: it leaves others open, or does not bind the accounts.
    Inherited: neither can be read, and the platform's control of the Government Cloud answers; the material is named.
    Unknown: either is undecided.
    Source of the value: see the parameter.
    """
    if isinstance(facet.allowed, Unknown) and isinstance(facet.enforced, Unknown):
        verdict = answered("residency.guardrail", context.resource.provider, context)
        if verdict is not None:
            return verdict
    if is_known(facet.enforced, False):
        return failed(
            "リージョンを制限するポリシーが適用されていない。",
            "The policy that limits regions is not in force.",
            expected=Text("対象に適用されている", "attached and enforced"),
        )
    permitted = facet.allowed.value
    allowed = allowed_regions(context)
    if permitted <= allowed:
        must_be_known(facet.enforced)
        return passed()
    outside = listed_if_open(permitted - allowed, facet.allowed)
    return failed(
        f"許可リージョンの外を許している: {outside.ja}",
        f"leaves regions outside the allowed ones open: {outside.en}",
        expected=_within(allowed),
    )


@inventory_check(
    "residency.guardrail.present",
    control="residency.guardrail",
    severity=Severity.MEDIUM,
    title=Text("リージョンを制限する組織のポリシーがあること", "an organisation policy limits the regions"),
    remediation=Text(
        "組織のポリシーで許可リージョン以外での資源作成を拒否する。基盤側で適用されている場合は、その説明資料を用意する。",
        "Refuse creation outside the allowed regions by an organisation policy; where the platform does it, keep the material that describes it.",
    ),
    parameters=REGION_PARAMETERS,
)
def guardrail_is_present(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、リージョンを制限する組織のポリシーが入力にあるか。あれば別の検査が中身を判定する。
    継承: ガバメントクラウドのアカウントでは、基盤側の統制が対応する。根拠となる資料を示す。
    未確認: 入力が全てを含むとは限らない（プランなど）。組織のポリシーは別の構成で管理されていることがある。
    不適合: 全てを含む入力に、ポリシーがない。

    Looks at: whether the input has an organisation policy that limits regions, for each cloud in it; another check
    judges what such a policy says.
    Inherited: on the Government Cloud the platform's control answers; the material that shows it is named.
    Unknown: the input need not hold everything (a plan); another configuration may manage the policy.
    Fail: a complete input has none.
    """
    return judge_absence(
        "residency.guardrail",
        RegionGuardrail,
        inventory,
        context,
        lacking=failed(
            "リージョンを制限する組織のポリシーがない。",
            "No organisation policy limits the regions.",
            expected=Text("許可リージョンの外での作成を拒否するポリシー", "a policy that refuses other regions"),
        ),
        doubt=Text(
            "リージョンを制限する組織のポリシーの有無（別の構成で管理されている可能性）",
            "whether an organisation policy limits the regions (another configuration may manage it)",
        ),
    )
