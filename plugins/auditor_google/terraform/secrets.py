"""Secret Manager and Parameter Manager.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/secret_manager_secret
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import EncryptionAtRest, Exposure, Facet, Obstacle, ObstacleKind, Placement
from auditor.record import Record
from auditor_google import iam
from auditor_google.audit import audited
from auditor_google.building import placed, protects, residue, retirement, union
from auditor_google.keys import at_rest
from auditor_google.locations import regions
from auditor_google.reading import days
from auditor_google.registry import REGISTRY

_SECRET = "google_secret_manager_secret"
_REPLICAS = "replication.0.user_managed.0.replicas"


def _delayed(record: Record) -> Obstacle:
    """Destroyed versions stay for the time that ``version_destroy_ttl`` says."""
    delay = map_attr(days(record, "version_destroy_ttl"), lambda value: bool(value))
    return Obstacle("version_destroy_ttl", ObstacleKind.KEEPS, delay)


@REGISTRY.adapter(_SECRET)
def secret(record: Record) -> Iterator[Facet]:
    """A secret: replicated by Google without a limit of place, or into named locations.

    https://cloud.google.com/secret-manager/docs/choosing-replication
    """
    managed = record.block("replication.0.user_managed")
    if isinstance(managed, Known) and managed.value is None:
        automatic: Attr[frozenset[str]] = record.known("replication", frozenset(("global",)))
        yield Placement(locations=automatic, stores_data=True)
        yield at_rest(record.block("replication.0.auto.0.customer_managed_encryption"), "kms_key_name", required=True)
    else:
        yield from _replicas(record)
    yield audited(record, "secretmanager.googleapis.com")
    yield Exposure(public=iam.public(record, _SECRET, "secret_id"))
    yield retirement(record, protects(record, "deletion_protection"), _delayed(record))
    yield residue("secret")


def _replicas(record: Record) -> Iterator[Facet]:
    replicas = record.blocks(_REPLICAS)
    if isinstance(replicas, Unknown):
        yield Placement(locations=replicas, stores_data=True)
        yield EncryptionAtRest(enabled=Known(True), key_owner=replicas, key_id=replicas)
        return
    named = (map_attr(replica.text("location"), lambda name: regions(name or "")) for replica in replicas.value)
    yield Placement(locations=union(named), stores_data=True)
    for index, replica in enumerate(replicas.value):
        location = replica.text("location")
        key = (not isinstance(location, Unknown) and not location.sensitive and location.value) or str(index)
        yield at_rest(replica.block("customer_managed_encryption"), "kms_key_name", key=key, required=True)


@REGISTRY.adapter("google_secret_manager_regional_secret")
def regional_secret(record: Record) -> Iterator[Facet]:
    """A secret in one location."""
    yield placed(record, "location")
    yield at_rest(record.block("customer_managed_encryption"), "kms_key_name", required=True)
    yield audited(record, "secretmanager.googleapis.com")
    yield Exposure(public=iam.public(record, record.type, "secret_id"))
    yield retirement(record, protects(record, "deletion_protection"), _delayed(record))
    yield residue("secret")


@REGISTRY.adapter("google_secret_manager_secret_version", "google_secret_manager_regional_secret_version")
def version(record: Record) -> Iterator[Facet]:
    """A version; with the policy DISABLE a destroy only disables it."""
    disabled = map_attr(record.text_or("deletion_policy", "DELETE"), lambda value: value == "DISABLE")
    if isinstance(disabled, Unknown):
        yield retirement(record)
    else:
        yield retirement(record, Obstacle("deletion_policy=DISABLE", ObstacleKind.KEEPS, disabled))
    yield residue("secret-version")


@REGISTRY.adapter("google_parameter_manager_parameter", "google_parameter_manager_regional_parameter")
def parameter(record: Record) -> Iterator[Facet]:
    """A parameter: global, or in one location.

    https://cloud.google.com/secret-manager/parameter-manager/docs/overview
    """
    if record.type.endswith("regional_parameter"):
        yield placed(record, "location")
    else:
        everywhere: Attr[frozenset[str]] = Known(frozenset(("global",)), record)
        yield Placement(locations=everywhere, stores_data=True)
    yield at_rest(record, "kms_key")
    yield retirement(record)
    yield residue("parameter")
