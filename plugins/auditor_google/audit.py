"""Data Access audit logs of Google Cloud.

They are off by default, except for BigQuery, and are switched on by service in the IAM policy of a
project, a folder or the organisation (https://cloud.google.com/logging/docs/audit/configure-data-access).
Admin Activity logs cannot be switched off.
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of
from auditor.facets import DataAccessLog
from auditor.record import Record
from auditor.text import Text
from auditor_google.reading import by_text

PROJECT_CONFIG: Final = "google_project_iam_audit_config"
WIDER_CONFIGS: Final = ("google_folder_iam_audit_config", "google_organization_iam_audit_config")
_WANTED: Final = ("DATA_READ", "DATA_WRITE")


def records_data(config: Record) -> Attr[bool]:
    """Whether an audit configuration records both reading and writing of data."""
    blocks = config.blocks("audit_log_config")
    if isinstance(blocks, Unknown):
        return blocks
    kinds: set[str] = set()
    unknown: Unknown | None = None
    for block in blocks.value:
        kind = block.text("log_type")
        if isinstance(kind, Unknown):
            unknown = kind
        elif kind.value is not None:
            kinds.add(kind.value)
    if unknown is not None and not kinds.issuperset(_WANTED):
        return unknown
    return config.known("audit_log_config", kinds.issuperset(_WANTED))


def exempted(config: Record) -> Attr[bool]:
    """Whether an audit configuration leaves somebody out."""
    blocks = config.blocks("audit_log_config")
    if isinstance(blocks, Unknown):
        return blocks
    nobody: list[Attr[bool]] = []
    for block in blocks.value:
        anybody = block.has("exempted_members")
        nobody.append(anybody if isinstance(anybody, Unknown) else block.known("exempted_members", not anybody.value))
    result = all_of(*nobody)
    return result if isinstance(result, Unknown) else config.known("audit_log_config", not result.value)


def project_of(record: Record) -> str | None:
    """The id of the project that the record is in, if it is known."""
    attr = record.text("project")
    if isinstance(attr, Known) and attr.value is not None:
        return attr.value.rsplit("/", 1)[-1]
    account = record.account
    return account.value if isinstance(account, Known) else None


def _covers(config: Record, service: str) -> bool:
    attr = config.text("service")
    return isinstance(attr, Known) and attr.value in ("allServices", service)


def audited(record: Record, service: str) -> DataAccessLog:
    """The facet for a store of ``service`` (``storage.googleapis.com``).

    Unknown where the input holds no configuration that certainly covers the store: the project, its
    folder or the organisation may have one elsewhere.
    """
    project = project_of(record)
    by_project, _ = by_text(record.links, PROJECT_CONFIG, "project")
    for config in by_project.get(project or "", ()):
        if _covers(config, service):
            return DataAccessLog(key="audit-config", what="audit-config", enabled=records_data(config))
    if record.links.complete:
        return DataAccessLog(key="audit-config", what="audit-config", enabled=Known(False, record))
    detail = Text(
        f"{service} のデータアクセス監査ログの設定（プロジェクト、フォルダ又は組織）",
        f"the Data Access audit log settings of {service} (project, folder or organisation)",
    )
    unknown = Unknown(Reason.NOT_COLLECTED, record, "", detail)
    return DataAccessLog(key="audit-config", what="audit-config", enabled=unknown)
