"""Snapshots made by hand, as ``auditor collect aws`` leaves them: answers, refusals and what was left out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auditor.config import Config
from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.reporting import Report
from auditor.run import Settings, run
from auditor.snapshots.model import (
    FORMAT,
    MANIFEST_NAME,
    PLAN_NAME,
    Entry,
    FileInfo,
    Head,
    Manifest,
    Outcome,
    Plan,
    Skipped,
    path_of,
)
from auditor.snapshots.reading import digest, read_foot
from auditor.snapshots.store import open_store
from auditor.snapshots.writing import now, write_json, writing

ACCOUNT = "111122223333"
OTHER = "444455556666"
TOKYO, OSAKA = "ap-northeast-1", "ap-northeast-3"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor-read/audit"
TOOL = "auditor 0.1.0"

Files = Mapping[tuple[str, str, str], Sequence[Entry]]
"""Account, region (empty for a service without) and service -> its calls."""


def answered(operation: str, data: Any, item: str = "") -> Entry:
    """A call with its answer."""
    return Entry(operation, Outcome.ANSWERED, now(), item=item, data=msgspec.Raw(json.dumps(data).encode()))


def absent(operation: str, item: str, code: str) -> Entry:
    """A call to which the answer was that nothing is set."""
    return Entry(operation, Outcome.ABSENT, now(), item=item, code=code)


def refused(operation: str, item: str = "", *, code: str = "AccessDenied", why: str = "") -> Entry:
    """A call that was denied."""
    return Entry(operation, Outcome.DENIED, now(), item=item, status=403, code=code, why=why)


def failed(operation: str, item: str = "", *, code: str = "Throttling", why: str = "throttled") -> Entry:
    """A call that brought no answer."""
    return Entry(operation, Outcome.FAILED, now(), item=item, code=code, why=why)


def key_arn(number: int, account: str = ACCOUNT, region: str = TOKYO) -> str:
    return f"arn:aws:kms:{region}:{account}:key/{number:08d}-0000-0000-0000-000000000000"


def keys(*states: str, account: str = ACCOUNT, region: str = TOKYO, days: int = 30) -> list[Entry]:
    """Everything about keys, one in each of the states; nothing else in the account's region."""
    arns = [key_arn(number, account, region) for number, _ in enumerate(states, 1)]
    listed = [{"KeyId": arn.rpartition("/")[2], "KeyArn": arn} for arn in arns]
    entries = [answered("ListKeys", {"Keys": listed}), answered("ListAliases", {"Aliases": []})]
    for arn, state in zip(arns, states, strict=True):
        meta: dict[str, Any] = {
            "KeyId": arn.rpartition("/")[2],
            "Arn": arn,
            "AWSAccountId": account,
            "KeyManager": "CUSTOMER",
            "KeyState": state,
            "Enabled": state == "Enabled",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "Origin": "AWS_KMS",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": False,
        }
        if state == "PendingDeletion":
            meta["DeletionDate"] = "2026-05-01T00:00:00+00:00"
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
        entries += [
            answered("DescribeKey", {"KeyMetadata": meta}, arn),
            answered("GetKeyPolicy", {"Policy": json.dumps(policy)}, arn),
            answered("ListResourceTags", {"Tags": []}, arn),
            answered("GetKeyRotationStatus", {"KeyRotationEnabled": True, "RotationPeriodInDays": 365}, arn),
        ]
    return entries


def put(
    folder: Path,
    files: Files,
    *,
    skipped: Iterable[Skipped] = (),
    finished: datetime.datetime | None = None,
    callers: Mapping[str, str] | None = None,
) -> str:
    """Write a finished snapshot into a new folder; returns its path."""
    store = open_store(str(folder))
    end = finished or now()
    begin = end - datetime.timedelta(minutes=3)
    write_json(store, PLAN_NAME, Plan(FORMAT, "aws", TOOL, begin, {}))
    operations: dict[str, dict[str, None]] = {}
    infos = {}
    for (account, region, service), entries in files.items():
        path = path_of(account, region, service)
        with writing(store, path, Head(FORMAT, "aws", account, region, service, CALLER, TOOL, begin)) as writer:
            for entry in entries:
                writer.add(entry, passing=False)
                operations.setdefault(service, {})[entry.operation] = None
        foot = read_foot(store, path)
        assert foot is not None
        sha256, size = digest(store, path)
        infos[path] = FileInfo(sha256, size, foot.calls, foot.refused, foot.passing)
    accounts = dict.fromkeys(sorted({account for account, _, _ in files}), CALLER)
    manifest = Manifest(
        format=FORMAT,
        provider="aws",
        tool=TOOL,
        started=begin,
        finished=end,
        options={},
        accounts={**accounts, **(callers or {})},
        regions=tuple(sorted({region for _, region, _ in files if region})),
        services={name: tuple(found) for name, found in sorted(operations.items())},
        skipped=tuple(skipped),
        files=infos,
    )
    write_json(store, MANIFEST_NAME, manifest)
    return str(folder)


def scan(*targets: str, phase: Phase | None = None, config: Config | None = None) -> Report:
    """What ``auditor scan`` makes of the targets, under the policy of Toyama."""
    return run(Settings(targets, ("toyama",), phase, config=config or Config()), Plugins())
