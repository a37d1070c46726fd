"""The statement blocks of ``aws_iam_policy_document``, known and partly known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor_aws.iam_language import Answer, Effect, Policy, Unparseable, administrative, policy_from_terraform
from auditor_aws.iam_language.statements import Patterns


def block(sid: str = "", actions: Any = ("s3:*",), resources: Any = ("*",), **more: Any) -> dict[str, Any]:
    return {
        "sid": sid or None,
        "effect": None,
        "actions": list(actions),
        "not_actions": None,
        "resources": list(resources),
        "not_resources": None,
        "principals": [],
        "not_principals": [],
        "condition": [],
        **more,
    }


def document(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"statement": list(statements), **more}


def rendered(sid: str, action: str, effect: str = "Allow") -> str:
    return json.dumps({"Statement": [{"Sid": sid, "Effect": effect, "Action": action, "Resource": "*"}]})


def read(values: dict[str, Any], unknown: Any = False) -> Policy:
    found = policy_from_terraform(values, unknown)
    assert isinstance(found, Policy), found
    return found


def actions_of(policy: Policy) -> list[tuple[str, ...]]:
    return [statement.actions.values for statement in policy.statements]


def test_defaults_variables_and_repeated_conditions() -> None:
    condition = [
        {"test": "StringLike", "variable": "s3:prefix", "values": ["home/&{aws:username}/*"]},
        {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/"]},
    ]
    principals = [{"type": "AWS", "identifiers": ["111122223333"]}, {"type": "*", "identifiers": ["*"]}]
    (statement,) = read(
        document(block(resources=["arn:aws:s3:::b/&{aws:username}"], condition=condition, principals=principals))
    ).statements
    assert statement.effect is Effect.ALLOW
    assert statement.resources == Patterns(("arn:aws:s3:::b/${aws:username}",))
    (only,) = statement.conditions
    assert only.values == ("home/${aws:username}/*", "", "home/")
    assert statement.principals is not None
    assert [p.identifier for p in statement.principals.values] == ["111122223333", "*"]


def test_rendered_json_wins_over_the_blocks() -> None:
    found = read(document(block(), json=rendered("", "ec2:*")))
    assert actions_of(found) == [("ec2:*",)]


def test_a_statement_replaces_the_source_statement_with_its_sid_in_place() -> None:
    found = read(
        document(
            block("Same", ["s3:get*"]),
            block("", ["ec2:*"]),
            source_policy_documents=[rendered("Same", "iam:*"), None, rendered("", "sqs:*")],
        )
    )
    assert actions_of(found) == [("s3:get*",), ("sqs:*",), ("ec2:*",)]
    assert [statement.ref.index for statement in found.statements] == [0, 1, 2]


def test_override_documents_replace_one_after_another() -> None:
    found = read(
        document(
            block("Same", ["s3:get*"]),
            override_policy_documents=[rendered("Same", "iam:*"), rendered("Same", "logs:*", "Deny")],
        )
    )
    assert actions_of(found) == [("logs:*",)]
    assert found.statements[0].effect is Effect.DENY


def test_source_documents_that_share_a_sid_are_refused() -> None:
    found = policy_from_terraform(document(source_policy_documents=[rendered("A", "s3:*"), rendered("A", "s3:*")]))
    assert isinstance(found, Unparseable)


@pytest.mark.parametrize(
    "values",
    [
        document(block(actions=[])),
        document(block(effect="Perhaps")),
        document(block(not_actions=["iam:*"])),
        document(source_policy_documents=["{"]),
        document(source_policy_documents=[1]),
        document(source_policy_documents="x"),
        {"statement": "x"},
        {"statement": [1]},
        document(block(principals=[{"type": "Group", "identifiers": ["x"]}])),
    ],
)
def test_malformed_blocks_are_refused(values: dict[str, Any]) -> None:
    assert isinstance(policy_from_terraform(values), Unparseable)


def test_unknown_marks_become_unknown_parts() -> None:
    marks = {"statement": [{"resources": True, "principals": [{"identifiers": [False, True]}], "condition": True}]}
    values = document(block(resources=[], principals=[{"type": "AWS", "identifiers": ["111122223333", None]}]))
    (statement,) = read(values, marks).statements
    assert statement.resources == Patterns((), unknown=True)
    assert statement.unknown_conditions
    assert statement.principals is not None
    assert statement.principals.unknown
    assert [p.identifier for p in statement.principals.values] == ["111122223333"]


def test_unknown_not_actions_are_unknown_members_of_a_not_action() -> None:
    (statement,) = read(document(block(actions=[])), {"statement": [{"not_actions": True}]}).statements
    assert statement.actions == Patterns((), negated=True, unknown=True)


@pytest.mark.parametrize("marks", [True, {"statement": True}, {"json": True, "statement": [True]}])
def test_unknown_statements_leave_questions_open(marks: Any) -> None:
    assert administrative(policy_from_terraform({}, marks)).answer is Answer.UNDECIDED


def test_an_unknown_override_may_replace_named_statements_only() -> None:
    values = document(block("Named", ["iam:*"]), block("", ["ec2:*"]), override_policy_documents=[None])
    found = read(values, {"override_policy_documents": [True]})
    assert found.unknown
    assert actions_of(found) == [("ec2:*",)]


def test_an_unknown_source_cannot_replace_what_the_blocks_say() -> None:
    found = read(document(block("Named", ["ec2:*"]), source_policy_documents=[None]), {"source_policy_documents": True})
    assert found.unknown
    assert actions_of(found) == [("ec2:*",)]


def test_a_statement_with_an_unknown_sid_may_be_replaced_by_a_named_override() -> None:
    values = document(block("", ["iam:*"]), override_policy_documents=[rendered("X", "ec2:*")])
    found = read(values, {"statement": [{"sid": True}]})
    assert found.unknown
    assert actions_of(found) == [("ec2:*",)]


def test_a_source_may_be_a_policy_read_before() -> None:
    source = read(document(block("", ["sqs:*"])))
    assert actions_of(read(document(block(), source_policy_documents=[source]))) == [("sqs:*",), ("s3:*",)]
