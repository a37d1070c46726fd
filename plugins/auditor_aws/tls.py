"""Lowest TLS version that a named security policy of a service accepts.

Sources: Elastic Load Balancing User Guides, pages "Security policies" (Application, Network) and "Predefined SSL
security policies" (Classic); CloudFront Developer Guide, page "Supported protocols and ciphers between viewers and
CloudFront"; API Gateway Developer Guide, page "Security policies".
"""

from __future__ import annotations

import re

_ELB_NEW = re.compile(r"ELBSecurityPolicy-TLS13-1-([0-3])(?:-|$)")
_ELB_OLD = re.compile(r"ELBSecurityPolicy-(?:TLS|FS)-1-([0-2])(?:-|$)")
_ELB_FROM_1_0 = frozenset(
    {
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-FS-2018-06",
        "ELBSecurityPolicy-2015-05",
        "ELBSecurityPolicy-2015-03",
        "ELBSecurityPolicy-2015-02",
        "ELBSecurityPolicy-2014-10",
        "ELBSecurityPolicy-2014-01",
        "ELBSecurityPolicy-2011-08",
    }
)
_CLOUDFRONT = re.compile(r"TLSv1(?:\.([1-3]))?(?:_\d{4})?")


def load_balancer(policy: str) -> str | None:
    """``1.0`` … ``1.3`` for a policy of Elastic Load Balancing; ``None`` for a name that AWS has not published."""
    found = _ELB_NEW.match(policy) or _ELB_OLD.match(policy)
    if found is not None:
        return f"1.{found[1]}"
    return "1.0" if policy in _ELB_FROM_1_0 else None


def cloudfront(version: str) -> str | None:
    """For ``minimum_protocol_version`` of a distribution; SSL 3.0 counts as below every TLS version."""
    if version == "SSLv3":
        return "0"
    found = _CLOUDFRONT.fullmatch(version)
    return f"1.{found[1] or 0}" if found is not None else None


def api_gateway(policy: str) -> str | None:
    """For ``security_policy`` of an API or a domain name: ``TLS_1_2``, ``SecurityPolicy_TLS13_1_2_…``."""
    found = re.fullmatch(r"TLS_1_([0-3])", policy) or re.match(r"SecurityPolicy_TLS13_1_([0-3])(?:_|$)", policy)
    if found is not None:
        return f"1.{found[1]}"
    found = re.match(r"SecurityPolicy_TLS1([0-3])_", policy)
    return f"1.{found[1]}" if found is not None else None
