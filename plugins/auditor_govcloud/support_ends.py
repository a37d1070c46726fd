"""Until when versions of software are in support: the table ``mappings/end_of_support.csv``.

Columns: provider (empty for products that are the same everywhere), product, version, ends (last day of the regular
support; empty where none is announced), extended_ends (last day of the support that follows it; empty where there is
none or its end was not found), source, certainty (as in ``mappings/parameters.yaml``), and as_of (the day as of which
the source says so).  A row for ``1.2`` holds for ``1.2.3`` as well, unless that has a row of its own.
"""

from __future__ import annotations

import datetime
import functools
from typing import Final

import msgspec

from auditor.policies.loader import mappings_root
from auditor.policies.tables import Row, read_bytes, read_table

_COLUMNS: Final = ("provider", "product", "version", "ends", "extended_ends", "source", "certainty", "as_of")

LASTING: Final = datetime.timedelta(days=730)
"""How long "no end announced" is believed after the day as of which the source says it.  Practice: providers announce
the end of a version at least a year ahead, and keep most of them longer than two years."""


class SupportEnd(msgspec.Struct, frozen=True):
    """Until when a version is in support."""

    ends: datetime.date | None
    extended_ends: datetime.date | None
    source: str
    as_of: datetime.date

    def tells(self, day: datetime.date) -> bool:
        """Whether the row still tells anything on that day."""
        return self.ends is not None or day - self.as_of <= LASTING


def find(provider: str, product: str, version: str) -> SupportEnd | None:
    """The row of a version; that of the longest beginning of it, if it has none itself.  ``None`` if there is none."""
    table = _table()
    parts = version.split(".")
    for length in range(len(parts), 0, -1):
        beginning = ".".join(parts[:length])
        for where in (provider, ""):
            found = table.get((where, product, beginning))
            if found is not None:
                return found
    return None


@functools.cache
def _table() -> dict[tuple[str, str, str], SupportEnd]:
    """The table by provider, product and version.  Raises ConfigError for a cell that is not a date."""
    path = mappings_root() / "end_of_support.csv"
    return {
        (row["provider"], row["product"], row["version"]): SupportEnd(
            ends=_date(row, "ends"),
            extended_ends=_date(row, "extended_ends"),
            source=row["source"],
            as_of=_date(row, "as_of") or datetime.date.min,
        )
        for row in read_table(path, read_bytes(path), _COLUMNS)
    }


def _date(row: Row, column: str) -> datetime.date | None:
    text = row[column]
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise row.fail(
            column, f"「{text}」は日付（YYYY-MM-DD）ではありません。", f"{text!r} is not a date (YYYY-MM-DD)."
        ) from None
