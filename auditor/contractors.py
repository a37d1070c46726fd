"""Whose a principal is: the contractors (委託事業者等) that the configuration names.

No input says which principals are a contractor's, so ``auditor.toml`` does: by account, name of the principal, group of
the directory, or tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from auditor.attr import Attr, Known, Unknown

_ACCOUNT = re.compile(r"\d{12}")


class Contractor(msgspec.Struct, frozen=True):
    """One ``[[contractor]]`` of the configuration; whatever of it fits makes a principal the contractor's."""

    name: str
    accounts: frozenset[str] = frozenset()
    """Its own AWS accounts, whose principals are let in."""
    arns: tuple[str, ...] = ()
    """Principals by their ARN; ``*`` stands for any characters."""
    groups: frozenset[str] = frozenset()
    """Groups and users of the directory (IAM Identity Center), by name or id."""
    tags: tuple[tuple[str, frozenset[str]], ...] = ()
    """Tags of users and roles that are the contractor's: keys with the values of which one must be present."""

    def holds(self, principal: Attr[str], tag: Callable[[str], Attr[str | None]]) -> Attr[bool]:
        """Whether the principal is the contractor's; ``tag`` reads the tags of the user or role in question.

        A part that certainly fits decides before one that is unknown.
        """
        open_: Unknown | None = None
        if isinstance(principal, Known):
            if self._names(principal.value):
                return Known(True)
        elif self.accounts or self.arns or self.groups:
            open_ = principal
        if self.tags:
            found = self._tagged(tag)
            if isinstance(found, Unknown):
                open_ = found if open_ is None else open_
            elif found.value:
                return found
        return Known(False) if open_ is None else open_

    def _names(self, principal: str) -> bool:
        if principal in self.groups or account_of(principal) in self.accounts:
            return True
        return any(_fits(pattern, principal) for pattern in self.arns)

    def _tagged(self, tag: Callable[[str], Attr[str | None]]) -> Attr[bool]:
        open_: Unknown | None = None
        for key, values in self.tags:
            value = tag(key)
            if isinstance(value, Unknown):
                open_ = value
            elif value.value not in values:
                return Known(False)
        return Known(True) if open_ is None else open_


def account_of(principal: str) -> str:
    """The AWS account of a principal; empty where its name holds none."""
    parts = principal.split(":", 5)
    account = parts[4] if len(parts) == 6 and parts[0] == "arn" else principal
    return account if _ACCOUNT.fullmatch(account) else ""


def _fits(pattern: str, principal: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), principal, re.DOTALL) is not None


def contractor_of(
    contractors: tuple[Contractor, ...], principal: Attr[str], tag: Callable[[str], Attr[str | None]]
) -> Attr[str | None]:
    """The name of the first contractor whose the principal is; ``None`` inside for nobody's."""
    open_: Unknown | None = None
    for one in contractors:
        found = one.holds(principal, tag)
        if isinstance(found, Unknown):
            open_ = found if open_ is None else open_
        elif found.value:
            return Known(one.name)
    return Known(None) if open_ is None else open_
