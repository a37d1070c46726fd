"""AWS Config: recorders, where they deliver, and rules.

Sources: AWS Config API Reference (DescribeConfigurationRecorders, DescribeConfigurationRecorderStatus,
ListTagsForResource, DescribeDeliveryChannels, DescribeConfigRules, DescribeConformancePacks,
DescribeRetentionConfigurations); AWS provider documentation, pages ``aws_config_*``.

Rules and packs of an organisation are not asked for by themselves: each account shows the rules that they make there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_OF_OTHERS: Final = ("securityhub.amazonaws.com", "config-conforms.amazonaws.com")
"""Rules that these make are counted by the standard or the pack that they belong to."""


def recorders(answers: Answers) -> Iterator[Shape]:
    """The recorder of the region, and whether it runs."""
    for listed in answers.items("DescribeConfigurationRecorders", "ConfigurationRecorders"):
        if listed.get("servicePrincipal"):
            # of a service, for what that service needs
            continue
        name = listed["name"]
        address = listed.get("arn") or _built(answers, "configuration-recorder", name)
        shape = Shape(
            "aws_config_configuration_recorder", answers, address, "DescribeConfigurationRecorders", names=(name,)
        )
        shape["arn"] = address
        shape["name"] = name
        shape["recording_group"] = block(_group(listed.get("recordingGroup")))
        shape["recording_mode"] = block(_mode(listed.get("recordingMode")))
        shape.take("tags", answers.of("ListTagsForResource", address), lambda data: tags(data.get("Tags")))
        yield shape
    for listed in answers.items("DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus"):
        if listed.get("servicePrincipal"):
            continue
        name = listed["name"]
        shape = Shape(
            "aws_config_configuration_recorder_status",
            answers,
            f"{_built(answers, 'configuration-recorder', name)} status",
            "DescribeConfigurationRecorderStatus",
        )
        shape["name"] = name
        # one that is on and fails (its role may not read, for instance) keeps no history
        shape["is_enabled"] = bool(listed.get("recording", False)) and listed.get("lastStatus") != "Failure"
        yield shape


def _built(answers: Answers, kind: str, name: str) -> str:
    return answers.arn("config", f"{kind}/{name}")


def _group(given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return given and {
        "all_supported": bool(given.get("allSupported", False)),
        "include_global_resource_types": bool(given.get("includeGlobalResourceTypes", False)),
        "resource_types": given.get("resourceTypes") or [],
        "recording_strategy": block(
            (strategy := given.get("recordingStrategy")) and {"use_only": strategy.get("useOnly")}
        ),
    }


def _mode(given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return given and {
        "recording_frequency": given.get("recordingFrequency"),
        "recording_mode_override": [
            {
                "recording_frequency": one.get("recordingFrequency"),
                "resource_types": one.get("resourceTypes") or [],
            }
            for one in given.get("recordingModeOverrides") or ()
        ],
    }


def delivery_channels(answers: Answers) -> Iterator[Shape]:
    """Where histories are written."""
    for listed in answers.items("DescribeDeliveryChannels", "DeliveryChannels"):
        name = listed["name"]
        address = _built(answers, "delivery-channel", name)
        shape = Shape("aws_config_delivery_channel", answers, address, "DescribeDeliveryChannels", names=(name,))
        shape["name"] = name
        shape["s3_bucket_name"] = listed.get("s3BucketName")
        shape["s3_key_prefix"] = listed.get("s3KeyPrefix")
        shape["s3_kms_key_arn"] = listed.get("s3KmsKeyArn")
        shape["sns_topic_arn"] = listed.get("snsTopicARN")
        yield shape


def retention(answers: Answers) -> Iterator[Shape]:
    """How long histories are kept; without a configuration for seven years."""
    for listed in answers.items("DescribeRetentionConfigurations", "RetentionConfigurations"):
        name = listed["Name"]
        address = _built(answers, "retention-configuration", name)
        shape = Shape("aws_config_retention_configuration", answers, address, "DescribeRetentionConfigurations")
        shape["name"] = name
        shape["retention_period_in_days"] = listed.get("RetentionPeriodInDays")
        yield shape


def rules(answers: Answers) -> Iterator[Shape]:
    """Rules of the account's own, and packs of rules; those that are being deleted are none."""
    for listed in answers.items("DescribeConfigRules", "ConfigRules"):
        if listed.get("CreatedBy") in _OF_OTHERS or str(listed.get("ConfigRuleState", "")).startswith("DELETING"):
            continue
        name, arn = listed["ConfigRuleName"], listed["ConfigRuleArn"]
        shape = Shape("aws_config_config_rule", answers, arn, "DescribeConfigRules", names=(name,))
        shape["arn"] = arn
        shape["name"] = name
        shape["rule_id"] = listed.get("ConfigRuleId")
        yield shape
    for listed in answers.items("DescribeConformancePacks", "ConformancePackDetails"):
        name, arn = listed["ConformancePackName"], listed["ConformancePackArn"]
        shape = Shape("aws_config_conformance_pack", answers, arn, "DescribeConformancePacks", names=(name,))
        shape["arn"] = arn
        shape["name"] = name
        yield shape


_CHANGES: Final = frozenset(("change", "inventory", "residency"))

SERVICES: Final = (
    Service(
        name="config",
        calls=(
            Call(operation="DescribeConfigurationRecorders", yields=("aws_config_configuration_recorder",)),
            Call(operation="DescribeConfigurationRecorderStatus", yields=("aws_config_configuration_recorder_status",)),
            Call(
                operation="DescribeDeliveryChannels",
                yields=("aws_config_delivery_channel",),
                subjects=frozenset(("encryption", "inventory", "log", "residency")),
            ),
            Call(
                operation="DescribeRetentionConfigurations",
                yields=("aws_config_retention_configuration",),
                subjects=frozenset(("inventory", "log", "residency")),
            ),
            Call(operation="DescribeConfigRules", yields=("aws_config_config_rule",)),
            Call(operation="DescribeConformancePacks", yields=("aws_config_conformance_pack",)),
            Call(
                operation="ListTagsForResource",
                each="DescribeConfigurationRecorders",
                over="ConfigurationRecorders[?arn].arn",
                parameters={"ResourceArn": "@"},
            ),
        ),
        shapers=(recorders, delivery_channels, retention, rules),
        subjects=_CHANGES,
    ),
)
