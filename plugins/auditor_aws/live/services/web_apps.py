"""Applications that AWS hosts: GraphQL APIs, App Runner, Amplify.

Sources: AWS AppSync API Reference (ListGraphqlApis, ListApiKeys), AWS App Runner API Reference (ListServices,
DescribeService, ListTagsForResource), AWS Amplify API Reference (ListApps, ListBranches); AWS provider documentation,
pages ``aws_appsync_graphql_api``, ``aws_appsync_api_key``, ``aws_apprunner_service``, ``aws_amplify_app``,
``aws_amplify_branch``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags


def _stand_ins(variables: Mapping[str, str] | None) -> dict[str, str]:
    return {name: stand_in(name, value) for name, value in (variables or {}).items()}


def graphql(answers: Answers) -> Iterator[Shape]:
    """APIs of AppSync."""
    for given in answers.items("ListGraphqlApis", "graphqlApis"):
        arn = given["arn"]
        shape = Shape("aws_appsync_graphql_api", answers, arn, "ListGraphqlApis", names=(given["apiId"],))
        shape.values.update(
            arn=arn,
            name=given.get("name"),
            authentication_type=given.get("authenticationType"),
            additional_authentication_provider=[
                {"authentication_type": one.get("authenticationType")}
                for one in given.get("additionalAuthenticationProviders") or ()
            ],
            visibility=given.get("visibility"),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
        keys = answers.of("ListApiKeys", given["apiId"])
        if keys.refusal is not None:
            yield Shape.unlisted("aws_appsync_api_key", answers, keys.refusal, arn)
        for place, _ in enumerate(keys.items("apiKeys")):
            part = Shape("aws_appsync_api_key", answers, f"{arn} apikey {place + 1}", "ListApiKeys")
            part.values.update(api_id=given["apiId"], tags={})
            yield part


def _apis_alone(data: Any) -> None:
    """What asks for sign-in is set up with ids that are nobody's business."""
    for api in data.get("graphqlApis") or ():
        for name in ("userPoolConfig", "openIDConnectConfig", "lambdaAuthorizerConfig"):
            api.pop(name, None)
        api["additionalAuthenticationProviders"] = [
            {"authenticationType": one.get("authenticationType")}
            for one in api.get("additionalAuthenticationProviders") or ()
        ]


def _without_keys(data: Any) -> None:
    """The id of a key is the key itself."""
    data["apiKeys"] = [{"expires": key.get("expires")} for key in data.get("apiKeys") or ()]


def _keep_no_values(data: Any) -> None:
    service = data.get("Service") or {}
    source = service.get("SourceConfiguration") or {}
    image = (source.get("ImageRepository") or {}).get("ImageConfiguration") or {}
    code = ((source.get("CodeRepository") or {}).get("CodeConfiguration") or {}).get("CodeConfigurationValues") or {}
    for configuration in (image, code):
        for name in ("StartCommand", "BuildCommand"):
            configuration.pop(name, None)
        if "RuntimeEnvironmentVariables" in configuration:
            configuration["RuntimeEnvironmentVariables"] = _stand_ins(configuration["RuntimeEnvironmentVariables"])


_SERVICE: Final = ("source_configuration", "encryption_configuration", "network_configuration")


def app_runner(answers: Answers) -> Iterator[Shape]:
    """Applications of App Runner."""
    for listed in answers.items("ListServices", "ServiceSummaryList"):
        arn = listed["ServiceArn"]
        if listed.get("Status") == "DELETED":
            # those are listed for a while
            continue
        shape = Shape("aws_apprunner_service", answers, arn, "ListServices", names=(listed.get("ServiceName"),))
        shape["arn"] = arn
        said = answers.of("DescribeService", arn)
        if said.refusal is not None:
            shape.refuse(said.refusal, *_SERVICE)
        else:
            shape.values.update(_app_runner(said.data["Service"]))
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
        yield shape


def _app_runner(given: Mapping[str, Any]) -> dict[str, Any]:
    source = given.get("SourceConfiguration") or {}
    image = source.get("ImageRepository")
    configuration = (image or {}).get("ImageConfiguration") or {}
    if not image:
        code = (source.get("CodeRepository") or {}).get("CodeConfiguration") or {}
        configuration = code.get("CodeConfigurationValues") or {}
    ingress = (given.get("NetworkConfiguration") or {}).get("IngressConfiguration")
    encryption = given.get("EncryptionConfiguration")
    return {
        # variables of both kinds of source are read at one place
        "source_configuration": [
            {
                "image_repository": [
                    {
                        "image_configuration": [
                            {"runtime_environment_variables": configuration.get("RuntimeEnvironmentVariables") or {}}
                        ]
                    }
                ]
            }
        ],
        "encryption_configuration": block(encryption and {"kms_key": encryption.get("KmsKey")}),
        "network_configuration": [
            {
                "ingress_configuration": block(
                    ingress and {"is_publicly_accessible": ingress.get("IsPubliclyAccessible")}
                )
            }
        ],
    }


_AMPLIFY_KEPT: Final = ("appId", "appArn", "name", "tags", "wafConfiguration", "branchArn", "branchName")
_WITHOUT_FIREWALL: Final = ("ASSOCIATING", "ASSOCIATION_FAILED")
"""A web ACL is named, but stands not in front of the application (yet)."""


def _settings_alone(data: Any) -> None:
    """Basic authentication and build specifications may hold credentials."""
    for name in ("apps", "branches"):
        if name in data:
            data[name] = [
                {
                    **{kept: one[kept] for kept in _AMPLIFY_KEPT if kept in one},
                    "environmentVariables": _stand_ins(one.get("environmentVariables")),
                }
                for one in data[name]
            ]


def amplify(answers: Answers) -> Iterator[Shape]:
    """Applications of Amplify Hosting with their branches."""
    for given in answers.items("ListApps", "apps"):
        arn = given["appArn"]
        shape = Shape("aws_amplify_app", answers, arn, "ListApps", names=(given["appId"],))
        shape.values.update(
            arn=arn,
            name=given.get("name"),
            environment_variables=given["environmentVariables"],
            # not an attribute of the provider, which has the association
            web_acl_arn=_firewall(given.get("wafConfiguration") or {}),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
        branches = answers.of("ListBranches", given["appId"])
        if branches.refusal is not None:
            yield Shape.unlisted("aws_amplify_branch", answers, branches.refusal, arn)
        for branch in branches.items("branches"):
            part = Shape("aws_amplify_branch", answers, branch["branchArn"], "ListBranches")
            part.values.update(
                app_id=given["appId"],
                branch_name=branch.get("branchName"),
                environment_variables=branch["environmentVariables"],
                tags=dict(branch.get("tags") or {}),
            )
            yield part


def _firewall(given: Mapping[str, Any]) -> Any:
    return None if given.get("wafStatus") in _WITHOUT_FIREWALL else given.get("webAclArn")


SERVICES: Final = (
    Service(
        name="appsync",
        calls=(
            Call(operation="ListGraphqlApis", yields=("aws_appsync_graphql_api",), redact=_apis_alone),
            Call(
                operation="ListApiKeys",
                yields=("aws_appsync_api_key",),
                each="ListGraphqlApis",
                over="graphqlApis[]",
                parameters={"apiId": "apiId"},
                redact=_without_keys,
                subjects=frozenset(("environment", "inventory", "residency", "teardown")),
            ),
        ),
        shapers=(graphql,),
        subjects=frozenset(("access", "dos", "encryption", "environment", "inventory", "residency", "teardown", "web")),
    ),
    Service(
        name="apprunner",
        calls=(
            Call(operation="ListServices", yields=("aws_apprunner_service",), pages=("NextToken", "NextToken")),
            Call(
                operation="DescribeService",
                each="ListServices",
                over="ServiceSummaryList[?Status!='DELETED']",
                parameters={"ServiceArn": "ServiceArn"},
                redact=_keep_no_values,
            ),
            Call(
                operation="ListTagsForResource",
                each="ListServices",
                over="ServiceSummaryList[?Status!='DELETED']",
                parameters={"ResourceArn": "ServiceArn"},
            ),
        ),
        shapers=(app_runner,),
        subjects=frozenset(
            ("credential", "dos", "encryption", "environment", "inventory", "residency", "teardown", "web")
        ),
    ),
    Service(
        name="amplify",
        calls=(
            Call(operation="ListApps", yields=("aws_amplify_app",), redact=_settings_alone),
            Call(
                operation="ListBranches",
                yields=("aws_amplify_branch",),
                each="ListApps",
                over="apps[]",
                parameters={"appId": "appId"},
                redact=_settings_alone,
            ),
        ),
        shapers=(amplify,),
        subjects=frozenset(("credential", "dos", "environment", "inventory", "residency", "teardown", "web")),
    ),
)
