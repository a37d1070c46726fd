"""AWS Backup: vaults and what lies in them, plans and what they select, and what has been backed up.

Sources: AWS Backup API Reference (ListBackupVaults, GetBackupVaultAccessPolicy, ListRecoveryPointsByBackupVault,
ListBackupPlans, GetBackupPlan, ListBackupSelections, GetBackupSelection, DescribeRegionSettings, ListProtectedResources,
ListCopyJobs, ListTags); AWS Backup Developer Guide, pages "AWS Backup Vault Lock" and "Logically air-gapped vault"; AWS
provider documentation, pages ``aws_backup_vault``, ``aws_backup_vault_lock_configuration``, ``aws_backup_vault_policy``,
``aws_backup_logically_air_gapped_vault``, ``aws_backup_plan``, ``aws_backup_selection``, ``aws_backup_region_settings``.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers, Reader
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block

_VAULTS: Final = {
    "BACKUP_VAULT": "aws_backup_vault",
    "LOGICALLY_AIR_GAPPED_BACKUP_VAULT": "aws_backup_logically_air_gapped_vault",
    "RESTORE_ACCESS_BACKUP_VAULT": "aws_backup_restore_access_vault",
}
_HOUR: Final = datetime.timedelta(hours=1)


def vaults(answers: Answers) -> Iterator[Shape]:
    """Vaults, with their locks, policies and the state of what lies in them."""
    listing = answers.of("ListBackupVaults")
    for listed in listing.items("BackupVaultList"):
        if listed.get("VaultState") == "FAILED":
            # it never came to be
            continue
        arn, name = listed["BackupVaultArn"], listed["BackupVaultName"]
        type_ = _VAULTS[listed.get("VaultType") or "BACKUP_VAULT"]
        shape = Shape(type_, answers, arn, "ListBackupVaults", names=(name,))
        # a key that AWS owns is not in any account: the vault names no key then
        owned = listed.get("EncryptionKeyType") == "AWS_OWNED_KMS_KEY"
        key = None if owned else listed.get("EncryptionKeyArn")
        shape.values.update(arn=arn, name=name, id=name, kms_key_arn=key, encryption_key_arn=key)
        # only Terraform empties a vault before it deletes it
        shape["force_destroy"] = True
        shape["min_retention_days"] = listed.get("MinRetentionDays")
        shape["max_retention_days"] = listed.get("MaxRetentionDays")
        _tag(shape, answers.of("ListTags", arn))
        points = answers.of("ListRecoveryPointsByBackupVault", name)
        shape.take("unencrypted_recovery_points", points, _counting(points))
        copies = answers.of("ListCopyJobs")
        shape.take("copied_to", copies, _destinations(copies, arn))
        yield shape
        if type_ == "aws_backup_vault":
            yield from _settings(answers, listed, listing.time)


def _settings(answers: Answers, listed: Mapping[str, Any], time: datetime.datetime | None) -> Iterator[Shape]:
    arn, name = listed["BackupVaultArn"], listed["BackupVaultName"]
    if listed.get("Locked"):
        lock = Shape("aws_backup_vault_lock_configuration", answers, f"{arn} lock", "ListBackupVaults")
        lock["backup_vault_name"] = name
        # without a date the lock can be taken away for ever, and before its date it still can (API Reference, LockDate)
        date = listed.get("LockDate")
        over = date is not None and time is not None and datetime.datetime.fromisoformat(date) <= time
        lock["changeable_for_days"] = 0 if over else None
        yield lock
    policy = answers.of("GetBackupVaultAccessPolicy", name)
    if not policy.absent:
        shape = Shape("aws_backup_vault_policy", answers, f"{arn} policy", "GetBackupVaultAccessPolicy")
        shape["backup_vault_name"] = name
        shape.take("policy", policy, lambda data: data.get("Policy"))
        yield shape


def _tag(shape: Shape, said: Answer) -> None:
    shape.take(
        "tags", said, lambda _: {key: value for page in said.pages for key, value in (page.get("Tags") or {}).items()}
    )


def _counting(points: Answer) -> Reader:
    """How many recovery points are not encrypted: those of services that keep the encryption of their source."""
    return lambda _: sum(1 for one in points.items("RecoveryPoints") if one.get("IsEncrypted") is False)


def _destinations(copies: Answer, arn: str) -> Reader:
    """The vaults into which copies from a vault were made, as far back as jobs are told."""
    return lambda _: sorted(
        {
            one["DestinationBackupVaultArn"]
            for one in copies.items("CopyJobs")
            if one.get("SourceBackupVaultArn") == arn and one.get("State") != "FAILED"
        }
    )


def plans(answers: Answers) -> Iterator[Shape]:
    """Plans and their selections."""
    for listed in answers.items("ListBackupPlans", "BackupPlansList"):
        arn, plan = listed["BackupPlanArn"], listed["BackupPlanId"]
        shape = Shape("aws_backup_plan", answers, arn, "ListBackupPlans", names=(plan,))
        shape.values.update(arn=arn, id=plan, name=listed.get("BackupPlanName"))
        shape.take("rule", answers.of("GetBackupPlan", plan), lambda data: [_rule(one) for one in _rules(data)])
        _tag(shape, answers.of("ListTags", arn))
        yield shape
        selections = answers.of("ListBackupSelections", plan)
        for selected in selections.items("BackupSelectionsList"):
            yield _selection(answers, arn, plan, selected["SelectionId"])
        if selections.refusal is not None:
            yield Shape.unlisted("aws_backup_selection", answers, selections.refusal, arn)


def _rules(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(data["BackupPlan"].get("Rules") or ())


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    copies = rule.get("CopyActions") or ()
    lifecycle = rule.get("Lifecycle")
    kept = _lifecycle(lifecycle)
    if lifecycle and lifecycle.get("DeleteAfterEvent") == "DELETE_AFTER_COPY":
        # what is deleted once it is copied is kept as long as its copies
        days = [(copy.get("Lifecycle") or {}).get("DeleteAfterDays") or math.inf for copy in copies]
        longest = max(days, default=math.inf)
        kept[0]["delete_after"] = None if longest == math.inf else longest
    return {
        "rule_name": rule.get("RuleName"),
        "target_vault_name": rule.get("TargetBackupVaultName"),
        "schedule": rule.get("ScheduleExpression"),
        "enable_continuous_backup": bool(rule.get("EnableContinuousBackup", False)),
        "lifecycle": kept,
        "copy_action": [
            {
                "destination_vault_arn": copy["DestinationBackupVaultArn"],
                "lifecycle": _lifecycle(copy.get("Lifecycle")),
            }
            for copy in copies
        ],
    }


def _lifecycle(given: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return block(
        given
        and {
            "cold_storage_after": given.get("MoveToColdStorageAfterDays"),
            "delete_after": given.get("DeleteAfterDays"),
        }
    )


def _selection(answers: Answers, arn: str, plan: str, selection: str) -> Shape:
    shape = Shape("aws_backup_selection", answers, f"{arn} {selection}", "GetBackupSelection", names=(selection,))
    shape.values.update(plan_id=plan, id=selection)
    answer = answers.of("GetBackupSelection", selection)
    for attribute, read in _SELECTED.items():
        shape.take(attribute, answer, read)
    return shape


def _tests(given: list[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    return [{"key": one.get("ConditionKey"), "value": one.get("ConditionValue")} for one in given or ()]


def _conditions(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    conditions = data["BackupSelection"].get("Conditions") or {}
    found = {
        name: _tests(conditions.get(member))
        for name, member in (
            ("string_equals", "StringEquals"),
            ("string_like", "StringLike"),
            ("string_not_equals", "StringNotEquals"),
            ("string_not_like", "StringNotLike"),
        )
    }
    return [found] if any(found.values()) else []


_SELECTED: Final[Mapping[str, Any]] = {
    "name": lambda data: data["BackupSelection"].get("SelectionName"),
    "resources": lambda data: data["BackupSelection"].get("Resources") or [],
    "not_resources": lambda data: data["BackupSelection"].get("NotResources") or [],
    "selection_tag": lambda data: [
        {"type": "STRINGEQUALS", "key": one.get("ConditionKey"), "value": one.get("ConditionValue")}
        for one in data["BackupSelection"].get("ListOfTags") or ()
    ],
    "condition": _conditions,
}


def region_settings(answers: Answers) -> Iterator[Shape]:
    """Which services AWS Backup may select resources of; it is asked for where there is a plan."""
    answer = answers.of("DescribeRegionSettings")
    if answer.refusal is not None or answer.absent:
        return
    address = answers.arn("backup", "region-settings")
    shape = Shape("aws_backup_region_settings", answers, address, "DescribeRegionSettings")
    shape["resource_type_opt_in_preference"] = answer.data.get("ResourceTypeOptInPreference") or {}
    yield shape


def protected(answers: Answers) -> Iterator[Shape]:
    """What has recovery points, and when the last was made: a type of its own, for no configuration says it."""
    listing = answers.of("ListProtectedResources")
    for one in listing.items("Results"):
        arn, last = one["ResourceArn"], one.get("LastBackupTime")
        address = answers.arn("backup", f"protected-resource {arn}")
        shape = Shape("aws_backup_protected_resource", answers, address, "ListProtectedResources")
        shape["resource_arn"] = arn
        shape["last_backup_time"] = last
        shape["hours_since_backup"] = None
        if last is not None and listing.time is not None:
            shape["hours_since_backup"] = round((listing.time - datetime.datetime.fromisoformat(last)) / _HOUR, 1)
        yield shape


_FIRST_VAULT: Final = "BackupVaultList[:1]"
"""What need not be asked of a region without vaults is asked once, for the first."""

SERVICES: Final = (
    Service(
        name="backup",
        calls=(
            Call(
                operation="ListBackupVaults",
                yields=(*_VAULTS.values(), "aws_backup_vault_lock_configuration", "aws_backup_vault_policy"),
            ),
            Call(
                operation="ListBackupPlans",
                yields=("aws_backup_plan", "aws_backup_selection"),
                subjects=frozenset(("backup", "residency")),
            ),
            Call(
                operation="GetBackupVaultAccessPolicy",
                each="ListBackupVaults",
                over="BackupVaultList[]",
                parameters={"BackupVaultName": "BackupVaultName"},
                absent=("ResourceNotFoundException",),
                subjects=frozenset(("access",)),
            ),
            Call(
                operation="ListRecoveryPointsByBackupVault",
                each="ListBackupVaults",
                over="BackupVaultList[]",
                parameters={"BackupVaultName": "BackupVaultName"},
                fixed={"MaxResults": 1000},
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="ListCopyJobs",
                each="ListBackupVaults",
                over=_FIRST_VAULT,
                fixed={"MaxResults": 1000},
                subjects=frozenset(("residency",)),
            ),
            Call(
                operation="ListProtectedResources",
                yields=("aws_backup_protected_resource",),
                each="ListBackupVaults",
                over=_FIRST_VAULT,
                fixed={"MaxResults": 1000},
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="DescribeRegionSettings",
                yields=("aws_backup_region_settings",),
                each="ListBackupPlans",
                over="BackupPlansList[:1]",
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="GetBackupPlan",
                each="ListBackupPlans",
                over="BackupPlansList[]",
                parameters={"BackupPlanId": "BackupPlanId"},
                subjects=frozenset(("backup", "residency")),
            ),
            Call(
                operation="ListBackupSelections",
                each="ListBackupPlans",
                over="BackupPlansList[]",
                parameters={"BackupPlanId": "BackupPlanId"},
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="GetBackupSelection",
                each="ListBackupSelections",
                over="BackupSelectionsList[]",
                parameters={"SelectionId": "SelectionId", "BackupPlanId": "BackupPlanId"},
                subjects=frozenset(("backup",)),
            ),
            Call(
                operation="ListTags",
                each="ListBackupVaults",
                over="BackupVaultList[]",
                parameters={"ResourceArn": "BackupVaultArn"},
                pages=("NextToken", "NextToken"),
            ),
            Call(
                operation="ListTags",
                each="ListBackupPlans",
                over="BackupPlansList[]",
                parameters={"ResourceArn": "BackupPlanArn"},
                pages=("NextToken", "NextToken"),
            ),
        ),
        shapers=(vaults, plans, region_settings, protected),
        subjects=frozenset(("access", "backup", "encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
