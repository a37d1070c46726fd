"""Reports made by hand: a few checks, a few resources, the shipped pack."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.adapters import AdapterRegistry
from auditor.assessment import Looked, assess, results_by_control
from auditor.attr import Known, Reason, Unknown
from auditor.checks import AnyCheck, Context, Verdict, check, failed, inherited, manual, not_applicable, passed
from auditor.engine import run_checks, take_inventory
from auditor.errors import ExitCode
from auditor.facets import Delegation, EncryptionAtRest, Facet, KeyOwner, MfaDemand, Obstacle, ObstacleKind, Retirement
from auditor.findings import Severity
from auditor.inventory import Phase, SourceInfo, SourceKind
from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.record import Record
from auditor.reporting import Options, Report, Reporter, RunInfo
from auditor.run import clauses_of, exit_code, scope_text
from auditor.testing import World
from auditor.text import Text

JST = datetime.timezone(datetime.timedelta(hours=9), "JST")


@check(
    "encryption.at-rest.enabled",
    control="encryption.at-rest",
    facet=EncryptionAtRest,
    severity=Severity.HIGH,
    title=Text("保存時に暗号化すること", "data is encrypted at rest"),
    remediation=Text("暗号化を有効にする。", "Switch encryption on."),
    facts=("enabled", "key_owner", "key_id"),
    parameters=("log.retention_min_days", "residency.allowed_regions.aws"),
)
def encrypted(facet: EncryptionAtRest, context: Context) -> Verdict:
    """Looks at the encryption of a store."""
    if facet.enabled.value:
        return passed()
    return failed("暗号化が無効である", "encryption is off", expected=Text("有効", "on"))


@check(
    "encryption.customer-key.held",
    control="encryption.customer-key",
    facet=EncryptionAtRest,
    severity=Severity.MEDIUM,
    title=Text("顧客管理鍵で暗号化すること", "a customer-managed key encrypts"),
    remediation=Text("顧客管理鍵を指定する。", "Name a customer-managed key."),
    facts=("key_owner",),
)
def customer_key(facet: EncryptionAtRest, context: Context) -> Verdict:
    """Looks at who holds the key."""
    if facet.key_owner.value is KeyOwner.CUSTOMER:
        return passed()
    return failed(f"鍵の種別は {facet.key_owner.value.value}", f"the key is {facet.key_owner.value.value}")


@check(
    "mfa.delegated-admin.demanded",
    control="mfa.delegated-admin",
    facet=Delegation,
    severity=Severity.CRITICAL,
    title=Text("委託先の管理者に多要素認証を求めること", "delegated administrators need MFA"),
    remediation=Text("条件を加える。", "Add the condition."),
    facts=("principal", "mfa"),
)
def delegated(facet: Delegation, context: Context) -> Verdict:
    """Looks at outside administrators."""
    match facet.mfa.value:
        case MfaDemand.AT_IDENTITY_PROVIDER:
            return manual("認証基盤の設定による", "decided at the identity provider", "idp-mfa-evidence")
        case MfaDemand.NOT_A_PERSON:
            return not_applicable("人ではない", "not a person")
        case MfaDemand.IF_EXISTS:
            raise RuntimeError("a defect")
        case MfaDemand.REQUIRED:
            return inherited("デジタル庁が対応", "the Digital Agency answers")
    return failed("条件がない", "no condition")


@check(
    "teardown.deletable.free",
    control="teardown.deletable",
    facet=Retirement,
    severity=Severity.LOW,
    title=Text("終了時に削除できること", "deletable at the end"),
    remediation=Text("設定を外す。", "Remove the setting."),
    facts=("obstacles",),
)
def deletable(facet: Retirement, context: Context) -> Verdict:
    """Looks at what is in the way."""
    return passed() if not any(o.present.value for o in facet.obstacles) else failed("消せない", "cannot go")


CHECKS: list[AnyCheck] = [encrypted, customer_key, delegated, deletable]

registry = AdapterRegistry("aws", "terraform")
registry.part("aws_thing_store", "aws_thing_part")


@registry.adapter("aws_thing_store")
def store(record: Record) -> Iterable[Facet]:
    yield EncryptionAtRest(
        enabled=record.flag("encrypted", False),
        key_owner=record.known("kms", KeyOwner(record.text_or("owner", "provider").value)),
        key_id=record.text("kms"),
    )
    yield Retirement(
        obstacles=(Obstacle("deletion_protection", ObstacleKind.PROTECTS, record.flag("deletion_protection", False)),)
    )


@registry.adapter("aws_thing_role")
def role(record: Record) -> Iterable[Facet]:
    yield Delegation(
        principal=record.text_or("principal", ""),
        administrative=Known(True),
        mfa=record.known("mfa", MfaDemand(record.text_or("mfa", "required").value)),
    )


class MadeReading:
    """A reading of the records of a world."""

    form = "terraform"

    def __init__(self, world: World, info: SourceInfo) -> None:
        self._world = world
        self.info = info

    def records(self) -> Sequence[Record]:
        return self._world.records


def source(name: str = "test", number: int = 0, **given: Any) -> SourceInfo:
    values = {"complete": False, "notes": (Text("一部だけのプラン", "a partial plan"),), "sha256": "ab" * 32, **given}
    return SourceInfo(name=name, kind=SourceKind.PLAN, resources=number, **values)


def world() -> World:
    """One resource for each thing that a report has to show."""
    made = World()
    made.add("aws_thing_store.good", {"encrypted": True, "owner": "customer", "kms": "key-1"})
    made.add("aws_thing_store.bad", {"encrypted": False, "deletion_protection": True})
    made.add("aws_thing_store.open", {}, unknown={"encrypted": True})
    made.add("aws_thing_store.secret", {"encrypted": False, "kms": "hunter2"}, sensitive={"kms": True})
    made.add("aws_thing_role.manual", {"mfa": "at-identity-provider", "principal": "idp"})
    made.add("aws_thing_role.service", {"mfa": "not-a-person"})
    made.add("aws_thing_role.broken", {"mfa": "if-exists"})
    made.add("aws_thing_role.inherited", {"mfa": "required"})
    made.add("aws_thing_part.x", {})
    made.add("aws_thing_new.y", {})
    return made


def make(
    worlds: Sequence[World] | None = None,
    *,
    checks: Sequence[AnyCheck] = tuple(CHECKS),
    phase: Phase = Phase.BUILD,
    platform: str | None = None,
    infos: Sequence[SourceInfo] | None = None,
    problems: tuple[Text, ...] = (),
    remarks: tuple[Text, ...] = (),
) -> Report:
    """The report of a run of ``checks`` over the worlds."""
    given = [world()] if worlds is None else list(worlds)
    named = infos or [source(number=len(one.records)) for one in given]
    adapters = registry.build()
    inventory, findings = take_inventory(
        [MadeReading(one, info) for one, info in zip(given, named, strict=True)],
        lambda provider, form: adapters if provider == "aws" else None,
        lambda done, total: None,
    )
    controls = load_controls()
    pack = load_pack(mappings_root() / "policies" / "toyama", controls)
    values = {id_: parameter.value for id_, parameter in pack.parameters.items()}
    findings += run_checks(inventory, checks, values, phase, platform)
    results = results_by_control(findings, controls, frozenset(check.control for check in checks))
    assessment = assess(pack, results, controls, frozenset({phase}), platform, Looked(scope_text(inventory.sources)))
    moment = datetime.datetime(2026, 4, 1, 9, 0, tzinfo=JST)
    info = RunInfo(
        version="0.0.0",
        started=moment,
        finished=moment + datetime.timedelta(seconds=2),
        phase=phase,
        platform=platform,
        strict=False,
        fail_on=Severity.LOW,
        exit_code=ExitCode.INCOMPLETE if problems else exit_code(findings, inventory, False, Severity.LOW, ()),
        problems=problems,
        remarks=remarks,
    )
    return Report(info, inventory, findings, (assessment,), controls, pack.parameters, list(checks), clauses_of([pack]))


def written(reporter: Reporter, report: Report, options: Options | None = None) -> bytes:
    """What the reporter writes."""
    out = io.BytesIO()
    reporter(report, out, options or Options())
    return out.getvalue()


def loaded(reporter: Reporter, report: Report, options: Options | None = None) -> Any:
    """What a JSON reporter writes, decoded."""
    return json.loads(written(reporter, report, options))


def outside(path: str) -> Unknown:
    """Something unknown that stands nowhere."""
    return Unknown(Reason.OUTSIDE, path=path)
