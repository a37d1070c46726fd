"""Scripts that machines run when they start: what of them may be kept.

A snapshot holds no script.  In its place stands one that the readers judge alike (:func:`auditor.plaintext.in_script`,
:func:`auditor_aws.time_sources.servers_in`): the names of the variables that give a credential away, made-up credentials
of the kinds that were found, and the names of the time servers.
"""

from __future__ import annotations

import base64
from typing import Final

from auditor import plaintext
from auditor_aws import time_sources

_KEY: Final = "KEY"
_KINDS: Final = {
    "private key": f"-----BEGIN PRIVATE {_KEY}-----",
    "AWS access key": "AKIA" + "A" * 16,
    "Google API key": "AIza" + "A" * 35,
    "GitHub token": "ghp_" + "A" * 36,
    "GitLab token": "glpat-" + "A" * 20,
    "Slack token": "xoxb-" + "A" * 10,
    "password in a URL": "scheme://user:WITHHELD@host",
}
"""Kinds of credentials that are told by their form -> one of that form that opens nothing."""
_UNREADABLE: Final = base64.b64encode(b"\xff").decode()
"""What is no text, like the script for which it stands."""


def stand_in_script(encoded: str) -> str:
    """What may be kept of user data that is base64."""
    script = time_sources.decoded(encoded)
    if script is None:
        return _UNREADABLE
    places, servers = plaintext.in_script(script), time_sources.servers_in(script)
    lines = ["#!withheld"]
    if servers:
        lines += ["# chrony", *(f"server {name} iburst" for name in servers)]
    lines += [_KINDS.get(place, f"{place}=WITHHELD") for place in places]
    kept = "\n".join(lines)
    if plaintext.in_script(kept) != places or time_sources.servers_in(kept) != servers:
        return _UNREADABLE
    return base64.b64encode(kept.encode()).decode()
