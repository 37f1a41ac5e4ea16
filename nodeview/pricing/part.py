"""A part of a price, while it is worked out: an amount with its layer and what it stands for."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.pricing.money import Adjustment
from nodeview.pricing.price import Price

Layer = Literal["override", "overlay", "file", "live", "cache", "table", "estimate"]
LAYERS: tuple[Layer, ...] = ("override", "overlay", "file", "live", "cache", "table", "estimate")
"""Best first."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """What one thing costs an hour, by one layer."""

    hourly: int
    """Nano-units."""
    currency: str
    layer: Layer
    as_of: str
    what: str
    """A short clause: `on-demand`, `Auto Mode fee 12 %`."""
    notes: tuple[str, ...] = ()
    estimated: bool = False

    def price(self) -> Price:
        """It as a price that a node has."""
        source = "estimate" if self.estimated else self.layer
        return Price(self.hourly, self.currency, source, self.as_of or None, "; ".join((self.what, *self.notes)))


Answer = Part | str
"""A part, or the reason why it is not known."""


def added(one: Part, other: Part) -> Answer:
    """Both together; never of two currencies. The weaker layer of the two is that of the sum."""
    if one.currency != other.currency:
        return f"{one.what} is in {one.currency} and {other.what} in {other.currency}"
    weaker = other if LAYERS.index(other.layer) > LAYERS.index(one.layer) else one
    return Part(
        one.hourly + other.hourly,
        one.currency,
        weaker.layer,
        weaker.as_of,
        f"{one.what} + {other.what}",
        one.notes + other.notes,
        one.estimated or other.estimated,
    )


def noted(part: Part, *notes: str, estimated: bool = False) -> Part:
    """The same with more to be known about it."""
    return msgspec.structs.replace(part, notes=part.notes + notes, estimated=part.estimated or estimated)


def adjusted(part: Part, change: Adjustment, layer: Layer, by: str, currency: str | None = None) -> Answer:
    """The part after a change by this layer; `currency` is that of an amount, where it is said."""
    if not change.percent and currency is not None and currency != part.currency:
        return f"{by} changes the price by {change.text} {currency}, and it is in {part.currency}"
    what = f"{part.what}, {change.text} by {by}"
    return msgspec.structs.replace(part, hourly=change.of(part.hourly), layer=layer, what=what)
