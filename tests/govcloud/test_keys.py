"""Rotation, deletion and permissions of keys."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import EncryptionKey, KeyPolicy, KeyState
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, status

IN_USE = "key.pending-deletion.in-use"
ENDED = "key.pending-deletion.ended"


def key(**changes: Any) -> EncryptionKey:
    values: dict[str, Any] = {
        "rotatable": Known(True),
        "rotation": Known(True),
        "rotation_days": Known(365.0),
        "deletion_window_days": Known(30.0),
        "state": Known(KeyState.ENABLED),
    }
    return EncryptionKey(**values | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Status.PASS),
        ({"rotation_days": Known(366.0)}, Status.FAIL),
        ({"rotation": Known(False), "rotation_days": Known(None)}, Status.FAIL),
        ({"rotatable": Known(False), "rotation": Known(False)}, Status.NOT_APPLICABLE),
        ({"rotatable": Known(False), "rotation": UNKNOWN}, Status.NOT_APPLICABLE),
        ({"rotatable": UNKNOWN, "rotation": Known(False)}, Status.UNKNOWN),
        ({"rotatable": UNKNOWN}, Status.PASS),
        # A key that rotates can rotate.
        ({"rotatable": UNKNOWN, "rotation_days": Known(366.0)}, Status.FAIL),
        ({"rotation": UNKNOWN}, Status.UNKNOWN),
        ({"rotation_days": UNKNOWN}, Status.UNKNOWN),
        ({"rotation_days": Known(None)}, Status.UNKNOWN),
    ],
)
def test_rotation(changes: dict[str, Any], expected: Status) -> None:
    assert status("key.rotation.automatic", key(**changes)) is expected


@pytest.mark.parametrize(
    ("days", "expected"), [(Known(30.0), Status.PASS), (Known(29.0), Status.FAIL), (UNKNOWN, Status.UNKNOWN)]
)
def test_deletion_window(days: Attr[float], expected: Status) -> None:
    verdict = judge("key.deletion-window.long-enough", key(deletion_window_days=days))
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.FAIL:
        assert verdict.text is not None
        assert verdict.expected is not None
        assert "29" in verdict.text.ja
        assert "30" in verdict.expected.ja


@pytest.mark.parametrize("phase", [Phase.BUILD, Phase.OPERATE])
@pytest.mark.parametrize(
    ("action", "state", "expected"),
    [
        (Action.NO_OP, Known(KeyState.ENABLED), Status.PASS),
        (Action.CREATE, Known(KeyState.ENABLED), Status.PASS),
        (Action.EXISTS, Known(KeyState.DISABLED), Status.PASS),
        (Action.EXISTS, Known(KeyState.PENDING_DELETION), Status.FAIL),
        (Action.EXISTS, Known(KeyState.DESTROYED), Status.FAIL),
        (Action.DELETE, Known(KeyState.ENABLED), Status.FAIL),
        (Action.REPLACE, UNKNOWN, Status.FAIL),
        (Action.UPDATE, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_keys_in_use(phase: Phase, action: Action, state: Attr[KeyState], expected: Status) -> None:
    assert status(IN_USE, key(state=state), action=action, phase=phase) is expected


@pytest.mark.parametrize(
    ("action", "state", "expected"),
    [
        (Action.DELETE, Known(KeyState.ENABLED), Status.PASS),
        (Action.DELETE, UNKNOWN, Status.PASS),
        (Action.NO_OP, Known(KeyState.ENABLED), Status.FAIL),
        (Action.NO_OP, Known(KeyState.DISABLED), Status.FAIL),
        (Action.EXISTS, Known(KeyState.PENDING_DELETION), Status.PASS),
        (Action.EXISTS, Known(KeyState.DESTROYED), Status.PASS),
        (Action.EXISTS, UNKNOWN, Status.UNKNOWN),
        (Action.FORGET, Known(KeyState.ENABLED), Status.FAIL),
        (Action.FORGET, UNKNOWN, Status.FAIL),
        (Action.REPLACE, UNKNOWN, Status.FAIL),
        (Action.CREATE, Known(KeyState.ENABLED), Status.FAIL),
    ],
)
def test_keys_at_the_end(action: Action, state: Attr[KeyState], expected: Status) -> None:
    assert status(ENDED, key(state=state), action=action) is expected


@pytest.mark.parametrize(
    ("id_", "action", "said"),
    [
        (IN_USE, Action.DELETE, "The plan deletes the key."),
        (IN_USE, Action.REPLACE, "replaces the key"),
        (ENDED, Action.FORGET, "only stops managing"),
        (ENDED, Action.REPLACE, "the new one stays"),
        (ENDED, Action.NO_OP, "enabled"),
    ],
)
def test_texts_say_what_the_plan_does(id_: str, action: Action, said: str) -> None:
    verdict = judge(id_, key(), action=action)
    assert verdict is not None
    assert verdict.text is not None
    assert said in verdict.text.en


@pytest.mark.parametrize(
    ("anyone", "foreign", "expected"),
    [
        (Known(False), Known(()), Status.PASS),
        (Known(True), Known(()), Status.FAIL),
        (Known(True), UNKNOWN, Status.FAIL),
        (Known(False), Known(("444455556666",)), Status.MANUAL),
        (Known(False), UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(()), Status.UNKNOWN),
    ],
)
def test_permissions(anyone: Attr[bool], foreign: Attr[tuple[str, ...]], expected: Status) -> None:
    verdict = judge("key.policy.limited", KeyPolicy(open_to_anyone=anyone, foreign_principals=foreign))
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.MANUAL:
        assert verdict.documents == ("key-roles",)
        assert verdict.text is not None
        assert "444455556666" in verdict.text.en
