"""Alarms that the Terraform provider has no type for.

Source: Amazon CloudWatch API Reference, LogAlarm (an alarm on what a query finds in log groups).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facets import Facet, LogAlert
from auditor.record import Record
from auditor_aws.alarms import LOG_ALARM
from auditor_aws.live.adapters import LIVE
from auditor_aws.terraform import monitoring_alarms

LIVE.adapter(LOG_ALARM)(monitoring_alarms.alarm)


@LIVE.adapter(LOG_ALARM)
def log_alarm(record: Record) -> Iterator[Facet]:
    """What it looks for in logs raises an alarm by itself."""
    yield LogAlert(alerts=record.known("alarm_name", True))
