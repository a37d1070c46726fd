"""Multi-factor authentication of those who administer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Unknown, UnknownValueError
from auditor.checks import Context, Verdict, failed, inventory_check, manual, not_applicable, passed, undecided
from auditor.facets import Delegation, Identity, MfaDemand, RootUser
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import ROOT, absent, answered, unseen
from auditor_govcloud.contracted import contractor, listed, naming
from auditor_govcloud.values import is_known, must_be_known, shown

_NOT_ADMINISTRATIVE: Final = not_applicable("管理権限を持たない。", "Has no administrative rights.")
_NOT_A_PERSON: Final = not_applicable(
    "人ではなくサービス又はワークロードである。", "A service or workload, not a person."
)
_REQUIRED: Final = Text("多要素認証を必須とする", "MFA is required")
_TOPMOST: Final = Text("最上位の管理者", "the topmost administrator")
_IDP_DOCUMENT: Final = "idp-mfa-evidence"
_CONTRACTORS: Final = "contractor-principals"


def _without_mfa(demand: MfaDemand) -> Verdict:
    if demand is MfaDemand.IF_EXISTS:
        return failed(
            "多要素認証の条件が、認証の情報を含む要求にしか適用されない。長期のアクセスキーによる要求はその情報を含まないため、条件が適用されない。",
            "The MFA condition binds only requests that carry the information; those with long-term access keys do not "
            "carry it and slip through.",
            expected=_REQUIRED,
        )
    return failed("多要素認証を求めていない。", "MFA is not demanded.", expected=_REQUIRED)


@check(
    "mfa.delegated-admin.demanded",
    control="mfa.delegated-admin",
    facet=Delegation,
    severity=Severity.CRITICAL,
    title=Text(
        "管理権限を持つ外部の主体に多要素認証を求めること",
        "MFA is demanded of outside principals with administrative rights",
    ),
    remediation=Text(
        "信頼の設定に、多要素認証を必須とする条件（認証の情報がない要求も拒否する条件）を加える。認証基盤で連携する場合は、そこで多要素認証を必須とし、設定を示す資料を用意する。",
        "Add a condition to the trust that requires MFA and also refuses requests without the information; with federation, require MFA at the identity provider and keep material that shows it.",
    ),
    facts=("principal", "administrative", "mfa"),
)
def delegated_admin_mfa(facet: Delegation, context: Context) -> Verdict:
    """見るもの: 他のアカウント、ドメイン又は認証基盤から入る主体のうち、管理権限を得るもの。
    理由: 委託事業者等の認証情報が一つ漏れただけで、管理権限を奪われないようにする。
    適合: 多要素認証が必須である。
    不適合: 求めていない、又は認証の情報を含む要求にだけ求めている（長期のアクセスキーによる要求には適用されない）。
    要書面確認: 多要素認証の要否が連携元の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: 管理権限を得ない、又は人ではない。
    未確認: 権限又は条件が決まっていない、若しくは読み取れない。
    出典: AWS IAM 利用者ガイド「AWS グローバル条件コンテキストキー」（aws:MultiFactorAuthPresent は長期の認証情報による要求には含まれない）。

    Looks at: principals from another account, domain or identity provider that get administrative rights.
    Why: one leaked credential of a contractor must not be enough to administer the system.
    Pass: MFA is required.
    Fail: not demanded, or only of requests that carry the information, so that long-term access keys slip through.
    Manual: the identity provider where the user signs in decides; material showing its setting answers.
    Not applicable: no administrative rights, or not a person.
    Unknown: rights or condition are undecided or unreadable.
    Source: AWS IAM User Guide, "AWS global condition context keys" (aws:MultiFactorAuthPresent is absent from
    requests made with long-term credentials).
    """
    return naming(_delegated(facet), context.resource, facet.principal, facet.names)


def _delegated(facet: Delegation) -> Verdict:
    if is_known(facet.administrative, False):
        return _NOT_ADMINISTRATIVE
    demand = facet.mfa.value
    if demand is MfaDemand.REQUIRED:
        return passed()
    if demand is MfaDemand.NOT_A_PERSON:
        return _NOT_A_PERSON
    must_be_known(facet.administrative)
    if demand is MfaDemand.AT_IDENTITY_PROVIDER:
        return _at_identity_provider(facet.principal)
    return _without_mfa(demand)


def _at_identity_provider(principal: Attr[str]) -> Verdict:
    who = shown(principal)
    return manual(
        f"多要素認証の要否は連携元の認証基盤で決まる（主体: {who.ja}）。必須であることを示す資料を確認する。",
        f"The identity provider decides about MFA (principal: {who.en}); review the material showing that it is required.",
        _IDP_DOCUMENT,
    )


@check(
    "mfa.privileged-user.demanded",
    control="mfa.privileged-user",
    facet=Identity,
    severity=Severity.HIGH,
    title=Text("管理権限を持つ利用者に多要素認証を求めること", "MFA is demanded of users with administrative rights"),
    remediation=Text(
        "多要素認証のない操作を拒否するポリシーを利用者に適用する。認証基盤で管理する場合は、そこで必須とし、設定を示す資料を用意する。",
        "Refuse operations without MFA by a policy on the user; where an identity provider manages users, require it there and keep material that shows it.",
    ),
    facts=("administrative", "person", "mfa"),
)
def privileged_user_mfa(facet: Identity, context: Context) -> Verdict:
    """見るもの: アカウント自身の利用者のうち、人であって管理権限を持つもの。
    理由: パスワードの漏えいだけで管理権限を奪われないようにする。
    適合: 多要素認証なしには操作できない。
    不適合: 求めていない、又は認証の情報を含む要求にだけ求めている。
    要書面確認: 認証基盤の設定で決まる。その設定を示す資料で確認する。
    対象外: 管理権限を持たない、又は人ではない。
    未確認: 権限又は条件が決まっていない、若しくは読み取れない。

    Looks at: users of the account itself who are persons with administrative rights.
    Why: a password alone must not be enough to administer the system.
    Pass: nothing works without MFA.
    Fail: not demanded, or only of requests that carry the information.
    Manual: the identity provider decides; material showing its setting answers.
    Not applicable: no administrative rights, or not a person.
    Unknown: rights or condition are undecided or unreadable.
    """
    return _user(facet)


def _user(facet: Identity) -> Verdict:
    if is_known(facet.administrative, False):
        return _NOT_ADMINISTRATIVE
    if is_known(facet.person, False):
        return _NOT_A_PERSON
    demand = facet.mfa.value
    if demand is MfaDemand.REQUIRED:
        return passed()
    if demand is MfaDemand.NOT_A_PERSON:
        return _NOT_A_PERSON
    must_be_known(facet.administrative)
    must_be_known(facet.person)
    if demand is MfaDemand.AT_IDENTITY_PROVIDER:
        return manual(
            "多要素認証の要否は認証基盤で決まる。必須であることを示す資料を確認する。",
            "The identity provider decides about MFA; review the material showing that it is required.",
            _IDP_DOCUMENT,
        )
    return _without_mfa(demand)


@inventory_check(
    "mfa.delegated-admin.contractors",
    control="mfa.delegated-admin",
    severity=Severity.HIGH,
    title=Text(
        "設定した委託事業者等の主体を確認できること",
        "the principals of the contractors of the configuration can be seen",
    ),
    remediation=Text(
        "委託事業者等の利用者に多要素認証を必須とする。主体が見当たらない場合は、設定の [[contractor]] と委託先の一覧を照合する。",
        "Demand MFA of the contractor's users; where no principal is found, compare [[contractor]] of the configuration with the list.",
    ),
)
def contractors(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 設定ファイルの [[contractor]] に書いた委託事業者等ごとに、その主体が入力にあるか。アカウント自身の利用者のうち、その者に割り当てたものが多要素認証なしに管理権限を使えないか。
    理由: 委託事業者等の主体がどれかは入力から分からないので、設定で示されたものを漏れなく確認する。
    適合: その者に割り当てた利用者が、多要素認証なしには操作できない。
    不適合: 多要素認証なしに管理権限を使える利用者がある。
    要書面確認: 全てを含む入力に、その者の主体がない。設定が正しいかを一覧で確認する。
    対象外: 利用者が管理権限を持たない、又は人ではない。
    未確認: その者の主体かどうか、権限又は条件が分からない、若しくは入力が全てを含むとは限らない。
    外から入る主体には、別の検査が結果を出す。設定に [[contractor]] がなければ、結果を出さない。

    Looks at: for each [[contractor]] of the configuration, whether the input has its principals, and whether users of
    the account itself that are the contractor's can use administrative rights without MFA.
    Why: no input says which principals are a contractor's, so that those the configuration names are followed up.
    Pass: a user that is the contractor's can do nothing without MFA.
    Fail: one can use administrative rights without it.
    Manual: an input that holds everything has no principal of the contractor; the list shows whether the setting is right.
    Not applicable: the user has no administrative rights, or is not a person.
    Unknown: whether it is the contractor's, its rights or the condition are not known, or the input need not hold all.
    Another check judges principals from outside. Makes no finding where the configuration names no contractor.
    """
    named = listed(inventory)
    if not named:
        return
    found: set[str] = set()
    for resource, facet in inventory.with_facet(Identity):
        whose = contractor(resource, facet.principal)
        if resource.action is Action.DELETE or is_known(whose, None):
            continue
        if isinstance(whose, Known):
            found.add(str(whose.value))
        elif is_known(facet.administrative, False):
            continue
        yield resource, _of_contractor(facet, resource, whose)
    for resource, one in inventory.with_facet(Delegation):
        whose = contractor(resource, one.principal, one.names)
        if resource.action is not Action.DELETE and isinstance(whose, Known):
            found.add(str(whose.value))
    for one_named in named:
        if one_named.name not in found:
            yield subject(inventory, "", f"contractor {one_named.name}"), _not_found(one_named.name, inventory)


def _of_contractor(facet: Identity, resource: Resource, whose: Attr[str | None]) -> Verdict:
    if isinstance(whose, Unknown):
        return undecided(whose)
    try:
        return naming(_user(facet), resource, facet.principal)
    except UnknownValueError as error:
        return undecided(error.unknown)


def _not_found(name: str, inventory: Inventory) -> Verdict:
    if not inventory.complete:
        return unseen(Text(f"委託事業者等「{name}」の主体", f"the principals of the contractor {name}"))
    return manual(
        f"委託事業者等「{name}」の主体が入力にない。設定の [[contractor]] を委託先の一覧と照合する。",
        f"No principal of the contractor {name} is in the input; compare [[contractor]] with the list.",
        _CONTRACTORS,
    )


@check(
    "mfa.privileged-user.no-long-lived-key",
    control="mfa.privileged-user",
    facet=Identity,
    severity=Severity.HIGH,
    title=Text("管理用の長期アクセスキーを置かないこと", "no long-lived access key with administrative rights"),
    remediation=Text(
        "長期のアクセスキーを削除し、期限のある認証情報に改める。残す場合は、多要素認証なしの操作を拒否する。",
        "Delete the long-lived key and use credentials that expire; where it must stay, refuse operations without MFA.",
    ),
    facts=("administrative", "long_lived_key", "mfa"),
)
def no_long_lived_admin_key(facet: Identity, context: Context) -> Verdict | None:
    """見るもの: 管理権限を持つ利用者又はサービスの、期限のないアクセスキー。
    理由: 期限のないキーは、漏れた場合に気付かれるまで使われ続け、多要素認証も経ない。
    適合: キーがない、又はキーによる操作にも多要素認証が必須である。
    不適合: 管理権限を持つキーがあり、多要素認証なしに使える。
    未確認: 権限、キーの有無又は条件が分からない。
    管理権限を持たないものには結果を出さない。

    Looks at: access keys without an end, of users or services with administrative rights.
    Why: such a key works until somebody notices that it leaked, and passes no second factor.
    Pass: there is none, or MFA is required for what the key does as well.
    Fail: there is one, and it works without MFA.
    Unknown: rights, key or condition are not known.
    Makes no finding of what has no administrative rights.
    """
    if is_known(facet.administrative, False):
        return None
    if is_known(facet.long_lived_key, False) or is_known(facet.mfa, MfaDemand.REQUIRED):
        return passed()
    must_be_known(facet.administrative)
    must_be_known(facet.long_lived_key)
    must_be_known(facet.mfa)
    return failed(
        "管理権限を持つ長期のアクセスキーがあり、多要素認証なしに使える。",
        "A long-lived access key has administrative rights and works without MFA.",
        expected=Text("長期のキーがない、又は多要素認証が必須である", "no long-lived key, or MFA is required"),
    )


@check(
    "mfa.root.protected",
    control="mfa.root",
    facet=RootUser,
    severity=Severity.CRITICAL,
    title=Text("最上位の管理者が多要素認証で保護されていること", "the topmost administrator is protected by MFA"),
    remediation=Text(
        "ルートユーザーに多要素認証を設定してアクセスキーを削除するか、組織の機能でルートの認証情報をなくす。",
        "Give the root user MFA and delete its access keys, or remove root credentials by the organisation's function.",
    ),
    facts=("protected",),
    phases=(Phase.OPERATE,),
)
def root_protected(facet: RootUser, context: Context) -> Verdict:
    """見るもの: ルートユーザー（最上位の管理者）の多要素認証、又は認証情報がまとめて取り除かれているか。
    理由: 他の統制が及ばない権限であり、奪われると影響がシステムの全てに及ぶ。
    適合: 多要素認証が有効である、又は認証情報がない。
    不適合: どちらでもない。
    継承: ガバメントクラウドの管理組織がルートユーザーを管理する。多要素認証がないと読み取れる場合は、それも示す。
    未確認: 読み取れない。

    Looks at: MFA of the root user or topmost administrator, or whether its credentials are removed centrally.
    Why: no other control binds it, so that its loss is the loss of everything.
    Pass: MFA is active, or there are no credentials.
    Fail: neither.
    Inherited: the management body of the Government Cloud keeps the root user; where the account shows that there is
    no MFA, that is told as well.
    Unknown: unreadable.
    """
    if is_known(facet.protected, True):
        return passed()
    verdict = answered("mfa.root", context.resource.provider, context)
    if verdict is not None:
        return verdict if isinstance(facet.protected, Unknown) else _seen_without(verdict)
    must_be_known(facet.protected)
    return failed(
        "最上位の管理者に多要素認証がない。",
        "The topmost administrator has no MFA.",
        expected=Text("多要素認証が有効、又は認証情報がない", "MFA is active, or there are no credentials"),
    )


def _seen_without(verdict: Verdict) -> Verdict:
    """What somebody else answers for, with what the account itself shows of it."""
    said = verdict.text or Text("", "")
    ja = f"{said.ja}。このアカウントからは、多要素認証が有効でないと読み取れる。"
    en = f"{said.en}; seen from this account, MFA is not active."
    return msgspec.structs.replace(verdict, text=Text(ja, en))


@inventory_check(
    "mfa.root.known",
    control="mfa.root",
    severity=Severity.CRITICAL,
    title=Text("最上位の管理者の保護を確認できること", "the protection of the topmost administrator can be seen"),
    remediation=Text(
        "最上位の管理者の認証方式を確認し、保管及び認証方式の記録を用意する。",
        "Look up how the topmost administrator authenticates, and keep the record of its custody.",
    ),
    phases=(Phase.OPERATE,),
)
def root_is_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、最上位の管理者の状態が入力にあるか。あれば別の検査が判定する。
    継承: ガバメントクラウドのアカウントでは、管理組織がルートユーザーを管理する。根拠となる資料を示す。
    未確認: 入力にない。最上位の管理者は構成になくても必ず存在するので、入力が全てを含んでいても、ないとは判定しない。

    Looks at: whether the input tells the state of the topmost administrator, for each cloud in it; another check
    judges that state.
    Inherited: on the Government Cloud the management body keeps the root user; the material that shows it is named.
    Unknown: the input does not tell. The topmost administrator exists whether or not a configuration names it, so
    that its absence is no failure even in a complete input.
    """
    for provider in absent(inventory, context, RootUser):
        verdict = answered("mfa.root", provider, context)
        if verdict is None:
            who = ROOT.get(provider, _TOPMOST)
            verdict = unseen(Text(f"{who.ja}の多要素認証", f"MFA of {who.en}"))
        yield subject(inventory, provider, "account"), verdict
