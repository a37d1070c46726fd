"""What the checks over a whole account must know of each cloud: who answers for what no input shows.

The nature of a cloud decides these few answers, so its name stands here and in no check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import msgspec

from auditor.attr import Reason, Unknown
from auditor.checks import Context, Verdict, inherited, undecided
from auditor.facets import Facet
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.values import region_parameter

F = TypeVar("F", bound=Facet)

GOVERNMENT_CLOUD: Final = "government-cloud"


class Answered(msgspec.Struct, frozen=True):
    """Who answers for a control in the municipality's place, and what shows it."""

    by: Text
    evidence: Text
    documents: tuple[str, ...] = ()
    """Ids of documents of the control that are this evidence."""

    def verdict(self) -> Verdict:
        """The answer in words."""
        # what a document of the control must still show is no evidence yet
        label = Text("確認する資料", "Evidence to review") if self.documents else Text("根拠", "Evidence")
        return inherited(
            f"{self.by.ja}が担う部分。{label.ja}: {self.evidence.ja}",
            f"Answered by {self.by.en}. {label.en}: {self.evidence.en}",
            *self.documents,
        )


_COMMON_AREA = Text(
    "デジタル庁（ガバメントクラウド共通領域）", "the Digital Agency (common area of the Government Cloud)"
)

BY_PLATFORM: Final[dict[tuple[str, str], Answered]] = {
    ("residency.guardrail", "aws"): Answered(
        _COMMON_AREA,
        Text(
            "共通領域で適用中のリージョン統制を示す資料（適用対象のアカウント番号を含む。）",
            "material on the region control in force, naming the account",
        ),
        ("platform-guardrail",),
    ),
    ("residency.guardrail", "google"): Answered(
        _COMMON_AREA,
        Text(
            "プロジェクトに適用される組織ポリシーの一覧", "list of the organisation policies effective on the project"
        ),
        ("platform-guardrail",),
    ),
    ("mfa.root", "aws"): Answered(
        Text(
            "ガバメントクラウド管理組織（デジタル庁）", "the management body of the Government Cloud (Digital Agency)"
        ),
        Text("ルートユーザーの管理主体を示す資料", "material showing who keeps the root user"),
        ("root-custody",),
    ),
    ("log.audit-trail", "aws"): Answered(
        _COMMON_AREA,
        Text(
            "組織単位の証跡に当該アカウントが含まれることを示す資料",
            "material showing that the organisation trail covers the account",
        ),
        ("org-trail",),
    ),
    ("change.record", "aws"): Answered(
        _COMMON_AREA,
        Text(
            "構成の記録が共通領域に集約され、当該アカウントが含まれることを示す資料",
            "material showing that configuration records are collected in the common area and cover the account",
        ),
        ("central-configuration-record",),
    ),
    ("teardown.account", "aws"): Answered(
        Text("デジタル庁（アカウントの管理）", "the Digital Agency (management of the accounts)"),
        Text("アカウントの返却又は閉鎖の通知", "notice of return or closure of the account"),
        ("account-disposal-record",),
    ),
}
"""By control and provider, for accounts of the Government Cloud: the same as the policy pack's list of what the
platform answers for.  It holds where nothing in the input shows the matter itself; of the root user, which the platform
alone keeps, also where the account shows it."""

BY_PROVIDER: Final[dict[tuple[str, str], Answered]] = {
    ("log.audit-trail", "google"): Answered(
        Text("クラウドサービス事業者", "the cloud provider"),
        Text(
            "管理アクティビティ監査ログは常に書き込まれ、止めることができない（Google Cloud 文書「Cloud Audit Logs overview」）",
            "Admin Activity audit logs are always written and cannot be switched off "
            '(Google Cloud documentation, "Cloud Audit Logs overview")',
        ),
    ),
    ("change.record", "google"): Answered(
        Text("クラウドサービス事業者", "the cloud provider"),
        Text(
            "設定の変更は管理アクティビティ監査ログに常に書き込まれ、資源の設定の履歴は35日間保持される"
            "（Google Cloud 文書「Cloud Audit Logs overview」「Cloud Asset Inventory overview」）",
            "changes of settings are always written to Admin Activity audit logs, and the history of how resources are "
            'set up is kept for 35 days (Google Cloud documentation, "Cloud Audit Logs overview" and "Cloud Asset '
            'Inventory overview")',
        ),
    ),
}
"""By control and provider, for every account of the cloud."""

SIGNED_IN_ELSEWHERE: Final = frozenset({"google"})
"""Clouds whose own users sign in with passwords that another service keeps (Cloud Identity), which no input shows."""

ROOT: Final[dict[str, Text]] = {
    "aws": Text("ルートユーザー", "the root user"),
    "google": Text("特権管理者（Cloud Identity）", "the super administrators (Cloud Identity)"),
}
"""The topmost administrator of the cloud."""


def absent(
    inventory: Inventory, context: Context, facet: type[F], counts: Callable[[F], bool] | None = None
) -> Iterator[str]:
    """Clouds of the input without a single facet of the class, or without one that ``counts``.

    While the system runs, what the plan deletes does not count.  A cloud is a provider whose allowed regions the
    policy names; helpers such as ``random`` are none.
    """
    ending = context.phase is Phase.TERMINATE
    having = {
        resource.provider
        for resource, one in inventory.with_facet(facet)
        if (ending or resource.action is not Action.DELETE) and (counts is None or counts(one))
    }
    for provider in inventory.providers:
        if provider not in having and region_parameter(provider) in context.parameters:
            yield provider


def answered(control: str, provider: str, context: Context) -> Verdict | None:
    """The answer of the provider, or of the platform if the accounts belong to it."""
    found = BY_PROVIDER.get((control, provider))
    if found is None and context.platform == GOVERNMENT_CLOUD:
        found = BY_PLATFORM.get((control, provider))
    return found.verdict() if found is not None else None


def answered_unlisted(control: str, context: Context) -> Verdict | None:
    """The same answer for what stands for things that could not be listed; ``None`` for everything else."""
    record = context.resource.record
    if record is None or record.unlisted is None:
        return None
    return answered(control, context.resource.provider, context)


def judge_absence(
    control: str,
    facet: type[F],
    inventory: Inventory,
    context: Context,
    *,
    lacking: Verdict,
    doubt: Text,
    counts: Callable[[F], bool] | None = None,
) -> Iterator[tuple[Resource, Verdict]]:
    """Judge the clouds that have no facet of the class, or none that ``counts``.

    The provider or the platform may answer; else ``lacking`` is the verdict on a complete inventory, and on any
    other the matter is not verified, with ``doubt`` saying what is not known.
    """
    for provider in absent(inventory, context, facet, counts):
        verdict = answered(control, provider, context)
        if verdict is None:
            verdict = lacking if inventory.complete else unseen(doubt)
        yield subject(inventory, provider, "account"), verdict


def unseen(detail: Text) -> Verdict:
    """Not verified, because the input does not show it."""
    return undecided(Unknown(Reason.NOT_COLLECTED, detail=detail))
