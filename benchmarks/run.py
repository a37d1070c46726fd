"""Measures `auditor scan` beside the floor: reading the plan and decoding it fast, and nothing more.

Every figure is of a whole process, from its start to its end. Plans are made first, by `make_plan.py`.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
SIZES: Final = (50, 1_000, 10_000)
LARGE: Final = 100_000
START_RUNS: Final = 15
# A cost per further resource that grows by more than this from one size to the next is not linear growth.
GROWTH_LIMIT: Final = 1.3

FULL: Final = "msgspec, whole plan"
FLOORS: Final = {
    FULL: """
import gc, sys, msgspec
gc.disable()
with open(sys.argv[1], "rb") as plan:
    data = msgspec.json.decode(plan.read())
""",
    "msgspec, needed fields": """
import gc, sys, msgspec
from typing import Any
gc.disable()
class Change(msgspec.Struct, gc=False):
    actions: list[str]
    after: Any
    after_unknown: Any
    after_sensitive: Any
class ResourceChange(msgspec.Struct, gc=False):
    address: str
    mode: str
    type: str
    name: str
    provider_name: str
    change: Change
    module_address: str = ""
    index: int | str | None = None
class Plan(msgspec.Struct, gc=False):
    format_version: str
    resource_changes: list[ResourceChange]
    configuration: Any
    prior_state: Any = None
with open(sys.argv[1], "rb") as plan:
    data = msgspec.json.decode(plan.read(), type=Plan)
""",
    "orjson, whole plan": """
import gc, sys, orjson
gc.disable()
with open(sys.argv[1], "rb") as plan:
    data = orjson.loads(plan.read())
""",
}


class BenchmarkError(Exception):
    """A child that could not be measured; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Medians over the runs of one command: wall time in seconds, peak resident memory in MiB."""

    seconds: float
    mebibytes: float


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of the table: a command, and the files that it must leave behind."""

    name: str
    command: list[str]
    output: Path | None = None


def once(subject: Subject) -> Measure:
    """Runs a command to its end.

    Raises BenchmarkError when it dies of a signal, leaves no report, or, having no report to leave, fails.
    The exit code of a scan is not a failure: it tells of findings.
    """
    if subject.output is not None:
        subject.output.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        child = subprocess.Popen(subject.command, stdout=subprocess.DEVNULL, stderr=errors, cwd=ROOT)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        code = child.returncode = os.waitstatus_to_exitcode(status)
        lost = not subject.output.exists() if subject.output is not None else code != 0
        if code < 0 or lost:
            errors.seek(0)
            text = errors.read().decode(errors="replace").strip()
            last = text.splitlines()[-1] if text else "it said nothing"
            raise BenchmarkError(f"{subject.name} ended with {code}: {last}")
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Measure(seconds, usage.ru_maxrss / unit)


def measure(subjects: Sequence[Subject], runs: int) -> dict[str, Measure | BenchmarkError]:
    """Medians of `runs` runs of each subject, taken in turns so that a slow moment meets all alike."""
    taken: dict[str, list[Measure]] = {subject.name: [] for subject in subjects}
    failed: dict[str, BenchmarkError] = {}
    for _ in range(runs):
        for subject in subjects:
            if subject.name in failed:
                continue
            try:
                taken[subject.name].append(once(subject))
            except BenchmarkError as error:
                failed[subject.name] = error
    return {
        name: failed[name]
        if name in failed
        else Measure(
            statistics.median(one.seconds for one in measures),
            statistics.median(one.mebibytes for one in measures),
        )
        for name, measures in taken.items()
    }


def runs_for(size: int) -> int:
    """How many runs a plan of `size` resources is measured by: fewer as each takes longer."""
    return 11 if size <= 100 else 7 if size <= 1_000 else 5 if size <= 10_000 else 3


def make_plan(folder: Path, size: int) -> Path:
    """The plan of `size` resources in `folder`, made when it is not there yet."""
    path = folder / f"plan-{size}.json"
    if not path.exists():
        # Made under another name, so that a plan cut short by an interruption is never measured.
        partial = path.with_suffix(".partial")
        made = subprocess.run(
            [sys.executable, str(HERE / "make_plan.py"), str(size), str(partial)],
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise BenchmarkError(made.stderr.strip())
        partial.rename(path)
    return path


def scan(plan: Path, folder: Path, form: str) -> Subject:
    """The scan of `plan` with one report in the format `form`."""
    output = folder / f"report.{form}"
    command = [sys.executable, "-m", "auditor", "scan", str(plan), "--report", f"{form}={output}"]
    return Subject(f"auditor scan ({form})", command, output)


def auditor_is_there() -> bool:
    """Whether `python -m auditor` can be run."""
    # The repository root comes first, as it does for the measured child, whose folder it is.
    sys.path.insert(0, str(ROOT))
    return importlib.util.find_spec("auditor") is not None and (
        importlib.util.find_spec("auditor.__main__") is not None
    )


def show_sizes(sizes: Sequence[int], folder: Path, with_auditor: bool) -> dict[int, float]:
    """Prints the table of `sizes`; returns the seconds of the scan (without an auditor, of the floor)."""
    print("| resources | plan MB | command | runs | seconds | peak MiB | time ÷ floor | memory ÷ floor |")
    print("|---:|---:|---|---:|---:|---:|---:|---:|")
    growth: dict[int, float] = {}
    for size in sizes:
        plan = make_plan(folder, size)
        subjects = [Subject(name, [sys.executable, "-c", code, str(plan)]) for name, code in FLOORS.items()]
        if with_auditor:
            subjects += [scan(plan, folder, "text"), scan(plan, folder, "json")]
        runs = runs_for(size)
        results = measure(subjects, runs)
        floor = results[FULL]
        if isinstance(floor, BenchmarkError):
            raise floor
        megabytes = plan.stat().st_size / 1e6
        for name, result in results.items():
            start = f"| {size:,} | {megabytes:.1f} | {name} |"
            if isinstance(result, BenchmarkError):
                print(f"{start} – | {result} | – | – | – |")
                continue
            print(
                f"{start} {runs} | {result.seconds:.3f} | {result.mebibytes:.0f} "
                f"| {result.seconds / floor.seconds:.2f} | {result.mebibytes / floor.mebibytes:.2f} |",
                flush=True,
            )
        followed = results["auditor scan (text)"] if with_auditor else floor
        if isinstance(followed, Measure):
            growth[size] = followed.seconds
    return growth


def show_growth(seconds: dict[int, float], subject: str) -> bool:
    """Prints what each further resource costs between the sizes; False when that cost grows too much.

    The smallest size stands for what a run costs before its first resource.
    """
    sizes = sorted(seconds)
    if len(sizes) < 3:
        print("\nGrowth: at least three sizes are needed to judge it.")
        return True
    base = sizes[0]
    costs = {size: (seconds[size] - seconds[base]) / (size - base) for size in sizes[1:]}
    print(f"\nGrowth of {subject}, per further resource beyond {base:,}:\n")
    print("| resources | µs a resource | ÷ the size before |")
    print("|---:|---:|---:|")
    linear = True
    previous: float | None = None
    for size, cost in costs.items():
        # A small plan can be lost in the noise of starting up; then there is nothing to divide by.
        ratio = cost / previous if previous is not None and previous > 0 else None
        linear = linear and (ratio is None or ratio <= GROWTH_LIMIT)
        print(f"| {size:,} | {cost * 1e6:.1f} | {'–' if ratio is None else f'{ratio:.2f}'} |")
        previous = cost
    print(f"\nLinear (no ratio above {GROWTH_LIMIT}): {'yes' if linear else 'NO'}")
    return linear


def show_start_up() -> None:
    """Prints the start-up of the program beside the start-up of Python."""
    bare = Subject("python -c pass", [sys.executable, "-c", "pass"])
    version = Subject("auditor --version", [sys.executable, "-m", "auditor", "--version"])
    results = measure([bare, version], START_RUNS)
    print("\n| command | runs | ms | peak MiB | time ÷ python |")
    print("|---|---:|---:|---:|---:|")
    floor = results[bare.name]
    if isinstance(floor, BenchmarkError):
        raise floor
    for name, result in results.items():
        if isinstance(result, BenchmarkError):
            print(f"| {name} | – | {result} | – | – |")
            continue
        print(
            f"| {name} | {START_RUNS} | {result.seconds * 1e3:.1f} | {result.mebibytes:.0f} "
            f"| {result.seconds / floor.seconds:.2f} |"
        )


def show_imports() -> None:
    """Prints the fifteen imports of `auditor --version` that take the longest themselves."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "auditor", "--version"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    rows = []
    for line in told.stderr.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            cumulative, _, name = rest.partition("|")
            rows.append((int(own), int(cumulative), name.strip()))
    print("\n| own µs | with what it imports, µs | module |")
    print("|---:|---:|---|")
    for own_time, total, name in sorted(rows, reverse=True)[:15]:
        print(f"| {own_time} | {total} | {name} |")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints every table; 1 when the time does not grow linearly, 2 when something cannot be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", help="resources in a plan (default: 50 1000 10000)")
    parser.add_argument("--large", action="store_true", help=f"add a plan of {LARGE:,} resources")
    parser.add_argument("--importtime", action="store_true", help="also show the slowest imports at start-up")
    parser.add_argument("--plans", type=Path, help="keep the plans in this folder, and use those already there")
    options = parser.parse_args(arguments)
    sizes = sorted({*(options.sizes or SIZES), *((LARGE,) if options.large else ())})
    with_auditor = auditor_is_there()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (options.plans or Path(temporary)).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            growth = show_sizes(sizes, folder, with_auditor)
        if len(growth) < len(sizes):
            raise BenchmarkError("the scan did not run at every size; the table says why")
        linear = show_growth(growth, "auditor scan (text)" if with_auditor else FULL)
        if with_auditor:
            show_start_up()
            if options.importtime:
                show_imports()
        else:
            print("\n`python -m auditor` is not there: only the floor was measured.")
    except (BenchmarkError, OSError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 2
    return 0 if linear else 1


if __name__ == "__main__":
    raise SystemExit(main())
