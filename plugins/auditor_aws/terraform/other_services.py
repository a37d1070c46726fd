"""Services outside of the large groups whose settings need more than a line.

Source of defaults: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import (
    AccountIdentity,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import backups, computed, keys, policies, retirement
from auditor_aws.placement import in_region, named_region, region_set
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived, shown


def _by_mode(node: Node, mode: str, key: str, kms: tuple[str, ...], name: str) -> EncryptionAtRest:
    """Encryption that a mode switches on: DISABLED, one with KMS, or one with keys of the service."""
    stated = node.text_or(mode, "DISABLED")
    if isinstance(stated, Unknown):
        return EncryptionAtRest(key=name, enabled=stated, key_owner=stated)
    if stated.value == "DISABLED":
        return EncryptionAtRest(key=name, enabled=node.known(mode, False), key_owner=node.known(mode, KeyOwner.NONE))
    owner: Attr[KeyOwner] = node.known(mode, KeyOwner.PROVIDER)
    if stated.value in kms:
        owner = keys.key_owner(node, key, KeyOwner.PROVIDER)
    return EncryptionAtRest(key=name, enabled=node.known(mode, True), key_owner=owner, key_id=node.text(key))


@REGISTRY.adapter("aws_glue_security_configuration")
def glue_security(record: Record) -> Iterable[Facet]:
    """Encryption of what jobs write; each of the three is off unless stated."""
    yield in_region(record, stores_data=False)
    for block, mode, kms in (
        ("s3_encryption", "s3_encryption_mode", ("SSE-KMS",)),
        ("cloudwatch_encryption", "cloudwatch_encryption_mode", ("SSE-KMS",)),
        ("job_bookmarks_encryption", "job_bookmarks_encryption_mode", ("CSE-KMS",)),
    ):
        nodes = record.blocks(f"encryption_configuration.0.{block}")
        if isinstance(nodes, Unknown):
            yield EncryptionAtRest(key=block, enabled=nodes, key_owner=nodes)
            continue
        for node in nodes.value[:1]:
            yield _by_mode(node, mode, "kms_key_arn", kms, block)


@REGISTRY.adapter("aws_glue_data_catalog_encryption_settings")
def glue_catalog_settings(record: Record) -> Iterable[Facet]:
    """Encryption of the metadata in the account's Data Catalog."""
    yield in_region(record)
    node = record.block("data_catalog_encryption_settings.0.encryption_at_rest")
    if isinstance(node, Unknown):
        yield EncryptionAtRest(enabled=node, key_owner=node)
    elif node.value is not None:
        kms = ("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE")
        yield _by_mode(node.value, "catalog_encryption_mode", "sse_aws_kms_key_id", kms, "")


@REGISTRY.adapter("aws_workspaces_workspace")
def workspace(record: Record) -> Iterable[Facet]:
    """A virtual desktop; its two volumes are encrypted one by one."""
    yield in_region(record)
    for volume in ("root", "user"):
        enabled = record.flag(f"{volume}_volume_encryption_enabled", False)
        found = keys.at_rest(record, "volume_encryption_key", KeyOwner.PROVIDER, enabled)
        yield EncryptionAtRest(key=volume, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)
    yield Residue(what="workspace")


@REGISTRY.adapter("aws_qldb_ledger")
def ledger(record: Record) -> Iterable[Facet]:
    """A ledger; deletion protection is on unless stated otherwise."""
    yield in_region(record)
    yield keys.at_rest(record, "kms_key", KeyOwner.PROVIDER)
    yield Retirement(obstacles=(retirement.protects(record, "deletion_protection", default=True),))
    yield Residue(what="ledger")


def _is(record: Record, path: str, value: str, default: str) -> Attr[bool]:
    stated = computed.text(record, path, default)
    return stated if isinstance(stated, Unknown) else record.known(path, (stated.value or "").upper() == value)


@REGISTRY.adapter("aws_cognito_user_pool")
def user_pool(record: Record) -> Iterable[Facet]:
    """A directory of the users of an application, always encrypted with a key of AWS."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    protected = _is(record, "deletion_protection", "ACTIVE", "INACTIVE")
    yield Retirement(obstacles=(Obstacle("deletion_protection", ObstacleKind.PROTECTS, protected),))
    yield Residue(what="user-pool")


REGISTRY.part(
    "aws_cognito_user_pool",
    "aws_cognito_identity_provider",
    "aws_cognito_log_delivery_configuration",
    "aws_cognito_managed_login_branding",
    "aws_cognito_managed_user_pool_client",
    "aws_cognito_resource_server",
    "aws_cognito_risk_configuration",
    "aws_cognito_user_group",
    "aws_cognito_user_in_group",
    "aws_cognito_user_pool_client",
    "aws_cognito_user_pool_domain",
    "aws_cognito_user_pool_ui_customization",
)
REGISTRY.part(
    "aws_cognito_identity_pool",
    "aws_cognito_identity_pool_provider_principal_tag",
    "aws_cognito_identity_pool_roles_attachment",
)


@REGISTRY.adapter("aws_codebuild_project")
def build_project(record: Record) -> Iterable[Facet]:
    """Build output; encrypted with the key of S3 that AWS manages unless one is named."""
    yield in_region(record)
    disabled = any_of(
        record.flag("artifacts.0.encryption_disabled", False),
        record.flag("logs_config.0.s3_logs.0.encryption_disabled", False),
    )
    enabled = disabled if isinstance(disabled, Unknown) else record.known("artifacts", not disabled.value)
    yield keys.at_rest(record, "encryption_key", KeyOwner.PROVIDER, enabled)
    yield Residue(what="build-project")


REGISTRY.part("aws_codebuild_project", "aws_codebuild_webhook", "aws_codebuild_source_credential")


@REGISTRY.adapter("aws_codepipeline")
def pipeline(record: Record) -> Iterable[Facet]:
    """A pipeline; with stores for artifacts in several Regions it copies them there."""
    yield in_region(record)
    stores = record.blocks("artifact_store")
    if isinstance(stores, Unknown):
        yield EncryptionAtRest(enabled=stores, key_owner=stores)
        return
    for index, store in enumerate(stores.value):
        region = store.text("region")
        named = isinstance(region, Unknown) or region.value is not None
        name = shown(region) or (str(index) if named else "")
        found = keys.at_rest(store, "encryption_key.0.id", KeyOwner.PROVIDER)
        yield EncryptionAtRest(
            key=name,
            enabled=found.enabled,
            key_owner=found.key_owner,
            key_id=found.key_id,
        )
        if named:
            yield Replica(key=name, location=named_region(store, "region"), kind=ReplicaKind.REPLICATION)
    yield Residue(what="pipeline")


@REGISTRY.adapter("aws_storagegateway_nfs_file_share", "aws_storagegateway_smb_file_share")
def file_share(record: Record) -> Iterable[Facet]:
    """Files of a share are objects of a bucket; without KMS they are encrypted with keys of S3."""
    yield in_region(record)
    kms = record.flag("kms_encrypted", False)
    if isinstance(kms, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=kms)
    elif kms.value:
        yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    else:
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=record.known("kms_encrypted", KeyOwner.PROVIDER))
    yield Residue(what="file-share")


@REGISTRY.adapter("aws_storagegateway_cached_iscsi_volume", "aws_storagegateway_stored_iscsi_volume")
def gateway_volume(record: Record) -> Iterable[Facet]:
    """A volume behind a gateway, kept in S3 by the service."""
    yield in_region(record)
    yield keys.at_rest(record, "kms_key", KeyOwner.PROVIDER)
    yield backups.by_plan(record)
    yield Residue(what="gateway-volume")


@REGISTRY.adapter("aws_storagegateway_tape_pool")
def tape_pool(record: Record) -> Iterable[Facet]:
    """Archived tapes; a retention lock in compliance mode cannot be lifted by anybody."""
    yield in_region(record)
    locked = _is(record, "retention_lock_type", "COMPLIANCE", "NONE")
    yield Retirement(obstacles=(retirement.locks("retention_lock_type", locked),))
    yield Residue(what="tape-pool")


@REGISTRY.adapter("aws_timestreamwrite_table")
def timestream_table(record: Record) -> Iterable[Facet]:
    """A table of time series, with the encryption of its database."""
    yield in_region(record)
    yield backups.by_plan(record)
    yield Residue(what="timestream-table")


@REGISTRY.adapter("aws_timestreaminfluxdb_db_instance", "aws_timestreaminfluxdb_db_cluster")
def influx(record: Record) -> Iterable[Facet]:
    """A database of time series, always encrypted with a key of AWS."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    yield Exposure(public=computed.flag(record, "publicly_accessible", False), by_address=True)
    yield Residue(what="time-series-database")


@REGISTRY.adapter("aws_lightsail_database")
def lightsail_database(record: Record) -> Iterable[Facet]:
    """A managed database; Lightsail keeps point-in-time backups of 7 days while they are on."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    enabled = record.flag("backup_retention_enabled", True)
    kept: Attr[float | None]
    interval: Attr[float | None]
    if isinstance(enabled, Unknown):
        interval, kept = enabled, enabled
    else:
        interval = record.known("backup_retention_enabled", 24.0 if enabled.value else None)
        kept = record.known("backup_retention_enabled", 7.0 if enabled.value else 0.0)
    none: Attr[frozenset[str]] = Known(frozenset(), record)
    yield Backup(enabled=enabled, interval_hours=interval, retention_days=kept, offsite=none)
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_final_snapshot", when=False),))
    yield Residue(what="lightsail-database")


@REGISTRY.adapter("aws_lightsail_instance", "aws_lightsail_disk", "aws_lightsail_container_service")
def lightsail(record: Record) -> Iterable[Facet]:
    """Servers and disks of Lightsail, encrypted with keys of AWS; snapshots only by the add-on of an instance."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    if record.type == "aws_lightsail_instance":
        add_ons = record.blocks("add_on")
        if isinstance(add_ons, Known) and any(
            isinstance(state := one.text("status"), Known) and state.value == "Enabled" for one in add_ons.value
        ):
            yield Backup(
                enabled=record.known("add_on", True),
                interval_hours=record.known("add_on", 24.0),
                # Automatic snapshots are kept until seven newer ones are there.
                retention_days=record.known("add_on", 7.0),
                offsite=record.known("add_on", frozenset()),
            )
    yield Residue(what=record.type.removeprefix("aws_").replace("_", "-"))


@REGISTRY.adapter("aws_lightsail_bucket")
def lightsail_bucket(record: Record) -> Iterable[Facet]:
    """An object store; a destroy fails while it is not empty, unless ``force_delete`` is set."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield Retirement(obstacles=(retirement.protects(record, "force_delete", when=False),))
    yield Residue(what="lightsail-bucket")


def _secure_protocols(server: Record) -> Attr[bool]:
    protocols = server.elements("protocols")
    if isinstance(protocols, Unknown):
        # SFTP is what a server speaks unless told otherwise.
        return server.known("protocols", True) if server.left_out("protocols") else protocols
    for item in protocols.value:
        if isinstance(item, Unknown):
            return item
    return server.known("protocols", "FTP" not in {str(item.value).upper() for item in protocols.value})


@REGISTRY.adapter("aws_transfer_server")
def transfer_server(record: Record) -> Iterable[Facet]:
    """A server for file transfer; the files are in S3 or EFS."""
    yield in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="transfer", required=_secure_protocols(record))


@REGISTRY.adapter("aws_transfer_user", "aws_transfer_ssh_key", "aws_transfer_access", "aws_appstream_user")
def service_user(record: Record) -> Iterable[Facet]:
    """A user of one service."""
    yield in_region(record, stores_data=False)
    yield AccountIdentity(what="service-user")


def _at_rest_setting(security: Record) -> Attr[bool]:
    text = security.text("configuration")
    if isinstance(text, Unknown):
        return text
    try:
        value = json.loads(text.value or "")["EncryptionConfiguration"]["EnableAtRestEncryption"]
    except (ValueError, KeyError, TypeError):
        return security.unknown("configuration", Reason.UNPARSEABLE)
    return security.known("configuration", value is True or value == "true")


@REGISTRY.adapter("aws_emr_cluster")
def emr_cluster(record: Record) -> Iterable[Facet]:
    """A cluster; its disks are encrypted by a security configuration, or by the account's default for volumes."""
    yield in_region(record)
    security = record.target("security_configuration", "aws_emr_security_configuration")
    enabled: Attr[bool]
    if isinstance(security, Unknown):
        enabled = security
    elif security.value is not None:
        enabled = _at_rest_setting(security.value)
    else:
        detail = Text("クラスタのディスクの暗号化", "encryption of the disks of the cluster")
        enabled = record.unknown("security_configuration", Reason.OUTSIDE, detail)
    owner: Attr[KeyOwner]
    if isinstance(enabled, Known) and enabled.value:
        detail = Text("セキュリティ設定で指定された鍵", "the key that the security configuration names")
        owner = record.unknown("security_configuration", Reason.UNRESOLVED, detail)
    else:
        owner = enabled if isinstance(enabled, Unknown) else record.known("security_configuration", KeyOwner.NONE)
    yield EncryptionAtRest(enabled=enabled, key_owner=owner)
    protected = computed.flag(record, "termination_protection", False)
    yield Retirement(obstacles=(Obstacle("termination_protection", ObstacleKind.PROTECTS, protected),))
    yield Residue(what="emr-cluster")


REGISTRY.part("aws_emr_cluster", "aws_emr_instance_fleet", "aws_emr_instance_group", "aws_emr_managed_scaling_policy")
REGISTRY.part("aws_emr_cluster", "aws_emr_security_configuration")


@REGISTRY.adapter("aws_sagemaker_domain")
def sagemaker_domain(record: Record) -> Iterable[Facet]:
    """A domain; the file system with the users' homes is retained unless ``retention_policy`` says Delete."""
    yield in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    retained = _is(record, "retention_policy.0.home_efs_file_system", "RETAIN", "Retain")
    yield Retirement(obstacles=(Obstacle("home_efs_file_system", ObstacleKind.KEEPS, retained),))
    yield Residue(what="sagemaker-domain")


@REGISTRY.adapter("aws_sagemaker_feature_group")
def feature_group(record: Record) -> Iterable[Facet]:
    """Features in an online store, an offline store or both."""
    yield in_region(record)
    for name, path in (
        ("online", "online_store_config.0.security_config.0.kms_key_id"),
        ("offline", "offline_store_config.0.s3_storage_config.0.kms_key_id"),
    ):
        stated = record.has(f"{name}_store_config")
        if isinstance(stated, Unknown) or stated.value:
            found = keys.at_rest(record, path, KeyOwner.PROVIDER)
            yield EncryptionAtRest(key=name, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)
    yield Residue(what="feature-group")


@REGISTRY.adapter("aws_appsync_graphql_api", "aws_appsync_api")
def appsync_api(record: Record) -> Iterable[Facet]:
    """An API, over HTTPS only."""
    yield in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="api", required=record.known("name", True))


@REGISTRY.adapter("aws_appsync_api_cache")
def appsync_cache(record: Record) -> Iterable[Facet]:
    """Answers that an API keeps; both kinds of encryption are off unless stated."""
    yield in_region(record)
    enabled = computed.flag(record, "at_rest_encryption_enabled", False)
    owner: Attr[KeyOwner] = (
        enabled
        if isinstance(enabled, Unknown)
        else record.known("at_rest_encryption_enabled", KeyOwner.PROVIDER if enabled.value else KeyOwner.NONE)
    )
    yield EncryptionAtRest(enabled=enabled, key_owner=owner)
    yield EncryptionInTransit(endpoint="cache", required=computed.flag(record, "transit_encryption_enabled", False))


@REGISTRY.adapter("aws_ssm_resource_data_sync")
def resource_data_sync(record: Record) -> Iterable[Facet]:
    """Copies inventories of machines into a bucket, which may be in another Region."""
    yield in_region(record, stores_data=False)
    location = named_region(record, "s3_destination.0.region")
    yield Replica(key="s3_destination", location=location, kind=ReplicaKind.LOG_EXPORT)


@REGISTRY.adapter("aws_ssmincidents_replication_set")
def incidents(record: Record) -> Iterable[Facet]:
    """Incident Manager keeps its records in every Region of the set."""
    blocks = computed.blocks(record, "regions")
    if isinstance(blocks, Known) and not blocks.value:
        blocks = computed.blocks(record, "region")
    if isinstance(blocks, Unknown):
        yield Placement(locations=blocks, stores_data=True)
        return
    found: set[str] = set()
    for block in blocks.value:
        name = block.text("name")
        if isinstance(name, Unknown):
            yield Placement(locations=name, stores_data=True)
            return
        found.add((name.value or "").lower())
    yield Placement(locations=record.known("region", frozenset(found - {""})), stores_data=True)
    yield Residue(what="incident-records")


@REGISTRY.adapter("aws_glacier_vault")
def archive_vault(record: Record) -> Iterable[Facet]:
    """Archives, always encrypted with keys of AWS; a completed lock can never be lifted."""
    yield in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield Exposure(public=policies.public(policies.stated(record, "access_policy")))
    lock = computed.part(record, "aws_glacier_vault_lock", "vault_name")
    locked: Attr[bool]
    if isinstance(lock, Unknown):
        locked = lock
    else:
        locked = lock.value.flag("complete_lock", False) if lock.value is not None else Known(False, record)
    yield Retirement(obstacles=(retirement.locks("vault lock", locked),))
    yield Residue(what="archive-vault")


REGISTRY.part("aws_glacier_vault", "aws_glacier_vault_lock")


@REGISTRY.adapter("aws_xray_encryption_config")
def traces(record: Record) -> Iterable[Facet]:
    """Traces of requests; type NONE stands for the default encryption with a key of AWS."""
    yield in_region(record)
    yield keys.at_rest(record, "key_id", KeyOwner.PROVIDER)


@REGISTRY.adapter("aws_directory_service_directory")
def directory(record: Record) -> Iterable[Facet]:
    """A directory of users; those that the service runs itself are encrypted with keys of AWS and copied daily.

    Directory Service Administration Guide, "Restoring your directory with snapshots": automated daily snapshots;
    it does not say how long they are kept.
    """
    yield in_region(record)
    kind = record.text_or("type", "SimpleAD")
    if isinstance(kind, Known) and kind.value == "ADConnector":
        return
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield Backup(
        enabled=record.known("type", True),
        interval_hours=record.known("type", 24.0),
        retention_days=record.unknown(
            "type",
            Reason.NOT_COLLECTED,
            Text("自動スナップショットの保存期間", "how long automated snapshots are kept"),
        ),
        offsite=record.known("type", frozenset()),
    )
    yield Residue(what="directory")


@REGISTRY.adapter("aws_directory_service_region")
def directory_region(record: Record) -> Iterable[Facet]:
    """Carries a directory into another Region."""
    region = record.text("region_name")
    location: Attr[frozenset[str]] = (
        region if isinstance(region, Unknown) else region_set(derived(region.value or "", region))
    )
    yield Placement(locations=location, stores_data=True)
    yield Replica(key="region_name", location=location, kind=ReplicaKind.REPLICATION)


REGISTRY.part(
    "aws_directory_service_directory",
    "aws_directory_service_conditional_forwarder",
    "aws_directory_service_log_subscription",
    "aws_directory_service_radius_settings",
    "aws_directory_service_trust",
)


@REGISTRY.adapter("aws_connect_instance_storage_config")
def connect_storage(record: Record) -> Iterable[Facet]:
    """Where recordings and transcripts go; encryption only where it is stated."""
    yield in_region(record)
    for name in ("s3_config", "kinesis_video_stream_config"):
        path = f"storage_config.0.{name}"
        stated = record.has(path)
        if isinstance(stated, Known) and stated.value:
            key = f"{path}.0.encryption_config.0.key_id"
            yield keys.at_rest(record, key, KeyOwner.PROVIDER)
