"""Who holds the key that encrypts a resource (CMEK).

All data is encrypted by default with keys of Google
(https://cloud.google.com/docs/security/encryption/default-encryption), and those keys have no resource
name.  A name that stands in a key attribute therefore is a key of the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.facets import EncryptionAtRest, KeyOwner
from auditor.record import Node
from auditor_google.reading import left_to_default

KEY_TYPES: Final = (
    "google_kms_crypto_key",
    "google_kms_crypto_key_version",
    "google_kms_key_handle",
    "google_netapp_kmsconfig",
    "data.google_kms_crypto_key",
    "data.google_kms_crypto_key_version",
)


def owner(
    node: Node, path: str, *, raw: Sequence[str] = (), computed: bool = False, required: bool = False
) -> Attr[KeyOwner]:
    """Owner of the key that ``path`` names; ``raw`` are attributes that carry a key supplied by the customer.

    ``computed`` says that the provider fills the attribute in where the configuration leaves it out.  Without
    that, an attribute that is not known yet is one that the configuration does give.  ``required`` says that its
    block cannot do without it, so that it names a key even while that is not known yet.
    """
    for other in raw:
        supplied = node.has(other)
        if isinstance(supplied, Known) and supplied.value:
            return node.known(other, KeyOwner.CUSTOMER)
    attr = node.text(path)
    unnamed = attr.value is None if isinstance(attr, Known) else computed and left_to_default(node, path, attr)
    if unnamed:
        unknown = next((node.has(other) for other in raw if isinstance(node.has(other), Unknown)), None)
        if isinstance(unknown, Unknown):
            return unknown
    if isinstance(attr, Known):
        return node.known(path, KeyOwner.PROVIDER if attr.value is None else KeyOwner.CUSTOMER)
    if required:
        return node.known(path, KeyOwner.CUSTOMER)
    if unnamed:
        return node.known(path, KeyOwner.PROVIDER)
    target = node.target(path, *KEY_TYPES)
    if isinstance(target, Unknown):
        return target
    if target.value is not None:
        return node.known(path, KeyOwner.CUSTOMER)
    return attr


def at_rest(
    node: Attr[Node | None] | Node,
    path: str,
    *,
    key: str = "",
    raw: Sequence[str] = (),
    computed: bool = False,
    required: bool = False,
) -> EncryptionAtRest:
    """Encryption by the key that ``path`` of the block names; without the block or a name, by a key of Google."""
    if isinstance(node, Unknown):
        return undecided(node, key)
    if isinstance(node, Known):
        if node.value is None:
            return EncryptionAtRest(
                key=key, enabled=Known(True), key_owner=Known(KeyOwner.PROVIDER, node.origin, node.path)
            )
        inner = node.value
    else:
        inner = node
    found = owner(inner, path, raw=raw, computed=computed, required=required)
    name = inner.text(path)
    if isinstance(found, Known) and found.value is KeyOwner.PROVIDER:
        name = inner.known(path, None)
    return EncryptionAtRest(key=key, enabled=Known(True), key_owner=found, key_id=name)


def undecided(unknown: Unknown, key: str = "") -> EncryptionAtRest:
    """Encryption by a key of which nothing is known; that data is encrypted is certain."""
    return EncryptionAtRest(key=key, enabled=Known(True), key_owner=unknown, key_id=unknown)


def by_google(key: str = "") -> EncryptionAtRest:
    """Encryption by a key of Google."""
    return EncryptionAtRest(key=key, enabled=Known(True), key_owner=Known(KeyOwner.PROVIDER))
