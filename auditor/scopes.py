"""Which policies, zone, class of confidentiality, environment and phase a resource belongs to.

Shared use (共同利用方式) puts accounts under several policies and policies over several accounts, and one account may
hold systems of more than one zone.  ``auditor.toml`` says which, by account, project and tag; where it says nothing,
the resource's own tags do.  Nothing is guessed: what is neither configured nor tagged is not assigned, and what hangs
on a tag or account that is unknown is unknown.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.contractors import Contractor
from auditor.phases import Phase

if TYPE_CHECKING:
    from auditor.record import Record

E = TypeVar("E", bound=enum.Enum)
T = TypeVar("T")

TagReader = Callable[["Record", str], Attr[str | None]]
"""The value of a tag (label) of a record; ``None`` where it has none of that key."""


class Zone(enum.StrEnum):
    """The three zones (三層) into which municipalities divide their networks."""

    MYNUMBER = "mynumber"
    """マイナンバー利用事務系（個人番号利用事務系）"""
    LGWAN = "lgwan"
    """LGWAN接続系"""
    INTERNET = "internet"
    """インターネット接続系"""


class Environment(enum.StrEnum):
    """What a system is used for."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"
    TEST = "test"


ZONE_NAMES: Mapping[str, Zone] = {
    name: zone
    for zone, names in {
        Zone.MYNUMBER: ("mynumber", "my-number", "マイナンバー利用事務系", "個人番号利用事務系", "マイナンバー系"),
        Zone.LGWAN: ("lgwan", "lgwan接続系", "lgwan系"),
        Zone.INTERNET: ("internet", "インターネット接続系", "インターネット系"),
    }.items()
    for name in names
}
"""Values of a tag, in lower case, that name a zone."""

ENVIRONMENT_NAMES: Mapping[str, Environment] = {
    name: environment
    for environment, names in {
        Environment.PRODUCTION: ("production", "prod", "prd", "live", "本番", "本番環境"),
        Environment.STAGING: ("staging", "stage", "stg", "検証", "検証環境", "ステージング"),
        Environment.DEVELOPMENT: ("development", "develop", "dev", "開発", "開発環境"),
        Environment.TEST: ("test", "testing", "tst", "qa", "テスト", "試験", "テスト環境"),
    }.items()
    for name in names
}
"""Values of a tag, in lower case, that name an environment."""


def confidentiality_class(written: str) -> str:
    """A class of confidentiality as it is compared: ``2B`` for 機密性２Ｂ, ``3A`` for 自治体機密性3a.

    Width, case, blanks and the leading word do not count; a value that names no class comes back in the same manner.
    """
    plain = "".join(unicodedata.normalize("NFKC", written).split()).upper()
    return plain.removeprefix("自治体").removeprefix("機密性") or plain


class Rule(msgspec.Struct, frozen=True):
    """One ``[[scope]]`` of the configuration: what it applies to, and what it says of that.

    A rule that names neither accounts nor projects applies to all of them.
    """

    name: str
    accounts: frozenset[str] = frozenset()
    """AWS accounts."""
    tags: tuple[tuple[str, frozenset[str]], ...] = ()
    """Keys with the values of which one must be present."""
    policies: tuple[str, ...] | None = None
    zone: Zone | None = None
    confidentiality: str | None = None
    environment: Environment | None = None
    phase: Phase | None = None
    projects: frozenset[str] = frozenset()
    """Google Cloud projects."""

    def owners(self, provider: str) -> frozenset[str]:
        """The accounts or projects of the rule that a resource of the provider can belong to."""
        if provider == "aws":
            return self.accounts
        return self.projects if provider == "google" else self.accounts | self.projects


class TagKeys(msgspec.Struct, frozen=True):
    """Keys of the tags that are read where no rule says anything; any case of the first letter counts."""

    zone: str = "zone"
    confidentiality: str = "confidentiality"
    environment: str = "environment"


class Scope(msgspec.Struct, frozen=True):
    """What is known of where a resource belongs; ``Known(None)`` is not assigned."""

    zone: Attr[Zone | None] = Known(None)
    confidentiality: Attr[str | None] = Known(None)
    """Class as the municipality writes it: 3A, 2, 機密性2B …"""
    environment: Attr[Environment | None] = Known(None)
    policies: frozenset[str] | None = None
    """Policies that apply; ``None``: all of the run."""
    phase: Phase | None = None
    """The phase in which it is judged; ``None``: that of the run."""
    rules: tuple[int, ...] = ()
    """Places, from 0, of the rules that apply."""
    open_rules: tuple[int, ...] = ()
    """Places of the rules of which an unknown account or tag leaves open whether they apply."""

    def under(self, policy: str) -> bool:
        """Whether the policy applies."""
        return self.policies is None or policy in self.policies


NOWHERE = Scope()


class Scoping(msgspec.Struct, frozen=True):
    """The rules of a run.  In the order of the file, the first that applies and says something decides."""

    rules: tuple[Rule, ...] = ()
    keys: TagKeys = TagKeys()
    stated: bool = False
    """Whether the configuration says anything of scopes or their tags, so that reports tell them."""
    contractors: tuple[Contractor, ...] = ()
    """Those whose principals the configuration names."""

    @property
    def phases(self) -> frozenset[Phase]:
        """Phases that rules assign."""
        return frozenset(rule.phase for rule in self.rules if rule.phase is not None)

    @property
    def divides(self) -> bool:
        """Whether rules assign policies, so that not every policy applies to every resource."""
        return any(rule.policies is not None for rule in self.rules)

    def of(self, provider: str, account: Attr[str], tag: Callable[[str], Attr[str | None]]) -> Scope:
        """The scope of a resource of that provider and account with those tags."""
        matches = [(rule, _applies(rule, provider, account, tag)) for rule in self.rules]
        return Scope(
            zone=_first(matches, lambda rule: rule.zone, lambda: _named(_tagged(tag, self.keys.zone), ZONE_NAMES)),
            confidentiality=_first(matches, lambda rule: rule.confidentiality, lambda: self.tagged_class(tag)),
            environment=_first(matches, lambda rule: rule.environment, lambda: self.tagged_environment(tag)),
            policies=_policies(matches),
            phase=_phase(matches),
            rules=tuple(place for place, (_, found) in enumerate(matches) if isinstance(found, Known) and found.value),
            open_rules=tuple(place for place, (_, found) in enumerate(matches) if isinstance(found, Unknown)),
        )

    def tagged_class(self, tag: Callable[[str], Attr[str | None]]) -> Attr[str | None]:
        """The class of confidentiality as the resource's own tags tell it."""
        return _tagged(tag, self.keys.confidentiality)

    def tagged_environment(self, tag: Callable[[str], Attr[str | None]]) -> Attr[Environment | None]:
        """The environment as the resource's own tags tell it."""
        return _named(_tagged(tag, self.keys.environment), ENVIRONMENT_NAMES)


Match = tuple[Rule, Known[bool] | Unknown]


def _applies(
    rule: Rule, provider: str, account: Attr[str], tag: Callable[[str], Attr[str | None]]
) -> Known[bool] | Unknown:
    """Whether a rule applies; a part that is certainly not met decides before one that is unknown."""
    open_: Unknown | None = None
    if rule.accounts or rule.projects:
        owners = rule.owners(provider)
        if not owners:
            return Known(False)
        if isinstance(account, Unknown):
            open_ = account
        elif account.value not in owners:
            return Known(False)
    for key, values in rule.tags:
        value = tag(key)
        if isinstance(value, Unknown):
            open_ = value
        elif value.value not in values:
            return Known(False)
    return Known(True) if open_ is None else open_


def _first(
    matches: list[Match], field: Callable[[Rule], T | None], tagged: Callable[[], Attr[T | None]]
) -> Attr[T | None]:
    """What the first rule says that applies, else what the resource's tags say.

    Unknown where an earlier rule, which may apply, says something else.
    """
    doubts: list[tuple[T, Unknown]] = []
    found: Attr[T | None] | None = None
    for rule, applies in matches:
        said = field(rule)
        if said is None:
            continue
        if isinstance(applies, Unknown):
            doubts.append((said, applies))
        elif applies.value:
            found = Known(said)
            break
    if found is None:
        found = tagged()
    return found if isinstance(found, Unknown) else next((why for said, why in doubts if said != found.value), found)


def _policies(matches: list[Match]) -> frozenset[str] | None:
    """All policies that rules assign, so that no policy loses a resource.

    A rule that may apply counts.  Where none is certain to apply, it may be that none does, and all policies remain.
    """
    found: set[str] = set()
    certain = False
    for rule, applies in matches:
        if rule.policies is not None and (isinstance(applies, Unknown) or applies.value):
            found.update(rule.policies)
            certain = certain or isinstance(applies, Known)
    return frozenset(found) if certain else None


def _phase(matches: list[Match]) -> Phase | None:
    """The phase of the first rule that certainly applies."""
    for rule, applies in matches:
        if rule.phase is not None and isinstance(applies, Known) and applies.value:
            return rule.phase
    return None


def _tagged(tag: Callable[[str], Attr[str | None]], key: str) -> Attr[str | None]:
    """The tag under the key as configured, else with the other case of its first letter."""
    found = tag(key)
    if isinstance(found, Known) and found.value is None and key:
        return tag(key[0].swapcase() + key[1:])
    return found


def _named(value: Attr[str | None], names: Mapping[str, E]) -> Attr[E | None]:
    """What a tag names; a value that is not among the names assigns nothing."""

    def name(written: str | None) -> E | None:
        return None if written is None else names.get(unicodedata.normalize("NFKC", written).strip().lower())

    return map_attr(value, name)
