"""What a distribution gets its answers from."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.record import Node

_STORED: Final = (".s3.amazonaws.com", ".s3-accelerate.amazonaws.com")


def is_bucket(origin: Node) -> Attr[bool]:
    """Whether an origin is a bucket of S3, by what it refers to or by its name."""
    bucket = origin.target("domain_name", "aws_s3_bucket", "aws_s3_bucket_website_configuration")
    if isinstance(bucket, Known) and bucket.value is not None:
        return origin.known("domain_name", True)
    name = origin.text("domain_name")
    if isinstance(name, Unknown):
        return name
    host = (name.value or "").lower()
    bucket_host = host.endswith(_STORED) or (host.endswith(".amazonaws.com") and (".s3." in host or ".s3-" in host))
    return origin.known("domain_name", bucket_host)
