"""Trails of accounts: what each does in a region, and files that are kept in another account.

Sources: AWS CloudTrail API Reference, GetTrailStatus; CloudTrail User Guide, "Creating a trail for an organization" (the
files of all members are in one bucket, of the account that manages the trail).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Exposure, Facet, LogImmutability, LogStore
from auditor.record import Record
from auditor.text import Text
from auditor_aws.live.adapters import LIVE
from auditor_aws.trail_events import STATUS

_ELSEWHERE: Final = Text(
    "収集していないアカウントにある保存先のバケット", "the bucket that keeps them, in an account that was not collected"
)

LIVE.part("aws_cloudtrail", STATUS)


@LIVE.adapter("aws_cloudtrail")
def kept_elsewhere(trail: Record) -> Iterator[Facet]:
    """A trail whose bucket is not in the snapshot; nothing is known of how long and how safely the files are kept."""
    bucket = trail.target("s3_bucket_name", "aws_s3_bucket")
    if isinstance(bucket, Unknown) or bucket.value is not None:
        return
    named = trail.has("s3_bucket_name")
    if isinstance(named, Unknown) or not named.value:
        return
    open_: Attr[Any] = trail.unknown("s3_bucket_name", Reason.OUTSIDE, _ELSEWHERE)
    yield LogStore(key="bucket", retention_days=open_)
    yield LogImmutability(key="bucket", locked=open_, versioned=open_, deletion_denied=open_)
    yield Exposure(key="bucket", public=open_, holds_logs=Known(True, trail, "s3_bucket_name"))
