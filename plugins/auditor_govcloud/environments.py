"""Environments: that production stands apart, and that its data does not reach tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, manual, passed, undecided
from auditor.facets import DataOrigin, Facet, Machine, Network, NetworkMember, Placement, Resident
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.scopes import Environment
from auditor.text import Text
from auditor_govcloud.clouds import unseen
from auditor_govcloud.presence import clouds_of
from auditor_govcloud.values import is_known, shown

_UNASSIGNED: Final = Text(
    "資源の属する環境（タグにも設定にも示されていない）",
    "the environments of the resources (neither tags nor the configuration say)",
)
_APART: Final = Text("本番とそれ以外の環境を分ける", "production stands apart from other environments")


Assigned = Attr[Environment | None]


class _Sides(msgspec.Struct):
    """What stands in a network or an account: examples of production and of the rest, and what is open."""

    production: Resource | None = None
    rest: Resource | None = None
    unknown: Unknown | None = None

    def add(self, resource: Resource, environment: Assigned) -> None:
        if isinstance(environment, Unknown):
            self.unknown = environment if self.unknown is None else self.unknown
        elif environment.value is Environment.PRODUCTION:
            self.production = self.production or resource
        else:
            self.rest = self.rest or resource


class _Adrift(msgspec.Struct):
    """What stands in a network or an account that is not known, and might be of the other side there."""

    sides: _Sides = msgspec.field(default_factory=_Sides)
    where: Unknown | None = None
    first: Resource | None = None
    several: bool = False

    def add(self, resource: Resource, environment: Assigned, where: Unknown) -> None:
        self.sides.add(resource, environment)
        self.first = self.first or resource
        self.several = self.several or resource.identity != self.first.identity
        self.where = where if self.where is None else self.where

    def doubt(self, sides: _Sides) -> Unknown | None:
        """Why the sides may be mixed after all."""
        own = self.sides
        other = own.rest if sides.production is not None else own.production
        return self.where if other is not None or own.unknown is not None else None

    def within(self) -> Unknown | None:
        """Why these may be mixed among themselves, should they stand in one place."""
        own = self.sides
        both = own.production is not None and own.rest is not None
        return self.where if both or (self.several and own.unknown is not None) else None


def _standing(inventory: Inventory, context: Context, *classes: type[Facet]) -> Iterator[tuple[Resource, Facet]]:
    """Resources with a facet of one of the classes that the plan does not remove."""
    for class_ in classes:
        for resource, facet in inventory.with_facet(class_):
            if resource.action is not Action.DELETE or context.phase is Phase.TERMINATE:
                yield resource, facet


_held: list[tuple[Inventory, Phase, dict[str, tuple[Resource, Assigned]]]] = []
"""What :func:`_environments` found last, which two checks ask for one after the other."""


def _environments(inventory: Inventory, context: Context) -> dict[str, tuple[Resource, Assigned]]:
    """The environment of whatever runs, stores data or is a network, by identity, unless none is assigned."""
    if not (_held and _held[0][0] is inventory and _held[0][1] is context.phase):
        _held[:] = [(inventory, context.phase, _assigned(inventory, context))]
    return _held[0][2]


def _assigned(inventory: Inventory, context: Context) -> dict[str, tuple[Resource, Assigned]]:
    found: dict[str, tuple[Resource, Assigned]] = {}
    asked: set[str] = set()
    for resource, facet in _standing(inventory, context, Network, NetworkMember, Resident, Machine, Placement):
        if resource.identity in asked or (isinstance(facet, Placement) and not facet.stores_data):
            continue
        asked.add(resource.identity)
        environment = resource.environment
        if isinstance(environment, Unknown) or environment.value is not None:
            found[resource.identity] = resource, environment
    return found


@inventory_check(
    "environment.separation.network",
    control="environment.separation",
    severity=Severity.HIGH,
    title=Text(
        "本番とそれ以外の環境がネットワークを共有しないこと", "production shares no network with other environments"
    ),
    remediation=Text(
        "開発、試験及び検証の環境を別のネットワークに移す。",
        "Move development, test and staging to a network of their own.",
    ),
)
def networks_apart(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 仮想ネットワークごとに、その中にあるもの（サブネット、規則の集まり、サーバ、データベースなど）とネットワーク自身の環境。環境はタグ又は設定による。
    理由: 開発や試験の誤り及び脆弱性が、本番に及ばないようにする。
    適合: 本番だけ、又は本番以外だけである。
    不適合: 本番と、開発、試験又は検証が混在する。例を示す。
    未確認: 環境がどこにも示されていない（クラウドごとに一つ）、又は混在するかどうかが、決まっていないタグやネットワークによる。
    環境の示されていないネットワークには結果を出さない。

    Looks at: for each virtual network, the environments of what stands in it (subnets, groups of rules, machines,
    databases) and of the network itself, by tags or the configuration.
    Why: mistakes and holes of development and tests must not reach production.
    Pass: only production, or none of it.
    Fail: production together with development, test or staging; an example of each is named.
    Unknown: nothing says any environment (once for each cloud), or open tags or networks decide whether it is mixed.
    Makes no finding of a network about which nothing is said.
    """
    environments = _environments(inventory, context)
    yield from _silent(environments, inventory, context)
    networks: defaultdict[tuple[str, str], _Sides] = defaultdict(_Sides)
    adrift: defaultdict[tuple[str, str], _Adrift] = defaultdict(_Adrift)
    own: dict[tuple[str, str], Resource] = {}
    for resource, facet in _standing(inventory, context, Network, NetworkMember, Resident):
        name: Attr[str | None] = Known(None)
        if isinstance(facet, Network):
            name = Known(resource.address)
            own[resource.source, resource.address] = resource
        elif isinstance(facet, NetworkMember | Resident):
            name = facet.network
        assigned = environments.get(resource.identity)
        if assigned is None:
            continue
        if isinstance(name, Unknown):
            adrift[resource.source, resource.provider].add(*assigned, name)
        elif name.value is not None:
            networks[resource.source, name.value].add(*assigned)
    covered: set[tuple[str, str]] = set()
    for where, sides in networks.items():
        network = own.get(where)
        if network is not None:
            place = network.source, network.provider
            covered.add(place)
            yield network, _judged(sides, adrift[place], "ネットワーク", "network")
    rest = [(provider, group) for (source, provider), group in adrift.items() if (source, provider) not in covered]
    yield from _nowhere(rest, inventory)


def _nowhere(groups: Iterable[tuple[str, _Adrift]], inventory: Inventory) -> Iterator[tuple[Resource, Verdict]]:
    """What is adrift where no place is known to stand for it, once for each cloud, if it may be mixed."""
    doubts: dict[str, Unknown] = {}
    for provider, group in groups:
        doubt = group.within()
        if doubt is not None:
            doubts.setdefault(provider, doubt)
    for provider, doubt in doubts.items():
        yield subject(inventory, provider, "account"), undecided(doubt)


def _judged(sides: _Sides, adrift: _Adrift, ja: str, en: str) -> Verdict:
    production, rest = sides.production, sides.rest
    if production is None or rest is None:
        doubt = sides.unknown if sides.unknown is not None else adrift.doubt(sides)
        return passed() if doubt is None else undecided(doubt)
    return failed(
        f"一つの{ja}に、本番（{production.address} など）とそれ以外の環境（{rest.address} など）が混在する。",
        f"One {en} holds production ({production.address} for one) and other environments ({rest.address} for one).",
        expected=_APART,
    )


def _silent(
    environments: dict[str, tuple[Resource, Assigned]], inventory: Inventory, context: Context
) -> Iterator[tuple[Resource, Verdict]]:
    """Clouds of which nothing says in which environment anything is."""
    said = {resource.provider for resource, _ in environments.values()}
    for provider in clouds_of(inventory, context):
        if provider not in said:
            yield subject(inventory, provider, "account"), unseen(_UNASSIGNED)


@inventory_check(
    "environment.separation.account",
    control="environment.separation",
    severity=Severity.MEDIUM,
    title=Text(
        "本番とそれ以外の環境がアカウントを共有しないこと", "production shares no account with other environments"
    ),
    remediation=Text(
        "開発、試験及び検証の環境を別のアカウント又はプロジェクトに移す。",
        "Move development, test and staging to an account or project of their own.",
    ),
)
def accounts_apart(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: アカウント又はプロジェクトごとに、その中の資源の環境。環境はタグ又は設定による。
    理由: 権限はアカウントの中で広く及ぶ。開発や試験の権限で本番を操作できないようにする。
    適合: 本番だけ、又は本番以外だけである。
    不適合: 本番と、開発、試験又は検証が混在する。例を示す。
    未確認: 混在するかどうかが、決まっていないタグやアカウントによる。
    環境の示されていない資源には結果を出さない。

    Looks at: for each account or project, the environments of its resources, by tags or the configuration.
    Why: rights reach far within an account; those for development and tests must not reach production.
    Pass: only production, or none of it.
    Fail: production together with development, test or staging; an example of each is named.
    Unknown: open tags or accounts decide whether it is mixed.
    Makes no finding of resources without an environment.
    """
    accounts: defaultdict[tuple[str, str], _Sides] = defaultdict(_Sides)
    adrift: defaultdict[str, _Adrift] = defaultdict(_Adrift)
    named: dict[tuple[str, str], Known[str]] = {}
    for resource, environment in _environments(inventory, context).values():
        account = resource.account
        if isinstance(account, Unknown):
            adrift[resource.provider].add(resource, environment, account)
        elif account.value:
            accounts[resource.provider, account.value].add(resource, environment)
            named.setdefault((resource.provider, account.value), account)
    for (provider, name), sides in accounts.items():
        subject_ = _account(inventory, provider, named[provider, name])
        yield subject_, _judged(sides, adrift[provider], "アカウント", "account")
    covered = {provider for provider, _ in accounts}
    rest = [(provider, group) for provider, group in adrift.items() if provider not in covered]
    yield from _nowhere(rest, inventory)


def _account(inventory: Inventory, provider: str, account: Known[str]) -> Resource:
    """A subject of its own for each account, so that findings of several accounts are told apart."""
    whole = subject(inventory, provider, "account")
    return msgspec.structs.replace(whole, account=account, identity=f"{whole.identity}:{account.value}")


@inventory_check(
    "environment.test-data.origin",
    control="environment.test-data",
    severity=Severity.HIGH,
    title=Text("本番のデータを試験に用いないこと", "no production data is used in tests"),
    remediation=Text(
        "本番の複製を用いず、架空の又は匿名化したデータを用いる。",
        "Use made-up or anonymised data instead of a copy of production.",
    ),
)
def not_from_production(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 開発、試験又は検証の環境にある保存先が、スナップショットなど何の複製から作られるか。環境はタグ又は設定による。
    理由: 個人情報及び業務の情報を、守りの弱い環境に置かない。
    適合: 複製から作られない、又は本番以外の環境のものの複製である。
    不適合: 本番の環境のものの複製である。
    要書面確認: 複製の元が入力にない、又は元の環境が示されていない。
    未確認: 複製の元、又は環境が決まらない。
    本番の環境にあるもの、及び環境の示されていないものには結果を出さない。

    Looks at: what a store in an environment for development, test or staging is copied from, such as a snapshot.
    Why: personal and business information must not stand in environments that are guarded less.
    Pass: from nothing, or from something of another environment than production.
    Fail: from something of production.
    Document review: the source is not in the input, or nothing says its environment.
    Unknown: the source or an environment is undecided.
    Makes no finding of what is in production, or about which nothing is said.
    """
    known: dict[tuple[str, str], Resource] | None = None
    for resource, facet in inventory.with_facet(DataOrigin):
        if resource.action is Action.DELETE and context.phase is not Phase.TERMINATE:
            continue
        environment = resource.environment
        if isinstance(environment, Unknown):
            if not is_known(facet.source, None):
                yield resource, undecided(environment)
        elif environment.value is not None and environment.value is not Environment.PRODUCTION:
            if known is None:
                known = {(one.source, one.address): one for one in inventory.resources}
            yield resource, _from_elsewhere(resource, facet, known)


def _from_elsewhere(resource: Resource, facet: DataOrigin, known: dict[tuple[str, str], Resource]) -> Verdict:
    """The verdict on a copy that stands outside of production."""
    if isinstance(facet.source, Unknown):
        return undecided(facet.source)
    if facet.source.value is None:
        return passed()
    if isinstance(facet.record, Unknown):
        return undecided(facet.record)
    address = facet.record.value
    origin = known.get((resource.source, address)) if address is not None else None
    environment = origin.environment if origin is not None else Known(None)
    if isinstance(environment, Unknown):
        return undecided(environment)
    if origin is None or environment.value is None:
        source = shown(facet.source)
        return manual(
            f"複製（{facet.how}: {source.ja}）から作られる。元のデータが本番のものでないことを確認する。",
            f"It is made from a copy ({facet.how}: {source.en}); see whether the data is of production.",
            "test-data-record",
        )
    if environment.value is not Environment.PRODUCTION:
        return passed()
    return failed(
        f"本番の環境にある {origin.address} の複製から作られる（{facet.how}）。",
        f"It is made from a copy of {origin.address}, which is in production ({facet.how}).",
        expected=Text("本番のデータを含まない", "no production data"),
    )
