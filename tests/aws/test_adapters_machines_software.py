"""Versions in use, images of machines, patches, scans, metadata, licences, and where copies come from."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known, Unknown
from auditor.facets import (
    DataOrigin,
    ImageSource,
    LicensedSoftware,
    Machine,
    MalwareScan,
    NeedlessFunction,
    Patching,
    Resident,
    Software,
    VulnerabilityScan,
)
from auditor.record import Action, Record
from auditor.testing import World
from auditor_aws.images import system_of
from auditor_aws.terraform import adapter_set
from tests.aws.data_world import TOKYO, facet, facets

UNKNOWN = "unknown"


def world(*, complete: bool = False) -> World:
    return World(region=TOKYO, account="111122223333", complete=complete)


def value(attr: Attr[Any] | None) -> Any:
    """The value, or that it is unknown."""
    return UNKNOWN if isinstance(attr, Unknown) else None if attr is None else attr.value


def add(address: str, values: dict[str, Any] | None = None, **how: Any) -> Record:
    return world().add(address, values, **how)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("amzn2-ami-hvm-2.0.20250305.0-x86_64-gp2", ("amazon-linux", "2", False)),
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", ("amazon-linux", "2023", False)),
        ("amzn-ami-hvm-2018.03.0", ("amazon-linux", "1", False)),
        ("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240301", ("ubuntu", "22.04", False)),
        ("ubuntu-pro-server/images/hvm-ssd/ubuntu-focal-20.04-amd64-pro-server", ("ubuntu", "20.04", True)),
        ("/aws/service/canonical/ubuntu/server/focal/stable/current/amd64", ("ubuntu", "20.04", False)),
        ("debian-12-amd64-20240201-1645", ("debian", "12", True)),
        ("RHEL-9.3.0_HVM-20240117-x86_64", ("rhel", "9", False)),
        ("CentOS Stream 9 x86_64", ("centos-stream", "9", False)),
        ("CentOS Linux 7 x86_64 HVM", ("centos", "7", False)),
        ("Rocky-9-EC2-Base-9.3", ("rocky-linux", "9", False)),
        ("Windows_Server-2019-English-Full-Base-2024.01.16", ("windows-server", "2019", False)),
        ("suse-sles-15-sp5-v20240129-hvm-ssd-x86_64", ("sles", "15.5", False)),
        ("AL2_x86_64", ("amazon-linux", "2", False)),
        ("AL2023_ARM_64_STANDARD", ("amazon-linux", "2023", False)),
        ("64bit-amazon-linux-2-v5.8.0-running-node.js-18", ("amazon-linux", "2", False)),
        ("our-own-image-7", None),
        ("bottlerocket-aws-k8s-1.29", None),
    ],
)
def test_names_of_images_tell_the_system(name: str, expected: tuple[str, str, bool] | None) -> None:
    assert system_of(name) == expected


def image(values: dict[str, Any], type_: str = "data.aws_ami") -> tuple[World, Record]:
    there = world()
    found = there.add(f"{type_}.this", values)
    found.type = type_
    return there, there.add("aws_instance.one", {"ami": "ami-1"}, refs={"ami": found})


@pytest.mark.parametrize(
    ("values", "product", "version", "vouched"),
    [
        ({"name": "amzn2-ami-hvm-2.0", "owners": ["amazon"]}, "amazon-linux", "2", True),
        ({"name": "ubuntu-jammy-22.04", "owners": ["099720109477"], "owner_id": "1"}, "ubuntu", "22.04", True),
        ({"name": "hvm", "owners": ["self"]}, "os", UNKNOWN, True),
        ({"name": "debian-12", "owner_id": "136693071363"}, "debian", "12", True),
        ({"name": "debian-12", "owner_id": "999988887777"}, "debian", "12", False),
        ({"name": "debian-12", "owner_id": "999988887777", "owners": ["999988887777"]}, "debian", "12", UNKNOWN),
        (
            {"name": None, "owners": ["amazon"], "filter": [{"name": "name", "values": ["al2023-ami-*"]}]},
            "amazon-linux",
            "2023",
            True,
        ),
        ({"name_regex": "^RHEL-8", "owners": ["309956199498"]}, "rhel", "8", True),
    ],
)
def test_an_image_that_is_looked_up(values: dict[str, Any], product: str, version: str, vouched: Any) -> None:
    _, machine = image(values)
    found = facet(machine, Software)
    assert (found.product, value(found.version)) == (product, version)
    assert value(facet(machine, ImageSource).vouched) == vouched


def test_an_image_that_nothing_describes_is_not_guessed() -> None:
    machine = add("aws_instance.one", {"ami": "ami-0123456789abcdef0"})
    assert value(facet(machine, Software).version) == UNKNOWN
    assert facets(machine, ImageSource) == []
    later = add("aws_instance.one", {}, unknown={"ami": True})
    assert value(facet(later, Software).version) == UNKNOWN
    from_template = add("aws_instance.one", {"launch_template": [{"id": "lt-1"}]}, unset=["ami"])
    assert facets(from_template, Software) == []


def test_an_image_of_ones_own() -> None:
    there = world()
    own = there.add("aws_ami.own", {"name": "own"})
    machine = there.add("aws_instance.one", {"ami": "ami-1"}, refs={"ami": own})
    assert facets(machine, Software) == []
    assert value(facet(machine, ImageSource).vouched) is True


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ({"metadata_options": [{"http_tokens": "required"}]}, {}, False),
        ({"metadata_options": [{"http_tokens": "optional"}]}, {}, True),
        ({"metadata_options": [{"http_endpoint": "disabled", "http_tokens": "optional"}]}, {}, False),
        ({"metadata_options": [{"http_tokens": None}]}, {}, UNKNOWN),
        ({"metadata_options": [{}]}, {"unknown": {"metadata_options": [{"http_tokens": True}]}}, UNKNOWN),
        ({}, {"unknown": {"metadata_options": True}}, UNKNOWN),
        ({}, {"unset": ["metadata_options"]}, UNKNOWN),
    ],
)
@pytest.mark.parametrize("type_", ["aws_instance", "aws_launch_template", "aws_launch_configuration"])
def test_metadata_without_a_session(type_: str, values: dict[str, Any], how: dict[str, Any], expected: Any) -> None:
    record = add(f"{type_}.one", values, **how)
    assert value(facet(record, NeedlessFunction).enabled) == expected


@pytest.mark.parametrize(("tokens", "expected"), [("required", False), ("optional", True), ("no-preference", UNKNOWN)])
def test_the_default_of_the_account_decides_where_a_machine_does_not(tokens: str, expected: Any) -> None:
    there = world()
    defaults = there.add("aws_ec2_instance_metadata_defaults.this", {"http_tokens": tokens})
    machine = there.add("aws_instance.one", {"metadata_options": []})
    assert value(facet(machine, NeedlessFunction).enabled) == expected
    assert len(facets(defaults, NeedlessFunction)) == (expected != UNKNOWN)
    elsewhere = there.add("aws_instance.two", {"metadata_options": []}, region="ap-northeast-3")
    assert value(facet(elsewhere, NeedlessFunction).enabled) == UNKNOWN


def test_a_default_of_the_account_that_goes_decides_nothing() -> None:
    there = world()
    there.add("aws_ec2_instance_metadata_defaults.this", {"http_tokens": "required"}, action=Action.DELETE)
    machine = there.add("aws_instance.one", {"metadata_options": []})
    assert value(facet(machine, NeedlessFunction).enabled) == UNKNOWN


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1", True), ("2", False)],
)
def test_metadata_of_notebooks(version: str, expected: bool) -> None:
    settings = [{"minimum_instance_metadata_service_version": version}]
    notebook = add("aws_sagemaker_notebook_instance.one", {"instance_metadata_service_configuration": settings})
    assert value(facet(notebook, NeedlessFunction).enabled) is expected
    assert facets(add("aws_sagemaker_notebook_instance.two", {}), NeedlessFunction) == []


@pytest.mark.parametrize(
    ("type_", "values", "product", "version"),
    [
        ("aws_db_instance", {"engine": "mysql", "engine_version": "8.0.35"}, "rds-mysql", "8.0.35"),
        ("aws_db_instance", {"engine": "sqlserver-se", "engine_version": "15.00"}, "sql-server", "15.00"),
        ("aws_db_instance", {"engine": "oracle-ee", "engine_version": "19"}, "rds-oracle-ee", "19"),
        ("aws_rds_cluster", {"engine": "aurora-postgresql", "engine_version": "16.1"}, "aurora-postgresql", "16.1"),
        ("aws_docdb_cluster", {"engine_version": "5.0.0"}, "docdb", "5.0.0"),
        ("aws_neptune_cluster", {"engine_version": "1.3.1.0"}, "neptune", "1.3.1.0"),
        ("aws_elasticache_replication_group", {"engine": "redis", "engine_version": "6.x"}, "elasticache-redis", "6.x"),
        ("aws_elasticache_cluster", {"engine": "memcached", "engine_version": "1.6"}, "elasticache-memcached", "1.6"),
        ("aws_memorydb_cluster", {"engine_version": "7.1"}, "memorydb-redis", "7.1"),
        ("aws_mq_broker", {"engine_type": "ActiveMQ", "engine_version": "5.18"}, "mq-activemq", "5.18"),
        ("aws_msk_cluster", {"kafka_version": "3.6.0"}, "msk", "3.6.0"),
        ("aws_opensearch_domain", {"engine_version": "OpenSearch_2.11"}, "opensearch", "2.11"),
        ("aws_opensearch_domain", {"engine_version": "Elasticsearch_7.10"}, "elasticsearch", "7.10"),
        ("aws_elasticsearch_domain", {}, "elasticsearch", "1.5"),
        ("aws_eks_cluster", {"version": "1.31"}, "eks", "1.31"),
        ("aws_lambda_function", {"runtime": "python3.12"}, "lambda", "python3.12"),
        ("aws_eks_node_group", {"ami_type": "AL2_x86_64"}, "amazon-linux", "2"),
        (
            "aws_elastic_beanstalk_environment",
            {"solution_stack_name": "64bit Amazon Linux 2023 v4.0.1 running Python 3.11"},
            "amazon-linux",
            "2023",
        ),
    ],
)
def test_products_and_versions(type_: str, values: dict[str, Any], product: str, version: str) -> None:
    found = facet(add(f"{type_}.one", values), Software)
    assert (found.product, value(found.version)) == (product, version)


@pytest.mark.parametrize(
    ("type_", "path", "values"),
    [
        ("aws_db_instance", "engine_version", {"engine": "mysql"}),
        ("aws_rds_cluster", "engine_version", {"engine": "aurora-mysql"}),
        ("aws_eks_cluster", "version", {}),
        ("aws_opensearch_domain", "engine_version", {}),
        ("aws_lambda_function", "runtime", {}),
    ],
)
def test_versions_that_are_open(type_: str, path: str, values: dict[str, Any]) -> None:
    assert value(facet(add(f"{type_}.one", values, unknown={path: True}), Software).version) == UNKNOWN
    if type_ != "aws_lambda_function":
        left = facet(add(f"{type_}.one", values, unset=[path]), Software).version
        assert isinstance(left, Unknown)
        assert left.detail is not None


def test_what_runs_the_version_of_another_has_none_of_its_own() -> None:
    assert facets(add("aws_db_instance.copy", {"engine": "mysql", "replicate_source_db": "main"}), Software) == []
    assert facets(add("aws_elasticache_cluster.member", {"replication_group_id": "group"}), Software) == []
    assert facets(add("aws_lambda_function.image", {"package_type": "Image"}), Software) == []


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_db_instance", {"engine": "mysql"}, True),
        ("aws_db_instance", {"engine": "mysql", "engine_lifecycle_support": "open-source-rds-extended-support"}, True),
        (
            "aws_db_instance",
            {"engine": "mysql", "engine_lifecycle_support": "open-source-rds-extended-support-disabled"},
            False,
        ),
        ("aws_eks_cluster", {"version": "1.31"}, True),
        ("aws_eks_cluster", {"version": "1.31", "upgrade_policy": [{"support_type": "STANDARD"}]}, False),
        ("aws_docdb_cluster", {}, UNKNOWN),
        ("aws_lambda_function", {"runtime": "python3.12"}, False),
    ],
)
def test_extended_support_is_on_by_default_for_some(type_: str, values: dict[str, Any], expected: Any) -> None:
    assert value(facet(add(f"{type_}.one", values), Software).extended) == expected


@pytest.mark.parametrize(
    ("type_", "path", "default"),
    [
        ("aws_db_instance", "auto_minor_version_upgrade", True),
        ("aws_rds_cluster_instance", "auto_minor_version_upgrade", True),
        ("aws_neptune_cluster_instance", "auto_minor_version_upgrade", True),
        ("aws_elasticache_replication_group", "auto_minor_version_upgrade", True),
        ("aws_memorydb_cluster", "auto_minor_version_upgrade", True),
        ("aws_mq_broker", "auto_minor_version_upgrade", False),
        ("aws_dms_replication_instance", "auto_minor_version_upgrade", False),
        ("aws_redshift_cluster", "allow_version_upgrade", True),
    ],
)
def test_minor_versions_come_by_themselves(type_: str, path: str, default: bool) -> None:
    assert value(facet(add(f"{type_}.one", {}), Patching).automatic) is default
    for stated in (True, False):
        assert value(facet(add(f"{type_}.one", {path: stated}), Patching).automatic) is stated
    assert value(facet(add(f"{type_}.one", {}, unknown={path: True}), Patching).automatic) == UNKNOWN


def test_memcached_has_no_upgrades_of_its_own() -> None:
    assert facets(add("aws_elasticache_cluster.one", {"engine": "memcached"}), Patching) == []


@pytest.mark.parametrize(
    ("mode", "expected"), [(None, True), ("Auto", True), ("Manual", False), ("FunctionUpdate", False)]
)
def test_runtimes_of_functions(mode: str | None, expected: bool) -> None:
    record = add("aws_lambda_runtime_management_config.one", {"update_runtime_on": mode})
    assert value(facet(record, Patching).automatic) is expected


@pytest.mark.parametrize(("stated", "expected"), [("true", True), ("false", False)])
def test_updates_of_a_platform(stated: str, expected: bool) -> None:
    setting = {"namespace": "aws:elasticbeanstalk:managedactions", "name": "ManagedActionsEnabled", "value": stated}
    record = add("aws_elastic_beanstalk_environment.one", {"setting": [setting]})
    assert value(facet(record, Patching).automatic) is expected
    assert facets(add("aws_elastic_beanstalk_environment.two", {"setting": []}), Patching) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "EBS_MALWARE_PROTECTION", "status": "ENABLED"}, True),
        ({"name": "EBS_MALWARE_PROTECTION", "status": "DISABLED"}, False),
        ({"name": "S3_DATA_EVENTS", "status": "DISABLED"}, None),
    ],
)
def test_features_of_a_detector(values: dict[str, Any], expected: bool | None) -> None:
    found = facets(add("aws_guardduty_detector_feature.one", values), MalwareScan)
    assert [value(one.active) for one in found] == ([] if expected is None else [expected])


@pytest.mark.parametrize(("whom", "expected"), [("ALL", True), ("NONE", False), ("NEW", UNKNOWN)])
def test_features_of_an_organisation(whom: str, expected: Any) -> None:
    values = {"name": "EBS_MALWARE_PROTECTION", "auto_enable": whom}
    found = facet(add("aws_guardduty_organization_configuration_feature.one", values), MalwareScan)
    assert value(found.active) == expected


def test_the_old_switch_of_a_detector() -> None:
    block = {"malware_protection": [{"scan_ec2_instance_with_findings": [{"ebs_volumes": [{"enable": True}]}]}]}
    assert value(facet(add("aws_guardduty_detector.one", {"datasources": [block]}), MalwareScan).active) is True
    off = {"enable": False, "datasources": [block]}
    assert value(facet(add("aws_guardduty_detector.two", off), MalwareScan).active) is False
    assert facets(add("aws_guardduty_detector.three", {}, unset=["datasources"]), MalwareScan) == []


def test_objects_are_scanned_by_a_plan() -> None:
    found = facet(add("aws_guardduty_malware_protection_plan.one", {"role": "r"}), MalwareScan)
    assert (found.what, value(found.active), value(found.updated)) == ("objects", True, True)


@pytest.mark.parametrize(
    ("group", "found"), [("ThreatSignaturesMalwareStrictOrder", 1), ("MalwareDomainsActionOrder", 1), ("Scanners", 0)]
)
def test_rules_of_aws_against_malware(group: str, found: int) -> None:
    there = world()
    arn = f"arn:aws:network-firewall:{TOKYO}:aws-managed:stateful-rulegroup/{group}"
    reference = [{"stateful_rule_group_reference": [{"resource_arn": arn}]}]
    policy = there.add("aws_networkfirewall_firewall_policy.one", {"firewall_policy": reference})
    firewall = there.add("aws_networkfirewall_firewall.one", {}, refs={"firewall_policy_arn": policy})
    assert len(facets(firewall, MalwareScan)) == found


@pytest.mark.parametrize(
    ("values", "scans", "patches"),
    [
        (
            {
                "name": "AWS-RunPatchBaseline",
                "parameters": {"Operation": "Install"},
                "schedule_expression": "rate(1 day)",
            },
            0,
            True,
        ),
        ({"name": "AWS-RunPatchBaseline", "parameters": {"Operation": "Install"}}, 0, False),
        (
            {"name": "AWS-RunPatchBaseline", "parameters": {"Operation": "Scan"}, "schedule_expression": "rate(1 day)"},
            0,
            None,
        ),
        (
            {"name": "AWS-ConfigureAWSPackage", "parameters": {"action": "Install", "name": "FalconSensor-Linux"}},
            1,
            None,
        ),
        (
            {"name": "AWS-ConfigureAWSPackage", "parameters": {"action": "Install", "name": "AmazonCloudWatchAgent"}},
            0,
            None,
        ),
        ({"name": "AWS-RunShellScript", "parameters": {"commands": "yum install -y clamav"}}, 1, None),
    ],
)
def test_what_is_run_on_machines(values: dict[str, Any], scans: int, patches: bool | None) -> None:
    record = add("aws_ssm_association.one", values)
    assert len(facets(record, MalwareScan)) == scans
    assert [value(one.automatic) for one in facets(record, Patching)] == ([] if patches is None else [patches])


@pytest.mark.parametrize(
    ("document", "operation", "enabled", "expected"),
    [
        ("AWS-RunPatchBaseline", "Install", True, True),
        ("AWS-RunPatchBaseline", "Install", False, False),
        ("AWS-RunPatchBaseline", "Scan", True, None),
        ("AWS-RunShellScript", "Install", True, None),
    ],
)
def test_tasks_of_a_window(document: str, operation: str, enabled: bool, expected: bool | None) -> None:
    there = world()
    window = there.add("aws_ssm_maintenance_window.one", {"enabled": enabled})
    command = {"run_command_parameters": [{"parameter": [{"name": "Operation", "values": [operation]}]}]}
    task = there.add(
        "aws_ssm_maintenance_window_task.one",
        {"task_arn": document, "task_invocation_parameters": [command]},
        refs={"window_id": window},
    )
    found = facets(task, Patching)
    assert [value(one.automatic) for one in found] == ([] if expected is None else [expected])


def test_inspector_is_on_for_what_is_listed() -> None:
    record = add("aws_inspector2_enabler.one", {"resource_types": ["EC2", "ECR", "LAMBDA_CODE"]})
    assert [(one.what, value(one.active)) for one in facets(record, VulnerabilityScan)] == [
        ("machines", True),
        ("images", True),
    ]
    open_ = add("aws_inspector2_enabler.two", {}, unknown={"resource_types": True})
    assert [value(one.active) for one in facets(open_, VulnerabilityScan)] == [UNKNOWN]


def test_inspector_of_an_organisation_tells_of_new_accounts_only() -> None:
    record = add("aws_inspector2_organization_configuration.one", {"auto_enable": [{"ec2": True, "ecr": False}]})
    assert [value(one.active) for one in facets(record, VulnerabilityScan)] == [UNKNOWN, False]


def repository(there: World, on_push: bool | None = None) -> Record:
    block = [] if on_push is None else [{"scan_on_push": on_push}]
    return there.add("aws_ecr_repository.one", {"name": "juki/app", "image_scanning_configuration": block})


def test_images_are_scanned_by_their_repository_or_by_the_registry() -> None:
    assert value(facet(repository(world(), True), VulnerabilityScan).active) is True
    assert value(facet(repository(world(), False), VulnerabilityScan).active) == UNKNOWN
    assert value(facet(repository(world(complete=True)), VulnerabilityScan).active) is False


@pytest.mark.parametrize(
    ("frequency", "filter_", "expected"),
    [
        ("SCAN_ON_PUSH", "*", True),
        ("CONTINUOUS_SCAN", "juki/*", True),
        ("CONTINUOUS_SCAN", "juki", True),
        ("CONTINUOUS_SCAN", "tax/*", False),
        ("MANUAL", "*", False),
    ],
)
def test_rules_of_the_registry(frequency: str, filter_: str, expected: bool) -> None:
    there = world()
    rule = {"scan_frequency": frequency, "repository_filter": [{"filter": filter_, "filter_type": "WILDCARD"}]}
    there.add("aws_ecr_registry_scanning_configuration.this", {"scan_type": "ENHANCED", "rule": [rule]})
    assert value(facet(repository(there, False), VulnerabilityScan).active) is expected
    assert value(facet(repository(there, True), VulnerabilityScan).active) is True


def test_rules_of_the_registry_that_go_scan_nothing() -> None:
    there = world()
    rule = {"scan_frequency": "SCAN_ON_PUSH", "repository_filter": [{"filter": "*", "filter_type": "WILDCARD"}]}
    values = {"scan_type": "ENHANCED", "rule": [rule]}
    there.add("aws_ecr_registry_scanning_configuration.this", values, action=Action.DELETE)
    assert value(facet(repository(there, False), VulnerabilityScan).active) == UNKNOWN
    assert value(facet(repository(there, True), VulnerabilityScan).active) is True


def test_licences() -> None:
    there = world()
    licence = there.add("aws_licensemanager_license_configuration.this", {"license_counting_type": "vCPU"})
    machine = there.add("aws_instance.one", {"ami": "ami-1"})
    there.add(
        "aws_licensemanager_association.one", {}, refs={"resource_arn": machine, "license_configuration_arn": licence}
    )
    plain = there.add("aws_instance.two", {"ami": "ami-1"})
    assert value(facet(licence, LicensedSoftware).tracked) is True
    assert value(facet(machine, LicensedSoftware).tracked) is True
    assert facets(plain, LicensedSoftware) == []
    template = add("aws_launch_template.one", {"license_specification": [{"license_configuration_arn": "arn"}]})
    assert value(facet(template, LicensedSoftware).tracked) is True


@pytest.mark.parametrize(("model", "found"), [("bring-your-own-license", 1), ("license-included", 0), (None, 0)])
def test_licences_of_databases(model: str | None, found: int) -> None:
    record = add("aws_db_instance.one", {"engine": "oracle-ee", "license_model": model})
    assert [value(one.tracked) for one in facets(record, LicensedSoftware)] == [UNKNOWN] * found


def network(there: World) -> Record:
    vpc = there.add("aws_vpc.main", {})
    return there.add("aws_subnet.one", {}, refs={"vpc_id": vpc})


def test_residents_of_a_network() -> None:
    there = world()
    subnet = network(there)
    machine = there.add("aws_instance.one", {}, refs={"subnet_id": subnet})
    group = there.add("aws_db_subnet_group.main", {}, refs={"subnet_ids.0": subnet})
    database = there.add("aws_db_instance.main", {"engine": "mysql"}, refs={"db_subnet_group_name": group})
    function = there.add(
        "aws_lambda_function.one", {}, refs={"vpc_config.0.subnet_ids": subnet}, unknown={"vpc_config": True}
    )
    for record in (machine, database, function):
        assert value(facet(record, Resident).network) == "aws_vpc.main"
    outside = there.add("aws_instance.two", {"subnet_id": "subnet-1"})
    assert value(facet(outside, Resident).network) is None
    open_ = there.add("aws_instance.three", {}, unknown={"subnet_id": True})
    assert value(facet(open_, Resident).network) == UNKNOWN


def test_copies_are_followed_to_what_they_are_made_of() -> None:
    there = world()
    main = there.add("aws_db_instance.main", {"engine": "mysql"})
    snapshot = there.add("aws_db_snapshot.daily", {}, refs={"db_instance_identifier": main})
    copied = there.add("aws_db_snapshot_copy.far", {}, refs={"source_db_snapshot_identifier": snapshot})
    restored = there.add("aws_db_instance.trial", {"snapshot_identifier": "s"}, refs={"snapshot_identifier": copied})
    found = facet(restored, DataOrigin)
    assert (found.how, value(found.source), value(found.record)) == (
        "snapshot",
        "aws_db_instance.main",
        "aws_db_instance.main",
    )


@pytest.mark.parametrize(
    ("type_", "values", "how", "source"),
    [
        ("aws_db_instance", {"snapshot_identifier": "rds:prod-2024"}, "snapshot", "rds:prod-2024"),
        (
            "aws_rds_cluster",
            {"restore_to_point_in_time": [{"source_cluster_identifier": "prod"}]},
            "point-in-time",
            "prod",
        ),
        ("aws_db_instance", {"replicate_source_db": "prod"}, "replica", "prod"),
        ("aws_ebs_volume", {"snapshot_id": "snap-1"}, "snapshot", "snap-1"),
        ("aws_elasticache_replication_group", {"snapshot_name": "daily"}, "snapshot", "daily"),
        ("aws_dynamodb_table", {"restore_source_name": "prod"}, "point-in-time", "prod"),
        ("aws_ebs_volume", {}, "none", None),
    ],
)
def test_what_a_store_is_filled_from(type_: str, values: dict[str, Any], how: str, source: str | None) -> None:
    found = facet(add(f"{type_}.one", values), DataOrigin)
    assert (found.how, value(found.source), value(found.record)) == (how, source, None)


def test_a_source_that_is_open() -> None:
    open_ = facet(add("aws_db_instance.one", {}, unknown={"snapshot_identifier": True}), DataOrigin)
    assert value(open_.source) == UNKNOWN
    left_out = facet(add("aws_ebs_volume.one", {}, unset=["snapshot_id"]), DataOrigin)
    assert value(left_out.source) is None


def test_machines_are_those_whose_system_the_user_looks_after() -> None:
    kinds = {
        "aws_instance": "machine",
        "aws_launch_template": "template",
        "aws_autoscaling_group": "group",
        "aws_eks_node_group": "nodes",
        "aws_lightsail_instance": "machine",
    }
    for type_, what in kinds.items():
        assert facet(add(f"{type_}.one", {}), Machine).what == what
    assert facets(add("aws_lambda_function.one", {}), Machine) == []


def test_everything_reads_records_that_say_nothing_and_records_that_say_nothing_yet() -> None:
    adapters = adapter_set().adapters
    mine = [type_ for type_, found in adapters.items() if any(".machine_" in one.__module__ for one in found)]
    assert len(mine) > 30
    for type_ in mine:
        for action in (Action.CREATE, Action.NO_OP):
            empty = World(region=None, account=None).add(f"{type_}.one", {}, action=action)
            assert all(isinstance(one, Known | Unknown) for one in _attributes(empty))


def _attributes(record: Record) -> list[Any]:
    found = adapter_set().facets(record)
    return [
        getattr(one, field)
        for one in found
        if isinstance(one, Software | Patching | VulnerabilityScan | MalwareScan | Resident | DataOrigin)
        for field in one.__struct_fields__
        if field not in ("key", "what", "product", "how")
    ]
