"""What a made-up system sets on its AWS resources: some conforming, some breaching."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

from benchmarks.planmaker.values import UNKNOWN

Known = dict[str, Any]  # attribute values of any JSON type, with UNKNOWN among them

ZONES: Final = {
    "ap-northeast-1": ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"),
    "ap-northeast-3": ("ap-northeast-3a", "ap-northeast-3b", "ap-northeast-3c"),
}
ACCOUNT: Final = "123456789012"
_SERVICES: Final = ("ec2", "lambda", "ecs-tasks", "rds", "vpc-flow-logs", "backup", "config")
_OFFICES: Final = ("情報政策課", "市民課", "税務課", "福祉課", "建設課")


class Aws:
    """Draws attribute values for one system in one region; a method a resource, named after it."""

    def __init__(self, rng: Random, system: str, region: str) -> None:
        self._rng = rng
        self._region = region
        self.system = system
        self._tags = {
            "Environment": rng.choice(("production", "staging")),
            "Office": rng.choice(_OFFICES),
            "System": system,
        }

    def _pick(self, conforming: Any, breaching: Any, undecided: Any = UNKNOWN) -> Any:
        """Three in five conforming, one in four breaching, the rest undecided."""
        draw = self._rng.random()
        return conforming if draw < 0.60 else breaching if draw < 0.85 else undecided

    def _tagged(self, name: str) -> Known:
        tags = {"Name": f"{self.system}-{name}", **self._tags}
        # One resource in fifty is placed abroad by the `region` argument of the resource itself.
        region = self._region if self._rng.random() < 0.98 else "us-east-1"
        return {"region": region, "tags": tags, "tags_all": tags}

    def vpc(self) -> Known:
        return {
            **self._tagged("vpc"),
            "cidr_block": "10.0.0.0/16",
            "enable_dns_hostnames": True,
            "enable_dns_support": True,
            "instance_tenancy": "default",
        }

    def gateway(self) -> Known:
        return self._tagged("igw")

    def flow_log(self) -> Known:
        return {
            **self._tagged("flow-log"),
            "destination_options": [],
            "log_destination_type": "cloud-watch-logs",
            "max_aggregation_interval": 600,
            "traffic_type": self._rng.choice(("ALL", "REJECT")),
        }

    def subnet(self, index: int, public: bool) -> Known:
        zones = ZONES[self._region]
        return {
            **self._tagged(f"{'public' if public else 'private'}-{index}"),
            "region": self._region,
            "assign_ipv6_address_on_creation": False,
            "availability_zone": zones[index % len(zones)],
            "cidr_block": f"10.0.{index + 128 * public}.0/24",
            "enable_dns64": False,
            "enable_resource_name_dns_a_record_on_launch": False,
            "enable_resource_name_dns_aaaa_record_on_launch": False,
            "ipv6_native": False,
            "map_public_ip_on_launch": public,
        }

    def route_table(self, name: str) -> Known:
        return self._tagged(name)

    def association(self) -> Known:
        return {"region": self._region}

    def public_route(self) -> Known:
        return {"region": self._region, "destination_cidr_block": "0.0.0.0/0"}

    def security_group(self, name: str) -> Known:
        return {
            **self._tagged(name),
            "name": f"{self.system}-{name}",
            "description": f"{name} の通信 / traffic of {name}",
            "revoke_rules_on_delete": False,
        }

    def ingress(self, index: int) -> Known:
        port = self._rng.choice((22, 80, 443, 3306, 5432, 8443))
        return {
            **self._tagged(f"in-{index}"),
            "cidr_ipv4": self._pick("10.0.0.0/8", "0.0.0.0/0", "192.168.0.0/16"),
            "description": f"受信 {index}",
            "from_port": port,
            "to_port": port,
            "ip_protocol": "tcp",
        }

    def egress(self) -> Known:
        return {
            **self._tagged("out"),
            "cidr_ipv4": "0.0.0.0/0",
            "description": "送信すべて",
            "ip_protocol": "-1",
        }

    def role(self, name: str) -> Known:
        principal: Known = {"Service": f"{self._rng.choice(_SERVICES)}.amazonaws.com"}
        statement: Known = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}
        draw = self._rng.random()
        if draw < 0.25:
            statement["Principal"] = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
            if draw < 0.15:
                statement["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        trust = json.dumps({"Statement": [statement], "Version": "2012-10-17"}, separators=(",", ":"))
        tagged = self._tagged(name)
        del tagged["region"]
        return {
            **tagged,
            "assume_role_policy": trust,
            "description": None,
            "force_detach_policies": False,
            "max_session_duration": 3600,
            "name": f"{self.system}-{name}",
            "path": "/",
        }

    def attachment(self) -> Known:
        policy = self._rng.choice(("ReadOnlyAccess", "AmazonSSMManagedInstanceCore", "AdministratorAccess"))
        return {"policy_arn": f"arn:aws:iam::aws:policy/{policy}"}

    def key(self, name: str) -> Known:
        return {
            **self._tagged(name),
            "region": self._region,
            "bypass_policy_lockout_safety_check": False,
            "customer_master_key_spec": "SYMMETRIC_DEFAULT",
            "deletion_window_in_days": self._pick(30, 7, None),
            "description": f"{self.system} {name}",
            "enable_key_rotation": self._pick(True, False, True),
            "is_enabled": True,
            "key_usage": "ENCRYPT_DECRYPT",
            "multi_region": False,
            "policy": UNKNOWN,
        }

    def alias(self, name: str) -> Known:
        return {"name": f"alias/{self.system}/{name}", "region": self._region}

    def log_group(self, name: str) -> Known:
        return {
            **self._tagged(name),
            "kms_key_id": self._pick(UNKNOWN, None),
            "name": f"/{self.system}/{name}",
            "retention_in_days": self._pick(400, 30),
            "skip_destroy": False,
        }

    def bucket(self, name: str) -> Known:
        return {
            **self._tagged(name),
            "bucket": f"{self.system}-{name}",
            "force_destroy": self._pick(False, True, False),
        }

    def versioning(self) -> Known:
        status = self._pick("Enabled", "Suspended")
        return {
            "region": self._region,
            "versioning_configuration": [{"status": status, "mfa_delete": UNKNOWN}],
        }

    def bucket_encryption(self) -> Known:
        default = self._pick(
            {"kms_master_key_id": UNKNOWN, "sse_algorithm": "aws:kms"},
            {"kms_master_key_id": UNKNOWN, "sse_algorithm": "AES256"},
            {"kms_master_key_id": UNKNOWN, "sse_algorithm": UNKNOWN},
        )
        rule = {
            "apply_server_side_encryption_by_default": [default],
            "blocked_encryption_types": UNKNOWN,
            "bucket_key_enabled": True,
        }
        return {"region": self._region, "rule": [rule]}

    def public_access_block(self) -> Known:
        blocked = self._pick(True, False, True)
        return {
            "region": self._region,
            "block_public_acls": True,
            "block_public_policy": blocked,
            "ignore_public_acls": True,
            "restrict_public_buckets": blocked,
        }

    def bucket_policy(self, name: str) -> Known:
        bucket = f"arn:aws:s3:::{self.system}-{name}"
        policy = {
            "Statement": [
                {
                    "Action": "s3:*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    "Effect": "Deny",
                    "Principal": "*",
                    "Resource": [bucket, f"{bucket}/*"],
                    "Sid": "DenyPlainHttp",
                }
            ],
            "Version": "2012-10-17",
        }
        return {"region": self._region, "policy": json.dumps(policy, separators=(",", ":"))}

    def bucket_policy_from_document(self) -> Known:
        return {"region": self._region, "policy": UNKNOWN}

    def policy_document(self) -> Known:
        statement = {
            "actions": ["s3:*"],
            "effect": "Deny",
            "not_actions": None,
            "not_principals": [],
            "not_resources": None,
            "resources": [UNKNOWN],
            "sid": "DenyPlainHttp",
            "condition": [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}],
            "principals": [{"identifiers": ["*"], "type": "*"}],
        }
        return {"statement": [statement]}

    def bucket_logging(self) -> Known:
        return {
            "region": self._region,
            "target_grant": [],
            "target_object_key_format": [],
            "target_prefix": "s3/",
        }

    def instance(self, index: int) -> Known:
        root = {
            "delete_on_termination": True,
            "device_name": UNKNOWN,
            "encrypted": self._pick(True, False),
            "iops": UNKNOWN,
            "kms_key_id": UNKNOWN,
            "tags": None,
            "tags_all": UNKNOWN,
            "throughput": UNKNOWN,
            "volume_id": UNKNOWN,
            "volume_size": 40,
            "volume_type": "gp3",
        }
        metadata = {
            "http_endpoint": "enabled",
            "http_protocol_ipv6": UNKNOWN,
            "http_put_response_hop_limit": 1,
            "http_tokens": self._pick("required", "optional"),
            "instance_metadata_tags": UNKNOWN,
        }
        return {
            **self._tagged(f"app-{index}"),
            "ami": f"ami-0{self._rng.getrandbits(64):016x}",
            "credit_specification": [],
            "disable_api_termination": self._pick(False, True),
            "get_password_data": False,
            "instance_type": self._rng.choice(("t3.medium", "m7i.large", "c7i.large")),
            "launch_template": [],
            "metadata_options": [metadata],
            "monitoring": self._pick(True, False),
            "root_block_device": [root],
            "source_dest_check": True,
            "user_data_replace_on_change": False,
        }

    def volume(self, index: int) -> Known:
        zones = ZONES[self._region]
        encrypted = self._pick(True, False)
        return {
            **self._tagged(f"data-{index}"),
            "region": self._region,
            "availability_zone": zones[index % len(zones)],
            "encrypted": encrypted,
            "kms_key_id": UNKNOWN,
            "size": self._rng.choice((50, 100, 500)),
            "type": "gp3",
        }

    def volume_attachment(self) -> Known:
        return {"device_name": "/dev/sdf", "region": self._region}

    def function(self, name: str) -> Known:
        log = {
            "application_log_level": None,
            "log_format": "JSON",
            "log_group": UNKNOWN,
            "system_log_level": None,
        }
        return {
            **self._tagged(name),
            "capacity_provider_config": [],
            "dead_letter_config": [],
            "description": "夜間バッチ",
            "durable_config": [],
            "environment": [{"variables": {"STAGE": "main"}}],
            "ephemeral_storage": [{"size": 512}],
            "file_system_config": [],
            "filename": f"build/{name}.zip",
            "function_name": f"{self.system}-{name}",
            "handler": "index.handler",
            "image_config": [],
            "kms_key_arn": self._pick(UNKNOWN, None),
            "logging_config": [log],
            "memory_size": 256,
            "package_type": "Zip",
            "publish": False,
            "reserved_concurrent_executions": -1,
            "runtime": "python3.13",
            "skip_destroy": False,
            "snap_start": [],
            "tenancy_config": [],
            "timeout": 60,
            "vpc_config": [],
        }

    def subnet_group(self) -> Known:
        return {**self._tagged("db"), "description": "Managed by Terraform", "name": f"{self.system}-db"}

    def database(self, name: str) -> Known:
        encrypted = self._pick(True, False)
        return {
            **self._tagged(name),
            "allocated_storage": 100,
            "allow_major_version_upgrade": False,
            "apply_immediately": False,
            "auto_minor_version_upgrade": True,
            "backup_retention_period": self._pick(14, 1),
            "backup_window": "17:00-18:00",
            "blue_green_update": [],
            "copy_tags_to_snapshot": True,
            "db_name": name.replace("-", "_"),
            "dedicated_log_volume": False,
            "delete_automated_backups": self._pick(False, True),
            "deletion_protection": self._pick(False, True),
            "enabled_cloudwatch_logs_exports": ["postgresql"],
            "engine": "postgres",
            "engine_version": "17.4",
            "final_snapshot_identifier": f"{self.system}-{name}-end",
            "iam_database_authentication_enabled": True,
            "identifier": f"{self.system}-{name}",
            "instance_class": "db.m7g.large",
            "kms_key_id": UNKNOWN,
            "maintenance_window": "sun:18:00-sun:19:00",
            "manage_master_user_password": True,
            "max_allocated_storage": 500,
            "monitoring_interval": 60,
            "multi_az": self._pick(True, False),
            "performance_insights_enabled": True,
            "performance_insights_retention_period": 7,
            "port": 5432,
            "publicly_accessible": self._pick(False, True, False),
            "restore_to_point_in_time": [],
            "s3_import": [],
            "skip_final_snapshot": False,
            "storage_encrypted": encrypted,
            "storage_type": "gp3",
            "username": "manager",
        }

    def table(self, name: str) -> Known:
        encryption = self._pick([{"enabled": True, "kms_key_arn": UNKNOWN}], [], [{"enabled": True}])
        recovery = {"enabled": self._pick(True, False), "recovery_period_in_days": UNKNOWN}
        return {
            **self._tagged(name),
            "attribute": [{"name": "id", "type": "S"}],
            "billing_mode": "PAY_PER_REQUEST",
            "deletion_protection_enabled": self._pick(False, True),
            "global_secondary_index": [],
            "global_table_witness": [],
            "hash_key": "id",
            "import_table": [],
            "local_secondary_index": [],
            "name": f"{self.system}-{name}",
            "on_demand_throughput": [],
            "point_in_time_recovery": [recovery],
            "replica": [],
            "server_side_encryption": encryption,
            "ttl": [{"attribute_name": "", "enabled": False}],
            "warm_throughput": UNKNOWN,
        }

    def queue(self, name: str) -> Known:
        managed, key = self._pick((UNKNOWN, UNKNOWN), (False, None), (True, None))
        return {
            **self._tagged(name),
            "content_based_deduplication": False,
            "delay_seconds": 0,
            "fifo_queue": False,
            "kms_master_key_id": key,
            "max_message_size": 262144,
            "message_retention_seconds": 345600,
            "name": f"{self.system}-{name}",
            "receive_wait_time_seconds": 0,
            "sqs_managed_sse_enabled": managed,
            "visibility_timeout_seconds": 30,
        }

    def topic(self, name: str) -> Known:
        return {
            **self._tagged(name),
            "content_based_deduplication": False,
            "fifo_topic": False,
            "kms_master_key_id": self._pick("alias/aws/sns", None),
            "name": f"{self.system}-{name}",
        }
