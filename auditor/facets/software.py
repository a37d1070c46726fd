"""Software: its versions, the images it comes from, and its licences."""

from __future__ import annotations

from auditor.attr import Attr, Known
from auditor.facets.base import Facet


class Software(Facet, frozen=True, kw_only=True):
    """A product in a version that somebody has chosen: an engine, a runtime, a cluster, an operating system."""

    product: str
    """As the table of ends of support writes it: ``rds-postgres``, ``eks``, ``ubuntu`` …"""
    version: Attr[str | None]
    """``None`` where nothing says it."""
    kept_current: Attr[bool] = Known(False)
    """The provider itself moves it to a version that is in support, whatever version stands here."""
    extended: Attr[bool] = Known(False)
    """It gets the support that follows the regular one (for a charge, or by another body), where there is any."""


class ImageSource(Facet, frozen=True, kw_only=True):
    """Where the image of a machine comes from."""

    publisher: Attr[str | None]
    """Account or project that publishes it; ``None`` where the organisation itself makes it."""
    vouched: Attr[bool]
    """The publisher is the provider, a vendor whom the provider verifies, or the organisation itself."""


class LicensedSoftware(Facet, frozen=True, kw_only=True):
    """Software for which the organisation brings its own licence."""

    what: str
    """``database``, ``machine-image``, ``licence-configuration`` …"""
    own_licence: Attr[bool]
    """The licence is the organisation's own, rather than part of the price."""
    tracked: Attr[bool]
    """A function of the provider counts its use."""
