"""Cloud Run, Cloud Functions, App Engine and Workflows.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Known, map_attr
from auditor.facets import EncryptionAtRest, EncryptionInTransit, Facet, KeyOwner, Obstacle, ObstacleKind, Placement
from auditor.record import Record
from auditor_google.building import keeps, located, placed, protects, residue, retirement
from auditor_google.keys import at_rest, by_google
from auditor_google.locations import APP_ENGINE
from auditor_google.reading import left_to_default, settled_text
from auditor_google.registry import REGISTRY

_KEY_ANNOTATION = "run.googleapis.com/encryption-key"


@REGISTRY.adapter("google_cloud_run_service")
def run_v1(record: Record) -> Iterator[Facet]:
    """A service; its key is an annotation of the template.

    https://cloud.google.com/run/docs/securing/using-cmek
    """
    yield placed(record, "location", stores_data=False)
    annotations = record.get("template.0.metadata.0.annotations")
    if isinstance(annotations, Known):
        stated = annotations.value.get(_KEY_ANNOTATION) if isinstance(annotations.value, dict) else None
        owner = KeyOwner.CUSTOMER if stated else KeyOwner.PROVIDER
        yield EncryptionAtRest(enabled=Known(True), key_owner=record.known("template", owner))
    else:
        if left_to_default(record, "template.0.metadata.0.annotations", annotations):
            yield by_google()
        else:
            yield EncryptionAtRest(enabled=Known(True), key_owner=annotations, key_id=annotations)
    yield EncryptionInTransit(endpoint="service", required=Known(True, record))
    yield retirement(record)


@REGISTRY.adapter("google_cloud_run_v2_service", "google_cloud_run_v2_worker_pool")
def run_v2(record: Record) -> Iterator[Facet]:
    """A service or a pool of workers.  Requests by HTTP are redirected to HTTPS.

    https://cloud.google.com/run/docs/triggering/https-request
    """
    yield placed(record, "location", stores_data=False)
    yield at_rest(record.block("template"), "encryption_key")
    if record.type == "google_cloud_run_v2_service":
        yield EncryptionInTransit(endpoint="service", required=Known(True, record))
    yield retirement(record, protects(record, "deletion_protection", default=True))


@REGISTRY.adapter("google_cloud_run_v2_job")
def run_job(record: Record) -> Iterator[Facet]:
    """A job."""
    yield placed(record, "location", stores_data=False)
    yield at_rest(record.block("template.0.template"), "encryption_key")
    yield retirement(record, protects(record, "deletion_protection", default=True))


@REGISTRY.adapter("google_cloudfunctions_function")
def function_v1(record: Record) -> Iterator[Facet]:
    """A function; plain HTTP is served unless the trigger demands HTTPS.

    https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions_function :
    without a security level both HTTP and HTTPS are accepted.
    """
    yield placed(record, "region", stores_data=False)
    yield at_rest(record, "kms_key_name")
    triggered = record.flag("trigger_http", False)
    if isinstance(triggered, Known) and triggered.value:
        level = settled_text(record, "https_trigger_security_level", "SECURE_OPTIONAL")
        yield EncryptionInTransit(endpoint="function", required=map_attr(level, lambda value: value == "SECURE_ALWAYS"))
    yield retirement(record)


@REGISTRY.adapter("google_cloudfunctions2_function")
def function_v2(record: Record) -> Iterator[Facet]:
    """A function that runs as a service of Cloud Run."""
    yield placed(record, "location", stores_data=False)
    yield at_rest(record, "kms_key_name")
    yield EncryptionInTransit(endpoint="function", required=Known(True, record))
    yield retirement(record)


@REGISTRY.adapter("google_app_engine_application")
def app_engine(record: Record) -> Iterator[Facet]:
    """The App Engine application of a project: it cannot be deleted, nor moved, while the project lives.

    https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/app_engine_application
    """
    yield Placement(locations=located(record, "location_id", table=APP_ENGINE), stores_data=True)
    yield by_google()
    yield retirement(record, Obstacle("app_engine_application", ObstacleKind.KEEPS, Known(True, record)))
    yield residue("application")


@REGISTRY.adapter("google_app_engine_standard_app_version", "google_app_engine_flexible_app_version")
def app_version(record: Record) -> Iterator[Facet]:
    """A version of an App Engine service; it stands where the application does."""
    yield retirement(record, keeps(record, "noop_on_destroy"))


@REGISTRY.adapter("google_workflows_workflow")
def workflow(record: Record) -> Iterator[Facet]:
    """A workflow."""
    yield placed(record, "region", stores_data=False)
    yield at_rest(record, "crypto_key_name")
    yield retirement(record, protects(record, "deletion_protection", default=True))
