"""Whether capacity grows with the load, and the limits of shared files.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import Facet, Scaling, ShareQuota
from auditor.record import Record
from auditor.text import Text
from auditor_google.machine_groups import AUTOSCALERS
from auditor_google.reading import left_to_default, referrers, settled_flag, settled_number
from auditor_google.registry import REGISTRY

_CLUSTER: Final = "google_container_cluster"
_ELSEWHERE: Final = Text("他の構成による自動拡張の有無", "whether another configuration lets it grow")


@REGISTRY.adapter("google_sql_database_instance")
def sql_storage(record: Record) -> Iterator[Facet]:
    """Storage grows unless that is switched off; a limit of 0, the default, is none."""
    grows = settled_flag(record, "settings.0.disk_autoresize", True)
    limit = map_attr(settled_number(record, "settings.0.disk_autoresize_limit", 0), lambda size: size > 0)
    yield Scaling(key="storage", what="storage", automatic=grows, limited=limit)


@REGISTRY.adapter(*AUTOSCALERS)
def group(record: Record) -> Iterator[Facet]:
    """Machines grow where an autoscaler that is on names their group."""
    joined = referrers(record, AUTOSCALERS[record.type], "target")
    grows: Attr[bool]
    if joined.certain:
        modes = (one.text_or("autoscaling_policy.0.mode", "ON") for one in joined.certain)
        grows = any_of(*(map_attr(mode, lambda value: value != "OFF") for mode in modes))
    elif joined.possible:
        name = joined.possible[0].address
        grows = record.unknown("", Reason.AMBIGUOUS, Text(f"{name} の対象", f"what {name} scales"))
    elif record.action.makes_new or record.links.complete:
        grows = Known(False, record)
    else:
        grows = record.unknown("", Reason.NOT_COLLECTED, _ELSEWHERE)
    yield Scaling(key="machines", what="machines", automatic=grows, limited=grows)


for _group, _autoscaler in AUTOSCALERS.items():
    REGISTRY.part(_group, _autoscaler)


@REGISTRY.adapter("google_container_node_pool")
def node_pool(record: Record) -> Iterator[Facet]:
    """A pool grows by its own block; a cluster that makes pools by itself grows too."""
    own = _present(record, "autoscaling")
    cluster = record.target("cluster", _CLUSTER)
    provisioned: Attr[bool]
    if isinstance(cluster, Unknown):
        provisioned = cluster
    elif cluster.value is None:
        provisioned = record.unknown("cluster", Reason.OUTSIDE)
    else:
        provisioned = settled_flag(cluster.value, "cluster_autoscaling.0.enabled", False)
        if left_to_default(cluster.value, "cluster_autoscaling", cluster.value.get("cluster_autoscaling")):
            provisioned = cluster.value.known("cluster_autoscaling", False)
    grows = any_of(own, provisioned)
    yield Scaling(key="machines", what="machines", automatic=grows, limited=grows)


def _present(record: Record, path: str) -> Attr[bool]:
    blocks = record.blocks(path)
    if isinstance(blocks, Unknown):
        return record.known(path, False) if left_to_default(record, path, blocks) else blocks
    return record.known(path, bool(blocks.value))


@REGISTRY.adapter("google_bigtable_instance")
def bigtable(record: Record) -> Iterator[Facet]:
    """An instance grows if each of its clusters does."""
    clusters = record.blocks("cluster")
    grows: Attr[bool]
    if isinstance(clusters, Unknown):
        grows = clusters
    elif not clusters.value:
        grows = record.unknown("cluster", Reason.NOT_COLLECTED)
    else:
        configured = (cluster.blocks("autoscaling_config") for cluster in clusters.value)
        grows = all_of(*(map_attr(blocks, lambda found: bool(found)) for blocks in configured))
    yield Scaling(key="throughput", what="throughput", automatic=grows, limited=grows)


@REGISTRY.adapter("google_spanner_instance")
def spanner(record: Record) -> Iterator[Facet]:
    """An instance has a fixed capacity, or limits between which it grows."""
    grows = _present(record, "autoscaling_config")
    yield Scaling(key="throughput", what="throughput", automatic=grows, limited=grows)


@REGISTRY.adapter("google_filestore_instance", "google_netapp_volume")
def sized_files(record: Record) -> Iterator[Facet]:
    """What is made with a size, which is its limit."""
    yield ShareQuota(limited=record.known("id", True))
