"""Grants on single stores: to everybody, and to principals of other projects and domains.

https://cloud.google.com/iam/docs/principal-identifiers
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import Exposure, Facet, Share
from auditor.record import Record
from auditor_google import breadth, iam
from auditor_google.audit import project_of
from auditor_google.iam import Grant, Kind
from auditor_google.registry import REGISTRY

_JUDGED_BY_ITSELF: Final = {
    "google_storage_bucket": "bucket",
    "google_bigquery_dataset": "dataset_id",
    "google_bigquery_table": "table_id",
    "google_secret_manager_secret": "secret_id",
    "google_secret_manager_regional_secret": "secret_id",
    "google_pubsub_topic": "topic",
    "google_pubsub_subscription": "subscription",
    "google_artifact_registry_repository": "repository",
    "google_compute_disk": "name",
    "google_compute_region_disk": "name",
    "google_compute_image": "image",
    "google_compute_snapshot": "name",
}
"""Stores whose own facets say whether everybody is let in, and where a grant names them."""

_OTHER_STORES: Final = (
    "google_bigtable_instance",
    "google_bigtable_table",
    "google_healthcare_dataset",
    "google_healthcare_dicom_store",
    "google_healthcare_fhir_store",
    "google_healthcare_hl7_v2_store",
    "google_spanner_database",
    "google_spanner_instance",
    "google_sourcerepo_repository",
    "google_dataproc_metastore_service",
    "google_storage_managed_folder",
    "google_project",
    "google_folder",
    "google_organization",
)
"""Stores, and what holds all the stores of a project."""

_WHOLES: Final = frozenset(("google_project", "google_folder", "google_organization"))
_UNLIMITED: Final = re.compile(r"roles/(?:owner|[\w.]+\.(?:admin|legacyBucketOwner|dataOwner))")
_BASES: Final = {f"{base}_iam_{form}": base for base in (*_JUDGED_BY_ITSELF, *_OTHER_STORES) for form in iam.FORMS}


@REGISTRY.adapter(*_BASES)
def grant(record: Record) -> Iterator[Facet]:
    """Grants on a store; people of domains that may be the organisation's own are no foreign share."""
    base = _BASES[record.type]
    found = list(iam.grants(record))
    path = _JUDGED_BY_ITSELF.get(base)
    if path is None or _elsewhere(record, path, base):
        public = any_of(Known(False, record), *(_public(one) for one in found))
        # that this grant lets in nobody else says nothing of the others
        if public.value if isinstance(public, Known) else base not in _WHOLES:
            yield Exposure(public=public)
    if base not in _WHOLES:
        share = _share(record, found)
        if share is not None:
            yield share


def _elsewhere(record: Record, path: str, base: str) -> bool:
    """Whether the store is certainly none of the input, so that only the grant tells of it."""
    target = record.target(path, base)
    return isinstance(target, Known) and target.value is None


def _public(one: Grant) -> Attr[bool]:
    if one.kind is not Kind.ANYONE:
        return Known(False) if one.kind is not None or isinstance(one.member, Known) else one.member
    if one.narrowed:
        return Unknown(Reason.UNRESOLVED, one.member.origin, "condition")
    return Known(True, one.member.origin, one.member.path)


def _share(record: Record, found: list[Grant]) -> Share | None:
    own = project_of(record)
    names: set[str] = set()
    hidden = unsure = False
    open_: Unknown | None = None
    unlimited: list[Attr[bool]] = [Known(False, record)]
    for one in found:
        member = one.member
        if isinstance(member, Unknown):
            open_ = open_ or (member if one.kind is None else None)
        elif _foreign(member.value, own):
            names.add(member.value)
            hidden = hidden or member.sensitive
            unlimited.append(_unlimited(one))
        else:
            # people, and accounts where one's own project is not known, may be from inside
            unsure = unsure or one.kind is Kind.PERSON or (own is None and one.kind is Kind.WORKLOAD)
    if names:
        return Share(recipients=Known(tuple(sorted(names)), record, "member", hidden), unlimited=any_of(*unlimited))
    if open_ is not None:
        return Share(recipients=open_, unlimited=open_)
    return None if unsure else Share(recipients=record.known("member", ()), unlimited=record.known("member", False))


def _foreign(member: str, own: str | None) -> bool:
    return member.startswith("domain:") or breadth.consumer(member) or breadth.other_project(member, own)


def _unlimited(one: Grant) -> Attr[bool]:
    role = one.role
    if isinstance(role, Unknown):
        return role
    wide = _UNLIMITED.fullmatch(role.value or "") is not None
    if wide and one.narrowed:
        return Unknown(Reason.UNRESOLVED, role.origin, "condition")
    return Known(wide, role.origin, role.path)
