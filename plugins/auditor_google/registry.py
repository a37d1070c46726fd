"""The registry that every Terraform adapter of this plugin enters itself in.

Importing this module registers nothing; the modules of :mod:`auditor_google.terraform` do, each when it is imported.
"""

from __future__ import annotations

from typing import Final

from auditor.adapters import AdapterRegistry
from auditor_google.labels import read_label

REGISTRY: Final = AdapterRegistry("google", "terraform", read_label)
