"""Who may do what: least privilege, what is open or shared, authentication of callers, rights of outsiders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Known
from auditor.checks import Context, Verdict, failed, inventory_check, manual, passed
from auditor.facets import AccessAnalyser, Authentication, Breadth, DelegatedRights, Exposure, Rights, Share
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import judge_absence
from auditor_govcloud.values import is_known, shown

_REACH: Final = {
    Breadth.ALL: Text("全ての資源に対する全ての操作", "every action on every resource"),
    Breadth.NEARLY_ALL: Text("全ての資源に対するほぼ全ての操作", "nearly every action on every resource"),
    Breadth.IDENTITIES: Text(
        "利用者の権限及び認証情報を変更する操作（自らの権限も広げられる）",
        "changing rights and credentials of identities, its own included",
    ),
    Breadth.ACTS_AS_OTHERS: Text(
        "任意の役割又はサービスアカウントとしての操作", "acting as any role or service account"
    ),
}
_LIMITED: Final = Text("必要な資源と操作に限る", "only the needed actions on the needed resources")


@check(
    "access.least-privilege.breadth",
    control="access.least-privilege",
    facet=Rights,
    severity=Severity.HIGH,
    title=Text("制限のない権限を与えていないこと", "no unlimited rights"),
    remediation=Text(
        "必要な操作と資源だけを許可する権限に改める。管理者として置く場合は、その者を一覧に定めて承認を記録する。",
        "Allow only the needed actions on the needed resources; where it is an administrator on purpose, put it on the list of administrators and record the approval.",
    ),
    facts=("breadth", "person"),
)
def breadth(facet: Rights, context: Context) -> Verdict:
    """見るもの: 役割、利用者、権限セット等が、アカウント又はプロジェクトの全体でできる操作の範囲。
    理由: 範囲の広い権限は、誤りや不正の影響をシステムの全てに及ぼす。
    適合: 全ての資源に対する（ほぼ）全ての操作、利用者の権限の変更、任意の役割としての操作のいずれも許可していない。
    不適合: サービス又はワークロードに、そのいずれかを許可している。
    要書面確認: 人に許可している。管理者として定めた者であることを一覧で確認する。
    未確認: 権限又は相手が決まっていない、若しくは入力に現れない。
    出典: AWS IAM 利用者ガイド「IAM でのセキュリティのベストプラクティス」、Google Cloud 文書「IAM を安全に使用する」。

    Looks at: how far a role, user, permission set or grant reaches in its account or project as a whole.
    Why: wide rights carry every mistake and misuse through the whole system.
    Pass: neither (nearly) every action on every resource, nor changing rights of identities, nor acting as any role.
    Fail: one of these, for a service or workload.
    Manual: one of these, for persons; the list of administrators shows whether that is on purpose.
    Unknown: the rights or their holder are undecided or not in the input.
    Source: AWS IAM User Guide, "Security best practices in IAM"; Google Cloud documentation, "Use IAM securely".
    """
    reach = _REACH.get(facet.breadth.value)
    if reach is None:
        return passed()
    if facet.person.value:
        return manual(
            f"人に広い権限を許可している: {reach.ja}。管理者として定めた者であることを確認する。",
            f"Persons have wide rights: {reach.en}. Review whether they are administrators on purpose.",
            "administrator-list",
        )
    return failed(
        f"サービス又はワークロードに広い権限を許可している: {reach.ja}。",
        f"A service or workload has wide rights: {reach.en}.",
        expected=_LIMITED,
    )


@check(
    "access.least-privilege.whole-service",
    control="access.least-privilege",
    facet=Rights,
    severity=Severity.LOW,
    title=Text(
        "サービスの全ての操作を全ての資源に許可していないこと", "no rights to everything of a service on every resource"
    ),
    remediation=Text(
        "用いる操作を列挙し、対象の資源を限定する。", "List the actions that are used and name the resources."
    ),
    facts=("whole_services", "breadth"),
)
def whole_service(facet: Rights, context: Context) -> Verdict | None:
    """見るもの: あるサービスの全ての操作を、条件なしに全ての資源に対して許可しているか。
    理由: 用途に要らない削除や公開までできる。
    適合: そのような許可がない。
    不適合: ある。サービス名を示す。
    未確認: サービスごとの権限が決まっていない。
    さらに広い権限と、広さの分からない権限には、別の検査が結果を出す。

    Looks at: whether every action of some service is allowed on every resource without a condition.
    Why: it includes deletion and publication that the purpose does not need.
    Pass: there is no such grant.
    Fail: there is; the services are named.
    Unknown: rights to single services are undecided.
    Makes no finding of rights that are wider still or of unknown width, which another check judges.
    """
    known = isinstance(facet.breadth, Known)
    if known and not is_known(facet.breadth, Breadth.LIMITED):
        return None
    if not known and not (isinstance(facet.whole_services, Known) and facet.whole_services.value):
        return None
    if not facet.whole_services.value:
        return passed()
    names = shown(facet.whole_services)
    return failed(
        f"全ての資源に対する全ての操作を許可しているサービスがある: {names.ja}。",
        f"Every action on every resource is allowed of: {names.en}.",
        expected=_LIMITED,
    )


@check(
    "access.public-store.closed",
    control="access.public-store",
    facet=Exposure,
    severity=Severity.CRITICAL,
    title=Text("保存先が誰にでも開かれていないこと", "the store is not open to everybody"),
    remediation=Text(
        "公開の設定及び全ての者を相手とする許可を取り除く。公開する情報は、専用の保存先に分ける。",
        "Remove public settings and grants to everybody; keep what is meant to be public in a store of its own.",
    ),
    facts=("public",),
)
def public_store(facet: Exposure, context: Context) -> Verdict | None:
    """見るもの: バケット、データセット、スナップショット、イメージ、キュー、秘密情報等を、誰でも利用できる設定になっていないか。
    理由: 設定の誤りによる公開は、漏えいの主な原因である。
    適合: 誰でも利用できる許可がない。
    不適合: ある。公開を意図する場合は、例外措置として記録する。
    未確認: 公開の可否を決める設定が分からない。
    接続先の住所だけが公開され、利用に認証を要するもの（データベース等）は、ネットワークの統制で確認する。

    Looks at: whether buckets, datasets, snapshots, images, queues, secrets and the like can be used by anybody.
    Why: stores opened by mistake are a main cause of leaks.
    Pass: nothing lets everybody in.
    Fail: something does; where that is the purpose, record a waiver.
    Unknown: a setting that decides about it is not known.
    What is open by its address alone and still asks for a sign-in (databases) is judged by the network controls.
    """
    if facet.by_address:
        return None
    if not facet.public.value:
        return passed()
    return failed(
        "誰でも利用できる設定になっている。",
        "It is open to everybody.",
        expected=Text("特定の主体だけが利用できる", "open to named principals only"),
    )


@check(
    "access.foreign-share.approved",
    control="access.foreign-share",
    facet=Share,
    severity=Severity.HIGH,
    title=Text("外部との共有が承認された範囲であること", "sharing with others is approved and limited"),
    remediation=Text(
        "共有の相手と操作を必要なものに限り、承認を記録する。不要な共有は取り消す。",
        "Limit recipients and actions to what is needed, record the approval, and take back what is not needed.",
    ),
    facts=("recipients", "unlimited"),
)
def foreign_share(facet: Share, context: Context) -> Verdict:
    """見るもの: 保存先を共有している、他のアカウント、プロジェクト又はドメインの主体。
    理由: 共有の相手とその権限を把握していないと、情報が管理の外に出る。
    適合: 共有していない。
    不適合: 相手に、その保存先に対する全ての操作（削除及び再共有を含む）を許可している。
    要書面確認: 操作を限って共有している。相手と範囲を承認した記録で確認する。
    未確認: 相手又は許可の範囲が分からない。

    Looks at: principals of other accounts, projects or domains that a store is shared with.
    Why: information leaves one's control where recipients and their rights are not known.
    Pass: it is not shared.
    Fail: a recipient may do everything with the store, its deletion and further sharing included.
    Manual: shared with limited actions; the record approving recipients and extent answers.
    Unknown: recipients or extent are not known.
    """
    recipients = facet.recipients.value
    if not recipients:
        return passed()
    who = shown(facet.recipients)
    if facet.unlimited.value:
        return failed(
            f"外部の主体に全ての操作を許可している（{who.ja}）。",
            f"Principals from outside may do everything with it ({who.en}).",
            expected=Text("必要な操作だけを許可する", "only the needed actions are allowed"),
        )
    return manual(
        f"外部の主体と共有している（{who.ja}）。承認の記録を確認する。",
        f"Shared with principals from outside ({who.en}); review the record of approval.",
        "share-approval",
    )


def _authenticated(facet: Authentication) -> Verdict:
    if facet.required.value:
        return passed()
    return failed(
        "認証なしに呼び出せる。",
        "It can be called without authentication.",
        expected=Text("呼び出す者を認証する", "callers are authenticated"),
    )


@check(
    "access.authentication.endpoint",
    control="access.authentication",
    facet=Authentication,
    severity=Severity.HIGH,
    title=Text("接続先が利用者の認証を求めること", "the endpoint authenticates its callers"),
    remediation=Text(
        "IAM、JWT、オーソライザー等による認証を設定する。認証を求めない公開システムであれば、例外措置として記録する。",
        "Set up authentication by IAM, JWT or an authoriser; record a waiver for a public system that asks for none.",
    ),
    facts=("what", "required"),
)
def endpoint(facet: Authentication, context: Context) -> Verdict | None:
    """見るもの: 関数の URL、API のメソッド、サービスの呼出し、未認証の利用者の受入れ等の、インターネットから届く接続先。
    理由: 認証がなければ、利用者ごとに利用を制御できない。
    適合: 認証を求める。
    不適合: 求めない。
    未確認: 設定が決まっていない、又は入力に現れない。
    アプリケーション自身が行う認証は、設定に現れない。

    Looks at: what can be reached from the internet: function URLs, API methods, invocation of services, guests.
    Why: without authentication, use cannot be controlled by user.
    Pass: it demands authentication.
    Fail: it does not.
    Unknown: the setting is undecided or not in the input.
    Authentication that an application does by itself does not show in configuration.
    """
    return None if facet.internal else _authenticated(facet)


@check(
    "access.authentication.internal-store",
    control="access.authentication",
    facet=Authentication,
    severity=Severity.MEDIUM,
    title=Text("内部の保存先が利用者の認証を求めること", "internal stores authenticate their callers"),
    remediation=Text(
        "認証の機能（IAM 認証、利用者グループ、認証文字列等）を有効にする。",
        "Switch authentication on (IAM, user groups, an authentication string).",
    ),
    facts=("what", "required"),
)
def internal_store(facet: Authentication, context: Context) -> Verdict | None:
    """見るもの: キャッシュ、検索、グラフデータベース等、ネットワークの内部から使う保存先。
    理由: 内部の一台に侵入されただけで、情報の全てを読み出されないようにする。
    適合: 認証を求める。
    不適合: 求めない。
    未確認: 設定が決まっていない。

    Looks at: caches, search, graph databases and other stores that are used from inside a network.
    Why: one machine that is broken into must not give away everything.
    Pass: it demands authentication.
    Fail: it does not.
    Unknown: the setting is undecided.
    """
    return _authenticated(facet) if facet.internal else None


@inventory_check(
    "access.review-tool.present",
    control="access.review-tool",
    severity=Severity.LOW,
    title=Text("不要な権限を見付ける機能があること", "a function finds rights that nobody needs"),
    remediation=Text(
        "アクセスの分析機能（IAM Access Analyzer、IAM Recommender 等）を有効にし、結果を定期に点検する。",
        "Switch on an analyser of access (IAM Access Analyzer, IAM Recommender) and review its results periodically.",
    ),
)
def review_tool(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、不要な権限や外部への共有を見付ける機能があるか。あれば、その設定を別の検査が判定する。
    不適合: 全てを含む入力に、それがない。
    未確認: 入力にない。別の構成が管理している場合がある。

    Looks at: whether each cloud in the input has a function that finds unneeded rights and shares; another check
    judges its setting.
    Fail: the input holds everything, and there is none.
    Unknown: the input has none; another configuration may manage it.
    """
    yield from judge_absence(
        "access.review-tool",
        AccessAnalyser,
        inventory,
        context,
        lacking=failed("不要な権限を見付ける機能がない。", "No function finds unneeded rights."),
        doubt=Text("不要な権限を見付ける機能の有無", "whether a function finds unneeded rights"),
    )


@check(
    "access.review-tool.active",
    control="access.review-tool",
    facet=AccessAnalyser,
    severity=Severity.LOW,
    title=Text("不要な権限を見付ける機能が有効であること", "the function that finds unneeded rights is on"),
    remediation=Text("分析機能を有効にする。", "Switch the analyser on."),
    facts=("what", "active"),
)
def analyser(facet: AccessAnalyser, context: Context) -> Verdict:
    """見るもの: 不要な権限や外部への共有を見付ける機能が有効か。
    理由: 権限は増える一方になりやすく、点検の手掛かりが要る。
    適合: 有効である。
    不適合: 無効である。
    未確認: 決まっていない。
    点検そのものは、記録で確認する。

    Looks at: whether the function that finds unneeded rights and shares is on.
    Why: rights tend to pile up, and their review needs something to go by.
    Pass: it is on.
    Fail: it is off.
    Unknown: undecided.
    The review itself is shown by its record.
    """
    if facet.active.value:
        return passed()
    return failed("機能が有効でない。", "The function is off.", expected=Text("有効である", "on"))


_NAMED: Final = re.compile(r":(role|user|assumed-role)/|^(serviceAccount|group):")
"""One principal of an organisation, by the way both clouds write principals; not all of an account, and no free mail account."""


@check(
    "access.delegated-rights.limited",
    control="access.delegated-rights",
    facet=DelegatedRights,
    severity=Severity.HIGH,
    title=Text("外部の主体の権限が限られていること", "principals from outside have limited rights"),
    remediation=Text(
        "委託の範囲に必要な操作と資源だけを許可し、利用者の権限を変更する操作を除く。",
        "Allow only what the contract needs, and nothing that changes rights of identities.",
    ),
    facts=("principal", "outside", "breadth"),
)
def delegated_rights(facet: DelegatedRights, context: Context) -> Verdict:
    """見るもの: 他のアカウント、プロジェクト、ドメイン又は認証基盤から入る主体の、権限の範囲。
    理由: 委託事業者等が、許可なく本番の環境を操作し、又は利用者の権限を変えることのないようにする。
    適合: 限られている。
    不適合: 外部のアカウント又は認証基盤の全体、若しくは組織に属さない個人に、制限のない権限又は利用者の権限の変更を許可している。
    要書面確認: 特定の一つの主体に許可している。委託事業者等の主体の一覧で、許可した者及び範囲を確認する。
    未確認: 権限、又は外部の主体かどうかが分からない。

    Looks at: the rights of principals from another account, project, domain or identity provider.
    Why: contractors must not operate the production environment or change rights without permission.
    Pass: they are limited.
    Fail: a whole account or identity provider from outside, or a person of no organisation, has unlimited rights or may
    change rights of identities.
    Manual: one named principal has; the list of contractors' principals says who was permitted what.
    Unknown: the rights, or whether the principal is from outside, are not known.
    """
    reach = _REACH.get(facet.breadth.value)
    if reach is None:
        return passed()
    who = shown(facet.principal)
    if facet.outside.value and not _NAMED.search(facet.principal.value):
        return failed(
            f"外部の主体（{who.ja}）に広い権限を許可している: {reach.ja}。",
            f"A principal from outside ({who.en}) has wide rights: {reach.en}.",
            expected=_LIMITED,
        )
    return manual(
        f"主体（{who.ja}）に広い権限を許可している: {reach.ja}。委託事業者等に許可した範囲であることを一覧で確認する。",
        f"The principal ({who.en}) has wide rights: {reach.en}. Review in the list whether a contractor was permitted them.",
        "contractor-principals",
    )
