"""Municipal policy texts (plain, PDF, HTML, DOCX) as numbered nodes.

``parse(read_source(path))`` yields a :class:`ParsedPolicy`.  Libraries for PDF, HTML and DOCX belong
to the optional extra ``policy`` and are imported when such a file is read.
"""

from auditor.policies.importing.model import Hints, ParsedPolicy, SourceText
from auditor.policies.importing.parsing import parse
from auditor.policies.importing.source import read_source

__all__ = ["Hints", "ParsedPolicy", "SourceText", "parse", "read_source"]
