"""Further resource types that keep data: place, key and deletion protection only.

Each attribute is that of the type's page at https://registry.terraform.io/providers/hashicorp/google/latest/docs .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from auditor.attr import Known, Reason, Unknown
from auditor.facets import EncryptionAtRest, Facet, Obstacle, Placement
from auditor.record import Record
from auditor.text import Text
from auditor_google.building import located_by, placed, protects, residue, retirement
from auditor_google.keys import at_rest, by_google, undecided
from auditor_google.reading import settled_block
from auditor_google.registry import REGISTRY


class Store(msgspec.Struct, frozen=True):
    """How a type writes what is common to stores."""

    what: str
    key: str = ""
    """Path of the customer-managed key; empty where the service has none of its own."""
    block: str = ""
    """Block around the key, which the provider may fill in."""
    places: tuple[str, ...] = ("location", "region", "zone")
    protection: str = ""
    """Flag that protects from deletion."""
    protected: bool = False
    """Its default."""
    computed: bool = False
    """Whether the provider fills the key in where the configuration leaves it out."""
    holder: tuple[str, str] | None = None
    """Path and type of the store that it stands in, whose key is its own."""
    elsewhere: bool = False
    """Whether the key is a setting of the service for a project and a place."""


_SET_FOR_PLACE: Final = Text(
    "サービスがプロジェクトと場所ごとに持つ鍵の設定",
    "the key that the service is told to use in this project and place",
)
_SPEC: Final = "encryption_spec"

STORES: Final[dict[str, Store]] = {
    # Processing with data on disks of its own
    "google_dataproc_cluster": Store("cluster", "kms_key_name", "cluster_config.0.encryption_config", ("region",)),
    "google_dataproc_metastore_service": Store(
        "database", "kms_key", "encryption_config", protection="deletion_protection"
    ),
    "google_dataproc_batch": Store("job", "kms_key", "environment_config.0.execution_config"),
    "google_dataflow_job": Store("job", "kms_key_name", places=("region", "zone")),
    "google_dataflow_flex_template_job": Store("job", "kms_key_name", places=("region",), computed=True),
    "google_composer_environment": Store("environment", "kms_key_name", "config.0.encryption_config", ("region",)),
    "google_data_fusion_instance": Store("instance", "key_reference", "crypto_key_config"),
    "google_notebooks_instance": Store("notebook", "kms_key"),
    "google_notebooks_runtime": Store(
        "notebook", "kms_key", "virtual_machine.0.virtual_machine_config.0.encryption_config"
    ),
    "google_workbench_instance": Store(
        "notebook", "kms_key", "gce_setup.0.boot_disk", protection="enable_deletion_protection"
    ),
    "google_looker_instance": Store("instance", "kms_key_name", "encryption_config"),
    "google_datastream_stream": Store("stream", "customer_managed_encryption_key"),
    "google_dataform_repository": Store("repository", "kms_key_name"),
    "google_managed_kafka_cluster": Store("cluster", "kms_key", "gcp_config"),
    "google_integration_connectors_connection": Store("connection", elsewhere=True),
    "google_workstations_workstation_config": Store("workstation", "kms_key", "encryption_key"),
    "google_workstations_workstation": Store(
        "workstation", holder=("workstation_config_id", "google_workstations_workstation_config")
    ),
    # File systems
    "google_parallelstore_instance": Store("file-share"),
    "google_lustre_instance": Store("file-share", "kms_key"),
    "google_netapp_storage_pool": Store("storage-pool", "kms_config"),
    "google_netapp_backup_vault": Store("backup-vault", "kms_config"),
    "google_netapp_backup": Store("backup", holder=("vault_name", "google_netapp_backup_vault")),
    # Artificial intelligence and search
    "google_vertex_ai_dataset": Store("dataset", "kms_key_name", _SPEC),
    "google_vertex_ai_endpoint": Store("endpoint", "kms_key_name", _SPEC),
    "google_vertex_ai_featurestore": Store("feature-store", "kms_key_name", _SPEC),
    "google_vertex_ai_feature_online_store": Store("feature-store", "kms_key_name", _SPEC),
    "google_vertex_ai_index": Store("index", "kms_key_name", _SPEC),
    "google_vertex_ai_index_endpoint": Store("endpoint", "kms_key_name", _SPEC),
    "google_vertex_ai_metadata_store": Store("metadata-store", "kms_key_name", _SPEC),
    "google_vertex_ai_tensorboard": Store("tensorboard", "kms_key_name", _SPEC),
    "google_document_ai_processor": Store("processor", "kms_key_name"),
    "google_dialogflow_cx_agent": Store("agent", elsewhere=True),
    "google_discovery_engine_data_store": Store("data-store", "kms_key_name"),
    # Health and further data services
    "google_healthcare_dataset": Store("dataset", "kms_key_name", _SPEC),
    "google_apigee_instance": Store("instance", "disk_encryption_key_name"),
    "google_firebase_database_instance": Store("database"),
    # Source code and build artefacts
    "google_sourcerepo_repository": Store("repository", places=()),
    "google_secure_source_manager_instance": Store("repository", "kms_key"),
    "google_secure_source_manager_repository": Store(
        "repository", holder=("instance", "google_secure_source_manager_instance")
    ),
    # Hosts of others
    "google_vmwareengine_private_cloud": Store("private-cloud"),
    "google_oracle_database_autonomous_database": Store("database", protection="deletion_protection", protected=True),
    "google_oracle_database_cloud_vm_cluster": Store("cluster", protection="deletion_protection", protected=True),
    "google_oracle_database_cloud_exadata_infrastructure": Store(
        "infrastructure", protection="deletion_protection", protected=True
    ),
    "google_tpu_v2_vm": Store("instance"),
    # Certificates
    "google_privateca_ca_pool": Store("ca-pool", "cloud_kms_key", _SPEC),
    "google_privateca_certificate_authority": Store(
        "certificate-authority", "cloud_kms_key_version", "key_spec", protection="deletion_protection", protected=True
    ),
}

_PREVENTED: Final = frozenset(
    # Types whose page says that ``deletion_policy`` is PREVENT unless it is set.
    ("google_secure_source_manager_instance", "google_secure_source_manager_repository")
)


@REGISTRY.adapter(*STORES)
def store(record: Record) -> Iterator[Facet]:
    """One of the types above."""
    form = STORES[record.type]
    yield placed(record, *form.places)
    yield _key(record, form)
    obstacles: tuple[Obstacle, ...] = ()
    if form.protection:
        obstacles = (protects(record, form.protection, default=form.protected),)
    default = "PREVENT" if record.type in _PREVENTED else "DELETE"
    yield retirement(record, *obstacles, default_policy=default)
    yield residue(form.what)


def _key(record: Record, form: Store) -> EncryptionAtRest:
    if form.holder is not None:
        path, type_ = form.holder
        holder = record.target(path, type_)
        if isinstance(holder, Known) and holder.value is not None:
            return _key(holder.value, STORES[type_])
        return undecided(holder if isinstance(holder, Unknown) else record.unknown(path, Reason.OUTSIDE))
    if form.elsewhere:
        return undecided(record.unknown("", Reason.OUTSIDE, _SET_FOR_PLACE))
    if not form.key:
        return by_google()
    if form.block:
        return at_rest(settled_block(record, form.block), form.key)
    return at_rest(record, form.key, computed=form.computed)


_POOL: Final = "google_netapp_storage_pool"


@REGISTRY.adapter("google_netapp_volume_snapshot")
def volume_snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot inside its volume, under the key of the pool that the volume is in."""
    yield placed(record, "location")
    volume = record.target("volume_name", "google_netapp_volume")
    if isinstance(volume, Known) and volume.value is not None:
        pool = volume.value.target("storage_pool", _POOL)
        missing = volume.value.unknown("storage_pool", Reason.OUTSIDE)
    else:
        pool, missing = volume, record.unknown("volume_name", Reason.OUTSIDE)
    if isinstance(pool, Known) and pool.value is not None:
        yield _key(pool.value, STORES[_POOL])
    else:
        yield undecided(pool if isinstance(pool, Unknown) else missing)
    yield retirement(record)
    yield residue("snapshot")


_HEALTHCARE: Final = "google_healthcare_dataset"


@REGISTRY.adapter("google_healthcare_fhir_store", "google_healthcare_dicom_store", "google_healthcare_hl7_v2_store")
def healthcare_store(record: Record) -> Iterator[Facet]:
    """A store in a dataset, which says the place and the key."""
    yield Placement(locations=located_by(record, "dataset", _HEALTHCARE), stores_data=True)
    dataset = record.target("dataset", _HEALTHCARE)
    if isinstance(dataset, Known) and dataset.value is not None:
        yield at_rest(settled_block(dataset.value, _SPEC), "kms_key_name")
    else:
        yield undecided(dataset if isinstance(dataset, Unknown) else record.unknown("dataset", Reason.OUTSIDE))
    yield retirement(record)
    yield residue("store")


REGULAR: Final = (
    # Settings of one place that keep no information of users.
    "google_vpc_access_connector",
    "google_dataproc_autoscaling_policy",
    "google_dataproc_workflow_template",
    "google_cloud_scheduler_job",
    "google_cloud_tasks_queue",
    "google_eventarc_trigger",
    "google_eventarc_channel",
    "google_cloudbuild_trigger",
    "google_network_connectivity_hub",
    "google_redis_cluster_user_created_connections",
    "google_data_catalog_taxonomy",
    "google_dataplex_lake",
    "google_gke_backup_restore_plan",
    "google_clouddeploy_delivery_pipeline",
    "google_cloudbuild_worker_pool",
    "google_vmwareengine_network",
    "google_vmwareengine_cluster",
)


@REGISTRY.adapter(*REGULAR)
def regular(record: Record) -> Iterator[Facet]:
    """One of the types above."""
    yield placed(record, "location", "region", "zone", stores_data=False)
