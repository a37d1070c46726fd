"""Measures what packs cost: loading one for a scan, and reading a policy text into one, each beside its floor.

The text is made here: chapters, sections, items and sentences of the shape that municipal policies have.  The floor
of a text is decoding the file, or taking the text out of the PDF; that of a pack is reading the rows of its tables.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

# A script's own folder is on the path, not the repository that `benchmarks` lies in.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from auditor.policies.importing import parse
from auditor.policies.importing.source import read_bytes
from auditor.policies.loader import load_controls, load_pack, mappings_root
from tests.importing.making import make_pdf

LINES: Final = 34
"""On a page, as in a policy printed with 12-point type."""
COLUMN: Final = 38
CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩"
SENTENCE: Final = (
    "管理者は、所管する機器の記録について、あらかじめ定めた期間及び方法により保存するとともに、定期的に点検し、"
    "異常を認めたときは、速やかに責任者に報告しなければならない。"
)


def lines() -> Iterator[str]:
    """The lines of an endless policy."""
    yield "若草市情報安全対策基準"
    chapter = 0
    while True:
        chapter += 1
        yield f"{chapter}．機器の管理"
        for section in range(1, 5):
            yield f"{chapter}-{section} 記録の管理"
            for item in range(1, 6):
                yield f"（{item}） 点検"
                for sign in CIRCLED:
                    text = f"{sign} {SENTENCE}"
                    yield from (text[at : at + COLUMN] for at in range(0, len(text), COLUMN))


def pages_of(count: int) -> list[list[str]]:
    """The first ``count`` pages, each with its number."""
    source = lines()
    return [[*(next(source) for _ in range(LINES)), str(page)] for page in range(1, count + 1)]


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of ``work``."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def read(data: bytes) -> int:
    """What is measured; the number of clauses."""
    return len(parse(read_bytes("policy", data)).nodes)


def plain_text(data: bytes) -> None:
    """The floor for plain text: its lines, decoded and counted."""
    Counter(line.strip() for line in data.decode().split("\n"))


def pdf_text(data: bytes) -> None:
    """The floor for PDF: the text of every page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.get_textpage().get_text_range()
    document.close()


def table_rows(folder: Path) -> None:
    """The floor for a pack: the rows of its tables."""
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            list(csv.reader(opened))


def measure_packs(runs: int) -> float:
    """Prints what each shipped pack takes to load; the longest time."""
    controls = load_controls()
    longest = 0.0
    print("| pack | clauses | ms | floor | ÷ floor |")
    print("|---|---:|---:|---:|---:|")
    for folder in sorted((mappings_root() / "policies").iterdir()):
        whole = seconds(partial(load_pack, folder, controls), runs)
        least = seconds(partial(table_rows, folder), runs)
        clauses = len(load_pack(folder, controls).clauses)
        print(f"| {folder.name} | {clauses} | {whole * 1000:.1f} | {least * 1000:.1f} | {whole / least:.1f} |")
        longest = max(longest, whole)
    print()
    return longest


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; 1 if a pack or 100 pages take more than their limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=int, default=[25, 100, 400], help="pages (default: 25 100 400)")
    parser.add_argument("--runs", type=int, default=5, help="runs, of which the median counts (default: 5)")
    parser.add_argument("--limit", type=float, default=2.0, help="seconds that 100 pages may take (default: 2)")
    parser.add_argument(
        "--pack-limit", type=float, default=30.0, help="milliseconds that a pack may take (default: 30)"
    )
    options = parser.parse_args(arguments)
    slow = measure_packs(options.runs) * 1000 > options.pack_limit
    print("| pages | clauses | format | seconds | floor | ÷ floor | ms a page |")
    print("|---:|---:|---|---:|---:|---:|---:|")
    for count in options.pages:
        pages = pages_of(count)
        text = "\n".join(line for page in pages for line in page).encode()
        for name, data, floor in (("text", text, plain_text), ("pdf", make_pdf(pages), pdf_text)):
            nodes = read(data)
            whole = seconds(partial(read, data), options.runs)
            least = seconds(partial(floor, data), options.runs)
            slow = slow or whole * 100 / count > options.limit
            row = (
                count,
                nodes,
                name,
                f"{whole:.3f}",
                f"{least:.4f}",
                f"{whole / least:.1f}",
                f"{whole * 1000 / count:.2f}",
            )
            print("| " + " | ".join(map(str, row)) + " |")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
