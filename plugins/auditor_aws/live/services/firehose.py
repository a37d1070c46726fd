"""Delivery streams.

Sources: Amazon Data Firehose API Reference (ListDeliveryStreams, DescribeDeliveryStream, ListTagsForDeliveryStream);
AWS provider documentation, page ``aws_kinesis_firehose_delivery_stream``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from auditor.attr import Reason
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_SAYS: Final = ("ENABLED", "DISABLED")
"""The other states are of an attempt that is under way or has failed, and what holds meanwhile is not told
(API Reference, StartDeliveryStreamEncryption: a failed change of the key leaves the old one in use)."""


def without_secrets(data: Any) -> None:
    """Tokens of destinations, and what requests to them carry besides, are not kept; of addresses only the server is."""
    for destination in (data.get("DeliveryStreamDescription") or {}).get("Destinations") or ():
        splunk = destination.get("SplunkDestinationDescription")
        if splunk:
            splunk.pop("HECToken", None)
            splunk["HECEndpoint"] = _server(splunk.get("HECEndpoint"))
        http = destination.get("HttpEndpointDestinationDescription")
        if http:
            for attribute in (http.get("RequestConfiguration") or {}).get("CommonAttributes") or ():
                attribute.pop("AttributeValue", None)
            endpoint = http.get("EndpointConfiguration")
            if endpoint:
                endpoint["Url"] = _server(endpoint.get("Url"))


def _server(address: str | None) -> str | None:
    if not address:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else None


def streams(answers: Answers) -> Iterator[Shape]:
    """Delivery streams."""
    for name in answers.items("ListDeliveryStreams", "DeliveryStreamNames"):
        arn = answers.arn("firehose", f"deliverystream/{name}")
        shape = Shape("aws_kinesis_firehose_delivery_stream", answers, arn, "ListDeliveryStreams", names=(name,))
        shape["arn"] = arn
        shape["name"] = name
        described = answers.of("DescribeDeliveryStream", name)
        for attribute, read in _READ.items():
            shape.take(attribute, described, _of_description(read))
        encryption = described.data.get("DeliveryStreamDescription", {}).get("DeliveryStreamEncryptionConfiguration")
        if encryption and encryption.get("Status") not in _SAYS:
            shape.open["server_side_encryption"] = [{"enabled": True}]
        if described.data.get("DeliveryStreamDescription", {}).get("DeliveryStreamType") == "DatabaseAsSource":
            # it has no encryption of its own to switch on, and what is kept on the way is not told
            shape.refuse(Refusal(described.call, Reason.NOT_COLLECTED), "server_side_encryption")
        shape.take("tags", answers.of("ListTagsForDeliveryStream", name), lambda data: tags(data.get("Tags")))
        yield shape


def _of_description(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda data: read(data["DeliveryStreamDescription"])


def _encryption(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = described.get("DeliveryStreamEncryptionConfiguration")
    return block(
        given
        and {
            "enabled": given.get("Status") == "ENABLED",
            "key_type": given.get("KeyType"),
            "key_arn": given.get("KeyARN"),
        }
    )


def _source(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = (described.get("Source") or {}).get("KinesisStreamSourceDescription")
    return block(given and {"kinesis_stream_arn": given.get("KinesisStreamARN")})


def _brokers(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = (described.get("Source") or {}).get("MSKSourceDescription")
    return block(given and {"msk_cluster_arn": given.get("MSKClusterARN")})


def _http(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"url": (given.get("EndpointConfiguration") or {}).get("Url")}
        for destination in described.get("Destinations") or ()
        if (given := destination.get("HttpEndpointDestinationDescription"))
    ]


def _splunk(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"hec_endpoint": given.get("HECEndpoint")}
        for destination in described.get("Destinations") or ()
        if (given := destination.get("SplunkDestinationDescription"))
    ]


_READ: Final = {
    "server_side_encryption": _encryption,
    "kinesis_source_configuration": _source,
    "msk_source_configuration": _brokers,
    "http_endpoint_configuration": _http,
    "splunk_configuration": _splunk,
}
_NAMES: Final = "DeliveryStreamNames"

SERVICES: Final = (
    Service(
        name="firehose",
        calls=(
            Call(
                operation="ListDeliveryStreams",
                yields=("aws_kinesis_firehose_delivery_stream",),
                fixed={"Limit": 1000},
                pages=("ExclusiveStartDeliveryStreamName", "HasMoreDeliveryStreams && DeliveryStreamNames[-1]"),
            ),
            Call(
                operation="DescribeDeliveryStream",
                each="ListDeliveryStreams",
                over=_NAMES,
                parameters={"DeliveryStreamName": "@"},
                redact=without_secrets,
            ),
            Call(
                operation="ListTagsForDeliveryStream",
                each="ListDeliveryStreams",
                over=_NAMES,
                parameters={"DeliveryStreamName": "@"},
                # a delivery stream has fifty tags at the most
                fixed={"Limit": 50},
            ),
        ),
        shapers=(streams,),
        subjects=frozenset(("encryption", "inventory", "residency", "teardown")),
        # five calls a second of each operation (Amazon Data Firehose quotas)
        at_once=4,
    ),
)
