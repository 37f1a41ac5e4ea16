"""Numbers over time: of the cluster and of each pool, bounded, coarser as they age, with gaps where nothing was known.

A `Trend` is made of the one before and what the cluster amounts to now, when it is time for another sample. Samples of
one moment lie packed in four bytes each: two hours of fifty pools stay well under a megabyte.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from math import isnan, nan
from typing import Literal

import msgspec

from nodeview.views.cluster import ClusterView
from nodeview.views.pool import PoolKey
from nodeview.views.tallies import Tally
from nodeview.views.text import NANO

EVERY_S = 10.0
"""Seconds between samples."""
FINE_S = 600.0
"""So long all samples are kept; later one of each stretch of `Trend.coarse_s`: that with the most pods pending."""
COARSE = 120
"""Stretches that the whole of a trend is cut into."""
POOLS = 200
"""Pools that are sampled, those with the most nodes."""

Figure = Literal["nodes", "pending", "spot", "hourly", "real", "balloon", "free"]
"""`spot` is a share of the nodes whose capacity type is known, `hourly` money; the last three are shares of what there
is of a resource."""
_OF_TALLY: tuple[Figure, ...] = ("nodes", "pending", "spot", "hourly")
_OF_RESOURCE: tuple[Figure, ...] = ("real", "balloon", "free")
WHOLE: PoolKey = ("", None)
"""What stands for all pools together."""


class Point(msgspec.Struct, frozen=True, gc=False):
    """One figure at one moment, epoch seconds; None where it was not known."""

    at: float
    value: float | None


class Moment(msgspec.Struct, frozen=True, eq=False, gc=False):
    """All figures of one moment."""

    at: float
    places: Mapping[PoolKey, int]
    """Where each pool's figures begin; shared by moments that have the same pools."""
    figures: array[float]
    """A figure that is not known is NaN in here, and None outside."""


class Trend(msgspec.Struct, frozen=True, eq=False):
    """What the cluster was in the last hours, the oldest first. The very same value until another sample is due."""

    moments: tuple[Moment, ...] = ()
    resources: tuple[str, ...] = ()
    span_s: float = 7200.0
    """How far it goes back."""

    @property
    def coarse_s(self) -> float:
        """Seconds from one old sample to the next."""
        return max(self.span_s / COARSE, EVERY_S)

    def due(self, now: float) -> bool:
        """Whether it is time for another sample; also where the clock was set back."""
        return not self.moments or not 0 <= now - self.moments[-1].at < EVERY_S

    def reach(self, at: float, now: float) -> float:
        """Seconds after a sample of that moment in which the next is expected: without one, nothing was known."""
        return 2.5 * (EVERY_S if now - at <= FINE_S + self.coarse_s else self.coarse_s)

    def series(self, figure: Figure, pool: PoolKey = WHOLE, resource: str = "") -> list[Point]:
        """One figure over time; of a pool that was not there nothing is said."""
        offset = self._offset(figure, resource)
        if offset is None:
            return []
        found: list[Point] = []
        for moment in self.moments:
            place = moment.places.get(pool)
            if place is not None:
                value = moment.figures[place + offset]
                found.append(Point(moment.at, None if isnan(value) else value))
        return found

    def _offset(self, figure: Figure, resource: str) -> int | None:
        if figure in _OF_TALLY:
            return _OF_TALLY.index(figure)
        if resource not in self.resources:
            return None
        return len(_OF_TALLY) + self.resources.index(resource) * len(_OF_RESOURCE) + _OF_RESOURCE.index(figure)

    @property
    def size(self) -> int:
        """Bytes of all figures."""
        return sum(len(one.figures) * one.figures.itemsize for one in self.moments)


NO_TREND = Trend()


def trend_of(view: ClusterView, before: Trend, now: float) -> Trend:
    """The trend with this moment's sample, if it is time for one and the nodes are known; else the one before."""
    span, resources = view.given.trend_hours * 3600, view.given.resources
    if before.resources != resources or before.span_s != span:
        before = Trend((), resources, span)
    if not before.due(now) or not _is_heard(view, "nodes"):
        return before
    moments = [one for one in before.moments if now - span <= one.at < now]
    places = moments[-1].places if moments else {}
    return Trend((*_thinned(moments, now - FINE_S, before.coarse_s), moment_of(view, now, places)), resources, span)


def with_present(trend: Trend, view: ClusterView, now: float) -> Trend:
    """The same up to this moment, so that its end agrees with all else on the screen; nothing of it is kept."""
    if not trend.moments or now <= trend.moments[-1].at or not _is_heard(view, "nodes"):
        return trend
    return Trend((*trend.moments, moment_of(view, now, trend.moments[-1].places)), trend.resources, trend.span_s)


def moment_of(view: ClusterView, now: float, places: Mapping[PoolKey, int]) -> Moment:
    """What the cluster amounts to now, and each of its pools; `places` of the moment before are kept where they fit."""
    resources, pods_heard = view.given.resources, _is_heard(view, "pods")
    some = sorted(view.pools, key=lambda one: -one.tally.nodes)[:POOLS] if len(view.pools) > POOLS else view.pools
    tallies = {WHOLE: view.totals, **{one.key: one.tally for one in some}}
    width = len(_OF_TALLY) + len(_OF_RESOURCE) * len(resources)
    if list(places) != list(tallies):
        places = {key: place * width for place, key in enumerate(tallies)}
    figures = array("f")
    for tally in tallies.values():
        figures.extend(_figures(tally, resources, pods_heard=pods_heard))
    return Moment(now, places, figures)


def _figures(tally: Tally, resources: tuple[str, ...], *, pods_heard: bool) -> Iterable[float]:
    known = tally.nodes - tally.capacity_types.get(None, 0)
    yield tally.nodes
    yield tally.pods.pending if tally.pods is not None and pods_heard else nan
    yield tally.capacity_types.get("spot", 0) / known if known else nan
    yield _hourly(tally)
    for name in resources:
        whole, used = tally.allocatable.get(name), tally.requested.get(name)
        if not whole or used is None or tally.pods is None or not pods_heard:
            yield from (nan, nan, nan)
        else:
            balloon = tally.balloon.get(name, 0)
            yield from ((used - balloon) / whole, balloon / whole, max(whole - used, 0) / whole)


def _hourly(tally: Tally) -> float:
    """What the nodes cost an hour, as far as they have a price; sums of several currencies are no number."""
    if not tally.nodes:
        return 0.0
    (one, *others) = tally.money or (None,)
    return nan if one is None or others or one.unpriced_nodes >= tally.nodes else one.hourly / NANO


def _thinned(moments: Iterable[Moment], fine: float, coarse_s: float) -> list[Moment]:
    """Those older than `fine` made coarser; the worst of a stretch stands for it, for that is what one looks for."""
    kept: list[Moment] = []
    for one in moments:
        same = kept and one.at < fine and one.at // coarse_s == kept[-1].at // coarse_s
        if not same:
            kept.append(one)
        elif _pending(one) > _pending(kept[-1]):
            kept[-1] = one
    return kept


def _pending(moment: Moment) -> float:
    value = moment.figures[_OF_TALLY.index("pending")]
    return -1.0 if isnan(value) else value


def _is_heard(view: ClusterView, resource: str) -> bool:
    """Whether what is shown of it is true at this moment, as far as can be told."""
    return any(one.resource == resource and one.state == "synced" for one in view.streams)
