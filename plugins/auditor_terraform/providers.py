"""Where a provider manages its resources: region, and account or project.

Only the few arguments named here are ever read from a provider's configuration; its credentials
are not decoded at all.  Sources: the "Configuration Reference" pages of the AWS and the Google
Cloud provider.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Record
from auditor.text import Text
from auditor_terraform.configuration import references_of
from auditor_terraform.document import EMPTY, Plan, ProviderConfig
from auditor_terraform.evaluation import Evaluator
from auditor_terraform.tree import ModuleInstance, PlanRecord, Tree

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/.+|(\d{12})")
"""The ARN of a role, or the account that was put into one."""

_SHAPES = {
    "aws.role": _ROLE,
    "aws.region": re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+"),
    "google.region": re.compile(r"[a-z]+-[a-z]+\d+"),
    "google.zone": re.compile(r"[a-z]+-[a-z]+\d+-[a-z]"),
    "google.project": re.compile(r"(?:[a-z0-9.]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"),
    "aws.account": re.compile(r"\d{12}"),
}
"""A value that went through a variable counts only if it looks like what it is meant to be,
because the expression around the variable is not shown."""


class _Arguments(msgspec.Struct):
    """The arguments that say where; every other one stays unread."""

    region: Any = None
    project: Any = None
    allowed_account_ids: Any = None
    assume_role: Any = None
    assume_role_with_web_identity: Any = None


class Fact(msgspec.Struct, frozen=True):
    """A value, or why there is none."""

    value: str | None = None
    reason: Reason = Reason.NOT_COLLECTED
    detail: Text | None = None
    sensitive: bool = False

    def attr(self, record: Record, path: str) -> Attr[str]:
        """As an attribute of a record."""
        if self.value is not None:
            return Known(self.value, record, path, self.sensitive)
        return Unknown(self.reason, record, path, self.detail)


_NOT_SET = Fact(
    detail=Text(
        "プロバイダ設定に書かれておらず、実行環境で決まる",
        "not in the provider configuration; the environment of the run decides it",
    )
)
_NO_PROVIDER = Fact(
    detail=Text("資源のプロバイダ設定がプランにない", "the plan does not say which provider configuration it has")
)
_SEVERAL = Fact(
    reason=Reason.AMBIGUOUS,
    detail=Text(
        "複数のプロバイダ設定のどれが渡されるか、この版のプランには書かれていない",
        "a plan of this version does not say which of several provider configurations is passed",
    ),
)


class Providers:
    """The provider configurations of one plan."""

    def __init__(self, plan: Plan, tree: Tree, evaluator: Evaluator) -> None:
        self._tree = tree
        configuration = plan.configuration
        self._configs = (configuration.provider_config if configuration is not None else None) or {}
        self._evaluator = evaluator
        self._facts: dict[tuple[str, str], Fact] = {}
        self._observed: dict[tuple[str, str], Fact] | None = None

    def region(self, record: Record) -> Attr[str]:
        """The record's own region or location, else the one of its provider."""
        names = ("location", "region", "zone") if record.provider == "google" else ("region",)
        for name in names:
            own = self._own(record, name)
            if own is not None:
                return map_attr(own, _region_of) if name == "zone" else own
        if record.provider == "aws":
            in_arn = _arn_part(record, 3)
            if in_arn:
                return Known(in_arn, record, "arn")
        return self._fact(record, "region").attr(record, "provider.region")

    def account(self, record: Record) -> Attr[str]:
        """Account id (AWS) or project id (Google Cloud)."""
        if record.provider == "google":
            own = self._own(record, "project")
            return own if own is not None else self._fact(record, "project").attr(record, "provider.project")
        if record.provider == "aws":
            in_arn = _arn_part(record, 4)
            if in_arn:
                return Known(in_arn, record, "arn")
        return self._fact(record, "account").attr(record, "provider.account")

    def _own(self, record: Record, name: str) -> Attr[str] | None:
        """The record's own attribute; ``None`` if the provider's setting holds instead."""
        attr = record.get(name)
        if isinstance(attr, Known):
            return attr if isinstance(attr.value, str) and attr.value else None
        # An argument that is not configured will be what the provider is set to.
        if not isinstance(record, PlanRecord):
            return attr
        config = record.module.config
        expressions = config.expressions(record.config) if config is not None else None
        return attr if expressions is None or name in expressions else None

    def _fact(self, record: Record, what: str) -> Fact:
        if not isinstance(record, PlanRecord) or record.provider not in ("aws", "google"):
            return _NO_PROVIDER
        block = record.module.config.resource(record.config) if record.module.config is not None else None
        if block is None or not block.provider_config_key:
            return _NO_PROVIDER
        return self.fact(block.provider_config_key, record.provider, what)

    def fact(self, key: str, provider: str, what: str) -> Fact:
        """``region``, ``project`` (Google Cloud) or ``account`` (AWS) of the provider configuration ``key``."""
        found = self._facts.get((key, what))
        if found is None:
            found = self._facts[key, what] = self._find(key, provider, what)
        return found

    def _find(self, key: str, provider: str, what: str) -> Fact:
        effective = self._effective(key)
        if effective is None:
            return _SEVERAL
        observed = self._observations().get((effective, what))
        if observed is not None:
            return observed
        config = self._configs.get(effective)
        if config is None:
            return _NOT_SET
        return self._configured(config, provider, what)

    def _effective(self, key: str) -> str | None:
        """The key of the configuration that holds; ``None`` if the plan leaves it open.

        Before Terraform 1.1, a module's key stood for whatever the caller passes
        (``module_name:aws``), which is told only if there is one configuration to pass.
        """
        config = self._configs.get(key)
        if config is not None and (config.expressions != EMPTY or ":" not in key):
            return key
        if ":" not in key:
            return key
        name = key.rsplit(":", 1)[1].split(".", 1)[0]
        others = [
            other
            for other, candidate in self._configs.items()
            if ":" not in other and (candidate.name or other.split(".", 1)[0]) == name
        ]
        if len(others) > 1:
            return None
        return others[0] if others else key

    def _configured(self, config: ProviderConfig, provider: str, what: str) -> Fact:
        try:
            arguments = msgspec.json.decode(config.expressions, type=_Arguments)
        except msgspec.ValidationError:
            arguments = _Arguments()
        module = self._tree.module(config.module_address or "")
        if what == "account":
            return self._account(arguments, module)
        return self._evaluate(
            arguments.region if what == "region" else arguments.project,
            module,
            f"{provider}.{what}",
        )

    def _account(self, arguments: _Arguments, module: ModuleInstance) -> Fact:
        """The account that a role belongs to, or the only one that is allowed."""
        for block in (arguments.assume_role, arguments.assume_role_with_web_identity):
            blocks = block if isinstance(block, list) else [block]
            # Roles are assumed one after the other; the last one says where the provider works.
            last = blocks[-1] if blocks else None
            role = last.get("role_arn") if isinstance(last, dict) else None
            if role is not None:
                fact = self._evaluate(role, module, "aws.role")
                match = _ROLE.fullmatch(fact.value or "")
                return Fact(value=match[1] or match[2], sensitive=fact.sensitive) if match else fact
        return self._evaluate(arguments.allowed_account_ids, module, "aws.account")

    def _evaluate(self, expression: Any, module: ModuleInstance, shape: str) -> Fact:
        """The one string that an expression stands for, alone or as the only element of a list."""
        if expression is None:
            return _NOT_SET
        value, sensitive = self._evaluator.value(expression, module)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        stated = isinstance(expression, dict) and "constant_value" in expression
        if isinstance(value, str) and (stated or _SHAPES[shape].fullmatch(value)):
            return Fact(value=value, sensitive=sensitive)
        if stated and value is None:
            return _NOT_SET
        names = "、".join(references_of(expression)[:1])
        return Fact(
            None,
            Reason.AMBIGUOUS if stated else Reason.UNRESOLVED,
            Text(
                f"プロバイダ設定の式（{names or '複数の値'}）から一つに決まらない",
                f"the provider's expression ({names or 'several values'}) does not give one value",
            ),
        )

    def _observations(self) -> dict[tuple[str, str], Fact]:
        """What data resources that ask the provider about itself have answered."""
        if self._observed is None:
            self._observed = {}
            for type_, names in _OBSERVERS.items():
                for record in self._tree.of_type(type_):
                    self._observe(record, names, self._observed)
        return self._observed

    def _observe(self, record: PlanRecord, names: dict[str, tuple[str, ...]], out: dict[tuple[str, str], Fact]) -> None:
        config = record.module.config
        block = config.resource(record.config) if config is not None else None
        # With an argument it answers for something else than the provider.
        if config is None or block is None or config.expressions(record.config):
            return
        key = self._effective(block.provider_config_key)
        if key is None:
            return
        for what, attributes in names.items():
            for attribute in attributes:
                attr = record.get(attribute)
                if isinstance(attr, Known) and isinstance(attr.value, str) and attr.value:
                    out.setdefault((key, what), Fact(value=attr.value, sensitive=attr.sensitive))


_OBSERVERS: dict[str, dict[str, tuple[str, ...]]] = {
    "data.aws_region": {"region": ("region", "name", "id")},
    "data.aws_caller_identity": {"account": ("account_id",)},
    "data.google_client_config": {"region": ("region",), "project": ("project",)},
    "data.google_project": {"project": ("project_id",)},
}


def _region_of(zone: str) -> str:
    """The region of a zone: ``asia-northeast1`` of ``asia-northeast1-b``."""
    return zone.rsplit("-", 1)[0] if _SHAPES["google.zone"].fullmatch(zone) else zone


def _arn_part(record: Record, part: int) -> str:
    """A part of the record's own ARN; ``""`` if it is not known or the ARN does not hold it."""
    attr = record.get("arn")
    if not isinstance(attr, Known) or not isinstance(attr.value, str):
        return ""
    parts = attr.value.split(":", 5)
    return parts[part] if len(parts) == 6 and parts[0] == "arn" else ""
