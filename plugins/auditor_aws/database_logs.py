"""Whether a database records the accesses to its data and sends the record away.

Sending a log is not enough: most engines write no accesses into it unless they are told to.  Sources: Amazon RDS User
Guide, pages "Using pgAudit to log database activity" (nothing is logged unless ``pgaudit.log`` is set), "Turning on
query logging for your RDS for PostgreSQL DB instance" (``log_statement`` is ``none``), "MariaDB Audit Plugin support"
for MySQL and MariaDB (an option of an option group), "RDS for MySQL database logs" (``general_log`` is off), "SQL Server
Audit", "Publishing Oracle logs to Amazon CloudWatch Logs", "Monitoring Amazon RDS with Database Activity Streams";
Amazon Aurora User Guide, page "Using Advanced Auditing with an Amazon Aurora MySQL DB cluster" (off, and without
events); Amazon DocumentDB Developer Guide, page "Auditing Amazon DocumentDB events" (``audit_logs`` is off; ``enabled``
is for definitions only); Neptune User Guide, page "Using audit logs" (``neptune_enable_audit_log`` is off).
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed, parameter_groups
from auditor_aws.parameter_groups import Group

_ON: Final = frozenset({"1", "on", "true", "enabled"})
_ROWS: Final = frozenset({"read", "write"})
_CLASSES: Final = frozenset({*_ROWS, "function", "role", "ddl", "misc", "misc_set"})

_IN_DATABASE: Final = Text(
    "監査の対象（データベースの中で設定される）", "what is audited, which is set inside the database"
)


def activity_stream(record: Record) -> Attr[bool]:
    """Whether a database activity stream records every access to the cluster."""
    stream = computed.part(record, "aws_rds_cluster_activity_stream", "resource_arn")
    if isinstance(stream, Unknown):
        return stream
    return Known(stream.value is not None, stream.value or record, "resource_arn" if stream.value else "")


def recorded(record: Record, engine: Attr[str | None], exports: str, *groups: Group) -> Attr[bool]:
    """Whether reads and writes are recorded, in a log that the attribute ``exports`` sends to CloudWatch Logs.

    ``groups`` are the parameter groups that apply, the first that sets a parameter deciding.
    """
    if isinstance(engine, Unknown):
        return engine
    name = engine.value or ""
    if name.startswith(("sqlserver", "custom-sqlserver")):
        return _by_option(record, "SQLSERVER_AUDIT")
    if name.startswith("db2"):
        return _by_option(record, "DB2_AUDIT")
    sent = record.elements(exports)
    if "postgres" in name:
        exported = includes(sent, "postgresql")
        return exported if _is_off(exported) else all_of(exported, _postgres(record, groups))
    exported = includes(sent, "audit")
    general: Attr[bool] = Known(False, sent.origin, sent.path)
    written: Attr[bool]
    if _is_off(exported):
        written = exported
    elif name in ("aurora", "aurora-mysql"):
        written = all_of(_switch(groups, "server_audit_logging"), _aurora_events(groups))
    elif name in ("mysql", "mariadb"):
        written = _audit_plugin(record)
    elif name == "docdb":
        written = _docdb(groups)
    elif name == "neptune":
        written = _switch(groups, "neptune_enable_audit_log")
    else:
        # Oracle: which statements are audited is said by statements of its own.
        written = record.unknown("engine", Reason.NOT_COLLECTED, _IN_DATABASE)
    if name in ("aurora", "aurora-mysql", "mysql", "mariadb"):
        general = includes(sent, "general")
        general = general if _is_off(general) else all_of(general, _switch(groups, "general_log"))
    # Where neither is on, the one for audits is the one that lacks.
    return any_of(general, all_of(exported, written))


def includes(elements: Attr[tuple[Attr[str], ...]], wanted: str) -> Attr[bool]:
    """Whether a list has the wanted member."""
    if isinstance(elements, Unknown):
        return elements
    found = any_of(*(map_attr(element, lambda value: value == wanted) for element in elements.value))
    return Known(False, elements.origin, elements.path) if _is_off(found) else found


def _is_off(attr: Attr[bool]) -> bool:
    return isinstance(attr, Known) and not attr.value


def _switch(groups: tuple[Group, ...], parameter: str) -> Attr[bool]:
    return map_attr(parameter_groups.value(groups, parameter), lambda value: (value or "").lower() in _ON)


def _words(text: str | None) -> list[str]:
    return [word.strip().lower() for word in (text or "").split(",") if word.strip()]


def _postgres(record: Record, groups: tuple[Group, ...]) -> Attr[bool]:
    statements = map_attr(parameter_groups.value(groups, "log_statement"), lambda value: (value or "").lower() == "all")
    if isinstance(statements, Known) and statements.value:
        return statements
    return any_of(statements, _pgaudit(record, groups))


def _pgaudit(record: Record, groups: tuple[Group, ...]) -> Attr[bool]:
    libraries = parameter_groups.value(groups, "shared_preload_libraries")
    loaded = map_attr(libraries, lambda value: "pgaudit" in _words(value))
    if isinstance(loaded, Unknown) or not loaded.value:
        return loaded
    classes = parameter_groups.value(groups, "pgaudit.log")
    if isinstance(classes, Unknown):
        return classes
    if classes.value is None:
        # Single databases, users and tables may be audited by statements of their own.
        return record.unknown("engine", Reason.NOT_COLLECTED, _IN_DATABASE)
    return Known(_audited(classes.value) >= _ROWS, classes.origin, classes.path)


def _audited(classes: str) -> set[str]:
    """Classes of statements that ``pgaudit.log`` names; a class with a minus is taken out of those before it."""
    found: set[str] = set()
    for word in _words(classes):
        named = _CLASSES if word.removeprefix("-") == "all" else {word.removeprefix("-")}
        found = found - named if word.startswith("-") else found | named
    return found


def _aurora_events(groups: tuple[Group, ...]) -> Attr[bool]:
    return map_attr(
        parameter_groups.value(groups, "server_audit_events"),
        lambda value: any(word in ("query", "query_dml", "query_dml_no_select", "table") for word in _words(value)),
    )


def _audit_plugin(record: Record) -> Attr[bool]:
    """The MariaDB Audit Plugin; it records connections and queries unless its settings say otherwise."""
    found = parameter_groups.option(record, "option_group_name", "MARIADB_AUDIT_PLUGIN")
    if isinstance(found, Unknown):
        return found
    if found.value is None:
        return Known(False, found.origin, found.path)
    settings = found.value.blocks("option_settings")
    if isinstance(settings, Unknown):
        return settings
    for setting in settings.value:
        name, value = setting.text("name"), setting.text("value")
        if isinstance(name, Unknown):
            return name
        if name.value == "SERVER_AUDIT_EVENTS":
            return map_attr(value, lambda text: any(word.startswith(("query", "table")) for word in _words(text)))
    return Known(True, found.origin, found.path)


def _by_option(record: Record, name: str) -> Attr[bool]:
    found = parameter_groups.option(record, "option_group_name", name)
    if isinstance(found, Unknown):
        return found
    if found.value is None:
        return Known(False, found.origin, found.path)
    return found.value.unknown("option_name", Reason.NOT_COLLECTED, _IN_DATABASE)


def _docdb(groups: tuple[Group, ...]) -> Attr[bool]:
    return map_attr(
        parameter_groups.value(groups, "audit_logs"),
        lambda value: "all" in _words(value) or {"dml_read", "dml_write"} <= set(_words(value)),
    )
