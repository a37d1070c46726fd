"""``python -m auditor``."""

from auditor.cli.main import program

program()
