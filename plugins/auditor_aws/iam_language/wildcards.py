"""The wildcards of the policy language: ``*`` for any run of characters, ``?`` for exactly one.

Source: AWS IAM User Guide, pages "IAM JSON policy elements: Action" (actions ignore case) and
"IAM JSON policy elements: Resource" (ARNs do not).
"""

from __future__ import annotations

from functools import lru_cache

#: Bound on the search of :func:`covers`; only patterns with many wildcards on both sides come near it.
_SEARCH_LIMIT = 20_000


def _wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def matches(pattern: str, text: str) -> bool:
    """Whether ``text`` (taken literally) is one of the strings that ``pattern`` stands for; case counts."""
    if pattern == "*":
        return True
    at = mark = 0
    star = -1
    pos = 0
    while pos < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, pos
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[pos]):
            at += 1
            pos += 1
        elif star >= 0:
            mark += 1
            at, pos = star + 1, mark
        else:
            return False
    return all(char == "*" for char in pattern[at:])


def _closure(pattern: str, states: set[int]) -> frozenset[int]:
    for state in tuple(states):
        at = state
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            states.add(at)
    return frozenset(states)


def _step(pattern: str, states: frozenset[int], char: str | None) -> frozenset[int]:
    """States after one more character; None is a character that no pattern spells out."""
    after: set[int] = set()
    for state in states:
        if state == len(pattern):
            continue
        token = pattern[state]
        if token == "*":
            after.add(state)
        elif token == "?" or token == char:
            after.add(state + 1)
    return _closure(pattern, after)


@lru_cache(maxsize=65536)
def covers(wide: str, narrow: str) -> bool:
    """Whether every string that ``narrow`` stands for is also one that ``wide`` stands for; case counts.

    True only where this is proved: a pair so tangled that the bounded search gives up counts as not covered.
    """
    if wide == "*" or wide == narrow:
        return True
    if not _wild(narrow):
        return matches(wide, narrow)
    if not _wild(wide):
        return False
    # Walk all strings of `narrow` through `wide`. Where `narrow` leaves a character open it is enough to try one
    # that `wide` does not spell out: whatever `wide` accepts there, it accepts by a wildcard.
    todo = [(0, _closure(wide, {0}))]
    seen = set(todo)
    while todo:
        at, states = todo.pop()
        if not states or len(seen) > _SEARCH_LIMIT:
            return False
        if at == len(narrow):
            if len(wide) not in states:
                return False
            continue
        char = narrow[at]
        if char == "*":
            following = [(at + 1, states), (at, _step(wide, states, None))]
        else:
            following = [(at + 1, _step(wide, states, None if char == "?" else char))]
        for state in following:
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return True


@lru_cache(maxsize=65536)
def overlaps(one: str, other: str) -> bool:
    """Whether some string is one that both patterns stand for; case counts."""
    if not _wild(one):
        return matches(other, one)
    if not _wild(other):
        return matches(one, other)
    todo = [(0, 0)]
    seen = {(0, 0)}
    while todo:
        left, right = todo.pop()
        if left == len(one) and right == len(other):
            return True
        first = one[left] if left < len(one) else ""
        second = other[right] if right < len(other) else ""
        following: list[tuple[int, int]] = []
        if first == "*":
            following.append((left + 1, right))
            if second:
                following.append((left, right + 1))
        if second == "*":
            following.append((left, right + 1))
            if first:
                following.append((left + 1, right))
        if first and second and "*" not in (first, second) and (first == second or "?" in (first, second)):
            following.append((left + 1, right + 1))
        for state in following:
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return False


def normal_action(pattern: str) -> str:
    """An action pattern in the form compared here: lower case, and ``*`` as ``*:*`` (every action has a service)."""
    lowered = pattern.lower()
    return "*:*" if lowered and not lowered.strip("*") else lowered


def action_matches(pattern: str, action: str) -> bool:
    """Whether an action, e.g. ``s3:GetObject``, is one that the pattern stands for; case is ignored."""
    return matches(pattern.lower(), action.lower())
