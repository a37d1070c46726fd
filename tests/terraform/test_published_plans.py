"""Plans that other people published, where a copy lies beside the repository: none may break the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.attr import Known, Unknown
from auditor_terraform.errors import PlanError
from auditor_terraform.source import PlanSource

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "plans"
_FILES = sorted(path for path in _FOLDER.rglob("*") if path.is_file() and path.suffix not in (".md", ".csv"))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_every_published_file_is_read_or_refused(path: Path) -> None:
    try:
        reading = PlanSource().open(str(path))
    except PlanError:
        reading = None
    if reading is None:
        assert path.parent.name != "made"
        assert not path.name.startswith("plan__")
        return
    records = list(reading.records())
    types = frozenset(record.type for record in records)
    for record in records:
        assert isinstance(record.region, Known | Unknown)
        assert isinstance(record.account, Known | Unknown)
        for name in ("bucket", "kms_key_id", "policy", "name", "role", "vpc_id"):
            target = record.target(name, *types)
            assert isinstance(target, Known | Unknown)
        for type_ in list(types)[:20]:
            record.referrers(type_, "bucket")
