"""Objects, access points, and buckets of other kinds."""

from __future__ import annotations

import pytest

from auditor.attr import Reason
from auditor.facets import EncryptionAtRest, Exposure, KeyOwner, Placement, Replica, Retirement
from auditor.testing import World
from tests.aws.data_world import ACCOUNT, OSAKA, TOKYO, facet, facets, obstacles, policy, reason

PUBLIC_READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/*"}


def test_objects_lie_in_their_bucket() -> None:
    world = World()
    bucket = world.add("aws_s3_bucket.docs", {}, region=OSAKA)
    record = world.add("aws_s3_object.a", {"acl": "public-read", "kms_key_id": "alias/city"}, refs={"bucket": bucket})
    assert facet(record, Placement).locations.value == {OSAKA}
    assert facet(record, Exposure).public.value is True
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER
    plain = world.add("aws_s3_object.b", {"bucket": "elsewhere"})
    assert facets(plain, Exposure) == []
    assert facet(plain, Placement).locations.value == {TOKYO}


def test_buckets_of_other_kinds() -> None:
    directory = World().add("aws_s3_directory_bucket.a", {"force_destroy": True})
    assert facet(directory, EncryptionAtRest).enabled.value is True
    assert facet(directory, Exposure).public.value is False
    assert obstacles(facet(directory, Retirement)) == {"force_destroy": False}
    tables = World().add("aws_s3tables_table_bucket.a", {"encryption_configuration": {"kms_key_arn": "alias/city"}})
    assert facet(tables, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER
    vectors = World().add("aws_s3vectors_vector_bucket.a", {}, unset=["encryption_configuration"])
    assert facet(vectors, EncryptionAtRest).key_owner.value is KeyOwner.PROVIDER
    outpost = World().add("aws_s3control_bucket.a", {})
    assert facet(outpost, Exposure).public.value is False


def test_tables_are_encrypted_as_their_bucket_is() -> None:
    world = World()
    bucket = world.add("aws_s3tables_table_bucket.a", {"encryption_configuration": {"kms_key_arn": "alias/city"}})
    table = world.add("aws_s3tables_table.t", {}, refs={"table_bucket_arn": bucket})
    assert facet(table, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER
    lone = World().add("aws_s3tables_table.t", {}, unknown={"table_bucket_arn": True})
    assert reason(facet(lone, EncryptionAtRest).key_owner) is Reason.UNRESOLVED


def test_replicas_of_table_buckets() -> None:
    world = World()
    bucket = world.add("aws_s3tables_table_bucket.a", {})
    arn = f"arn:aws:s3tables:{OSAKA}:{ACCOUNT}:bucket/copy"
    rule = {"destination": [{"destination_table_bucket_arn": arn}]}
    world.add("aws_s3tables_table_bucket_replication.a", {"rule": [rule]}, refs={"table_bucket_arn": bucket})
    assert facet(bucket, Replica).location.value == {OSAKA}


@pytest.mark.parametrize(("restrict", "public"), [(None, False), (False, True)])
def test_access_points(restrict: bool | None, public: bool) -> None:
    block = [{"restrict_public_buckets": restrict}]
    record = World().add(
        "aws_s3_access_point.a", {"policy": policy(PUBLIC_READ), "public_access_block_configuration": block}
    )
    assert facet(record, Exposure).public.value is public
