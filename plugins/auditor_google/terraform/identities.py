"""Service accounts, their keys, and identities from outside.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_service_account
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import AccountIdentity, Facet, Identity, MfaDemand
from auditor.record import Links, Record
from auditor.text import Text
from auditor_google import iam, roles
from auditor_google.audit import project_of
from auditor_google.building import retirement
from auditor_google.reading import any_referrer, referrers
from auditor_google.registry import REGISTRY

_ACCOUNT: Final = "google_service_account"
_KEY: Final = "google_service_account_key"
_FURTHER_KEYS: Final = Text("この入力の外で作られた鍵の有無", "whether it has keys made outside this input")
_GRANTING: Final = tuple(
    (f"google_{level}_iam_{form}", path)
    for level in ("project", "folder", "organization")
    for form, path in (("member", "member"), ("binding", "members"))
)


@REGISTRY.adapter(_ACCOUNT)
def service_account(record: Record) -> Iterator[Facet]:
    """A service account with the keys and the grants that the input holds."""
    key = any_referrer(record, (_KEY, "service_account_id"))
    keyed = isinstance(key, Unknown) or key.value
    if not keyed and not record.action.makes_new and not record.links.complete:
        key = record.unknown("", Reason.NOT_COLLECTED, _FURTHER_KEYS)
    yield Identity(
        administrative=_administrative(record, keyed=keyed),
        person=Known(False, record),
        mfa=Known(MfaDemand.NOT_A_PERSON, record),
        long_lived_key=key,
    )
    yield AccountIdentity(what="service-account")
    yield retirement(record)


def _by_member(links: Links) -> dict[str, list[Record]]:
    """Grants by principal; found once for each input."""
    index: dict[str, list[Record]] | None = links.cache.get(_by_member)
    if index is None:
        index = links.cache[_by_member] = {}
        for record in (record for type_, _ in _GRANTING for record in links.of_type(type_)):
            for grant in iam.grants(record):
                if isinstance(grant.member, Known):
                    index.setdefault(grant.member.value, []).append(record)
    return index


def _named(record: Record) -> list[Record]:
    """Grants that name the account by its address, which follows from its id and its project."""
    name, project = record.text("account_id"), project_of(record)
    if isinstance(name, Unknown) or name.value is None or project is None:
        return []
    return _by_member(record.links).get(f"serviceAccount:{name.value}@{project}.iam.gserviceaccount.com", [])


def _administrative(record: Record, *, keyed: bool) -> Attr[bool]:
    """By the grants in the input.

    Of an account that has a key more must be known than the input says, because roles may be granted elsewhere.
    """
    others = {other.address: other for other in _named(record)}
    for type_, path in _GRANTING:
        others.update((other.address, other) for other in referrers(record, type_, path).certain)
    found = [roles.administrative(other, "role", other.text("role")) for other in others.values()]
    granted = any_of(Known(False, record), *found)
    if not keyed or isinstance(granted, Unknown) or granted.value:
        return granted
    detail = Text("この入力の外で付与された役割", "roles granted outside this input")
    return Unknown(Reason.NOT_COLLECTED, record, "", detail)


@REGISTRY.adapter(_KEY)
def service_account_key(record: Record) -> Iterator[Facet]:
    """A key of a service account; without an expiry that the organisation enforces it has no end.

    https://cloud.google.com/iam/docs/service-account-creds#user-managed-keys
    """
    account = record.target("service_account_id", _ACCOUNT)
    if isinstance(account, Unknown) or account.value is None:
        administrative: Attr[bool] = (
            account if isinstance(account, Unknown) else record.unknown("service_account_id", Reason.OUTSIDE)
        )
        yield Identity(
            administrative=administrative,
            person=Known(False, record),
            mfa=Known(MfaDemand.NOT_A_PERSON, record),
            long_lived_key=Known(True, record),
        )
    yield AccountIdentity(what="service-account-key")


@REGISTRY.adapter(
    "google_iam_workload_identity_pool",
    "google_iam_workload_identity_pool_provider",
    "google_iam_workload_identity_pool_managed_identity",
    "google_iam_workload_identity_pool_namespace",
    "google_iam_workforce_pool",
    "google_iam_workforce_pool_provider",
    "google_iam_workforce_pool_provider_key",
    "google_iam_workforce_pool_provider_scim_tenant",
    "google_iam_workforce_pool_provider_scim_token",
)
def federation(record: Record) -> Iterator[Facet]:
    """Trust in another identity provider; what its identities may do is in the grants to them."""
    yield AccountIdentity(what="federated-identity")
    yield retirement(record)


@REGISTRY.adapter(
    "google_apikeys_key",
    "google_iam_oauth_client",
    "google_iam_oauth_client_credential",
    "google_os_login_ssh_public_key",
)
def credential(record: Record) -> Iterator[Facet]:
    """A credential of an application or of a user's login to machines."""
    yield AccountIdentity(what="credential")


@REGISTRY.adapter("google_cloud_identity_group", "google_cloud_identity_group_membership", "google_alloydb_user")
def directory(record: Record) -> Iterator[Facet]:
    """A group that roles are granted to, one of its members, or a user of a database."""
    yield AccountIdentity(what="group" if record.type.startswith("google_cloud_identity") else "database-user")
