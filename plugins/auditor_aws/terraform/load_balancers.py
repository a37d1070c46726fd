"""Elastic Load Balancing: listeners, access logs and deletion protection.

Sources: Terraform AWS provider documentation, pages ``aws_lb``, ``aws_lb_listener``, ``aws_elb`` and
``aws_lb_ssl_negotiation_policy``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of
from auditor.facets import DataAccessLog, EncryptionInTransit, Facet, Retirement
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, retirement, tls
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown

_DEFAULT_POLICY: Final = "ELBSecurityPolicy-2016-08"
_PASSES_THROUGH: Final = Text(
    "TLS を終端しないリスナーの通信が暗号化されているか",
    "whether connections that the listener passes on without ending TLS are encrypted",
)
_CLASSIC_VERSIONS: Final = (("Protocol-TLSv1", "1.0"), ("Protocol-TLSv1.1", "1.1"), ("Protocol-TLSv1.2", "1.2"))


def _access_log(record: Record, default: bool) -> Attr[bool]:
    block = record.block("access_logs")
    if isinstance(block, Unknown):
        return block
    if block.value is None:
        return record.known("access_logs", False)
    return block.value.flag("enabled", default)


@REGISTRY.adapter("aws_lb", "aws_alb")
def load_balancer(record: Record) -> Iterable[Facet]:
    """Application, network and gateway load balancers."""
    yield in_region(record, stores_data=False)
    yield Retirement(obstacles=(retirement.protects(record, "enable_deletion_protection"),))
    kind = record.text_or("load_balancer_type", "application")
    logged = _access_log(record, False)
    if isinstance(kind, Known) and _never_logs(record, kind.value) and not (isinstance(logged, Known) and logged.value):
        return
    yield DataAccessLog(what="access-log", enabled=logged)


def _never_logs(balancer: Record, kind: str) -> bool:
    """Whether access logs would stay empty: those of network load balancers hold TLS requests only."""
    if kind != "network":
        return kind == "gateway"
    found = [
        listener
        for type_ in ("aws_lb_listener", "aws_alb_listener")
        for joined in (computed.joined(balancer, type_, "load_balancer_arn"),)
        for listener in (*joined.certain, *joined.possible)
    ]
    protocols = [computed.text(listener, "protocol") for listener in found]
    return all(isinstance(protocol, Known) and protocol.value != "TLS" for protocol in protocols)


def _refuses(action: Node) -> Attr[bool]:
    """Whether an action of a plain HTTP listener sends the client to HTTPS or away."""
    kind = action.text("type")
    if isinstance(kind, Unknown):
        return kind
    if kind.value == "fixed-response":
        return action.known("type", True)
    if kind.value != "redirect":
        return action.known("type", False)
    protocol = action.text_or("redirect.0.protocol", "#{protocol}")
    if isinstance(protocol, Unknown):
        return protocol
    return action.known("redirect.0.protocol", protocol.value.upper() == "HTTPS")


def _all_refuse(record: Record, path: str) -> Attr[bool]:
    actions = record.blocks(path)
    if isinstance(actions, Unknown):
        return actions
    return all_of(*(_refuses(action) for action in actions.value)) if actions.value else record.known(path, False)


def _http_refused(listener: Record) -> Attr[bool]:
    answers = [_all_refuse(listener, "default_action")]
    for type_ in ("aws_lb_listener_rule", "aws_alb_listener_rule"):
        rules = computed.joined(listener, type_, "listener_arn")
        answers.extend(_all_refuse(rule, "action") for rule in rules.certain)
        if rules.possible:
            name = rules.possible[0].address
            detail = Text(f"{name} の属するリスナー", f"the listener of {name}")
            answers.append(Unknown(Reason.AMBIGUOUS, listener, "default_action", detail))
    if not absent.shown_in_full(listener):
        detail = Text("他の構成のリスナールールの有無", "whether another configuration adds rules to it")
        answers.append(Unknown(Reason.NOT_COLLECTED, listener, "default_action", detail))
    return all_of(*answers)


def _version(node: Node, path: str, policy: Attr[str | None]) -> Attr[str | None]:
    if isinstance(policy, Unknown):
        return policy
    version = tls.load_balancer(policy.value or _DEFAULT_POLICY)
    if version is None:
        name = shown(policy)
        detail = Text(f"セキュリティポリシー {name}", f"security policy {name}") if name else None
        return node.unknown(path, Reason.UNPARSEABLE, detail)
    return node.known(path, version)


@REGISTRY.adapter("aws_lb_listener", "aws_alb_listener")
def listener(record: Record) -> Iterable[Facet]:
    """TCP and UDP listeners pass on what they get, so that the server behind decides; gateway ones (which have no
    protocol) only hand packets to appliances."""
    yield in_region(record, stores_data=False)
    protocol = computed.text(record, "protocol")
    if isinstance(protocol, Unknown):
        port = record.number("port")
        if record.left_out("protocol") and isinstance(port, Known) and port.value is None:
            return
        yield EncryptionInTransit(endpoint="listener", required=protocol, minimum_tls=protocol)
        return
    name = (protocol.value or "").upper()
    if name in ("HTTPS", "TLS"):
        policy = computed.text(record, "ssl_policy", _DEFAULT_POLICY)
        yield EncryptionInTransit(
            endpoint="listener",
            required=record.known("protocol", True),
            minimum_tls=_version(record, "ssl_policy", policy),
        )
    elif name == "HTTP":
        yield EncryptionInTransit(endpoint="listener", required=_http_refused(record))
    elif name not in ("", "GENEVE"):
        yield EncryptionInTransit(
            endpoint="listener", required=record.unknown("protocol", Reason.OUTSIDE, _PASSES_THROUGH)
        )


REGISTRY.part("aws_lb_listener", "aws_lb_listener_rule", "aws_lb_listener_certificate")
REGISTRY.part("aws_alb_listener", "aws_alb_listener_rule", "aws_alb_listener_certificate")


def _stated_version(policy: Record, block: str) -> Attr[str | None]:
    """Lowest version that a policy of a Classic Load Balancer switches on."""
    attributes = computed.blocks(policy, block)
    if isinstance(attributes, Unknown):
        return attributes
    stated: dict[str, str] = {}
    for attribute in attributes.value:
        name, value = attribute.text("name"), attribute.text("value")
        if isinstance(name, Unknown):
            return name
        if isinstance(value, Unknown):
            return value
        stated[name.value or ""] = value.value or ""
    reference = stated.get("Reference-Security-Policy")
    if reference:
        return _version(policy, block, policy.known(block, reference))
    for name_, version in _CLASSIC_VERSIONS:
        if stated.get(name_, "").lower() == "true":
            return policy.known(block, version)
    return policy.unknown(block, Reason.UNPARSEABLE)


def _classic_version(balancer: Record) -> Attr[str | None]:
    for type_, path, block in (
        ("aws_lb_ssl_negotiation_policy", "load_balancer", "attribute"),
        ("aws_load_balancer_policy", "load_balancer_name", "policy_attribute"),
    ):
        found = computed.joined(balancer, type_, path)
        policies = found.certain
        if type_ == "aws_load_balancer_policy":
            policies = tuple(p for p in policies if _negotiates(p))
        if len(policies) > 1 or found.possible:
            return balancer.unknown("listener", Reason.AMBIGUOUS)
        if policies:
            return _stated_version(policies[0], block)
    # The default policy of new HTTPS and SSL listeners.
    return _version(balancer, "listener", balancer.known("listener", _DEFAULT_POLICY))


def _negotiates(policy: Record) -> bool:
    kind = policy.text("policy_type_name")
    return isinstance(kind, Unknown) or kind.value == "SSLNegotiationPolicyType"


@REGISTRY.adapter("aws_elb")
def classic(record: Record) -> Iterable[Facet]:
    """A Classic Load Balancer, whose listeners are its own blocks."""
    yield in_region(record, stores_data=False)
    # access_logs.enabled is true unless stated otherwise, once the block is there.
    yield DataAccessLog(what="access-log", enabled=_access_log(record, True))
    listeners = record.blocks("listener")
    if isinstance(listeners, Unknown):
        yield EncryptionInTransit(endpoint="listener", required=listeners)
        return
    for index, block in enumerate(listeners.value):
        protocol, port = block.text("lb_protocol"), block.text("lb_port")
        key = shown(port) or str(index)
        if isinstance(protocol, Unknown):
            yield EncryptionInTransit(key=key, endpoint="listener", required=protocol, minimum_tls=protocol)
        elif (protocol.value or "").upper() in ("HTTPS", "SSL"):
            yield EncryptionInTransit(
                key=key,
                endpoint="listener",
                required=block.known("lb_protocol", True),
                minimum_tls=_classic_version(record),
            )
        elif (protocol.value or "").upper() == "HTTP":
            yield EncryptionInTransit(key=key, endpoint="listener", required=block.known("lb_protocol", False))
        else:
            required = block.unknown("lb_protocol", Reason.OUTSIDE, _PASSES_THROUGH)
            yield EncryptionInTransit(key=key, endpoint="listener", required=required)


REGISTRY.part(
    "aws_elb",
    "aws_lb_ssl_negotiation_policy",
    "aws_load_balancer_policy",
    "aws_load_balancer_backend_server_policy",
    "aws_load_balancer_listener_policy",
    "aws_lb_cookie_stickiness_policy",
    "aws_app_cookie_stickiness_policy",
    "aws_proxy_protocol_policy",
    "aws_elb_attachment",
)
