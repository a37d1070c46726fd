"""How far the rights of AWS identities reach, and what else a plan says of identities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.facets import (
    AccessAnalyser,
    Breadth,
    Credential,
    DelegatedRights,
    IdentityName,
    PasswordPolicy,
    PrivilegedSession,
    Rights,
    Usage,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, the, unknown, value

LAMBDA = {"Service": "lambda.amazonaws.com"}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def policy(action: Any, resource: Any = "*", **more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]})


def trust(principal: Any, action: str = "sts:AssumeRole") -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Principal": principal}]})


def role(world: World, document: str | None = None, principal: Any = LAMBDA, **values: Any) -> Record:
    made = world.add("aws_iam_role.r", {"name": "r", "assume_role_policy": trust(principal), **values})
    if document is not None:
        world.add("aws_iam_role_policy.p", {"role": "r", "policy": document}, refs={"role": made})
    return made


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("*", "*", Breadth.ALL),
        (["s3:*", "ec2:*"], "*", Breadth.LIMITED),
        ("iam:*", "*", Breadth.IDENTITIES),
        ("iam:AttachRolePolicy", "*", Breadth.IDENTITIES),
        ("sts:AssumeRole", "*", Breadth.ACTS_AS_OTHERS),
        ("*", "arn:aws:s3:::documents/*", Breadth.LIMITED),
        ("s3:GetObject", "*", Breadth.LIMITED),
    ],
)
def test_reach_of_a_role(action: Any, resource: str, expected: Breadth) -> None:
    assert value(the(role(World(), policy(action, resource)), Rights).breadth) is expected


def test_everything_but_some_services_is_nearly_all() -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]})
    assert value(the(role(World(), document), Rights).breadth) in (Breadth.NEARLY_ALL, Breadth.ALL)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (policy(["s3:*", "sqs:*"]), ("s3", "sqs")),
        (policy("s3:*", "arn:aws:s3:::one/*"), ()),
        (policy("s3:Get*"), ()),
        (policy("s3:*", Condition={"StringEquals": {"aws:ResourceTag/owner": "me"}}), ()),
    ],
)
def test_whole_services(document: str, expected: tuple[str, ...]) -> None:
    assert value(the(role(World(), document), Rights).whole_services) == expected


def test_a_denial_takes_a_whole_service_back() -> None:
    document = json.dumps(
        {
            "Statement": [
                {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
            ]
        }
    )
    assert value(the(role(World(), document), Rights).whole_services) == ()


def test_managed_policies_of_a_whole_service() -> None:
    world = World()
    made = role(world)
    world.add(
        "aws_iam_role_policy_attachment.a",
        {"role": "r", "policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"},
        refs={"role": made},
    )
    facet = the(made, Rights)
    assert value(facet.whole_services) == ("AmazonS3",)
    assert value(facet.breadth) is Breadth.LIMITED


def test_a_boundary_holds_rights_back() -> None:
    world = World()
    boundary = world.add("aws_iam_policy.b", {"name": "b", "policy": policy("s3:GetObject")})
    made = world.add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust(LAMBDA), "permissions_boundary": "arn:b"},
        refs={"permissions_boundary": boundary},
    )
    world.add("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": ADMINISTRATOR}, refs={"role": made})
    assert value(the(made, Rights).breadth) is Breadth.LIMITED


def test_an_unreadable_boundary_leaves_wide_rights_open() -> None:
    world = World()
    made = world.add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust(LAMBDA)},
        unknown={"permissions_boundary": True},
    )
    world.add("aws_iam_role_policy.p", {"role": "r", "policy": policy("*")}, refs={"role": made})
    assert unknown(the(made, Rights).breadth)


def test_unknown_policies_leave_rights_open() -> None:
    world = World()
    made = role(world)
    world.add("aws_iam_role_policy.p", {"role": "r"}, unknown={"policy": True}, refs={"role": made})
    facet = the(made, Rights)
    assert unknown(facet.breadth)
    assert unknown(facet.whole_services)


def test_a_role_that_exists_may_have_further_policies() -> None:
    made = World().add("aws_iam_role.r", {"name": "r", "assume_role_policy": trust(LAMBDA)}, action=Action.NO_OP)
    assert unknown(the(made, Rights).breadth)
    listed = World().add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust(LAMBDA), "managed_policy_arns": [], "inline_policy": []},
        action=Action.NO_OP,
    )
    assert value(the(listed, Rights).breadth) is Breadth.LIMITED


@pytest.mark.parametrize(
    ("principal", "person"),
    [
        (LAMBDA, False),
        ({"AWS": "arn:aws:iam::111122223333:root"}, True),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/city"}, True),
        ({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, False),
        ({"AWS": "444455556666", "Service": "ec2.amazonaws.com"}, True),
    ],
)
def test_persons_or_workloads(principal: Any, person: bool) -> None:
    assert value(the(role(World(), principal=principal), Rights).person) is person


def test_an_unknown_trust_policy() -> None:
    made = World().add("aws_iam_role.r", {"name": "r"}, unknown={"assume_role_policy": True})
    assert unknown(the(made, Rights).person)
    assert not every(made, DelegatedRights)


@pytest.mark.parametrize(
    ("principal", "outside"),
    [
        ({"AWS": "arn:aws:iam::444455556666:root"}, True),
        ({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, True),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/city"}, False),
    ],
)
def test_delegated_rights(principal: Any, outside: bool) -> None:
    facet = the(role(World(), policy("*"), principal), DelegatedRights)
    assert value(facet.outside) is outside
    assert value(facet.breadth) is Breadth.ALL


@pytest.mark.parametrize(
    "principal",
    [
        LAMBDA,
        {"AWS": "arn:aws:iam::111122223333:root"},
        {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-1.amazonaws.com/id/AB"},
    ],
)
def test_who_is_not_delegated_to(principal: Any) -> None:
    assert not every(role(World(), policy("*"), principal), DelegatedRights)


def test_whether_an_account_is_another_is_open_where_ones_own_is() -> None:
    made = role(World(account=None), policy("*"), {"AWS": "arn:aws:iam::444455556666:root"})
    assert unknown(the(made, DelegatedRights).outside)


def test_length_of_sessions() -> None:
    person = {"AWS": "arn:aws:iam::111122223333:root"}
    assert value(the(role(World(), principal=person), PrivilegedSession).hours) == 1
    long = the(role(World(), policy("*"), person, max_session_duration=43200), PrivilegedSession)
    assert (value(long.hours), value(long.administrative)) == (12, True)
    assert not every(role(World()), PrivilegedSession)


@pytest.mark.parametrize(
    ("stated", "hours"), [(None, 1.0), ("PT12H", 12.0), ("PT1H30M", 1.5), ("P1DT1H", 25.0), ("soon", None)]
)
def test_permission_sets(stated: str | None, hours: float | None) -> None:
    world = World()
    made = world.add("aws_ssoadmin_permission_set.s", {"name": "s", "session_duration": stated})
    world.add(
        "aws_ssoadmin_managed_policy_attachment.a",
        {"managed_policy_arn": ADMINISTRATOR},
        refs={"permission_set_arn": made},
    )
    session = the(made, PrivilegedSession)
    assert (None if unknown(session.hours) else value(session.hours)) == hours
    assert value(session.administrative)
    assert value(the(made, Rights).breadth) is Breadth.ALL


def test_groups() -> None:
    world = World()
    made = world.add("aws_iam_group.g", {"name": "g"})
    world.add("aws_iam_group_policy_attachment.a", {"policy_arn": ADMINISTRATOR}, refs={"group": made})
    facet = the(made, Rights)
    assert (value(facet.breadth), value(facet.person)) == (Breadth.ALL, True)


def test_names_and_use_of_users() -> None:
    world = World()
    new = world.add("aws_iam_user.new", {"name": "t-yamada"})
    assert value(the(new, IdentityName).name) == "t-yamada"
    assert not every(new, Usage)
    old = world.add("aws_iam_user.old", {"name": "old"}, action=Action.NO_OP)
    assert unknown(the(old, Usage).unused_days)


@pytest.mark.parametrize(("status", "endless"), [(None, True), ("Active", True), ("Inactive", False)])
def test_keys_of_users_elsewhere(status: str | None, endless: bool) -> None:
    made = World().add("aws_iam_access_key.k", {"user": "somebody", "status": status})
    assert value(the(made, Credential).endless) is endless


def test_keys_of_users_of_the_input_are_theirs() -> None:
    world = World()
    owner = world.add("aws_iam_user.u", {"name": "u"})
    assert not every(world.add("aws_iam_access_key.k", {"user": "u"}, refs={"user": owner}), Credential)


def test_service_credentials() -> None:
    def endless(**values: Any) -> Any:
        made = World().add("aws_iam_service_specific_credential.c", values)
        return value(the(made, Credential).endless)

    assert endless()
    assert not endless(status="Inactive")
    assert not endless(credential_age_days=30)


def test_login_profiles() -> None:
    made = World().add("aws_iam_user_login_profile.p", {"user": "u", "password_reset_required": True})
    policy_ = the(made, PasswordPolicy)
    assert policy_.changed_at_first is not None
    assert value(policy_.changed_at_first)
    left = World().add("aws_iam_user_login_profile.p", {"user": "u"}, unset=["password_reset_required"])
    found = the(left, PasswordPolicy).changed_at_first
    assert found is not None
    assert not value(found)


def test_analysers() -> None:
    made = World().add("aws_accessanalyzer_analyzer.a", {"type": "ACCOUNT_UNUSED_ACCESS"})
    facet = the(made, AccessAnalyser)
    assert facet.what == "ACCOUNT_UNUSED_ACCESS"
    assert value(facet.active)
