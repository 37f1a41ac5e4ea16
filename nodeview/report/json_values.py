"""Moments, amounts and sums as every report writes them: RFC 3339 in UTC, cores and bytes, null for what is unknown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from nodeview.records import Amounts
from nodeview.views import NANO, Tally

Json = dict[str, Any]


def instant(at: float | None) -> str | None:
    """A moment as RFC 3339 in UTC, with milliseconds where it has them."""
    if at is None:
        return None
    precision = "seconds" if at == int(at) else "milliseconds"
    return datetime.fromtimestamp(at, UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def number(nano: int) -> int | float:
    """Nano-units as units; a whole number of them is an integer."""
    whole, rest = divmod(nano, NANO)
    return nano / NANO if rest else whole


def amounts_json(amounts: Amounts, unknown: Collection[str] = (), *, known: bool = True) -> Json:
    """Amounts by resource; null for those that are `unknown`, and for all where nothing is known."""
    numbers = {name: number(amount) if known else None for name, amount in amounts.items() if name not in unknown}
    return numbers | dict.fromkeys(unknown)


def sums_json(tally: Tally, knows_pods: bool) -> Json:
    """What nodes offer together, what is requested of it, and what of that balloons hold."""
    unreadable = tally.unknown.keys() - tally.allocatable.keys() - ({"pods"} if tally.pods is None else set())
    unsummed = tally.unknown.keys() - tally.requested.keys()
    return {
        "allocatable": amounts_json(tally.allocatable, unreadable),
        "requested": amounts_json(tally.requested, unsummed, known=knows_pods),
        "balloon": amounts_json(tally.balloon, tally.unknown.keys() - tally.balloon.keys(), known=knows_pods),
    }
