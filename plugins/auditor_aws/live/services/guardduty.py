"""GuardDuty of each region.

What is said of all accounts of an organisation is not asked for: the detector of each account says what is on there.

Sources: Amazon GuardDuty API Reference (ListDetectors, GetDetector, ListPublishingDestinations,
DescribePublishingDestination, ListMalwareProtectionPlans, GetMalwareProtectionPlan); AWS provider documentation, pages
``aws_guardduty_*``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_FEATURE: Final = "aws_guardduty_detector_feature"
_EXPORT: Final = "aws_guardduty_publishing_destination"
_EXPORTS: Final = frozenset(("encryption", "inventory", "log", "residency"))
_DETECTS: Final = frozenset(("inventory", "malware", "monitoring", "residency"))


def detectors(answers: Answers) -> Iterator[Shape]:
    """The detector of the region with its features, and where it writes its findings."""
    for id_ in answers.items("ListDetectors", "DetectorIds"):
        arn = answers.arn("guardduty", f"detector/{id_}")
        shape = Shape("aws_guardduty_detector", answers, arn, "ListDetectors", names=(id_,))
        shape["arn"] = arn
        shape["id"] = id_
        described = answers.of("GetDetector", id_)
        shape.take("enable", described, lambda data: data.get("Status") == "ENABLED")
        # what was said here until there were features is no longer kept current (API Reference, DataSources)
        shape["datasources"] = []
        shape.take("tags", described, lambda data: dict(data.get("Tags") or {}))
        yield shape
        yield from _features(answers, arn, id_)
        yield from _publishing(answers, arn, id_)


def _features(answers: Answers, arn: str, id_: str) -> Iterator[Shape]:
    described = answers.of("GetDetector", id_)
    if described.refusal is not None:
        yield Shape.unlisted(_FEATURE, answers, described.refusal, arn)
        return
    on = described.data.get("Status") == "ENABLED"
    for feature in described.data.get("Features") or ():
        shape = Shape(_FEATURE, answers, f"{arn} {feature['Name']}", "GetDetector")
        shape["detector_id"] = id_
        shape["name"] = feature["Name"]
        # nothing is done by a detector that is suspended
        shape["status"] = feature.get("Status") if on else "DISABLED"
        yield shape


def _publishing(answers: Answers, arn: str, id_: str) -> Iterator[Shape]:
    listed = answers.of("ListPublishingDestinations", id_)
    for one in listed.items("Destinations"):
        destination = one["DestinationId"]
        address = f"{arn}/publishingdestination/{destination}"
        shape = Shape(_EXPORT, answers, address, "ListPublishingDestinations")
        described = answers.of("DescribePublishingDestination", destination)
        shape.take("destination_arn", described, _property("DestinationArn"))
        shape.take("kms_key_arn", described, _property("KmsKeyArn"))
        yield shape
    if listed.refusal is not None:
        yield Shape.unlisted(_EXPORT, answers, listed.refusal, arn)


def _property(member: str) -> Callable[[Any], Any]:
    return lambda data: (data.get("DestinationProperties") or {}).get(member)


def malware_plans(answers: Answers) -> Iterator[Shape]:
    """Buckets whose objects are scanned as they come in."""
    for listed in answers.items("ListMalwareProtectionPlans", "MalwareProtectionPlans"):
        id_ = listed["MalwareProtectionPlanId"]
        arn = answers.arn("guardduty", f"malware-protection-plan/{id_}")
        shape = Shape("aws_guardduty_malware_protection_plan", answers, arn, "ListMalwareProtectionPlans", names=(id_,))
        shape["arn"] = arn
        described = answers.of("GetMalwareProtectionPlan", id_)
        shape.take(
            "protected_resource",
            described,
            lambda data: [
                {
                    "s3_bucket": [
                        {
                            "bucket_name": bucket.get("BucketName"),
                            "object_prefixes": bucket.get("ObjectPrefixes") or [],
                        }
                    ]
                }
                for bucket in ((data.get("ProtectedResource") or {}).get("S3Bucket"),)
                if bucket
            ],
        )
        # a plan with an error scans nothing until it is mended; the provider's own attribute is open in plans
        shape.take("in_error", described, lambda data: data.get("Status") == "ERROR")
        shape.take("tags", described, lambda data: dict(data.get("Tags") or {}))
        yield shape


SERVICES: Final = (
    Service(
        name="guardduty",
        calls=(
            Call(
                operation="ListDetectors",
                yields=("aws_guardduty_detector", _FEATURE, _EXPORT),
                subjects=_DETECTS | _EXPORTS,
            ),
            Call(
                operation="ListMalwareProtectionPlans",
                yields=("aws_guardduty_malware_protection_plan",),
                pages=("NextToken", "NextToken"),
            ),
            Call(operation="GetDetector", each="ListDetectors", over="DetectorIds", parameters={"DetectorId": "@"}),
            Call(
                operation="GetMalwareProtectionPlan",
                each="ListMalwareProtectionPlans",
                over="MalwareProtectionPlans[].MalwareProtectionPlanId",
                parameters={"MalwareProtectionPlanId": "@"},
            ),
            Call(
                operation="ListPublishingDestinations",
                yields=(_EXPORT,),
                each="ListDetectors",
                over="DetectorIds",
                parameters={"DetectorId": "@"},
                pages=("NextToken", "NextToken"),
                subjects=_EXPORTS,
            ),
            Call(
                operation="DescribePublishingDestination",
                each="ListPublishingDestinations",
                over="Destinations[].DestinationId",
                parameters={"DestinationId": "@", "DetectorId": "^DetectorId"},
                subjects=_EXPORTS,
            ),
        ),
        shapers=(detectors, malware_plans),
        subjects=_DETECTS,
    ),
)
