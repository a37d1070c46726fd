"""How far the policies of one identity reach.

Source: AWS IAM User Guide, pages "Security best practices in IAM" (least privilege) and "Permissions boundaries for
IAM entities" (an identity may do what its policies and its boundary both allow).
"""

from __future__ import annotations

import functools
import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Breadth
from auditor.text import Text
from auditor_aws import iam_language as iam
from auditor_aws.grants import Grants
from auditor_aws.iam_language import Answer, Effect, Right, Statement
from auditor_aws.iam_language.matching import covers_action

_BY_RIGHT: Final = (
    (Right.FULL, Breadth.ALL),
    (Right.SERVICES, Breadth.NEARLY_ALL),
    (Right.IDENTITY, Breadth.IDENTITIES),
    (Right.ROLE_USE, Breadth.ACTS_AS_OTHERS),
)
"""The widest first."""

_SERVICE: Final = re.compile(r"([a-z0-9-]+):\*")
_NONE: Final[tuple[str, ...]] = ()

_administrative = functools.lru_cache(maxsize=4096)(iam.administrative)
"""Many identities have the same policies."""


def breadth(grants: Grants, boundary: Grants | None = None) -> Attr[Breadth]:
    """How far an identity with these policies reaches; unknown where what is open could widen it."""
    found = _breadth(grants)
    if boundary is None or (isinstance(found, Known) and found.value is Breadth.LIMITED):
        return found
    limit = _breadth(boundary)
    if isinstance(limit, Known) and limit.value is Breadth.LIMITED:
        return limit
    if isinstance(found, Unknown) or isinstance(limit, Unknown):
        return found if isinstance(found, Unknown) else limit
    # What both allow is at most the narrower of the two; their order is that of _BY_RIGHT.
    order = [one for _, one in _BY_RIGHT]
    return max(found, limit, key=lambda one: order.index(one.value))


def _breadth(grants: Grants) -> Attr[Breadth]:
    judged = [_administrative(grants.combined()), *grants.managed]
    rights = frozenset[Right]().union(*(one.rights for one in judged))
    for right, width in _BY_RIGHT:
        if right in rights:
            return Known(width, grants.owner, "policy")
    if grants.open is not None:
        return grants.open
    undecided = next((one for one in judged if one.answer is Answer.UNDECIDED), None)
    if undecided is not None:
        ja, _, en = undecided.judgement.reason.partition(" / ")
        return Unknown(Reason.UNRESOLVED, grants.owner, "policy", Text(ja, en))
    return Known(Breadth.LIMITED, grants.owner, "policy")


def whole_services(grants: Grants, boundary: Grants | None = None) -> Attr[tuple[str, ...]]:
    """Services whose every action is allowed on every resource without a condition, sorted.

    Unknown where none is certain and what is open could hold one, and where a boundary may take them back.
    """
    policy = grants.combined()
    found = {
        service
        for statement in policy.statements
        for service in _whole(statement)
        if not _denied(service, policy.statements)
    }
    found.update(name for name in grants.full_access if name)
    if not found:
        open_ = grants.open
        if open_ is None and policy.unknown:
            ja, _, en = policy.unknown.partition(" / ")
            open_ = Unknown(Reason.UNRESOLVED, grants.owner, "policy", Text(ja, en or ja))
        return Known(_NONE, grants.owner, "policy") if open_ is None else open_
    names = tuple(sorted(found))
    if boundary is None:
        return Known(names, grants.owner, "policy")
    detail = Text("アクセス許可の境界が残す権限", "what the permissions boundary leaves")
    return Unknown(Reason.UNRESOLVED, grants.owner, "permissions_boundary", detail)


def _whole(statement: Statement) -> list[str]:
    if statement.effect is not Effect.ALLOW or statement.conditions or statement.unknown_conditions:
        return []
    resources, actions = statement.resources, statement.actions
    if actions.negated or (resources is not None and (resources.negated or "*" not in resources.values)):
        return []
    return [match[1] for action in actions.values if (match := _SERVICE.fullmatch(action))]


def _denied(service: str, statements: tuple[Statement, ...]) -> bool:
    return any(
        one.effect is not Effect.ALLOW and covers_action(one, f"{service}:*") is not Answer.NO for one in statements
    )
