"""Which attributes say which resource is meant.

References and known values join through these.  What holds for every resource type of a provider
follows from how the providers name their attributes (each type's "Attribute Reference" page).
"""

from __future__ import annotations

_EXACT = frozenset(
    {
        "id",
        "arn",
        "name",
        "bucket",
        "identifier",
        "self_link",
        "self_link_unique",
        "self_link_unchecked",
        "uri",
        "url",
        "email",
        "member",
        "number",
        "unique_id",
        "resource_id",
        "arn_suffix",
        "certificate_arn",
        "qualified_arn",
        "invoke_arn",
        "domain_name",
        "dns_name",
        "endpoint",
        "endpoint_forwarding_rule",
        "fqdn",
        "bucket_domain_name",
        "bucket_regional_domain_name",
    }
)
_ENDINGS = ("_id", "_arn", "_name", "_identifier", "_link", "_url", "_uri")

SAME_AS: dict[tuple[str, str], str] = {
    ("aws_kms_alias", "target_key_arn"): "target_key_id",
    ("terraform_data", "output"): "input",
    ("data.aws_kms_alias", "target_key_arn"): "name",
    ("data.aws_kms_alias", "target_key_id"): "name",
    ("data.aws_kms_key", "arn"): "key_id",
    ("data.aws_kms_key", "id"): "key_id",
    ("data.aws_s3_bucket", "arn"): "bucket",
    ("data.aws_s3_bucket", "id"): "bucket",
    ("data.aws_vpc", "arn"): "id",
    ("data.google_kms_crypto_key", "id"): "name",
    ("data.google_storage_bucket", "id"): "name",
}
"""Computed attributes that carry the identity given by an argument: (type, attribute) -> argument."""


def identifies(type_: str, attribute: str) -> bool:
    """Whether ``attribute`` of a ``type_`` says which one it is.

    ``key_id`` of ``aws_kms_key`` does, ``hosted_zone_id`` of ``aws_s3_bucket`` does not.  Of a data
    resource everything does: whoever asks for one wants to know where a value was put together.
    """
    found = _IDENTIFIES.get((type_, attribute))
    if found is None:
        found = _IDENTIFIES[type_, attribute] = _identifies(type_, attribute)
    return found


_IDENTIFIES: dict[tuple[str, str], bool] = {}
"""What has been asked: a plan has few types, and many resources of each."""


def _identifies(type_: str, attribute: str) -> bool:
    if attribute in _EXACT or type_.startswith("data."):
        return True
    for ending in _ENDINGS:
        if attribute.endswith(ending):
            return attribute[: -len(ending)] in type_
    return False


def carried_by(type_: str, attribute: str) -> str:
    """The argument of ``type_`` whose value ``attribute`` hands on; ``attribute`` itself if none is known."""
    found = SAME_AS.get((type_, attribute))
    if found is not None:
        return found
    # The separate settings of a bucket all have the bucket's name as their id.
    if attribute == "id" and type_.startswith("aws_s3_bucket_"):
        return "bucket"
    return attribute


def utility(type_: str, wanted: frozenset[str]) -> bool:
    """Whether ``type_`` belongs to none of the clouds of the wanted types.

    Such a resource (``random_id``, ``terraform_data``, ``time_sleep``) may hand on anything; an
    attribute of another resource of the same cloud is never the identity of a wanted one.
    """
    cloud = type_.removeprefix("data.").split("_", 1)[0]
    return all(other.removeprefix("data.").split("_", 1)[0] != cloud for other in wanted)


def tokens(value: str) -> tuple[str, ...]:
    """The parts of an identifier that may be the name of what it identifies.

    The parts behind the account of an ARN; the last segment of a path or a link.
    """
    if value.startswith("arn:"):
        parts = value.split(":", 5)
        if len(parts) < 6:
            return ()
        resource = parts[5]
        found = {resource, *resource.replace(":", "/").split("/")}
        for separator in ":/":
            _, cut, behind = resource.partition(separator)
            if cut:
                found.add(behind)
                found.add(behind.removesuffix(":*"))
        return tuple(found - {""})
    if "/" in value:
        return (value.rstrip("/").rsplit("/", 1)[-1],)
    return ()
