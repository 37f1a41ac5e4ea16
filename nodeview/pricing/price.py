"""A price with its source, and the one that a node itself bears."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import msgspec

from nodeview.records import NANO, Node

PriceSource = Literal["override", "overlay", "file", "live", "cache", "table", "estimate"]

PRICE_LABELS = ("nodeview/instance-price", "eks-node-viewer/instance-price")
"""Label or annotation of a node that states its price per hour; the first that is there counts."""

_DECIMAL = re.compile(r"\d+(\.\d+)?")
_ABSURD = 10_000 * NANO


class Price(msgspec.Struct, frozen=True):
    """What a node costs an hour, or why that is not known. `hourly` is in nano-units of the currency."""

    hourly: int | None
    currency: str = "USD"
    source: PriceSource | None = None
    as_of: str | None = None
    reason: str = ""


UNPRICED = Price(None, reason="the node bears no price label, and no other source of prices is built in yet")


def price_said_on(node: Node) -> Price:
    """The price that a label or annotation of the node states; unknown, with the reason, where there is none."""
    for key in PRICE_LABELS:
        said = node.labels.get(key) or node.annotations.get(key)
        if said is None:
            continue
        if not _DECIMAL.fullmatch(said):
            return Price(None, reason=f'{key} says "{said}", which is not a price')
        hourly = int(Decimal(said) * NANO)
        if hourly > _ABSURD:
            return Price(None, reason=f'{key} says "{said}", which is more than 10,000 an hour')
        return Price(hourly, source="override", reason=key)
    return UNPRICED
