"""Whom AWS writes to about the account.

Sources: AWS Account Management API Reference, GetAlternateContact; AWS provider documentation, page
``aws_account_alternate_contact``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape

_SECURITY: Final = "SECURITY"


def contacts(answers: Answers) -> Iterator[Shape]:
    """The contact for matters of security; the owner of the account is written to in any case."""
    answer = answers.of("GetAlternateContact")
    if answer.refusal is None and not answer.absent:
        address = f"arn:aws:account::{answers.account}:account/{_SECURITY}"
        shape = Shape("aws_account_alternate_contact", answers, address, "GetAlternateContact")
        shape.values.update(alternate_contact_type=_SECURITY, account_id=answers.account, arn=None, tags={})
        yield shape


def _without_persons(data: Any) -> None:
    """Names, addresses and telephone numbers of persons are of no use here."""
    contact = data.get("AlternateContact") or {}
    for name in ("Name", "Title", "EmailAddress", "PhoneNumber"):
        contact.pop(name, None)


SERVICES: Final = (
    Service(
        name="account",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="GetAlternateContact",
                yields=("aws_account_alternate_contact",),
                fixed={"AlternateContactType": _SECURITY},
                absent=("ResourceNotFoundException",),
                redact=_without_persons,
            ),
        ),
        shapers=(contacts,),
        subjects=frozenset(("monitoring", "residency", "inventory")),
    ),
)
