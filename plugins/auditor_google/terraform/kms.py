"""Cloud KMS.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/kms_crypto_key
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import EncryptionKey, Facet, KeyPolicy, KeyState, Placement
from auditor.record import Record
from auditor.text import Text
from auditor_google import iam
from auditor_google.building import located, placed, residue, retirement
from auditor_google.locations import KMS, in_path, regions
from auditor_google.reading import days, settled_days, settled_flag, settled_text
from auditor_google.registry import REGISTRY

_WINDOW_DAYS: Final = 30.0
"""Time that a version waits for its destruction where ``destroy_scheduled_duration`` is not set (page above)."""

_STATES: Final = {
    # https://cloud.google.com/kms/docs/key-states
    "ENABLED": KeyState.ENABLED,
    "DISABLED": KeyState.DISABLED,
    "DESTROY_SCHEDULED": KeyState.PENDING_DELETION,
    "DESTROYED": KeyState.DESTROYED,
}
_EXTERNAL: Final = ("EXTERNAL", "EXTERNAL_VPC")

_ON_THE_RING: Final = Text(
    "鍵リングに付与された権限（鍵リングがこの入力にない）",
    "the roles granted on its key ring, which is not in this input",
)

_AGENT: Final = re.compile(r"service-\d+")
"""Names of service agents, which Google runs: https://cloud.google.com/iam/docs/service-agents"""


@REGISTRY.adapter("google_kms_key_ring")
def key_ring(record: Record) -> Iterator[Facet]:
    """A key ring; it and its name can never be removed, but it holds no key material once its versions are gone."""
    yield Placement(locations=located(record, "location", table=KMS))
    yield _policy(record, (record, "google_kms_key_ring", "key_ring_id"))


@REGISTRY.adapter("google_kms_crypto_key")
def crypto_key(record: Record) -> Iterator[Facet]:
    """A key with its grants and those of its ring."""
    ring = record.target("key_ring", "google_kms_key_ring")
    yield Placement(locations=_ring_location(record, ring))
    rotation_days = days(record, "rotation_period")
    rotates = map_attr(rotation_days, lambda value: value is not None)
    yield EncryptionKey(
        rotatable=_rotatable(record, rotates),
        rotation=rotates,
        rotation_days=rotation_days,
        deletion_window_days=map_attr(settled_days(record, "destroy_scheduled_duration", _WINDOW_DAYS), float),
        state=_primary_state(record),
    )
    sources = [(record, "google_kms_crypto_key", "crypto_key_id")]
    if isinstance(ring, Known) and ring.value is not None:
        sources.append((ring.value, "google_kms_key_ring", "key_ring_id"))
        yield _policy(record, *sources)
    else:
        elsewhere = None if record.links.complete else record.unknown("key_ring", Reason.NOT_COLLECTED, _ON_THE_RING)
        yield _policy(record, *sources, elsewhere=ring if isinstance(ring, Unknown) else elsewhere)
    yield retirement(record)
    yield residue("kms-key")


def _ring_location(record: Record, ring: Attr[Record | None]) -> Attr[frozenset[str]]:
    if isinstance(ring, Known) and ring.value is not None:
        return located(ring.value, "location", table=KMS)
    name = record.text("key_ring")
    if isinstance(name, Known) and name.value is not None:
        location = in_path(name.value)
        if location is None:
            # The short form that imports accept: project/location/ring or location/ring.
            steps = name.value.split("/")
            location = steps[-2] if len(steps) in (2, 3) else None
        if location is not None:
            return record.known("key_ring", regions(location, KMS))
        return record.unknown("key_ring", Reason.UNPARSEABLE)
    return ring if isinstance(ring, Unknown) else record.unknown("key_ring", Reason.OUTSIDE)


def _rotatable(record: Record, rotates: Attr[bool]) -> Attr[bool]:
    """Only symmetric keys with material made by Cloud KMS rotate by themselves.

    https://cloud.google.com/kms/docs/key-rotation ; a key that has a rotation period evidently rotates.
    """
    if isinstance(rotates, Known) and rotates.value:
        return record.known("rotation_period", True)
    purpose = record.text_or("purpose", "ENCRYPT_DECRYPT")
    symmetric = map_attr(purpose, lambda value: value == "ENCRYPT_DECRYPT")
    imported = settled_flag(record, "import_only", False)
    level = settled_text(record, "version_template.0.protection_level", "SOFTWARE")
    obstacles = any_of(
        map_attr(symmetric, lambda value: not value), imported, map_attr(level, lambda value: value in _EXTERNAL)
    )
    return map_attr(obstacles, lambda value: not value)


def _primary_state(record: Record) -> Attr[KeyState]:
    state = record.text("primary.0.state")
    if isinstance(state, Known) and state.value is not None:
        found = _STATES.get(state.value)
        return (
            record.unknown("primary.0.state", Reason.UNPARSEABLE) if found is None else record.known("primary", found)
        )
    if record.action.makes_new:
        # Creating a key makes an enabled first version: https://cloud.google.com/kms/docs/create-key
        skipped = record.flag("skip_initial_version_creation", False)
        if isinstance(skipped, Known) and not skipped.value:
            return record.known("skip_initial_version_creation", KeyState.ENABLED)
    detail = Text("鍵の版の状態", "the state of the key's versions")
    return record.unknown("primary", Reason.NOT_COLLECTED, detail)


@REGISTRY.adapter("google_kms_crypto_key_version")
def crypto_key_version(record: Record) -> Iterator[Facet]:
    """One version of a key; rotation is a matter of its key."""
    state = settled_text(record, "state", "ENABLED")
    key = record.target("crypto_key", "google_kms_crypto_key")
    window: Attr[float]
    if isinstance(key, Unknown):
        window = key
    elif key.value is None:
        window = record.unknown("crypto_key", Reason.OUTSIDE)
    else:
        window = settled_days(key.value, "destroy_scheduled_duration", _WINDOW_DAYS)
    known = map_attr(state, _STATES.get)
    yield EncryptionKey(
        rotatable=Known(False, record),
        rotation=Known(False, record),
        rotation_days=Known(None, record),
        deletion_window_days=map_attr(window, float),
        state=record.unknown("state", Reason.UNRESOLVED)
        if isinstance(known, Known) and known.value is None
        else map_attr(known, lambda value: value or KeyState.ENABLED),
    )
    yield retirement(record)
    yield residue("kms-key-version")


@REGISTRY.adapter("google_kms_key_handle")
def key_handle(record: Record) -> Iterator[Facet]:
    """A key that Autokey makes: symmetric, with a rotation period of one year, by the defaults of keys otherwise.

    https://cloud.google.com/kms/docs/autokey-overview
    """
    yield placed(record, "location", stores_data=False)
    yield EncryptionKey(
        rotatable=Known(True, record),
        rotation=Known(True, record),
        rotation_days=Known(365.0, record),
        deletion_window_days=Known(_WINDOW_DAYS, record),
        state=Known(KeyState.ENABLED, record),
    )
    yield retirement(record)
    yield residue("kms-key")


def _foreign(record: Record, grant: iam.Grant) -> Attr[str | None]:
    """The principal if it certainly is of another project, ``None`` if it is not; unknown for people.

    The organisation's own domain is not part of a configuration, so users and groups cannot be told apart.
    """
    kind = grant.kind
    if isinstance(grant.member, Unknown):
        if grant.account is None:
            return grant.member
        own, other = record.account, grant.account.account
        if isinstance(own, Unknown):
            return own
        if isinstance(other, Unknown):
            return other
        if own.value == other.value:
            return Known(None)
        return Known(grant.account.address, grant.member.origin, grant.member.path)
    member = grant.member.value
    if kind is iam.Kind.PERSON:
        who = Text("主体", "the principal") if grant.member.sensitive else Text(member, member)
        detail = Text(f"{who.ja} が自組織の主体かどうか", f"whether {who.en} belongs to the organisation itself")
        return Unknown(Reason.OUTSIDE, grant.member.origin, grant.member.path, detail)
    project = _project_of(member)
    account = record.account
    if kind is not iam.Kind.WORKLOAD or project is None:
        return Known(None)
    if isinstance(account, Unknown):
        return account
    return map_attr(grant.member, lambda name: name if project != account.value else None)


def _project_of(member: str) -> str | None:
    """The project of a service account that users make; ``None`` for Google's own and default accounts."""
    name, _, host = member.partition(":")[2].partition("@")
    suffix = ".iam.gserviceaccount.com"
    if not host.endswith(suffix) or host.startswith(("gcp-sa-", "gs-project-accounts.")) or _AGENT.fullmatch(name):
        return None
    return host.removesuffix(suffix)


def _policy(record: Record, *sources: tuple[Record, str, str], elsewhere: Unknown | None = None) -> KeyPolicy:
    """By the grants on the ``sources``; ``elsewhere`` leaves open whether there are more of them."""
    opened: list[Attr[bool]] = [Known(False, record) if elsewhere is None else elsewhere]
    foreign: set[str] = set()
    unknown = elsewhere
    for source, base, path in sources:
        opened.append(iam.public(source, base, path))
        certain, possible = iam.grants_on(source, base, path)
        for principal in (_foreign(record, grant) for other in certain for grant in iam.grants(other)):
            if isinstance(principal, Unknown):
                unknown = principal if unknown is None else unknown
            elif principal.value is not None:
                foreign.add(principal.value)
        for other in possible if unknown is None else ():
            # Whichever key they mean, principals of the project itself make no difference.
            principals = [_foreign(record, grant) for grant in iam.grants(other)]
            if any(isinstance(principal, Unknown) or principal.value is not None for principal in principals):
                unknown = Unknown(Reason.AMBIGUOUS, other, path)
                break
        if unknown is None:
            unknown = iam.granted_elsewhere(source, certain)
    known: Attr[tuple[str, ...]] = record.known("", tuple(sorted(foreign)))
    return KeyPolicy(
        open_to_anyone=any_of(*opened),
        foreign_principals=unknown if unknown is not None and not foreign else known,
    )
