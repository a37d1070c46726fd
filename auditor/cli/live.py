"""Options of the commands that ask a live cloud."""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TextIO

import msgspec

from auditor.collecting import CollectOptions, Collector, Done, Step, Total
from auditor.config import Config
from auditor.errors import UsageError
from auditor.plugins import Plugins
from auditor.run import controls_of
from auditor.text import Lang, Text

_ACCOUNT = re.compile(r"\d{12}")
_PROVIDERS: Final = frozenset(("aws", "google"))
"""Targets that may be accounts instead of files; without them no plugin is asked whether it collects."""
ACCOUNTS_AT_ONCE: Final = 4
"""Accounts at a time on one machine; each has threads of its own for its services."""


def add_live(parser: argparse.ArgumentParser) -> None:
    """Which accounts are asked, and how."""
    group = parser.add_argument_group("収集の範囲 / what is collected")
    group.add_argument(
        "--profile", default="", metavar="NAME", help="認証情報のプロファイル / profile of the credentials"
    )
    group.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="ARN",
        help="先に引き受けるロール（繰返しは順に引き受ける） / role to take on first; several are taken on one after the other",
    )
    group.add_argument("--external-id", default="", metavar="ID", help="ロールの外部 ID / external id of the roles")
    group.add_argument(
        "--session-tag",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="引受け時のセッションタグ（繰返し可） / session tag, may be repeated",
    )
    group.add_argument("--org", action="store_true", help="組織の全アカウント / all accounts of the organization")
    group.add_argument(
        "--accounts", default="", metavar="ID[,ID...]", help="対象のアカウント / accounts, by --member-role in each"
    )
    group.add_argument(
        "--member-role",
        default="",
        metavar="NAME",
        help="各アカウントで引き受けるロールの名前 / name of the role to take on in each account",
    )
    group.add_argument(
        "--regions",
        default="",
        metavar="NAME[,NAME...]",
        help="リージョン（既定は有効な全リージョン） / regions, all that are enabled by default",
    )
    group.add_argument(
        "--services", default="", metavar="NAME[,NAME...]", help="サービス（既定は全て） / services, all by default"
    )
    group.add_argument(
        "--max-calls-per-second", type=float, metavar="N", help="1秒当たりの呼出しの上限 / limit of API calls a second"
    )


def collect_options(options: argparse.Namespace, controls: frozenset[str] | None = None) -> CollectOptions:
    """What the arguments ask for.  Raises :class:`UsageError` for what does not fit together."""
    accounts = _list(options.accounts)
    for account in accounts:
        if not _ACCOUNT.fullmatch(account):
            raise UsageError(
                f"--accounts {account}: アカウントは 12 桁の数字です。",
                f"--accounts {account}: an account has 12 digits.",
            )
    many = bool(accounts) or options.org
    if many and not options.member_role:
        raise UsageError(
            "--org と --accounts には、各アカウントで引き受けるロールを --member-role で指定してください。",
            "--org and --accounts need --member-role, the role to take on in each account.",
        )
    if options.member_role and not many:
        raise UsageError(
            "--member-role は --org 又は --accounts とともに指定してください。",
            "--member-role goes with --org or --accounts.",
        )
    rate = options.max_calls_per_second
    if rate is not None and not rate > 0:
        raise UsageError(
            "--max-calls-per-second には 0 より大きい数を指定してください。",
            "--max-calls-per-second: give a number greater than 0.",
        )
    tags: dict[str, str] = {}
    for item in options.session_tag:
        key, equals, value = item.partition("=")
        if not key or not equals:
            raise UsageError(
                f"--session-tag {item}: KEY=VALUE の形で指定してください。",
                f"--session-tag {item}: write it as KEY=VALUE.",
            )
        tags[key] = value
    return CollectOptions(
        profile=options.profile,
        roles=tuple(options.role),
        external_id=options.external_id,
        session_tags=tags,
        accounts=accounts,
        organization=options.org,
        member_role=options.member_role,
        regions=_list(options.regions),
        services=_list(options.services),
        per_second=rate,
        controls=controls,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


@contextlib.contextmanager
def live_targets(options: argparse.Namespace, plugins: Plugins, config: Config) -> Iterator[list[str]]:
    """The targets of a scan, where each provider that is named as one has been collected into a snapshot.

    The snapshot is kept where ``--snapshot`` says, else only for the scan.  Raises :class:`UsageError` for options of
    a collection without anything to collect.
    """
    collectors = plugins.collectors() if any(target in _PROVIDERS for target in options.targets) else {}
    live = [target for target in options.targets if target in collectors]
    asked = collect_options(options)
    if not live:
        if options.snapshot or asked != CollectOptions():
            raise UsageError(
                "収集の範囲のオプション（--profile、--org など）は、対象に aws を指定したときに使えます。",
                "options of what is collected (--profile, --org …) go with the target aws.",
            )
        yield list(options.targets)
        return
    if len(live) > 1:
        raise UsageError("収集する対象は一つだけ指定してください。", "name only one target to collect.")
    controls = controls_of(plugins, config, options.policy)
    asked = msgspec.structs.replace(asked, controls=controls, name=live[0])
    with contextlib.ExitStack() as stack:
        place = options.snapshot or str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / live[0])
        told = teller(options.lang)
        pool = stack.enter_context(ThreadPoolExecutor(ACCOUNTS_AT_ONCE)) if options.org or options.accounts else None
        try:
            collectors[live[0]].collect(place, asked, pool, told)
        finally:
            told.end()
        yield [place if target == live[0] else target for target in options.targets]


class Teller:
    """Tells on a terminal how a collection goes; silent elsewhere."""

    def __init__(self, stream: TextIO, lang: Lang) -> None:
        self._stream = stream
        self._lang = lang
        self._shown = stream.isatty()
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._accounts = self._accounts_done = 0
        self._steps = self._done = self._calls = 0

    def __call__(self, step: Step | Done | Total) -> None:
        """Hear of something."""
        with self._lock:
            if isinstance(step, Total):
                self._accounts += step.accounts
                self._steps += step.steps
            elif isinstance(step, Done):
                self._accounts_done += 1
            else:
                self._done += 1
                self._calls += step.calls
            if self._shown:
                self._stream.write(f"\r\x1b[K{self._line(step).in_(self._lang)}")
                self._stream.flush()

    def _line(self, step: Step | Done | Total) -> Text:
        where = f"{step.account} {step.region} {step.service}" if isinstance(step, Step) else ""
        spent = time.monotonic() - self._began
        left = ""
        if self._steps and 0 < self._done < self._steps:
            left = f"{spent * (self._steps - self._done) / self._done:.0f}"
        return Text(
            f"収集中: アカウント {self._accounts_done}/{self._accounts}、サービスとリージョン {self._done}/{self._steps or '?'}、"
            f"呼出し {self._calls:,} {where}" + (f"（残り約 {left} 秒）" if left else ""),
            f"collecting: accounts {self._accounts_done}/{self._accounts}, services and regions {self._done}/{self._steps or '?'}, "
            f"{self._calls:,} calls {where}" + (f" (about {left} s left)" if left else ""),
        )

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def teller(lang: Lang) -> Teller:
    """What tells on standard error."""
    return Teller(sys.stderr, lang)


def collector_of(plugins: Plugins, provider: str) -> Collector:
    """The collector of a provider.  Raises :class:`UsageError` where there is none."""
    found = plugins.collectors()
    if provider in found:
        return found[provider]
    known: Sequence[str] = sorted(found)
    raise UsageError(
        f"{provider} は収集できません（できるもの: {', '.join(known)}）。",
        f"{provider} cannot be collected; there are: {', '.join(known)}.",
    )
