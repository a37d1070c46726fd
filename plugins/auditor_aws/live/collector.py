"""The collector of AWS: from what the user asks to a finished snapshot."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, Final

import msgspec

from auditor import __version__
from auditor.collecting import CollectOptions, Permission, Told, Total, Trial
from auditor.errors import UsageError
from auditor.snapshots.model import FORMAT, MANIFEST_NAME, PLAN_NAME, FileInfo, Manifest, Plan, Skipped, Summary
from auditor.snapshots.reading import digest, read_foot, read_manifest, read_plan
from auditor.snapshots.store import Store, open_store
from auditor.snapshots.writing import now, write_json
from auditor_aws.live import permissions
from auditor_aws.live.catalogue import services

PROVIDER: Final = "aws"


class AwsCollector:
    """See :class:`auditor.collecting.Collector`."""

    provider = PROVIDER

    def collect(self, place: str, options: CollectOptions, executor: Executor | None, told: Told) -> Summary:
        """See :meth:`auditor.collecting.Collector.collect`."""
        _need_boto3()
        # boto3 and its models are imported only where AWS is asked
        from auditor_aws.live.answers import partition_of
        from auditor_aws.live.collecting import AccountResult, AccountTask, run_tasks
        from auditor_aws.live.scope import accounts_of
        from auditor_aws.live.sessions import SignIn, sign_in

        wanted = _services(options)
        base = SignIn(options.profile, _roles(options))
        store = open_store(place)
        plan = _begin(store, options)
        skipped: list[Skipped] = []
        tasks: list[AccountTask]
        if options.organization or options.accounts:
            chosen = options.accounts
            base_account = sign_in(base)
            if options.organization:
                found, skipped = accounts_of(base_account)
                if chosen:
                    skipped += [Skipped(f"account:{one}", "not-asked") for one in found if one not in chosen]
                chosen = tuple(one for one in found if not options.accounts or one in options.accounts)
            partition = partition_of(base_account.caller)
            tasks = [
                AccountTask(
                    place, _member(base, one, partition, options), wanted, options.regions, options.per_second, one
                )
                for one in chosen
            ]
        else:
            tasks = [AccountTask(place, base, wanted, options.regions, options.per_second)]
        told(Total(len(tasks), 0))
        results: list[AccountResult] = run_tasks(tasks, executor, told)
        return _finish(store, plan, results, wanted, skipped)

    def permissions(self, controls: frozenset[str] | None) -> Sequence[Permission]:
        """See :meth:`auditor.collecting.Collector.permissions`."""
        from auditor.policies.loader import load_controls

        return permissions.permissions(controls, frozenset(load_controls()))

    def permission_documents(self, controls: frozenset[str] | None, *, split: bool) -> Sequence[Mapping[str, object]]:
        """See :meth:`auditor.collecting.Collector.permission_documents`."""
        return permissions.documents(controls, split=split)

    def trials(self, options: CollectOptions) -> Sequence[Trial]:
        """See :meth:`auditor.collecting.Collector.trials`."""
        _need_boto3()
        from auditor_aws.live.preflight import trials
        from auditor_aws.live.sessions import SignIn

        return trials(options, SignIn(options.profile, _roles(options)), self.permissions(options.controls))


def _need_boto3() -> None:
    """Raises :class:`UsageError` where what asks AWS is not installed."""
    if importlib.util.find_spec("boto3") is None:
        raise UsageError(
            "AWS のアカウントを読むには boto3 が必要です（pip install 'jichitai-cloud-auditor[aws]'）。",
            "reading AWS accounts needs boto3 (pip install 'jichitai-cloud-auditor[aws]').",
        )


def _services(options: CollectOptions) -> dict[str, tuple[str, ...]]:
    """Services with the operations that are asked.  Raises :class:`UsageError` for one that is not known."""
    known = services()
    for name in options.services:
        if name not in known:
            raise UsageError(
                f"--services: {name} というサービスは読みません（読むもの: {', '.join(sorted(known))}）。",
                f"--services: there is no service {name} to read; there are: {', '.join(sorted(known))}.",
            )
    return {
        service.name: tuple(call.operation for call in calls)
        for service, calls in permissions.needed(options.controls)
        if not options.services or service.name in options.services
    }


def _roles(options: CollectOptions) -> tuple[Any, ...]:
    from auditor_aws.live.sessions import RoleChoice, role_from

    return tuple(
        RoleChoice(role_from(role, "--role"), options.external_id, tags=options.session_tags) for role in options.roles
    )


def _member(base: Any, account: str, partition: str, options: CollectOptions) -> Any:
    from auditor_aws.live.sessions import RoleChoice, SignIn

    arn = f"arn:{partition}:iam::{account}:role/{options.member_role}"
    return SignIn(base.profile, (*base.roles, RoleChoice(arn, options.external_id, tags=options.session_tags)))


def _begin(store: Store, options: CollectOptions) -> Plan:
    """Write down what is asked, or take up what was begun.  Raises :class:`UsageError` where the two differ."""
    asked: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(options))
    # what is no matter of what is collected may differ from one run to the next
    for name in ("per_second", "profile", "external_id", "name"):
        asked.pop(name)
    asked["controls"] = None if options.controls is None else sorted(options.controls)
    before = read_plan(store)
    if before is None:
        if store.files():
            raise UsageError(
                f"{store.name} は空ではなく、スナップショットでもありません。別の場所を指定してください。",
                f"{store.name} is neither empty nor a snapshot; name another place.",
            )
        plan = Plan(FORMAT, PROVIDER, f"auditor {__version__}", now(), asked, options.name)
        write_json(store, PLAN_NAME, plan)
        return plan
    if before.provider != PROVIDER or before.options != asked:
        raise UsageError(
            f"{store.name} は別の条件で収集したスナップショットです。同じ条件で続けるか、別の場所を指定してください。",
            f"{store.name} was collected with other options; go on with the same ones, or name another place.",
        )
    if store.exists(MANIFEST_NAME):
        manifest = read_manifest(store)
        if any(file.passing for file in manifest.files.values()) or any(
            one.why == "no-sign-in" for one in manifest.skipped
        ):
            # unfinished again until what failed has been asked once more
            store.remove(MANIFEST_NAME)
            return before
        raise UsageError(
            f"{store.name} の収集は終わっています。新しく収集するには別の場所を指定してください。",
            f"{store.name} is finished; name another place to collect anew.",
        )
    return before


def _finish(
    store: Store, plan: Plan, results: Sequence[Any], wanted: dict[str, tuple[str, ...]], skipped: list[Skipped]
) -> Summary:
    """Write the manifest, which makes the snapshot whole."""
    files: dict[str, FileInfo] = {}
    accounts = {result.account: result.caller for result in results if result.account}
    for path in store.files():
        # what was begun with the credentials of another account is not part of it
        if path.startswith("accounts/") and path.split("/")[1] in accounts:
            sha256, size = digest(store, path)
            foot = read_foot(store, path)
            if foot is not None:
                files[path] = FileInfo(sha256, size, foot.calls, foot.refused, foot.passing)
    unique = dict.fromkeys([*skipped, *(one for result in results for one in result.skipped)])
    chosen = plan.options["services"]
    for name in services():
        if name not in wanted:
            # what the user left out may hold what is missed; what no clause needs is missed by nobody
            why = "not-asked" if chosen and name not in chosen else "not-needed"
            unique[Skipped(f"service:{name}", why)] = None
    manifest = Manifest(
        format=FORMAT,
        provider=PROVIDER,
        tool=plan.tool,
        started=plan.started,
        finished=now(),
        options=plan.options,
        accounts=accounts,
        regions=tuple(sorted({region for result in results for region in result.regions})),
        services=wanted,
        skipped=tuple(unique),
        files=files,
    )
    write_json(store, MANIFEST_NAME, manifest)
    every = files.values()
    return Summary(
        sum(file.calls for file in every), sum(file.refused for file in every), sum(file.passing for file in every)
    )
