"""Machines that report to Systems Manager, sessions on them, and documents that are shared.

Sources: AWS Systems Manager API Reference, InstanceInformation (name and version of the platform, as the agent on the
machine finds them); Systems Manager User Guide, "Logging session activity" (nothing is logged unless it is set),
"Sharing SSM documents" (``all`` stands for everybody).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Known, Unknown
from auditor.facets import Exposure, Facet, Share, Software, Utility
from auditor.record import Record
from auditor_aws.live.adapters import LIVE

_EVERYBODY: Final = "all"
_SYSTEMS: Final = (
    (re.compile(r"Amazon Linux"), "amazon-linux"),
    (re.compile(r"Ubuntu"), "ubuntu"),
    (re.compile(r"Debian"), "debian"),
    (re.compile(r"Red Hat Enterprise Linux"), "rhel"),
    (re.compile(r"CentOS Stream"), "centos-stream"),
    (re.compile(r"CentOS"), "centos"),
    (re.compile(r"Rocky Linux"), "rocky-linux"),
    (re.compile(r"AlmaLinux"), "almalinux"),
    (re.compile(r"SLES|SUSE Linux Enterprise Server"), "sles"),
)
_WHOLE: Final = frozenset(("rhel", "centos", "centos-stream", "rocky-linux", "almalinux", "debian"))
"""Those whose minor versions have no support of their own."""
_WINDOWS: Final = re.compile(r"Windows Server (\d{4})")


@LIVE.adapter("aws_ssm_managed_machine")
def machine(record: Record) -> Iterable[Facet]:
    """A machine with an agent, in AWS or outside: the system that runs on it."""
    name, version = record.text("platform_name"), record.text("platform_version")
    if isinstance(name, Unknown) or isinstance(version, Unknown):
        yield Software(key="os", product="os", version=name if isinstance(name, Unknown) else version)
        return
    windows = _WINDOWS.search(name.value or "")
    if windows is not None:
        yield Software(key="os", product="windows-server", version=record.known("platform_name", windows[1]))
        return
    product = next((product for pattern, product in _SYSTEMS if pattern.search(name.value or "")), None)
    number = version.value or ""
    if product is None or not number:
        return
    if product in _WHOLE:
        number = number.partition(".")[0]
    elif product == "amazon-linux" and re.match(r"201[0-8]\.", number):
        # the first Amazon Linux has dates for versions
        number = "1"
    yield Software(key="os", product=product, version=record.known("platform_version", number))


@LIVE.adapter("aws_ssm_session_preferences")
def sessions(record: Record) -> Iterable[Facet]:
    """Sessions on machines where nobody set any preferences: what is done in them is logged nowhere."""
    yield Utility(what="session-manager", enabled=Known(True, record), logged=record.known("document", False))


@LIVE.adapter("aws_ssm_document")
def document(record: Record) -> Iterable[Facet]:
    """A document that other accounts, or everybody, may read and run."""
    shared = record.elements("shared_with")
    if isinstance(shared, Unknown):
        yield Exposure(public=shared)
        yield Share(recipients=shared, unlimited=shared)
        return
    accounts = [str(one.value) for one in shared.value if isinstance(one, Known)]
    yield Exposure(public=record.known("shared_with", _EVERYBODY in accounts))
    others = tuple(sorted(one for one in accounts if one != _EVERYBODY))
    yield Share(recipients=record.known("shared_with", others), unlimited=record.known("shared_with", False))
