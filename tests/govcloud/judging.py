"""What the tests of the checks are made of: a resource, a judgement, and sample values of every facet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, UnknownValueError
from auditor.checks import AnyCheck, Check, Context, InventoryCheck, Verdict
from auditor.facets import (
    AccessAnalyser,
    AccountClosure,
    AccountIdentity,
    AuditTrail,
    Authentication,
    Backup,
    BackupPlan,
    BackupVault,
    Breadth,
    Credential,
    DataAccessLog,
    DefaultAccount,
    DefaultAccountKind,
    DelegatedRights,
    Delegation,
    EncryptionAtRest,
    EncryptionInTransit,
    EncryptionKey,
    Exposure,
    Facet,
    Identity,
    IdentityName,
    ImageSource,
    KeyOwner,
    KeyPolicy,
    KeyState,
    LogImmutability,
    LogStore,
    MalwareScan,
    MfaDemand,
    NeedlessFunction,
    NetworkFlowLog,
    ObjectVersioning,
    Obstacle,
    ObstacleKind,
    PasswordPolicy,
    Patching,
    Placement,
    PlaintextCredential,
    PrivilegedSession,
    RegionGuardrail,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
    Rights,
    RootUser,
    Share,
    Software,
    TimeSource,
    TrailIntegrity,
    Unrecognised,
    Usage,
    Utility,
    VulnerabilityScan,
)
from auditor.findings import Status
from auditor.inventory import UNPLACED, Inventory, Phase, Resource, SourceInfo, SourceKind
from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.policies.model import Control, Pack
from auditor.record import Action
from auditor_govcloud.catalogue import all_checks
from tests.govcloud import samples_network, samples_service

UNKNOWN = Unknown(Reason.AFTER_APPLY)
TOKYO = "ap-northeast-1"
OSAKA = "ap-northeast-3"
SINGAPORE = "ap-southeast-1"


@cache
def toyama() -> Pack:
    return load_pack(mappings_root() / "policies" / "toyama", controls())


@cache
def controls() -> dict[str, Control]:
    return load_controls()


@cache
def parameters() -> Mapping[str, Any]:
    """The values that the shipped policy uses."""
    return {id_: parameter.value for id_, parameter in toyama().parameters.items()}


def by_id(id_: str) -> AnyCheck:
    found = [check for check in all_checks() if check.id == id_]
    assert len(found) == 1, id_
    return found[0]


def resource(
    *facets: Facet,
    action: Action = Action.NO_OP,
    provider: str = "aws",
    address: str = "aws_thing.one",
    account: Attr[str] = UNPLACED,
) -> Resource:
    return Resource(
        address.split(".")[0], address, provider, "plan.json", action, account, UNPLACED, facets, None, address
    )


def inventory(*resources: Resource, complete: bool = False) -> Inventory:
    kind = SourceKind.AWS if complete else SourceKind.PLAN
    return Inventory([SourceInfo("plan.json", kind, len(resources), complete)], list(resources), {}, {})


def context(
    judged: Resource | None,
    phase: Phase = Phase.BUILD,
    *others: Resource,
    values: Mapping[str, Any] | None = None,
    platform: str | None = None,
    complete: bool = False,
) -> Context:
    """A context around ``judged``, which stands among ``others``."""
    found = Context(
        parameters() if values is None else values,
        phase,
        inventory(*(() if judged is None else (judged,)), *others, complete=complete),
        platform,
    )
    if judged is not None:
        found.resource = judged
    return found


def judge_in(check: Check[Any], facet: Facet, around: Context) -> Verdict | None:
    """The verdict as the engine would note it: asking for an unknown value makes it unknown."""
    try:
        verdict: Verdict | None = check.function(facet, around)
    except UnknownValueError as error:
        return Verdict(Status.UNKNOWN, unknown=error.unknown)
    return verdict


def judge(
    id_: str,
    facet: Facet,
    *,
    phase: Phase | None = None,
    action: Action = Action.NO_OP,
    provider: str = "aws",
    beside: Sequence[Facet] = (),
    others: Sequence[Resource] = (),
    values: Mapping[str, Any] | None = None,
    account: Attr[str] = UNPLACED,
    platform: str | None = None,
) -> Verdict | None:
    """The verdict of one check on a facet of a resource of its own; in the check's first phase unless one is given."""
    check = by_id(id_)
    assert isinstance(check, Check)
    judged = resource(facet, *beside, action=action, provider=provider, account=account)
    where = phase or (Phase.BUILD if Phase.BUILD in check.phases else check.phases[0])
    assert where in check.phases
    return judge_in(check, facet, context(judged, where, *others, values=values, platform=platform))


def status(id_: str, facet: Facet, **how: Any) -> Status | None:
    """Status of :func:`judge`; ``None`` if the check makes no finding."""
    verdict = judge(id_, facet, **how)
    return verdict.status if verdict is not None else None


def whole(
    id_: str, *resources: Resource, complete: bool = False, platform: str | None = None, phase: Phase = Phase.BUILD
) -> list[tuple[str, Verdict]]:
    """(address of the subject, verdict) of an inventory check."""
    check = by_id(id_)
    assert isinstance(check, InventoryCheck)
    around = context(None, phase, platform=platform)
    held = inventory(*resources, complete=complete)
    return [(judged.address, verdict) for judged, verdict in check.function(held, around)]


def _kind(*values: Any) -> tuple[Known[Any], ...]:
    return tuple(Known(value) for value in values)


_BOOL = _kind(True, False)
_REGIONS = _kind(
    frozenset({TOKYO}), frozenset({OSAKA, TOKYO}), frozenset({SINGAPORE}), frozenset({TOKYO, SINGAPORE}), frozenset()
)
_OWNERS = _kind(*KeyOwner)
_OBSTACLES = tuple(
    (Obstacle(name, kind, present),)
    for name, kind in (
        ("deletion_protection", ObstacleKind.PROTECTS),
        ("final_snapshot", ObstacleKind.KEEPS),
        ("skip_destroy", ObstacleKind.KEEPS),
        ("object_lock", ObstacleKind.LOCKS),
    )
    for present in _BOOL
)
_HOURS = _kind(0.0, 24.0, 24.5, 168.0, None)
_DAYS = _kind(0.0, 6.0, 7.0, 364.0, 365.0, None)
_DEMANDS = _kind(*MfaDemand)

SAMPLES: dict[type[Facet], dict[str, tuple[Any, ...]]] = {
    Placement: {"locations": _REGIONS, "stores_data": (True, False), "global_service": (None, "CloudFront")},
    Replica: {"location": _REGIONS, "kind": (ReplicaKind.REPLICATION,)},
    RegionGuardrail: {"allowed": _REGIONS, "enforced": _BOOL},
    EncryptionAtRest: {"enabled": _BOOL, "key_owner": _OWNERS, "key_id": _kind(None)},
    EncryptionInTransit: {
        "endpoint": ("listener",),
        "required": _BOOL,
        "minimum_tls": _kind(None, "1.0", "1.2", "1.3", "old"),
    },
    EncryptionKey: {
        "rotatable": _BOOL,
        "rotation": _BOOL,
        "rotation_days": _kind(None, 90.0, 365.0, 366.0),
        "deletion_window_days": _kind(7.0, 30.0),
        "state": _kind(*KeyState),
    },
    KeyPolicy: {"open_to_anyone": _BOOL, "foreign_principals": _kind((), ("arn:aws:iam::444455556666:root",))},
    Delegation: {
        "principal": _kind("arn:aws:iam::444455556666:root"),
        "administrative": _BOOL,
        "mfa": _DEMANDS,
        "names": ((),),
    },
    Identity: {
        "administrative": _BOOL,
        "person": _BOOL,
        "mfa": _DEMANDS,
        "long_lived_key": _BOOL,
        "principal": _kind("arn:aws:iam::111122223333:user/example"),
    },
    RootUser: {"protected": _BOOL},
    AuditTrail: {"logging": _BOOL, "all_regions": _BOOL, "management_events": _BOOL, "organization": _BOOL},
    DataAccessLog: {"what": ("access-log",), "enabled": _BOOL},
    NetworkFlowLog: {"enabled": _BOOL},
    LogStore: {"retention_days": _DAYS},
    TrailIntegrity: {"validated": _BOOL},
    LogImmutability: {"locked": _BOOL, "versioned": _BOOL, "deletion_denied": _BOOL},
    Exposure: {"public": _BOOL, "holds_logs": _BOOL, "by_address": (False, True)},
    Backup: {"enabled": _BOOL, "interval_hours": _HOURS, "retention_days": _DAYS, "offsite": _REGIONS},
    BackupPlan: {"interval_hours": _HOURS, "retention_days": _DAYS, "offsite": _REGIONS},
    BackupVault: {"encrypted": _BOOL, "key_owner": _OWNERS, "immutable": (*_BOOL, None)},
    ObjectVersioning: {"enabled": _BOOL},
    TimeSource: {"servers": _kind((), ("169.254.169.123",), ("time.aws.com.", "NTP.NICT.JP"), ("ntp.example",))},
    Retirement: {
        "obstacles": ((), *_OBSTACLES, *(a + b for a, b in itertools.product(_OBSTACLES, repeat=2))),
    },
    AccountClosure: {"closes": _BOOL, "state": (Known(None), Known("SUSPENDED"))},
    AccountIdentity: {"what": ("user",), "state": (Known(None), Known("Inactive"))},
    Residue: {"what": ("bucket",), "state": (Known(None), Known("PendingDeletion"))},
    Rights: {"breadth": _kind(*Breadth), "whole_services": _kind((), ("s3",)), "person": _BOOL},
    DelegatedRights: {
        "principal": _kind("arn:aws:iam::444455556666:root"),
        "outside": _BOOL,
        "breadth": _kind(*Breadth),
    },
    Share: {"recipients": _kind((), ("444455556666",)), "unlimited": _BOOL},
    Authentication: {"what": ("function-url",), "internal": (False, True), "required": _BOOL},
    AccessAnalyser: {"what": ("ACCOUNT",), "active": _BOOL},
    Usage: {"what": ("iam-user",), "unused_days": _kind(0.0, 90.0, 91.0, None)},
    IdentityName: {"name": _kind("admin", "t-yamada"), "person": _BOOL},
    Credential: {"what": ("access-key",), "endless": _BOOL},
    PlaintextCredential: {"where": ("user-data",), "places": _kind((), ("DB_PASSWORD",))},
    PasswordPolicy: {
        "what": ("iam-users",),
        "account": (True,),
        "held": _BOOL,
        "min_length": (None, *_kind(0.0, 8.0)),
        "kinds": (None, *_kind(2.0, 3.0)),
        "history": (None, *_kind(0.0, 1.0)),
        "max_age_days": (None, *_kind(365.0, 366.0, None)),
        "changed_at_first": (None, *_BOOL),
        "attempts": (None, *_kind(5.0, 11.0, None)),
    },
    PrivilegedSession: {"hours": _kind(1.0, 4.0, 12.0), "administrative": _BOOL},
    DefaultAccount: {"kind": tuple(DefaultAccountKind), "in_use": _BOOL},
    Utility: {"what": ("serial-console",), "enabled": _BOOL, "logged": _BOOL},
    MalwareScan: {"what": ("machines",), "active": _BOOL, "updated": _BOOL},
    VulnerabilityScan: {"what": ("machines",), "active": _BOOL},
    Patching: {"what": ("database",), "automatic": _BOOL},
    NeedlessFunction: {"function": ("IMDSv1",), "enabled": _BOOL},
    ImageSource: {"publisher": _kind("444455556666", None), "vouched": _BOOL},
    Software: {
        "product": ("lambda", "rds-mysql"),
        "version": _kind("python2.7", "5.6.10", "5.7.44", "9999", None),
        "kept_current": _BOOL,
        "extended": _BOOL,
    },
    Unrecognised: {},
}
"""Values of every field of every facet that a check asks about; the tests take all combinations."""
SAMPLES.update(samples_service.SAMPLES)
SAMPLES.update(samples_network.SAMPLES)


_made: dict[type[Facet], tuple[Facet, ...]] = {}


def samples(class_: type[Facet]) -> tuple[Facet, ...]:
    """Every combination of the sample values of a facet, all attributes known."""
    if class_ not in _made:
        fields = SAMPLES[class_]
        assert set(fields) == set(class_.__struct_fields__) - {"key"}, class_
        combinations = itertools.product(*fields.values())
        _made[class_] = tuple(class_(**dict(zip(fields, values, strict=True))) for values in combinations)
    return _made[class_]


def less_known(facet: Facet) -> Iterator[Facet]:
    """The facet with one attribute after the other unknown."""
    for field in facet.__struct_fields__:
        value = getattr(facet, field)
        if isinstance(value, Known):
            yield msgspec.structs.replace(facet, **{field: UNKNOWN})
        elif isinstance(value, tuple):
            for index, obstacle in enumerate(value):
                changed = msgspec.structs.replace(obstacle, present=UNKNOWN)
                yield msgspec.structs.replace(facet, **{field: (*value[:index], changed, *value[index + 1 :])})


def all_unknown(facet: Facet) -> Facet:
    """The facet with every attribute unknown."""
    changes: dict[str, Any] = {}
    for field in facet.__struct_fields__:
        value = getattr(facet, field)
        if isinstance(value, Known):
            changes[field] = UNKNOWN
        elif isinstance(value, tuple):
            changes[field] = tuple(msgspec.structs.replace(obstacle, present=UNKNOWN) for obstacle in value)
    return msgspec.structs.replace(facet, **changes)
