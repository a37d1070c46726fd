"""Resources of services that are not read: told as not looked at, and never as all that there is."""

from __future__ import annotations

import pytest

from auditor_aws.live.services.inventory import type_of
from tests.live.auditing import audit
from tests.live.servers import ACCOUNT, REGION, AwsServer

VIEW = f"arn:aws:resource-explorer-2:{REGION}:{ACCOUNT}:view/all/11111111-2222-3333-4444-555555555555"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
GAME = f"arn:aws:gamelift:us-east-1:{ACCOUNT}:fleet/fleet-1"


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A state machine that both lists show, a fleet abroad that only the index shows, and a queue, which is read."""
    mapped = [[{"ResourceARN": one, "Tags": [{"Key": "env", "Value": "prod"}]}] for one in (MACHINE, QUEUE)]
    aws.answer("resourcegroupstaggingapi", "GetResources", pages=[{"ResourceTagMappingList": one} for one in mapped])
    aws.answer("resource-explorer-2", "GetDefaultView", {"ViewArn": VIEW})
    found = [
        {"Arn": MACHINE, "Region": REGION, "Service": "states", "ResourceType": "states:statemachine"},
        {"Arn": GAME, "Region": "us-east-1", "Service": "gamelift", "ResourceType": "gamelift:fleet"},
        {"Arn": QUEUE, "Region": REGION, "Service": "sqs", "ResourceType": "sqs:queue"},
    ]
    aws.answer("resource-explorer-2", "ListResources", pages=[{"Resources": [one], "ViewArn": VIEW} for one in found])
    return aws


SERVICES = ["resourcegroupstaggingapi", "resource-explorer-2"]


def test_what_is_not_read_is_told_once_by_its_kind(cloud: AwsServer) -> None:
    report = audit(cloud.url, SERVICES).report
    assert report.inventory.not_covered == {"aws:states:stateMachine": 1, "aws:gamelift:fleet": 1}
    told = [one for one in report.findings if one.check.control == "inventory.coverage"]
    assert told
    assert "pass" not in {one.status.value for one in told}


def test_a_region_without_a_view_is_not_asked_further(cloud: AwsServer) -> None:
    cloud.fail("resource-explorer-2", "GetDefaultView", "ResourceNotFoundException", status=404)
    report = audit(cloud.url, SERVICES).report
    assert report.inventory.not_covered == {"aws:states:stateMachine": 1}
    assert "ListResources" not in {one.operation for one in cloud.calls()}


def test_that_neither_list_is_shown_says_nothing_of_resources(cloud: AwsServer) -> None:
    cloud.refuse(["resourcegroupstaggingapi:*", "resource-explorer-2:*"])
    report = audit(cloud.url, SERVICES).report
    assert report.inventory.not_covered == {}
    assert not [one for one in report.findings if one.status.value == "pass"]


@pytest.mark.parametrize(
    ("arn", "type_"),
    [
        (MACHINE, "aws:states:stateMachine"),
        (f"arn:aws:codecommit:{REGION}:{ACCOUNT}:records", "aws:codecommit"),
        (f"arn:aws:cloud9:{REGION}:{ACCOUNT}:environment:x/y", "aws:cloud9:environment"),
        ("arn:aws:s3:::records", None),
        (f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/x/1", None),
        ("no arn at all", None),
    ],
)
def test_the_kind_is_told_from_the_arn(arn: str, type_: str | None) -> None:
    assert type_of(arn) == type_
