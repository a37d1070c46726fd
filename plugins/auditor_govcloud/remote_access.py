"""Access from outside: which ways are open, who is asked for what, and how tunnels are encrypted."""

from __future__ import annotations

import re
from typing import Any, Final

from auditor.attr import Attr, Known, Reason, Unknown, UnknownValueError
from auditor.checks import Context, Verdict, failed, manual, passed
from auditor.facets import Direction, RemoteAccess, RemoteGrant, TrafficRule, UserAuthentication, VpnTunnel
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.network import not_asked
from auditor_govcloud.values import SENSITIVE, is_known, must_be_known, numbers, shown

_MANAGEMENT_PORTS: Final = "remote.management_ports"
_DH_GROUPS: Final = "remote.vpn_dh_groups"


@check(
    "remote.admin-path.closed",
    control="remote.admin-path",
    facet=TrafficRule,
    severity=Severity.CRITICAL,
    title=Text("保守用のポートがインターネットに開かれていないこと", "maintenance ports are not open to the internet"),
    remediation=Text(
        "通信元を保守の拠点に限るか、ポートを閉じて、認証を伴う中継（Session Manager、IAP など）を通す。",
        "Limit the source to the places of maintenance, or close the port and go through a relay that authenticates (Session Manager, IAP).",
    ),
    facts=("direction", "ports", "peers", "everywhere"),
    parameters=(_MANAGEMENT_PORTS,),
)
def admin_ports_closed(facet: TrafficRule, context: Context) -> Verdict | None:
    """見るもの: 通信を受け入れる規則が、保守用のポート（SSH、RDP、WinRM、データベースなど）を全てのアドレスに開くか。
    理由: 保守用のポートは、開いた途端に総当たりや既知の弱点への攻撃を受け、破られれば機器の全てを握られる。
    適合: 通信元が限られている、又はパラメータ `remote.management_ports` のポートを含まない。
    不適合: 全てのアドレスから、そのポートに届く。ポートを示す。
    未確認: 通信元又はポートが決まっていない。
    外部への通信の規則とサブネット単位のフィルターには結果を出さない。
    値の出典: パラメータに記す。

    Looks at: whether a rule that lets traffic in opens ports of maintenance (SSH, RDP, WinRM, databases) to every
    address.
    Why: such a port is attacked as soon as it is open, and who breaks it holds the whole machine.
    Pass: the source is limited, or no port of the parameter `remote.management_ports` is open.
    Fail: every address reaches such a port; it is named.
    Unknown: source or ports are undecided.
    Makes no finding of rules for outgoing traffic or of filters in front of subnets.
    Source of the value: see the parameter.
    """
    if not_asked(facet, Direction.INBOUND):
        return None
    if is_known(facet.everywhere, False):
        return passed()
    open_ = facet.ports.value.among(numbers(context, _MANAGEMENT_PORTS))
    if not open_:
        return passed()
    must_be_known(facet.direction)
    must_be_known(facet.everywhere)
    peers = shown(facet.peers)
    ports = shown(facet.ports)
    named = _some(open_, hidden=isinstance(facet.ports, Known) and facet.ports.sensitive)
    return failed(
        f"保守用のポート（{named.ja}）が全てのアドレスに開いている（規則: {ports.ja}、通信元: {peers.ja}）。",
        f"Maintenance ports ({named.en}) are open to every address (rule: {ports.en}; source: {peers.en}).",
        expected=Text("保守の拠点からだけ届く", "reachable from the places of maintenance only"),
    )


_SHOWN: Final = 3


def _some(ports: tuple[int, ...], *, hidden: bool) -> Text:
    """The first ports, for people; a rule for all of them opens too many to name."""
    if hidden:
        return SENSITIVE
    named = ", ".join(map(str, ports[:_SHOWN]))
    more = len(ports) - _SHOWN
    return Text(f"{named} ほか{more}個", f"{named} and {more} more") if more > 0 else Text(named, named)


_STRONG: Final = frozenset({UserAuthentication.CERTIFICATE, UserAuthentication.MULTI_FACTOR})


@check(
    "remote.authentication.users",
    control="remote.authentication",
    facet=RemoteAccess,
    severity=Severity.HIGH,
    title=Text(
        "外部からの利用者を多要素又は証明書で認証していること",
        "users from outside are authenticated by several factors or a certificate",
    ),
    remediation=Text(
        "クライアント証明書又は多要素認証を必須とする認証基盤による認証を設定する。",
        "Demand client certificates, or an identity provider that demands several factors.",
    ),
    facts=("authentication",),
)
def users_authenticated(facet: RemoteAccess, context: Context) -> Verdict:
    """見るもの: 利用者が外部から接続する入口（クライアント VPN、中継のサービスなど）の認証の方式。
    理由: 外部に開いた入口では、パスワードだけの認証は盗まれた時点で意味を失う。
    適合: 証明書又は多要素認証を必ず通る。
    要書面確認: 認証を外部の認証基盤又はディレクトリに任せている。二つ目の要素を求めるかは、そこの設定による。
    不適合: 認証がない。
    未確認: 方式が決まっていない。

    Looks at: how an entrance for users from outside (client VPN, relay services) authenticates them.
    Why: at an entrance that faces the outside, a password alone is worth nothing once stolen.
    Pass: everyone passes a certificate or several factors.
    Manual: it leaves that to an identity provider or directory, whose own settings decide about a second factor.
    Fail: nobody is asked.
    Unknown: the way is undecided.
    """
    ways = facet.authentication.value
    if not _STRONG.isdisjoint(ways):
        return passed()
    if ways - {UserAuthentication.NONE}:
        return manual(
            "利用者の認証を認証基盤又はディレクトリに任せている。多要素認証が必須であるかは、この入力からは分からない。",
            "An identity provider or directory authenticates the users; the input does not say whether it demands several factors.",
            "idp-mfa-evidence",
        )
    return failed(
        "外部からの利用者を一人ずつ認証していない。",
        "Users from outside are not authenticated one by one.",
        expected=Text("多要素認証又は証明書による認証", "several factors, or a certificate"),
    )


_WEAK_ENCRYPTION: Final = ("des", "3des", "null", "blowfish", "cast")
_WEAK_INTEGRITY: Final = ("md5", "sha1", "sha-1", "hmac-md5", "hmac-sha1", "hmac-sha-1")

# The names of AWS (Site-to-Site VPN tunnel options) and of Google Cloud (supported IKE ciphers), in lower case.
_STRONG_ENCRYPTION: Final = re.compile(
    r"aes(128|192|256)(-gcm-16)?|aes-(cbc|ctr)-(128|192|256)|aes-gcm-(8|12|16)-(128|192|256)"
)
_STRONG_INTEGRITY: Final = re.compile(r"(hmac-)?sha2-(256|384|512)(-\d+)?")


def _weak(names: frozenset[str], weak: tuple[str, ...]) -> list[str]:
    return sorted(name for name in names if name.startswith(weak))


def _must_be_strong(attr: Attr[frozenset[str]], strong: re.Pattern[str]) -> None:
    """End the check here unless every algorithm is known and known to be strong; the weak ones are told before."""
    if all(strong.fullmatch(name) for name in attr.value):
        return
    raise UnknownValueError(Unknown(Reason.UNPARSEABLE, attr.origin, attr.path))


def _told(attr: Known[Any], names: list[str]) -> list[str]:
    """What was found, for people; never what is sensitive."""
    return [SENSITIVE.en] if names and attr.sensitive else names


@check(
    "remote.encryption.algorithms",
    control="remote.encryption",
    facet=VpnTunnel,
    severity=Severity.MEDIUM,
    title=Text("VPN が弱い暗号方式を受け入れないこと", "the VPN accepts no weak algorithms"),
    remediation=Text(
        "IKEv2、AES、SHA-2 及びパラメータにある Diffie-Hellman グループだけを、両方のトンネルに指定する。",
        "Name only IKEv2, AES, SHA-2 and the allowed Diffie-Hellman groups, for both tunnels.",
    ),
    facts=("ike_versions", "encryption", "integrity", "dh_groups"),
    parameters=(_DH_GROUPS,),
)
def tunnel_is_strong(facet: VpnTunnel, context: Context) -> Verdict:
    """見るもの: 拠点間の VPN のトンネルが受け入れる IKE の版、暗号化、改ざん検知及び鍵交換の方式。
    理由: 受け入れる方式のうち最も弱いものが、相手の装置の設定又は攻撃者の介入によって選ばれ得る。
    適合: IKEv2、AES、SHA-2（又は AES-GCM）及びパラメータ `remote.vpn_dh_groups` のグループだけを受け入れる。
    不適合: 弱いと知られているものを受け入れる（指定がなく、事業者の既定が弱いものを含む場合も同じ。）。弱いものを示す。
    未確認: 方式が決まっていない、相手の装置との折衝で決まる、又は強さの知られていない名前である。
    値の出典: パラメータに記す。

    Looks at: the IKE versions and the algorithms of encryption, integrity and key exchange that a tunnel between
    sites accepts.
    Why: the weakest of them may be what the other gateway, or an attacker in between, chooses.
    Pass: it accepts nothing but IKEv2, AES, SHA-2 (or AES-GCM) and groups of the parameter `remote.vpn_dh_groups`.
    Fail: it accepts something known to be weak, also where nothing is named and the provider's default takes in weak ones; those
    are named.
    Unknown: undecided, settled with the gateway of the other side, or of a name whose strength is not known.
    Source of the value: see the parameter.
    """
    allowed = numbers(context, _DH_GROUPS)
    ike, encryption, integrity, groups = facet.ike_versions, facet.encryption, facet.integrity, facet.dh_groups
    found: list[str] = []
    if isinstance(ike, Known) and 1 in ike.value:
        found += _told(ike, ["IKEv1"])
    if isinstance(encryption, Known):
        found += _told(encryption, _weak(encryption.value, _WEAK_ENCRYPTION))
    if isinstance(integrity, Known):
        found += _told(integrity, _weak(integrity.value, _WEAK_INTEGRITY))
    if isinstance(groups, Known):
        found += _told(groups, [f"DH {group}" for group in sorted(groups.value - allowed)])
    if not found:
        if ike.value != {2}:
            raise UnknownValueError(Unknown(Reason.UNPARSEABLE, ike.origin, ike.path))
        _must_be_strong(encryption, _STRONG_ENCRYPTION)
        _must_be_strong(integrity, _STRONG_INTEGRITY)
        must_be_known(groups)
        return passed()
    listed = ", ".join(found)
    strong = ", ".join(map(str, sorted(allowed)))
    return failed(
        f"弱い方式を受け入れる（{listed}）。",
        f"Weak algorithms are accepted ({listed}).",
        expected=Text(
            f"IKEv2、AES、SHA-2 及び DH グループ {strong} だけ", f"only IKEv2, AES, SHA-2 and DH groups {strong}"
        ),
    )


@check(
    "remote.authorization.limited",
    control="remote.authorization",
    facet=RemoteGrant,
    severity=Severity.HIGH,
    title=Text("外部からの利用者の届く先を限っていること", "what users from outside reach is limited to what they may"),
    remediation=Text(
        "利用者の集まりごとに、届く先のネットワークを必要なものに限って許可する。",
        "Grant each group of users only the networks that it needs.",
    ),
    facts=("everybody", "every_network"),
)
def grant_is_limited(facet: RemoteGrant, context: Context) -> Verdict:
    """見るもの: 外部からの入口に与えられた許可が、誰に、どこへの接続を認めるか。
    理由: 全員に全ての接続を認めると、一人の端末の侵害が内部の全てに及ぶ。
    適合: 利用者又は届く先のどちらかを限っている。
    不適合: 全員に、全てのネットワークへの接続を認めている。
    未確認: 許可の内容が決まっていない。

    Looks at: whom a grant of an entrance from outside lets through, and where to.
    Why: where everybody reaches everything, one user's infected terminal endangers all that lies inside.
    Pass: users or destinations are limited.
    Fail: everybody may reach every network.
    Unknown: the grant is undecided.
    """
    if is_known(facet.everybody, False) or is_known(facet.every_network, False):
        return passed()
    must_be_known(facet.everybody)
    must_be_known(facet.every_network)
    return failed(
        "全ての利用者に、全てのネットワークへの接続を認めている。",
        "Every user may reach every network.",
        expected=Text("利用者の集まりごとに限った接続先", "destinations limited for each group of users"),
    )
