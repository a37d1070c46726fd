"""IAM Identity Center: permission sets, who gets them in which account, and the directory.

Neither API tells devices or settings of a second factor, nor what an identity provider outside demands: that is for
material to show.

Sources: IAM Identity Center API Reference (ListInstances, ListPermissionSets, DescribePermissionSet,
GetInlinePolicyForPermissionSet, ListManagedPoliciesInPermissionSet, ListCustomerManagedPolicyReferencesInPermissionSet,
GetPermissionsBoundaryForPermissionSet, ListAccountsForProvisionedPermissionSet, ListAccountAssignments); Identity Store
API Reference (ListUsers, ListGroups); AWS provider documentation, pages ``aws_ssoadmin_*``, ``aws_identitystore_*``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.attr import Reason
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_SETS: Final = (
    "aws_ssoadmin_permission_set",
    "aws_ssoadmin_managed_policy_attachment",
    "aws_ssoadmin_managed_policy_attachments_exclusive",
    "aws_ssoadmin_permission_set_inline_policy",
    "aws_ssoadmin_customer_managed_policy_attachment",
    "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
    "aws_ssoadmin_permissions_boundary_attachment",
)
_ASSIGNMENT: Final = "aws_ssoadmin_account_assignment"
_PERSON: Final = "aws_identitystore_user"


def _instances(answers: Answers) -> Iterator[Mapping[str, Any]]:
    """Instances of this region; what it only repeats of another region's is shown there."""
    for listed in answers.items("ListInstances", "Instances"):
        if listed.get("PrimaryRegion") in (None, answers.region):
            yield listed


def instances(answers: Answers) -> Iterator[Shape]:
    """Instances, and what they do not tell this account: only their owner and its delegates are told more."""
    for listed in _instances(answers):
        arn = listed["InstanceArn"]
        told = answers.of("ListPermissionSets", arn)
        shape = Shape("data.aws_ssoadmin_instances", answers, arn, "ListInstances", names=(listed["IdentityStoreId"],))
        shape["arns"] = [arn]
        shape["identity_store_ids"] = [listed["IdentityStoreId"]]
        if told.refusal is None:
            shape.shared = arn
        yield shape
        if told.refusal is not None and told.refusal.reason is Reason.DENIED and _of_another(listed, answers):
            # what it gives to this account are the roles that it has made in it
            continue
        for type_, refusal in _refusals(answers, arn, listed["IdentityStoreId"]):
            unlisted = Shape.unlisted(type_, answers, refusal, arn)
            unlisted.shared = arn if told.refusal is not None else ""
            yield unlisted


def _of_another(instance: Mapping[str, Any], answers: Answers) -> bool:
    return instance.get("OwnerAccountId") not in (None, answers.account)


def _refusals(answers: Answers, instance: str, store: str) -> Iterator[tuple[str, Refusal]]:
    sets = answers.of("ListPermissionSets", instance).refusal
    if sets is not None:
        yield from ((type_, sets) for type_ in (*_SETS, _ASSIGNMENT))
    for operation in ("ListAccountsForProvisionedPermissionSet", "ListAccountAssignments"):
        for refusal in answers.refusals(operation).values():
            yield _ASSIGNMENT, refusal
            break
    users = answers.of("ListUsers", store).refusal
    if users is not None:
        yield _PERSON, users


def _sets(answers: Answers) -> Iterator[str]:
    for listed in _instances(answers):
        yield from answers.of("ListPermissionSets", listed["InstanceArn"]).items("PermissionSets")


def permission_sets(answers: Answers) -> Iterator[Shape]:
    """Permission sets with the policies they are made of."""
    for arn in _sets(answers):
        shape = Shape("aws_ssoadmin_permission_set", answers, arn, "ListPermissionSets")
        shape["arn"] = arn
        described = answers.of("DescribePermissionSet", arn)
        shape.take("name", described, lambda data: data["PermissionSet"].get("Name"))
        shape.take("session_duration", described, lambda data: data["PermissionSet"].get("SessionDuration"))
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
        yield shape
        yield from _policies(answers, arn)


def _policies(answers: Answers, arn: str) -> Iterator[Shape]:
    def part(type_: str, operation: str, address: str, **values: Any) -> Shape:
        return Shape(type_, answers, address, operation, values={"permission_set_arn": arn, **values})

    managed = answers.of("ListManagedPoliciesInPermissionSet", arn)
    for one in managed.items("AttachedManagedPolicies"):
        type_ = "aws_ssoadmin_managed_policy_attachment"
        yield part(type_, "ListManagedPoliciesInPermissionSet", f"{arn} {one['Arn']}", managed_policy_arn=one["Arn"])
    operation = "ListCustomerManagedPolicyReferencesInPermissionSet"
    own = answers.of(operation, arn)
    for one in own.items("CustomerManagedPolicyReferences"):
        reference = [{"name": one["Name"], "path": one.get("Path")}]
        yield part(
            "aws_ssoadmin_customer_managed_policy_attachment",
            operation,
            f"{arn} {one['Name']}",
            customer_managed_policy_reference=reference,
        )
    inline = answers.of("GetInlinePolicyForPermissionSet", arn)
    if inline.refusal is not None or inline.data.get("InlinePolicy"):
        shape = part(
            "aws_ssoadmin_permission_set_inline_policy", "GetInlinePolicyForPermissionSet", f"{arn} inline-policy"
        )
        shape.take("inline_policy", inline, lambda data: data.get("InlinePolicy"))
        yield shape
    boundary = answers.of("GetPermissionsBoundaryForPermissionSet", arn)
    if boundary.refusal is not None or boundary.data.get("PermissionsBoundary"):
        shape = part(
            "aws_ssoadmin_permissions_boundary_attachment",
            "GetPermissionsBoundaryForPermissionSet",
            f"{arn} permissions-boundary",
        )
        shape.take("permissions_boundary", boundary, _boundary)
        yield shape
    for type_, answer in (
        ("aws_ssoadmin_managed_policy_attachment", managed),
        ("aws_ssoadmin_customer_managed_policy_attachment", own),
    ):
        if answer.refusal is not None:
            # it certainly is of this permission set; which policy it attaches is not known
            open_ = part(type_, "ListPermissionSets", f"{arn} {type_}")
            open_.refuse(answer.refusal, "managed_policy_arn", "customer_managed_policy_reference")
            yield open_


def _boundary(data: Any) -> list[dict[str, Any]]:
    said = data["PermissionsBoundary"]
    own = said.get("CustomerManagedPolicyReference")
    return [
        {
            "managed_policy_arn": said.get("ManagedPolicyArn"),
            "customer_managed_policy_reference": block(own and {"name": own["Name"], "path": own.get("Path")}),
        }
    ]


def assignments(answers: Answers) -> Iterator[Shape]:
    """Who gets which permission set in which account; each is a resource of that account."""
    names = _names(answers)
    for listed in answers.items("ListAccountAssignments", "AccountAssignments"):
        principal, account = listed["PrincipalId"], listed["AccountId"]
        address = f"{listed['PermissionSetArn']} {account} {principal}"
        shape = Shape(_ASSIGNMENT, answers, address, "ListAccountAssignments")
        shape.account = account
        shape.values.update(
            permission_set_arn=listed["PermissionSetArn"],
            principal_id=principal,
            principal_type=listed["PrincipalType"],
            principal_name=names.get((listed["PrincipalType"], principal)),
            target_id=account,
            arn=None,
            tags={},
        )
        yield shape


def _names(answers: Answers) -> dict[tuple[str, str], str]:
    """What users and groups are called, as far as the directory tells."""
    found = {("USER", one["UserId"]): one.get("UserName", "") for one in answers.items("ListUsers", "Users")}
    found |= {("GROUP", one["GroupId"]): one.get("DisplayName", "") for one in answers.items("ListGroups", "Groups")}
    return {key: name for key, name in found.items() if name}


def users(answers: Answers) -> Iterator[Shape]:
    """Users of the directory."""
    for listed in answers.items("ListUsers", "Users"):
        address = listed.get("UserArn") or f"{listed['IdentityStoreId']}/user/{listed['UserId']}"
        shape = Shape(_PERSON, answers, address, "ListUsers", names=(listed["UserId"],))
        shape.values.update(
            user_id=listed["UserId"], user_name=listed.get("UserName"), arn=listed.get("UserArn"), tags={}
        )
        yield shape


def _bare(name: str, *kept: str) -> Any:
    """What is not needed of persons is not kept: names, addresses, telephone numbers."""

    def redact(data: Any) -> None:
        data[name] = [{member: one[member] for member in kept if member in one} for one in data.get(name) or ()]

    return redact


_OF_SET: Final = {"InstanceArn": "^InstanceArn", "PermissionSetArn": "@"}


def _of_set(operation: str, *, yields: tuple[str, ...] = (), absent: tuple[str, ...] = ()) -> Call:
    return Call(
        operation=operation,
        yields=yields,
        each="ListPermissionSets",
        over="PermissionSets[]",
        parameters=_OF_SET,
        key="@",
        absent=absent,
    )


SERVICES: Final = (
    Service(
        name="sso-admin",
        prefix="sso",
        calls=(
            Call(operation="ListInstances", yields=(*_SETS, _ASSIGNMENT, _PERSON, "data.aws_ssoadmin_instances")),
            Call(
                operation="ListPermissionSets",
                each="ListInstances",
                over="Instances[]",
                parameters={"InstanceArn": "InstanceArn"},
            ),
            _of_set("DescribePermissionSet"),
            _of_set("GetInlinePolicyForPermissionSet"),
            _of_set("ListManagedPoliciesInPermissionSet"),
            _of_set("ListCustomerManagedPolicyReferencesInPermissionSet"),
            _of_set("GetPermissionsBoundaryForPermissionSet", absent=("ResourceNotFoundException",)),
            Call(
                operation="ListTagsForResource",
                each="ListPermissionSets",
                over="PermissionSets[]",
                parameters={"InstanceArn": "^InstanceArn", "ResourceArn": "@"},
                key="@",
            ),
            _of_set("ListAccountsForProvisionedPermissionSet"),
            Call(
                operation="ListAccountAssignments",
                each="ListAccountsForProvisionedPermissionSet",
                over="AccountIds[]",
                parameters={
                    "InstanceArn": "^InstanceArn",
                    "PermissionSetArn": "^PermissionSetArn",
                    "AccountId": "@",
                },
                key="^PermissionSetArn / @",
            ),
            Call(
                operation="ListUsers",
                client="identitystore",
                action="identitystore:ListUsers",
                each="ListInstances",
                over="Instances[].IdentityStoreId",
                parameters={"IdentityStoreId": "@"},
                redact=_bare("Users", "IdentityStoreId", "UserId", "UserArn", "UserName", "UserStatus"),
            ),
            Call(
                operation="ListGroups",
                client="identitystore",
                action="identitystore:ListGroups",
                each="ListInstances",
                over="Instances[].IdentityStoreId",
                parameters={"IdentityStoreId": "@"},
                redact=_bare("Groups", "IdentityStoreId", "GroupId", "GroupArn", "DisplayName"),
            ),
        ),
        shapers=(instances, permission_sets, assignments, users),
        subjects=frozenset(("access", "identity", "mfa", "privileged", "teardown", "residency", "inventory")),
    ),
)
