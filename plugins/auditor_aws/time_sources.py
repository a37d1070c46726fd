"""Time servers that a machine's start-up data (user data) tells it to use.

Sources: chrony.conf(5) and ntp.conf(5) (``server``, ``pool``, ``peer``), timesyncd.conf(5) (``NTP``), cloud-init
documentation, module "NTP" (``ntp.servers``, ``ntp.pools``), and Microsoft's page on ``w32tm`` (``/manualpeerlist``).
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Node
from auditor.text import Text

_HASH: Final = re.compile(r"[0-9a-f]{40}")
_TOPIC: Final = re.compile(r"chrony|ntp|timesync|w32tm", re.IGNORECASE)
_HOST: Final = r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?"
_OPTION: Final = r"(?:iburst|burst|prefer|minpoll|maxpoll|maxsources|key|version|nts|trust|xleave|offline|polltarget)"
_DIRECTIVE: Final = re.compile(
    # At the start of a line, of a quoted string (echo "server …") or of a replacement (sed s/…/server …/).
    rf"(?:^|[\"'/\\n])[ \t]*(?:server|pool|peer)[ \t]+({_HOST})(?=[ \t]*(?:$|[\"'/\\#])|[ \t]+{_OPTION}\b)",
    re.MULTILINE,
)
_TIMESYNCD: Final = re.compile(rf"(?:^|[\"'/\\n])[ \t]*NTP=((?:{_HOST})(?:[ \t]+{_HOST})*)", re.MULTILINE)
_W32TM: Final = re.compile(r"/manualpeerlist:[\"']?([^\"'\r\n/]+)", re.IGNORECASE)
_CLOUD_INIT: Final = re.compile(r"^ntp:[ \t]*$((?:\n(?:[ \t]+.*|[ \t]*))*)", re.MULTILINE)
_CLOUD_LIST: Final = re.compile(
    r"^[ \t]+(?:servers|pools|peers):[ \t]*(\[[^\]]*\]|(?:\n[ \t]*-[ \t]*\S+)*)", re.MULTILINE
)
_HOSTS: Final = re.compile(_HOST)

_LARGEST: Final = 1 << 20
"""User data is at most 16 KB before base64; a packed text that grows beyond this is not read."""


def servers_in(script: str) -> tuple[str, ...]:
    """The time servers that a script or cloud-config names, in the order of the text; () if it names none."""
    if not _TOPIC.search(script):
        return ()
    found: dict[int, list[str]] = {}
    for match in _DIRECTIVE.finditer(script):
        found[match.start(1)] = [match.group(1)]
    for match in _TIMESYNCD.finditer(script):
        found[match.start(1)] = match.group(1).split()
    for match in _W32TM.finditer(script):
        # Peers are separated by spaces, each with its flags behind a comma ("ntp.example,0x9").
        found[match.start(1)] = [peer.split(",")[0] for peer in match.group(1).split()]
    for section in _CLOUD_INIT.finditer(script):
        for members in _CLOUD_LIST.finditer(section.group(1)):
            found[section.start(1) + members.start(1)] = _members(members.group(1))
    ordered = [name for _, names in sorted(found.items()) for name in names if name]
    return tuple(dict.fromkeys(ordered))


def _members(text: str) -> list[str]:
    """Members of a YAML list, in either of its forms."""
    if text.startswith("["):
        return _HOSTS.findall(text)
    return [host for line in text.splitlines() for host in _HOSTS.findall(line.lstrip(" \t-"))[:1]]


def decoded(encoded: str) -> str | None:
    """Text of base64 user data, unpacked where it is gzip; ``None`` where it is not text."""
    try:
        data = base64.b64decode(encoded, validate=False)
        if data[:2] == b"\x1f\x8b":
            unpacker = zlib.decompressobj(wbits=31)
            data = unpacker.decompress(data, _LARGEST)
        return data.decode("utf-8")
    except (binascii.Error, zlib.error, gzip.BadGzipFile, UnicodeDecodeError, ValueError):
        return None


def of_machine(node: Node, *, plain: str | None = "user_data", encoded: str | None = None) -> Attr[tuple[str, ...]]:
    """Servers named by the user data of a machine or template; () leaves the service's own time source."""
    return map_attr(user_data(node, plain=plain, encoded=encoded), lambda script: servers_in(script or ""))


def user_data(node: Node, *, plain: str | None = "user_data", encoded: str | None = None) -> Attr[str | None]:
    """User data of a machine or template as text; ``None`` if it has none.

    ``plain`` and ``encoded`` are the attributes that hold it as text and as base64.
    """
    if plain is not None:
        text = node.text(plain)
        if isinstance(text, Unknown):
            return text
        if text.value is not None:
            if _HASH.fullmatch(text.value):
                # Before version 6 the provider keeps only the SHA-1 of the text in plans and state.
                detail = Text("プランには user_data のハッシュだけがある", "the plan has only a hash of user_data")
                return node.unknown(plain, Reason.NOT_COLLECTED, detail)
            script = text.value if _readable(text.value) else decoded(text.value) or text.value
            return map_attr(text, lambda _: script)
    if encoded is not None:
        packed = node.text(encoded)
        if isinstance(packed, Unknown):
            return packed
        if packed.value is not None:
            opened = decoded(packed.value)
            if opened is None:
                return node.unknown(encoded, Reason.UNPARSEABLE)
            return map_attr(packed, lambda _: opened)
    return Known(None, node.record, plain or encoded or "")


def _readable(text: str) -> bool:
    """Whether user data is written out, and not already base64 (one long word)."""
    return any(character in text for character in " \n\t#<")
