"""User pools and identity pools.

Sources: Amazon Cognito user pools API Reference (ListUserPools, DescribeUserPool, DescribeUserPoolDomain); Amazon
Cognito Federated Identities API Reference (ListIdentityPools, DescribeIdentityPool); AWS provider documentation, pages
``aws_cognito_user_pool``, ``aws_cognito_user_pool_domain``, ``aws_cognito_identity_pool``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block

_KINDS: Final = ("Lowercase", "Uppercase", "Numbers", "Symbols")


def _settings_alone(data: Any) -> None:
    """Ids by which other parties know the pool are nobody's business."""
    (data.get("UserPool") or {}).pop("SmsConfiguration", None)


def pools(answers: Answers) -> Iterator[Shape]:
    """User pools with their own domains."""
    for listed in answers.items("ListUserPools", "UserPools"):
        id_ = listed["Id"]
        arn = answers.arn("cognito-idp", f"userpool/{id_}")
        shape = Shape("aws_cognito_user_pool", answers, arn, "ListUserPools", names=(id_,))
        shape.values.update(arn=arn, id=id_, name=listed.get("Name"))
        said = answers.of("DescribeUserPool", id_)
        shape.take("password_policy", said, _passwords)
        shape.take("mfa_configuration", said, lambda data: data["UserPool"].get("MfaConfiguration"))
        shape.take("deletion_protection", said, lambda data: data["UserPool"].get("DeletionProtection", "INACTIVE"))
        shape.take("tags", said, lambda data: dict(data["UserPool"].get("UserPoolTags") or {}))
        yield shape
        domain = (said.data.get("UserPool") or {}).get("CustomDomain")
        if domain:
            part = Shape("aws_cognito_user_pool_domain", answers, f"{arn} {domain}", "DescribeUserPool")
            part.values.update(domain=domain, user_pool_id=id_)
            part.take("certificate_arn", answers.of("DescribeUserPoolDomain", domain), _certificate)
            yield part


def _passwords(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = (data["UserPool"].get("Policies") or {}).get("PasswordPolicy")
    return block(
        given
        and {
            "minimum_length": given.get("MinimumLength"),
            "password_history_size": given.get("PasswordHistorySize"),
            **{f"require_{kind.lower()}": given.get(f"Require{kind}") for kind in _KINDS},
        }
    )


def _certificate(data: Mapping[str, Any]) -> Any:
    described = data.get("DomainDescription") or {}
    return (described.get("CustomDomainConfig") or {}).get("CertificateArn")


def identity_pools(answers: Answers) -> Iterator[Shape]:
    """Pools that give credentials of AWS to users of applications."""
    for listed in answers.items("ListIdentityPools", "IdentityPools"):
        id_ = listed["IdentityPoolId"]
        arn = answers.arn("cognito-identity", f"identitypool/{id_}")
        shape = Shape("aws_cognito_identity_pool", answers, arn, "ListIdentityPools", names=(id_,))
        shape.values.update(arn=arn, id=id_)
        said = answers.of("DescribeIdentityPool", id_)
        shape.take(
            "allow_unauthenticated_identities", said, lambda data: data.get("AllowUnauthenticatedIdentities", False)
        )
        shape.take("tags", said, lambda data: dict(data.get("IdentityPoolTags") or {}))
        yield shape


SERVICES: Final = (
    Service(
        name="cognito-idp",
        calls=(
            Call(
                operation="ListUserPools",
                yields=("aws_cognito_user_pool", "aws_cognito_user_pool_domain"),
                fixed={"MaxResults": 60},
            ),
            Call(
                operation="DescribeUserPool",
                each="ListUserPools",
                over="UserPools[]",
                parameters={"UserPoolId": "Id"},
                redact=_settings_alone,
            ),
            Call(
                operation="DescribeUserPoolDomain",
                each="DescribeUserPool",
                over="[UserPool.CustomDomain]",
                parameters={"Domain": "@"},
                subjects=frozenset(("residency",)),
            ),
        ),
        shapers=(pools,),
        subjects=frozenset(("encryption", "environment", "inventory", "password", "residency", "teardown")),
    ),
    Service(
        name="cognito-identity",
        calls=(
            Call(operation="ListIdentityPools", yields=("aws_cognito_identity_pool",), fixed={"MaxResults": 60}),
            Call(
                operation="DescribeIdentityPool",
                each="ListIdentityPools",
                over="IdentityPools[]",
                parameters={"IdentityPoolId": "IdentityPoolId"},
            ),
        ),
        shapers=(identity_pools,),
        subjects=frozenset(("access", "environment", "inventory", "residency", "teardown")),
    ),
)
