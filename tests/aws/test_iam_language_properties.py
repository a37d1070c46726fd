"""Laws that hold for every policy: a denial never opens anything, and what is not known never settles anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor_aws.iam_language import (
    OBJECT_DELETION,
    UNKNOWN,
    Answer,
    MfaDemand,
    Policy,
    administrative,
    combine,
    denies_deletion,
    denies_insecure_transport,
    identity_mfa_demand,
    mfa_demand,
    parse_policy,
    public_access,
    region_guardrail,
)
from tests.aws.iam_language_documents import OWN

ACTIONS = st.sampled_from(
    ["*", "s3:*", "s3:Delete*", "iam:*", "iam:PutRolePolicy", "iam:PassRole", "ec2:RunInstances", "sts:AssumeRole"]
)
RESOURCES = st.sampled_from(
    ["*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:iam::*:role/*", f"arn:aws:iam::{OWN}:role/app"]
)
PRINCIPALS = st.sampled_from(["*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": f"arn:aws:iam::{OWN}:role/x"}])
CONDITIONS = st.sampled_from(
    [
        {},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
        {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        {"StringNotEquals": {"aws:RequestedRegion": "ap-northeast-1"}},
        {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/x"}},
    ]
)


@st.composite
def statements(draw: st.DrawFn, effect: str | None = None) -> dict[str, Any]:
    negated = draw(st.booleans())
    return {
        "Effect": effect or draw(st.sampled_from(["Allow", "Deny"])),
        ("NotAction" if negated else "Action"): draw(st.lists(ACTIONS, min_size=1, max_size=2)),
        "Resource": draw(st.lists(RESOURCES, min_size=1, max_size=2)),
        "Principal": draw(PRINCIPALS),
        "Condition": draw(CONDITIONS),
    }


def read(items: list[Any]) -> Policy:
    found = parse_policy({"Statement": items})
    assert isinstance(found, Policy), found
    return found


Question = Callable[[Policy], Answer]
GRANTS: list[Question] = [lambda one: administrative(one).answer, lambda one: public_access(one).answer]
DENIALS: list[Question] = [
    lambda one: denies_insecure_transport(one).judgement.answer,
    lambda one: denies_deletion(one, OBJECT_DELETION).judgement.answer,
]
GUARDRAILS: list[Question] = [lambda one: region_guardrail(one).judgement.answer]
ALL_QUESTIONS = [*GRANTS, *DENIALS, *GUARDRAILS]

POLICIES = st.lists(statements(), max_size=4)
DEMANDED = {MfaDemand.REQUIRED, MfaDemand.NOTHING_GRANTED}


@settings(deadline=None)  # busy machines are no failure
@given(POLICIES, statements("Deny"), st.sampled_from(["Condition", "Resource", "Principal", ""]))
def test_a_further_denial_opens_nothing(items: list[dict[str, Any]], denial: dict[str, Any], hidden: str) -> None:
    if hidden:
        denial = {**denial, hidden: UNKNOWN}
    before, after = read(items), read([*items, denial])
    for question in GRANTS:
        if question(before) is Answer.NO:
            assert question(after) is Answer.NO
        if question(before) is Answer.UNDECIDED:
            assert question(after) is not Answer.YES
    allowed = {one.principal.principal: one.demand for one in mfa_demand(before, OWN)}
    for one in mfa_demand(after, OWN):
        if allowed[one.principal.principal] in DEMANDED:
            assert one.demand in DEMANDED


@settings(deadline=None)  # busy machines are no failure
@given(POLICIES, statements("Allow"))
def test_a_further_grant_denies_nothing(items: list[dict[str, Any]], grant: dict[str, Any]) -> None:
    before, after = read(items), read([*items, grant])
    for question in DENIALS:
        assert question(after) is question(before)
    assert region_guardrail(after).allowed == region_guardrail(before).allowed


@settings(deadline=None)  # busy machines are no failure
@given(POLICIES, statements())
def test_a_statement_that_is_not_known_contradicts_no_answer(items: list[dict[str, Any]], item: dict[str, Any]) -> None:
    vague, settled = read([*items, UNKNOWN]), read([*items, item])
    for question in ALL_QUESTIONS:
        if question(vague) is not Answer.UNDECIDED:
            assert question(settled) is question(vague)


@settings(deadline=None)  # busy machines are no failure
@given(POLICIES, st.data())
def test_a_part_that_is_not_known_contradicts_no_answer(items: list[dict[str, Any]], data: st.DataObject) -> None:
    if not items:
        return
    index = data.draw(st.integers(0, len(items) - 1))
    part = data.draw(st.sampled_from(["Effect", "Resource", "Principal", "Condition"]))
    hidden = [{**item, part: UNKNOWN} if at == index else item for at, item in enumerate(items)]
    vague, settled = read(hidden), read(items)
    for question in ALL_QUESTIONS:
        if question(vague) is not Answer.UNDECIDED:
            assert question(settled) is question(vague), (part, index)
    demand, in_truth = identity_mfa_demand(vague).demand, identity_mfa_demand(settled).demand
    if demand is not MfaDemand.UNDECIDED:
        assert in_truth is demand or {in_truth, demand} <= DEMANDED


@settings(deadline=None)  # busy machines are no failure
@given(POLICIES, POLICIES)
def test_combining_is_the_same_as_writing_all_in_one(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    assert combine(read(one), read(other)) == read([*one, *other])
