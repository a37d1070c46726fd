"""Denials of deletion, limits on regions, and the administration of keys."""

from __future__ import annotations

from typing import Any

import pytest

from auditor_aws.iam_language import (
    BACKUP_DELETION,
    KEY_DELETION,
    OBJECT_DELETION,
    TRAIL_DELETION,
    UNKNOWN,
    Answer,
    Unparseable,
    denies_deletion,
    key_policy,
    parse_policy,
    region_guardrail,
)
from tests.aws.iam_language_documents import FOREIGN, OWN, allow, deny, policy, statement

BREAK_GLASS = f"arn:aws:iam::{OWN}:role/break-glass"
BUT_BREAK_GLASS = {"ArnNotLike": {"aws:PrincipalArn": BREAK_GLASS}}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (deny("cloudtrail:*"), Answer.YES),
        (deny(list(TRAIL_DELETION)), Answer.YES),
        (deny("*", condition=BUT_BREAK_GLASS), Answer.YES),
        (deny("*", condition={"StringNotEquals": {"aws:PrincipalArn": BREAK_GLASS}}), Answer.YES),
        (deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]), Answer.NO),
        (deny("cloudtrail:*", condition={"ArnNotLike": {"aws:PrincipalArn": "*"}}), Answer.NO),
        (deny("cloudtrail:*", condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}), Answer.NO),
        (deny(None, NotAction="cloudtrail:Describe*"), Answer.YES),
        (deny(None, NotAction="cloudtrail:Stop*"), Answer.NO),
        (allow("cloudtrail:*"), Answer.NO),
        (deny(UNKNOWN), Answer.UNDECIDED),
        (deny("cloudtrail:*", condition=UNKNOWN), Answer.UNDECIDED),
        (deny("cloudtrail:*", condition={"ArnNotLike": {"aws:PrincipalArn": UNKNOWN}}), Answer.UNDECIDED),
        ({**deny("cloudtrail:*"), "Effect": UNKNOWN}, Answer.UNDECIDED),
    ],
)
def test_denied_deletion_of_trails(item: dict[str, Any], expected: Answer) -> None:
    assert denies_deletion(policy(item), TRAIL_DELETION).judgement.answer is expected


def test_exceptions_are_reported_and_those_of_two_statements_only_if_shared() -> None:
    one = deny("backup:*", condition=BUT_BREAK_GLASS)
    assert denies_deletion(policy(one), BACKUP_DELETION).exceptions == (BREAK_GLASS,)
    assert denies_deletion(policy(one, deny("backup:*")), BACKUP_DELETION).exceptions == ()
    named = statement("Deny", "kms:*", "*", None, NotPrincipal={"AWS": BREAK_GLASS})
    found = denies_deletion(policy(named), KEY_DELETION)
    assert found.judgement.answer is Answer.YES
    assert found.exceptions == (BREAK_GLASS,)


def test_each_action_is_answered_with_its_statement() -> None:
    found = denies_deletion(policy(allow(), deny("kms:DisableKey", Sid="Keep")), KEY_DELETION)
    assert [(one.action, one.answer, [str(r) for r in one.evidence]) for one in found.actions] == [
        ("kms:ScheduleKeyDeletion", Answer.NO, []),
        ("kms:DisableKey", Answer.YES, ["Statement[1] (Keep)"]),
    ]
    with pytest.raises(TypeError):
        bool(found.actions[0])


@pytest.mark.parametrize(
    ("resource", "principal", "expected"),
    [
        (["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "*", Answer.YES),
        ("arn:aws:s3:::b*", "*", Answer.YES),
        ("arn:aws:s3:::b/*", "*", Answer.NO),
        (["arn:aws:s3:::b", "arn:aws:s3:::b/logs/*"], "*", Answer.NO),
        (["arn:aws:s3:::b", "arn:aws:s3:::b/*"], {"AWS": OWN}, Answer.NO),
        (["arn:aws:s3:::b", "arn:aws:s3:::b/*"], {"AWS": UNKNOWN}, Answer.UNDECIDED),
        (["arn:aws:s3:::b", UNKNOWN], "*", Answer.UNDECIDED),
    ],
)
def test_denied_deletion_of_objects(resource: Any, principal: Any, expected: Answer) -> None:
    item = deny(["s3:Delete*", "s3:PutLifecycleConfiguration"], resource, Principal=principal)
    assert denies_deletion(policy(item), OBJECT_DELETION).judgement.answer is expected


def test_a_named_resource_must_be_covered() -> None:
    document = policy(deny("s3:DeleteObject", "arn:aws:s3:::b/logs/*", Principal="*"))
    assert denies_deletion(document, ["s3:DeleteObject"], "arn:aws:s3:::b/logs/*").judgement.answer is Answer.YES
    assert denies_deletion(document, ["s3:DeleteObject"], "arn:aws:s3:::b/*").judgement.answer is Answer.NO


def test_a_pattern_of_actions_must_be_denied_as_a_whole() -> None:
    document = policy(deny("s3:DeleteObject", Principal="*"))
    assert denies_deletion(document, ["s3:DeleteObject*"]).judgement.answer is Answer.NO


def test_unreadable_documents_leave_deletion_undecided() -> None:
    assert denies_deletion(Unparseable("why"), KEY_DELETION).judgement.reason == "why"


GLOBAL = ["iam:*", "organizations:*", "cloudfront:*"]


def outside(*regions: Any, operator: str = "StringNotEquals", **more: Any) -> dict[str, Any]:
    return {operator: {"aws:RequestedRegion": list(regions)}, **more}


def test_the_region_guardrail_of_the_documentation() -> None:
    condition = outside("ap-northeast-1", "ap-northeast-3", ArnNotLike={"aws:PrincipalARN": BREAK_GLASS})
    found = region_guardrail(policy(allow(), deny(None, condition=condition, NotAction=GLOBAL, Sid="Regions")))
    assert found.judgement.answer is Answer.YES
    assert found.allowed == frozenset({"ap-northeast-1", "ap-northeast-3"})
    assert found.exempt_actions == ("cloudfront:*", "iam:*", "organizations:*")
    assert found.exceptions == (BREAK_GLASS,)
    assert [str(ref) for ref in found.judgement.evidence] == ["Statement[1] (Regions)"]


@pytest.mark.parametrize("operator", ["StringNotEqualsIfExists", "StringNotLike", "StringNotEqualsIgnoreCase"])
def test_other_negated_operators_guard_too(operator: str) -> None:
    found = region_guardrail(policy(deny(condition=outside("ap-northeast-*", operator=operator))))
    assert found.allowed == frozenset({"ap-northeast-*"})


def test_two_guardrails_leave_what_both_leave() -> None:
    document = policy(deny(condition=outside("a", "b")), deny(condition=outside("b", "c")))
    assert region_guardrail(document).allowed == frozenset({"b"})


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([allow()], Answer.NO),
        ([deny()], Answer.NO),
        ([deny(condition=outside("us-east-1", operator="StringEquals"))], Answer.NO),
        ([deny("ec2:*", condition=outside("ap-northeast-1"))], Answer.NO),
        ([deny("*", "arn:aws:s3:::*", condition=outside("ap-northeast-1"))], Answer.NO),
        ([deny(None, condition=outside("ap-northeast-1"), NotAction="*")], Answer.NO),
        ([deny(condition=outside("*", operator="StringNotLike"))], Answer.NO),
        ([deny(condition=outside("ap-northeast-1", Bool={"aws:ViaAWSService": "false"}))], Answer.NO),
        ([allow(condition=outside("ap-northeast-1", operator="StringEquals"))], Answer.UNDECIDED),
        ([deny(condition=outside("ap-northeast-1", UNKNOWN))], Answer.UNDECIDED),
        ([deny(condition={"StringNotEquals": {"aws:RequestedRegion": UNKNOWN}})], Answer.UNDECIDED),
        ([deny(condition=UNKNOWN)], Answer.UNDECIDED),
        ([deny(UNKNOWN, condition=outside("ap-northeast-1"))], Answer.UNDECIDED),
    ],
)
def test_no_guardrail_or_not_known(items: list[dict[str, Any]], expected: Answer) -> None:
    found = region_guardrail(policy(*items))
    assert found.judgement.answer is expected
    assert found.allowed is None


def test_unknown_statements_leave_the_guardrail_undecided() -> None:
    assert region_guardrail(parse_policy(UNKNOWN)).judgement.answer is Answer.UNDECIDED


ROOT = statement("Allow", "kms:*", "*", None, Principal={"AWS": f"arn:aws:iam::{OWN}:root"})
ADMIN = f"arn:aws:iam::{OWN}:role/key-admin"


def test_the_default_key_policy_is_normal() -> None:
    found = key_policy(policy(ROOT), OWN)
    assert found.account_root.answer is Answer.YES
    assert found.foreign_full.answer is Answer.NO
    assert found.everyone_full.answer is Answer.NO
    assert found.public.answer is Answer.NO
    assert found.administrators == ()
    assert [one.principal.identifier for one in found.deletion_grantees] == [f"arn:aws:iam::{OWN}:root"]


def test_administrators_and_users_of_a_key() -> None:
    user = statement("Allow", ["kms:Encrypt", "kms:Decrypt"], "*", None, Principal={"AWS": FOREIGN})
    admin = statement("Allow", ["kms:Put*", "kms:Disable*"], "*", None, Principal={"AWS": ADMIN})
    found = key_policy(policy(ROOT, user, admin), OWN)
    assert [(one.principal.identifier, one.answer) for one in found.administrators] == [(ADMIN, Answer.YES)]
    assert len(found.deletion_grantees) == 1
    assert found.foreign_full.answer is Answer.NO


def test_a_denial_takes_deletion_back() -> None:
    denial = deny("kms:ScheduleKeyDeletion", Principal="*")
    assert key_policy(policy(ROOT, denial), OWN).deletion_grantees == ()
    narrowed = {**denial, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    assert len(key_policy(policy(ROOT, narrowed), OWN).deletion_grantees) == 1
    unknown = {**denial, "Condition": UNKNOWN}
    (only,) = key_policy(policy(ROOT, unknown), OWN).deletion_grantees
    assert only.answer is Answer.UNDECIDED


def test_grants_to_foreign_accounts_and_to_everyone() -> None:
    foreign = statement("Allow", "kms:*", "*", None, Principal={"AWS": FOREIGN})
    assert key_policy(policy(foreign), OWN).foreign_full.answer is Answer.YES
    everyone = statement("Allow", "kms:*", "*", None, Principal="*")
    found = key_policy(policy(everyone), OWN)
    assert (found.everyone_full.answer, found.public.answer) == (Answer.YES, Answer.YES)
    tied = {**everyone, "Condition": {"StringEquals": {"kms:CallerAccount": OWN}}}
    found = key_policy(policy(tied), OWN)
    assert (found.everyone_full.answer, found.public.answer) == (Answer.NO, Answer.NO)


def test_without_the_own_account_own_and_foreign_are_not_told_apart() -> None:
    found = key_policy(policy(ROOT))
    assert found.account_root.answer is Answer.UNDECIDED
    assert found.foreign_full.answer is Answer.UNDECIDED


def test_an_unknown_key_policy() -> None:
    found = key_policy(Unparseable("why"), OWN)
    for judgement in (found.account_root, found.foreign_full, found.everyone_full, found.public):
        assert (judgement.answer, judgement.reason) == (Answer.UNDECIDED, "why")
    assert [one.answer for one in found.deletion_grantees] == [Answer.UNDECIDED]
