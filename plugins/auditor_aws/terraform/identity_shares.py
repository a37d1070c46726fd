"""Stores that are shared with other accounts: by their policies, by permissions of snapshots and images, by RAM.

Sources: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Exposure, Facet, Share
from auditor.record import Joined, Record
from auditor.text import Text
from auditor_aws import absent, computed, policies
from auditor_aws.iam_language import Answer, Effect, Policy, PrincipalKind, Statement, trusted_principals
from auditor_aws.iam_language.matching import has_effect
from auditor_aws.placement import in_region
from auditor_aws.policies import Stated
from auditor_aws.registry import REGISTRY


class _Row(msgspec.Struct, frozen=True):
    """Where the policy of a type of store stands."""

    separate: str
    path: str
    inline: str | None = None


_STORES: Final = {
    "aws_s3_bucket": _Row("aws_s3_bucket_policy", "bucket", "policy"),
    "aws_sqs_queue": _Row("aws_sqs_queue_policy", "queue_url", "policy"),
    "aws_sns_topic": _Row("aws_sns_topic_policy", "arn", "policy"),
    "aws_secretsmanager_secret": _Row("aws_secretsmanager_secret_policy", "secret_arn", "policy"),
    "aws_ecr_repository": _Row("aws_ecr_repository_policy", "repository"),
    "aws_efs_file_system": _Row("aws_efs_file_system_policy", "file_system_id"),
    "aws_dynamodb_table": _Row("aws_dynamodb_resource_policy", "resource_arn"),
    "aws_kinesis_stream": _Row("aws_kinesis_resource_policy", "resource_arn"),
    "aws_backup_vault": _Row("aws_backup_vault_policy", "backup_vault_name"),
}
_WHOLE: Final = re.compile(r"\*|(?:\*|[a-z0-9-]+):\*")
_ACCOUNT: Final = re.compile(r"\d{12}")
_NOBODY: Final[tuple[str, ...]] = ()


@REGISTRY.adapter(*_STORES)
def store(record: Record) -> Iterable[Facet]:
    """A store that a policy may share."""
    row = _STORES[record.type]
    yield _by_policy(policies.separate_or_inline(record, row.separate, row.path, inline=row.inline), record)


def _by_policy(policy: Stated, record: Record) -> Share:
    recipients = policies.foreign_principals(policy, record)
    if isinstance(recipients, Unknown):
        return Share(recipients=recipients, unlimited=recipients)
    if not recipients.value or isinstance(policy, Unknown) or not isinstance(policy.value, Policy):
        return Share(recipients=recipients, unlimited=map_attr(recipients, lambda _: False))
    answers = [_gives_all(statement, record) for statement in policy.value.statements]
    unlimited: Attr[bool]
    if Answer.YES in answers:
        unlimited = Known(True, policy.origin, policy.path)
    elif Answer.UNDECIDED in answers or policy.value.unknown:
        detail = Text("外部の主体に許可する操作", "what principals from outside may do")
        unlimited = Unknown(Reason.UNRESOLVED, policy.origin, policy.path, detail)
    else:
        unlimited = Known(False, policy.origin, policy.path)
    return Share(recipients=recipients, unlimited=unlimited)


def _gives_all(statement: Statement, record: Record) -> Answer:
    """Whether the statement lets a principal from outside do everything, without a condition."""
    trusted = trusted_principals(Policy((statement,)), policies.account_id(record))
    if has_effect(statement, Effect.ALLOW) is Answer.NO or not any(
        one.kind is PrincipalKind.FOREIGN_ACCOUNT for one in trusted
    ):
        return Answer.NO
    if statement.conditions or statement.unknown_conditions:
        return Answer.UNDECIDED if statement.unknown_conditions else Answer.NO
    if statement.actions.negated or any(_WHOLE.fullmatch(action) for action in statement.actions.values):
        return has_effect(statement, Effect.ALLOW)
    return Answer.UNDECIDED if statement.actions.unknown else Answer.NO


def _named(record: Record, found: list[Attr[str | None]], path: str) -> Share:
    """Recipients of a copy: whoever has a copy can do everything with it, but not with the store itself."""
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    hidden = any(isinstance(one, Known) and one.sensitive for one in found)
    names = tuple(sorted({one.value for one in found if isinstance(one, Known) and one.value}))
    recipients: Attr[tuple[str, ...]]
    recipients = unknown if unknown is not None and not names else Known(names, record, path, hidden)
    return Share(recipients=recipients, unlimited=record.known(path, False))


@REGISTRY.adapter("aws_db_snapshot", "aws_db_cluster_snapshot")
def database_snapshot(record: Record) -> Iterable[Facet]:
    """A snapshot that other accounts may restore; ``all`` makes it public, which is judged by itself."""
    accounts = record.elements("shared_accounts")
    if isinstance(accounts, Unknown):
        if record.left_out("shared_accounts"):
            yield Share(recipients=record.known("shared_accounts", _NOBODY), unlimited=Known(False, record))
        else:
            yield Share(recipients=accounts, unlimited=Known(False, record))
        return
    others = [one for one in accounts.value if not (isinstance(one, Known) and one.value == "all")]
    yield _named(record, others, "shared_accounts")


def _permissions(record: Record, joined: Joined, type_: str, paths: tuple[str, ...]) -> Share:
    found = [one.text(path) for one in joined.certain for path in paths]
    found.extend(
        one.unknown(paths[0], Reason.AMBIGUOUS, Text(f"{one.address} の対象", f"what {one.address} is for"))
        for one in joined.possible
    )
    share = _named(record, found, type_)
    if isinstance(share.recipients, Known) and not share.recipients.value:
        lacking = absent.without(record, type_)
        if isinstance(lacking, Unknown):
            return Share(recipients=lacking, unlimited=share.unlimited)
    return share


@REGISTRY.adapter("aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import")
def volume_snapshot(record: Record) -> Iterable[Facet]:
    """A snapshot that other accounts may make volumes of."""
    type_ = "aws_snapshot_create_volume_permission"
    yield _permissions(record, computed.joined(record, type_, "snapshot_id"), type_, ("account_id",))


@REGISTRY.adapter("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
def image(record: Record) -> Iterable[Facet]:
    """An image that other accounts or organisations may launch; the group ``all`` is judged by itself."""
    type_ = "aws_ami_launch_permission"
    paths = ("account_id", "organization_arn", "organizational_unit_arn")
    yield _permissions(record, computed.joined(record, type_, "image_id"), type_, paths)


@REGISTRY.adapter("aws_ram_principal_association")
def resource_share(record: Record) -> Iterable[Facet]:
    """An account, organisation or identity that a share of RAM is given to."""
    principal = record.text("principal")
    own = policies.account_id(record)
    if isinstance(principal, Known) and principal.value is not None and isinstance(own, str):
        inside = principal.value == own or f"::{own}:" in principal.value
        names = _NOBODY if inside else (principal.value,)
        yield Share(
            recipients=Known(names, record, "principal", principal.sensitive),
            unlimited=record.known("principal", False),
        )
        return
    yield _named(record, [principal], "principal")


@REGISTRY.adapter("aws_lambda_layer_version_permission")
def layer_permission(record: Record) -> Iterable[Facet]:
    """Who may use a version of a layer: an account, or all of them, or those of an organisation."""
    yield in_region(record, stores_data=False)
    principal, organisation = record.text("principal"), record.text("organization_id")
    if isinstance(principal, Known) and principal.value != "*":
        inside = principal.value == policies.account_id(record)
        yield _named(record, [] if inside else [principal], "principal")
        yield Exposure(public=record.known("principal", False))
        return
    limited = map_attr(organisation, lambda value: value is None)
    yield Exposure(public=principal if isinstance(principal, Unknown) else limited)
    if isinstance(organisation, Known) and organisation.value is not None:
        yield _named(record, [organisation], "organization_id")
