"""Services that keep data of their users and need no more than one line each.

Source of the columns: Terraform AWS provider documentation, page of each type, and the page "Data protection" (or
"Encryption at rest") of each service's guide: all of those listed here with an encryption always encrypt, with a key
of AWS where the customer names none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Unknown
from auditor.facets import EncryptionAtRest, Facet, KeyOwner, Residue, Retirement
from auditor.record import Record
from auditor_aws import keys, retirement
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY


class Row(msgspec.Struct, frozen=True):
    """What is known of one resource type."""

    what: str
    """Name of the kind of thing that must not stay behind."""
    key: str = ""
    """Attribute that names the customer's key; empty where encryption is decided elsewhere or not documented."""
    key_kind: str = ""
    """Attribute that says whose key it is, where the service has one: ``CUSTOMER_MANAGED_KMS_KEY``."""
    stores_data: bool = True
    protects_unless: tuple[str, ...] = ()
    """Flags that make a destroy fail while they are false (default: false)."""
    keeps: tuple[str, ...] = ()
    """Flags that leave data behind while they are true (default: false)."""


ROWS: Final[dict[str, Row]] = {
    # Analytics
    "aws_athena_database": Row("athena-database", protects_unless=("force_destroy",)),
    "aws_athena_workgroup": Row("athena-workgroup", protects_unless=("force_destroy",)),
    "aws_bcmdataexports_export": Row("data-export", stores_data=False),
    "aws_cleanrooms_configured_table": Row("clean-rooms-table"),
    "aws_datazone_domain": Row("datazone-domain", "kms_key_identifier"),
    "aws_emr_studio": Row("emr-studio", "encryption_key_arn"),
    "aws_emrserverless_application": Row("emr-serverless-application"),
    "aws_finspace_kx_environment": Row("finspace-environment", "kms_key_id"),
    "aws_finspace_kx_database": Row("finspace-database"),
    "aws_finspace_kx_volume": Row("finspace-volume"),
    "aws_glue_catalog": Row("glue-catalog", "catalog_properties.0.data_lake_access_properties.0.kms_key"),
    "aws_glue_catalog_database": Row("glue-database"),
    "aws_glue_catalog_table": Row("glue-table"),
    "aws_glue_connection": Row("glue-connection"),
    "aws_glue_dev_endpoint": Row("glue-dev-endpoint"),
    "aws_glue_ml_transform": Row("glue-transform"),
    "aws_glue_registry": Row("glue-registry"),
    "aws_grafana_workspace": Row("grafana-workspace", "kms_key_id"),
    "aws_kendra_index": Row("kendra-index", "server_side_encryption_configuration.0.kms_key_id"),
    "aws_mwaa_environment": Row("airflow-environment", "kms_key"),
    "aws_osis_pipeline": Row("ingestion-pipeline", "encryption_at_rest_options.0.kms_key_arn"),
    "aws_prometheus_workspace": Row("prometheus-workspace", "kms_key_arn"),
    "aws_quicksight_data_set": Row("quicksight-data-set"),
    "aws_timestreamwrite_database": Row("timestream-database", "kms_key_id"),
    # Identities and people
    "aws_cognito_identity_pool": Row("identity-pool"),
    "aws_customerprofiles_domain": Row("customer-profiles", "default_encryption_key"),
    "aws_connect_instance": Row("connect-instance"),
    "aws_pinpoint_app": Row("pinpoint-app"),
    "aws_sesv2_contact_list": Row("contact-list"),
    "aws_workmail_organization": Row("workmail-organization", "kms_key_arn"),
    "aws_workspacesweb_portal": Row("web-portal", "customer_managed_key"),
    "aws_appstream_fleet": Row("appstream-fleet"),
    "aws_appstream_image_builder": Row("appstream-image-builder"),
    "aws_appstream_stack": Row("appstream-stack"),
    # Development
    "aws_amplify_app": Row("amplify-app"),
    "aws_cloud9_environment_ec2": Row("cloud9-environment"),
    "aws_codeartifact_domain": Row("artifact-domain", "encryption_key"),
    "aws_codeartifact_repository": Row("artifact-repository"),
    "aws_codecatalyst_source_repository": Row("source-repository"),
    "aws_codecommit_repository": Row("source-repository", "kms_key_id"),
    "aws_elastic_beanstalk_application_version": Row("application-version"),
    "aws_elastic_beanstalk_environment": Row("beanstalk-environment"),
    "aws_imagebuilder_component": Row("image-component", "kms_key_id", keeps=("skip_destroy",)),
    "aws_imagebuilder_image": Row("machine-image"),
    "aws_synthetics_canary": Row("canary", stores_data=False),
    # Machine learning
    "aws_bedrock_custom_model": Row("custom-model", "custom_model_kms_key_id"),
    "aws_bedrockagent_agent": Row("agent", "customer_encryption_key_arn"),
    "aws_bedrockagent_data_source": Row("knowledge-source", "server_side_encryption_configuration.0.kms_key_arn"),
    "aws_bedrockagent_flow": Row("agent-flow", "customer_encryption_key_arn"),
    "aws_bedrockagent_knowledge_base": Row("knowledge-base"),
    "aws_bedrockagent_prompt": Row("prompt", "customer_encryption_key_arn"),
    "aws_bedrockagentcore_memory": Row("agent-memory", "encryption_key_arn"),
    "aws_comprehend_document_classifier": Row("classifier", "model_kms_key_id"),
    "aws_comprehend_entity_recognizer": Row("recogniser", "model_kms_key_id"),
    "aws_qbusiness_application": Row("q-application", "encryption_configuration.0.kms_key_id"),
    "aws_rekognition_collection": Row("face-collection"),
    "aws_sagemaker_endpoint_configuration": Row("endpoint-configuration", "kms_key_arn"),
    "aws_sagemaker_mlflow_tracking_server": Row("mlflow-server"),
    "aws_sagemaker_model": Row("model"),
    "aws_sagemaker_model_card": Row("model-card", "security_config.0.kms_key_id"),
    "aws_sagemaker_model_package_group": Row("model-package-group"),
    "aws_sagemaker_notebook_instance": Row("notebook", "kms_key_id"),
    "aws_sagemaker_space": Row("sagemaker-space"),
    "aws_sagemaker_user_profile": Row("sagemaker-user-profile"),
    # Integration
    "aws_appconfig_configuration_profile": Row("configuration-profile", "kms_key_identifier"),
    "aws_appconfig_hosted_configuration_version": Row("hosted-configuration"),
    "aws_appfabric_app_bundle": Row("app-bundle", "customer_managed_key_arn"),
    "aws_appflow_connector_profile": Row("connector-profile", "kms_arn"),
    "aws_appflow_flow": Row("flow", "kms_arn"),
    "aws_appintegrations_data_integration": Row("data-integration", "kms_key"),
    "aws_auditmanager_account_registration": Row("audit-manager", "kms_key"),
    "aws_auditmanager_assessment": Row("assessment"),
    "aws_cloudwatch_event_bus": Row("event-bus", "kms_key_identifier"),
    "aws_cloudwatch_event_connection": Row("event-connection", "kms_key_identifier"),
    "aws_location_geofence_collection": Row("geofences", "kms_key_id"),
    "aws_location_tracker": Row("tracker", "kms_key_id"),
    "aws_m2_application": Row("mainframe-application", "kms_key_id"),
    "aws_m2_environment": Row("mainframe-environment", "kms_key_id"),
    "aws_pipes_pipe": Row("pipe", "kms_key_identifier"),
    "aws_sfn_activity": Row(
        "activity", "encryption_configuration.0.kms_key_id", key_kind="encryption_configuration.0.type"
    ),
    "aws_sfn_state_machine": Row(
        "state-machine", "encryption_configuration.0.kms_key_id", key_kind="encryption_configuration.0.type"
    ),
    "aws_service_discovery_http_namespace": Row("namespace", stores_data=False),
    "aws_service_discovery_private_dns_namespace": Row("namespace", stores_data=False),
    "aws_service_discovery_public_dns_namespace": Row("namespace", stores_data=False),
    "aws_verifiedpermissions_policy_store": Row("policy-store"),
    # Storage
    "aws_datasync_agent": Row("datasync-agent", stores_data=False),
    "aws_datasync_task": Row("datasync-task", stores_data=False),
    "aws_storagegateway_gateway": Row("storage-gateway"),
    # Media
    "aws_media_store_container": Row("media-container"),
    "aws_ivschat_room": Row("chat-room"),
    "aws_medialive_channel": Row("media-channel", stores_data=False),
    "aws_chimesdkvoice_voice_profile_domain": Row(
        "voice-profiles", "server_side_encryption_configuration.0.kms_key_arn"
    ),
    # Things and games
    "aws_gamelift_fleet": Row("game-fleet"),
    "aws_iot_thing": Row("thing"),
    # Machines and directories
    "aws_batch_compute_environment": Row("batch-environment", stores_data=False),
    "aws_drs_replication_configuration_template": Row("replication-template", "ebs_encryption_key_arn"),
    "aws_rum_app_monitor": Row("app-monitor"),
    "aws_apprunner_service": Row("apprunner-service", "encryption_configuration.0.kms_key"),
    "aws_cloudsearch_domain": Row("search-domain"),
    "aws_devicefarm_project": Row("device-farm-project"),
    "aws_codebuild_report_group": Row("build-reports"),
    "aws_acmpca_certificate_authority": Row("certificate-authority"),
    "aws_cloudhsm_v2_cluster": Row("hsm-cluster"),
    "aws_paymentcryptography_key": Row("payment-key"),
}
"""Resource type -> its line."""


def _encryption(record: Record, row: Row) -> EncryptionAtRest:
    """Encryption by the key that is named; whose a key is that cannot be followed, the kind of key may say."""
    found = keys.at_rest(record, row.key, KeyOwner.PROVIDER)
    if not row.key_kind or not isinstance(found.key_owner, Unknown):
        return found
    kind = record.text(row.key_kind)
    if isinstance(kind, Unknown) or kind.value != "CUSTOMER_MANAGED_KMS_KEY":
        return found
    owner = record.known(row.key_kind, KeyOwner.CUSTOMER)
    return EncryptionAtRest(enabled=found.enabled, key_owner=owner, key_id=found.key_id)


@REGISTRY.adapter(*ROWS)
def store(record: Record) -> Iterable[Facet]:
    """One resource of a type of the table."""
    row = ROWS[record.type]
    yield in_region(record, stores_data=row.stores_data)
    if row.key:
        yield _encryption(record, row)
    obstacles = (
        *(retirement.protects(record, name, when=False) for name in row.protects_unless),
        *(retirement.keeps(record, name) for name in row.keeps),
    )
    if obstacles:
        yield Retirement(obstacles=obstacles)
    if row.stores_data:
        yield Residue(what=row.what)
