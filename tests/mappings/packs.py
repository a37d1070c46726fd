"""The shipped packs as tables, for the tests of this folder."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "mappings"
POLICIES = MAPPINGS / "policies"
PACKS = sorted(folder.name for folder in POLICIES.iterdir())
NODES = {"toyama": 582, "osaka-minami": 488, "osaka-pref": 409, "edogawa": 220, "moriguchi-kadoma": 45}
"""Every numbered node of each policy."""
# The published texts are not part of the repository. Where they lie beside the repository they are compared as well.
SOURCES = {pack: path for pack in PACKS if (path := ROOT.parent / "shared" / "policies" / f"{pack}.txt").is_file()}


@cache
def rows(pack: str, name: str) -> list[dict[str, str]]:
    with (POLICIES / pack / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def controls() -> list[dict[str, Any]]:
    files = sorted((MAPPINGS / "controls").glob("*.yaml"))
    return [item for path in files for item in document(path).get("controls") or ()]


def parameters() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(MAPPINGS / "parameters.yaml")["parameters"]
    return found


def normalised(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


LONGEST_SHARED_RUN = 19


def shared_run(text: str, source: str) -> str:
    """The first run of ``text`` longer than allowed that ``source`` holds too, else an empty string."""
    text = normalised(text)
    width = LONGEST_SHARED_RUN + 1
    for start in range(len(text) - width + 1):
        if text[start : start + width] in source:
            return text[start : start + width]
    return ""
