"""The columns of the table of costs: who, how many pods, and what that is an hour, a month, and of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from nodeview.views.cell import Cell, Fill, Tone, dash
from nodeview.views.columns import BAR_WIDTH, PERCENT_WIDTH, Column
from nodeview.views.costs import CostRow, CostsBy
from nodeview.views.text import HOURS_A_MONTH, NANO, currency_sign, money, natural, percent, printable, short_price

REST_WORDS = {"idle": "(idle)", "reserved": "(reserved)", "unsplit": "(not split)"}
"""What is no pod's; no name in Kubernetes has brackets."""
_REST_REASONS = {
    "idle": "offered to pods, and requested by none",
    "reserved": "kept from pods by the nodes: capacity less allocatable",
    "unsplit": "of nodes of which an amount is not known",
}
_NO_COST = dash("none of its pods is on a node of which it is known what it costs and what that is spent on")
_NO_POD = dash("no pod pays for this")
_SMALLEST_BAR = 0.005


def cost_key(row: CostRow) -> str:
    """What names a row for as long as it lives."""
    owner = f"{row.owner.kind}\n{row.owner.name}" if row.owner else ""
    return f"{row.kind}\n{row.namespace}\n{owner}"


def columns_of_costs(by: CostsBy, currencies: Iterable[str]) -> tuple[Column[CostRow], ...]:
    """The columns for costs by namespace or by owner: those of money are there once a currency."""
    signs = list(dict.fromkeys(currencies)) or ["USD"]
    sums = [_money(one, hours, not place) for hours in (1, HOURS_A_MONTH) for place, one in enumerate(signs)]
    who = (_NAMESPACE,) if by == "namespace" else (_OWNER, _KIND, _OF_NAMESPACE)
    return (*who, _PODS, _BALLOONS, *sums, _SHARE)


def cost_mark(row: CostRow) -> str:
    """`≥` where some of its pods are on nodes without a price, `~` where some of it comes of an estimate."""
    return "≥" if not row.complete else "~" if row.estimated else ""


def _money(currency: str, hours: int, first: bool) -> Column[CostRow]:
    sign = currency_sign(currency).strip()

    def cell(row: CostRow, now: float) -> Cell:
        if not row.hourly:
            return _NO_COST
        amount = row.hourly.get(currency)
        if amount is None:
            return dash(f"nothing of it is paid in {printable(currency)}")
        if not amount:
            return Cell(f"{cost_mark(row)}0", Tone.MUTED, reason="its pods request nothing")
        text = short_price(amount, 9) if hours == 1 else _monthly(amount * hours)
        tone = Tone.MUTED if row.kind in REST_WORDS else Tone.PLAIN
        unpriced = f"{row.unpriced_pods:,} of its pods are not in it" if row.unpriced_pods else ""
        return Cell(f"{cost_mark(row)}{text}", tone, reason=unpriced)

    unit, identity = ("H", "cost") if hours == 1 else ("MO", "month")
    return Column(
        identity if first else f"{identity}-{currency}",
        f"{sign}/{unit}",
        cell,
        lambda row, now: row.hourly.get(currency),
        10,
        "right",
        gives_way=3 if hours != 1 else 0,
    )


def _monthly(nano: int) -> str:
    value = nano / NANO
    return f"{value:,.0f}" if value >= 9.5 else f"{value:.2f}" if value >= 0.0095 else money(nano)


def _who(name: Callable[[CostRow], str]) -> Callable[[CostRow, float], Cell]:
    def cell(row: CostRow, now: float) -> Cell:
        if row.kind in REST_WORDS:
            return Cell(REST_WORDS[row.kind], Tone.MUTED, reason=_REST_REASONS[row.kind])
        return _word(name(row))

    return cell


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> Cell:
    return Cell(printable(text))


def _key(row: CostRow, name: str) -> str | None:
    return None if row.kind in REST_WORDS else natural(name)


def _owner_name(row: CostRow) -> str:
    return row.owner.name if row.owner else ""


def _count(count: int, row: CostRow) -> Cell:
    if row.kind in REST_WORDS:
        return _NO_POD
    return Cell(f"{count:,}", Tone.PLAIN if count else Tone.MUTED)


def _share(row: CostRow) -> Cell:
    if row.share is None:
        return dash("it is not all in one currency" if row.hourly else "its cost is not known")
    tone = Tone.MUTED if row.kind in REST_WORDS else Tone.PLAIN
    if 0 < row.share < _SMALLEST_BAR:
        return Cell("<1 %", tone, Fill(row.share))
    return Cell(percent(row.share), tone, Fill(row.share))


_NAMESPACE: Column[CostRow] = Column(
    "name",
    "NAMESPACE",
    _who(lambda row: row.namespace),
    lambda row, now: _key(row, row.namespace),
    24,
    grows=True,
)
_OWNER: Column[CostRow] = Column(
    "name",
    "OWNER",
    _who(_owner_name),
    lambda row, now: _key(row, _owner_name(row)),
    24,
    grows=True,
)
_KIND: Column[CostRow] = Column(
    "kind",
    "KIND",
    lambda row, now: Cell(printable(row.owner.kind) if row.owner else "", Tone.MUTED),
    lambda row, now: row.owner.kind if row.owner else None,
    11,
    gives_way=5,
)
_OF_NAMESPACE: Column[CostRow] = Column(
    "ns",
    "NAMESPACE",
    lambda row, now: _word(row.namespace),
    lambda row, now: _key(row, row.namespace),
    12,
    gives_way=2,
)
_PODS: Column[CostRow] = Column(
    "pods",
    "PODS",
    lambda row, now: _count(row.pods, row),
    lambda row, now: None if row.kind in REST_WORDS else row.pods,
    7,
    "right",
)
_BALLOONS: Column[CostRow] = Column(
    "balloons",
    "BALLOONS",
    lambda row, now: _count(row.balloons, row),
    lambda row, now: None if row.kind in REST_WORDS else row.balloons,
    8,
    "right",
    gives_way=6,
)
_SHARE: Column[CostRow] = Column(
    "share",
    "SHARE",
    lambda row, now: _share(row),
    lambda row, now: row.share,
    BAR_WIDTH,
    narrow_width=PERCENT_WIDTH,
    gives_way=0,
)
