"""What you asked for: flags over environment over file over defaults, each value with its origin."""

from nodeview.settings.price_file import PriceFile, price_file_of
from nodeview.settings.sources import Sources, config_file, read_sources
from nodeview.settings.values import CAPACITY_TYPES, FPS, PRICES, THEMES, Settings

__all__ = [
    "CAPACITY_TYPES",
    "FPS",
    "PRICES",
    "THEMES",
    "PriceFile",
    "Settings",
    "Sources",
    "config_file",
    "price_file_of",
    "read_sources",
]
