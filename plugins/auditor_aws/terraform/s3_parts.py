"""The settings of a bucket, wherever they are written: in separate resources or in blocks of the bucket itself.

Until version 3 of the provider the blocks of ``aws_s3_bucket`` were the only place; since version 4 each has a
resource of its own and the blocks are computed (provider documentation, "Terraform AWS Provider Version 4 Upgrade
Guide", section "S3 Bucket Refactor").  A separate resource decides where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import EncryptionAtRest, KeyOwner
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, keys, policies

_PUBLIC_ACLS: Final = frozenset({"public-read", "public-read-write", "authenticated-read"})
_PUBLIC_GROUPS: Final = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")


def encryption(bucket: Record) -> EncryptionAtRest:
    """Default encryption.

    S3 encrypts every new object with its own keys (SSE-S3) where nothing else is configured, and that cannot be
    switched off.  Source: Amazon S3 User Guide, page "Amazon S3 now automatically encrypts all new objects".
    """
    separate = computed.part(bucket, "aws_s3_bucket_server_side_encryption_configuration", "bucket")
    rules: Attr[tuple[Node, ...]]
    if isinstance(separate, Unknown):
        rules = separate
    elif separate.value is not None:
        rules = separate.value.blocks("rule")
    else:
        outer = computed.blocks(bucket, "server_side_encryption_configuration")
        rules = outer if isinstance(outer, Unknown) or not outer.value else outer.value[0].blocks("rule")
    if isinstance(rules, Unknown):
        return EncryptionAtRest(enabled=Known(True, bucket), key_owner=rules)
    for rule in rules.value:
        chosen = rule.block("apply_server_side_encryption_by_default")
        if isinstance(chosen, Unknown):
            return EncryptionAtRest(enabled=Known(True, bucket), key_owner=chosen)
        if chosen.value is not None:
            return _by_algorithm(chosen.value)
    own = bucket.known("server_side_encryption_configuration", KeyOwner.PROVIDER)
    return EncryptionAtRest(enabled=Known(True, bucket), key_owner=own)


def _by_algorithm(chosen: Node) -> EncryptionAtRest:
    algorithm = chosen.text("sse_algorithm")
    if isinstance(algorithm, Unknown):
        return EncryptionAtRest(enabled=Known(True, chosen.record), key_owner=algorithm)
    if algorithm.value in ("aws:kms", "aws:kms:dsse"):
        # Without a key of its own the bucket uses the AWS managed key aws/s3 (provider documentation,
        # aws_s3_bucket_server_side_encryption_configuration, kms_master_key_id).
        return keys.at_rest(chosen, "kms_master_key_id", KeyOwner.PROVIDER)
    return EncryptionAtRest(
        enabled=Known(True, chosen.record), key_owner=chosen.known("sse_algorithm", KeyOwner.PROVIDER)
    )


def object_lock_enabled(bucket: Record) -> Attr[bool]:
    """Whether the bucket was made for Object Lock, with or without a default retention."""
    block = computed.block(bucket, "object_lock_configuration")
    if isinstance(block, Known) and block.value is not None:
        state = block.value.text("object_lock_enabled")
        by_block: Attr[bool] = map_attr(state, lambda value: value == "Enabled")
    else:
        by_block = block if isinstance(block, Unknown) else Known(False, bucket, "object_lock_configuration")
    return any_of(computed.flag(bucket, "object_lock_enabled", False), by_block)


def versioning(bucket: Record) -> Attr[bool]:
    """Whether overwritten and deleted objects keep their versions."""
    separate = computed.part(bucket, "aws_s3_bucket_versioning", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        status = separate.value.text("versioning_configuration.0.status")
        return map_attr(status, lambda value: value == "Enabled")
    inline = computed.block(bucket, "versioning")
    if isinstance(inline, Unknown):
        return inline
    if inline.value is not None:
        stated = inline.value.flag("enabled", False)
        if isinstance(stated, Unknown) or stated.value:
            return stated
    # A bucket made with Object Lock is versioned from the start (S3 User Guide, "Locking objects with Object Lock").
    locked = object_lock_enabled(bucket)
    return bucket.known("versioning", False) if isinstance(locked, Known) and not locked.value else locked


def default_retention(bucket: Record) -> Attr[str | None]:
    """Mode of Object Lock's default retention, ``COMPLIANCE`` or ``GOVERNANCE``; ``None`` if there is none."""
    separate = computed.part(bucket, "aws_s3_bucket_object_lock_configuration", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        return separate.value.text("rule.0.default_retention.0.mode")
    inline = computed.block(bucket, "object_lock_configuration")
    if isinstance(inline, Unknown):
        return inline
    if inline.value is None:
        return Known(None, bucket, "object_lock_configuration")
    return inline.value.text("rule.0.default_retention.0.mode")


def policy(bucket: Record) -> policies.Stated:
    """The bucket policy."""
    return policies.separate_or_inline(bucket, "aws_s3_bucket_policy", "bucket", inline="policy")


def access_log(bucket: Record) -> Attr[bool]:
    """Whether server access logs are written."""
    separate = computed.part(bucket, "aws_s3_bucket_logging", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        return Known(True, separate.value, "target_bucket")
    inline = computed.block(bucket, "logging")
    if isinstance(inline, Unknown):
        return inline
    return Known(False, bucket, "logging") if inline.value is None else inline.value.has("target_bucket")


def public(bucket: Record, stated: policies.Stated) -> Attr[bool]:
    """Whether anybody, or any AWS account, can read through an ACL or the policy (``stated``).

    Source: S3 User Guide, page "Blocking public access to your Amazon S3 storage" (each setting counts if it is
    made for the bucket or for the account).  The service's defaults for new buckets are not counted against an ACL
    or a policy that plainly asks for public access.
    """
    by_acl = all_of(_public_acl(bucket), _not(blocked(bucket, "ignore_public_acls")), _not(acls_disabled(bucket)))
    by_policy = all_of(policies.public(stated), _not(blocked(bucket, "restrict_public_buckets")))
    return any_of(by_acl, by_policy)


def _not(attr: Attr[bool]) -> Attr[bool]:
    return map_attr(attr, lambda value: not value)


def blocked(bucket: Record, setting: str) -> Attr[bool]:
    """Whether a setting of Block Public Access is made, for the bucket or for its account."""
    # Every setting that an aws_s3_bucket_public_access_block leaves out is false (provider documentation).
    separate = computed.part(bucket, "aws_s3_bucket_public_access_block", "bucket")
    own: Attr[bool]
    if isinstance(separate, Unknown):
        own = separate
    elif separate.value is not None:
        own = separate.value.flag(setting, False)
    else:
        own = absent.without(bucket, "aws_s3_bucket_public_access_block")
    return any_of(own, blocked_by_account(bucket, setting))


def blocked_by_account(record: Record, setting: str) -> Attr[bool]:
    """Whether a setting of Block Public Access is made for the account of a bucket or access point."""
    return any_of(*(_account_block(record, block, setting) for block in _account_blocks(record)))


def _account_blocks(bucket: Record) -> Iterable[Record]:
    return bucket.links.of_type("aws_s3_account_public_access_block")


def _account_block(bucket: Record, block: Record, setting: str) -> Attr[bool]:
    named = block.text("account_id")
    account = named if isinstance(named, Known) and named.value is not None else block.account
    if isinstance(account, Unknown):
        return account
    own = bucket.account
    if isinstance(own, Unknown):
        return own
    return block.flag(setting, False) if account.value == own.value else Known(False, block)


def acls_disabled(bucket: Record) -> Attr[bool]:
    """Whether ACLs count for nothing, because the owner of the bucket owns all objects."""
    separate = computed.part(bucket, "aws_s3_bucket_ownership_controls", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is None:
        return absent.without(bucket, "aws_s3_bucket_ownership_controls")
    ownership = separate.value.text("rule.0.object_ownership")
    return map_attr(ownership, lambda value: value == "BucketOwnerEnforced")


def _public_acl(bucket: Record) -> Attr[bool]:
    separate = computed.part(bucket, "aws_s3_bucket_acl", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        grants = separate.value.blocks("access_control_policy.0.grant")
        return any_of(public_canned(separate.value, "acl"), _public_grants(grants, "grantee.0.uri"))
    # Left out, the ACL of a new bucket is private (provider documentation, aws_s3_bucket of version 3, acl).
    canned = map_attr(computed.text(bucket, "acl", "private"), lambda value: value in _PUBLIC_ACLS)
    return any_of(canned, _public_grants(computed.blocks(bucket, "grant"), "uri"))


def public_canned(node: Node, path: str) -> Attr[bool]:
    """Whether the canned ACL that an attribute names opens to everybody or to every AWS account."""
    return map_attr(node.text(path), lambda value: value in _PUBLIC_ACLS)


def _public_grants(grants: Attr[tuple[Node, ...]], path: str) -> Attr[bool]:
    if isinstance(grants, Unknown):
        return grants
    return any_of(
        *(map_attr(grant.text(path), lambda uri: (uri or "").endswith(_PUBLIC_GROUPS)) for grant in grants.value)
    )


def expiration_days(bucket: Record) -> Attr[float | None]:
    """Days after which objects expire; ``None`` if they are kept without an end.

    Unknown where a rule that is limited to some objects would remove those earlier than the others.
    """
    separate = computed.part(bucket, "aws_s3_bucket_lifecycle_configuration", "bucket")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        return _shortest(separate.value, "rule", separate.value.blocks("rule"))
    return _shortest(bucket, "lifecycle_rule", computed.blocks(bucket, "lifecycle_rule"))


def _shortest(node: Node, path: str, rules: Attr[tuple[Node, ...]]) -> Attr[float | None]:
    if isinstance(rules, Unknown):
        return rules
    whole: list[float] = []
    some: list[float] = []
    for rule in rules.value:
        days = _rule_days(rule, inline=path == "lifecycle_rule")
        if isinstance(days, Unknown):
            return days
        if days.value is None:
            continue
        limited = _limited(rule, inline=path == "lifecycle_rule")
        if isinstance(limited, Unknown):
            return limited
        (some if limited.value else whole).append(days.value)
    if some and (not whole or min(some) < min(whole)):
        detail = Text(
            "接頭辞・タグ・大きさで対象を限る失効ルールがログに及ぶかどうか",
            "whether an expiry rule limited by prefix, tag or size applies to the logs",
        )
        return node.unknown(path, Reason.AMBIGUOUS, detail)
    return node.known(path, min(whole) if whole else None)


def _rule_days(rule: Node, *, inline: bool) -> Attr[float | None]:
    """Days until objects under the rule expire; ``None`` if it removes none."""
    active = rule.flag("enabled", False) if inline else map_attr(rule.text("status"), lambda v: v == "Enabled")
    if isinstance(active, Unknown):
        return active
    expiration = rule.block("expiration")
    if isinstance(expiration, Unknown):
        return expiration
    if not active.value or expiration.value is None:
        return rule.known("expiration", None)
    date = expiration.value.text("date")
    if isinstance(date, Unknown):
        return date
    if date.value is not None:
        detail = Text("決まった日付での失効", "expiry on a fixed date")
        return expiration.value.unknown("date", Reason.AMBIGUOUS, detail)
    # 0 stands for none: such a rule only removes delete markers that are left over.
    return map_attr(computed.number(expiration.value, "days", 0), lambda days: days or None)


def _limited(rule: Node, *, inline: bool) -> Attr[bool]:
    """Whether the rule applies to some objects only."""
    if inline:
        return any_of(rule.has("prefix"), rule.has("tags"))
    filters = rule.blocks("filter")
    if isinstance(filters, Unknown):
        return filters
    paths = ("prefix", "tag", "and", "object_size_greater_than", "object_size_less_than")
    return any_of(_set(rule, "prefix"), *(_set(one, path) for one in filters.value for path in paths))


def _set(node: Node, path: str) -> Attr[bool]:
    """Whether a computed attribute is set; certainly not where the configuration leaves it out."""
    found = node.has(path)
    if isinstance(found, Unknown) and node.left_out(path):
        return node.known(path, False)
    return found
