"""Time, calls and memory of a live scan, beside Prowler's on the same server: ratios of one run.

``python benchmarks/live.py --prowler PATH`` with the program of an environment of its own that has Prowler; without it
only this project is measured.  The server is the tests' own (moto behind the corrections), on this machine: it shares
the processors with what it answers, so only ratios mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the server stands among the tests

from tests.live.servers import AwsServer  # noqa: E402  # found by the line above

REGION = "ap-northeast-1"
SERVICES = ("s3", "kms", "ec2", "rds")
_SIZES = {"buckets": 1000, "keys": 500, "instances": 300, "databases": 200}


def seed(server: AwsServer, share: float) -> dict[str, int]:
    """Make the things; ``share`` of the full sizes."""
    sizes = {name: max(1, int(size * share)) for name, size in _SIZES.items()}
    s3, kms, ec2, rds = (server.client(name) for name in SERVICES)

    def bucket(number: int) -> None:
        name = f"records-{number:04}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if number % 2:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    def database(number: int) -> None:
        rds.create_db_instance(
            DBInstanceIdentifier=f"records-{number:04}",
            DBInstanceClass="db.t3.small",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="records",
            MasterUserPassword="made-for-a-benchmark",  # of a database that does not exist
            StorageEncrypted=bool(number % 2),
        )

    image = ec2.register_image(Name="records", RootDeviceName="/dev/xvda")["ImageId"]
    with ThreadPoolExecutor(8) as pool:
        for work in (
            pool.map(bucket, range(sizes["buckets"])),
            pool.map(lambda number: kms.create_key(Description=str(number)), range(sizes["keys"])),
            pool.map(database, range(sizes["databases"])),
            pool.map(
                lambda number: ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, Encrypted=bool(number % 2)),
                range(sizes["instances"]),
            ),
        ):
            list(work)
    for _ in range(0, sizes["instances"], 50):
        ec2.run_instances(ImageId=image, MinCount=50, MaxCount=50)
    return sizes


def measured(arguments: Sequence[str], environment: dict[str, str], folder: Path) -> dict[str, float]:
    """Wall time and processor time in seconds, peak memory in MiB, exit code."""
    began = time.monotonic()
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(arguments, env=environment, stdout=out, stderr=out, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "s": time.monotonic() - began,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "MiB": usage.ru_maxrss / 1024,
        "exit": process.returncode,
    }


def programs(prowler: str | None, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and command of each program."""
    own = [sys.executable, "-m", "auditor", "scan", "aws", "--regions", REGION, "--services", ",".join(SERVICES)]
    yield "auditor", [*own, "--report", f"json={folder / 'report.json'}"]
    if prowler:
        other = [prowler, "aws", "--region", REGION, "--services", *SERVICES, "--no-banner"]
        yield "prowler", [*other, "--output-directory", str(folder / "prowler"), "--output-formats", "csv"]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prowler", metavar="PATH", help="the program of an environment that has it")
    parser.add_argument("--share", type=float, default=1.0, help="share of the full sizes (default 1.0)")
    options = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    with AwsServer() as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("seeded:", seed(server, options.share))
        environment = {**os.environ, **server.environment()}
        for program, command in programs(options.prowler, folder):
            server.clear_calls()
            row = measured(command, environment, folder)
            row["calls"] = len(server.calls())
            results[program] = row
            print(program, ", ".join(f"{name} {value:.1f}" for name, value in row.items()))
    if len(results) == 2:
        own, other = results["auditor"], results["prowler"]
        print(
            ", ".join(f"{name}: 1/{other[name] / max(own[name], 1e-9):.1f}" for name in ("s", "cpu_s", "MiB", "calls"))
        )
    print(json.dumps(results))


if __name__ == "__main__":
    main()
