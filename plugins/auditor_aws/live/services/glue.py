"""The Data Catalog and jobs of Glue.

Sources: AWS Glue Web API Reference (GetDatabases, GetDataCatalogEncryptionSettings, GetJobs); Resource Groups Tagging API
Reference (GetResources: what is not in it never had a tag, of the types that it knows); AWS provider documentation, pages ``aws_glue_catalog_database``, ``aws_glue_data_catalog_encryption_settings``, ``aws_glue_job``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

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


def _tags_alone(data: Any) -> None:
    data["ResourceTagMappingList"] = [
        {name: one.get(name) for name in ("ResourceARN", "Tags")} for one in data.get("ResourceTagMappingList") or ()
    ]


def _tag(shape: Shape, listed: Answer, tagged: Mapping[str, dict[str, str]]) -> None:
    """Of databases only what is listed counts: that the listing knows all of them is not documented."""
    if shape.address in tagged:
        shape["tags"] = tagged[shape.address]
        shape.calls["tags"] = listed.call
    elif listed.refusal is not None:
        shape.refuse(listed.refusal, "tags")
    elif shape.type == "aws_glue_job":
        shape["tags"] = {}
        shape.calls["tags"] = listed.call


def catalog(answers: Answers) -> Iterator[Shape]:
    """Databases of the catalog, its encryption, and jobs.  Their tags come by one listing."""
    listed = answers.of("GetResources")
    tagged = {one["ResourceARN"]: tags(one.get("Tags")) for one in listed.items("ResourceTagMappingList")}
    where = f"arn:{answers.partition}:glue:{answers.region}:{answers.account}"
    for given in answers.items("GetDatabases", "DatabaseList"):
        shape = Shape("aws_glue_catalog_database", answers, f"{where}:database/{given['Name']}", "GetDatabases")
        shape["name"] = given["Name"]
        _tag(shape, listed, tagged)
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
        _tag(shape, listed, tagged)
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
            *(
                Call(
                    operation="GetResources",
                    client="resourcegroupstaggingapi",
                    each=listing,
                    # only where there is one
                    over=f"{name}[:1]",
                    fixed={"ResourceTypeFilters": ["glue"], "ResourcesPerPage": 100},
                    action="tag:GetResources",
                    redact=_tags_alone,
                )
                for listing, name in (("GetDatabases", "DatabaseList"), ("GetJobs", "Jobs"))
            ),
        ),
        shapers=(catalog,),
        subjects=frozenset(("encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
