"""Publishing: what stands in front of a published service, what it holds, and what it gives away."""

from __future__ import annotations

from typing import Final

from auditor.checks import Context, Verdict, failed, manual, not_applicable, passed
from auditor.facets import (
    AllowedMethods,
    ContentWriters,
    PublishedContent,
    PublishedService,
    RequestFilter,
    ResponseHeaders,
)
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import is_known, must_be_known, shown

_NOT_PUBLIC: Final = not_applicable("インターネットに公開されていない。", "It is not published to the internet.")
_SERVED_AT_EDGE: Final = not_applicable(
    "保存された内容を事業者の配信網から返すだけで、頻度の制限を設けられない。",
    "Stored content is served from the provider's edge, which takes no limit of rates.",
)
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@check(
    "web.firewall.attached",
    control="web.firewall",
    facet=PublishedService,
    severity=Severity.MEDIUM,
    title=Text(
        "公開するサービスに Web アプリケーションファイアウォールがあること",
        "a web application firewall stands in front of what is published",
    ),
    remediation=Text(
        "公開するサービスに Web アプリケーションファイアウォールを関連付ける。",
        "Attach a web application firewall to the published service.",
    ),
    facts=("service", "public", "firewall"),
)
def firewall_attached(facet: PublishedService, context: Context) -> Verdict:
    """見るもの: インターネットに公開される負荷分散装置、配信、API などに Web アプリケーションファイアウォールが付いているか。
    理由: 公開するサービスは、不特定の者からの攻撃を受ける。
    適合: 付いている。
    不適合: 公開されているが、付いていない。
    要書面確認: 直接付けられない種類のサービスである。前段の構成を書面で確認する。
    対象外: 公開されていない。
    未確認: 公開されるか、又は付いているかが決まらない。

    Looks at: whether a load balancer, distribution or interface that is published to the internet has a web
    application firewall.
    Why: what is published is attacked by anybody.
    Pass: it has one.
    Fail: it is published without one.
    Document: none can be attached to the service itself; what stands in front of it must be shown.
    Not applicable: it is not published.
    Unknown: it is undecided whether it is published, or whether it has one.
    """
    if is_known(facet.public, False):
        return _NOT_PUBLIC
    if facet.firewall is None:
        must_be_known(facet.public)
        return manual(
            f"ファイアウォールを直接付けられないサービスが公開されている（種類: {facet.service}）。前段の構成を確認する。",
            f"A service to which no firewall can be attached is published (kind: {facet.service}); check what stands in front.",
            "publishing-design",
        )
    if is_known(facet.firewall, True):
        return passed()
    must_be_known(facet.public)
    must_be_known(facet.firewall)
    return failed(
        f"Web アプリケーションファイアウォールなしに公開されている（種類: {facet.service}）。",
        f"It is published without a web application firewall (kind: {facet.service}).",
        expected=Text("Web アプリケーションファイアウォール", "a web application firewall"),
    )


@check(
    "web.firewall.acts",
    control="web.firewall",
    facet=RequestFilter,
    severity=Severity.MEDIUM,
    title=Text(
        "Web アプリケーションファイアウォールに要求を拒む規則があること",
        "the web application firewall has a rule that turns requests away",
    ),
    remediation=Text(
        "検知だけの規則を遮断に切り替えるか、遮断する規則を加える。",
        "Turn rules that only count into blocking ones, or add rules that block.",
    ),
    facts=("acts",),
)
def firewall_acts(facet: RequestFilter, context: Context) -> Verdict:
    """見るもの: Web アプリケーションファイアウォールに、要求を拒むことのできる規則があるか。
    理由: 規則がない、又は数えるだけのものは、攻撃を止めない。
    適合: ある。
    不適合: ない。
    未確認: 規則が決まらない、又は読み取れない。

    Looks at: whether a web application firewall has a rule that can turn requests away.
    Why: one without rules, or that only counts, stops no attack.
    Pass: it has.
    Fail: it has not.
    Unknown: its rules are undecided or unreadable.
    """
    if facet.acts.value:
        return passed()
    return failed(
        "要求を拒む規則がない。", "No rule turns requests away.", expected=Text("要求を拒む規則", "rules that block")
    )


@check(
    "web.content-protection.kept",
    control="web.content-protection",
    facet=PublishedContent,
    severity=Severity.HIGH,
    title=Text("公開する内容が改ざんから保護されていること", "published content is protected against alteration"),
    remediation=Text(
        "公開する内容の保存先のバージョニングを有効にし、不特定の者による書込みを禁じる。",
        "Keep versions of published content, and let nobody unknown write it.",
    ),
    facts=("versioned", "publicly_writable"),
)
def content_kept(facet: PublishedContent, context: Context) -> Verdict:
    """見るもの: 公開する内容の保存先が、以前の版を残すか、不特定の者が書き込めないか。
    理由: 改ざんを防ぎ、改ざんされたときに直ちに元に戻せるようにする。
    適合: 版を残し、不特定の者は書き込めない。
    不適合: 不特定の者が書き込める、又は版を残さない。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: whether the store of published content keeps earlier versions, and whether anybody may write it.
    Why: to prevent alteration, and to undo it at once.
    Pass: it keeps versions, and nobody unknown may write it.
    Fail: anybody may write it, or it keeps no versions.
    Unknown: undecided or unreadable.
    """
    expected = Text("版を残し、不特定の者は書き込めない", "versions are kept and nobody unknown may write")
    if is_known(facet.publicly_writable, True):
        return failed(
            "公開する内容に不特定の者が書き込める。", "Anybody may write published content.", expected=expected
        )
    if is_known(facet.versioned, False):
        return failed(
            "公開する内容の以前の版が残らない。",
            "Earlier versions of published content are not kept.",
            expected=expected,
        )
    must_be_known(facet.publicly_writable)
    must_be_known(facet.versioned)
    return passed()


@check(
    "web.edit-rights.limited",
    control="web.edit-rights",
    facet=ContentWriters,
    severity=Severity.MEDIUM,
    title=Text("公開する内容を書き換えられる者が限られていること", "only named principals may write published content"),
    remediation=Text(
        "書込みの権限を、担当する主体だけに限り、それ以外の者による書込みを保存先のポリシーで拒否する。",
        "Grant writing to those in charge only, and let the store's policy refuse it to everybody else.",
    ),
    facts=("anybody", "confined", "named"),
)
def editors_limited(facet: ContentWriters, context: Context) -> Verdict:
    """見るもの: 公開する内容の保存先に書き込める主体。保存先自身の設定が、名指した者以外の書込みを拒んでいるか。
    理由: Web で公開する内容を編集できる者を必要な者に限る。
    適合: 保存先の設定が、名指した者以外の書込みを拒んでいる。
    不適合: 不特定の者、又はアカウント、プロジェクト、ドメインの全員が書き込める。
    要書面確認: いずれでもない。名指しされた者と、他の権限で書き込める者を、担当者の一覧と照合する。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: who may write to the store of published content, and whether its own settings refuse writing to
    everybody but those whom they name.
    Why: only those who need it may edit what is published.
    Pass: the settings refuse writing to all but those named.
    Fail: anybody, or everybody of an account, project or domain, may write.
    Document: neither; compare those named, and who may write by other rights, with the list of persons in charge.
    Unknown: undecided or unreadable.
    """
    if is_known(facet.anybody, True):
        return failed(
            "公開する内容を、限られていない者が書き換えられる。",
            "Published content may be written by an unlimited circle.",
            expected=Text("名指しされた主体だけによる書込み", "writing by named principals only"),
        )
    if facet.confined.value and not facet.anybody.value:
        return passed()
    must_be_known(facet.anybody)
    named = shown(facet.named)
    return manual(
        f"書き込める者を担当者の一覧と照合する（保存先が名指しする者: {named.ja}）。",
        f"Compare who may write with the list of persons in charge (named by the store: {named.en}).",
        "content-editors",
    )


@check(
    "web.disclosure.listing",
    control="web.disclosure",
    facet=PublishedContent,
    severity=Severity.MEDIUM,
    title=Text("公開する内容の一覧を誰でも取得できないこと", "not everybody can list published content"),
    remediation=Text(
        "一覧を取得する権限を不特定の者に与えない。個々の内容を読む権限だけを与える。",
        "Grant nobody unknown the right to list; grant reading of single objects only.",
    ),
    facts=("publicly_listed",),
)
def content_not_listed(facet: PublishedContent, context: Context) -> Verdict:
    """見るもの: 公開する内容の保存先の一覧を、不特定の者が取得できるか。
    理由: 一覧からは、公開を意図しない内容の所在が知られる。
    適合: 取得できない。
    不適合: 取得できる。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: whether anybody can list the store of published content.
    Why: a listing tells where things are that were not meant to be found.
    Pass: nobody unknown can.
    Fail: anybody can.
    Unknown: undecided or unreadable.
    """
    if not facet.publicly_listed.value:
        return passed()
    return failed(
        "不特定の者が一覧を取得できる。", "Anybody can list the content.", expected=Text("一覧の拒否", "no listing")
    )


@check(
    "web.disclosure.headers",
    control="web.disclosure",
    facet=ResponseHeaders,
    severity=Severity.LOW,
    title=Text("応答に閲覧者を保護するヘッダーが付くこと", "answers carry headers that protect who reads them"),
    remediation=Text(
        "配信又は負荷分散装置で、HSTS などのセキュリティヘッダーを付ける。",
        "Let the distribution or load balancer add security headers such as HSTS.",
    ),
    facts=("protective",),
)
def headers_added(facet: ResponseHeaders, context: Context) -> Verdict:
    """見るもの: 公開の出口で、閲覧者を保護するヘッダー（HSTS、内容の種類、枠への埋込みの禁止）を付けているか。
    理由: 付けないと、通信の格下げや、内容の誤った解釈を招く。
    適合: 付けている。
    不適合: 付けておらず、内容の側でも付けられない。
    未確認: 出口では付けておらず、その奥のアプリケーションが付けているかは分からない。

    Looks at: whether the point of publication adds headers that protect readers (HSTS, content type, framing).
    Why: without them connections can be downgraded and content be misread.
    Pass: it adds them.
    Fail: it does not, and what lies behind cannot either.
    Unknown: it does not, and whether the application behind does is not shown.
    """
    if facet.protective.value:
        return passed()
    return failed(
        "応答にセキュリティヘッダーが付かない。",
        "Answers carry no security headers.",
        expected=Text("セキュリティヘッダー", "security headers"),
    )


@check(
    "web.methods.limited",
    control="web.methods",
    facet=AllowedMethods,
    severity=Severity.LOW,
    title=Text("必要なメソッドだけを受け付けること", "only the needed methods are accepted"),
    remediation=Text(
        "内容を読むだけのサービスは、読取りのメソッドだけを許可する。",
        "Allow reading methods only where content is only read.",
    ),
    facts=("methods", "only_stored"),
)
def methods_limited(facet: AllowedMethods, context: Context) -> Verdict:
    """見るもの: 公開するサービスが通す要求のメソッド。
    理由: 使わないメソッドは、攻撃の入口になるだけである。
    適合: 読取りのメソッド（GET、HEAD、OPTIONS）だけを通す。
    不適合: 保存された内容を返すだけなのに、書込みのメソッドも通す。
    要書面確認: アプリケーションへ書込みのメソッドも通す。必要な機能の一覧と照合する。
    未確認: 設定が決まらない、又は読み取れない。

    Looks at: the methods of requests that a published service passes on.
    Why: a method that nobody needs is nothing but a way in for an attack.
    Pass: reading methods only (GET, HEAD, OPTIONS).
    Fail: it also passes writing ones, although it only returns stored content.
    Document: it passes writing ones to an application; compare them with the list of functions needed.
    Unknown: undecided or unreadable.
    """
    if facet.methods.value <= _READING:
        return passed()
    if facet.only_stored.value:
        return failed(
            "保存された内容を返すだけの公開に、書込みのメソッドが許可されている。",
            "Writing methods are allowed although only stored content is returned.",
            expected=Text("GET、HEAD、OPTIONS", "GET, HEAD, OPTIONS"),
        )
    return manual(
        "アプリケーションへ通すメソッドが必要なものだけかを、機能の一覧と照合する。",
        "Compare the methods passed to the application with the list of functions needed.",
        "published-functions",
    )


@check(
    "dos.protection.active",
    control="dos.protection",
    facet=PublishedService,
    severity=Severity.MEDIUM,
    title=Text(
        "公開するサービスに、要求の急増を抑える保護があること",
        "something holds back floods of requests to what is published",
    ),
    remediation=Text(
        "要求の頻度を制限する規則を設けるか、サービス不能攻撃に対する保護を契約する。",
        "Add a rule that limits the rate of requests, or subscribe to a protection against denial of service.",
    ),
    facts=("service", "public", "flood_limited"),
)
def floods_limited(facet: PublishedService, context: Context) -> Verdict:
    """見るもの: 公開されるサービスに、事業者の既定の保護に加えて、頻度の制限、適応型の保護又は契約による保護があるか。
    理由: 既定の保護は回線を埋める攻撃を防ぐが、正しい形の要求の急増は防がない。
    適合: ある。
    不適合: 公開されているが、ない。
    対象外: 公開されていない、又は保存された内容を事業者の配信網から返すだけで、制限を設けられない。
    未確認: 公開されるか、又は保護があるかが決まらない。

    Looks at: whether a published service has a rate limit, an adaptive protection or a subscribed one besides what
    the provider does by default.
    Why: the default holds back attacks that fill the lines, not floods of well-formed requests.
    Pass: it has.
    Fail: it is published and has not.
    Not applicable: it is not published, or only stored content is served from the provider's edge, which takes none.
    Unknown: it is undecided whether it is published, or whether it has.
    """
    if is_known(facet.public, False):
        return _NOT_PUBLIC
    if facet.flood_limited is None:
        return _SERVED_AT_EDGE
    if is_known(facet.flood_limited, True):
        return passed()
    must_be_known(facet.public)
    must_be_known(facet.flood_limited)
    return failed(
        f"要求の急増を抑える保護なしに公開されている（種類: {facet.service}）。",
        f"It is published with nothing to hold back floods of requests (kind: {facet.service}).",
        expected=Text(
            "頻度の制限、適応型の保護又は契約による保護", "a rate limit, an adaptive protection or a subscribed one"
        ),
    )
