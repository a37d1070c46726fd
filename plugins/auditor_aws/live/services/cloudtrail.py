"""Trails and event data stores.

Every region shows the trails of the others that record its events (shadow trails), and member accounts the trails of
their organisation; each is one trail, of its home region.

Sources: AWS CloudTrail API Reference (DescribeTrails, GetTrailStatus, GetEventSelectors, ListTags,
ListEventDataStores, GetEventDataStore); AWS provider documentation, pages ``aws_cloudtrail`` and
``aws_cloudtrail_event_data_store``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags
from auditor_aws.trail_events import STATUS


def trails(answers: Answers) -> Iterator[Shape]:
    """Trails, and what each does in this region."""
    for listed in answers.items("DescribeTrails", "trailList"):
        shape = _trail(answers, listed)
        yield shape
        yield _status(answers, listed, shape)


def _trail(answers: Answers, listed: Mapping[str, Any]) -> Shape:
    arn, home = listed["TrailARN"], listed.get("HomeRegion") or answers.region
    # a member of an organisation sees the trail of the account that manages it, which may be in the snapshot as well
    own = arn.split(":")[4] == answers.account
    address = arn if own else f"{arn} {answers.account}"
    shape = Shape("aws_cloudtrail", answers, address, "DescribeTrails", names=(arn, listed["Name"]), region=home)
    shape.mirrored = home != answers.region
    shape["arn"] = arn
    shape["name"] = listed["Name"]
    shape["home_region"] = home
    shape["s3_bucket_name"] = listed.get("S3BucketName")
    shape["s3_key_prefix"] = listed.get("S3KeyPrefix")
    shape["sns_topic_name"] = listed.get("SnsTopicARN")
    shape["cloud_watch_logs_group_arn"] = listed.get("CloudWatchLogsLogGroupArn")
    shape["kms_key_id"] = listed.get("KmsKeyId")
    shape["include_global_service_events"] = bool(listed.get("IncludeGlobalServiceEvents", False))
    shape["is_multi_region_trail"] = bool(listed.get("IsMultiRegionTrail", False))
    shape["is_organization_trail"] = bool(listed.get("IsOrganizationTrail", False))
    shape["enable_log_file_validation"] = bool(listed.get("LogFileValidationEnabled", False))
    shape.take("enable_logging", answers.of("GetTrailStatus", arn), lambda data: bool(data.get("IsLogging", False)))
    if listed.get("HasCustomEventSelectors") is False:
        # such a trail records all management events, and no others (CloudTrail User Guide, "Logging management events")
        shape["event_selector"] = shape["advanced_event_selector"] = []
    else:
        selectors = answers.of("GetEventSelectors", arn)
        shape.take("event_selector", selectors, _basic)
        shape.take("advanced_event_selector", selectors, _advanced)
    shape.take("tags", answers.of("ListTags", arn), _tags)
    return shape


def _status(answers: Answers, listed: Mapping[str, Any], trail: Shape) -> Shape:
    status = answers.of("GetTrailStatus", listed["TrailARN"])
    shape = Shape(STATUS, answers, f"{trail.address} {answers.region}", "GetTrailStatus")
    shape["trail"] = trail.address
    shape.take("is_logging", status, lambda data: bool(data.get("IsLogging", False)))
    shape.take("latest_delivery_error", status, lambda data: data.get("LatestDeliveryError"))
    return shape


def _basic(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "read_write_type": selector.get("ReadWriteType"),
            "include_management_events": selector.get("IncludeManagementEvents"),
            "exclude_management_event_sources": selector.get("ExcludeManagementEventSources") or [],
            "data_resource": [
                {"type": resource.get("Type"), "values": resource.get("Values") or []}
                for resource in selector.get("DataResources") or ()
            ],
        }
        for selector in data.get("EventSelectors") or ()
    ]


def _advanced(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": selector.get("Name"),
            "field_selector": [
                {
                    "field": field.get("Field"),
                    "equals": field.get("Equals") or [],
                    "not_equals": field.get("NotEquals") or [],
                    "starts_with": field.get("StartsWith") or [],
                    "not_starts_with": field.get("NotStartsWith") or [],
                    "ends_with": field.get("EndsWith") or [],
                    "not_ends_with": field.get("NotEndsWith") or [],
                }
                for field in selector.get("FieldSelectors") or ()
            ],
        }
        for selector in data.get("AdvancedEventSelectors") or ()
    ]


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value for one in data.get("ResourceTagList") or () for name, value in tags(one.get("TagsList")).items()
    }


_INGESTS: Final = ("CREATED", "ENABLED", "STARTING_INGESTION")
_DESCRIBED: Final = (
    "kms_key_id",
    "retention_period",
    "multi_region_enabled",
    "organization_enabled",
    "termination_protection_enabled",
    "suspend",
    "advanced_event_selector",
)


def event_data_stores(answers: Answers) -> Iterator[Shape]:
    """Event data stores of CloudTrail Lake."""
    for listed in answers.items("ListEventDataStores", "EventDataStores"):
        arn = listed["EventDataStoreArn"]
        shape = Shape(
            "aws_cloudtrail_event_data_store", answers, arn, "ListEventDataStores", names=(listed.get("Name"),)
        )
        shape["arn"] = arn
        shape["name"] = listed.get("Name")
        described = answers.of("GetEventDataStore", arn)
        if described.refusal is not None:
            shape.refuse(described.refusal, *_DESCRIBED)
        else:
            data = described.data
            shape["kms_key_id"] = data.get("KmsKeyId")
            shape["retention_period"] = data.get("RetentionPeriod")
            shape["multi_region_enabled"] = data.get("MultiRegionEnabled")
            shape["organization_enabled"] = data.get("OrganizationEnabled")
            shape["termination_protection_enabled"] = data.get("TerminationProtectionEnabled")
            # the argument is a string, for Terraform cannot read it back (provider documentation)
            shape["suspend"] = "false" if data.get("Status") in _INGESTS else "true"
            shape["advanced_event_selector"] = _advanced(data)
        shape.take("tags", answers.of("ListTags", arn), _tags)
        yield shape


_TRAIL: Final = frozenset(("encryption", "inventory", "log", "residency"))

SERVICES: Final = (
    Service(
        name="cloudtrail",
        calls=(
            Call(operation="DescribeTrails", yields=("aws_cloudtrail",)),
            Call(
                operation="ListEventDataStores",
                yields=("aws_cloudtrail_event_data_store",),
                subjects=_TRAIL | {"teardown"},
                pages=("NextToken", "NextToken"),
            ),
            Call(
                operation="GetTrailStatus",
                yields=(STATUS,),
                each="DescribeTrails",
                over="trailList[]",
                parameters={"Name": "TrailARN"},
                subjects=frozenset(("log",)),
            ),
            Call(
                operation="GetEventSelectors",
                each="DescribeTrails",
                over="trailList[]",
                parameters={"TrailName": "TrailARN"},
                subjects=frozenset(("log",)),
                home="HomeRegion",
            ),
            Call(
                operation="GetEventDataStore",
                each="ListEventDataStores",
                over="EventDataStores[]",
                parameters={"EventDataStore": "EventDataStoreArn"},
                subjects=_TRAIL | {"teardown"},
            ),
            Call(
                operation="ListTags",
                each="DescribeTrails",
                over="trailList[]",
                parameters={"ResourceIdList": "[TrailARN]"},
                key="TrailARN",
                home="HomeRegion",
            ),
            Call(
                operation="ListTags",
                each="ListEventDataStores",
                over="EventDataStores[]",
                parameters={"ResourceIdList": "[EventDataStoreArn]"},
                key="EventDataStoreArn",
            ),
        ),
        shapers=(trails, event_data_stores),
        subjects=_TRAIL,
    ),
)
