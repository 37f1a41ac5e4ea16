"""A price with its source, and the one that a node itself bears."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.pricing.money import ABSURD, nano_of
from nodeview.records import Node

PriceSource = Literal["override", "overlay", "file", "live", "cache", "table", "estimate"]

PRICE_LABELS = ("nodeview/instance-price", "eks-node-viewer/instance-price")
"""Label or annotation of a node that states its price per hour; the first that is there counts."""

_MOST_SHOWN = 40


class Price(msgspec.Struct, frozen=True):
    """What a node costs an hour, or why that is not known. `hourly` is in nano-units of the currency."""

    hourly: int | None
    currency: str = "USD"
    source: PriceSource | None = None
    as_of: str | None = None
    reason: str = ""


UNPRICED = Price(None, reason="the node bears no price label")


def price_said_on(node: Node) -> Price:
    """The price that a label or annotation of the node states; `UNPRICED` itself where there is none.

    What is there and is no price is unknown, with what is wrong with it as the reason. 0 is a price: a free machine.
    """
    labels, annotations = node.labels, node.annotations
    for key in PRICE_LABELS:
        said = labels.get(key)
        if said is None:
            said = annotations.get(key)
        if said is not None:
            return _read(key, said)
    return UNPRICED


def _read(key: str, said: str) -> Price:
    if not said:
        return Price(None, reason=f"{key} is empty")
    hourly = nano_of(said)
    shown = said if len(said) <= _MOST_SHOWN else said[:_MOST_SHOWN] + "…"
    if hourly is None:
        return Price(None, reason=f'{key} says "{shown}", which is not a price')
    if hourly > ABSURD:
        return Price(None, reason=f'{key} says "{shown}", which is more than 10,000 an hour')
    return Price(hourly, source="override", reason=key)
