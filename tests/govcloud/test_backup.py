"""Backups: whether, how often, how long, where, and how they are guarded."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import Backup, BackupPlan, BackupVault, KeyOwner, ObjectVersioning
from auditor.findings import Status
from tests.govcloud.judging import OSAKA, SINGAPORE, UNKNOWN, judge, status


def backup(**changes: Any) -> Backup:
    values: dict[str, Any] = {
        "enabled": Known(True),
        "interval_hours": Known(24.0),
        "retention_days": Known(7.0),
        "offsite": Known(frozenset({OSAKA})),
    }
    return Backup(**values | changes)


def plan(facet: Backup) -> BackupPlan:
    return BackupPlan(interval_hours=facet.interval_hours, retention_days=facet.retention_days, offsite=facet.offsite)


@pytest.mark.parametrize(
    ("enabled", "expected"), [(Known(True), Status.PASS), (Known(False), Status.FAIL), (UNKNOWN, Status.UNKNOWN)]
)
def test_enabled(enabled: Attr[bool], expected: Status) -> None:
    assert status("backup.enabled.active", backup(enabled=enabled)) is expected


@pytest.mark.parametrize("what", ["interval", "retention", "offsite"])
def test_without_backup_only_that_is_reported(what: str) -> None:
    nothing = backup(
        enabled=Known(False), interval_hours=Known(None), retention_days=Known(0.0), offsite=Known(frozenset())
    )
    assert status(f"backup.{what}.store", nothing) is None
    assert status(f"backup.{what}.store", backup(enabled=UNKNOWN)) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (Known(0.0), Status.PASS),
        (Known(24.0), Status.PASS),
        (Known(25.0), Status.FAIL),
        (Known(None), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_interval(hours: Attr[float | None], expected: Status) -> None:
    facet = backup(interval_hours=hours)
    assert status("backup.interval.store", facet) is expected
    assert status("backup.interval.plan", plan(facet)) is expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (Known(7.0), Status.PASS),
        (Known(None), Status.PASS),
        (Known(6.0), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_retention(days: Attr[float | None], expected: Status) -> None:
    facet = backup(retention_days=days)
    assert status("backup.retention.store", facet) is expected
    assert status("backup.retention.plan", plan(facet)) is expected


@pytest.mark.parametrize(
    ("offsite", "expected"),
    [
        (Known(frozenset({OSAKA})), Status.PASS),
        (Known(frozenset({OSAKA, SINGAPORE})), Status.PASS),
        (Known(frozenset({SINGAPORE})), Status.FAIL),
        (Known(frozenset()), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_offsite(offsite: Attr[frozenset[str]], expected: Status) -> None:
    facet = backup(offsite=offsite)
    assert status("backup.offsite.store", facet) is expected
    assert status("backup.offsite.plan", plan(facet)) is expected


def test_texts_hold_value_and_limit() -> None:
    weekly = judge("backup.interval.plan", plan(backup(interval_hours=Known(168.0))))
    short = judge("backup.retention.plan", plan(backup(retention_days=Known(1.0))))
    abroad = judge("backup.offsite.plan", plan(backup(offsite=Known(frozenset({SINGAPORE})))))
    nowhere = judge("backup.offsite.plan", plan(backup(offsite=Known(frozenset()))))
    expected = [
        (weekly, "168時間", "24時間以下"),
        (short, "1日", "7日以上（推奨 14日以上）"),
        (abroad, SINGAPORE, "別の許可リージョン"),
        (nowhere, "なし", "別の許可リージョン"),
    ]
    for verdict, actual, wanted in expected:
        assert verdict is not None
        assert verdict.text is not None
        assert verdict.expected is not None
        assert actual in verdict.text.ja
        assert wanted in verdict.expected.ja


@pytest.mark.parametrize(
    ("immutable", "expected"),
    [
        (Known(True), Status.PASS),
        (Known(False), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
        (None, Status.NOT_APPLICABLE),
    ],
)
def test_immutable(immutable: Attr[bool] | None, expected: Status) -> None:
    vault = BackupVault(encrypted=Known(True), key_owner=Known(KeyOwner.CUSTOMER), immutable=immutable)
    assert status("backup.immutable.locked", vault) is expected


@pytest.mark.parametrize(
    ("enabled", "expected"), [(Known(True), Status.PASS), (Known(False), Status.FAIL), (UNKNOWN, Status.UNKNOWN)]
)
def test_object_versions(enabled: Attr[bool], expected: Status) -> None:
    assert status("backup.object-versioning.enabled", ObjectVersioning(enabled=enabled)) is expected
