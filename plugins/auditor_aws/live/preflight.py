"""Trying before a scan what is allowed: every operation once, of one thing, in one region."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from auditor.collecting import CollectOptions, Permission, Trial
from auditor.errors import InputError
from auditor.snapshots.model import Entry, Outcome
from auditor.text import Text
from auditor_aws.live.answers import why_text
from auditor_aws.live.asking import Asker, ExpiredError
from auditor_aws.live.catalogue import Service, Where
from auditor_aws.live.pace import Pace
from auditor_aws.live.permissions import SCOPE_ACTIONS, needed
from auditor_aws.live.scope import regions_of, scope_actions
from auditor_aws.live.sessions import SignIn, sign_in

_AT_ONCE: Final = 12
_HOME: Final = "ap-northeast-1"
"""Where the things of Japanese bodies are expected, so that there is something to ask of."""


def trials(options: CollectOptions, how: SignIn, permissions: Sequence[Permission]) -> list[Trial]:
    """What came of trying each of the permissions.

    Raises :class:`auditor.errors.InputError` where signing in fails or the credentials run out.
    """
    account = sign_in(how)
    regions = regions_of(account, options.regions).asked
    region = _HOME if _HOME in regions or not regions else regions[0]
    said: dict[str, list[Entry]] = {permission.action: [] for permission in permissions}
    pace = Pace(options.per_second)
    with ThreadPoolExecutor(_AT_ONCE) as pool, ThreadPoolExecutor(_AT_ONCE) as workers:
        waiting: list[Future[None]] = []
        for service, calls in needed(options.controls):
            actions = {call.operation: service.action_of(call) for call in calls}

            def keep(entry: Entry, _: bool, actions: dict[str, str] = actions) -> None:
                for action in actions[entry.operation].split(","):
                    # one that the caller did not ask about is of no use
                    if action in said:
                        said[action].append(entry)

            asked = Service(
                name=service.name,
                client=service.client,
                calls=calls,
                shapers=(),
                subjects=service.subjects,
                where=service.where,
                home=service.home,
                at_once=service.at_once,
            )
            where = account.home(service.home) if service.where is Where.GLOBAL else region
            asker = Asker(account, asked, where, keep, pace, pool, trial=True)
            waiting.append(workers.submit(asker.all))
        try:
            for future in waiting:
                future.result()
        except ExpiredError:
            raise InputError(
                "確認の途中で認証情報の期限が切れました。サインインし直してください。",
                "the credentials ran out on the way; sign in again.",
            ) from None
        finally:
            pace.stop()
    scope = scope_actions(account)
    return [_trial(permission, said[permission.action], scope) for permission in permissions]


def _trial(permission: Permission, entries: Sequence[Entry], scope: dict[str, bool]) -> Trial:
    if permission.action in SCOPE_ACTIONS:
        allowed = scope[permission.action]
        why = None if allowed else Text("読取りが拒否された", "reading was refused")
        # one of them is enough
        return Trial(permission.action, allowed, why, frozenset() if any(scope.values()) else permission.controls)
    denied = next((entry for entry in entries if entry.outcome is Outcome.DENIED), None)
    if denied is not None:
        return Trial(permission.action, False, _why(denied), permission.controls)
    failed = next((entry for entry in entries if entry.outcome is Outcome.FAILED), None)
    if failed is not None:
        return Trial(permission.action, None, _why(failed), permission.controls)
    if not entries:
        nothing = Text("試す対象がない", "there is nothing to try it on")
        return Trial(permission.action, None, nothing, permission.controls)
    return Trial(permission.action, True, None, permission.controls)


def _why(entry: Entry) -> Text:
    why = why_text(entry)
    return why if entry.code in ("", why.en) else Text(f"{entry.code}・{why.ja}", f"{entry.code}, {why.en}")
