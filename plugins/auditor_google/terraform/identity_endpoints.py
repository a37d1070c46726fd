"""What asks callers for authentication: services and functions, caches, sign-in of guests.

https://cloud.google.com/run/docs/authenticating/public , https://cloud.google.com/functions/docs/securing/managing-access-iam ,
https://cloud.google.com/memorystore/docs/redis/about-redis-auth , and the page of each type in the registry.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import Authentication, Facet
from auditor.record import Record
from auditor_google import iam
from auditor_google.reading import settled_flag, settled_text
from auditor_google.registry import REGISTRY

_INGRESS = "run.googleapis.com/ingress"


def _not(attr: Attr[bool]) -> Attr[bool]:
    return map_attr(attr, lambda value: not value)


@REGISTRY.adapter("google_cloud_run_service")
def run_v1(record: Record) -> Iterator[Facet]:
    """A service; everybody may call it once ``allUsers`` may invoke it."""
    annotations = record.members("metadata.0.annotations")
    ingress = annotations.value.get(_INGRESS) if isinstance(annotations, Known) else None
    internal = isinstance(ingress, Known) and ingress.value == "internal"
    yield Authentication(
        what="service", internal=internal, required=_not(iam.public(record, "google_cloud_run_service", "service"))
    )


@REGISTRY.adapter("google_cloud_run_v2_service")
def run_v2(record: Record) -> Iterator[Facet]:
    """A service: the check of callers may be switched off as a whole, and Identity-Aware Proxy asks everybody."""
    ingress = record.text("ingress")
    internal = isinstance(ingress, Known) and ingress.value == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    proxy = record.flag("iap_enabled", False)
    anybody = any_of(iam.callable_by_anybody(record), record.flag("invoker_iam_disabled", False))
    yield Authentication(what="service", internal=internal, required=any_of(proxy, _not(anybody)))


@REGISTRY.adapter("google_cloudfunctions_function")
def function_v1(record: Record) -> Iterator[Facet]:
    """A function that requests start."""
    http = record.flag("trigger_http", False)
    if isinstance(http, Known) and not http.value:
        return
    ingress = settled_text(record, "ingress_settings", "ALLOW_ALL")
    internal = isinstance(ingress, Known) and ingress.value == "ALLOW_INTERNAL_ONLY"
    public = iam.public(record, "google_cloudfunctions_function", "cloud_function")
    yield Authentication(what="function", internal=internal, required=_not(public))


@REGISTRY.adapter("google_cloudfunctions2_function")
def function_v2(record: Record) -> Iterator[Facet]:
    """A function; it runs as a service of Cloud Run, by whose grants it is called."""
    ingress = settled_text(record, "service_config.0.ingress_settings", "ALLOW_ALL")
    internal = isinstance(ingress, Known) and ingress.value == "ALLOW_INTERNAL_ONLY"
    yield Authentication(what="function", internal=internal, required=_not(iam.callable_by_anybody(record)))


@REGISTRY.adapter("google_redis_instance")
def redis(record: Record) -> Iterator[Facet]:
    """A cache; AUTH is off unless it is switched on."""
    yield Authentication(what="cache", internal=True, required=record.flag("auth_enabled", False))


@REGISTRY.adapter("google_redis_cluster")
def redis_cluster(record: Record) -> Iterator[Facet]:
    """A cluster; IAM authentication is off unless it is switched on."""
    mode = record.text_or("authorization_mode", "AUTH_MODE_DISABLED")
    yield Authentication(what="cache", internal=True, required=map_attr(mode, lambda value: value.endswith("IAM_AUTH")))


@REGISTRY.adapter("google_memorystore_instance")
def memorystore(record: Record) -> Iterator[Facet]:
    """An instance for Valkey; IAM authentication is off unless it is switched on."""
    mode = settled_text(record, "authorization_mode", "AUTH_DISABLED")
    yield Authentication(what="cache", internal=True, required=map_attr(mode, lambda value: value == "IAM_AUTH"))


@REGISTRY.adapter("google_memcache_instance")
def memcached(record: Record) -> Iterator[Facet]:
    """Memcached asks nobody."""
    yield Authentication(what="cache", internal=True, required=record.known("name", False))


@REGISTRY.adapter("google_identity_platform_config")
def sign_in(record: Record) -> Iterator[Facet]:
    """Ways to sign in to applications; anonymous ones give everybody a token."""
    block = record.block("sign_in")
    guests: Attr[bool]
    if isinstance(block, Unknown):
        guests = block
    elif block.value is None:
        new = record.action.makes_new
        guests = record.known("sign_in", False) if new else record.unknown("sign_in", Reason.NOT_COLLECTED)
    else:
        guests = settled_flag(block.value, "anonymous.0.enabled", False)
    yield Authentication(what="guests", required=_not(guests))
