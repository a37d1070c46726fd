"""Networks: what their rules let through, and what of them meets the internet."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr
from auditor.checks import Context, Verdict, failed, passed
from auditor.facets import (
    DefaultNetwork,
    Direction,
    EndpointKind,
    Layer,
    NetworkUse,
    PublicEndpoint,
    TrafficRule,
)
from auditor.facets.network import Ports
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import is_known, must_be_known, numbers, shown

_PUBLIC_PORTS: Final = "network.public_ports"


def what_passes(ports: Attr[Ports], peers: Attr[tuple[str, ...]]) -> Text:
    """Ports and the other side of a rule, for people."""
    traffic, side = shown(ports), shown(peers)
    return Text(f"{traffic.ja}、相手: {side.ja}", f"{traffic.en}; other side: {side.en}")


def not_asked(facet: TrafficRule, direction: Direction) -> bool:
    """Whether a rule certainly is not one of machines in that direction."""
    other = Direction.OUTBOUND if direction is Direction.INBOUND else Direction.INBOUND
    return facet.layer is not Layer.MACHINE or is_known(facet.direction, other)


@check(
    "network.ingress.public-ports",
    control="network.ingress",
    facet=TrafficRule,
    severity=Severity.HIGH,
    title=Text(
        "全てのアドレスに開くのは公開するウェブのポートだけであること",
        "only the ports of the public web are open to every address",
    ),
    remediation=Text(
        "通信元を必要なアドレス又は内部の集まりに限る。公開するものは、負荷分散装置などを通してウェブのポートだけを開く。",
        "Limit the source to the addresses or inner groups that need it; publish through a load balancer and open only the ports of the web.",
    ),
    facts=("direction", "ports", "peers", "everywhere"),
    parameters=(_PUBLIC_PORTS,),
)
def public_ports_only(facet: TrafficRule, context: Context) -> Verdict | None:
    """見るもの: 通信を受け入れる規則の一つ一つ。通信元が全てのアドレスか、開くポートはどれか。
    理由: 不特定の者に届くポートが、攻撃の入口になる。
    適合: 通信元が限られている、又は開くのがパラメータ `network.public_ports` のポートだけである（ポートのない ICMP などを含む。）。
    不適合: 全てのアドレスから、それ以外のポートへの通信を許している。ポートと通信元を示す。
    未確認: 通信元又はポートが決まっていない、若しくは入力に含まれない一覧で決まる。
    外部への通信の規則、拒否の規則及びサブネット単位のフィルターには結果を出さない。
    値の出典: パラメータに記す。

    Looks at: each rule that lets traffic in: whether its source is every address, and which ports it opens.
    Why: ports that anybody reaches are where attacks begin.
    Pass: the source is limited, or only ports of the parameter `network.public_ports` are open (ICMP and the like,
    which have no ports, included).
    Fail: every address reaches other ports; ports and source are named.
    Unknown: source or ports are undecided, or a list outside the input decides them.
    Makes no finding of rules for outgoing traffic, of refusals, or of filters in front of subnets.
    Source of the value: see the parameter.
    """
    if not_asked(facet, Direction.INBOUND):
        return None
    if is_known(facet.everywhere, False):
        return passed()
    allowed = numbers(context, _PUBLIC_PORTS)
    if not facet.ports.value.beyond(allowed):
        return passed()
    must_be_known(facet.direction)
    must_be_known(facet.everywhere)
    found = what_passes(facet.ports, facet.peers)
    listed = ", ".join(map(str, sorted(allowed)))
    return failed(
        f"全てのアドレスからの通信を許している（{found.ja}）。",
        f"Traffic from every address is let in ({found.en}).",
        expected=Text(f"通信元を限る、又はポートを {listed} に限る", f"a limited source, or only the ports {listed}"),
    )


@check(
    "network.ports.named",
    control="network.ports",
    facet=TrafficRule,
    severity=Severity.MEDIUM,
    title=Text("受け入れる通信のポートを明示していること", "rules that let traffic in name its ports"),
    remediation=Text(
        "用いるポートとプロトコルだけの規則に置き換える。", "Replace it by rules for the ports and protocols in use."
    ),
    facts=("direction", "ports", "peers", "own_group"),
)
def ports_named(facet: TrafficRule, context: Context) -> Verdict | None:
    """見るもの: 通信を受け入れる規則が、全てのプロトコル又は TCP 若しくは UDP の全てのポートを対象とするか。
    理由: 使っていないポートが開いていると、そこで動くものが知らないうちに届くようになる。
    適合: ポートを明示している、又は通信元が同じ集まりの中だけである。
    不適合: 全てを許している。
    未確認: ポート又は通信元が決まっていない。
    外部への通信の規則とサブネット単位のフィルターには結果を出さない。

    Looks at: whether a rule that lets traffic in is for all protocols, or for all ports of TCP or UDP.
    Why: through open ports in no use, whatever starts there can be reached unnoticed.
    Pass: the ports are named, or only members of the same group are let in.
    Fail: everything is let in.
    Unknown: ports or source are undecided.
    Makes no finding of rules for outgoing traffic or of filters in front of subnets.
    """
    if not_asked(facet, Direction.INBOUND):
        return None
    if is_known(facet.own_group, True) or not facet.ports.value.everything:
        return passed()
    must_be_known(facet.direction)
    must_be_known(facet.own_group)
    found = what_passes(facet.ports, facet.peers)
    return failed(
        f"ポートを限らずに受け入れている（{found.ja}）。",
        f"Traffic is let in without a limit of ports ({found.en}).",
        expected=Text("用いるポートとプロトコルの明示", "the ports and protocols in use, by name"),
    )


@check(
    "network.ports.subnet-filter",
    control="network.ports",
    facet=TrafficRule,
    severity=Severity.LOW,
    title=Text("サブネット単位のフィルターが通信を選んでいること", "the filter in front of subnets selects traffic"),
    remediation=Text(
        "サブネットに要る通信だけを許す規則にする（応答に要るポートを含む。）。",
        "Allow only the traffic that the subnets need, with the ports that answers need.",
    ),
    facts=("direction", "ports", "peers"),
)
def subnet_filter_selects(facet: TrafficRule, context: Context) -> Verdict | None:
    """見るもの: サブネット単位のフィルターのうち、明示して作られたものの、通信を受け入れる規則。
    理由: 全てを通すフィルターは、置いていないのと同じである。
    適合: 通信元又はポートを限っている。
    不適合: 全てのアドレスから、全ての通信を許している。
    未確認: 通信元又はポートが決まっていない。
    事業者が最初から置くフィルターと、仮想マシン等の単位の規則には結果を出さない。

    Looks at: rules that let traffic in, of filters in front of subnets that somebody made on purpose.
    Why: a filter that lets everything through is as good as none.
    Pass: source or ports are limited.
    Fail: everything is let in from every address.
    Unknown: source or ports are undecided.
    Makes no finding of the filter that the provider puts there by itself, or of rules of single machines.
    """
    if facet.layer is not Layer.SUBNET or is_known(facet.direction, Direction.OUTBOUND):
        return None
    if is_known(facet.everywhere, False) or not facet.ports.value.everything:
        return passed()
    must_be_known(facet.direction)
    must_be_known(facet.everywhere)
    return failed(
        "サブネット単位のフィルターが、全てのアドレスから全ての通信を許している。",
        "The filter in front of subnets lets everything in from every address.",
        expected=Text("要る通信だけを許す", "only the traffic that is needed"),
    )


@check(
    "network.egress.limited",
    control="network.egress",
    facet=TrafficRule,
    severity=Severity.LOW,
    title=Text("外部への通信を限定していること", "outgoing traffic is limited"),
    remediation=Text(
        "宛先とポートを業務に要るものに限り、外部への通信は中継（プロキシ、ファイアウォール）を通す。",
        "Limit destinations and ports to what the work needs, and let outgoing traffic pass a proxy or firewall.",
    ),
    facts=("direction", "ports", "peers", "everywhere"),
)
def egress_limited(facet: TrafficRule, context: Context) -> Verdict | None:
    """見るもの: 外部への通信を許す規則が、全ての宛先への全ての通信を対象とするか。
    理由: 侵入した者は、外部への自由な通信を使って情報を持ち出し、操作を受け取る。
    適合: 宛先又はポートを限っている。
    不適合: 全ての宛先への全ての通信を許している。
    未確認: 宛先又はポートが決まっていない。
    受け入れる規則とサブネット単位のフィルターには結果を出さない。

    Looks at: whether a rule for outgoing traffic allows everything to every destination.
    Why: an intruder takes information out and receives orders through free outgoing traffic.
    Pass: destinations or ports are limited.
    Fail: everything may go everywhere.
    Unknown: destinations or ports are undecided.
    Makes no finding of rules that let traffic in or of filters in front of subnets.
    """
    if not_asked(facet, Direction.OUTBOUND):
        return None
    if is_known(facet.everywhere, False) or not facet.ports.value.everything:
        return passed()
    must_be_known(facet.direction)
    must_be_known(facet.everywhere)
    found = what_passes(facet.ports, facet.peers)
    return failed(
        f"全ての宛先への通信を限らずに許している（{found.ja}）。",
        f"Everything may go to every destination ({found.en}).",
        expected=Text("宛先とポートを業務に要るものに限る", "destinations and ports limited to what the work needs"),
    )


_DEFAULTS: Final = {
    "network": Text("既定のネットワーク", "the default network"),
    "group": Text("既定のセキュリティグループ", "the default security group"),
}


@check(
    "network.default-network.closed",
    control="network.default-network",
    facet=DefaultNetwork,
    severity=Severity.LOW,
    title=Text("既定のネットワークに規則が残っていないこと", "default networks and groups hold no rules"),
    remediation=Text(
        "既定のネットワークを作らない設定にし、既定の集まりの規則を全て取り除く（規則のない資源として管理下に置く。）。",
        "Do not have the default network made, and take over the default group with no rules.",
    ),
    facts=("what", "closed"),
)
def default_closed(facet: DefaultNetwork, context: Context) -> Verdict:
    """見るもの: 事業者が自動で作るネットワーク及びセキュリティグループ。
    理由: 何も指定せずに作った資源は既定のものに入り、意図しない通信を受ける。
    適合: 作られない、又は規則がない。
    不適合: 規則がある、又は自動で作られる。
    未確認: 規則の有無が入力から決まらない。

    Looks at: networks and security groups that the provider makes by itself.
    Why: what is made without saying where lands in the default one and gets traffic that nobody meant.
    Pass: it is not made, or holds no rules.
    Fail: it holds rules, or is made by itself.
    Unknown: the input does not decide whether it holds rules.
    """
    if facet.closed.value:
        return passed()
    what = _DEFAULTS.get(facet.what, Text(facet.what, facet.what))
    return failed(
        f"{what.ja}に通信を許す規則が残る。",
        f"{what.en[0].upper()}{what.en[1:]} keeps rules that let traffic through.",
        expected=Text("規則がない、又は作られない", "without rules, or not made at all"),
    )


@check(
    "network.default-network.unused",
    control="network.default-network",
    facet=NetworkUse,
    severity=Severity.MEDIUM,
    title=Text("既定のネットワークを使っていないこと", "default networks and groups are not used"),
    remediation=Text(
        "設計したネットワーク、サブネット及びセキュリティグループを指定する。",
        "Name a network, subnet and security group of your own design.",
    ),
    facts=("what", "by_default"),
)
def default_unused(facet: NetworkUse, context: Context) -> Verdict:
    """見るもの: 仮想マシン、クラスターなどが入るネットワーク及びセキュリティグループ。
    理由: 既定のものは広い通信を許す規則とともに作られ、誰の設計にもよらない。
    適合: 明示したものに入る。
    不適合: 既定のものに入る。
    未確認: どれに入るかが入力から決まらない。

    Looks at: the network and security group in which machines, clusters and the like stand.
    Why: the default ones are made with wide rules and are nobody's design.
    Pass: it stands in one that is named.
    Fail: it stands in the default one.
    Unknown: the input does not decide where it stands.
    """
    if not facet.by_default.value:
        return passed()
    what = _DEFAULTS.get(facet.what, Text(facet.what, facet.what))
    return failed(
        f"{what.ja}に入る。", f"It stands in {what.en}.", expected=Text("設計したものの指定", "one of your own design")
    )


_KINDS: Final = {
    EndpointKind.MACHINE: Text("仮想マシン", "machine"),
    EndpointKind.DATABASE: Text("データベース", "database"),
    EndpointKind.CLUSTER: Text("クラスターの管理面", "control plane of a cluster"),
    EndpointKind.SERVICE: Text("内部の処理に用いるサービス", "service that works inside"),
}
_NO_ADDRESS: Final = Text("内部のネットワークからだけ届く", "reachable from inside only")


@check(
    "network.public-endpoint.open",
    control="network.public-endpoint",
    facet=PublicEndpoint,
    severity=Severity.HIGH,
    title=Text(
        "データベース等がインターネットに開かれていないこと", "databases and the like are not open to the internet"
    ),
    remediation=Text(
        "公開のエンドポイントを無効にし、内部のネットワークから接続する。",
        "Switch the public endpoint off and connect from the inner network.",
    ),
    facts=("kind", "public", "narrowed"),
)
def endpoint_not_open(facet: PublicEndpoint, context: Context) -> Verdict | None:
    """見るもの: データベース、クラスターの管理面など、内部で使うものの公開のエンドポイント。
    理由: 認証の不備や脆弱性が一つあれば、外部から直接に情報へ届く。
    適合: 公開のエンドポイントがない、又はそれ自身の設定で接続元を限っている（その場合は次の検査が結果を出す。）。
    不適合: 公開のエンドポイントがあり、接続元を限っていない。
    未確認: 設定が決まっていない。
    仮想マシンには結果を出さない（別の検査が判定する。）。

    Looks at: public endpoints of what is used inside: databases, control planes of clusters.
    Why: one flaw in authentication or software lets outsiders straight in to the information.
    Pass: there is no public endpoint, or a setting of its own limits who connects (another check tells of that).
    Fail: there is one, and nothing of its own limits who connects.
    Unknown: the setting is undecided.
    Makes no finding of machines; another check judges them.
    """
    if facet.kind is EndpointKind.MACHINE:
        return None
    if is_known(facet.narrowed, True) or not facet.public.value:
        return passed()
    must_be_known(facet.narrowed)
    kind = _KINDS[facet.kind]
    return failed(
        f"インターネットから届くエンドポイントがあり、接続元を限っていない（{kind.ja}）。",
        f"It has an endpoint on the internet that does not limit who connects ({kind.en}).",
        expected=_NO_ADDRESS,
    )


@check(
    "network.public-endpoint.narrowed",
    control="network.public-endpoint",
    facet=PublicEndpoint,
    severity=Severity.LOW,
    title=Text(
        "データベース等に公開のエンドポイントがないこと", "databases and the like have no endpoint on the internet"
    ),
    remediation=Text(
        "内部のネットワークからの接続に改め、公開のエンドポイントを無効にする。",
        "Connect from the inner network instead and switch the public endpoint off.",
    ),
    facts=("kind", "public", "narrowed"),
)
def endpoint_absent(facet: PublicEndpoint, context: Context) -> Verdict | None:
    """見るもの: 内部で使うものの公開のエンドポイントのうち、それ自身の設定で接続元を限っているもの。
    理由: 接続元を限っても、設定の誤り一つで開かれる。
    適合: 公開のエンドポイントがない。
    不適合: 公開のエンドポイントがある（接続元は限られている。）。
    未確認: 設定が決まっていない。
    接続元を限っていないものと仮想マシンには結果を出さない（別の検査が判定する。）。

    Looks at: public endpoints, of what is used inside, whose own setting limits who connects.
    Why: with one mistake in that list it is open.
    Pass: there is no public endpoint.
    Fail: there is one, though limited.
    Unknown: the setting is undecided.
    Makes no finding of endpoints without a limit, or of machines; other checks judge those.
    """
    if facet.kind is EndpointKind.MACHINE:
        return None
    if not facet.public.value:
        return passed()
    if not facet.narrowed.value:
        return None
    kind = _KINDS[facet.kind]
    return failed(
        f"接続元を限っているが、インターネットから届くエンドポイントがある（{kind.ja}）。",
        f"It has an endpoint on the internet, though limited to listed addresses ({kind.en}).",
        expected=_NO_ADDRESS,
    )


@check(
    "network.public-endpoint.machine",
    control="network.public-endpoint",
    facet=PublicEndpoint,
    severity=Severity.MEDIUM,
    title=Text("仮想マシンに公開のアドレスがないこと", "machines have no public address"),
    remediation=Text(
        "公開のアドレスを外し、外部からは負荷分散装置や踏み台のサービスを通す。",
        "Take the public address away; let outsiders come through a load balancer or an access service.",
    ),
    facts=("kind", "public"),
)
def machine_without_address(facet: PublicEndpoint, context: Context) -> Verdict | None:
    """見るもの: 仮想マシン及びそのひな形に、公開の IP アドレスが付くか。
    理由: 公開のアドレスを持つ機器は、規則の誤り一つで外部から直接に届く。
    適合: 付かない。
    不適合: 付く。
    未確認: サブネットの設定などが入力にないため決まらない。
    仮想マシン以外には結果を出さない。

    Looks at: whether machines and their templates get a public IP address.
    Why: with one mistake in a rule, outsiders reach a machine with a public address directly.
    Pass: they get none.
    Fail: they get one.
    Unknown: it hangs on something that the input does not show, such as the subnet.
    Makes no finding of anything but machines.
    """
    if facet.kind is not EndpointKind.MACHINE:
        return None
    if not facet.public.value:
        return passed()
    return failed("公開の IP アドレスが付く。", "It gets a public IP address.", expected=_NO_ADDRESS)
