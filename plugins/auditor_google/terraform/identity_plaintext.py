"""Credentials in plain text: in metadata, start-up scripts and environment variables.

https://cloud.google.com/compute/docs/metadata/overview (whoever may look at a machine reads its metadata),
https://cloud.google.com/run/docs/configuring/services/secrets , and the page of each type in the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from auditor import plaintext
from auditor.attr import Attr, Known, Unknown
from auditor.facets import Facet, PlaintextCredential
from auditor.record import Node, Record
from auditor_google.reading import left_to_default
from auditor_google.registry import REGISTRY

Places = Attr[tuple[str, ...]]


def _of_variables(variables: Iterable[tuple[str, Attr[Any]]], node: Node, path: str) -> Places:
    """What the variables give away; unknown if an open one of them may, by its name."""
    found: set[str] = set()
    open_: Unknown | None = None
    for name, value in variables:
        if isinstance(value, Unknown):
            if plaintext.names_secret(name) or name in _SCRIPTS:
                open_ = open_ or value
        elif isinstance(value.value, str):
            if name in _SCRIPTS or "\n" in value.value:
                found.update(plaintext.in_script(value.value))
            elif (place := plaintext.in_variable(name, value.value)) is not None:
                found.add(place)
    if not found and open_ is not None:
        return open_
    return node.known(path, tuple(sorted(found)))


_SCRIPTS: Final = frozenset(
    (
        "startup-script",
        "shutdown-script",
        "user-data",
        "windows-startup-script-ps1",
        "windows-startup-script-cmd",
        "windows-startup-script-bat",
        "gce-container-declaration",
        "metadata_startup_script",
    )
)


def _map(node: Node, path: str) -> Attr[Mapping[str, Attr[Any]]]:
    found = node.members(path)
    return node.known(path, {}) if left_to_default(node, path, found) else found


def _of_map(node: Node, path: str, *scripts: str) -> Places:
    variables = _map(node, path)
    if isinstance(variables, Unknown):
        return variables
    given = [*variables.value.items(), *((script, node.text(script)) for script in scripts)]
    return _of_variables(given, node, path)


_METADATA: Final = {
    "google_compute_instance": "metadata",
    "google_compute_instance_template": "metadata",
    "google_compute_region_instance_template": "metadata",
    "google_compute_instance_from_template": "metadata",
    "google_compute_instance_from_machine_image": "metadata",
    "google_workbench_instance": "gce_setup.0.metadata",
    "google_container_node_pool": "node_config.0.metadata",
    "google_dataproc_cluster": "cluster_config.0.gce_cluster_config.0.metadata",
}


@REGISTRY.adapter(*_METADATA)
def machine(record: Record) -> Iterator[Facet]:
    """Metadata of a machine, its scripts among them."""
    path = _METADATA[record.type]
    scripts = ("metadata_startup_script",) if path == "metadata" else ()
    stated = [one for one in scripts if not left_to_default(record, one, record.text(one))]
    yield PlaintextCredential(where="metadata", places=_of_map(record, path, *stated))


@REGISTRY.adapter("google_compute_project_metadata")
def project_metadata(record: Record) -> Iterator[Facet]:
    """Metadata that every machine of a project reads."""
    yield PlaintextCredential(where="metadata", places=_of_map(record, "metadata"))


@REGISTRY.adapter("google_compute_project_metadata_item")
def project_metadata_item(record: Record) -> Iterator[Facet]:
    """One entry of that metadata."""
    key = record.text("key")
    places: Places
    if isinstance(key, Unknown):
        places = key
    else:
        places = _of_variables([(key.value or "", record.text("value"))], record, "value")
    yield PlaintextCredential(where="metadata", places=places)


_MAPS: Final = {
    "google_cloudfunctions_function": ("environment_variables", "build_environment_variables"),
    "google_cloudfunctions2_function": (
        "service_config.0.environment_variables",
        "build_config.0.environment_variables",
    ),
    "google_app_engine_standard_app_version": ("env_variables",),
    "google_app_engine_flexible_app_version": ("env_variables",),
    "google_composer_environment": ("config.0.software_config.0.env_variables",),
}


@REGISTRY.adapter(*_MAPS)
def variables(record: Record) -> Iterator[Facet]:
    """Environment variables that stand in maps."""
    for path in _MAPS[record.type]:
        yield PlaintextCredential(key=path, where="environment", places=_of_map(record, path))


_CONTAINERS: Final = {
    "google_cloud_run_service": "template.0.spec.0.containers",
    "google_cloud_run_v2_service": "template.0.containers",
    "google_cloud_run_v2_worker_pool": "template.0.containers",
    "google_cloud_run_v2_job": "template.0.template.0.containers",
}


@REGISTRY.adapter(*_CONTAINERS)
def containers(record: Record) -> Iterator[Facet]:
    """Environment of containers; what names a version of a secret is fetched when they start."""
    path = _CONTAINERS[record.type]
    yield PlaintextCredential(where="environment", places=_of_containers(record, path))


def _of_containers(record: Record, path: str) -> Places:
    found = record.blocks(path)
    if isinstance(found, Unknown):
        return found
    given: list[tuple[str, Attr[Any]]] = []
    open_: Unknown | None = None
    for container in found.value:
        variables = container.blocks("env")
        if isinstance(variables, Unknown):
            return variables
        for block in variables.value:
            name, value = block.text("name"), block.text("value")
            if isinstance(name, Known):
                given.append((name.value or "", value))
            elif not (isinstance(value, Known) and value.value is None):
                # A name that is open may be that of a credential.
                open_ = name
    return _or_open(_of_variables(given, record, path), open_)


@REGISTRY.adapter("google_cloudbuild_trigger")
def build(record: Record) -> Iterator[Facet]:
    """Environment of the steps of a build, written as ``NAME=value``."""
    yield PlaintextCredential(where="environment", places=_of_steps(record))


def _of_steps(record: Record) -> Places:
    steps = record.blocks("build.0.step")
    if isinstance(steps, Unknown):
        return steps
    given: list[tuple[str, Attr[Any]]] = []
    open_: Unknown | None = None
    for node in (*steps.value, record):
        lines = node.elements("build.0.options.0.env" if node is record else "env")
        if isinstance(lines, Unknown):
            return lines
        for line in lines.value:
            if isinstance(line, Unknown):
                open_ = line
                continue
            name, _, value = str(line.value).partition("=")
            if name:
                given.append((name, Known(value, line.origin, line.path, line.sensitive)))
    return _or_open(_of_variables(given, record, "build"), open_)


def _or_open(places: Places, open_: Unknown | None) -> Places:
    """What was found; where nothing was, what could not be read decides."""
    return open_ if open_ is not None and isinstance(places, Known) and not places.value else places
