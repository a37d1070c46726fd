"""What the tests of the adapters for stores, keys and machines have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from auditor.attr import Attr, Reason, Unknown
from auditor.facets import Backup, EncryptionAtRest, EncryptionInTransit, Facet
from auditor.record import Record
from auditor.testing import World
from auditor_aws.terraform import adapter_set

F = TypeVar("F", bound=Facet)

TOKYO = "ap-northeast-1"
OSAKA = "ap-northeast-3"
ACCOUNT = "111122223333"
OTHER_ACCOUNT = "999988887777"
KEY_ARN = f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000001"


def facets(record: Record, class_: type[F]) -> list[F]:
    """The facets of a class that the adapters yield."""
    return [facet for facet in adapter_set().facets(record) if isinstance(facet, class_)]


def facet(record: Record, class_: type[F]) -> F:
    """The one facet of a class."""
    (found,) = facets(record, class_)
    return found


def reason(attr: Attr[Any]) -> Reason:
    """Why an attribute is unknown."""
    assert isinstance(attr, Unknown), attr
    return attr.reason


def obstacles(found: Any) -> dict[str, bool | Reason]:
    """The obstacles of a Retirement by name."""
    return {
        one.name: one.present.reason if isinstance(one.present, Unknown) else one.present.value
        for one in found.obstacles
    }


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy in JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def key(world: World, name: str = "own", **values: Any) -> Record:
    """A customer managed key that is being created."""
    return world.add(f"aws_kms_key.{name}", values, unknown={"arn": True, "id": True, "key_id": True})


def outcome(attr: Any) -> Any:
    """The value, or why there is none."""
    return attr.reason if isinstance(attr, Unknown) else attr.value


def encryption(record: Record) -> tuple[Any, Any]:
    found = facet(record, EncryptionAtRest)
    return outcome(found.enabled), outcome(found.key_owner)


def backup(record: Record) -> tuple[Any, Any, Any, Any]:
    found = facet(record, Backup)
    return outcome(found.enabled), outcome(found.interval_hours), outcome(found.retention_days), outcome(found.offsite)


def tls(record: Record) -> Any:
    return outcome(facet(record, EncryptionInTransit).required)


POSTGRES = {"engine": "postgres", "engine_version": "14.9"}
COMPUTED = ("backup_retention_period", "kms_key_id", "parameter_group_name", "engine_version")


def database(world: World, name: str = "db", **values: Any) -> Record:
    """A database that is being created."""
    values = {**POSTGRES, **values}
    return world.add(f"aws_db_instance.{name}", values, unset=[one for one in COMPUTED if one not in values])


def cluster(world: World, type_: str = "aws_rds_cluster", name: str = "main", **values: Any) -> Record:
    unset = [one for one in ("storage_encrypted", "kms_key_id", "backup_retention_period") if one not in values]
    return world.add(f"{type_}.{name}", {"engine": "aurora-mysql", "engine_version": "8.0", **values}, unset=unset)
