"""Whether a database refuses connections without TLS, by the parameter groups it uses.

Sources: Amazon RDS User Guide, pages "Using SSL with a PostgreSQL DB instance" (``rds.force_ssl``, on by default from
version 15), "Requiring SSL/TLS for all connections to a MySQL DB instance" and the same for MariaDB
(``require_secure_transport``, off by default for MySQL, on by default from MariaDB 11.8), "Using SSL with a Microsoft
SQL Server DB instance" (``rds.force_ssl``, off by default); Amazon Aurora User Guide, pages on securing Aurora PostgreSQL
(on by default from version 17) and "Comparing Aurora MySQL version 3 and Aurora MySQL version 8.4" (on by default from
8.4); Amazon DocumentDB Developer Guide, "Managing cluster settings" (``tls``, on by default); Neptune User Guide,
"Encrypting connections with SSL" (always on from 1.0.4.0).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Record
from auditor.text import Text
from auditor_aws import parameter_groups
from auditor_aws.parameter_groups import Group

_ON: Final = frozenset({"1", "on", "true", "enabled", "fips-140-3", "tls1.2+", "tls1.3+"})
_OFF: Final = frozenset({"0", "off", "false", "disabled"})
_VERSION: Final = re.compile(r"(\d+)(?:\.(\d+))?")
_MINOR_COUNTS: Final = frozenset({("aurora-mysql", 8), ("mariadb", 11)})
"""Engines and major versions of which only the minor version tells the default."""

_ENGINE = Text("データベースエンジンとその版の既定値", "the default of the database engine and its version")
_NO_PARAMETER = Text("このエンジンで TLS を強制する設定", "how this engine is made to demand TLS")


def parameter_of(engine: str) -> str | None:
    """Name of the parameter by which an engine demands TLS; ``None`` for engines without one (Oracle, Db2)."""
    if "postgres" in engine or engine.startswith(("sqlserver", "custom-sqlserver")):
        return "rds.force_ssl"
    if engine in ("mysql", "mariadb", "aurora", "aurora-mysql"):
        return "require_secure_transport"
    return {"docdb": "tls", "neptune": "neptune_enforce_ssl"}.get(engine)


def default_of(engine: str, version: str | None) -> bool | None:
    """Whether an engine demands TLS where no parameter says so; ``None`` if that cannot be told."""
    if engine in ("docdb", "neptune"):
        return True
    if engine.startswith(("sqlserver", "custom-sqlserver")):
        return False
    match = _VERSION.match(version or "")
    if match is None:
        return None
    major, minor = int(match.group(1)), int(match.group(2) or 0)
    if match.group(2) is None and (engine, major) in _MINOR_COUNTS:
        return None
    if engine == "postgres":
        return major >= 15
    if engine == "aurora-postgresql":
        return major >= 17
    if engine in ("aurora", "aurora-mysql"):
        return (major, minor) >= (8, 4)
    if engine == "mysql":
        return False
    if engine == "mariadb":
        return (major, minor) >= (11, 8)
    return None


def required(record: Record, engine: Attr[str | None], *groups: Group) -> Attr[bool]:
    """Whether TLS is demanded of every connection.

    ``groups`` are the parameter groups that apply, the first that sets the parameter deciding.
    """
    if isinstance(engine, Unknown):
        return engine
    name = engine.value or ""
    parameter = parameter_of(name)
    if parameter is None:
        return record.unknown("engine", Reason.NOT_COLLECTED, _NO_PARAMETER)
    found = _switch(parameter_groups.value(groups, parameter))
    if isinstance(found, Unknown):
        return found
    if found.value is not None:
        return Known(found.value, found.origin, found.path)
    version = record.text("engine_version")
    default = default_of(name, version.value if isinstance(version, Known) else None)
    if default is None:
        return version if isinstance(version, Unknown) else record.unknown("engine_version", Reason.OUTSIDE, _ENGINE)
    return record.known("engine", default)


def setting(group: Record, parameter: str) -> Attr[bool | None]:
    """The switch that a parameter group sets; ``None`` where it does not set it."""
    return _switch(parameter_groups.written(group, parameter))


def _switch(value: Attr[str | None]) -> Attr[bool | None]:
    if isinstance(value, Unknown):
        return value
    if value.value is None:
        return Known(None, value.origin, value.path)
    written = value.value.lower()
    if written in _ON or written in _OFF:
        return Known(written in _ON, value.origin, value.path)
    return Unknown(Reason.UNPARSEABLE, value.origin, value.path)
