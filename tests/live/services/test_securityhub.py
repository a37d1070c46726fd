"""Security Hub, Inspector and Detective of accounts."""

from __future__ import annotations

import pytest

from auditor.facets import SettingRule, ThreatDetection, VulnerabilityScan
from auditor_aws.live import source
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, said, statuses

HUB = "aws_securityhub_account"


@pytest.fixture
def hubs(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """The server with an answer to what moto does not know; nothing counts as left out."""
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    aws.fail("securityhub", "DescribeSecurityHubV2", "ResourceNotFoundException", status=404)
    return aws


def standards(aws: AwsServer, *states: str) -> None:
    found = [
        {
            "StandardsSubscriptionArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:subscription/s{number}",
            "StandardsArn": f"arn:aws:securityhub:::ruleset/s{number}",
            "StandardsInput": {},
            "StandardsStatus": state,
        }
        for number, state in enumerate(states)
    ]
    pages = [{"StandardsSubscriptions": [one]} for one in found] or [{"StandardsSubscriptions": []}]
    aws.answer("securityhub", "GetEnabledStandards", pages=pages)


def present(found: Audit, check: str = "monitoring.threat-detection.present") -> set[str]:
    return {one.status.value for one in found.findings(check)}


def test_a_hub_with_standards(hubs: AwsServer) -> None:
    hubs.client("securityhub").enable_security_hub()
    standards(hubs, "READY", "INCOMPLETE", "DELETING")
    found = audit(hubs.url, ["securityhub"])
    assert said(facet(found, HUB, "", ThreatDetection).enabled) is True
    assert said(facet(found, HUB, "", SettingRule).active) is True
    assert len(found.resources("aws_securityhub_standards_subscription")) == 2
    standards(hubs)
    found = audit(hubs.url, ["securityhub"])
    assert said(facet(found, HUB, "", SettingRule).active) is False
    assert present(found, "change.rules.active") == {"fail"}


def test_an_account_that_is_not_subscribed_has_no_hub(hubs: AwsServer) -> None:
    found = audit(hubs.url, ["securityhub"])
    assert present(found) == {"fail"}
    # a region without a hub costs one call for each of the two services
    asked = [call.operation for call in hubs.calls() if call.service == "securityhub"]
    assert sorted(asked) == ["DescribeHub", "DescribeSecurityHubV2"]


def test_a_refused_hub_is_not_missing(hubs: AwsServer) -> None:
    hubs.refuse(["securityhub:DescribeHub"])
    found = audit(hubs.url, ["securityhub"])
    assert present(found) == set()
    assert statuses(found, HUB) == {"unknown"}


def test_the_later_service_counts_by_itself(hubs: AwsServer) -> None:
    arn = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hubv2/1"
    hubs.answer("securityhub", "DescribeSecurityHubV2", {"HubV2Arn": arn})
    found = audit(hubs.url, ["securityhub"])
    assert said(facet(found, "aws_securityhub_account_v2", "", ThreatDetection).enabled) is True


def inspect(aws: AwsServer, **states: str) -> None:
    def state(status: str) -> dict[str, str]:
        return {"status": status, "errorCode": "INTERNAL_ERROR", "errorMessage": "-"}

    resources = {"ec2": state("DISABLED"), "ecr": state("DISABLED"), **{n: state(s) for n, s in states.items()}}
    account = {"accountId": ACCOUNT, "state": state("ENABLED"), "resourceState": resources}
    aws.answer("inspector2", "BatchGetAccountStatus", {"accounts": [account]})


def test_inspector_is_on_for_some_kinds(hubs: AwsServer) -> None:
    inspect(hubs, ec2="ENABLED")
    found = audit(hubs.url, ["inspector2"])
    told = facet(found, "aws_inspector2_enabler", "", VulnerabilityScan)
    assert (told.what, said(told.active)) == ("machines", True)
    inspect(hubs)
    assert not audit(hubs.url, ["inspector2"]).resources("aws_inspector2_enabler")
    hubs.refuse(["inspector2:BatchGetAccountStatus"])
    found = audit(hubs.url, ["inspector2"])
    statuses = found.statuses("aws_inspector2_enabler")
    assert statuses
    assert {status for one in statuses.values() for status in one} == {"unknown"}


def test_what_inspector_says_of_other_accounts_is_not_of_this_one(hubs: AwsServer) -> None:
    state = {"status": "ENABLED", "errorCode": "INTERNAL_ERROR", "errorMessage": "-"}
    off = {**state, "status": "DISABLED"}
    own = {"accountId": ACCOUNT, "state": state, "resourceState": {"ec2": off, "ecr": off, "codeRepository": state}}
    member = {"accountId": "111122223333", "state": state, "resourceState": {"ec2": state, "ecr": off}}
    hubs.answer("inspector2", "BatchGetAccountStatus", {"accounts": [own, member]})
    resource = audit(hubs.url, ["inspector2"]).resource("aws_inspector2_enabler")
    assert not [one for one in resource.facets if isinstance(one, VulnerabilityScan)]


def test_detective_is_on(hubs: AwsServer) -> None:
    pages = [{"GraphList": [{"Arn": f"arn:aws:detective:{REGION}:{ACCOUNT}:graph:{n}"}]} for n in "ab"]
    hubs.answer("detective", "ListGraphs", pages=pages)
    found = audit(hubs.url, ["detective"])
    assert len(found.resources("aws_detective_graph")) == 2
    assert present(found) == set()
    hubs.answer("detective", "ListGraphs", {"GraphList": []})
    assert present(audit(hubs.url, ["detective"])) == {"fail"}
