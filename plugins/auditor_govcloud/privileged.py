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
from auditor_govcloud.contracted import contractor
from auditor_govcloud.values import SENSITIVE, is_known, limit, must_be_known, number, refused, region_parameter, shown

_MOST: Final = "privileged.max_administrators"
_HOURS: Final = "privileged.max_session_hours"
_LENGTH_DOUBT: Final = Text("管理権限による接続の時間", "how long privileged sessions last")


class _Count:
    """The administrators of one account, or all those whose account is open."""

    __slots__ = ("account", "certain", "contracted", "hidden", "principal", "rights", "unnamed")

    def __init__(self) -> None:
        self.certain: set[str] = set()
        self.contracted: set[str] = set()
        """Those of the certain ones that are a contractor's."""
        self.unnamed = 0
        """Principals that are open: they may be one, or one of the certain ones."""
        self.account: Unknown | None = None
        """Why the account is open; the administrators may then be of several."""
        self.principal: Unknown | None = None
        """Why it is open who an unnamed one is."""
        self.rights: Unknown | None = None
        """Why it is open whether somebody is an administrator."""
        self.hidden = False

    def total(self) -> int:
        """How many there are if no two of them are the same."""
        return len(self.certain) + self.unnamed


def _administrators(
    inventory: Inventory, provider: str
) -> Iterator[tuple[Resource, Attr[str], Attr[bool], Attr[str | None]]]:
    """Identities of the cloud that may be administrators: (resource, who, administrative, whose)."""
    for resource, identity in inventory.with_facet(Identity, provider):
        yield resource, Known(resource.identity), identity.administrative, contractor(resource, identity.principal)
    for resource, one in inventory.with_facet(Delegation, provider):
        if not is_known(one.mfa, MfaDemand.NOT_A_PERSON):
            # One principal may get several roles; it counts once.
            yield resource, one.principal, one.administrative, contractor(resource, one.principal, one.names)


def _counts(inventory: Inventory, provider: str) -> defaultdict[str, _Count]:
    """The administrators by account; those without one, or of an open one, under the empty name."""
    counts: defaultdict[str, _Count] = defaultdict(_Count)
    for resource, who, administrative, whose in _administrators(inventory, provider):
        if resource.action is Action.DELETE or is_known(administrative, False):
            continue
        if isinstance(resource.account, Unknown):
            count = counts[""]
            count.account = resource.account if count.account is None else count.account
        else:
            count = counts[resource.account.value]
            count.hidden = count.hidden or resource.account.sensitive
        if isinstance(administrative, Unknown):
            count.rights = administrative if count.rights is None else count.rights
        elif isinstance(who, Known):
            count.certain.add(who.value)
            if isinstance(whose, Known) and whose.value is not None:
                count.contracted.add(who.value)
        else:
            count.unnamed += 1
            count.principal = who if count.principal is None else count.principal
    return counts


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
    未確認: 入力に現れるものは上限以内だが、他の構成が定めた者がいる場合がある、又は権限、主体若しくはアカウントが分からない者がいる。

    Looks at: identities and principals from outside with administrative rights, by account or project.
    Pass: at most privileged.max_administrators in an input that holds everything.
    Fail: those in the input alone are more.
    Unknown: those in the input are not more, but other configurations may name others, or the rights, the
    principal or the account of some are open.
    """
    most = limit(context, _MOST)
    for provider in inventory.providers:
        if region_parameter(provider) not in context.parameters:
            continue
        counts = _counts(inventory, provider)
        open_ = counts.get("")
        for account in sorted(counts) or [""]:
            count = counts[account]
            elsewhere = open_ if open_ is not count and open_ is not None and open_.account is not None else None
            verdict = _counted(count, elsewhere, most, complete=inventory.complete)
            yield _account(inventory, provider, account, hidden=count.hidden), verdict


def _account(inventory: Inventory, provider: str, account: str, *, hidden: bool) -> Resource:
    """The subject for one account; a hidden one is told apart without its name."""
    if not hidden:
        return subject(inventory, provider, f"account {account}" if account else "account")
    whole = subject(inventory, provider, f"account {SENSITIVE.en}")
    return msgspec.structs.replace(whole, identity=f"{whole.identity}:{account}")


def _counted(count: _Count, elsewhere: _Count | None, most: float, *, complete: bool) -> Verdict:
    """The verdict on one account; those ``elsewhere``, of an open account, may be of this one."""
    certain = len(count.certain) if count.account is None else 0
    if certain > most:
        theirs = len(count.contracted)
        ja, en = (f"（うち委託事業者等 {theirs}）", f" ({theirs} of contractors)") if theirs else ("", "")
        return failed(
            f"管理権限を持つ利用者等が {certain} ある{ja}。",
            f"{certain} identities have administrative rights{en}.",
            expected=Text(f"{number(most)} 以内", f"at most {number(most)}"),
        )
    total = count.total()
    if total > most:
        doubt = count.account if count.account is not None else count.principal
    elif elsewhere is not None and total + elsewhere.total() > most:
        doubt = elsewhere.account
    else:
        doubt = None
    if doubt is None and complete:
        doubt = count.rights
        if doubt is None and elsewhere is not None:
            doubt = elsewhere.rights
    if doubt is not None:
        return undecided(doubt)
    if complete:
        return passed()
    return unseen(
        Text(
            f"管理権限を持つ利用者等の総数（入力に現れるものは {total}）",
            f"how many identities have administrative rights in all ({total} in the input)",
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
    if refused(facet.administrative):
        must_be_known(facet.administrative)
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
    lacking = not_applicable("該当する設定がない。", "There is nothing of the kind.")
    yield from judge_absence(
        "privileged.session",
        PrivilegedSession,
        inventory,
        context,
        lacking=lacking,
        doubt=_LENGTH_DOUBT,
        counts=lambda facet: not is_known(facet.administrative, False),
    )


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
