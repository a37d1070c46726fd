"""What AWS Backup has taken: it is read with what was backed up, and nothing by itself."""

from __future__ import annotations

from auditor_aws.live.adapters import LIVE

# Recovery points lie in vaults, which are judged themselves.
LIVE.inert("aws_backup_protected_resource")
