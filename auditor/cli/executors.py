"""Where the accounts of a collection are worked on."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

from auditor.cli.live import ACCOUNTS_AT_ONCE
from auditor.errors import UsageError


def add_executor(parser: argparse.ArgumentParser) -> None:
    """The option."""
    parser.add_argument(
        "--executor",
        default="threads",
        metavar="threads|dask=ADDRESS",
        help="アカウントを処理する場所（既定は自分のスレッド） / where accounts are worked on, threads of its own by default",
    )


@contextlib.contextmanager
def executor_of(options: argparse.Namespace) -> Iterator[Executor | None]:
    """The executor that is asked for; ``None`` stands for one account after the other, where there is only one.

    Raises :class:`UsageError` for one that is not known or cannot be reached.
    """
    kind, _, address = options.executor.partition("=")
    if kind == "threads" and not address:
        if options.org or options.accounts:
            with ThreadPoolExecutor(ACCOUNTS_AT_ONCE) as pool:
                yield pool
        else:
            yield None
    elif kind == "dask" and address:
        with _dask(address) as executor:
            yield executor
    else:
        raise UsageError(
            f"--executor {options.executor}: threads 又は dask=アドレス を指定してください。",
            f"--executor {options.executor}: give threads or dask=ADDRESS.",
        )


@contextlib.contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--executor dask には dask が必要です（pip install 'jichitai-cloud-auditor[dask]'）。",
            "--executor dask needs dask (pip install 'jichitai-cloud-auditor[dask]').",
        ) from None
    try:
        client = Client(address, timeout="15s")  # type: ignore[no-untyped-call]  # ships no types
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--executor dask={address}: スケジューラに接続できません（{type(error).__name__}）。",
            f"--executor dask={address}: the scheduler cannot be reached ({type(error).__name__}).",
        ) from None
    with client:
        executor = client.get_executor(pure=False, retries=3)  # type: ignore[no-untyped-call]  # ships no types
        with executor:
            yield executor
