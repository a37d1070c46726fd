"""How networks meet each other and the outside: routes, boundaries, connections, hubs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.checks import (
    Context,
    Verdict,
    failed,
    inventory_check,
    manual,
    not_applicable,
    passed,
    undecided,
)
from auditor.facets import (
    BoundaryDevice,
    ExternalConnection,
    InternetBoundary,
    JoinKind,
    NetworkJoin,
    RouteTable,
    SubnetRoute,
)
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.clouds import unseen
from auditor_govcloud.values import must_be_known, region_parameter, shown


@check(
    "network.routing.public-subnet",
    control="network.routing",
    facet=SubnetRoute,
    severity=Severity.MEDIUM,
    title=Text(
        "インターネットへの経路が公開用のサブネットにだけあること",
        "only subnets meant for publication have a route to the internet",
    ),
    remediation=Text(
        "データベースなどを置くサブネットの経路表から、インターネットゲートウェイへの経路を除く。",
        "Take the route to the internet gateway out of the tables of subnets that hold databases and the like.",
    ),
    facts=("internet", "published", "data_stores"),
)
def route_only_where_meant(facet: SubnetRoute, context: Context) -> Verdict:
    """見るもの: サブネットの経路がインターネットゲートウェイに直接向かうか、そのサブネットに何が置かれるか。
    理由: 直接の経路があるサブネットでは、公開のアドレスが一つ付いただけで外部から届く。
    適合: 直接の経路がない、又は公開用のもの（外向きの負荷分散装置、NAT、ファイアウォール、公開のアドレスを付ける設定）だけがある。
    不適合: 直接の経路があるサブネットに、データベース又はキャッシュを置く。
    要書面確認: 直接の経路があり、公開用かどうかが構成から分からない。
    未確認: 経路又は置かれるものが決まっていない。

    Looks at: whether the route of a subnet leads straight to an internet gateway, and what stands in the subnet.
    Why: in a subnet with such a route, one public address is enough for outsiders to reach what has it.
    Pass: there is no such route, or only what is meant for publication stands there (internet-facing load balancers,
    NAT, firewalls, machines to which the subnet gives public addresses).
    Fail: databases or caches are placed in a subnet with such a route.
    Manual: there is such a route, and the configuration does not show what the subnet is for.
    Unknown: the routes, or what stands there, are undecided.
    """
    if not facet.internet.value:
        return passed()
    if facet.data_stores.value:
        return failed(
            "データベース又はキャッシュを置くサブネットに、インターネットへの直接の経路がある。",
            "A subnet that holds databases or caches has a route straight to the internet.",
            expected=Text("直接の経路がない", "no route straight to the internet"),
        )
    if facet.published.value:
        return passed()
    return manual(
        "インターネットへの直接の経路がある。公開用のサブネットとして設計したものか、構成からは分からない。",
        "It has a route straight to the internet; the configuration does not show whether it is meant for publication.",
        "network-design",
    )


@check(
    "network.routing.consistent",
    control="network.routing",
    facet=RouteTable,
    severity=Severity.MEDIUM,
    title=Text("経路の重複及び行き先のない経路がないこと", "no route is doubled or leads nowhere"),
    remediation=Text(
        "同じ宛先の経路を一つにし、なくなった接続先への経路を除く。経路は、表の中か別の資源かのどちらか一方で定める。",
        "Keep one route for each destination and remove those to what is gone; write routes either in the table or as resources of their own.",
    ),
    facts=("overlapping", "dead"),
)
def routes_consistent(facet: RouteTable, context: Context) -> Verdict:
    """見るもの: 経路表の経路を互いに、また行き先と突き合わせる。
    理由: 重複や行き先のない経路があると、通信が意図しない所を通り、又は途絶える。
    適合: 重複も、行き先のない経路もない。
    不適合: 同じ宛先の経路が二つ以上ある、二つの書き方が互いを打ち消す、又は行き先がこの入力で削除され若しくは別のネットワークに属する。宛先を示す。
    未確認: 経路が決まっていない。

    Looks at: the routes of a table, against each other and by their ends.
    Why: with doubled routes, or routes to nothing, traffic takes a way that nobody meant, or stops.
    Pass: no route is doubled and none leads nowhere.
    Fail: a destination has more than one route, two ways of writing take it from each other, or its end is removed by
    this input or belongs to another network; the destinations are named.
    Unknown: the routes are undecided.
    """
    doubled = isinstance(facet.overlapping, Known) and bool(facet.overlapping.value)
    dead = isinstance(facet.dead, Known) and bool(facet.dead.value)
    if not doubled and not dead:
        must_be_known(facet.overlapping)
        must_be_known(facet.dead)
        return passed()
    said: list[Text] = []
    if doubled:
        names = shown(facet.overlapping)
        said.append(Text(f"重複する宛先: {names.ja}", f"doubled destinations: {names.en}"))
    if dead:
        names = shown(facet.dead)
        said.append(Text(f"行き先のない宛先: {names.ja}", f"destinations that lead nowhere: {names.en}"))
    return failed(
        f"経路に矛盾がある（{'、'.join(text.ja for text in said)}）。",
        f"The routes contradict each other or lead nowhere ({'; '.join(text.en for text in said)}).",
        expected=Text(
            "宛先ごとに一つの、行き先のある経路", "one route for each destination, with something at its end"
        ),
    )


@check(
    "network.boundary.device",
    control="network.boundary",
    facet=InternetBoundary,
    severity=Severity.MEDIUM,
    title=Text(
        "インターネットとの接続点に通信を制御する装置があること",
        "a device controls traffic at the connection with the internet",
    ),
    remediation=Text(
        "接続点にファイアウォールを置き、全ての経路を通す。",
        "Place a firewall at the connection and lead every route through it.",
    ),
    facts=("device",),
)
def boundary_controlled(facet: InternetBoundary, context: Context) -> Verdict:
    """見るもの: インターネットとの接続点に、ネットワークのファイアウォール又はファイアウォールポリシーがあるか。
    理由: 機器ごとの規則だけでは、一つの設定の誤りがそのまま外部に開く。
    適合: ファイアウォール又はファイアウォールポリシーがある。
    要書面確認: 機器ごとの規則（セキュリティグループなど）だけが見える。境界の方式は設計書で確認する。
    不適合: ファイアウォールがあるのに、それを通らない経路がある。
    未確認: 接続先のネットワーク又は経路が決まっていない。

    Looks at: whether a firewall of the network, or a firewall policy, stands at the connection with the internet.
    Why: with rules of single machines alone, one mistake opens a machine to the outside.
    Pass: there is a firewall or a firewall policy.
    Manual: only rules of single machines (security groups) are seen; the design of the boundary is to be reviewed.
    Fail: there is a firewall, but a route leads past it.
    Unknown: the network or its routes are undecided.
    """
    device = facet.device.value
    if device is BoundaryDevice.FIREWALL:
        return passed()
    if device is BoundaryDevice.PACKET_FILTER:
        return manual(
            "接続点にファイアウォールが見えず、機器ごとの規則だけが通信を制御している。",
            "No firewall is seen at the connection; only rules of single machines control the traffic.",
            "boundary-design",
        )
    return failed(
        "ファイアウォールを通らずにインターネットへ向かう経路がある。",
        "A route leads to the internet past the firewall.",
        expected=Text("全ての経路がファイアウォールを通る", "every route passes the firewall"),
    )


_CONNECTIONS: Final = {
    "internet": Text("インターネット", "the internet"),
    "vpn": Text("VPN", "a VPN"),
    "dedicated-line": Text("専用線", "a dedicated line"),
    "peering": Text("他のネットワークとのピアリング", "peering with another network"),
    "hub": Text("他のアカウント等との集約点", "a hub shared with others"),
    "remote-access": Text("利用者の遠隔接続", "remote access of users"),
    "private-link": Text("私設の接続（エンドポイントサービス）", "a private link to others"),
}


def _stays(resource: Resource) -> bool:
    return resource.action is not Action.DELETE


@inventory_check(
    "network.external-connection.approved",
    control="network.external-connection",
    severity=Severity.LOW,
    title=Text("外部との接続点が承認されていること", "connections with the outside are approved"),
    remediation=Text(
        "接続点ごとに許可の記録を用意し、不要なものを廃止する。",
        "Keep a record of approval for each connection, and remove those without need.",
    ),
)
def connections_approved(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: インターネット、VPN、専用線、他のアカウント又はプロジェクトとの接続など、外部との接続点の全て。
    理由: 把握していない接続点は守れない。
    要書面確認: 接続点ごとに、許可の記録を確認する。
    対象外: この入力に接続点がない。
    未確認: 相手が自らのアカウントのものか、入力から分からない。
    このプランで削除する接続点には結果を出さない。

    Looks at: every point at which networks meet the outside: the internet, VPNs, dedicated lines, networks of other
    accounts or projects.
    Why: a connection that nobody knows of cannot be guarded.
    Manual: for each connection the record of its approval is to be reviewed.
    Not applicable: this input holds no such connection.
    Unknown: the input does not say whether the other side is of the same account.
    Makes no finding of connections that the plan removes.
    """
    having: set[str] = set()
    told: set[int] = set()
    for resource, facet in inventory.with_facet(ExternalConnection):
        if not _stays(resource) or id(resource) in told:
            continue
        if isinstance(facet.outside, Unknown):
            having.add(resource.provider)
            yield resource, undecided(facet.outside)
        elif facet.outside.value:
            told.add(id(resource))
            having.add(resource.provider)
            yield resource, _approval(facet)
    for provider in inventory.providers:
        if provider not in having and region_parameter(provider) in context.parameters:
            yield (
                subject(inventory, provider, "account"),
                not_applicable(
                    "この入力に、外部との接続点がない。", "This input holds no connection with the outside."
                ),
            )


def _approval(facet: ExternalConnection) -> Verdict:
    kind = _CONNECTIONS.get(facet.kind, Text(facet.kind, facet.kind))
    ja, en = kind.ja, kind.en
    if isinstance(facet.peer, Known) and facet.peer.value is not None:
        peer = shown(facet.peer)
        ja, en = f"{ja}、相手: {peer.ja}", f"{en}; other side: {peer.en}"
    return manual(
        f"外部との接続点である（{ja}）。許可の記録を確認する。",
        f"It connects with the outside ({en}); review the record of its approval.",
        "connection-approval",
    )


@inventory_check(
    "network.aggregation.hub",
    control="network.aggregation",
    severity=Severity.LOW,
    title=Text("ネットワークを網の目ではなく集約点でつないでいること", "networks are joined at hubs and not as a mesh"),
    remediation=Text(
        "個別のピアリングを、集約点（Transit Gateway、共有 VPC、Network Connectivity Center など）への接続に置き換える。",
        "Replace single peerings by attachments to a hub (transit gateway, shared VPC, Network Connectivity Center).",
    ),
)
def joined_at_hubs(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: ネットワーク同士のピアリングと、集約点への接続。
    理由: 個別の接続が網の目になると、どこから何に届くかを把握し、遮断することが難しくなる。
    適合: 集約点でつないでいる、又は全てを含む入力で、ピアリングが枝分かれだけで環をなさない。
    不適合: ピアリングが環をなす（網の目になっている。）。
    未確認: ピアリングがあり、入力が全てを含むとは限らないため、他の接続と網の目をなすか分からない。

    Looks at: peerings between networks, and attachments to hubs.
    Why: in a mesh of single links it is hard to know what is reached from where, and to cut it off.
    Pass: networks are joined at a hub; or, in a complete input, peerings only branch and close no circle.
    Fail: peerings close a circle: they are a mesh.
    Unknown: there is a peering, and the input need not show the others with which it may make a mesh.
    """
    peerings: defaultdict[str, list[tuple[Resource, NetworkJoin]]] = defaultdict(list)
    hubs: set[int] = set()
    for resource, facet in inventory.with_facet(NetworkJoin):
        if not _stays(resource):
            continue
        if facet.join is JoinKind.HUB and id(resource) not in hubs:
            hubs.add(id(resource))
            yield resource, passed()
        elif facet.join is JoinKind.PEERING:
            peerings[resource.provider].append((resource, facet))
    for found in peerings.values():
        yield from _circles(found, inventory.complete)


_DOUBT: Final = Text(
    "他の構成のピアリングと網の目をなすか", "whether it makes a mesh with peerings of other configurations"
)


def _circles(peerings: list[tuple[Resource, NetworkJoin]], complete: bool) -> Iterator[tuple[Resource, Verdict]]:
    """Fails for the peerings that close a circle; a peering of which both ends are declared counts once."""
    above: dict[tuple[str, str], tuple[str, str]] = {}
    seen: set[frozenset[tuple[str, str]]] = set()

    def top(node: tuple[str, str]) -> tuple[str, str]:
        while (higher := above.get(node, node)) != node:
            above[node] = above.get(higher, higher)
            node = higher
        return node

    for resource, facet in peerings:
        ends = _ends(resource, facet.senders)
        if isinstance(ends, Unknown):
            yield resource, undecided(ends)
            continue
        if len(ends) == 2 and ends not in seen:
            seen.add(ends)
            one, other = (top(end) for end in ends)
            if one == other:
                yield (
                    resource,
                    failed(
                        "ピアリングが環をなし、網の目になっている。",
                        "Peerings close a circle and make a mesh.",
                        expected=Text("集約点を通した接続", "a connection through a hub"),
                    ),
                )
                continue
            above[one] = other
        yield resource, passed() if complete else unseen(_DOUBT)


def _ends(resource: Resource, senders: Attr[frozenset[str]]) -> frozenset[tuple[str, str]] | Unknown:
    if isinstance(senders, Unknown):
        return senders
    return frozenset((resource.source, address) for address in senders.value)
