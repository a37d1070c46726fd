"""Which stores are places that logs are written to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Links, Record
from auditor.text import Text
from auditor_google.building import located
from auditor_google.locations import in_path, regions
from auditor_google.reading import any_referrer, by_text, settled_block

SINKS: Final = (
    "google_logging_project_sink",
    "google_logging_folder_sink",
    "google_logging_organization_sink",
    "google_logging_billing_account_sink",
)
DESTINATIONS: Final = (
    "google_storage_bucket",
    "google_bigquery_dataset",
    "google_pubsub_topic",
    "google_logging_project_bucket_config",
    "google_logging_folder_bucket_config",
    "google_logging_organization_bucket_config",
    "google_logging_billing_account_bucket_config",
)
_NAMES: Final = {
    # How each service writes its resource in a destination, and the attribute that holds that name:
    # https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/logging_project_sink
    "google_storage_bucket": ("storage.googleapis.com/", "name"),
    "google_bigquery_dataset": ("/datasets/", "dataset_id"),
    "google_pubsub_topic": ("/topics/", "name"),
}


def literal_name(destination: str, type_: str) -> str | None:
    """The name of a resource of ``type_`` in a destination; ``None`` if it is of another service."""
    marker, _ = _NAMES[type_]
    before, found, name = destination.partition(marker)
    return name.strip("/") if found and (before == "" or marker.startswith("/")) else None


def destination_location(sink: Record) -> Attr[frozenset[str]]:
    """Regions to which a sink copies log entries."""
    attr = sink.text("destination")
    if isinstance(attr, Known) and attr.value is not None:
        direct = in_path(attr.value)
        if direct is not None:
            return sink.known("destination", regions(direct))
        for type_, (_, path) in _NAMES.items():
            name = literal_name(attr.value, type_)
            if name is not None:
                named, _ = by_text(sink.links, type_, path)
                found = [record for record in named.get(name, ()) if attr.value in _literals(record)]
                if len(found) == 1:
                    return store_location(found[0])
        return sink.unknown("destination", Reason.OUTSIDE)
    target = sink.target("destination", *DESTINATIONS)
    if isinstance(target, Unknown):
        return target
    return store_location(target.value) if target.value is not None else sink.unknown("destination", Reason.OUTSIDE)


def store_location(record: Record) -> Attr[frozenset[str]]:
    """Regions of a bucket, dataset, topic or log bucket."""
    if record.type == "google_pubsub_topic":
        return _topic_location(record)
    path = "custom_placement_config.0.data_locations"
    placement = record.elements(path)
    if isinstance(placement, Unknown) or placement.value:
        # The regions of a dual-region of one's own choice; ``location`` then only names their continent.
        return allowed_regions(record, path)
    if record.type == "google_bigquery_dataset":
        # https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_dataset
        return map_attr(record.text_or("location", "US"), regions)
    return located(record, "location")


def _topic_location(record: Record) -> Attr[frozenset[str]]:
    """The regions of its storage policy; a topic without one keeps messages wherever the organisation lets it.

    https://cloud.google.com/pubsub/docs/resource-location-restriction
    """
    path = "message_storage_policy"
    policy = settled_block(record, path)
    if isinstance(policy, Unknown):
        return policy
    if policy.value is not None:
        return allowed_regions(record)
    detail = Text(
        "メッセージの保存先（トピックに指定がなく、組織のポリシーが定めるリージョン又は任意のリージョン）",
        "where messages are kept (the topic names no region, so those of the organisation's policy, or any)",
    )
    return record.unknown(path, Reason.OUTSIDE, detail)


def allowed_regions(
    record: Record, path: str = "message_storage_policy.0.allowed_persistence_regions"
) -> Attr[frozenset[str]]:
    """The regions in a list of locations."""
    elements = record.elements(path)
    if isinstance(elements, Unknown):
        return elements
    found: frozenset[str] = frozenset()
    for element in elements.value:
        if isinstance(element, Unknown):
            return element
        found |= regions(str(element.value))
    return record.known(path, found)


class _Sinks:
    """Where all sinks of one input lead."""

    def __init__(self, links: Links) -> None:
        self.literal: dict[str, Record] = {}
        self.referring: dict[str, Record] = {}
        """By address of the store."""
        self.open: Record | None = None
        for sink in (sink for type_ in SINKS for sink in links.of_type(type_)):
            attr = sink.text("destination")
            if isinstance(attr, Known):
                if attr.value is not None:
                    self.literal[attr.value] = sink
                continue
            target = sink.target("destination", *DESTINATIONS)
            if isinstance(target, Unknown):
                self.open = self.open or sink
            elif target.value is not None:
                self.referring[target.value.address] = sink


def _sinks(links: Links) -> _Sinks:
    """Made once for each input."""
    found: _Sinks | None = links.cache.get(_Sinks)
    if found is None:
        found = links.cache[_Sinks] = _Sinks(links)
    return found


def _literals(record: Record) -> Iterator[str]:
    _, path = _NAMES[record.type]
    attr = record.text(path)
    if isinstance(attr, Unknown) or attr.value is None:
        return
    if record.type == "google_storage_bucket":
        yield f"storage.googleapis.com/{attr.value}"
        return
    account = record.text("project")
    project = account.value if isinstance(account, Known) and account.value else None
    if project is None:
        provider = record.account
        project = provider.value if isinstance(provider, Known) else None
    if project is not None:
        if record.type == "google_bigquery_dataset":
            yield f"bigquery.googleapis.com/projects/{project}/datasets/{attr.value}"
        else:
            yield f"pubsub.googleapis.com/projects/{project}/topics/{attr.value}"


def holds_logs(record: Record, *others: tuple[str, str]) -> Attr[bool]:
    """Whether a bucket, dataset or topic is the destination of a sink.

    ``others`` are (type, attribute) of further resources that write logs into it.
    """
    sinks = _sinks(record.links)
    sink = sinks.referring.get(record.address)
    if sink is None:
        sink = next((sinks.literal[text] for text in _literals(record) if text in sinks.literal), None)
    if sink is not None:
        return Known(True, sink, "destination")
    other = any_referrer(record, *others)
    if isinstance(other, Unknown) or other.value:
        return other
    if sinks.open is not None:
        name = sinks.open.address
        detail = Text(f"{name} のログの出力先", f"where {name} writes its logs")
        return Unknown(Reason.UNRESOLVED, sinks.open, "destination", detail)
    return Known(False, record)
