"""The server that answers like AWS: what a test asks for happens, and what no service can answer is refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from tests.live.servers import ACCOUNT, REGION, AwsServer, RefusedAnswerError

OTHER = "222233334444"
TIME = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)

# service, operation, method, parameters, answer: one or more of each protocol
ANSWERS: tuple[tuple[str, str, str, Mapping[str, Any], Mapping[str, Any]], ...] = (
    (
        "organizations",  # json
        "DescribeEffectivePolicy",
        "describe_effective_policy",
        {"PolicyType": "TAG_POLICY"},
        {"EffectivePolicy": {"PolicyContent": "{}", "LastUpdatedTimestamp": TIME, "PolicyType": "TAG_POLICY"}},
    ),
    (
        "cloudwatch",  # json among several protocols
        "DescribeAnomalyDetectors",
        "describe_anomaly_detectors",
        {},
        {"AnomalyDetectors": [{"Namespace": "AWS/EC2", "StateValue": "TRAINED"}]},
    ),
    (
        "backup",  # rest-json
        "ListRecoveryPointsByBackupVault",
        "list_recovery_points_by_backup_vault",
        {"BackupVaultName": "daily"},
        {
            "RecoveryPoints": [
                {"BackupVaultName": "daily", "CreationDate": TIME, "Status": "COMPLETED", "IsEncrypted": True}
            ]
        },
    ),
    (
        "accessanalyzer",  # rest-json, and unknown to moto
        "ListAnalyzers",
        "list_analyzers",
        {},
        {
            "analyzers": [
                {"arn": "arn", "name": "outside", "type": "ACCOUNT", "createdAt": TIME, "status": "ACTIVE"},
            ]
        },
    ),
    (
        "iam",  # query
        "ListOrganizationsFeatures",
        "list_organizations_features",
        {},
        {"OrganizationId": "o-1a2b3c4d5e", "EnabledFeatures": ["RootCredentialsManagement"]},
    ),
    (
        "rds",  # query, times
        "DescribePendingMaintenanceActions",
        "describe_pending_maintenance_actions",
        {},
        {
            "PendingMaintenanceActions": [
                {
                    "ResourceIdentifier": "arn:aws:rds:ap-northeast-1:123456789012:db:main",
                    "PendingMaintenanceActionDetails": [{"Action": "system-update", "ForcedApplyDate": TIME}],
                }
            ]
        },
    ),
    (
        "ec2",
        "GetEbsDefaultKmsKeyId",
        "get_ebs_default_kms_key_id",
        {},
        {"KmsKeyId": "alias/aws/ebs"},
    ),
    (
        "ec2",
        "DescribeLockedSnapshots",
        "describe_locked_snapshots",
        {},
        {"Snapshots": [{"SnapshotId": "snap-1", "LockState": "compliance", "LockExpiresOn": TIME}]},
    ),
    (
        "cloudfront",  # rest-xml
        "ListResponseHeadersPolicies",
        "list_response_headers_policies",
        {},
        {"ResponseHeadersPolicyList": {"MaxItems": 100, "Quantity": 0, "Items": []}},
    ),
    (
        "s3",  # rest-xml, with characters that XML must hide
        "GetBucketReplication",
        "get_bucket_replication",
        {"Bucket": "documents"},
        {
            "ReplicationConfiguration": {
                "Role": "a&b<c>",
                "Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::文書"}}],
            }
        },
    ),
)


def ids(case: Any) -> str:
    return f"{case[0]}.{case[1]}"


def raised(client: Any, method: str, **parameters: Any) -> tuple[str, int]:
    """The code and the status of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def impatient(aws: AwsServer, service: str, seconds: float) -> Any:
    """A client that waits only this long, once."""
    return boto3.client(
        service,
        REGION,
        endpoint_url=aws.url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106  # nobody's
        config=Config(read_timeout=seconds, retries={"total_max_attempts": 1}),
    )


def patient(aws: AwsServer, service: str, attempts: int) -> Any:
    """A client that tries again."""
    return boto3.client(
        service,
        REGION,
        endpoint_url=aws.url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106  # nobody's
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


# Registered answers


@pytest.mark.parametrize("case", ANSWERS, ids=ids)
def test_a_registered_answer_reaches_a_client_as_it_was_given(aws: AwsServer, case: Any) -> None:
    service, operation, method, parameters, answer = case
    aws.answer(service, operation, answer)

    got = getattr(aws.client(service), method)(**parameters)

    assert {name: got[name] for name in answer} == answer
    assert (aws.calls()[-1].by, aws.calls()[-1].status) == ("test", 200)


def test_times_may_be_given_as_text_and_are_of_utc_without_a_zone(aws: AwsServer) -> None:
    for text in ("2026-04-01T09:30:00", "2026-04-01T09:30:00+00:00", "2026-04-01T18:30:00+09:00"):
        aws.answer("backup", "ListBackupJobs", {"BackupJobs": [{"CreationDate": text}]})
        assert aws.client("backup").list_backup_jobs()["BackupJobs"][0]["CreationDate"] == TIME


def test_without_an_answer_a_call_goes_to_moto(aws: AwsServer) -> None:
    client = aws.client("sns")
    made = client.create_topic(Name="alarms")["TopicArn"]
    assert [one["TopicArn"] for one in client.list_topics()["Topics"]] == [made]
    assert [(call.operation, call.by) for call in aws.calls()] == [("CreateTopic", "moto"), ("ListTopics", "moto")]


@pytest.mark.parametrize(
    ("service", "method", "operation"),
    [
        ("backup", "list_backup_jobs", "ListBackupJobs"),
        ("ec2", "get_serial_console_access_status", "GetSerialConsoleAccessStatus"),
        ("ssm", "describe_sessions", "DescribeSessions"),
        ("resource-explorer-2", "list_indexes", "ListIndexes"),
    ],
)
def test_what_nobody_answers_is_said_so_and_not_tried_again(
    aws: AwsServer, service: str, method: str, operation: str
) -> None:
    parameters = {"State": "Active"} if service == "ssm" else {}
    client = patient(aws, service, attempts=3)
    with pytest.raises(ClientError, match=f"does not answer {service}.{operation}, register an answer") as caught:
        getattr(client, method)(**parameters)
    assert caught.value.response["Error"]["Code"] == "NotImplemented"
    assert [(call.operation, call.by, call.status) for call in aws.calls()] == [(operation, "nobody", 501)]


@pytest.mark.parametrize(
    ("service", "operation", "answer", "problem"),
    [
        ("backup", "ListBackupJobs", {"Jobs": []}, "has no member 'Jobs'"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"Region": "x"}]}, r"BackupJobs\[0\] has no member 'Region'"),
        ("backup", "ListBackupJobs", {"BackupJobs": {}}, "BackupJobs must be a list, is dict"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"IsParent": "true"}]}, "must be a boolean, is str"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"BackupSizeInBytes": True}]}, "must be a long, is bool"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"BackupJobId": 5}]}, "must be a string, is int"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"State": "DONE"}]}, "'DONE', not one of CREATED"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"CreationDate": "spring"}]}, "a time in ISO 8601, is 'spring'"),
        ("backup", "ListBackupJobs", {"BackupJobs": [{"CreationDate": 1}]}, "must be a timestamp, is int"),
        ("dynamodb", "DescribeTable", {"Table": {"TableName": "ab"}}, "TableName is below its minimum of 3: 2"),
        ("kms", "GetKeyRotationStatus", {"RotationPeriodInDays": 7}, "below its minimum of 90: 7"),
        ("kms", "DescribeKey", {"KeyMetadata": {"KeyState": "Enabled"}}, "KeyMetadata lacks 'KeyId'"),
        ("ec2", "DescribeLockedSnapshots", {"Snapshots": [{"LockState": "forever"}]}, "'forever', not one of"),
        ("iam", "GetAccountSummary", {"SummaryMap": {"RootMfa": 1}}, "key 'RootMfa' is 'RootMfa', not one of"),
        ("s3", "PutBucketPolicy", {"Policy": "{}"}, "answers nothing"),
        ("logs", "StartLiveTail", {}, "a stream of events"),
        ("backup", "ListJobs", {}, "has no operation 'ListJobs'"),
        ("backups", "ListJobs", {}, "no service 'backups'"),
    ],
)
def test_an_answer_that_no_service_gives_is_refused(
    aws: AwsServer, service: str, operation: str, answer: Mapping[str, Any], problem: str
) -> None:
    with pytest.raises(RefusedAnswerError, match=problem):
        aws.answer(service, operation, answer)


def test_everything_that_does_not_fit_is_named_at_once(aws: AwsServer) -> None:
    with pytest.raises(RefusedAnswerError, match=r"has no member 'Jobs'.*not one of"):
        aws.answer("backup", "ListBackupJobs", {"Jobs": [], "BackupJobs": [{"State": "DONE"}]})


def test_exactly_one_member_of_a_choice_is_answered(aws: AwsServer) -> None:
    detail: dict[str, Any] = {"externalAccessDetails": {"condition": {}}}
    finding = {
        "analyzedAt": TIME,
        "createdAt": TIME,
        "updatedAt": TIME,
        "id": "1",
        "resourceType": "AWS::S3::Bucket",
        "resourceOwnerAccount": ACCOUNT,
        "status": "ACTIVE",
    }
    aws.answer("accessanalyzer", "GetFindingV2", {**finding, "findingDetails": [detail]})
    both = {**detail, "unusedIamRoleDetails": {}}
    with pytest.raises(RefusedAnswerError, match="exactly one of its members"):
        aws.answer("accessanalyzer", "GetFindingV2", {**finding, "findingDetails": [both]})


def test_a_refused_answer_leaves_the_former_one(aws: AwsServer) -> None:
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "alias/aws/ebs"})
    with pytest.raises(RefusedAnswerError):
        aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"Key": "alias/aws/ebs"})
    assert aws.client("ec2").get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"


def test_an_answer_may_be_for_one_region_account_or_question_only(aws: AwsServer) -> None:
    def key(region: str = REGION, account: str = ACCOUNT) -> str:
        return str(aws.client("ec2", region, account).get_ebs_default_kms_key_id()["KmsKeyId"])

    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "any"})
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "osaka"}, region="ap-northeast-3")
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "other"}, account=OTHER)
    assert (key(), key("ap-northeast-3"), key("ap-northeast-3", OTHER)) == ("any", "osaka", "other")

    aws.answer("backup", "GetBackupVaultAccessPolicy", {"Policy": "all"})
    aws.answer("backup", "GetBackupVaultAccessPolicy", {"Policy": "one"}, match={"BackupVaultName": "daily"})
    ask = aws.client("backup").get_backup_vault_access_policy
    assert [ask(BackupVaultName=name)["Policy"] for name in ("daily", "weekly")] == ["one", "all"]


@pytest.mark.parametrize(
    ("match", "problem"), [({"VaultName": "daily"}, "has no member 'VaultName'"), ({"BackupVaultName": 1}, "a string")]
)
def test_a_question_that_no_client_can_ask_is_refused(aws: AwsServer, match: Mapping[str, Any], problem: str) -> None:
    with pytest.raises(RefusedAnswerError, match=problem):
        aws.answer("backup", "GetBackupVaultAccessPolicy", {"Policy": "one"}, match=match)


def test_nested_parameters_are_compared_where_they_are_named(aws: AwsServer) -> None:
    owner = {"Filters": [{"Name": "owner-id", "Values": [ACCOUNT]}]}
    aws.answer("ec2", "DescribeLockedSnapshots", {"Snapshots": []})
    aws.answer("ec2", "DescribeLockedSnapshots", {"Snapshots": [{"SnapshotId": "snap-1"}]}, match=owner)
    ask = aws.client("ec2").describe_locked_snapshots
    assert len(ask(MaxResults=5, **owner)["Snapshots"]) == 1
    assert ask(Filters=[{"Name": "owner-id", "Values": [OTHER]}])["Snapshots"] == []


# Pages


def test_pages_are_given_only_to_who_asks_by_their_tokens(aws: AwsServer) -> None:
    pages = [{"BackupJobs": [{"BackupJobId": str(number)}]} for number in range(3)]
    aws.answer("backup", "ListBackupJobs", pages=pages)
    client = aws.client("backup")

    first = client.list_backup_jobs()
    assert [one["BackupJobId"] for one in first["BackupJobs"]] == ["0"]
    every = client.get_paginator("list_backup_jobs").paginate().build_full_result()
    assert [one["BackupJobId"] for one in every["BackupJobs"]] == ["0", "1", "2"]
    assert raised(client, "list_backup_jobs", NextToken="next") == ("InvalidNextToken", 400)

    tokens = [call.parameters.get("NextToken") for call in aws.calls()]
    assert tokens[:2] == [None, None]
    assert len(set(tokens[1:4])) == 3
    assert "NextToken" not in client.list_backup_jobs(NextToken=tokens[3])


def test_pages_tell_that_there_is_more_as_the_service_does(aws: AwsServer) -> None:
    pages = [{"AccountAliases": ["first"], "IsTruncated": False}, {"AccountAliases": ["second"], "IsTruncated": True}]
    aws.answer("iam", "ListAccountAliases", pages=pages)
    paginator = aws.client("iam").get_paginator("list_account_aliases")
    got = list(paginator.paginate())
    assert [(page["AccountAliases"], page["IsTruncated"]) for page in got] == [(["first"], True), (["second"], False)]


def test_tokens_stand_where_the_service_puts_them(aws: AwsServer) -> None:
    page = {"DistributionList": {"Marker": "", "MaxItems": 1, "Quantity": 0, "IsTruncated": False}}
    aws.answer("cloudfront", "ListDistributions", pages=[page, page])
    got = list(aws.client("cloudfront").get_paginator("list_distributions").paginate())
    assert [one["DistributionList"]["IsTruncated"] for one in got] == [True, False]
    assert got[0]["DistributionList"]["NextMarker"]


@pytest.mark.parametrize(
    ("service", "operation", "problem"),
    [
        ("iam", "GetAccountSummary", "no pages"),
        ("route53", "ListResourceRecordSets", "several values"),
    ],
)
def test_pages_of_what_has_none_are_refused(aws: AwsServer, service: str, operation: str, problem: str) -> None:
    with pytest.raises(RefusedAnswerError, match=problem):
        aws.answer(service, operation, pages=[{}, {}])


# Errors and refusals


def test_an_error_of_a_test_has_the_form_of_the_service(aws: AwsServer) -> None:
    aws.fail("organizations", "DescribeOrganization", "AWSOrganizationsNotInUseException", "not a member")
    client = aws.client("organizations")
    with pytest.raises(client.exceptions.AWSOrganizationsNotInUseException, match="not a member"):
        client.describe_organization()

    aws.fail("s3", "GetBucketPolicy", "NoSuchBucketPolicy", status=404, match={"Bucket": "documents"})
    assert raised(aws.client("s3"), "get_bucket_policy", Bucket="documents") == ("NoSuchBucketPolicy", 404)
    assert raised(aws.client("s3"), "get_bucket_policy", Bucket="others") == ("NoSuchBucket", 404)


@pytest.mark.parametrize(
    ("service", "method", "parameters", "expected"),
    [
        ("iam", "list_users", {}, ("AccessDenied", 403)),
        ("rds", "describe_db_instances", {}, ("AccessDenied", 403)),
        ("s3", "get_bucket_policy", {"Bucket": "documents"}, ("AccessDenied", 403)),
        ("s3", "head_bucket", {"Bucket": "documents"}, ("403", 403)),
        ("s3control", "get_public_access_block", {"AccountId": ACCOUNT}, ("AccessDenied", 403)),
        ("cloudfront", "list_distributions", {}, ("AccessDenied", 403)),
        ("ec2", "describe_instances", {}, ("UnauthorizedOperation", 403)),
        ("backup", "list_backup_vaults", {}, ("AccessDeniedException", 403)),
        ("lambda", "list_functions", {}, ("AccessDeniedException", 403)),
        ("kms", "list_keys", {}, ("AccessDeniedException", 400)),
        ("dynamodb", "list_tables", {}, ("AccessDeniedException", 400)),
        ("sns", "list_topics", {}, ("AuthorizationError", 403)),
    ],
)
def test_a_denied_call_fails_as_the_service_fails(
    aws: AwsServer, service: str, method: str, parameters: Mapping[str, Any], expected: tuple[str, int]
) -> None:
    client = aws.client(service)
    operation = client.meta.method_to_api_mapping[method]
    aws.answer(service, operation, {}) if operation == "ListBackupVaults" else None
    aws.refuse([f"{service}:{operation}"])
    assert raised(client, method, **parameters) == expected
    assert (aws.calls()[-1].by, aws.calls()[-1].status) == ("fault", expected[1])

    aws.clear_faults()
    aws.clear_calls()
    try:
        getattr(client, method)(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] not in (expected[0], "NotImplemented")  # noqa: PT017  # either may be
    assert aws.calls()[-1].by != "fault"


def test_a_denial_names_who_may_not_do_what(aws: AwsServer) -> None:
    aws.refuse(["kms:ListKeys"])
    with pytest.raises(ClientError, match=f"{OTHER}:user/auditor is not authorized to perform: kms:ListKeys"):
        aws.client("kms", account=OTHER).list_keys()


def test_only_what_is_denied_is_denied(aws: AwsServer) -> None:
    aws.refuse(["s3:ListBuckets", "kms:*"])
    aws.refuse(["sqs:ListQueues"], region="ap-northeast-3")
    aws.refuse(["sns:ListTopics"], account=OTHER)
    aws.client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.client("sqs").list_queues()
    aws.client("sns").list_topics()
    assert raised(aws.client("s3"), "list_buckets")[0] == "AccessDenied"
    assert raised(aws.client("kms"), "list_aliases")[0] == "AccessDeniedException"
    assert raised(aws.client("sqs", "ap-northeast-3"), "list_queues")[1] == 400
    assert raised(aws.client("sns", account=OTHER), "list_topics")[0] == "AuthorizationError"


def test_everything_may_be_denied(aws: AwsServer) -> None:
    aws.refuse(["*"])
    for service, method in (("sts", "get_caller_identity"), ("ec2", "describe_regions"), ("account", "list_regions")):
        raised(aws.client(service), method)
    assert {call.by for call in aws.calls()} == {"fault"}


@pytest.mark.parametrize("operation", ["s3:GetBucketPolices", "s4:GetBucketPolicy", "s3", "s4:*", "*:ListKeys"])
def test_a_denial_of_what_does_not_exist_is_refused(aws: AwsServer, operation: str) -> None:
    with pytest.raises(RefusedAnswerError):
        aws.refuse([operation])


# What breaks


@pytest.mark.parametrize(
    ("service", "method", "expected"),
    [
        ("ec2", "describe_instances", ("RequestLimitExceeded", 503)),
        ("iam", "list_users", ("Throttling", 400)),
        ("s3", "list_buckets", ("SlowDown", 503)),
        ("kms", "list_keys", ("ThrottlingException", 400)),
        ("organizations", "list_roots", ("TooManyRequestsException", 400)),
        ("lambda", "list_functions", ("TooManyRequestsException", 429)),
    ],
)
def test_calls_are_throttled_as_often_as_asked_and_clients_try_again(
    aws: AwsServer, service: str, method: str, expected: tuple[str, int]
) -> None:
    once = aws.client(service)
    operation = f"{service}:{once.meta.method_to_api_mapping[method]}"
    aws.answer("organizations", "ListRoots", {"Roots": []})
    aws.throttle(operation, 1)
    assert raised(once, method) == expected
    getattr(once, method)()

    aws.clear_calls()
    aws.throttle(operation, 1)
    getattr(patient(aws, service, attempts=2), method)()
    assert [call.by == "fault" for call in aws.calls()] == [True, False]


def test_calls_are_throttled_for_ever(aws: AwsServer) -> None:
    aws.throttle("kms:ListKeys")
    for _ in range(3):
        assert raised(aws.client("kms"), "list_keys")[0] == "ThrottlingException"


def test_a_call_may_time_out(aws: AwsServer) -> None:
    aws.answer("kms", "ListKeys", {"Keys": []})
    aws.time_out("kms:ListKeys", 60, times=1)
    client = impatient(aws, "kms", seconds=2)
    with pytest.raises(ReadTimeoutError):
        client.list_keys()
    assert client.list_keys()["Keys"] == []


def test_a_call_that_waits_is_let_go_when_faults_are_cleared(aws: AwsServer) -> None:
    aws.delay("kms:ListKeys", 20)
    client = aws.client("kms")
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.list_keys)
        while not aws.calls():
            time.sleep(0.01)
        aws.clear_faults()
        assert waiting.result(10)["Keys"] == []
    assert time.monotonic() - begun < 10


def test_after_waiting_in_vain_the_connection_is_closed(aws: AwsServer) -> None:
    aws.time_out("kms:ListKeys", 0.05)
    with pytest.raises(ConnectionClosedError):
        aws.client("kms").list_keys()


@pytest.mark.parametrize("status", [500, 502])
def test_an_html_page_may_come_instead_of_an_answer(aws: AwsServer, status: int) -> None:
    aws.answer_html("kms:ListKeys", status, times=1)
    with pytest.raises(ClientError) as caught:
        aws.client("kms").list_keys()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "text/html"
    assert aws.client("kms").list_keys()["Keys"] == []


def test_the_connection_may_be_closed(aws: AwsServer) -> None:
    aws.close_connection("kms:ListKeys", times=2)
    with pytest.raises(ConnectionClosedError):
        aws.client("kms").list_keys()
    assert (aws.calls()[0].by, aws.calls()[0].status) == ("fault", None)
    assert patient(aws, "kms", attempts=2).list_keys()["Keys"] == []


def test_answers_may_be_late(aws: AwsServer) -> None:
    aws.delay("kms:ListKeys", 0.3)
    begun = time.monotonic()
    aws.client("kms").list_keys()
    assert time.monotonic() - begun >= 0.3
    aws.refuse(["kms:ListKeys"])
    begun = time.monotonic()
    raised(aws.client("kms"), "list_keys")
    assert time.monotonic() - begun >= 0.3


def test_many_calls_at_once_are_all_answered_and_logged(aws: AwsServer) -> None:
    client = aws.client("kms")
    aws.throttle("kms:ListKeys", 7)

    def throttled(_: int) -> bool:
        try:
            client.list_keys()
        except ClientError:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(throttled, range(40))) == 7
    assert len(aws.calls()) == 40


# The log of calls


def test_every_call_is_logged_with_what_was_asked(aws: AwsServer) -> None:
    aws.client("ec2", "ap-northeast-3").describe_volumes(Filters=[{"Name": "encrypted", "Values": ["false"]}])
    other = aws.client("logs", account=OTHER)
    aws.clear_calls()
    other.describe_log_groups(logGroupNamePrefix="/aws")
    (call,) = aws.calls()
    assert (call.service, call.operation, call.region, call.account) == ("logs", "DescribeLogGroups", REGION, OTHER)
    assert (call.parameters, call.by, call.status) == ({"logGroupNamePrefix": "/aws"}, "moto", 200)
    aws.clear_calls()
    assert aws.calls() == []


@pytest.mark.parametrize(
    ("service", "method"), [("elb", "describe_load_balancers"), ("elbv2", "describe_load_balancers")]
)
def test_services_that_sign_with_the_same_name_are_told_apart(aws: AwsServer, service: str, method: str) -> None:
    getattr(aws.client(service), method)()
    assert aws.calls()[0].service == service


def test_secrets_are_not_logged(aws: AwsServer) -> None:
    word = "correct-horse-battery"
    aws.client("secretsmanager").create_secret(Name="database", SecretString=word)
    aws.client("ssm").put_parameter(Name="database", Value=word, Type="SecureString")
    aws.client("iam").create_user(UserName="staff")
    aws.client("iam").create_login_profile(UserName="staff", Password=word)
    aws.client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.client("s3").put_object(Bucket="documents", Key="notes", Body=word.encode())
    assert word not in repr(aws.calls())
    assert aws.calls()[0].parameters["Name"] == "database"


def test_requests_that_mean_no_operation_are_logged_by_their_paths(aws: AwsServer) -> None:
    address = aws.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1]))) as connection:
        connection.sendall(b"GET /latest/meta-data/ HTTP/1.0\r\n\r\n")
        connection.recv(100)
    assert [(call.service, call.operation) for call in aws.calls()] == [("", "GET /latest/meta-data/")]


# What moto answers otherwise than AWS


def test_buckets_come_with_their_regions_where_a_parameter_is_sent(aws: AwsServer) -> None:
    for name, region in (("tokyo", REGION), ("osaka", "ap-northeast-3")):
        aws.client("s3", region).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    aws.client("s3", "us-east-1").create_bucket(Bucket="virginia")
    client = aws.client("s3")

    got = client.list_buckets(MaxBuckets=100)["Buckets"]
    assert {one["Name"]: one["BucketRegion"] for one in got} == {
        "osaka": "ap-northeast-3",
        "tokyo": REGION,
        "virginia": "us-east-1",
    }
    assert all("BucketRegion" not in one for one in client.list_buckets()["Buckets"])
    assert [one["Name"] for one in client.list_buckets(BucketRegion=REGION)["Buckets"]] == ["tokyo"]
    assert [one["Name"] for one in client.list_buckets(Prefix="o")["Buckets"]] == ["osaka"]
    assert aws.client("s3", account=OTHER).list_buckets(MaxBuckets=100)["Buckets"] == []


def test_buckets_are_listed_in_pages(aws: AwsServer) -> None:
    for number in range(5):
        aws.client("s3", "us-east-1").create_bucket(Bucket=f"documents-{number}")
    pages = list(aws.client("s3").get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2}))
    assert [[one["Name"][-1] for one in page["Buckets"]] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]


def test_a_bucket_has_a_default_encryption(aws: AwsServer) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION})

    def rule() -> Any:
        (found,) = client.get_bucket_encryption(Bucket="documents")["ServerSideEncryptionConfiguration"]["Rules"]
        return found["ApplyServerSideEncryptionByDefault"]

    assert rule() == {"SSEAlgorithm": "AES256"}
    own = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "1234abcd-12ab-34cd-56ef-1234567890ab"}
    setting = {"Rules": [{"ApplyServerSideEncryptionByDefault": own}]}
    client.put_bucket_encryption(Bucket="documents", ServerSideEncryptionConfiguration=setting)
    assert rule() == own
    assert raised(client, "get_bucket_encryption", Bucket="nowhere") == ("NoSuchBucket", 404)


def report(aws: AwsServer, account: str = ACCOUNT) -> dict[str, dict[str, str]]:
    client = aws.client("iam", account=account)
    client.generate_credential_report()
    header, *rows = client.get_credential_report()["Content"].decode().splitlines()
    return {row.split(",")[0]: dict(zip(header.split(","), row.split(","), strict=True)) for row in rows}


def test_the_credential_report_begins_with_the_root_user(aws: AwsServer) -> None:
    assert raised(aws.client("iam"), "get_credential_report")[0] == "ReportNotPresent"
    aws.client("iam").create_user(UserName="staff")
    assert list(report(aws)) == ["<root_account>", "staff"]
    root = report(aws)["<root_account>"]
    assert root["arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert (root["mfa_active"], root["access_key_1_active"], root["password_enabled"]) == (
        "false",
        "false",
        "not_supported",
    )
    assert report(aws)["staff"]["password_last_used"] == "N/A"

    aws.root_user(mfa_active=True, active_access_keys=1)
    root = report(aws)["<root_account>"]
    assert [root[name] for name in ("mfa_active", "access_key_1_active", "access_key_2_active")] == [
        "true",
        "true",
        "false",
    ]
    assert report(aws, OTHER)["<root_account>"]["mfa_active"] == "false"


def test_the_account_summary_agrees_with_the_credential_report(aws: AwsServer) -> None:
    def summary() -> tuple[int, int]:
        found = aws.client("iam").get_account_summary()["SummaryMap"]
        return found["AccountMFAEnabled"], found["AccountAccessKeysPresent"]

    assert summary() == (0, 0)
    aws.root_user(mfa_active=True, active_access_keys=2)
    assert summary() == (1, 1)


def test_the_root_user_has_at_most_two_keys(aws: AwsServer) -> None:
    with pytest.raises(RefusedAnswerError, match="0 to 2"):
        aws.root_user(active_access_keys=3)


def test_snapshots_of_others_are_left_out_where_owners_are_named(aws: AwsServer) -> None:
    client = aws.client("ec2")
    volume = client.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    made = client.create_snapshot(VolumeId=volume)["SnapshotId"]

    def listed(*owners: str) -> list[str]:
        return [one["SnapshotId"] for one in client.describe_snapshots(OwnerIds=owners)["Snapshots"]]

    assert (listed("self"), listed(ACCOUNT), listed(OTHER)) == ([made], [made], [])


def test_keys_say_that_they_are_regional_and_who_manages_them(aws: AwsServer) -> None:
    client = aws.client("kms")
    key = client.create_key()["KeyMetadata"]["KeyId"]
    wide = client.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    client.schedule_key_deletion(KeyId=key)
    found = [client.describe_key(KeyId=name)["KeyMetadata"] for name in (key, wide, "alias/aws/s3")]
    assert [one["MultiRegion"] for one in found] == [False, True, False]
    assert [one["KeyManager"] for one in found] == ["CUSTOMER", "CUSTOMER", "AWS"]
    assert found[0]["DeletionDate"]


def test_rotation_has_the_period_that_was_set(aws: AwsServer) -> None:
    client = aws.client("kms")
    yearly, often, never = (client.create_key()["KeyMetadata"]["KeyId"] for _ in range(3))
    client.enable_key_rotation(KeyId=yearly)
    client.enable_key_rotation(KeyId=often, RotationPeriodInDays=90)
    managed = client.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"]

    found = {key: client.get_key_rotation_status(KeyId=key) for key in (yearly, often, never, managed)}
    assert [found[key]["KeyRotationEnabled"] for key in found] == [True, True, False, True]
    assert [found[key].get("RotationPeriodInDays") for key in found] == [365, 90, None, 365]
    assert 89 <= (found[often]["NextRotationDate"] - datetime.now(UTC)).days <= 90

    client.disable_key_rotation(KeyId=often)
    assert client.get_key_rotation_status(KeyId=often)["KeyRotationEnabled"] is False
    assert raised(client, "enable_key_rotation", KeyId="1234abcd-12ab-34cd-56ef-1234567890ab")[0] == "NotFoundException"


def test_regions_are_enabled_by_default_or_on_request(aws: AwsServer) -> None:
    client = aws.client("account")

    def statuses(**parameters: Any) -> dict[str, str]:
        found = client.get_paginator("list_regions").paginate(**parameters).build_full_result()["Regions"]
        return {one["RegionName"]: one["RegionOptStatus"] for one in found}

    assert len([one for one in statuses().values() if one == "ENABLED_BY_DEFAULT"]) == 17
    assert {statuses()[name] for name in ("ap-northeast-1", "ap-northeast-3", "us-east-1")} == {"ENABLED_BY_DEFAULT"}
    assert statuses()["ap-east-1"] == "DISABLED"

    aws.regions({"ap-east-1": "ENABLED"})
    assert statuses(RegionOptStatusContains=["ENABLED"]) == {"ap-east-1": "ENABLED"}
    assert statuses(PaginationConfig={"PageSize": 10}) == statuses()
    assert client.get_region_opt_status(RegionName="ap-east-1")["RegionOptStatus"] == "ENABLED"
    assert client.list_regions(AccountId=OTHER, RegionOptStatusContains=["ENABLED"])["Regions"] == []
    assert raised(client, "get_region_opt_status", RegionName="ap-nowhere-1") == ("ValidationException", 400)


def test_ec2_says_of_regions_what_the_account_says(aws: AwsServer) -> None:
    aws.regions({"ap-east-1": "ENABLED"})
    client = aws.client("ec2")

    def marks(**parameters: Any) -> dict[str, str]:
        return {one["RegionName"]: one["OptInStatus"] for one in client.describe_regions(**parameters)["Regions"]}

    enabled, every = marks(), marks(AllRegions=True)
    assert (len(enabled), enabled["ap-east-1"], enabled[REGION]) == (18, "opted-in", "opt-in-not-required")
    assert every["af-south-1"] == "not-opted-in"
    assert not [name for name in every if name.startswith(("cn-", "us-gov-"))]
    assert marks(AllRegions=True, Filters=[{"Name": "opt-in-status", "Values": ["opted-in"]}]) == {
        "ap-east-1": "opted-in"
    }
    assert marks(RegionNames=[REGION]) == {REGION: "opt-in-not-required"}


@pytest.mark.parametrize(
    "statuses",
    [{"ap-nowhere-1": "ENABLED"}, {REGION: "DISABLED"}, {"ap-east-1": "ON"}, {"ap-east-1": "ENABLED_BY_DEFAULT"}],
)
def test_regions_cannot_be_what_they_never_are(aws: AwsServer, statuses: Mapping[str, str]) -> None:
    with pytest.raises(RefusedAnswerError):
        aws.regions(statuses)


def test_a_trail_that_delivered_says_when_it_last_succeeded(aws: AwsServer) -> None:
    aws.client("s3").create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    client = aws.client("cloudtrail")
    client.create_trail(Name="main", S3BucketName="logs")
    before = client.get_trail_status(Name="main")
    assert (before["IsLogging"], before["LatestDeliveryAttemptSucceeded"], "LatestDeliveryTime" in before) == (
        False,
        "",
        False,
    )
    client.start_logging(Name="main")
    after = client.get_trail_status(Name="main")
    assert after["LatestDeliveryTime"]
    assert after["LatestDeliveryAttemptSucceeded"] == after["LatestDeliveryAttemptTime"] != ""


def test_a_registered_answer_comes_before_a_correction(aws: AwsServer) -> None:
    aws.answer("account", "ListRegions", {"Regions": [{"RegionName": REGION, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]})
    assert len(aws.client("account").list_regions()["Regions"]) == 1


# The server as a whole


def test_a_reset_leaves_nothing(aws: AwsServer) -> None:
    aws.client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "any"})
    aws.refuse(["kms:ListKeys"])
    aws.root_user(mfa_active=True)
    aws.client("sts", account=OTHER).get_caller_identity()
    aws.reset()
    assert aws.calls() == []
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert aws.client("kms").list_keys()["Keys"] == []
    assert raised(aws.client("ec2"), "get_ebs_default_kms_key_id")[0] == "NotImplemented"
    assert report(aws)["<root_account>"]["mfa_active"] == "false"
    assert aws.client("sts", account=OTHER).get_caller_identity()["Account"] == OTHER


def test_accounts_do_not_see_each_other(aws: AwsServer) -> None:
    aws.client("sqs", account=OTHER).create_queue(QueueName="jobs")
    assert "QueueUrls" not in aws.client("sqs").list_queues()
    assert len(aws.client("sqs", account=OTHER).list_queues()["QueueUrls"]) == 1
    assert aws.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_the_settings_of_the_account_block_are_found_without_the_account_in_the_host(aws: AwsServer) -> None:
    client = aws.client("s3control")
    assert raised(client, "get_public_access_block", AccountId=ACCOUNT)[0] == "NoSuchPublicAccessBlockConfiguration"
    blocked = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    client.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=blocked)
    assert client.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == blocked
    assert aws.calls()[-1].parameters == {"AccountId": ACCOUNT}
    aws.answer("s3control", "ListAccessPoints", {"AccessPointList": []}, match={"AccountId": ACCOUNT})
    assert client.list_access_points(AccountId=ACCOUNT)["AccessPointList"] == []


def test_a_program_finds_the_server_by_its_environment(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment(OTHER).items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    session.client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION})
    session.client("s3").put_object(Bucket="documents", Key="a folder/日本語", Body=b"text")
    assert session.client("sts").get_caller_identity()["Account"] == OTHER
    assert [one["Name"] for one in aws.client("s3", account=OTHER).list_buckets()["Buckets"]] == ["documents"]
    put = next(call for call in aws.calls() if call.operation == "PutObject")
    assert (put.parameters["Bucket"], put.parameters["Key"]) == ("documents", "a folder/日本語")


def test_managed_policies_exist_and_public_images_do_not(aws: AwsServer) -> None:
    client = aws.client("iam")
    client.create_user(UserName="staff")
    client.attach_user_policy(UserName="staff", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert len(client.list_attached_user_policies(UserName="staff")["AttachedPolicies"]) == 1
    assert aws.client("ec2").describe_images()["Images"] == []


def test_a_bucket_may_have_the_name_of_the_control(aws: AwsServer) -> None:
    client = aws.client("s3", "us-east-1")
    client.create_bucket(Bucket="overlay")
    client.put_object(Bucket="overlay", Key="calls", Body=b"text")
    assert client.get_object(Bucket="overlay", Key="calls")["Body"].read() == b"text"


def test_the_process_ends_with_the_block() -> None:
    with AwsServer() as server:
        client = server.client("sts")
        assert client.get_caller_identity()["Account"] == ACCOUNT
    with pytest.raises(EndpointConnectionError):
        client.get_caller_identity()
