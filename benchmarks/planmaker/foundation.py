"""The modules that the others stand on: identity, keys, network and storage."""

from __future__ import annotations

from benchmarks.planmaker.configuration import PER_INDEX, PER_KEY, Json, Module, const, refs


def identity(aws: str) -> Module:
    """IAM roles and what is attached to them."""
    module = Module(aws, name="System name", role="Roles", attachment="How many attachments")
    module.block(
        "aws_iam_policy_document",
        "trust",
        mode="data",
        statement=[{"actions": const(["sts:AssumeRole"]), "effect": const("Allow")}],
    )
    module.block(
        "aws_iam_role",
        "this",
        for_each=refs("var.role"),
        name=refs("var.name", "each.key"),
        assume_role_policy=refs("data.aws_iam_policy_document.trust.json"),
    )
    module.block(
        "aws_iam_role_policy_attachment",
        "this",
        count=refs("var.attachment"),
        policy_arn=PER_INDEX,
        role=refs('aws_iam_role.this["role-00"].name'),
    )
    module.output("role_arns", "aws_iam_role.this")
    return module


def keys(aws: str) -> Module:
    """KMS keys and their aliases."""
    module = Module(aws, name="System name", keys="Keys")
    module.block(
        "aws_kms_alias",
        "this",
        for_each=refs("var.keys"),
        name=refs("var.name", "each.key"),
        target_key_id=refs("aws_kms_key.this", "each.key"),
    )
    module.block(
        "aws_kms_key",
        "this",
        for_each=refs("var.keys"),
        description=refs("var.name", "each.key"),
        deletion_window_in_days=PER_KEY,
        enable_key_rotation=PER_KEY,
    )
    module.output("arns", "aws_kms_key.this")
    return module


def network(aws: str) -> Module:
    """The VPC, its subnets, and a firewall module inside."""
    module = Module(
        aws,
        name="System name",
        firewall="Firewalls",
        private="How many private subnets",
        public="How many public subnets",
        rule="How many more rules",
        flow_log="How many flow logs",
    )
    vpc = refs("aws_vpc.this.id")
    module.block(
        "aws_flow_log",
        "this",
        count=refs("var.flow_log"),
        traffic_type=refs("var.name"),
        vpc_id=vpc,
        max_aggregation_interval=const(600),
    )
    module.block("aws_internet_gateway", "this", vpc_id=vpc, tags=refs("var.name"))
    module.block(
        "aws_route",
        "public",
        destination_cidr_block=const("0.0.0.0/0"),
        gateway_id=refs("aws_internet_gateway.this.id"),
        route_table_id=refs("aws_route_table.public.id"),
    )
    module.block("aws_route_table", "private", count=refs("var.private"), vpc_id=vpc, tags=refs("var.name"))
    module.block("aws_route_table", "public", vpc_id=vpc, tags=refs("var.name"))
    module.block(
        "aws_route_table_association",
        "private",
        count=refs("var.private"),
        route_table_id=refs("aws_route_table.private", "count.index"),
        subnet_id=refs("aws_subnet.private", "count.index"),
    )
    module.block(
        "aws_route_table_association",
        "public",
        count=refs("var.public"),
        route_table_id=refs("aws_route_table.public.id"),
        subnet_id=refs("aws_subnet.public", "count.index"),
    )
    for name in ("private", "public"):
        module.block(
            "aws_subnet",
            name,
            count=refs(f"var.{name}"),
            vpc_id=vpc,
            cidr_block=refs("count.index"),
            availability_zone=refs("count.index"),
            tags=refs("var.name", "count.index"),
        )
    module.block(
        "aws_vpc",
        "this",
        cidr_block=const("10.0.0.0/16"),
        enable_dns_hostnames=const(True),
        tags=refs("var.name"),
    )
    firewall = Module(aws, name="Firewall name", vpc_id="VPC", rule="How many more rules")
    group = refs("aws_security_group.this.id")
    firewall.block("aws_security_group", "this", name=refs("var.name"), vpc_id=refs("var.vpc_id"))
    firewall.block(
        "aws_vpc_security_group_egress_rule",
        "this",
        cidr_ipv4=const("0.0.0.0/0"),
        ip_protocol=const("-1"),
        security_group_id=group,
    )
    firewall.block(
        "aws_vpc_security_group_ingress_rule",
        "this",
        count=refs("var.rule"),
        cidr_ipv4=PER_INDEX,
        ip_protocol=const("tcp"),
        security_group_id=group,
    )
    firewall.output("id", "aws_security_group.this.id")
    module.call(
        "firewall",
        firewall,
        for_each=refs("var.firewall"),
        name=refs("var.name", "each.key"),
        vpc_id=vpc,
        rule=refs("var.rule", "each.key"),
    )
    module.output("private_subnet_ids", "aws_subnet.private")
    module.output("firewall_ids", "module.firewall")
    module.output("vpc_id", "aws_vpc.this.id")
    return module


def storage(aws: str, joined_by_output: bool) -> Module:
    """S3 buckets, joined to their companions inside one module or through an output and a variable."""
    module = Module(aws, name="System name", buckets="Buckets", key_arns="Keys")
    bucket = Module(aws, name="Bucket name", settings="Settings", key_arns="Keys")
    bucket.block("aws_s3_bucket", "this", bucket=refs("var.name"), force_destroy=refs("var.settings"))
    bucket.output("id", "aws_s3_bucket.this.id")
    bucket.output("arn", "aws_s3_bucket.this.arn")
    settings = {
        "name": refs("var.name", "each.key"),
        "settings": refs("each.value"),
        "key_arns": refs("var.key_arns"),
    }
    if joined_by_output:
        protection = Module(
            aws,
            name="Bucket name",
            settings="Settings",
            key_arns="Keys",
            bucket="Bucket id",
            bucket_arn="ARN",
        )
        _companions(protection, refs("var.bucket"), refs("var.bucket_arn"))
        module.call(
            "protection",
            protection,
            for_each=refs("var.buckets"),
            bucket=refs("module.bucket", "each.key"),
            bucket_arn=refs("module.bucket", "each.key"),
            **settings,
        )
    else:
        _companions(bucket, refs("aws_s3_bucket.this.id"), refs("aws_s3_bucket.this.arn"))
    module.call("bucket", bucket, for_each=refs("var.buckets"), **settings)
    return module


def _companions(module: Module, bucket: Json, arn: Json) -> None:
    def setting(name: str) -> Json:
        return {"references": [f"var.settings.{name}", "var.settings"]}

    module.block(
        "aws_iam_policy_document",
        "tls",
        mode="data",
        count=setting("literal_policy"),
        statement=[{"actions": const(["s3:*"]), "effect": const("Deny"), "resources": arn}],
    )
    module.block(
        "aws_s3_bucket_logging",
        "this",
        count=setting("logged"),
        bucket=bucket,
        target_bucket=bucket,
        target_prefix=const("s3/"),
    )
    module.block(
        "aws_s3_bucket_policy",
        "document",
        count=setting("literal_policy"),
        bucket=bucket,
        policy=refs("data.aws_iam_policy_document.tls[0].json"),
    )
    module.block(
        "aws_s3_bucket_policy",
        "literal",
        count=setting("literal_policy"),
        bucket=bucket,
        policy=refs("var.name"),
    )
    module.block(
        "aws_s3_bucket_public_access_block",
        "this",
        count=setting("blocked"),
        bucket=bucket,
        block_public_acls=const(True),
        block_public_policy=setting("blocked"),
        ignore_public_acls=const(True),
        restrict_public_buckets=setting("blocked"),
    )
    module.block(
        "aws_s3_bucket_server_side_encryption_configuration",
        "this",
        count=setting("encrypted"),
        bucket=bucket,
        rule=[
            {
                "apply_server_side_encryption_by_default": [
                    {
                        "kms_master_key_id": refs("var.key_arns"),
                        "sse_algorithm": setting("encrypted"),
                    }
                ]
            }
        ],
    )
    module.block(
        "aws_s3_bucket_versioning",
        "this",
        count=setting("versioned"),
        bucket=bucket,
        versioning_configuration=[{"status": setting("versioned")}],
    )
