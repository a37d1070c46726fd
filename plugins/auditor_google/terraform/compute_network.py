"""Networks and load balancers: flow logs and encryption in transit.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_subnetwork
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import EncryptionInTransit, Facet, NetworkFlowLog
from auditor.record import Record
from auditor.text import Text
from auditor_google.building import placed
from auditor_google.reading import referrers, settled_text
from auditor_google.registry import REGISTRY

_FLOW_CONFIG: Final = "google_network_management_vpc_flow_logs_config"
_WITHOUT_FLOW_LOGS: Final = frozenset(
    # Subnets without machines, which have no flow logs (page above).
    (
        "REGIONAL_MANAGED_PROXY",
        "GLOBAL_MANAGED_PROXY",
        "INTERNAL_HTTPS_LOAD_BALANCER",
        "PRIVATE_SERVICE_CONNECT",
        "PRIVATE_NAT",
    )
)

_LOGGED_ELSEWHERE: Final = Text("他の構成によるフローログの有無", "whether another configuration records its flows")

REGISTRY.part("google_compute_subnetwork", _FLOW_CONFIG)


def _configured(record: Record, path: str) -> Attr[bool]:
    """Whether a separate configuration of flow logs that is active names the subnet or network."""
    joined = referrers(record, _FLOW_CONFIG, path)
    active = (map_attr(settled_text(r, "state", "ENABLED"), lambda state: state == "ENABLED") for r in joined.certain)
    found = any_of(Known(False, record), *active)
    if joined.possible and isinstance(found, Known) and not found.value:
        return Unknown(Reason.AMBIGUOUS, joined.possible[0], path)
    return found


def _elsewhere(record: Record) -> Attr[bool]:
    """A subnet or network that exists may have got a configuration of flow logs that the input does not show."""
    if record.action.makes_new or record.links.complete:
        return Known(False, record)
    return record.unknown("", Reason.NOT_COLLECTED, _LOGGED_ELSEWHERE)


@REGISTRY.adapter("google_compute_subnetwork")
def subnetwork(record: Record) -> Iterator[Facet]:
    """A subnet; flow logs are on if it has a block for them, or a configuration of their own."""
    yield placed(record, "region", stores_data=False)
    purpose = settled_text(record, "purpose", "PRIVATE")
    if isinstance(purpose, Known) and purpose.value in _WITHOUT_FLOW_LOGS:
        return
    own = map_attr(record.block("log_config"), lambda block: block is not None)
    network = record.target("network", "google_compute_network")
    wide: Attr[bool] = Known(False, record)
    if isinstance(network, Known) and network.value is not None:
        wide = _configured(network.value, "network")
    logged = any_of(own, _configured(record, "subnet"), wide, _elsewhere(record))
    if isinstance(purpose, Unknown) and not (isinstance(logged, Known) and logged.value):
        logged = purpose
    yield NetworkFlowLog(enabled=logged)


@REGISTRY.adapter("google_compute_network")
def network(record: Record) -> Iterator[Facet]:
    """A network; one that makes its subnets by itself makes them without flow logs.

    https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_network
    """
    automatic = record.flag("auto_create_subnetworks", True)
    if isinstance(automatic, Unknown) or automatic.value:
        wide = any_of(_configured(record, "network"), _elsewhere(record))
        open_ = isinstance(automatic, Unknown) and not (isinstance(wide, Known) and wide.value)
        yield NetworkFlowLog(enabled=automatic if open_ else wide)


# ---------------------------------------------------------------- load balancers

_TLS: Final = {"TLS_1_0": "1.0", "TLS_1_1": "1.1", "TLS_1_2": "1.2", "TLS_1_3": "1.3"}
_SSL_POLICIES: Final = ("google_compute_ssl_policy", "google_compute_region_ssl_policy")
_URL_MAPS: Final = ("google_compute_url_map", "google_compute_region_url_map")


@REGISTRY.adapter(*_SSL_POLICIES)
def ssl_policy(record: Record) -> Iterator[Facet]:
    """The TLS versions of the proxies that use the policy."""
    version = map_attr(record.text_or("min_tls_version", "TLS_1_0"), _TLS.get)
    yield EncryptionInTransit(endpoint="ssl-policy", required=Known(True, record), minimum_tls=version)


def _minimum_tls(record: Record) -> Attr[str | None]:
    """By the SSL policy of the proxy; without one TLS 1.0.

    https://cloud.google.com/load-balancing/docs/ssl-policies-concepts : the default policy has profile
    COMPATIBLE and a minimum of TLS 1.0.
    """
    policy = record.target("ssl_policy", *_SSL_POLICIES)
    if isinstance(policy, Unknown):
        return policy
    if policy.value is not None:
        version = policy.value.text_or("min_tls_version", "TLS_1_0")
        return map_attr(version, _TLS.get)
    stated = record.has("ssl_policy")
    if isinstance(stated, Unknown):
        return stated
    return record.unknown("ssl_policy", Reason.OUTSIDE) if stated.value else record.known("ssl_policy", "1.0")


@REGISTRY.adapter(
    "google_compute_target_https_proxy", "google_compute_region_target_https_proxy", "google_compute_target_ssl_proxy"
)
def tls_proxy(record: Record) -> Iterator[Facet]:
    """An endpoint that speaks TLS only."""
    yield EncryptionInTransit(endpoint="listener", required=Known(True, record), minimum_tls=_minimum_tls(record))


@REGISTRY.adapter("google_compute_target_http_proxy", "google_compute_region_target_http_proxy")
def http_proxy(record: Record) -> Iterator[Facet]:
    """An endpoint that speaks plain HTTP, unless its URL map redirects everything to HTTPS."""
    url_map = record.target("url_map", *_URL_MAPS)
    required: Attr[bool]
    if isinstance(url_map, Unknown):
        required = url_map
    elif url_map.value is None:
        required = record.unknown("url_map", Reason.OUTSIDE)
    else:
        redirect = url_map.value.flag("default_url_redirect.0.https_redirect", False)
        others = url_map.value.blocks("host_rule")
        required = redirect
        if isinstance(others, Known) and others.value and isinstance(redirect, Known) and redirect.value:
            required = _hosts_redirect(url_map.value)
    yield EncryptionInTransit(endpoint="listener", required=required)


def _hosts_redirect(url_map: Record) -> Attr[bool]:
    matchers = url_map.blocks("path_matcher")
    if isinstance(matchers, Unknown):
        return matchers
    for matcher in matchers.value:
        redirect = matcher.flag("default_url_redirect.0.https_redirect", False)
        if isinstance(redirect, Unknown) or not redirect.value:
            return redirect
    return url_map.known("path_matcher", True)


@REGISTRY.adapter("google_compute_vpn_gateway", "google_compute_ha_vpn_gateway", "google_compute_vpn_tunnel")
def vpn(record: Record) -> Iterator[Facet]:
    """IPsec only, so nothing to decide but the place."""
    yield placed(record, "region", stores_data=False)
