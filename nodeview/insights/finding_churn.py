"""Nodes and pods that come and go more than is good: same for same, short lives, pods that find no rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping

from nodeview.cluster import Cause, Life, Swap
from nodeview.insights.contract import Moment
from nodeview.insights.finding import Finding, Part, at_most, renewed
from nodeview.records import NodeName, ObjectKey
from nodeview.views import duration

HOUR_S = 3600.0
SOME = 2
"""One of a kind is no churn."""
_ASKED_FOR: tuple[Cause, ...] = ("drifted", "expired", "drained", "interrupted")
"""A node that goes for one of these is to be replaced by its like."""


def find_churn(moment: Moment, before: Part) -> Generator[None, None, Part]:
    """What the last hour saw of it."""
    told, now = moment.snapshot.turnover, moment.now
    owned = moment.snapshot.touched.owners or bool(moment.snapshot.touched.workloads)
    due = before.next_moment is not None and now >= before.next_moment
    if before.basis is told and not due and not (owned and told.moves):
        return before
    asked = _asked_for(moment)
    lives = [one for one in told.lives if now - HOUR_S < one.at and one.node not in asked]
    swaps = [one for one in told.swaps if now - HOUR_S < one.at and one.old not in asked]
    yield
    moves = {place: some for place, some in _moves(moment).items() if some}
    yield
    short = moment.view.given.churn_minutes * 60
    found = [*_swapped(swaps), *_short_lived(lives, short), *_moving(moves, moment)]
    moments = [one.at for one in lives] + [one.at for one in swaps] + [some[0] for some in moves.values()]
    return renewed(before, at_most(found), told, min(moments) + HOUR_S if moments else None)


def _asked_for(moment: Moment) -> set[NodeName]:
    stories = moment.snapshot.episodes.stories
    return {one.node for story in stories if story.cause in _ASKED_FOR for one in story.sources}


def _swapped(swaps: Iterable[Swap]) -> list[Finding]:
    by_kind: dict[tuple[str, str, str], list[Swap]] = defaultdict(list)
    for one in swaps:
        by_kind[one.kind].append(one)
    return [
        Finding(
            "node-swaps",
            "caution",
            f"pool/{pool}",
            f"{len(some)} times in an hour a node of {instance_type} ({capacity}) gave way to its like",
            some[0].at,
            tuple(one.new for one in some),
        )
        for (pool, instance_type, capacity), some in by_kind.items()
        if len(some) >= SOME
    ]


def _short_lived(lives: Iterable[Life], short: float) -> list[Finding]:
    by_pool: dict[str | None, list[Life]] = defaultdict(list)
    for one in lives:
        if one.lived_s < short:
            by_pool[one.pool].append(one)
    return [
        Finding(
            "short-lived-nodes",
            "caution",
            f"pool/{pool}" if pool else "nodes",
            f"{len(some)} nodes in an hour lived less than {duration(short)}, "
            f"the shortest {duration(min(one.lived_s for one in some))}",
            some[0].at,
        )
        for pool, some in by_pool.items()
        if len(some) >= SOME
    ]


def _moves(moment: Moment) -> Mapping[tuple[str, ObjectKey], list[float]]:
    """When pods of a workload had to move, within the hour; old ReplicaSets of a Deployment count as one."""
    gathered: dict[tuple[str, ObjectKey], list[float]] = defaultdict(list)
    for (kind, key), some in moment.snapshot.turnover.moves.items():
        above = moment.snapshot.owners.get((kind, key))
        place = (above.kind, ObjectKey(key.namespace, above.name)) if above is not None else (kind, key)
        gathered[place] += [one for one in some if moment.now - HOUR_S < one]
    return {place: sorted(some) for place, some in gathered.items()}


def _moving(moves: Mapping[tuple[str, ObjectKey], list[float]], moment: Moment) -> list[Finding]:
    found = []
    for place, some in moves.items():
        workload = moment.snapshot.workloads.get(place)
        replicas = (workload.rolling.replicas if workload is not None and workload.rolling else None) or 1
        if len(some) <= moment.view.given.churn_moves * replicas:
            continue
        times = f"{len(some)} times in an hour" + (f", with {replicas} replicas" if replicas > 1 else "")
        subject = f"{place[1].namespace}/{place[1].name}"
        found.append(Finding("pods-move", "caution", subject, f"its pods had to move {times}", some[0]))
    return found
