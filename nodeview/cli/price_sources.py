"""Where prices come from, as the settings have it: the price file, the table, the cache, and AWS if it may be asked."""

from __future__ import annotations

import os
from typing import Literal

from nodeview.frame import PriceStatus
from nodeview.live.price_desk import PriceDesk
from nodeview.live.prices import Prices
from nodeview.pricing import PriceBook
from nodeview.settings import PriceFile, Settings, price_file_of
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_child import PriceChild
from nodeview.wire.price_table import newest_table

Asking = Literal["table", "cached", "live"]
"""The table and estimates alone, for a cluster that is none of the user's; with the cache; with AWS."""


def price_desk(settings: Settings, asking: Asking, profile: str | None = None) -> PriceDesk:
    """What an informer needs of prices; reads files, and starts nothing before something is asked of AWS.

    `profile` is AWS's, where the kubeconfig names one. What is mistaken in the price file is said by the desk.
    """
    if not settings.priced:
        return PriceDesk()
    # What someone agreed with AWS is not for the demo's nodes, unless they say so.
    theirs = asking != "table" or settings.price_file is not None
    file = price_file_of(settings, os.environ) if theirs else PriceFile()
    book = PriceBook(newest_table(), rules=file.rules)
    said = PriceStatus(mistake=file.mistake, warnings=file.warnings)
    if asking == "table":
        return PriceDesk(book, said=said)
    child = PriceChild(profile) if asking == "live" else None
    return PriceDesk(keeper=Prices(book, PriceCache(), child), said=said)


def asking_of(settings: Settings, default: Asking) -> Asking:
    """Whether AWS may be asked: as the settings say, else this command's default."""
    return "live" if settings.prices == "live" else "cached" if settings.prices == "cached" else default
