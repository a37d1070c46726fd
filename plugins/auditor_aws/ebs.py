"""Encryption of EBS volumes, wherever they are described: by themselves or as block devices of machines.

Source: Amazon EBS User Guide, page "Amazon EBS encryption": where encryption by default is on in a Region, every new
volume there is encrypted, with the Region's default key unless another is named.
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import EncryptionAtRest, KeyOwner
from auditor.record import Action, Node, Record
from auditor.text import Text
from auditor_aws import computed, keys

_BY_DEFAULT: Final = Text(
    "アカウントとリージョンの「デフォルトでの EBS 暗号化」の設定",
    "the account's setting of EBS encryption by default in the Region",
)
_TEMPLATES: Final = frozenset(("aws_launch_template", "aws_launch_configuration", "aws_spot_fleet_request"))
"""What volumes are yet to be made from."""
_FROM_SNAPSHOT: Final = Text(
    "元のスナップショットが暗号化されているか", "whether the snapshot it is made from is encrypted"
)


def encryption(node: Node, *, key: str = "", key_path: str | None = "kms_key_id") -> EncryptionAtRest:
    """Encryption of the volume that a block with ``encrypted``, ``kms_key_id`` and ``snapshot_id`` describes.

    ``key`` tells the devices of one machine apart; ``key_path`` is None where no key can be named.
    """
    enabled = _encrypted(node)
    if isinstance(enabled, Unknown):
        return EncryptionAtRest(key=key, enabled=enabled, key_owner=enabled)
    if not enabled.value:
        return EncryptionAtRest(key=key, enabled=enabled, key_owner=Known(KeyOwner.NONE, enabled.origin, enabled.path))
    return EncryptionAtRest(
        key=key,
        enabled=enabled,
        key_owner=_owner(node, key_path),
        key_id=Known(None) if key_path is None else node.text(key_path),
    )


def _encrypted(node: Node) -> Attr[bool]:
    stated = node.flag("encrypted", False)
    if isinstance(stated, Known) and (stated.value or _is_there(node)):
        return stated
    by_default = _setting(node.record, "aws_ebs_encryption_by_default")
    if isinstance(by_default, Known) and by_default.value is not None:
        on = by_default.value.flag("enabled", True)
        if isinstance(on, Unknown) or on.value:
            return on
    left_out = isinstance(stated, Unknown) and node.left_out("encrypted")
    if isinstance(stated, Unknown) and not left_out:
        return stated
    written = node.get("encrypted")
    if not left_out and isinstance(written, Known) and written.value not in (None, ""):
        return stated
    snapshot = computed.text(node, "snapshot_id")
    if isinstance(snapshot, Unknown) or snapshot.value is not None:
        return node.unknown("snapshot_id", Reason.OUTSIDE, _FROM_SNAPSHOT)
    if isinstance(by_default, Unknown):
        return by_default
    if by_default.value is None:
        return node.unknown("encrypted", Reason.OUTSIDE, _BY_DEFAULT)
    return node.known("encrypted", False)


def _is_there(node: Node) -> bool:
    """Whether the block tells of a volume that is there: a setting for new ones changes nothing about it."""
    record = node.record
    if record.action is not Action.EXISTS or record.type in _TEMPLATES:
        return False
    written = node.get("encrypted")
    return isinstance(written, Known) and written.value not in (None, "")


def _owner(node: Node, key_path: str | None) -> Attr[KeyOwner]:
    # Without a key the Region's default key is used: aws/ebs unless another has been set.
    chosen = _setting(node.record, "aws_ebs_default_kms_key")
    default: Attr[KeyOwner]
    if isinstance(chosen, Unknown):
        default = chosen
    elif chosen.value is not None:
        default = keys.key_owner(chosen.value, "key_arn", KeyOwner.PROVIDER)
    else:
        default = Known(KeyOwner.PROVIDER, node.record)
    if key_path is None:
        return default
    named = node.text(key_path)
    unset = node.left_out(key_path) if isinstance(named, Unknown) else named.value is None
    return default if unset else keys.key_owner(node, key_path, KeyOwner.PROVIDER)


def _setting(record: Record, type_: str) -> Attr[Record | None]:
    """The account-wide setting of ``type_`` for the region of the record; ``None`` if the input has none."""
    open_: Unknown | None = None
    for setting in record.links.of_type(type_):
        same = _same(setting, record)
        if isinstance(same, Unknown):
            open_ = same if open_ is None else open_
        elif same.value:
            return Known(setting, setting)
    return open_ if open_ is not None else Known(None, record)


def _same(setting: Record, record: Record) -> Attr[bool]:
    for one, other in ((setting.region, record.region), (setting.account, record.account)):
        if isinstance(one, Unknown) or isinstance(other, Unknown):
            continue
        if one.value.lower() != other.value.lower():
            return Known(False, setting)
    region = setting.region
    if isinstance(region, Unknown):
        return region
    return map_attr(record.region, lambda _: True)
