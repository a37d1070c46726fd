"""Images of machines: which operating system they hold, who publishes them, and whose licence they run under.

Sources: https://cloud.google.com/compute/docs/images/os-details (projects and families of public images) and
https://cloud.google.com/compute/docs/images/premium
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Facet, ImageSource, LicensedSoftware, Software
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google.reading import left_to_default

_IMAGE: Final = "data.google_compute_image"
_OWN: Final = "google_compute_image"
_SYSTEMS: Final = re.compile(
    r"(?P<cos>cos)-(?P<milestone>\d+)|ubuntu-(?:(?P<pro>pro)-|minimal-)?(?P<year>\d\d)(?P<month>\d\d)"
    r"|(?P<debian>debian)-(?P<debian_version>\d+)|centos-(?P<stream>stream-)?(?P<centos>\d+)"
    r"|rhel-(?P<rhel>\d+)|rocky-linux-(?P<rocky>\d+)|almalinux-(?P<alma>\d+)"
    r"|windows-(?:server-)?(?P<windows>\d{4})|sles-(?P<sles>\d+)-sp(?P<pack>\d+)"
)
_PROJECT: Final = re.compile(r"(?:^|/)projects/([^/]+)/global/images/|^([a-z][a-z0-9-]+)/[^/]+$")
_PUBLIC: Final = frozenset(
    {
        "centos-cloud",
        "cos-cloud",
        "debian-cloud",
        "deeplearning-platform-release",
        "fedora-coreos-cloud",
        "opensuse-cloud",
        "rhel-byos-cloud",
        "rhel-cloud",
        "rhel-sap-cloud",
        "rocky-linux-accelerator-cloud",
        "rocky-linux-cloud",
        "suse-byos-cloud",
        "suse-cloud",
        "suse-sap-cloud",
        "ubuntu-os-accelerator-images",
        "ubuntu-os-cloud",
        "ubuntu-os-pro-cloud",
        "windows-cloud",
        "windows-sql-cloud",
    }
)
"""Projects in which Google and its partners publish images of operating systems."""
_SHORT: Final = {"rhel": "rhel", "rocky": "rocky-linux", "alma": "almalinux", "windows": "windows-server"}
_BYOS: Final = "byos"

_OF_IMAGE: Final = Text("イメージの OS とその版", "the operating system of the image and its version")
_OTHER_PROJECT: Final = Text(
    "イメージを公開するプロジェクトが自らの組織又は信頼する者のものか",
    "whether the project that publishes the image is the organisation's own or of somebody trusted",
)


def system_of(name: str) -> tuple[str, str, bool] | None:
    """Product, version and whether longer support comes with it, from the name of an image; ``None`` if it tells none."""
    found = _SYSTEMS.search(name)
    if found is None:
        return None
    if found.group("cos"):
        return "container-optimized-os", found.group("milestone"), False
    if found.group("year"):
        return "ubuntu", f"{found.group('year')}.{found.group('month')}", bool(found.group("pro"))
    if found.group("debian"):
        # Debian's long-term support needs nothing.
        return "debian", found.group("debian_version"), True
    if found.group("centos"):
        return "centos-stream" if found.group("stream") else "centos", found.group("centos"), False
    if found.group("sles"):
        return "sles", f"{found.group('sles')}.{found.group('pack')}", False
    group = next(group for group in _SHORT if found.group(group))
    return _SHORT[group], found.group(group), False


def of(node: Node, path: str, key: str = "os") -> Iterator[Facet]:
    """What the image that ``path`` names tells; nothing of one that the input itself makes from a disk."""
    target = node.target(path, _IMAGE, _OWN)
    if isinstance(target, Known) and target.value is not None:
        if target.value.type == _OWN:
            yield ImageSource(key=key, publisher=Known(None, target.value), vouched=Known(True, target.value))
        else:
            yield from _found(target.value, key)
        return
    stated = node.text(path)
    if isinstance(stated, Unknown):
        if not left_to_default(node, path, stated):
            yield _unnamed(stated, key)
    elif stated.value is not None:
        yield from _named(stated, stated.value, _project(stated.value), node.record, key)


def _found(image: Record, key: str) -> Iterator[Facet]:
    """An image that is looked up, by family or by name."""
    project = image.text("project")
    where = project.value if isinstance(project, Known) else None
    for path in ("family", "name", "self_link"):
        name = image.text(path)
        if isinstance(name, Known) and name.value is not None and system_of(name.value) is not None:
            yield from _named(name, name.value, where, image, key)
            return
    yield _unnamed(image.unknown("family", Reason.OUTSIDE), key)


def _named(name: Attr[str | None], text: str, project: str | None, record: Record, key: str) -> Iterator[Facet]:
    place = name.origin, name.path
    system = system_of(text.rsplit("/", 1)[-1])
    if system is None:
        yield _unnamed(Unknown(Reason.OUTSIDE, *place), key)
    else:
        product, version, longer = system
        yield Software(key=key, product=product, version=Known(version, *place), extended=Known(longer, *place))
    if project is not None:
        yield ImageSource(key=key, publisher=Known(project, *place), vouched=_vouched(project, record, name))
    own_licence = _BYOS in text or _BYOS in (project or "")
    if own_licence:
        # Google Cloud has no function that counts such licences.
        yield LicensedSoftware(
            key=key, what="machine-image", own_licence=Known(True, *place), tracked=Known(False, *place)
        )


def _vouched(project: str, record: Record, name: Attr[str | None]) -> Attr[bool]:
    own = record.account
    if project in _PUBLIC or (isinstance(own, Known) and own.value == project):
        return Known(True, name.origin, name.path)
    return Unknown(Reason.OUTSIDE, name.origin, name.path, _OTHER_PROJECT)


def _unnamed(unknown: Unknown, key: str) -> Software:
    return Software(key=key, product="os", version=Unknown(unknown.reason, unknown.origin, unknown.path, _OF_IMAGE))


def _project(text: str) -> str | None:
    found = _PROJECT.search(text)
    if found is None:
        return None
    project = found.group(1) or found.group(2)
    return None if project in ("family", "global") else project
