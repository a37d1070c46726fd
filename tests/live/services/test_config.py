"""AWS Config of accounts."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import ChangeRecorder, EncryptionAtRest, KeyOwner, LogStore
from auditor_aws.live import source
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, said, why

RECORDER = "aws_config_configuration_recorder"


@pytest.fixture
def config(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """The server with an answer to what moto does not know; nothing counts as left out."""
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    aws.answer("config", "DescribeConformancePacks", {"ConformancePackDetails": []})
    return aws


def record(
    aws: AwsServer, *, running: bool, region: str = REGION, last: str = "Success", of: str = "", **group: Any
) -> None:
    recorder = {
        "name": "default",
        "arn": f"arn:aws:config:{region}:{ACCOUNT}:configuration-recorder/default/x",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True, **group},
    }
    status = {"name": "default", "recording": running, "lastStatus": last}
    if of:
        recorder["servicePrincipal"] = status["servicePrincipal"] = of
    aws.answer("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [recorder]}, region=region)
    aws.answer(
        "config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": [status]}, region=region
    )
    aws.answer("config", "ListTagsForResource", {"Tags": [{"Key": "class", "Value": "2"}]}, region=region)


def recorded(found: Audit) -> set[str]:
    return {one.status.value for one in found.findings("change.record.complete")}


def test_a_recorder_must_run(config: AwsServer) -> None:
    record(config, running=True)
    found = audit(config.url, ["config"])
    assert recorded(found) == {"pass"}
    assert said(found.resource(RECORDER).tag("class")) == "2"
    record(config, running=False)
    assert recorded(audit(config.url, ["config"])) == {"fail"}


def test_a_recorder_that_fails_keeps_no_history(config: AwsServer) -> None:
    record(config, running=True, last="Failure")
    assert recorded(audit(config.url, ["config"])) == {"fail"}
    record(config, running=True, last="Pending")
    assert recorded(audit(config.url, ["config"])) == {"pass"}


def test_a_recorder_of_a_service_is_not_that_of_the_account(config: AwsServer) -> None:
    record(config, running=True, of="config-conforms.amazonaws.com")
    found = audit(config.url, ["config"])
    assert not found.resources(RECORDER)
    assert "pass" not in recorded(found)


def test_all_supported_types_leave_global_ones_out(config: AwsServer) -> None:
    record(config, running=True, includeGlobalResourceTypes=False)
    assert recorded(audit(config.url, ["config"])) == {"fail"}
    # one region that records them is enough
    record(config, running=True, region="us-east-1")
    assert recorded(audit(config.url, ["config"], regions=(REGION, "us-east-1"))) == {"pass"}


def test_a_refused_status_or_recorder_is_unknown(config: AwsServer) -> None:
    record(config, running=True)
    config.refuse(["config:DescribeConfigurationRecorderStatus"])
    found = audit(config.url, ["config"])
    assert why(facet(found, RECORDER, "", ChangeRecorder).recording) is Reason.DENIED
    assert said(facet(found, RECORDER, "", ChangeRecorder).all_resources) is True
    config.clear_faults()
    config.refuse(["config:DescribeConfigurationRecorders"])
    assert recorded(audit(config.url, ["config"])) == {"unknown"}


def test_an_account_without_a_recorder_fails(config: AwsServer) -> None:
    found = audit(config.url, ["config"])
    assert {one.status.value for one in found.findings("change.record.present")} == {"fail"}


def test_histories_are_delivered_and_kept(config: AwsServer) -> None:
    channel = {
        "name": "default",
        "s3BucketName": "histories",
        "s3KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1",
    }
    config.answer("config", "DescribeDeliveryChannels", {"DeliveryChannels": [channel]})
    config.client("config").put_retention_configuration(RetentionPeriodInDays=60)
    found = audit(config.url, ["config"])
    assert said(facet(found, "aws_config_delivery_channel", "", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(facet(found, "aws_config_retention_configuration", "", LogStore).retention_days) == 60


def test_rules_of_standards_and_deleted_ones_are_not_counted(config: AwsServer) -> None:
    def rule(name: str, state: str = "ACTIVE", **more: str) -> dict[str, Any]:
        arn = f"arn:aws:config:{REGION}:{ACCOUNT}:config-rule/{name}"
        source = {"Owner": "AWS", "SourceIdentifier": "X"}
        return {"ConfigRuleName": name, "ConfigRuleArn": arn, "ConfigRuleState": state, "Source": source, **more}

    rules = [rule("own"), rule("gone", "DELETING"), rule("theirs", CreatedBy="securityhub.amazonaws.com")]
    pages = [{"ConfigRules": rules}, {"ConfigRules": [rule("second")]}]
    config.answer("config", "DescribeConfigRules", pages=pages)
    found = audit(config.url, ["config"])
    names = [one.address.rpartition("/")[2] for one in found.resources("aws_config_config_rule")]
    assert names == ["own", "second"]
    assert {one.status.value for one in found.findings("change.rules.active")} == {"pass"}
