"""Data warehouses: clusters of Redshift, and namespaces and workgroups of Redshift Serverless.

Sources: Amazon Redshift API Reference (DescribeClusters, DescribeLoggingStatus, DescribeClusterParameters,
DescribeClusterSubnetGroups, DescribeSnapshotSchedules, DescribeClusterSnapshots, DescribeIntegrations); Amazon Redshift
Serverless API Reference (ListNamespaces, ListWorkgroups, ListSnapshots, ListTagsForResource); AWS provider
documentation, pages ``aws_redshift_cluster``, ``aws_redshift_logging``, ``aws_redshift_snapshot_copy``,
``aws_redshift_snapshot_schedule``, ``aws_redshiftserverless_namespace``, ``aws_redshiftserverless_workgroup``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_OWNED: Final = "AWS_OWNED_KMS_KEY"
"""What Serverless names where no key is chosen."""
_GOING: Final = ("deleting", "final-snapshot", "DELETING", "DELETED")
"""States of clusters, snapshots and parts of Serverless that are being removed (a last snapshot is the first step)."""
_MEMBERS: Final = {
    "cluster_identifier": "ClusterIdentifier",
    "id": "ClusterIdentifier",
    "master_username": "MasterUsername",
    "automated_snapshot_retention_period": "AutomatedSnapshotRetentionPeriod",
    "allow_version_upgrade": "AllowVersionUpgrade",
    "publicly_accessible": "PubliclyAccessible",
    "encrypted": "Encrypted",
    "kms_key_id": "KmsKeyId",
    "cluster_subnet_group_name": "ClusterSubnetGroupName",
    "availability_zone": "AvailabilityZone",
}


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters, with records for their logging, their copies of snapshots and their schedule."""
    for item in answers.items("DescribeClusters", "Clusters"):
        if item.get("ClusterStatus") in _GOING:
            continue
        name = item["ClusterIdentifier"]
        arn = _arn(answers, "cluster", name)
        shape = Shape("aws_redshift_cluster", answers, arn, "DescribeClusters", names=(name,))
        for attribute, member in _MEMBERS.items():
            shape[attribute] = item.get(member)
        groups = item.get("ClusterParameterGroups") or ()
        shape["cluster_parameter_group_name"] = next((one.get("ParameterGroupName") for one in groups), None)
        shape["multi_az"] = str(item.get("MultiAZ", "")).lower() in ("enabled", "true")
        relocation = str(item.get("AvailabilityZoneRelocationStatus", "")).lower()
        shape["availability_zone_relocation_enabled"] = relocation == "enabled"
        shape["vpc_security_group_ids"] = [one["VpcSecurityGroupId"] for one in item.get("VpcSecurityGroups") or ()]
        shape["tags"] = tags(item.get("Tags"))
        shape["arn"] = arn
        # said by records of their own
        shape["logging"] = []
        shape["snapshot_copy"] = []
        # an argument of the removal by Terraform: this value keeps nothing
        shape["skip_final_snapshot"] = True
        # what a cluster was restored from is not told: snapshot_identifier and snapshot_arn stay unknown
        yield shape
        yield from _parts(answers, item, name, arn)


def _parts(answers: Answers, item: Any, name: str, arn: str) -> Iterator[Shape]:
    logging = answers.of("DescribeLoggingStatus", name)
    if logging.refusal is not None or logging.data.get("LoggingEnabled"):
        part = Shape("aws_redshift_logging", answers, f"{arn} logging", "DescribeLoggingStatus")
        part["cluster_identifier"] = name
        part.take("bucket_name", logging, lambda data: data.get("BucketName"))
        if logging.data.get("LogDestinationType") != "s3table":
            # tables in S3 are named by what they hold, not by the kinds of logs
            part.take("log_exports", logging, lambda data: data.get("LogExports") or [])
        yield part
    copy = item.get("ClusterSnapshotCopyStatus")
    if copy:
        part = Shape("aws_redshift_snapshot_copy", answers, f"{arn} snapshot-copy", "DescribeClusters")
        part["cluster_identifier"] = name
        part["destination_region"] = copy.get("DestinationRegion")
        yield part
    if item.get("SnapshotScheduleIdentifier"):
        type_ = "aws_redshift_snapshot_schedule_association"
        part = Shape(type_, answers, f"{arn} snapshot-schedule", "DescribeClusters")
        part["cluster_identifier"] = name
        part["schedule_identifier"] = item["SnapshotScheduleIdentifier"]
        yield part


def _arn(answers: Answers, kind: str, name: str) -> str:
    return answers.arn("redshift", f"{kind}:{name}")


def groups(answers: Answers) -> Iterator[Shape]:
    """Groups of parameters and of subnets, and schedules, as far as clusters use them."""
    for name, answer in answers.all("DescribeClusterParameters"):
        arn = _arn(answers, "parametergroup", name)
        shape = Shape("aws_redshift_parameter_group", answers, arn, "DescribeClusterParameters", names=(name,))
        shape["name"] = name
        _take_parameters(shape, answer)
        yield shape
    for name, answer in answers.all("DescribeClusterSubnetGroups"):
        arn = _arn(answers, "subnetgroup", name)
        shape = Shape("aws_redshift_subnet_group", answers, arn, "DescribeClusterSubnetGroups", names=(name,))
        shape["name"] = name
        shape.take("subnet_ids", answer, _subnets)
        yield shape
    for name, answer in answers.all("DescribeSnapshotSchedules"):
        arn = _arn(answers, "snapshotschedule", name)
        shape = Shape("aws_redshift_snapshot_schedule", answers, arn, "DescribeSnapshotSchedules", names=(name,))
        shape["identifier"] = name
        shape.take(
            "definitions",
            answer,
            lambda data: [text for one in data["SnapshotSchedules"] for text in one.get("ScheduleDefinitions") or ()],
        )
        yield shape


def _take_parameters(shape: Shape, answer: Answer) -> None:
    # all of them with the values in force: there are a dozen, and a default depends on the family of the group
    shape.take(
        "parameter",
        answer,
        lambda _: [
            {"name": one.get("ParameterName"), "value": one.get("ParameterValue")} for one in answer.items("Parameters")
        ],
    )


def _subnets(data: Any) -> list[str]:
    return [
        subnet["SubnetIdentifier"] for group in data["ClusterSubnetGroups"] for subnet in group.get("Subnets") or ()
    ]


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots made by hand; those that a cluster makes by itself end with it."""
    for item in answers.items("DescribeClusterSnapshots", "Snapshots"):
        if item.get("OwnerAccount") not in (None, answers.account) or item.get("Status") in _GOING:
            continue
        name, cluster = item["SnapshotIdentifier"], item.get("ClusterIdentifier")
        arn = item.get("SnapshotArn") or _arn(answers, "snapshot", f"{cluster}/{name}")
        shape = Shape("aws_redshift_cluster_snapshot", answers, arn, "DescribeClusterSnapshots", names=(name,))
        shape["cluster_identifier"] = cluster
        shape["encrypted"] = item.get("Encrypted")
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape["shared_accounts"] = [one["AccountId"] for one in item.get("AccountsWithRestoreAccess") or ()]
        shape["tags"] = tags(item.get("Tags"))
        yield shape


def integrations(answers: Answers) -> Iterator[Shape]:
    """Copies of other stores that are kept in a warehouse."""
    for item in answers.items("DescribeIntegrations", "Integrations"):
        shape = Shape("aws_redshift_integration", answers, item["IntegrationArn"], "DescribeIntegrations")
        shape["source_arn"] = item.get("SourceArn")
        shape["target_arn"] = item.get("TargetArn")
        shape["kms_key_id"] = item.get("KMSKeyId")
        shape["tags"] = tags(item.get("Tags"))
        yield shape


def serverless(answers: Answers) -> Iterator[Shape]:
    """Namespaces, workgroups and snapshots of Redshift Serverless."""
    for item in answers.items("ListNamespaces", "namespaces"):
        if item.get("status") in _GOING:
            continue
        arn = item["namespaceArn"]
        names = (item["namespaceName"], item.get("namespaceId"))
        shape = Shape("aws_redshiftserverless_namespace", answers, arn, "ListNamespaces", names=names)
        shape.values.update(arn=arn, namespace_name=names[0], namespace_id=names[1])
        shape["admin_username"] = item.get("adminUsername")
        shape["kms_key_id"] = _key(item)
        shape["log_exports"] = item.get("logExports") or []
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape
    for item in answers.items("ListWorkgroups", "workgroups"):
        if item.get("status") in _GOING:
            continue
        arn, name = item["workgroupArn"], item["workgroupName"]
        shape = Shape("aws_redshiftserverless_workgroup", answers, arn, "ListWorkgroups", names=(name,))
        shape.values.update(arn=arn, workgroup_name=name, namespace_name=item.get("namespaceName"))
        shape["publicly_accessible"] = item.get("publiclyAccessible")
        shape["subnet_ids"] = item.get("subnetIds") or []
        shape["security_group_ids"] = item.get("securityGroupIds") or []
        shape["config_parameter"] = [
            {"parameter_key": one.get("parameterKey"), "parameter_value": one.get("parameterValue")}
            for one in item.get("configParameters") or ()
        ]
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape
    for item in answers.items("ListSnapshots", "snapshots"):
        if item.get("ownerAccount") not in (None, answers.account) or item.get("status") in _GOING:
            continue
        arn = item["snapshotArn"]
        shape = Shape("aws_redshiftserverless_snapshot", answers, arn, "ListSnapshots", names=(item["snapshotName"],))
        shape["namespace_name"] = item.get("namespaceName")
        # one that names no key of its own is encrypted with one that AWS owns, as every snapshot of Serverless is
        shape["kms_key_id"] = _key(item)
        shape["encrypted"] = True
        shape["shared_accounts"] = [
            *(item.get("accountsWithRestoreAccess") or ()),
            *(item.get("accountsWithProvisionedRestoreAccess") or ()),
        ]
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape


def _key(item: Any) -> str | None:
    key = item.get("kmsKeyId")
    return None if key == _OWNED else key


def _hide_passwords(data: Any) -> None:
    for item in data.get("Clusters") or ():
        (item.get("PendingModifiedValues") or {}).pop("MasterUserPassword", None)


def _tags_of(listing: str, over: str, arn: str) -> Call:
    return Call(operation="ListTagsForResource", each=listing, over=over, parameters={"resourceArn": arn})


_PLACED: Final = frozenset(("residency", "encryption", "teardown", "environment", "inventory"))
_WHOLE: Final = _PLACED | {"backup", "log", "privileged", "network", "access"}

SERVICES: Final = (
    Service(
        name="redshift",
        calls=(
            Call(
                operation="DescribeClusters",
                yields=(
                    "aws_redshift_cluster",
                    "aws_redshift_snapshot_copy",
                    "aws_redshift_snapshot_schedule_association",
                ),
                redact=_hide_passwords,
            ),
            Call(
                operation="DescribeLoggingStatus",
                yields=("aws_redshift_logging",),
                each="DescribeClusters",
                over="Clusters[]",
                parameters={"ClusterIdentifier": "ClusterIdentifier"},
                # buckets that keep logs are judged as such
                subjects=frozenset(("log", "backup", "access", "encryption", "teardown", "residency")),
            ),
            Call(
                operation="DescribeClusterParameters",
                yields=("aws_redshift_parameter_group",),
                each="DescribeClusters",
                over="Clusters[].ClusterParameterGroups[]",
                parameters={"ParameterGroupName": "ParameterGroupName"},
                when="!starts_with(ParameterGroupName, 'default.')",
                subjects=frozenset(("encryption", "log")),
            ),
            Call(
                operation="DescribeClusterSubnetGroups",
                yields=("aws_redshift_subnet_group",),
                each="DescribeClusters",
                over="Clusters[]",
                parameters={"ClusterSubnetGroupName": "ClusterSubnetGroupName"},
                subjects=frozenset(("environment", "network", "segmentation")),
            ),
            Call(
                operation="DescribeSnapshotSchedules",
                yields=("aws_redshift_snapshot_schedule",),
                each="DescribeClusters",
                over="Clusters[]",
                parameters={"ScheduleIdentifier": "SnapshotScheduleIdentifier"},
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="DescribeClusterSnapshots",
                yields=("aws_redshift_cluster_snapshot",),
                fixed={"SnapshotType": "manual"},
                subjects=_PLACED | {"backup", "access"},
            ),
            Call(
                operation="DescribeIntegrations",
                yields=("aws_redshift_integration",),
                # a region that does not offer them
                absent=("UnsupportedOperation", "InvalidAction"),
                subjects=frozenset(("residency", "encryption", "environment", "inventory")),
            ),
        ),
        shapers=(clusters, groups, snapshots, integrations),
        subjects=_WHOLE | {"redundancy", "monitoring", "capacity", "vulnerability", "segmentation"},
    ),
    Service(
        name="redshift-serverless",
        calls=(
            Call(operation="ListNamespaces", yields=("aws_redshiftserverless_namespace",)),
            Call(
                operation="ListWorkgroups",
                yields=("aws_redshiftserverless_workgroup",),
                subjects=frozenset(
                    ("residency", "encryption", "environment", "inventory", "network", "access", "segmentation")
                ),
            ),
            Call(
                operation="ListSnapshots",
                yields=("aws_redshiftserverless_snapshot",),
                subjects=_PLACED | {"backup", "access"},
            ),
            _tags_of("ListNamespaces", "namespaces[]", "namespaceArn"),
            _tags_of("ListWorkgroups", "workgroups[]", "workgroupArn"),
            _tags_of("ListSnapshots", "snapshots[]", "snapshotArn"),
        ),
        shapers=(serverless,),
        subjects=_WHOLE,
    ),
)
