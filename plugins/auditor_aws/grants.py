"""What the policies attached to an identity add up to.

Policies reach an identity by many resource types; all of them are looked for.  Which further ones an identity that
exists already has is known only where its own attributes list them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import MfaDemand
from auditor.record import Joined, Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, policies
from auditor_aws import iam_language as iam
from auditor_aws.iam_language import Answer, Document, Effect, Unparseable

POLICY_TYPES: Final = ("aws_iam_policy", "data.aws_iam_policy")
_ADMINISTRATOR: Final = ":iam::aws:policy/AdministratorAccess"
_FULL_ACCESS: Final = re.compile(r"arn:[\w-]+:iam::aws:policy/((?:Amazon|AWS|Cloud)\w*)FullAccess", re.ASCII)
"""Such names tell a policy that allows every action of one service: AWS Managed Policy Reference Guide."""
_EVERYTHING: Final = iam.parse_policy('{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
_FURTHER: Final = Text(
    "入力に現れない他のポリシーの有無", "whether it has further policies that the input does not show"
)

DEMANDS: Final = {
    iam.MfaDemand.REQUIRED: MfaDemand.REQUIRED,
    iam.MfaDemand.NOT_REQUIRED: MfaDemand.NOT_REQUIRED,
    iam.MfaDemand.IF_EXISTS_ONLY: MfaDemand.IF_EXISTS,
    iam.MfaDemand.AT_IDENTITY_PROVIDER: MfaDemand.AT_IDENTITY_PROVIDER,
    iam.MfaDemand.NOT_APPLICABLE: MfaDemand.NOT_A_PERSON,
    iam.MfaDemand.NOTHING_GRANTED: MfaDemand.NOT_REQUIRED,
}
"""Answers of the policy evaluator that are certain, in the words of the facets."""


class Grants:
    """The policies of one identity, as far as the input shows them."""

    def __init__(self, owner: Record) -> None:
        self.owner = owner
        self.documents: list[Document] = []
        self.managed: list[iam.Administrative] = []
        """Judgements of managed policies of AWS other than AdministratorAccess, whose documents are not in the input."""
        self.full_access: list[str] = []
        """Services of which such a policy allows everything, by its name."""
        self.open: Unknown | None = None
        """Why there may be more than that."""

    def leave_open(self, unknown: Unknown) -> None:
        """Note that something is not known; the first reason is kept."""
        if self.open is None:
            self.open = unknown

    def add_document(self, node: Node, path: str) -> None:
        """The policy that an attribute holds."""
        stated = policies.stated(node, path)
        if isinstance(stated, Unknown):
            self.leave_open(stated)
        elif isinstance(stated.value, Unparseable):
            self.leave_open(node.unknown(path, Reason.UNPARSEABLE))
        elif stated.value is not None:
            self.documents.append(stated.value)

    def add_managed(self, node: Node, path: str) -> None:
        """The managed policy whose ARN an attribute holds."""
        target = node.target(path, *POLICY_TYPES)
        value = node.text(path)
        if isinstance(target, Known) and target.value is not None:
            policy = target.value
            if policy.type == "aws_iam_policy":
                self.add_document(policy, "policy")
                return
            # The data source names an AWS policy by its ARN or name, and exports its document.
            arn = policy.text("arn")
            if isinstance(arn, Known) and arn.value is not None:
                value = arn
            elif isinstance(document := policy.text("policy"), Known) and document.value is not None:
                self.add_document(policy, "policy")
                return
        if isinstance(value, Unknown):
            self.leave_open(target if isinstance(target, Unknown) else value)
        elif value.value is not None:
            self.add_arn(value.value, node, path, hidden=value.sensitive)

    def add_arn(self, arn: str, node: Node, path: str, *, hidden: bool = False) -> None:
        """A managed policy by its ARN alone; ``hidden`` if that is sensitive."""
        if arn.endswith(_ADMINISTRATOR):
            self.documents.append(_EVERYTHING)
            return
        named = _FULL_ACCESS.fullmatch(arn)
        if named is not None and not hidden:
            self.full_access.append(named[1])
        judged = iam.managed_policy_rights(arn)
        if judged.answer is Answer.UNDECIDED:
            ja, _, en = judged.judgement.reason.partition(" / ")
            self.leave_open(node.unknown(path, Reason.OUTSIDE, None if hidden else Text(ja, en)))
            return
        self.managed.append(judged)

    def add_managed_list(self, node: Node, path: str) -> None:
        """Managed policies whose ARNs a list holds."""
        elements = node.elements(path)
        if isinstance(elements, Unknown):
            self.add_managed(node, path)
            return
        for index in range(len(elements.value)):
            self.add_managed(node, f"{path}.{index}")

    def add_separate(self, joined: Joined, path: str, *, managed: bool, listed: bool = False) -> None:
        """What separate resources attach; those of which the target is open leave the whole open."""
        for record in joined.certain:
            if listed:
                self.add_managed_list(record, path)
            elif managed:
                self.add_managed(record, path)
            else:
                self.add_document(record, path)
        if joined.possible:
            name = joined.possible[0].address
            detail = Text(f"{name} の付与先", f"to what {name} is attached")
            self.leave_open(joined.possible[0].unknown(path, Reason.AMBIGUOUS, detail))

    def combined(self) -> iam.Policy:
        """The documents as one policy."""
        return iam.combine(*self.documents)

    def administrative(self) -> Attr[bool]:
        """Whether administrative rights come out; unknown only where what is open could bring them."""
        judged = iam.administrative(self.combined())
        answers = [judged.answer, *(one.answer for one in self.managed)]
        if Answer.YES in answers:
            return Known(True, self.owner, "policy")
        if self.open is not None:
            return self.open
        if Answer.UNDECIDED in answers:
            ja, _, en = judged.judgement.reason.partition(" / ")
            return Unknown(Reason.UNRESOLVED, self.owner, "policy", Text(ja, en))
        return Known(False, self.owner, "policy")

    def mfa(self) -> Attr[MfaDemand]:
        """Whether what the policies allow is refused to a session without a second factor."""
        if self.open is not None:
            # A denial that reaches every action also reaches what is not known.
            widest = iam.identity_mfa_demand(iam.combine(*self.documents, _EVERYTHING)).demand
            if widest is iam.MfaDemand.REQUIRED:
                return Known(MfaDemand.REQUIRED, self.owner, "policy")
            return self.open
        demand = iam.identity_mfa_demand(self.combined()).demand
        if self.managed:
            widest = iam.identity_mfa_demand(iam.combine(*self.documents, _EVERYTHING)).demand
            denials = any(
                statement.effect is not Effect.ALLOW
                for document in self.documents
                if not isinstance(document, Unparseable)
                for statement in document.statements
            )
            if widest is iam.MfaDemand.REQUIRED or not denials:
                demand = widest
            elif demand is not iam.MfaDemand.NOT_REQUIRED:
                # Whether the denials reach what the managed policies allow depends on documents that are not here.
                demand = iam.MfaDemand.UNDECIDED
        found = DEMANDS.get(demand)
        if found is None:
            detail = Text("ポリシーが多要素認証を要求するか", "whether the policies demand a second factor")
            return Unknown(Reason.UNRESOLVED, self.owner, "policy", detail)
        return Known(found, self.owner, "policy")


def boundary_of(identity: Record) -> Grants | None:
    """What the permissions boundary of a role or user allows; ``None`` if it has none."""
    stated = identity.text("permissions_boundary")
    if isinstance(stated, Known) and stated.value is None:
        return None
    boundary = Grants(identity)
    boundary.add_managed(identity, "permissions_boundary")
    return boundary


def _bounded(identity: Record, rights: Attr[bool]) -> Attr[bool]:
    """Rights that a permissions boundary leaves: what identity policies and boundary both allow."""
    if isinstance(rights, Known) and not rights.value:
        return rights
    boundary = boundary_of(identity)
    if boundary is None:
        return rights
    limit = boundary.administrative()
    if isinstance(limit, Known) and not limit.value:
        return limit
    return rights if isinstance(rights, Unknown) else limit


def _attached(grants: Grants, identity: Record, kind: str) -> None:
    """Separate resources for a ``role``, ``user`` or ``group``."""
    grants.add_separate(computed.joined(identity, f"aws_iam_{kind}_policy", kind), "policy", managed=False)
    grants.add_separate(
        computed.joined(identity, f"aws_iam_{kind}_policy_attachment", kind), "policy_arn", managed=True
    )
    grants.add_separate(computed.joined(identity, "aws_iam_policy_attachment", f"{kind}s"), "policy_arn", managed=True)
    grants.add_separate(
        computed.joined(identity, f"aws_iam_{kind}_policy_attachments_exclusive", f"{kind}_name"),
        "policy_arns",
        managed=True,
        listed=True,
    )


def _exclusive(identity: Record, kind: str) -> bool:
    """Whether resources say that the input names all policies of the identity."""
    return all(
        computed.joined(identity, f"aws_iam_{kind}_{what}_exclusive", f"{kind}_name").certain
        for what in ("policies", "policy_attachments")
    )


def of_role(role: Record) -> Grants:
    """Policies of a role.  The attributes of an existing one list all that it has."""
    grants = Grants(role)
    _attached(grants, role, "role")
    managed = role.get("managed_policy_arns")
    if isinstance(managed, Known) or not role.left_out("managed_policy_arns"):
        grants.add_managed_list(role, "managed_policy_arns")
    inline = computed.blocks(role, "inline_policy")
    if isinstance(inline, Unknown):
        grants.leave_open(inline)
    else:
        for block in inline.value:
            grants.add_document(block, "policy")
    listed = isinstance(managed, Known) and managed.value is not None and isinstance(inline, Known)
    if not absent.shown_in_full(role) and not listed and not _exclusive(role, "role"):
        grants.leave_open(Unknown(Reason.NOT_COLLECTED, role, "managed_policy_arns", _FURTHER))
    return grants


def role_administrative(role: Record) -> Attr[bool]:
    """Whether a role carries administrative rights, its permissions boundary considered."""
    return _bounded(role, of_role(role).administrative())


def of_group(group: Record) -> Grants:
    """Policies of a group."""
    grants = Grants(group)
    _attached(grants, group, "group")
    if not absent.shown_in_full(group) and not _exclusive(group, "group"):
        grants.leave_open(Unknown(Reason.NOT_COLLECTED, group, "policy", _FURTHER))
    return grants


def _groups(user: Record) -> Iterable[Record | Unknown]:
    """Groups of a user; an Unknown for one that is not in the input or not decided."""
    for membership in computed.joined(user, "aws_iam_user_group_membership", "user").certain:
        names = membership.elements("groups")
        paths = ["groups"] if isinstance(names, Unknown) else [f"groups.{i}" for i in range(len(names.value))]
        yield from (_group(membership, path) for path in paths)
    found = computed.joined(user, "aws_iam_group_membership", "users")
    yield from (_group(membership, "group") for membership in found.certain)
    for membership in (*found.possible, *computed.joined(user, "aws_iam_user_group_membership", "user").possible):
        detail = Text(f"{membership.address} の対象の利用者", f"which users {membership.address} is for")
        yield membership.unknown("users", Reason.AMBIGUOUS, detail)


def _group(membership: Record, path: str) -> Record | Unknown:
    group = membership.target(path, "aws_iam_group")
    if isinstance(group, Unknown):
        return group
    if group.value is None:
        detail = Text("入力に含まれないグループのポリシー", "the policies of a group that is not in the input")
        return membership.unknown(path, Reason.OUTSIDE, detail)
    return group.value


def of_user(user: Record) -> Grants:
    """Policies of a user and of its groups."""
    grants = Grants(user)
    _attached(grants, user, "user")
    for group in _groups(user):
        if isinstance(group, Unknown):
            grants.leave_open(group)
            continue
        _attached(grants, group, "group")
        if not absent.shown_in_full(group) and not _exclusive(group, "group"):
            grants.leave_open(Unknown(Reason.NOT_COLLECTED, group, "policy", _FURTHER))
    if not absent.shown_in_full(user):
        # Memberships of other configurations are never visible.
        grants.leave_open(Unknown(Reason.NOT_COLLECTED, user, "policy", _FURTHER))
    return grants


def user_administrative(user: Record, grants: Grants) -> Attr[bool]:
    """Whether a user has administrative rights, its permissions boundary considered."""
    return _bounded(user, grants.administrative())
