"""The plugin as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import auditor_google
from auditor.adapters import AdapterSet
from auditor.attr import Unknown
from auditor.facets import Facet, Obstacle
from auditor_google.terraform import adapter_set
from tests.google.google_world import facets, project

_PLANS = sorted((Path(__file__).parents[3] / "shared" / "plans").glob("*/*.json"))


def test_the_hook_answers_for_google_in_terraform_only() -> None:
    assert isinstance(auditor_google.auditor_adapters("google", "terraform"), AdapterSet)
    assert auditor_google.auditor_adapters("google", "api") is None
    assert auditor_google.auditor_adapters("aws", "terraform") is None


def test_importing_the_plugin_imports_no_adapter() -> None:
    code = "import auditor_google, sys; print(any(m.startswith('auditor_google.terraform') for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert done.stdout.strip() == "False"


def test_the_lists() -> None:
    adapters = adapter_set()
    assert len(adapters.inert) >= 60
    for part, whole in adapters.parts.items():
        assert whole in adapters.adapters, part
    assert all(type_.startswith("google_") for type_ in (*adapters.adapters, *adapters.parts, *adapters.inert))


def _attributes(facet: Facet) -> list[Any]:
    out: list[Any] = []
    for name in facet.__struct_fields__:
        attr = getattr(facet, name)
        if isinstance(attr, tuple):
            out.extend(item.present for item in attr if isinstance(item, Obstacle))
        else:
            out.append(attr)
    return out


@pytest.mark.parametrize("type_", sorted(adapter_set().adapters))
def test_every_adapter_stands_an_empty_and_an_open_resource(type_: str) -> None:
    world = project()
    empty = world.add(f"{type_}.empty", {})
    open_ = world.add(f"{type_}.open", {}, unknown=dict.fromkeys(_COMMON, True))
    for record in (empty, open_):
        made = facets(record)
        keys = [(type(facet), facet.key) for facet in made]
        assert len(keys) == len(set(keys)), keys
        for attr in (attr for facet in made for attr in _attributes(facet)):
            assert not isinstance(attr, Unknown) or attr.origin is not None


_COMMON = (
    "location",
    "region",
    "zone",
    "member",
    "members",
    "role",
    "policy_data",
    "settings",
    "replication",
    "deletion_policy",
    "deletion_protection",
    "encryption",
    "kms_key_name",
    "destination",
    "filter",
    "name",
    "backup_rules",
    "disk",
    "cluster",
)


@pytest.mark.parametrize("path", _PLANS, ids=lambda path: path.name)
def test_types_in_plans_at_hand_are_known(path: Path) -> None:
    try:
        plan = json.loads(path.read_bytes())
    except ValueError:
        return
    changes = plan.get("resource_changes") if isinstance(plan, dict) else None
    types = {change["type"] for change in changes or () if change.get("mode") == "managed"}
    adapters = adapter_set()
    known = adapters.adapters.keys() | adapters.parts.keys() | adapters.inert
    assert {type_ for type_ in types if type_.startswith("google_")} <= known
