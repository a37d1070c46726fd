"""Phases of the life cycle of a system."""

from __future__ import annotations

import enum

from auditor.text import Text


class Phase(enum.StrEnum):
    """Phase of the life cycle of a system in which it is judged."""

    SELECT = "select"
    BUILD = "build"
    OPERATE = "operate"
    TERMINATE = "terminate"


PHASE_TEXT: dict[Phase, Text] = {
    Phase.SELECT: Text("選定", "select"),
    Phase.BUILD: Text("構築", "build"),
    Phase.OPERATE: Text("運用", "operate"),
    Phase.TERMINATE: Text("利用終了", "terminate"),
}
