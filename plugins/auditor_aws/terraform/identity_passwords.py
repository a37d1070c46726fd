"""What AWS demands of passwords, and administrators of databases under default names.

Sources: Terraform AWS provider documentation, page of each type; API Reference of IAM, UpdateAccountPasswordPolicy (6
characters, nothing else, unless stated); Amazon Cognito Developer Guide, "Adding user pool password requirements" (a
pool without a policy: 8 characters of all four kinds), "Creating user accounts as administrator" (a temporary password
must be changed), "Lockout behavior for failed sign-in attempts" (from the fifth failure on).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.default_names import is_default
from auditor.facets import DefaultAccount, DefaultAccountKind, Facet, PasswordPolicy
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.placement import global_service, in_region
from auditor_aws.registry import REGISTRY

_COGNITO_FAILURES: Final = 5.0
_KINDS: Final = ("lowercase", "uppercase", "numbers", "symbols")


def _counted(flags: Iterable[Attr[bool]], at: Known[bool]) -> Attr[float]:
    """How many of the kinds are demanded."""
    count = 0
    for flag in flags:
        if isinstance(flag, Unknown):
            return flag
        count += flag.value
    return Known(float(count), at.origin, at.path)


@REGISTRY.adapter("aws_iam_account_password_policy")
def account_policy(record: Record) -> Iterable[Facet]:
    """The policy for the passwords of all users of the account; 0 days is no end."""
    yield global_service(record, "IAM")
    names = ("lowercase_characters", "uppercase_characters", "numbers", "symbols")
    age = computed.number(record, "max_password_age", 0)
    # an account that sets nothing has the policy of AWS, which demands some kinds without saying which
    some = record.number("kinds")
    kinds: Attr[float] = (
        some
        if isinstance(some, Unknown)
        else record.known("kinds", some.value)
        if some.value is not None
        else _counted(
            (computed.flag(record, f"require_{name}", False) for name in names),
            record.known("minimum_password_length", True),
        )
    )
    users = record.number("users_with_passwords")
    yield PasswordPolicy(
        what="iam-users",
        account=True,
        min_length=record.number_or("minimum_password_length", 6),
        kinds=kinds,
        held=map_attr(users, lambda count: count != 0),
        history=computed.number(record, "password_reuse_prevention", 0),
        max_age_days=map_attr(age, lambda days: days or None),
    )


@REGISTRY.adapter("aws_cognito_user_pool")
def user_pool(record: Record) -> Iterable[Facet]:
    """The policy for the passwords of users of a pool.  Passwords of a pool have no end that could be set."""
    block = record.block("password_policy")
    must_change: Known[bool] = record.known("password_policy", True)
    attempts: Attr[float | None] = record.known("password_policy", _COGNITO_FAILURES)
    length: Attr[float]
    kinds: Attr[float]
    history: Attr[float]
    if isinstance(block, Unknown):
        length, kinds, history = block, block, block
    elif block.value is None:
        length, kinds, history = _unstated(record)
    else:
        length, kinds = _length(block.value), _counted(_required(block.value), must_change)
        history = block.value.number_or("password_history_size", 0)
    yield PasswordPolicy(
        what="user-pool",
        min_length=length,
        kinds=kinds,
        history=history,
        changed_at_first=must_change,
        attempts=attempts,
    )


def _unstated(record: Record) -> tuple[Attr[float], Attr[float], Attr[float]]:
    if record.action.makes_new:
        path = "password_policy"
        return record.known(path, 8.0), record.known(path, 4.0), record.known(path, 0.0)
    unknown = record.unknown("password_policy", Reason.NOT_COLLECTED)
    return unknown, unknown, unknown


def _length(policy: Node) -> Attr[float]:
    stated = policy.number("minimum_length")
    if isinstance(stated, Unknown):
        return stated
    if stated.value is None:
        return policy.unknown("minimum_length", Reason.OUTSIDE)
    return policy.known("minimum_length", stated.value)


def _required(policy: Node) -> Iterable[Attr[bool]]:
    return (policy.flag(f"require_{kind}", False) for kind in _KINDS)


@REGISTRY.adapter("aws_cognito_user")
def pool_user(record: Record) -> Iterable[Facet]:
    """A user of a pool; ``password`` is set for good by whoever applies the plan."""
    yield in_region(record, stores_data=False)
    permanent, temporary = record.has("password"), record.has("temporary_password")
    if isinstance(permanent, Known) and not permanent.value and isinstance(temporary, Known) and not temporary.value:
        return
    yield PasswordPolicy(what="user-pool-user", changed_at_first=map_attr(permanent, lambda given: not given))


@REGISTRY.adapter("aws_directory_service_directory")
def directory(record: Record) -> Iterable[Facet]:
    """A directory: its domain holds the policy, which no setting of AWS shows.  A connector has no passwords."""
    kind = record.text_or("type", "SimpleAD")
    if isinstance(kind, Known) and kind.value == "ADConnector":
        return
    detail = Text("ディレクトリの中のパスワードのポリシー", "the password policy inside the directory")
    inside = record.unknown("type", Reason.OUTSIDE, detail)
    yield PasswordPolicy(
        what="directory", min_length=inside, kinds=inside, history=inside, max_age_days=inside, attempts=inside
    )


_ADMINISTRATORS: Final = {
    "aws_db_instance": ("username", ("replicate_source_db", "snapshot_identifier", "restore_to_point_in_time")),
    "aws_rds_cluster": (
        "master_username",
        (
            "replication_source_identifier",
            "snapshot_identifier",
            "restore_to_point_in_time",
            "global_cluster_identifier",
        ),
    ),
    "aws_docdb_cluster": (
        "master_username",
        ("snapshot_identifier", "restore_to_point_in_time", "global_cluster_identifier"),
    ),
    "aws_docdbelastic_cluster": ("admin_user_name", ()),
    "aws_redshift_cluster": ("master_username", ("snapshot_identifier", "snapshot_arn")),
    "aws_redshiftserverless_namespace": ("admin_username", ()),
    "aws_lightsail_database": ("master_username", ()),
    "aws_opensearch_domain": ("advanced_security_options.0.master_user_options.0.master_user_name", ()),
    "aws_elasticsearch_domain": ("advanced_security_options.0.master_user_options.0.master_user_name", ()),
}
"""Where the name of the administrator stands, and what takes it over from somewhere else."""


@REGISTRY.adapter(*_ADMINISTRATORS)
def administrator(record: Record) -> Iterable[Facet]:
    """The administrator of a database; one that is restored or replicated keeps that of its source."""
    path, sources = _ADMINISTRATORS[record.type]
    name = record.text(path)
    if isinstance(name, Known) and name.value is None:
        return
    if isinstance(name, Unknown) and (record.left_out(path) or any(_given(record, source) for source in sources)):
        return
    yield DefaultAccount(kind=DefaultAccountKind.DATABASE, in_use=map_attr(name, lambda value: is_default(value or "")))


def _given(record: Record, path: str) -> bool:
    stated = record.has(path)
    return isinstance(stated, Unknown) or stated.value
