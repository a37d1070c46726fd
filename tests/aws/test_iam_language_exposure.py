"""Resource policies open to the public, and bucket policies that turn plain HTTP away."""

from __future__ import annotations

from typing import Any

import pytest

from auditor_aws.iam_language import (
    UNKNOWN,
    Answer,
    Unparseable,
    denies_insecure_transport,
    parse_policy,
    public_access,
)
from tests.aws.iam_language_documents import FOREIGN, OWN, deny, policy, statement

OBJECTS = "arn:aws:s3:::bucket/*"
BUCKET = "arn:aws:s3:::bucket"
BOTH = [BUCKET, OBJECTS]
OPEN: dict[str, Any] = {"Principal": "*"}


def grant(condition: Any = None, principal: Any = "*", action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    return statement("Allow", action, OBJECTS, condition, Principal=principal, **more)


def refuse(condition: Any, action: Any = "s3:*", resource: Any = None, **more: Any) -> dict[str, Any]:
    return deny(action, BOTH if resource is None else resource, condition, **{**OPEN, **more})


def public(*statements: dict[str, Any]) -> Answer:
    return public_access(policy(*statements)).answer


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringLike": {"aws:SourceVpc": "vpc-*"}},
        {"StringEquals": {"aws:Referer": "https://example.com"}},
        {"StringEquals": {"aws:PrincipalTag/name": "andrew"}},
        {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc"}},
        {"StringNotEquals": {"aws:SourceAccount": FOREIGN}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/1"]}},
        {"IpAddress": {"aws:SourceIp": "2001:db8::/31"}},
        {"IpAddress": {"aws:SourceIp": "somewhere"}},
        {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}},
        {"StringLike": {"aws:PrincipalOrgPaths": "*/ou-1/*"}},
        {"StringLike": {"aws:userid": "*:andrew"}},
        {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}},
        {"Bool": {"aws:PrincipalIsAWSService": "false"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
)
def test_open_to_anyone(condition: Any) -> None:
    found = public_access(policy(grant(condition)))
    assert found.answer is Answer.YES
    assert [ref.index for ref in found.evidence] == [0]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
        {"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-abc", "aws:Referer": "x"}},
        {"StringEquals": {"AWS:SourceOwner": OWN}},
        {"StringEquals": {"kms:CallerAccount": OWN, "kms:ViaService": "s3.ap-northeast-1.amazonaws.com"}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8", "2001:db8::/32"]}},
        {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::bucket"}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}},
        {"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:ap-northeast-1:{OWN}:accesspoint/*"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}},
        {"StringLike": {"aws:userid": "AROAEXAMPLE12345:*"}},
        {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
        {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    ],
)
def test_tied_to_something_fixed(condition: Any) -> None:
    assert public(grant(condition)) is Answer.NO


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": "*"}, Answer.YES),
        ({"Federated": "graph.facebook.com"}, Answer.YES),
        ({"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}, Answer.NO),
        ({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, Answer.NO),
        ({"Service": "cloudtrail.amazonaws.com"}, Answer.NO),
        ({"CanonicalUser": "79a5"}, Answer.NO),
        ({"AWS": "arn:aws:iam::*:root"}, Answer.UNDECIDED),
        ({"AWS": UNKNOWN}, Answer.UNDECIDED),
        ({"AWS": ["*", UNKNOWN]}, Answer.YES),
        (UNKNOWN, Answer.UNDECIDED),
    ],
)
def test_by_principal(principal: Any, expected: Answer) -> None:
    assert public(grant(principal=principal)) is expected


def test_everyone_but_some_is_anyone() -> None:
    item = statement("Allow", "s3:*", OBJECTS, None, NotPrincipal={"AWS": OWN})
    assert public(item) is Answer.YES


def test_users_of_a_provider_picked_out_by_its_keys_are_not_anyone() -> None:
    condition = {"StringEquals": {"accounts.google.com:sub": "1234"}}
    assert public(grant(condition, {"Federated": "accounts.google.com"})) is Answer.NO


@pytest.mark.parametrize(
    ("denial", "expected"),
    [
        (refuse(None), Answer.NO),
        (refuse({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), Answer.NO),
        (refuse({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), Answer.NO),
        (refuse({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"}}), Answer.NO),
        (
            refuse(
                {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
            Answer.NO,
        ),
        (refuse(None, NotPrincipal={"AWS": OWN}, Principal=None), Answer.NO),
        # An anonymous request has no such key, and a plain test of a missing key fails.
        (refuse({"Bool": {"aws:PrincipalIsAWSService": "false"}}), Answer.YES),
        (refuse({"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}), Answer.YES),
        (refuse({"StringNotEquals": {"aws:SourceVpce": "*"}}), Answer.YES),
        (refuse({"Bool": {"aws:SecureTransport": "false"}}), Answer.YES),
        (refuse(None, action="s3:PutObject"), Answer.YES),
        (refuse(None, resource="arn:aws:s3:::bucket/private/*"), Answer.YES),
        (refuse(None, Principal={"AWS": FOREIGN}), Answer.YES),
        (refuse(UNKNOWN), Answer.UNDECIDED),
        (refuse(None, resource=UNKNOWN), Answer.UNDECIDED),
        (refuse(None, Principal={"AWS": UNKNOWN}), Answer.UNDECIDED),
    ],
)
def test_denials_can_close_what_is_open(denial: dict[str, Any], expected: Answer) -> None:
    denial = {name: value for name, value in denial.items() if value is not None}
    assert public(grant(), denial) is expected


@pytest.mark.parametrize("condition", [UNKNOWN, {"StringEquals": {"aws:SourceAccount": UNKNOWN}}])
def test_unknown_conditions_leave_it_open_whether_it_is_open(condition: Any) -> None:
    found = public_access(policy(grant(condition)))
    assert found.answer is Answer.UNDECIDED
    assert [ref.index for ref in found.evidence] == [0]


def test_unknown_statements_and_documents() -> None:
    assert public_access(parse_policy({"Statement": [grant(), UNKNOWN]})).answer is Answer.UNDECIDED
    assert public_access(Unparseable("why")).reason == "why"
    assert public_access(policy()).answer is Answer.NO


INSECURE = {"Bool": {"aws:SecureTransport": "false"}}
OLD_TLS = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (refuse(INSECURE), Answer.YES),
        (refuse(INSECURE, action="*"), Answer.YES),
        (refuse(INSECURE, resource="*"), Answer.YES),
        (refuse(INSECURE, resource=BUCKET + "*"), Answer.YES),
        (refuse(INSECURE, Principal={"AWS": "*"}), Answer.YES),
        (refuse({"BoolIfExists": {"aws:SecureTransport": "false"}}), Answer.YES),
        (refuse({"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}), Answer.YES),
        (
            refuse({**INSECURE, "Bool": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false"}}),
            Answer.YES,
        ),
        (refuse(OLD_TLS), Answer.NO),
        (refuse({"Bool": {"aws:SecureTransport": "true"}}), Answer.NO),
        (refuse({**INSECURE, **OLD_TLS}), Answer.NO),
        (refuse({**INSECURE, "StringEquals": {"aws:PrincipalAccount": FOREIGN}}), Answer.NO),
        (refuse(INSECURE, action="s3:GetObject"), Answer.NO),
        (refuse(INSECURE, resource=OBJECTS), Answer.NO),
        (refuse(INSECURE, resource=BUCKET), Answer.NO),
        (refuse(INSECURE, Principal={"AWS": OWN}), Answer.NO),
        (grant(INSECURE, action="s3:*"), Answer.NO),
        (grant({"Bool": {"aws:SecureTransport": "true"}}), Answer.NO),
        (refuse(INSECURE, resource=UNKNOWN), Answer.UNDECIDED),
        (refuse({"Bool": {"aws:SecureTransport": UNKNOWN}}), Answer.UNDECIDED),
        (refuse(UNKNOWN), Answer.UNDECIDED),
    ],
)
def test_plain_http(item: dict[str, Any], expected: Answer) -> None:
    assert denies_insecure_transport(policy(item)).judgement.answer is expected


def test_with_the_name_of_the_bucket_its_resources_must_be_covered() -> None:
    document = policy(refuse(INSECURE))
    assert denies_insecure_transport(document, BUCKET).judgement.answer is Answer.YES
    assert denies_insecure_transport(document, "arn:aws:s3:::other").judgement.answer is Answer.NO
    wide = policy(refuse(INSECURE, resource="arn:aws:s3:::*"))
    assert denies_insecure_transport(wide, BUCKET).judgement.answer is Answer.YES


def test_the_lowest_tls_version_let_in() -> None:
    assert denies_insecure_transport(policy(refuse(INSECURE), refuse(OLD_TLS))).minimum_tls == "1.2"
    assert denies_insecure_transport(policy(refuse({"NumericLessThan": {"s3:TlsVersion": 1.3}}))).minimum_tls == "1.3"
    assert denies_insecure_transport(policy(refuse(INSECURE))).minimum_tls is None


def test_evidence_names_the_deciding_statement() -> None:
    found = denies_insecure_transport(policy(grant(), refuse(INSECURE, Sid="Tls"))).judgement
    assert [str(ref) for ref in found.evidence] == ["Statement[1] (Tls)"]
    missing = denies_insecure_transport(policy(grant(), refuse(INSECURE, resource=OBJECTS))).judgement
    assert [ref.index for ref in missing.evidence] == [1]


def test_unknown_documents_leave_plain_http_undecided_unless_a_known_statement_denies_it() -> None:
    assert denies_insecure_transport(Unparseable("x")).judgement.answer is Answer.UNDECIDED
    known = parse_policy({"Statement": [refuse(INSECURE), UNKNOWN]})
    assert denies_insecure_transport(known).judgement.answer is Answer.YES
