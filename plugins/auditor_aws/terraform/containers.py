"""Containers: ECS, EKS and ECR.

Sources: Terraform AWS provider documentation, pages ``aws_ecs_cluster``, ``aws_ecs_service``, ``aws_ecs_task_definition``,
``aws_eks_cluster``, ``aws_ecr_repository``, ``aws_ecr_replication_configuration``, ``aws_ecr_repository_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Unknown, all_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor_aws import backups, keys, placement, policies, retirement
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_ecr_repository", "aws_ecr_repository_policy", "aws_ecr_replication_configuration")
REGISTRY.part("aws_ecrpublic_repository", "aws_ecrpublic_repository_policy")
# Scanning, clean-up, caching rules and templates of registries; capacity, add-ons and sign-in of clusters.
REGISTRY.inert(
    "aws_ecr_registry_policy",
    "aws_eks_access_entry",
    "aws_eks_access_policy_association",
    "aws_eks_capability",
    "aws_eks_identity_provider_config",
    "aws_ecr_account_setting",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_pull_through_cache_rule",
    "aws_ecr_pull_time_update_exclusion",
    "aws_ecr_repository_creation_template",
    "aws_ecs_account_setting_default",
    "aws_ecs_capacity_provider",
    "aws_ecs_cluster_capacity_providers",
    "aws_ecs_tag",
    "aws_eks_addon",
    "aws_eks_fargate_profile",
    "aws_eks_pod_identity_association",
)


@REGISTRY.adapter("aws_ecs_cluster")
def ecs_cluster(record: Record) -> Iterator[Facet]:
    """A cluster; Fargate's own storage is always encrypted, with a key of AWS unless one is named."""
    yield placement.in_region(record, stores_data=False)
    storage = record.block("configuration.0.managed_storage_configuration")
    if isinstance(storage, Unknown):
        # nothing is said of the storage of a cluster that does not set it
        yield EncryptionAtRest(enabled=storage, key_owner=storage)
    elif storage.value is not None:
        yield keys.at_rest(storage.value, "fargate_ephemeral_storage_kms_key_id", KeyOwner.PROVIDER)


@REGISTRY.adapter("aws_ecs_service", "aws_ecs_task_set", "aws_ecs_express_gateway_service")
def ecs_service(record: Record) -> Iterator[Facet]:
    """A service with the volumes that are made for its tasks."""
    yield placement.in_region(record, stores_data=False)
    volumes = record.blocks("volume_configuration")
    if isinstance(volumes, Unknown):
        yield EncryptionAtRest(enabled=volumes, key_owner=volumes)
        return
    for volume in volumes.value:
        managed = volume.block("managed_ebs_volume")
        name = _name(volume)
        if isinstance(managed, Unknown):
            yield EncryptionAtRest(key=name, enabled=managed, key_owner=managed)
        elif managed.value is not None:
            # Encrypted unless switched off (Amazon ECS API Reference, ServiceManagedEBSVolumeConfiguration).
            enabled = managed.value.flag("encrypted", True)
            found = keys.at_rest(managed.value, "kms_key_id", KeyOwner.PROVIDER, enabled)
            yield EncryptionAtRest(key=name, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)


def _name(node: Node) -> str:
    name = node.text("name")
    return name.value if isinstance(name, Known) and name.value else "volume"


@REGISTRY.adapter("aws_ecs_task_definition")
def ecs_task(record: Record) -> Iterator[Facet]:
    """A task with the file systems that it mounts."""
    yield placement.in_region(record, stores_data=False)
    volumes = record.blocks("volume")
    if isinstance(volumes, Unknown):
        yield EncryptionInTransit(endpoint="volume", required=volumes)
    else:
        for volume in volumes.value:
            mounted = volume.block("efs_volume_configuration")
            if isinstance(mounted, Unknown):
                yield EncryptionInTransit(key=_name(volume), endpoint="volume", required=mounted)
            elif mounted.value is not None:
                # Off unless set (provider documentation, transit_encryption).
                setting = mounted.value.text("transit_encryption")
                required = map_attr(setting, lambda value: value == "ENABLED")
                yield EncryptionInTransit(key=_name(volume), endpoint="volume", required=required)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_destroy"),))


@REGISTRY.adapter("aws_eks_cluster")
def eks_cluster(record: Record) -> Iterator[Facet]:
    """A Kubernetes cluster: its state, its interface and its control plane logs."""
    yield placement.in_region(record)
    yield _eks_encryption(record)
    # The interface of Kubernetes on EKS answers HTTPS only.
    yield EncryptionInTransit(endpoint="api", required=Known(True, record))
    logs = record.elements("enabled_cluster_log_types")
    yield DataAccessLog(key="control-plane-audit", what="control-plane-audit", enabled=includes(logs, "audit"))
    yield from backups.if_covered(record)
    yield Exposure(public=_eks_public(record), by_address=True)
    yield Retirement(obstacles=(retirement.protects(record, "deletion_protection"),))
    yield Residue(what="cluster")


def includes(elements: Attr[tuple[Attr[str], ...]], *wanted: str) -> Attr[bool]:
    """Whether a list has one of the wanted members."""
    if isinstance(elements, Unknown):
        return elements
    open_: Unknown | None = None
    for element in elements.value:
        if isinstance(element, Unknown):
            open_ = element if open_ is None else open_
        elif element.value in wanted:
            return Known(True, element.origin, element.path)
    return open_ if open_ is not None else Known(False, elements.origin, elements.path)


def _eks_encryption(record: Record) -> EncryptionAtRest:
    # Secrets are always in encrypted storage; a key of the customer comes in by encryption_config only
    # (Amazon EKS User Guide, "Default envelope encryption for all Kubernetes API Data").
    block = record.block("encryption_config")
    if isinstance(block, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    if block.value is None:
        return EncryptionAtRest(
            enabled=Known(True, record), key_owner=record.known("encryption_config", KeyOwner.PROVIDER)
        )
    provider = block.value.block("provider")
    if isinstance(provider, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=provider)
    if provider.value is None:
        return EncryptionAtRest(
            enabled=Known(True, record), key_owner=record.known("encryption_config", KeyOwner.PROVIDER)
        )
    return keys.at_rest(provider.value, "key_arn", KeyOwner.PROVIDER)


def _eks_public(record: Record) -> Attr[bool]:
    """Whether the interface can be reached from the whole internet (both are the defaults)."""
    reachable = record.flag("vpc_config.0.endpoint_public_access", True)
    ranges = record.elements("vpc_config.0.public_access_cidrs")
    anywhere: Attr[bool]
    if (isinstance(ranges, Unknown) and record.left_out("vpc_config.0.public_access_cidrs")) or (
        isinstance(ranges, Known) and not ranges.value
    ):
        anywhere = Known(True, record, ranges.path)
    else:
        anywhere = includes(ranges, "0.0.0.0/0", "::/0")
    return all_of(reachable, anywhere)


@REGISTRY.adapter("aws_eks_node_group")
def eks_nodes(record: Record) -> Iterator[Facet]:
    """Machines of a cluster; their volumes are described by their launch template."""
    yield placement.in_region(record, stores_data=False)


@REGISTRY.adapter("aws_ecr_repository")
def ecr_repository(record: Record) -> Iterator[Facet]:
    """A repository of images."""
    yield placement.in_region(record)
    block = record.block("encryption_configuration")
    if isinstance(block, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    elif block.value is None:
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    else:
        yield _ecr_encryption(block.value)
    policy = policies.separate_or_inline(record, "aws_ecr_repository_policy", "repository", inline=None)
    yield Exposure(public=policies.public(policy))
    yield from _ecr_replicas(record)
    yield Retirement(obstacles=(retirement.protects(record, "force_delete", when=False),))
    yield Residue(what="repository")


def _ecr_encryption(block: Node) -> EncryptionAtRest:
    # AES256 unless set; KMS without a key uses aws/ecr (provider documentation, encryption_configuration).
    kind = block.text_or("encryption_type", "AES256")
    if isinstance(kind, Unknown):
        return EncryptionAtRest(enabled=Known(True, block.record), key_owner=kind)
    if kind.value == "AES256":
        owner = block.known("encryption_type", KeyOwner.PROVIDER)
        return EncryptionAtRest(enabled=Known(True, block.record), key_owner=owner)
    return keys.at_rest(block, "kms_key", KeyOwner.PROVIDER)


def _ecr_replicas(record: Record) -> Iterator[Replica]:
    """The regions to which the registry copies this repository."""
    seen: set[str] = set()
    for setting in record.links.of_type("aws_ecr_replication_configuration"):
        if not _same_registry(setting, record):
            continue
        rules = setting.blocks("replication_configuration.0.rule")
        if isinstance(rules, Unknown):
            yield Replica(location=rules, kind=ReplicaKind.REPLICATION, key="replication")
            continue
        for rule in rules.value:
            yield from _ecr_rule(record, rule, seen)


def _same_registry(setting: Record, record: Record) -> bool:
    """A registry belongs to one account and region; where these are open, the setting may apply."""
    pairs = ((setting.region, record.region), (setting.account, record.account))
    return all(
        isinstance(one, Unknown) or isinstance(other, Unknown) or one.value == other.value for one, other in pairs
    )


def _ecr_rule(record: Record, rule: Node, seen: set[str]) -> Iterator[Replica]:
    applies = _ecr_filtered(record, rule)
    if isinstance(applies, Known) and not applies.value:
        return
    destinations = rule.blocks("destination")
    if isinstance(destinations, Unknown):
        yield Replica(location=destinations, kind=ReplicaKind.REPLICATION, key="replication")
        return
    for destination in destinations.value:
        location = applies if isinstance(applies, Unknown) else _region(destination)
        if isinstance(location, Unknown):
            key = "replication"
        else:
            # sensitive destinations are told apart by number, since none of them may be left unjudged
            key = f"replication:{len(seen)}" if location.sensitive else ",".join(sorted(location.value))
        if key not in seen:
            seen.add(key)
            yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)


def _region(destination: Node) -> Attr[frozenset[str]]:
    return placement.named_region(destination, "region")


def _ecr_filtered(record: Record, rule: Node) -> Attr[bool]:
    """Whether the rule takes in the repository: filters are prefixes of its name, none takes in all."""
    filters = rule.blocks("repository_filter")
    if isinstance(filters, Unknown):
        return filters
    if not filters.value:
        return rule.known("repository_filter", True)
    name = record.text("name")
    if isinstance(name, Unknown):
        return name
    open_: Unknown | None = None
    for one in filters.value:
        prefix = one.text("filter")
        if isinstance(prefix, Unknown):
            open_ = prefix
        elif (name.value or "").startswith(prefix.value or ""):
            return rule.known("repository_filter", True)
    return open_ if open_ is not None else rule.known("repository_filter", False)


@REGISTRY.adapter("aws_ecrpublic_repository")
def ecr_public(record: Record) -> Iterator[Facet]:
    """A repository that anybody may pull from; the service runs in one region for the world."""
    yield Placement(locations=Known(frozenset(), record), stores_data=True, global_service="ECR Public")
    yield Exposure(public=Known(True, record))
    yield Retirement(obstacles=(retirement.protects(record, "force_destroy", when=False),))
    yield Residue(what="repository")
