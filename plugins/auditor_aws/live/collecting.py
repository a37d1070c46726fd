"""Collecting accounts: a map of independent tasks, each of which writes its files and may be done again."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from typing import Final

import msgspec

from auditor import __version__
from auditor.collecting import Done, Step, Told, Total
from auditor.errors import AuditorError, InputError
from auditor.snapshots.model import FORMAT, Entry, Head, Outcome, Skipped, path_of
from auditor.snapshots.reading import read_foot, read_head
from auditor.snapshots.store import Store, open_store
from auditor.snapshots.writing import now, writing
from auditor_aws.live.asking import Asker, ExpiredError
from auditor_aws.live.catalogue import Service, Where, services
from auditor_aws.live.pace import Pace
from auditor_aws.live.scope import regions_of
from auditor_aws.live.sessions import Account, RefusedRoleError, SignIn, sign_in

_UNITS: Final = 12
"""Services and regions that are asked at a time; each waits for the network most of the time."""
_ITEMS: Final = 16
"""Calls about single things in flight at a time, over all of those."""


class AccountTask(msgspec.Struct, frozen=True):
    """What one worker does: one account.  It can be sent to another machine."""

    place: str
    """The snapshot: a path, or a URL that all workers reach."""
    how: SignIn
    services: Mapping[str, tuple[str, ...]]
    """Service -> the operations to ask."""
    regions: tuple[str, ...]
    """Those that are wanted; empty for all that are enabled."""
    per_second: float | None
    expected: str = ""
    """The account that the roles should lead to."""


class AccountResult(msgspec.Struct, frozen=True):
    """What came of one account."""

    account: str
    caller: str
    regions: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    calls: int = 0


def collect_account(
    task: AccountTask, told: Told = lambda heard: None, broken_off: threading.Event | None = None
) -> AccountResult:
    """Collect one account.  An account whose role may not be taken on is named in the result.

    ``broken_off``: set when nothing more is to be asked.  Raises :class:`InputError` where the credentials run out: what
    was collected until then stays and is not asked again.
    """
    try:
        account = _signed_in(task)
    except RefusedRoleError as error:
        if not task.expected:
            raise
        return AccountResult("", "", (), (Skipped(f"account:{task.expected}", "no-sign-in", error.text.en),))
    regions = regions_of(account, task.regions)
    store = open_store(task.place)
    units = list(_units(_chosen(task.services), regions.asked))
    pace = Pace(task.per_second, broken_off)
    with ThreadPoolExecutor(_ITEMS) as pool, ThreadPoolExecutor(_UNITS) as workers:
        waiting: dict[Future[int], Step] = {}
        told(Total(0, len(units)))
        for service, region in units:
            step = Step(account.account, region, service.name)
            waiting[workers.submit(_collect, store, account, service, region, pace, pool)] = step
        try:
            for future in as_completed(waiting):
                calls = future.result()
                told(msgspec.structs.replace(waiting[future], calls=calls))
        except ExpiredError:
            raise InputError(
                f"アカウント {account.account} の収集中に認証情報の期限が切れました。サインインし直して同じコマンドを実行すると続きから収集します。",
                f"the credentials ran out while collecting account {account.account}; sign in again and run the same "
                "command to go on.",
            ) from None
        finally:
            # those that have begun end with the call that is under way
            pace.stop()
            for future in waiting:
                future.cancel()
    return AccountResult(account.account, account.caller, regions.asked, regions.skipped, pace.calls)


def _signed_in(task: AccountTask) -> Account:
    """The account of the task.  In the one that the caller is in already, the role of the members need not exist.

    Raises what :func:`sign_in` raises.
    """
    try:
        return sign_in(task.how)
    except RefusedRoleError:
        if not task.expected:
            raise
        own = sign_in(msgspec.structs.replace(task.how, roles=task.how.roles[:-1]))
        if own.account != task.expected:
            raise
        return own


def _chosen(wanted: Mapping[str, tuple[str, ...]]) -> Iterable[Service]:
    """The services with the calls that are asked."""
    for name, operations in wanted.items():
        service = services()[name]
        calls = tuple(call for call in service.calls if call.operation in operations)
        yield msgspec.structs.replace(service, calls=calls)


def _units(asked: Iterable[Service], regions: Sequence[str]) -> Iterable[tuple[Service, str]]:
    """The services of no region first, for they take longest; then region by region."""
    chosen = list(asked)
    yield from ((service, "") for service in chosen if service.where is Where.GLOBAL)
    for region in regions:
        yield from ((service, region) for service in chosen if service.where is Where.REGIONAL)


def _collect(store: Store, account: Account, service: Service, region: str, pace: Pace, pool: Executor) -> int:
    """One service in one region, unless it was collected before; returns the number of calls."""
    path = path_of(account.account, region, service.name)
    tool = f"auditor {__version__}"
    before = read_foot(store, path)
    # another version may have asked less, and what was never asked would pass for what is not there
    if before is not None and not before.passing and read_head(store, path).tool == tool:
        return 0
    head = Head(FORMAT, "aws", account.account, region, service.name, account.caller, tool, now())
    with writing(store, path, head) as writer:
        where = region or account.home(service.home)
        if region and not account.offered(service.api, region):
            for call in service.calls:
                if not call.each:
                    writer.add(Entry(call.operation, Outcome.NOT_OFFERED, now(), why="not-offered"), False)
        else:
            Asker(account, service, where, writer.add, pace, pool).all()
            account.release(service.api, where)
        return writer.calls


def run_tasks(tasks: Sequence[AccountTask], executor: Executor | None, told: Told) -> list[AccountResult]:
    """All accounts; one after the other inside this process, or by an executor that may have many machines."""
    results: list[AccountResult] = []
    if executor is None:
        for task in tasks:
            results.append(collect_account(task, told))
            told(Done(task.expected or results[-1].account))
        return results
    # only threads of this process can tell how they get on
    broken_off = threading.Event()
    near = (told, broken_off) if isinstance(executor, ThreadPoolExecutor) else ()
    waiting = {executor.submit(collect_account, task, *near): task for task in tasks}
    first: AuditorError | None = None
    try:
        for future in as_completed(waiting):
            try:
                results.append(future.result())
            except AuditorError as error:
                # the others go on: what they collect is kept, and this one is asked again when the run is resumed
                first = first or error
            told(Done(waiting[future].expected))
    finally:
        # the user broke off, or there is a defect: no account is begun any more, and those that have begun end
        broken_off.set()
        for future in waiting:
            future.cancel()
    if first is not None:
        raise first
    return results
