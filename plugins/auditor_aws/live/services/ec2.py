"""Amazon EC2 and Amazon VPC: machines, volumes, networks and what joins them.

Sources: Amazon EC2 API Reference, page of each operation; Service Authorization Reference, "Amazon EC2".  What the
answers become is in :mod:`auditor_aws.live.ec2`.

Not asked: user data of machines (``DescribeInstanceAttribute`` has it, by another value of ``Attribute``), for it is
content.  That of templates comes with their versions, and is not kept (:mod:`auditor_aws.live.scripts`).

One call each: for a machine, whether it is protected from termination (no list says it; machines of the spot market
cannot be, and are not asked); for a snapshot and an image, with which accounts it is shared
(:mod:`auditor_aws.live.ec2.copies`).  They are asked where a clause needs them only: for controls of ``teardown`` and of
``access``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.ec2 import connections, copies, machines, networks, rules

_PAGE: Final = {"MaxResults": 1000}
"""Answers without pages time out in large accounts (API Reference, "Pagination")."""
_HUNDRED: Final = {"MaxResults": 100}
_OWN: Final = {"OwnerIds": ["self"]}
_NOT_THERE: Final = ("InvalidAction", "UnsupportedOperation")
"""Answers of regions that do not have a part of EC2, in which there is then nothing of it."""

_SNAPSHOTS: Final = ("aws_ebs_snapshot",)
_OWN_IMAGES: Final = ("aws_ami",)
_RULES: Final = (
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
)
"""Separate rules in Terraform; an account shows them in their group."""
_ATTACHED: Final = (
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_connect",
)
_IN_TABLES: Final = (
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_route",
)

_STORED: Final = frozenset(
    ("access", "backup", "encryption", "environment", "inventory", "key", "residency", "service", "teardown")
)
"""What volumes and their copies bear on."""
_IMAGES: Final = frozenset(("malware", "service", "vulnerability"))
_TEMPLATES: Final = _IMAGES | frozenset(("credential", "encryption", "inventory", "network", "residency", "time"))
_MACHINES: Final = _TEMPLATES | frozenset(
    ("backup", "capacity", "environment", "license", "monitoring", "redundancy", "segmentation", "teardown")
)
_NETWORKS: Final = frozenset(
    ("environment", "inventory", "log", "network", "redundancy", "remote", "residency", "segmentation", "time")
)
_WAYS: Final = frozenset(("inventory", "network", "remote", "residency", "segmentation"))
"""What routes, gateways and rules bear on."""
_SHARING: Final = frozenset(("access",))
_CONNECTIONS: Final = _WAYS | frozenset(("encryption", "log", "redundancy"))
"""What tunnels, hubs and entrances bear on."""


def _on(subjects: frozenset[str], *calls: Call) -> tuple[Call, ...]:
    """Calls that bear on these, unless they say on what."""
    return tuple(call if call.subjects else msgspec.structs.replace(call, subjects=subjects) for call in calls)


def _once(operation: str, parent: str, over: str, **more: Any) -> Call:
    """A call without parameters of its own, made once if the other call found anything."""
    return Call(operation=operation, each=parent, over=f"{over}[0:1]", **more)


def _one(operation: str, parent: str, over: str, parameters: Mapping[str, str], **more: Any) -> Call:
    return Call(operation=operation, each=parent, over=over, parameters=parameters, **more)


_MACHINE_CALLS: Final = _on(
    _TEMPLATES,
    Call(operation="DescribeInstances", yields=("aws_instance",), fixed=_PAGE, subjects=_MACHINES),
    _one(
        "DescribeInstanceAttribute",
        "DescribeInstances",
        "Reservations[].Instances[]",
        {"InstanceId": "InstanceId"},
        when=f"State.Name != 'terminated' && State.Name != 'shutting-down' && InstanceLifecycle != '{machines.SPOT}'",
        absent=("InvalidInstanceID.NotFound",),
        fixed={"Attribute": "disableApiTermination"},
        subjects=frozenset(("teardown",)),
    ),
    Call(
        operation="DescribeVolumes",
        yields=("aws_ebs_volume", "aws_volume_attachment"),
        fixed={"MaxResults": 500},
        subjects=_STORED,
    ),
    Call(operation="DescribeSnapshots", yields=_SNAPSHOTS, fixed={**_PAGE, **_OWN}, subjects=_STORED),
    _once(
        "DescribeSnapshots",
        "DescribeSnapshots",
        "Snapshots",
        fixed={**_PAGE, **_OWN, "RestorableByUserIds": ["all"]},
        key=f"'{copies.PUBLIC}'",
        subjects=_SHARING,
    ),
    _one(
        "DescribeSnapshotAttribute",
        "DescribeSnapshots",
        "Snapshots[]",
        {"SnapshotId": "SnapshotId"},
        fixed={"Attribute": "createVolumePermission"},
        # those that are deleted meanwhile are shared with nobody
        absent=("InvalidSnapshot.NotFound",),
        yields=("aws_snapshot_create_volume_permission",),
        subjects=_SHARING,
    ),
    # it takes back what is public
    _once("GetSnapshotBlockPublicAccessState", "DescribeSnapshots", "Snapshots", subjects=_SHARING),
    Call(
        operation="DescribeImages",
        yields=_OWN_IMAGES,
        # disabled images are kept like any other
        fixed={**_PAGE, "Owners": ["self"], "IncludeDisabled": True},
        subjects=_STORED | _IMAGES,
    ),
    _one(
        "DescribeImageAttribute",
        "DescribeImages",
        "Images[]",
        {"ImageId": "ImageId"},
        when=f"State != '{copies.DISABLED}'",
        fixed={"Attribute": "launchPermission"},
        absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
        yields=("aws_ami_launch_permission",),
        subjects=_SHARING,
    ),
    _once(
        "DescribeInstanceImageMetadata",
        "DescribeInstances",
        "Reservations",
        yields=("data.aws_ami",),
        fixed=_PAGE,
        # volumes that templates make of public images are not encrypted by these
        subjects=_IMAGES | frozenset(("encryption",)),
    ),
    Call(operation="GetEbsEncryptionByDefault", yields=("aws_ebs_encryption_by_default",), subjects=_STORED),
    Call(operation="GetEbsDefaultKmsKeyId", yields=("aws_ebs_default_kms_key",), subjects=_STORED),
    Call(operation="DescribeLaunchTemplates", yields=("aws_launch_template",), fixed={"MaxResults": 200}),
    _once(
        "DescribeLaunchTemplateVersions",
        "DescribeLaunchTemplates",
        "LaunchTemplates",
        fixed={"Versions": ["$Default", "$Latest"], "MaxResults": 200},
        redact=machines.without_scripts,
    ),
    Call(operation="GetInstanceMetadataDefaults", yields=("aws_ec2_instance_metadata_defaults",)),
    Call(
        operation="GetSerialConsoleAccessStatus",
        yields=("aws_ec2_serial_console_access",),
        subjects=frozenset(("inventory", "privileged")),
    ),
)
_NETWORK_CALLS: Final = _on(
    _WAYS,
    Call(operation="DescribeVpcs", yields=("aws_vpc", "aws_default_vpc"), fixed=_PAGE, subjects=_NETWORKS),
    Call(operation="DescribeSubnets", yields=("aws_subnet", "aws_default_subnet"), fixed=_PAGE, subjects=_NETWORKS),
    Call(
        operation="DescribeRouteTables",
        yields=(
            "aws_route_table",
            "aws_route_table_association",
            "aws_main_route_table_association",
        ),
        covers=("aws_default_route_table", "aws_route"),
        fixed=_HUNDRED,
    ),
    Call(
        operation="DescribeInternetGateways",
        yields=("aws_internet_gateway",),
        covers=("aws_internet_gateway_attachment",),
        fixed=_PAGE,
    ),
    Call(
        operation="DescribeEgressOnlyInternetGateways",
        yields=("aws_egress_only_internet_gateway",),
        fixed={"MaxResults": 255},
    ),
    Call(operation="DescribeNatGateways", yields=("aws_nat_gateway",), fixed=_PAGE),
    Call(operation="DescribeAddresses", yields=("aws_eip",), covers=("aws_eip_association",)),
    Call(
        operation="DescribeFlowLogs",
        yields=("aws_flow_log",),
        fixed=_PAGE,
        # buckets that keep logs are judged as such
        subjects=frozenset(("access", "backup", "inventory", "log", "residency")),
    ),
    Call(
        operation="DescribeDhcpOptions",
        yields=("aws_vpc_dhcp_options", "data.aws_vpc_dhcp_options"),
        covers=("aws_default_vpc_dhcp_options", "aws_vpc_dhcp_options_association"),
        fixed=_PAGE,
        subjects=frozenset(("inventory", "residency", "time")),
    ),
    Call(operation="DescribeVpcEndpoints", yields=("aws_vpc_endpoint",), fixed=_PAGE),
    Call(operation="DescribeVpcEndpointServiceConfigurations", yields=("aws_vpc_endpoint_service",), fixed=_PAGE),
    _one(
        "DescribeVpcEndpointServicePermissions",
        "DescribeVpcEndpointServiceConfigurations",
        "ServiceConfigurations[]",
        {"ServiceId": "ServiceId"},
        covers=("aws_vpc_endpoint_service_allowed_principal",),
    ),
)
_RULE_CALLS: Final = _on(
    _WAYS,
    Call(
        operation="DescribeSecurityGroups",
        yields=("aws_security_group", "aws_default_security_group"),
        covers=_RULES,
        fixed=_PAGE,
    ),
    Call(
        operation="DescribeNetworkAcls",
        yields=("aws_network_acl",),
        covers=("aws_default_network_acl", "aws_network_acl_rule"),
        fixed=_PAGE,
    ),
    Call(
        operation="DescribeManagedPrefixLists",
        yields=("aws_ec2_managed_prefix_list", "data.aws_ec2_managed_prefix_list"),
        fixed=_HUNDRED,
    ),
    _one(
        "GetManagedPrefixListEntries",
        "DescribeManagedPrefixLists",
        "PrefixLists[?OwnerId != 'AWS']",
        {"PrefixListId": "PrefixListId"},
        fixed=_HUNDRED,
        covers=("aws_ec2_managed_prefix_list_entry",),
    ),
)
_CONNECTION_CALLS: Final = _on(
    _CONNECTIONS,
    Call(
        operation="DescribeVpcPeeringConnections",
        yields=("aws_vpc_peering_connection", "aws_vpc_peering_connection_accepter"),
        fixed=_PAGE,
    ),
    Call(
        operation="DescribeTransitGateways",
        yields=("aws_ec2_transit_gateway", "aws_ec2_transit_gateway_route_table", *_IN_TABLES),
        fixed=_PAGE,
    ),
    Call(operation="DescribeTransitGatewayAttachments", yields=_ATTACHED, fixed=_PAGE),
    _once(
        "DescribeTransitGatewayVpcAttachments",
        "DescribeTransitGatewayAttachments",
        "TransitGatewayAttachments[?ResourceType=='vpc'] | ",
        yields=_ATTACHED[:2],
        fixed=_PAGE,
    ),
    _once(
        "DescribeTransitGatewayPeeringAttachments",
        "DescribeTransitGatewayAttachments",
        "TransitGatewayAttachments[?ResourceType=='peering' || ResourceType=='tgw-peering'] | ",
        yields=_ATTACHED[2:3],
        fixed=_PAGE,
    ),
    _once(
        "DescribeTransitGatewayRouteTables",
        "DescribeTransitGateways",
        "TransitGateways",
        yields=("aws_ec2_transit_gateway_route_table", *_IN_TABLES),
        fixed=_PAGE,
    ),
    *(
        _one(
            operation,
            "DescribeTransitGatewayRouteTables",
            "TransitGatewayRouteTables[]",
            {"TransitGatewayRouteTableId": "TransitGatewayRouteTableId"},
            fixed=fixed,
        )
        for operation, fixed in (
            ("GetTransitGatewayRouteTableAssociations", _PAGE),
            ("GetTransitGatewayRouteTablePropagations", _PAGE),
            # the routes that nobody wrote follow from the propagations
            ("SearchTransitGatewayRoutes", {**_PAGE, "Filters": [{"Name": "type", "Values": ["static"]}]}),
        )
    ),
    Call(
        operation="DescribeVpnConnections",
        yields=("aws_vpn_connection", "aws_customer_gateway"),
        redact=connections.without_keys,
    ),
    _once("DescribeCustomerGateways", "DescribeVpnConnections", "VpnConnections", yields=("aws_customer_gateway",)),
    Call(operation="DescribeVpnGateways", yields=("aws_vpn_gateway",)),
    Call(
        operation="DescribeClientVpnEndpoints",
        yields=("aws_ec2_client_vpn_endpoint", "aws_ec2_client_vpn_authorization_rule"),
        fixed=_PAGE,
        absent=_NOT_THERE,
    ),
    _one(
        "DescribeClientVpnAuthorizationRules",
        "DescribeClientVpnEndpoints",
        "ClientVpnEndpoints[]",
        {"ClientVpnEndpointId": "ClientVpnEndpointId"},
        fixed=_PAGE,
    ),
    Call(
        operation="DescribeVerifiedAccessTrustProviders",
        yields=("aws_verifiedaccess_trust_provider", "aws_verifiedaccess_endpoint"),
        fixed={"MaxResults": 200},
        absent=_NOT_THERE,
        redact=connections.without_client_secrets,
    ),
    _once(
        "DescribeVerifiedAccessEndpoints",
        "DescribeVerifiedAccessTrustProviders",
        "VerifiedAccessTrustProviders",
        yields=("aws_verifiedaccess_endpoint",),
        fixed=_PAGE,
    ),
)

SERVICES: Final = (
    Service(
        name="ec2",
        calls=(*_MACHINE_CALLS, *_NETWORK_CALLS, *_RULE_CALLS, *_CONNECTION_CALLS),
        shapers=(
            machines.instances,
            machines.volumes,
            machines.settings,
            machines.templates,
            copies.snapshots,
            copies.images,
            networks.networks,
            networks.tables,
            networks.gateways,
            networks.flow_logs,
            networks.dhcp_options,
            networks.endpoints,
            rules.security_groups,
            rules.acls,
            rules.prefix_lists,
            connections.peerings,
            connections.hubs,
            connections.tunnels,
            connections.entrances,
        ),
        subjects=_MACHINES | _STORED | _NETWORKS | _CONNECTIONS,
    ),
)
