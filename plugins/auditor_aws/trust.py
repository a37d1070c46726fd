"""Whom the trust policy of a role lets in, and whether those are persons."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Record
from auditor.text import Text
from auditor_aws import policies
from auditor_aws.iam_language import PrincipalKind, TrustedPrincipal, Unparseable, trusted_principals
from auditor_aws.policies import Stated

_OWN_CLUSTER: Final = "oidc.eks."
_WORKLOADS: Final = (
    _OWN_CLUSTER,
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "container.googleapis.com",
    "agent.buildkite.com",
    "oidc.circleci.com",
)
"""Hosts of identity providers that sign in jobs and pods, never people."""


def of_role(role: Record) -> Stated:
    """The trust policy of a role; one that is no policy is named as unparseable."""
    stated = policies.stated(role, "assume_role_policy")
    if isinstance(stated, Known) and isinstance(stated.value, Unparseable):
        ja, _, en = stated.value.reason.partition(" / ")
        return role.unknown("assume_role_policy", Reason.UNPARSEABLE, Text(ja, en))
    return stated


def is_workload(trusted: TrustedPrincipal) -> bool:
    """Whether the principal is a service of AWS, or an identity provider that signs in jobs and pods."""
    if trusted.kind is PrincipalKind.SERVICE:
        return True
    return trusted.kind is PrincipalKind.FEDERATED_OIDC and any(host in trusted.identifier for host in _WORKLOADS)


def is_of_own_cluster(trusted: TrustedPrincipal) -> bool:
    """Whether the principal is the identity provider of a Kubernetes cluster of EKS, which signs in its own pods."""
    return _OWN_CLUSTER in trusted.identifier


def persons(role: Record, trust: Stated) -> Attr[bool]:
    """Whether persons may assume the role, or at least somebody of whom nothing says that it is a workload."""
    if isinstance(trust, Unknown):
        return trust
    if trust.value is None:
        return role.known("assume_role_policy", True)
    found = trusted_principals(trust.value, policies.account_id(role))
    certain = [one for one in found if one.kind is not PrincipalKind.UNKNOWN or one.identifier]
    if any(not is_workload(one) for one in certain):
        return role.known("assume_role_policy", True)
    if len(certain) < len(found) or not found:
        detail = Text("信頼ポリシーの相手", "whom the trust policy names")
        return role.unknown("assume_role_policy", Reason.UNRESOLVED, detail)
    return role.known("assume_role_policy", False)
