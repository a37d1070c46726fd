"""Credentials in plain text: in user data, environment variables, task definitions, job arguments, parameters.

Sources: Terraform AWS provider documentation, page of each type; ECS Developer Guide, "Pass sensitive data to an Amazon
ECS container"; CodeBuild User Guide, "Environment variables in build environments" (PLAINTEXT is the default type).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from auditor import plaintext
from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Facet, PlaintextCredential
from auditor.record import Node, Record
from auditor_aws import computed, time_sources
from auditor_aws.registry import REGISTRY

Places = Attr[tuple[str, ...]]


def _of_script(script: Attr[str | None]) -> Places:
    if isinstance(script, Unknown):
        return script
    return Known(plaintext.in_script(script.value or ""), script.origin, script.path)


def _of_variables(variables: Attr[Mapping[str, Attr[Any]]], node: Node, path: str) -> Places:
    """Names of the variables that give something away; unknown if an open one may."""
    if isinstance(variables, Unknown):
        return variables
    found: list[str] = []
    open_: Unknown | None = None
    for name, value in variables.value.items():
        if isinstance(value, Unknown):
            # a variable under an ordinary name may still hold a credential, but nothing points at it
            if plaintext.names_secret(name):
                open_ = open_ or value
        elif isinstance(value.value, str) and (place := plaintext.in_variable(name, value.value)):
            found.append(place)
    if not found and open_ is not None:
        return open_
    return node.record.known(path, tuple(sorted(found)))


@REGISTRY.adapter("aws_instance", "aws_spot_instance_request", "aws_launch_configuration")
def machine(record: Record) -> Iterable[Facet]:
    """User data of a machine."""
    script = time_sources.user_data(record, encoded="user_data_base64")
    yield PlaintextCredential(where="user-data", places=_of_script(script))


@REGISTRY.adapter("aws_launch_template")
def template(record: Record) -> Iterable[Facet]:
    """User data of machines that are made from the template."""
    script = time_sources.user_data(record, plain=None, encoded="user_data")
    yield PlaintextCredential(where="user-data", places=_of_script(script))


@REGISTRY.adapter("aws_lightsail_instance")
def lightsail(record: Record) -> Iterable[Facet]:
    """The launch script of a virtual server."""
    yield PlaintextCredential(where="user-data", places=_of_script(record.text("user_data")))


_MAPS: Final = {
    "aws_lambda_function": "environment.0.variables",
    "aws_amplify_app": "environment_variables",
    "aws_amplify_branch": "environment_variables",
    "aws_glue_job": "default_arguments",
    "aws_apprunner_service": (
        "source_configuration.0.image_repository.0.image_configuration.0.runtime_environment_variables"
    ),
}


@REGISTRY.adapter(*_MAPS)
def variables(record: Record) -> Iterable[Facet]:
    """Environment variables or arguments that stand in a map."""
    path = _MAPS[record.type]
    yield PlaintextCredential(where="environment", places=_of_variables(record.members(path), record, path))


class _Variable(msgspec.Struct):
    name: str = ""
    value: str | None = None


class _Container(msgspec.Struct):
    environment: list[_Variable] | None = None


_CONTAINERS: Final = msgspec.json.Decoder(list[_Container], strict=False)
_CONTAINER: Final = msgspec.json.Decoder(_Container, strict=False)


def _of_containers(text: Attr[str | None], *, many: bool) -> Places:
    if isinstance(text, Unknown):
        return text
    try:
        raw = text.value or ("[]" if many else "{}")
        containers = _CONTAINERS.decode(raw) if many else [_CONTAINER.decode(raw)]
    except msgspec.DecodeError:
        return Unknown(Reason.UNPARSEABLE, text.origin, text.path)
    found = {
        place
        for container in containers
        for one in container.environment or ()
        if (place := plaintext.in_variable(one.name, one.value or "")) is not None
    }
    return Known(tuple(sorted(found)), text.origin, text.path)


@REGISTRY.adapter("aws_ecs_task_definition")
def task(record: Record) -> Iterable[Facet]:
    """Environment of containers; what stands under ``secrets`` is fetched when they start."""
    places = _of_containers(record.text("container_definitions"), many=True)
    yield PlaintextCredential(where="environment", places=places)


@REGISTRY.adapter("aws_batch_job_definition")
def job(record: Record) -> Iterable[Facet]:
    """Environment of the container of a job."""
    places = _of_containers(record.text("container_properties"), many=False)
    yield PlaintextCredential(where="environment", places=places)


@REGISTRY.adapter("aws_codebuild_project")
def build(record: Record) -> Iterable[Facet]:
    """Environment variables of a build that are not fetched from a store."""
    yield PlaintextCredential(where="environment", places=_listed(record, "environment.0.environment_variable", _plain))


@REGISTRY.adapter("aws_elastic_beanstalk_environment", "aws_elastic_beanstalk_configuration_template")
def beanstalk(record: Record) -> Iterable[Facet]:
    """Environment properties among the settings."""
    yield PlaintextCredential(where="environment", places=_listed(record, "setting", _property))


def _plain(block: Node) -> Attr[bool]:
    return map_attr(block.text_or("type", "PLAINTEXT"), lambda kind: kind == "PLAINTEXT")


def _property(block: Node) -> Attr[bool]:
    return map_attr(block.text("namespace"), lambda space: space == "aws:elasticbeanstalk:application:environment")


def _listed(record: Record, path: str, counts: Callable[[Node], Attr[bool]]) -> Places:
    """As :func:`_of_variables`, of blocks with ``name`` and ``value`` of which ``counts`` tells the plain ones."""
    blocks = record.blocks(path)
    if isinstance(blocks, Unknown):
        return blocks
    plain: dict[str, Attr[Any]] = {}
    open_: Unknown | None = None
    for block in blocks.value:
        counted, name = counts(block), block.text("name")
        if isinstance(counted, Known) and not counted.value:
            continue
        if isinstance(name, Unknown):
            open_ = open_ or name
        elif name.value is None:
            continue
        elif isinstance(counted, Known):
            plain[name.value] = block.text("value")
        else:
            alone = _of_variables(Known({name.value: block.text("value")}, record, path), record, path)
            if isinstance(alone, Unknown) or alone.value:
                open_ = open_ or counted
    places = _of_variables(Known(plain, record, path), record, path)
    if open_ is not None and isinstance(places, Known) and not places.value:
        return open_
    return places


@REGISTRY.adapter("aws_ssm_parameter")
def parameter(record: Record) -> Iterable[Facet]:
    """A parameter that is not encrypted."""
    kind, name = record.text("type"), record.text("name")
    if isinstance(kind, Known) and kind.value == "SecureString":
        return
    places: Places
    if isinstance(kind, Unknown):
        places = kind
    elif isinstance(name, Unknown):
        places = name
    else:
        given = computed.text(record, "value")
        if isinstance(given, Known) and given.value is None:
            given = computed.text(record, "insecure_value")
        variable = {(name.value or "").rsplit("/", 1)[-1]: given}
        places = _of_variables(Known(variable, record, "value"), record, "value")
    yield PlaintextCredential(where="parameter", places=places)
