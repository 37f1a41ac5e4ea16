"""The columns of the node table: what each says, sorts by, sums up to, and when it gives way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from nodeview.records import USED
from nodeview.views.bill import Money
from nodeview.views.cell import Cell, Tone, dash
from nodeview.views.labels import COMPUTED_LABELS, asked_labels, label_title, sort_key_of, value_of
from nodeview.views.node import NodeView
from nodeview.views.node_cells import (
    PRICE_WIDTH,
    age_cell,
    capacity_cell,
    capacity_of_tally,
    foreign_sign,
    name_cell,
    pool_cell,
    price_cell,
    price_of_tally,
    state_of_tally,
    type_cell,
    zone_cell,
)
from nodeview.views.standing import state_cell, state_key
from nodeview.views.tallies import Tally
from nodeview.views.text import cell_width, natural
from nodeview.views.usage import bar_cell, bar_of_tally, pods_cell, pods_of_tally, share_of
from nodeview.views.used import used_cell, used_share, with_tick

Row = TypeVar("Row")

BAR_WIDTH = 16
"""Ten blocks, a space, `100 %`."""
PERCENT_WIDTH = 5


class Column(msgspec.Struct, Generic[Row], frozen=True):
    """One column of a table. Widths are in columns of a terminal; `now` is in epoch seconds."""

    id: str
    title: str
    cell: Callable[[Row, float], Cell]
    sort_key: Callable[[Row, float], Any]
    """Typed: times, numbers, natural text; None sorts last in both directions."""
    width: int
    align: Literal["left", "right"] = "left"
    gives_way: int = 0
    """On a narrow screen the highest goes first; 0 never goes."""
    narrow_width: int | None = None
    """A bar that shrinks to its percent."""
    subtotal: Callable[[Tally, float], Cell] | None = None
    """Its cell in a group's header."""
    grows: bool = False
    """It takes part in sharing out what is left of the screen's width."""
    resource: str | None = None
    """The resource whose bar it is."""
    words: Callable[[Row, float], Collection[str]] | None = None
    """What a filter may ask for under its id, where filters know nothing of it themselves."""


def node_columns(
    resources: Sequence[str], extra_labels: Sequence[str], *, priced: bool = True, used: bool = False
) -> tuple[Column[NodeView], ...]:
    """The columns of the node table, in their order; `node-age` among the labels moves the age there.

    With `used` there are also those of what is really used, for which somebody must measure it.
    """
    labels = asked_labels(extra_labels)
    moved = {label.column for name in labels if (label := COMPUTED_LABELS.get(name)) and label.column}
    bars = [_bar(resource) for resource in dict.fromkeys(resources) if resource]
    bars += [_used(resource) for resource in dict.fromkeys(resources) if used and resource in USED]
    columns = [NAME, POOL, TYPE, ZONE, CAPACITY, *bars, PODS, *([PRICE] if priced else []), AGE, STATE]
    kept = [column for column in columns if column.id not in moved]
    return (*kept, *{column.id: column for column in map(label_column, labels)}.values())


def price_column(sums: Sequence[Money], nodes: int) -> Column[NodeView]:
    """The price column for what so many nodes cost: the first to give way while none of them has a price, and as much
    wider as a currency without a sign of its own is."""
    if nodes and all(one.unpriced_nodes >= nodes for one in sums):
        return _PRICE_OF_NOTHING
    longest = max((len(foreign_sign(one.currency)) for one in sums), default=0)
    return PRICE if longest <= 1 else replace(PRICE, width=PRICE_WIDTH + longest - 1)


def label_column(label: str) -> Column[NodeView]:
    """A label as a column of its own; the age column for `node-age`."""
    computed = COMPUTED_LABELS.get(label)
    if computed is not None and computed.column == AGE.id:
        return AGE

    def cell(view: NodeView, now: float) -> Cell:
        value = value_of(view, label, now)
        if value is not None:
            return Cell(value)
        if computed is not None and computed.resource is not None:
            return replace(bar_cell(view, computed.resource), fill=None)
        return dash(f"the node has no label {label}")

    title = label_title(label)
    return Column(
        id=label,
        title=title,
        cell=cell,
        sort_key=lambda view, now: sort_key_of(view, label, now),
        width=max(cell_width(title), 5 if computed else 10),
        align="right" if computed else "left",
        gives_way=3,
    )


def _bar(resource: str) -> Column[NodeView]:
    # The count of pods has the plain name: `pods>50` is a number of pods.
    identity, title = ("pods-share", "PODS %") if resource == "pods" else (resource, _resource_title(resource))
    return Column(
        id=identity,
        title=title,
        cell=lambda view, now: with_tick(bar_cell(view, resource), view, resource),
        sort_key=lambda view, now: share_of(view, resource),
        width=BAR_WIDTH,
        narrow_width=PERCENT_WIDTH,
        subtotal=lambda tally, now: bar_of_tally(tally, resource),
        resource=resource,
    )


def _used(resource: str) -> Column[NodeView]:
    return Column(
        id=f"{resource}-used",
        title=f"{'MEM' if resource == 'memory' else _resource_title(resource)} USED",
        cell=lambda view, now: used_cell(view, resource),
        sort_key=lambda view, now: used_share(view, resource),
        width=8,
        align="right",
        gives_way=8,
    )


def _resource_title(resource: str) -> str:
    return resource.rsplit("/", 1)[-1].upper()


def _natural(text: str | None) -> str | None:
    return None if text is None else natural(text)


NAME: Column[NodeView] = Column(
    id="name",
    title="NAME",
    cell=name_cell,
    sort_key=lambda view, now: natural(view.name),
    width=16,
    subtotal=lambda tally, now: Cell(f"{tally.nodes} node{'' if tally.nodes == 1 else 's'}", Tone.STRONG),
    grows=True,
)
POOL: Column[NodeView] = Column(
    id="pool",
    title="POOL",
    cell=pool_cell,
    sort_key=lambda view, now: _natural(view.pool),
    width=8,
    grows=True,
)
TYPE: Column[NodeView] = Column(
    id="type",
    title="TYPE",
    cell=type_cell,
    sort_key=lambda view, now: _natural(view.traits.instance_type),
    width=12,
    gives_way=6,
)
ZONE: Column[NodeView] = Column(
    id="zone",
    title="ZONE",
    cell=zone_cell,
    sort_key=lambda view, now: _natural(view.traits.zone),
    width=4,
    gives_way=5,
)
CAPACITY: Column[NodeView] = Column(
    id="cap",
    title="CAP",
    cell=capacity_cell,
    sort_key=lambda view, now: view.capacity_type,
    width=7,
    gives_way=2,
    subtotal=lambda tally, now: capacity_of_tally(tally),
)
PODS: Column[NodeView] = Column(
    id="pods",
    title="PODS",
    cell=lambda view, now: pods_cell(view),
    sort_key=lambda view, now: view.counts.total if view.counts else None,
    width=7,
    align="right",
    gives_way=1,
    subtotal=lambda tally, now: pods_of_tally(tally),
)
PRICE: Column[NodeView] = Column(
    id="price",
    title="$/H",
    cell=price_cell,
    sort_key=lambda view, now: view.price.hourly,
    width=PRICE_WIDTH,
    align="right",
    gives_way=4,
    subtotal=lambda tally, now: price_of_tally(tally),
)
_PRICE_OF_NOTHING = replace(PRICE, gives_way=7)
AGE: Column[NodeView] = Column(
    id="age",
    title="AGE",
    cell=age_cell,
    sort_key=lambda view, now: now - view.record.created,
    width=4,
    align="right",
)
STATE: Column[NodeView] = Column(
    id="state",
    title="STATE",
    cell=state_cell,
    sort_key=state_key,
    width=14,
    subtotal=lambda tally, now: state_of_tally(tally),
    grows=True,
)
