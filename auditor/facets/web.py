"""What is published to the internet: what stands in front of it, what it holds, and what it gives away."""

from __future__ import annotations

from auditor.attr import Attr
from auditor.facets.base import Facet


class PublishedService(Facet, frozen=True, kw_only=True):
    """Something that takes requests: a load balancer, a distribution, an interface of an application."""

    service: str
    """What takes the requests: ``load-balancer``, ``distribution``, ``api`` …"""
    public: Attr[bool]
    """Anybody on the internet can send it requests."""
    firewall: Attr[bool] | None
    """A web application firewall judges the requests; ``None`` where none can be attached to the service itself."""
    flood_limited: Attr[bool] | None
    """Something beyond the provider's default holds back floods of requests: a rate limit, a protection that adapts
    itself, a subscribed protection against denial of service.  ``None`` where stored content is served from the
    provider's edge, which takes no limit."""


class RequestFilter(Facet, frozen=True, kw_only=True):
    """The rules of a web application firewall."""

    acts: Attr[bool]
    """At least one rule (or the default) can turn requests away, rather than only count or allow them."""


class PublishedContent(Facet, frozen=True, kw_only=True):
    """A store whose objects are published."""

    versioned: Attr[bool]
    """Earlier versions are kept when content is overwritten."""
    publicly_writable: Attr[bool]
    publicly_listed: Attr[bool]
    """Anybody can list the names of all objects."""


class ContentWriters(Facet, frozen=True, kw_only=True):
    """Who may write content that is published, as far as the store's own settings say it."""

    anybody: Attr[bool]
    """Everybody, or everybody of an account, a project or a domain, may write."""
    confined: Attr[bool]
    """The store's own settings refuse writing to everybody but those whom they name."""
    named: Attr[tuple[str, ...]]
    """The principals who are named as writers; () where the store's own settings name none."""


class ResponseHeaders(Facet, frozen=True, kw_only=True):
    """What the point of publication adds to answers."""

    protective: Attr[bool]
    """It adds headers that protect who reads them (HSTS, content type, framing)."""


class AllowedMethods(Facet, frozen=True, kw_only=True):
    """The methods of requests that a published service passes on."""

    methods: Attr[frozenset[str]]
    """In upper case; ``*`` stands for all of them."""
    only_stored: Attr[bool]
    """What answers are stored objects, which nobody needs to write through it."""
