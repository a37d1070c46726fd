"""Organizations, Control Tower and IAM Identity Center."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    Delegation,
    MfaDemand,
    Placement,
    RegionGuardrail,
    Retirement,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, the, unknown, value

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def guardrail(regions: list[str]) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "NotAction": ["iam:*", "sts:*"],
                    "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:RequestedRegion": regions}},
                }
            ],
        }
    )


@pytest.mark.parametrize("closes", [True, False])
def test_whether_an_account_is_closed_with_its_resource(closes: bool) -> None:
    account = World().add("aws_organizations_account.a", {"close_on_deletion": closes})
    assert value(the(account, AccountClosure).closes) is closes
    assert value(the(World().add("aws_organizations_account.a", {}), AccountClosure).closes) is False
    open_ = World().add("aws_organizations_account.a", {}, unknown={"close_on_deletion": True})
    assert unknown(the(open_, AccountClosure).closes)


def test_a_guardrail_and_its_attachment() -> None:
    world = World()
    policy = world.add("aws_organizations_policy.p", {"id": "p-1", "content": guardrail(["ap-northeast-1"])})
    assert value(the(policy, RegionGuardrail).allowed) == {"ap-northeast-1"}
    assert value(the(policy, RegionGuardrail).enforced) is False
    world.add("aws_organizations_policy_attachment.a", {"policy_id": "p-1", "target_id": "ou-1"})
    assert value(the(policy, RegionGuardrail).enforced) is True
    assert the(policy, Placement).global_service == "Organizations"


def test_a_guardrail_of_which_the_attachment_is_open() -> None:
    world = World()
    policy = world.add("aws_organizations_policy.p", {"content": guardrail(["ap-northeast-1"])})
    world.add("aws_organizations_policy_attachment.a", {}, unknown={"policy_id": True})
    assert unknown(the(policy, RegionGuardrail).enforced)
    there = World().add("aws_organizations_policy.p", {"content": guardrail(["ap-northeast-1"])}, action=Action.NO_OP)
    assert unknown(the(there, RegionGuardrail).enforced)


def test_a_guardrail_that_is_not_known() -> None:
    late = World().add("aws_organizations_policy.p", {}, unknown={"content": True})
    assert unknown(the(late, RegionGuardrail).allowed)
    kind = World().add("aws_organizations_policy.p", {"content": guardrail(["us-east-1"])}, unknown={"type": True})
    assert unknown(the(kind, RegionGuardrail).allowed)
    assert unknown(the(kind, RegionGuardrail).enforced)


@pytest.mark.parametrize(
    "values",
    [
        {"content": json.dumps({"Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]})},
        {"content": guardrail(["ap-northeast-1"]), "type": "TAG_POLICY"},
        {"content": "{"},
    ],
)
def test_other_policies_are_no_guardrails(values: dict[str, Any]) -> None:
    policy = World().add("aws_organizations_policy.p", {**values, "skip_destroy": True})
    assert every(policy, RegionGuardrail) == []
    assert [value(o.present) for o in the(policy, Retirement).obstacles] == [True]


def test_the_region_control_of_control_tower() -> None:
    world = World()
    stated = world.add(
        "aws_controltower_control.c",
        {"parameters": [{"key": "AllowedRegions", "value": '["ap-northeast-1","ap-northeast-3"]'}]},
    )
    assert value(the(stated, RegionGuardrail).allowed) == {"ap-northeast-1", "ap-northeast-3"}
    other = world.add("aws_controltower_control.o", {"parameters": [{"key": "ExemptedActions", "value": "[]"}]})
    assert every(other, RegionGuardrail) == []
    broken = world.add("aws_controltower_control.b", {"parameters": [{"key": "AllowedRegions", "value": "ap"}]})
    assert unknown(the(broken, RegionGuardrail).allowed)


@pytest.mark.parametrize(
    ("service", "administrative"), [("sso.amazonaws.com", True), ("guardduty.amazonaws.com", False)]
)
def test_a_delegated_administrator(service: str, administrative: bool) -> None:
    record = World().add(
        "aws_organizations_delegated_administrator.d",
        {"account_id": "444455556666", "service_principal": service},
    )
    found = the(record, Delegation)
    assert value(found.principal) == "444455556666"
    assert value(found.administrative) is administrative
    assert unknown(found.mfa)


def _assignment(world: World, permission_set: Record | None) -> Record:
    return world.add(
        "aws_ssoadmin_account_assignment.a",
        {"principal_id": "group-1", "principal_type": "GROUP"},
        unknown={"permission_set_arn": True},
        refs={"permission_set_arn": permission_set},
    )


def test_an_assignment_of_an_administrative_permission_set() -> None:
    world = World()
    permission_set = world.add("aws_ssoadmin_permission_set.p", {"arn": "arn:p"})
    assignment = _assignment(world, permission_set)
    assert value(the(assignment, Delegation).administrative) is False
    world.add("aws_ssoadmin_managed_policy_attachment.m", {"permission_set_arn": "arn:p", "managed_policy_arn": ADMIN})
    found = the(assignment, Delegation)
    assert value(found.administrative) is True
    assert value(found.principal) == "group-1"
    assert value(found.mfa) is MfaDemand.AT_IDENTITY_PROVIDER
    assert the(assignment, AccountIdentity).what == "identity-center-assignment"
    world.add(
        "aws_ssoadmin_permissions_boundary_attachment.b",
        {
            "permission_set_arn": "arn:p",
            "permissions_boundary": [{"managed_policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        },
    )
    assert value(the(assignment, Delegation).administrative) is False


def test_an_inline_policy_of_a_permission_set() -> None:
    world = World()
    permission_set = world.add("aws_ssoadmin_permission_set.p", {"arn": "arn:p"})
    document = json.dumps({"Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]})
    world.add("aws_ssoadmin_permission_set_inline_policy.i", {"permission_set_arn": "arn:p", "inline_policy": document})
    assert value(the(_assignment(world, permission_set), Delegation).administrative) is True


def test_permission_sets_that_the_input_does_not_show_in_full() -> None:
    world = World()
    assert unknown(the(_assignment(world, None), Delegation).administrative)
    world = World()
    there = world.add("aws_ssoadmin_permission_set.p", {"arn": "arn:p"}, action=Action.NO_OP)
    assert unknown(the(_assignment(world, there), Delegation).administrative)
    world = World()
    named = world.add("aws_ssoadmin_permission_set.p", {"arn": "arn:p"})
    world.add("aws_ssoadmin_customer_managed_policy_attachment.c", {"permission_set_arn": "arn:p"})
    assert unknown(the(_assignment(world, named), Delegation).administrative)


def test_users_of_the_directory_are_people() -> None:
    user = World().add("aws_identitystore_user.u", {})
    assert the(user, Placement).stores_data
    assert the(user, AccountIdentity).what == "identity-center-user"
