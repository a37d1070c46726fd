"""What services demand of passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from auditor.attr import Attr
from auditor.checks import Context, Verdict, failed, inventory_check, manual, not_applicable, passed
from auditor.facets import PasswordPolicy
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import SIGNED_IN_ELSEWHERE, answered, unseen
from auditor_govcloud.values import is_known, limit, number, region_parameter, shown

_LENGTH: Final = "password.min_length"
_KINDS: Final = "password.min_kinds"
_HISTORY: Final = "password.history_min"
_AGE: Final = "password.max_age_days"
_ATTEMPTS: Final = "password.max_attempts"
_DOCUMENT: Final = "password-policy-evidence"
_NOBODY: Final = not_applicable("パスワードを持つ利用者がいない。", "Nobody has such a password.")


@check(
    "password.strength.length",
    control="password.strength",
    facet=PasswordPolicy,
    severity=Severity.MEDIUM,
    title=Text("パスワードに十分な長さを求めること", "passwords must be long enough"),
    remediation=Text("最小の文字数を引き上げる。", "Raise the minimum length."),
    facts=("what", "min_length"),
    parameters=(_LENGTH,),
)
def length(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: パスワードの最小の文字数。
    理由: 短いパスワードは総当たりで破られる。
    適合: 定めた文字数（password.min_length）以上を求める。
    不適合: 下回る。
    対象外: パスワードを持つ利用者がいない。
    未確認: 決まっていない。
    文字数の設定がないものには結果を出さない。

    Looks at: the minimum length of passwords.
    Why: short passwords are found by trying.
    Pass: at least password.min_length.
    Fail: less.
    Not applicable: nobody has such a password.
    Unknown: undecided.
    Makes no finding where the service has no such setting.
    """
    if facet.min_length is None:
        return None
    if is_known(facet.held, False):
        return _NOBODY
    minimum, found = limit(context, _LENGTH), facet.min_length.value
    if found >= minimum:
        return passed()
    return failed(
        f"最小の文字数が {shown(facet.min_length).ja} である。",
        f"The minimum length is {shown(facet.min_length).en}.",
        expected=Text(f"{number(minimum)} 文字以上", f"at least {number(minimum)} characters"),
    )


@check(
    "password.strength.kinds",
    control="password.strength",
    facet=PasswordPolicy,
    severity=Severity.LOW,
    title=Text("パスワードに複数の種類の文字を求めること", "passwords must mix kinds of characters"),
    remediation=Text(
        "大文字、小文字、数字及び記号を求める設定にする。", "Demand upper case, lower case, figures and signs."
    ),
    facts=("what", "kinds"),
    parameters=(_KINDS,),
)
def kinds(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: パスワードに求める文字の種類（大文字、小文字、数字、記号）の数。
    理由: 推測しやすいパスワードを防ぐ。
    適合: 定めた数（password.min_kinds）以上を求める。
    不適合: 下回る。
    対象外: パスワードを持つ利用者がいない。
    未確認: 決まっていない。
    種類の設定がないものには結果を出さない。

    Looks at: how many kinds of characters (upper and lower case, figures, signs) a password must have.
    Why: it keeps guessable passwords out.
    Pass: at least password.min_kinds.
    Fail: fewer.
    Not applicable: nobody has such a password.
    Unknown: undecided.
    Makes no finding where the service has no such setting.
    """
    if facet.kinds is None:
        return None
    if is_known(facet.held, False):
        return _NOBODY
    minimum, found = limit(context, _KINDS), facet.kinds.value
    if found >= minimum:
        return passed()
    return failed(
        f"求める文字の種類が {shown(facet.kinds).ja} である。",
        f"It demands {shown(facet.kinds).en} kinds of characters.",
        expected=Text(f"{number(minimum)} 種類以上", f"at least {number(minimum)} kinds"),
    )


@check(
    "password.reuse.history",
    control="password.reuse",
    facet=PasswordPolicy,
    severity=Severity.LOW,
    title=Text("過去のパスワードの再利用を認めないこと", "former passwords cannot be used again"),
    remediation=Text("パスワードの履歴を確認する設定にする。", "Switch the history of passwords on."),
    facts=("what", "history"),
    parameters=(_HISTORY,),
)
def history(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: 再利用を拒む過去のパスワードの数。
    理由: 漏れたことのあるパスワードに戻させない。
    適合: 定めた数（password.history_min）以上を拒む。
    不適合: 下回る。
    対象外: パスワードを持つ利用者がいない。
    未確認: 決まっていない。
    履歴の設定がないものには結果を出さない。

    Looks at: how many former passwords are refused.
    Why: nobody should go back to one that may have leaked.
    Pass: at least password.history_min.
    Fail: fewer.
    Not applicable: nobody has such a password.
    Unknown: undecided.
    Makes no finding where the service has no such setting.
    """
    if facet.history is None:
        return None
    if is_known(facet.held, False):
        return _NOBODY
    minimum, found = limit(context, _HISTORY), facet.history.value
    if found >= minimum:
        return passed()
    return failed(
        f"再利用を拒む過去のパスワードの数が {shown(facet.history).ja} である。",
        f"It refuses {shown(facet.history).en} former passwords.",
        expected=Text(f"{number(minimum)} 個以上", f"at least {number(minimum)}"),
    )


@check(
    "password.expiry.max-age",
    control="password.expiry",
    facet=PasswordPolicy,
    severity=Severity.LOW,
    title=Text("パスワードに有効期間があること", "passwords have a limited life"),
    remediation=Text("パスワードの有効期間を設定する。", "Set the life of passwords."),
    facts=("what", "max_age_days"),
    parameters=(_AGE,),
)
def max_age(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: パスワードの有効期間。
    理由: 気付かれずに漏れたパスワードが使われ続けないようにする。
    適合: 定めた日数（password.max_age_days）以内である。
    不適合: 超える、又は期限がない。
    対象外: パスワードを持つ利用者がいない。
    未確認: 決まっていない。
    有効期間の設定がないものには結果を出さない。

    Looks at: the life of passwords.
    Why: one that leaked unnoticed must not work for ever.
    Pass: at most password.max_age_days.
    Fail: longer, or without an end.
    Not applicable: nobody has such a password.
    Unknown: undecided.
    Makes no finding where the service has no such setting.
    """
    if facet.max_age_days is None:
        return None
    if is_known(facet.held, False):
        return _NOBODY
    longest, found = limit(context, _AGE), facet.max_age_days.value
    if found is not None and found <= longest:
        return passed()
    expected = Text(f"{number(longest)} 日以内", f"at most {number(longest)} days")
    if found is None:
        return failed("パスワードに期限がない。", "Passwords have no end.", expected=expected)
    return failed(
        f"有効期間が {shown(facet.max_age_days).ja} 日である。",
        f"Passwords last {shown(facet.max_age_days).en} days.",
        expected=expected,
    )


@check(
    "password.temporary.changed",
    control="password.temporary",
    facet=PasswordPolicy,
    severity=Severity.MEDIUM,
    title=Text("仮のパスワードを最初の利用時に変更させること", "temporary passwords are changed at the first sign-in"),
    remediation=Text(
        "最初の利用時にパスワードの変更を求める設定にする。", "Demand a change of the password at the first sign-in."
    ),
    facts=("what", "changed_at_first"),
)
def temporary(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: 他人が設定したパスワードを、最初の利用時に変更させるか。
    理由: 設定した者や伝達の経路に知られたパスワードを残さない。
    適合: 変更させる。
    不適合: 変更させない。
    未確認: 決まっていない。
    仮のパスワードを扱わないものには結果を出さない。

    Looks at: whether a password that somebody else has set must be changed at the first sign-in.
    Why: a password that others know must not stay.
    Pass: it must.
    Fail: it need not.
    Unknown: undecided.
    Makes no finding where there are no temporary passwords.
    """
    if facet.changed_at_first is None:
        return None
    if facet.changed_at_first.value:
        return passed()
    return failed(
        "仮のパスワードの変更を求めていない。",
        "A change of the temporary password is not demanded.",
        expected=Text("最初の利用時に変更させる", "changed at the first sign-in"),
    )


@check(
    "password.lockout.attempts",
    control="password.lockout",
    facet=PasswordPolicy,
    severity=Severity.LOW,
    title=Text("認証の失敗が続いたときに試行を制限すること", "attempts are limited where sign-in keeps failing"),
    remediation=Text("認証の失敗の回数による制限を有効にする。", "Switch on the limit of failed attempts."),
    facts=("what", "attempts"),
    parameters=(_ATTEMPTS,),
)
def attempts(facet: PasswordPolicy, context: Context) -> Verdict | None:
    """見るもの: 認証の失敗が何回続くと試行を制限するか。
    理由: パスワードの総当たりを防ぐ。
    適合: 定めた回数（password.max_attempts）以内で制限する。
    不適合: 超える、又は制限しない。
    未確認: 決まっていない。
    制限の設定がないものには結果を出さない。

    Looks at: after how many failures attempts are limited.
    Why: it keeps passwords from being found by trying.
    Pass: after at most password.max_attempts.
    Fail: later, or never.
    Unknown: undecided.
    Makes no finding where the service has no such setting.
    """
    if facet.attempts is None:
        return None
    most, found = limit(context, _ATTEMPTS), facet.attempts.value
    if found is not None and found <= most:
        return passed()
    expected = Text(f"{number(most)} 回以内", f"at most {number(most)}")
    if found is None:
        return failed("試行を制限していない。", "Attempts are not limited.", expected=expected)
    return failed(
        f"試行を制限するのが {shown(facet.attempts).ja} 回の失敗の後である。",
        f"Attempts are limited after {shown(facet.attempts).en} failures.",
        expected=expected,
    )


_SHOW_IT: Final = Text(
    "設定を入力に含めるか、認証基盤の設定を示す資料を用意する。",
    "Make the setting part of the input, or keep material that shows that of the identity provider.",
)


def _unseen(
    control: str,
    read: Callable[[PasswordPolicy], Attr[Any] | None],
    inventory: Inventory,
    context: Context,
    doubt: Text,
) -> Iterator[tuple[Resource, Verdict]]:
    """Clouds of the input of whose own users nothing shows the setting."""
    own = [
        (resource.provider, facet)
        for resource, facet in inventory.with_facet(PasswordPolicy)
        if facet.account and resource.action is not Action.DELETE
    ]
    showing = {provider for provider, facet in own if read(facet) is not None}
    held = {provider for provider, facet in own if not is_known(facet.held, False)}
    nobody = {provider for provider, _ in own} - held
    for provider in inventory.providers:
        if provider in showing or region_parameter(provider) not in context.parameters:
            continue
        verdict = _NOBODY if provider in nobody else answered(control, provider, context)
        if verdict is None and provider in SIGNED_IN_ELSEWHERE:
            verdict = manual(
                "利用者のパスワードは認証基盤（Cloud Identity 等）で管理される。その設定を示す資料を確認する。",
                "The passwords of users are kept by the identity provider (Cloud Identity); review its settings.",
                _DOCUMENT,
            )
        if verdict is None:
            verdict = unseen(doubt)
        yield subject(inventory, provider, "account"), verdict


@inventory_check(
    "password.strength.known",
    control="password.strength",
    severity=Severity.LOW,
    title=Text("パスワードの強度の設定を確認できること", "the settings of the strength of passwords can be seen"),
    remediation=_SHOW_IT,
)
def strength_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、そのアカウント自身の利用者について、パスワードの強度の設定が入力にあるか。あれば別の検査が判定する。
    要書面確認: クラウドの外の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: パスワードを持つ利用者がいない。
    未確認: 入力にない。

    Looks at: whether the input tells the settings of the strength of passwords of the users of the account itself, for each cloud in it; another check
    judges them.
    Manual: an identity provider outside of the cloud decides; material showing its settings answers.
    Not applicable: nobody has such a password.
    Unknown: the input does not tell.
    """
    yield from _unseen(
        "password.strength",
        lambda facet: facet.min_length,
        inventory,
        context,
        Text("パスワードの強度の設定", "the settings of the strength of passwords"),
    )


@inventory_check(
    "password.reuse.known",
    control="password.reuse",
    severity=Severity.LOW,
    title=Text("パスワードの再利用の設定を確認できること", "the settings of the reuse of passwords can be seen"),
    remediation=_SHOW_IT,
)
def reuse_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、そのアカウント自身の利用者について、パスワードの再利用の設定が入力にあるか。あれば別の検査が判定する。
    要書面確認: クラウドの外の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: パスワードを持つ利用者がいない。
    未確認: 入力にない。

    Looks at: whether the input tells the settings of the reuse of passwords of the users of the account itself, for each cloud in it; another check
    judges them.
    Manual: an identity provider outside of the cloud decides; material showing its settings answers.
    Not applicable: nobody has such a password.
    Unknown: the input does not tell.
    """
    yield from _unseen(
        "password.reuse",
        lambda facet: facet.history,
        inventory,
        context,
        Text("パスワードの再利用の設定", "the settings of the reuse of passwords"),
    )


@inventory_check(
    "password.expiry.known",
    control="password.expiry",
    severity=Severity.LOW,
    title=Text("パスワードの有効期間の設定を確認できること", "the settings of the life of passwords can be seen"),
    remediation=_SHOW_IT,
)
def expiry_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、そのアカウント自身の利用者について、パスワードの有効期間の設定が入力にあるか。あれば別の検査が判定する。
    要書面確認: クラウドの外の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: パスワードを持つ利用者がいない。
    未確認: 入力にない。

    Looks at: whether the input tells the settings of the life of passwords of the users of the account itself, for each cloud in it; another check
    judges them.
    Manual: an identity provider outside of the cloud decides; material showing its settings answers.
    Not applicable: nobody has such a password.
    Unknown: the input does not tell.
    """
    yield from _unseen(
        "password.expiry",
        lambda facet: facet.max_age_days,
        inventory,
        context,
        Text("パスワードの有効期間の設定", "the settings of the life of passwords"),
    )


@inventory_check(
    "password.temporary.known",
    control="password.temporary",
    severity=Severity.LOW,
    title=Text("仮のパスワードの設定を確認できること", "the settings of temporary passwords can be seen"),
    remediation=_SHOW_IT,
)
def temporary_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、そのアカウント自身の利用者について、仮のパスワードの設定が入力にあるか。あれば別の検査が判定する。
    要書面確認: クラウドの外の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: パスワードを持つ利用者がいない。
    未確認: 入力にない。

    Looks at: whether the input tells the settings of temporary passwords of the users of the account itself, for each cloud in it; another check
    judges them.
    Manual: an identity provider outside of the cloud decides; material showing its settings answers.
    Not applicable: nobody has such a password.
    Unknown: the input does not tell.
    """
    yield from _unseen(
        "password.temporary",
        lambda facet: facet.changed_at_first,
        inventory,
        context,
        Text("仮のパスワードの設定", "the settings of temporary passwords"),
    )


@inventory_check(
    "password.lockout.known",
    control="password.lockout",
    severity=Severity.LOW,
    title=Text("認証の試行の制限の設定を確認できること", "the settings of attempts can be seen"),
    remediation=_SHOW_IT,
)
def lockout_known(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 入力に現れるクラウドごとに、そのアカウント自身の利用者について、認証の試行の制限の設定が入力にあるか。あれば別の検査が判定する。
    要書面確認: クラウドの外の認証基盤で決まる。その設定を示す資料で確認する。
    対象外: パスワードを持つ利用者がいない。
    未確認: 入力にない。

    Looks at: whether the input tells the settings of attempts of the users of the account itself, for each cloud in it; another check
    judges them.
    Manual: an identity provider outside of the cloud decides; material showing its settings answers.
    Not applicable: nobody has such a password.
    Unknown: the input does not tell.
    """
    yield from _unseen(
        "password.lockout",
        lambda facet: facet.attempts,
        inventory,
        context,
        Text("認証の試行の制限の設定", "the settings of attempts"),
    )
