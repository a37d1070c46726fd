"""IAM: delegations to principals from outside, users, and root users."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Known
from auditor.facets import AccountIdentity, Delegation, Identity, MfaDemand, Placement, Residue, Retirement, RootUser
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, keyed, the, unknown, value

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
FOREIGN = "arn:aws:iam::444455556666:root"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


DENY_WITHOUT_MFA = {
    "Effect": "Deny",
    "NotAction": ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}


def trust(principal: Any, action: str = "sts:AssumeRole", condition: dict[str, Any] | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return policy(statement)


def _role(world: World, assume: str, **values: Any) -> Record:
    return world.add("aws_iam_role.r", {"name": "r", "assume_role_policy": assume, **values})


def test_a_foreign_account_with_administrative_rights() -> None:
    world = World()
    role = _role(world, trust({"AWS": FOREIGN}))
    world.add("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": ADMIN})
    found = the(role, Delegation)
    assert found.key == FOREIGN
    assert value(found.principal) == FOREIGN
    assert value(found.administrative) is True
    assert value(found.mfa) is MfaDemand.NOT_REQUIRED
    assert the(role, AccountIdentity).what == "external-trust"
    assert the(role, Placement).global_service == "IAM"


def test_a_foreign_account_that_needs_a_second_factor() -> None:
    role = _role(World(), trust({"AWS": FOREIGN}, condition=MFA))
    found = the(role, Delegation)
    assert value(found.mfa) is MfaDemand.REQUIRED
    assert value(found.administrative) is False


def test_a_condition_that_holds_only_where_the_key_exists() -> None:
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
    assert value(the(_role(World(), trust({"AWS": FOREIGN}, condition=condition)), Delegation).mfa) is (
        MfaDemand.IF_EXISTS
    )


@pytest.mark.parametrize(
    ("principal", "action", "demand"),
    [
        (
            {"Federated": "arn:aws:iam::111122223333:saml-provider/idp"},
            "sts:AssumeRoleWithSAML",
            MfaDemand.AT_IDENTITY_PROVIDER,
        ),
        (
            {"Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.jp"},
            "sts:AssumeRoleWithWebIdentity",
            MfaDemand.AT_IDENTITY_PROVIDER,
        ),
        (
            {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
            "sts:AssumeRoleWithWebIdentity",
            MfaDemand.NOT_A_PERSON,
        ),
    ],
)
def test_federated_principals(principal: dict[str, str], action: str, demand: MfaDemand) -> None:
    assert value(the(_role(World(), trust(principal, action)), Delegation).mfa) is demand


def test_anyone_is_a_delegation() -> None:
    found = the(_role(World(), trust("*")), Delegation)
    assert value(found.principal) == "*"
    assert value(found.mfa) is MfaDemand.NOT_REQUIRED


@pytest.mark.parametrize("principal", [{"Service": "ec2.amazonaws.com"}, {"AWS": "arn:aws:iam::111122223333:root"}])
def test_services_and_the_own_account_are_no_delegations(principal: dict[str, str]) -> None:
    role = _role(World(), trust(principal))
    assert every(role, Delegation) == []
    assert every(role, AccountIdentity) == []


def test_an_account_is_open_while_the_own_one_is_not_known() -> None:
    plain = the(_role(World(account=None), trust({"AWS": FOREIGN})), Delegation)
    assert unknown(plain.mfa)
    strict = the(_role(World(account=None), trust({"AWS": FOREIGN}, condition=MFA)), Delegation)
    assert value(strict.mfa) is MfaDemand.REQUIRED


def test_a_trust_policy_that_is_not_known() -> None:
    world = World()
    late = world.add("aws_iam_role.l", {"name": "l"}, unknown={"assume_role_policy": True})
    assert unknown(the(late, Delegation).mfa)
    assert unknown(the(late, Delegation).principal)
    broken = world.add("aws_iam_role.b", {"name": "b", "assume_role_policy": "{"})
    assert unknown(the(broken, Delegation).principal)


def test_a_provider_that_is_only_being_made_still_signs_its_users_in() -> None:
    world = World()
    document = world.add(
        "data.aws_iam_policy_document.d",
        {
            "statement": [
                {
                    "effect": "Allow",
                    "actions": ["sts:AssumeRoleWithSAML"],
                    "principals": [{"type": "Federated", "identifiers": []}],
                }
            ]
        },
        unknown={"json": True, "statement": [{"principals": [{"identifiers": True}]}]},
    )
    object.__setattr__(document, "type", "data.aws_iam_policy_document")
    role = world.add(
        "aws_iam_role.r",
        {"name": "r"},
        unknown={"assume_role_policy": True},
        refs={"assume_role_policy": document},
    )
    found = the(role, Delegation)
    assert unknown(found.principal)
    assert value(found.mfa) is MfaDemand.AT_IDENTITY_PROVIDER


def test_every_way_to_give_a_role_rights() -> None:
    assume = trust({"AWS": FOREIGN})
    everything = policy(allow())
    inline = _role(World(), assume, inline_policy=[{"name": "i", "policy": everything}])
    assert value(the(inline, Delegation).administrative) is True
    listed = _role(World(), assume, managed_policy_arns=[ADMIN])
    assert value(the(listed, Delegation).administrative) is True
    world = World()
    role = _role(world, assume)
    world.add("aws_iam_role_policy.p", {"role": "r", "policy": everything})
    assert value(the(role, Delegation).administrative) is True
    world = World()
    role = _role(world, assume)
    own = world.add("aws_iam_policy.own", {"policy": everything}, unknown={"arn": True})
    world.add("aws_iam_role_policy_attachment.a", {"role": "r"}, unknown={"policy_arn": True}, refs={"policy_arn": own})
    assert value(the(role, Delegation).administrative) is True
    world = World()
    role = _role(world, assume)
    world.add("aws_iam_policy_attachment.a", {"policy_arn": ADMIN}, refs={"roles": role})
    assert value(the(role, Delegation).administrative) is True
    world = World()
    role = _role(world, assume)
    world.add("aws_iam_role_policy_attachments_exclusive.a", {"role_name": "r", "policy_arns": [READ, ADMIN]})
    assert value(the(role, Delegation).administrative) is True


def test_rights_that_are_not_administrative() -> None:
    world = World()
    role = _role(world, trust({"AWS": FOREIGN}))
    world.add("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": READ})
    world.add("aws_iam_role_policy.p", {"role": "r", "policy": policy(allow("s3:GetObject"))})
    assert value(the(role, Delegation).administrative) is False


def test_rights_that_are_not_known() -> None:
    assume = trust({"AWS": FOREIGN})
    world = World()
    role = _role(world, assume)
    world.add("aws_iam_role_policy_attachment.a", {"role": "r"}, unknown={"policy_arn": True})
    assert unknown(the(role, Delegation).administrative)
    world = World()
    role = _role(world, assume)
    world.add("aws_iam_role_policy_attachment.a", {"policy_arn": ADMIN}, unknown={"role": True})
    assert unknown(the(role, Delegation).administrative)
    world = World()
    role = _role(world, assume)
    arn = "arn:aws:iam::111122223333:policy/elsewhere"
    world.add("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": arn})
    assert unknown(the(role, Delegation).administrative)
    world.add("aws_iam_role_policy_attachment.b", {"role": "r", "policy_arn": ADMIN})
    assert value(the(role, Delegation).administrative) is True


def test_a_role_that_exists_lists_its_policies_itself() -> None:
    assume = {"name": "r", "assume_role_policy": trust({"AWS": FOREIGN})}
    silent = World().add("aws_iam_role.r", assume, action=Action.NO_OP)
    assert unknown(the(silent, Delegation).administrative)
    told = World().add(
        "aws_iam_role.r", {**assume, "managed_policy_arns": [READ], "inline_policy": []}, action=Action.NO_OP
    )
    assert value(the(told, Delegation).administrative) is False


def test_a_boundary_takes_rights_back() -> None:
    world = World()
    role = _role(world, trust({"AWS": FOREIGN}), managed_policy_arns=[ADMIN], permissions_boundary=READ)
    assert value(the(role, Delegation).administrative) is False
    wide = _role(World(), trust({"AWS": FOREIGN}), managed_policy_arns=[ADMIN], permissions_boundary=ADMIN)
    assert value(the(wide, Delegation).administrative) is True
    open_ = _role(
        World(), trust({"AWS": FOREIGN}), managed_policy_arns=[ADMIN], permissions_boundary="arn:aws:iam::1:policy/x"
    )
    assert unknown(the(open_, Delegation).administrative)


def _user(world: World, action: Action = Action.CREATE, **values: Any) -> Record:
    return world.add("aws_iam_user.u", {"name": "u", **values}, action=action)


def test_a_new_user_starts_with_nothing() -> None:
    found = the(_user(World()), Identity)
    assert value(found.administrative) is False
    assert value(found.long_lived_key) is False
    assert value(found.person) is True
    assert value(found.mfa) is MfaDemand.NOT_REQUIRED


def test_a_user_that_exists_may_have_more() -> None:
    found = the(_user(World(), Action.NO_OP), Identity)
    assert unknown(found.administrative)
    assert unknown(found.long_lived_key)
    assert unknown(found.person)
    assert unknown(found.mfa)
    world = World()
    user = _user(world, Action.NO_OP)
    world.add("aws_iam_user_policy_attachment.a", {"user": "u", "policy_arn": ADMIN})
    world.add("aws_iam_user_policy.m", {"user": "u", "policy": policy(DENY_WITHOUT_MFA)})
    assert value(the(user, Identity).administrative) is True
    assert value(the(user, Identity).mfa) is MfaDemand.REQUIRED


def test_a_complete_inventory_shows_all_that_a_user_has() -> None:
    found = the(_user(World(complete=True), Action.EXISTS), Identity)
    assert value(found.administrative) is False
    assert value(found.long_lived_key) is False


def test_attributes_that_the_provider_fills_in_add_nothing_to_a_new_role() -> None:
    role = World().add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust({"AWS": FOREIGN})},
        unset=("managed_policy_arns", "inline_policy"),
    )
    assert value(the(role, Delegation).administrative) is False
    open_ = World().add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust({"AWS": FOREIGN})},
        unknown={"managed_policy_arns": True},
    )
    assert unknown(the(open_, Delegation).administrative)


@pytest.mark.parametrize("denied", [True, False])
def test_an_administrator_with_and_without_a_second_factor(denied: bool) -> None:
    world = World()
    user = _user(world)
    world.add("aws_iam_user_login_profile.l", {"user": "u"})
    world.add("aws_iam_user_policy_attachment.a", {"user": "u", "policy_arn": ADMIN})
    if denied:
        world.add("aws_iam_user_policy.m", {"user": "u", "policy": policy(DENY_WITHOUT_MFA)})
    found = the(user, Identity)
    assert value(found.administrative) is True
    assert value(found.person) is True
    assert value(found.mfa) is (MfaDemand.REQUIRED if denied else MfaDemand.NOT_REQUIRED)


def test_a_managed_policy_under_a_denial_without_mfa() -> None:
    world = World()
    user = _user(world)
    world.add("aws_iam_user_policy_attachment.a", {"user": "u", "policy_arn": READ})
    assert value(the(user, Identity).mfa) is MfaDemand.NOT_REQUIRED
    world.add("aws_iam_user_policy.m", {"user": "u", "policy": policy(DENY_WITHOUT_MFA)})
    assert value(the(user, Identity).mfa) is MfaDemand.REQUIRED


@pytest.mark.parametrize("by_group", [True, False])
def test_rights_by_groups(by_group: bool) -> None:
    world = World()
    user = _user(world)
    group = world.add("aws_iam_group.g", {"name": "g"})
    world.add("aws_iam_group_policy_attachment.a", {"group": "g", "policy_arn": ADMIN})
    if by_group:
        world.add("aws_iam_group_membership.m", {"name": "m", "group": "g"}, refs={"users": user, "group": group})
    else:
        world.add("aws_iam_user_group_membership.m", {"groups": ["g"]}, refs={"user": user, "groups.0": group})
    assert value(the(user, Identity).administrative) is True


def test_groups_that_the_input_does_not_show() -> None:
    world = World()
    user = _user(world)
    world.add("aws_iam_user_group_membership.m", {"groups": ["elsewhere"]}, refs={"user": user, "groups.0": None})
    assert unknown(the(user, Identity).administrative)
    world = World()
    user = _user(world)
    group = world.add("aws_iam_group.g", {"name": "g"}, action=Action.NO_OP)
    world.add("aws_iam_user_group_membership.m", {"groups": ["g"]}, refs={"user": user, "groups.0": group})
    assert unknown(the(user, Identity).administrative)


def test_keys_and_passwords_of_a_user() -> None:
    world = World()
    user = _user(world)
    key = world.add("aws_iam_access_key.k", {"user": "u", "status": "Inactive"})
    assert value(the(user, Identity).long_lived_key) is False
    world.add("aws_iam_access_key.l", {"user": "u"})
    assert value(the(user, Identity).long_lived_key) is True
    assert value(the(user, Identity).person) is False
    assert the(key, AccountIdentity).what == "access-key"
    world.add("aws_iam_user_login_profile.p", {}, unknown={"user": True})
    assert unknown(the(user, Identity).person)


def test_a_user_must_go_in_the_end() -> None:
    user = _user(World())
    assert the(user, AccountIdentity).what == "iam-user"
    assert [value(o.present) for o in the(user, Retirement).obstacles] == [True]
    forced = _user(World(), force_destroy=True)
    assert [value(o.present) for o in the(forced, Retirement).obstacles] == [False]


def test_root_users_are_never_guessed_to_be_protected() -> None:
    world = World()
    for name, features in (("on", ["RootCredentialsManagement"]), ("off", ["RootSessions"])):
        record = world.add(f"aws_iam_organizations_features.{name}", {"enabled_features": features})
        assert unknown(the(record, RootUser).protected)


def test_other_credentials() -> None:
    world = World()
    assert the(world.add("aws_iam_saml_provider.s", {}), AccountIdentity).what == "saml-provider"
    assert the(world.add("aws_iam_server_certificate.c", {}), Residue).what == "server-certificate"
    assert keyed(world.add("aws_iam_openid_connect_provider.o", {}), AccountIdentity, "").what == "oidc-provider"


def test_whom_a_sensitive_policy_names_is_not_shown() -> None:
    role = World().add(
        "aws_iam_role.r",
        {"name": "r", "assume_role_policy": trust({"AWS": FOREIGN})},
        sensitive={"assume_role_policy": True},
    )
    found = the(role, Delegation)
    assert found.key == "0"
    assert isinstance(found.principal, Known)
    assert found.principal.sensitive
    assert value(found.mfa) is MfaDemand.NOT_REQUIRED
