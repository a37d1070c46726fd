"""Collecting from a test server and judging the snapshot, as ``auditor collect`` and ``auditor scan`` do."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from auditor.collecting import CollectOptions
from auditor.config import Config
from auditor.facets import Facet
from auditor.findings import Finding
from auditor.inventory import Phase, Resource
from auditor.plugins import Plugins
from auditor.reporting import Report
from auditor.run import Settings, run
from auditor_aws.live.collector import AwsCollector

F = TypeVar("F", bound=Facet)

POLICIES = ("toyama", "osaka-minami", "osaka-pref", "edogawa", "moriguchi-kadoma")
HOME = "ap-northeast-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": HOME,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@contextmanager
def surroundings(url: str) -> Iterator[None]:
    """The environment of a process that asks the server."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=url)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def collect(url: str, place: Path, options: CollectOptions) -> None:
    """Write a snapshot of the server's account."""
    with surroundings(url):
        AwsCollector().collect(str(place), options, None, lambda step: None)


class Audit:
    """The report of a run over a snapshot, with what tests ask of it."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def resources(self, type_: str) -> list[Resource]:
        """Resources of a type, those that stand for unlisted ones included."""
        return [one for one in self.report.inventory.resources if one.type == type_]

    def resource(self, type_: str, name: str = "") -> Resource:
        """The one resource of a type whose address holds ``name``."""
        found = [one for one in self.resources(type_) if name in one.address]
        assert len(found) == 1, f"{type_} {name}: {[one.address for one in found]}"
        return found[0]

    def facet(self, type_: str, name: str, class_: type[F]) -> F:
        """The facet of the one such resource."""
        facet = self.resource(type_, name).facet(class_)
        assert facet is not None, f"{type_} {name} has no {class_.__name__}"
        return facet

    def findings(self, check: str, name: str = "") -> list[Finding]:
        """Findings of a check on resources whose address holds ``name``."""
        return [one for one in self.report.findings if one.check.id == check and name in one.resource.address]

    def statuses(self, name: str) -> Mapping[str, set[str]]:
        """Check -> statuses, over the findings on resources whose address holds ``name``."""
        out: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.report.findings:
            if name in one.resource.address:
                out[one.check.id].add(one.status.value)
        return out


def judge(place: Path, *, phase: Phase | None = None, config: Config | None = None) -> Audit:
    """Judge a snapshot under all five policies."""
    settings = Settings((str(place),), POLICIES, phase, config=config or Config())
    return Audit(run(settings, Plugins()))


def audit(
    url: str,
    services: Sequence[str] = (),
    *,
    regions: Sequence[str] = (HOME,),
    phase: Phase | None = None,
    config: Config | None = None,
) -> Audit:
    """Collect these services (all without a name) in these regions and judge what was collected."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "snapshot"
        collect(url, place, CollectOptions(services=tuple(services), regions=tuple(regions)))
        return judge(place, phase=phase, config=config)
