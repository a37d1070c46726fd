"""Resource types that hold nothing a clause asks about, each group with its reason."""

from __future__ import annotations

from auditor_google import roles
from auditor_google.registry import REGISTRY
from auditor_google.terraform.iam_types import GRANTED

REGISTRY.part(f"{GRANTED[0]}_iam_member", *roles.CUSTOM_ROLES)  # read with every grant of them

REGISTRY.inert(
    # Addresses, routes and links between networks: no data, no endpoint of their own.
    "google_compute_address",
    "google_compute_global_address",
    "google_compute_router_interface",
    "google_compute_router_nat",
    "google_compute_router_nat_address",
    "google_compute_router_peer",
    "google_compute_router_route_policy",
    "google_compute_network_peering_routes_config",
    "google_compute_network_attachment",
    "google_compute_external_vpn_gateway",
    "google_compute_shared_vpc_service_project",
    "google_compute_project_default_network_tier",
    "google_compute_public_advertised_prefix",
    "google_compute_public_delegated_prefix",
    "google_service_networking_connection",
    "google_service_networking_peered_dns_domain",
    "google_service_networking_vpc_service_controls",
    "google_network_connectivity_internal_range",
    "google_network_connectivity_policy_based_route",
    "google_network_connectivity_regional_endpoint",
    "google_network_connectivity_service_connection_policy",
    "google_network_management_connectivity_test",
    "google_vmwareengine_network_peering",
    "google_vmwareengine_network_policy",
    "google_vmwareengine_external_address",
    "google_vmwareengine_subnet",
)

REGISTRY.inert(
    # Rules about requests, and lists that rules of firewalls refer to; firewall rules themselves have adapters.
    "google_compute_network_edge_security_service",
    "google_compute_packet_mirroring",
    "google_network_security_address_group",
    "google_network_security_authorization_policy",
    "google_network_security_authz_policy",
    "google_network_security_client_tls_policy",
    "google_network_security_gateway_security_policy",
    "google_network_security_gateway_security_policy_rule",
    "google_network_security_security_profile",
    "google_network_security_server_tls_policy",
    "google_network_security_tls_inspection_policy",
    "google_network_security_url_lists",
    "google_app_engine_firewall_rule",
)

REGISTRY.inert(
    # Wiring of load balancers: the endpoint that decides about encryption is the target proxy.
    "google_compute_region_backend_bucket",
    "google_compute_forwarding_rule",
    "google_compute_global_forwarding_rule",
    "google_compute_health_check",
    "google_compute_http_health_check",
    "google_compute_https_health_check",
    "google_compute_region_health_check",
    "google_compute_global_network_endpoint",
    "google_compute_global_network_endpoint_group",
    "google_compute_network_endpoint",
    "google_compute_network_endpoint_group",
    "google_compute_network_endpoints",
    "google_compute_region_network_endpoint",
    "google_compute_region_network_endpoint_group",
    "google_compute_instance_group_membership",
    "google_compute_instance_group_named_port",
    "google_compute_region_target_tcp_proxy",
    "google_compute_target_tcp_proxy",
    "google_compute_target_grpc_proxy",
    "google_compute_target_instance",
    "google_compute_target_pool",
    "google_compute_url_map",
    "google_compute_region_url_map",
    "google_cloud_run_domain_mapping",
    "google_app_engine_application_url_dispatch_rules",
    "google_app_engine_domain_mapping",
    "google_app_engine_service_network_settings",
    "google_app_engine_service_split_traffic",
    "google_endpoints_service",
)

REGISTRY.inert(
    # Certificates: public by nature, their keys are kept by the service and cannot be read back.
    "google_compute_managed_ssl_certificate",
    "google_compute_region_ssl_certificate",
    "google_compute_ssl_certificate",
    "google_certificate_manager_certificate",
    "google_certificate_manager_certificate_issuance_config",
    "google_certificate_manager_certificate_map",
    "google_certificate_manager_certificate_map_entry",
    "google_certificate_manager_dns_authorization",
    "google_certificate_manager_trust_config",
    "google_privateca_certificate",
    "google_privateca_certificate_template",
)

REGISTRY.inert(
    # Reservations of capacity and kinds of hardware.
    "google_compute_future_reservation",
    "google_compute_instance_settings",
    "google_compute_node_group",
    "google_compute_node_template",
    "google_compute_region_commitment",
    "google_compute_region_resize_request",
    "google_compute_reservation",
    "google_compute_resize_request",
    "google_compute_resource_policy_attachment",
    "google_bigquery_bi_reservation",
    "google_bigquery_capacity_commitment",
    "google_bigquery_reservation_assignment",
    "google_bigquery_reservation_group",
)

REGISTRY.inert(
    # Names and their resolution: published on purpose, served from everywhere.
    "google_dns_managed_zone",
    "google_dns_policy",
    "google_dns_record_set",
    "google_dns_response_policy",
    "google_dns_response_policy_rule",
    "google_clouddomains_registration",
    "google_service_directory_endpoint",
    "google_service_directory_namespace",
    "google_service_directory_service",
    "google_site_verification_owner",
    "google_site_verification_web_resource",
)

REGISTRY.inert(
    # Watching and alerting: definitions, not measured values.
    "google_logging_log_scope",
    "google_logging_log_view",
    "google_logging_saved_query",
    "google_monitoring_custom_service",
    "google_monitoring_dashboard",
    "google_monitoring_group",
    "google_monitoring_metric_descriptor",
    "google_monitoring_monitored_project",
    "google_monitoring_service",
    "google_monitoring_slo",
    "google_monitoring_uptime_check_config",
    "google_scc_mute_config",
    "google_scc_source",
)

REGISTRY.inert(
    # Switches of projects and accounts: services, quotas, budgets, labels.
    "google_billing_budget",
    "google_billing_project_info",
    "google_cloud_quotas_quota_adjuster_settings",
    "google_cloud_quotas_quota_preference",
    "google_folder_service_identity",
    "google_organization_service_identity",
    "google_project_service_identity",
    "google_service_usage_consumer_quota_override",
    "google_tags_location_tag_binding",
    "google_tags_tag_binding",
    "google_tags_tag_binding_collection",
    "google_tags_tag_key",
    "google_tags_tag_value",
)

REGISTRY.inert(
    # They only take rights away, or describe a limit that grants refer to.
    "google_access_context_manager_access_level",
    "google_access_context_manager_access_level_condition",
    "google_access_context_manager_access_levels",
    "google_access_context_manager_access_policy",
    "google_access_context_manager_egress_policy",
    "google_access_context_manager_ingress_policy",
    "google_access_context_manager_service_perimeter",
    "google_access_context_manager_service_perimeter_resource",
    "google_access_context_manager_service_perimeters",
    "google_binary_authorization_attestor",
    "google_binary_authorization_policy",
    "google_folder_access_approval_settings",
    "google_organization_access_approval_settings",
    "google_project_access_approval_settings",
    "google_iam_access_boundary_policy",
    "google_iam_deny_policy",
    "google_iam_folders_policy_binding",
    "google_iam_organizations_policy_binding",
    "google_iam_principal_access_boundary_policy",
    "google_iam_projects_policy_binding",
    "google_org_policy_custom_constraint",
    "google_project_iam_member_remove",
    "google_iap_brand",
    "google_iap_client",
    "google_iap_settings",
    "google_iap_tunnel_dest_group",
    "google_bigquery_row_access_policy",
)

REGISTRY.inert(
    # Where Autokey makes keys, connections to key managers outside, and ways of bringing keys in: the keys
    # themselves are resources of their own.
    "google_kms_autokey_config",
    "google_kms_project_autokey_config",
    "google_kms_ekm_connection",
    "google_kms_folder_kaj_policy_config",
    "google_kms_key_ring_import_job",
    "google_kms_organization_kaj_policy_config",
    "google_kms_project_kaj_policy_config",
    "google_kms_secret_ciphertext",
    "google_netapp_kmsconfig",
)

REGISTRY.inert(
    # Parts of a store that carry no setting of their own about place, key, backup or deletion.
    "google_bigquery_routine",
    "google_bigtable_app_profile",
    "google_bigtable_gc_policy",
    "google_firestore_field",
    "google_firestore_index",
    "google_pubsub_schema",
    "google_storage_folder",
    "google_storage_managed_folder",
    "google_storage_notification",
    "google_artifact_registry_project_config",
    "google_artifact_registry_vpcsc_config",
    "google_netapp_active_directory",
    "google_netapp_backup_policy",
    "google_netapp_volume_quota_rule",
    "google_secure_source_manager_branch_rule",
    "google_secure_source_manager_hook",
    "google_dataform_repository_release_config",
    "google_dataform_repository_workflow_config",
    "google_composer_user_workloads_config_map",
)

REGISTRY.inert(
    # Membership of clusters in a fleet and patch schedules: control only.
    "google_gke_hub_feature",
    "google_gke_hub_feature_membership",
    "google_gke_hub_fleet",
    "google_gke_hub_membership",
    "google_gke_hub_membership_binding",
    "google_gke_hub_namespace",
    "google_gke_hub_scope",
    "google_cloudbuildv2_connection",
    "google_cloudbuildv2_repository",
    "google_clouddeploy_target",
)
