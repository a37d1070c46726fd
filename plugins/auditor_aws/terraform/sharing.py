"""Credentials of single services, shares with other accounts, and rules that carry logs or keep what was deleted.

Source of defaults: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import (
    AccountIdentity,
    EncryptionInTransit,
    Exposure,
    Facet,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import policies
from auditor_aws.destinations import STREAMS
from auditor_aws.placement import in_region, region_of_arn, region_set
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived

_CREDENTIALS: Final = {
    "aws_api_gateway_api_key": "api-key",
    "aws_appsync_api_key": "api-key",
    "aws_connect_user": "service-user",
    "aws_directory_service_shared_directory": "directory-share",
    "aws_grafana_workspace_api_key": "api-key",
    "aws_grafana_workspace_service_account_token": "service-account-token",
    "aws_iot_certificate": "device-certificate",
    "aws_lightsail_bucket_access_key": "access-key",
    "aws_lightsail_key_pair": "key-pair",
    "aws_quicksight_user": "service-user",
    "aws_ram_principal_association": "resource-share",
    "aws_ssm_activation": "activation",
    "aws_workmail_user": "service-user",
}


@REGISTRY.adapter(*_CREDENTIALS)
def credential(record: Record) -> Iterable[Facet]:
    """Something by which somebody gets in, to be gone at the end of use."""
    yield in_region(record, stores_data=False)
    yield AccountIdentity(what=_CREDENTIALS[record.type])


@REGISTRY.adapter("aws_rbin_rule")
def recycle_bin(record: Record) -> Iterable[Facet]:
    """Keeps deleted snapshots and images; a locked rule cannot be changed until its delay is over."""
    yield in_region(record, stores_data=False)
    yield Retirement(
        obstacles=(
            Obstacle("retention_period", ObstacleKind.KEEPS, record.known("retention_period", True)),
            Obstacle("lock_configuration", ObstacleKind.LOCKS, record.has("lock_configuration")),
        )
    )


@REGISTRY.adapter("aws_oam_sink_policy")
def monitoring_sink(record: Record) -> Iterable[Facet]:
    """Which accounts may link their logs and metrics to a monitoring account."""
    yield in_region(record, stores_data=False)
    yield Exposure(public=policies.public(policies.stated(record, "policy")), holds_logs=Known(True, record))


def _named(record: Record, path: str) -> Attr[frozenset[str]]:
    region = record.text(path)
    if isinstance(region, Unknown):
        return region
    if region.value is None:
        return record.unknown(path, Reason.NOT_COLLECTED)
    return region_set(derived(region.value, region))


@REGISTRY.adapter("aws_observabilityadmin_centralization_rule_for_organization")
def centralization(record: Record) -> Iterable[Facet]:
    """Copies log groups of an organization to one account and Region, and to a second Region if asked."""
    yield in_region(record, stores_data=False)
    path = "rule.0.destination.0.region"
    yield Replica(key="destination", location=_named(record, path), kind=ReplicaKind.LOG_EXPORT)
    second = "rule.0.destination.0.destination_logs_configuration.0.backup_configuration"
    stated = record.has(second)
    if isinstance(stated, Unknown) or stated.value:
        yield Replica(key="backup", location=_named(record, f"{second}.0.region"), kind=ReplicaKind.LOG_EXPORT)


def _policy_destination(record: Record) -> Attr[str]:
    """Region of ``DestinationArn`` in the document of a subscription filter policy."""
    target = record.target("policy_document", *STREAMS)
    if isinstance(target, Known) and target.value is not None:
        return target.value.region
    text = record.text("policy_document")
    if isinstance(text, Unknown):
        return target if isinstance(target, Unknown) else text
    try:
        arn = json.loads(text.value or "")["DestinationArn"]
    except (ValueError, KeyError, TypeError):
        return record.unknown("policy_document", Reason.UNPARSEABLE)
    region = region_of_arn(str(arn))
    return derived(region, text) if region else record.unknown("policy_document", Reason.UNPARSEABLE)


@REGISTRY.adapter("aws_cloudwatch_log_account_policy")
def log_account_policy(record: Record) -> Iterable[Facet]:
    """A rule for all log groups of an account; one kind carries their entries to a destination."""
    yield in_region(record, stores_data=False)
    kind = record.text("policy_type")
    if isinstance(kind, Unknown) or kind.value == "SUBSCRIPTION_FILTER_POLICY":
        location = kind if isinstance(kind, Unknown) else region_set(_policy_destination(record))
        yield Replica(key="DestinationArn", location=location, kind=ReplicaKind.LOG_EXPORT)


REGISTRY.part("aws_cloudwatch_log_delivery_destination", "aws_cloudwatch_log_delivery")
REGISTRY.inert("aws_cloudwatch_log_delivery_source")


@REGISTRY.adapter("aws_vpclattice_listener")
def lattice_listener(record: Record) -> Iterable[Facet]:
    """A listener of a service network; TLS_PASSTHROUGH leaves TLS to the server behind."""
    yield in_region(record, stores_data=False)
    protocol = record.text("protocol")
    required: Attr[bool]
    if isinstance(protocol, Unknown):
        required = protocol
    elif protocol.value == "TLS_PASSTHROUGH":
        detail = Text("リスナーの先のサーバの設定", "the settings of the server behind the listener")
        required = record.unknown("protocol", Reason.OUTSIDE, detail)
    else:
        required = record.known("protocol", protocol.value == "HTTPS")
    yield EncryptionInTransit(endpoint="listener", required=required)


@REGISTRY.adapter("aws_cur_report_definition")
def cost_report(record: Record) -> Iterable[Facet]:
    """Reports of costs, written into a bucket of the Region that is named."""
    yield Placement(locations=_named(record, "s3_region"))
