"""Records made of answers, in the form that the Terraform provider gives them.

A shape says every attribute that the answers tell, with the provider's names and units (AWS provider documentation,
"Argument Reference" and "Attribute Reference" of each type).  What a shape does not say is unknown, never absent; what
the API says is not set is given as ``None``, ``[]`` or ``False``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from auditor.attr import Reason
from auditor_aws.live.answers import Answer, Answers, Refusal


class Shape:
    """One record in the making."""

    def __init__(
        self,
        type_: str,
        answers: Answers,
        address: str,
        call: str,
        *,
        names: Iterable[str | None] = (),
        region: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """``address``: the ARN, or what stands for it.  ``call``: the operation that gave it.

        ``names``: what else it is called by in attributes of others (id, name, ARN).  ``region``: where it is, if it
        is not where the service was asked.
        """
        self.type = type_
        self.account = answers.account
        self.region = answers.region if region is None else region
        self.address = address
        self.call = answers.of(call).call
        self.names = {address, *(name for name in names if name)}
        self.values: dict[str, Any] = dict(values or {})
        self.refusals: dict[str, Refusal] = {}
        self.calls: dict[str, str] = {}
        """Attribute -> the action that told it, where it is not :attr:`call`."""
        self.open: dict[str, Any] = {}
        """Marks of what is not told inside of an attribute that is, in its form with True in the place of values."""
        self.whole: Refusal | None = None
        """Set on what stands for records that could not be listed."""
        self.mirrored = False
        """Shown here, but of another region: it is taken only where that region did not show it."""
        self.subjects: frozenset[str] | None = None
        """On what that bears which stands for records, where it is not all that its call bears on."""
        self.shared = ""
        """What several accounts may show alike, such as their organization: what could not be listed of it in one
        account is left out where another one has shown it."""

    @classmethod
    def standing_for(cls, type_: str, refusal: Refusal, account: str, region: str) -> Shape:
        """What stands for all records of a type that could not be listed."""
        where = " ".join(part for part in (account, region) if part)
        shape = cls.__new__(cls)
        shape.type, shape.account, shape.region = type_, account, region
        shape.address = f"{type_}（{where or '全体'}）"
        shape.call = refusal.action
        shape.names, shape.values, shape.refusals, shape.calls = set(), {}, {}, {}
        shape.open = {}
        shape.whole = refusal
        shape.mirrored = False
        shape.subjects = None
        shape.shared = ""
        return shape

    @classmethod
    def unlisted(cls, type_: str, answers: Answers, refusal: Refusal, parent: str) -> Shape:
        """What stands for the records of a type that belong to ``parent`` and could not be listed."""
        shape = cls.standing_for(type_, refusal, answers.account, answers.region)
        shape.address = f"{type_}（{parent}）"
        return shape

    @classmethod
    def of_caller(cls, account: str) -> Shape:
        """What says that an account was asked: the data resource of the provider for who asks."""
        asked = Refusal("sts:GetCallerIdentity", Reason.NOT_COLLECTED)
        shape = cls.standing_for("data.aws_caller_identity", asked, account, "")
        shape.address = f"arn:aws:sts::{account}:caller"
        shape.values["account_id"] = account
        shape.whole = None
        return shape

    def __setitem__(self, name: str, value: Any) -> None:
        self.values[name] = value

    def take(self, name: str, answer: Answer, read: Callable[[Any], Any]) -> None:
        """An attribute that another call tells; unknown with its reason where the call was refused."""
        self.calls[name] = answer.call
        if answer.refusal is not None:
            self.refusals[name] = answer.refusal
        else:
            self.values[name] = read(answer.data)

    def refuse(self, refusal: Refusal, *names: str) -> None:
        """Attributes of which nothing is known."""
        for name in names:
            self.values.pop(name, None)
            self.refusals[name] = refusal


def tags(items: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """Tags as a map, from the list that most APIs give."""
    return {
        str(_any(item, "Key", "key", "TagKey")): str(_any(item, "Value", "value", "TagValue") or "")
        for item in items or ()
    }


def _any(item: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        if name in item:
            return item[name]
    return None


def block(value: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """A nested block that there is at most once: a list of one, or of none."""
    return [] if value is None else [dict(value)]


def statements(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of a policy, which may be one or a list."""
    given = policy.get("Statement") or []
    return [given] if isinstance(given, Mapping) else list(given)
