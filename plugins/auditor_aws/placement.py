"""Where a resource is, from the region in which its provider manages it."""

from __future__ import annotations

import re

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Placement
from auditor.record import Node, Record

_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-[0-9]+")


def in_region(record: Record, *, stores_data: bool = True) -> Placement:
    """A regional resource."""
    return Placement(locations=region_set(record.region), stores_data=stores_data)


def global_service(record: Record, name: str, *, stores_data: bool = False) -> Placement:
    """A resource of a service that AWS runs outside of any region, such as CloudFront or IAM."""
    return Placement(locations=Known(frozenset(), record, "region"), stores_data=stores_data, global_service=name)


def region_set(region: Attr[str]) -> Attr[frozenset[str]]:
    """One region as the set that facets hold."""
    return map_attr(region, lambda code: frozenset({code.lower()}))


def region_of_zone(zone: str) -> str:
    """Region of an availability zone: ``ap-northeast-1a`` -> ``ap-northeast-1``.

    Local zones carry a city after their region (``ap-northeast-1-tpe-1a``): the region in front is the one that
    manages them.  Source: EC2 User Guide, page "Regions and Zones".
    """
    match = _REGION.match(zone.lower())
    return match.group() if match else zone.lower()


def region_of_arn(arn: str) -> str | None:
    """Region in an ARN; ``None`` for a string that is no ARN and for ARNs without one (S3, IAM)."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[3] or "*" in parts[3]:
        return None
    return parts[3].lower()


def named_region(node: Node, path: str) -> Attr[frozenset[str]]:
    """The region that an attribute of the block names; the resource's own where it names none."""
    value = node.text(path)
    if isinstance(value, Known) and value.value is None:
        return region_set(node.record.region)
    return map_attr(value, lambda code: frozenset({str(code).lower()}))


def arn_region(node: Node, path: str, *types: str) -> Attr[frozenset[str]]:
    """Region of the resource that an attribute names: of the record of one of ``types``, or by its ARN."""
    target = node.target(path, *types)
    if isinstance(target, Known) and target.value is not None:
        return region_set(target.value.region)
    value = node.text(path)
    if isinstance(value, Known) and value.value is not None:
        region = region_of_arn(value.value)
        if region is not None:
            return node.known(path, frozenset({region}))
    if isinstance(target, Unknown):
        return target
    return value if isinstance(value, Unknown) else node.unknown(path, Reason.OUTSIDE)
