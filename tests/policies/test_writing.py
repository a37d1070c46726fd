"""Packs are written whole or not at all, never over anything, and as spreadsheets open them."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import OutputError
from auditor.policies.loader import load_wording
from auditor.policies.writing import wording_bytes, write_pack
from auditor.validation import validate_pack
from tests.policies.small_packs import HILL, files, load


def test_a_written_pack_is_valid_and_read_back(tmp_path: Path) -> None:
    made = files("hill", "丘野町", HILL)
    made.head["source"] = {"file": "hill.txt", "sha256": "0" * 64}
    made.wording["std/1"] = '操作は、「記録」を残す。\n二行目, と "引用"。'
    folder = tmp_path / "below" / "hill"
    write_pack(folder, made)
    validate_pack(folder)
    (pack,) = load([folder])
    assert [clause.id for clause in pack.clauses] == [one.id for one in HILL]
    assert pack.wording == made.wording
    assert [path.name for path in folder.parent.iterdir()] == ["hill"]


def test_tables_begin_with_the_mark_that_spreadsheets_need(tmp_path: Path) -> None:
    write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    for name in ("clauses.csv", "mapping.csv", "documents.csv"):
        assert (tmp_path / "hill" / name).read_bytes().startswith(b"\xef\xbb\xbf"), name
    assert not (tmp_path / "hill" / "policy.yaml").read_bytes().startswith(b"\xef")


def test_a_table_without_the_mark_is_read_the_same(tmp_path: Path) -> None:
    write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    (before,) = load([tmp_path / "hill"])
    for path in (tmp_path / "hill").glob("*.csv"):
        path.write_bytes(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    (after,) = load([tmp_path / "hill"])
    assert after.clauses == before.clauses
    assert after.mappings == before.mappings


def test_without_wording_no_file_of_it_is_written(tmp_path: Path) -> None:
    write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    assert not (tmp_path / "hill" / "wording.json").exists()


def test_the_wording_says_what_it_was_read_from(tmp_path: Path) -> None:
    path = tmp_path / "wording.json"
    path.write_bytes(wording_bytes("hill", {"file": "hill.txt", "sha256": "0" * 64}, {"std/1": "文"}))
    assert load_wording(path) == ({"std/1": "文"}, "0" * 64)
    assert '"policy": "hill"' in path.read_text(encoding="utf-8")


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "hill").mkdir()
    write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    assert (tmp_path / "hill" / "clauses.csv").is_file()


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_nothing_is_written_over(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "hill"
    if kind == "file":
        place.write_text("mine", encoding="utf-8")
    elif kind == "folder":
        place.mkdir()
        (place / "mine.txt").touch()
    else:
        place.symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match="not written over"):
        write_pack(place, files("hill", "丘野町", HILL))
    assert sorted(tmp_path.rglob("*")) == before


def test_what_fails_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "mapping.csv":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError) as caught:
        write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    assert "空き容量がない" in caught.value.text.ja
    assert list(tmp_path.iterdir()) == []


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is no folder"):
        write_pack(tmp_path / "file" / "hill", files("hill", "丘野町", HILL))
