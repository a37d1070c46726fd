"""What can be wrong with a plan."""

from __future__ import annotations

from auditor.errors import InputError


class PlanError(InputError):
    """The target cannot be read as a plan: what it is instead, and how to make the right one.

    ``path`` is the target as the user named it; ``hint`` is the command or step that helps, also
    contained in both sentences.
    """

    def __init__(self, ja: str, en: str, path: str, hint: str = "") -> None:
        super().__init__(ja, en)
        self.ja = ja
        self.en = en
        self.path = path
        self.hint = hint
