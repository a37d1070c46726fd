"""OpenSearch, with its older name Elasticsearch, and OpenSearch Serverless.

Sources: Terraform AWS provider documentation, pages ``aws_opensearch_domain``, ``aws_elasticsearch_domain``,
``aws_opensearchserverless_collection``, ``aws_opensearchserverless_security_policy``; OpenSearch Service Developer
Guide, pages "Creating index snapshots" (hourly, kept 14 days; daily before version 5.3) and "Encryption of data at rest".
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, all_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import absent, backups, computed, keys, placement, policies
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_opensearch_domain", "aws_opensearch_domain_policy")
REGISTRY.part("aws_elasticsearch_domain", "aws_elasticsearch_domain_policy")
REGISTRY.part(
    "aws_opensearchserverless_collection",
    "aws_opensearchserverless_security_policy",
    "aws_opensearchserverless_access_policy",
    "aws_opensearchserverless_lifecycle_policy",
)
# Packages, sign-in settings, and doors and connections to domains and collections.
REGISTRY.inert(
    "aws_elasticsearch_vpc_endpoint",
    "aws_opensearch_application",
    "aws_opensearch_outbound_connection",
    "aws_opensearch_vpc_endpoint",
    "aws_opensearchserverless_collection_group",
    "aws_opensearchserverless_security_config",
    "aws_opensearchserverless_vpc_endpoint",
    "aws_elasticsearch_domain_saml_options",
    "aws_opensearch_authorize_vpc_endpoint_access",
    "aws_opensearch_domain_saml_options",
    "aws_opensearch_inbound_connection_accepter",
    "aws_opensearch_package",
    "aws_opensearch_package_association",
)

_HOURLY: Final = 1.0
_DAILY: Final = 24.0
_SNAPSHOT_DAYS: Final = 14.0
_VERSION: Final = re.compile(r"(?:Elasticsearch_)?(\d+)\.(\d+)")
_TLS: Final = re.compile(r"(?:TLS|FIPS).*?1-(\d)")


@REGISTRY.adapter("aws_opensearch_domain", "aws_elasticsearch_domain")
def domain(record: Record) -> Iterator[Facet]:
    """A domain."""
    yield placement.in_region(record)
    # Off unless the block says otherwise; without a key aws/es is used (encrypt_at_rest).
    block = computed.block(record, "encrypt_at_rest")
    if isinstance(block, Unknown):
        yield EncryptionAtRest(enabled=block, key_owner=block)
    elif block.value is None:
        off = record.known("encrypt_at_rest", False)
        yield EncryptionAtRest(enabled=off, key_owner=record.known("encrypt_at_rest", KeyOwner.NONE))
    else:
        yield keys.at_rest(block.value, "kms_key_id", KeyOwner.PROVIDER, block.value.flag("enabled", False))
    yield EncryptionInTransit(
        key="domain", endpoint="domain", required=_https(record), minimum_tls=_minimum_tls(record)
    )
    nodes = record.flag("node_to_node_encryption.0.enabled", False)
    yield EncryptionInTransit(key="node-to-node", endpoint="node-to-node", required=nodes)
    recent = _recent(record)
    found = backups.native(
        record,
        enabled=Known(True, record),
        interval_hours=_HOURLY if isinstance(recent, Known) and recent.value else _DAILY,
        retention_days=Known(_SNAPSHOT_DAYS, record),
    )
    yield msgspec.structs.replace(found, interval_hours=recent) if isinstance(recent, Unknown) else found
    yield DataAccessLog(key="audit-log", what="audit-log", enabled=_audit_log(record))
    yield Exposure(public=_public(record))
    yield Retirement(obstacles=())
    yield Residue(what="domain")


def _https(record: Record) -> Attr[bool]:
    block = computed.block(record, "domain_endpoint_options")
    if isinstance(block, Unknown):
        return block
    if block.value is None:
        # Not demanded where the block is left out: the API's own default (DomainEndpointOptions, EnforceHTTPS).
        return record.known("domain_endpoint_options", False)
    return block.value.flag("enforce_https", True)


def _minimum_tls(record: Record) -> Attr[str | None]:
    """Version in the name of the policy (Policy-Min-TLS-1-2-2019-07); unknown where the service chooses it."""
    block = computed.block(record, "domain_endpoint_options")
    if isinstance(block, Unknown):
        return block
    if block.value is None:
        return record.known("domain_endpoint_options", None)
    policy = computed.text(block.value, "tls_security_policy")
    if isinstance(policy, Unknown):
        return policy
    if policy.value is None:
        detail = Text("サービスが選ぶ TLS ポリシー", "the TLS policy that the service chooses")
        return block.value.unknown("tls_security_policy", Reason.OUTSIDE, detail)
    match = _TLS.search(policy.value)
    if match is None:
        return block.value.unknown("tls_security_policy", Reason.UNPARSEABLE)
    return block.value.known("tls_security_policy", f"1.{match.group(1)}")


def _recent(record: Record) -> Attr[bool]:
    """Whether the version makes hourly snapshots; the latest one where none is given."""
    path = "engine_version" if record.type == "aws_opensearch_domain" else "elasticsearch_version"
    version = computed.text(record, path)
    if isinstance(version, Unknown):
        return version
    if version.value is None:
        # aws_elasticsearch_domain falls back to version 1.5, aws_opensearch_domain to the newest.
        return record.known(path, record.type == "aws_opensearch_domain")
    if re.fullmatch(r"OpenSearch_\d+\.\d+", version.value):
        # OpenSearch begins after the last version of Elasticsearch.
        return record.known(path, True)
    match = _VERSION.fullmatch(version.value)
    if match is None:
        return record.unknown(path, Reason.UNPARSEABLE)
    return record.known(path, (int(match.group(1)), int(match.group(2))) >= (5, 3))


def _audit_log(record: Record) -> Attr[bool]:
    options = record.blocks("log_publishing_options")
    if isinstance(options, Unknown):
        return options
    open_: Unknown | None = None
    for option in options.value:
        kind = option.text("log_type")
        wanted = map_attr(kind, lambda value: value == "AUDIT_LOGS")
        published = all_of(wanted, option.flag("enabled", True))
        if isinstance(published, Unknown):
            open_ = published if open_ is None else open_
        elif published.value:
            return published
    return open_ if open_ is not None else record.known("log_publishing_options", False)


def _public(record: Record) -> Attr[bool]:
    """An endpoint on the internet whose policy lets anybody in; in a VPC the network decides."""
    inside = record.blocks("vpc_options")
    outside: Attr[bool] = map_attr(inside, lambda blocks: not blocks)
    policy = policies.separate_or_inline(
        record, f"{record.type}_policy", "domain_name", inline="access_policies", of_part="access_policies"
    )
    # With fine-grained access control everybody has to sign in, unless anonymous access is on.
    signed_in = record.flag("advanced_security_options.0.enabled", False)
    anonymous = computed.flag(record, "advanced_security_options.0.anonymous_auth_enabled", False)
    closed = all_of(signed_in, map_attr(anonymous, lambda value: not value))
    return all_of(outside, policies.public(policy), map_attr(closed, lambda value: not value))


@REGISTRY.adapter("aws_opensearchserverless_collection")
def collection(record: Record) -> Iterator[Facet]:
    """A serverless collection: always encrypted, with the key that its encryption policy names; HTTPS only."""
    yield placement.in_region(record)
    own = computed.block(record, "encryption_config")
    if isinstance(own, Known) and own.value is not None:
        yield keys.at_rest(own.value, "kms_key_arn", KeyOwner.PROVIDER)
    else:
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=_owner_by_policy(record))
    yield EncryptionInTransit(endpoint="collection", required=Known(True, record))
    yield Exposure(public=_network_public(record), by_address=True)
    kept = map_attr(computed.text(record, "deletion_protection"), lambda value: value == "ENABLED")
    yield Retirement(obstacles=(Obstacle("deletion_protection", ObstacleKind.PROTECTS, kept),))
    yield Residue(what="collection")


def _matching(record: Record, kind: str) -> Iterator[tuple[Record, Any]]:
    """The policies of a kind that take in the collection, decoded; ``None`` where that is not known."""
    name = record.text("name")
    for policy in record.links.of_type("aws_opensearchserverless_security_policy"):
        type_ = policy.text("type")
        if isinstance(type_, Known) and type_.value != kind:
            continue
        text = policy.text("policy")
        if isinstance(text, Unknown) or isinstance(name, Unknown) or isinstance(type_, Unknown):
            yield policy, None
            continue
        try:
            content = json.loads(text.value or "")
        except ValueError:
            yield policy, None
            continue
        for part in content if isinstance(content, list) else [content]:
            if _takes_in(part, f"collection/{name.value}"):
                yield policy, part


def _takes_in(part: Any, resource: str) -> bool:
    rules = part.get("Rules") if isinstance(part, dict) else None
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and rule.get("ResourceType", "collection") == "collection":
            patterns = rule.get("Resource")
            for pattern in patterns if isinstance(patterns, list) else ():
                if isinstance(pattern, str) and fnmatch.fnmatchcase(resource, pattern):
                    return True
    return False


def _owner_by_policy(record: Record) -> Attr[KeyOwner]:
    open_: Record | None = None
    for policy, content in _matching(record, "encryption"):
        if content is None:
            open_ = policy
            continue
        arn = content.get("KmsARN")
        if content.get("AWSOwnedKey") is True or not isinstance(arn, str):
            return policy.known("policy", KeyOwner.PROVIDER)
        owner = keys.owner_of_literal(arn, record.account)
        if owner is not None:
            return policy.known("policy", owner)
        for key in record.links.of_type("aws_kms_key"):
            own = key.text("arn")
            if isinstance(own, Known) and own.value == arn:
                return policy.known("policy", KeyOwner.CUSTOMER)
        return policy.unknown("policy", Reason.OUTSIDE)
    detail = Text("コレクションの暗号化ポリシー", "the encryption policy of the collection")
    return (open_ or record).unknown("policy" if open_ else "name", Reason.UNRESOLVED, detail)


def _network_public(record: Record) -> Attr[bool]:
    """Whether a network policy lets the internet in (data access policies then still name who)."""
    open_: Record | None = None
    for policy, content in _matching(record, "network"):
        if content is None:
            open_ = policy
        elif content.get("AllowFromPublic") is True:
            return policy.known("policy", True)
    if open_ is not None:
        detail = Text("コレクションのネットワークポリシー", "the network policy of the collection")
        return open_.unknown("policy", Reason.UNRESOLVED, detail)
    return absent.without(record, "aws_opensearchserverless_security_policy")
