"""Whether capacity grows with the load, and the limits of shared files.

Sources: Terraform AWS provider documentation, page of each type; Amazon RDS User Guide, page "Managing capacity
automatically with Amazon RDS storage autoscaling"; Amazon FSx for OpenZFS User Guide, page "Volume properties".
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import Facet, Scaling, ShareQuota
from auditor.record import Action, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.registry import REGISTRY

_TARGET = "aws_appautoscaling_target"
_ELSEWHERE = Text("他の構成による自動拡張の有無", "whether another configuration lets it grow")


@REGISTRY.adapter("aws_db_instance")
def database_storage(record: Record) -> Iterable[Facet]:
    """Storage grows up to ``max_allocated_storage``; without it, or at 0, it does not."""
    if _aurora(record):
        return
    most = record.number_or("max_allocated_storage", 0)
    grows: Attr[bool] = most if isinstance(most, Unknown) else record.known("max_allocated_storage", most.value > 0)
    if isinstance(most, Known) and most.value > 0:
        # A replica is made with the size of its source, which the limit then exceeds.
        size = computed.number(record, "allocated_storage", 0)
        limit = most.value
        grows = map_attr(size, lambda now: limit > now)
    yield Scaling(key="storage", what="storage", automatic=grows, limited=grows)


def _aurora(record: Record) -> bool:
    engine = computed.text(record, "engine")
    return isinstance(engine, Known) and (engine.value or "").startswith("aurora")


def _policies(record: Record, type_: str, path: str) -> Attr[bool]:
    """Whether a policy of scaling belongs to the record; a thing that exists may have further ones."""
    found = computed.joined(record, type_, path)
    if found.certain:
        switched = (one.flag("enabled", True) for one in found.certain)
        return any_of(*switched)
    if found.possible:
        name = found.possible[0].address
        return record.unknown(type_, Reason.AMBIGUOUS, Text(f"{name} の対象", f"what {name} scales"))
    if absent.shown_in_full(record):
        return Known(False, record, type_)
    return record.unknown(type_, Reason.NOT_COLLECTED, _ELSEWHERE)


@REGISTRY.adapter("aws_autoscaling_group")
def group(record: Record) -> Iterable[Facet]:
    """A group grows by a policy, up to its greatest size; one that is kept at one size is for repair only."""
    fewest, most = record.number_or("min_size", 0), record.number_or("max_size", 0)
    room: Attr[bool]
    if isinstance(fewest, Unknown):
        room = fewest
    else:
        smallest = fewest.value
        room = map_attr(most, lambda size: size > smallest)
    grows = all_of(room, _policies(record, "aws_autoscaling_policy", "autoscaling_group_name"))
    if isinstance(grows, Known) and not grows.value and isinstance(room, Known) and room.value:
        # What makes the group grow may stand in the cluster that the machines belong to.
        grows = _managed(record, grows)
    yield Scaling(key="machines", what="machines", automatic=grows, limited=record.known("max_size", True))


def _managed(record: Record, otherwise: Attr[bool]) -> Attr[bool]:
    """A capacity provider of ECS scales its group by itself (``managed_scaling``)."""
    found = computed.joined(record, "aws_ecs_capacity_provider", "auto_scaling_group_provider.0.auto_scaling_group_arn")
    answers = [
        map_attr(
            one.text_or("auto_scaling_group_provider.0.managed_scaling.0.status", "DISABLED"),
            lambda status: status == "ENABLED",
        )
        for one in found.certain
    ]
    if found.possible:
        answers.append(record.unknown("aws_ecs_capacity_provider", Reason.AMBIGUOUS))
    return any_of(otherwise, *answers)


@REGISTRY.adapter("aws_ecs_service")
def tasks(record: Record) -> Iterable[Facet]:
    """Tasks grow where a target of scaling names the service, up to its greatest capacity."""
    strategy = record.text_or("scheduling_strategy", "REPLICA")
    if isinstance(strategy, Known) and strategy.value == "DAEMON":
        return
    grows = _scaled(record)
    yield Scaling(key="tasks", what="tasks", automatic=grows, limited=grows)


@REGISTRY.adapter("aws_dynamodb_table")
def table(record: Record) -> Iterable[Facet]:
    """A table that is paid by the request grows with it; any other needs a target of scaling."""
    mode = record.text_or("billing_mode", "PROVISIONED")
    by_request = map_attr(mode, lambda value: value == "PAY_PER_REQUEST")
    if isinstance(by_request, Known) and by_request.value:
        most = record.number_or("on_demand_throughput.0.max_read_request_units", 0)
        yield Scaling(
            key="throughput", what="throughput", automatic=by_request, limited=map_attr(most, lambda n: n > 0)
        )
        return
    scaled = any_of(by_request, _scaled(record))
    yield Scaling(key="throughput", what="throughput", automatic=scaled, limited=scaled)


def _scaled(record: Record) -> Attr[bool]:
    found = computed.joined(record, _TARGET, "resource_id")
    if found.certain:
        return any_of(*(_grows(one) for one in found.certain))
    if found.possible or record.links.of_type(_TARGET):
        # The id is a text made of several names, of which one may be that of the record.
        by_name = _named_by(record)
        if by_name is not None:
            return by_name
    if absent.shown_in_full(record):
        return Known(False, record, _TARGET)
    return record.unknown(_TARGET, Reason.NOT_COLLECTED, _ELSEWHERE)


def _named_by(record: Record) -> Attr[bool] | None:
    """Whether a target of scaling names the record by its name; ``None`` where none does.

    Ids are ``table/<name>`` and ``service/<cluster>/<name>``; further parts name an index of a table, not the table.
    Source: Application Auto Scaling API Reference, ``RegisterScalableTarget``, ``ResourceId``.
    """
    parts: list[Attr[str | None]] = [record.text("name")]
    kind = "table"
    if record.type == "aws_ecs_service":
        parts.insert(0, _cluster(record))
        kind = "service"
    unknown: Unknown | None = None
    own: list[Attr[bool]] = []
    for target in record.links.of_type(_TARGET):
        if target.action is Action.DELETE and record.action is not Action.DELETE:
            continue
        id_ = target.text("resource_id")
        if isinstance(id_, Known):
            first, *named = (id_.value or "").split("/")
            if first != kind or len(named) != len(parts):
                continue
            pairs = list(zip(parts, named, strict=True))
            if any(isinstance(part, Known) and part.value != name for part, name in pairs):
                continue
            if all(isinstance(part, Known) for part in parts):
                own.append(_grows(target))
                continue
        detail = Text(f"{target.address} の対象", f"what {target.address} scales")
        unknown = record.unknown(_TARGET, Reason.AMBIGUOUS, detail)
    return any_of(*own) if own else unknown


def _grows(target: Record) -> Attr[bool]:
    """Whether a target of scaling is not suspended from growing (API Reference, SuspendedState)."""
    suspended = computed.flag(target, "suspended_state.0.dynamic_scaling_out_suspended", False)
    if isinstance(suspended, Known) and not suspended.value:
        return Known(True, target, "resource_id")
    return map_attr(suspended, lambda value: not value)


def _cluster(service: Record) -> Attr[str | None]:
    """The name of the cluster of a service, which is ``default`` where none is given."""
    cluster = service.target("cluster", "aws_ecs_cluster")
    if isinstance(cluster, Known) and cluster.value is not None:
        return cluster.value.text("name")
    named = computed.text(service, "cluster", "default")
    # An ARN ends with the name of the cluster.
    return map_attr(named, lambda value: (value or "").rsplit("/", 1)[-1])


@REGISTRY.adapter("aws_fsx_windows_file_system", "aws_fsx_ontap_volume")
def sized_files(record: Record) -> Iterable[Facet]:
    """What is made with a size, which is its limit."""
    yield ShareQuota(limited=record.known("id", True))


@REGISTRY.adapter("aws_fsx_openzfs_volume")
def nested_files(record: Record) -> Iterable[Facet]:
    """A volume may take all of its file system unless it has a quota (-1 stands for none)."""
    quota = computed.number(record, "storage_capacity_quota_gib", -1)
    yield ShareQuota(limited=map_attr(quota, lambda size: size >= 0))


@REGISTRY.adapter("aws_efs_file_system", "aws_storagegateway_nfs_file_share", "aws_storagegateway_smb_file_share")
def elastic_files(record: Record) -> Iterable[Facet]:
    """Files that grow with what is written; the service has no limit to set."""
    yield ShareQuota(limited=None)


REGISTRY.part("aws_ecs_service", "aws_appautoscaling_target")
REGISTRY.part("aws_autoscaling_group", "aws_autoscaling_policy")
