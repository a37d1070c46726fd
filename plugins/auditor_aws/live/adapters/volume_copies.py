"""What only an account tells of snapshots of volumes: whether everybody may use them.

Sources: Amazon EC2 API Reference, DescribeSnapshotAttribute (the group ``all``) and GetSnapshotBlockPublicAccessState.
Terraform shares snapshots with single accounts only.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facets import Exposure, Facet
from auditor.record import Record
from auditor_aws.live.adapters import LIVE


@LIVE.adapter("aws_ebs_snapshot")
def snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot of the account."""
    yield Exposure(public=record.flag("public", False))
