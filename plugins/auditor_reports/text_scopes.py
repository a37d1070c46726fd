"""What the text report tells of the scopes of the configuration."""

from __future__ import annotations

from auditor.inventory import PHASE_TEXT
from auditor.policies.model import Pack
from auditor.reporting import Report
from auditor.scopes import Rule
from auditor.shared_use import RuleUse
from auditor.text import Text
from auditor_reports import words
from auditor_reports.page import Page


def write_scopes(report: Report, page: Page) -> None:
    """Every scope with what it applies to, what it says of that, and how many resources that is."""
    use = report.shared_use
    for one in use.uses:
        page.text(_scope(one, page), label=f"{page.say(words.SCOPES)}  ")
    if use.uses and use.unassigned:
        number = sum(not resource.scope.rules for resource in report.inventory.resources)
        page.text(_counted(page.say(words.OUTSIDE_SCOPES), number, page), label=f"{page.say(words.SCOPES)}  ")


def write_judged_on(pack: Pack, report: Report, page: Page) -> None:
    """The scopes on which a policy was judged."""
    use = report.shared_use
    if not use.uses:
        return
    parts = [_counted(one.rule.name, one.by_policy[pack.id], page) for one in use.uses if pack.id in one.by_policy]
    if pack.id in use.unassigned:
        parts.append(_counted(page.say(words.OUTSIDE_SCOPES), use.unassigned[pack.id], page))
    said = _joined(parts, page) if parts else page.say(words.NO_RESOURCES)
    page.text(said, indent=2, label=f"{page.say(words.JUDGED_ON)}: ")


def _scope(one: RuleUse, page: Page) -> str:
    rule, ja = one.rule, page.lang == "ja"
    found = _counted("資源" if ja else "resources", one.resources, page)
    if one.open_resources:
        found += f"、当たるか決まらないもの {one.open_resources:,}件" if ja else f", {one.open_resources:,} undecided"
    said = _joined([*_meant(rule, page), *_assigned(rule, page)], page)
    if not said:
        return f"{rule.name}  {found}"
    return f"{rule.name}（{said}）  {found}" if ja else f"{rule.name} ({said})  {found}"


def _meant(rule: Rule, page: Page) -> list[str]:
    """What the scope applies to."""
    named = [
        (Text("アカウント", "account"), sorted(rule.accounts)),
        (Text("プロジェクト", "project"), sorted(rule.projects)),
        *((Text(f"タグ {key} =", f"tag {key} ="), sorted(values)) for key, values in rule.tags),
    ]
    return [f"{page.say(label)} {_names(values, page)}" for label, values in named if values]


def _assigned(rule: Rule, page: Page) -> list[str]:
    """What the scope says of it."""
    parts = []
    if rule.zone is not None:
        parts.append(page.say(words.ZONES[rule.zone]))
    if rule.confidentiality is not None:
        parts.append(f"{page.say(Text('分類', 'class'))} {rule.confidentiality}")
    if rule.environment is not None:
        parts.append(page.say(words.ENVIRONMENTS[rule.environment]))
    if rule.phase is not None:
        parts.append(f"{page.say(words.PHASE)} {page.say(PHASE_TEXT[rule.phase])}")
    if rule.policies is not None:
        parts.append(f"{page.say(Text('ポリシー', 'policies'))} {_names(list(rule.policies), page)}")
    return parts


def _counted(name: str, number: int, page: Page) -> str:
    return f"{name} {words.count(number, page.lang)}"


def _joined(parts: list[str], page: Page) -> str:
    return ("、" if page.lang == "ja" else ", ").join(parts)


def _names(names: list[str], page: Page) -> str:
    return ("・" if page.lang == "ja" else " and ").join(names)
