"""Plans and helpers for tests of ``auditor scan``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BAD = ROOT / "examples" / "aws-nonconforming" / "plan.json"
GOOD = ROOT / "examples" / "aws-conforming" / "plan.json"
Plan = dict[str, Any]


def example(path: Path = BAD) -> Plan:
    """A plan of the examples."""
    plan: Plan = json.loads(path.read_bytes())
    return plan


def small(*types: str, action: str = "create", **change: Any) -> Plan:
    """A plan with one resource of each type and nothing else."""
    resources = [
        {
            "address": f"{type_}.one",
            "mode": "managed",
            "type": type_,
            "name": "one",
            "provider_name": f"registry.terraform.io/hashicorp/{type_.split('_')[0]}",
        }
        for type_ in types
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [{**one, "values": {}} for one in resources]}},
        "resource_changes": [
            {**one, "change": {"actions": [action], "before": None, "after": {}, "after_unknown": {}, **change}}
            for one in resources
        ],
        "configuration": {"root_module": {}},
    }


def put(folder: Path, plan: Any, name: str = "plan.json") -> str:
    """The path of a file that holds the plan."""
    path = folder / name
    path.write_text(json.dumps(plan), encoding="utf-8")
    return str(path)


def loaded(path: str | Path) -> Any:
    """The JSON in a file."""
    return json.loads(Path(path).read_bytes())


def auditor(*arguments: str, redirected: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, with ``redirected`` (redirections, pipes) after its arguments."""
    words = ["-m", "auditor", *arguments]
    command = (
        ["bash", "-c", f'"$0" "$@" {redirected}', sys.executable, *words] if redirected else [sys.executable, *words]
    )
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})
