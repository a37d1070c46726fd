"""Rights on whole projects, folders and organisations; last use, credentials, length of sessions, analysers.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    AccessAnalyser,
    Breadth,
    Credential,
    DelegatedRights,
    Facet,
    IdentityName,
    PrivilegedSession,
    Rights,
    Usage,
)
from auditor.record import Record
from auditor.text import Text
from auditor_google import breadth, iam
from auditor_google.audit import project_of
from auditor_google.iam import Grant, Kind
from auditor_google.reading import settled_text
from auditor_google.registry import REGISTRY

_WHOLES: Final = ("google_project", "google_folder", "google_organization")
_LAST_USE: Final = Text("最後に使われた日", "when it was used last")
_POOL_RIGHTS: Final = Text("プールの利用者の権限", "the rights of the users of the pool")
_ANALYSERS: Final = frozenset(("recommender.googleapis.com", "policyanalyzer.googleapis.com"))


@REGISTRY.adapter(*(f"{base}_iam_{form}" for base in _WHOLES for form in iam.FORMS))
def rights(record: Record) -> Iterator[Facet]:
    """Who may do what in all of a project, folder or organisation."""
    own = project_of(record) if record.type.startswith("google_project") else None
    for grant in iam.grants(record):
        kind = grant.kind
        if kind is Kind.NOBODY:
            continue
        key = _key(grant)
        reach = breadth.breadth(grant, record)
        if kind is None:
            # whoever it is; what reaches no further than a role for a purpose says nothing
            if isinstance(reach, Unknown) or reach.value is not Breadth.LIMITED:
                person: Attr[bool] = map_attr(grant.member, lambda _: True)
                yield Rights(key=key, breadth=reach, whole_services=breadth.whole_services(grant), person=person)
            continue
        person = Known(kind is Kind.PERSON, record, grant.path)
        yield Rights(key=key, breadth=reach, whole_services=breadth.whole_services(grant), person=person)
        if isinstance(grant.member, Known):
            yield from _of_member(record, grant, kind, reach, own)


def _key(grant: Grant) -> str:
    """As the key of a delegation: the principal and the role, unless one of them is not to be shown."""
    member, role = grant.member, grant.role
    who = member.value if isinstance(member, Known) and not member.sensitive else grant.path
    what = role.value if isinstance(role, Known) and not role.sensitive else None
    return f"{who}+{what or 'role'}"


def _of_member(record: Record, grant: Grant, kind: Kind, reach: Attr[Breadth], own: str | None) -> Iterator[Facet]:
    member = grant.member
    if isinstance(member, Unknown):
        return
    name = member.value
    federated = name.startswith(("principal://", "principalSet://"))
    outside = kind is Kind.ANYONE or breadth.consumer(name) or breadth.other_project(name, own)
    if outside or federated or kind is Kind.PERSON:
        certain = outside or (federated and kind is Kind.WORKLOAD)
        yield DelegatedRights(
            key=_key(grant), principal=member, outside=record.known(grant.path, certain), breadth=reach
        )
    if name.startswith("user:"):
        yield IdentityName(
            key=_key(grant),
            name=map_attr(member, lambda value: value.removeprefix("user:").split("@", 1)[0]),
            person=record.known(grant.path, True),
        )


@REGISTRY.adapter("google_service_account", "google_service_account_key")
def usage(record: Record) -> Iterator[Facet]:
    """What the plan makes has not been used yet; of what is there no plan says when it was."""
    if not record.action.makes_new:
        what = record.type.removeprefix("google_").replace("_", "-")
        yield Usage(what=what, unused_days=record.unknown("", Reason.NOT_COLLECTED, _LAST_USE))


@REGISTRY.adapter("google_storage_hmac_key")
def hmac_key(record: Record) -> Iterator[Facet]:
    """A key pair for requests to buckets, without an end while it is active."""
    state = settled_text(record, "state", "ACTIVE")
    yield Credential(what="hmac-key", endless=map_attr(state, lambda value: value == "ACTIVE"))


@REGISTRY.adapter("google_iam_workforce_pool")
def workforce(record: Record) -> Iterator[Facet]:
    """Sessions of persons who sign in at another identity provider: one hour unless stated."""
    text = record.text_or("session_duration", "3600s")
    hours: Attr[float]
    if isinstance(text, Unknown):
        hours = text
    else:
        number = text.value.removesuffix("s")
        seconds = float(number) if number.replace(".", "", 1).isdigit() else None
        unread = record.unknown("session_duration", Reason.UNPARSEABLE)
        hours = unread if seconds is None else record.known("session_duration", seconds / 3600)
    rights_of_users = record.unknown("session_duration", Reason.OUTSIDE, _POOL_RIGHTS)
    yield PrivilegedSession(hours=hours, administrative=rights_of_users)


@REGISTRY.adapter("google_project_service")
def analyser(record: Record) -> Iterator[Facet]:
    """The services that find roles nobody needs are on once they are enabled.

    https://cloud.google.com/policy-intelligence/docs/role-recommendations-overview
    """
    service = record.text("service")
    if isinstance(service, Known) and service.value in _ANALYSERS:
        yield AccessAnalyser(what=str(service.value), active=record.known("service", True))
