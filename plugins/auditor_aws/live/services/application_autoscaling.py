"""What is scaled by Application Auto Scaling: tables of DynamoDB and services of ECS.

Sources: Application Auto Scaling API Reference (DescribeScalableTargets); AWS provider documentation, page
``aws_appautoscaling_target``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_TARGET: Final = "aws_appautoscaling_target"


def targets(answers: Answers) -> Iterator[Shape]:
    """Dimensions that are scaled; several may be of one table or service."""
    for item in answers.items("DescribeScalableTargets", "ScalableTargets"):
        space, id_, dimension = item["ServiceNamespace"], item["ResourceId"], item["ScalableDimension"]
        address = answers.arn("application-autoscaling", f"{space}/{id_}/{dimension}")
        shape = Shape(_TARGET, answers, address, "DescribeScalableTargets", names=(item.get("ScalableTargetARN"),))
        shape["resource_id"] = id_
        shape["service_namespace"] = space
        shape["scalable_dimension"] = dimension
        shape["min_capacity"] = item.get("MinCapacity")
        shape["max_capacity"] = item.get("MaxCapacity")
        suspended = item.get("SuspendedState") or {}
        # left out, nothing is suspended (API Reference, SuspendedState)
        shape["suspended_state"] = [
            {
                "dynamic_scaling_in_suspended": suspended.get("DynamicScalingInSuspended", False),
                "dynamic_scaling_out_suspended": suspended.get("DynamicScalingOutSuspended", False),
                "scheduled_scaling_suspended": suspended.get("ScheduledScalingSuspended", False),
            }
        ]
        yield shape


SERVICES: Final = (
    Service(
        name="application-autoscaling",
        calls=tuple(
            Call(operation="DescribeScalableTargets", yields=(_TARGET,), fixed={"ServiceNamespace": space})
            for space in ("dynamodb", "ecs")
        ),
        shapers=(targets,),
        subjects=frozenset(("capacity", "redundancy")),
    ),
)
