"""Which numbers are shown over time, and how each of them is written and drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from nodeview.frame import Frame
from nodeview.views import NANO, Extent, Figure, PoolKey, Tally, Tone, bound_mark, currency_sign, money, percent

Shape = Literal["line", "area", "stack"]


class Curve(NamedTuple):
    """One chart: what it shows, and how its values are written."""

    title: str
    figure: Figure
    shape: Shape
    write: Callable[[float], str]
    resource: str = ""

    def now(self, extent: Extent) -> str:
        """What it is at present."""
        return "–" if extent.now is None else self.write(extent.now)

    def range(self, extent: Extent) -> str:
        """`22–29`; nothing where it was the same all the time."""
        low, high = self.edge(extent.low), self.edge(extent.high)
        if low == high:
            return ""
        return f" · {low.removesuffix(' %') if high.endswith(' %') else low}–{high}"

    def edge(self, value: float) -> str:
        """A value at the side of a chart, where the title says what it is of."""
        text = self.write(value).removesuffix("/h")
        return text if self.figure != "hourly" else text.lstrip("≥~$€£¥ ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def scale(self, extent: Extent) -> tuple[float, float]:
        """From where to where it goes: shares from nothing to all, what waits from nothing, else as far as it went."""
        if self.shape == "stack" or self.figure == "spot":
            return 0.0, 1.0
        if self.shape == "area":
            return 0.0, max(extent.high, 1.0)
        if extent.low == extent.high:  # a level line, in the middle
            margin = 1.0 if self.write is _count else extent.high / 10 or 1.0
            return max(extent.low - margin, 0.0), extent.high + margin
        return extent.low, extent.high

    def tone(self, extent: Extent) -> Tone:
        """Pods that waited deserve a look; all else is quiet."""
        return Tone.CAUTION if self.figure == "pending" and extent.high > 0 else Tone.PLAIN


SPOT = Curve("spot", "spot", "line", percent)


def curves_of(frame: Frame, *, priced: bool) -> list[Curve]:
    """The charts there are, those first that are looked at first."""
    first, *others = [Curve("nodes", "nodes", "line", _count), *_of_resources(frame)]
    dollars = [Curve("money", "hourly", "line", _money(frame.view.totals))] if priced else []
    return [first, Curve("pending", "pending", "area", _count), *others[:1], *dollars, *others[1:], SPOT]


def curves_of_pool(frame: Frame, pool: PoolKey) -> list[Curve]:
    """The same of one pool, for which nothing waits by itself."""
    tally = next((one.tally for one in frame.view.pools if one.key == pool), frame.view.totals)
    dollars = [Curve("money", "hourly", "line", _money(tally))] if frame.view.given.priced else []
    return [Curve("nodes", "nodes", "line", _count), *_of_resources(frame), *dollars, SPOT]


def _of_resources(frame: Frame) -> list[Curve]:
    return [Curve(_short(name), "real", "stack", percent, name) for name in frame.trend.resources]


def _count(value: float) -> str:
    return f"{round(value):,}"


def _money(tally: Tally) -> Callable[[float], str]:
    one = next(iter(tally.money), None)
    sign = currency_sign(one.currency) if one is not None else "$"
    bound = bound_mark(one).strip() if one is not None else ""

    def write(value: float) -> str:
        return f"{bound}{sign}{money(round(value * NANO), 2 if 1 <= value < 1000 else None)}/h"

    return write


def _short(resource: str) -> str:
    return resource.rsplit("/", 1)[-1]
