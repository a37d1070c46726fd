"""Buckets whose objects are published, by a distribution or as a web site.

Sources: Terraform AWS provider documentation, pages ``aws_s3_bucket_website_configuration`` and
``aws_cloudfront_distribution``; S3 User Guide, page "Hosting a static website using Amazon S3".
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Known, Reason, Unknown
from auditor.facets import ContentWriters, Facet, PublishedContent
from auditor.record import Record
from auditor.text import Text
from auditor_aws import bucket_rights, computed
from auditor_aws.origins import is_bucket
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown
from auditor_aws.terraform import s3_parts

_DISTRIBUTIONS = ("aws_cloudfront_distribution", "aws_cloudfront_multitenant_distribution")
_WEBSITE = "aws_s3_bucket_website_configuration"
_OUTSIDE = Text("公開されるバケット（入力に含まれない）", "a published bucket that is not in the input")


@REGISTRY.adapter("aws_s3_bucket")
def published_bucket(record: Record) -> Iterable[Facet]:
    """A bucket that certainly is published; any other says nothing here."""
    if not _is_published(record):
        site = computed.block(record, "website")
        if isinstance(site, Unknown) and site.reason in (Reason.DENIED, Reason.FAILED):
            yield from _unread("", site)
        return
    policy = s3_parts.policy(record)
    writable = bucket_rights.open_to_anyone(record, policy, "s3:putobject", "WRITE")
    yield PublishedContent(
        versioned=s3_parts.versioning(record),
        publicly_writable=writable,
        publicly_listed=bucket_rights.open_to_anyone(record, policy, "s3:listbucket", "READ"),
    )
    yield ContentWriters(
        anybody=writable, confined=bucket_rights.confines_writing(policy), named=bucket_rights.writers(policy)
    )


def _is_published(bucket: Record) -> bool:
    links = bucket.links
    if links.of_type(_WEBSITE):
        sites = computed.joined(bucket, _WEBSITE, "bucket").certain
        # One that only redirects publishes nothing of its own.
        if any(not _redirects(site) for site in sites):
            return True
    for type_ in _DISTRIBUTIONS:
        if links.of_type(type_) and computed.joined(bucket, type_, "origin.domain_name").certain:
            return True
    inline = computed.block(bucket, "website")
    return isinstance(inline, Known) and inline.value is not None


def _redirects(site: Record) -> bool:
    blocks = site.blocks("redirect_all_requests_to")
    return isinstance(blocks, Known) and bool(blocks.value)


@REGISTRY.adapter(*_DISTRIBUTIONS)
def content_elsewhere(record: Record) -> Iterable[Facet]:
    """What a distribution publishes from a bucket that cannot be told, or that is not in the input."""
    origins = record.blocks("origin")
    if isinstance(origins, Unknown):
        yield from _unread("origin", origins)
        return
    for index, origin in enumerate(origins.value):
        bucket = origin.target("domain_name", "aws_s3_bucket", _WEBSITE)
        if isinstance(bucket, Known) and bucket.value is not None:
            continue
        stored = is_bucket(origin)
        name = origin.text("origin_id" if record.type == _DISTRIBUTIONS[0] else "id")
        key = f"origin:{shown(name) or index}"
        if isinstance(bucket, Unknown) and not (isinstance(stored, Known) and not stored.value):
            yield from _unread(key, bucket)
        elif isinstance(stored, Known) and stored.value:
            yield from _unread(key, origin.unknown("domain_name", Reason.OUTSIDE, _OUTSIDE))


def _unread(key: str, why: Unknown) -> Iterable[Facet]:
    yield PublishedContent(key=key, versioned=why, publicly_writable=why, publicly_listed=why)
    yield ContentWriters(key=key, anybody=why, confined=why, named=why)


REGISTRY.part("aws_s3_bucket", "aws_s3_bucket_website_configuration")
