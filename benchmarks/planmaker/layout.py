"""How many resources of each kind a made-up system has, and the tree of its module instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from benchmarks.planmaker.aws import Aws
from benchmarks.planmaker.google import Google
from benchmarks.planmaker.values import ModuleNode, Resource

# The shares of the whole plan. Network and glue lead because real plans are mostly such resources.
SHARES: Final = {"network": 0.35, "s3": 0.25, "google": 0.20, "other": 0.20}
# What one more of a kind adds; buckets are sized when drawn.
_GROWTH: Final = {
    "network": {"private": 3, "public": 2, "rule": 1, "attachment": 1},
    "google": {"g_bucket": 2, "g_disk": 1, "g_instance": 1, "g_database": 1, "g_topic": 1, "g_member": 1},
    "other": {
        "database": 1,
        "volume": 2,
        "instance": 1,
        "log_group": 1,
        "queue": 1,
        "topic": 1,
        "table": 1,
        "function": 1,
        "role": 1,
    },
}
_FILLER: Final = {"network": "attachment", "s3": "attachment", "google": "g_member", "other": "log_group"}
# Every system has a network with a way out, one subnet, a firewall, a role, a key and a Google network.
_BASE: Final = {"private": 1, "firewall": 1, "role": 1, "attachment": 1, "key": 1, "instance": 1}
SMALLEST: Final = 20
"""The fewest managed resources a system can have: everything in `_BASE` and what comes with any system."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One S3 bucket and which of its companion resources are configured."""

    name: str
    versioned: bool
    encrypted: bool
    blocked: bool
    logged: bool
    literal_policy: bool

    @property
    def size(self) -> int:
        """The managed resources of the family: the bucket, its policy, and the companions."""
        return 2 + self.versioned + self.encrypted + self.blocked + self.logged


@dataclass(slots=True)
class System:
    """One system: its name, where it runs, and how many of each kind it has."""

    name: str
    seed: str
    osaka: bool
    joined_by_output: bool
    flow_logged: bool
    counts: dict[str, int]
    buckets: list[Bucket] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The for_each keys of the KMS keys."""
        return [f"key-{index}" for index in range(self.counts["key"])]

    def names(self, kind: str) -> list[str]:
        """The for_each keys of a kind."""
        prefix = kind.removeprefix("g_").replace("_", "-")
        return [f"{prefix}-{index:02}" for index in range(self.counts[kind])]


def systems(total: int, seed: int) -> Iterator[System]:
    """Systems that have exactly `total` managed resources together, the same ones for the same `seed`.

    Raises ValueError when `total` is below `SMALLEST`.
    """
    if total < SMALLEST:
        raise ValueError(f"a plan needs at least {SMALLEST} resources, not {total}")
    rng = Random(seed)
    left, number = total, 0
    while left:
        number += 1
        size = rng.randint(40, 68)
        if left - size < SMALLEST:
            size = left
        yield _system(f"system-{number:04}", size, rng)
        left -= size


def _system(name: str, size: int, rng: Random) -> System:
    counts = {kind: 0 for kinds in _GROWTH.values() for kind in kinds}
    counts.update(_BASE)
    system = System(
        name,
        f"{name}:{rng.getrandbits(64)}",
        rng.random() < 0.2,
        rng.random() < 0.7,
        rng.random() < 0.5,
        counts,
    )
    # In the base: VPC, gateway, public table and route, subnet with table and association, attachment;
    # network, subnetwork, key ring and key; firewall with two rules, role, key with alias, instance.
    held = {"network": 8 + system.flow_logged, "s3": 0, "google": 4, "other": 7}
    while (left := size - sum(held.values())) > 0:
        share = max(SHARES, key=lambda name: SHARES[name] * size - held[name])
        if share == "s3":
            bucket = _bucket(f"bucket-{len(system.buckets):02}", rng)
            if bucket.size <= left:
                system.buckets.append(bucket)
                held["s3"] += bucket.size
                continue
        else:
            kind = rng.choice(list(_GROWTH[share]))
            if _GROWTH[share][kind] <= left:
                counts[kind] += 1
                held[share] += _GROWTH[share][kind]
                continue
        counts[_FILLER[share]] += 1
        held[share] += 1
    return system


def _bucket(name: str, rng: Random) -> Bucket:
    return Bucket(
        name,
        versioned=rng.random() < 0.85,
        encrypted=rng.random() < 0.9,
        blocked=rng.random() < 0.9,
        logged=rng.random() < 0.3,
        literal_policy=rng.random() < 0.5,
    )


def tree(system: System) -> ModuleNode:
    """The module instances of `system` with every resource in them; equal systems give equal trees."""
    rng = Random(system.seed)
    aws = Aws(rng, system.name, "ap-northeast-3" if system.osaka else "ap-northeast-1")
    node = ModuleNode(f"module.{system.name}")
    for name in system.names("log_group"):
        node.add("aws_cloudwatch_log_group", "app", aws.log_group(name), name)
    _compute(node.child("compute"), system, aws)
    _database(node.child("database"), system, aws)
    google = Google(rng, system.name, "asia-northeast2" if system.osaka else "asia-northeast1")
    _google(node.child("google"), system, google)
    _identity(node.child("identity"), system, aws)
    keys = node.child("keys", 0)
    for name in system.keys:
        keys.add("aws_kms_alias", "this", aws.alias(name), name)
        keys.add("aws_kms_key", "this", aws.key(name), name)
    messaging = node.child("messaging")
    for name in system.names("topic"):
        messaging.add("aws_sns_topic", "this", aws.topic(name), name)
    for name in system.names("queue"):
        messaging.add("aws_sqs_queue", "this", aws.queue(name), name)
    _network(node.child("network"), system, aws)
    _storage(node.child("storage"), system, aws)
    return node


def _compute(node: ModuleNode, system: System, aws: Aws) -> None:
    counts = system.counts
    for index in range(counts["volume"]):
        node.add("aws_ebs_volume", "data", aws.volume(index), index)
    for index in range(counts["instance"]):
        node.add("aws_instance", "app", aws.instance(index), index)
    for name in system.names("function"):
        node.add("aws_lambda_function", "job", aws.function(name), name)
    for index in range(counts["volume"]):
        node.add("aws_volume_attachment", "data", aws.volume_attachment(), index)


def _database(node: ModuleNode, system: System, aws: Aws) -> None:
    for name in system.names("database"):
        node.add("aws_db_instance", "this", aws.database(name), name)
    for name in system.names("table"):
        node.add("aws_dynamodb_table", "this", aws.table(name), name)


def _google(node: ModuleNode, system: System, google: Google) -> None:
    counts = system.counts
    for index in range(counts["g_disk"]):
        node.add("google_compute_disk", "data", google.disk(index), index)
    for index in range(counts["g_instance"]):
        node.add("google_compute_instance", "app", google.instance(index), index)
    node.add("google_compute_network", "this", google.network())
    node.add("google_compute_subnetwork", "this", google.subnetwork())
    node.add("google_kms_crypto_key", "data", google.key())
    node.add("google_kms_key_ring", "this", google.key_ring())
    for index in range(counts["g_member"]):
        node.add("google_project_iam_member", "this", google.member(), index)
    for name in system.names("g_topic"):
        node.add("google_pubsub_topic", "this", google.topic(name), name)
    for name in system.names("g_database"):
        node.add("google_sql_database_instance", "this", google.database(name), name)
    for name in system.names("g_bucket"):
        node.add("google_storage_bucket", "this", google.bucket(name), name)
    for name in system.names("g_bucket"):
        node.add("google_storage_bucket_iam_member", "this", google.bucket_member(), name)


def _identity(node: ModuleNode, system: System, aws: Aws) -> None:
    for name in system.names("role"):
        node.add("aws_iam_role", "this", aws.role(name), name)
    for index in range(system.counts["attachment"]):
        node.add("aws_iam_role_policy_attachment", "this", aws.attachment(), index)


def _network(node: ModuleNode, system: System, aws: Aws) -> None:
    counts = system.counts
    if system.flow_logged:
        node.add("aws_flow_log", "this", aws.flow_log(), 0)
    node.add("aws_internet_gateway", "this", aws.gateway())
    node.add("aws_route", "public", aws.public_route())
    for index in range(counts["private"]):
        node.add("aws_route_table", "private", aws.route_table(f"private-{index}"), index)
    node.add("aws_route_table", "public", aws.route_table("public"))
    for name in ("private", "public"):
        for index in range(counts[name]):
            node.add("aws_route_table_association", name, aws.association(), index)
    for name in ("private", "public"):
        for index in range(counts[name]):
            node.add("aws_subnet", name, aws.subnet(index, name == "public"), index)
    node.add("aws_vpc", "this", aws.vpc())
    firewalls = system.names("firewall")
    for position, name in enumerate(firewalls):
        child = node.child("firewall", name)
        child.add("aws_security_group", "this", aws.security_group(name))
        child.add("aws_vpc_security_group_egress_rule", "this", aws.egress())
        # The first firewall takes the single rules; each firewall has one of its own.
        for index in range(1 + (system.counts["rule"] if position == 0 else 0)):
            child.add("aws_vpc_security_group_ingress_rule", "this", aws.ingress(index), index)


def _storage(node: ModuleNode, system: System, aws: Aws) -> None:
    for bucket in system.buckets:
        node.child("bucket", bucket.name).add("aws_s3_bucket", "this", aws.bucket(bucket.name))
    for position, bucket in enumerate(system.buckets):
        # Either a second module that reads the bucket's id as a variable, or the bucket's own module.
        separate = system.joined_by_output
        _companions(node.child("protection", bucket.name) if separate else node.children[position], bucket, aws)


def _companions(node: ModuleNode, bucket: Bucket, aws: Aws) -> None:
    if bucket.logged:
        node.add("aws_s3_bucket_logging", "this", aws.bucket_logging(), 0)
    if bucket.literal_policy:
        node.add("aws_s3_bucket_policy", "literal", aws.bucket_policy(bucket.name), 0)
    else:
        node.resources.append(Resource("aws_iam_policy_document", "tls", 0, aws.policy_document(), "data"))
        node.add("aws_s3_bucket_policy", "document", aws.bucket_policy_from_document(), 0)
    if bucket.blocked:
        node.add("aws_s3_bucket_public_access_block", "this", aws.public_access_block(), 0)
    if bucket.encrypted:
        node.add("aws_s3_bucket_server_side_encryption_configuration", "this", aws.bucket_encryption(), 0)
    if bucket.versioned:
        node.add("aws_s3_bucket_versioning", "this", aws.versioning(), 0)
