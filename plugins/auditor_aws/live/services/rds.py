"""Databases of RDS, Aurora, DocumentDB and Neptune, which one API describes, with their snapshots and kept backups.

Sources: Amazon RDS API Reference (DescribeDBInstances, DescribeDBClusters, DescribeDBParameters,
DescribeDBClusterParameters, DescribeOptionGroups, DescribeDBSubnetGroups, DescribeDBSnapshots,
DescribeDBSnapshotAttributes, DescribeDBClusterSnapshots, DescribeDBClusterSnapshotAttributes,
DescribeDBInstanceAutomatedBackups, DescribeDBClusterAutomatedBackups, DescribeGlobalClusters, DescribeDBProxies,
DescribeDBShardGroups, DescribeIntegrations); AWS provider documentation, pages ``aws_db_instance``,
``aws_rds_cluster``, ``aws_rds_cluster_instance``, ``aws_docdb_cluster``, ``aws_neptune_cluster``, and of the groups,
snapshots and other types that are shaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from auditor.attr import Reason
from auditor_aws import placement
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.database_copies import encrypted, kept_backups, snapshots
from auditor_aws.live.shapes import Shape, tags

_CLUSTERS: Final = {"docdb": "aws_docdb_cluster", "neptune": "aws_neptune_cluster"}
"""Engine -> type of its clusters; every other engine is one of RDS or Aurora."""
_CLUSTER: Final = "aws_rds_cluster"
_STREAMING: Final = ("started", "starting")
_OWN_VALUES: Final = {"Source": "user"}
"""Only what somebody has set; the defaults of the engines are known (DescribeDBParameters, ``Source``)."""
_NOT_OFFERED: Final = ("InvalidAction", "InvalidParameterValue")
"""What a region answers of which some part of the API is not offered ("... is not available in this region", "Access
Denied to API Version ..."), for calls that hold nothing of anybody's that could be wrong."""
_GOING: Final = "deleting"
"""State of databases and clusters that are being removed, and of their copies."""
_SHOWN_OPTIONS: Final = frozenset({"SERVER_AUDIT_EVENTS"})
"""Settings of options that are read; others may be passwords."""


def _cluster_type(item: Mapping[str, Any]) -> str:
    return _CLUSTERS.get(item.get("Engine") or "", _CLUSTER)


def _fill(shape: Shape, item: Mapping[str, Any], members: Mapping[str, str]) -> None:
    for attribute, member in members.items():
        shape[attribute] = item.get(member)


def _first(items: list[Mapping[str, Any]] | None, member: str) -> Any:
    return items[0].get(member) if items else None


_BOTH: Final = {
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "backup_retention_period": "BackupRetentionPeriod",
    "deletion_protection": "DeletionProtection",
    "kms_key_id": "KmsKeyId",
    "engine_lifecycle_support": "EngineLifecycleSupport",
    "monitoring_interval": "MonitoringInterval",
    "storage_encryption_type": "StorageEncryptionType",
    "activity_stream_status": "ActivityStreamStatus",
    "iam_database_authentication_enabled": "IAMDatabaseAuthenticationEnabled",
}
_INSTANCE: Final = {
    **_BOTH,
    "arn": "DBInstanceArn",
    "identifier": "DBInstanceIdentifier",
    "id": "DbiResourceId",
    "resource_id": "DbiResourceId",
    "username": "MasterUsername",
    "allocated_storage": "AllocatedStorage",
    "max_allocated_storage": "MaxAllocatedStorage",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "multi_az": "MultiAZ",
    "publicly_accessible": "PubliclyAccessible",
    "availability_zone": "AvailabilityZone",
    "license_model": "LicenseModel",
    "ca_cert_identifier": "CACertificateIdentifier",
}
_MEMBER: Final = {
    "arn": "DBInstanceArn",
    "identifier": "DBInstanceIdentifier",
    "cluster_identifier": "DBClusterIdentifier",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "availability_zone": "AvailabilityZone",
    "publicly_accessible": "PubliclyAccessible",
    "monitoring_interval": "MonitoringInterval",
}


def instances(answers: Answers) -> Iterator[Shape]:
    """Databases by themselves, and the members of clusters; both also show where their backups are replicated."""
    for item in answers.items("DescribeDBInstances", "DBInstances"):
        if item.get("DBInstanceStatus") == _GOING:
            continue
        names = (item["DBInstanceIdentifier"], item.get("DbiResourceId"))
        member = item.get("DBClusterIdentifier")
        type_ = f"{_cluster_type(item)}_instance" if member else "aws_db_instance"
        shape = Shape(type_, answers, item["DBInstanceArn"], "DescribeDBInstances", names=names)
        _fill(shape, item, _MEMBER if member else _INSTANCE)
        shape["tags"] = tags(item.get("TagList"))
        shape["db_parameter_group_name"] = _first(item.get("DBParameterGroups"), "DBParameterGroupName")
        shape["db_subnet_group_name"] = (item.get("DBSubnetGroup") or {}).get("DBSubnetGroupName")
        shape["vpc_security_group_ids"] = [group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups") or ()]
        if not member:
            _by_itself(shape, item)
        states = [one.get("ParameterApplyStatus") for one in item.get("DBParameterGroups") or ()]
        _wait(shape, states, "db_parameter_group_name", "parameter_group_name")
        yield shape
        for replicated in item.get("DBInstanceAutomatedBackupsReplications") or ():
            yield _replication(answers, replicated["DBInstanceAutomatedBackupsArn"], item["DBInstanceArn"])


def _wait(shape: Shape, states: Iterable[str | None], *names: str) -> None:
    """What a group sets is not in force before a restart: nobody knows the values that are (ParameterApplyStatus)."""
    waiting = next((state for state in states if state not in (None, "in-sync")), None)
    if waiting is not None:
        shape.refuse(Refusal(shape.call, Reason.NOT_COLLECTED, waiting), *names)


def _by_itself(shape: Shape, item: Mapping[str, Any]) -> None:
    shape["parameter_group_name"] = shape.values["db_parameter_group_name"]
    shape["option_group_name"] = _first(item.get("OptionGroupMemberships"), "OptionGroupName")
    shape["storage_encrypted"] = encrypted(item, "StorageEncrypted")
    shape["enabled_cloudwatch_logs_exports"] = item.get("EnabledCloudwatchLogsExports") or []
    shape["replicate_source_db"] = item.get("ReadReplicaSourceDBInstanceIdentifier") or item.get(
        "ReadReplicaSourceDBClusterIdentifier"
    )
    shape["replicas"] = [
        *(item.get("ReadReplicaDBInstanceIdentifiers") or ()),
        *(item.get("ReadReplicaDBClusterIdentifiers") or ()),
    ]
    # arguments of the removal by Terraform: these values keep nothing
    shape["skip_final_snapshot"] = True
    shape["delete_automated_backups"] = True
    # what a database was restored from is not told: snapshot_identifier and restore_to_point_in_time stay unknown


def _replication(answers: Answers, arn: str, source: str) -> Shape:
    """Told by the source, whichever other regions are asked: the ARN names the region of the copies."""
    region = arn.split(":", 5)[3]
    type_ = "aws_db_instance_automated_backups_replication"
    shape = Shape(type_, answers, arn, "DescribeDBInstances", region=region)
    shape["source_db_instance_arn"] = source
    return shape


_OF_CLUSTER: Final = {
    **_BOTH,
    "arn": "DBClusterArn",
    "cluster_identifier": "DBClusterIdentifier",
    "id": "DBClusterIdentifier",
    "cluster_resource_id": "DbClusterResourceId",
    "master_username": "MasterUsername",
    "engine_mode": "EngineMode",
    "db_cluster_instance_class": "DBClusterInstanceClass",
    "global_cluster_identifier": "GlobalClusterIdentifier",
    "replication_source_identifier": "ReplicationSourceIdentifier",
    "db_cluster_parameter_group_name": "DBClusterParameterGroup",
    "db_subnet_group_name": "DBSubnetGroup",
}
_CALLED_BY_NEPTUNE: Final = {
    "kms_key_arn": "kms_key_id",
    "neptune_cluster_parameter_group_name": "db_cluster_parameter_group_name",
    "neptune_subnet_group_name": "db_subnet_group_name",
    "enable_cloudwatch_logs_exports": "enabled_cloudwatch_logs_exports",
}


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters, with a record for the stream of activities where one runs."""
    for item in answers.items("DescribeDBClusters", "DBClusters"):
        if item.get("Status") == _GOING:
            continue
        arn, type_ = item["DBClusterArn"], _cluster_type(item)
        names = (item["DBClusterIdentifier"], item.get("DbClusterResourceId"))
        shape = Shape(type_, answers, arn, "DescribeDBClusters", names=names)
        _fill(shape, item, _OF_CLUSTER)
        shape["tags"] = tags(item.get("TagList"))
        shape["storage_encrypted"] = encrypted(item, "StorageEncrypted")
        shape["enabled_cloudwatch_logs_exports"] = item.get("EnabledCloudwatchLogsExports") or []
        shape["replicas"] = item.get("ReadReplicaIdentifiers") or []
        shape["vpc_security_group_ids"] = [group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups") or ()]
        # Terraform's argument for the parameter groups of all members during an upgrade; members say their own
        shape["db_instance_parameter_group_name"] = None
        shape["skip_final_snapshot"] = True
        shape["delete_automated_backups"] = True
        if type_ == "aws_neptune_cluster":
            for theirs, ours in _CALLED_BY_NEPTUNE.items():
                shape[theirs] = shape.values[ours]
        states = [one.get("DBClusterParameterGroupStatus") for one in item.get("DBClusterMembers") or ()]
        _wait(shape, states, "db_cluster_parameter_group_name", "neptune_cluster_parameter_group_name")
        yield shape
        if item.get("ActivityStreamStatus") in _STREAMING:
            stream = Shape("aws_rds_cluster_activity_stream", answers, f"{arn} stream", "DescribeDBClusters")
            stream["resource_arn"] = arn
            yield stream


def parameter_groups(answers: Answers) -> Iterator[Shape]:
    """What the groups in use set; those that AWS makes (``default.``) set nothing."""
    for name, _ in answers.all("DescribeDBParameters"):
        yield _parameters(answers, "aws_db_parameter_group", "pg", name, "DescribeDBParameters")
    types = {
        item.get("DBClusterParameterGroup"): f"{_cluster_type(item)}_parameter_group"
        for item in answers.items("DescribeDBClusters", "DBClusters")
    }
    for name, _ in answers.all("DescribeDBClusterParameters"):
        yield _parameters(answers, types[name], "cluster-pg", name, "DescribeDBClusterParameters")


def _parameters(answers: Answers, type_: str, kind: str, name: str, call: str) -> Shape:
    arn = answers.arn("rds", f"{kind}:{name}")
    shape = Shape(type_, answers, arn, call, names=(name,))
    shape["name"] = name
    answer = answers.of(call, name)
    shape.take(
        "parameter",
        answer,
        lambda _: [
            {"name": one.get("ParameterName"), "value": one.get("ParameterValue")} for one in answer.items("Parameters")
        ],
    )
    return shape


def option_groups(answers: Answers) -> Iterator[Shape]:
    """The option groups in use, with their options."""
    for name, answer in answers.all("DescribeOptionGroups"):
        arn = answers.arn("rds", f"og:{name}")
        shape = Shape("aws_db_option_group", answers, arn, "DescribeOptionGroups", names=(name,))
        shape["name"] = name
        shape.take("option", answer, _options)
        yield shape


def _options(data: Any) -> list[dict[str, Any]]:
    return [
        {
            "option_name": option.get("OptionName"),
            "option_settings": [
                {"name": one.get("Name"), "value": one.get("Value")} for one in option.get("OptionSettings") or ()
            ],
        }
        for group in data.get("OptionGroupsList") or ()
        for option in group.get("Options") or ()
    ]


def subnet_groups(answers: Answers) -> Iterator[Shape]:
    """Groups of subnets; the provider has a type for each of the three services, so it is that of who uses them."""
    used: dict[str, set[str]] = {}
    for item in answers.items("DescribeDBClusters", "DBClusters"):
        service = _cluster_type(item).removesuffix("_cluster")
        if service != "aws_rds":
            used.setdefault(str(item.get("DBSubnetGroup")), set()).add(f"{service}_subnet_group")
    for group in answers.items("DescribeDBSubnetGroups", "DBSubnetGroups"):
        name = group["DBSubnetGroupName"]
        for type_ in sorted({"aws_db_subnet_group", *used.get(name, ())}):
            shape = Shape(type_, answers, group["DBSubnetGroupArn"], "DescribeDBSubnetGroups", names=(name,))
            shape["name"] = name
            shape["vpc_id"] = group.get("VpcId")
            shape["subnet_ids"] = [subnet["SubnetIdentifier"] for subnet in group.get("Subnets") or ()]
            yield shape


def global_clusters(answers: Answers) -> Iterator[Shape]:
    """What holds clusters of several regions together; every one of these regions tells it."""
    for item in answers.items("DescribeGlobalClusters", "GlobalClusters"):
        service = _cluster_type(item).removesuffix("_cluster")
        name, arn = item["GlobalClusterIdentifier"], item["GlobalClusterArn"]
        shape = Shape(f"{service}_global_cluster", answers, arn, "DescribeGlobalClusters", names=(name,))
        writers = (
            one.get("DBClusterArn") or "" for one in item.get("GlobalClusterMembers") or () if one.get("IsWriter")
        )
        shape.mirrored = not any(placement.region_of_arn(writer) == answers.region for writer in writers)
        shape["global_cluster_identifier"] = name
        shape["source_db_cluster_identifier"] = None
        shape["deletion_protection"] = item.get("DeletionProtection")
        shape["global_cluster_members"] = [
            {"db_cluster_arn": one.get("DBClusterArn"), "is_writer": one.get("IsWriter")}
            for one in item.get("GlobalClusterMembers") or ()
        ]
        shape["tags"] = tags(item.get("TagList"))
        yield shape


def doors(answers: Answers) -> Iterator[Shape]:
    """Proxies before databases, shard groups, and copies that are kept in data warehouses."""
    for item in answers.items("DescribeDBProxies", "DBProxies"):
        if item.get("Status") == _GOING:
            continue
        arn, name = item["DBProxyArn"], item["DBProxyName"]
        shape = Shape("aws_db_proxy", answers, arn, "DescribeDBProxies", names=(name,))
        shape["name"] = name
        shape["require_tls"] = item.get("RequireTLS", False)
        yield shape
    for item in answers.items("DescribeDBShardGroups", "DBShardGroups"):
        arn, name = item["DBShardGroupArn"], item["DBShardGroupIdentifier"]
        shape = Shape("aws_rds_shard_group", answers, arn, "DescribeDBShardGroups", names=(name,))
        shape["publicly_accessible"] = item.get("PubliclyAccessible")
        shape["tags"] = tags(item.get("TagList"))
        yield shape
    for item in answers.items("DescribeIntegrations", "Integrations"):
        if item.get("Status") == _GOING:
            continue
        shape = Shape("aws_rds_integration", answers, item["IntegrationArn"], "DescribeIntegrations")
        shape["source_arn"] = item.get("SourceArn")
        shape["target_arn"] = item.get("TargetArn")
        shape["kms_key_id"] = item.get("KMSKeyId")
        shape["tags"] = tags(item.get("Tags"))
        yield shape


def _hide_passwords(data: Any) -> None:
    for item in (*(data.get("DBInstances") or ()), *(data.get("DBClusters") or ())):
        (item.get("PendingModifiedValues") or {}).pop("MasterUserPassword", None)


def _hide_settings(data: Any) -> None:
    for group in data.get("OptionGroupsList") or ():
        for option in group.get("Options") or ():
            for setting in option.get("OptionSettings") or ():
                if setting.get("Name") not in _SHOWN_OPTIONS:
                    setting.pop("Value", None)
                    setting.pop("DefaultValue", None)


_COPIES: Final = frozenset(("residency", "encryption", "backup", "teardown", "inventory", "environment"))
_SETTINGS: Final = frozenset(("encryption", "log"))

SERVICES: Final = (
    Service(
        name="rds",
        calls=(
            Call(
                operation="DescribeDBInstances",
                yields=(
                    "aws_db_instance",
                    "aws_db_instance_automated_backups_replication",
                    "aws_rds_cluster_instance",
                    "aws_docdb_cluster_instance",
                    "aws_neptune_cluster_instance",
                ),
                redact=_hide_passwords,
            ),
            Call(
                operation="DescribeDBClusters",
                yields=(
                    "aws_rds_cluster",
                    "aws_docdb_cluster",
                    "aws_neptune_cluster",
                    "aws_rds_cluster_activity_stream",
                ),
                redact=_hide_passwords,
            ),
            Call(
                operation="DescribeDBParameters",
                yields=("aws_db_parameter_group",),
                each="DescribeDBInstances",
                over="DBInstances[?Engine != 'docdb' && Engine != 'neptune'].DBParameterGroups[]",
                parameters={"DBParameterGroupName": "DBParameterGroupName"},
                when="!starts_with(DBParameterGroupName, 'default.')",
                fixed=_OWN_VALUES,
                subjects=_SETTINGS,
            ),
            Call(
                operation="DescribeDBClusterParameters",
                yields=(
                    "aws_rds_cluster_parameter_group",
                    "aws_docdb_cluster_parameter_group",
                    "aws_neptune_cluster_parameter_group",
                ),
                each="DescribeDBClusters",
                over="DBClusters[?DBClusterParameterGroup && Engine != 'docdb']",
                parameters={"DBClusterParameterGroupName": "DBClusterParameterGroup"},
                when="!starts_with(DBClusterParameterGroup, 'default.')",
                fixed=_OWN_VALUES,
                subjects=_SETTINGS,
            ),
            Call(
                operation="DescribeDBClusterParameters",
                each="DescribeDBClusters",
                # DocumentDB names the sources of values otherwise (its API Reference: engine, service, customer), and
                # has a dozen parameters: all are asked, with the values in force
                over="DBClusters[?DBClusterParameterGroup && Engine == 'docdb']",
                parameters={"DBClusterParameterGroupName": "DBClusterParameterGroup"},
                when="!starts_with(DBClusterParameterGroup, 'default.')",
                subjects=_SETTINGS,
            ),
            Call(
                operation="DescribeOptionGroups",
                yields=("aws_db_option_group",),
                each="DescribeDBInstances",
                over="DBInstances[].OptionGroupMemberships[]",
                parameters={"OptionGroupName": "OptionGroupName"},
                when="!starts_with(OptionGroupName, 'default:')",
                redact=_hide_settings,
                subjects=frozenset(("log",)),
            ),
            Call(
                operation="DescribeDBSubnetGroups",
                yields=("aws_db_subnet_group", "aws_docdb_subnet_group", "aws_neptune_subnet_group"),
                subjects=frozenset(("environment", "network", "segmentation")),
            ),
            Call(
                operation="DescribeDBSnapshots",
                yields=("aws_db_snapshot",),
                fixed={"SnapshotType": "manual"},
                subjects=_COPIES | {"access"},
            ),
            Call(
                operation="DescribeDBSnapshotAttributes",
                each="DescribeDBSnapshots",
                over="DBSnapshots[]",
                parameters={"DBSnapshotIdentifier": "DBSnapshotIdentifier"},
                subjects=frozenset(("access",)),
            ),
            Call(
                operation="DescribeDBClusterSnapshots",
                yields=("aws_db_cluster_snapshot",),
                fixed={"SnapshotType": "manual"},
                subjects=_COPIES | {"access"},
            ),
            Call(
                operation="DescribeDBClusterSnapshotAttributes",
                each="DescribeDBClusterSnapshots",
                over="DBClusterSnapshots[]",
                parameters={"DBClusterSnapshotIdentifier": "DBClusterSnapshotIdentifier"},
                subjects=frozenset(("access",)),
            ),
            Call(
                operation="DescribeDBInstanceAutomatedBackups",
                yields=("aws_db_instance_automated_backup",),
                absent=_NOT_OFFERED,
                subjects=_COPIES,
            ),
            Call(
                operation="DescribeDBClusterAutomatedBackups",
                yields=("aws_rds_cluster_automated_backup",),
                absent=_NOT_OFFERED,
                subjects=_COPIES,
            ),
            Call(
                operation="DescribeGlobalClusters",
                yields=("aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster"),
                absent=_NOT_OFFERED,
                subjects=frozenset(("residency", "teardown", "inventory")),
            ),
            Call(
                operation="DescribeDBProxies",
                yields=("aws_db_proxy",),
                absent=_NOT_OFFERED,
                subjects=frozenset(("residency", "encryption", "inventory")),
            ),
            Call(
                operation="DescribeDBShardGroups",
                yields=("aws_rds_shard_group",),
                each="DescribeDBClusters",
                # asked once, without a parameter, where there is a cluster that may have them
                over="DBClusters[?ClusterScalabilityType == 'limitless']",
                pages=("Marker", "Marker"),
            ),
            Call(
                operation="DescribeIntegrations",
                yields=("aws_rds_integration",),
                absent=_NOT_OFFERED,
                subjects=frozenset(("residency", "encryption", "inventory")),
            ),
        ),
        shapers=(
            instances,
            clusters,
            parameter_groups,
            option_groups,
            subnet_groups,
            snapshots,
            kept_backups,
            global_clusters,
            doors,
        ),
        subjects=_COPIES
        | {
            *("access", "capacity", "license", "log", "monitoring", "network", "privileged"),
            *("redundancy", "segmentation", "vulnerability"),
        },
    ),
)
