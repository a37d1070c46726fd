"""Makes a large, realistic `terraform show -json` plan for the benchmarks, in small memory."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

# A script's own folder is on the path, not the repository that `benchmarks` lies in.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.planmaker.layout import SMALLEST
from benchmarks.planmaker.writer import write_plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the plan that is asked for; 2 when that is too few resources or the file cannot be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resources", type=int, metavar="N", help="managed resources in the plan")
    parser.add_argument("out", type=Path, metavar="OUT.json", help="where to write the plan")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same plan (default: 1)")
    options = parser.parse_args(arguments)
    if options.resources < SMALLEST:
        parser.error(f"N must be {SMALLEST} or more: no system is smaller")
    try:
        with options.out.open("w", encoding="utf-8") as out:
            write_plan(out, options.resources, options.seed)
    except OSError as error:
        print(f"make_plan: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
