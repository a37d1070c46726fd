"""Which attributes of a type are null when unset, and which only the provider can fill in.

Attribute names follow the schemas of the hashicorp/aws 6.47 and hashicorp/google 7.45 providers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spec:
    """The unset attributes of one resource type."""

    version: int
    nulls: tuple[str, ...]
    unknown: tuple[str, ...]
    collections: frozenset[str]
    sensitive: tuple[str, ...]


def _spec(nulls: str, unknown: str, collections: str = "", sensitive: str = "", version: int = 0) -> Spec:
    return Spec(
        version,
        tuple(nulls.split()),
        tuple(unknown.split()),
        frozenset(collections.split()),
        tuple(sensitive.split()),
    )


_INSTANCE_UNKNOWN_BLOCKS = (
    "capacity_reservation_specification cpu_options ebs_block_device enclave_options ephemeral_block_device "
    "instance_market_options maintenance_options network_interface primary_network_interface "
    "private_dns_name_options secondary_network_interface ipv6_addresses secondary_private_ips "
    "security_groups"
)
_S3_BUCKET_BLOCKS = (
    "cors_rule grant lifecycle_rule logging object_lock_configuration replication_configuration "
    "server_side_encryption_configuration versioning website"
)
_SNS_FEEDBACK = " ".join(
    f"{target}_{kind}"
    for target in ("application", "firehose", "http", "lambda", "sqs")
    for kind in ("failure_feedback_role_arn", "success_feedback_role_arn", "success_feedback_sample_rate")
)

SPECS: dict[str, Spec] = {
    "aws_cloudwatch_log_group": _spec("", "arn deletion_protection_enabled id log_group_class name_prefix"),
    "aws_db_instance": _spec(
        "custom_iam_instance_profile customer_owned_ip_enabled domain domain_auth_secret_arn domain_dns_ips "
        "domain_iam_role_name domain_ou password password_wo password_wo_version "
        "replicate_source_db timeouts "
        "upgrade_storage_config",
        "address arn availability_zone backup_target ca_cert_identifier character_set_name "
        "database_insights_mode domain_fqdn endpoint engine_lifecycle_support engine_version_actual "
        "hosted_zone_id id identifier_prefix iops latest_restorable_time license_model listener_endpoint "
        "master_user_secret master_user_secret_kms_key_id monitoring_role_arn nchar_character_set_name "
        "network_type option_group_name parameter_group_name performance_insights_kms_key_id replica_mode "
        "replicas resource_id snapshot_identifier status storage_throughput timezone upgrade_rollout_order "
        "vpc_security_group_ids db_subnet_group_name",
        "listener_endpoint master_user_secret replicas vpc_security_group_ids",
        "password password_wo",
        2,
    ),
    "aws_db_subnet_group": _spec("", "arn id name_prefix subnet_ids supported_network_types vpc_id", "subnet_ids"),
    "aws_dynamodb_table": _spec(
        "restore_backup_arn restore_date_time restore_source_name restore_source_table_arn "
        "restore_to_latest_time table_class timeouts stream_enabled range_key",
        "arn id read_capacity stream_arn stream_label stream_view_type write_capacity",
        version=1,
    ),
    "aws_ebs_volume": _spec(
        "final_snapshot multi_attach_enabled outpost_arn timeouts volume_initialization_rate",
        "arn create_time id iops snapshot_id throughput",
    ),
    "aws_flow_log": _spec(
        "deliver_cross_account_role eni_id regional_nat_gateway_id subnet_id transit_gateway_attachment_id "
        "transit_gateway_id iam_role_arn",
        "arn id log_destination log_format vpc_id",
        version=1,
    ),
    "aws_iam_policy_document": _spec(
        "override_json override_policy_documents policy_id source_json source_policy_documents version",
        "id json minified_json",
    ),
    "aws_iam_role": _spec(
        "permissions_boundary",
        "arn create_date id inline_policy managed_policy_arns name_prefix unique_id",
        "inline_policy managed_policy_arns",
    ),
    "aws_iam_role_policy_attachment": _spec("", "id role"),
    "aws_instance": _spec(
        "force_destroy hibernation timeouts user_data volume_tags",
        "arn associate_public_ip_address availability_zone disable_api_stop ebs_optimized "
        "enable_primary_ipv6 "
        "host_id host_resource_group_arn iam_instance_profile id instance_initiated_shutdown_behavior "
        "instance_lifecycle instance_state ipv6_address_count key_name outpost_arn password_data "
        "placement_group placement_group_id placement_partition_number "
        "primary_network_interface_id private_dns "
        "private_ip public_dns public_ip spot_instance_request_id subnet_id tenancy user_data_base64 "
        "vpc_security_group_ids " + _INSTANCE_UNKNOWN_BLOCKS,
        "vpc_security_group_ids " + _INSTANCE_UNKNOWN_BLOCKS,
        version=2,
    ),
    "aws_internet_gateway": _spec("timeouts", "arn id owner_id vpc_id"),
    "aws_kms_alias": _spec("", "arn id name_prefix target_key_arn target_key_id"),
    "aws_kms_key": _spec("custom_key_store_id timeouts xks_key_id", "arn id key_id rotation_period_in_days"),
    "aws_lambda_function": _spec(
        "code_signing_config_arn image_uri layers publish_to replace_security_groups_on_destroy "
        "replacement_security_group_ids s3_bucket s3_key s3_object_version source_kms_key_arn timeouts",
        "architectures arn code_sha256 id invoke_arn last_modified qualified_arn qualified_invoke_arn "
        "response_streaming_invoke_arn role signing_job_arn signing_profile_version_arn source_code_hash "
        "source_code_size tracing_config version",
        "architectures tracing_config",
    ),
    "aws_route": _spec(
        "carrier_gateway_id core_network_arn destination_ipv6_cidr_block destination_prefix_list_id "
        "egress_only_gateway_id local_gateway_id nat_gateway_id odb_network_arn timeouts transit_gateway_id "
        "vpc_endpoint_id vpc_peering_connection_id",
        "gateway_id id instance_id instance_owner_id network_interface_id origin route_table_id state",
    ),
    "aws_route_table": _spec("timeouts", "arn id owner_id propagating_vgws route vpc_id", "propagating_vgws route"),
    "aws_route_table_association": _spec("gateway_id timeouts", "id route_table_id subnet_id"),
    "aws_s3_bucket": _spec(
        "timeouts",
        "acceleration_status acl arn bucket_domain_name bucket_namespace bucket_prefix bucket_region "
        "bucket_regional_domain_name hosted_zone_id id object_lock_enabled policy request_payer "
        "website_domain "
        "website_endpoint " + _S3_BUCKET_BLOCKS,
        _S3_BUCKET_BLOCKS,
    ),
    "aws_s3_bucket_logging": _spec("expected_bucket_owner", "bucket id target_bucket"),
    "aws_s3_bucket_policy": _spec("", "bucket id"),
    "aws_s3_bucket_public_access_block": _spec("", "bucket id skip_destroy"),
    "aws_s3_bucket_server_side_encryption_configuration": _spec("expected_bucket_owner", "bucket id"),
    "aws_s3_bucket_versioning": _spec("expected_bucket_owner mfa", "bucket id"),
    "aws_security_group": _spec(
        "timeouts", "arn egress id ingress name_prefix owner_id vpc_id", "egress ingress", version=1
    ),
    "aws_sns_topic": _spec(
        "archive_policy delivery_policy display_name " + _SNS_FEEDBACK,
        "arn beginning_archive_time fifo_throughput_scope id name_prefix owner policy signature_version tracing_config",
    ),
    "aws_sqs_queue": _spec(
        "timeouts",
        "arn deduplication_scope fifo_throughput_limit id kms_data_key_reuse_period_seconds "
        "name_prefix policy "
        "redrive_allow_policy redrive_policy url",
    ),
    "aws_subnet": _spec(
        "customer_owned_ipv4_pool enable_lni_at_device_index ipv4_ipam_pool_id ipv4_netmask_length "
        "ipv6_ipam_pool_id ipv6_netmask_length map_customer_owned_ip_on_launch outpost_arn timeouts",
        "arn availability_zone_id id ipv6_cidr_block ipv6_cidr_block_association_id owner_id "
        "private_dns_hostname_type_on_launch vpc_id",
        version=1,
    ),
    "aws_volume_attachment": _spec(
        "force_detach skip_destroy stop_instance_before_detaching timeouts", "id instance_id volume_id"
    ),
    "aws_vpc": _spec(
        "assign_generated_ipv6_cidr_block ipv4_ipam_pool_id ipv4_netmask_length ipv6_ipam_pool_id ipv6_netmask_length",
        "arn default_network_acl_id default_route_table_id default_security_group_id dhcp_options_id "
        "enable_network_address_usage_metrics id ipv6_association_id ipv6_cidr_block "
        "ipv6_cidr_block_network_border_group main_route_table_id owner_id",
        version=1,
    ),
    "aws_vpc_security_group_egress_rule": _spec(
        "cidr_ipv6 from_port prefix_list_id referenced_security_group_id to_port",
        "arn id security_group_id security_group_rule_id",
    ),
    "aws_vpc_security_group_ingress_rule": _spec(
        "cidr_ipv6 prefix_list_id referenced_security_group_id",
        "arn id security_group_id security_group_rule_id",
    ),
    "google_compute_disk": _spec(
        "architecture create_snapshot_before_destroy_prefix description image snapshot source_disk "
        "source_instant_snapshot source_storage_object storage_pool timeouts",
        "access_mode creation_timestamp deletion_policy disk_id enable_confidential_compute "
        "guest_os_features id "
        "label_fingerprint last_attach_timestamp last_detach_timestamp licenses physical_block_size_bytes "
        "provisioned_iops provisioned_throughput self_link source_disk_id source_image_id "
        "source_instant_snapshot_id source_snapshot_id users",
        "guest_os_features licenses users",
    ),
    "google_compute_instance": _spec(
        "allow_stopping_for_update description desired_status enable_display hostname "
        "key_revocation_action_type metadata_startup_script resource_policies timeouts",
        "confidential_instance_config cpu_platform creation_timestamp current_status deletion_policy "
        "guest_accelerator id instance_id label_fingerprint metadata_fingerprint min_cpu_platform "
        "reservation_affinity scheduling self_link shielded_instance_config tags_fingerprint",
        "confidential_instance_config guest_accelerator reservation_affinity scheduling shielded_instance_config",
        version=6,
    ),
    "google_compute_network": _spec(
        "delete_bgp_always_compare_med description enable_ula_internal_ipv6 network_profile timeouts",
        "bgp_always_compare_med bgp_best_path_selection_mode bgp_inter_region_cost "
        "deletion_policy gateway_ipv4 "
        "id internal_ipv6_range mtu network_id numeric_id routing_mode self_link",
    ),
    "google_compute_subnetwork": _spec(
        "description ip_collection ipv6_access_type reserved_internal_range resolve_subnet_mask role "
        "send_secondary_ip_range_if_empty timeouts",
        "allow_subnet_cidr_routes_overlap creation_timestamp deletion_policy external_ipv6_prefix "
        "fingerprint "
        "gateway_address id internal_ipv6_prefix ipv6_cidr_range ipv6_gce_endpoint network "
        "private_ipv6_google_access purpose secondary_ip_range self_link stack_type state subnetwork_id",
        "secondary_ip_range",
    ),
    "google_kms_crypto_key": _spec(
        "timeouts",
        "crypto_key_backend deletion_policy destroy_scheduled_duration id key_ring primary",
        "primary",
        version=1,
    ),
    "google_kms_key_ring": _spec("timeouts", "id"),
    "google_project_iam_member": _spec("", "etag id"),
    "google_pubsub_topic": _spec("tags timeouts", "deletion_policy id"),
    "google_sql_database_instance": _spec(
        "backupdr_backup final_backup_description include_replicas_for_major_version_upgrade root_password "
        "root_password_wo root_password_wo_version switch_transaction_logs_to_cloud_storage_enabled timeouts",
        "available_maintenance_versions connection_name deletion_policy dns_name dns_names "
        "enforce_new_sql_network_architecture first_ip_address id instance_type ip_address "
        "maintenance_version "
        "master_instance_name node_count private_ip_address psc_service_attachment_link public_ip_address "
        "replica_configuration replica_names replication_cluster self_link server_ca_cert "
        "service_account_email_address",
        "available_maintenance_versions dns_names ip_address replica_names replication_cluster",
        "replica_configuration root_password root_password_wo server_ca_cert",
    ),
    "google_storage_bucket": _spec(
        "default_event_based_hold enable_object_retention requester_pays timeouts",
        "deletion_policy id project_number rpo self_link time_created updated url website",
        "website",
        version=4,
    ),
    "google_storage_bucket_iam_member": _spec("", "bucket etag id"),
}
