"""One run from targets to a report; what ``auditor scan`` does, for use from Python as well."""

from __future__ import annotations

import datetime
import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from auditor import __version__
from auditor.assessment import COVERAGE, Looked, assess, results_by_control
from auditor.checks import AnyCheck
from auditor.config import Config, effective_parameters
from auditor.engine import Progress, run_checks, take_inventory
from auditor.errors import AuditorError, ConfigError, ExitCode, InputError, PluginError, UsageError
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase, SourceInfo
from auditor.plugins import Plugins
from auditor.policies.loader import attach_wording, load_controls, load_pack, pack_id
from auditor.policies.model import Clause, Control, Pack
from auditor.reporting import Report, RunInfo
from auditor.shared_use import judged, phases_of, remarks, told, under
from auditor.sources import Reading, real_path
from auditor.text import Text
from auditor.validation import validate_pack

DEFAULT_POLICY = "toyama"


class Settings(msgspec.Struct, frozen=True):
    """What a run is asked to do."""

    targets: tuple[str, ...]
    policies: tuple[str, ...] = ()
    phase: Phase | None = None
    strict: bool = False
    fail_on: Severity | None = Severity.LOW
    config: Config = Config()


def no_progress(done: int, total: int) -> None:
    """The progress function of callers that show none."""


class Packs:
    """The policy packs that plugins and the configuration offer; each is read when it is asked for."""

    def __init__(self, plugins: Plugins, config: Config, controls: dict[str, Control]) -> None:
        self._plugins = plugins
        self._config = config
        self._controls = controls
        self._offered: dict[str, Path] = {}
        self._own: dict[str, Path] = {}
        for folder in plugins.policy_packs():
            try:
                self._offered[pack_id(folder)] = folder
            except ConfigError as error:
                # not the user's mistake: it is named, and the run goes on without the pack
                plugins.failures.append(PluginError(error.text.ja, error.text.en))
        for folder in config.packs:
            id_ = pack_id(folder)
            if id_ in self._own:
                raise ConfigError(
                    f"{folder}: ポリシー {id_} は {self._own[id_]} にもあります。policy.yaml の id を変えてください。",
                    f"{folder}: policy {id_} stands in {self._own[id_]} too; change the id in policy.yaml.",
                )
            self._own[id_] = folder

    @property
    def ids(self) -> list[str]:
        """Ids of all packs, sorted."""
        return sorted(self._offered.keys() | self._own.keys())

    def load(self, id_: str) -> Pack | None:
        """The pack of that id; ``None`` if there is none, or if the plugin's own is broken, which is named.

        Raises :class:`ConfigError` for what is wrong in a pack of the configuration: it is checked against the
        schemas whenever it is read, where those of plugins are checked by their tests.
        """
        if id_ in self._own:
            validate_pack(self._own[id_])
            pack = load_pack(self._own[id_], self._controls)
        elif id_ in self._offered:
            try:
                pack = load_pack(self._offered[id_], self._controls)
            except ConfigError as error:
                self._plugins.failures.append(PluginError(error.text.ja, error.text.en))
                del self._offered[id_]
                return None
        else:
            return None
        if id_ in self._config.wording:
            return attach_wording(pack, self._config.wording[id_])
        return pack

    def all(self) -> list[Pack]:
        """Every pack that can be read, by id."""
        return [pack for id_ in self.ids if (pack := self.load(id_)) is not None]


def choose_packs(packs: Packs, asked: Sequence[str], config: Config) -> list[Pack]:
    """The packs asked for, else those of the configuration, in that order and each once.

    Raises :class:`UsageError` or :class:`ConfigError` for one that does not exist.
    """
    chosen = []
    check_scopes(packs.ids, config)
    assigned = [id_ for rule in config.scoping.rules for id_ in rule.policies or ()]
    for id_ in dict.fromkeys(asked or config.policies or assigned or (DEFAULT_POLICY,)):
        pack = packs.load(id_)
        if pack is None:
            known = ", ".join(packs.ids)
            ja = f"ポリシー {id_} はありません（使えるもの: {known}）。"
            en = f"there is no policy {id_}; there are: {known}."
            if asked or config.path is None:
                raise UsageError(ja, en)
            raise ConfigError(f"{config.path} 項目「run.policies」: {ja}", f"{config.path} field run.policies: {en}")
        chosen.append(pack)
    return chosen


def check_scopes(known: Sequence[str], config: Config) -> None:
    """Raise :class:`ConfigError` for a policy that a scope of the configuration names and nobody offers."""
    for place, rule in enumerate(config.scoping.rules):
        for id_ in rule.policies or ():
            if id_ not in known:
                near = difflib.get_close_matches(id_, known, n=1) or known
                line = config.scope_lines[place].policies if config.scope_lines else 0
                raise ConfigError(
                    f"{config.path} {line}行目 項目「scope.{place}.policies」: ポリシー {id_} はありません"
                    f"（使えるもの: {', '.join(near)}）。",
                    f"{config.path} line {line} field scope.{place}.policies: there is no policy {id_}; "
                    f"there are: {', '.join(near)}.",
                )


def controls_of(plugins: Plugins, config: Config, policies: Sequence[str]) -> frozenset[str]:
    """Ids of the controls that the clauses of these policies ask for.  Raises as :func:`choose_packs` does."""
    packs = choose_packs(Packs(plugins, config, load_controls()), policies, config)
    return frozenset(clauses_of(packs))


def open_targets(plugins: Plugins, targets: Sequence[str]) -> list[Reading]:
    """One reading for each target.

    Raises :class:`InputError` if a target cannot be read, :class:`UsageError` if no source knows its kind.
    """
    sources = plugins.sources()
    readings: list[Reading] = []
    given: dict[str, str] = {}
    for target in targets:
        other = given.setdefault(real_path(target), target)
        if len(given) == len(readings):
            also = f"（{other} と同じもの）" if other != target else ""
            also_en = f" (it is the same as {other})" if other != target else ""
            raise UsageError(
                f"{target} が二度指定されています{also}。一度だけ指定してください。",
                f"{target} is given twice{also_en}; give it once.",
            )
        for source in sources:
            try:
                reading = source.open(target)
            except AuditorError:
                raise
            except Exception as error:  # a foreign source may raise anything; it is named, and the others are asked
                name = type(error).__name__
                plugins.fail(
                    f"入力の種別 {source.name} が {target} の読取りに失敗しました（{name}）。",
                    f"the source {source.name} failed to read {target} ({name}).",
                )
                continue
            if reading is not None:
                readings.append(reading)
                break
        else:
            raise InputError(
                f"{target} を読める入力の種別がありません。`terraform show -json` の出力を指定してください。",
                f"no source can read {target}; give the output of `terraform show -json`.",
            )
    return readings


def known_checks(plugins: Plugins, controls: Mapping[str, Control]) -> list[AnyCheck]:
    """The checks of all plugins; one whose control does not exist is left out, and named."""
    checks = []
    for check in plugins.checks():
        if check.control in controls:
            checks.append(check)
        else:
            plugins.fail(
                f"検査 {check.id} の統制 {check.control} は controls.yaml にないので、この検査は行いません。",
                f"check {check.id} is left out: there is no control {check.control}.",
            )
    return checks


def run(settings: Settings, plugins: Plugins, progress: Progress = no_progress) -> Report:
    """Do it.  Raises a subclass of :class:`auditor.errors.AuditorError` for what the user must mend."""
    started = now()
    config = settings.config
    controls = load_controls()
    packs = choose_packs(Packs(plugins, config, controls), settings.policies, config)
    parameters = effective_parameters([(pack.id, pack.parameters) for pack in packs], config)
    phase = settings.phase or Phase(config.phase or Phase.BUILD)
    readings = open_targets(plugins, settings.targets)
    inventory, findings = take_inventory(readings, plugins.adapters, progress, config.scoping)
    known = known_checks(plugins, controls)
    clauses = clauses_of(packs)
    # what no clause of these policies asks for is no nonconformity with them
    checks = [check for check in known if check.control in clauses or check.control == COVERAGE]
    values = {id_: parameter.value for id_, parameter in parameters.items()}
    policies = [pack.id for pack in packs]
    findings += run_checks(inventory, checks, values, phase, config.platform, policies)
    if config.scoping.divides:
        findings = [finding for finding in findings if judged(finding.resource, policies)]
    use = told(inventory, config.scoping, [lines.head for lines in config.scope_lines], policies)
    implemented = frozenset(check.control for check in known)
    looked = Looked(
        scope_text(inventory.sources),
        left_out_text(inventory.sources),
        any(source.coverage is not None and not source.coverage.answered for source in inventory.sources),
    )
    assessments = tuple(
        assess(
            pack,
            results_by_control(under(pack.id, findings, config.scoping), controls, implemented),
            controls,
            phases_of(pack.id, inventory, phase, config.scoping),
            config.platform,
            msgspec.structs.replace(looked, unlisted=unlisted_under(pack.id, inventory)),
        )
        for pack in packs
    )
    info = RunInfo(
        version=__version__,
        started=started,
        finished=now(),
        phase=phase,
        platform=config.platform,
        strict=settings.strict,
        fail_on=settings.fail_on,
        exit_code=exit_code(findings, inventory, settings.strict, settings.fail_on, plugins.failures),
        problems=tuple(failure.text for failure in plugins.failures),
        remarks=tuple(remarks(use, str(config.path))),
    )
    return Report(info, inventory, findings, assessments, controls, parameters, checks, clauses, use)


def now() -> datetime.datetime:
    """The time in Japan, where the reports are read; to the second."""
    jst = datetime.timezone(datetime.timedelta(hours=9), "JST")
    return datetime.datetime.now(jst).replace(microsecond=0)


def scope_text(sources: Sequence[SourceInfo]) -> Text:
    """Names of what was looked at."""
    names = [source.name for source in sources]
    return Text(f"確認した範囲（{'、'.join(names)}）", f"the scope ({', '.join(names)})")


def left_out_text(sources: Sequence[SourceInfo]) -> Text | None:
    """What collections did not look at although it may hold something, in a line; ``None`` where there is nothing."""
    parts = []
    for kind, name in _LEFT_OUT.items():
        found = [
            one.name
            for source in sources
            if source.coverage is not None
            for one in source.coverage.not_looked_at
            if one.kind == kind and one.reason != "not-enabled"
        ]
        names = list(dict.fromkeys(found))
        if names:
            shown = names[:_SHOWN]
            more = len(names) - len(shown)
            parts.append(
                Text(
                    f"{name.ja} {'、'.join(shown)}{f' ほか {more}件' if more else ''}",
                    f"{name.en} {', '.join(shown)}{f' and {more} more' if more else ''}",
                )
            )
    if not parts:
        return None
    return Text("、".join(part.ja for part in parts), "; ".join(part.en for part in parts))


_LEFT_OUT: Final = {
    "account": Text("アカウント", "accounts"),
    "region": Text("リージョン", "regions"),
    "service": Text("サービス", "services"),
}
_SHOWN: Final = 3
"""Names of one kind that the line says."""


def unlisted_under(policy: str, inventory: Inventory) -> dict[str, list[Text]]:
    """First part of the ids of controls -> why things under the policy on which these bear could not be listed."""
    found: defaultdict[str, dict[Text, None]] = defaultdict(dict)
    for resource, unlisted in inventory.unlisted:
        if resource.scope.under(policy):
            for subject in unlisted.subjects:
                found[subject][unlisted.unknown.text] = None
    return {subject: list(texts) for subject, texts in found.items()}


def clauses_of(packs: Sequence[Pack]) -> dict[str, tuple[tuple[Pack, Clause], ...]]:
    """Control id -> clauses that point at it, in the order of the packs."""
    out: defaultdict[str, list[tuple[Pack, Clause]]] = defaultdict(list)
    for pack in packs:
        for clause in pack.clauses:
            for control in dict.fromkeys(mapping.control for mapping in pack.mappings.get(clause.id, ())):
                out[control].append((pack, clause))
    return {control: tuple(clauses) for control, clauses in out.items()}


def exit_code(
    findings: Sequence[Finding],
    inventory: Inventory,
    strict: bool,
    fail_on: Severity | None,
    failures: Sequence[AuditorError],
) -> ExitCode:
    """Nonconforming comes before incomplete: who fixes the first sees the second on the next run."""
    unverified = errors = False
    for finding in findings:
        status = finding.status
        if status is Status.FAIL:
            if fail_on is not None and finding.check.severity >= fail_on:
                return ExitCode.NONCONFORMING
        elif status is Status.UNKNOWN:
            unverified = True
        elif status is Status.ERROR:
            errors = True
    partial = any(source.incomplete for source in inventory.sources)
    if errors or failures or partial or (strict and unverified):
        return ExitCode.INCOMPLETE
    return ExitCode.VERIFIED
