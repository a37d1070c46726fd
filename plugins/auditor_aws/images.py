"""Images of machines: which operating system they hold, and who publishes them.

Sources: names of public images as AWS and the vendors give them (Amazon EC2 User Guide, "Find an AMI"; AWS Systems
Manager User Guide, "Public parameters" for ``/aws/service/...``; the pages of the vendors on their accounts).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import ImageSource, Software
from auditor.record import Node, Record
from auditor.text import Text

_IMAGE: Final = "data.aws_ami"
_OWN: Final = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
_PARAMETER: Final = "data.aws_ssm_parameter"
_TYPES: Final = (_IMAGE, _PARAMETER, *_OWN)

_SYSTEMS: Final = re.compile(
    r"(?P<al2>amzn2|amazon-linux-2(?!\d)|al2_)|(?P<al2023>al2023|amazon-linux-2023)|(?P<al1>amzn-ami|amazon-linux-ami)"
    r"|ubuntu[^.]*?[-/](?P<ubuntu>\d\d\.\d\d)|canonical/ubuntu/[a-z-]+/(?P<codename>[a-z]+)/"
    r"|debian[-/](?:release[-/])?(?P<debian>\d+)"
    r"|rhel[-_](?P<rhel>\d+)|centos[ _-]stream[ _-](?P<stream>\d+)|centos[ _-](?:linux[ _-])?(?P<centos>\d+)"
    r"|rocky[-_](?P<rocky>\d+)|almalinux[ _-](?:os[ _-])?(?P<alma>\d+)"
    r"|windows[_-]server[_-](?P<windows>\d{4})|windows_(?:core|full)_(?P<nodes>\d{4})"
    r"|suse-sles-(?P<sles>\d+)-sp(?P<pack>\d+)",
    re.IGNORECASE,
)
_PRODUCTS: Final = {
    "ubuntu": "ubuntu",
    "debian": "debian",
    "rhel": "rhel",
    "stream": "centos-stream",
    "centos": "centos",
    "rocky": "rocky-linux",
    "alma": "almalinux",
    "windows": "windows-server",
    "nodes": "windows-server",
}
_CODENAMES: Final = {"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04"} | {
    "jammy": "22.04",
    "noble": "24.04",
}

_VOUCHED: Final = frozenset({"amazon", "aws-marketplace", "self"})
_VENDORS: Final = frozenset(
    {
        "137112412989",  # Amazon Linux
        "801119661308",  # Windows on AWS
        "602401143452",  # Amazon EKS
        "591542846629",  # Amazon ECS
        "099720109477",  # Canonical
        "136693071363",  # Debian
        "309956199498",  # Red Hat
        "013907871322",  # SUSE
        "792107900819",  # Rocky Enterprise Software Foundation
        "764336703387",  # AlmaLinux OS Foundation
    }
)
"""Accounts under which AWS and the vendors of operating systems publish their images."""

_OF_IMAGE: Final = Text("イメージの OS とその版", "the operating system of the image and its version")
_OTHER_ACCOUNT: Final = Text(
    "イメージの提供者のアカウントが自らの組織又は信頼する者のものか",
    "whether the account that publishes the image is the organisation's own or of somebody trusted",
)


def system_of(name: str) -> tuple[str, str, bool] | None:
    """Product, version and whether longer support comes with it, from the name of an image; ``None`` if it tells none."""
    found = _SYSTEMS.search(name)
    if found is None:
        return None
    for group, version in (("al2", "2"), ("al2023", "2023"), ("al1", "1")):
        if found.group(group):
            return "amazon-linux", version, False
    if found.group("codename"):
        known = _CODENAMES.get(found.group("codename").lower())
        return None if known is None else ("ubuntu", known, False)
    if found.group("sles"):
        return "sles", f"{found.group('sles')}.{found.group('pack')}", False
    group = found.lastgroup or ""
    product = _PRODUCTS[group]
    # Debian's long-term support needs nothing; Ubuntu's comes with the Pro images.
    longer = product == "debian" or (product == "ubuntu" and "ubuntu-pro" in name.lower())
    return product, found.group(group), longer


def software(node: Node, path: str, key: str = "os") -> Software | None:
    """The operating system of the image that ``path`` names; ``None`` where it names none or one's own."""
    image = node.target(path, *_TYPES)
    if isinstance(image, Known) and image.value is not None:
        return None if image.value.type in _OWN else _named(_name(image.value), key)
    stated = node.text(path)
    if isinstance(stated, Unknown):
        if node.left_out(path):
            return None
        return Software(key=key, product="os", version=Unknown(stated.reason, stated.origin, stated.path, _OF_IMAGE))
    if stated.value is None:
        return None
    if stated.value.startswith("resolve:ssm:"):
        return _named(stated, key)
    unknown = node.unknown(path, Reason.OUTSIDE, _OF_IMAGE)
    return Software(key=key, product="os", version=unknown)


def _name(image: Record) -> Attr[str | None]:
    """The name of an image that is looked up: its own, else that which is looked for."""
    if image.type == _PARAMETER:
        return image.text("name")
    name = image.text("name")
    if isinstance(name, Known) and name.value is not None and system_of(name.value) is not None:
        return name
    asked = image.text("name_regex")
    if isinstance(asked, Known) and asked.value is not None:
        return asked
    filters = image.blocks("filter")
    if isinstance(filters, Known):
        for one in filters.value:
            by = one.text("name")
            if isinstance(by, Known) and by.value == "name":
                return one.text("values.0")
    return name


def _named(name: Attr[str | None], key: str) -> Software:
    if isinstance(name, Unknown):
        return Software(key=key, product="os", version=Unknown(name.reason, name.origin, name.path, _OF_IMAGE))
    system = system_of(name.value or "")
    if system is None:
        return Software(key=key, product="os", version=Unknown(Reason.UNPARSEABLE, name.origin, name.path, _OF_IMAGE))
    product, version, longer = system
    return Software(
        key=key,
        product=product,
        version=Known(version, name.origin, name.path, name.sensitive),
        extended=Known(longer, name.origin, name.path),
    )


def source(node: Node, path: str) -> ImageSource | None:
    """Who publishes the image that ``path`` names; ``None`` where the input does not hold it."""
    image = node.target(path, _IMAGE, *_OWN)
    if isinstance(image, Unknown) or image.value is None:
        return None
    found = image.value
    if found.type in _OWN:
        return ImageSource(publisher=Known(None, found), vouched=Known(True, found))
    owners = found.elements("owners")
    if isinstance(owners, Known):
        asked = [one.value for one in owners.value if isinstance(one, Known)]
        if asked and len(asked) == len(owners.value) and all(one in _VOUCHED | _VENDORS for one in asked):
            return ImageSource(publisher=Known(", ".join(asked), found, "owners"), vouched=Known(True, found, "owners"))
    return _by_owner(found, owners)


def _by_owner(image: Record, owners: Attr[tuple[Attr[object], ...]]) -> ImageSource:
    """By the account that owns the image that was found."""
    owner, alias = image.text("owner_id"), image.text("image_owner_alias")
    if isinstance(owner, Unknown):
        return ImageSource(publisher=owner, vouched=owner)
    if owner.value in _VENDORS or (isinstance(alias, Known) and alias.value in _VOUCHED):
        return ImageSource(publisher=owner, vouched=Known(True, image, "owner_id"))
    if isinstance(owners, Known) and not owners.value and owner.value is not None:
        # Nobody was asked for in particular: the newest image of that name wins, whoever publishes it.
        return ImageSource(publisher=owner, vouched=Known(False, image, "owners"))
    return ImageSource(publisher=owner, vouched=image.unknown("owners", Reason.OUTSIDE, _OTHER_ACCOUNT))
