"""What you asked for: flags over environment over file over defaults, each value with its origin."""

from nodeview.settings.sources import Sources, config_file, read_sources
from nodeview.settings.values import CAPACITY_TYPES, FPS, THEMES, Settings

__all__ = [
    "CAPACITY_TYPES",
    "FPS",
    "THEMES",
    "Settings",
    "Sources",
    "config_file",
    "read_sources",
]
