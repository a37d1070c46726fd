"""The base of all facets."""

from __future__ import annotations

import msgspec


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facets."""

    key: str = ""
    """Tells facets of one class on one resource apart; empty where there is only one."""
