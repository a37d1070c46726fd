"""ARNs of the resources that AWS Backup can protect, as far as a record says them.

Sources: AWS Backup Developer Guide, page "Feature availability by resource"; Service Authorization Reference
(resource types of each service); AWS Backup API, UpdateRegionSettings (names of the services).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from auditor.attr import Known
from auditor.record import Record


class BackupService(msgspec.Struct, frozen=True):
    """How AWS Backup names a kind of resource."""

    service: str
    """Name in the opt-in settings of a Region."""
    arn_service: str
    resource: str
    """Resource part of the ARN; ``{attribute}`` stands for an attribute of the Terraform resource."""
    arn: str = "arn"
    """Attribute that holds the ARN."""
    placed: bool = True
    """Whether the ARN says Region and account."""


_CLUSTER = "cluster:{cluster_identifier}"
_FSX = BackupService("FSx", "fsx", "file-system/{id}")

SERVICES: Final[Mapping[str, BackupService]] = {
    "aws_cloudformation_stack": BackupService("CloudFormation", "cloudformation", "stack/{name}/*", "id"),
    "aws_db_instance": BackupService("RDS", "rds", "db:{identifier}"),
    "aws_docdb_cluster": BackupService("DocumentDB", "rds", _CLUSTER),
    "aws_dynamodb_table": BackupService("DynamoDB", "dynamodb", "table/{name}"),
    "aws_dsql_cluster": BackupService("Aurora DSQL", "dsql", "cluster/{identifier}"),
    "aws_ebs_volume": BackupService("EBS", "ec2", "volume/{id}"),
    "aws_efs_file_system": BackupService("EFS", "elasticfilesystem", "file-system/{id}"),
    "aws_eks_cluster": BackupService("EKS", "eks", "cluster/{name}"),
    "aws_fsx_lustre_file_system": _FSX,
    "aws_fsx_ontap_volume": BackupService("FSx", "fsx", "volume/{file_system_id}/{id}"),
    "aws_fsx_openzfs_file_system": _FSX,
    "aws_fsx_openzfs_volume": BackupService("FSx", "fsx", "volume/*/{id}"),
    "aws_fsx_windows_file_system": _FSX,
    "aws_instance": BackupService("EC2", "ec2", "instance/{id}"),
    "aws_neptune_cluster": BackupService("Neptune", "rds", _CLUSTER),
    "aws_rds_cluster": BackupService("Aurora", "rds", _CLUSTER),
    "aws_redshift_cluster": BackupService("Redshift", "redshift", _CLUSTER),
    "aws_redshiftserverless_namespace": BackupService(
        "Redshift Serverless", "redshift-serverless", "namespace/{namespace_id}"
    ),
    "aws_s3_bucket": BackupService("S3", "s3", "{bucket}", placed=False),
    "aws_storagegateway_cached_iscsi_volume": BackupService(
        "Storage Gateway", "storagegateway", "gateway/*/volume/{volume_id}", "volume_arn"
    ),
    "aws_storagegateway_stored_iscsi_volume": BackupService(
        "Storage Gateway", "storagegateway", "gateway/*/volume/{volume_id}", "volume_arn"
    ),
    "aws_timestreamwrite_table": BackupService(
        "Timestream", "timestream", "database/{database_name}/table/{table_name}"
    ),
}
"""Terraform resource type -> how AWS Backup names it."""


def partition_of(region: str) -> str:
    """Partition in which a Region lies."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def arn_pattern(record: Record) -> str:
    """The record's ARN, with ``*`` for parts that the input does not say.

    Raises KeyError for a type that AWS Backup does not know.
    """
    known = SERVICES[record.type]
    arn = record.text(known.arn)
    if isinstance(arn, Known) and arn.value is not None:
        return arn.value
    resource = ""
    rest = known.resource
    while rest:
        before, brace, rest = rest.partition("{")
        resource += before
        if brace:
            attribute, _, rest = rest.partition("}")
            value = record.text(attribute)
            resource += value.value if isinstance(value, Known) and value.value is not None else "*"
    region, account = record.region, record.account
    region_text = region.value if isinstance(region, Known) else "*"
    partition = partition_of(region_text) if isinstance(region, Known) else "*"
    if not known.placed:
        return f"arn:{partition}:{known.arn_service}:::{resource}"
    account_text = account.value if isinstance(account, Known) else "*"
    return f"arn:{partition}:{known.arn_service}:{region_text}:{account_text}:{resource}"
