"""Encryption of what is stored and sent."""

from __future__ import annotations

import msgspec
import pytest

from auditor.attr import Attr, Known, Reason
from auditor.checks import Check
from auditor.facets import BackupVault, EncryptionAtRest, EncryptionInTransit, KeyOwner
from auditor.findings import Status
from auditor.scopes import Scope
from tests.govcloud.judging import UNKNOWN, by_id, context, judge, judge_in, resource, status


def at_rest(enabled: Attr[bool], owner: Attr[KeyOwner]) -> EncryptionAtRest:
    return EncryptionAtRest(enabled=enabled, key_owner=owner)


@pytest.mark.parametrize(
    ("enabled", "owner", "encrypted", "customer"),
    [
        (Known(True), Known(KeyOwner.CUSTOMER), Status.PASS, Status.PASS),
        (Known(True), Known(KeyOwner.PROVIDER), Status.PASS, Status.FAIL),
        (Known(False), Known(KeyOwner.NONE), Status.FAIL, Status.FAIL),
        (Known(True), UNKNOWN, Status.PASS, Status.UNKNOWN),
        (Known(False), UNKNOWN, Status.FAIL, Status.FAIL),
        (UNKNOWN, Known(KeyOwner.CUSTOMER), Status.UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(KeyOwner.PROVIDER), Status.UNKNOWN, Status.FAIL),
        # A key that is named but not used encrypts nothing.
        (Known(False), Known(KeyOwner.CUSTOMER), Status.FAIL, Status.FAIL),
    ],
)
def test_at_rest(enabled: Attr[bool], owner: Attr[KeyOwner], encrypted: Status, customer: Status) -> None:
    facet = at_rest(enabled, owner)
    assert status("encryption.at-rest.enabled", facet) is encrypted
    assert status("encryption.customer-key.used", facet) is customer
    vault = BackupVault(encrypted=enabled, key_owner=owner)
    assert status("backup.encrypted.enabled", vault) is encrypted
    assert status("encryption.customer-key.backup", vault) is customer


@pytest.mark.parametrize(
    ("class_", "owner", "expected"),
    [
        (UNKNOWN, KeyOwner.PROVIDER, Status.UNKNOWN),
        (UNKNOWN, KeyOwner.NONE, Status.UNKNOWN),
        (UNKNOWN, KeyOwner.CUSTOMER, Status.PASS),
        (Known("3A"), KeyOwner.PROVIDER, Status.FAIL),
        (Known(None), KeyOwner.PROVIDER, Status.FAIL),
        (Known("1"), KeyOwner.PROVIDER, Status.NOT_APPLICABLE),
    ],
)
def test_an_open_class_leaves_open_what_would_fail(class_: Attr[str | None], owner: KeyOwner, expected: Status) -> None:
    on: Attr[bool] = Known(owner is not KeyOwner.NONE)
    for id_, facet in (
        ("encryption.customer-key.used", at_rest(on, Known(owner))),
        ("encryption.customer-key.backup", BackupVault(encrypted=on, key_owner=Known(owner))),
    ):
        check = by_id(id_)
        assert isinstance(check, Check)
        judged = msgspec.structs.replace(resource(facet), assigned=Scope(confidentiality=class_))
        verdict = judge_in(check, facet, context(judged))
        assert verdict is not None
        assert verdict.status is expected


def test_the_key_of_a_backup_is_judged_once() -> None:
    vault = BackupVault(encrypted=Known(True), key_owner=Known(KeyOwner.PROVIDER))
    beside = [at_rest(Known(True), Known(KeyOwner.PROVIDER))]
    assert status("encryption.customer-key.backup", vault, beside=beside) is None


def test_texts_say_whose_key_it_is() -> None:
    verdict = judge("encryption.customer-key.used", at_rest(Known(True), Known(KeyOwner.PROVIDER)))
    assert verdict is not None
    assert verdict.text is not None
    assert "事業者の鍵" in verdict.text.ja
    assert "key of the provider" in verdict.text.en


@pytest.mark.parametrize(
    ("required", "lowest", "refuses", "version"),
    [
        (Known(True), Known("1.2"), Status.PASS, Status.PASS),
        (Known(True), Known("1.3"), Status.PASS, Status.PASS),
        (Known(True), Known("1.10"), Status.PASS, Status.PASS),
        (Known(True), Known("1.1"), Status.PASS, Status.FAIL),
        (Known(False), Known("1.0"), Status.FAIL, Status.FAIL),
        (Known(False), Known(None), Status.FAIL, Status.NOT_APPLICABLE),
        (UNKNOWN, UNKNOWN, Status.UNKNOWN, Status.UNKNOWN),
        (Known(True), Known("TLS"), Status.PASS, Status.UNKNOWN),
    ],
)
def test_in_transit(required: Attr[bool], lowest: Attr[str | None], refuses: Status, version: Status) -> None:
    facet = EncryptionInTransit(endpoint="listener", required=required, minimum_tls=lowest)
    assert status("encryption.in-transit.required", facet) is refuses
    assert status("encryption.in-transit.tls-version", facet) is version


def test_an_unreadable_version_is_not_guessed() -> None:
    facet = EncryptionInTransit(endpoint="listener", required=Known(True), minimum_tls=Known("TLS"))
    verdict = judge("encryption.in-transit.tls-version", facet)
    assert verdict is not None
    assert verdict.unknown is not None
    assert verdict.unknown.reason is Reason.UNPARSEABLE


def test_the_expected_version_is_the_parameter() -> None:
    facet = EncryptionInTransit(endpoint="listener", required=Known(True), minimum_tls=Known("1.2"))
    verdict = judge("encryption.in-transit.tls-version", facet, values={"encryption.min_tls_version": "1.3"})
    assert verdict is not None
    assert verdict.text is not None
    assert verdict.expected is not None
    assert "1.2" in verdict.text.en
    assert "1.3" in verdict.expected.en
