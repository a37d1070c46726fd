"""The three zones: to which each network belongs, and what joins them.

The zone of a thing is what the configuration or its tags say; what says nothing of itself stands in the zone of its
network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, manual, passed, undecided
from auditor.facets import Direction, Layer, Network, NetworkJoin, NetworkMember, TrafficRule
from auditor.findings import Severity
from auditor.inventory import Inventory, Resource
from auditor.record import Action
from auditor.scopes import Zone
from auditor.text import Text
from auditor_govcloud.clouds import unseen
from auditor_govcloud.values import SENSITIVE, is_known

ZONES: Final = {
    Zone.MYNUMBER: Text("マイナンバー利用事務系", "the My Number zone"),
    Zone.LGWAN: Text("LGWAN接続系", "the LGWAN zone"),
    Zone.INTERNET: Text("インターネット接続系", "the internet zone"),
}

_OUTSIDE: Final = Text("入力にないネットワークの属する系", "the zone of a network that is not in the input")


class Zones:
    """The zones of the resources of a run, each looked up once."""

    __slots__ = ("_by_address", "_found", "_own", "any_assigned")

    def __init__(self, inventory: Inventory) -> None:
        self._by_address = {
            (resource.source, resource.address): resource
            for class_ in (Network, NetworkMember)
            for resource, _ in inventory.with_facet(class_)
        }
        self._found: dict[tuple[str, str], Attr[Zone | None]] = {}
        self._own: dict[int, Attr[Zone | None]] = {}
        self.any_assigned = any(
            isinstance(zone := self.own(resource), Unknown) or zone.value is not None
            for resource, _ in inventory.with_facet(Network)
        )
        """Whether any network is or may be assigned to a zone; where none is, the check of the assignment says all there is."""

    def own(self, resource: Resource) -> Attr[Zone | None]:
        """The zone that the configuration or the tags of a resource say."""
        found = self._own.get(id(resource))
        if found is None:
            found = self._own[id(resource)] = resource.scope.zone
        return found

    def of(self, resource: Resource) -> Attr[Zone | None]:
        """The zone of a resource, its own or that of its network."""
        key = resource.source, resource.address
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._of(resource)
        return found

    def _of(self, resource: Resource) -> Attr[Zone | None]:
        own = self.own(resource)
        if isinstance(own, Unknown) or own.value is not None:
            return own
        member = resource.facet(NetworkMember)
        if member is None or not self.any_assigned:
            return own
        if isinstance(member.network, Unknown):
            return member.network
        if member.network.value is None:
            # The network of another configuration may be of any zone.
            return Unknown(Reason.NOT_COLLECTED, member.network.origin, member.network.path, _OUTSIDE)
        network = self._by_address.get((resource.source, str(member.network.value)))
        return own if network is None or network is resource else self.of(network)

    def at(self, source: str, address: str) -> Attr[Zone | None]:
        """The zone of what stands at an address of an input; not assigned if nothing with a network does."""
        resource = self._by_address.get((source, address))
        return Known(None) if resource is None else self.of(resource)


_latest: list[tuple[Inventory, Zones]] = []
"""The zones of the inventory that was asked about last: several checks ask about the same."""


def zones_of(inventory: Inventory) -> Zones:
    """The zones of the resources of an inventory."""
    if not _latest or _latest[0][0] is not inventory:
        _latest[:] = [(inventory, Zones(inventory))]
    return _latest[0][1]


def _judged(resource: Resource) -> bool:
    return resource.action is not Action.DELETE


@inventory_check(
    "segmentation.zone-assigned.network",
    control="segmentation.zone-assigned",
    severity=Severity.LOW,
    title=Text("ネットワークが三層のどれかに割り当てられていること", "each network is assigned to one of the zones"),
    remediation=Text(
        "ネットワークのタグ（zone）又は設定ファイルの scope に、属する系を記す。",
        "Name the zone in a tag of the network (zone) or in a scope of the configuration file.",
    ),
)
def networks_assigned(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 仮想ネットワークごとに、属する系がタグ又は設定で示されているか。
    理由: どの系のものかが決まらないと、系の間の分離を確認できない。
    適合: 示されている。
    要書面確認: 示されていない。資料で確認し、タグ又は設定に記す。
    未確認: タグ又はアカウントが決まっていない。

    Looks at: whether a tag or the configuration says to which zone each virtual network belongs.
    Why: unless it is told which zone a network is of, separation of the zones cannot be verified.
    Pass: it says so.
    Manual: it does not; look it up in your material, and write it in a tag or in the configuration.
    Unknown: the tag or the account is undecided.
    """
    zones = zones_of(inventory)
    for resource, _ in inventory.with_facet(Network):
        if not _judged(resource):
            continue
        zone = zones.own(resource)
        if isinstance(zone, Unknown):
            yield resource, undecided(zone)
        elif zone.value is not None:
            yield resource, passed()
        else:
            yield (
                resource,
                manual(
                    "三層のどれに属するネットワークか、タグにも設定にも記されていない。",
                    "Neither a tag nor the configuration says to which zone the network belongs.",
                    "zone-list",
                ),
            )


@inventory_check(
    "segmentation.mynumber-internet.closed",
    control="segmentation.mynumber-internet",
    severity=Severity.CRITICAL,
    title=Text(
        "マイナンバー利用事務系がインターネットに接続されていないこと",
        "networks of the My Number zone are not connected with the internet",
    ),
    remediation=Text(
        "インターネットゲートウェイ、アドレス変換（NAT）及びインターネットへの既定の経路を取り除く。",
        "Remove internet gateways, address translation and default routes to the internet.",
    ),
)
def mynumber_closed(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: マイナンバー利用事務系に割り当てられたネットワークに、インターネットとの接続（ゲートウェイ、NAT、既定の経路）があるか。
    理由: マイナンバー利用事務系は、他の系と分けてインターネットに触れさせない。
    適合: 接続がない。
    不適合: 接続がある。
    未確認: 接続の有無、又は属する系が決まっていない。集約点を通した接続は、集約点の先が入力にないと決まらない。
    他の系のネットワーク、割当てのないネットワークには結果を出さない。

    Looks at: whether a network that is assigned to the My Number zone has a connection with the internet: a gateway,
    address translation, a default route.
    Why: the My Number zone is kept apart from the others and does not touch the internet.
    Pass: there is none.
    Fail: there is one.
    Unknown: whether there is one, or the zone, is undecided; what lies behind a hub is decided elsewhere.
    Makes no finding of networks of other zones, or of none.
    """
    zones = zones_of(inventory)
    for resource, facet in inventory.with_facet(Network):
        if not _judged(resource):
            continue
        zone = zones.own(resource)
        if isinstance(zone, Known) and zone.value is not Zone.MYNUMBER:
            continue
        if is_known(facet.internet, False):
            yield resource, passed()
        elif isinstance(zone, Unknown):
            if zones.any_assigned:
                yield resource, undecided(zone)
        elif isinstance(facet.internet, Unknown):
            yield resource, undecided(facet.internet)
        else:
            yield (
                resource,
                failed(
                    "マイナンバー利用事務系のネットワークが、インターネットと接続されている。",
                    "A network of the My Number zone is connected with the internet.",
                    expected=Text("インターネットとの接続がない", "no connection with the internet"),
                ),
            )


def _named(zones: Iterable[Zone]) -> Text:
    found = sorted(zones)
    return Text("と".join(ZONES[zone].ja for zone in found), " and ".join(ZONES[zone].en for zone in found))


@inventory_check(
    "segmentation.zone-separation.joins",
    control="segmentation.zone-separation",
    severity=Severity.HIGH,
    title=Text("異なる系のネットワークがつながれていないこと", "networks of different zones are not joined"),
    remediation=Text(
        "系をまたぐピアリング、集約点の経路の共有及び規則による参照をやめ、認められた通信だけを中継で通す。",
        "Remove peerings, shared routes of hubs and references of rules between zones; let permitted traffic pass a relay only.",
    ),
)
def zones_separate(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: ピアリング、集約点の経路、規則による他の集まりの参照が、異なる系のものをつなぐか。
    理由: 系の間に直接の経路があると、一つの系の侵害が他の系に及ぶ。
    適合: つながれるものが全て同じ系である。
    不適合: 異なる系のものをつなぐ。系を示す。
    未確認: つながれるものの一部が入力にない、又は属する系が決まっていない。
    どのネットワークにも割当てがない接続には結果を出さない（割当ての検査が結果を出す。）。

    Looks at: whether peerings, routes of hubs, and rules that name other groups join things of different zones.
    Why: over a direct way between zones, an intrusion into one reaches the other.
    Pass: all that is joined is of one zone.
    Fail: things of different zones are joined; the zones are named.
    Unknown: an end is not in the input, or its zone is undecided.
    Makes no finding of joins none of whose ends is assigned; the check of the assignment tells of those.
    """
    zones = zones_of(inventory)
    for resource, facet in inventory.with_facet(NetworkJoin):
        if not _judged(resource):
            continue
        verdict = _joined(resource, facet, zones)
        if verdict is not None:
            yield resource, verdict


def _joined(resource: Resource, facet: NetworkJoin, zones: Zones) -> Verdict | None:
    unknown: Unknown | None = None
    sides: list[set[Zone]] = []
    unassigned = False
    for side in (facet.senders, facet.receivers):
        assigned: set[Zone] = set()
        sides.append(assigned)
        if isinstance(side, Unknown):
            unknown = side if unknown is None else unknown
            continue
        for address in side.value:
            zone = zones.at(resource.source, address)
            if isinstance(zone, Unknown):
                unknown = zone if unknown is None else unknown
            elif zone.value is None:
                unassigned = True
            else:
                assigned.add(zone.value)
    senders, receivers = sides
    if not senders and not receivers:
        return undecided(unknown) if unknown is not None and zones.any_assigned else None
    if any(one is not other for one in senders for other in receivers):
        found = _named(senders | receivers)
        return failed(
            f"異なる系（{found.ja}）の間をつないでいる。",
            f"It joins different zones ({found.en}).",
            expected=Text("同じ系の中だけの接続", "connections within one zone only"),
        )
    if unknown is not None:
        return undecided(unknown)
    if isinstance(facet.whole, Unknown):
        return undecided(facet.whole)
    if unassigned or not facet.whole.value:
        return unseen(Text("つながれる相手の属する系", "the zone of what it is joined with"))
    return passed()


_MANY_RULES: Final = 5


@inventory_check(
    "segmentation.zone-route.limited",
    control="segmentation.zone-route",
    severity=Severity.HIGH,
    title=Text(
        "マイナンバー利用事務系への通信が通信元とポートで限られていること",
        "traffic into the My Number zone is limited by source and port",
    ),
    remediation=Text(
        "規則ごとに、通信元のアドレス又は集まりと、用いるポートの両方を指定する。",
        "Name both the source (addresses or a group) and the ports in every rule.",
    ),
)
def mynumber_route_limited(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: マイナンバー利用事務系のもの（ネットワークの割当てによるものを含む。）が通信を受け入れる規則。
    理由: 認めた通信だけが、決めた経路と方式で通るようにする。
    適合: 全ての規則が、通信元とポートの両方を限っている。
    不適合: 全てのアドレスから、又は全てのポートで受け入れる規則がある。規則を示す。
    未確認: 通信元、ポート又は属する系が決まっていない。
    他の系のもの、割当てのないものには結果を出さない。

    Looks at: the rules by which things of the My Number zone, by themselves or by their network, let traffic in.
    Why: only permitted traffic may pass, on the way and in the manner laid down.
    Pass: every rule limits both source and ports.
    Fail: a rule lets every address in, or all ports; the rules are named.
    Unknown: source, ports or zone are undecided.
    Makes no finding of things of other zones, or of none.
    """
    zones = zones_of(inventory)
    rules: defaultdict[int, list[TrafficRule]] = defaultdict(list)
    resources: dict[int, Resource] = {}
    for resource, facet in inventory.with_facet(TrafficRule):
        if _judged(resource) and facet.layer is Layer.MACHINE and not is_known(facet.direction, Direction.OUTBOUND):
            rules[id(resource)].append(facet)
            resources[id(resource)] = resource
    for key, found in rules.items():
        yield from _limited(resources[key], found, zones)


def _limited(resource: Resource, rules: list[TrafficRule], zones: Zones) -> Iterator[tuple[Resource, Verdict]]:
    zone = zones.of(resource)
    if isinstance(zone, Known) and zone.value is not Zone.MYNUMBER:
        return
    wide = [rule for rule in rules if _wide(rule)]
    unknown = next((one for one in map(_open, rules) if one is not None), None)
    if isinstance(zone, Unknown):
        if zones.any_assigned and (wide or unknown is not None):
            yield resource, undecided(zone)
    elif wide:
        ja, en = zip(*(_words(rule) for rule in wide[:_MANY_RULES]), strict=True)
        yield (
            resource,
            failed(
                f"通信元又はポートを限らない規則がある（{'、'.join(ja)}）。",
                f"Rules do not limit source or ports ({'; '.join(en)}).",
                expected=Text("通信元とポートの両方の限定", "limits of both source and ports"),
            ),
        )
    elif unknown is not None:
        yield resource, undecided(unknown)
    else:
        yield resource, passed()


def _wide(rule: TrafficRule) -> bool:
    """Whether a rule certainly lets in everybody, or everything from others than its own group."""
    if not isinstance(rule.direction, Known):
        return False
    everything = isinstance(rule.ports, Known) and rule.ports.value.everything
    return is_known(rule.everywhere, True) or (everything and is_known(rule.own_group, False))


def _open(rule: TrafficRule) -> Unknown | None:
    for attr in (rule.direction, rule.ports, rule.everywhere):
        if isinstance(attr, Unknown):
            return attr
    everything = isinstance(rule.ports, Known) and rule.ports.value.everything
    return rule.own_group if everything and isinstance(rule.own_group, Unknown) else None


def _words(rule: TrafficRule) -> tuple[str, str]:
    if any(isinstance(attr, Known) and attr.sensitive for attr in (rule.ports, rule.peers)):
        return SENSITIVE.ja, SENSITIVE.en
    return rule.key, rule.key
