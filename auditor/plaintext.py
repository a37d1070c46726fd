"""Credentials that stand in plain text, told by the name of a variable or by the form of a value.

Only names of variables and kinds of credentials come out of here, never a value.  What is found is a credential by
all signs; what is not found may still be one under an ordinary name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENDS: Final = re.compile(
    r"(?:pass(?:word|wd|phrase)|(?:_pass|(?:^|_)(?:pwd|secret|token|credentials?|"
    r"(?:api|access|secret|private|auth|encryption|signing|master|account|storage)_?key|secret_?key_?base)))(?:_?\d+)?$"
)
_MENTIONS: Final = re.compile(r"pass|pwd|secret|token|key|cred", re.IGNORECASE)
_SWITCHES: Final = frozenset(
    ("true", "false", "yes", "no", "on", "off", "none", "null", "nil", "undefined", "required", "optional", "enabled")
)
_POINTERS: Final = re.compile(
    # Names of places where a secret is kept, expressions that fetch one, and text that is encrypted already.
    r"(?:arn:|projects/|secretsmanager:|ssm:|awssm|gcp-?sm|sm://|vault:|ref\+|op://|berglas://|kms:|file:|env:|"
    r"\{\{|\$|`|<|%|ENC[(\[]|AQICAH|CiQA|https?://[^/@\s]*(?:/|$)|\*{3}|x{4,}$|REDACTED)",
    re.IGNORECASE,
)
_PATH: Final = re.compile(r"/?[a-z0-9._-]+(?:/[a-z0-9._-]+)+")
_LABEL: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+")
_NUMBER: Final = re.compile(r"\d{1,5}")
_MAY_NAME_ONE: Final = re.compile(r"(?:secret|token|credentials?|key)$")

_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    ("Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])")),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40,})")),
    ("GitLab token", re.compile(r"\bglpat-[0-9A-Za-z_-]{20}")),
    ("Slack token", re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}")),
    ("password in a URL", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@$<{]+:[^\s:/@$<{%*]{3,}@[\w.\[-]")),
)
_FORM_HINTS: Final = ("-----BEGIN", "AKIA", "ASIA", "AIza", "gh", "glpat-", "xox", "://")

_ASSIGNMENT: Final = re.compile(r"""([A-Za-z_][A-Za-z0-9_.-]{0,80})["']?\s{0,3}[=:]\s{0,3}(["']?)([^\s"'#;,]{3,})""")
_OPTION: Final = re.compile(r"""--?(password|passwd)[ =](["']?)([^\s"'-][^\s"']{2,})""")
_LARGEST: Final = 200_000
"""Characters of a script that are looked at; user data may have 16 KiB, metadata 256 KiB."""


def names_secret(name: str) -> bool:
    """Whether a variable of that name holds a secret: ``DB_PASSWORD``, ``apiKey``, ``client-secret``."""
    if not _MENTIONS.search(name):
        return False
    return _ENDS.search("_".join(_WORDS.findall(name)).lower()) is not None


def is_literal(name: str, value: str) -> bool:
    """Whether the value of a secret variable is the secret itself, and not a name of the place where it is kept."""
    text = value.strip()
    if not text or text.lower() in _SWITCHES or _POINTERS.match(text) or _PATH.fullmatch(text):
        return False
    if _MAY_NAME_ONE.search(name.lower()) and (_LABEL.fullmatch(text) or _NUMBER.fullmatch(text)):
        return False
    return len(text) > 1


def forms(text: str) -> Iterator[str]:
    """Kinds of credentials that stand in a text by their form."""
    if not any(hint in text for hint in _FORM_HINTS):
        return
    for kind, pattern in _FORMS:
        if pattern.search(text):
            yield kind


def in_variable(name: str, value: str) -> str | None:
    """What a variable gives away: its own name, or the kind of credential that its value has the form of."""
    if names_secret(name) and is_literal(name, value):
        return name
    kind = next(forms(value), None)
    return None if kind is None else f"{name} ({kind})"


_LEFT_OUT: Final = "(value left out)"
_EXAMPLES: Final = {
    "private key": "-----BEGIN PRIVATE KEY-----",
    "AWS access key": "AKIA" + "X" * 16,
    "Google API key": "AIza" + "x" * 35,
    "GitHub token": "ghp_" + "x" * 36,
    "GitLab token": "glpat-" + "x" * 20,
    "Slack token": "xoxb-" + "x" * 10,
    "password in a URL": "url://name:xxx@host",
}
"""For each kind a text that has its form and is no credential."""


def stand_in(name: str, value: str) -> str:
    """What may be kept in place of a variable's value: :func:`in_variable` says the same of it.

    It is empty for a value that gives nothing away.
    """
    if names_secret(name) and is_literal(name, value):
        return _LEFT_OUT
    kind = next(forms(value), None)
    # the sign in front makes it an expression, so that it is no literal under the name of a secret
    return "" if kind is None else f"$ {_EXAMPLES[kind]}"


def in_script(text: str) -> tuple[str, ...]:
    """What a script or configuration text gives away: names of variables and kinds of credentials, sorted."""
    text = text[:_LARGEST]
    found = set(forms(text))
    if _MENTIONS.search(text):
        for pattern in (_ASSIGNMENT, _OPTION):
            for name, _, value in pattern.findall(text):
                if names_secret(name) and is_literal(name, value):
                    found.add(name)
    return tuple(sorted(found))
