"""One run from targets to a report; what ``auditor scan`` does, for use from Python as well."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from auditor import __version__
from auditor.assessment import assess, results_by_control
from auditor.config import Config, effective_parameters
from auditor.engine import Progress, run_checks, take_inventory
from auditor.errors import AuditorError, ExitCode, InputError, UsageError
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase, SourceInfo
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import Clause, Control, Pack
from auditor.reporting import Report, RunInfo
from auditor.sources import Reading
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


def load_packs(plugins: Plugins, config: Config, controls: dict[str, Control]) -> dict[str, Pack]:
    """Every policy pack that plugins and the configuration offer, by id."""
    packs: dict[str, Pack] = {}
    # packs of users are checked whenever they are read; those of plugins are checked by their tests
    for folder in config.packs:
        validate_pack(folder)
    for folder in (*plugins.policy_packs(), *config.packs):
        pack = load_pack(Path(folder), controls)
        packs[pack.id] = pack
    return packs


def choose_packs(packs: dict[str, Pack], wanted: Sequence[str]) -> list[Pack]:
    """The packs asked for, in that order.  Raises :class:`UsageError` for one that does not exist."""
    chosen = []
    for id_ in wanted or (DEFAULT_POLICY,):
        if id_ not in packs:
            known = ", ".join(sorted(packs))
            raise UsageError(
                f"ポリシー {id_} はありません（使えるもの: {known}）。",
                f"there is no policy {id_}; there are: {known}.",
            )
        chosen.append(packs[id_])
    return chosen


def open_targets(plugins: Plugins, targets: Sequence[str]) -> list[Reading]:
    """One reading for each target.

    Raises :class:`InputError` if a target cannot be read, :class:`UsageError` if no source knows its kind.
    """
    sources = plugins.sources()
    readings: list[Reading] = []
    for index, target in enumerate(targets):
        if target in targets[:index]:
            raise UsageError(
                f"{target} が二度指定されています。一度だけ指定してください。",
                f"{target} is given twice; give it once.",
            )
        for source in sources:
            reading = source.open(target)
            if reading is not None:
                readings.append(reading)
                break
        else:
            raise InputError(
                f"{target} を読める入力の種別がありません。`terraform show -json` の出力を指定してください。",
                f"no source can read {target}; give the output of `terraform show -json`.",
            )
    return readings


def run(settings: Settings, plugins: Plugins, progress: Progress = no_progress) -> Report:
    """Do it.  Raises a subclass of :class:`auditor.errors.AuditorError` for what the user must mend."""
    started = now()
    config = settings.config
    controls = load_controls()
    packs = choose_packs(load_packs(plugins, config, controls), settings.policies or config.policies)
    parameters = effective_parameters([(pack.id, pack.parameters) for pack in packs], config)
    phase = settings.phase or Phase(config.phase or Phase.BUILD)
    readings = open_targets(plugins, settings.targets)
    inventory, findings = take_inventory(readings, plugins.adapters, progress)
    checks = plugins.checks()
    values = {id_: parameter.value for id_, parameter in parameters.items()}
    findings += run_checks(inventory, checks, values, phase, config.platform)
    implemented = frozenset(check.control for check in checks)
    results = results_by_control(findings, controls, implemented)
    scope = scope_text(inventory.sources)
    assessments = tuple(assess(pack, results, controls, phase, config.platform, scope) for pack in packs)
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
    )
    return Report(info, inventory, findings, assessments, controls, parameters, checks, clauses_of(packs))


def now() -> datetime.datetime:
    """The time in Japan, where the reports are read; to the second."""
    jst = datetime.timezone(datetime.timedelta(hours=9), "JST")
    return datetime.datetime.now(jst).replace(microsecond=0)


def scope_text(sources: Sequence[SourceInfo]) -> Text:
    """Names of what was looked at."""
    names = [source.name for source in sources]
    return Text(f"確認した範囲（{'、'.join(names)}）", f"the scope ({', '.join(names)})")


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
