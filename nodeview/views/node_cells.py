"""What a node's cells say: its name, pool, type, zone, capacity, price and age; and the same of several nodes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nodeview.provisioners import CapacityType
from nodeview.views.bill import bound_mark
from nodeview.views.cell import Cell, Tone, dash
from nodeview.views.node import NodeView
from nodeview.views.standing import PHASE_ORDER, PHASE_TONES, PHASE_WORDS
from nodeview.views.tallies import Tally
from nodeview.views.text import currency_sign, duration, money, printable, short_name, short_price

CAPACITY_WORDS: Mapping[CapacityType, str] = {
    "on-demand": "od",
    "spot": "spot",
    "reserved": "rsv",
    "capacity-block": "cb",
    "fargate": "fargate",
}

_CAPACITY = {kind: Cell(word, reason=kind) for kind, word in CAPACITY_WORDS.items()}
_NO_CAPACITY = dash("no label says how its capacity was bought")
_NO_POOL = dash("no label names its pool")
_NO_TYPE = dash("no label names its instance type")
_NO_ZONE = dash("no label names its zone")


PRICE_WIDTH = 8
"""Room for a price with its mark and a sign of one letter."""


def foreign_sign(currency: str) -> str:
    """What is written before a price: nothing for USD, which the column's title says."""
    return "" if currency == "USD" else currency_sign(currency)


def name_cell(view: NodeView, now: float) -> Cell:
    """The name without the domain that EC2 gives to all; `reason` holds the whole name."""
    return _name(view.name)


def pool_cell(view: NodeView, now: float) -> Cell:
    """The pool, node group or profile."""
    return _NO_POOL if view.pool is None else _word(view.pool)


def type_cell(view: NodeView, now: float) -> Cell:
    """The instance type."""
    kind = view.traits.instance_type
    return _NO_TYPE if kind is None else _word(kind)


def zone_cell(view: NodeView, now: float) -> Cell:
    """The zone without its region's words: `1a` for `eu-west-1a`; `reason` holds all of it."""
    zone = view.traits.zone
    return _NO_ZONE if zone is None else _zone(zone, view.traits.region)


def short_zone(zone: str, region: str | None) -> str:
    """The zone without what it shares with every region of its part of the world: `1a`."""
    if not region or not zone.startswith(region):
        return zone
    return zone[region.rfind("-") + 1 :]


def capacity_cell(view: NodeView, now: float) -> Cell:
    """How its capacity was bought: `od spot rsv cb fargate`."""
    return _NO_CAPACITY if view.capacity_type is None else _CAPACITY[view.capacity_type]


def capacity_of_tally(tally: Tally) -> Cell:
    """The one capacity type of these nodes, or that they are mixed."""
    kinds = list(tally.capacity_types)
    if len(kinds) == 1:
        return _NO_CAPACITY if kinds[0] is None else Cell(_capacity_word(kinds[0]), reason=kinds[0])
    counted = ", ".join(
        f"{count} {_capacity_word(kind)}" for kind, count in sorted(tally.capacity_types.items(), key=str)
    )
    return Cell("mix", reason=counted) if kinds else _NO_CAPACITY


def _capacity_word(kind: str | None) -> str:
    return "unknown" if kind is None else {str(one): word for one, word in CAPACITY_WORDS.items()}.get(kind, kind)


def price_cell(view: NodeView, now: float) -> Cell:
    """Money an hour with three decimals; `~` before an estimate; a currency other than USD is said."""
    price = view.price
    if price.hourly is None:
        return dash(printable(price.reason) or "its price is not known")
    return _price(price.hourly, price.currency, price.source or "", price.as_of or "", price.reason)


def price_of_tally(tally: Tally) -> Cell:
    """The sum an hour; `≥` where some nodes have no price, `~` where some have an estimate."""
    if len(tally.money) > 1:
        sums = ", ".join(f"{currency_sign(one.currency)}{money(one.hourly)}" for one in tally.money)
        return Cell("mixed", reason=sums)
    if not tally.money or tally.money[0].unpriced_nodes == tally.nodes:
        return dash("no price is known of these nodes")
    total = tally.money[0]
    reason = f"{total.unpriced_nodes} unpriced" if not total.complete else ""
    return Cell(_priced(total.hourly, total.currency, bound_mark(total).strip()), reason=reason)


def age_cell(view: NodeView, now: float) -> Cell:
    """How long ago the node was created."""
    return _word(duration(now - view.record.created))


def state_of_tally(tally: Tally) -> Cell:
    """Nodes by phase, the most pressing first: `1 draining · 4 ready`."""
    counts: dict[str, int] = {}
    for phase in PHASE_ORDER:
        if count := tally.phases.get(phase, 0):
            word = PHASE_WORDS[phase]
            counts[word] = counts.get(word, 0) + count
    worst = next((PHASE_TONES[phase] for phase in PHASE_ORDER if tally.phases.get(phase)), Tone.MUTED)
    return Cell(" · ".join(f"{count} {word}" for word, count in counts.items()), worst)


@lru_cache(maxsize=1 << 14)
def _name(name: str) -> Cell:
    short = printable(short_name(name))
    return Cell(short, reason=printable(name) if short != name else "")


@lru_cache(maxsize=1 << 12)
def _word(text: str) -> Cell:
    return Cell(printable(text))


@lru_cache(maxsize=1 << 10)
def _zone(zone: str, region: str | None) -> Cell:
    return Cell(printable(short_zone(zone, region)), reason=printable(zone))


@lru_cache(maxsize=1 << 12)
def _price(hourly: int, currency: str, source: str, as_of: str, reason: str) -> Cell:
    said = " · ".join(printable(part) for part in (source, as_of, reason) if part)
    return Cell(_priced(hourly, currency, "~" if source == "estimate" else ""), reason=said)


def _priced(hourly: int, currency: str, mark: str) -> str:
    sign = foreign_sign(currency)
    return f"{mark}{sign}{short_price(hourly, PRICE_WIDTH - len(mark) - min(len(sign), 1))}"
