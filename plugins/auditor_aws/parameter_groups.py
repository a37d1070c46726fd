"""What the parameter groups and option groups of databases set.

Sources: Terraform AWS provider documentation, pages ``aws_db_parameter_group``, ``aws_rds_cluster_parameter_group``,
``aws_db_option_group`` and those of the other services; RDS User Guide, pages "Parameter groups for Amazon RDS" and
"Working with option groups" (the groups that AWS makes are called ``default.…`` and ``default:…``).
"""

from __future__ import annotations

from typing import Final, TypeAlias

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import computed

Group: TypeAlias = tuple[Node, str, str]
"""Where a group is named: a block, the attribute of it that names the group, and the group's resource type."""

_OUTSIDE: Final = Text("パラメータグループの内容（入力に含まれない）", "a parameter group that is not in the input")
_OPTIONS_OUTSIDE: Final = Text(
    "オプショングループの内容（入力に含まれない）", "an option group that is not in the input"
)


def value(groups: tuple[Group, ...], parameter: str) -> Attr[str | None]:
    """What the first of ``groups`` that sets a parameter sets it to; ``None`` where all leave it to its default."""
    last: Attr[str | None] = Known(None)
    for group in groups:
        found = _of_group(group, parameter)
        if isinstance(found, Unknown) or found.value is not None:
            return found
        last = found
    return last


def _of_group(group: Group, parameter: str) -> Attr[str | None]:
    node, path, type_ = group
    name = computed.text(node, path)
    if isinstance(name, Known) and (name.value is None or name.value.startswith("default.")):
        return node.known(path, None)
    target = node.target(path, type_)
    if isinstance(target, Unknown):
        return target
    if target.value is None:
        return node.unknown(path, Reason.OUTSIDE, _OUTSIDE)
    return written(target.value, parameter)


def written(group: Record, parameter: str) -> Attr[str | None]:
    """What one parameter group sets a parameter to; ``None`` where it does not set it."""
    blocks = group.blocks("parameter")
    if isinstance(blocks, Unknown):
        return blocks
    open_: Unknown | None = None
    for block in blocks.value:
        name = block.text("name")
        if isinstance(name, Unknown):
            open_ = name
        elif name.value == parameter:
            return block.text("value")
    return open_ if open_ is not None else group.known("parameter", None)


def option(record: Record, path: str, name: str) -> Attr[Node | None]:
    """The block of an option in the option group that ``path`` names; ``None`` where the group has no such option."""
    named = computed.text(record, path)
    if isinstance(named, Known) and (named.value is None or named.value.startswith("default:")):
        return record.known(path, None)
    target = record.target(path, "aws_db_option_group")
    if isinstance(target, Unknown):
        return target
    if target.value is None:
        return record.unknown(path, Reason.OUTSIDE, _OPTIONS_OUTSIDE)
    blocks = target.value.blocks("option")
    if isinstance(blocks, Unknown):
        return blocks
    open_: Unknown | None = None
    for block in blocks.value:
        called = block.text("option_name")
        if isinstance(called, Unknown):
            open_ = called
        elif called.value == name:
            return block.known("option_name", block)
    return open_ if open_ is not None else target.value.known("option", None)
