"""Who holds the KMS key that an attribute names.

Source of the kinds of keys: AWS KMS Developer Guide, page "AWS KMS keys" (customer managed, AWS managed, AWS owned).
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import EncryptionAtRest, KeyOwner
from auditor.record import Node, Record
from auditor.text import Text

KEY_TYPES: Final = (
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_kms_external_key",
    "aws_kms_replica_external_key",
    "aws_kms_alias",
)
"""Resource types that are, or stand for, a customer managed key: aliases and keys of AWS cannot be made by Terraform."""

_DATA_TYPES: Final = ("data.aws_kms_key", "data.aws_kms_alias")

_OUTSIDE = Text("入力に含まれない KMS 鍵の所有者", "the owner of a KMS key that is not in the input")
_UNSET = Text("鍵が設定で指定されているかどうか", "whether the configuration names a key or leaves it to the provider")


def owner_of_literal(literal: str, account: Attr[str]) -> KeyOwner | None:
    """Owner of a key by its id, ARN or alias alone; ``None`` where these do not tell it.

    AWS managed keys have the aliases ``alias/aws/…``, belong to the account that uses them and are never
    multi-Region keys, so an alias of another name, a key of another account and an id ``mrk-…`` are a customer's.
    """
    account_id, name = "", literal
    if literal.startswith("arn:"):
        parts = literal.split(":", 5)
        if len(parts) < 6:
            return None
        account_id, name = parts[4], parts[5]
    if name.startswith("alias/"):
        return KeyOwner.PROVIDER if name.startswith("alias/aws/") else KeyOwner.CUSTOMER
    if name.removeprefix("key/").startswith("mrk-"):
        return KeyOwner.CUSTOMER
    if account_id and isinstance(account, Known) and account.value and account.value != account_id:
        return KeyOwner.CUSTOMER
    return None


def _owner_of_data(node: Node, path: str, source: Record) -> Attr[KeyOwner]:
    # data.aws_kms_key exports key_manager ("AWS" or "CUSTOMER"); data.aws_kms_alias has the name.
    # (provider documentation, data sources aws_kms_key and aws_kms_alias)
    if source.type == "data.aws_kms_alias":
        name = source.text("name")
        owner = owner_of_literal(name.value, node.record.account) if isinstance(name, Known) and name.value else None
        return node.known(path, owner) if owner is not None else node.unknown(path, Reason.OUTSIDE, _OUTSIDE)
    manager = source.text("key_manager")
    if isinstance(manager, Known) and manager.value in ("AWS", "CUSTOMER"):
        return node.known(path, KeyOwner.PROVIDER if manager.value == "AWS" else KeyOwner.CUSTOMER)
    asked = source.text("key_id")
    if isinstance(asked, Known) and asked.value is not None:
        owner = owner_of_literal(asked.value, node.record.account)
        if owner is not None:
            return node.known(path, owner)
    if isinstance(manager, Unknown) and manager.reason in (Reason.DENIED, Reason.FAILED):
        return manager
    return node.unknown(path, Reason.OUTSIDE, _OUTSIDE)


def key_owner(node: Node, path: str, default: KeyOwner) -> Attr[KeyOwner]:
    """Owner of the key that ``path`` of ``node`` names; ``default`` (the service's own) where it names none.

    Unknown where the key cannot be followed, and for the bare ARN of a key that the input does not contain:
    AWS managed keys have such ARNs too, and the provider fills them in from the service.
    """
    value = node.text(path)
    if isinstance(value, Known) and value.value is None:
        return node.known(path, default)
    target = node.target(path, *KEY_TYPES, *_DATA_TYPES)
    if isinstance(target, Known) and target.value is not None:
        found = target.value
        return _owner_of_data(node, path, found) if found.type in _DATA_TYPES else node.known(path, KeyOwner.CUSTOMER)
    if isinstance(value, Unknown):
        if node.left_out(path):
            return node.known(path, default)
        return target if isinstance(target, Unknown) else node.unknown(path, Reason.OUTSIDE, _UNSET)
    owner = owner_of_literal(str(value.value), node.record.account)
    if owner is not None:
        return node.known(path, owner)
    # A stated ARN that only might be that of a record: the reason of the ambiguity says more than "outside".
    return target if isinstance(target, Unknown) else node.unknown(path, Reason.OUTSIDE, _OUTSIDE)


def at_rest(node: Node, path: str, default: KeyOwner, enabled: Attr[bool] | None = None) -> EncryptionAtRest:
    """Encryption with the key at ``path``; ``enabled=None`` for services that always encrypt.

    Where encryption is off there is no key: :attr:`KeyOwner.NONE`.
    """
    key_id = node.text(path)
    if enabled is None:
        return EncryptionAtRest(enabled=Known(True), key_owner=key_owner(node, path, default), key_id=key_id)
    if isinstance(enabled, Unknown):
        return EncryptionAtRest(enabled=enabled, key_owner=enabled, key_id=key_id)
    if not enabled.value:
        return EncryptionAtRest(enabled=enabled, key_owner=Known(KeyOwner.NONE, enabled.origin, enabled.path))
    return EncryptionAtRest(enabled=enabled, key_owner=key_owner(node, path, default), key_id=key_id)
