"""Which of the policies that AWS itself maintains are administrative.

Sources: AWS Managed Policy Reference Guide (the page of each policy) and AWS IAM User Guide, page "AWS managed
policies for job functions". Where AWS calls a job function an administrator, it is taken as one here: its holder
can delete or reconfigure what other people work with, although PowerUserAccess and the job functions cannot change
identities at large (those count as ``Right.SERVICES``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .answers import Answer, Judgement
from .rights import Administrative, Right

_AWS_MANAGED = re.compile(r"arn:[\w-]+:iam::aws:policy/(.+)", re.ASCII)

#: Name of the policy (with its path), and the rights it carries.
ADMINISTRATIVE_POLICIES: Mapping[str, frozenset[Right]] = {
    "AdministratorAccess": frozenset({Right.FULL, Right.IDENTITY, Right.ROLE_USE, Right.ORGANIZATION, Right.KEYS}),
    # Leaves out iam, organizations and account, but not IAM Identity Center.
    "PowerUserAccess": frozenset({Right.SERVICES, Right.KEYS, Right.ROLE_USE, Right.IDENTITY}),
    "IAMFullAccess": frozenset({Right.IDENTITY}),
    "AWSOrganizationsFullAccess": frozenset({Right.ORGANIZATION}),
    "AWSSSOMasterAccountAdministrator": frozenset({Right.IDENTITY}),
    "AWSSSOMemberAccountAdministrator": frozenset({Right.IDENTITY}),
    "AdministratorAccess-Amplify": frozenset({Right.SERVICES}),
    "AdministratorAccess-AWSElasticBeanstalk": frozenset({Right.SERVICES}),
    "job-function/SystemAdministrator": frozenset({Right.SERVICES}),
    "job-function/DatabaseAdministrator": frozenset({Right.SERVICES}),
    "job-function/NetworkAdministrator": frozenset({Right.SERVICES}),
}

#: Policies for reading, for billing, or for one service, that allow none of ``rights.CAPABILITIES``: judging their
#: published documents with ``rights.administrative`` gives NO.
ORDINARY_POLICIES: frozenset[str] = frozenset(
    {
        "AWSCloudTrail_ReadOnlyAccess",
        "AWSLambda_ReadOnlyAccess",
        "AWSSupportAccess",
        "AWSXRayDaemonWriteAccess",
        "AmazonDynamoDBReadOnlyAccess",
        "AmazonEC2ContainerRegistryFullAccess",
        "AmazonEC2ContainerRegistryPowerUser",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEC2FullAccess",
        "AmazonEC2ReadOnlyAccess",
        "AmazonEKSClusterPolicy",
        "AmazonEKSServicePolicy",
        "AmazonEKSVPCResourceController",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonRDSFullAccess",
        "AmazonRDSReadOnlyAccess",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSNSFullAccess",
        "AmazonSQSFullAccess",
        "AmazonSSMManagedInstanceCore",
        "AmazonVPCFullAccess",
        "AmazonVPCReadOnlyAccess",
        "CloudWatchAgentServerPolicy",
        "CloudWatchLogsFullAccess",
        "CloudWatchReadOnlyAccess",
        "IAMReadOnlyAccess",
        "IAMUserChangePassword",
        "ReadOnlyAccess",
        "SecurityAudit",
        "job-function/Billing",
        "job-function/ViewOnlyAccess",
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaDynamoDBExecutionRole",
        "service-role/AWSLambdaKinesisExecutionRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "service-role/AWS_ConfigRole",
        "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        "service-role/AmazonEBSCSIDriverPolicy",
        "service-role/AmazonECSTaskExecutionRolePolicy",
        "service-role/AmazonEFSCSIDriverPolicy",
        "service-role/AmazonRDSEnhancedMonitoringRole",
    }
)


def managed_policy_rights(arn: str) -> Administrative:
    """Whether the policy of that ARN is administrative, by its name alone.

    UNDECIDED for a customer's own policy (its document must be judged) and for an AWS policy that is not listed here.
    """
    found = _AWS_MANAGED.fullmatch(arn)
    if found is None:
        reason = "AWS 管理ポリシーではないため、文書の内容によります / not an AWS managed policy: its document decides"
        return Administrative(Judgement(Answer.UNDECIDED, reason), frozenset())
    name = found.group(1)
    rights = ADMINISTRATIVE_POLICIES.get(name)
    if rights is not None:
        reason = f"AWS 管理ポリシー {name} は管理権限です / the AWS managed policy {name} is administrative"
        return Administrative(Judgement(Answer.YES, reason), rights)
    if name in ORDINARY_POLICIES:
        reason = f"AWS 管理ポリシー {name} に管理権限はありません / AWS managed policy {name}: no administrative rights"
        return Administrative(Judgement(Answer.NO, reason), frozenset())
    reason = f"AWS 管理ポリシー {name} の内容は登録されていません / the AWS managed policy {name} is not listed"
    return Administrative(Judgement(Answer.UNDECIDED, reason), frozenset())
