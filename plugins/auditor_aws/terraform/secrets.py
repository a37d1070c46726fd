"""Secrets and parameters.

Sources: Terraform AWS provider documentation, pages ``aws_secretsmanager_secret``, ``aws_secretsmanager_secret_policy``,
``aws_ssm_parameter``; AWS Secrets Manager User Guide, page "Delete an AWS Secrets Manager secret" (7 to 30 days).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import (
    EncryptionAtRest,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor_aws import computed, keys, placement, policies, states
from auditor_aws.registry import REGISTRY

REGISTRY.part(
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_tag",
)

_RECOVERY_DAYS: Final = 30.0


@REGISTRY.adapter("aws_secretsmanager_secret")
def secret(record: Record) -> Iterator[Facet]:
    """A secret with its replicas; always encrypted, with aws/secretsmanager unless a key is named."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield from _replicas(record)
    policy = policies.separate_or_inline(record, "aws_secretsmanager_secret_policy", "secret_arn", inline="policy")
    yield Exposure(public=policies.public(policy))
    # After a destroy the secret can be recovered until the window is over; with 0 it goes at once.
    window = record.number_or("recovery_window_in_days", _RECOVERY_DAYS)
    kept: Attr[bool] = map_attr(window, lambda days: days > 0)
    yield Retirement(obstacles=(Obstacle("recovery_window_in_days", ObstacleKind.KEEPS, kept),))
    yield Residue(what="secret", state=states.of(record, DeletedDate="deleted_date"))


def _replicas(record: Record) -> Iterator[Facet]:
    blocks = record.blocks("replica")
    if isinstance(blocks, Unknown):
        yield Replica(location=blocks, kind=ReplicaKind.REPLICATION, key="replica")
        return
    for index, block in enumerate(blocks.value):
        location = placement.named_region(block, "region")
        key = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else str(index)
        yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)
        found = keys.at_rest(block, "kms_key_id", KeyOwner.PROVIDER)
        yield EncryptionAtRest(key=key, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)


@REGISTRY.adapter("aws_ssm_parameter")
def parameter(record: Record) -> Iterator[Facet]:
    """A parameter; only a SecureString is encrypted with a key, aws/ssm unless one is named."""
    kind = computed.text(record, "type", "String")
    if isinstance(kind, Known) and kind.value != "SecureString":
        # Plain configuration: the service keeps it, but it is not what a secret would be kept in.
        yield placement.in_region(record, stores_data=False)
        yield Residue(what="parameter")
        return
    yield placement.in_region(record)
    enabled: Attr[bool] = map_attr(kind, lambda _: True)
    yield keys.at_rest(record, "key_id", KeyOwner.PROVIDER, enabled)
    yield Retirement(obstacles=())
    yield Residue(what="parameter")
