"""Whether databases record the accesses to their data."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import DataAccessLog
from auditor.testing import World
from tests.aws.data_world import POSTGRES, cluster, database, facet, outcome

LOADED = {"name": "shared_preload_libraries", "value": "pg_stat_statements,pgaudit"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ([], False),
        ([{"name": "log_statement", "value": "all"}], True),
        ([{"name": "log_statement", "value": "mod"}], False),
        ([{"name": "pgaudit.log", "value": "all"}], False),
        ([LOADED], Reason.NOT_COLLECTED),
        ([LOADED, {"name": "pgaudit.log", "value": "all"}], True),
        ([LOADED, {"name": "pgaudit.log", "value": "all,-read"}], False),
        ([LOADED, {"name": "pgaudit.log", "value": "Read, write"}], True),
        ([LOADED, {"name": "pgaudit.log", "value": "ddl"}], False),
    ],
)
def test_what_postgres_records(parameters: list[dict[str, str]], expected: Any) -> None:
    world = World()
    world.add("aws_db_parameter_group.pg", {"name": "pg", "parameter": parameters})
    record = database(world, parameter_group_name="pg", enabled_cloudwatch_logs_exports=["postgresql"])
    assert outcome(facet(record, DataAccessLog).enabled) is expected
    unsent = database(world, "unsent", parameter_group_name="pg")
    assert facet(unsent, DataAccessLog).enabled.value is False


def test_records_of_accesses_that_are_open() -> None:
    sent: dict[str, Any] = {"enabled_cloudwatch_logs_exports": ["postgresql"]}
    elsewhere = database(World(), parameter_group_name="far", **sent)
    assert outcome(facet(elsewhere, DataAccessLog).enabled) is Reason.OUTSIDE
    world = World()
    world.add("aws_db_parameter_group.g", {"name": "g", "parameter": [{"name": "log_statement", "value": "all"}]})
    unsaid = world.add(
        "aws_db_instance.db",
        {**POSTGRES, "parameter_group_name": "g"},
        unknown={"enabled_cloudwatch_logs_exports": True},
    )
    assert outcome(facet(unsaid, DataAccessLog).enabled) is Reason.AFTER_APPLY
    engine = World().add("aws_db_instance.db", sent, unknown={"engine": True})
    assert outcome(facet(engine, DataAccessLog).enabled) is Reason.AFTER_APPLY
    oracle = database(World(), engine="oracle-se2", enabled_cloudwatch_logs_exports=["audit"])
    assert outcome(facet(oracle, DataAccessLog).enabled) is Reason.NOT_COLLECTED


@pytest.mark.parametrize(
    ("engine", "logs", "options", "expected"),
    [
        ("mysql", ["audit"], [], False),
        ("mysql", [], [{"option_name": "MARIADB_AUDIT_PLUGIN"}], False),
        ("mariadb", ["audit"], [{"option_name": "MARIADB_AUDIT_PLUGIN"}], True),
        (
            "mysql",
            ["audit"],
            [
                {
                    "option_name": "MARIADB_AUDIT_PLUGIN",
                    "option_settings": [{"name": "SERVER_AUDIT_EVENTS", "value": "CONNECT"}],
                }
            ],
            False,
        ),
        ("sqlserver-se", [], [], False),
        ("sqlserver-se", [], [{"option_name": "SQLSERVER_AUDIT"}], Reason.NOT_COLLECTED),
    ],
)
def test_audits_by_options(engine: str, logs: list[str], options: list[dict[str, Any]], expected: Any) -> None:
    world = World()
    world.add("aws_db_option_group.o", {"name": "own", "option": options})
    record = database(world, engine=engine, option_group_name="own", enabled_cloudwatch_logs_exports=logs)
    assert outcome(facet(record, DataAccessLog).enabled) is expected


def test_the_general_log_records_every_statement() -> None:
    world = World()
    world.add("aws_db_parameter_group.g", {"name": "g", "parameter": [{"name": "general_log", "value": "1"}]})
    sent: dict[str, Any] = {"engine": "mysql", "enabled_cloudwatch_logs_exports": ["general"]}
    assert facet(database(world, parameter_group_name="g", **sent), DataAccessLog).enabled.value is True
    assert facet(database(World(), **sent), DataAccessLog).enabled.value is False


def test_what_a_cluster_records() -> None:
    world = World()
    audit = [{"name": "server_audit_logging", "value": "1"}, {"name": "server_audit_events", "value": "CONNECT,QUERY"}]
    world.add("aws_rds_cluster_parameter_group.on", {"name": "on", "parameter": audit})
    world.add("aws_rds_cluster_parameter_group.half", {"name": "half", "parameter": audit[:1]})
    sent: dict[str, Any] = {"enabled_cloudwatch_logs_exports": ["audit"]}
    record = cluster(world, db_cluster_parameter_group_name="on", **sent)
    assert facet(record, DataAccessLog).enabled.value is True
    eventless = cluster(world, name="half", db_cluster_parameter_group_name="half", **sent)
    assert facet(eventless, DataAccessLog).enabled.value is False
    bare = cluster(world, name="bare", **sent)
    assert facet(bare, DataAccessLog).enabled.value is False
    world.add("aws_rds_cluster_activity_stream.s", {"mode": "async"}, refs={"resource_arn": bare})
    assert facet(bare, DataAccessLog).enabled.value is True


def test_every_instance_of_a_cluster_must_record() -> None:
    world = World()
    world.add("aws_db_parameter_group.on", {"name": "on", "parameter": [{"name": "general_log", "value": "1"}]})
    record = cluster(world, enabled_cloudwatch_logs_exports=["general"])
    world.add("aws_rds_cluster_instance.a", {"db_parameter_group_name": "on"}, refs={"cluster_identifier": record})
    assert facet(record, DataAccessLog).enabled.value is True
    world.add("aws_rds_cluster_instance.b", {}, refs={"cluster_identifier": record})
    assert facet(record, DataAccessLog).enabled.value is False
