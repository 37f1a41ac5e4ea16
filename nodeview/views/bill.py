"""What nodes cost together: per currency, by how they were bought, and what it is spent on. Never across currencies."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nodeview.provisioners import CapacityType
from nodeview.views.split import Split
from nodeview.views.text import HOURS_A_MONTH, currency_sign, money

HOURS_A_DAY = 24


class CapacityMoney(msgspec.Struct, frozen=True):
    """What the nodes of one capacity type cost an hour, in one currency and in nano-units."""

    capacity_type: CapacityType | None
    nodes: int
    """Those with a price in this currency."""
    hourly: int
    unpriced_nodes: int
    """Those of this capacity type without a price in any currency."""
    estimated_nodes: int


class Money(msgspec.Struct, frozen=True):
    """What nodes cost an hour in one currency. `hourly` (nano-units) leaves the unpriced out: a lower bound then."""

    currency: str
    hourly: int
    unpriced_nodes: int
    """Nodes without a price in any currency."""
    estimated_nodes: int
    by_capacity: tuple[CapacityMoney, ...] = ()
    """The dearest first."""
    split: Split = Split()
    """What it is spent on; it adds up to `hourly` less `unsplit`."""
    unsplit: int = 0
    """What those nodes cost of which an amount is not known, so that nobody can say what it is spent on."""
    unsplit_nodes: int = 0
    empty_nodes: int = 0
    """Nodes with nothing but daemons on them that could go now: see `NodeView.empty`."""
    empty_hourly: int = 0
    """What they cost."""
    empty_estimated_nodes: int = 0

    @property
    def complete(self) -> bool:
        return self.unpriced_nodes == 0

    @property
    def daily(self) -> int:
        """At this rate."""
        return self.hourly * HOURS_A_DAY

    @property
    def monthly(self) -> int:
        """At this rate, of 730 hours as AWS counts them."""
        return self.hourly * HOURS_A_MONTH


def bill_lines(sums: Sequence[Money], nodes: int) -> list[str]:
    """A line a currency: `≥ $31.20/h · $748.80/d · $22.8k/mo · 3 unpriced · 5 estimated`; of `nodes` nodes in all."""
    lines = []
    for one in sums:
        counts = [f"{one.unpriced_nodes:,} unpriced"] if one.unpriced_nodes else []
        counts += [f"{one.estimated_nodes:,} estimated"] if one.estimated_nodes else []
        if one.unpriced_nodes >= nodes:
            lines.append(" · ".join(counts))
            continue
        sign = currency_sign(one.currency)
        said = [f"{sign}{money(one.hourly)}/h", f"{sign}{money(one.daily)}/d", f"{sign}{money(one.monthly)}/mo"]
        lines.append(bound_mark(one) + " · ".join([*said, *counts]))
    return lines


def bound_mark(one: Money) -> str:
    """`≥ ` before a sum that lacks some nodes, `~ ` before one with estimates in it."""
    return "≥ " if not one.complete else "~ " if one.estimated_nodes else ""
