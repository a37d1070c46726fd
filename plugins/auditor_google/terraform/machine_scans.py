"""What looks for malware and vulnerabilities, what patches machines, and which services are on.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, map_attr
from auditor.facets import EnabledService, Facet, MalwareScan, Patching, VulnerabilityScan
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google.registry import REGISTRY

_SCANNING: Final = "containerscanning.googleapis.com"
_SERVICES: Final = "google_project_service"
_OF_PROJECT: Final = Text(
    "プロジェクトで Artifact Analysis の検査が有効か", "whether scanning by Artifact Analysis is on in the project"
)
_BY_ITSELF: Final = Text("対策ソフトウェア自身による更新の有無", "whether the agent updates itself")
_PACKAGES: Final = re.compile(
    r"falcon|trend-?micro|deep-?security|ds[-_]agent|sophos|sentinel-?(?:one|agent)|mcafee|trellix|symantec|mdatp"
    r"|defender|clamav|freshclam|\beset\b|kesl|kaspersky|carbon-?black|cbdefense|cylance|cortex|withsecure|bitdefender",
    re.IGNORECASE,
)
"""Names of packages by which products against malware are known."""


@REGISTRY.adapter(_SERVICES)
def service(record: Record) -> Iterator[Facet]:
    """A service that is switched on for a project."""
    name = record.text("service")
    yield EnabledService(service=name)
    if isinstance(name, Known) and name.value == _SCANNING:
        yield VulnerabilityScan(what="images", active=record.known("service", True))


@REGISTRY.adapter("google_artifact_registry_repository")
def repository(record: Record) -> Iterator[Facet]:
    """Images of a repository: scanned as the project has it, unless the repository switches it off.

    https://cloud.google.com/artifact-analysis/docs/enable-automatic-scanning
    """
    kind, mode = record.text("format"), record.text_or("mode", "STANDARD_REPOSITORY")
    if not (isinstance(kind, Known) and (kind.value or "").upper() == "DOCKER"):
        return
    if isinstance(mode, Known) and mode.value == "VIRTUAL_REPOSITORY":
        return
    yield VulnerabilityScan(key="images", what="images", active=_scanned(record))


def _scanned(record: Record) -> Attr[bool]:
    own = record.text("vulnerability_scanning_config.0.enablement_config")
    if isinstance(own, Known) and own.value == "DISABLED":
        return record.known("vulnerability_scanning_config.0.enablement_config", False)
    if isinstance(own, Unknown) and not record.left_out("vulnerability_scanning_config"):
        return own
    account = record.account
    for enabled in record.links.of_type(_SERVICES):
        name = enabled.text("service")
        if not (isinstance(name, Known) and name.value == _SCANNING):
            continue
        project = enabled.account
        if isinstance(account, Known) and isinstance(project, Known) and account.value == project.value:
            return enabled.known("service", True)
    if record.links.complete:
        return record.known("vulnerability_scanning_config", False)
    return record.unknown("vulnerability_scanning_config", Reason.NOT_COLLECTED, _OF_PROJECT)


@REGISTRY.adapter("google_security_scanner_scan_config")
def web_scan(record: Record) -> Iterator[Facet]:
    """A scan of a published service, repeated or by hand.

    https://cloud.google.com/security-command-center/docs/concepts-web-security-scanner-overview
    """
    schedule = record.has("schedule")
    yield VulnerabilityScan(what="web", active=schedule)


@REGISTRY.adapter("google_os_config_patch_deployment")
def patch_deployment(record: Record) -> Iterator[Facet]:
    """Patches of machines, again and again; one that runs once is no way of patching."""
    repeated = record.has("recurring_schedule")
    if isinstance(repeated, Unknown) or repeated.value:
        yield Patching(what="machines", automatic=repeated)


@REGISTRY.adapter("google_compute_project_metadata")
def project_metadata(record: Record) -> Iterator[Facet]:
    """VM Manager, which reports the vulnerabilities of machines, is switched on by metadata.

    https://cloud.google.com/compute/docs/manage-os#auto
    """
    yield from _vm_manager(record, record.get("metadata.enable-osconfig"))


@REGISTRY.adapter("google_compute_project_metadata_item")
def project_metadata_item(record: Record) -> Iterator[Facet]:
    """One entry of the metadata of a project."""
    key = record.text("key")
    if isinstance(key, Known) and key.value == "enable-osconfig":
        yield from _vm_manager(record, record.get("value"))


def _vm_manager(record: Record, setting: Attr[object]) -> Iterator[VulnerabilityScan]:
    if isinstance(setting, Known) and setting.value is not None:
        active = record.known(setting.path, str(setting.value).upper() in ("TRUE", "Y", "YES", "1"))
        yield VulnerabilityScan(what="machines", active=active)


@REGISTRY.adapter("google_os_config_os_policy_assignment")
def os_policy(record: Record) -> Iterator[Facet]:
    """Packages that a policy keeps on machines; an agent against malware, where it is known by its name.

    https://cloud.google.com/compute/docs/os-configuration-management/create-os-policy-assignment
    """
    policies = record.blocks("os_policies")
    if isinstance(policies, Unknown):
        return
    for policy in policies.value:
        for resource in _resources(policy):
            if any(map(_PACKAGES.search, _package(resource))):
                enforced = map_attr(policy.text("mode"), lambda mode: mode == "ENFORCEMENT")
                kept = map_attr(resource.text("pkg.0.desired_state"), lambda state: state != "REMOVED")
                active = all_of(enforced, kept)
                itself = record.unknown("os_policies", Reason.OUTSIDE, _BY_ITSELF)
                yield MalwareScan(what="machines", active=active, updated=itself)
                return


def _resources(policy: Node) -> Iterator[Node]:
    groups = policy.blocks("resource_groups")
    for group in groups.value if isinstance(groups, Known) else ():
        resources = group.blocks("resources")
        yield from resources.value if isinstance(resources, Known) else ()


_NAMES: Final = (
    *(f"pkg.0.{manager}.0.name" for manager in ("apt", "yum", "zypper", "googet")),
    *(
        f"pkg.0.{kind}.0.source.0.{place}"
        for kind in ("deb", "rpm", "msi")
        for place in ("gcs.0.object", "remote.0.uri", "local_path")
    ),
)


def _package(resource: Node) -> Iterator[str]:
    """Names and sources of what is installed, unless it is to be removed."""
    state = resource.text("pkg.0.desired_state")
    if isinstance(state, Known) and state.value == "REMOVED":
        return
    for path in _NAMES:
        name = resource.text(path)
        if isinstance(name, Known) and name.value is not None:
            yield name.value


@REGISTRY.adapter("google_os_config_guest_policies")
def guest_policy(record: Record) -> Iterator[Facet]:
    """Packages that are kept on machines, as they are or at their newest."""
    packages = record.blocks("packages")
    if isinstance(packages, Unknown):
        return
    for package in packages.value:
        name, state = package.text("name"), package.text_or("desired_state", "INSTALLED")
        if not (isinstance(name, Known) and _PACKAGES.search(name.value or "")):
            continue
        if isinstance(state, Known) and state.value == "REMOVED":
            continue
        newest = isinstance(state, Known) and state.value == "UPDATED"
        itself = record.unknown("packages", Reason.OUTSIDE, _BY_ITSELF)
        updated: Attr[bool] = package.known("desired_state", True) if newest else itself
        kept: Attr[bool] = state if isinstance(state, Unknown) else package.known("name", True)
        yield MalwareScan(what="machines", active=kept, updated=updated)
        return


@REGISTRY.adapter("google_network_security_security_profile_group")
def profile_group(record: Record) -> Iterator[Facet]:
    """Profiles that inspect traffic; malware is looked for where a rule of a firewall applies the group.

    https://cloud.google.com/firewall/docs/about-threats (the antivirus signatures are Google's and Palo Alto Networks')
    """
    path = "threat_prevention_profile"
    own = record.target(path, "google_network_security_security_profile")
    of_input = isinstance(own, Known) and own.value is not None
    profile: Attr[bool] = record.known(path, True) if of_input else record.has(path)
    if isinstance(profile, Known) and not profile.value:
        return
    yield MalwareScan(what="traffic", active=all_of(profile, _applied(record)), updated=Known(True))


_RULES: Final = (
    "google_compute_network_firewall_policy_rule",
    "google_compute_region_network_firewall_policy_rule",
    "google_compute_firewall_policy_rule",
)
_APPLIED: Final = Text("通信の規則への適用の有無", "whether a rule of a firewall applies it")


def _applied(record: Record) -> Attr[bool]:
    for type_ in _RULES:
        joined = record.referrers(type_, "security_profile_group") if record.links.of_type(type_) else None
        if joined is not None and joined.certain:
            return Known(True, joined.certain[0], "security_profile_group")
    return record.unknown("threat_prevention_profile", Reason.NOT_COLLECTED, _APPLIED)
