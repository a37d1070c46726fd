"""Who can act, with which rights and by which authentication."""

from __future__ import annotations

import enum

from auditor.attr import Attr
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


class Identity(Facet, frozen=True, kw_only=True):
    """A user of the account itself."""

    administrative: Attr[bool]
    person: Attr[bool]
    """Signs in as a person (console password) or is at least not known to be a workload."""
    mfa: Attr[MfaDemand]
    long_lived_key: Attr[bool]
    """Has an access key (service-account key) without an end."""


class RootUser(Facet, frozen=True, kw_only=True):
    """The root user or its counterpart."""

    protected: Attr[bool]
    """MFA is active, or root credentials are removed centrally."""
