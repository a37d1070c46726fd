"""What reporters get, and how reports are written: whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import os
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO, cast

import msgspec

from auditor.assessment import PolicyAssessment
from auditor.checks import AnyCheck
from auditor.errors import ExitCode, OutputError, reason_of
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase
from auditor.policies.model import Clause, Control, Pack, Parameter
from auditor.shared_use import SharedUse
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
    remarks: tuple[Text, ...] = ()
    """What the reader must know of the configuration, such as a scope to which nothing in the input belongs."""


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
    shared_use: SharedUse = SharedUse()
    """Which policies, zones, classes and phases the configuration assigns, and to how many resources."""

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


def check_target(target: str) -> None:
    """Raise :class:`OutputError` before the work begins if ``target`` can be no file."""
    path = Path(target)
    if "\0" in target:
        raise OutputError("レポートの出力先の名前は使えません。", "the name of the report's file cannot be one.")
    if path.is_dir():
        raise OutputError(
            f"レポートの出力先 {target} はフォルダです。ファイル名まで指定してください。",
            f"the place of the report, {target}, is a folder; give the name of a file.",
        )
    if not path.resolve().parent.is_dir():
        raise OutputError(
            f"レポートの出力先 {target} のフォルダがありません。先に作成してください。",
            f"the folder of the report {target} does not exist; make it first.",
        )


def write(reporter: Reporter, report: Report, target: str | None, options: Options) -> None:
    """Write to ``target`` (a path, or standard output for ``None`` and ``-``).

    A file is written beside its place and moved there when it is complete.  Symbolic links stay
    what they are, and so do devices and pipes, which are written to directly.  A reader of
    standard output that goes away (``| head``) takes no more than its own report with it.
    Raises :class:`OutputError` if that is not possible.
    """
    try:
        if target is None or target == "-":
            _write_out(reporter, report, options)
            return
        path = Path(os.path.realpath(target))
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as out:
                reporter(report, out, options)
        else:
            _write_file(reporter, report, path, options)
    except OSError as error:
        reason = reason_of(error)
        name = Text("標準出力", "standard output") if target in (None, "-") else Text(f" {target} ", str(target))
        raise OutputError(
            f"レポートを{name.ja}に書けません（{reason.ja}）。書込み先と権限を確認してください。",
            f"the report cannot be written to {name.en} ({reason.en}); check the place and its permissions.",
        ) from None


def _write_out(reporter: Reporter, report: Report, options: Options) -> None:
    # None where the program was started with it closed, whatever its type says
    if (stdout := cast("TextIO | None", sys.stdout)) is None:
        raise OutputError(
            "標準出力が閉じられています。--report FORMAT=FILE で出力先を指定してください。",
            "standard output is closed; give the report a file with --report FORMAT=FILE.",
        )
    try:
        reporter(report, stdout.buffer, options)
        stdout.buffer.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError:
        discard_stdout()
        raise


def discard_stdout() -> None:
    """Let what is left in the buffer of standard output go nowhere, when it cannot go where it should."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write_file(reporter: Reporter, report: Report, path: Path, options: Options) -> None:
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".auditor.", suffix=".part")
        with os.fdopen(handle, "wb", buffering=1 << 20) as out:
            reporter(report, out, options)
        # mkstemp makes files for the owner alone; a report has the mode of the one it replaces or of any new file
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
        temporary = ""
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _mode(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
