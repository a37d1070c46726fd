"""Buckets whose objects are published, by a load balancer or as a web site.

https://cloud.google.com/storage/docs/access-control/iam-roles (what each role permits) ,
https://cloud.google.com/storage/docs/hosting-static-website
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import ContentWriters, Facet, PublishedContent
from auditor.record import Record
from auditor_google import iam
from auditor_google.reading import inside, referrers, settled_block, settled_flag, settled_text
from auditor_google.registry import REGISTRY

_BUCKET: Final = "google_storage_bucket"
_BACKEND: Final = "google_compute_backend_bucket"
_WRITING: Final = frozenset(
    f"roles/storage.{name}"
    for name in ("objectCreator", "objectUser", "objectAdmin", "admin", "legacyBucketWriter", "legacyBucketOwner")
)
_LISTING: Final = frozenset(
    f"roles/storage.{name}"
    for name in (
        "objectViewer",
        "objectUser",
        "objectAdmin",
        "admin",
        "legacyBucketReader",
        "legacyBucketWriter",
        "legacyBucketOwner",
    )
)
_PREDEFINED: Final = {
    "WRITE": frozenset(("publicReadWrite",)),
    "READ": frozenset(("publicRead", "publicReadWrite", "authenticatedRead")),
}
_RIGHTS: Final = {"WRITE": ("WRITER", "OWNER"), "READ": ("READER", "WRITER", "OWNER")}
_EVERYBODY: Final = frozenset(("allUsers", "allAuthenticatedUsers"))
_CIRCLES: Final = ("domain:", "projectEditor:", "projectViewer:")
"""Members that stand for everybody of a domain, or for all who hold a basic role of a project."""


@REGISTRY.adapter(_BUCKET)
def published_bucket(record: Record) -> Iterator[Facet]:
    """A bucket that certainly is published; any other says nothing here."""
    if not _is_published(record):
        return
    grants = _Grants(record)
    yield PublishedContent(
        versioned=inside(settled_block(record, "versioning"), lambda block: block.flag("enabled", False), False),
        publicly_writable=_open(record, grants.public(_WRITING), "WRITE"),
        publicly_listed=_open(record, grants.public(_LISTING), "READ"),
    )
    # Roles of the project, folder and organisation let in further writers, whom no setting of the bucket refuses.
    yield ContentWriters(
        anybody=_open(record, grants.public(_WRITING, circles=True), "WRITE"),
        confined=Known(False, record),
        named=grants.named(_WRITING),
    )


def _is_published(bucket: Record) -> bool:
    if referrers(bucket, _BACKEND, "bucket_name").certain:
        return True
    site = settled_block(bucket, "website")
    return isinstance(site, Known) and site.value is not None


class _Grants:
    """Who has which role on the bucket itself."""

    def __init__(self, bucket: Record) -> None:
        certain, self._possible = iam.grants_on(bucket, _BUCKET, "bucket")
        self._bucket = bucket
        self._grants = [grant for other in certain for grant in iam.grants(other)]
        self._elsewhere = iam.granted_elsewhere(bucket, certain)

    def public(self, roles: frozenset[str], *, circles: bool = False) -> Attr[bool]:
        """Whether everybody, or with ``circles`` everybody of a domain or project, has one of the roles."""
        answers = [_opens(grant, roles, circles) for grant in self._grants]
        found = any_of(Known(False, self._bucket), *answers)
        if isinstance(found, Unknown) or found.value:
            return found
        if self._possible:
            return Unknown(Reason.AMBIGUOUS, self._possible[0], "bucket")
        return self._elsewhere if self._elsewhere is not None else found

    def named(self, roles: frozenset[str]) -> Attr[tuple[str, ...]]:
        """Those who have one of the roles."""
        members: set[str] = set()
        hidden = False
        for grant in self._grants:
            if isinstance(grant.role, Known) and grant.role.value not in roles:
                continue
            if isinstance(grant.member, Unknown):
                return grant.member
            members.add(grant.member.value)
            hidden = hidden or grant.member.sensitive
        return Known(tuple(sorted(members)), self._bucket, "", hidden)


def _opens(grant: iam.Grant, roles: frozenset[str], circles: bool) -> Attr[bool]:
    role = grant.role.value if isinstance(grant.role, Known) else None
    if role is not None and role.startswith("roles/") and role not in roles:
        # What a predefined role permits is known; a custom one may permit anything.
        return Known(False, grant.role.origin, grant.role.path)
    if isinstance(grant.member, Unknown):
        return Known(False, grant.member.origin) if grant.kind is not None else grant.member
    member = grant.member
    wide = member.value in _EVERYBODY or (circles and member.value.startswith(_CIRCLES))
    if not wide:
        return Known(False, member.origin, member.path)
    if isinstance(grant.role, Unknown):
        return grant.role
    if grant.role.value not in roles or grant.narrowed:
        # A custom role may permit it, and a condition may narrow it.
        return Unknown(Reason.UNRESOLVED, grant.role.origin, grant.role.path)
    return Known(True, member.origin, member.path)


def _open(bucket: Record, by_role: Attr[bool], right: str) -> Attr[bool]:
    """With the ACL of the bucket, unless public access is prevented as a whole."""
    prevention = settled_text(bucket, "public_access_prevention", "inherited")
    if isinstance(prevention, Known) and prevention.value == "enforced":
        return bucket.known("public_access_prevention", False)
    uniform = settled_flag(bucket, "uniform_bucket_level_access", False)
    if isinstance(uniform, Known) and uniform.value:
        return by_role
    return any_of(by_role, *_by_acl(bucket, right))


def _by_acl(bucket: Record, right: str) -> Iterator[Attr[bool]]:
    lists = referrers(bucket, "google_storage_bucket_acl", "bucket")
    single = referrers(bucket, "google_storage_bucket_access_control", "bucket")
    for open_ in (*lists.possible, *single.possible):
        yield Unknown(Reason.AMBIGUOUS, open_, "bucket")
    for acl in lists.certain:
        yield map_attr(acl.text("predefined_acl"), lambda name: name in _PREDEFINED[right])
        entries = acl.elements("role_entity")
        if isinstance(entries, Unknown) and not acl.left_out("role_entity"):
            yield entries
        for entry in entries.value if isinstance(entries, Known) else ():
            yield map_attr(entry, lambda text: _entry_opens(str(text), right))
    for one in single.certain:
        entity, role = one.text("entity"), one.text("role")
        if isinstance(entity, Unknown) or isinstance(role, Unknown):
            yield entity if isinstance(entity, Unknown) else Unknown(Reason.UNRESOLVED, one, "role")
        else:
            yield one.known("entity", entity.value in _EVERYBODY and role.value in _RIGHTS[right])


def _entry_opens(entry: str, right: str) -> bool:
    role, _, entity = entry.partition(":")
    return entity in _EVERYBODY and role in _RIGHTS[right]


@REGISTRY.adapter(_BACKEND)
def content_elsewhere(record: Record) -> Iterator[Facet]:
    """What is published from a bucket that cannot be told, or that is not in the input."""
    bucket = record.target("bucket_name", _BUCKET)
    if isinstance(bucket, Known) and bucket.value is not None:
        return
    why = bucket if isinstance(bucket, Unknown) else record.unknown("bucket_name", Reason.OUTSIDE)
    yield PublishedContent(versioned=why, publicly_writable=why, publicly_listed=why)
    yield ContentWriters(anybody=why, confined=why, named=why)
