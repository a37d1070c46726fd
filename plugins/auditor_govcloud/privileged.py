"""Privileged identities: how many, for how long, default ones, and ways past the network into machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, not_applicable, passed, undecided
from auditor.facets import (
    DefaultAccount,
    DefaultAccountKind,
    Delegation,
    Facet,
    Identity,
    MfaDemand,
    PrivilegedSession,
    Utility,
)
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import judge_absence, unseen
from auditor_govcloud.values import SENSITIVE, is_known, limit, must_be_known, number, region_parameter, shown

_MOST: Final = "privileged.max_administrators"
_HOURS: Final = "privileged.max_session_hours"
_LENGTH_DOUBT: Final = Text("管理権限による接続の時間", "how long privileged sessions last")


def _administrators(inventory: Inventory, provider: str) -> Iterator[tuple[Resource, str, Attr[bool]]]:
    """Identities of the cloud that may be administrators: (resource, who, administrative)."""
    for resource, identity in inventory.with_facet(Identity, provider):
        yield resource, resource.identity, identity.administrative
    for resource, one in inventory.with_facet(Delegation, provider):
        if not is_known(one.mfa, MfaDemand.NOT_A_PERSON):
            # One principal may get several roles; it counts once.
            who = one.principal.value if isinstance(one.principal, Known) else f"{resource.identity}#{one.key}"
            yield resource, who, one.administrative


@inventory_check(
    "privileged.minimum.count",
    control="privileged.minimum",
    severity=Severity.MEDIUM,
    title=Text("管理権限を持つ利用者等の数が上限以内であること", "no more administrators than the limit"),
    remediation=Text(
        "管理権限を必要とする者を見直し、他の者の権限を必要な操作に限る。",
        "Review who needs administrative rights, and limit the others to what they need.",
    ),
    parameters=(_MOST,),
)
def administrators(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: アカウント又はプロジェクトごとの、管理権限を持つ利用者及び外部の主体の数。
    適合: 全てを含む入力で、上限（privileged.max_administrators）以内である。
    不適合: 入力に現れるものだけで、上限を超える。
    未確認: 入力に現れるものは上限以内だが、他の構成が定めた者がいる場合がある、又は権限が分からない者がいる。

    Looks at: identities and principals from outside with administrative rights, by account or project.
    Pass: at most privileged.max_administrators in an input that holds everything.
    Fail: those in the input alone are more.
    Unknown: those in the input are not more, but other configurations may name others, or the rights of some are open.
    """
    most = limit(context, _MOST)
    for provider in inventory.providers:
        if region_parameter(provider) not in context.parameters:
            continue
        certain: defaultdict[str, set[str]] = defaultdict(set)
        open_: dict[str, Unknown] = {}
        hidden: set[str] = set()
        for resource, who, administrative in _administrators(inventory, provider):
            if resource.action is Action.DELETE:
                continue
            account = resource.account.value if isinstance(resource.account, Known) else ""
            if isinstance(resource.account, Known) and resource.account.sensitive:
                hidden.add(account)
            if isinstance(administrative, Unknown):
                open_.setdefault(account, administrative)
            elif administrative.value:
                certain[account].add(who)
        for account in sorted({*certain, *open_}) or [""]:
            verdict = _counted(len(certain[account]), most, open_.get(account), complete=inventory.complete)
            yield _account(inventory, provider, account, hidden=account in hidden), verdict


def _account(inventory: Inventory, provider: str, account: str, *, hidden: bool) -> Resource:
    """The subject for one account; a hidden one is told apart without its name."""
    if not hidden:
        return subject(inventory, provider, f"account {account}" if account else "account")
    whole = subject(inventory, provider, f"account {SENSITIVE.en}")
    return msgspec.structs.replace(whole, identity=f"{whole.identity}:{account}")


def _counted(count: int, most: float, open_: Unknown | None, *, complete: bool) -> Verdict:
    if count > most:
        return failed(
            f"管理権限を持つ利用者等が {count} ある。",
            f"{count} identities have administrative rights.",
            expected=Text(f"{number(most)} 以内", f"at most {number(most)}"),
        )
    if complete:
        return passed() if open_ is None else undecided(open_)
    return unseen(
        Text(
            f"管理権限を持つ利用者等の総数（入力に現れるものは {count}）",
            f"how many identities have administrative rights in all ({count} in the input)",
        )
    )


@check(
    "privileged.session.length",
    control="privileged.session",
    facet=PrivilegedSession,
    severity=Severity.LOW,
    title=Text("管理権限による接続の時間が上限以内であること", "privileged sessions last no longer than the limit"),
    remediation=Text("接続の時間の上限を短くする。", "Shorten the limit of sessions."),
    facts=("hours", "administrative"),
    parameters=(_HOURS,),
)
def session(facet: PrivilegedSession, context: Context) -> Verdict | None:
    """見るもの: 人が管理権限を得る役割、権限セット等の、一回の接続の時間の上限。
    理由: 接続したままの端末や奪われた一時の認証情報が使える時間を短くする。
    適合: 上限（privileged.max_session_hours）以内である。
    不適合: 超える。
    未確認: 時間又は権限が決まっていない。
    管理権限を得ないものには結果を出さない。

    Looks at: how long a session of a role, permission set or pool by which persons get administrative rights can last.
    Why: it shortens the time in which an open terminal or a stolen session can be used.
    Pass: at most privileged.max_session_hours.
    Fail: longer.
    Unknown: length or rights are undecided.
    Makes no finding of what gives no administrative rights.
    """
    if is_known(facet.administrative, False):
        return None
    longest, hours = limit(context, _HOURS), facet.hours.value
    if hours <= longest:
        return passed()
    must_be_known(facet.administrative)
    return failed(
        f"接続の時間の上限が {shown(facet.hours).ja} 時間である。",
        f"Sessions last up to {shown(facet.hours).en} hours.",
        expected=Text(f"{number(longest)} 時間以内", f"at most {number(longest)} hours"),
    )


@inventory_check(
    "privileged.session.known",
    control="privileged.session",
    severity=Severity.LOW,
    title=Text("管理権限による接続の時間を確認できること", "the length of privileged sessions can be seen"),
    remediation=Text(
        "接続の時間を定める設定を入力に含めるか、認証基盤の設定を示す資料を用意する。",
        "Make the setting part of the input, or keep material that shows that of the identity provider.",
    ),
)
def session_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、接続の時間を定める設定が入力にあるか。あれば別の検査が判定する。
    対象外: 全てを含む入力に、それがない。
    未確認: 入力にない。

    Looks at: whether the input tells how long sessions last, for each cloud in it; another check judges that.
    Not applicable: the input holds everything, and there is nothing that sets it.
    Unknown: the input does not tell.
    """
    yield from _shown("privileged.session", PrivilegedSession, inventory, context, _LENGTH_DOUBT)


def _shown(
    control: str, facet: type[Facet], inventory: Inventory, context: Context, doubt: Text
) -> Iterator[tuple[Resource, Verdict]]:
    lacking = not_applicable("該当する設定がない。", "There is nothing of the kind.")
    yield from judge_absence(control, facet, inventory, context, lacking=lacking, doubt=doubt)


@check(
    "privileged.default-account.service",
    control="privileged.default-account",
    facet=DefaultAccount,
    severity=Severity.MEDIUM,
    title=Text("既定のサービスアカウントを使っていないこと", "no default service account is in use"),
    remediation=Text(
        "用途ごとのサービスアカウントを作り、必要な役割だけを与えて割り当てる。",
        "Make a service account for the purpose, give it the needed roles only, and attach it.",
    ),
    facts=("kind", "in_use"),
)
def default_service_account(facet: DefaultAccount, context: Context) -> Verdict | None:
    """見るもの: 機器や関数が、クラウドの用意した既定のサービスアカウントで動いていないか。
    理由: 既定のサービスアカウントは広い役割を持つことがあり、複数の機器で共用される。
    適合: 使っていない。
    不適合: 使っている。
    未確認: 割当てが決まっていない。
    出典: Google Cloud 文書「サービス アカウントを使用するためのベスト プラクティス」。

    Looks at: whether machines and functions run as the service account that the cloud provides by default.
    Why: it may hold wide roles, and many machines share it.
    Pass: they do not.
    Fail: they do.
    Unknown: which account they run as is undecided.
    Source: Google Cloud documentation, "Best practices for using service accounts".
    """
    if facet.kind is not DefaultAccountKind.SERVICE:
        return None
    if not facet.in_use.value:
        return passed()
    return failed(
        "既定のサービスアカウントで動いている。",
        "It runs as the default service account.",
        expected=Text("専用のサービスアカウントを用いる", "a service account of its own"),
    )


@check(
    "privileged.default-account.administrator",
    control="privileged.default-account",
    facet=DefaultAccount,
    severity=Severity.LOW,
    title=Text("管理者の名前が既定のままでないこと", "administrators have no default names"),
    remediation=Text(
        "管理者の名前を、製品の既定と異なるものにする。最上位の管理者は日常の操作に使わない。",
        "Give the administrator a name other than the product's; do not use the topmost administrator for daily work.",
    ),
    facts=("kind", "in_use"),
)
def default_administrator(facet: DefaultAccount, context: Context) -> Verdict | None:
    """見るもの: データベース等の管理者の名前が、製品の既定又は誰もが使う名前（admin、root、postgres 等）でないか。最上位の管理者を使っていないか。
    理由: 名前が知られていれば、パスワードを試すだけで足りる。
    適合: 使っていない。
    不適合: 使っている。
    未確認: 名前が決まっていない。

    Looks at: whether administrators of databases and the like have the product's or everybody's name (admin, root,
    postgres), and whether the topmost administrator is in use.
    Why: where the name is known, only the password is left to try.
    Pass: not in use.
    Fail: in use.
    Unknown: the name is undecided.
    """
    if facet.kind is DefaultAccountKind.SERVICE:
        return None
    if not facet.in_use.value:
        return passed()
    return failed(
        "既定の名前又は初期設定の管理者を使っている。",
        "An administrator under a default name, or the initial one, is in use.",
        expected=Text("既定と異なる名前の管理者を用いる", "an administrator under another name"),
    )


@check(
    "privileged.utility.controlled",
    control="privileged.utility",
    facet=Utility,
    severity=Severity.MEDIUM,
    title=Text("機器に入る機能が無効であるか記録されること", "ways into machines are off or recorded"),
    remediation=Text(
        "使わない機能を無効にする。使う場合は、操作の記録を保存する設定にする。",
        "Switch off what is not used; where it is used, keep a record of what is done.",
    ),
    facts=("what", "enabled", "logged"),
)
def utility(facet: Utility, context: Context) -> Verdict:
    """見るもの: ネットワークの制御を経ずに機器の内部に入る機能（シリアルコンソール、遠隔実行、セッション接続等）の有効・無効と、利用の記録。
    理由: システムの統制を越えて操作できるため、使える者を限り、操作を残す必要がある。
    適合: 無効である、又は利用が記録される。
    不適合: 有効で、記録されない。
    未確認: 設定が決まっていない、又は入力に現れない。

    Looks at: functions that reach into machines past the network (serial console, remote execution, sessions): whether
    they are on, and whether their use is recorded.
    Why: they get round the system's controls, so that what is done must leave a trace.
    Pass: off, or recorded.
    Fail: on and not recorded.
    Unknown: undecided or not in the input.
    """
    if is_known(facet.enabled, False) or is_known(facet.logged, True):
        return passed()
    must_be_known(facet.enabled)
    must_be_known(facet.logged)
    return failed(
        "機器に入る機能が有効で、利用が記録されない。",
        "A way into machines is on, and its use is not recorded.",
        expected=Text("無効である、又は利用が記録される", "off, or recorded"),
    )
