"""Pub/Sub.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/pubsub_topic
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Known, Reason, Unknown
from auditor.facets import EncryptionAtRest, Exposure, Facet, Placement
from auditor.record import Record
from auditor_google import iam
from auditor_google.building import placed, residue, retirement
from auditor_google.keys import at_rest, by_google
from auditor_google.log_destinations import holds_logs, store_location
from auditor_google.registry import REGISTRY

_TOPIC = "google_pubsub_topic"


@REGISTRY.adapter(_TOPIC)
def topic(record: Record) -> Iterator[Facet]:
    """A topic; without a storage policy its messages may be kept in any region."""
    yield Placement(locations=store_location(record), stores_data=True)
    yield at_rest(record, "kms_key_name")
    yield Exposure(public=iam.public(record, _TOPIC, "topic"), holds_logs=holds_logs(record))
    yield retirement(record)
    yield residue("topic")


@REGISTRY.adapter("google_pubsub_subscription")
def subscription(record: Record) -> Iterator[Facet]:
    """A subscription; its messages stand where, and under the key that, its topic says."""
    target = record.target("topic", _TOPIC)
    if isinstance(target, Known) and target.value is not None:
        yield Placement(locations=store_location(target.value), stores_data=True)
        yield at_rest(target.value, "kms_key_name")
    else:
        unknown = target if isinstance(target, Unknown) else record.unknown("topic", Reason.OUTSIDE)
        yield Placement(locations=unknown, stores_data=True)
        yield EncryptionAtRest(enabled=Known(True), key_owner=unknown, key_id=unknown)
    yield Exposure(public=iam.public(record, record.type, "subscription"))
    yield retirement(record)
    yield residue("subscription")


@REGISTRY.adapter("google_pubsub_lite_topic", "google_pubsub_lite_subscription", "google_pubsub_lite_reservation")
def lite(record: Record) -> Iterator[Facet]:
    """Pub/Sub Lite keeps messages in one zone or region, under keys of Google."""
    stores = record.type == "google_pubsub_lite_topic"
    yield placed(record, "zone", "region", stores_data=stores)
    if stores:
        yield by_google()
        yield retirement(record)
        yield residue("topic")
