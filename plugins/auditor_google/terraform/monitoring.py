"""Alarms, and the services that watch over projects, networks and settings.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    AccountContact,
    AlarmRecipient,
    ChangeRecorder,
    Facet,
    IntrusionDetection,
    LogAlert,
    SettingRule,
    ThreatDetection,
    Watched,
)
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google import alerts
from auditor_google.reading import left_to_default, referrers, settled_flag, settled_text, texts
from auditor_google.registry import REGISTRY

_CHANNEL: Final = "google_monitoring_notification_channel"
_OUTSIDE: Final = Text("この入力に含まれない通知チャンネル", "a notification channel that is not in the input")
_ALARMED_ELSEWHERE: Final = Text(
    "他の構成による警報の有無", "whether another configuration sets an alarm on the metric"
)

_WATCHED: Final = {
    "google_compute_instance": ("server", "server"),
    "google_compute_instance_group_manager": ("server", "server"),
    "google_compute_region_instance_group_manager": ("server", "server"),
    "google_sql_database_instance": ("database", "database"),
    "google_alloydb_instance": ("database", "alloydb"),
    "google_spanner_instance": ("database", "spanner"),
    "google_redis_instance": ("cache", "cache"),
    "google_container_cluster": ("cluster", "cluster"),
}
"""Type -> what it is, and its kind in :data:`auditor_google.alerts.KINDS`."""


@REGISTRY.adapter(*_WATCHED)
def watched(record: Record) -> Iterator[Facet]:
    """A server or database, with the alert policies over its kind, and what reports from inside it."""
    what, kind = _WATCHED[record.type]
    seen = alerts.watched(record, kind)
    inside = _inside(record)
    if inside is not None:
        seen = any_of(inside, seen)
    yield Watched(what=what, watched=seen, capacity_percent=alerts.capacity_percent(record, kind))


def _inside(record: Record) -> Attr[bool] | None:
    """Whether something reports from inside; ``None`` where the resource does not say it."""
    if record.type == "google_sql_database_instance":
        return settled_flag(record, "settings.0.insights_config.0.query_insights_enabled", False)
    if record.type == "google_container_cluster":
        return _collects(record)
    return None


def _collects(cluster: Record) -> Attr[bool]:
    """GKE's own agents report unless monitoring is switched off.

    https://cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics : by default system metrics are sent.
    """
    service = settled_text(cluster, "monitoring_service", "monitoring.googleapis.com/kubernetes")
    on = map_attr(service, lambda name: name != "none")
    components = cluster.get("monitoring_config.0.enable_components")
    if left_to_default(cluster, "monitoring_config", cluster.get("monitoring_config")):
        return on
    some = map_attr(components, lambda names: names is None or bool(names))
    return all_of(on, some)


@REGISTRY.adapter(alerts.POLICY)
def policy(record: Record) -> Iterator[Facet]:
    """An alert policy; one that looks at log entries is at once an alarm made from logs."""
    channels = record.elements("notification_channels")
    enabled = record.flag("enabled", True)
    received: Attr[bool]
    if isinstance(channels, Unknown):
        received = channels
        named: Attr[bool] = channels
    else:
        named = record.known("notification_channels", bool(channels.value))
        received = any_of(
            Known(False, record, "notification_channels"),
            *(_live(record, f"notification_channels.{index}") for index in range(len(channels.value))),
        )
    yield AlarmRecipient(notifies=all_of(enabled, named), received=received)
    blocks = record.blocks("conditions")
    for block in blocks.value if isinstance(blocks, Known) else ():
        matched = block.blocks("condition_matched_log")
        if isinstance(matched, Known) and matched.value:
            yield LogAlert(alerts=enabled)
            return


def _live(record: Record, path: str) -> Attr[bool]:
    """Whether a channel is switched on and has not failed to be verified."""
    channel = record.target(path, _CHANNEL)
    if isinstance(channel, Unknown):
        return channel
    if channel.value is None:
        return record.unknown(path, Reason.OUTSIDE, _OUTSIDE)
    status = channel.value.text("verification_status")
    refused = isinstance(status, Known) and status.value == "UNVERIFIED"
    verified = channel.value.known("verification_status", not refused)
    return all_of(channel.value.flag("enabled", True), verified)


REGISTRY.part(alerts.POLICY, _CHANNEL)


@REGISTRY.adapter("google_logging_metric")
def log_metric(record: Record) -> Iterator[Facet]:
    """A count of log entries, on which an alert policy may be set."""
    yield LogAlert(alerts=all_of(_switched_on(record), _alarmed(record)))


def _switched_on(metric: Record) -> Attr[bool]:
    return map_attr(metric.flag("disabled", False), lambda off: not off)


def _alarmed(metric: Record) -> Attr[bool]:
    name = metric.text("name")
    if isinstance(name, Unknown):
        return name
    wanted = f"{alerts.USER_METRICS}{name.value}"
    open_: Record | None = None
    for condition in alerts.conditions(metric.links):
        if isinstance(condition.text, Unknown):
            open_ = condition.policy
        elif wanted in (condition.text.value or "") or f"user/{name.value}" in (condition.text.value or ""):
            return Known(True, condition.policy, "conditions")
    if open_ is not None:
        detail = Text(f"{open_.address} の対象", f"what {open_.address} watches")
        return metric.unknown("name", Reason.AMBIGUOUS, detail)
    if metric.links.complete:
        return metric.known("name", False)
    return metric.unknown("name", Reason.NOT_COLLECTED, _ALARMED_ELSEWHERE)


@REGISTRY.adapter("google_essential_contacts_contact")
def contact(record: Record) -> Iterator[Facet]:
    """Whom Google writes to, by category of the matter."""
    categories = texts(record, "notification_category_subscriptions")
    yield AccountContact(security=map_attr(categories, lambda names: bool(names & {"ALL", "SECURITY"})))


_FEEDS: Final = (
    "google_cloud_asset_project_feed",
    "google_cloud_asset_folder_feed",
    "google_cloud_asset_organization_feed",
)


@REGISTRY.adapter(*_FEEDS)
def asset_feed(record: Record) -> Iterator[Facet]:
    """Changes of assets, sent on; a feed of some types is for a purpose of its own and says nothing here."""
    kinds = texts(record, "asset_types")
    if isinstance(kinds, Known) and any(kind in (".*", ".*.googleapis.com.*") for kind in kinds.value):
        yield ChangeRecorder(recording=record.known("feed_id", True), all_resources=record.known("asset_types", True))


_CENTER: Final = "Security Command Center"


@REGISTRY.adapter(
    "google_scc_notification_config",
    "google_scc_project_notification_config",
    "google_scc_folder_notification_config",
    "google_scc_v2_organization_notification_config",
    "google_scc_v2_folder_notification_config",
    "google_scc_v2_project_notification_config",
    "google_scc_project_scc_big_query_export",
    "google_scc_folder_scc_big_query_export",
    "google_scc_organization_scc_big_query_export",
    "google_scc_v2_organization_scc_big_query_export",
    "google_scc_v2_folder_scc_big_query_export",
    "google_scc_v2_project_scc_big_query_export",
)
def findings(record: Record) -> Iterator[Facet]:
    """Findings of Security Command Center, sent on; that works only where it is activated.

    No resource of Terraform activates it: https://cloud.google.com/security-command-center/docs/activate-scc-overview
    """
    yield ThreatDetection(service=_CENTER, enabled=record.known("config_id", True))


@REGISTRY.adapter(
    "google_scc_event_threat_detection_custom_module",
    "google_scc_management_organization_event_threat_detection_custom_module",
)
def threat_module(record: Record) -> Iterator[Facet]:
    """A module of Event Threat Detection; one that is switched off switches off nothing else."""
    state = record.text("enablement_state")
    if isinstance(state, Known) and state.value == "DISABLED":
        return
    yield ThreatDetection(service=_CENTER, enabled=map_attr(state, lambda value: value == "ENABLED"))


@REGISTRY.adapter(
    "google_scc_project_custom_module",
    "google_scc_folder_custom_module",
    "google_scc_organization_custom_module",
    "google_scc_management_project_security_health_analytics_custom_module",
    "google_scc_management_folder_security_health_analytics_custom_module",
    "google_scc_management_organization_security_health_analytics_custom_module",
)
def health_module(record: Record) -> Iterator[Facet]:
    """A module of Security Health Analytics, which checks settings."""
    state = record.text("enablement_state")
    yield SettingRule(rule="security-health-module", active=map_attr(state, lambda value: value == "ENABLED"))


@REGISTRY.adapter("google_securityposture_posture_deployment")
def posture(record: Record) -> Iterator[Facet]:
    """A posture, deployed on a project, folder or organisation."""
    yield SettingRule(rule="security-posture", active=record.known("posture_id", True))


@REGISTRY.adapter("google_org_policy_policy")
def organisation_policy(record: Record) -> Iterator[Facet]:
    """A policy that confines settings by one of its rules; a dry run only tells."""
    rules = record.blocks("spec.0.rules")
    active = rules if isinstance(rules, Unknown) else any_of(*(_confines(rule) for rule in rules.value))
    yield SettingRule(rule="organisation-policy", active=active)


def _confines(rule: Node) -> Attr[bool]:
    flags = (
        map_attr(rule.text(name), lambda value: (value or "").upper() == "TRUE") for name in ("enforce", "deny_all")
    )
    return any_of(*flags, rule.has("values"))


@REGISTRY.adapter(
    "google_organization_policy", "google_folder_organization_policy", "google_project_organization_policy"
)
def older_policy(record: Record) -> Iterator[Facet]:
    """The same in the older form."""
    lists = record.blocks("list_policy")
    if isinstance(lists, Unknown):
        active: Attr[bool] = lists
    else:
        active = any_of(record.flag("boolean_policy.0.enforced", False), *(_narrows(one) for one in lists.value))
    yield SettingRule(rule="organisation-policy", active=active)


def _narrows(block: Node) -> Attr[bool]:
    return any_of(block.flag("deny.0.all", False), block.has("deny.0.values"), block.has("allow.0.values"))


@REGISTRY.adapter("google_cloud_ids_endpoint")
def ids_endpoint(record: Record) -> Iterator[Facet]:
    """Cloud IDS looks at the traffic that packet mirroring copies to it.

    https://cloud.google.com/intrusion-detection-system/docs/overview
    """
    mirrored = referrers(record, "google_compute_packet_mirroring", "collector_ilb.0.url")
    yield IntrusionDetection(inspects=_led(record, mirrored.certain, mirrored.possible))


@REGISTRY.adapter("google_network_security_firewall_endpoint")
def firewall_endpoint(record: Record) -> Iterator[Facet]:
    """An endpoint of Cloud NGFW Enterprise prevents intrusion in the networks that it is associated with."""
    joined = referrers(record, "google_network_security_firewall_endpoint_association", "firewall_endpoint")
    yield IntrusionDetection(inspects=_led(record, joined.certain, joined.possible))


def _led(record: Record, certain: tuple[Record, ...], possible: tuple[Record, ...]) -> Attr[bool]:
    if certain:
        return Known(True, certain[0])
    if possible:
        name = possible[0].address
        return record.unknown("", Reason.AMBIGUOUS, Text(f"{name} の接続先", f"to what {name} leads"))
    if record.links.complete:
        return Known(False, record)
    detail = Text("他の構成が通信を通しているか", "whether another configuration leads traffic to it")
    return record.unknown("", Reason.NOT_COLLECTED, detail)


REGISTRY.part("google_network_security_firewall_endpoint", "google_network_security_firewall_endpoint_association")
