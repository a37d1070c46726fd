"""The Data Catalog and jobs of Glue.

Sources: AWS Glue Web API Reference (GetDatabases, GetDataCatalogEncryptionSettings, GetJobs); AWS provider
documentation, pages ``aws_glue_catalog_database``, ``aws_glue_data_catalog_encryption_settings``, ``aws_glue_job``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_KEPT: Final = ("Name", "GlueVersion")


def _keep_no_values(data: Any) -> None:
    data["Jobs"] = [
        {
            **{name: one[name] for name in _KEPT if name in one},
            "DefaultArguments": {
                name: stand_in(name, value) for name, value in (one.get("DefaultArguments") or {}).items()
            },
        }
        for one in data.get("Jobs") or ()
    ]


def _names_alone(data: Any) -> None:
    data["DatabaseList"] = [{"Name": one.get("Name")} for one in data.get("DatabaseList") or ()]


def catalog(answers: Answers) -> Iterator[Shape]:
    """Databases of the catalog, its encryption, and jobs.  Their tags are not asked for one by one."""
    where = f"arn:aws:glue:{answers.region}:{answers.account}"
    for given in answers.items("GetDatabases", "DatabaseList"):
        shape = Shape("aws_glue_catalog_database", answers, f"{where}:database/{given['Name']}", "GetDatabases")
        shape["name"] = given["Name"]
        yield shape
    for page in answers.of("GetDataCatalogEncryptionSettings").pages:
        rest = (page.get("DataCatalogEncryptionSettings") or {}).get("EncryptionAtRest") or {}
        shape = Shape(
            "aws_glue_data_catalog_encryption_settings", answers, f"{where}:catalog", "GetDataCatalogEncryptionSettings"
        )
        # the catalog of an account takes no tags
        shape["tags"] = {}
        shape["data_catalog_encryption_settings"] = [
            {
                "encryption_at_rest": [
                    {
                        "catalog_encryption_mode": rest.get("CatalogEncryptionMode"),
                        "sse_aws_kms_key_id": rest.get("SseAwsKmsKeyId"),
                    }
                ]
            }
        ]
        yield shape
    for given in answers.items("GetJobs", "Jobs"):
        shape = Shape("aws_glue_job", answers, f"{where}:job/{given['Name']}", "GetJobs")
        shape.values.update(name=given["Name"], default_arguments=given["DefaultArguments"])
        yield shape


SERVICES: Final = (
    Service(
        name="glue",
        calls=(
            Call(operation="GetDatabases", yields=("aws_glue_catalog_database",), redact=_names_alone),
            Call(
                operation="GetDataCatalogEncryptionSettings",
                yields=("aws_glue_data_catalog_encryption_settings",),
                each="GetDatabases",
                # only where there is a database
                over="DatabaseList[:1]",
                subjects=frozenset(("encryption", "environment", "inventory", "residency")),
            ),
            Call(
                operation="GetJobs",
                yields=("aws_glue_job",),
                redact=_keep_no_values,
                subjects=frozenset(("credential",)),
            ),
        ),
        shapers=(catalog,),
        subjects=frozenset(("encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
