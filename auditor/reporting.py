"""What reporters get, and how reports are written: whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from auditor.assessment import PolicyAssessment
from auditor.checks import AnyCheck
from auditor.errors import ExitCode, OutputError
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase
from auditor.policies.model import Clause, Control, Pack, Parameter
from auditor.text import Lang, Text


class RunInfo(msgspec.Struct, frozen=True):
    """The run as a whole."""

    version: str
    started: datetime.datetime
    finished: datetime.datetime
    phase: Phase
    platform: str | None
    strict: bool
    fail_on: Severity | None
    """``None``: nonconformities never set the exit code."""
    exit_code: ExitCode
    problems: tuple[Text, ...]
    """Plugins that did not load and the like."""


class Report(msgspec.Struct, frozen=True):
    """Everything a reporter can tell."""

    run: RunInfo
    inventory: Inventory
    findings: Sequence[Finding]
    assessments: tuple[PolicyAssessment, ...]
    controls: Mapping[str, Control]
    parameters: Mapping[str, Parameter]
    """The values used, with their sources."""
    checks: Sequence[AnyCheck]
    clauses_of: Mapping[str, tuple[tuple[Pack, Clause], ...]]
    """Control id -> the clauses that point at it."""

    def counts(self) -> dict[Status, int]:
        """Number of findings by status; every status is listed."""
        conforming = Status.PASS
        # most findings are conforming; counting the others alone spares hashing each status
        counter = Counter(finding.status for finding in self.findings if finding.status is not conforming)
        counter[conforming] = len(self.findings) - counter.total()
        return {status: counter[status] for status in Status}


class Options(msgspec.Struct, frozen=True):
    """How to write for people."""

    lang: Lang = "ja"
    width: int | None = None
    """Columns of the terminal; ``None`` when it is not one."""
    color: bool = False


class Reporter(Protocol):
    """Writes one format."""

    def __call__(self, report: Report, out: BinaryIO, options: Options) -> None: ...


class ReporterEntry(msgspec.Struct, frozen=True):
    """A report format that a plugin offers."""

    format: str
    description: Text
    load: Callable[[], Reporter]
    """Imports the reporter; called only when the format is asked for."""


def write(reporter: Reporter, report: Report, target: str | None, options: Options) -> None:
    """Write to ``target`` (a path, or standard output for ``None`` and ``-``).

    A file is written beside its place and moved there when it is complete.
    Raises :class:`OutputError` if that is not possible.
    """
    if target is None or target == "-":
        reporter(report, sys.stdout.buffer, options)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb", buffering=1 << 20) as out:
            reporter(report, out, options)
        # mkstemp makes files for the owner alone; a report has the mode of any new file
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
        temporary = ""
    except OSError as error:
        raise OutputError(
            f"レポートを {target} に書けません（{error.strerror}）。書込み先のフォルダと権限を確認してください。",
            f"the report cannot be written to {target} ({error.strerror}); check the folder and its permissions.",
        ) from None
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
