"""Amazon Detective of each region.

Sources: Amazon Detective API Reference (ListGraphs); AWS provider documentation, page ``aws_detective_graph``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape


def graphs(answers: Answers) -> Iterator[Shape]:
    """Behaviour graphs of which the account is the administrator."""
    for listed in answers.items("ListGraphs", "GraphList"):
        shape = Shape("aws_detective_graph", answers, listed["Arn"], "ListGraphs")
        shape["graph_arn"] = shape["id"] = listed["Arn"]
        yield shape


SERVICES: Final = (
    Service(
        name="detective",
        calls=(Call(operation="ListGraphs", yields=("aws_detective_graph",), pages=("NextToken", "NextToken")),),
        shapers=(graphs,),
        subjects=frozenset(("inventory", "monitoring")),
    ),
)
