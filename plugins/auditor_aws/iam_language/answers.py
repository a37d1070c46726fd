"""Answers with three values, and the statements they rest on.

Sources of the evaluation order used throughout the package: AWS IAM User Guide, pages "Policy evaluation logic"
and "How AWS enforcement code logic evaluates requests to allow or deny access" (an explicit Deny wins over any Allow).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final, Literal, NoReturn

import msgspec


class Unknown(Enum):
    """Type of :data:`UNKNOWN`, the mark for a part of a policy whose value is not known (yet)."""

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("UNKNOWN has no truth value")


#: Stands for any part of a policy document that is not known, e.g. known only after a Terraform apply.
UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN


class Answer(Enum):
    """A three-valued answer. It has no truth value: compare with ``is``."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"

    def __bool__(self) -> NoReturn:
        raise TypeError("an Answer has three values: compare it with `is`")


def every(answers: Iterable[Answer]) -> Answer:
    """Conjunction (Kleene): NO if any is NO, else UNDECIDED if any is, else YES (also for none at all)."""
    result = Answer.YES
    for answer in answers:
        if answer is Answer.NO:
            return Answer.NO
        if answer is Answer.UNDECIDED:
            result = Answer.UNDECIDED
    return result


def some(answers: Iterable[Answer]) -> Answer:
    """Disjunction (Kleene): YES if any is YES, else UNDECIDED if any is, else NO (also for none at all)."""
    result = Answer.NO
    for answer in answers:
        if answer is Answer.YES:
            return Answer.YES
        if answer is Answer.UNDECIDED:
            result = Answer.UNDECIDED
    return result


def negation(answer: Answer) -> Answer:
    """YES for NO and NO for YES; UNDECIDED stays."""
    if answer is Answer.UNDECIDED:
        return answer
    return Answer.NO if answer is Answer.YES else Answer.YES


class StatementRef(msgspec.Struct, frozen=True, order=True):
    """Names one statement of a policy: its position from 0, and its Sid ("" where it has none)."""

    index: int
    sid: str = ""

    def __str__(self) -> str:
        return f"Statement[{self.index}]" + (f" ({self.sid})" if self.sid else "")


class Judgement(msgspec.Struct, frozen=True):
    """An answer with the statements that decide it.

    ``reason`` is one short sentence for readers, Japanese first with English beside ("日本語 / English").
    """

    answer: Answer
    reason: str
    evidence: tuple[StatementRef, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("a Judgement has three values: compare its answer with `is`")


def refs(found: Iterable[StatementRef]) -> tuple[StatementRef, ...]:
    """The references once each, in the order of the statements."""
    return tuple(sorted(set(found)))
