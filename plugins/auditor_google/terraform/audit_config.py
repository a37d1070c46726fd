"""Data Access audit logs that a project, folder or organisation switches on.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Unknown
from auditor.facets import DataAccessLog, Facet
from auditor.record import Record
from auditor_google.audit import PROJECT_CONFIG, WIDER_CONFIGS, exempted, records_data
from auditor_google.registry import REGISTRY


@REGISTRY.adapter(PROJECT_CONFIG, *WIDER_CONFIGS)
def audit_config(record: Record) -> Iterator[Facet]:
    """One service, or all; principals that are left out make a facet of their own."""
    service = record.text("service")
    name = (not isinstance(service, Unknown) and not service.sensitive and service.value) or ""
    enabled: Attr[bool] = records_data(record)
    yield DataAccessLog(key=f"audit-config:{name}", what="audit-config", enabled=enabled)
    left_out = exempted(record)
    if isinstance(left_out, Unknown) or left_out.value:
        recorded: Attr[bool] = left_out if isinstance(left_out, Unknown) else record.known("audit_log_config", False)
        yield DataAccessLog(key=f"exempted-members:{name}", what="audit-config-exemption", enabled=recorded)
