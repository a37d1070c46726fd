"""Time servers that the start-up script or cloud-init data of a machine sets.

Without a setting a machine keeps that of its image; the public images use the metadata server of Google
(https://cloud.google.com/compute/docs/instances/configure-ntp).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Node

_MENTION: Final = re.compile(r"\b(?:chrony|s?ntp|(?:systemd-)?timesyncd|w32tm)", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"""(?:^|[\n"'>|;-])\s*(?:server|pool|peer)\s+(\S+)""")
_TIMESYNCD: Final = re.compile(r"""(?:^|[\n"'>|;])\s*(?:Fallback)?NTP=([^\n"'\\]+)""")
_NTPDATE: Final = re.compile(r"\b(?:ntpdate|sntp)\s+(?:-\S+\s+)*([A-Za-z0-9][\w.:-]+)")
_WINDOWS: Final = re.compile(r"""/manualpeerlist:["']?([^"'\s/]+)""", re.IGNORECASE)
_CLOUD_INIT: Final = re.compile(r"^\s*(?:servers|pools):\s*\n((?:\s*-\s*\S+\s*\n?)+)", re.MULTILINE)

_NAME: Final = re.compile(r"[A-Za-z0-9][\w.:-]*")

SCRIPTS: Final = ("startup-script", "user-data", "windows-startup-script-ps1", "windows-startup-script-cmd")
_OUTSIDE: Final = ("startup-script-url", "windows-startup-script-url")
"""Keys of the metadata: https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys"""


def named_servers(script: str) -> tuple[str, ...] | None:
    """Servers that a script writes into the configuration of a time service.

    () if it does not touch one; ``None`` if it does, in a way that cannot be read.
    """
    if not _MENTION.search(script) and not _CLOUD_INIT.search(script):
        return ()
    found: set[str] = set()
    for pattern in (_DIRECTIVE, _NTPDATE, _WINDOWS):
        found.update(match[1] for match in pattern.finditer(script))
    for match in _TIMESYNCD.finditer(script):
        found.update(match[1].split())
    for match in _CLOUD_INIT.finditer(script):
        found.update(line.strip().lstrip("-").strip() for line in match[1].splitlines() if line.strip())
    clean = {name.strip("\"',;\\").split(",", 1)[0] for name in found}
    return tuple(sorted(name for name in clean if _NAME.fullmatch(name))) or None


def _of_script(attr: Attr[str | None]) -> Attr[tuple[str, ...]]:
    if isinstance(attr, Unknown):
        return attr
    servers = named_servers(attr.value or "")
    if servers is None:
        return Unknown(Reason.UNPARSEABLE, attr.origin, attr.path)
    return Known(servers, attr.origin, attr.path)


def servers(node: Node, *paths: str) -> Attr[tuple[str, ...]]:
    """Servers named by the scripts at ``paths`` and in the metadata of a machine or template."""
    scripts = [node.text(path) for path in paths]
    scripts.extend(node.text(f"metadata.{key}") for key in SCRIPTS)
    found: set[str] = set()
    for script in scripts:
        named = _of_script(script)
        if isinstance(named, Unknown):
            return named
        found.update(named.value)
    for key in _OUTSIDE:
        elsewhere = node.has(f"metadata.{key}")
        if isinstance(elsewhere, Unknown) or elsewhere.value:
            return node.unknown(f"metadata.{key}", Reason.OUTSIDE)
    return node.known(paths[0] if paths else "metadata", tuple(sorted(found)))
