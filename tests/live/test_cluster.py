"""Accounts collected by a Dask cluster: a real scheduler, workers in processes of their own, one of them killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.auditing import CREDENTIALS, HOME
from tests.live.servers import AwsServer

_ACCOUNTS = tuple(f"{number:012d}" for number in range(200000000001, 200000000013))


@contextmanager
def cluster(environment: dict[str, str], workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers; yields the address and the workers."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        started.append(process)
        return process

    scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    try:
        address = _address(scheduler)
        for _ in range(workers):
            start(
                "distributed.cli.dask_worker", address, "--nthreads", "2", "--no-dashboard", "--no-nanny",
                "--host", "127.0.0.1", "--death-timeout", "60",
            )  # fmt: skip
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()


def _address(scheduler: subprocess.Popen[bytes]) -> str:
    """The scheduler's address, from what it says; the rest of that is read away."""
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        found = line.decode().partition("tcp://")[2].split()
        if found:
            threading.Thread(target=scheduler.stderr.read, daemon=True).start()
            return f"tcp://{found[0]}"
    raise AssertionError("the scheduler did not start")


def test_accounts_by_a_cluster_of_which_a_worker_is_killed(aws: AwsServer, tmp_path: Path) -> None:
    for account in _ACCOUNTS:
        aws.client("kms", account=account).create_key(Description=account)
    aws.clear_calls()
    aws.delay("kms:ListKeys", 0.5)
    environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": aws.url}
    place = tmp_path / "snapshot"
    with cluster(environment, 2) as (address, workers):
        arguments = [sys.executable, "-m", "auditor", "collect", "aws", "-o", place.as_uri()]
        arguments += ["--executor", f"dask={address}", "--services", "kms", "--regions", HOME]
        arguments += ["--accounts", ",".join(_ACCOUNTS), "--member-role", "auditor"]
        process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not any(place.glob("accounts/*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        workers[0].send_signal(signal.SIGKILL)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()
    manifest = json.loads((place / "manifest.json").read_text())
    assert set(manifest["accounts"]) == set(_ACCOUNTS)
    assert len(manifest["files"]) == len(_ACCOUNTS)
    assert {path.relative_to(place).as_posix() for path in place.rglob("*.gz")} == set(manifest["files"])
