"""What can go, what goes, and what stays."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    EncryptionKey,
    KeyState,
    Obstacle,
    ObstacleKind,
    Residue,
    Retirement,
)
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

RUNNING = "teardown.deletable.not-feigned"
ENDING = "teardown.deletable.unobstructed"
PROTECTS, KEEPS, LOCKS = ObstacleKind.PROTECTS, ObstacleKind.KEEPS, ObstacleKind.LOCKS
YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


def having(*obstacles: tuple[str, ObstacleKind, Attr[bool]]) -> Retirement:
    return Retirement(obstacles=tuple(Obstacle(*obstacle) for obstacle in obstacles))


@pytest.mark.parametrize(
    ("name", "kind", "running"),
    [
        ("deletion_protection", PROTECTS, Status.PASS),
        ("deletion_policy=PREVENT", PROTECTS, Status.PASS),
        ("object_lock.COMPLIANCE", LOCKS, Status.PASS),
        ("final_snapshot", KEEPS, Status.PASS),
        ("skip_final_snapshot", KEEPS, Status.PASS),
        ("delete_automated_backups", KEEPS, Status.PASS),
        ("skip_destroy", KEEPS, Status.FAIL),
        ("deletion_policy=ABANDON", KEEPS, Status.FAIL),
        ("deletion_policy", KEEPS, Status.FAIL),
        ("settings.0.skip_destroy", KEEPS, Status.FAIL),
        ("close_on_deletion", KEEPS, Status.FAIL),
        ("retain_on_delete", KEEPS, Status.FAIL),
    ],
)
def test_one_obstacle(name: str, kind: ObstacleKind, running: Status) -> None:
    assert status(RUNNING, having((name, kind, YES))) is running
    assert status(RUNNING, having((name, kind, YES)), action=Action.DELETE) is running
    assert status(RUNNING, having((name, kind, NO))) is Status.PASS
    assert status(RUNNING, having((name, kind, UNKNOWN))) is (Status.PASS if running is Status.PASS else Status.UNKNOWN)
    assert status(ENDING, having((name, kind, YES))) is Status.FAIL
    assert status(ENDING, having((name, kind, YES)), action=Action.DELETE) is Status.FAIL
    assert status(ENDING, having((name, kind, NO))) is Status.PASS
    assert status(ENDING, having((name, kind, UNKNOWN))) is Status.UNKNOWN


def test_no_setting_that_could_obstruct() -> None:
    assert status(RUNNING, having()) is Status.PASS
    assert status(ENDING, having()) is Status.PASS


def test_every_obstacle_is_named_and_one_unknown_hides_none() -> None:
    facet = having(
        ("skip_destroy", KEEPS, YES),
        ("deletion_protection", PROTECTS, YES),
        ("vault_lock", LOCKS, UNKNOWN),
        ("deletion_policy=ABANDON", KEEPS, YES),
        ("force_destroy", PROTECTS, NO),
    )
    ending = judge(ENDING, facet)
    running = judge(RUNNING, facet)
    assert ending is not None
    assert ending.text is not None
    for name in ("skip_destroy", "deletion_protection", "deletion_policy=ABANDON"):
        assert name in ending.text.ja
        assert name in ending.text.en
    assert "force_destroy" not in ending.text.en
    assert "vault_lock" not in ending.text.en
    assert running is not None
    assert running.text is not None
    assert "skip_destroy、deletion_policy=ABANDON" in running.text.ja
    assert "deletion_protection" not in running.text.ja


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Action.DELETE, Status.PASS),
        (Action.NO_OP, Status.FAIL),
        (Action.EXISTS, Status.FAIL),
        (Action.UPDATE, Status.FAIL),
        (Action.CREATE, Status.FAIL),
        (Action.REPLACE, Status.FAIL),
        (Action.FORGET, Status.FAIL),
    ],
)
def test_what_must_be_gone(action: Action, expected: Status) -> None:
    for id_, facet in (
        ("teardown.residue.gone", Residue(what="bucket")),
        ("teardown.account.identity-gone", AccountIdentity(what="bucket")),
    ):
        verdict = judge(id_, facet, action=action)
        assert verdict is not None
        assert verdict.status is expected
        if expected is Status.FAIL:
            assert verdict.text is not None
            assert "bucket" in verdict.text.ja


def key(state: Attr[KeyState]) -> EncryptionKey:
    return EncryptionKey(
        rotatable=YES, rotation=YES, rotation_days=Known(None), deletion_window_days=Known(30.0), state=state
    )


@pytest.mark.parametrize(
    ("state", "action", "expected"),
    [
        (Known(KeyState.ENABLED), Action.EXISTS, Status.FAIL),
        (Known(KeyState.DISABLED), Action.EXISTS, Status.FAIL),
        (Known(KeyState.PENDING_DELETION), Action.EXISTS, Status.NOT_APPLICABLE),
        (Known(KeyState.DESTROYED), Action.EXISTS, Status.NOT_APPLICABLE),
        (UNKNOWN, Action.EXISTS, Status.UNKNOWN),
        (Known(KeyState.PENDING_DELETION), Action.NO_OP, Status.FAIL),
        (UNKNOWN, Action.CREATE, Status.FAIL),
        (UNKNOWN, Action.DELETE, Status.PASS),
    ],
)
def test_a_key_of_an_account_is_gone_as_far_as_it_can_be(
    state: Attr[KeyState], action: Action, expected: Status
) -> None:
    assert status("teardown.residue.gone", Residue(what="key"), action=action, beside=(key(state),)) is expected


@pytest.mark.parametrize(
    ("action", "said"),
    [(Action.FORGET, "Only dropped"), (Action.REPLACE, "the new one stays"), (Action.NO_OP, "Not deleted")],
)
def test_texts_say_how_it_stays(action: Action, said: str) -> None:
    verdict = judge("teardown.residue.gone", Residue(what="bucket"), action=action)
    assert verdict is not None
    assert verdict.text is not None
    assert said in verdict.text.en


@pytest.mark.parametrize(
    ("closes", "action", "expected"),
    [
        (YES, Action.DELETE, Status.PASS),
        (YES, Action.CREATE, Status.PASS),
        (NO, Action.DELETE, Status.FAIL),
        (YES, Action.FORGET, Status.FAIL),
        (UNKNOWN, Action.FORGET, Status.FAIL),
        (UNKNOWN, Action.DELETE, Status.UNKNOWN),
    ],
)
def test_account_closure(closes: Attr[bool], action: Action, expected: Status) -> None:
    assert status("teardown.account.closed", AccountClosure(closes=closes), action=action) is expected


class TestAccountKnown:
    id = "teardown.account.known"

    @pytest.mark.parametrize("action", [Action.NO_OP, Action.DELETE])
    def test_in_the_input(self, action: Action) -> None:
        assert whole(self.id, resource(AccountClosure(closes=NO), action=action), phase=Phase.TERMINATE) == []

    @pytest.mark.parametrize("complete", [True, False])
    def test_outside_of_the_input(self, complete: bool) -> None:
        ((_, verdict),) = whole(self.id, resource(), complete=complete, phase=Phase.TERMINATE)
        assert verdict.status is Status.MANUAL
        assert verdict.documents == ("account-disposal-record",)

    def test_of_the_government_cloud(self) -> None:
        resources = (resource(), resource(provider="google"))
        found = dict(whole(self.id, *resources, platform="government-cloud", phase=Phase.TERMINATE))
        assert found["aws:account"].status is Status.INHERITED
        assert found["google:account"].status is Status.MANUAL


@pytest.mark.parametrize(
    ("kind", "present", "expected"),
    [
        (KEEPS, YES, Status.FAIL),
        (KEEPS, NO, Status.PASS),
        (KEEPS, UNKNOWN, Status.UNKNOWN),
        # These make the deletion fail, which another check reports.
        (PROTECTS, YES, Status.PASS),
        (LOCKS, UNKNOWN, Status.PASS),
    ],
)
def test_a_deletion_that_leaves_something_behind(kind: ObstacleKind, present: Attr[bool], expected: Status) -> None:
    beside = [having(("final_snapshot", kind, present))]
    verdict = judge("teardown.residue.gone", Residue(what="database"), action=Action.DELETE, beside=beside)
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.FAIL:
        assert verdict.text is not None
        assert "final_snapshot" in verdict.text.en
