"""Search domains and serverless collections in an account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import (
    DataAccessLog,
    DefaultAccount,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    PublicEndpoint,
    Redundancy,
    Retirement,
    Software,
)
from auditor_aws.live.services.opensearch import SERVICES
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

CALLS = [(service, call) for service in SERVICES for call in service.calls]
CHECKED = ["opensearch", "opensearchserverless"]
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:search:*"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*"}


def domain(name: str, **members: Any) -> dict[str, Any]:
    """A domain as the API answers it."""
    return {
        "DomainId": f"{ACCOUNT}/{name}",
        "DomainName": name,
        "ARN": f"arn:aws:es:{REGION}:{ACCOUNT}:domain/{name}",
        "EngineVersion": "OpenSearch_2.17",
        "ClusterConfig": {"InstanceCount": 1, "ZoneAwarenessEnabled": False},
        **members,
    }


@pytest.fixture
def search(aws: AwsServer) -> AwsServer:
    """The server with domains and collections as they should be and as they should not."""
    good = domain(
        "good",
        ClusterConfig={"InstanceCount": 2, "ZoneAwarenessEnabled": True},
        EncryptionAtRestOptions={"Enabled": True, "KmsKeyId": "alias/own"},
        NodeToNodeEncryptionOptions={"Enabled": True},
        DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
        VPCOptions={"VPCId": "vpc-1", "SubnetIds": ["subnet-1"]},
        LogPublishingOptions={"AUDIT_LOGS": {"Enabled": True, "CloudWatchLogsLogGroupArn": LOGS}},
        AdvancedSecurityOptions={"Enabled": True, "InternalUserDatabaseEnabled": False},
    )
    bad = domain(
        "bad",
        EngineVersion="Elasticsearch_7.10",
        AccessPolicies=json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]}),
        VPCOptions={},
    )
    show(aws, good, bad)
    collections = [
        {"id": f"one{number}", "name": name, "arn": f"arn:aws:aoss:{REGION}:{ACCOUNT}:collection/one{number}"}
        for number, name in enumerate(("good", "bad-one"))
    ]
    details = [
        {**collections[0], "kmsKeyArn": f"arn:aws:kms:{REGION}:210987654321:key/1", "deletionProtection": "DISABLED"},
        {**collections[1], "kmsKeyArn": "auto", "deletionProtection": "ENABLED"},
    ]
    aws.answer(
        "opensearchserverless",
        "ListCollections",
        pages=[{"collectionSummaries": [one]} for one in collections],
    )
    aws.answer("opensearchserverless", "BatchGetCollection", {"collectionDetails": details})
    policies = [{"type": "network", "name": name} for name in ("inside", "outside")]
    aws.answer(
        "opensearchserverless", "ListSecurityPolicies", {"securityPolicySummaries": policies}, match={"type": "network"}
    )
    for name, collection, public in (("inside", "good", False), ("outside", "bad-one", True)):
        rule = {"ResourceType": "collection", "Resource": [f"collection/{collection}"]}
        detail = {"type": "network", "name": name, "policy": [{"Rules": [rule], "AllowFromPublic": public}]}
        aws.answer("opensearchserverless", "GetSecurityPolicy", {"securityPolicyDetail": detail}, match={"name": name})
    aws.answer("opensearchserverless", "ListTagsForResource", {"tags": [{"key": "system", "value": "tax"}]})
    return aws


def show(aws: AwsServer, *domains: dict[str, Any]) -> None:
    """Answer with these domains, which are described five at a time."""
    aws.answer("opensearch", "ListDomainNames", {"DomainNames": [{"DomainName": one["DomainName"]} for one in domains]})
    for start in range(0, len(domains), 5):
        five = domains[start : start + 5]
        names = [one["DomainName"] for one in five]
        aws.answer("opensearch", "DescribeDomains", {"DomainStatusList": list(five)}, match={"DomainNames": names})
    aws.answer("opensearch", "ListTags", {"TagList": [{"Key": "system", "Value": "tax"}]})


def test_domains_are_judged_both_ways(search: AwsServer) -> None:
    found = audit(search.url, CHECKED)
    type_ = "aws_opensearch_domain"
    for name, expected in (("domain/good", True), ("domain/bad", False)):
        assert said(found.facet(type_, name, EncryptionAtRest).enabled) is expected
        assert said(found.facet(type_, name, EncryptionInTransit).required) is expected
        assert said(found.facet(type_, name, DataAccessLog).enabled) is expected
        assert said(found.facet(type_, name, Redundancy).zones) is expected
        assert said(found.facet(type_, name, Exposure).public) is not expected
        assert said(found.facet(type_, name, PublicEndpoint).public) is not expected
    assert said(found.facet(type_, "domain/good", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert found.facet(type_, "domain/bad", Software).product == "elasticsearch"


def test_an_administrator_inside_of_the_domain_is_not_told(search: AwsServer) -> None:
    options = {"Enabled": True, "InternalUserDatabaseEnabled": True}
    show(search, domain("one", AdvancedSecurityOptions=options), domain("two"))
    found = audit(search.url, CHECKED)
    assert isinstance(found.facet("aws_opensearch_domain", "one", DefaultAccount).in_use, Unknown)
    assert found.resource("aws_opensearch_domain", "two").facet(DefaultAccount) is None


def test_many_domains_are_asked_five_at_a_time(search: AwsServer) -> None:
    show(search, *(domain(f"one-{number}") for number in range(7)))
    found = audit(search.url, CHECKED)
    versions = [said(found.facet("aws_opensearch_domain", f"one-{n}", Software).version) for n in range(7)]
    assert versions == ["2.17"] * 7


def test_collections_are_judged_both_ways(search: AwsServer) -> None:
    found = audit(search.url, CHECKED)
    type_ = "aws_opensearchserverless_collection"
    owners = [said(found.facet(type_, f"collection/one{n}", EncryptionAtRest).key_owner) for n in range(2)]
    assert owners == [KeyOwner.CUSTOMER, KeyOwner.PROVIDER]
    assert [said(found.facet(type_, f"collection/one{n}", Exposure).public) for n in range(2)] == [False, True]
    kept = [said(found.facet(type_, f"collection/one{n}", Retirement).obstacles[0].present) for n in range(2)]
    assert kept == [False, True]


def _everything(found: Audit) -> set[tuple[str, str, str]]:
    return {(one.check.id, one.resource.address, one.status.value) for one in found.report.findings}


@pytest.mark.parametrize(("service", "operation"), [(service.name, call.operation) for service, call in CALLS])
def test_a_refusal_makes_only_unknown_what_the_call_tells(search: AwsServer, service: str, operation: str) -> None:
    before = _everything(audit(search.url, CHECKED))
    search.refuse([f"{service}:{operation}"])
    after = _everything(audit(search.url, CHECKED))
    bearing = next(one.subjects_of(call) for one, call in CALLS if (one.name, call.operation) == (service, operation))
    assert {check.split(".")[0] for check, _, _ in before ^ after} <= bearing
    assert {status for _, _, status in after - before} <= {"unknown", "manual"}


def test_what_is_not_described_is_named_as_refused(search: AwsServer) -> None:
    search.refuse(["opensearch:DescribeDomains", "opensearchserverless:ListSecurityPolicies"])
    found = audit(search.url, CHECKED)
    assert why(found.facet("aws_opensearch_domain", "domain/good", EncryptionAtRest).enabled) is Reason.DENIED
    public = found.facet("aws_opensearchserverless_collection", "collection/one0", Exposure).public
    assert isinstance(public, Unknown)


def test_what_is_being_deleted_is_not_judged(search: AwsServer) -> None:
    show(search, domain("kept"), domain("gone", Deleted=True), domain("going", DomainProcessingStatus="Deleting"))
    arn = f"arn:aws:aoss:{REGION}:{ACCOUNT}:collection/"
    listed = [
        {"id": name, "name": name, "arn": f"{arn}{name}", "status": status}
        for name, status in (("good", "ACTIVE"), ("gone", "DELETING"))
    ]
    search.answer("opensearchserverless", "ListCollections", {"collectionSummaries": listed})
    found = audit(search.url, CHECKED)
    assert found.resource("aws_opensearch_domain").address.endswith("/kept")
    assert found.resource("aws_opensearchserverless_collection").address == f"{arn}good"
