"""Databases of RDS, Aurora, DocumentDB and Neptune in an account."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Redundancy,
    Replica,
    Residue,
    Retirement,
    Share,
)
from auditor.facets.backup import Backup
from auditor.inventory import Phase
from auditor_aws.live.services.rds import SERVICES
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

SERVICE = SERVICES[0]
ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}"
ABROAD = f"arn:aws:rds:us-east-1:{ACCOUNT}"
PASSWORD = "Kept-secret-1"  # of a database that is not there


@pytest.fixture
def rds(aws: AwsServer) -> AwsServer:
    """The server with an answer to what moto does not know."""
    aws.answer("rds", "DescribeDBClusterAutomatedBackups", {"DBClusterAutomatedBackups": []})
    aws.answer("rds", "DescribeIntegrations", {"Integrations": []})
    aws.answer("rds", "DescribeDBInstanceAutomatedBackups", {"DBInstanceAutomatedBackups": []})
    return aws


def instance(name: str, **members: Any) -> dict[str, Any]:
    """A database as the API answers it."""
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"{ARN}:db:{name}",
        "DbiResourceId": f"db-{name.upper()}",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "MasterUsername": "ops",
        "AllocatedStorage": 20,
        "BackupRetentionPeriod": 7,
        "StorageEncrypted": True,
        **members,
    }


def cluster(name: str, **members: Any) -> dict[str, Any]:
    """A cluster as the API answers it."""
    return {
        "DBClusterIdentifier": name,
        "DBClusterArn": f"{ARN}:cluster:{name}",
        "DbClusterResourceId": f"cluster-{name.upper()}",
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.4",
        "MasterUsername": "ops",
        "BackupRetentionPeriod": 7,
        "DBClusterParameterGroup": "default.aurora-postgresql16",
        "StorageEncrypted": True,
        **members,
    }


def show(aws: AwsServer, *, instances: list[Any] | None = None, clusters: list[Any] | None = None) -> None:
    if instances is not None:
        aws.answer("rds", "DescribeDBInstances", {"DBInstances": instances}, region=REGION)
    if clusters is not None:
        aws.answer("rds", "DescribeDBClusters", {"DBClusters": clusters}, region=REGION)


def seed(aws: AwsServer) -> None:
    """One database as it should be and one as it should not."""
    client = aws.client("rds")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    client.create_db_parameter_group(DBParameterGroupName="pg", DBParameterGroupFamily="postgres16", Description="d")
    client.modify_db_parameter_group(
        DBParameterGroupName="pg",
        Parameters=[
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
            for name, value in (("rds.force_ssl", "1"), ("log_statement", "all"))
        ],
    )
    shared = {"DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20, "MasterUserPassword": PASSWORD}
    client.create_db_instance(
        DBInstanceIdentifier="good",
        Engine="postgres",
        EngineVersion="16.4",
        MasterUsername="ops",
        MaxAllocatedStorage=100,
        StorageEncrypted=True,
        KmsKeyId=key,
        BackupRetentionPeriod=14,
        DBParameterGroupName="pg",
        MultiAZ=True,
        EnableCloudwatchLogsExports=["postgresql"],
        PubliclyAccessible=False,
        Tags=[{"Key": "system", "Value": "tax"}],
        **shared,
    )
    client.create_db_instance(
        DBInstanceIdentifier="bad",
        Engine="mysql",
        EngineVersion="5.7.1",
        MasterUsername="admin",
        BackupRetentionPeriod=0,
        PubliclyAccessible=True,
        DeletionProtection=True,
        **shared,
    )
    client.create_db_snapshot(DBSnapshotIdentifier="open", DBInstanceIdentifier="bad")
    client.modify_db_snapshot_attribute(DBSnapshotIdentifier="open", AttributeName="restore", ValuesToAdd=["all"])
    client.create_db_snapshot(DBSnapshotIdentifier="lent", DBInstanceIdentifier="good")
    client.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="lent", AttributeName="restore", ValuesToAdd=["210987654321"]
    )


def test_databases_and_snapshots_are_judged_both_ways(rds: AwsServer) -> None:
    seed(rds)
    found = audit(rds.url, ["rds", "kms"])

    def statuses(name: str) -> Mapping[str, set[str]]:
        return found.statuses(name)

    for check in (
        "encryption.at-rest.enabled",
        "encryption.customer-key.used",
        "encryption.in-transit.required",
        "log.data-access.enabled",
        "network.public-endpoint.open",
        "redundancy.zones.several",
        "capacity.scaling.automatic",
        "privileged.default-account.administrator",
    ):
        assert (statuses(":db:good")[check], statuses(":db:bad")[check]) == ({"pass"}, {"fail"}), check
    assert statuses(":snapshot:open")["access.public-store.closed"] == {"fail"}
    assert statuses(":snapshot:lent")["access.public-store.closed"] == {"pass"}
    assert said(found.facet("aws_db_snapshot", "lent", Share).recipients) == ("210987654321",)
    assert said(found.facet("aws_db_snapshot", "open", EncryptionAtRest).enabled) is False
    protecting = {
        name: [
            one.name for one in found.facet("aws_db_instance", f":db:{name}", Retirement).obstacles if said(one.present)
        ]
        for name in ("good", "bad")
    }
    assert protecting == {"good": [], "bad": ["deletion_protection"]}


def test_passwords_and_settings_of_options_are_not_stored(rds: AwsServer, tmp_path: Path) -> None:
    group = {"OptionGroupName": "audited", "Status": "in-sync"}
    changing = {"MasterUserPassword": PASSWORD}
    one = instance("one", Engine="mysql", PendingModifiedValues=changing, OptionGroupMemberships=[group])
    show(rds, instances=[one], clusters=[cluster("two", PendingModifiedValues=changing)])
    settings = [
        {"Name": "SERVER_AUDIT_EVENTS", "Value": "CONNECT,QUERY"},
        {"Name": "AGENT_REGISTRATION_PASSWORD", "Value": PASSWORD},
    ]
    option = {"OptionName": "MARIADB_AUDIT_PLUGIN", "OptionSettings": settings}
    rds.answer(
        "rds", "DescribeOptionGroups", {"OptionGroupsList": [{"OptionGroupName": "audited", "Options": [option]}]}
    )
    collect(rds.url, tmp_path / "snapshot", CollectOptions(services=("rds",), regions=(REGION,)))
    texts = [gzip.decompress(path.read_bytes()) for path in (tmp_path / "snapshot").rglob("*.gz")]
    assert any(b"CONNECT,QUERY" in text for text in texts)
    assert not any(PASSWORD.encode() in text for text in texts)


@pytest.mark.parametrize(("events", "recorded"), [("CONNECT,QUERY", True), ("CONNECT", False)])
def test_the_audit_plugin_stands_in_the_option_group(rds: AwsServer, events: str, recorded: bool) -> None:
    one = instance(
        "one",
        Engine="mysql",
        EnabledCloudwatchLogsExports=["audit"],
        OptionGroupMemberships=[{"OptionGroupName": "audited", "Status": "in-sync"}],
    )
    show(rds, instances=[one])
    option = {
        "OptionName": "MARIADB_AUDIT_PLUGIN",
        "OptionSettings": [{"Name": "SERVER_AUDIT_EVENTS", "Value": events}],
    }
    rds.answer(
        "rds", "DescribeOptionGroups", {"OptionGroupsList": [{"OptionGroupName": "audited", "Options": [option]}]}
    )
    found = audit(rds.url, ["rds"])
    assert said(found.facet("aws_db_instance", "one", DataAccessLog).enabled) is recorded


@pytest.mark.parametrize(
    ("members", "enabled", "owner"),
    [
        ({"StorageEncrypted": False, "StorageEncryptionType": "sse-rds"}, True, KeyOwner.PROVIDER),
        ({"StorageEncrypted": False, "StorageEncryptionType": "none"}, False, KeyOwner.NONE),
        (
            {"StorageEncrypted": True, "KmsKeyId": "alias/aws/rds", "StorageEncryptionType": "sse-kms"},
            True,
            KeyOwner.PROVIDER,
        ),
        ({"StorageEncrypted": False}, None, None),
    ],
)
def test_aurora_without_a_key_of_kms_may_be_encrypted_by_aws(
    rds: AwsServer, members: dict[str, Any], enabled: bool | None, owner: KeyOwner | None
) -> None:
    show(rds, clusters=[cluster("one", **members)])
    facet = audit(rds.url, ["rds"]).facet("aws_rds_cluster", "one", EncryptionAtRest)
    if enabled is None:
        assert isinstance(facet.enabled, Unknown)
        assert isinstance(facet.key_owner, Unknown)
    else:
        assert (said(facet.enabled), said(facet.key_owner)) == (enabled, owner)


def test_clusters_and_members_are_shaped_by_their_engine(rds: AwsServer) -> None:
    members = [
        instance(f"{name}-{zone}", Engine=engine, DBClusterIdentifier=name, AvailabilityZone=f"{REGION}{zone}")
        for name, engine in (("au", "aurora-postgresql"), ("doc", "docdb"), ("nep", "neptune"))
        for zone in "ac"
    ]
    members[0]["PubliclyAccessible"] = True
    show(
        rds,
        instances=members,
        clusters=[
            cluster("au"),
            cluster("doc", Engine="docdb", DBClusterParameterGroup="docs", DBSubnetGroup="for-documents"),
            cluster("nep", Engine="neptune", KmsKeyId="alias/own", IAMDatabaseAuthenticationEnabled=True),
        ],
    )
    rds.answer(
        "rds",
        "DescribeDBClusterParameters",
        {"Parameters": [{"ParameterName": "tls", "ParameterValue": "disabled"}]},
        match={"DBClusterParameterGroupName": "docs"},
    )
    found = audit(rds.url, ["rds"])
    assert {one.address for one in found.resources("aws_docdb_cluster_instance")} == {
        f"{ARN}:db:doc-a",
        f"{ARN}:db:doc-c",
    }
    for type_ in ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"):
        assert said(found.facet(type_, "", Redundancy).zones) is True
    assert said(found.facet("aws_rds_cluster", "au", Exposure).public) is True
    assert said(found.facet("aws_docdb_cluster", "doc", EncryptionInTransit).required) is False
    assert said(found.facet("aws_neptune_cluster", "nep", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.facet("aws_neptune_cluster", "nep", Exposure).public) is False


@pytest.mark.parametrize(("status", "recorded"), [("started", True), ("stopped", False)])
def test_a_stream_of_activities_records(rds: AwsServer, status: str, recorded: bool) -> None:
    show(
        rds,
        instances=[instance("one", ActivityStreamStatus=status)],
        clusters=[cluster("two", ActivityStreamStatus=status)],
    )
    found = audit(rds.url, ["rds"])
    assert said(found.facet("aws_db_instance", "one", DataAccessLog).enabled) is recorded
    assert said(found.facet("aws_rds_cluster", "two", DataAccessLog).enabled) is recorded


def test_copies_in_other_regions_are_found_though_only_one_region_is_asked(rds: AwsServer) -> None:
    backup = {"DBInstanceAutomatedBackupsArn": f"{ABROAD}:auto-backup:ab-1"}
    show(
        rds,
        instances=[
            instance(
                "one",
                DBInstanceAutomatedBackupsReplications=[backup],
                ReadReplicaDBInstanceIdentifiers=["near", f"{ABROAD}:db:far"],
            ),
            instance("near", ReadReplicaSourceDBInstanceIdentifier="one", BackupRetentionPeriod=0),
        ],
        clusters=[cluster("two", ReadReplicaIdentifiers=[f"{ABROAD}:cluster:far"])],
    )
    rds.answer(
        "rds",
        "DescribeGlobalClusters",
        {
            "GlobalClusters": [
                {
                    "GlobalClusterIdentifier": "world",
                    "GlobalClusterArn": f"arn:aws:rds::{ACCOUNT}:global-cluster:world",
                    "Engine": "aurora-postgresql",
                    "GlobalClusterMembers": [
                        {"DBClusterArn": f"{ARN}:cluster:two", "IsWriter": True},
                        {"DBClusterArn": f"{ABROAD}:cluster:three", "IsWriter": False},
                    ],
                }
            ]
        },
    )
    found = audit(rds.url, ["rds"], regions=(REGION, "ap-northeast-3"))

    def places(type_: str, name: str) -> set[frozenset[str]]:
        return {said(one.location) for one in found.resource(type_, name).facets if isinstance(one, Replica)}

    assert places("aws_db_instance", ":db:one") == {frozenset({REGION}), frozenset({"us-east-1"})}
    assert said(found.facet("aws_db_instance", ":db:one", Backup).offsite) == frozenset({"us-east-1"})
    assert places("aws_rds_cluster", ":cluster:two") == {frozenset({"us-east-1"})}
    # told by both regions, and shown once
    assert frozenset({"us-east-1"}) in places("aws_rds_global_cluster", "world")
    assert found.statuses("global-cluster:world")["residency.replication.allowed"] >= {"fail"}


def test_backups_outlive_their_database_and_their_region(rds: AwsServer) -> None:
    def kept(number: int, region: str, status: str, **members: Any) -> dict[str, Any]:
        return {
            "DBInstanceAutomatedBackupsArn": f"{ARN}:auto-backup:ab-{number}",
            "DBInstanceArn": f"arn:aws:rds:{region}:{ACCOUNT}:db:one",
            "Region": region,
            "Status": status,
            **members,
        }

    rds.answer(
        "rds",
        "DescribeDBInstanceAutomatedBackups",
        pages=[
            {"DBInstanceAutomatedBackups": [kept(1, REGION, "active"), kept(2, REGION, "retained")]},
            {"DBInstanceAutomatedBackups": [kept(3, "us-east-1", "active", Encrypted=True, KmsKeyId="alias/own")]},
        ],
    )
    rds.answer(
        "rds",
        "DescribeDBClusterAutomatedBackups",
        {
            "DBClusterAutomatedBackups": [
                {
                    "DBClusterAutomatedBackupsArn": f"{ARN}:cluster-auto-backup:ab-4",
                    "DBClusterArn": f"{ARN}:cluster:gone",
                    "Status": "retained",
                    "StorageEncrypted": False,
                    "StorageEncryptionType": "sse-rds",
                }
            ]
        },
    )
    found = audit(rds.url, ["rds"], phase=Phase.TERMINATE)
    type_ = "aws_db_instance_automated_backup"
    assert {one.address[-4:] for one in found.resources(type_)} == {"ab-2", "ab-3"}
    assert said(found.facet(type_, "ab-2", EncryptionAtRest).enabled) is False
    assert said(found.facet(type_, "ab-3", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert isinstance(found.facet(type_, "ab-2", Residue), Residue)
    facet = found.facet("aws_rds_cluster_automated_backup", "ab-4", EncryptionAtRest)
    assert (said(facet.enabled), said(facet.key_owner)) == (True, KeyOwner.PROVIDER)
    assert said(found.facet(type_, "ab-3", Placement).locations) == frozenset({REGION})


def test_cluster_snapshots_of_every_engine_tell_who_may_restore_them(rds: AwsServer) -> None:
    snapshots = [
        {
            "DBClusterSnapshotIdentifier": name,
            "DBClusterSnapshotArn": f"{ARN}:cluster-snapshot:{name}",
            "DBClusterIdentifier": "doc",
            "Engine": "docdb",
            "StorageEncrypted": True,
        }
        for name in ("open", "closed", "unread")
    ]
    rds.answer("rds", "DescribeDBClusterSnapshots", {"DBClusterSnapshots": snapshots}, match={"SnapshotType": "manual"})
    for name, values in (("open", ["all"]), ("closed", [])):
        attribute = {"AttributeName": "restore", "AttributeValues": values}
        rds.answer(
            "rds",
            "DescribeDBClusterSnapshotAttributes",
            {"DBClusterSnapshotAttributesResult": {"DBClusterSnapshotAttributes": [attribute]}},
            match={"DBClusterSnapshotIdentifier": name},
        )
    rds.fail(
        "rds",
        "DescribeDBClusterSnapshotAttributes",
        "AccessDenied",
        status=403,
        match={"DBClusterSnapshotIdentifier": "unread"},
    )
    found = audit(rds.url, ["rds"])
    shown = {name: found.statuses(f":{name}")["access.public-store.closed"] for name in ("open", "closed", "unread")}
    assert shown == {"open": {"fail"}, "closed": {"pass"}, "unread": {"unknown"}}
    assert found.statuses(":unread")["encryption.at-rest.enabled"] == {"pass"}


def _everything(found: Audit) -> set[tuple[str, str, str]]:
    return {(one.check.id, one.resource.address, one.status.value) for one in found.report.findings}


def test_a_refused_listing_stands_for_what_it_may_hold(rds: AwsServer) -> None:
    seed(rds)
    rds.refuse(["rds:DescribeDBInstances"])
    found = audit(rds.url, ["rds"])
    assert [one.address for one in found.resources("aws_db_instance")] == [f"aws_db_instance（{ACCOUNT} {REGION}）"]
    assert {one.status.value for one in found.report.findings if one.resource.type == "aws_db_instance"} == {"unknown"}
    assert found.statuses(":snapshot:open")["access.public-store.closed"] == {"fail"}


def test_refused_details_make_only_what_they_say_unknown(rds: AwsServer) -> None:
    seed(rds)
    before = _everything(audit(rds.url, ["rds", "kms"]))
    rds.refuse(["rds:DescribeDBParameters", "rds:DescribeDBSnapshotAttributes"])
    found = audit(rds.url, ["rds", "kms"])
    changed = {(check, status) for check, _, status in _everything(found) - before}
    assert changed == {
        ("encryption.in-transit.required", "unknown"),
        ("log.data-access.enabled", "unknown"),
        ("access.public-store.closed", "unknown"),
        ("access.foreign-share.approved", "unknown"),
    }
    assert why(found.facet("aws_db_instance", ":db:good", EncryptionInTransit).required) is Reason.DENIED
    assert why(found.facet("aws_db_snapshot", ":lent", Share).recipients) is Reason.DENIED


@pytest.mark.parametrize("operation", [call.operation for call in SERVICE.calls])
def test_a_refusal_changes_only_what_the_call_bears_on(rds: AwsServer, operation: str) -> None:
    seed(rds)
    show(rds, clusters=[cluster("au")])
    before = _everything(audit(rds.url, ["rds"]))
    rds.refuse([f"rds:{operation}"])
    found = audit(rds.url, ["rds"])
    call = next(one for one in SERVICE.calls if one.operation == operation)
    changed = {check.split(".")[0] for check, _, _ in before ^ _everything(found)}
    assert changed <= SERVICE.subjects_of(call)


def test_proxies_shards_and_copies_in_warehouses_are_judged(rds: AwsServer) -> None:
    show(rds, clusters=[cluster("one"), cluster("shards", ClusterScalabilityType="limitless")])
    proxies = [
        {"DBProxyName": name, "DBProxyArn": f"{ARN}:db-proxy:{name}", "RequireTLS": tls}
        for name, tls in (("strict", True), ("loose", False))
    ]
    rds.answer("rds", "DescribeDBProxies", pages=[{"DBProxies": [one]} for one in proxies])
    shards = [
        {"DBShardGroupIdentifier": name, "DBShardGroupArn": f"{ARN}:shard-group:{name}", "PubliclyAccessible": public}
        for name, public in (("inside", False), ("outside", True))
    ]
    rds.answer("rds", "DescribeDBShardGroups", {"DBShardGroups": shards})
    copy = {
        "IntegrationArn": f"{ARN}:integration:1",
        "SourceArn": f"{ARN}:cluster:one",
        "TargetArn": f"arn:aws:redshift-serverless:us-east-1:{ACCOUNT}:namespace/1",
        "KMSKeyId": "alias/own",
    }
    rds.answer("rds", "DescribeIntegrations", {"Integrations": [copy]})
    found = audit(rds.url, ["rds"])
    tls = [said(found.facet("aws_db_proxy", name, EncryptionInTransit).required) for name in ("strict", "loose")]
    assert tls == [True, False]
    public = [said(found.facet("aws_rds_shard_group", name, Exposure).public) for name in ("inside", "outside")]
    assert public == [False, True]
    assert said(found.facet("aws_rds_integration", "", Replica).location) == frozenset({"us-east-1"})
    assert said(found.facet("aws_rds_integration", "", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


def test_shards_are_asked_only_where_a_cluster_may_have_them(rds: AwsServer) -> None:
    show(rds, clusters=[cluster("one")])
    audit(rds.url, ["rds"])
    assert "DescribeDBShardGroups" not in {call.operation for call in rds.calls()}


def test_all_pages_are_read(rds: AwsServer) -> None:
    rds.answer(
        "rds",
        "DescribeDBInstances",
        pages=[{"DBInstances": [instance(f"one-{number}")]} for number in range(3)],
    )
    assert len(audit(rds.url, ["rds"]).resources("aws_db_instance")) == 3


def test_parameters_of_documentdb_are_asked_whoever_set_them(rds: AwsServer) -> None:
    """Its API names the sources of values otherwise, so that a filter of RDS might leave out what was set."""
    show(rds, clusters=[cluster("doc", Engine="docdb", DBClusterParameterGroup="docs"), cluster("au")])
    rds.answer("rds", "DescribeDBClusterParameters", match={"DBClusterParameterGroupName": "docs"})
    audit(rds.url, ["rds"])
    asked = [one for one in rds.calls() if one.operation == "DescribeDBClusterParameters"]
    assert [one.parameters for one in asked] == [{"DBClusterParameterGroupName": "docs"}]


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("DescribeDBProxies", "InvalidAction"),
        ("DescribeGlobalClusters", "InvalidParameterValue"),
        ("DescribeDBInstanceAutomatedBackups", "InvalidParameterValue"),
        ("DescribeDBClusterAutomatedBackups", "InvalidAction"),
        ("DescribeIntegrations", "InvalidAction"),
    ],
)
def test_what_a_region_does_not_offer_is_not_there(rds: AwsServer, operation: str, code: str) -> None:
    rds.fail("rds", operation, code, f"{operation} is not available in this region")
    assert not [one for one in audit(rds.url, ["rds"]).report.inventory.resources if one.type.startswith("aws_")]


def test_what_is_being_deleted_is_not_judged(rds: AwsServer) -> None:
    show(
        rds,
        instances=[instance("kept"), instance("gone", DBInstanceStatus="deleting")],
        clusters=[cluster("stays"), cluster("goes", Status="deleting")],
    )
    found = audit(rds.url, ["rds"])
    assert found.resource("aws_db_instance").address.endswith(":kept")
    assert found.resource("aws_rds_cluster").address.endswith(":stays")


@pytest.mark.parametrize(("state", "in_force"), [("in-sync", True), ("pending-reboot", False)])
def test_values_that_wait_for_a_restart_are_not_in_force(rds: AwsServer, state: str, in_force: bool) -> None:
    rds.answer(
        "rds",
        "DescribeDBParameters",
        {"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}]},
        match={"DBParameterGroupName": "strict"},
    )
    rds.answer(
        "rds",
        "DescribeDBClusterParameters",
        {"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}]},
        match={"DBClusterParameterGroupName": "strict"},
    )
    group = {"DBParameterGroupName": "strict", "ParameterApplyStatus": state}
    members = [{"DBInstanceIdentifier": "au-1", "DBClusterParameterGroupStatus": state}]
    show(
        rds,
        instances=[instance("one", DBParameterGroups=[group])],
        clusters=[cluster("au", DBClusterParameterGroup="strict", DBClusterMembers=members)],
    )
    found = audit(rds.url, ["rds"])
    for type_ in ("aws_db_instance", "aws_rds_cluster"):
        required = found.facet(type_, "", EncryptionInTransit).required
        if in_force:
            assert said(required) is True
        else:
            assert why(required) is Reason.NOT_COLLECTED
