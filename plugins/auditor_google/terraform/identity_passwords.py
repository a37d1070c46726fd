"""What Cloud SQL demands of passwords, and administrators of databases under default names.

https://cloud.google.com/sql/docs/mysql/built-in-authentication (validation of passwords is off unless it is switched on;
the default complexity demands lower case, upper case, figures and signs),
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_user
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.default_names import is_default
from auditor.facets import DefaultAccount, DefaultAccountKind, Facet, PasswordPolicy
from auditor.record import Node, Record
from auditor_google.reading import days, left_to_default
from auditor_google.registry import REGISTRY

_INSTANCE: Final = "google_sql_database_instance"
_POLICY: Final = "settings.0.password_validation_policy"


@REGISTRY.adapter(_INSTANCE)
def instance(record: Record) -> Iterator[Facet]:
    """The policy for passwords of built-in users.  SQL Server has its own; a replica takes that of its primary."""
    root = record.has("root_password")
    if isinstance(root, Unknown) or root.value:
        yield DefaultAccount(kind=DefaultAccountKind.DATABASE, in_use=root)
    primary, version = record.has("master_instance_name"), record.text("database_version")
    if (isinstance(primary, Known) and primary.value) or _starts(version, "SQLSERVER"):
        return
    yield _policy(record)


def _starts(version: Attr[str | None], name: str) -> bool:
    return isinstance(version, Known) and (version.value or "").startswith(name)


def _policy(record: Record) -> PasswordPolicy:
    block = record.block(_POLICY)
    off: Attr[float] = record.known(_POLICY, 0.0)
    if left_to_default(record, _POLICY, block) or (isinstance(block, Known) and block.value is None):
        return PasswordPolicy(what="database-instance", min_length=off, kinds=off, history=off)
    if isinstance(block, Unknown) or block.value is None:
        unknown = block if isinstance(block, Unknown) else off
        return PasswordPolicy(what="database-instance", min_length=unknown, kinds=unknown, history=unknown)
    enabled = block.value.flag("enable_password_policy", False)
    if isinstance(enabled, Unknown):
        return PasswordPolicy(what="database-instance", min_length=enabled, kinds=enabled, history=enabled)
    if not enabled.value:
        return PasswordPolicy(what="database-instance", min_length=off, kinds=off, history=off)
    return PasswordPolicy(
        what="database-instance",
        min_length=block.value.number_or("min_length", 0),
        kinds=map_attr(block.value.text("complexity"), lambda value: 4.0 if value == "COMPLEXITY_DEFAULT" else 0.0),
        history=block.value.number_or("reuse_interval", 0),
    )


@REGISTRY.adapter("google_sql_user")
def user(record: Record) -> Iterator[Facet]:
    """A user of a database: its name, and on MySQL the life of its password and the limit of attempts."""
    kind = record.text_or("type", "BUILT_IN")
    if isinstance(kind, Known) and kind.value != "BUILT_IN":
        return
    name = record.text("name")
    yield DefaultAccount(kind=DefaultAccountKind.DATABASE, in_use=map_attr(name, lambda value: is_default(value or "")))
    instance = record.target("instance", _INSTANCE)
    target = instance.value if isinstance(instance, Known) else None
    if target is not None and _starts(target.text("database_version"), "MYSQL"):
        yield _user_policy(record)


def _user_policy(record: Record) -> PasswordPolicy:
    block = record.block("password_policy")
    age: Attr[float | None]
    attempts: Attr[float | None]
    if isinstance(block, Unknown):
        age, attempts = block, block
    elif block.value is None:
        age, attempts = record.known("password_policy", None), record.known("password_policy", None)
    else:
        age, attempts = days(block.value, "password_expiration_duration"), _attempts(block.value)
    return PasswordPolicy(what="database-user", max_age_days=age, attempts=attempts)


def _attempts(block: Node) -> Attr[float | None]:
    checked = block.flag("enable_failed_attempts_check", False)
    if isinstance(checked, Unknown):
        return checked
    return block.number("allowed_failed_attempts") if checked.value else block.known("allowed_failed_attempts", None)


@REGISTRY.adapter("google_alloydb_cluster")
def alloydb(record: Record) -> Iterator[Facet]:
    """The first user of a cluster: ``postgres`` unless another is named (page of the type)."""
    block = record.block("initial_user")
    if isinstance(block, Known) and block.value is not None:
        name = block.value.text_or("user", "postgres")
        yield DefaultAccount(kind=DefaultAccountKind.DATABASE, in_use=map_attr(name, is_default))
