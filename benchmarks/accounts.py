"""A thousand simulated accounts collected by a Dask cluster of which a worker is killed on the way.

``python benchmarks/accounts.py [--accounts 1000]``: a real scheduler, two workers in processes of their own, and the
tests' server on this machine.  It fails if an account is missing or was written twice.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the server and the cluster stand among the tests

from tests.live.auditing import CREDENTIALS, HOME  # noqa: E402  # found by the line above
from tests.live.servers import AwsServer  # noqa: E402
from tests.live.test_cluster import cluster  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    count = parser.parse_args().accounts
    accounts = [f"{200000000000 + number:012d}" for number in range(1, count + 1)]
    with AwsServer() as server, tempfile.TemporaryDirectory() as folder:
        for account in accounts[::10]:
            server.client("kms", account=account).create_key(Description=account)
        server.clear_calls()
        environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": server.url}
        place = Path(folder) / "snapshot"
        with cluster(environment, 2) as (address, workers):
            arguments = [sys.executable, "-m", "auditor", "collect", "aws", "-o", place.as_uri()]
            arguments += ["--executor", f"dask={address}", "--services", "kms,s3", "--regions", HOME]
            arguments += ["--accounts", ",".join(accounts), "--member-role", "auditor"]
            began = time.monotonic()
            process = subprocess.Popen(arguments, env=environment)
            while process.poll() is None and sum(1 for _ in place.glob("accounts/*")) < count // 3:
                time.sleep(0.2)
            workers[0].send_signal(signal.SIGKILL)
            killed = time.monotonic() - began
            code = process.wait()
            seconds = time.monotonic() - began
        manifest = json.loads((place / "manifest.json").read_text())
        files = Counter(path.split("/")[1] for path in manifest["files"])
        missing = [account for account in accounts if files[account] != 2]
        calls = len(server.calls())
    print(f"{count} accounts, {calls} calls, {seconds:.1f} s; a worker killed after {killed:.1f} s; exit {code}")
    print(f"accounts whose files are missing or doubled: {len(missing)}")
    if code or missing or set(manifest["accounts"]) != set(accounts):
        sys.exit(1)


if __name__ == "__main__":
    main()
