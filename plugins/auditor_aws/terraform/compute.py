"""Machines, their templates, and functions.

Sources: Terraform AWS provider documentation, pages ``aws_instance``, ``aws_spot_instance_request``,
``aws_launch_template``, ``aws_launch_configuration``, ``aws_lambda_function``, ``aws_lambda_function_url``,
``aws_lambda_layer_version``.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Unknown
from auditor.facets import (
    EncryptionAtRest,
    EncryptionInTransit,
    Facet,
    KeyOwner,
    Obstacle,
    Residue,
    Retirement,
    TimeSource,
)
from auditor.record import Node, Record
from auditor_aws import backups, computed, ebs, keys, placement, retirement, time_sources
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.ec2_storage import device_name

# Public keys, versions, triggers, callers and concurrency of functions, prices of machines: nothing a clause asks about.
REGISTRY.inert(
    "aws_key_pair",
    "aws_lambda_capacity_provider",
    "aws_spot_datafeed_subscription",
    "aws_lambda_alias",
    "aws_lambda_code_signing_config",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_function_recursion_config",
    "aws_lambda_invocation",
    "aws_lambda_provisioned_concurrency_config",
)


@REGISTRY.adapter("aws_instance", "aws_spot_instance_request")
def instance(record: Record) -> Iterator[Facet]:
    """A machine with the volumes that it is launched with."""
    yield placement.in_region(record)
    if not computed.is_on(record, "volumes_apart"):
        yield from _devices(record)
    yield TimeSource(servers=time_sources.of_machine(record, encoded="user_data_base64"))
    yield backups.by_plan(record)
    yield Retirement(
        obstacles=(
            retirement.protects(record, "disable_api_termination"),
            *_kept_devices(record),
        )
    )
    yield Residue(what="machine")


def _devices(record: Record) -> Iterator[EncryptionAtRest]:
    root = record.block("root_block_device")
    if isinstance(root, Unknown):
        root = computed.block(record, "root_block_device")
    if isinstance(root, Unknown):
        yield EncryptionAtRest(key="root", enabled=root, key_owner=root)
    elif root.value is not None:
        yield ebs.encryption(root.value, key="root", key_path=_key_path(record))
    else:
        # Every machine has a root device; what the configuration does not say of it, the image and the Region do.
        yield ebs.encryption(_Undescribed(record), key="root", key_path=None)
    others = computed.blocks(record, "ebs_block_device")
    if isinstance(others, Unknown):
        yield EncryptionAtRest(key="ebs_block_device", enabled=others, key_owner=others)
        return
    for device in others.value:
        yield ebs.encryption(device, key=device_name(device), key_path=_key_path(record))


class _Undescribed(Node):
    """The root device of a machine whose configuration does not describe it."""

    __slots__ = ()

    def __init__(self, record: Record) -> None:
        super().__init__(record, "root_block_device.0", {}, None, None)


def _key_path(record: Record) -> str | None:
    return None if record.type == "aws_launch_configuration" else "kms_key_id"


def _kept_devices(record: Record) -> Iterator[Obstacle]:
    for path in ("root_block_device", "ebs_block_device"):
        devices = computed.blocks(record, path)
        if isinstance(devices, Known):
            for device in devices.value:
                yield retirement.keeps(device, "delete_on_termination", when=False, default=True)


@REGISTRY.adapter("aws_launch_configuration")
def launch_configuration(record: Record) -> Iterator[Facet]:
    """A template of the old kind; its devices cannot name a key."""
    yield placement.in_region(record, stores_data=False)
    yield from _devices(record)
    yield TimeSource(servers=time_sources.of_machine(record, encoded="user_data_base64"))


@REGISTRY.adapter("aws_launch_template")
def launch_template(record: Record) -> Iterator[Facet]:
    """A template; its user data is base64."""
    yield placement.in_region(record, stores_data=False)
    mappings = record.blocks("block_device_mappings")
    if isinstance(mappings, Unknown):
        yield EncryptionAtRest(key="block_device_mappings", enabled=mappings, key_owner=mappings)
    else:
        for mapping in mappings.value:
            device = mapping.block("ebs")
            if isinstance(device, Unknown):
                yield EncryptionAtRest(key=device_name(mapping), enabled=device, key_owner=device)
            elif device.value is not None:
                yield ebs.encryption(device.value, key=device_name(mapping))
    yield TimeSource(servers=time_sources.of_machine(record, plain=None, encoded="user_data"))


@REGISTRY.adapter("aws_spot_fleet_request")
def spot_fleet(record: Record) -> Iterator[Facet]:
    """Machines bought together; each specification describes its own devices."""
    yield placement.in_region(record, stores_data=False)
    specifications = record.blocks("launch_specification")
    if isinstance(specifications, Unknown):
        yield EncryptionAtRest(enabled=specifications, key_owner=specifications)
        return
    for index, specification in enumerate(specifications.value):
        for path in ("root_block_device", "ebs_block_device"):
            devices = computed.blocks(specification, path)
            if isinstance(devices, Unknown):
                yield EncryptionAtRest(key=f"{index}.{path}", enabled=devices, key_owner=devices)
                continue
            for device in devices.value:
                name = "root" if path.startswith("root") else device_name(device)
                yield ebs.encryption(device, key=f"{index}.{name}")
        yield TimeSource(key=str(index), servers=time_sources.of_machine(specification))


@REGISTRY.adapter("aws_autoscaling_group", "aws_ec2_fleet")
def group(record: Record) -> Iterator[Facet]:
    """Machines made from a template, which says what they are."""
    yield placement.in_region(record, stores_data=False)


@REGISTRY.adapter("aws_lambda_function")
def function(record: Record) -> Iterator[Facet]:
    """A function; what it keeps are its code and its environment variables."""
    yield placement.in_region(record, stores_data=False)
    variables = record.has("environment.0.variables")
    if isinstance(variables, Unknown) or variables.value:
        # Always encrypted, with a key of AWS unless another is named (Lambda Developer Guide, "Securing Lambda
        # environment variables").
        yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_destroy"),))


@REGISTRY.adapter("aws_lambda_layer_version")
def layer(record: Record) -> Iterator[Facet]:
    """A layer of code."""
    yield placement.in_region(record, stores_data=False)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_destroy"),))


@REGISTRY.adapter("aws_lambda_function_url")
def function_url(record: Record) -> Iterator[Facet]:
    """An address of a function: HTTPS only (Lambda Developer Guide, "Creating and managing function URLs")."""
    yield placement.in_region(record, stores_data=False)
    required: Attr[bool] = Known(True, record)
    yield EncryptionInTransit(endpoint="function-url", required=required)
