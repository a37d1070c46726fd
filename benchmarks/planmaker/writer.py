"""Writes a plan piece by piece, so that a plan of any size takes the memory of one system."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, TextIO

from benchmarks.planmaker.layout import systems, tree
from benchmarks.planmaker.modules import system_call
from benchmarks.planmaker.specs import SPECS
from benchmarks.planmaker.values import ModuleNode, Resource, planned

Json = Any  # a JSON value has no narrower type in the standard library

# The host of a private registry, as long as the public one; only what follows it says which provider it is.
_PROVIDERS: Final = {
    "aws": "terraform.example.com/hashicorp/aws",
    "google": "terraform.example.com/hashicorp/google",
}
# Types whose identifiers other blocks read.
_READ_BY_OTHERS: Final = frozenset(
    {
        "aws_ebs_volume",
        "aws_iam_role",
        "aws_instance",
        "aws_internet_gateway",
        "aws_kms_key",
        "aws_route_table",
        "aws_s3_bucket",
        "aws_security_group",
        "aws_subnet",
        "aws_vpc",
        "google_compute_network",
        "google_compute_subnetwork",
        "google_kms_crypto_key",
        "google_kms_key_ring",
        "google_storage_bucket",
    }
)
_TRUST: Final = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}]}'
)


def write_plan(out: TextIO, total: int, seed: int) -> None:
    """Writes a plan of exactly `total` managed resources; the same `seed` gives the same text.

    Raises ValueError when `total` is too small for one system.
    """
    out.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{')
    out.write('"child_modules":')
    _list(out, (_module(node) for node in _nodes(total, seed)))
    out.write('}},"resource_changes":')
    _list(out, (change for node in _nodes(total, seed) for change in _changes(node)))
    out.write(',"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{')
    out.write(f'"resources":{_text(_root_data())},"child_modules":')
    _list(out, (_prior(system.name) for system in systems(total, seed)))
    out.write(f'}}}}}},"configuration":{{"provider_config":{_text(_provider_config())},"root_module":{{')
    out.write(f'"resources":{_text(_root_blocks())},"module_calls":{{')
    for position, system in enumerate(systems(total, seed)):
        out.write(f"{',' if position else ''}{_text(system.name)}:{_text(system_call(system))}")
    out.write('}}},"relevant_attributes":')
    _list(out, (item for node in _nodes(total, seed) for item in _relevant(node)))
    out.write(',"timestamp":"2026-04-01T00:00:00Z","applyable":true,"complete":true,"errored":false}\n')


def _text(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Terraform escapes these three in every string.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _list(out: TextIO, items: Iterable[Json]) -> None:
    out.write("[")
    for position, item in enumerate(items):
        if position:
            out.write(",")
        out.write(_text(item))
    out.write("]")


def _nodes(total: int, seed: int) -> Iterator[ModuleNode]:
    return (tree(system) for system in systems(total, seed))


def _identity(resource: Resource, module: str) -> dict[str, Json]:
    identity: dict[str, Json] = {
        "address": resource.address(module),
        "mode": resource.mode,
        "type": resource.type,
        "name": resource.name,
    }
    if resource.key is not None:
        identity["index"] = resource.key
    identity["provider_name"] = _PROVIDERS[resource.type.partition("_")[0]]
    return identity


def _module(node: ModuleNode) -> dict[str, Json]:
    module: dict[str, Json] = {}
    if node.resources:
        module["resources"] = [_planned_value(resource, node.address) for resource in node.resources]
    module["address"] = node.address
    if node.children:
        module["child_modules"] = [_module(child) for child in node.children]
    return module


def _planned_value(resource: Resource, module: str) -> dict[str, Json]:
    after, _, sensitive = planned(resource)
    value = _identity(resource, module)
    value.update(schema_version=SPECS[resource.type].version, values=after, sensitive_values=sensitive)
    return value


def _changes(node: ModuleNode) -> Iterator[dict[str, Json]]:
    for resource in node.resources:
        after, unknown, sensitive = planned(resource)
        identity = _identity(resource, node.address)
        change = {"address": identity.pop("address"), "module_address": node.address, **identity}
        change["change"] = {
            "actions": ["create" if resource.mode == "managed" else "read"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": sensitive,
        }
        if resource.mode == "data":
            change["action_reason"] = "read_because_config_unknown"
        yield change
    for child in node.children:
        yield from _changes(child)


def _relevant(node: ModuleNode) -> Iterator[dict[str, Json]]:
    for resource in node.resources:
        if resource.type in _READ_BY_OTHERS:
            yield {"resource": resource.address(node.address), "attribute": ["id"]}
    for child in node.children:
        yield from _relevant(child)


def _data(address: str, type_: str, name: str, values: dict[str, Json]) -> dict[str, Json]:
    return {
        "address": address,
        "mode": "data",
        "type": type_,
        "name": name,
        "provider_name": _PROVIDERS[type_.partition("_")[0]],
        "schema_version": 0,
        "values": values,
        "sensitive_values": {},
    }


def _root_data() -> list[dict[str, Json]]:
    caller = {
        "account_id": "123456789012",
        "arn": "arn:aws:iam::123456789012:role/deploy",
        "id": "123456789012",
        "user_id": "EXAMPLE",
    }
    region = {"description": "Asia Pacific (Tokyo)", "id": "ap-northeast-1", "region": "ap-northeast-1"}
    return [
        _data("data.aws_caller_identity.current", "aws_caller_identity", "current", caller),
        _data("data.aws_region.current", "aws_region", "current", region),
    ]


def _root_blocks() -> list[dict[str, Json]]:
    return [
        {
            "address": f"data.{type_}.current",
            "mode": "data",
            "type": type_,
            "name": "current",
            "provider_config_key": "aws",
            "schema_version": 0,
        }
        for type_ in ("aws_caller_identity", "aws_region")
    ]


def _prior(system: str) -> dict[str, Json]:
    module = f"module.{system}.module.identity"
    values = {"id": "1", "json": _TRUST, "minified_json": _TRUST, "version": "2012-10-17"}
    document = _data(f"{module}.data.aws_iam_policy_document.trust", "aws_iam_policy_document", "trust", values)
    return {"address": f"module.{system}", "child_modules": [{"resources": [document], "address": module}]}


def _provider_config() -> dict[str, Json]:
    aws = {"name": "aws", "full_name": _PROVIDERS["aws"], "version_constraint": ">= 6.0.0"}
    return {
        "aws": {**aws, "expressions": {"region": {"constant_value": "ap-northeast-1"}}},
        "aws.osaka": {
            **aws,
            "alias": "osaka",
            "expressions": {"region": {"constant_value": "ap-northeast-3"}},
        },
        "google": {
            "name": "google",
            "full_name": _PROVIDERS["google"],
            "version_constraint": ">= 7.0.0",
            "expressions": {
                "project": {"constant_value": "example-city-main"},
                "region": {"constant_value": "asia-northeast1"},
            },
        },
    }
