"""Database Migration Service.

Source of defaults: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Unknown
from auditor.facets import (
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Residue,
)
from auditor.record import Record
from auditor_aws import computed, keys
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY

_WITHOUT_TLS_SETTING: Final = frozenset(
    {"s3", "dynamodb", "kinesis", "kafka", "elasticsearch", "opensearch", "redis", "neptune", "azuredb"}
)
"""Engines whose connection is not governed by ``ssl_mode``."""


@REGISTRY.adapter("aws_dms_replication_instance")
def replication_instance(record: Record) -> Iterable[Facet]:
    """A server that carries data from one database to another, and buffers it on its disk."""
    yield in_region(record)
    yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    # CreateReplicationInstance: PubliclyAccessible is true unless stated.
    yield Exposure(public=computed.flag(record, "publicly_accessible", True), by_address=True)
    yield Residue(what="replication-instance")


@REGISTRY.adapter("aws_dms_replication_config")
def serverless_replication(record: Record) -> Iterable[Facet]:
    """The same without a server of one's own."""
    yield in_region(record)
    yield keys.at_rest(record, "compute_config.0.kms_key_id", KeyOwner.PROVIDER)
    yield Residue(what="replication-config")


@REGISTRY.adapter("aws_dms_endpoint", "aws_dms_s3_endpoint")
def migration_endpoint(record: Record) -> Iterable[Facet]:
    """A database at one end of a migration, with the credentials for it; ``ssl_mode`` is none unless stated."""
    yield in_region(record)
    yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    if record.type == "aws_dms_endpoint":
        engine = record.text("engine_name")
        if isinstance(engine, Unknown) or engine.value not in _WITHOUT_TLS_SETTING:
            mode = computed.text(record, "ssl_mode", "none")
            required: Attr[bool] = (
                mode if isinstance(mode, Unknown) else record.known("ssl_mode", mode.value not in (None, "none"))
            )
            yield EncryptionInTransit(endpoint="migration", required=required)
    yield Residue(what="migration-endpoint")


REGISTRY.part(
    "aws_dms_replication_instance",
    "aws_dms_certificate",
    "aws_dms_event_subscription",
    "aws_dms_replication_subnet_group",
    "aws_dms_replication_task",
)
