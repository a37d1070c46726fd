"""What looks for malware and vulnerabilities, and what patches machines.

Sources: Terraform AWS provider documentation, page of each type; Amazon GuardDuty User Guide, "GuardDuty malware
detection scan engine" (AWS keeps the signatures current) and "Malware Protection for S3"; AWS Network Firewall
Developer Guide, "AWS managed threat signature rule groups"; Amazon ECR User Guide, "Scan images for software
vulnerabilities" (the setting of the registry decides, that of a repository is of old); AWS Systems Manager User
Guide, "About the AWS-RunPatchBaseline SSM document" and "Install or update packages with Distributor".
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from typing import Any, Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import Facet, MalwareScan, Patching, VulnerabilityScan
from auditor.record import Action, Node, Record
from auditor.text import Text
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived

REGISTRY.part("aws_ecr_repository", "aws_ecr_registry_scanning_configuration")

_BY_AWS: Final[Attr[bool]] = Known(True)
"""AWS runs the function, and keeps signatures and engine current."""
_EBS: Final = "EBS_MALWARE_PROTECTION"
_SWITCH: Final = "datasources.0.malware_protection.0.scan_ec2_instance_with_findings.0.ebs_volumes.0.enable"
_MEMBERS: Final = Text("既存のアカウントで有効か", "whether it is on in accounts that were there before")
_REGISTRY_SCAN: Final = "aws_ecr_registry_scanning_configuration"
_REGISTRY_WIDE: Final = Text("レジストリ全体の検査の設定", "the scanning configuration of the whole registry")


@REGISTRY.adapter("aws_guardduty_detector")
def detector(record: Record) -> Iterator[Facet]:
    """The detector, where it says anything about malware on disks; else features of their own do."""
    switch = record.get(_SWITCH)
    if isinstance(switch, Known) and switch.value is not None:
        active = all_of(record.flag("enable", True), record.flag(_SWITCH, False))
        yield MalwareScan(key="disks", what="machines", active=active, updated=_BY_AWS)


@REGISTRY.adapter("aws_guardduty_detector_feature")
def feature(record: Record) -> Iterator[Facet]:
    """A feature of a detector; that which scans disks."""
    name = record.text("name")
    if isinstance(name, Unknown):
        # it may be that one; nothing is known of features that could not be listed
        yield MalwareScan(key="disks", what="machines", active=name, updated=_BY_AWS)
    elif name.value == _EBS:
        active = map_attr(record.text("status"), lambda status: status == "ENABLED")
        yield MalwareScan(key="disks", what="machines", active=active, updated=_BY_AWS)


@REGISTRY.adapter("aws_guardduty_organization_configuration_feature")
def organisation_feature(record: Record) -> Iterator[Facet]:
    """A feature for all accounts of an organisation, for new ones, or for none."""
    name = record.text("name")
    if isinstance(name, Unknown) or name.value != _EBS:
        return
    whom = record.text("auto_enable")
    active: Attr[bool]
    if isinstance(whom, Known) and whom.value == "NEW":
        active = record.unknown("auto_enable", Reason.NOT_COLLECTED, _MEMBERS)
    else:
        active = map_attr(whom, lambda value: value == "ALL")
    yield MalwareScan(key="disks", what="machines", active=active, updated=_BY_AWS)


@REGISTRY.adapter("aws_guardduty_malware_protection_plan")
def bucket_plan(record: Record) -> Iterator[Facet]:
    """Objects are scanned when they come into a bucket, unless an account says that the plan has an error."""
    broken = record.flag("in_error", False)
    active: Attr[bool] = record.known("protected_resource", True)
    if isinstance(broken, Unknown) or broken.value:
        active = map_attr(broken, lambda _: False)
    yield MalwareScan(what="objects", active=active, updated=_BY_AWS)


_MANAGED_GROUP: Final = re.compile(r":aws-managed:stateful-rulegroup/.*(?:malware|botnet)", re.IGNORECASE)


@REGISTRY.adapter("aws_networkfirewall_firewall")
def firewall(record: Record) -> Iterator[Facet]:
    """A firewall with rules of AWS against the traffic of malware, where its policy names any."""
    policy = record.target("firewall_policy_arn", "aws_networkfirewall_firewall_policy")
    if isinstance(policy, Unknown) or policy.value is None:
        return
    groups = policy.value.blocks("firewall_policy.0.stateful_rule_group_reference")
    if isinstance(groups, Unknown):
        return
    for group in groups.value:
        arn = group.text("resource_arn")
        if isinstance(arn, Known) and _MANAGED_GROUP.search(arn.value or ""):
            yield MalwareScan(what="traffic", active=derived(True, arn), updated=_BY_AWS)
            return


@REGISTRY.adapter("aws_inspector2_enabler")
def inspector(record: Record) -> Iterator[Facet]:
    """Inspector, for the kinds of things it is switched on for."""
    kinds = record.elements("resource_types")
    if isinstance(kinds, Unknown):
        yield VulnerabilityScan(what="machines", active=kinds)
        return
    for kind in kinds.value:
        if isinstance(kind, Known) and kind.value in _INSPECTED:
            what = _INSPECTED[kind.value]
            yield VulnerabilityScan(key=what, what=what, active=derived(True, kind))


_INSPECTED: Final = {"EC2": "machines", "ECR": "images", "LAMBDA": "functions"}


@REGISTRY.adapter("aws_inspector2_organization_configuration")
def inspector_of_organisation(record: Record) -> Iterator[Facet]:
    """Inspector for accounts that join the organisation later; those that are there are switched on one by one."""
    for path, what in (("ec2", "machines"), ("ecr", "images")):
        switched = record.flag(f"auto_enable.0.{path}", False)
        active: Attr[bool] = switched
        if isinstance(switched, Known) and switched.value:
            active = record.unknown(f"auto_enable.0.{path}", Reason.NOT_COLLECTED, _MEMBERS)
        yield VulnerabilityScan(key=what, what=what, active=active)


@REGISTRY.adapter("aws_ecr_repository")
def repository(record: Record) -> Iterator[Facet]:
    """Images of a repository: by the registry's rules if the input has them, else by the old setting of its own."""
    yield VulnerabilityScan(key="images", what="images", active=_scanned(record))


def _scanned(record: Record) -> Attr[bool]:
    own = record.flag("image_scanning_configuration.0.scan_on_push", False)
    if isinstance(own, Known) and own.value:
        return own
    for registry in record.links.of_type(_REGISTRY_SCAN):
        if registry.action is Action.DELETE:
            continue
        same = _same_place(registry, record)
        if isinstance(same, Unknown):
            return same
        if same.value:
            return any_of(own, _by_rules(registry, record))
    if isinstance(own, Unknown) or record.links.complete:
        return own
    return record.unknown("image_scanning_configuration", Reason.NOT_COLLECTED, _REGISTRY_WIDE)


def _same_place(one: Record, other: Record) -> Attr[bool]:
    """Whether two records are of the same account and region."""
    return all_of(_same(one.region, other.region), _same(one.account, other.account))


def _same(one: Attr[str], other: Attr[str]) -> Attr[bool]:
    if isinstance(one, Unknown):
        return one
    return map_attr(other, lambda value: value == one.value)


def _by_rules(registry: Record, repository: Record) -> Attr[bool]:
    """Whether a rule that scans by itself takes the repository in."""
    name = repository.text("name")
    if isinstance(name, Unknown):
        return name
    rules = registry.blocks("rule")
    if isinstance(rules, Unknown):
        return rules
    answers: list[Attr[bool]] = [registry.known("rule", False)]
    for rule in rules.value:
        automatic = map_attr(rule.text("scan_frequency"), lambda value: value in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN"))
        filters = rule.blocks("repository_filter")
        if isinstance(filters, Unknown):
            answers.append(all_of(automatic, filters))
            continue
        answers += [all_of(automatic, _matches(one, name.value or "")) for one in filters.value]
    return any_of(*answers)


def _matches(filter_: Node, name: str) -> Attr[bool]:
    """A filter without a wildcard takes in names that contain it (Amazon ECR User Guide, "Filters")."""
    pattern = filter_.text("filter")
    return map_attr(
        pattern,
        lambda text: fnmatch.fnmatchcase(name, text or "") if "*" in (text or "") else (text or "") in name,
    )


_PACKAGES: Final = re.compile(
    r"falcon|trend ?micro|trendmicro|deep ?security|ds_agent|workload-?security|sophos|sentinel-?(?:one|agent)|mcafee"
    r"|trellix|symantec|mdatp|defender|mpsignature|clamav|freshclam|\beset\b|kaspersky|carbon ?black|cbdefense|cylance"
    r"|cortex|fsecure|withsecure|bitdefender",
    re.IGNORECASE,
)
"""Names in packages and commands by which products against malware are known."""
_PATCHES: Final = re.compile(r"AWS-(?:RunPatchBaseline|PatchInstance|ApplyPatchBaseline)")


@REGISTRY.adapter("aws_ssm_association")
def association(record: Record) -> Iterator[Facet]:
    """A document that is run on machines: patches, or an agent against malware."""
    name = record.text("name")
    document = name.value or "" if isinstance(name, Known) else ""
    repeated = record.has("schedule_expression")
    parameters = record.members("parameters")
    given = parameters.value if isinstance(parameters, Known) else {}
    if _PATCHES.search(document):
        if _installs(given.get("Operation")):
            yield Patching(what="machines", automatic=repeated)
        return
    texts = [attr.value for attr in given.values() if isinstance(attr, Known) and isinstance(attr.value, str)]
    if any(map(_PACKAGES.search, (document, *texts))):
        yield MalwareScan(what="machines", active=record.known("name", True), updated=repeated)


def _installs(operation: Attr[Any] | None) -> bool:
    """Whether the run of a patch document certainly installs; a run that only looks is no way of patching."""
    return isinstance(operation, Known) and str(operation.value).lower() == "install"


@REGISTRY.adapter("aws_ssm_maintenance_window_task")
def task(record: Record) -> Iterator[Facet]:
    """What is run in a window of time: patches, where it installs them."""
    document = record.text("task_arn")
    if isinstance(document, Unknown) or not _PATCHES.search(document.value or ""):
        return
    parameters = record.blocks("task_invocation_parameters.0.run_command_parameters.0.parameter")
    if isinstance(parameters, Unknown):
        return
    for parameter in parameters.value:
        name = parameter.text("name")
        if isinstance(name, Known) and name.value == "Operation" and _installs(parameter.get("values.0")):
            yield Patching(what="machines", automatic=_open(record))


def _open(task: Record) -> Attr[bool]:
    """Whether the window of a task is in force."""
    window = task.target("window_id", "aws_ssm_maintenance_window")
    if isinstance(window, Unknown):
        return window
    return task.known("window_id", True) if window.value is None else window.value.flag("enabled", True)
