"""Certificates.

Sources: AWS Certificate Manager API Reference (ListCertificates: without ``keyTypes`` only RSA of 1024 and 2048 bits,
ListTagsForCertificate); AWS provider documentation, page ``aws_acm_certificate``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def certificates(answers: Answers) -> Iterator[Shape]:
    """Certificates of all kinds of keys."""
    for given in answers.items("ListCertificates", "CertificateSummaryList"):
        arn = given["CertificateArn"]
        shape = Shape("aws_acm_certificate", answers, arn, "ListCertificates")
        shape.values.update(arn=arn, domain_name=given.get("DomainName"), status=given.get("Status"))
        said = answers.of("ListTagsForCertificate", arn)
        shape.take("tags", said, lambda data: tags(data.get("Tags")))
        yield shape


_KEY_TYPES: Final = [
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
]

SERVICES: Final = (
    Service(
        name="acm",
        calls=(
            Call(
                operation="ListCertificates",
                yields=("aws_acm_certificate",),
                covers=("aws_acm_certificate_validation",),
                fixed={"Includes": {"keyTypes": _KEY_TYPES}},
            ),
            Call(
                operation="ListTagsForCertificate",
                each="ListCertificates",
                over="CertificateSummaryList[]",
                parameters={"CertificateArn": "CertificateArn"},
            ),
        ),
        shapers=(certificates,),
        subjects=frozenset(("environment", "inventory", "residency")),
    ),
)
