"""Findings: what a check says of a resource."""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

import msgspec

from auditor.attr import Unknown
from auditor.text import Text

if TYPE_CHECKING:
    from auditor.checks import AnyCheck
    from auditor.facets import Facet
    from auditor.inventory import Resource


class Status(enum.StrEnum):
    """Result of one finding."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    MANUAL = "manual"
    INHERITED = "inherited"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


STATUS_TEXT: dict[Status, Text] = {
    Status.PASS: Text("適合", "conforming"),
    Status.FAIL: Text("不適合", "nonconforming"),
    Status.UNKNOWN: Text("未確認", "not verified"),
    Status.MANUAL: Text("要書面確認", "document review"),
    Status.INHERITED: Text("継承", "inherited"),
    Status.WAIVED: Text("例外措置", "waived"),
    Status.NOT_APPLICABLE: Text("対象外", "not applicable"),
    Status.ERROR: Text("エラー", "error"),
}


class Severity(enum.IntEnum):
    """How much a nonconformity weighs; ordered, so that ``--fail-on`` can compare."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Lower-case name, as options and JSON write it."""
        return self.name.lower()


SEVERITY_TEXT: dict[Severity, Text] = {
    Severity.LOW: Text("低", "low"),
    Severity.MEDIUM: Text("中", "medium"),
    Severity.HIGH: Text("高", "high"),
    Severity.CRITICAL: Text("重大", "critical"),
}


class Finding(msgspec.Struct, frozen=True):
    """One check's result on one resource.

    The texts of a finding are made only when somebody reads it: conforming findings, which are
    most of them, stay as small as this struct.
    """

    check: AnyCheck
    resource: Resource
    facet: Facet | None
    status: Status
    text: Text | None = None
    """What was found, for every status but pass; ``None`` leaves it to the check's title."""
    expected: Text | None = None
    unknown: Unknown | None = None
    """The attribute that stood in the way, for status unknown."""
    documents: tuple[str, ...] = ()
    """Ids of the documents that can answer, for status manual."""

    @property
    def id(self) -> str:
        """Fingerprint: the same from run to run, whatever the order and the values."""
        key = self.facet.key if self.facet is not None else ""
        raw = f"{self.check.id}\0{self.resource.type}\0{self.resource.identity}\0{key}"
        # names of files may hold bytes that are no text, which Python keeps as halves of surrogate pairs
        return hashlib.blake2b(raw.encode(errors="surrogatepass"), digest_size=10).hexdigest()
