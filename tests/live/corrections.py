"""What AWS answers: the models that every answer must fit, the codes of refusals, and what moto answers otherwise.

Each correction says where it is written what AWS answers. Corrected answers are checked like those of tests.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from moto.cloudtrail.models import cloudtrail_backends
from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from tests.live.overlay import Call, Reply

Json = dict[str, Any]
Settings = dict[tuple[str, str], Json]
"""What tests set, by its name and the account."""
Correction = Callable[["Call", Callable[[], "Reply"], Settings], Json | None]
"""Makes the answer to a call from moto's, None if moto's is right; asks moto only if it needs to."""

SESSION = botocore.session.get_session()


class RefusedError(Exception):
    """What a test asked for cannot be: a service without such an operation, an answer without such a member."""


class ServiceError(Exception):
    """An error as a service answers it; moto's serialisers read the attributes."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


# What an answer may be.


@cache
def service_model(service: str) -> Any:
    """Botocore's own model of a service, without what moto adds to it.

    Raises:
        RefusedError: botocore has no such service.
    """
    try:
        return SESSION.get_service_model(service)
    except UnknownServiceError:
        raise RefusedError(f"botocore knows no service {service!r}") from None


@cache
def operation_model(service: str, operation: str) -> Any:
    """Botocore's own model of an operation.

    Raises:
        RefusedError: botocore has no such service or operation.
    """
    model = service_model(service)
    if operation not in model.operation_names:
        raise RefusedError(
            f"{service} has no operation {operation!r}; operations are named as in the API, e.g. ListBuckets"
        )
    return model.operation_model(operation)


def checked(shape: Any, value: Any, at: str, problems: list[str], complete: bool = True) -> Any:
    """A value in the form that serialisers take; what does not fit the shape is added to ``problems``.

    Unknown members, types, enum values, lengths and ranges count, patterns do not; members that the model
    requires count where ``complete``.
    """
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return value
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        problems.append(f"{at} must be a {kind}, is {type(value).__name__}")
        return value
    size = value if isinstance(value, int | float) else len(value) if hasattr(value, "__len__") else None
    limits = shape.metadata
    if size is not None and kind not in ("boolean", "timestamp", "structure"):
        if size < limits.get("min", size):
            problems.append(f"{at} is below its minimum of {limits['min']}: {size}")
        if size > limits.get("max", size):
            problems.append(f"{at} is above its maximum of {limits['max']}: {size}")
    if kind == "string" and shape.enum and value not in shape.enum:
        problems.append(f"{at} is {value!r}, not one of {', '.join(shape.enum)}")
    if kind == "timestamp":
        try:
            time = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            problems.append(f"{at} must be a time in ISO 8601, is {value!r}")
            return value
        # Serialisers would take a time without a zone for this machine's.
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    if kind == "list":
        return [checked(shape.member, one, f"{at}[{i}]", problems, complete) for i, one in enumerate(value)]
    if kind == "map":
        for key in value:
            checked(shape.key, key, f"{at} key {key!r}", problems, complete)
        return {key: checked(shape.value, one, f"{at}[{key!r}]", problems, complete) for key, one in value.items()}
    if kind == "structure":
        problems.extend(f"{at} has no member {name!r}" for name in value if name not in shape.members)
        if complete:
            problems.extend(f"{at} lacks {name!r}" for name in shape.required_members if name not in value)
            if shape.is_tagged_union and len(value) != 1:
                problems.append(f"{at} must have exactly one of its members")
        known = ((name, one) for name, one in value.items() if name in shape.members)
        return {name: checked(shape.members[name], one, f"{at}.{name}", problems, complete) for name, one in known}
    return value


def fitting(service: str, operation: str, answer: Mapping[str, Any]) -> Json:
    """The answer in the form that serialisers take.

    Raises:
        RefusedError: it does not fit the output shape of the operation.
    """
    shape = operation_model(service, operation).output_shape
    if shape is None:
        if answer:
            raise RefusedError(f"{service}.{operation} answers nothing, so it cannot answer {', '.join(answer)}")
        return {}
    if shape.event_stream_name:
        raise RefusedError(f"{service}.{operation} answers a stream of events, which this server does not write")
    problems: list[str] = []
    result: Json = checked(shape, answer, operation, problems)
    if problems:
        raise RefusedError(f"{service}.{operation} cannot answer this: " + "; ".join(problems))
    return result


_TYPES: Mapping[str, Any] = {
    "structure": (dict,),
    "list": (list,),
    "map": (dict,),
    "string": (str,),
    "character": (str,),
    "blob": (str, bytes),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (str, datetime),
}


def page_fields(service: str, operation: str) -> tuple[str, str, str | None]:
    """The request's token, the answer's token and the answer's mark that there is more, by botocore's paginators.

    Raises:
        RefusedError: botocore knows no pages of it, or several tokens.
    """
    try:
        models = SESSION.get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]
    except DataNotFoundError:
        models = {}
    model = operation_model(service, operation)
    page = models.get(operation)
    if page is None:
        if model.input_shape and model.output_shape:
            common = model.input_shape.members.keys() & model.output_shape.members.keys()
            for name in sorted(common & {"NextToken", "nextToken"}):
                return name, name, None
        raise RefusedError(f"{service}.{operation} has no pages that botocore knows of")
    if not isinstance(page["input_token"], str) or not isinstance(page["output_token"], str):
        raise RefusedError(f"{service}.{operation} continues by several values, which this server does not do")
    return page["input_token"], page["output_token"].split("||")[0].strip(), page.get("more_results")


# What a refusal looks like.


def denial(call: Call) -> ServiceError:
    """The refusal of a call that IAM does not allow, with the code and the status that the service uses.

    JSON services answer 400, e.g. DynamoDB (Developer Guide, "Error handling with DynamoDB"), the others 403.
    """
    action = f"{call.model.service_model.signing_name}:{call.operation}"
    text = f"User: arn:aws:iam::{call.account}:user/auditor is not authorized to perform: {action}"
    if call.protocol == "ec2":
        # EC2 API reference, "Error codes": the message does not name who asked.
        return ServiceError("UnauthorizedOperation", "You are not authorized to perform this operation.", 403)
    for error in call.model.error_shapes:
        # SNS has a code of its own.
        if error.name == "AuthorizationErrorException":
            return ServiceError(error.error_code, text, 403)
    if call.protocol in ("query", "rest-xml"):
        return ServiceError("AccessDenied", text, 403)
    return ServiceError("AccessDeniedException", text, 400 if call.protocol == "json" else 403)


def throttling(call: Call) -> ServiceError:
    """The answer to too many requests; each code is one that botocore retries as throttling."""
    if call.protocol == "ec2":
        return ServiceError("RequestLimitExceeded", "Request limit exceeded.", 503)
    if call.service == "s3":
        return ServiceError("SlowDown", "Please reduce your request rate.", 503)
    if call.protocol in ("query", "rest-xml"):
        return ServiceError("Throttling", "Rate exceeded", 400)
    modelled = {error.name for error in call.model.error_shapes}
    code = "TooManyRequestsException" if "TooManyRequestsException" in modelled else "ThrottlingException"
    return ServiceError(code, "Rate exceeded", 400 if call.protocol == "json" else 429)


# What moto answers otherwise.

# Account Management reference guide, "Enable or disable AWS Regions in your account": Regions launched before
# March 20, 2019 are enabled by default and cannot be disabled; all later ones are disabled until they are enabled.
_DEFAULT_REGIONS = {
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
}


def check_setting(name: str, value: Json) -> None:
    """Raises:
    RefusedError: there is no such setting, or it cannot be set to this.
    """
    if name == "root":
        if not isinstance(value.get("mfa_active"), bool) or value.get("active_access_keys") not in (0, 1, 2):
            raise RefusedError("the root user has MFA or not, and 0 to 2 active access keys")
    elif name == "regions":
        if unknown := sorted(value.keys() - set(SESSION.get_available_regions("ec2"))):
            raise RefusedError(f"there are no such regions: {', '.join(unknown)}")
        if fixed := sorted(value.keys() & _DEFAULT_REGIONS):
            raise RefusedError(f"regions enabled by default cannot be set: {', '.join(fixed)}")
        if "ENABLED_BY_DEFAULT" in value.values():
            raise RefusedError("no other region is ENABLED_BY_DEFAULT")
        fitting("account", "ListRegions", {"Regions": [{"RegionOptStatus": status} for status in value.values()]})
    else:
        raise RefusedError(f"there is no setting {name!r}")


def _statuses(account: str, settings: Settings) -> dict[str, str]:
    names = sorted(SESSION.get_available_regions("ec2"))
    default = {name: "ENABLED_BY_DEFAULT" if name in _DEFAULT_REGIONS else "DISABLED" for name in names}
    return default | settings.get(("regions", account), {})


def _list_regions(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json:
    # Account Management API reference, "ListRegions"; moto has none.
    statuses = _statuses(call.parameters.get("AccountId", call.account), settings)
    wanted = call.parameters.get("RegionOptStatusContains") or set(statuses.values())
    regions = [{"RegionName": name, "RegionOptStatus": one} for name, one in statuses.items() if one in wanted]
    start = int(call.parameters.get("NextToken", 0))
    end = start + call.parameters.get("MaxResults", 50)
    more = {"NextToken": str(end)} if end < len(regions) else {}
    return {"Regions": regions[start:end], **more}


def _region_status(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json:
    # Account Management API reference, "GetRegionOptStatus"; moto has none.
    name = call.parameters["RegionName"]
    statuses = _statuses(call.parameters.get("AccountId", call.account), settings)
    if name not in statuses:
        raise ServiceError("ValidationException", f"there is no region {name}")
    return {"RegionName": name, "RegionOptStatus": statuses[name]}


def _describe_regions(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # EC2 API reference, "DescribeRegions": the regions enabled for the account, with AllRegions also the others. moto
    # always answers all, those of other partitions too, and takes some opt-in regions for enabled by default.
    reply = moto()
    if reply.code:
        return None
    marks = {"ENABLED_BY_DEFAULT": "opt-in-not-required", "ENABLED": "opted-in"}
    statuses = {name: marks.get(one, "not-opted-in") for name, one in _statuses(call.account, settings).items()}
    regions = [
        {**region, "OptInStatus": status}
        for region in reply.answer["Regions"]
        if (status := statuses.get(region["RegionName"]))
        and (call.parameters.get("AllRegions") or status != "not-opted-in")
        and all(status in one["Values"] for one in call.parameters.get("Filters", ()) if one["Name"] == "opt-in-status")
    ]
    return {"Regions": regions}


def _list_buckets(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # S3 API reference, "ListBuckets" and "Bucket": with any parameter in the request the region of each bucket is
    # answered; MaxBuckets with ContinuationToken pages. moto answers no regions, and cuts off without a token.
    if not call.parameters:
        return None
    prefix, region = call.parameters.get("Prefix", ""), call.parameters.get("BucketRegion")
    start, size = call.parameters.get("ContinuationToken", ""), call.parameters.get("MaxBuckets", 10_000)
    buckets = [
        {"Name": name, "CreationDate": bucket.creation_date, "BucketRegion": bucket.region_name}
        for name, bucket in sorted(s3_backends[call.account]["aws"].buckets.items())
        if name.startswith(prefix) and region in (None, bucket.region_name) and name > start
    ]
    more = {"ContinuationToken": buckets[size - 1]["Name"]} if len(buckets) > size else {}
    asked = {"Prefix": prefix} if prefix else {}
    return {"Buckets": buckets[:size], "Owner": moto().answer["Owner"], **more, **asked}


def _bucket_encryption(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # S3 API reference, "GetBucketEncryption": every bucket has a default encryption, with SSE-S3 unless it is set.
    if moto().code != "ServerSideEncryptionConfigurationNotFoundError":
        return None
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def _credential_report(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # IAM user guide, "Getting credential reports": the first row is the root user's, and only its password columns are
    # not_supported; others have N/A where there is nothing. moto has no such row, writes not_supported for others, and
    # a change of a password that a user does not have.
    reply = moto()
    if reply.code:
        return None
    rows = list(csv.reader(io.StringIO(reply.answer["Content"].decode())))
    header, users = rows[0], [["N/A" if one == "not_supported" else one for one in row] for row in rows[1:]]
    for user in users:
        if user[header.index("password_enabled")] == "false":
            user[header.index("password_last_changed")] = "N/A"
    root = settings.get(("root", call.account), _ROOT)
    made = "2020-04-01T00:00:00+00:00"
    known = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{call.account}:root",
        "user_creation_time": made,
        "password_enabled": "not_supported",
        "password_last_used": "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": str(root["mfa_active"]).lower(),
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    for number in (1, 2):
        active = root["active_access_keys"] >= number
        known[f"access_key_{number}_active"] = str(active).lower()
        known[f"access_key_{number}_last_rotated"] = made if active else "N/A"
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, [known.get(one, "N/A") for one in header], *users])
    return {**reply.answer, "Content": written.getvalue().encode(), "GeneratedTime": datetime.now(UTC)}


_ROOT: Json = {"mfa_active": False, "active_access_keys": 0}


def _account_summary(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # IAM API reference, "GetAccountSummary": both say of the root user what the credential report says.
    reply = moto()
    if reply.code:
        return None
    root = settings.get(("root", call.account), _ROOT)
    known = {
        "AccountMFAEnabled": int(root["mfa_active"]),
        "AccountPasswordPresent": int(root.get("password", True)),
        "AccountAccessKeysPresent": int(root["active_access_keys"] > 0),
    }
    return {"SummaryMap": {**reply.answer["SummaryMap"], **known}}


def _describe_snapshots(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # EC2 API reference, "DescribeSnapshots": OwnerIds leaves only their snapshots, and RestorableByUserIds, here asked
    # of everybody only, those that they may use. moto does not look at them.
    reply = moto()
    owners = {call.account if one == "self" else one for one in call.parameters.get("OwnerIds", ())}
    if reply.code or not owners:
        return None
    found = [one for one in reply.answer["Snapshots"] if one["OwnerId"] in owners]
    if "all" in call.parameters.get("RestorableByUserIds", ()):
        kept = ec2_backends[call.account][call.region].snapshots
        found = [one for one in found if "all" in kept[one["SnapshotId"]].create_volume_permission_groups]
    return {**reply.answer, "Snapshots": found}


def _enable_rotation(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # KMS API reference, "EnableKeyRotation": the period is kept, 365 days if none is given. moto forgets it.
    if moto().code is None:
        period = call.parameters.get("RotationPeriodInDays", 365)
        settings[f"rotation of {_key(call)}", call.account] = {"days": period, "since": datetime.now(UTC)}
        return {}
    return None


def _describe_key(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # KMS API reference, "KeyMetadata": MultiRegion is false for regional keys, KeyManager is AWS for keys of services.
    # moto leaves out the first, and takes all keys for the customer's.
    reply = moto()
    if reply.code:
        return None
    key = reply.answer["KeyMetadata"]
    manager = {"KeyManager": "AWS"} if _is_managed(call, key["KeyId"]) else {}
    return {"KeyMetadata": {"MultiRegion": False, **key, **manager}}


def _rotation_status(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # KMS API reference, "GetKeyRotationStatus": the period and the next date belong to the answer; keys that AWS manages
    # are always rotated, every year.
    reply = moto()
    if reply.code:
        return None
    rotation = settings.get((f"rotation of {_key(call)}", call.account))
    if _is_managed(call, _key(call)):
        since = float(kms_backends[call.account][call.region].keys[_key(call)].creation_date)
        rotation = {"days": 365, "since": datetime.fromtimestamp(since, UTC)}
    elif not reply.answer["KeyRotationEnabled"] or rotation is None:
        return None
    following = rotation["since"] + timedelta(days=rotation["days"])
    return {"KeyRotationEnabled": True, "RotationPeriodInDays": rotation["days"], "NextRotationDate": following}


def _is_managed(call: Call, key: str) -> bool:
    """Whether AWS manages the key for a service: only such have an alias of that kind."""
    aliases = kms_backends[call.account][call.region].keys[key].aliases
    return any(alias.startswith("alias/aws/") for alias in aliases)


def _key(call: Call) -> str:
    return kms_backends[call.account][call.region].get_key_id(call.parameters["KeyId"])


def _describe_trails(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # CloudTrail API reference, "Trail": HasCustomEventSelectors tells of selectors. moto says that there never are any.
    reply = moto()
    if reply.code:
        return None
    trails = [{**one, "HasCustomEventSelectors": _has_selectors(call, one)} for one in reply.answer["trailList"]]
    return {**reply.answer, "trailList": trails}


def _has_selectors(call: Call, trail: Json) -> bool:
    found = cloudtrail_backends[call.account][trail["HomeRegion"]].trails.get(trail["Name"])
    return found is not None and any(found.get_event_selectors())


def _trail_status(call: Call, moto: Callable[[], Reply], settings: Settings) -> Json | None:
    # CloudTrail user guide, "Granting custom permissions": with LatestDeliveryTime the answer also has the time of the
    # last attempt that succeeded. moto leaves it empty, as AWS does only before the first delivery.
    reply = moto()
    if reply.code or "LatestDeliveryTime" not in reply.answer:
        return None
    return {**reply.answer, "LatestDeliveryAttemptSucceeded": reply.answer["LatestDeliveryAttemptTime"]}


CORRECTIONS: Mapping[tuple[str, str], Correction] = {
    ("account", "GetRegionOptStatus"): _region_status,
    ("account", "ListRegions"): _list_regions,
    ("cloudtrail", "DescribeTrails"): _describe_trails,
    ("cloudtrail", "GetTrailStatus"): _trail_status,
    ("ec2", "DescribeRegions"): _describe_regions,
    ("ec2", "DescribeSnapshots"): _describe_snapshots,
    ("iam", "GetAccountSummary"): _account_summary,
    ("iam", "GetCredentialReport"): _credential_report,
    ("kms", "DescribeKey"): _describe_key,
    ("kms", "EnableKeyRotation"): _enable_rotation,
    ("kms", "GetKeyRotationStatus"): _rotation_status,
    ("s3", "GetBucketEncryption"): _bucket_encryption,
    ("s3", "ListBuckets"): _list_buckets,
}
