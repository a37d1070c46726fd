"""Location names of Google Cloud and the regions that stand behind them.

A region or zone gives its region.  A dual- or multi-region that the documentation describes as a
fixed set of regions gives that set; it differs by service, so each service with names of its own
has a table.  Every other name (``asia``, ``us``, ``eu``, ``global``) stays as it is, in lower case.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Final

_ZONE: Final = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")
_REGION: Final = re.compile(r"[a-z]+-[a-z]+\d+")


def _sets(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(regions.split()) for name, regions in table.items()}


STORAGE: Final = _sets(
    # Predefined dual-regions: https://cloud.google.com/storage/docs/locations#predefined
    {
        "asia1": "asia-northeast1 asia-northeast2",
        "eur4": "europe-north1 europe-west4",
        "eur5": "europe-west1 europe-west2",
        "eur7": "europe-west2 europe-west3",
        "eur8": "europe-west3 europe-west6",
        "nam4": "us-central1 us-east1",
    }
)

SPANNER: Final = _sets(
    # Read-write, read-only and witness regions: https://cloud.google.com/spanner/docs/instance-configurations
    # A witness replica takes part in every write, so its region counts.
    {
        "dual-region-japan1": "asia-northeast1 asia-northeast2",
        "dual-region-australia1": "australia-southeast1 australia-southeast2",
        "dual-region-germany1": "europe-west10 europe-west3",
        "dual-region-india1": "asia-south1 asia-south2",
        "asia1": "asia-northeast1 asia-northeast2 asia-northeast3",
        "asia2": "asia-south1 asia-south2 asia-southeast1",
        "eur3": "europe-west1 europe-west4 europe-north1",
        "eur5": "europe-west2 europe-west1 europe-west4",
        "eur6": "europe-west4 europe-west3 europe-west6",
        "eur7": "europe-west8 europe-west3 europe-west12",
        "nam3": "us-east4 us-east1 us-central1",
        "nam6": "us-central1 us-east1 us-west1 us-west2 us-central2",
    }
)

KMS: Final = _sets(
    # https://cloud.google.com/kms/docs/locations : asia1 has a third region in Seoul, unlike that of Cloud Storage.
    {"asia1": "asia-northeast1 asia-northeast2 asia-northeast3"}
)

FIRESTORE: Final = _sets(
    # https://cloud.google.com/firestore/docs/locations#types : read-write regions and the witness region
    {
        "nam5": "us-central1 us-central2 us-east1",
        "nam7": "us-central1 us-central2 us-east4",
        "eur3": "europe-west1 europe-west4 europe-north1",
    }
)

APP_ENGINE: Final = _sets(
    # https://cloud.google.com/appengine/docs/standard/locations : two locations are written without their number.
    {"us-central": "us-central1", "europe-west": "europe-west1"}
)

NONE: Final[Mapping[str, frozenset[str]]] = {}


def regions(name: str, table: Mapping[str, frozenset[str]] = STORAGE) -> frozenset[str]:
    """The regions behind ``name``: a zone, region, multi-region, or a path or address that ends with one."""
    short = name.rsplit("/", 1)[-1].strip().lower()
    zone = _ZONE.fullmatch(short)
    if zone is not None:
        return frozenset((zone[1],))
    return table.get(short) or frozenset((short,))


def spanner_regions(config: str) -> frozenset[str]:
    """The regions of an instance configuration of Spanner (``regional-asia-northeast1``, ``asia1``)."""
    short = config.rsplit("/", 1)[-1].lower()
    return regions(short.removeprefix("regional-"), SPANNER)


def in_path(path: str) -> str | None:
    """The location that a full resource name states (``projects/p/locations/asia-northeast1/keyRings/r``)."""
    steps = path.split("/")
    for step, following in itertools.pairwise(steps):
        if step in ("locations", "regions", "zones") and following:
            return following
    return None


_CONTINENTS: Final = {"asia": "asia", "us": "us", "northamerica": "us", "europe": "eu"}


def nearest_multi_region(region: str) -> str | None:
    """The multi-region in which Google puts a backup or snapshot that names no place; ``None`` if not documented.

    https://cloud.google.com/compute/docs/disks/snapshots#selecting_a_storage_location and
    https://cloud.google.com/sql/docs/mysql/backup-recovery/backups#locations : the closest one.
    """
    return _CONTINENTS.get(region.split("-", 1)[0])


_GROUP: Final = re.compile(r"in:(.+)-locations")


def guardrail_regions(value: str) -> frozenset[str]:
    """The regions that one value of the constraint ``gcp.resourceLocations`` means.

    https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations : ``in:`` names a
    group, ``is:`` or nothing a single location.  Groups wider than a region keep their own name
    (``in:asia-locations`` -> ``asia``), except the one whose contents its name settles.
    """
    text = value.strip().lower()
    group = _GROUP.fullmatch(text)
    if group is None:
        return regions(text.removeprefix("is:").removeprefix("in:"))
    if group[1] == "japan":
        return frozenset(("asia-northeast1", "asia-northeast2"))
    return frozenset((group[1],))


def is_region(name: str) -> bool:
    """Whether ``name`` has the form of a single region."""
    return _REGION.fullmatch(name) is not None
