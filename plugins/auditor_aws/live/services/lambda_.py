"""Functions, their addresses and who may call them, and layers.

Sources: AWS Lambda API Reference (ListFunctions, ListTags, ListFunctionUrlConfigs, GetPolicy,
GetRuntimeManagementConfig, ListLayers, ListLayerVersions, GetLayerVersionPolicy); AWS provider documentation, pages
``aws_lambda_function``, ``aws_lambda_function_url``, ``aws_lambda_permission``, ``aws_lambda_runtime_management_config``,
``aws_lambda_layer_version``, ``aws_lambda_layer_version_permission``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.attr import Reason
from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, statements


def _keep_no_values(data: Any) -> None:
    """Environment variables and commands may hold credentials."""
    for function in data.get("Functions") or ():
        environment = function.get("Environment") or {}
        variables = environment.get("Variables") or {}
        environment.update({"Variables": {name: stand_in(name, value) for name, value in variables.items()}})
        (environment.get("Error") or {}).pop("Message", None)
        if variables or "Error" in environment:
            function["Environment"] = environment
        function.pop("ImageConfigResponse", None)


def functions(answers: Answers) -> Iterator[Shape]:
    """Functions with what belongs to each."""
    for given in answers.items("ListFunctions", "Functions"):
        arn, name = given["FunctionArn"], given["FunctionName"]
        shape = Shape("aws_lambda_function", answers, arn, "ListFunctions", names=(name,))
        shape.values.update(
            arn=arn,
            function_name=name,
            kms_key_arn=given.get("KMSKeyArn"),
            package_type=given.get("PackageType"),
            # images bring a runtime of their own
            runtime=given.get("Runtime"),
            # versions are removed with the function, unless Terraform is told to leave them
            skip_destroy=False,
            vpc_config=_network(given.get("VpcConfig") or {}),
        )
        environment = given.get("Environment") or {}
        if "Error" in environment:
            code = str(environment["Error"].get("ErrorCode", ""))
            shape.refuse(Refusal("kms:Decrypt", Reason.DENIED, code), "environment")
        else:
            shape["environment"] = block({"variables": environment["Variables"]} if environment else None)
        shape.take("tags", answers.of("ListTags", arn), lambda data: dict(data.get("Tags") or {}))
        yield shape
        yield from _addresses(answers, arn)
        yield from _callers(answers, arn)
        if given.get("PackageType") != "Image":
            updates = Shape(
                "aws_lambda_runtime_management_config",
                answers,
                f"{arn} GetRuntimeManagementConfig",
                "GetRuntimeManagementConfig",
            )
            updates["function_name"] = arn
            said = answers.of("GetRuntimeManagementConfig", arn)
            updates.take("update_runtime_on", said, lambda data: data.get("UpdateRuntimeOn"))
            yield updates


def _network(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    subnets = given.get("SubnetIds") or []
    return block(
        {"subnet_ids": subnets, "security_group_ids": given.get("SecurityGroupIds") or []} if subnets else None
    )


def _addresses(answers: Answers, arn: str) -> Iterator[Shape]:
    said = answers.of("ListFunctionUrlConfigs", arn)
    if said.refusal is not None:
        yield Shape.unlisted("aws_lambda_function_url", answers, said.refusal, arn)
    for given in said.items("FunctionUrlConfigs"):
        shape = Shape(
            "aws_lambda_function_url",
            answers,
            f"{given['FunctionArn']} FunctionUrl",
            "ListFunctionUrlConfigs",
            names=(given.get("FunctionUrl"),),
        )
        shape.values.update(
            function_name=arn, function_url=given.get("FunctionUrl"), authorization_type=given.get("AuthType")
        )
        yield shape


_CONDITIONS: Final = {
    "aws:sourcearn": "source_arn",
    "aws:sourceaccount": "source_account",
    "aws:principalorgid": "principal_org_id",
    "lambda:functionurlauthtype": "function_url_auth_type",
    "lambda:invokedviafunctionurl": "invoked_via_function_url",
}
"""Keys of conditions, with the arguments of ``aws_lambda_permission`` that set them."""
_TIES: Final = frozenset(("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"))
"""Operators by which a condition holds only where the key has the value."""


def _callers(answers: Answers, arn: str) -> Iterator[Shape]:
    """A permission for each statement of the policy of a function."""
    said = answers.of("GetPolicy", arn)
    if said.absent:
        return
    if said.refusal is not None:
        yield Shape.unlisted("aws_lambda_permission", answers, said.refusal, arn)
        return
    for index, statement in enumerate(statements(json.loads(said.data["Policy"]))):
        if statement.get("Effect") != "Allow":
            continue
        sid = statement.get("Sid") or index
        shape = Shape("aws_lambda_permission", answers, f"{arn} {sid}", "GetPolicy")
        shape.values.update(dict.fromkeys(_CONDITIONS.values()), function_name=arn, principal=_principal(statement))
        for operator, keys in (statement.get("Condition") or {}).items():
            for key, value in keys.items():
                name = _CONDITIONS.get(key.lower()) if operator in _TIES else None
                if name is None:
                    # a condition of another kind may tie the permission to somebody: nothing is known of it
                    if shape.values.get("source_arn") is None:
                        shape.values.pop("source_arn", None)
                elif name == "invoked_via_function_url":
                    shape.values[name] = str(value).lower() == "true"
                elif value not in ("*", ["*"]):
                    shape.values[name] = value if isinstance(value, str) else json.dumps(value)
        yield shape


def _principal(statement: Mapping[str, Any]) -> str:
    """One principal; of several the widest."""
    given = statement.get("Principal")
    if isinstance(given, Mapping):
        found = [one for value in given.values() for one in ([value] if isinstance(value, str) else value)]
        return "*" if "*" in found else next(iter(found), "")
    return str(given or "*")


def layers(answers: Answers) -> Iterator[Shape]:
    """Versions of layers, which may be shared one by one."""
    for name, said in answers.all("ListLayerVersions"):
        if said.refusal is not None:
            yield Shape.unlisted("aws_lambda_layer_version", answers, said.refusal, name)
        for given in said.items("LayerVersions"):
            arn = given["LayerVersionArn"]
            shape = Shape("aws_lambda_layer_version", answers, arn, "ListLayerVersions")
            # a layer has no tags; versions stay only where Terraform is told to leave them
            shape.values.update(arn=arn, version=given.get("Version"), skip_destroy=False, tags={})
            yield shape
            policy = answers.of("GetLayerVersionPolicy", arn)
            if policy.refusal is not None:
                yield Shape.unlisted("aws_lambda_layer_version_permission", answers, policy.refusal, arn)
            elif not policy.absent:
                yield from _users(answers, arn, json.loads(policy.data["Policy"]))


def _users(answers: Answers, arn: str, policy: Any) -> Iterator[Shape]:
    for index, statement in enumerate(statements(policy)):
        shape = Shape(
            "aws_lambda_layer_version_permission",
            answers,
            f"{arn} {statement.get('Sid') or index}",
            "GetLayerVersionPolicy",
        )
        organisation = ((statement.get("Condition") or {}).get("StringEquals") or {}).get("aws:PrincipalOrgID")
        principal = _principal(statement)
        if principal.startswith("arn:") and principal.endswith(":root"):
            principal = principal.split(":")[4]
        shape.values.update(layer_name=arn, principal=principal, organization_id=organisation)
        yield shape


_SUBJECTS: Final = frozenset(
    (
        "access",
        "credential",
        "dos",
        "encryption",
        "environment",
        "inventory",
        "residency",
        "teardown",
        "vulnerability",
        "web",
    )
)
_FUNCTION: Final = {"FunctionName": "FunctionArn"}

SERVICES: Final = (
    Service(
        name="lambda",
        # control plane operations are limited to 15 a second (Lambda Developer Guide, "Lambda quotas")
        at_once=4,
        calls=(
            Call(operation="ListFunctions", yields=("aws_lambda_function",), redact=_keep_no_values),
            Call(
                operation="ListTags", each="ListFunctions", over="Functions[]", parameters={"Resource": "FunctionArn"}
            ),
            Call(
                operation="ListFunctionUrlConfigs",
                yields=("aws_lambda_function_url",),
                each="ListFunctions",
                over="Functions[]",
                parameters=_FUNCTION,
            ),
            Call(
                operation="GetPolicy",
                yields=("aws_lambda_permission",),
                each="ListFunctions",
                over="Functions[]",
                parameters=_FUNCTION,
                absent=("ResourceNotFoundException",),
            ),
            Call(
                operation="GetRuntimeManagementConfig",
                yields=("aws_lambda_runtime_management_config",),
                each="ListFunctions",
                over="Functions[?PackageType!='Image']",
                parameters=_FUNCTION,
            ),
            Call(operation="ListLayers", yields=("aws_lambda_layer_version",)),
            Call(
                operation="ListLayerVersions", each="ListLayers", over="Layers[]", parameters={"LayerName": "LayerArn"}
            ),
            Call(
                operation="GetLayerVersionPolicy",
                yields=("aws_lambda_layer_version_permission",),
                each="ListLayerVersions",
                over="LayerVersions[]",
                parameters={"LayerName": "^LayerName", "VersionNumber": "Version"},
                key="LayerVersionArn",
                absent=("ResourceNotFoundException",),
            ),
        ),
        shapers=(functions, layers),
        subjects=_SUBJECTS,
    ),
)
