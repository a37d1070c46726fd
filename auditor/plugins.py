"""Finding and loading plugins: entry points of group ``auditor``, the project's own among them.

A plugin that fails to load is named and the run goes on without it; the exit code shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pluggy

from auditor import hookspecs
from auditor.adapters import AdapterSet
from auditor.checks import AnyCheck
from auditor.errors import ConfigError, PluginError
from auditor.reporting import ReporterEntry
from auditor.sources import Source

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
                self.failures.append(
                    PluginError(
                        f"プラグイン {entry.name}（{entry.value}）を読み込めません: {type(error).__name__}: {error}",
                        f"plugin {entry.name} ({entry.value}) does not load: {type(error).__name__}: {error}",
                    )
                )
                continue
            self._register(plugin, entry.name)
        for name, plugin in extra:
            self._register(plugin, name)

    def _register(self, plugin: Any, name: str) -> None:
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            self.failures.append(
                PluginError(
                    f"プラグイン {name} のフックが仕様と合いません: {error}",
                    f"plugin {name} does not keep the hook specifications: {error}",
                )
            )

    def _call(self, hook: str, **arguments: Any) -> list[Any]:
        """Results of a hook, one plugin at a time, so that one failure does not hide the others."""
        results: list[Any] = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            try:
                result = implementation.function(**{name: arguments[name] for name in implementation.argnames})
            except Exception as error:  # a foreign plugin may raise anything; it is named, and the run goes on
                self.failures.append(
                    PluginError(
                        f"プラグイン {implementation.plugin_name} の {hook} が失敗しました: {type(error).__name__}: {error}",
                        f"plugin {implementation.plugin_name} failed in {hook}: {type(error).__name__}: {error}",
                    )
                )
                continue
            if result is not None:
                results.append(result)
        return results

    def sources(self) -> list[Source]:
        """All sources."""
        return [source for group in self._call("auditor_sources") for source in group]

    def adapters(self, provider: str, form: str) -> AdapterSet | None:
        """The adapters of a provider, those of several plugins merged; ``None`` if nobody knows it."""
        sets: list[AdapterSet] = self._call("auditor_adapters", provider=provider, form=form)
        if not sets:
            return None
        if len(sets) == 1:
            return sets[0]
        adapters = {type_: adapter for found in reversed(sets) for type_, adapter in found.adapters.items()}
        parts = {type_: of for found in reversed(sets) for type_, of in found.parts.items()}
        inert = frozenset().union(*(found.inert for found in sets))
        return AdapterSet(provider, form, adapters, parts, inert)

    def providers(self) -> list[str]:
        """Providers that some plugin has adapters for, sorted."""
        return sorted({provider for group in self._call("auditor_providers") for provider in group})

    def checks(self) -> list[AnyCheck]:
        """All checks, sorted by id.  Raises :class:`ConfigError` for two of one id."""
        checks: dict[str, AnyCheck] = {}
        for group in self._call("auditor_checks"):
            for check in group:
                if check.id in checks:
                    raise ConfigError(f"検査 {check.id} が二つあります。", f"check {check.id} exists twice.")
                checks[check.id] = check
        return [checks[id_] for id_ in sorted(checks)]

    def policy_packs(self) -> list[Path]:
        """Folders of policy packs."""
        return [Path(folder) for group in self._call("auditor_policy_packs") for folder in group]

    def reporters(self) -> dict[str, ReporterEntry]:
        """Report formats by name."""
        return {entry.format: entry for group in self._call("auditor_reporters") for entry in group}
