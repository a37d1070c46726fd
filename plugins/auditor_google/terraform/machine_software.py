"""Machines, engines, runtimes and clusters: their versions, their images, and whether patches are applied.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Facet, Machine, NeedlessFunction, Patching, Software, VulnerabilityScan
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google import images
from auditor_google.reading import left_to_default, settled_block, settled_flag
from auditor_google.registry import REGISTRY

_CHOSEN: Final = Text("作成時にサービスが選ぶ版", "the version that the service chooses when it is made")
_TEMPLATES: Final = ("google_compute_instance_template", "google_compute_region_instance_template")
_ENROLLED: Final[Attr[bool]] = Known(True)


@REGISTRY.adapter("google_compute_instance")
def instance(record: Record) -> Iterator[Facet]:
    """A machine; a boot disk that is a resource of its own tells of its image itself."""
    yield Machine(what="machine")
    yield from images.of(record, "boot_disk.0.initialize_params.0.image")


@REGISTRY.adapter("google_compute_instance_from_template", "google_compute_instance_from_machine_image")
def instance_from(record: Record) -> Iterator[Facet]:
    """A machine whose template says the rest."""
    yield Machine(what="machine")


@REGISTRY.adapter(*_TEMPLATES)
def template(record: Record) -> Iterator[Facet]:
    """A template of machines; each disk may come from an image."""
    yield Machine(what="template")
    disks = record.blocks("disk")
    if isinstance(disks, Known):
        for index, disk in enumerate(disks.value):
            yield from images.of(disk, "source_image", key="os" if index == 0 else f"os.{index}")


@REGISTRY.adapter("google_compute_disk", "google_compute_region_disk")
def disk(record: Record) -> Iterator[Facet]:
    """A disk that is made from an image; most are made empty."""
    if record.type == "google_compute_disk":
        yield from images.of(record, "image")


def _version(record: Record, path: str) -> Attr[str | None]:
    version = record.text(path)
    if left_to_default(record, path, version):
        return record.unknown(path, Reason.AFTER_APPLY, _CHOSEN)
    return version


_SQL: Final = re.compile(r"(MYSQL|POSTGRES)_(\d+)(?:_(\d+))?")
_SQL_SERVER: Final = {"2017": "14", "2019": "15", "2022": "16"}
_POSTGRES_WITH_TWO: Final = "9"


@REGISTRY.adapter("google_sql_database_instance")
def sql(record: Record) -> Iterator[Facet]:
    """A database; minor versions are applied by Google, and versions past their end are kept on for a charge.

    https://cloud.google.com/sql/docs/mysql/db-versions and https://cloud.google.com/sql/docs/mysql/extended-support
    """
    version = record.text("database_version")
    if isinstance(version, Unknown):
        yield Software(key="engine", product="sql", version=version)
    elif version.value is not None:
        product, number = _engine(version.value)
        yield Software(
            key="engine", product=product, version=record.known("database_version", number), extended=_ENROLLED
        )
    yield Patching(what="database", automatic=record.known("database_version", True))


def _engine(version: str) -> tuple[str, str]:
    if version.startswith("SQLSERVER_"):
        year = version.split("_")[1]
        return "sql-server", _SQL_SERVER.get(year, year)
    found = _SQL.match(version)
    if found is None:
        return "sql", version
    kind, first, second = found.groups()
    if kind == "MYSQL":
        return "sql-mysql", f"{first}.{second}"
    return "sql-postgres", f"{first}.{second}" if first == _POSTGRES_WITH_TWO else first


@REGISTRY.adapter("google_redis_instance")
def redis(record: Record) -> Iterator[Facet]:
    """A cache, ``REDIS_7_0``; Google applies patches in its maintenance.

    https://cloud.google.com/memorystore/docs/redis/supported-versions
    """
    version = _version(record, "redis_version")
    number = map_attr(version, lambda text: None if text is None else _number(text))
    yield Software(key="engine", product="memorystore-redis", version=number)
    yield Patching(what="cache", automatic=record.known("redis_version", True))


@REGISTRY.adapter("google_memorystore_instance")
def valkey(record: Record) -> Iterator[Facet]:
    """A cache, ``VALKEY_8_0``."""
    version = _version(record, "engine_version")
    number = map_attr(version, lambda text: None if text is None else _number(text))
    yield Software(key="engine", product="memorystore-valkey", version=number)


def _number(version: str) -> str:
    """``7.0`` of ``REDIS_7_0``."""
    return version.partition("_")[2].replace("_", ".").lower()


@REGISTRY.adapter("google_alloydb_cluster")
def alloydb(record: Record) -> Iterator[Facet]:
    """A database, ``POSTGRES_15``."""
    version = _version(record, "database_version")
    number = map_attr(version, lambda text: None if text is None else _number(text))
    yield Software(key="engine", product="alloydb", version=number)


@REGISTRY.adapter("google_cloudfunctions_function", "google_app_engine_standard_app_version")
def function(record: Record) -> Iterator[Facet]:
    """A function or an application in a runtime of Google."""
    yield Software(key="runtime", product="runtime", version=record.text("runtime"))


@REGISTRY.adapter("google_cloudfunctions2_function")
def function2(record: Record) -> Iterator[Facet]:
    """A function; patches of its runtime are applied by themselves, or only when it is deployed.

    https://cloud.google.com/functions/docs/securing/execution-environment-security#security_update_policy
    """
    build = record.block("build_config")
    if isinstance(build, Unknown) or build.value is None:
        return
    runtime = build.value.text("runtime")
    if isinstance(runtime, Unknown) or runtime.value is not None:
        yield Software(key="runtime", product="runtime", version=runtime)
    deployed = settled_block(build.value, "on_deploy_update_policy")
    yield Patching(what="runtime", automatic=map_attr(deployed, lambda block: block is None))


_CHANNELS: Final = frozenset({"RAPID", "REGULAR", "STABLE", "EXTENDED"})


@REGISTRY.adapter("google_container_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """A cluster: version, old functions, scanning of workloads, and pools of its own.

    A release channel moves it to versions in support (https://cloud.google.com/kubernetes-engine/versioning).
    """
    channel = record.text("release_channel.0.channel")
    autopilot = record.flag("enable_autopilot", False)
    kept: Attr[bool] = map_attr(channel, lambda name: name in _CHANNELS)
    if isinstance(autopilot, Known) and autopilot.value:
        kept = autopilot  # Autopilot clusters are always in a channel (page above).
    elif isinstance(channel, Unknown) or channel.value is None:
        kept = record.unknown("release_channel", Reason.AFTER_APPLY, _CHANNEL)
    yield Software(key="engine", product="gke", version=_cluster_version(record), kept_current=kept)
    yield from _old_functions(record)
    scanning = record.text("security_posture_config.0.vulnerability_mode")
    if isinstance(scanning, Known) and scanning.value in ("VULNERABILITY_BASIC", "VULNERABILITY_ENTERPRISE"):
        yield VulnerabilityScan(
            what="workloads", active=record.known("security_posture_config.0.vulnerability_mode", True)
        )
    pools = record.blocks("node_pool")
    if isinstance(pools, Known):
        for index, pool in enumerate(pools.value):
            yield Patching(key=f"node_pool.{index}", what="nodes", automatic=_upgraded(pool))


_CHANNEL: Final = Text("リリースチャンネル", "the release channel")


def _cluster_version(record: Record) -> Attr[str | None]:
    for path in ("min_master_version", "node_version"):
        version = record.text(path)
        if isinstance(version, Known) and version.value is not None and version.value[:1].isdigit():
            return record.known(path, version.value.partition("-")[0])
    return record.unknown("min_master_version", Reason.AFTER_APPLY, _CHOSEN)


def _old_functions(record: Record) -> Iterator[NeedlessFunction]:
    """Functions that newer ones replaced, each off unless the configuration switches it on."""
    yield NeedlessFunction(
        key="abac", function="legacy ABAC", enabled=settled_flag(record, "enable_legacy_abac", False)
    )
    certificate = settled_block(record, "master_auth")
    issued: Attr[bool]
    if isinstance(certificate, Unknown):
        issued = certificate
    elif certificate.value is None:
        issued = record.known("master_auth", False)
    else:
        issued = certificate.value.flag("client_certificate_config.0.issue_client_certificate", False)
    yield NeedlessFunction(key="certificate", function="client certificate", enabled=issued)
    yield from _of_nodes(record)


@REGISTRY.adapter("google_container_node_pool")
def node_pool(record: Record) -> Iterator[Facet]:
    """A pool of nodes; upgraded by itself unless that is switched off."""
    yield Patching(key="nodes", what="nodes", automatic=_upgraded(record))
    yield from _of_nodes(record)


def _upgraded(pool: Node) -> Attr[bool]:
    management = settled_block(pool, "management")
    if isinstance(management, Unknown):
        return management
    return pool.known("management", True) if management.value is None else management.value.flag("auto_upgrade", True)


def _of_nodes(node: Node) -> Iterator[NeedlessFunction]:
    """Old ways of reaching nodes, where the configuration says anything about them.

    https://cloud.google.com/kubernetes-engine/docs/how-to/disable-kubelet-readonly-port and
    https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata
    """
    port = node.text("node_config.0.kubelet_config.0.insecure_kubelet_readonly_port_enabled")
    if isinstance(port, Known) and port.value is not None:
        yield NeedlessFunction(
            key="kubelet", function="kubelet read-only port", enabled=map_attr(port, lambda on: on == "TRUE")
        )
    legacy = node.get("node_config.0.metadata.disable-legacy-endpoints")
    if isinstance(legacy, Known) and legacy.value is not None:
        on = node.known("node_config.0.metadata", str(legacy.value).lower() != "true")
        yield NeedlessFunction(key="metadata", function="legacy metadata endpoints", enabled=on)


@REGISTRY.adapter("google_composer_environment")
def composer(record: Record) -> Iterator[Facet]:
    """An environment of Airflow; ``composer-2.9.7-airflow-2.9.3``."""
    version = record.text("config.0.software_config.0.image_version")
    if isinstance(version, Known) and version.value is not None:
        yield Software(key="engine", product="composer", version=version)
