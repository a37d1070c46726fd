"""Default service accounts that machines, functions and clusters run as, and serial consoles.

https://cloud.google.com/iam/docs/service-account-types#default ,
https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-serial-console , and the page of each type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import DefaultAccount, DefaultAccountKind, Facet, Utility
from auditor.record import Node, Record
from auditor_google.reading import left_to_default
from auditor_google.registry import REGISTRY

_DEFAULT: Final = re.compile(
    r"default|(?:serviceAccount:)?(?:\d+-compute@developer|[^@/]+@appspot|\d+@cloudbuild)\.gserviceaccount\.com"
)
_OWN: Final = ("google_service_account", "data.google_service_account")
_PROVIDED: Final = (
    "data.google_compute_default_service_account",
    "data.google_app_engine_default_service_account",
)
_TRUE: Final = frozenset(("true", "1", "y", "yes"))


def _is_default(node: Node, path: str) -> Attr[bool]:
    """Whether the account that an attribute names is a default one; so it is where it names none."""
    name = node.text(path)
    if isinstance(name, Known):
        return node.known(path, name.value is None or _DEFAULT.fullmatch(name.value.rsplit("/", 1)[-1]) is not None)
    if left_to_default(node, path, name):
        return node.known(path, True)
    target = node.target(path, *_OWN, *_PROVIDED)
    if isinstance(target, Unknown) or target.value is None:
        return name
    return node.known(path, target.value.type in _PROVIDED)


def _account(in_use: Attr[bool], key: str = "") -> DefaultAccount:
    return DefaultAccount(key=key, kind=DefaultAccountKind.SERVICE, in_use=in_use)


@REGISTRY.adapter(
    "google_compute_instance",
    "google_compute_instance_template",
    "google_compute_region_instance_template",
)
def machine(record: Record) -> Iterator[Facet]:
    """A machine has an account only if the block is there; without an address it is the default one."""
    block = record.block("service_account")
    if isinstance(block, Unknown):
        yield _account(block)
    elif block.value is None:
        yield _account(record.known("service_account", False))
    else:
        yield _account(_is_default(block.value, "email"))
    yield from _serial_console(record)


_STATED: Final = {
    "google_cloud_run_service": "template.0.spec.0.service_account_name",
    "google_cloud_run_v2_service": "template.0.service_account",
    "google_cloud_run_v2_worker_pool": "template.0.service_account",
    "google_cloud_run_v2_job": "template.0.template.0.service_account",
    "google_cloudfunctions_function": "service_account_email",
    "google_cloudfunctions2_function": "service_config.0.service_account_email",
    "google_composer_environment": "config.0.node_config.0.service_account",
    "google_dataproc_cluster": "cluster_config.0.gce_cluster_config.0.service_account",
    "google_workbench_instance": "gce_setup.0.service_accounts.0.email",
    "google_app_engine_standard_app_version": "service_account",
    "google_app_engine_flexible_app_version": "service_account",
    "google_container_node_pool": "node_config.0.service_account",
}


@REGISTRY.adapter(*_STATED)
def workload(record: Record) -> Iterator[Facet]:
    """What runs as the default account unless it names another."""
    yield _account(_is_default(record, _STATED[record.type]))


@REGISTRY.adapter("google_container_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """The nodes that a cluster makes by itself; pools that are resources of their own say so themselves."""
    pilot = record.flag("enable_autopilot", False)
    if isinstance(pilot, Unknown):
        yield _account(pilot)
        return
    if pilot.value:
        yield _account(_is_default(record, "cluster_autoscaling.0.auto_provisioning_defaults.0.service_account"))
        return
    removed = record.flag("remove_default_node_pool", False)
    if isinstance(removed, Known) and removed.value:
        return
    pools = record.blocks("node_pool")
    if left_to_default(record, "node_pool", pools) or (isinstance(pools, Known) and not pools.value):
        yield _account(_is_default(record, "node_config.0.service_account"))
    elif isinstance(pools, Unknown):
        yield _account(pools)
    else:
        for index, pool in enumerate(pools.value):
            yield _account(_is_default(pool, "node_config.0.service_account"), key=f"node_pool.{index}")


@REGISTRY.adapter("google_compute_project_metadata")
def project_metadata(record: Record) -> Iterator[Facet]:
    """Metadata that every machine of a project reads, the switch of serial consoles among them."""
    yield from _serial_console(record)


@REGISTRY.adapter("google_compute_project_metadata_item")
def project_metadata_item(record: Record) -> Iterator[Facet]:
    """One entry of that metadata; whether what is done is recorded stands in another."""
    key = record.text("key")
    if isinstance(key, Known) and key.value == "serial-port-enable":
        logged = record.unknown("value", Reason.OUTSIDE)
        yield Utility(what="serial-console", enabled=_switch(record.text("value")), logged=logged)


def _serial_console(record: Record) -> Iterator[Utility]:
    """Only where the metadata speaks of it: elsewhere that of the project decides."""
    metadata = record.members("metadata")
    if isinstance(metadata, Unknown):
        return
    enabled = metadata.value.get("serial-port-enable")
    if enabled is None:
        return
    logged = metadata.value.get("serial-port-logging-enable")
    yield Utility(
        what="serial-console",
        enabled=_switch(enabled),
        logged=record.known("metadata", False) if logged is None else _switch(logged),
    )


def _switch(attr: Attr[str | None]) -> Attr[bool]:
    if isinstance(attr, Unknown):
        return attr
    return Known(str(attr.value).lower() in _TRUE, attr.origin, attr.path)
