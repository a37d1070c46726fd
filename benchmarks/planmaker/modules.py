"""The module of a made-up system, as the root calls it, and the modules of its workloads."""

from __future__ import annotations

from benchmarks.planmaker.configuration import PER_INDEX, PER_KEY, Json, Module, const, refs
from benchmarks.planmaker.foundation import identity, keys, network, storage
from benchmarks.planmaker.layout import System


def system_call(system: System) -> Json:
    """The root's call of a system: literals in, and the whole module inside."""
    counts = system.counts
    aws = "aws.osaka" if system.osaka else "aws"
    lists = {
        kind: const(system.names(kind))
        for kind in (
            "database",
            "firewall",
            "function",
            "g_bucket",
            "g_database",
            "g_topic",
            "log_group",
            "queue",
            "role",
            "table",
            "topic",
        )
    }
    numbers = {
        kind: const(counts[kind])
        for kind in (
            "attachment",
            "g_disk",
            "g_instance",
            "g_member",
            "instance",
            "private",
            "public",
            "rule",
            "volume",
        )
    }
    numbers["flow_log"] = const(int(system.flow_logged))
    buckets = {
        bucket.name: {
            "logged": bucket.logged,
            "versioned": bucket.versioned,
            "encrypted": bucket.encrypted,
            "blocked": bucket.blocked,
            "literal_policy": bucket.literal_policy,
        }
        for bucket in system.buckets
    }
    names = (*lists, *numbers, "buckets", "keys", "name")
    module = Module(aws, **{name: f"{name} of the system" for name in names})
    module.block(
        "aws_cloudwatch_log_group",
        "app",
        for_each=refs("var.log_group"),
        name=refs("var.name", "each.key"),
        kms_key_id=refs("module.keys[0].arns", "var.keys"),
        retention_in_days=PER_KEY,
    )
    module.call(
        "compute",
        _compute(aws),
        name=refs("var.name"),
        function=refs("var.function"),
        instance=refs("var.instance"),
        volume=refs("var.volume"),
        key_arns=refs("module.keys[0].arns"),
        role_arns=refs("module.identity.role_arns"),
        subnet_ids=refs("module.network.private_subnet_ids"),
        security_group_ids=refs("module.network.firewall_ids"),
    )
    module.call(
        "database",
        _database(aws),
        name=refs("var.name"),
        database=refs("var.database"),
        table=refs("var.table"),
        key_arns=refs("module.keys[0].arns"),
        security_group_ids=refs("module.network.firewall_ids"),
    )
    module.call(
        "google",
        _google(),
        name=refs("var.name"),
        **{
            kind: refs(f"var.{kind}")
            for kind in ("g_bucket", "g_database", "g_disk", "g_instance", "g_member", "g_topic")
        },
    )
    module.call(
        "identity",
        identity(aws),
        name=refs("var.name"),
        role=refs("var.role"),
        attachment=refs("var.attachment"),
    )
    module.call("keys", keys(aws), count=const(1), name=refs("var.name"), keys=refs("var.keys"))
    module.call(
        "messaging",
        _messaging(aws),
        name=refs("var.name"),
        queue=refs("var.queue"),
        topic=refs("var.topic"),
        key_arns=refs("module.keys[0].arns"),
    )
    module.call(
        "network",
        network(aws),
        name=refs("var.name"),
        firewall=refs("var.firewall"),
        private=refs("var.private"),
        public=refs("var.public"),
        rule=refs("var.rule"),
        flow_log=refs("var.flow_log"),
    )
    module.call(
        "storage",
        storage(aws, system.joined_by_output),
        name=refs("var.name"),
        buckets=refs("var.buckets"),
        key_arns=refs("module.keys[0].arns"),
    )
    return {
        "source": "./modules/system",
        "expressions": {
            **lists,
            **numbers,
            "buckets": const(buckets),
            "keys": const(system.keys),
            "name": const(system.name),
        },
        "module": module.json(),
    }


def _compute(aws: str) -> Module:
    module = Module(
        aws,
        name="System name",
        function="Functions",
        instance="How many instances",
        volume="How many volumes",
        key_arns="Keys",
        role_arns="Roles",
        subnet_ids="Subnets",
        security_group_ids="Security groups",
    )
    module.block(
        "aws_ebs_volume",
        "data",
        count=refs("var.volume"),
        availability_zone=refs("var.name", "count.index"),
        encrypted=PER_INDEX,
        kms_key_id=refs("var.key_arns"),
        size=PER_INDEX,
        type=const("gp3"),
    )
    module.block(
        "aws_instance",
        "app",
        count=refs("var.instance"),
        instance_type=PER_INDEX,
        subnet_id=refs("var.subnet_ids", "count.index"),
        vpc_security_group_ids=refs("var.security_group_ids"),
        metadata_options=[{"http_tokens": PER_INDEX}],
        root_block_device=[{"encrypted": PER_INDEX, "kms_key_id": refs("var.key_arns")}],
    )
    module.block(
        "aws_lambda_function",
        "job",
        for_each=refs("var.function"),
        function_name=refs("var.name", "each.key"),
        kms_key_arn=refs("var.key_arns"),
        role=refs("var.role_arns"),
        runtime=const("python3.13"),
        logging_config=[{"log_format": const("JSON")}],
    )
    module.block(
        "aws_volume_attachment",
        "data",
        count=refs("var.volume"),
        device_name=const("/dev/sdf"),
        instance_id=refs("aws_instance.app[0].id"),
        volume_id=refs("aws_ebs_volume.data", "count.index"),
    )
    module.output("instance_ids", "aws_instance.app")
    return module


def _database(aws: str) -> Module:
    module = Module(
        aws,
        name="System name",
        database="Databases",
        table="Tables",
        key_arns="Keys",
        security_group_ids="Security groups",
    )
    module.block(
        "aws_db_instance",
        "this",
        for_each=refs("var.database"),
        engine=const("postgres"),
        identifier=refs("var.name", "each.key"),
        instance_class=const("db.m7g.large"),
        kms_key_id=refs("var.key_arns"),
        storage_encrypted=PER_KEY,
        backup_retention_period=PER_KEY,
        vpc_security_group_ids=refs("var.security_group_ids"),
        username=const("manager"),
    )
    module.block(
        "aws_dynamodb_table",
        "this",
        for_each=refs("var.table"),
        name=refs("var.name", "each.key"),
        billing_mode=const("PAY_PER_REQUEST"),
        hash_key=const("id"),
        server_side_encryption=[{"enabled": PER_KEY, "kms_key_arn": refs("var.key_arns")}],
    )
    module.output("addresses", "aws_db_instance.this")
    return module


def _google() -> Module:
    module = Module(
        "google",
        name="System name",
        g_bucket="Buckets",
        g_database="Databases",
        g_disk="How many disks",
        g_instance="How many instances",
        g_member="How many members",
        g_topic="Topics",
    )
    key = refs("google_kms_crypto_key.data.id")
    module.block(
        "google_compute_disk",
        "data",
        count=refs("var.g_disk"),
        name=refs("var.name", "count.index"),
        disk_encryption_key=[{"kms_key_self_link": key}],
    )
    module.block(
        "google_compute_instance",
        "app",
        count=refs("var.g_instance"),
        name=refs("var.name", "count.index"),
        machine_type=const("e2-standard-2"),
        network_interface=[{"subnetwork": refs("google_compute_subnetwork.this.id")}],
    )
    module.block("google_compute_network", "this", name=refs("var.name"), auto_create_subnetworks=const(False))
    module.block(
        "google_compute_subnetwork",
        "this",
        name=refs("var.name"),
        ip_cidr_range=const("10.60.0.0/20"),
        network=refs("google_compute_network.this.id"),
    )
    module.block(
        "google_kms_crypto_key",
        "data",
        name=const("data"),
        key_ring=refs("google_kms_key_ring.this.id"),
        rotation_period=refs("var.name"),
    )
    module.block("google_kms_key_ring", "this", name=refs("var.name"), location=refs("var.name"))
    module.block(
        "google_project_iam_member",
        "this",
        count=refs("var.g_member"),
        member=refs("var.name"),
        project=const("example-city-main"),
        role=PER_INDEX,
    )
    module.block(
        "google_pubsub_topic",
        "this",
        for_each=refs("var.g_topic"),
        name=refs("var.name", "each.key"),
        kms_key_name=key,
    )
    module.block(
        "google_sql_database_instance",
        "this",
        for_each=refs("var.g_database"),
        name=refs("var.name", "each.key"),
        encryption_key_name=key,
        database_version=const("POSTGRES_17"),
        settings=[{"ip_configuration": [{"private_network": refs("google_compute_network.this.id")}]}],
    )
    module.block(
        "google_storage_bucket",
        "this",
        for_each=refs("var.g_bucket"),
        name=refs("var.name", "each.key"),
        location=PER_KEY,
        encryption=[{"default_kms_key_name": key}],
    )
    module.block(
        "google_storage_bucket_iam_member",
        "this",
        for_each=refs("var.g_bucket"),
        bucket=refs("google_storage_bucket.this", "each.key"),
        role=const("roles/storage.objectViewer"),
    )
    return module


def _messaging(aws: str) -> Module:
    module = Module(aws, name="System name", queue="Queues", topic="Topics", key_arns="Keys")
    module.block(
        "aws_sns_topic",
        "this",
        for_each=refs("var.topic"),
        name=refs("var.name", "each.key"),
        kms_master_key_id=PER_KEY,
    )
    module.block(
        "aws_sqs_queue",
        "this",
        for_each=refs("var.queue"),
        name=refs("var.name", "each.key"),
        kms_master_key_id=refs("var.key_arns"),
    )
    return module
