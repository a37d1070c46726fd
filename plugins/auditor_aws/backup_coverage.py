"""Whether AWS Backup or Data Lifecycle Manager backs a resource up, and by which rules.

Sources: AWS Backup Developer Guide, pages "Assigning resources to a backup plan" and "BackupSelection" (patterns and
``selection_tag`` widen, ``condition`` and ``not_resources`` narrow) and "Getting started: service opt-in";
Terraform AWS provider documentation, pages ``aws_backup_selection`` and ``aws_dlm_lifecycle_policy``.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Joined, Links, Node, Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.backup_arns import SERVICES, arn_pattern
from auditor_aws.backup_plans import PlanCoverage, combined, continuous, dlm_schedules, rule_coverage
from auditor_aws.iam_language.answers import Answer, every, negation, some
from auditor_aws.iam_language.wildcards import covers, matches, overlaps
from auditor_aws.tags import read_tag

__all__ = ["PlanCoverage", "covered", "instances_of"]

_T = TypeVar("_T")

_CONTINUOUS_TYPES = frozenset({"aws_db_instance", "aws_rds_cluster", "aws_s3_bucket"})
"""Stores of which AWS Backup makes continuous backups (Developer Guide, "Continuous backups and PITR")."""
_DLM_TYPES = {"aws_ebs_volume": "VOLUME", "aws_instance": "INSTANCE"}
_TAG_PREFIX = "aws:ResourceTag/"
_ANY = ""
"""Stands for the account of a resource whose account is not known."""


class _Test(msgspec.Struct, frozen=True):
    """One comparison with a tag."""

    key: str | None
    """``None``: not known."""
    value: str | None
    like: bool = False
    negated: bool = False


class _Selection(msgspec.Struct, frozen=True):
    """One aws_backup_selection, read once."""

    record: Record
    plan: Attr[Record | None]
    patterns: tuple[str, ...] | None
    """Literal members of ``resources``; ``None`` if the argument is not given at all."""
    references: bool
    """``resources`` has members that are known only after apply."""
    excluded: tuple[str, ...]
    any_tag: tuple[_Test, ...] | None
    """``None``: it is not known which."""
    all_tags: tuple[_Test, ...] | None
    region: Attr[str]


class _Index(msgspec.Struct):
    """What one input says of backups."""

    selections: tuple[_Selection, ...]
    dlm: tuple[Record, ...]
    opted_out: dict[tuple[str | None, str | None], frozenset[str] | None]
    """Account and region -> service names that aws_backup_region_settings switches off there.

    The value is ``None`` where it is open which; the account and the region are ``None`` where they are open.
    """
    patterns: bool
    """Whether any selection holds patterns or literal ARNs."""
    organisation: Record | None
    """A backup policy of the organisation, which selects resources in its member accounts."""


def _literals(record: Record, path: str) -> tuple[tuple[str, ...], bool]:
    """Known members of a set of strings, and whether there are unknown ones."""
    elements = record.elements(path)
    if isinstance(elements, Unknown):
        return (), True
    known = tuple(str(item.value) for item in elements.value if isinstance(item, Known))
    return known, len(known) < len(elements.value)


def _test(node: Node, *, like: bool = False, negated: bool = False) -> _Test:
    key, value = node.text("key"), node.text("value")
    return _Test(
        None if isinstance(key, Unknown) else (key.value or "").removeprefix(_TAG_PREFIX),
        None if isinstance(value, Unknown) else value.value or "",
        like,
        negated,
    )


def _conditions(record: Record) -> tuple[_Test, ...] | None:
    blocks = computed.blocks(record, "condition")
    if isinstance(blocks, Unknown):
        return None
    found: list[_Test] = []
    for block in blocks.value:
        for name in ("string_equals", "string_like", "string_not_equals", "string_not_like"):
            tests = block.blocks(name)
            if isinstance(tests, Unknown):
                return None
            found.extend(_test(test, like="like" in name, negated="not" in name) for test in tests.value)
    return tuple(found)


def _read(record: Record) -> _Selection:
    patterns, references = _literals(record, "resources")
    # Members of not_resources that are known after apply are followed as references.
    excluded, _ = _literals(record, "not_resources")
    tags = record.blocks("selection_tag")
    return _Selection(
        record=record,
        plan=record.target("plan_id", "aws_backup_plan"),
        patterns=patterns if patterns or references else None,
        references=references,
        excluded=excluded,
        any_tag=None if isinstance(tags, Unknown) else tuple(_test(tag) for tag in tags.value),
        all_tags=_conditions(record),
        region=record.region,
    )


def _opted_out(settings: Record) -> frozenset[str] | None:
    preferences = settings.get("resource_type_opt_in_preference")
    if isinstance(preferences, Unknown):
        return None
    if not isinstance(preferences.value, dict):
        return frozenset()
    return frozenset(name for name, on in preferences.value.items() if on is False or on == "false")


def _alive(records: tuple[Record, ...]) -> tuple[Record, ...]:
    return tuple(record for record in records if record.action not in (Action.DELETE, Action.FORGET))


def _index(links: Links) -> _Index:
    index: _Index | None = links.cache.get(_Index)
    if index is None:
        index = links.cache[_Index] = _read_all(links)
    return index


def _read_all(links: Links) -> _Index:
    selections = tuple(links.of_type("aws_backup_selection"))
    dlm = tuple(links.of_type("aws_dlm_lifecycle_policy"))
    policies = links.of_type("aws_organizations_policy")
    opted_out: dict[tuple[str | None, str | None], frozenset[str] | None] = {}
    for record in links.of_type("aws_backup_region_settings"):
        region, account = record.region, record.account
        owner = account.value if isinstance(account, Known) else None
        if isinstance(region, Known):
            opted_out[owner, region.value] = opted_out[_ANY, region.value] = _opted_out(record)
        elif _opted_out(record) != frozenset():
            opted_out[owner, None] = opted_out[_ANY, None] = None
    organisation = next(
        (p for p in policies if isinstance(kind := p.text("type"), Known) and kind.value == "BACKUP_POLICY"), None
    )
    read = tuple(_read(selection) for selection in _alive(selections))
    patterns = any(selection.patterns or selection.excluded for selection in read)
    return _Index(read, _alive(dlm), opted_out, patterns, organisation)


def _holds(test: _Test, record: Record) -> Answer:
    if test.key is None:
        return Answer.UNDECIDED
    tag = read_tag(record, test.key)
    if isinstance(tag, Unknown):
        return Answer.UNDECIDED
    if tag.value is None:
        # Whether "is not" selects resources that lack the tag is not documented.
        return Answer.UNDECIDED if test.negated else Answer.NO
    if test.value is None:
        return Answer.UNDECIDED
    same = matches(test.value.replace("?", "\0"), tag.value) if test.like else test.value == tag.value
    answer = Answer.YES if same else Answer.NO
    return negation(answer) if test.negated else answer


def _matches_any(patterns: tuple[str, ...], arn: str) -> Answer:
    """Whether one of the patterns stands for the ARN, of which parts may be open (``*``)."""
    if any(covers(pattern, arn) for pattern in patterns):
        return Answer.YES
    return Answer.UNDECIDED if any(overlaps(pattern, arn) for pattern in patterns) else Answer.NO


def _referred(joined: Joined, selection: _Selection) -> Answer:
    if selection.record in joined.certain:
        return Answer.YES
    return Answer.UNDECIDED if selection.record in joined.possible else Answer.NO


def _same_region(selection: _Selection, region: Attr[str]) -> Answer:
    if isinstance(region, Unknown) or isinstance(selection.region, Unknown):
        return Answer.UNDECIDED
    return Answer.YES if region.value == selection.region.value else Answer.NO


def _same_account(selecting: Record, record: Record) -> Answer:
    own, other = record.account, selecting.account
    if isinstance(own, Known) and isinstance(other, Known) and own.value != other.value:
        return Answer.NO
    # A configuration rarely says the account; the selection then counts as one of the same account.
    return Answer.YES


def _opted_in(record: Record, region: Attr[str], index: _Index) -> Answer:
    """Whether AWS Backup may select resources of this kind in the region at all; by default it may."""
    account = record.account
    owner = account.value if isinstance(account, Known) else _ANY
    # a configuration rarely says its account, so that settings without one count for all
    places: list[tuple[str | None, str | None]] = [(owner, None), (None, None)]
    if isinstance(region, Known):
        places = [(owner, region.value), (None, region.value), *places]
    services = next((index.opted_out[place] for place in places if place in index.opted_out), frozenset())
    if services is None:
        return Answer.UNDECIDED
    return Answer.NO if SERVICES[record.type].service in services else Answer.YES


def _selected(
    selection: _Selection, record: Record, index: _Index, arn: str, included: Joined, excluded: Joined
) -> Answer:
    region = record.region
    here = _same_region(selection, region)
    if here is Answer.NO:
        return here
    by_name = _referred(included, selection)
    wide: list[Answer] = []
    if selection.patterns:
        exact = tuple(p for p in selection.patterns if "*" not in p)
        by_name = some([by_name, _matches_any(exact, arn)])
        wide.append(_matches_any(tuple(p for p in selection.patterns if "*" in p), arn))
    if selection.any_tag is None:
        wide.append(Answer.UNDECIDED)
    else:
        wide.extend(_holds(test, record) for test in selection.any_tag)
    if selection.patterns is None and selection.any_tag == ():
        wide.append(Answer.YES)
    # The opt-in of a service matters for everything that is not assigned by name.
    chosen = some([by_name, every([_opted_in(record, region, index), some(wide)])])
    conditions = (
        Answer.UNDECIDED if selection.all_tags is None else every(_holds(test, record) for test in selection.all_tags)
    )
    left_out = some([_referred(excluded, selection), _matches_any(selection.excluded, arn)])
    return every([here, _same_account(selection.record, record), chosen, conditions, negation(left_out)])


def _plan_coverage(selection: _Selection, record: Record) -> PlanCoverage:
    plan = selection.plan
    if isinstance(plan, Unknown):
        return PlanCoverage(plan, plan, plan)
    if plan.value is None:
        detail = Text("入力に含まれないバックアッププラン", "a backup plan that is not in the input")
        outside = selection.record.unknown("plan_id", Reason.OUTSIDE, detail)
        return PlanCoverage(outside, outside, outside)
    rules = plan.value.blocks("rule")
    if isinstance(rules, Unknown):
        return PlanCoverage(rules, rules, rules)
    parts: list[PlanCoverage] = []
    for rule in rules.value:
        coverage = rule_coverage(rule)
        if record.type in _CONTINUOUS_TYPES:
            steady = continuous(rule)
            if isinstance(steady, Unknown):
                coverage = msgspec.structs.replace(coverage, interval_hours=steady)
            elif steady.value:
                coverage = msgspec.structs.replace(coverage, interval_hours=Known(0.0, steady.origin, steady.path))
        parts.append(coverage)
    if not parts:
        missing = plan.value.unknown("rule", Reason.UNPARSEABLE)
        return PlanCoverage(missing, missing, missing)
    return combined(parts, plan.value)


def _tagged_for(policy: Record, record: Record) -> Answer:
    """Whether a DLM policy targets the volume or instance."""
    state = policy.text_or("state", "ENABLED")
    if isinstance(state, Unknown):
        return Answer.UNDECIDED
    if state.value != "ENABLED":
        return Answer.NO
    kind = _DLM_TYPES[record.type]
    default = policy.text("default_policy")
    if isinstance(default, Known) and default.value is not None:
        exclusions = policy.has("policy_details.0.exclusions")
        if default.value != kind:
            return Answer.NO
        return Answer.YES if isinstance(exclusions, Known) and not exclusions.value else Answer.UNDECIDED
    kinds, tags = policy.elements("policy_details.0.resource_types"), policy.get("policy_details.0.target_tags")
    if isinstance(kinds, Unknown) or isinstance(tags, Unknown):
        return Answer.UNDECIDED
    if kind not in [item.value for item in kinds.value if isinstance(item, Known)]:
        return Answer.NO
    if isinstance(tags.value, list):
        # an account may name one tag with several values, which a map cannot hold
        return some(_holds(_Test(str(tag["key"]), str(tag["value"])), record) for tag in tags.value)
    wanted = tags.value if isinstance(tags.value, dict) else {}
    return some(_holds(_Test(key, value), record) for key, value in wanted.items())


def _dlm(index: _Index, record: Record) -> list[tuple[Answer, PlanCoverage, Record]]:
    found: list[tuple[Answer, PlanCoverage, Record]] = []
    for policy in index.dlm:
        region, own = policy.region, record.region
        here = Answer.UNDECIDED
        if isinstance(region, Known) and isinstance(own, Known):
            here = Answer.YES if region.value == own.value else Answer.NO
        answer = every([here, _same_account(policy, record), _tagged_for(policy, record)])
        if answer is Answer.NO:
            continue
        schedules = dlm_schedules(policy)
        if isinstance(schedules, Unknown):
            found.append((answer, PlanCoverage(schedules, schedules, schedules), policy))
        elif schedules.value:
            found.append((answer, combined([part for _, part in schedules.value], policy), policy))
    return found


def instances_of(volume: Record) -> tuple[tuple[Record, ...], Unknown | None]:
    """Instances that a volume is attached to: a backup of an instance holds its volumes.

    With why there may be more, where the input stands for what it could not tell.
    """
    attached = volume.referrers("aws_volume_attachment", "volume_id")
    certain: list[Record] = []
    open_: Unknown | None = None
    for attachment in attached.certain:
        instance = attachment.target("instance_id", "aws_instance")
        if isinstance(instance, Unknown):
            open_ = instance
        elif instance.value is not None:
            certain.append(instance.value)
    for attachment in attached.possible:
        detail = Text(f"{attachment.address} のボリューム", f"the volume of {attachment.address}")
        open_ = attachment.unknown("volume_id", Reason.AMBIGUOUS, detail)
    return tuple(certain), open_ if volume.links.tells_missing else None


def _candidates(record: Record, index: _Index) -> list[tuple[Answer, PlanCoverage, Record]]:
    found: list[tuple[Answer, PlanCoverage, Record]] = []
    if index.selections:
        included = record.referrers("aws_backup_selection", "resources")
        excluded = record.referrers("aws_backup_selection", "not_resources")
        # Only patterns and literal ARNs are compared with it.
        arn = arn_pattern(record) if index.patterns else ""
        for selection in index.selections:
            answer = _selected(selection, record, index, arn, included, excluded)
            if answer is not Answer.NO:
                found.append((answer, _plan_coverage(selection, record), selection.record))
    if record.type in _DLM_TYPES:
        found.extend(_dlm(index, record))
    if record.type == "aws_ebs_volume":
        instances, open_ = instances_of(record)
        for instance in instances:
            found.extend(_candidates(instance, index))
        if open_ is not None:
            found.append((Answer.UNDECIDED, PlanCoverage(open_, open_, open_), record))
    return found


def covered(record: Record) -> Attr[PlanCoverage | None]:
    """What the backup plans of the input do for ``record``; ``Known(None)`` if they do not select it.

    Unknown where it is open whether a selection applies and none certainly does.  Attributes of the result are
    unknown where a selection that might apply would change them.
    """
    if record.type not in SERVICES:
        return Known(None, record, "")
    index = _index(record.links)
    if not (index.selections or index.dlm or index.organisation):
        return Known(None, record, "")
    found = _candidates(record, index)
    certain = [coverage for answer, coverage, _ in found if answer is Answer.YES]
    open_ = [(coverage, where) for answer, coverage, where in found if answer is Answer.UNDECIDED]
    if not certain:
        if open_:
            unlisted = open_[0][1].unlisted
            if unlisted is not None:
                return unlisted.unknown
            name = open_[0][1].address
            detail = Text(f"{name} の対象に含まれるかどうか", f"whether {name} selects it")
            return Unknown(Reason.AMBIGUOUS, record, "", detail)
        if index.organisation is not None:
            detail = Text(
                "組織のバックアップポリシーの対象かどうか", "whether a backup policy of the organisation applies"
            )
            return Unknown(Reason.OUTSIDE, index.organisation, "content", detail)
        return Known(None, record, "")
    sure = combined(certain, record)
    # What selects the store is the evidence that it is covered.
    selecting = next(where for answer, _, where in found if answer is Answer.YES)
    if not open_:
        return Known(sure, selecting, "")
    widest = combined([*certain, *(coverage for coverage, _ in open_)], record)
    return Known(
        PlanCoverage(
            _agreed(sure.interval_hours, widest.interval_hours, open_[0][1]),
            _agreed(sure.retention_days, widest.retention_days, open_[0][1]),
            _agreed(sure.offsite, widest.offsite, open_[0][1]),
        ),
        selecting,
        "",
    )


def _agreed(sure: Attr[_T], widest: Attr[_T], where: Record) -> Attr[_T]:
    """``sure`` where what might apply besides makes no difference."""
    if isinstance(sure, Known) and isinstance(widest, Known) and sure.value == widest.value:
        return sure
    if isinstance(sure, Unknown):
        return sure
    detail = Text(f"{where.address} の対象に含まれるかどうか", f"whether {where.address} selects it")
    return Unknown(Reason.AMBIGUOUS, where, "", detail)
