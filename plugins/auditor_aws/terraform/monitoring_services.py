"""Services that watch over an account: threats, intrusion, changes of settings, and whom AWS writes to.

Sources: Terraform AWS provider documentation, page of each type; AWS Config Developer Guide, page "Recording AWS
Resources with AWS Config" (a new recorder is stopped; resources of global services are left out unless they are
asked for); AWS Network Firewall Developer Guide, page "Stateful rule groups".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    AccountContact,
    ChangeRecorder,
    Facet,
    IntrusionDetection,
    SettingRule,
    ThreatDetection,
)
from auditor.record import Action, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.registry import REGISTRY

_RECORDER: Final = "aws_config_configuration_recorder"
_GLOBAL_ELSEWHERE: Final = Text(
    "グローバルな資源を別のリージョンで記録しているか", "whether global resources are recorded in another Region"
)


@REGISTRY.adapter("aws_guardduty_detector")
def guardduty(record: Record) -> Iterable[Facet]:
    """GuardDuty of one Region."""
    yield ThreatDetection(service="GuardDuty", enabled=record.flag("enable", True))


@REGISTRY.adapter("aws_guardduty_organization_configuration")
def guardduty_organization(record: Record) -> Iterable[Facet]:
    """GuardDuty of the accounts of an organization; until version 5 of the provider it had a flag of another name."""
    members = record.text("auto_enable_organization_members")
    for_all: Attr[bool] = map_attr(members, lambda value: value in ("ALL", "NEW"))
    yield ThreatDetection(
        service="GuardDuty (organization)", enabled=any_of(for_all, record.flag("auto_enable", False))
    )


@REGISTRY.adapter("aws_securityhub_account", "aws_securityhub_account_v2")
def security_hub(record: Record) -> Iterable[Facet]:
    """Security Hub of one Region; it is on once it is there, with its default standards unless they are refused."""
    yield ThreatDetection(service="Security Hub", enabled=record.known("id", True))
    if record.type == "aws_securityhub_account":
        yield SettingRule(rule="standard", active=record.flag("enable_default_standards", True))


@REGISTRY.adapter("aws_securityhub_organization_configuration")
def security_hub_organization(record: Record) -> Iterable[Facet]:
    """Security Hub of the accounts of an organization, by itself or by its central configuration."""
    central = map_attr(record.text("organization_configuration.0.configuration_type"), lambda value: value == "CENTRAL")
    enabled = any_of(record.flag("auto_enable", False), central)
    yield ThreatDetection(service="Security Hub (organization)", enabled=enabled)


@REGISTRY.adapter("aws_detective_graph")
def detective(record: Record) -> Iterable[Facet]:
    """Amazon Detective, which looks into what others have found."""
    yield ThreatDetection(service="Detective", enabled=record.known("id", True))


@REGISTRY.adapter("aws_networkfirewall_firewall")
def firewall(record: Record) -> Iterable[Facet]:
    """Network Firewall; only stateful rules look into what the packets carry."""
    policy = record.target("firewall_policy_arn", "aws_networkfirewall_firewall_policy")
    if isinstance(policy, Unknown):
        inspects: Attr[bool] = policy
    elif policy.value is None:
        inspects = record.unknown("firewall_policy_arn", Reason.OUTSIDE)
    else:
        groups = policy.value.blocks("firewall_policy.0.stateful_rule_group_reference")
        inspects = map_attr(groups, lambda found: bool(found))
    yield IntrusionDetection(inspects=inspects)


REGISTRY.part("aws_networkfirewall_firewall", "aws_networkfirewall_firewall_policy")


@REGISTRY.adapter("aws_account_alternate_contact")
def contact(record: Record) -> Iterable[Facet]:
    """A contact besides the owner of the account."""
    kind = record.text("alternate_contact_type")
    yield AccountContact(security=map_attr(kind, lambda value: value == "SECURITY"))


@REGISTRY.adapter(_RECORDER)
def recorder(record: Record) -> Iterable[Facet]:
    """AWS Config's recorder of one Region, which a resource of its own starts."""
    status = computed.part(record, "aws_config_configuration_recorder_status", "name")
    recording: Attr[bool]
    if isinstance(status, Unknown):
        recording = status
    elif status.value is None:
        recording = absent.without(record, "aws_config_configuration_recorder_status")
    else:
        recording = status.value.flag("is_enabled", False)
    yield ChangeRecorder(recording=recording, all_resources=all_of(_all_types(record), _global_types(record)))


def _all_types(record: Record) -> Attr[bool]:
    # Without the block the provider sends none, and AWS Config records all types it supports in the Region.
    return record.flag("recording_group.0.all_supported", True)


def _global_types(record: Record) -> Attr[bool]:
    """Whether IAM and other global resources are recorded, here or (as AWS advises) in one other Region."""
    recorders = (one for one in record.links.of_type(_RECORDER) if one.action is not Action.DELETE)
    answers = [one.flag("recording_group.0.include_global_resource_types", False) for one in (record, *recorders)]
    found = any_of(*answers)
    if isinstance(found, Known) and not found.value and not record.links.complete:
        return record.unknown("recording_group", Reason.NOT_COLLECTED, _GLOBAL_ELSEWHERE)
    return found


_RULES: Final = {
    "aws_config_config_rule": "config-rule",
    "aws_config_conformance_pack": "conformance-pack",
    "aws_config_organization_conformance_pack": "conformance-pack",
    "aws_config_organization_custom_policy_rule": "config-rule",
    "aws_config_organization_custom_rule": "config-rule",
    "aws_config_organization_managed_rule": "config-rule",
    "aws_securityhub_standards_subscription": "standard",
    "aws_controltower_control": "guardrail",
}


@REGISTRY.adapter(*_RULES)
def rule(record: Record) -> Iterable[Facet]:
    """A rule that checks or confines settings; it is active once it is there."""
    yield SettingRule(rule=_RULES[record.type], active=record.known("id", True))


@REGISTRY.adapter("aws_securityhub_configuration_policy")
def central_policy(record: Record) -> Iterable[Facet]:
    """What Security Hub's central configuration gives to accounts."""
    standards = record.has("configuration_policy.0.enabled_standard_arns")
    yield SettingRule(
        rule="standard", active=all_of(record.flag("configuration_policy.0.service_enabled", False), standards)
    )


@REGISTRY.adapter("aws_organizations_policy")
def organization_policy(record: Record) -> Iterable[Facet]:
    """A policy that confines what accounts may do, once it is attached."""
    kind = record.text_or("type", "SERVICE_CONTROL_POLICY")
    if isinstance(kind, Known) and kind.value not in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        return
    yield SettingRule(rule="organisation-policy", active=kind if isinstance(kind, Unknown) else _attached(record))


def _attached(policy: Record) -> Attr[bool]:
    found = computed.joined(policy, "aws_organizations_policy_attachment", "policy_id")
    if found.certain:
        return Known(True, found.certain[0], "target_id")
    if found.possible:
        return policy.unknown("aws_organizations_policy_attachment", Reason.AMBIGUOUS)
    return absent.without(policy, "aws_organizations_policy_attachment")
