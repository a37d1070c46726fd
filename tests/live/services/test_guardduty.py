"""GuardDuty of accounts."""

from __future__ import annotations

import pytest

from auditor.attr import Reason
from auditor.facets import EncryptionAtRest, KeyOwner, MalwareScan, ThreatDetection
from auditor_aws.live import source
from tests.live.auditing import audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, said, why

DETECTOR = "aws_guardduty_detector"
FEATURE = "aws_guardduty_detector_feature"
PLAN = "aws_guardduty_malware_protection_plan"


@pytest.fixture
def guard(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """The server with an answer to what moto does not know; nothing counts as left out."""
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    aws.answer("guardduty", "ListMalwareProtectionPlans", {"MalwareProtectionPlans": []})
    aws.answer("guardduty", "ListPublishingDestinations", {"Destinations": []})
    return aws


def detect(aws: AwsServer, status: str, disks: str) -> None:
    aws.answer("guardduty", "ListDetectors", {"DetectorIds": ["d1"]})
    detector = {
        "ServiceRole": "r",
        "Status": status,
        # no longer kept current
        "DataSources": {
            "CloudTrail": {"Status": "ENABLED"},
            "DNSLogs": {"Status": "ENABLED"},
            "FlowLogs": {"Status": "ENABLED"},
            "S3Logs": {"Status": "ENABLED"},
            "MalwareProtection": {"ScanEc2InstanceWithFindings": {"EbsVolumes": {"Status": "DISABLED"}}},
        },
        "Features": [{"Name": "EBS_MALWARE_PROTECTION", "Status": disks}],
    }
    aws.answer("guardduty", "GetDetector", detector)


@pytest.mark.parametrize(
    ("status", "disks", "detects", "scans"),
    [("ENABLED", "ENABLED", True, True), ("ENABLED", "DISABLED", True, False), ("DISABLED", "ENABLED", False, False)],
)
def test_features_say_what_is_on(guard: AwsServer, status: str, disks: str, detects: bool, scans: bool) -> None:
    detect(guard, status, disks)
    found = audit(guard.url, ["guardduty"])
    assert said(facet(found, DETECTOR, "", ThreatDetection).enabled) is detects
    assert said(facet(found, FEATURE, "", MalwareScan).active) is scans


def test_no_detector_in_the_account_fails(guard: AwsServer) -> None:
    found = audit(guard.url, ["guardduty"])
    assert {one.status.value for one in found.findings("monitoring.threat-detection.present")} == {"fail"}


def test_refused_detectors_are_not_missing(guard: AwsServer) -> None:
    detect(guard, "ENABLED", "ENABLED")
    guard.refuse(["guardduty:GetDetector"])
    found = audit(guard.url, ["guardduty"])
    assert why(facet(found, DETECTOR, "", ThreatDetection).enabled) is Reason.DENIED
    assert {one.status.value for one in found.report.findings if one.check.id.startswith("malware.")} == {"unknown"}
    guard.clear_faults()
    guard.refuse(["guardduty:ListDetectors"])
    found = audit(guard.url, ["guardduty"])
    for subject in ("malware.", "monitoring.threat-detection"):
        assert {one.status.value for one in found.report.findings if one.check.id.startswith(subject)} == {"unknown"}


@pytest.mark.parametrize(("status", "active"), [("ACTIVE", True), ("WARNING", True), ("ERROR", False)])
def test_plans_scan_objects_unless_in_error(guard: AwsServer, status: str, active: bool) -> None:
    pages = [{"MalwareProtectionPlans": [{"MalwareProtectionPlanId": n}]} for n in ("p1", "p2")]
    guard.answer("guardduty", "ListMalwareProtectionPlans", pages=pages)
    bucket = {"S3Bucket": {"BucketName": "b"}}
    guard.answer("guardduty", "GetMalwareProtectionPlan", {"Status": status, "ProtectedResource": bucket})
    found = audit(guard.url, ["guardduty"])
    for name in ("p1", "p2"):
        assert said(facet(found, PLAN, name, MalwareScan).active) is active
    guard.refuse(["guardduty:GetMalwareProtectionPlan"])
    found = audit(guard.url, ["guardduty"])
    assert why(facet(found, PLAN, "p1", MalwareScan).active) is Reason.DENIED


def test_findings_are_written_with_a_key(guard: AwsServer) -> None:
    detect(guard, "ENABLED", "ENABLED")
    one = {"DestinationId": "e1", "DestinationType": "S3", "Status": "PUBLISHING"}
    guard.answer("guardduty", "ListPublishingDestinations", {"Destinations": [one]})
    properties = {"DestinationArn": "arn:aws:s3:::findings", "KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1"}
    described = {**one, "PublishingFailureStartTimestamp": 0, "DestinationProperties": properties}
    guard.answer("guardduty", "DescribePublishingDestination", described, match={"DetectorId": "d1"})
    found = audit(guard.url, ["guardduty"])
    told = facet(found, "aws_guardduty_publishing_destination", "e1", EncryptionAtRest)
    assert said(told.key_owner) is KeyOwner.CUSTOMER
