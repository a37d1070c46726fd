"""What joins networks with each other and with the outside: peerings, hubs, tunnels, lines, private links.

Sources: Terraform AWS provider documentation, page of each type; Amazon VPC User Guide, page "VPC peering"; AWS
Transit Gateway Guide, page "Route tables" (an attachment sends by the table it is associated with, to the attachments
that propagate to that table); AWS Site-to-Site VPN User Guide, page "Tunnel options" (without options, all supported
algorithms are accepted); AWS Client VPN Administrator Guide, pages "Client authentication" and "Authorization rules".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    ExternalConnection,
    Facet,
    JoinKind,
    NetworkJoin,
    NetworkMember,
    RemoteAccess,
    RemoteGrant,
    UserAuthentication,
    VpnTunnel,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.network_links import NETWORKS
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.security_groups import member

_PEERING: Final = "aws_vpc_peering_connection"
_HUB: Final = "aws_ec2_transit_gateway"
_ATTACHMENT: Final = "aws_ec2_transit_gateway_vpc_attachment"
_TABLE: Final = "aws_ec2_transit_gateway_route_table"
_ASSOCIATION: Final = "aws_ec2_transit_gateway_route_table_association"
_PROPAGATION: Final = "aws_ec2_transit_gateway_route_table_propagation"
_HUB_ROUTE: Final = "aws_ec2_transit_gateway_route"
_CLIENT_VPN: Final = "aws_ec2_client_vpn_endpoint"
_GRANT: Final = "aws_ec2_client_vpn_authorization_rule"

REGISTRY.part(_TABLE, _ASSOCIATION, _PROPAGATION, _HUB_ROUTE)
REGISTRY.part(_PEERING, "aws_vpc_peering_connection_options")
REGISTRY.part("aws_vpc_endpoint_service", "aws_vpc_endpoint_service_allowed_principal")


def _other_account(record: Record, stated: Attr[str | None]) -> Attr[bool]:
    """Whether the account that an attribute states is another than the record's own; without one it is not."""
    if isinstance(stated, Unknown):
        return stated
    if stated.value is None:
        return Known(False, stated.origin, stated.path)
    own = record.account
    if isinstance(own, Unknown):
        return own
    return Known(own.value != stated.value, stated.origin, stated.path)


# ---------------------------------------------------------------- peerings


def _end(record: Record, path: str) -> tuple[str | None, Attr[bool]]:
    """Address (or id) of the network at one end, and whether it is in the input."""
    target = record.target(path, *NETWORKS)
    if isinstance(target, Unknown):
        return None, target
    if target.value is not None:
        return target.value.address, Known(True, record, path)
    stated = record.text(path)
    name = stated.value if isinstance(stated, Known) and not stated.sensitive else None
    return name, Known(False, record, path)


@REGISTRY.adapter(_PEERING)
def peering(record: Record) -> Iterator[Facet]:
    """Two networks that can send to each other."""
    ends = [_end(record, path) for path in ("vpc_id", "peer_vpc_id")]
    both: Attr[frozenset[str]] = Known(frozenset(name for name, _ in ends if name is not None), record, "peer_vpc_id")
    whole: Attr[bool] = Known(True, record, "peer_vpc_id")
    for _, inside in ends:
        if isinstance(inside, Unknown) or not inside.value:
            whole = inside
    yield NetworkJoin(join=JoinKind.PEERING, senders=both, receivers=both, whole=whole)
    owner = computed.text(record, "peer_owner_id")
    yield ExternalConnection(kind="peering", peer=owner, outside=_other_account(record, owner))


@REGISTRY.adapter("aws_vpc_peering_connection_accepter")
def peering_accepted(record: Record) -> Iterator[Facet]:
    """The end of a peering that another account or Region asks for."""
    asked = record.target("vpc_peering_connection_id", _PEERING)
    if isinstance(asked, Known) and asked.value is not None:
        return
    outside: Attr[bool]
    owner = record.text("peer_owner_id")
    peer: Attr[str | None] = Known(None)
    if isinstance(owner, Known) and owner.value is not None:
        # Computed: the owner of the network that asked.
        peer, outside = owner, _other_account(record, owner)
    elif isinstance(asked, Unknown):
        outside = asked
    else:
        detail = Text("ピアリングの相手のアカウント", "the account at the other end of the peering")
        outside = record.unknown("vpc_peering_connection_id", Reason.OUTSIDE, detail)
    yield ExternalConnection(kind="peering", peer=peer, outside=outside)


# ---------------------------------------------------------------- hubs


def _network_behind(attachment: Record) -> tuple[str, Attr[bool]]:
    """What stands for the network behind an attachment, and whether that network is in the input."""
    target = attachment.target("vpc_id", *NETWORKS)
    if isinstance(target, Unknown):
        return attachment.address, target
    if target.value is None:
        return attachment.address, Known(True, attachment, "vpc_id")
    return target.value.address, Known(True, attachment, "vpc_id")


class _Members:
    """The networks on one side of a table of a hub."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.unknown: Unknown | None = None

    def add(self, attachment: Attr[Record | None], where: Record) -> None:
        """The network behind an attachment."""
        if isinstance(attachment, Unknown):
            self.doubt(attachment)
        elif attachment.value is None:
            # A tunnel or line, which is no network of its own, or an attachment that is elsewhere.
            if (
                isinstance(found := where.target("transit_gateway_attachment_id", *_OTHERS), Known)
                and found.value is not None
            ):
                return
            accepted = where.target("transit_gateway_attachment_id", _ACCEPTED)
            if isinstance(accepted, Known) and accepted.value is not None:
                # A network of another account.
                self.names.add(accepted.value.address)
                return
            self.doubt(where.unknown("transit_gateway_attachment_id", Reason.OUTSIDE))
        else:
            name, told = _network_behind(attachment.value)
            self.names.add(name)
            if isinstance(told, Unknown):
                self.doubt(told)

    def doubt(self, unknown: Unknown) -> None:
        """Something on this side is not told."""
        self.unknown = unknown if self.unknown is None else self.unknown


_OTHERS: Final = (
    "aws_vpn_connection",
    "aws_dx_gateway_association",
    "aws_ec2_transit_gateway_connect",
    "aws_ec2_transit_gateway_peering_attachment",
    "data.aws_ec2_transit_gateway_dx_gateway_attachment",
    "data.aws_ec2_transit_gateway_vpn_attachment",
)
_ACCEPTED: Final = "aws_ec2_transit_gateway_vpc_attachment_accepter"


def _join(record: Record, senders: _Members, receivers: _Members) -> NetworkJoin:
    unknown = senders.unknown if senders.unknown is not None else receivers.unknown
    if unknown is None and not absent.shown_in_full(record):
        detail = Text("他の構成による集約点への接続", "attachments to the hub by other configurations")
        unknown = record.unknown("", Reason.NOT_COLLECTED, detail)
    return NetworkJoin(
        join=JoinKind.HUB,
        senders=Known(frozenset(senders.names), record),
        receivers=Known(frozenset(receivers.names), record),
        whole=unknown if unknown is not None else Known(True, record),
    )


def _by_default(hub: Record, attachment: Record, what: str) -> Attr[bool]:
    """Whether an attachment takes part in the default table of its hub."""
    general = hub.text_or(f"default_route_table_{what}", "enable")
    if isinstance(general, Unknown):
        return general
    if general.value != "enable":
        return Known(False, hub, f"default_route_table_{what}")
    return computed.flag(attachment, f"transit_gateway_default_route_table_{what}", True)


@REGISTRY.adapter(_HUB)
def hub(record: Record) -> Iterator[Facet]:
    """A hub, with the attachments that take part in its default table, unless the table tells them itself."""
    if computed.is_on(record, "tables_told"):
        return
    senders, receivers = _Members(), _Members()
    attached = computed.joined(record, _ATTACHMENT, "transit_gateway_id")
    for attachment in attached.certain:
        for side, what, apart in ((senders, "association", _ASSOCIATION), (receivers, "propagation", None)):
            takes_part = _by_default(record, attachment, what)
            if isinstance(takes_part, Unknown):
                side.doubt(takes_part)
            elif takes_part.value and not (
                apart and computed.joined(attachment, apart, "transit_gateway_attachment_id").certain
            ):
                side.add(Known(attachment), attachment)
    if attached.possible:
        senders.doubt(Unknown(Reason.AMBIGUOUS, attached.possible[0], "transit_gateway_id"))
    yield _join(record, senders, receivers)


@REGISTRY.adapter(_TABLE)
def hub_table(record: Record) -> Iterator[Facet]:
    """A table of a hub: who sends by it, and to whom."""
    senders, receivers = _Members(), _Members()
    path = "transit_gateway_route_table_id"
    for side, type_ in ((senders, _ASSOCIATION), (receivers, _PROPAGATION), (receivers, _HUB_ROUTE)):
        joined = computed.joined(record, type_, path)
        for link in joined.certain:
            dropped = link.flag("blackhole", False) if type_ == _HUB_ROUTE else None
            if isinstance(dropped, Known) and dropped.value:
                continue
            side.add(link.target("transit_gateway_attachment_id", _ATTACHMENT), link)
        if joined.possible:
            side.doubt(Unknown(Reason.AMBIGUOUS, joined.possible[0], path))
    yield _join(record, senders, receivers)


@REGISTRY.adapter(_ATTACHMENT)
def attachment(record: Record) -> Iterator[Facet]:
    """A network's connection with a hub; one with a hub outside of the input may be with another account's."""
    yield member(record)
    hub = record.target("transit_gateway_id", _HUB)
    if isinstance(hub, Known) and hub.value is not None:
        return
    outside: Attr[bool]
    owner = record.get("transit_gateway_owner_id")
    peer: Attr[str | None] = Known(None)
    if isinstance(owner, Known) and owner.value is not None:
        # Only an account tells whose the hub is.
        peer, outside = owner, _other_account(record, owner)
    elif isinstance(hub, Unknown):
        outside = hub
    else:
        detail = Text("集約点のアカウント", "the account of the hub")
        outside = record.unknown("transit_gateway_id", Reason.OUTSIDE, detail)
    yield ExternalConnection(kind="hub", peer=peer, outside=outside)


@REGISTRY.adapter(_ACCEPTED)
def attachment_accepted(record: Record) -> Iterator[Facet]:
    """The attachment of a network of another account."""
    asked = record.target("transit_gateway_attachment_id", _ATTACHMENT)
    if isinstance(asked, Known) and asked.value is None:
        yield NetworkMember(network=Known(None, record, "vpc_id"))
        yield ExternalConnection(kind="hub", peer=computed.text(record, "vpc_owner_id"))


@REGISTRY.adapter("aws_ec2_transit_gateway_peering_attachment")
def hub_peering(record: Record) -> Iterator[Facet]:
    """Two hubs that are joined."""
    owner = computed.text(record, "peer_account_id")
    yield ExternalConnection(kind="hub", peer=owner, outside=_other_account(record, owner))


# ---------------------------------------------------------------- tunnels and lines

_TUNNELS: Final = ("tunnel1", "tunnel2")
_DEFAULT_GROUPS: Final = frozenset({2, 5, *range(14, 25)})
_DEFAULT_ENCRYPTION: Final = frozenset({"aes128", "aes256", "aes128-gcm-16", "aes256-gcm-16"})
_DEFAULT_INTEGRITY: Final = frozenset({"sha1", "sha2-256", "sha2-384", "sha2-512"})


def _accepted(record: Record, paths: tuple[str, ...], default: frozenset[str]) -> Attr[frozenset[str]]:
    """What all of the attributes accept together; one that is left out accepts the default."""
    found: set[str] = set()
    path, hidden = paths[0], False
    for path in paths:
        elements = record.elements(path)
        if isinstance(elements, Unknown):
            return elements
        if not elements.value:
            found |= default
        for element in elements.value:
            if isinstance(element, Unknown):
                return element
            found.add(str(element.value).lower())
            hidden = hidden or element.sensitive
    return Known(frozenset(found), record, path, hidden)


def _numbers(attr: Attr[frozenset[str]]) -> Attr[frozenset[int]]:
    return map_attr(attr, lambda values: frozenset(int(value) for value in values if value.isdigit()))


@REGISTRY.adapter("aws_vpn_connection")
def tunnels(record: Record) -> Iterator[Facet]:
    """The two tunnels to a gateway at another site."""
    gateway = record.target("customer_gateway_id", "aws_customer_gateway")
    peer: Attr[str | None] = Known(None)
    if isinstance(gateway, Known) and gateway.value is not None:
        address = gateway.value.text("ip_address")
        peer = address if isinstance(address, Known) else peer
    yield ExternalConnection(kind="vpn", peer=peer)
    for name in _TUNNELS:
        phases = [f"{name}_phase{number}" for number in (1, 2)]
        yield VpnTunnel(
            key=name,
            ike_versions=map_attr(
                _accepted(record, (f"{name}_ike_versions",), frozenset({"ikev1", "ikev2"})),
                lambda versions: frozenset(int(version[-1]) for version in versions if version[-1:].isdigit()),
            ),
            encryption=_accepted(
                record, tuple(f"{phase}_encryption_algorithms" for phase in phases), _DEFAULT_ENCRYPTION
            ),
            integrity=_accepted(record, tuple(f"{phase}_integrity_algorithms" for phase in phases), _DEFAULT_INTEGRITY),
            dh_groups=_numbers(
                _accepted(
                    record,
                    tuple(f"{phase}_dh_group_numbers" for phase in phases),
                    frozenset(map(str, _DEFAULT_GROUPS)),
                )
            ),
        )


@REGISTRY.adapter(
    "aws_dx_connection",
    "aws_dx_lag",
    "aws_dx_private_virtual_interface",
    "aws_dx_public_virtual_interface",
    "aws_dx_transit_virtual_interface",
)
def dedicated_line(record: Record) -> Iterator[Facet]:
    """A line of the customer's own to a place outside of the cloud."""
    yield ExternalConnection(kind="dedicated-line")


@REGISTRY.adapter("aws_vpc_endpoint_service")
def private_link(record: Record) -> Iterator[Facet]:
    """A service that others may reach by an endpoint in their own network."""
    listed = record.elements("allowed_principals")
    principals: list[Attr[str | None]] = []
    if isinstance(listed, Known):
        principals += listed.value
    elif not record.left_out("allowed_principals"):
        principals.append(listed)
    apart = computed.joined(record, "aws_vpc_endpoint_service_allowed_principal", "vpc_endpoint_service_id")
    principals += [one.text("principal_arn") for one in apart.certain]
    if apart.possible:
        principals.append(Unknown(Reason.AMBIGUOUS, apart.possible[0], "vpc_endpoint_service_id"))
    outside: Attr[bool] = Known(False, record, "allowed_principals")
    for principal in principals:
        foreign = _foreign(record, principal)
        if isinstance(foreign, Known) and foreign.value:
            outside = foreign
            break
        if isinstance(foreign, Unknown):
            outside = foreign
    yield ExternalConnection(kind="private-link", outside=outside)


def _foreign(record: Record, principal: Attr[str | None]) -> Attr[bool]:
    """Whether a principal is of another account; ``*`` is of every account."""
    if isinstance(principal, Unknown):
        return principal
    parts = (principal.value or "").split(":")
    account = parts[4] if len(parts) > 4 else "*"
    return _other_account(record, Known(account, principal.origin, principal.path))


# ---------------------------------------------------------------- users from outside

_WAYS: Final = {
    "certificate-authentication": UserAuthentication.CERTIFICATE,
    "directory-service-authentication": UserAuthentication.DIRECTORY,
    "federated-authentication": UserAuthentication.IDENTITY_PROVIDER,
}


def _authentication(record: Record) -> Attr[frozenset[UserAuthentication]]:
    options = record.blocks("authentication_options")
    if isinstance(options, Unknown):
        return options
    found: set[UserAuthentication] = set()
    unknown: Unknown | None = None
    for option in options.value:
        kind = option.text("type")
        if isinstance(kind, Unknown):
            unknown = kind
        elif kind.value in _WAYS:
            found.add(_WAYS[kind.value])
        else:
            unknown = option.unknown("type", Reason.UNPARSEABLE)
    if unknown is not None and UserAuthentication.CERTIFICATE not in found:
        return unknown
    return record.known("authentication_options", frozenset(found))


def _grant(rule: Record) -> RemoteGrant:
    cidr = rule.text("target_network_cidr")
    everything: Attr[bool]
    if isinstance(cidr, Unknown):
        everything = cidr
    else:
        everything = rule.known("target_network_cidr", (cidr.value or "").endswith("/0"))
    network = cidr.value if isinstance(cidr, Known) and not cidr.sensitive else "?"
    group = rule.text("access_group_id")
    who = group.value or "*" if isinstance(group, Known) and not group.sensitive else "?"
    return RemoteGrant(
        key=f"{network} {who}", everybody=rule.flag("authorize_all_groups", False), every_network=everything
    )


@REGISTRY.adapter(_CLIENT_VPN)
def client_vpn(record: Record) -> Iterator[Facet]:
    """An entrance for users, with what they are granted."""
    yield ExternalConnection(kind="remote-access")
    yield RemoteAccess(authentication=_authentication(record))
    for rule in computed.joined(record, _GRANT, "client_vpn_endpoint_id").certain:
        yield _grant(rule)


@REGISTRY.adapter(_GRANT)
def grant(record: Record) -> Iterator[Facet]:
    """A grant of an entrance that is not in the input, or that is not told; any other is judged with its entrance."""
    target = record.target("client_vpn_endpoint_id", _CLIENT_VPN)
    if isinstance(target, Unknown) or target.value is None:
        yield _grant(record)


@REGISTRY.adapter("aws_verifiedaccess_trust_provider")
def trust_provider(record: Record) -> Iterator[Facet]:
    """Who vouches for users at the entrances of Verified Access."""
    kind = record.text("trust_provider_type")
    if isinstance(kind, Known) and kind.value == "device":
        # What a device says of itself tells nothing of who sits in front of it.
        return
    ways = map_attr(kind, lambda _: frozenset({UserAuthentication.IDENTITY_PROVIDER}))
    yield RemoteAccess(authentication=ways)


@REGISTRY.adapter("aws_verifiedaccess_endpoint")
def verified_access(record: Record) -> Iterator[Facet]:
    """An entrance for users to one application."""
    yield ExternalConnection(kind="remote-access")
