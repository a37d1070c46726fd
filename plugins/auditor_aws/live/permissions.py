"""What the collection must be allowed to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from auditor.collecting import Permission
from auditor_aws.live.catalogue import Call, Service, services

SCOPE_ACTIONS: Final = ("account:ListRegions", "ec2:DescribeRegions")
"""Asked before anything else, to learn which regions an account has; one of them is enough."""
ORGANIZATION_ACTIONS: Final = ("organizations:ListAccounts",)
"""Asked where all accounts of an organization are to be collected."""


def subjects(controls: frozenset[str] | None) -> frozenset[str] | None:
    """First parts of the ids of controls; ``None`` for all."""
    return None if controls is None else frozenset(control.partition(".")[0] for control in controls)


def needed(controls: frozenset[str] | None) -> Iterator[tuple[Service, tuple[Call, ...]]]:
    """Services with those of their calls that the controls need, and what gives these their items."""
    wanted = subjects(controls)
    for service in services().values():
        chosen = {
            call.operation
            for call in service.calls
            if wanted is None or not wanted.isdisjoint(service.subjects_of(call))
        }
        open_ = list(chosen)
        while open_:
            operation = open_.pop()
            parents = {call.each for call in service.calls if call.operation == operation and call.each}
            open_.extend(parents - chosen)
            chosen |= parents
        calls = tuple(call for call in service.calls if call.operation in chosen)
        if calls:
            yield service, calls


def permissions(controls: frozenset[str] | None, known: frozenset[str]) -> list[Permission]:
    """Actions with the controls that need them, sorted by action.  ``known``: the ids of all controls."""
    wanted = known if controls is None else controls
    found: defaultdict[str, set[str]] = defaultdict(set)
    for service, calls in needed(controls):
        for call in calls:
            own = service.subjects_of(call)
            of_it = {control for control in wanted if control.partition(".")[0] in own}
            for action in service.action_of(call).split(","):
                found[action] |= of_it
    for action in SCOPE_ACTIONS:
        found[action] |= wanted
    return [Permission(action, frozenset(found[action])) for action in sorted(found)]


_LARGEST: Final = 6_000
"""Characters of one document, blanks left out: IAM takes 6,144 for a managed policy (IAM User Guide, "IAM quotas")."""


def documents(controls: frozenset[str] | None, *, split: bool) -> list[Mapping[str, object]]:
    """The least policy of IAM; every action reads, and most of them know no resources to limit them to."""
    actions = sorted(
        {
            action
            for service, calls in needed(controls)
            for call in calls
            for action in service.action_of(call).split(",")
        }
        | set(SCOPE_ACTIONS)
        | set(ORGANIZATION_ACTIONS)
    )
    parts: list[list[str]] = [[]]
    size = 0
    for action in actions:
        if split and size + len(action) + 3 > _LARGEST - 200:
            parts.append([])
            size = 0
        parts[-1].append(action)
        size += len(action) + 3
    return [_document(part) for part in parts]


def _document(actions: list[str]) -> Mapping[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "JichitaiCloudAuditorRead", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
