"""Machines and their templates: the system they run, where its image comes from, and how they answer for metadata.

Sources: Terraform AWS provider documentation, pages ``aws_instance``, ``aws_launch_template``,
``aws_launch_configuration``, ``aws_ec2_instance_metadata_defaults``, ``aws_eks_node_group``,
``aws_elastic_beanstalk_environment``, ``aws_sagemaker_notebook_instance``; Amazon EC2 User Guide, "Configure instance
metadata options" (where a launch does not say, the account's default for the region decides, then the image).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Facet, LicensedSoftware, Machine, NeedlessFunction, Software
from auditor.record import Action, Node, Record
from auditor.text import Text
from auditor_aws import computed, images
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived

_DEFAULTS: Final = "aws_ec2_instance_metadata_defaults"
_LICENCES: Final = "aws_licensemanager_association"
_BY_DEFAULT: Final = Text(
    "メタデータの既定の設定（アカウント又はイメージで決まる）",
    "the default setting of metadata, which the account or the image decides",
)
_FUNCTION: Final = "IMDSv1"


@REGISTRY.adapter("aws_instance", "aws_spot_instance_request")
def instance(record: Record) -> Iterator[Facet]:
    """A machine; what it does not say itself, its launch template may."""
    yield Machine(what="machine")
    yield from _image(record, "ami")
    metadata = _metadata(record)
    if metadata is not None:
        yield metadata
    yield from _licence(record)


@REGISTRY.adapter("aws_launch_template")
def template(record: Record) -> Iterator[Facet]:
    """A template of machines."""
    yield Machine(what="template")
    yield from _image(record, "image_id")
    metadata = _metadata(record)
    if metadata is not None:
        yield metadata
    licences = record.blocks("license_specification")
    if isinstance(licences, Known) and licences.value:
        counted = record.known("license_specification", True)
        yield LicensedSoftware(what="machine-image", own_licence=counted, tracked=counted)


@REGISTRY.adapter("aws_launch_configuration")
def configuration(record: Record) -> Iterator[Facet]:
    """A template of the old kind."""
    yield Machine(what="template")
    yield from _image(record, "image_id")
    metadata = _metadata(record)
    if metadata is not None:
        yield metadata


@REGISTRY.adapter("aws_autoscaling_group", "aws_emr_cluster", "aws_lightsail_instance")
def group(record: Record) -> Iterator[Facet]:
    """Machines whose templates say the rest, or that a service makes for the user to look after."""
    yield Machine(what="machine" if record.type == "aws_lightsail_instance" else "group")


def _image(record: Record, path: str) -> Iterator[Facet]:
    for facet in (images.software(record, path), images.source(record, path)):
        if facet is not None:
            yield facet


def _metadata(record: Record) -> NeedlessFunction | None:
    """Whether requests for metadata without a session are answered."""
    block = computed.block(record, "metadata_options")
    if isinstance(block, Unknown):
        return NeedlessFunction(key="metadata", function=_FUNCTION, enabled=block)
    if block.value is None:
        of_template = record.has("launch_template")
        if isinstance(of_template, Known) and of_template.value:
            return None
        return NeedlessFunction(key="metadata", function=_FUNCTION, enabled=_by_account(record))
    return NeedlessFunction(key="metadata", function=_FUNCTION, enabled=_answers(block.value))


def _answers(block: Node) -> Attr[bool]:
    endpoint = block.text_or("http_endpoint", "enabled")
    if isinstance(endpoint, Known) and endpoint.value == "disabled":
        return derived(False, endpoint)
    tokens = computed.text(block, "http_tokens")
    if isinstance(tokens, Unknown):
        return tokens
    if tokens.value is None:
        return _by_account(block.record)
    return derived(tokens.value != "required", tokens)


def _by_account(record: Record) -> Attr[bool]:
    """The account's default for the region, where the input sets it."""
    for defaults in record.links.of_type(_DEFAULTS):
        if defaults.action is Action.DELETE:
            continue
        region, own = defaults.region, record.region
        if _of_another_account(defaults, record):
            continue
        if isinstance(region, Known) and isinstance(own, Known) and region.value == own.value:
            tokens = defaults.text("http_tokens")
            if isinstance(tokens, Known) and tokens.value in ("required", "optional"):
                return derived(tokens.value == "optional", tokens)
    return record.unknown("metadata_options", Reason.OUTSIDE, _BY_DEFAULT)


def _of_another_account(one: Record, other: Record) -> bool:
    first, second = one.account, other.account
    return isinstance(first, Known) and isinstance(second, Known) and first.value != second.value


@REGISTRY.adapter(_DEFAULTS)
def metadata_defaults(record: Record) -> Iterator[Facet]:
    """The account's default for machines that do not say; ``no-preference`` leaves it to the image."""
    tokens = record.text("http_tokens")
    if isinstance(tokens, Known) and tokens.value in ("required", "optional"):
        yield NeedlessFunction(key="metadata", function=_FUNCTION, enabled=derived(tokens.value == "optional", tokens))


@REGISTRY.adapter("aws_sagemaker_notebook_instance")
def notebook(record: Record) -> Iterator[Facet]:
    """A machine with notebooks; version 1 takes requests with and without a session."""
    lowest = record.text("instance_metadata_service_configuration.0.minimum_instance_metadata_service_version")
    if isinstance(lowest, Known) and lowest.value is not None:
        yield NeedlessFunction(key="metadata", function=_FUNCTION, enabled=derived(lowest.value == "1", lowest))


@REGISTRY.adapter("aws_eks_node_group")
def nodes(record: Record) -> Iterator[Facet]:
    """Nodes of a cluster: AWS makes their images, the user replaces them."""
    yield Machine(what="nodes")
    kind = record.text("ami_type")
    if isinstance(kind, Unknown):
        if not record.left_out("ami_type"):
            yield Software(key="os", product="os", version=kind)
        return
    system = images.system_of(kind.value) if kind.value else None
    if system is not None:
        product, version, longer = system
        yield Software(key="os", product=product, version=derived(version, kind), extended=derived(longer, kind))


@REGISTRY.adapter("aws_elastic_beanstalk_environment")
def environment(record: Record) -> Iterator[Facet]:
    """An application with its machines; the name of the platform says on which system it runs."""
    yield Machine(what="group")
    stack = record.text("solution_stack_name")
    if isinstance(stack, Known) and stack.value is not None:
        system = images.system_of(stack.value.lower().replace(" ", "-"))
        if system is not None:
            product, version, longer = system
            yield Software(key="os", product=product, version=derived(version, stack), extended=derived(longer, stack))


def _licence(record: Record) -> Iterator[LicensedSoftware]:
    """A machine whose licences License Manager counts."""
    joined = computed.joined(record, _LICENCES, "resource_arn")
    grouped = record.text("host_resource_group_arn")
    if joined.certain or (isinstance(grouped, Known) and grouped.value is not None):
        counted: Attr[bool] = Known(True, joined.certain[0] if joined.certain else record)
        yield LicensedSoftware(what="machine-image", own_licence=counted, tracked=counted)


REGISTRY.part("aws_instance", _LICENCES)


@REGISTRY.adapter("aws_licensemanager_license_configuration")
def licences(record: Record) -> Iterator[Facet]:
    """A count of licences."""
    counted = record.known("license_counting_type", True)
    yield LicensedSoftware(what="licence-configuration", own_licence=counted, tracked=counted)
