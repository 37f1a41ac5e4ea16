"""Karpenter's NodeOverlays: which of them speaks of a node's price, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from nodeview.pricing.money import ABSURD, Adjustment, adjustment_of, nano_of
from nodeview.records import NodeOverlay, Requirement

Overlay = NodeOverlay


class OverlaidPrice(msgspec.Struct, frozen=True):
    """What an overlay says of prices, read once."""

    name: str
    requirements: tuple[Requirement, ...]
    price: int | None
    """Nano-units an hour, in the place of any other."""
    adjustment: Adjustment | None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a node with these labels meets all requirements."""
        return all(_met(one, labels.get(one.key)) for one in self.requirements)


def overlaid_prices(overlays: Iterable[Overlay]) -> tuple[OverlaidPrice, ...]:
    """The overlays that speak of prices and that Karpenter uses, in Karpenter's order: the first to match counts.

    The greater weight goes first; of equal weights, the name later in the alphabet.
    """
    by_name = sorted(overlays, key=lambda one: one.name, reverse=True)
    ordered = sorted(by_name, key=lambda one: one.weight, reverse=True)
    read = [_read(one) for one in ordered if one.holds]
    return tuple(one for one in read if one is not None)


def _read(overlay: Overlay) -> OverlaidPrice | None:
    if overlay.price is not None:
        price = nano_of(overlay.price)
        return (
            None if price is None or price > ABSURD else OverlaidPrice(overlay.name, overlay.requirements, price, None)
        )
    change = adjustment_of(overlay.adjustment) if overlay.adjustment is not None else None
    return None if change is None else OverlaidPrice(overlay.name, overlay.requirements, None, change)


def _met(requirement: Requirement, value: str | None) -> bool:
    operator, values = requirement.operator, requirement.values
    if operator == "In":
        return value is not None and value in values
    if operator == "NotIn":
        return value is None or value not in values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    bound, number = _whole(values[0] if len(values) == 1 else None), _whole(value)
    if bound is None or number is None:
        return False
    return _compared(operator, number, bound)


def _compared(operator: str, number: int, bound: int) -> bool:
    if operator == "Gt":
        return number > bound
    if operator == "Lt":
        return number < bound
    if operator == "Gte":
        return number >= bound
    return operator == "Lte" and number <= bound


def _whole(text: str | None) -> int | None:
    if text is None or len(text) > 20 or not text.removeprefix("-").isascii():
        return None
    return int(text) if text.removeprefix("-").isdigit() else None
