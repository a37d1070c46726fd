"""What a made-up system sets on its Google Cloud resources: some conforming, some breaching."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from benchmarks.planmaker.values import UNKNOWN

Known = dict[str, Any]  # attribute values of any JSON type, with UNKNOWN among them

PROJECT: Final = "example-city-main"
_ROLES: Final = ("roles/viewer", "roles/logging.viewer", "roles/editor", "roles/owner", "roles/storage.admin")


class Google:
    """Draws attribute values for one system in one region; a method a resource, named after it."""

    def __init__(self, rng: Random, system: str, region: str) -> None:
        self._rng = rng
        self._region = region
        self.system = system

    def _pick(self, conforming: Any, breaching: Any, undecided: Any = UNKNOWN) -> Any:
        """Three in five conforming, one in four breaching, the rest undecided."""
        draw = self._rng.random()
        return conforming if draw < 0.60 else breaching if draw < 0.85 else undecided

    def _labelled(self) -> Known:
        labels = {"system": self.system}
        effective = {"goog-terraform-provisioned": "true", **labels}
        return {
            "project": PROJECT,
            "labels": labels,
            "effective_labels": effective,
            "terraform_labels": effective,
        }

    def _place(self) -> str:
        return self._region if self._rng.random() < 0.95 else "us-central1"

    def network(self) -> Known:
        return {
            "auto_create_subnetworks": False,
            "delete_default_routes_on_create": False,
            "name": self.system,
            "network_firewall_policy_enforcement_order": "AFTER_CLASSIC_FIREWALL",
            "params": [],
            "project": PROJECT,
        }

    def subnetwork(self) -> Known:
        log = {
            "aggregation_interval": "INTERVAL_5_SEC",
            "filter_expr": "true",
            "flow_sampling": 0.5,
            "metadata": "INCLUDE_ALL_METADATA",
            "metadata_fields": None,
        }
        return {
            "ip_cidr_range": "10.60.0.0/20",
            "log_config": self._pick([log], [], []),
            "name": self.system,
            "params": [],
            "private_ip_google_access": True,
            "project": PROJECT,
            "region": self._region,
        }

    def key_ring(self) -> Known:
        return {"location": self._region, "name": self.system, "project": PROJECT}

    def key(self) -> Known:
        known = self._labelled()
        del known["project"]
        version = {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protection_level": "SOFTWARE"}
        return {
            **known,
            "import_only": False,
            "name": "data",
            "purpose": "ENCRYPT_DECRYPT",
            "rotation_period": self._pick("7776000s", None),
            "skip_initial_version_creation": False,
            "version_template": [version],
        }

    def bucket(self, name: str) -> Known:
        encryption = {
            "customer_managed_encryption_enforcement_config": [],
            "customer_supplied_encryption_enforcement_config": [],
            "default_kms_key_name": UNKNOWN,
            "google_managed_encryption_enforcement_config": [],
        }
        return {
            **self._labelled(),
            "autoclass": [],
            "cors": [],
            "custom_placement_config": [],
            "encryption": self._pick([encryption], [], [encryption]),
            "force_destroy": self._pick(False, True, False),
            "hierarchical_namespace": [],
            "ip_filter": [],
            "lifecycle_rule": [],
            "location": self._place().upper(),
            "logging": [],
            "name": f"{self.system}-{name}",
            "public_access_prevention": self._pick("enforced", "inherited"),
            "retention_policy": [],
            "soft_delete_policy": [{"effective_time": UNKNOWN, "retention_duration_seconds": 604800}],
            "storage_class": "STANDARD",
            "uniform_bucket_level_access": True,
            "versioning": self._pick([{"enabled": True}], [{"enabled": False}]),
        }

    def bucket_member(self) -> Known:
        member = self._pick("group:office@example.com", "allUsers", "serviceAccount:batch@example.com")
        return {"condition": [], "member": member, "role": "roles/storage.objectViewer"}

    def disk(self, index: int) -> Known:
        key = {
            "kms_key_self_link": UNKNOWN,
            "kms_key_service_account": None,
            "raw_key": None,
            "rsa_encrypted_key": None,
            "sha256": UNKNOWN,
        }
        return {
            **self._labelled(),
            "async_primary_disk": [],
            "create_snapshot_before_destroy": False,
            "disk_encryption_key": self._pick([key], [], [key]),
            "name": f"{self.system}-disk-{index}",
            "params": [],
            "size": 100,
            "source_image_encryption_key": [],
            "source_snapshot_encryption_key": [],
            "type": "pd-balanced",
            "zone": f"{self._region}-a",
        }

    def instance(self, index: int) -> Known:
        parameters: Known = {
            "architecture": UNKNOWN,
            "enable_confidential_compute": None,
            "image": "debian-cloud/debian-12",
            "labels": UNKNOWN,
            "provisioned_iops": UNKNOWN,
            "provisioned_throughput": UNKNOWN,
            "replica_zones": None,
            "resource_manager_tags": None,
            "resource_policies": UNKNOWN,
            "size": 20,
            "snapshot": UNKNOWN,
            "source_image_encryption_key": [],
            "source_snapshot_encryption_key": [],
            "storage_pool": None,
            "type": "pd-balanced",
        }
        boot = {
            "auto_delete": True,
            "device_name": UNKNOWN,
            "disk_encryption_key_raw": None,
            "disk_encryption_key_rsa": None,
            "disk_encryption_key_sha256": UNKNOWN,
            "disk_encryption_service_account": None,
            "force_attach": False,
            "guest_os_features": UNKNOWN,
            "initialize_params": [parameters],
            "interface": None,
            "kms_key_self_link": UNKNOWN,
            "mode": "READ_WRITE",
            "source": UNKNOWN,
        }
        address = {
            "nat_ip": UNKNOWN,
            "network_tier": UNKNOWN,
            "public_ptr_domain_name": None,
        }
        interface = {
            "access_config": self._pick([], [address], []),
            "alias_ip_range": [],
            "ipv6_access_config": [],
            "igmp_query": UNKNOWN,
            "internal_ipv6_prefix_length": UNKNOWN,
            "ipv6_access_type": UNKNOWN,
            "ipv6_address": UNKNOWN,
            "network_attachment": UNKNOWN,
            "parent_nic_name": UNKNOWN,
            "name": UNKNOWN,
            "network": UNKNOWN,
            "network_ip": UNKNOWN,
            "nic_type": None,
            "queue_count": None,
            "stack_type": UNKNOWN,
            "subnetwork": UNKNOWN,
            "subnetwork_project": UNKNOWN,
            "vlan": None,
        }
        return {
            **self._labelled(),
            "advanced_machine_features": [],
            "attached_disk": [],
            "boot_disk": [boot],
            "can_ip_forward": False,
            "deletion_protection": self._pick(False, True, False),
            "instance_encryption_key": [],
            "machine_type": "e2-standard-2",
            "metadata": {"enable-oslogin": "TRUE"},
            "name": f"{self.system}-app-{index}",
            "network_interface": [interface],
            "network_performance_config": [],
            "params": [],
            "scratch_disk": [],
            "service_account": [{"email": UNKNOWN, "scopes": ["cloud-platform"]}],
            "tags": ["app"],
            "workload_identity_config": [],
            "zone": f"{self._region}-a",
        }

    def database(self, name: str) -> Known:
        backup = {
            "backup_retention_settings": [{"retained_backups": 14, "retention_unit": "COUNT"}],
            "backup_tier": UNKNOWN,
            "binary_log_enabled": None,
            "enabled": self._pick(True, False),
            "location": None,
            "point_in_time_recovery_enabled": True,
            "start_time": "17:00",
            "transaction_log_retention_days": UNKNOWN,
        }
        address = {
            "allocated_ip_range": None,
            "authorized_networks": [],
            "custom_subject_alternative_names": None,
            "enable_private_path_for_google_cloud_services": None,
            "ipv4_enabled": self._pick(False, True, False),
            "private_network": UNKNOWN,
            "psc_config": [],
            "server_ca_mode": UNKNOWN,
            "server_ca_pool": None,
            "server_certificate_rotation_mode": None,
            "ssl_mode": self._pick("ENCRYPTED_ONLY", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
        }
        settings = {
            "activation_policy": "ALWAYS",
            "availability_type": self._pick("REGIONAL", "ZONAL"),
            "backup_configuration": [backup],
            "connector_enforcement": UNKNOWN,
            "database_flags": [],
            "deletion_protection_enabled": None,
            "disk_autoresize": True,
            "disk_autoresize_limit": 0,
            "disk_size": UNKNOWN,
            "disk_type": "PD_SSD",
            "edition": UNKNOWN,
            "ip_configuration": [address],
            "pricing_plan": "PER_USE",
            "tier": "db-custom-2-7680",
            "time_zone": None,
            "user_labels": UNKNOWN,
            "version": UNKNOWN,
            "active_directory_config": [],
            "advanced_machine_features": [],
            "auto_upgrade_enabled": None,
            "collation": None,
            "connection_pool_config": UNKNOWN,
            "data_api_access": UNKNOWN,
            "data_cache_config": UNKNOWN,
            "data_disk_provisioned_iops": UNKNOWN,
            "data_disk_provisioned_throughput": UNKNOWN,
            "deny_maintenance_period": [],
            "effective_availability_type": UNKNOWN,
            "enable_dataplex_integration": None,
            "enable_google_ml_integration": None,
            "insights_config": [],
            "location_preference": UNKNOWN,
            "maintenance_window": [],
            "password_validation_policy": [],
            "retain_backups_on_delete": None,
            "sql_server_audit_config": [],
        }
        return {
            "clone": [],
            "database_version": "POSTGRES_17",
            "deletion_protection": self._pick(False, True),
            "encryption_key_name": UNKNOWN,
            "name": f"{self.system}-{name}",
            "point_in_time_restore_context": [],
            "project": PROJECT,
            "region": self._place(),
            "restore_backup_context": [],
            "settings": [settings],
        }

    def topic(self, name: str) -> Known:
        return {
            **self._labelled(),
            "ingestion_data_source_settings": [],
            "kms_key_name": self._pick(UNKNOWN, None),
            "message_retention_duration": None,
            "message_storage_policy": UNKNOWN,
            "message_transforms": [],
            "name": f"{self.system}-{name}",
            "schema_settings": [],
        }

    def member(self) -> Known:
        return {
            "condition": [],
            "member": f"group:{self.system}@example.com",
            "project": PROJECT,
            "role": self._rng.choice(_ROLES),
        }
