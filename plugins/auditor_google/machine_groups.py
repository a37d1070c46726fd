"""Groups of machines."""

from __future__ import annotations

from typing import Final

AUTOSCALERS: Final = {
    "google_compute_instance_group_manager": "google_compute_autoscaler",
    "google_compute_region_instance_group_manager": "google_compute_region_autoscaler",
}
"""Type of group -> type of what makes it grow."""
