"""Identities and their credentials: unused ones, shared ones, keys without an end, secrets in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, manual, not_applicable, passed, undecided
from auditor.facets import Credential, Delegation, Identity, IdentityName, MfaDemand, PlaintextCredential, Usage
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import judge_absence
from auditor_govcloud.values import is_known, limit, number, shown

_UNUSED: Final = "identity.unused_max_days"
_LEDGER: Final = "identity-ledger"
_GENERIC: Final = re.compile(
    r"(?:^|[-_.@+])(?:admin|administrator|root|user|guest|operator|shared?|common|test|temp|tmp|demo|default|staff|"
    r"office|ops|dev|developer|maintenance|kyouyou|kyoyo|kanri|hosyu)\d{0,4}(?:$|[-_.@+])|共用|共通|管理者|保守|職員",
    re.IGNORECASE,
)
"""Words that name a part of an organisation or a task, and no person."""
_NO_KEY: Final = Text("期限のある認証情報だけを用いる", "only credentials that expire")


@check(
    "identity.unused.last-use",
    control="identity.unused",
    facet=Usage,
    severity=Severity.MEDIUM,
    title=Text("使われていない利用者等を残していないこと", "no unused identity is left"),
    remediation=Text(
        "使われていない利用者、役割又は認証情報を無効にし、削除する。",
        "Disable the unused identity or credential, then delete it.",
    ),
    facts=("what", "unused_days"),
    parameters=(_UNUSED,),
)
def last_use(facet: Usage, context: Context) -> Verdict:
    """見るもの: 利用者、役割及び認証情報が、最後に使われてからの日数。
    理由: 忘れられた認証情報は、悪用されても気付かれない。
    適合: 定めた日数（identity.unused_max_days）以内に使われた。
    不適合: 超える。
    対象外: 既に無効である。
    未確認: 入力から最後に使われた日が分からない。Terraform のプランは使用の記録を含まない。

    Looks at: the days since an identity or credential was used last.
    Why: nobody notices the misuse of one that is forgotten.
    Pass: used within identity.unused_max_days.
    Fail: not used for longer.
    Not applicable: it is disabled.
    Unknown: the input does not say; Terraform plans hold no record of use.
    """
    longest, days = limit(context, _UNUSED), facet.unused_days.value
    if days is None:
        return not_applicable("既に無効である。", "It is disabled.")
    if days <= longest:
        return passed()
    return failed(
        f"{shown(facet.unused_days).ja} 日間使われていない。",
        f"It has not been used for {shown(facet.unused_days).en} days.",
        expected=Text(f"{number(longest)} 日以内", f"at most {number(longest)} days"),
    )


@inventory_check(
    "identity.unused.known",
    control="identity.unused",
    severity=Severity.LOW,
    title=Text("利用者等の使用の記録を確認できること", "the use of identities can be seen"),
    remediation=Text(
        "稼働中のアカウントを入力とするか、利用されていない利用者等の点検の記録を用意する。",
        "Take the live account as input, or keep the record of the review of unused identities.",
    ),
)
def use_is_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、利用者等の使用の記録が入力にあるか。あれば別の検査が判定する。
    対象外: 全てを含む入力に、利用者等がない。
    未確認: 入力にない。

    Looks at: whether the input tells when identities were used, for each cloud in it; another check judges that.
    Not applicable: the input holds everything, and there is no identity.
    Unknown: the input does not tell.
    """
    yield from judge_absence(
        "identity.unused",
        Usage,
        inventory,
        context,
        lacking=not_applicable("利用者等がない。", "There are no identities."),
        doubt=Text("利用者、役割及び認証情報が最後に使われた日", "when identities and credentials were used last"),
    )


@inventory_check(
    "identity.individual.name",
    control="identity.individual",
    severity=Severity.MEDIUM,
    title=Text("共用の名前の利用者がいないこと", "no identity has a shared name"),
    remediation=Text(
        "個人ごとの利用者に分ける。個人の利用者であれば、登録台帳でその者を示す。",
        "Give each person an identity; where it is one person's, show in the ledger whose it is.",
    ),
)
def generic_names(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 人が利用する利用者の名前が、個人でなく役目や組織を表していないか。
    理由: 共用の利用者では、誰の操作かを追跡できない。
    要書面確認: 役目や組織を表す名前である。個人に割り当てていることを台帳で確認する。
    未確認: 名前、又は人が利用するかどうかが分からない。
    その他の名前には結果を出さない。名前だけでは、一人が利用していると分からない。

    Looks at: whether the name under which a person signs in stands for a task or an office.
    Why: what is done under a shared identity cannot be traced to a person.
    Manual: it does; the ledger shows whether it is one person's.
    Unknown: the name, or whether a person uses it, is not known.
    Makes no finding of other names, which do not show that one person uses them.
    """
    for resource, facet in inventory.with_facet(IdentityName):
        if resource.action is Action.DELETE or is_known(facet.person, False):
            continue
        if isinstance(facet.name, Unknown):
            yield resource, undecided(facet.name)
        elif _GENERIC.search(facet.name.value):
            yield resource, undecided(facet.person) if isinstance(facet.person, Unknown) else _generic(facet)


def _generic(facet: IdentityName) -> Verdict:
    who = shown(facet.name)
    return manual(
        f"利用者の名前（{who.ja}）が役目又は組織を表す。一人に割り当てていることを台帳で確認する。",
        f"The name ({who.en}) stands for a task or an office; review in the ledger whether it is one person's.",
        _LEDGER,
    )


def _persons(inventory: Inventory, provider: str) -> int:
    """Identities of persons that the input names."""
    own = sum(
        1
        for resource, facet in inventory.with_facet(Identity, provider)
        if resource.action is not Action.DELETE and is_known(facet.person, True)
    )
    let_in = sum(
        1
        for resource, facet in inventory.with_facet(Delegation, provider)
        if resource.action is not Action.DELETE and is_known(facet.mfa, MfaDemand.AT_IDENTITY_PROVIDER)
    )
    return own + let_in


@inventory_check(
    "identity.individual.ledger",
    control="identity.individual",
    severity=Severity.LOW,
    title=Text("利用者が個人ごとに登録されていること", "users are registered one by one"),
    remediation=Text(
        "利用者の登録台帳と照合し、共用の利用者を分ける。",
        "Compare with the ledger of users, and split what is shared.",
    ),
)
def ledger(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れる、人が利用する利用者及び人への許可。
    要書面確認: 一人が利用しているかは設定に現れない。台帳で確認する。
    人が利用するものがないクラウドには結果を出さない。

    Looks at: identities of persons, and grants to persons, in the input.
    Manual: configuration does not show whether one person uses each; the ledger answers.
    Makes no finding of a cloud in which no person is named.
    """
    for provider in inventory.providers:
        count = _persons(inventory, provider)
        if count:
            verdict = manual(
                f"人が利用する利用者又は人への許可が {count} 件ある。一人ずつ登録されていることを台帳で確認する。",
                f"{count} identities of persons or grants to persons; review in the ledger that each is one person's.",
                _LEDGER,
            )
            yield subject(inventory, provider, "account"), verdict


def _endless() -> Verdict:
    return failed("期限のない認証情報がある。", "There is a credential without an end.", expected=_NO_KEY)


_KEY_REMEDY: Final = Text(
    "役割の引受け、ワークロード ID 連携等の期限のある認証情報に改め、キーを削除する。",
    "Use credentials that expire (roles, workload identity federation) and delete the key.",
)


@check(
    "credential.long-lived-key.identity",
    control="credential.long-lived-key",
    facet=Identity,
    severity=Severity.MEDIUM,
    title=Text("利用者等に期限のないキーがないこと", "the identity has no key without an end"),
    remediation=_KEY_REMEDY,
    facts=("long_lived_key",),
)
def identity_key(facet: Identity, context: Context) -> Verdict:
    """見るもの: 利用者又はサービスアカウントの、期限のないアクセスキー。
    理由: 期限のないキーは、漏れた場合に気付かれるまで使われ続ける。
    適合: ない。
    不適合: ある。
    未確認: キーの有無が分からない。

    Looks at: access keys without an end, of users and service accounts.
    Why: such a key works until somebody notices that it leaked.
    Pass: there is none.
    Fail: there is one.
    Unknown: it is not known whether there is one.
    """
    return _endless() if facet.long_lived_key.value else passed()


@check(
    "credential.long-lived-key.credential",
    control="credential.long-lived-key",
    facet=Credential,
    severity=Severity.MEDIUM,
    title=Text("認証情報に期限があること", "the credential has an end"),
    remediation=_KEY_REMEDY,
    facts=("what", "endless"),
)
def credential_key(facet: Credential, context: Context) -> Verdict:
    """見るもの: 利用者等とは別に定められた認証情報（アクセスキー、HMAC キー等）の期限。
    理由: 期限のないキーは、漏れた場合に気付かれるまで使われ続ける。
    適合: 期限がある、又は無効である。
    不適合: 有効で、期限がない。
    未確認: 決まっていない。

    Looks at: the end of credentials that stand by themselves (access keys, HMAC keys and the like).
    Why: such a key works until somebody notices that it leaked.
    Pass: it has an end, or is disabled.
    Fail: it is in force and has no end.
    Unknown: undecided.
    """
    return _endless() if facet.endless.value else passed()


@check(
    "credential.plaintext.absent",
    control="credential.plaintext",
    facet=PlaintextCredential,
    severity=Severity.HIGH,
    title=Text("認証情報を平文で書いていないこと", "no credential stands in plain text"),
    remediation=Text(
        "認証情報を秘密情報の保管サービス（Secrets Manager、Secret Manager、SecureString 等）に移して参照し、書かれていた値は変更する。",
        "Move the credential to a service for secrets (Secrets Manager, Secret Manager, SecureString), refer to it, and replace the value that was written.",
    ),
    facts=("where", "places"),
)
def plaintext(facet: PlaintextCredential, context: Context) -> Verdict:
    """見るもの: 起動スクリプト、環境変数、メタデータ、平文のパラメータ等に、認証情報と分かる名前の値、又は認証情報の形をした値がないか。
    理由: これらは閲覧の権限だけで読め、履歴にも残る。
    適合: 見当たらない。名前や形から分からない認証情報までは見付けられない。
    不適合: ある。変数の名前又は種類だけを示し、値は示さない。
    未確認: 値が決まっていない、又は入力にない。

    Looks at: values under names of credentials, and values in the form of one, in start-up scripts, environment
    variables, metadata, plain parameters and the like.
    Why: reading them takes no more than the right to look, and they stay in histories.
    Pass: none is found. One that neither its name nor its form gives away is not found.
    Fail: there is one; only the name of the variable or the kind is shown, never the value.
    Unknown: the values are undecided or not in the input.
    """
    if not facet.places.value:
        return passed()
    names = shown(facet.places)
    return failed(
        f"認証情報が平文で書かれている: {names.ja}（値は表示しない。）。",
        f"Credentials in plain text: {names.en} (values are not shown).",
        expected=Text("秘密情報の保管サービスを参照する", "refers to a service for secrets"),
    )
