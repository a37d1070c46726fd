"""What :mod:`tests.live.seeds` adds by answers of the test itself: things that moto has no notion of."""

from __future__ import annotations

import datetime
import json
from typing import Any

from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services import test_ec2_networks as networks
from tests.live.services import test_edge as edge
from tests.live.services import test_network_services as network_services
from tests.live.services import test_small_services as small
from tests.live.services.test_caches import memory
from tests.live.services.test_organizations import ROOT, seen
from tests.live.services.test_redshift import serverless
from tests.live.services.test_sso import centre

TIME = "2026-01-01T00:00:00Z"
UUID = "11112222-3333-4444-5555-666677778888"
OTHER = "999988887777"
BUCKET = "arn:aws:s3:::records"


def arn(service: str, rest: str, region: str = REGION) -> str:
    """An ARN of the account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


def answers(server: AwsServer, key: str, network: dict[str, Any]) -> None:
    """Answer for all of it; ``key`` and ``network`` are those of the seeds."""
    for seed in (small.brokers, small.transfer, small.batch, small.codebuild, small.glue, small.app_runner):
        seed(server)
    small.amplify(server)
    memory(server)
    serverless(server)
    centre(server)
    _notebooks(server)
    _applications(server, key)
    _interfaces(server)
    _distributions(server)
    _trails(server, key)
    _organization(server)
    _caches(server, key)
    _search(server)
    _databases(server, key)
    _files(server, key)
    _policies_of_backups(server)
    _connections(server, network)
    _machines(server, key)
    _programs(server, key)
    _managed_machines(server)
    _watching(server)
    _identities(server)
    _recorder(server)
    _buckets(server)


def _notebooks(server: AwsServer) -> None:
    listed = {"NotebookInstanceName": "lab", "NotebookInstanceArn": arn("sagemaker", "notebook-instance/lab")}
    server.answer("sagemaker", "ListNotebookInstances", {"NotebookInstances": [listed]})
    lowest = {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"}}
    server.answer("sagemaker", "DescribeNotebookInstance", {**listed, **lowest})
    domain = {"DomainArn": arn("sagemaker", "domain/d-1"), "DomainId": "d-1", "DomainName": "studio"}
    server.answer("sagemaker", "ListDomains", {"Domains": [domain]})
    server.answer("sagemaker", "DescribeDomain", {**domain, "AppNetworkAccessType": "PublicInternetOnly"})
    server.answer("sagemaker", "ListTags", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})


def _applications(server: AwsServer, key: str) -> None:
    """GraphQL, pools, events, licences."""
    api = {"apiId": "a", "name": "a", "arn": arn("appsync", "apis/a"), "authenticationType": "API_KEY"}
    server.answer("appsync", "ListGraphqlApis", {"graphqlApis": [api]})
    server.answer("appsync", "ListApiKeys", {"apiKeys": [{"id": "da2-one", "expires": 1800000000}]})
    pool = {"IdentityPoolId": f"{REGION}:{UUID}", "IdentityPoolName": "residents"}
    server.answer("cognito-identity", "ListIdentityPools", {"IdentityPools": [pool]})
    server.answer("cognito-identity", "DescribeIdentityPool", {**pool, "AllowUnauthenticatedIdentities": True})
    for name, listing, member, describe in (
        ("bus", "ListEventBuses", "EventBuses", "DescribeEventBus"),
        ("archive", "ListArchives", "Archives", "DescribeArchive"),
        ("connection", "ListConnections", "Connections", "DescribeConnection"),
    ):
        where = arn("events", {"bus": "event-bus/bus", "archive": "archive/archive"}.get(name, f"connection/c/{UUID}"))
        names: dict[str, Any] = {"Name": name, "Arn": where}
        if name == "archive":
            names = {"ArchiveName": name, "EventSourceArn": arn("events", "event-bus/bus"), "RetentionDays": 30}
        elif name == "connection":
            names = {"Name": name, "ConnectionArn": where}
        server.answer("events", listing, {member: [names]})
        described = {"ArchiveName": name} if name == "archive" else {"Name": name}
        server.answer("events", describe, {**described, "KmsKeyIdentifier": key})
    server.answer("events", "ListTagsForResource", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})
    (machine, *_) = (
        one["InstanceId"]
        for reservation in server.client("ec2").describe_instances()["Reservations"]
        for one in reservation["Instances"]
    )
    network_services._licences(server, arn("ec2", f"instance/{machine}"))


def _interfaces(server: AwsServer) -> None:
    rest = {"id": "open", "name": "open", "securityPolicy": "TLS_1_0", "endpointConfiguration": {"types": ["EDGE"]}}
    server.answer("apigateway", "GetRestApis", {"items": [rest]})
    settings = {"*/*": {"cacheDataEncrypted": False, "throttlingRateLimit": -1.0}}
    stage = {"stageName": "prod", "cacheClusterEnabled": True, "methodSettings": settings}
    server.answer("apigateway", "GetStages", {"item": [stage]})
    methods = {"GET": {"httpMethod": "GET", "authorizationType": "NONE"}}
    server.answer("apigateway", "GetResources", {"items": [{"id": "root", "path": "/", "resourceMethods": methods}]})
    http = {"ApiId": "h", "Name": "h", "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}
    server.answer("apigatewayv2", "GetApis", {"Items": [http]})
    server.answer("apigatewayv2", "GetStages", {"Items": [{"StageName": "$default", "DefaultRouteSettings": {}}]})
    route = {"RouteId": "r", "RouteKey": "ANY /b", "AuthorizationType": "NONE"}
    server.answer("apigatewayv2", "GetRoutes", {"Items": [route]})
    service = "svc-0aaaaaaaaaaaaaaa1"
    own = arn("vpc-lattice", f"service/{service}")
    server.answer("vpc-lattice", "ListServices", {"items": [{"arn": own, "id": service}]})
    joint = arn("vpc-lattice", "servicenetwork/sn-0aaaaaaaaaaaaaaa1")
    server.answer("vpc-lattice", "ListServiceNetworks", {"items": [{"arn": joint, "id": "sn-0aaaaaaaaaaaaaaa1"}]})
    listener = {"arn": f"{own}/listener/listener-0aaaaaaaaaaaaaaa1", "id": "listener-0aaaaaaaaaaaaaaa1"}
    server.answer("vpc-lattice", "ListListeners", {"items": [{**listener, "protocol": "HTTP"}]})
    server.answer("vpc-lattice", "ListTagsForResource", {"tags": {"confidentiality": "3"}})
    for parent, number in ((own, 1), (joint, 2)):
        subscription = {
            "arn": arn("vpc-lattice", f"accesslogsubscription/als-0aaaaaaaaaaaaaaa{number}"),
            "id": f"als-0aaaaaaaaaaaaaaa{number}",
            "resourceArn": parent,
            "resourceId": parent.rsplit("/", 1)[-1],
            "destinationArn": "arn:aws:s3:::trail-logs",
            "createdAt": TIME,
            "lastUpdatedAt": TIME,
        }
        match = {"resourceIdentifier": parent}
        server.answer("vpc-lattice", "ListAccessLogSubscriptions", {"items": [subscription]}, match=match)
    listeners = [
        {"Listener": {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}, "PolicyNames": ["strict"]},
        {"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}, "PolicyNames": []},
    ]
    classic = {"LoadBalancerName": "old", "Scheme": "internet-facing", "ListenerDescriptions": listeners}
    server.answer("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [classic]})
    logs = {"AccessLog": {"Enabled": False}}
    server.answer("elb", "DescribeLoadBalancerAttributes", {"LoadBalancerAttributes": logs})
    reference = {"AttributeName": "Reference-Security-Policy", "AttributeValue": "ELBSecurityPolicy-TLS-1-2-2017-01"}
    policy = {
        "PolicyName": "strict",
        "PolicyTypeName": "SSLNegotiationPolicyType",
        "PolicyAttributeDescriptions": [reference],
    }
    server.answer("elb", "DescribeLoadBalancerPolicies", {"PolicyDescriptions": [policy]})
    tags = [{"Key": "confidentiality", "Value": "3"}]
    server.answer("elb", "DescribeTags", {"TagDescriptions": [{"LoadBalancerName": "old", "Tags": tags}]})


def _distributions(server: AwsServer) -> None:
    """A distribution with a web ACL of its own, headers, logs, and what it runs."""
    acl = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/edge/{UUID}"
    good = edge.distribution(
        "GOOD", DefaultCacheBehavior=edge.behaviour("redirect-to-https", ResponseHeadersPolicyId="own"), WebACLId=acl
    )
    server.answer("cloudfront", "ListDistributions", edge.listing(good, edge.distribution("BAD")))
    log = {"Enabled": True, "IncludeCookies": False, "Bucket": "trail-logs.s3.amazonaws.com", "Prefix": ""}
    edge.config(server, "GOOD", log)
    edge.config(server, "BAD", {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""})
    tags = {"Items": [{"Key": "confidentiality", "Value": "3"}]}
    server.answer("cloudfront", "ListTagsForResource", {"Tags": tags})
    own = {
        "Id": "own",
        "LastModifiedTime": TIME,
        "ResponseHeadersPolicyConfig": {
            "Name": "own",
            "SecurityHeadersConfig": {
                "StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 63072000}
            },
        },
    }
    policies = {"MaxItems": 100, "Quantity": 1, "Items": [{"Type": "custom", "ResponseHeadersPolicy": own}]}
    server.answer("cloudfront", "ListResponseHeadersPolicies", {"ResponseHeadersPolicyList": policies})
    realtime = {
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:realtime-log-config/all",
        "Name": "all",
        "SamplingRate": 100,
        "EndPoints": [
            {
                "StreamType": "Kinesis",
                "KinesisStreamConfig": {
                    "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/functions",
                    "StreamARN": arn("kinesis", "stream/records"),
                },
            }
        ],
        "Fields": ["timestamp"],
    }
    listed = {"MaxItems": 100, "IsTruncated": False, "Marker": "", "Items": [realtime]}
    server.answer("cloudfront", "ListRealtimeLogConfigs", {"RealtimeLogConfigs": listed})
    summary = {"Name": "edge", "Id": UUID, "LockToken": UUID, "ARN": acl}
    here = {"Scope": "CLOUDFRONT"}
    server.answer("wafv2", "ListWebACLs", {"WebACLs": [summary]}, match=here)
    visible = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "edge"}
    whole = {"Name": "edge", "Id": UUID, "ARN": acl, "DefaultAction": {"Allow": {}}, "VisibilityConfig": visible}
    server.answer("wafv2", "GetWebACL", {"WebACL": whole}, match=here)
    logging = {"ResourceArn": acl, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-edge"]}
    server.answer("wafv2", "ListLoggingConfigurations", {"LoggingConfigurations": [logging]}, match=here)


def _trails(server: AwsServer, key: str) -> None:
    """A store of events, and deliveries of logs."""
    store = {"EventDataStoreArn": arn("cloudtrail", f"eventdatastore/{UUID}"), "Name": "store"}
    server.answer("cloudtrail", "ListEventDataStores", {"EventDataStores": [store]})
    server.answer("cloudtrail", "GetEventDataStore", {**store, "RetentionPeriod": 30, "Status": "ENABLED"})
    source = {"name": "pool", "arn": arn("logs", "delivery-source:pool"), "service": "cognito-idp"}
    resources = [arn("cognito-idp", "userpool/x")]
    server.answer("logs", "DescribeDeliverySources", {"deliverySources": [{**source, "resourceArns": resources}]})
    target = arn("logs", "delivery-destination:pool")
    destination = {
        "name": "pool",
        "arn": target,
        "deliveryDestinationType": "S3",
        "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::trail-logs"},
    }
    server.answer("logs", "DescribeDeliveryDestinations", {"deliveryDestinations": [destination]})
    delivery = {
        "id": "d",
        "arn": arn("logs", "delivery:d"),
        "deliverySourceName": "pool",
        "deliveryDestinationArn": target,
        "deliveryDestinationType": "S3",
    }
    server.answer("logs", "DescribeDeliveries", {"deliveries": [delivery]})


def _organization(server: AwsServer) -> None:
    seen(server, ROOT, "ROOT")
    other = {"Id": OTHER, "Arn": f"arn:aws:organizations::111122223333:account/o-1/{OTHER}", "Name": "security"}
    server.answer("organizations", "ListDelegatedAdministrators", {"DelegatedAdministrators": [other]})
    served = {"DelegatedServices": [{"ServicePrincipal": "guardduty.amazonaws.com"}]}
    server.answer("organizations", "ListDelegatedServicesForAccount", served)
    analyzer = {
        "arn": arn("access-analyzer", "analyzer/all"),
        "name": "all",
        "type": "ACCOUNT",
        "createdAt": TIME,
        "status": "ACTIVE",
    }
    server.answer("accessanalyzer", "ListAnalyzers", {"analyzers": [analyzer]})


def _caches(server: AwsServer, key: str) -> None:
    base = arn("elasticache", "")
    node = {
        "CacheClusterId": "cache",
        "ARN": f"{base}cluster:cache",
        "Engine": "redis",
        "EngineVersion": "7.1",
        "CacheSubnetGroupName": "inside",
        "NumCacheNodes": 1,
    }
    server.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": [node]})
    less = {
        "ServerlessCacheName": "less",
        "ARN": f"{base}serverlesscache:less",
        "Engine": "valkey",
        "KmsKeyId": key,
        "UserGroupId": "people",
        "SnapshotRetentionLimit": 3,
    }
    server.answer("elasticache", "DescribeServerlessCaches", {"ServerlessCaches": [less]})
    member = {"ReplicationGroupId": "far", "ReplicationGroupRegion": "us-east-1", "Role": "SECONDARY"}
    spread = {"GlobalReplicationGroupId": "world", "Engine": "redis", "Members": [member], "Status": "available"}
    spread["ARN"] = f"arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:world"
    server.answer("elasticache", "DescribeGlobalReplicationGroups", {"GlobalReplicationGroups": [spread]})
    subnets = {"CacheSubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    server.answer("elasticache", "DescribeCacheSubnetGroups", {"CacheSubnetGroups": [subnets]})
    by_hand = {"SnapshotName": "kept", "ARN": f"{base}snapshot:kept"}
    server.answer("elasticache", "DescribeSnapshots", {"Snapshots": [by_hand]})
    kept = {"ARN": f"{base}serverlesscachesnapshot:by-hand"}
    server.answer("elasticache", "DescribeServerlessCacheSnapshots", {"ServerlessCacheSnapshots": [kept]})
    server.answer("elasticache", "ListTagsForResource", {"TagList": [{"Key": "confidentiality", "Value": "3"}]})
    spread_memory = {
        "MultiRegionClusterName": "world",
        "ARN": f"arn:aws:memorydb::{ACCOUNT}:multiregioncluster/world",
        "Clusters": [{"ClusterName": "good", "Region": REGION}, {"ClusterName": "far", "Region": "us-east-1"}],
        "TLSEnabled": False,
    }
    server.answer("memorydb", "DescribeMultiRegionClusters", {"MultiRegionClusters": [spread_memory]})
    dax = {
        "ClusterName": "dax",
        "ClusterArn": arn("dax", "cache/dax"),
        "SubnetGroup": "inside",
        "TotalNodes": 1,
        "Status": "available",
        "SSEDescription": {"Status": "DISABLED"},
    }
    server.answer("dax", "DescribeClusters", {"Clusters": [dax]})
    inside = {"SubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    server.answer("dax", "DescribeSubnetGroups", {"SubnetGroups": [inside]})
    server.answer("dax", "ListTags", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})


def _search(server: AwsServer) -> None:
    own = {"id": "a" * 20, "arn": arn("aoss", f"collection/{'a' * 20}"), "name": "search", "status": "ACTIVE"}
    server.answer("opensearchserverless", "ListCollections", {"collectionSummaries": [own]})
    detail = {**own, "type": "SEARCH", "kmsKeyArn": "auto", "standbyReplicas": "DISABLED"}
    server.answer("opensearchserverless", "BatchGetCollection", {"collectionDetails": [detail]})
    policy = {"name": "public", "type": "network", "policyVersion": "MTY3NDA4NDUxNDUwMl8x"}
    server.answer("opensearchserverless", "ListSecurityPolicies", {"securityPolicySummaries": [policy]})
    rules = [{"Rules": [{"ResourceType": "collection", "Resource": ["collection/search"]}], "AllowFromPublic": True}]
    server.answer("opensearchserverless", "GetSecurityPolicy", {"securityPolicyDetail": {**policy, "policy": rules}})
    tags = [{"key": "confidentiality", "value": "3"}]
    server.answer("opensearchserverless", "ListTagsForResource", {"tags": tags})


def _databases(server: AwsServer, key: str) -> None:
    """Own parameters of clusters and of warehouses, a shard group, options, integrations, and shared snapshots."""
    rds = server.client("rds")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="own", DBParameterGroupFamily="aurora-postgresql16", Description="x"
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="cluster", DBClusterSnapshotIdentifier="kept")
    common = {
        "StorageEncrypted": True,
        "KmsKeyId": key,
        "BackupRetentionPeriod": 14,
        "DBClusterParameterGroup": "own",
        "Status": "available",
        "MultiAZ": False,
    }
    clusters = [
        {**common, "DBClusterIdentifier": name, "DBClusterArn": arn("rds", f"cluster:{name}"), "Engine": engine}
        for name, engine in (("cluster", "aurora-postgresql"), ("documents", "docdb"))
    ]
    limitless = {"ClusterScalabilityType": "limitless", "EngineVersion": "16.6-limitless"}
    clusters[0].update(limitless)
    server.answer("rds", "DescribeDBClusters", {"DBClusters": clusters})
    parameters = [
        {"ParameterName": "rds.force_ssl", "ParameterValue": "1"},
        {"ParameterName": "tls", "ParameterValue": "disabled"},
        {"ParameterName": "audit_logs", "ParameterValue": "disabled"},
    ]
    server.answer("rds", "DescribeDBClusterParameters", {"Parameters": parameters})
    shards = {"DBShardGroupIdentifier": "shards", "DBClusterIdentifier": "cluster", "PubliclyAccessible": True}
    shards["DBShardGroupArn"] = arn("rds", "shard-group:shards")
    server.answer("rds", "DescribeDBShardGroups", {"DBShardGroups": [shards]})
    found = rds.describe_db_instances(DBInstanceIdentifier="open")["DBInstances"]
    others = rds.describe_db_instances(DBInstanceIdentifier="records")["DBInstances"]
    for one in found:
        one["OptionGroupMemberships"] = [{"OptionGroupName": "audited", "Status": "in-sync"}]
    server.answer("rds", "DescribeDBInstances", json.loads(json.dumps({"DBInstances": [*found, *others]}, default=str)))
    options = [{"OptionName": "MARIADB_AUDIT_PLUGIN"}]
    server.answer(
        "rds",
        "DescribeOptionGroups",
        {"OptionGroupsList": [{"OptionGroupName": "audited", "EngineName": "mysql", "Options": options}]},
    )
    kept = [{"DBClusterSnapshotIdentifier": "kept", "DBClusterIdentifier": "cluster", "StorageEncrypted": True}]
    kept[0]["DBClusterSnapshotArn"] = arn("rds", "cluster-snapshot:kept")
    server.answer("rds", "DescribeDBClusterSnapshots", {"DBClusterSnapshots": kept})
    shared = {
        "DBClusterSnapshotIdentifier": "kept",
        "DBClusterSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": ["all"]}],
    }
    server.answer("rds", "DescribeDBClusterSnapshotAttributes", {"DBClusterSnapshotAttributesResult": shared})
    warehouse = {
        "ClusterIdentifier": "warehouse",
        "MasterUsername": "warehouse_admin",
        "AutomatedSnapshotRetentionPeriod": 7,
        "PubliclyAccessible": False,
        "Encrypted": True,
        "KmsKeyId": key,
        "ClusterSubnetGroupName": "inside",
        "MultiAZ": "Disabled",
        "ClusterParameterGroups": [{"ParameterGroupName": "strict"}],
        "SnapshotScheduleIdentifier": "daily",
    }
    server.answer("redshift", "DescribeClusters", {"Clusters": [warehouse]})
    server.answer("redshift", "DescribeLoggingStatus", {"LoggingEnabled": False})
    strict = [{"ParameterName": "require_ssl", "ParameterValue": "true"}]
    server.answer("redshift", "DescribeClusterParameters", {"Parameters": strict})
    subnets = {"ClusterSubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    server.answer("redshift", "DescribeClusterSubnetGroups", {"ClusterSubnetGroups": [subnets]})
    schedule = {"ScheduleIdentifier": "daily", "ScheduleDefinitions": ["rate(24 hours)"]}
    server.answer("redshift", "DescribeSnapshotSchedules", {"SnapshotSchedules": [schedule]})
    zero = {
        "IntegrationArn": arn("redshift", f"integration:{UUID}"),
        "IntegrationName": "zero",
        "SourceArn": arn("dynamodb", "table/records"),
        "TargetArn": arn("redshift", "namespace:far", "us-east-1"),
        "Status": "active",
        "CreateTime": TIME,
    }
    server.answer("redshift", "DescribeIntegrations", {"Integrations": [zero]})


def _files(server: AwsServer, key: str) -> None:
    common = {"OwnerId": ACCOUNT, "Lifecycle": "AVAILABLE", "StorageCapacity": 64, "KmsKeyId": key}
    system = {**common, "FileSystemId": "fs-0aaaaaaaaaaaaaaa1", "FileSystemType": "OPENZFS"}
    system["ResourceARN"] = arn("fsx", "file-system/fs-0aaaaaaaaaaaaaaa1")
    system["OpenZFSConfiguration"] = {"AutomaticBackupRetentionDays": 7, "RootVolumeId": "fsvol-0aaaaaaaaaaaaaaa1"}
    server.answer("fsx", "DescribeFileSystems", {"FileSystems": [system]})
    volume = {
        "FileSystemId": "fs-0aaaaaaaaaaaaaaa1",
        "VolumeId": "fsvol-0aaaaaaaaaaaaaaa1",
        "VolumeType": "OPENZFS",
        "ResourceARN": arn("fsx", "volume/fs-0aaaaaaaaaaaaaaa1/fsvol-0aaaaaaaaaaaaaaa1"),
        "Name": "fsx",
        "Lifecycle": "AVAILABLE",
        "OpenZFSConfiguration": {"VolumePath": "/fsx"},
    }
    server.answer("fsx", "DescribeVolumes", {"Volumes": [volume]})
    copy = {
        "ResourceARN": arn("fsx", "snapshot/fsvol-0aaaaaaaaaaaaaaa1/fsvolsnap-0aaaaaaaaaaaaaaa1"),
        "SnapshotId": "fsvolsnap-0aaaaaaaaaaaaaaa1",
        "Name": "kept",
        "VolumeId": "fsvol-0aaaaaaaaaaaaaaa1",
        "Lifecycle": "AVAILABLE",
    }
    server.answer("fsx", "DescribeSnapshots", {"Snapshots": [copy]})
    cache = {
        "FileCacheId": "fc-0aaaaaaaaaaaaaaa1",
        "FileCacheType": "LUSTRE",
        "OwnerId": ACCOUNT,
        "Lifecycle": "AVAILABLE",
        "KmsKeyId": key,
        "ResourceARN": arn("fsx", "file-cache/fc-0aaaaaaaaaaaaaaa1"),
    }
    server.answer("fsx", "DescribeFileCaches", {"FileCaches": [cache]})
    server.answer("fsx", "ListTagsForResource", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})
    off = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    server.client("s3control").create_access_point(
        AccountId=ACCOUNT, Name="door", Bucket="public", PublicAccessBlockConfiguration=off
    )
    door = arn("s3", "accesspoint/door")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": [f"{door}/object/*"]}
    server.client("s3control").put_access_point_policy(
        AccountId=ACCOUNT, Name="door", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    server.answer("s3control", "ListTagsForResource", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})


def _policies_of_backups(server: AwsServer) -> None:
    """A policy of Data Lifecycle Manager that keeps volumes."""
    policy = {"PolicyId": "policy-0aaaaaaaaaaaaaaa1", "State": "ENABLED", "PolicyType": "EBS_SNAPSHOT_MANAGEMENT"}
    server.answer("dlm", "GetLifecyclePolicies", {"Policies": [policy]})
    server.answer("dlm", "GetLifecyclePolicies", {"Policies": []}, match={"DefaultPolicyType": "ALL"})
    details = {
        "PolicyType": "EBS_SNAPSHOT_MANAGEMENT",
        "ResourceTypes": ["VOLUME"],
        "TargetTags": [{"Key": "backup", "Value": "yes"}],
        "Schedules": [
            {"Name": "daily", "CreateRule": {"Interval": 24, "IntervalUnit": "HOURS"}, "RetainRule": {"Count": 7}}
        ],
    }
    taken = {"ResourceArn": arn("rds", "db:records"), "ResourceType": "RDS"}
    taken["LastBackupTime"] = datetime.datetime.now(datetime.UTC).isoformat()
    server.answer("backup", "ListProtectedResources", {"Results": [taken]})
    server.answer(
        "dlm",
        "GetLifecyclePolicy",
        {"Policy": {"PolicyId": policy["PolicyId"], "State": "ENABLED", "PolicyDetails": details}},
    )


def _connections(server: AwsServer, network: dict[str, Any]) -> None:
    """Hubs, tunnels, entrances, lines, firewalls, resolvers."""
    networks._hub(server)
    networks._vpn(server)
    networks._entrance(server)
    peering = {
        "TransitGatewayAttachmentId": "tgw-attach-0aaaaaaaaaaaaaaa9",
        "RequesterTgwInfo": {"TransitGatewayId": networks.HUB, "OwnerId": ACCOUNT, "Region": REGION},
        "AccepterTgwInfo": {"TransitGatewayId": "tgw-0bbbbbbbbbbbbbbb1", "OwnerId": OTHER, "Region": "us-east-1"},
        "State": "available",
    }
    attached = server.client("ec2").describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    one = {
        "TransitGatewayAttachmentId": peering["TransitGatewayAttachmentId"],
        "TransitGatewayId": networks.HUB,
        "TransitGatewayOwnerId": ACCOUNT,
        "ResourceType": "peering",
        "ResourceOwnerId": ACCOUNT,
        "State": "available",
    }
    server.answer("ec2", "DescribeTransitGatewayAttachments", {"TransitGatewayAttachments": [*attached, one]})
    peerings = {"TransitGatewayPeeringAttachments": [peering]}
    server.answer("ec2", "DescribeTransitGatewayPeeringAttachments", peerings)
    gateway = {"directConnectGatewayId": "5f294f92", "directConnectGatewayState": "available", "ownerAccount": ACCOUNT}
    server.answer("directconnect", "DescribeDirectConnectGateways", {"directConnectGateways": [gateway]})
    link = {"associatedGateway": {"id": "vgw-0aaaaaaaaaaaaaaa1"}, "associationState": "associated"}
    server.answer(
        "directconnect", "DescribeDirectConnectGatewayAssociations", {"directConnectGatewayAssociations": [link]}
    )
    service = {"ServiceId": "vpce-svc-0aaaaaaaaaaaaaaa1", "ServiceState": "Available", "ServiceName": "x"}
    server.answer("ec2", "DescribeVpcEndpointServiceConfigurations", {"ServiceConfigurations": [service]})
    server.answer("ec2", "DescribeVpcEndpointServicePermissions", {"AllowedPrincipals": [{"Principal": "*"}]})
    provider = {"VerifiedAccessTrustProviderId": "vatp-0aaaaaaaaaaaaaaa1", "TrustProviderType": "user"}
    provider["UserTrustProviderType"] = "oidc"
    server.answer("ec2", "DescribeVerifiedAccessTrustProviders", {"VerifiedAccessTrustProviders": [provider]})
    endpoint = {
        "VerifiedAccessEndpointId": "vae-0aaaaaaaaaaaaaaa1",
        "VerifiedAccessInstanceId": "vai-0aaaaaaaaaaaaaaa1",
    }
    server.answer("ec2", "DescribeVerifiedAccessEndpoints", {"VerifiedAccessEndpoints": [endpoint]})
    prefixes = {"PrefixListId": "pl-0aaaaaaaaaaaaaaa1", "PrefixListName": "all", "OwnerId": ACCOUNT}
    prefixes["PrefixListArn"] = arn("ec2", "prefix-list/pl-0aaaaaaaaaaaaaaa1")
    server.answer("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [prefixes]})
    server.answer("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": "0.0.0.0/0"}]})
    network_services._firewall(server, network["vpc"], network["subnets"][0], network_services.MANAGED)
    config = {
        "Id": "rqlc-1",
        "Arn": arn("route53resolver", "resolver-query-log-config/rqlc-1"),
        "OwnerId": ACCOUNT,
        "Name": "names",
        "Status": "CREATED",
        "ShareStatus": "NOT_SHARED",
        "DestinationArn": arn("logs", "log-group:names:*", "us-east-1"),
    }
    server.answer("route53resolver", "ListResolverQueryLogConfigs", {"ResolverQueryLogConfigs": [config]})
    resolver = {"Id": "rslvr-1", "Arn": arn("route53resolver", "resolver-endpoint/rslvr-1"), "Name": "inside"}
    server.answer(
        "route53resolver", "ListResolverEndpoints", {"ResolverEndpoints": [{**resolver, "Direction": "INBOUND"}]}
    )
    server.answer("route53resolver", "ListTagsForResource", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})


def _machines(server: AwsServer, key: str) -> None:
    """A snapshot that the account shares with everybody."""
    ec2 = server.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )


def _programs(server: AwsServer, key: str) -> None:
    """Layers, images that are public, groups of nodes."""
    layer = arn("lambda", "layer:tools")
    latest = {"LayerVersionArn": f"{layer}:1", "Version": 1}
    server.answer("lambda", "ListLayers", {"Layers": [{"LayerName": "tools", "LayerArn": layer}]})
    server.answer("lambda", "ListLayerVersions", {"LayerVersions": [latest]})
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetLayerVersion", "Resource": f"{layer}:1"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    server.answer("lambda", "GetLayerVersionPolicy", {"Policy": text, "RevisionId": UUID})
    repository = {
        "repositoryArn": f"arn:aws:ecr-public::{ACCOUNT}:repository/shown",
        "repositoryName": "shown",
        "registryId": ACCOUNT,
    }
    server.answer("ecr-public", "DescribeRepositories", {"repositories": [repository]})
    server.answer("ecr-public", "ListTagsForResource", {"tags": [{"Key": "confidentiality", "Value": "3"}]})
    server.answer("eks", "ListNodegroups", {"nodegroups": ["nodes"]})
    group = {
        "nodegroupName": "nodes",
        "nodegroupArn": arn("eks", f"nodegroup/records/nodes/{UUID}"),
        "clusterName": "records",
        "scalingConfig": {"minSize": 1, "maxSize": 1, "desiredSize": 1},
        "remoteAccess": {"ec2SshKey": "operators"},
        "subnets": ["subnet-1"],
    }
    server.answer("eks", "DescribeNodegroup", {"nodegroup": group})


def _managed_machines(server: AwsServer) -> None:
    """A document that is shared, packages and patches that are installed."""
    session = {"Name": "SSM-SessionManagerRunShell", "Owner": ACCOUNT, "DocumentType": "Session"}
    server.answer("ssm", "ListDocuments", {"DocumentIdentifiers": [session]})
    content = json.dumps({"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": {}})
    server.answer("ssm", "GetDocument", {"Name": session["Name"], "Content": content, "DocumentType": "Session"})
    server.answer("ssm", "DescribeDocumentPermission", {"AccountIds": [OTHER]})
    patching = {"Name": "AWS-RunPatchBaseline", "AssociationId": UUID}
    server.answer("ssm", "ListAssociations", {"Associations": [patching]})
    described = {**patching, "Parameters": {"Operation": ["Install"]}}
    server.answer("ssm", "DescribeAssociation", {"AssociationDescription": described})
    window = {"WindowId": "mw-0aaaaaaaaaaaaaaa1", "Name": "nightly", "Enabled": True}
    server.answer("ssm", "DescribeMaintenanceWindows", {"WindowIdentities": [window]})
    task = {"WindowId": window["WindowId"], "WindowTaskId": UUID, "TaskArn": "AWS-RunPatchBaseline"}
    server.answer("ssm", "DescribeMaintenanceWindowTasks", {"Tasks": [{**task, "Type": "RUN_COMMAND"}]})
    command = {"RunCommand": {"Parameters": {"Operation": ["Install"]}}}
    server.answer("ssm", "GetMaintenanceWindowTask", {**task, "TaskInvocationParameters": command})


def _watching(server: AwsServer) -> None:
    """Findings that are published, buckets that are searched for malware, and the index of resources."""
    (detector,) = server.client("guardduty").list_detectors()["DetectorIds"]
    server.answer(
        "guardduty",
        "ListPublishingDestinations",
        {"Destinations": [{"DestinationId": "a" * 32, "DestinationType": "S3", "Status": "PUBLISHING"}]},
        match={"DetectorId": detector},
    )
    destination = {
        "DestinationId": "a" * 32,
        "DestinationType": "S3",
        "Status": "PUBLISHING",
        "PublishingFailureStartTimestamp": 0,
        "DestinationProperties": {"DestinationArn": BUCKET},
    }
    server.answer("guardduty", "DescribePublishingDestination", destination)
    plan = "0123456789abcdef0123"
    server.answer(
        "guardduty", "ListMalwareProtectionPlans", {"MalwareProtectionPlans": [{"MalwareProtectionPlanId": plan}]}
    )
    protected = {"Status": "ACTIVE", "ProtectedResource": {"S3Bucket": {"BucketName": "records"}}}
    server.answer("guardduty", "GetMalwareProtectionPlan", {**protected, "Arn": arn("guardduty", f"malware/{plan}")})
    view = f"arn:aws:resource-explorer-2:{REGION}:{ACCOUNT}:view/all/{UUID}"
    server.answer("resource-explorer-2", "GetDefaultView", {"ViewArn": view})
    unread = {"Arn": arn("qldb", "ledger/records"), "ResourceType": "qldb:ledger", "Service": "qldb", "Region": REGION}
    server.answer("resource-explorer-2", "ListResources", {"Resources": [{**unread, "OwningAccountId": ACCOUNT}]})


def _identities(server: AwsServer) -> None:
    """Providers of identities, a certificate, and a contact."""
    iam = server.client("iam")
    document = f"<EntityDescriptor>{'x' * 1100}</EntityDescriptor>"
    tags = [{"Key": "confidentiality", "Value": "3"}]
    iam.create_saml_provider(SAMLMetadataDocument=document, Name="staff")
    iam.create_open_id_connect_provider(Url="https://oidc.example.jp", ClientIDList=["x"], ThumbprintList=["a" * 40])
    server.answer("iam", "ListSAMLProviderTags", {"Tags": tags})
    server.answer("iam", "ListOpenIDConnectProviderTags", {"Tags": tags})
    certificate = {
        "Path": "/",
        "ServerCertificateName": "old",
        "ServerCertificateId": "ASCA" + "A" * 17,
        "Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/old",
        "UploadDate": TIME,
        "Expiration": "2027-01-01T00:00:00Z",
    }
    server.answer("iam", "ListServerCertificates", {"ServerCertificateMetadataList": [certificate]})
    server.answer("iam", "ListServerCertificateTags", {"Tags": tags})
    pools = server.client("cognito-idp")
    (pool,) = pools.list_user_pools(MaxResults=1)["UserPools"]
    whole = pools.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
    # moto names attributes longer than AWS allows
    whole.pop("SchemaAttributes", None)
    whole["CustomDomain"] = "login.example.jp"
    server.answer("cognito-idp", "DescribeUserPool", json.loads(json.dumps({"UserPool": whole}, default=str)))
    domain = {"UserPoolId": pool["Id"], "Domain": "login.example.jp", "Status": "ACTIVE"}
    domain["CustomDomainConfig"] = {"CertificateArn": arn("acm", f"certificate/{UUID}", "us-east-1")}
    server.answer("cognito-idp", "DescribeUserPoolDomain", {"DomainDescription": domain})


def _recorder(server: AwsServer) -> None:
    """The recorder as AWS shows it: moto leaves its ARN out."""
    config = server.client("config")
    recorders = config.describe_configuration_recorders()["ConfigurationRecorders"]
    for one in recorders:
        one["arn"] = arn("config", f"configuration-recorder/{one['name']}/0123456789abcdef")
    server.answer("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": recorders})
    server.answer("config", "ListTagsForResource", {"Tags": [{"Key": "confidentiality", "Value": "3"}]})


def _buckets(server: AwsServer) -> None:
    """One bucket is listed without its region, as where nothing of the region was asked for."""
    names = [one["Name"] for one in server.client("s3").list_buckets()["Buckets"]]
    listed = [{"Name": name, "CreationDate": TIME} for name in names]
    shown = [one if one["Name"] == "public" else {**one, "BucketRegion": REGION} for one in listed]
    server.answer("s3", "ListBuckets", {"Buckets": shown})
