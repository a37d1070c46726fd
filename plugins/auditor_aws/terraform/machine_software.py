"""Versions of engines, runtimes and clusters, and whether patches are applied to them.

Sources: Terraform AWS provider documentation, page of each type (defaults of ``auto_minor_version_upgrade``,
``engine_lifecycle_support``, ``upgrade_policy``); Amazon RDS User Guide, "Amazon RDS Extended Support" (on by
default); Amazon EKS User Guide, "Understand the Kubernetes version lifecycle on EKS" (extended by default);
Amazon OpenSearch Service Developer Guide, "Standard support and extended support" (enrolled without being asked);
Amazon ElastiCache User Guide, "Extended Support" (likewise); AWS Lambda Developer Guide, "Runtime updates".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Facet, LicensedSoftware, Patching, Software
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived

_CHOSEN: Final = Text("作成時にサービスが選ぶ版", "the version that the service chooses when it is made")
_SUPPORT: Final = "engine_lifecycle_support"
_WITHOUT: Final = "open-source-rds-extended-support-disabled"
_ENGINES: Final = {
    "mysql": "rds-mysql",
    "mariadb": "rds-mariadb",
    "postgres": "rds-postgres",
    "aurora": "aurora-mysql",
    "aurora-mysql": "aurora-mysql",
    "aurora-postgresql": "aurora-postgresql",
}
_ENROLLED: Final[Attr[bool]] = Known(True)


def _version(record: Record, path: str = "engine_version") -> Attr[str | None]:
    """The version; unknown where the configuration leaves the choice to the service."""
    version = record.text(path)
    if isinstance(version, Unknown) and record.left_out(path):
        return record.unknown(path, Reason.AFTER_APPLY, _CHOSEN)
    return version


def _database(engine: str) -> str:
    if engine.startswith("sqlserver"):
        return "sql-server"
    return _ENGINES.get(engine, f"rds-{engine}")


def _named(family: str, engine: Known[str | None]) -> str:
    """The product of a family, by its engine; only the family where the engine must not be shown."""
    return family if engine.sensitive else f"{family}-{(engine.value or '').lower()}"


def _supported(record: Record) -> Iterator[Software]:
    engine = record.text("engine")
    if isinstance(engine, Unknown) or engine.value is None:
        return
    choice = computed.text(record, _SUPPORT)
    extended = map_attr(choice, lambda value: value != _WITHOUT)
    product = "rds" if engine.sensitive else _database(engine.value)
    yield Software(key="engine", product=product, version=_version(record), extended=extended)


@REGISTRY.adapter("aws_db_instance")
def database(record: Record) -> Iterator[Facet]:
    """A database; a replica runs the engine of its source."""
    replica = record.has("replicate_source_db")
    if isinstance(replica, Known) and not replica.value:
        yield from _supported(record)
    yield Patching(what="database", automatic=record.flag("auto_minor_version_upgrade", True))
    model = record.text("license_model")
    if isinstance(model, Known) and model.value == "bring-your-own-license":
        counted = record.unknown("license_model", Reason.OUTSIDE, _COUNTED)
        yield LicensedSoftware(what="database", own_licence=derived(True, model), tracked=counted)


_COUNTED: Final = Text(
    "License Manager が自動で数える設定の有無", "whether License Manager is set to find and count it by itself"
)


@REGISTRY.adapter("aws_rds_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """A cluster of databases; its members are patched by settings of their own."""
    yield from _supported(record)


@REGISTRY.adapter("aws_rds_cluster_instance", "aws_neptune_cluster_instance")
def member(record: Record) -> Iterator[Facet]:
    """A member of a cluster, which runs the cluster's engine."""
    yield Patching(what="database", automatic=record.flag("auto_minor_version_upgrade", True))


@REGISTRY.adapter("aws_neptune_cluster")
def graph(record: Record) -> Iterator[Facet]:
    """A graph database."""
    yield Software(key="engine", product="neptune", version=_version(record))


@REGISTRY.adapter("aws_docdb_cluster")
def documents(record: Record) -> Iterator[Facet]:
    """A document database; it has no automatic upgrades of minor versions, whatever its instances say."""
    extended = record.unknown("engine_version", Reason.NOT_COLLECTED, _EXTENDED)
    yield Software(key="engine", product="docdb", version=_version(record), extended=extended)


_EXTENDED: Final = Text("延長サポートの利用の有無", "whether extended support is in use")


@REGISTRY.adapter("aws_redshift_cluster")
def warehouse(record: Record) -> Iterator[Facet]:
    """A data warehouse, whose version AWS chooses."""
    yield Patching(what="database", automatic=record.flag("allow_version_upgrade", True))


@REGISTRY.adapter("aws_elasticache_replication_group", "aws_elasticache_cluster")
def cache(record: Record) -> Iterator[Facet]:
    """A cache by itself; a member of a replication group runs the group's engine.

    Only engines of the Redis family are upgraded by themselves (provider documentation, ``auto_minor_version_upgrade``).
    """
    if record.type == "aws_elasticache_cluster":
        grouped = record.text("replication_group_id")
        if (isinstance(grouped, Unknown) and not record.left_out("replication_group_id")) or (
            isinstance(grouped, Known) and grouped.value is not None
        ):
            return
    engine = computed.text(record, "engine", "redis")
    if isinstance(engine, Unknown) or engine.value is None:
        return
    yield Software(key="engine", product=_named("elasticache", engine), version=_version(record), extended=_ENROLLED)
    if engine.value != "memcached":
        yield Patching(what="cache", automatic=computed.flag(record, "auto_minor_version_upgrade", True))


@REGISTRY.adapter("aws_memorydb_cluster")
def memory(record: Record) -> Iterator[Facet]:
    """A database in memory."""
    engine = computed.text(record, "engine", "redis")
    if isinstance(engine, Known):
        yield Software(key="engine", product=_named("memorydb", engine), version=_version(record))
    yield Patching(what="cache", automatic=record.flag("auto_minor_version_upgrade", True))


@REGISTRY.adapter("aws_mq_broker")
def broker(record: Record) -> Iterator[Facet]:
    """A message broker; not upgraded by itself unless set."""
    engine = record.text("engine_type")
    if isinstance(engine, Known) and engine.value is not None:
        yield Software(key="engine", product=_named("mq", engine), version=_version(record))
    yield Patching(what="broker", automatic=record.flag("auto_minor_version_upgrade", False))


@REGISTRY.adapter("aws_dms_replication_instance")
def replication(record: Record) -> Iterator[Facet]:
    """A machine that copies databases; not upgraded by itself unless set."""
    yield Patching(what="replication", automatic=computed.flag(record, "auto_minor_version_upgrade", False))


@REGISTRY.adapter("aws_msk_cluster")
def stream(record: Record) -> Iterator[Facet]:
    """A cluster of Kafka brokers."""
    yield Software(key="engine", product="msk", version=record.text("kafka_version"))


@REGISTRY.adapter("aws_opensearch_domain", "aws_elasticsearch_domain")
def search(record: Record) -> Iterator[Facet]:
    """A search domain; AWS installs required updates of its software whether or not that is set."""
    if record.type == "aws_elasticsearch_domain":
        # Version 1.5 unless stated (provider documentation, elasticsearch_version).
        yield _search("elasticsearch", computed.text(record, "elasticsearch_version", "1.5"))
        return
    version = _version(record)
    if isinstance(version, Unknown) or version.value is None:
        yield _search("opensearch", version)
        return
    engine, _, number = version.value.partition("_")
    yield _search("search" if version.sensitive else engine.lower(), derived(number, version))


def _search(product: str, version: Attr[str | None]) -> Software:
    return Software(key="engine", product=product, version=version, extended=_ENROLLED)


@REGISTRY.adapter("aws_eks_cluster")
def kubernetes(record: Record) -> Iterator[Facet]:
    """A cluster; its control plane is patched by AWS, and upgraded by force only when all support is over."""
    policy = computed.text(record, "upgrade_policy.0.support_type", "EXTENDED")
    extended = map_attr(policy, lambda value: value == "EXTENDED")
    yield Software(key="engine", product="eks", version=_version(record, "version"), extended=extended)


@REGISTRY.adapter("aws_lambda_function")
def function(record: Record) -> Iterator[Facet]:
    """A function; one made from a container image has no runtime of AWS."""
    runtime = record.text("runtime")
    if isinstance(runtime, Unknown) or runtime.value is not None:
        yield Software(key="runtime", product="lambda", version=runtime)


@REGISTRY.adapter("aws_lambda_runtime_management_config")
def runtime_updates(record: Record) -> Iterator[Facet]:
    """How the runtime of a function is updated: by itself unless set."""
    mode = record.text_or("update_runtime_on", "Auto")
    yield Patching(what="runtime", automatic=map_attr(mode, lambda value: value == "Auto"))


_MANAGED: Final = ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")


@REGISTRY.adapter("aws_elastic_beanstalk_environment")
def platform(record: Record) -> Iterator[Facet]:
    """Updates of the platform of an application, where the environment says anything about them."""
    settings = record.blocks("setting")
    if isinstance(settings, Unknown):
        return
    for setting in settings.value:
        space, name = setting.text("namespace"), setting.text("name")
        if isinstance(space, Known) and isinstance(name, Known) and (space.value, name.value) == _MANAGED:
            yield Patching(what="platform", automatic=setting.flag("value", False))
