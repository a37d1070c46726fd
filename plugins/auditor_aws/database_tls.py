"""Whether a database refuses connections without TLS, by the parameter groups it uses.

Sources: Amazon RDS User Guide, pages "Using SSL with a PostgreSQL DB instance" (``rds.force_ssl``, on by default from
version 15), "Requiring SSL/TLS for all connections to a MySQL DB instance" and the same for MariaDB
(``require_secure_transport``, off by default up to MySQL 8.0 and MariaDB 11.4), "Using SSL with a Microsoft SQL Server
DB instance" (``rds.force_ssl``, off by default); Amazon Aurora User Guide, pages on securing Aurora PostgreSQL (on by
default from version 17) and Aurora MySQL data with SSL/TLS; Amazon DocumentDB Developer Guide, "Managing cluster
settings" (``tls``, on by default); Neptune User Guide, "Encrypting connections with SSL" (always on from 1.0.4.0).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import computed

_ON: Final = frozenset({"1", "on", "true", "enabled", "fips-140-3", "tls1.2+", "tls1.3+"})
_OFF: Final = frozenset({"0", "off", "false", "disabled"})
_VERSION: Final = re.compile(r"(\d+)(?:\.(\d+))?")
_AURORA_MYSQL: Final = re.compile(r"8\.0\.mysql_aurora|5\.7\.mysql_aurora|5\.6|5\.7|8\.0")

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
    if engine == "postgres":
        return major >= 15
    if engine == "aurora-postgresql":
        return major >= 17
    if engine in ("aurora", "aurora-mysql"):
        return False if _AURORA_MYSQL.match(version or "") else None
    if engine == "mysql":
        return False if (major, minor) < (8, 4) else None
    if engine == "mariadb":
        return False if (major, minor) <= (11, 4) else None
    return None


def required(record: Record, engine: Attr[str | None], *groups: tuple[Node, str, str]) -> Attr[bool]:
    """Whether TLS is demanded of every connection.

    ``groups`` are the parameter groups that apply, the first that sets the parameter deciding: a block, the attribute
    of it that names the group, and the group's resource type.
    """
    if isinstance(engine, Unknown):
        return engine
    name = engine.value or ""
    parameter = parameter_of(name)
    if parameter is None:
        return record.unknown("engine", Reason.NOT_COLLECTED, _NO_PARAMETER)
    for node, path, type_ in groups:
        found = _group_setting(node, path, type_, parameter)
        if isinstance(found, Unknown):
            return found
        if found.value is not None:
            return Known(found.value, found.origin, found.path)
    version = record.text("engine_version")
    default = default_of(name, version.value if isinstance(version, Known) else None)
    if default is None:
        return version if isinstance(version, Unknown) else record.unknown("engine_version", Reason.OUTSIDE, _ENGINE)
    return record.known("engine", default)


def _group_setting(node: Node, path: str, type_: str, parameter: str) -> Attr[bool | None]:
    """What a parameter group sets; ``None`` where it leaves the parameter alone or is a default group."""
    name = computed.text(node, path)
    if isinstance(name, Known) and (name.value is None or name.value.startswith("default.")):
        return node.known(path, None)
    target = node.target(path, type_)
    if isinstance(target, Unknown):
        return target
    if target.value is None:
        detail = Text("パラメータグループの内容（入力に含まれない）", "a parameter group that is not in the input")
        return node.unknown(path, Reason.OUTSIDE, detail)
    return setting(target.value, parameter)


def setting(group: Record, parameter: str) -> Attr[bool | None]:
    """The switch that a parameter group sets; ``None`` where it does not set it."""
    blocks = group.blocks("parameter")
    if isinstance(blocks, Unknown):
        return blocks
    open_: Unknown | None = None
    for block in blocks.value:
        name = block.text("name")
        if isinstance(name, Unknown):
            open_ = name
        elif name.value == parameter:
            value = block.text("value")
            if isinstance(value, Unknown):
                return value
            written = (value.value or "").lower()
            if written in _ON or written in _OFF:
                return block.known("value", written in _ON)
            return block.unknown("value", Reason.UNPARSEABLE)
    return open_ if open_ is not None else group.known("parameter", None)
