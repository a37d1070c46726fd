"""What tells information and systems apart: classes of confidentiality, and tags that lead to the ledger.

Tags are one way of keeping this; a ledger is another.  So what lacks a tag is a nonconformity only where the input
shows that tags are the way: where something else in the same cloud carries them.  One finding stands for all that
lack them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Unknown
from auditor.checks import Context, Verdict, failed, inventory_check, manual, passed, undecided
from auditor.facets import Facet, Machine, Placement
from auditor.findings import Severity
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.scopes import confidentiality_class
from auditor.text import Text
from auditor_govcloud.presence import clouds_of
from auditor_govcloud.values import SENSITIVE, listed, members, written

_CLASSES: Final = "inventory.classification_values"
_TAGS: Final = "inventory.required_tags"
_EXAMPLES: Final = 3
_GROUP: Final = "group"


class _Count(msgspec.Struct):
    """What was found in one cloud."""

    carrying: int = 0
    odd: int = 0
    """How many carry a value that is none of those that are set: such tags are in use all the same."""
    lacking: list[Resource] = msgspec.field(default_factory=list)
    unknown: Unknown | None = None

    def names(self) -> Text:
        """Some of what lacks it."""
        shown = listed(tuple(resource.address for resource in self.lacking[:_EXAMPLES]))
        if len(self.lacking) <= _EXAMPLES:
            return shown
        return Text(f"{shown.ja} など", f"{shown.en} and more")


def _of(inventory: Inventory, context: Context, provider: str, *classes: type[Facet]) -> Iterator[Resource]:
    """What runs or stores data, can carry tags, and is not removed by the plan."""
    seen: set[str] = set()
    for class_ in classes:
        for resource, facet in inventory.with_facet(class_, provider):
            if resource.action is Action.DELETE and context.phase is not Phase.TERMINATE:
                continue
            if isinstance(facet, Placement) and not facet.stores_data:
                continue
            if isinstance(facet, Machine) and facet.what == _GROUP:
                continue  # its machines are tagged by its template
            if resource.identity not in seen:
                seen.add(resource.identity)
                yield resource


def _can_be_tagged(attr: Attr[str | None]) -> bool:
    """What cannot carry tags at all tells of none, and of no place where one would stand."""
    return isinstance(attr, Unknown) or attr.value is not None or attr.origin is not None


@inventory_check(
    "inventory.classification.tagged",
    control="inventory.classification",
    severity=Severity.LOW,
    title=Text("情報の保存先に機密性の分類があること", "stores carry a class of confidentiality"),
    remediation=Text(
        "保存先に機密性の分類のタグを付けるか、設定ファイルの [[scope]] で分類を定める。タグを用いない場合は台帳を用意する。",
        "Tag stores with their class, or set it by [[scope]] in the configuration; without tags, keep a ledger.",
    ),
    parameters=(_CLASSES,),
)
def classified(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 情報を保存し、タグを付けられる資源の機密性の分類（タグ又は設定）。クラウドごとにまとめる。
    理由: 分類が分からないと、情報に応じた取扱いを選べない。
    適合: 全てに、パラメータ `inventory.classification_values` の値の分類がある。
    不適合: 値が定めたものでない（資源ごとに示す。）、又は、分類（定めたものでない値を含む。）のある資源がある一方で、ない資源がある（まとめて示す。）。
    要書面確認: どの資源にも分類がない。タグによらず台帳で管理している可能性がある。
    未確認: タグが決まらないので、全てにあるか、又はどれにもないかが分からない。

    Looks at: the class of confidentiality of what stores information and can be tagged, by tags or the configuration;
    together for each cloud.
    Why: without its class nobody can tell how information is to be handled.
    Pass: everything has a class that the parameter `inventory.classification_values` names.
    Fail: a value is none of these (told for each resource), or some have a class, be it such a value, and others have
    none (told together).
    Document review: nothing has a class; a ledger may keep them instead of tags.
    Unknown: tags are undecided, so that all or none may have a class.
    """
    allowed = {confidentiality_class(value) for value in members(context, _CLASSES)}
    for provider in clouds_of(inventory, context):
        count = _Count()
        for resource in _of(inventory, context, provider, Placement):
            value = resource.confidentiality
            if isinstance(value, Unknown):
                count.unknown = value if count.unknown is None else count.unknown
            elif value.value is None:
                if _can_be_tagged(resource.tag(resource.scoping.keys.confidentiality)):
                    count.lacking.append(resource)
            elif confidentiality_class(value.value) in allowed:
                count.carrying += 1
            else:
                count.odd += 1
                yield resource, _odd(value)
        yield from _together(
            count,
            subject(inventory, provider, "account"),
            Text("機密性の分類", "a class of confidentiality"),
            "asset-classification",
        )


def _odd(value: Known[str | None]) -> Verdict:
    name = SENSITIVE if value.sensitive else Text(f"「{value.value}」", f"{value.value!r}")
    return failed(
        f"機密性の分類の値 {name.ja} は定めたものでない。",
        f"The class {name.en} is none of those that are set.",
        expected=Text("定めた分類の値", "one of the classes that are set"),
    )


def _together(count: _Count, cloud: Resource, what: Text, document: str) -> Iterator[tuple[Resource, Verdict]]:
    """One finding for all that was found in a cloud."""
    if count.lacking:
        number, names = len(count.lacking), count.names()
        if count.carrying or count.odd:
            yield (
                cloud,
                failed(
                    f"{what.ja}のない資源が{number}件ある（{names.ja}）。",
                    f"{number} resources lack {what.en} ({names.en}).",
                    expected=Text(f"全てに{what.ja}がある", f"all have {what.en}"),
                ),
            )
        elif count.unknown is not None:
            yield cloud, undecided(count.unknown)
        else:
            yield (
                cloud,
                manual(
                    f"{what.ja}がどの資源にもない（{number}件、{names.ja}）。台帳で管理しているか確認する。",
                    f"None of {number} resources has {what.en} ({names.en}); see whether a ledger keeps it.",
                    document,
                ),
            )
    elif count.unknown is not None:
        yield cloud, undecided(count.unknown)
    elif count.carrying:
        yield cloud, passed()


@inventory_check(
    "inventory.ledger-tags.tagged",
    control="inventory.ledger-tags",
    severity=Severity.LOW,
    title=Text("台帳と突き合わせるタグがあること", "resources carry the tags that lead to the ledger"),
    remediation=Text(
        "資源にシステム名と管理者のタグを付ける。プロバイダの既定のタグを使うと漏れが少ない。",
        "Tag resources with system and owner; default tags of the provider leave fewer gaps.",
    ),
    parameters=(_TAGS,),
)
def in_ledger(inventory: Inventory, context: Context) -> Iterable[tuple[Resource, Verdict]]:
    """見るもの: 情報を保存する資源とサーバのうちタグを付けられるものに、パラメータ `inventory.required_tags` のタグがあるか。クラウドごとにまとめる。
    理由: 台帳と突き合わせられない資源は、管理から漏れ、利用終了時に残る。
    適合: 全てに、全てのタグがある。
    不適合: 全てのタグがある資源がある一方で、欠ける資源がある。
    要書面確認: 全てのタグがある資源が一つもない。別の方法で台帳と突き合わせている可能性がある。
    未確認: タグが決まらない。

    Looks at: whether stores and machines that can be tagged carry the tags that the parameter
    `inventory.required_tags` names; together for each cloud.
    Why: what nobody finds in the ledger is left unattended, and left behind at the end of use.
    Pass: all carry all of them.
    Fail: some carry all of them and others do not.
    Document review: none carries all of them; the ledger may be kept in another way.
    Unknown: tags are undecided.
    """
    required = sorted(written(context, _TAGS))
    if not required:
        return
    names = listed(tuple(required))
    for provider in clouds_of(inventory, context):
        count = _Count()
        for resource in _of(inventory, context, provider, Placement, Machine):
            _note(count, resource, required)
        yield from _together(
            count,
            subject(inventory, provider, "account"),
            Text(f"タグ（{names.ja}）", f"the tags ({names.en})"),
            "system-ledger",
        )


def _note(count: _Count, resource: Resource, required: list[str]) -> None:
    """Whether a resource carries all of the tags; the first that it certainly lacks decides."""
    unknown: Unknown | None = None
    for key in required:
        tag = _tag(resource, key)
        if isinstance(tag, Unknown):
            unknown = tag if unknown is None else unknown
        elif not tag.value:
            if _can_be_tagged(tag):
                count.lacking.append(resource)
            return
    if unknown is None:
        count.carrying += 1
    elif count.unknown is None:
        count.unknown = unknown


def _tag(resource: Resource, key: str) -> Attr[str | None]:
    """The tag under the key, or under the key with the other case of its first letter."""
    found = resource.tag(key)
    if isinstance(found, Known) and found.value is None and found.origin is not None:
        return resource.tag(key[0].swapcase() + key[1:])
    return found
