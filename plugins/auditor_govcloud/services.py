"""What is needed and what is not: functions, services, images, licences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from auditor.attr import Known, Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, manual, not_applicable, passed, undecided
from auditor.facets import EnabledService, ImageSource, LicensedSoftware, NeedlessFunction
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import SENSITIVE, listed, shown

_EXAMPLES: Final = 20


@check(
    "service.minimum.functions",
    control="service.minimum",
    facet=NeedlessFunction,
    severity=Severity.MEDIUM,
    title=Text("旧式の機能を使わないこと", "outdated functions are off"),
    remediation=Text(
        "旧式の機能を止め、後継の機能だけを使う。", "Switch the outdated function off and use only what replaced it."
    ),
    facts=("function", "enabled"),
)
def outdated_off(facet: NeedlessFunction, context: Context) -> Verdict:
    """見るもの: 後継があり、ほとんど必要とされなくなった機能（セッションなしのインスタンスメタデータ、旧式の認可や認証など）。
    理由: 使われない入口は、攻撃に使われる。
    適合: 止めている。
    不適合: 有効である。
    未確認: 設定が決まらない、又はイメージやアカウントの既定など入力にないもので決まる。

    Looks at: functions that were replaced and that hardly anything needs any longer (instance metadata without a
    session, old ways of authorisation or authentication).
    Why: entrances that nobody uses are used by attackers.
    Pass: off.
    Fail: on.
    Unknown: undecided, or decided by what is not in the input, such as the image or the account's default.
    """
    if not facet.enabled.value:
        return passed()
    return failed(
        f"旧式の機能が有効である（{facet.function}）。",
        f"An outdated function is on ({facet.function}).",
        expected=Text("無効", "off"),
    )


@check(
    "service.minimum.images",
    control="service.minimum",
    facet=ImageSource,
    severity=Severity.MEDIUM,
    title=Text("イメージの提供者が確かであること", "images come from a publisher that is vouched for"),
    remediation=Text(
        "自ら作成したもの、事業者のもの、又は事業者が確認した提供者のイメージを使う。",
        "Use images of your own, of the provider, or of a vendor whom the provider verifies.",
    ),
    facts=("publisher", "vouched"),
)
def image_vouched_for(facet: ImageSource, context: Context) -> Verdict:
    """見るもの: サーバのイメージの提供者（アカウント又はプロジェクト）。
    理由: 誰でも公開できるイメージには、不要な機能や裏口が含まれ得る。
    適合: 自ら作成したもの、事業者のもの、又は事業者が確認した提供者のものである。
    不適合: それ以外の者が公開している。
    未確認: 提供者が決まらない、又は入力にない。

    Looks at: the publisher (account or project) of the image of a machine.
    Why: images that anybody can publish may hold needless functions and back doors.
    Pass: it is one's own, the provider's, or that of a vendor whom the provider verifies.
    Fail: somebody else publishes it.
    Unknown: the publisher is undecided or not in the input.
    """
    if facet.vouched.value:
        return passed()
    publisher = shown(facet.publisher)
    return failed(
        f"提供者の確認できないイメージを使う（{publisher.ja}）。",
        f"The image is of a publisher nobody vouches for ({publisher.en}).",
        expected=Text("提供者の確かなイメージ", "an image of a publisher that is vouched for"),
    )


@inventory_check(
    "service.minimum.services",
    control="service.minimum",
    severity=Severity.LOW,
    title=Text("有効にするサービスを限ること", "only needed services are switched on"),
    remediation=Text(
        "有効なサービスの一覧を確認し、不要なものを止める。",
        "Go through the services that are on and stop those not needed.",
    ),
)
def services_listed(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: プロジェクトで有効にするサービス（API）。プロジェクトごとに一つにまとめる。
    理由: 使わないサービスは、攻撃の入口と費用を増やす。
    要書面確認: 常に。どれが必要かは設定からは分からないので、一覧を示す。
    有効にするサービスが入力にないクラウドには結果を出さない。

    Looks at: the services (APIs) that a project switches on, together for each project.
    Why: services that nobody uses add entrances and costs.
    Document review: always; the configuration does not tell which are needed, so they are listed.
    Makes no finding where the input switches none on.
    """
    projects: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    first: dict[tuple[str, str], Resource] = {}
    for resource, facet in inventory.with_facet(EnabledService):
        if resource.action is Action.DELETE and context.phase is not Phase.TERMINATE:
            continue
        account = resource.account.value if isinstance(resource.account, Known) else ""
        where = (resource.provider, account)
        first.setdefault(where, resource)
        service = facet.service
        if isinstance(service, Unknown):
            continue
        projects[where].add(SENSITIVE.ja if service.sensitive else service.value or "")
    for where, resource in first.items():
        names = sorted(projects[where])
        some = listed(tuple(names[:_EXAMPLES]))
        more = len(names) - _EXAMPLES
        yield (
            resource if len(first) > 1 else subject(inventory, where[0], "account"),
            manual(
                f"有効にするサービス{len(names)}件が必要か確認する（{some.ja}{f' ほか{more}件' if more > 0 else ''}）。",
                f"See whether the {len(names)} services that are on are needed "
                f"({some.en}{f' and {more} more' if more > 0 else ''}).",
                "service-list",
            ),
        )


@inventory_check(
    "license.tracking.tracked",
    control="license.tracking",
    severity=Severity.LOW,
    title=Text("持ち込むライセンスを管理していること", "licences of one's own are tracked"),
    remediation=Text(
        "ライセンスの利用数を数え、上限を超える起動を止める設定にする。機能がない場合は台帳で管理する。",
        "Count the use of licences and stop what goes beyond them; where there is no function for it, keep a ledger.",
    ),
)
def licences_tracked(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: ライセンスを持ち込むソフトウェア（データベース、サーバのイメージなど）と、その利用数を数える機能。
    理由: 許諾の範囲を超えた利用は、契約に反する。
    適合: 事業者の機能が利用数を数える。
    対象外: ライセンスが料金に含まれる。
    要書面確認: 数える機能がない。台帳を確認する。
    未確認: ライセンスの形態、又は機能との関連付けが決まらない。

    Looks at: software under licences of one's own (databases, images of machines), and functions that count its use.
    Why: use beyond the licence breaks the contract.
    Pass: a function of the provider counts it.
    Not applicable: the licence is part of the price.
    Document review: nothing counts it; a ledger has to.
    Unknown: the kind of licence, or what counts it, is undecided.
    """
    for resource, facet in inventory.with_facet(LicensedSoftware):
        if resource.action is not Action.DELETE or context.phase is Phase.TERMINATE:
            yield resource, _licence(facet)


def _licence(facet: LicensedSoftware) -> Verdict:
    if isinstance(facet.own_licence, Unknown):
        return undecided(facet.own_licence)
    if not facet.own_licence.value:
        return not_applicable("ライセンスは料金に含まれる。", "The licence is part of the price.")
    if isinstance(facet.tracked, Unknown):
        return undecided(facet.tracked)
    if facet.tracked.value:
        return passed()
    return manual(
        f"持ち込むライセンスの利用数を数える機能がない（{facet.what}）。台帳を確認する。",
        f"Nothing counts the use of licences of one's own ({facet.what}); see the ledger.",
        "license-ledger",
    )
