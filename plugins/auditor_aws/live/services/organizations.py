"""The organization: its accounts, the policies that bind them, and who administers services in its place.

Only the management account and delegated administrators are told more than which organization an account is in.

Sources: AWS Organizations API Reference (DescribeOrganization, ListRoots, ListAccounts, ListPolicies, DescribePolicy,
ListTargetsForPolicy, ListDelegatedAdministrators, ListDelegatedServicesForAccount); AWS Organizations User Guide,
"Service control policies" (they do not bind the management account; they are inherited from roots and units above);
AWS provider documentation, pages ``aws_organizations_*``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from auditor.attr import Reason
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags

_NO_ORGANIZATION: Final = ("AWSOrganizationsNotInUseException",)
_POLICIES: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_TOLD_TO_FEW: Final = (
    "aws_organizations_policy",
    "aws_organizations_policy_attachment",
    "aws_organizations_account",
    "aws_organizations_delegated_administrator",
)
_ABOVE: Final = "aws_organizations_policies_above"
"""What binds a member of an organization and is not told to it; no type of the provider."""
_BINDING: Final = frozenset(("residency", "change"))
_ENDED: Final = frozenset(("PENDING_CLOSURE", "CLOSED"))
"""States of accounts that somebody has closed (Organizations API Reference, Account)."""
_SUSPENDED: Final = "SUSPENDED"


def organization(answers: Answers) -> Iterator[Shape]:
    """The organization that the account is in, and what it does not tell this account."""
    described = answers.of("DescribeOrganization")
    if described.absent:
        return
    said = described.data.get("Organization", {})
    roots = answers.of("ListRoots")
    if described.refusal is None:
        shape = Shape("aws_organizations_organization", answers, said["Arn"], "DescribeOrganization")
        shape.values.update(
            arn=said["Arn"],
            id=said["Id"],
            feature_set=said.get("FeatureSet"),
            master_account_id=said.get("MasterAccountId"),
            tags={},
        )
        if roots.refusal is None:
            shape.shared = said["Id"]
        # every account of it shows it
        shape.account = said.get("MasterAccountId", answers.account)
        shape.mirrored = said.get("MasterAccountId") != answers.account
        yield shape
        if shape.mirrored and roots.refusal is not None and roots.refusal.reason is Reason.DENIED:
            # a member is never told more, whatever it may do; of all that, policies alone bind it
            above = Shape.unlisted(_ABOVE, answers, roots.refusal, said["Id"])
            above.shared, above.subjects = said["Id"], _BINDING
            yield above
            return
    refusals = [(type_, refusal) for type_ in _TOLD_TO_FEW if (refusal := _refusal(answers, type_)) is not None]
    for type_, refusal in refusals:
        unlisted = Shape.unlisted(type_, answers, refusal, said.get("Id") or answers.account)
        unlisted.shared = said.get("Id", "")
        yield unlisted


def _refusal(answers: Answers, type_: str) -> Refusal | None:
    """Why the records of a type could not be listed, or not all of them."""
    operations = {
        "aws_organizations_policy": ("ListRoots", "ListPolicies"),
        "aws_organizations_policy_attachment": ("ListRoots", "ListPolicies", "ListTargetsForPolicy"),
        "aws_organizations_account": ("ListRoots", "ListAccounts"),
        "aws_organizations_delegated_administrator": (
            "ListRoots",
            "ListDelegatedAdministrators",
            "ListDelegatedServicesForAccount",
        ),
    }[type_]
    return next((refusal for one in operations for refusal in answers.refusals(one).values()), None)


def accounts(answers: Answers) -> Iterator[Shape]:
    """Accounts with their state; each is a resource of its own account."""
    for listed in answers.items("ListAccounts", "Accounts"):
        shape = Shape("aws_organizations_account", answers, listed["Arn"], "ListAccounts", names=(listed["Id"],))
        shape.account = listed["Id"]
        # State has taken the place of Status (Organizations API Reference, Account)
        state = listed.get("State") or listed.get("Status")
        shape.values.update(arn=listed["Arn"], id=listed["Id"], name=listed.get("Name"), state=state, status=state)
        if state != _SUSPENDED or "State" in listed:
            shape["close_on_deletion"] = state in _ENDED
        yield shape


def policies(answers: Answers) -> Iterator[Shape]:
    """Policies, and which accounts each of them binds through the roots, units and accounts it is attached to."""
    said = answers.of("DescribeOrganization").data.get("Organization", {})
    for _, answer in answers.all("ListPolicies"):
        for listed in answer.items("Policies"):
            # what AWS gives to every organization allows everything
            type_ = "data.aws_organizations_policy" if listed.get("AwsManaged") else "aws_organizations_policy"
            shape = Shape(type_, answers, listed["Arn"], "ListPolicies", names=(listed["Id"],))
            shape.values.update(
                arn=listed["Arn"],
                id=listed["Id"],
                name=listed.get("Name"),
                type=listed.get("Type"),
                # only what Terraform does: whether it leaves the policy
                skip_destroy=False,
            )
            described = answers.of("DescribePolicy", listed["Id"])
            shape.take("content", described, lambda data: data["Policy"].get("Content"))
            shape.take("tags", answers.of("ListTagsForResource", listed["Id"]), lambda data: tags(data.get("Tags")))
            targets = answers.of("ListTargetsForPolicy", listed["Id"])
            if targets.refusal is not None:
                shape.refuse(targets.refusal, "bound_accounts")
            else:
                _bind(shape, answers, targets.items("Targets"), said.get("MasterAccountId"))
            shape.calls["bound_accounts"] = targets.call
            yield shape
            for target in targets.items("Targets"):
                address = f"{listed['Arn']} {target['TargetId']}"
                part = Shape("aws_organizations_policy_attachment", answers, address, "ListTargetsForPolicy")
                part.values.update(policy_id=listed["Id"], target_id=target["TargetId"])
                yield part


def _bind(shape: Shape, answers: Answers, targets: Iterable[Mapping[str, Any]], management: str | None) -> None:
    """The accounts below the targets; the management account is never bound."""
    whole = answers.of("ListAccounts", next(iter(_roots(answers)), ""))
    if whole.refusal is not None:
        shape.refuse(whole.refusal, "bound_accounts")
        return
    aimed = {target["TargetId"] for target in targets}
    units = any(target.get("Type") == "ORGANIZATIONAL_UNIT" for target in targets)
    roots = set(_roots(answers))
    bound: list[str] = []
    for account in whole.items("Accounts"):
        above = {part for path in account.get("Paths") or () for part in path.split("/")}
        if account["Id"] == management:
            continue
        if aimed & (above | roots | {account["Id"]}):
            bound.append(account["Id"])
        elif units and not above:
            # whether the unit is above it is not told
            shape.refuse(Refusal(whole.call, Reason.NOT_COLLECTED), "bound_accounts")
            return
    shape["bound_accounts"] = bound


def _roots(answers: Answers) -> Iterator[str]:
    return (root["Id"] for root in answers.items("ListRoots", "Roots"))


def delegates(answers: Answers) -> Iterator[Shape]:
    """Accounts that administer a service for the whole organization, one for each service."""
    for listed in answers.items("ListDelegatedAdministrators", "DelegatedAdministrators"):
        if (listed.get("State") or listed.get("Status")) in ("CLOSED", _SUSPENDED):
            # nobody can do anything in it
            continue
        for service in answers.of("ListDelegatedServicesForAccount", listed["Id"]).items("DelegatedServices"):
            principal = service["ServicePrincipal"]
            address = f"{listed['Arn']} {principal}"
            shape = Shape(
                "aws_organizations_delegated_administrator", answers, address, "ListDelegatedServicesForAccount"
            )
            shape.values.update(account_id=listed["Id"], service_principal=principal, arn=listed["Arn"], tags={})
            yield shape


def _without_addresses(data: Any) -> None:
    """Mail addresses of the owners of accounts are of no use here."""
    for name in ("Accounts", "DelegatedAdministrators"):
        for account in data.get(name) or ():
            account.pop("Email", None)
    if "Organization" in data:
        data["Organization"].pop("MasterAccountEmail", None)


_ENABLED: Final = "Roots[].PolicyTypes[?Status=='ENABLED'].Type[] | [?{}]".format(
    " || ".join(f"@=='{type_}'" for type_ in _POLICIES)
)


_DELEGATION: Final = frozenset(("mfa", "privileged", "access", "identity", "residency", "inventory"))


SERVICES: Final = (
    Service(
        name="organizations",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="DescribeOrganization",
                yields=("aws_organizations_organization",),
                absent=_NO_ORGANIZATION,
                redact=_without_addresses,
            ),
            Call(operation="ListRoots", absent=_NO_ORGANIZATION),
            # asked of the root, so that accounts to which the organization tells nothing are not asked further
            Call(
                operation="ListAccounts",
                yields=("aws_organizations_account",),
                each="ListRoots",
                over="Roots[]",
                key="Id",
                redact=_without_addresses,
            ),
            Call(
                operation="ListDelegatedAdministrators",
                yields=("aws_organizations_delegated_administrator",),
                each="ListRoots",
                over="Roots[]",
                key="Id",
                redact=_without_addresses,
                subjects=_DELEGATION,
            ),
            Call(
                operation="ListDelegatedServicesForAccount",
                each="ListDelegatedAdministrators",
                over="DelegatedAdministrators[].Id",
                parameters={"AccountId": "@"},
                subjects=_DELEGATION,
            ),
            Call(
                operation="ListPolicies",
                yields=("aws_organizations_policy",),
                each="ListRoots",
                over=_ENABLED,
                parameters={"Filter": "@"},
                subjects=frozenset(("residency", "change", "inventory", "teardown")),
            ),
            Call(
                operation="DescribePolicy",
                each="ListPolicies",
                over="Policies[?!AwsManaged].Id",
                parameters={"PolicyId": "@"},
                subjects=frozenset(("residency",)),
            ),
            Call(
                operation="ListTargetsForPolicy",
                yields=("aws_organizations_policy_attachment",),
                each="ListPolicies",
                over="Policies[?!AwsManaged].Id",
                parameters={"PolicyId": "@"},
                subjects=frozenset(("residency", "change")),
            ),
            Call(
                operation="ListTagsForResource",
                each="ListPolicies",
                over="Policies[?!AwsManaged].Id",
                parameters={"ResourceId": "@"},
            ),
        ),
        shapers=(organization, accounts, policies, delegates),
        subjects=frozenset(("residency", "mfa", "privileged", "teardown", "inventory", "change", "identity")),
    ),
)
