"""Data Lifecycle Manager of an account."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import BackupPlan, Replica
from tests.live.auditing import Audit, audit
from tests.live.servers import AwsServer
from tests.live.services.reading import said as value

POLICY = "aws_dlm_lifecycle_policy"
DAILY = {
    "Name": "daily",
    "CreateRule": {"Interval": 12, "IntervalUnit": "HOURS", "Times": ["03:00"]},
    "RetainRule": {"Count": 14},
}


def look(aws: AwsServer) -> Audit:
    return audit(aws.url, ["dlm"])


def policy(aws: AwsServer, *, state: str = "ENABLED", default: bool = False, **details: Any) -> None:
    listed = {"PolicyId": "policy-0123456789abcdef0", "State": state, "DefaultPolicy": default}
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": [listed]})
    aws.answer("dlm", "GetLifecyclePolicy", {"Policy": {**listed, "PolicyDetails": details}})


def test_schedules_and_copies(aws: AwsServer) -> None:
    copies = {"CrossRegionCopyRules": [{"TargetRegion": "us-east-1", "Encrypted": True}]}
    tags = [{"Key": "Snapshot", "Value": "yes"}]
    policy(aws, ResourceTypes=["VOLUME"], TargetTags=tags, Schedules=[{**DAILY, **copies}])
    found = look(aws)
    plan = found.facet(POLICY, "", BackupPlan)
    assert (value(plan.interval_hours), value(plan.retention_days)) == (12, 7)
    assert value(plan.offsite) == {"us-east-1"}
    assert value(found.facet(POLICY, "", Replica).location) == {"us-east-1"}


def test_the_default_policy_of_a_region(aws: AwsServer) -> None:
    policy(
        aws,
        default=True,
        PolicyLanguage="SIMPLIFIED",
        ResourceType="VOLUME",
        CreateInterval=2,
        RetainInterval=10,
        CrossRegionCopyTargets=[{"TargetRegion": "ap-northeast-3"}],
    )
    found = look(aws)
    plan = found.facet(POLICY, "", BackupPlan)
    assert (value(plan.interval_hours), value(plan.retention_days)) == (48, 10)
    assert value(plan.offsite) == {"ap-northeast-3"}
    assert value(found.facet(POLICY, "", Replica).location) == {"ap-northeast-3"}


@pytest.mark.parametrize("state", ["DISABLED", "ERROR"])
def test_a_policy_that_does_not_run(aws: AwsServer, state: str) -> None:
    policy(aws, state=state, ResourceTypes=["VOLUME"], Schedules=[DAILY])
    assert value(look(aws).facet(POLICY, "", BackupPlan).interval_hours) is None


def test_what_is_refused_is_unknown(aws: AwsServer) -> None:
    policy(aws, ResourceTypes=["VOLUME"], Schedules=[DAILY])
    aws.refuse(["dlm:GetLifecyclePolicy"])
    plan = look(aws).facet(POLICY, "", BackupPlan)
    assert isinstance(plan.interval_hours, Unknown)
    assert plan.interval_hours.reason is Reason.DENIED
    aws.refuse(["dlm:GetLifecyclePolicies"])
    found = look(aws)
    stand_in = found.resource(POLICY)
    assert {one for all_ in found.statuses(stand_in.address).values() for one in all_} <= {"unknown"}


def test_default_policies_are_asked_for_as_well(aws: AwsServer) -> None:
    """The others come without them, or with them: each is taken once."""
    custom = {"PolicyId": "policy-0", "State": "ENABLED", "DefaultPolicy": False}
    default = {"PolicyId": "policy-1", "State": "ENABLED", "DefaultPolicy": True}
    details = {"PolicyLanguage": "SIMPLIFIED", "ResourceType": "VOLUME", "CreateInterval": 1, "RetainInterval": 7}
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": [custom]})
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": [default]}, match={"DefaultPolicyType": "ALL"})
    for one, said in ((custom, {"ResourceTypes": ["VOLUME"], "Schedules": [DAILY]}), (default, details)):
        answer = {"Policy": {**one, "PolicyDetails": said}}
        aws.answer("dlm", "GetLifecyclePolicy", answer, match={"PolicyId": one["PolicyId"]})
    found = look(aws)
    assert [value(found.facet(POLICY, f"policy-{n}", BackupPlan).interval_hours) for n in (0, 1)] == [12, 24]
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": [custom, default]})
    assert len(look(aws).resources(POLICY)) == 2
