"""Checks of where everybody would go: labels, taints, spread, room, and what pools may still add."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.actions.makers import Maker
from nodeview.actions.nearby import Nearby, has_rules, leaning_on_targets
from nodeview.actions.places import Seeker, why_not_made
from nodeview.actions.verdict import PAUSE, Found, Sight, counted, listed
from nodeview.records import NANO
from nodeview.views import amount

_PINS = ("node-affinity", "other-node")


def pinned(sight: Sight) -> Iterator[Found]:
    """R13: pods that ask for labels which neither a node that stays has, nor one that could be added."""
    for one in sight.seekers:
        where, name = sight.ground.where(one.pod), one.name
        if where.labelled or sight.ground.makers_for(one.pod) or not _asks(one):
            continue
        tied = f"volume {one.bound_to} can be mounted" if one.bound_to else "its template asks for"
        demand = where.demand or _demand(one, sight) or "a node of its own"
        makers = "" if not sight.makers else f" and {listed(maker.name for maker in sight.makers)} would not make"
        words = f"{tied} {'only where ' if one.bound_to else ''}{demand}, which no node that stays has{makers}"
        yield Found("block", name, words)


def _asks(one: Seeker) -> bool:
    return bool(one.pod.shape.node_selector) or one.pod.shape.placement.node_terms is not None


def _demand(one: Seeker, sight: Sight) -> str:
    """What it asks for, in words, where no room is left to say so."""
    for maker in sight.makers:
        about = next((reason.about for reason in why_not_made(one.pod, maker) if reason.kind in _PINS), "")
        if about:
            return about
    return ", ".join(f"{key} in {value}" for key, value in one.pod.shape.node_selector)


def kept_away(sight: Sight) -> Iterator[Found | None]:
    """R14: taints, spread and neighbours that close every node that stays."""
    nearby = Nearby(sight.scope)
    if any(has_rules(one.pod) for one in sight.seekers):
        yield from nearby.look_around()
    for count, one in enumerate(sight.seekers):
        if count % PAUSE == PAUSE - 1:
            yield None
        where, name = sight.ground.where(one.pod), one.name
        makers = sight.ground.makers_for(one.pod)
        coming = " until a node is added" if makers else ""
        if where.labelled and not where.rooms:
            words = f"nodes that stay are closed to it by {listed(where.taints)}{coming}"
            yield Found("warn" if makers else "block", name, words)
            continue
        why = nearby.against_all(one, where)
        leaning = leaning_on_targets(one, where, sight.scope)
        if why:
            yield Found("warn", name, f"{why} forbids it every node that stays{coming}")
        elif leaning is not None:
            key, places = leaning[0].topology_key, leaning[1]
            words = f"its spread over {key} counts emptied nodes: places for {places} of its pods until they are gone"
            yield Found("warn", name, words)


def roomless(sight: Sight) -> Iterator[Found]:
    """R15: pods without room, though balloons give way, that nobody adds nodes for."""
    for place, many in sorted(sight.packing.over.items()):
        one = sight.seekers[place]
        pinned_elsewhere = _asks(one) and not sight.ground.where(one.pod).labelled
        if pinned_elsewhere or sight.ground.makers_for(one.pod):
            continue
        asks = ", ".join(f"{amount(key, value)} {key}" for key, value in _asked(one))
        of = f"{counted(many, 'pod')} of {one.peak} at its peak"
        adds = "nobody is known to add nodes for it" if not sight.makers else "none of the pools adds nodes for it"
        yield Found("block", one.name, f"no room for {of} ({asks} each), and {adds}")


def limited(sight: Sight) -> Iterator[Found]:
    """R16: pools whose limits leave less than is needed."""
    short: dict[int, int] = {}
    for place, many in sight.packing.over.items():
        for number in sight.ground.makers_for(sight.seekers[place].pod)[:1]:
            short[number] = short.get(number, 0) + many
    for number, pods in short.items():
        maker = sight.makers[number]
        yield Found("block", maker.name, f"{_bounds(maker)}: {counted(pods, 'pod')} would find no room")
    for number, nodes in sight.packing.new_nodes.items():
        maker = sight.makers[number]
        if maker.most is not None and nodes == maker.most and number not in short:
            yield Found("warn", maker.name, f"{_bounds(maker)}: the rotation needs all of it")


def _bounds(maker: Maker) -> str:
    most = f"may add {counted(maker.most or 0, 'node')}"
    size = f" of {maker.size.name}" if maker.size is not None else ""
    return f"{most}{size}" + (f" ({'; '.join(maker.bound)})" if maker.bound else "")


def _asked(one: Seeker) -> list[tuple[str, int]]:
    named = ((key, one.pod.requests.get(key, 0)) for key in ("cpu", "memory"))
    others = ((key, value) for key, value in one.pod.requests.items() if key not in ("cpu", "memory", "pods"))
    return [(key, value) for key, value in (*named, *others) if value >= NANO // 1000]
