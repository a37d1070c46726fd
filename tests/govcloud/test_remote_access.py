"""Access from outside: maintenance ports, users, grants, tunnels."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    Direction,
    Layer,
    PortRange,
    Ports,
    RemoteAccess,
    RemoteGrant,
    TrafficRule,
    UserAuthentication,
    VpnTunnel,
)
from auditor.findings import Status
from tests.govcloud.judging import UNKNOWN, judge, status

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


def rule(first: int = 22, last: int = 22, **changes: Any) -> TrafficRule:
    values: dict[str, Any] = {
        "direction": Known(Direction.INBOUND),
        "ports": Known(Ports((PortRange("tcp", first, last),))),
        "everywhere": YES,
        "peers": Known(("0.0.0.0/0",)),
    }
    return TrafficRule(**values | changes)


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (rule(), Status.FAIL),
        (rule(3000, 4000), Status.FAIL),
        (rule(443, 443), Status.PASS),
        (rule(everywhere=NO), Status.PASS),
        (rule(everywhere=UNKNOWN), Status.UNKNOWN),
        (rule(443, 443, everywhere=UNKNOWN), Status.PASS),
        (rule(ports=UNKNOWN), Status.UNKNOWN),
        (rule(direction=UNKNOWN), Status.UNKNOWN),
        (rule(direction=Known(Direction.OUTBOUND)), None),
        (rule(layer=Layer.SUBNET), None),
    ],
)
def test_maintenance_ports(facet: TrafficRule, expected: Status | None) -> None:
    assert status("remote.admin-path.closed", facet) is expected


def test_the_ports_are_named_but_not_all_of_many() -> None:
    few, many = judge("remote.admin-path.closed", rule(3306, 3389)), judge("remote.admin-path.closed", rule(0, 65535))
    assert few is not None
    assert few.text is not None
    assert "3306, 3389" in few.text.en
    assert many is not None
    assert many.text is not None
    assert "more" in many.text.en
    assert len(many.text.en) < 200


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ({UserAuthentication.CERTIFICATE}, Status.PASS),
        ({UserAuthentication.CERTIFICATE, UserAuthentication.IDENTITY_PROVIDER}, Status.PASS),
        ({UserAuthentication.MULTI_FACTOR}, Status.PASS),
        ({UserAuthentication.IDENTITY_PROVIDER}, Status.MANUAL),
        ({UserAuthentication.DIRECTORY}, Status.MANUAL),
        ({UserAuthentication.NONE}, Status.FAIL),
        (set(), Status.FAIL),
    ],
)
def test_users(ways: set[UserAuthentication], expected: Status) -> None:
    assert status("remote.authentication.users", RemoteAccess(authentication=Known(frozenset(ways)))) is expected


def test_users_of_an_open_way() -> None:
    assert status("remote.authentication.users", RemoteAccess(authentication=UNKNOWN)) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("everybody", "everything", "expected"),
    [
        (YES, YES, Status.FAIL),
        (YES, NO, Status.PASS),
        (NO, YES, Status.PASS),
        (NO, UNKNOWN, Status.PASS),
        (YES, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, Status.UNKNOWN),
    ],
)
def test_grants(everybody: Attr[bool], everything: Attr[bool], expected: Status) -> None:
    facet = RemoteGrant(everybody=everybody, every_network=everything)
    assert status("remote.authorization.limited", facet) is expected


def tunnel(**changes: Any) -> VpnTunnel:
    values: dict[str, Any] = {
        "ike_versions": Known(frozenset({2})),
        "encryption": Known(frozenset({"aes256", "aes128-gcm-16"})),
        "integrity": Known(frozenset({"sha2-256"})),
        "dh_groups": Known(frozenset({14, 20})),
    }
    return VpnTunnel(**values | changes)


@pytest.mark.parametrize(
    ("field", "weak", "named"),
    [
        ("ike_versions", frozenset({1, 2}), "IKEv1"),
        ("encryption", frozenset({"aes256", "3des"}), "3des"),
        ("integrity", frozenset({"sha1"}), "sha1"),
        ("dh_groups", frozenset({2, 14}), "DH 2"),
    ],
)
def test_weak_algorithms(field: str, weak: frozenset[Any], named: str) -> None:
    assert status("remote.encryption.algorithms", tunnel()) is Status.PASS
    assert status("remote.encryption.algorithms", tunnel(**{field: UNKNOWN})) is Status.UNKNOWN
    verdict = judge("remote.encryption.algorithms", tunnel(**{field: Known(weak)}))
    assert verdict is not None
    assert verdict.status is Status.FAIL
    assert verdict.text is not None
    assert named in verdict.text.en
    hidden = judge("remote.encryption.algorithms", tunnel(**{field: Known(weak, sensitive=True)}))
    assert hidden is not None
    assert hidden.status is Status.FAIL
    assert hidden.text is not None
    assert named not in hidden.text.en


@pytest.mark.parametrize(
    ("field", "names", "expected"),
    [
        ("encryption", {"aes128", "aes256-gcm-16", "aes-cbc-256", "aes-gcm-16-128"}, Status.PASS),
        ("encryption", {"aes256", "camellia256"}, Status.UNKNOWN),
        ("encryption", {"aes256", "rc4"}, Status.UNKNOWN),
        ("encryption", {"camellia256", "3des"}, Status.FAIL),
        ("integrity", {"sha2-512", "hmac-sha2-256-128"}, Status.PASS),
        ("integrity", set(), Status.PASS),
        ("integrity", {"sha2-256", "tiger"}, Status.UNKNOWN),
        ("integrity", {"tiger", "hmac-sha1-96"}, Status.FAIL),
        ("ike_versions", {3}, Status.UNKNOWN),
        ("ike_versions", {2, 3}, Status.UNKNOWN),
        ("ike_versions", set(), Status.UNKNOWN),
    ],
)
def test_only_what_is_known_to_be_strong_passes(field: str, names: set[Any], expected: Status) -> None:
    found = tunnel(**{field: Known(frozenset(names))})
    assert status("remote.encryption.algorithms", found) is expected


def test_one_weak_algorithm_decides_whatever_is_open() -> None:
    found = tunnel(ike_versions=Known(frozenset({1})), encryption=UNKNOWN, integrity=UNKNOWN, dh_groups=UNKNOWN)
    assert status("remote.encryption.algorithms", found) is Status.FAIL
