"""One account with a good and a bad thing of every service, for tests that look at all of them at once."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.live.seed_answers import answers
from tests.live.servers import AwsServer

REGION = "ap-northeast-1"
ACCOUNT = "123456789012"


def seed(server: AwsServer) -> None:
    """Make everything."""
    key = _keys(server)
    network = _network(server, key)
    _buckets(server, key)
    _identities(server)
    _databases(server, key, network)
    _machines(server, key, network)
    _programs(server, key, network)
    _messages(server, key)
    _logs(server, key)
    _watching(server)
    _web(server, network)
    _backups(server, key)
    _answers(server)
    answers(server, key, network)


def _keys(server: AwsServer) -> str:
    kms = server.client("kms")
    key = str(kms.create_key(Description="records")["KeyMetadata"]["Arn"])
    kms.enable_key_rotation(KeyId=key)
    kms.create_alias(AliasName="alias/records", TargetKeyId=key)
    doomed = kms.create_key(Description="doomed")["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
    kms.create_key(Description="still")
    return key


def _network(server: AwsServer, key: str) -> dict[str, Any]:
    ec2 = server.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for index, zone in enumerate("ac")
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    closed = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=vpc)["GroupId"]
    opened = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=opened, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    options = ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "ntp-servers", "Values": ["192.0.2.1"]}])[
        "DhcpOptions"
    ]["DhcpOptionsId"]
    ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table])
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)
    return {"vpc": vpc, "subnets": subnets, "closed": closed, "open": opened}


def _buckets(server: AwsServer, key: str) -> None:
    s3 = server.client("s3")
    for name in ("records", "public", "trail-logs"):
        s3.create_bucket(
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": REGION},
            **({"ObjectLockEnabledForBucket": True} if name == "trail-logs" else {}),
        )
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket="records",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
    )
    s3.put_bucket_versioning(Bucket="records", VersioningConfiguration={"Status": "Enabled"})
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    for name in ("records", "trail-logs"):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=closed)
    s3.put_bucket_policy(
        Bucket="records", Policy=_policy("Deny", "records", {"Bool": {"aws:SecureTransport": "false"}})
    )
    s3.put_bucket_policy(Bucket="public", Policy=_policy("Allow", "public", None))
    s3.put_bucket_tagging(Bucket="records", Tagging={"TagSet": [{"Key": "confidentiality", "Value": "3"}]})
    s3.put_object_lock_configuration(
        Bucket="trail-logs",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}},
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket="trail-logs",
        LifecycleConfiguration={
            "Rules": [{"ID": "end", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}]
        },
    )
    s3.put_bucket_website(Bucket="public", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})


def _policy(effect: str, bucket: str, condition: dict[str, Any] | None) -> str:
    statement: dict[str, Any] = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:*" if effect == "Deny" else "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _identities(server: AwsServer) -> None:
    iam = server.client("iam")
    iam.update_account_password_policy(MinimumPasswordLength=8)
    for name in ("clerk", "contractor"):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="Made-for-a-test-1")  # noqa: S106  # of a user of the test server
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="clerk")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="clerk", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    iam.attach_user_policy(UserName="contractor", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_access_key(UserName="contractor")
    for name, condition in (("vendor", None), ("vendor-with-mfa", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_trust("arn:aws:iam::999988887777:root", condition))
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_role(RoleName="functions", AssumeRolePolicyDocument=_trust(None, None))
    policy = iam.create_policy(
        PolicyName="everything",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        ),
    )["Policy"]["Arn"]
    iam.create_group(GroupName="administrators")
    iam.attach_group_policy(GroupName="administrators", PolicyArn=policy)
    iam.add_user_to_group(GroupName="administrators", UserName="clerk")
    server.root_user(mfa_active=True)
    organizations = server.client("organizations")
    organizations.create_organization(FeatureSet="ALL")


def _trust(principal: str | None, condition: dict[str, Any] | None) -> str:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal} if principal else {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _databases(server: AwsServer, key: str, network: dict[str, Any]) -> None:
    rds = server.client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="inside", DBSubnetGroupDescription="x", SubnetIds=network["subnets"])
    rds.create_db_parameter_group(DBParameterGroupName="tls", DBParameterGroupFamily="postgres16", Description="x")
    common: dict[str, Any] = {
        "DBInstanceClass": "db.t3.small",
        "AllocatedStorage": 20,
        "MasterUsername": "records_admin",
        "MasterUserPassword": "made-for-a-test",
        "DBSubnetGroupName": "inside",
    }
    rds.create_db_instance(
        DBInstanceIdentifier="records",
        Engine="postgres",
        EngineVersion="16.3",
        StorageEncrypted=True,
        KmsKeyId=key,
        BackupRetentionPeriod=14,
        MultiAZ=True,
        DeletionProtection=True,
        DBParameterGroupName="tls",
        EnableCloudwatchLogsExports=["postgresql"],
        **common,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="open",
        Engine="mysql",
        EngineVersion="8.0.35",
        PubliclyAccessible=True,
        BackupRetentionPeriod=0,
        **common,
    )
    rds.create_db_snapshot(DBInstanceIdentifier="records", DBSnapshotIdentifier="before-the-change")
    rds.create_db_cluster(
        DBClusterIdentifier="cluster",
        Engine="aurora-postgresql",
        MasterUsername="records_admin",
        MasterUserPassword="made-for-a-test",
    )
    dynamodb = server.client("dynamodb")
    for name in ("records", "cache"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **(
                {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}}
                if name == "records"
                else {}
            ),
        )
    dynamodb.update_continuous_backups(
        TableName="records", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    server.client("redshift").create_cluster(
        ClusterIdentifier="warehouse", NodeType="ra3.large", MasterUsername="warehouse_admin", MasterUserPassword="Made-for-a-test-1",
        Encrypted=True, KmsKeyId=key, PubliclyAccessible=False,
    )  # fmt: skip
    server.client("opensearch").create_domain(DomainName="search", EngineVersion="OpenSearch_2.11")
    server.client("elasticache").create_cache_cluster(
        CacheClusterId="cache", Engine="redis", NumCacheNodes=1, CacheNodeType="cache.t3.micro"
    )
    efs = server.client("efs")
    efs.create_file_system(CreationToken="records", Encrypted=True, KmsKeyId=key)
    efs.create_file_system(CreationToken="plain", Encrypted=False)


def _machines(server: AwsServer, key: str, network: dict[str, Any]) -> None:
    ec2 = server.client("ec2")
    image = ec2.register_image(Name="records", RootDeviceName="/dev/xvda")["ImageId"]
    for subnet, group, tokens in (
        (network["subnets"][0], network["open"], "optional"),
        (network["subnets"][1], network["closed"], "required"),
    ):
        ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            SecurityGroupIds=[group],
            MetadataOptions={"HttpTokens": tokens},
        )
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, Encrypted=True, KmsKeyId=key)["VolumeId"]
    ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)
    ec2.create_snapshot(VolumeId=volume)
    ec2.enable_ebs_encryption_by_default()
    ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"}
    )
    server.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=1, MaxSize=4, LaunchTemplate={"LaunchTemplateName": "web"},
        VPCZoneIdentifier=",".join(network["subnets"]),
    )  # fmt: skip


def _programs(server: AwsServer, key: str, network: dict[str, Any]) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    functions = server.client("lambda")
    role = f"arn:aws:iam::{ACCOUNT}:role/functions"
    for name, runtime, variables in (
        ("records", "python3.12", {"STAGE": "production"}),
        ("old", "python3.7", {"DB_PASSWORD": "made-for-a-test"}),
    ):
        functions.create_function(
            FunctionName=name, Runtime=runtime, Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()},
            Environment={"Variables": variables},
        )  # fmt: skip
    functions.create_function_url_config(FunctionName="old", AuthType="NONE")
    ecr = server.client("ecr")
    ecr.create_repository(
        repositoryName="records", imageScanningConfiguration={"scanOnPush": True}, imageTagMutability="IMMUTABLE",
        encryptionConfiguration={"encryptionType": "KMS", "kmsKey": key},
    )  # fmt: skip
    ecr.create_repository(repositoryName="old")
    ecs = server.client("ecs")
    ecs.create_cluster(clusterName="records")
    task = ecs.register_task_definition(
        family="records",
        containerDefinitions=[
            {
                "name": "web",
                "image": "web",
                "memory": 128,
                "environment": [{"name": "API_TOKEN", "value": "made-for-a-test"}],
            }
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(cluster="records", serviceName="web", taskDefinition=task, desiredCount=1)
    server.client("eks").create_cluster(
        name="records", version="1.31", roleArn=role, resourcesVpcConfig={"subnetIds": network["subnets"]}
    )
    secrets = server.client("secretsmanager")
    secrets.create_secret(Name="records", SecretString="made-for-a-test", KmsKeyId=key)
    secrets.create_secret(Name="plain", SecretString="made-for-a-test")
    ssm = server.client("ssm")
    ssm.put_parameter(Name="/records/plain", Value="x", Type="String")
    ssm.put_parameter(Name="/records/secret", Value="made-for-a-test", Type="SecureString")


def _messages(server: AwsServer, key: str) -> None:
    sns, sqs = server.client("sns"), server.client("sqs")
    sns.create_topic(Name="alarms", Attributes={"KmsMasterKeyId": key})
    sns.create_topic(Name="plain")
    sns.subscribe(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms", Protocol="email", Endpoint="operator@example.jp")
    sqs.create_queue(QueueName="records", Attributes={"KmsMasterKeyId": key})
    sqs.create_queue(QueueName="plain", Attributes={"SqsManagedSseEnabled": "false"})
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="records", ShardCount=1)
    server.client("firehose").create_delivery_stream(
        DeliveryStreamName="records",
        ExtendedS3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/functions",
            "BucketARN": "arn:aws:s3:::records",
        },
    )


def _logs(server: AwsServer, key: str) -> None:
    logs = server.client("logs")
    logs.create_log_group(logGroupName="/records", kmsKeyId=key)
    logs.put_retention_policy(logGroupName="/records", retentionInDays=400)
    logs.create_log_group(logGroupName="/short")
    logs.put_retention_policy(logGroupName="/short", retentionInDays=7)
    logs.put_metric_filter(
        logGroupName="/records", filterName="denied", filterPattern="{ $.errorCode = AccessDenied }",
        metricTransformations=[{"metricName": "denied", "metricNamespace": "records", "metricValue": "1"}],
    )  # fmt: skip
    server.client("s3").put_bucket_policy(
        Bucket="trail-logs",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudtrail.amazonaws.com"},
                        "Action": "s3:PutObject",
                        "Resource": "arn:aws:s3:::trail-logs/*",
                    }
                ],
            }
        ),
    )
    trail = server.client("cloudtrail")
    trail.create_trail(Name="all", S3BucketName="trail-logs", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    trail.start_logging(Name="all")
    vpcs = [vpc["VpcId"] for vpc in server.client("ec2").describe_vpcs()["Vpcs"] if vpc["CidrBlock"] == "10.0.0.0/16"]
    server.client("ec2").create_flow_logs(
        ResourceIds=vpcs,
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::trail-logs",
    )


def _watching(server: AwsServer) -> None:
    server.client("guardduty").create_detector(Enable=True)
    server.client("securityhub").enable_security_hub()
    config = server.client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/functions",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "trail-logs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    server.client("cloudwatch").put_metric_alarm(
        AlarmName="denied", MetricName="denied", Namespace="records", Period=300, EvaluationPeriods=1, Threshold=1,
        Statistic="Sum", ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"],
    )  # fmt: skip
    server.client("events").put_rule(Name="findings", EventPattern=json.dumps({"source": ["aws.guardduty"]}))
    server.client("events").put_targets(
        Rule="findings", Targets=[{"Id": "1", "Arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"}]
    )


def _web(server: AwsServer, network: dict[str, Any]) -> None:
    elb = server.client("elbv2")
    balancer = elb.create_load_balancer(
        Name="web", Subnets=network["subnets"], SecurityGroups=[network["open"]], Scheme="internet-facing"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=network["vpc"])["TargetGroups"][0][
        "TargetGroupArn"
    ]
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    acm = server.client("acm")
    certificate = acm.request_certificate(DomainName="www.example.jp")["CertificateArn"]
    elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates=[{"CertificateArn": certificate}], DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )  # fmt: skip
    server.client("wafv2").create_web_acl(
        Name="web", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[],
        VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "web"},
    )  # fmt: skip
    server.client("route53").create_hosted_zone(Name="example.jp", CallerReference="1")
    server.client("cognito-idp").create_user_pool(PoolName="residents")


def _backups(server: AwsServer, key: str) -> None:
    backup = server.client("backup")
    backup.create_backup_vault(BackupVaultName="records", EncryptionKeyArn=key)
    backup.create_backup_vault(BackupVaultName="plain")
    backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "daily",
            "Rules": [
                {
                    "RuleName": "daily",
                    "TargetBackupVaultName": "records",
                    "ScheduleExpression": "cron(0 18 * * ? *)",
                    "Lifecycle": {"DeleteAfterDays": 35},
                }
            ],
        }
    )


_EMPTY = (
    ("backup", "ListCopyJobs", "CopyJobs"),
    ("backup", "ListRestoreJobs", "RestoreJobs"),
    ("backup", "ListRestoreTestingPlans", "RestoreTestingPlans"),
    ("config", "DescribeConformancePacks", "ConformancePackDetails"),
    ("detective", "ListGraphs", "GraphList"),
    ("directconnect", "DescribeVirtualInterfaces", "virtualInterfaces"),
    ("dynamodb", "ListGlobalTables", "GlobalTables"),
    ("ec2", "DescribeInstanceImageMetadata", "InstanceImageMetadata"),
    ("ecs", "DescribeCapacityProviders", "capacityProviders"),
    ("efs", "DescribeReplicationConfigurations", "Replications"),
    ("iam", "ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
    ("logs", "DescribeAccountPolicies", "accountPolicies"),
    ("networkmanager", "ListAttachments", "Attachments"),
    ("rds", "DescribeDBClusterAutomatedBackups", "DBClusterAutomatedBackups"),
    ("rds", "DescribeIntegrations", "Integrations"),
    ("ssm", "DescribeActivations", "ActivationList"),
    ("ssm", "DescribeInstanceInformation", "InstanceInformationList"),
    ("ssm", "ListResourceDataSync", "ResourceDataSyncItems"),
)
"""Lists that moto does not give: there is nothing of the kind in this account."""


def _answers(server: AwsServer) -> None:
    """What moto does not answer."""
    for service, operation, member in _EMPTY:
        server.answer(service, operation, {member: []})
    kinds = ("Aurora", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "RDS", "Redshift", "S3", "Storage Gateway")
    server.answer(
        "backup",
        "DescribeRegionSettings",
        {"ResourceTypeOptInPreference": dict.fromkeys(kinds, True), "ResourceTypeManagementPreference": {}},
    )
    server.fail("backup", "GetBackupVaultAccessPolicy", "ResourceNotFoundException", "no policy", 400)
    (plan,) = server.client("backup").list_backup_plans()["BackupPlansList"]
    chosen = {"SelectionId": "11112222-3333-4444-5555-666677778888", "SelectionName": "databases"}
    role = f"arn:aws:iam::{ACCOUNT}:role/functions"
    server.answer(
        "backup",
        "ListBackupSelections",
        {"BackupSelectionsList": [{**chosen, "BackupPlanId": plan["BackupPlanId"], "IamRoleArn": role}]},
    )
    server.answer(
        "backup",
        "GetBackupSelection",
        {
            "SelectionId": chosen["SelectionId"],
            "BackupPlanId": plan["BackupPlanId"],
            "BackupSelection": {
                "SelectionName": "databases",
                "IamRoleArn": role,
                "Resources": [f"arn:aws:rds:{REGION}:{ACCOUNT}:db:records"],
            },
        },
    )
    server.answer("backup", "ListRecoveryPointsByBackupVault", {"RecoveryPoints": []})
    server.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "alias/aws/ebs"})
    server.answer("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {}})
    server.answer("ec2", "GetSerialConsoleAccessStatus", {"SerialConsoleAccessEnabled": False})
    server.answer("ec2", "GetSnapshotBlockPublicAccessState", {"State": "unblocked"})
    server.answer("iam", "ListOrganizationsFeatures", {"EnabledFeatures": ["RootCredentialsManagement"]})
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:records"
    server.answer("lambda", "GetRuntimeManagementConfig", {"UpdateRuntimeOn": "Auto", "FunctionArn": arn})
    server.answer("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": []})
    server.answer(
        "securityhub",
        "GetEnabledStandards",
        {
            "StandardsSubscriptions": [
                {
                    "StandardsSubscriptionArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:subscription/fsbp/v/1.0.0",
                    "StandardsArn": f"arn:aws:securityhub:{REGION}::standards/aws-foundational-security-best-practices/v/1.0.0",
                    "StandardsInput": {},
                    "StandardsStatus": "READY",
                }
            ]
        },
    )
    server.fail("securityhub", "DescribeSecurityHubV2", "ResourceNotFoundException", "not enabled", 404)
    (balancer,) = server.client("elbv2").describe_load_balancers()["LoadBalancers"]
    server.answer("wafv2", "ListResourcesForWebACL", {"ResourceArns": [balancer["LoadBalancerArn"]]})
