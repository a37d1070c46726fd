"""Finding and loading plugins: entry points of group ``auditor``, the project's own among them.

A plugin that fails to load is named and the run goes on without it; the exit code shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pluggy

from auditor import hookspecs
from auditor.adapters import Adapter, AdapterSet
from auditor.checks import AnyCheck, Check, InventoryCheck
from auditor.collecting import Collector
from auditor.errors import PluginError
from auditor.reporting import ReporterEntry
from auditor.sources import Source
from auditor.text import Text

GROUP = "auditor"


class Plugins:
    """The loaded plugins, asked through their hooks."""

    def __init__(self, extra: Iterable[tuple[str, object]] = ()) -> None:
        """Load every entry point of the group.  ``extra`` plugins come beside them (tests)."""
        self._manager = pluggy.PluginManager("auditor")
        self._manager.add_hookspecs(hookspecs)
        self.failures: list[PluginError] = []
        """Plugins that did not load, each with its reason."""
        from importlib.metadata import entry_points  # imported here: `--version` and `--help` need no plugins

        for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
            try:
                plugin = entry.load()
            except Exception as error:  # a foreign plugin may raise anything; it is named, and the run goes on
                told = f"{type(error).__name__}: {error}"
                self.fail(
                    f"プラグイン {entry.name}（{entry.value}）を読み込めません: {told}",
                    f"plugin {entry.name} ({entry.value}) does not load: {told}",
                )
                continue
            self._register(plugin, entry.name)
        for name, plugin in extra:
            self._register(plugin, name)

    def fail(self, ja: str, en: str) -> None:
        """Remember that a plugin did something wrong; the run goes on, and its exit code shows it."""
        self.failures.append(PluginError(ja, en))

    def _register(self, plugin: Any, name: str) -> None:
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            self.fail(
                f"プラグイン {name} のフックが仕様と合いません: {error}",
                f"plugin {name} does not keep the hook specifications: {error}",
            )

    def _call(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Name of the plugin and result, one plugin at a time, so that one failure does not hide the others."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            name = implementation.plugin_name
            try:
                result = implementation.function(**{name: arguments[name] for name in implementation.argnames})
            except Exception as error:  # a foreign plugin may raise anything; it is named, and the run goes on
                self._broke(name, hook, error)
                continue
            if result is not None:
                yield name, result

    def _broke(self, plugin: str, hook: str, error: Exception) -> None:
        told = f"{type(error).__name__}: {error}"
        self.fail(f"プラグイン {plugin} の {hook} が失敗しました: {told}", f"plugin {plugin} failed in {hook}: {told}")

    def _odd(self, plugin: str, hook: str, thing: object) -> None:
        kind = type(thing).__name__
        self.fail(
            f"プラグイン {plugin} の {hook} が、登録できないもの（{kind}）を返しました。",
            f"plugin {plugin} gave {hook} something that cannot be registered ({kind}).",
        )

    def _each(self, hook: str, fits: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
        """Name of the plugin and each thing that it registers through ``hook``; what does not fit is named."""
        for plugin, group in self._call(hook):
            try:
                # a string is a sequence of strings, but never meant as one
                things = None if isinstance(group, str) else list(group)
            except Exception as error:  # a foreign generator may raise anything as well
                self._broke(plugin, hook, error)
                continue
            for thing in [group] if things is None else things:
                if things is not None and fits(thing):
                    yield plugin, thing
                else:
                    self._odd(plugin, hook, thing)

    def sources(self) -> list[Source]:
        """All sources."""
        return [
            source for _, source in self._each("auditor_sources", lambda thing: callable(getattr(thing, "open", None)))
        ]

    def collectors(self) -> dict[str, Collector]:
        """Collectors by provider.  Of two for one provider the first stays, and the other's plugin is named."""
        collectors: dict[str, Collector] = {}
        owners: dict[str, str] = {}
        for plugin, one in self._each("auditor_collectors", lambda thing: callable(getattr(thing, "collect", None))):
            if one.provider in collectors:
                self._twice(plugin, owners[one.provider], Text(f"収集 {one.provider}", f"collector {one.provider}"))
            else:
                collectors[one.provider], owners[one.provider] = one, plugin
        return collectors

    def adapters(self, provider: str, form: str) -> AdapterSet | None:
        """The adapters of a provider, those of several plugins merged; ``None`` if nobody knows it."""
        sets: list[AdapterSet] = []
        for plugin, found in self._call("auditor_adapters", provider=provider, form=form):
            if isinstance(found, AdapterSet):
                sets.append(found)
            else:
                self._odd(plugin, "auditor_adapters", found)
        if not sets:
            return None
        if len(sets) == 1:
            return sets[0]
        adapters: dict[str, tuple[Adapter, ...]] = {}
        for one in sets:
            for type_, functions in one.adapters.items():
                adapters[type_] = (*adapters.get(type_, ()), *functions)
        parts = {type_: of for found in reversed(sets) for type_, of in found.parts.items()}
        inert = frozenset().union(*(found.inert for found in sets))
        read_tag = next((found.read_tag for found in sets if found.read_tag is not None), None)
        return AdapterSet(provider, form, adapters, parts, inert, read_tag)

    def providers(self) -> list[str]:
        """Providers that some plugin has adapters for, sorted."""
        return sorted({name for _, name in self._each("auditor_providers", lambda thing: isinstance(thing, str))})

    def checks(self) -> list[AnyCheck]:
        """All checks, sorted by id.  Of two with one id the first stays, and the other's plugin is named."""
        checks: dict[str, AnyCheck] = {}
        owners: dict[str, str] = {}
        for plugin, check in self._each("auditor_checks", lambda thing: isinstance(thing, Check | InventoryCheck)):
            if check.id in checks:
                self._twice(plugin, owners[check.id], Text(f"検査 {check.id}", f"check {check.id}"))
            else:
                checks[check.id], owners[check.id] = check, plugin
        return [checks[id_] for id_ in sorted(checks)]

    def _twice(self, plugin: str, owner: str, what: Text) -> None:
        self.fail(
            f"プラグイン {plugin} の{what.ja} は、プラグイン {owner} のものと同じ名前なので使いません。",
            f"{what.en} of plugin {plugin} is not used: plugin {owner} has one of the same name.",
        )

    def policy_packs(self) -> list[Path]:
        """Folders of policy packs."""
        return [
            Path(folder)
            for _, folder in self._each("auditor_policy_packs", lambda thing: isinstance(thing, str | Path))
        ]

    def reporters(self) -> dict[str, ReporterEntry]:
        """Report formats by name.  Of two with one name the first stays, and the other's plugin is named."""
        reporters: dict[str, ReporterEntry] = {}
        owners: dict[str, str] = {}
        for plugin, entry in self._each("auditor_reporters", lambda thing: isinstance(thing, ReporterEntry)):
            format_ = entry.format
            if format_ in reporters:
                self._twice(plugin, owners[format_], Text(f"レポート形式 {format_}", f"report format {format_}"))
            else:
                reporters[format_], owners[format_] = entry, plugin
        return reporters
