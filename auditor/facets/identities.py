"""Who can act, with which rights and by which authentication."""

from __future__ import annotations

import enum

from auditor.attr import Attr, Known
from auditor.facets.base import Facet


class MfaDemand(enum.StrEnum):
    """Whether a principal must authenticate with more than one factor before it gets its rights."""

    REQUIRED = "required"
    NOT_REQUIRED = "not-required"
    IF_EXISTS = "if-exists"
    """Demanded only of sessions that carry the information, so not of long-term access keys."""
    AT_IDENTITY_PROVIDER = "at-identity-provider"
    """Decided where the user signs in: configuration of the cloud does not show it."""
    NOT_A_PERSON = "not-a-person"
    """A service or workload, which has no second factor."""


class Delegation(Facet, frozen=True, kw_only=True):
    """One principal from outside (another account, domain or identity provider) that is let in."""

    principal: Attr[str]
    administrative: Attr[bool]
    """It gets administrative rights (管理権限)."""
    mfa: Attr[MfaDemand]
    names: tuple[str, ...] = ()
    """What the principal is called besides (its id in a directory)."""


class Identity(Facet, frozen=True, kw_only=True):
    """A user of the account itself."""

    administrative: Attr[bool]
    person: Attr[bool]
    """Signs in as a person (console password) or is at least not known to be a workload."""
    mfa: Attr[MfaDemand]
    long_lived_key: Attr[bool]
    """Has an access key (service-account key) without an end."""
    principal: Attr[str] = Known("")
    """What policies call it (AWS: its ARN); empty where the cloud has no such name for it."""


class RootUser(Facet, frozen=True, kw_only=True):
    """The root user or its counterpart."""

    protected: Attr[bool]
    """MFA is active, or root credentials are removed centrally."""


class Breadth(enum.StrEnum):
    """How far the rights of a principal reach."""

    LIMITED = "limited"
    """None of the others."""
    ACTS_AS_OTHERS = "acts-as-others"
    """It can act as any role or service account there is, and so with the rights of all of them."""
    NEARLY_ALL = "nearly-all"
    """Nearly every action on every resource; only identities, billing and the like are left out."""
    IDENTITIES = "identities"
    """It can give rights and credentials to identities, itself among them."""
    ALL = "all"
    """Every action on every resource."""


class Rights(Facet, frozen=True, kw_only=True):
    """What a principal may do in an account, project, folder or organisation."""

    breadth: Attr[Breadth]
    whole_services: Attr[tuple[str, ...]]
    """Services of which it may do everything on every resource, as the provider writes them."""
    person: Attr[bool]
    """Persons use it, or at least nothing says that only workloads do."""


class DelegatedRights(Facet, frozen=True, kw_only=True):
    """What a principal from outside may do."""

    principal: Attr[str]
    outside: Attr[bool]
    """It certainly belongs to somebody else: another account, project, or consumer domain, or an identity provider
    for jobs of others.  False where persons sign in at a provider that may be the organisation's own."""
    breadth: Attr[Breadth]


class Share(Facet, frozen=True, kw_only=True):
    """The principals of other accounts, projects or domains that a store is shared with."""

    recipients: Attr[tuple[str, ...]]
    unlimited: Attr[bool]
    """One of them may do everything with the store, its deletion and further sharing included."""


class Authentication(Facet, frozen=True, kw_only=True):
    """Whether something that runs functions or serves data asks who is calling."""

    what: str
    """What is called: ``function-url``, ``api-method``, ``cache`` …"""
    internal: bool = False
    """It is reached only from inside a network."""
    required: Attr[bool]


class AccessAnalyser(Facet, frozen=True, kw_only=True):
    """A function that looks for rights that nobody needs."""

    what: str
    """As the provider calls it: ``ORGANIZATION_UNUSED_ACCESS``, ``recommender.googleapis.com`` …"""
    active: Attr[bool]


class Usage(Facet, frozen=True, kw_only=True):
    """How long ago an identity or a credential was used last."""

    what: str
    unused_days: Attr[float | None]
    """Days since the last use, or since it was made where it was never used; ``None`` if it is not in force."""


class IdentityName(Facet, frozen=True, kw_only=True):
    """The name under which a person signs in."""

    name: Attr[str]
    person: Attr[bool]
    """A person signs in under it; false for a program's."""


class Credential(Facet, frozen=True, kw_only=True):
    """A credential that is a resource of its own, its identity not being part of the input."""

    what: str
    endless: Attr[bool]
    """It is in force and has no end."""


class PlaintextCredential(Facet, frozen=True, kw_only=True):
    """Credentials that stand in plain text where many can read them.  Holds names of places, never values."""

    where: str
    """``user-data``, ``environment``, ``metadata``, ``parameter`` …"""
    places: Attr[tuple[str, ...]]
    """Names of variables, or kinds of credentials, that were found; () for none."""


class PasswordPolicy(Facet, frozen=True, kw_only=True):
    """What a service demands of passwords; ``None`` for what the service has no setting for."""

    what: str
    """Whose passwords: ``iam-users``, ``user-pool``, ``database-instance`` …"""
    account: bool = False
    """They are those of users of the account itself, and not of an application or a database in it."""
    held: Attr[bool] = Known(True)
    """Anybody has such a password, or at least may have one."""
    min_length: Attr[float] | None = None
    """Characters; 0 where nothing is demanded."""
    kinds: Attr[float] | None = None
    """How many kinds of characters are demanded: lower case, upper case, figures, signs."""
    history: Attr[float] | None = None
    """How many former passwords are refused."""
    max_age_days: Attr[float | None] | None = None
    """Days after which a password must be changed; ``None`` inside for never."""
    changed_at_first: Attr[bool] | None = None
    """A password that somebody else has set must be changed at the first sign-in."""
    attempts: Attr[float | None] | None = None
    """Failed attempts after which sign-in is locked; ``None`` inside for no limit."""


class PrivilegedSession(Facet, frozen=True, kw_only=True):
    """How long a session of a role, permission set or pool can last."""

    hours: Attr[float]
    administrative: Attr[bool]


class DefaultAccountKind(enum.StrEnum):
    """What kind of account everybody knows to be there."""

    SERVICE = "service"
    """A service account that the provider makes by itself and gives wide rights."""
    DATABASE = "database"
    """The administrator of a database under the name that its product proposes."""
    TOPMOST = "topmost"
    """The topmost administrator of the account."""


class DefaultAccount(Facet, frozen=True, kw_only=True):
    """An account that is there from the beginning, or is named as everybody names it."""

    kind: DefaultAccountKind
    in_use: Attr[bool]


class Utility(Facet, frozen=True, kw_only=True):
    """A function of the cloud that reaches into machines past their network (serial console, remote execution)."""

    what: str
    enabled: Attr[bool]
    logged: Attr[bool]
    """What is done by it, or at least who uses it, is recorded."""
