"""What an hour of a node costs, and how we know. Pure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodeview.pricing.book import EMPTY_BOOK, PriceBook
from nodeview.pricing.goods import FargateSize, Goods, Purchase
from nodeview.pricing.money import Adjustment
from nodeview.pricing.offer import Offer, OperatingSystem, Quote, QuoteSource, Service, Tenancy, partition_of
from nodeview.pricing.part import Layer
from nodeview.pricing.price import PRICE_LABELS, UNPRICED, Price, PriceSource, price_said_on
from nodeview.pricing.rules import NO_RULES, PriceRules, Rule
from nodeview.pricing.table import NO_TABLE, PriceTable, Rate, Savings, TablePart, bytes_of, table_of
from nodeview.records import NodeOverlay as Overlay

if TYPE_CHECKING:
    from nodeview.pricing.offers import offers_of
    from nodeview.pricing.rules_reader import rules_of
    from nodeview.pricing.trials import Trial

_LATE = {"offers_of": "offers", "rules_of": "rules_reader", "Trial": "trials"}
"""What no screen needs before its first paint, and the modules that are loaded when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)


__all__ = [
    "EMPTY_BOOK",
    "NO_RULES",
    "NO_TABLE",
    "PRICE_LABELS",
    "UNPRICED",
    "Adjustment",
    "FargateSize",
    "Goods",
    "Layer",
    "Offer",
    "OperatingSystem",
    "Overlay",
    "Price",
    "PriceBook",
    "PriceRules",
    "PriceSource",
    "PriceTable",
    "Purchase",
    "Quote",
    "QuoteSource",
    "Rate",
    "Rule",
    "Savings",
    "Service",
    "TablePart",
    "Tenancy",
    "Trial",
    "bytes_of",
    "offers_of",
    "partition_of",
    "price_said_on",
    "rules_of",
    "table_of",
]
