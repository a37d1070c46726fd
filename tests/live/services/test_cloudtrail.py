"""Trails and event data stores of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import AuditTrail, DataAccessLog, EncryptionAtRest, KeyOwner, LogStore, Replica, TrailIntegrity
from auditor_aws.live import source
from tests.live.auditing import Audit, audit, collect, judge
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, said, why

TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
STORE = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:eventdatastore/EXAMPLE-f852"
MANAGER = "210987654321"
MANAGEMENT = {"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}


def trail(name: str = "main", account: str = ACCOUNT, **members: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "TrailARN": f"arn:aws:cloudtrail:{REGION}:{account}:trail/{name}",
        "HomeRegion": REGION,
        "S3BucketName": "trails",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "LogFileValidationEnabled": True,
        "HasCustomEventSelectors": False,
        "IsOrganizationTrail": account != ACCOUNT,
        **members,
    }


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A server with one trail as it should be, in every region, and no event data store."""
    aws.client("s3").create_bucket(Bucket="trails", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.answer("cloudtrail", "ListEventDataStores", {"EventDataStores": []})
    show(aws, trail())
    return aws


def show(aws: AwsServer, *trails: dict[str, Any], status: dict[str, Any] | None = None) -> None:
    aws.answer("cloudtrail", "DescribeTrails", {"trailList": list(trails)})
    aws.answer("cloudtrail", "GetTrailStatus", status or {"IsLogging": True})
    aws.answer("cloudtrail", "ListTags", {"ResourceTagList": []})


def whole(found: Audit, check: str = "log.audit-trail.complete") -> set[str]:
    return {one.status.value for one in found.findings(check)}


def test_a_trail_is_one_though_every_region_shows_it(cloud: AwsServer) -> None:
    found = audit(cloud.url, ["cloudtrail", "s3"], regions=(REGION, "us-east-1"))
    told = facet(found, "aws_cloudtrail", "main", AuditTrail)
    assert (said(told.logging), said(told.all_regions), said(told.management_events)) == (True, True, True)
    assert said(facet(found, "aws_cloudtrail", "main", TrailIntegrity).validated) is True
    assert said(facet(found, "aws_cloudtrail", "main", Replica).location) == {REGION}
    assert whole(found) == {"pass"}
    # selectors and tags are asked in the home region alone, what it does in each
    asked = [(call.operation, call.region) for call in cloud.calls() if call.service == "cloudtrail"]
    assert asked.count(("GetTrailStatus", "us-east-1")) == 1
    assert ("ListTags", REGION) in asked
    assert ("ListTags", "us-east-1") not in asked


def test_a_trail_whose_home_was_not_asked_is_still_there(cloud: AwsServer) -> None:
    found = audit(cloud.url, ["cloudtrail"], regions=("us-east-1",))
    told = facet(found, "aws_cloudtrail", "main", AuditTrail)
    assert said(found.resource("aws_cloudtrail", "main").region) == REGION
    assert said(told.logging) is True
    show(cloud, trail(HasCustomEventSelectors=True))
    found = audit(cloud.url, ["cloudtrail"], regions=("us-east-1",))
    told = facet(found, "aws_cloudtrail", "main", AuditTrail)
    assert why(told.management_events) is Reason.NOT_COLLECTED


@pytest.mark.parametrize(
    "status", [{"IsLogging": False}, {"IsLogging": True, "LatestDeliveryError": "AccessDenied"}], ids=["off", "error"]
)
def test_a_trail_that_exists_may_not_log(cloud: AwsServer, status: dict[str, Any]) -> None:
    show(cloud, trail(), status=status)
    assert whole(audit(cloud.url, ["cloudtrail"])) == {"fail"}


def test_what_a_trail_does_is_of_each_region(cloud: AwsServer) -> None:
    cloud.answer(
        "cloudtrail", "GetTrailStatus", {"IsLogging": True, "LatestDeliveryError": "NoSuchBucket"}, region="us-east-1"
    )
    assert whole(audit(cloud.url, ["cloudtrail"])) == {"pass"}
    assert whole(audit(cloud.url, ["cloudtrail"], regions=(REGION, "us-east-1"))) == {"fail"}


def test_selectors_say_what_is_recorded(cloud: AwsServer) -> None:
    show(cloud, trail(HasCustomEventSelectors=True))
    basic = {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
        "ExcludeManagementEventSources": [],
    }
    cloud.answer("cloudtrail", "GetEventSelectors", {"TrailARN": TRAIL, "EventSelectors": [basic]})
    found = audit(cloud.url, ["cloudtrail", "s3"])
    assert whole(found) == {"pass"}
    log = facet(found, "aws_cloudtrail", "main", DataAccessLog)
    assert (log.what, said(log.enabled)) == ("s3-data-events", True)
    writes = {"Field": "readOnly", "Equals": ["false"]}
    half = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, writes]}
    cloud.answer("cloudtrail", "GetEventSelectors", {"TrailARN": TRAIL, "AdvancedEventSelectors": [half]})
    assert whole(audit(cloud.url, ["cloudtrail"])) == {"fail"}


def test_a_trail_of_the_organisation_keeps_its_files_in_another_account(cloud: AwsServer) -> None:
    show(cloud, trail("org", MANAGER, S3BucketName="elsewhere", KmsKeyId=f"arn:aws:kms:{REGION}:{MANAGER}:key/1"))
    found = audit(cloud.url, ["cloudtrail", "s3"])
    assert said(facet(found, "aws_cloudtrail", "org", AuditTrail).organization) is True
    assert why(facet(found, "aws_cloudtrail", "org", LogStore).retention_days) is Reason.OUTSIDE
    assert said(facet(found, "aws_cloudtrail", "org", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    statuses = found.statuses("trail/org")
    for check in ("log.retention.minimum", "log.integrity.immutable", "log.exposure.not-public"):
        assert statuses[check] == {"unknown"}, check
    # the bucket of one's own trail is judged itself
    show(cloud, trail())
    own = audit(cloud.url, ["cloudtrail", "s3"])
    assert own.resource("aws_cloudtrail", "main").facet(LogStore) is None
    assert facet(own, "aws_s3_bucket", "trails", LogStore) is not None


def test_a_refused_status_opens_only_whether_it_records(cloud: AwsServer) -> None:
    cloud.refuse(["cloudtrail:GetTrailStatus"])
    found = audit(cloud.url, ["cloudtrail"])
    told = facet(found, "aws_cloudtrail", "main", AuditTrail)
    assert why(told.logging) is Reason.DENIED
    assert said(told.management_events) is True
    assert whole(found) == {"unknown"}


def test_refused_trails_are_not_missing(cloud: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    cloud.refuse(["cloudtrail:DescribeTrails"])
    assert whole(audit(cloud.url, ["cloudtrail"])) == {"unknown"}
    cloud.clear_faults()
    show(cloud)
    assert whole(audit(cloud.url, ["cloudtrail"]), "log.audit-trail.present") == {"fail"}


def test_event_data_stores_keep_what_they_record(cloud: AwsServer, tmp_path: Path) -> None:
    show(cloud)
    cloud.answer(
        "cloudtrail",
        "ListEventDataStores",
        pages=[{"EventDataStores": [{"EventDataStoreArn": f"{STORE}{n}", "Name": f"lake{n}"}]} for n in (1, 2)],
    )
    for n, status in ((1, "ENABLED"), (2, "STOPPED_INGESTION")):
        cloud.answer(
            "cloudtrail",
            "GetEventDataStore",
            {
                "EventDataStoreArn": f"{STORE}{n}",
                "Name": f"lake{n}",
                "Status": status,
                "AdvancedEventSelectors": [MANAGEMENT],
                "MultiRegionEnabled": True,
                "OrganizationEnabled": False,
                "RetentionPeriod": 90,
                "TerminationProtectionEnabled": True,
            },
            match={"EventDataStore": f"{STORE}{n}"},
        )
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("cloudtrail",), regions=(REGION,)))
    found = judge(tmp_path / "s")
    type_ = "aws_cloudtrail_event_data_store"
    assert said(facet(found, type_, f"{STORE}1", AuditTrail).logging) is True
    assert said(facet(found, type_, f"{STORE}2", AuditTrail).logging) is False
    assert said(facet(found, type_, f"{STORE}1", LogStore).retention_days) == 90
    assert said(facet(found, type_, f"{STORE}1", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
