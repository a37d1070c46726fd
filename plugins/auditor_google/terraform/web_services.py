"""What takes requests from the internet: what stands in front of it, and which requests it passes on.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type;
https://cloud.google.com/armor/docs/security-policy-overview , https://cloud.google.com/run/docs/securing/ingress
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import AllowedMethods, Facet, PublishedService, RequestFilter, ResponseHeaders
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google import iam
from auditor_google.reading import left_to_default, referrers, settled_block, settled_flag, settled_text, texts
from auditor_google.registry import REGISTRY

_POLICIES: Final = ("google_compute_security_policy", "google_compute_region_security_policy")
_RULES: Final = {
    "google_compute_security_policy": ("rule", "google_compute_security_policy_rule"),
    "google_compute_region_security_policy": ("rules", "google_compute_region_security_policy_rule"),
}
_EXTERNAL: Final = frozenset(("EXTERNAL", "EXTERNAL_MANAGED"))
_WEB: Final = frozenset(("HTTP", "HTTPS", "HTTP2", "H2C", "GRPC"))
_TURNS_AWAY: Final = ("deny", "throttle", "rate_based_ban", "redirect")
_LIMITS: Final = ("throttle", "rate_based_ban")
_HEADER: Final = "strict-transport-security"
_OUTSIDE: Final = Text(
    "この入力に含まれないセキュリティポリシーの規則", "the rules of a security policy that is not in the input"
)
_HEADERS_ELSEWHERE: Final = Text(
    "URL マップ又はアプリケーションが付けるヘッダー", "the headers that the URL map or the application adds"
)
_RULES_ELSEWHERE: Final = Text(
    "他の構成によるセキュリティポリシーの規則", "rules that another configuration adds to the security policy"
)


# ---------------------------------------------------------------- load balancers


@REGISTRY.adapter("google_compute_backend_service", "google_compute_region_backend_service")
def backend_service(record: Record) -> Iterator[Facet]:
    """What stands behind an external load balancer; a security policy of Cloud Armor is attached here."""
    regional = record.type.startswith("google_compute_region")
    scheme = record.text_or("load_balancing_scheme", "INTERNAL" if regional else "EXTERNAL")
    public = map_attr(scheme, lambda value: value in _EXTERNAL)
    if isinstance(public, Known) and not public.value:
        return
    web = _speaks_web(record, scheme, regional)
    policy = record.target("security_policy", *_POLICIES)
    attached = _attached(record, policy, "security_policy")
    yield PublishedService(
        service="backend-service",
        public=public,
        firewall=attached if isinstance(web, Unknown) or web.value else None,
        flood_limited=_held_back(record, policy, attached, "security_policy"),
    )
    if isinstance(web, Unknown) or not web.value:
        return
    yield AllowedMethods(
        methods=record.known("protocol", frozenset({"*"})), only_stored=record.known("protocol", False)
    )
    yield ResponseHeaders(protective=_protective(record))


def _speaks_web(record: Record, scheme: Attr[str], regional: bool) -> Attr[bool]:
    """Whether it stands behind a load balancer of requests, rather than of connections or packets.

    Left out, the protocol of a new global one is HTTP, and that of a regional one TCP.
    """
    protocol = settled_text(record, "protocol", "TCP" if regional else "HTTP")
    spoken = map_attr(protocol, lambda value: value in _WEB)
    if regional and isinstance(scheme, Known) and scheme.value == "EXTERNAL":
        return record.known("load_balancing_scheme", False)
    return spoken


@REGISTRY.adapter("google_compute_backend_bucket")
def backend_bucket(record: Record) -> Iterator[Facet]:
    """A bucket behind an external load balancer; only edge policies, which have no limits of rates, can be attached."""
    scheme = record.text_or("load_balancing_scheme", "EXTERNAL")
    public = map_attr(scheme, lambda value: value != "INTERNAL_MANAGED")
    policy = record.target("edge_security_policy", *_POLICIES)
    yield PublishedService(
        service="backend-bucket",
        public=public,
        firewall=_attached(record, policy, "edge_security_policy"),
        flood_limited=None,
    )
    yield ResponseHeaders(protective=_protective(record))


def _attached(record: Record, policy: Attr[Record | None], path: str) -> Attr[bool]:
    if isinstance(policy, Known) and policy.value is not None:
        return record.known(path, True)
    stated = record.has(path)
    return record.known(path, False) if left_to_default(record, path, stated) else stated


def _held_back(record: Record, policy: Attr[Record | None], attached: Attr[bool], path: str) -> Attr[bool]:
    if isinstance(policy, Known) and policy.value is not None:
        return _limits_rate(policy.value)
    if isinstance(attached, Unknown) or not attached.value:
        return attached
    return record.unknown(path, Reason.OUTSIDE, _OUTSIDE)


def _protective(record: Record) -> Attr[bool]:
    """Whether the load balancer adds HSTS for this backend; what it does not add may be added elsewhere."""
    stated = texts(record, "custom_response_headers")
    if isinstance(stated, Unknown):
        return stated
    if any(header.lower().startswith(_HEADER) for header in stated.value):
        return record.known("custom_response_headers", True)
    return record.unknown("custom_response_headers", Reason.OUTSIDE, _HEADERS_ELSEWHERE)


# ---------------------------------------------------------------- Cloud Armor


@REGISTRY.adapter(*_POLICIES)
def security_policy(record: Record) -> Iterator[Facet]:
    """The rules for requests, in the policy or by themselves."""
    yield RequestFilter(acts=_some_rule(record, _TURNS_AWAY))


def _some_rule(policy: Record, actions: tuple[str, ...]) -> Attr[bool]:
    """Whether a rule that is not only a preview has one of the actions."""
    path, type_ = _RULES[policy.type]
    blocks = policy.blocks(path)
    if left_to_default(policy, path, blocks):
        # A new policy has one rule, which allows everything.
        blocks = policy.known(path, ())
    inner = blocks if isinstance(blocks, Unknown) else any_of(*(_acts(block, actions) for block in blocks.value))
    separate = referrers(policy, type_, "security_policy")
    answers = [inner, *(_acts(rule, actions) for rule in separate.certain)]
    found = any_of(policy.known(path, False), *answers)
    if isinstance(found, Known) and not found.value:
        if separate.possible:
            name = separate.possible[0].address
            return policy.unknown(path, Reason.AMBIGUOUS, Text(f"{name} のポリシー", f"the policy of {name}"))
        if not (policy.action.makes_new or policy.links.complete or _has_rules(blocks)):
            return policy.unknown(path, Reason.NOT_COLLECTED, _RULES_ELSEWHERE)
    return found


def _has_rules(blocks: Attr[tuple[Node, ...]]) -> bool:
    """Whether the policy itself lists rules, so that it lists all there are."""
    return isinstance(blocks, Known) and bool(blocks.value)


def _acts(rule: Node, actions: tuple[str, ...]) -> Attr[bool]:
    action = map_attr(rule.text("action"), lambda text: (text or "").split("(", 1)[0] in actions)
    return all_of(action, map_attr(settled_flag(rule, "preview", False), lambda preview: not preview))


def _limits_rate(policy: Record) -> Attr[bool]:
    """By a rule, by adaptive protection, or by the advanced protection of networks."""
    answers = [_some_rule(policy, _LIMITS)]
    if policy.type == _POLICIES[0]:
        path = "adaptive_protection_config.0.layer_7_ddos_defense_config.0.enable"
        answers.append(settled_flag(policy, path, False))
    else:
        level = policy.text("ddos_protection_config.0.ddos_protection")
        answers.append(map_attr(level, lambda value: value in ("ADVANCED", "ADVANCED_PREVIEW")))
    return any_of(*answers)


for _policy, (_, _rule) in _RULES.items():
    REGISTRY.part(_policy, _rule)


# ---------------------------------------------------------------- without servers


def _published(record: Record, service: str, public: Attr[bool]) -> PublishedService:
    """What answers at an address of its own, past any load balancer: nothing can be attached to that address."""
    bare = map_attr(public, lambda _: False)
    return PublishedService(service=service, public=public, firewall=bare, flood_limited=bare)


@REGISTRY.adapter("google_cloud_run_v2_service")
def run_v2(record: Record) -> Iterator[Facet]:
    """A service; its own address is on the internet unless ingress is narrowed or that address is switched off."""
    ingress = map_attr(settled_text(record, "ingress", "INGRESS_TRAFFIC_ALL"), lambda v: v == "INGRESS_TRAFFIC_ALL")
    addressed = map_attr(record.flag("default_uri_disabled", False), lambda off: not off)
    unguarded = map_attr(record.flag("iap_enabled", False), lambda on: not on)
    unchecked = record.flag("invoker_iam_disabled", False)
    reachable = all_of(ingress, addressed, unguarded)
    if isinstance(reachable, Known) and not reachable.value:
        yield _published(record, "service", reachable)
        return
    anybody = any_of(unchecked, iam.callable_by_anybody(record))
    yield _published(record, "service", all_of(reachable, anybody))


@REGISTRY.adapter("google_cloud_run_service")
def run_v1(record: Record) -> Iterator[Facet]:
    """The same in the older form, where ingress is an annotation."""
    annotations = settled_block(record, "metadata")
    ingress: Attr[bool]
    if isinstance(annotations, Unknown):
        ingress = annotations
    elif annotations.value is None:
        ingress = record.known("metadata", True)
    else:
        members = annotations.value.members("annotations")
        if isinstance(members, Unknown):
            open_ = left_to_default(annotations.value, "annotations", members)
            ingress = record.known("metadata", True) if open_ else members
        else:
            stated = members.value.get("run.googleapis.com/ingress", record.known("metadata", "all"))
            ingress = map_attr(stated, lambda value: value in (None, "", "all"))
    yield _published(record, "service", all_of(ingress, iam.public(record, record.type, "service")))


@REGISTRY.adapter("google_cloudfunctions_function")
def function_v1(record: Record) -> Iterator[Facet]:
    """A function that is called by requests."""
    called = record.flag("trigger_http", False)
    if isinstance(called, Known) and not called.value:
        return
    ingress = map_attr(settled_text(record, "ingress_settings", "ALLOW_ALL"), lambda value: value == "ALLOW_ALL")
    anybody = iam.public(record, record.type, "cloud_function")
    yield _published(record, "function", all_of(called, ingress, anybody))


@REGISTRY.adapter("google_cloudfunctions2_function")
def function_v2(record: Record) -> Iterator[Facet]:
    """A function that runs as a service of Cloud Run, on which callers are let in as well."""
    triggered = record.blocks("event_trigger")
    if isinstance(triggered, Known) and triggered.value:
        return
    path = "service_config.0.ingress_settings"
    ingress = map_attr(settled_text(record, path, "ALLOW_ALL"), lambda value: value == "ALLOW_ALL")
    yield _published(record, "function", all_of(ingress, iam.callable_by_anybody(record)))
