"""AWS Backup and Data Lifecycle Manager of an account, and what they do for its stores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import Backup, BackupPlan, BackupVault, EncryptionAtRest, Exposure, KeyOwner, Replica
from auditor.record import Record
from auditor_aws.backup_coverage import covered
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import services
from auditor_aws.live.links import LiveLinks
from auditor_aws.live.shapes import Shape
from tests.live.auditing import HOME, Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import denied
from tests.live.services.reading import said as value

VAULT = "aws_backup_vault"
FILES = "aws_efs_file_system"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/backup"
PLAN = "11111111-1111-1111-1111-111111111111"
CHOSEN = "22222222-2222-2222-2222-222222222222"


def look(aws: AwsServer, *further: str, **more: Any) -> Audit:
    return audit(aws.url, ["backup", "dlm", *further], **more)


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def vault(name: str, region: str = HOME, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:backup:{region}:{ACCOUNT}:backup-vault:{name}"
    return {"BackupVaultName": name, "BackupVaultArn": arn, "EncryptionKeyArn": KEY, "Locked": False, **more}


def scene(
    aws: AwsServer,
    *vaults: Mapping[str, Any],
    rules: list[dict[str, Any]] | None = None,
    selection: Mapping[str, Any] | None = None,
    taken: Mapping[str, datetime] | None = None,
    points: list[dict[str, Any]] | None = None,
    copies: list[dict[str, Any]] | None = None,
    opted: Mapping[str, bool] | None = None,
) -> None:
    """What AWS Backup answers, of which moto knows vaults and plans only."""
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": []})
    aws.answer("backup", "ListBackupVaults", {"BackupVaultList": list(vaults) or [vault("main")]})
    aws.fail("backup", "GetBackupVaultAccessPolicy", "ResourceNotFoundException")
    aws.answer("backup", "ListTags", {"Tags": {}})
    aws.answer("backup", "ListRecoveryPointsByBackupVault", {"RecoveryPoints": points or []})
    aws.answer("backup", "ListCopyJobs", {"CopyJobs": copies or []})
    results = [{"ResourceArn": arn, "LastBackupTime": last} for arn, last in (taken or {}).items()]
    aws.answer("backup", "ListProtectedResources", {"Results": results})
    aws.answer("backup", "DescribeRegionSettings", {"ResourceTypeOptInPreference": dict(opted or {})})
    arn = f"arn:aws:backup:{HOME}:{ACCOUNT}:backup-plan:{PLAN}"
    listed = [{"BackupPlanArn": arn, "BackupPlanId": PLAN, "BackupPlanName": "daily"}] if rules else []
    aws.answer("backup", "ListBackupPlans", {"BackupPlansList": listed})
    plan = {"BackupPlanName": "daily", "Rules": rules or []}
    aws.answer("backup", "GetBackupPlan", {"BackupPlan": plan, "BackupPlanId": PLAN, "BackupPlanArn": arn})
    chosen = [{"SelectionId": CHOSEN, "BackupPlanId": PLAN, "SelectionName": "all"}] if selection else []
    aws.answer("backup", "ListBackupSelections", {"BackupSelectionsList": chosen})
    said = {"SelectionName": "all", "IamRoleArn": ROLE, **(selection or {})}
    aws.answer("backup", "GetBackupSelection", {"BackupSelection": said, "SelectionId": CHOSEN, "BackupPlanId": PLAN})


def rule(**more: Any) -> dict[str, Any]:
    daily = {"ScheduleExpression": "cron(0 5 ? * * *)", "Lifecycle": {"DeleteAfterDays": 35}}
    return {"RuleName": "daily", "TargetBackupVaultName": "main", **daily, **more}


def files(aws: AwsServer, **tags: str) -> str:
    """The ARN of a file system without backups of its own."""
    aws.answer("efs", "DescribeReplicationConfigurations", {"Replications": []})
    named = [{"Key": key, "Value": text} for key, text in tags.items()]
    made = aws.client("efs").create_file_system(CreationToken="files", Encrypted=True, Tags=named)
    return f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/{made['FileSystemId']}"


def test_locks_that_are_in_force_and_locks_that_are_not(aws: AwsServer) -> None:
    scene(
        aws,
        vault("compliance", Locked=True, LockDate=ago(24)),
        vault("grace", Locked=True, LockDate=ago(-48)),
        vault("governance", Locked=True),
        vault("open"),
        vault("apart", VaultType="LOGICALLY_AIR_GAPPED_BACKUP_VAULT", Locked=True, MinRetentionDays=7),
    )
    found = look(aws)
    for name, immutable in (("compliance", True), ("grace", False), ("governance", False), ("open", False)):
        assert value(found.facet(VAULT, name, BackupVault).immutable) is immutable, name
    apart = found.facet("aws_backup_logically_air_gapped_vault", "apart", BackupVault)
    assert value(apart.immutable) is True
    assert found.statuses(":compliance")["backup.immutable.locked"] == {"pass"}
    assert found.statuses(":grace")["backup.immutable.locked"] == {"fail"}


def test_keys_of_vaults(aws: AwsServer) -> None:
    scene(aws, vault("customers"), vault("owned", EncryptionKeyType="AWS_OWNED_KMS_KEY"))
    found = look(aws)
    assert value(found.facet(VAULT, ":customers", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert value(found.facet(VAULT, ":owned", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER


def test_a_backup_may_be_unencrypted_in_a_vault_that_is_not(aws: AwsServer) -> None:
    point = {"BackupVaultName": "main", "ResourceArn": f"arn:aws:ec2:{HOME}:{ACCOUNT}:volume/vol-1"}
    scene(aws, points=[{**point, "IsEncrypted": True}])
    assert value(look(aws).facet(VAULT, "main", BackupVault).encrypted) is True
    scene(aws, points=[{**point, "IsEncrypted": True}, {**point, "IsEncrypted": False}])
    assert value(look(aws).facet(VAULT, "main", BackupVault).encrypted) is False
    aws.refuse(["backup:ListRecoveryPointsByBackupVault"])
    denied(look(aws).facet(VAULT, "main", BackupVault).encrypted, "backup:ListRecoveryPointsByBackupVault")


def test_copies_that_were_made(aws: AwsServer) -> None:
    source = vault("main")["BackupVaultArn"]
    job = {"SourceBackupVaultArn": source, "State": "COMPLETED"}
    abroad = vault("far", "us-east-1")["BackupVaultArn"]
    failed = vault("never", "eu-west-1")["BackupVaultArn"]
    beside = vault("beside")["BackupVaultArn"]
    copies = [
        {**job, "DestinationBackupVaultArn": abroad},
        {**job, "DestinationBackupVaultArn": beside},
        {**job, "DestinationBackupVaultArn": failed, "State": "FAILED"},
    ]
    scene(aws, copies=copies)
    found = look(aws).resource(VAULT, "main")
    places = [value(one.location) for one in found.facets if isinstance(one, Replica)]
    assert places == [{"us-east-1"}]
    aws.refuse(["backup:ListCopyJobs"])
    denied(look(aws).facet(VAULT, "main", Replica).location, "backup:ListCopyJobs")


def test_who_may_open_a_vault(aws: AwsServer) -> None:
    scene(aws)
    # a vault without a policy of its own is open to nobody
    assert look(aws).resource(VAULT, "main").facet(Exposure) is None
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "backup:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
    aws.answer("backup", "GetBackupVaultAccessPolicy", {"BackupVaultName": "main", "Policy": text})
    assert value(look(aws).facet(VAULT, "main", Exposure).public) is True
    aws.refuse(["backup:GetBackupVaultAccessPolicy"])
    denied(look(aws).facet(VAULT, "main", Exposure).public, "backup:GetBackupVaultAccessPolicy")


def test_rules_of_plans(aws: AwsServer) -> None:
    copy = {"DestinationBackupVaultArn": vault("far", "ap-northeast-3")["BackupVaultArn"]}
    passing = {"DeleteAfterEvent": "DELETE_AFTER_COPY"}
    scene(
        aws,
        rules=[
            rule(CopyActions=[{**copy, "Lifecycle": {"DeleteAfterDays": 90}}]),
            rule(RuleName="passing", Lifecycle=passing, CopyActions=[{**copy, "Lifecycle": {"DeleteAfterDays": 14}}]),
            rule(RuleName="for-ever", Lifecycle={}),
        ],
    )
    plan = look(aws).resource("aws_backup_plan", PLAN)
    rules = {one.key: one for one in plan.facets if isinstance(one, BackupPlan)}
    assert value(rules["daily"].interval_hours) == 24
    assert value(rules["daily"].retention_days) == 35
    assert value(rules["daily"].offsite) == {"ap-northeast-3"}
    assert value(rules["passing"].retention_days) == 14
    assert value(rules["for-ever"].retention_days) is None


def backed_up(aws: AwsServer) -> Backup:
    found = look(aws, "efs").facet(FILES, "", Backup)
    assert isinstance(found, Backup)
    return found


@pytest.mark.parametrize(
    ("selection", "enabled"),
    [
        ({"Resources": ["{arn}"]}, True),
        ({"Resources": ["arn:aws:elasticfilesystem:*:*:file-system/*"]}, True),
        ({"Resources": ["*"]}, True),
        ({"Resources": ["*"], "NotResources": ["{arn}"]}, False),
        ({"Resources": ["arn:aws:dynamodb:*:*:table/*"]}, False),
        ({"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "Plan", "ConditionValue": "daily"}]}, True),
        ({"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "Plan", "ConditionValue": "none"}]}, False),
        (
            {
                "Resources": ["*"],
                "Conditions": {
                    "StringEquals": [{"ConditionKey": "aws:ResourceTag/Plan", "ConditionValue": "weekly"}],
                },
            },
            False,
        ),
    ],
)
def test_what_a_plan_selects(aws: AwsServer, selection: dict[str, Any], enabled: bool) -> None:
    arn = files(aws, Plan="daily")
    selection = json.loads(json.dumps(selection).replace("{arn}", arn))
    scene(aws, rules=[rule()], selection=selection, taken={arn: ago(3)})
    found = backed_up(aws)
    assert value(found.enabled) is enabled
    if enabled:
        assert (value(found.interval_hours), value(found.retention_days)) == (24, 35)


def test_a_plan_without_a_selection_protects_nothing(aws: AwsServer) -> None:
    files(aws)
    scene(aws, rules=[rule()])
    assert value(backed_up(aws).enabled) is False


def test_a_service_that_is_not_opted_in_is_selected_by_name_only(aws: AwsServer) -> None:
    arn = files(aws)
    scene(aws, rules=[rule()], selection={"Resources": ["*"]}, taken={arn: ago(3)}, opted={"EFS": False})
    assert value(backed_up(aws).enabled) is False
    scene(aws, rules=[rule()], selection={"Resources": [arn]}, taken={arn: ago(3)}, opted={"EFS": False})
    assert value(backed_up(aws).enabled) is True


def test_what_was_never_backed_up_is_not_known_to_be(aws: AwsServer) -> None:
    files(aws)
    scene(aws, rules=[rule()], selection={"Resources": ["*"]})
    found = backed_up(aws)
    assert isinstance(found.enabled, Unknown)
    assert found.enabled.detail is not None
    assert "no recovery point" in found.enabled.detail.en


def test_a_schedule_that_is_not_kept(aws: AwsServer) -> None:
    arn = files(aws)
    scene(aws, rules=[rule()], selection={"Resources": ["*"]}, taken={arn: ago(300)})
    assert value(backed_up(aws).interval_hours) == pytest.approx(300, abs=1)
    assert look(aws, "efs").statuses(arn)["backup.interval.store"] == {"fail"}
    # a job that runs late is no schedule that is not kept
    scene(aws, rules=[rule()], selection={"Resources": ["*"]}, taken={arn: ago(40)})
    assert value(backed_up(aws).interval_hours) == 24


@pytest.mark.parametrize(
    "operation",
    [
        "ListBackupPlans",
        "ListBackupSelections",
        "GetBackupSelection",
        "GetBackupPlan",
        "ListProtectedResources",
        "DescribeRegionSettings",
    ],
)
def test_what_is_refused_is_unknown(aws: AwsServer, operation: str) -> None:
    arn = files(aws)
    scene(aws, rules=[rule()], selection={"Resources": ["*"]}, taken={arn: ago(3)})
    if operation == "ListProtectedResources":
        scene(aws, rules=[rule()], selection={"Resources": ["*"]})
    aws.refuse([f"backup:{operation}"])
    found = look(aws, "efs")
    assert found.statuses(arn)["backup.interval.store"] == {"unknown"}
    assert not found.statuses(arn)["backup.enabled.active"] & {"fail"}


def test_vaults_that_cannot_be_listed_are_unknown(aws: AwsServer) -> None:
    scene(aws)
    aws.refuse(["backup:ListBackupVaults"])
    found = look(aws)
    stand_in = found.resource(VAULT)
    assert {one for all_ in found.statuses(stand_in.address).values() for one in all_} <= {"unknown"}


def test_a_region_without_backups_costs_two_calls(aws: AwsServer) -> None:
    aws.clear_calls()
    audit(aws.url, ["backup"])
    called = [call.operation for call in aws.calls() if call.service == "backup"]
    assert called == ["ListBackupVaults", "ListBackupPlans"]


def test_all_pages_are_listed(aws: AwsServer) -> None:
    arn = files(aws)
    scene(aws, rules=[rule()], selection={"Resources": ["*"]})
    aws.answer("backup", "ListBackupVaults", pages=[{"BackupVaultList": [vault(name)]} for name in ("one", "two")])
    other = {"ResourceArn": f"{arn}0", "LastBackupTime": ago(3)}
    pages = [{"Results": [other]}, {"Results": [{**other, "ResourceArn": arn}]}]
    aws.answer("backup", "ListProtectedResources", pages=pages)
    plain = {"BackupVaultName": "one", "IsEncrypted": True}
    pages = [{"RecoveryPoints": [plain]}, {"RecoveryPoints": [{**plain, "IsEncrypted": False}]}]
    aws.answer("backup", "ListRecoveryPointsByBackupVault", pages=pages)
    found = look(aws, "efs")
    assert len(found.resources(VAULT)) == 2
    assert value(found.facet(VAULT, "one", BackupVault).encrypted) is False
    assert value(found.facet(FILES, "", Backup).enabled) is True


OTHER = "210987654321"
SEEN = ("aws_backup_selection", "aws_backup_region_settings", "aws_dlm_lifecycle_policy", "aws_backup_plan")


def world(*shapes: Shape) -> tuple[LiveLinks, list[Record]]:
    """Records of several accounts, as one snapshot of an organization has them."""
    links = LiveLinks("snapshot", frozenset((*SEEN, "aws_organizations_policy", "aws_volume_attachment")), True)
    return links, [links.add(shape) for shape in shapes]


def shape(type_: str, name: str, account: str = ACCOUNT, service: str = "backup", **values: Any) -> Shape:
    answers = Answers(services()[service], account, HOME)
    call = {"backup": "ListBackupPlans", "dlm": "GetLifecyclePolicies"}[service]
    return Shape(type_, answers, f"{type_} {name} {account}", call, names=(name,), values={"id": name, **values})


def volume(account: str = ACCOUNT, name: str = "vol-1") -> Shape:
    arn = f"arn:aws:ec2:{HOME}:{account}:volume/{name}"
    return shape("aws_ebs_volume", name, account, arn=arn, tags={"Snapshot": "yes"})


def everything(account: str) -> tuple[Shape, Shape]:
    chosen: dict[str, Any] = {"resources": ["*"], "not_resources": [], "selection_tag": [], "condition": []}
    plan = shape("aws_backup_plan", "plan", account, rule=[{"rule_name": "daily"}])
    return plan, shape("aws_backup_selection", "all", account, plan_id="plan", **chosen)


def test_settings_of_one_account_do_not_bind_another() -> None:
    off: dict[str, Any] = {"resource_type_opt_in_preference": {"EBS": False}}
    own, other = volume(), volume(OTHER)
    _, records = world(
        own, other, *everything(ACCOUNT), *everything(OTHER), shape("aws_backup_region_settings", "s", OTHER, **off)
    )
    assert value(covered(records[0])) is not None
    assert value(covered(records[1])) is None


def test_selections_and_snapshot_policies_hold_in_their_own_account() -> None:
    details = {
        "resource_types": ["VOLUME"],
        "target_tags": [{"key": "Snapshot", "value": "no"}, {"key": "Snapshot", "value": "yes"}],
        "schedule": [{"name": "daily", "create_rule": [{"interval": 24}], "retain_rule": [{"count": 7}]}],
    }
    said = {"state": "ENABLED", "default_policy": None, "policy_details": [details]}
    policy = shape("aws_dlm_lifecycle_policy", "p", OTHER, "dlm", **said)
    _, records = world(volume(), volume(OTHER), policy)
    assert value(covered(records[0])) is None
    assert value(covered(records[1])) is not None
    _, records = world(volume(), volume(OTHER), *everything(OTHER))
    assert value(covered(records[0])) is None
    assert value(covered(records[1])) is not None


def test_a_volume_of_a_machine_that_could_not_be_listed_may_be_backed_up_with_it() -> None:
    attached = shape("aws_volume_attachment", "a", volume_id="vol-1", instance_id="i-1")
    free = volume(name="vol-2")
    links, records = world(volume(), free, attached, *everything(OTHER))
    refusal = Refusal("ec2:DescribeInstances", Reason.DENIED)
    links.add(Shape.standing_for("aws_instance", refusal, ACCOUNT, HOME), refusal)
    assert isinstance(covered(records[0]), Unknown)
    assert value(covered(records[1])) is None


def test_a_vault_that_never_came_to_be_is_not_judged(aws: AwsServer) -> None:
    scene(aws, vault("kept"), vault("failed", VaultState="FAILED"))
    assert look(aws).resource(VAULT).address.endswith("kept")


def test_all_pages_of_tags_are_read(aws: AwsServer) -> None:
    scene(aws, vault("kept"))
    aws.answer("backup", "ListTags", pages=[{"Tags": {"system": "tax"}}, {"Tags": {"stage": "prod"}}])
    audit(aws.url, ["backup"])
    tokens = [one.parameters.get("NextToken") for one in aws.calls() if one.operation == "ListTags"]
    assert tokens[0] is None
    assert tokens[1]
