"""The source of Terraform plans."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditor.inventory import SourceInfo, SourceKind
from auditor.record import Record
from auditor.text import Text
from auditor_terraform.joins import PlanLinks
from auditor_terraform.reading import STDIN, Document, read


class PlanReading:
    """One opened plan."""

    form = "terraform"

    def __init__(self, document: Document) -> None:
        plan = document.plan
        self.links = PlanLinks(plan, document.path)
        tree = self.links.tree
        notes: list[Text] = []
        if plan.errored:
            notes.append(
                Text(
                    "プランの作成が途中で失敗している（errored）。プランに載らなかった資源は含まれない",
                    "planning failed half way (errored); resources that were not planned are missing",
                )
            )
        elif plan.complete is False:
            notes.append(
                Text(
                    "プランは一部だけ（complete: false。-target の指定や延期された資源など）。残りの資源は含まれない",
                    "the plan is partial (complete: false, for instance -target or deferred resources); "
                    "the other resources are missing",
                )
            )
        if not tree.managed:
            notes.append(
                Text(
                    "プランに資源が一つもなく、確認したものがない",
                    "the plan has no resource at all, so nothing was checked",
                )
            )
        if tree.unmarked:
            notes.append(
                Text(
                    f"{tree.unmarked} 件の資源に resource_changes がなく、適用後に決まる値を見分けられないことがある",
                    f"{tree.unmarked} resources have no resource_changes, so values decided only after apply "
                    "may not be told apart",
                )
            )
        if plan.configuration is None or plan.configuration.root_module is None:
            notes.append(
                Text(
                    "プランに configuration がなく、資源間の参照をたどれない",
                    "the plan has no configuration, so references between resources cannot be followed",
                )
            )
        self.info = SourceInfo(
            name=document.path,
            kind=SourceKind.PLAN,
            resources=len(tree.managed),
            complete=False,
            notes=tuple(notes),
            sha256=document.sha256,
            tool=f"Terraform {plan.terraform_version}" if plan.terraform_version else "",
            incomplete=bool(notes),
        )

    def records(self) -> Iterable[Record]:
        """Every managed resource, those that go away included; data resources only join."""
        return self.links.tree.managed


class PlanSource:
    """Reads ``terraform show -json`` of a plan, from a file or from standard input (``-``)."""

    name = "terraform-plan"

    def open(self, target: str) -> PlanReading | None:
        """The plan; ``None`` for a target such as ``aws:…`` that names no file.

        Raises :class:`auditor_terraform.errors.PlanError`.
        """
        scheme = target.partition(":")[0]
        if target != STDIN and ":" in target and len(scheme) > 1 and not Path(target).exists():
            return None
        return PlanReading(read(target))
