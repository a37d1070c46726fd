"""Policies of Data Lifecycle Manager.

Sources: Amazon Data Lifecycle Manager API Reference (GetLifecyclePolicies, GetLifecyclePolicy); AWS provider
documentation, page ``aws_dlm_lifecycle_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags


def policies(answers: Answers) -> Iterator[Shape]:
    """Policies, the default ones of a region included."""
    every = {one["PolicyId"]: one for one in answers.items("GetLifecyclePolicies", "Policies")}
    for policy, listed in every.items():
        arn = answers.arn("dlm", f"policy/{policy}")
        shape = Shape("aws_dlm_lifecycle_policy", answers, arn, "GetLifecyclePolicies", names=(policy,))
        shape.values.update(arn=arn, id=policy, state=listed.get("State"), tags=listed.get("Tags") or {})
        answer = answers.of("GetLifecyclePolicy", policy)
        shape.take("policy_details", answer, lambda data: [_details(data["Policy"].get("PolicyDetails") or {})])
        if listed.get("DefaultPolicy"):
            shape.take("default_policy", answer, lambda data: data["Policy"]["PolicyDetails"].get("ResourceType"))
        else:
            shape["default_policy"] = None
        yield shape


def _details(given: Mapping[str, Any]) -> dict[str, Any]:
    exclusions = given.get("Exclusions") or {}
    return {
        "policy_type": given.get("PolicyType"),
        "resource_types": given.get("ResourceTypes") or [],
        "resource_locations": given.get("ResourceLocations") or [],
        "target_tags": _targets(given.get("TargetTags") or ()),
        "schedule": [_schedule(one) for one in given.get("Schedules") or ()],
        "action": [
            {
                "name": one.get("Name"),
                "cross_region_copy": [{"target": copy.get("Target")} for copy in one.get("CrossRegionCopy") or ()],
            }
            for one in given.get("Actions") or ()
        ],
        "create_interval": given.get("CreateInterval"),
        "retain_interval": given.get("RetainInterval"),
        # of default policies; the provider has no block for it
        "cross_region_copy_targets": [
            {"target_region": one.get("TargetRegion")} for one in given.get("CrossRegionCopyTargets") or ()
        ],
        "exclusions": block(
            {
                "exclude_boot_volumes": exclusions.get("ExcludeBootVolumes"),
                "exclude_tags": tags(exclusions.get("ExcludeTags")),
                "exclude_volume_types": exclusions.get("ExcludeVolumeTypes") or [],
            }
            if any(exclusions.values())
            else None
        ),
    }


def _targets(given: Sequence[Mapping[str, Any]]) -> dict[str, str] | list[dict[str, str]]:
    """Tags as the provider has them; as a list where one tag is named with several values, which a map cannot hold."""
    named = tags(given)
    return named if len(named) == len(given) else [{"key": one["Key"], "value": one["Value"]} for one in given]


def _schedule(given: Mapping[str, Any]) -> dict[str, Any]:
    create, retain = given.get("CreateRule"), given.get("RetainRule")
    return {
        "name": given.get("Name"),
        "create_rule": block(
            create
            and {
                "interval": create.get("Interval"),
                "interval_unit": create.get("IntervalUnit"),
                "cron_expression": create.get("CronExpression"),
                "location": create.get("Location"),
            }
        ),
        "retain_rule": block(
            retain
            and {
                "count": retain.get("Count"),
                "interval": retain.get("Interval"),
                "interval_unit": retain.get("IntervalUnit"),
            }
        ),
        "cross_region_copy_rule": [
            {
                "target": one.get("Target"),
                "target_region": one.get("TargetRegion"),
                "encrypted": one.get("Encrypted"),
                "cmk_arn": one.get("CmkArn"),
            }
            for one in given.get("CrossRegionCopyRules") or ()
        ],
    }


SERVICES: Final = (
    Service(
        name="dlm",
        calls=(
            Call(operation="GetLifecyclePolicies", yields=("aws_dlm_lifecycle_policy",)),
            # that those of a region by default are among the others is not documented (API Reference,
            # GetLifecyclePolicies, defaultPolicyType)
            Call(operation="GetLifecyclePolicies", fixed={"DefaultPolicyType": "ALL"}),
            Call(
                operation="GetLifecyclePolicy",
                each="GetLifecyclePolicies",
                over="Policies[]",
                parameters={"PolicyId": "PolicyId"},
            ),
        ),
        shapers=(policies,),
        subjects=frozenset(("backup", "residency")),
    ),
)
