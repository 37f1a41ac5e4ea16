"""When outlooks are worked out: the never judged first, so many rooms at a time, and only when something differs."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from nodeview.insights.contract import Moment
from nodeview.insights.judging import Field, judge
from nodeview.insights.outlook import Outlook, Outlooks
from nodeview.records import Node, NodeName, Pod, Taint
from nodeview.scheduling import Room, room_of, sizes_of
from nodeview.views import NodeView

ROOMS_A_FRAME = 5_000
"""No more pods are judged in a frame when they looked at so many rooms."""
ROOMS_A_SECOND = 20_000
"""What that comes to in the long run: some hundredths of a core."""
AGAIN_S = 4.0
"""Seconds for which an outlook holds, though things may differ by then."""
SIZES_S = 30.0
"""Seconds for which the sizes of machines are believed."""
SLICE = 32
"""Rooms made between two yields: under a millisecond of work."""
_TEMPORARY = (
    "node.kubernetes.io/",
    "node.cloudprovider.kubernetes.io/",
    "karpenter.sh/unregistered",
    "node.cilium.io/",
)
"""How the keys of taints begin that a node loses when it has started."""

Key = TypeVar("Key", bound=Hashable)


class Candidate(msgspec.Struct, frozen=True, eq=False):
    """A pod that stands for its group, and what was worked out of it before."""

    pod: Pod
    outlook: Outlook | None


def surveyed(
    candidates: Mapping[Key, Candidate], moment: Moment, before: Outlooks, *, differs: bool
) -> Generator[None, None, tuple[dict[Key, Outlook], Outlooks]]:
    """Outlooks of some of the candidates, the oldest outlooks first, and what the next survey begins with.

    `differs` says that something was heard that outlooks hang on.
    """
    now = moment.now
    kept = before
    if differs or not before.rooms:
        stale = before.stale | moment.touched if before.rooms else frozenset(moment.view.nodes)
        kept = replace(before, stale=stale, heard=before.heard + 1)
    if kept.due - now > 2 * AGAIN_S:
        kept = replace(kept, due=now)  # the clock was set back
    waiting = _due(candidates, kept, now) if now >= kept.due else ()
    yield
    if not waiting:
        following = _next(candidates, kept, now) if now >= kept.due else kept.due
        return {}, kept if following == kept.next_moment else replace(kept, next_moment=following)
    field, kept = yield from _field(moment, kept)
    found: dict[Key, Outlook] = {}
    looked = 0
    for key in waiting:
        found[key] = yield from judge(candidates[key].pod, field, now, kept.heard)
        looked += len(field.rooms) + 1
        if looked >= ROOMS_A_FRAME:
            break
    kept = replace(kept, due=now + looked / ROOMS_A_SECOND)
    judged = {key: Candidate(one.pod, found.get(key, one.outlook)) for key, one in candidates.items()}
    return found, replace(kept, next_moment=_next(judged, kept, now))


def _due(candidates: Mapping[Key, Candidate], kept: Outlooks, now: float) -> Sequence[Key]:
    """Whom to judge, the never judged first, then those judged longest ago."""
    due = [
        (one.outlook.at if one.outlook else 0.0, place, key)
        for place, (key, one) in enumerate(candidates.items())
        if one.outlook is None or (one.outlook.heard != kept.heard and not 0 <= now - one.outlook.at < AGAIN_S)
    ]
    return [key for _, _, key in sorted(due, key=lambda item: item[:2])]


def _next(candidates: Mapping[Key, Candidate], kept: Outlooks, now: float) -> float | None:
    """When somebody is due; None where all outlooks are of what was heard last."""
    moments = [
        now if one.outlook is None else one.outlook.at + AGAIN_S
        for one in candidates.values()
        if one.outlook is None or one.outlook.heard != kept.heard
    ]
    return max(min(moments), kept.due) if moments else None


def _field(moment: Moment, kept: Outlooks) -> Generator[None, None, tuple[Field, Outlooks]]:
    """The places as they are now, of which only those that differ are made anew."""
    nodes, now = moment.view.nodes, moment.now
    rooms = dict(kept.rooms)
    for count, name in enumerate(kept.stale):
        view = nodes.get(name)
        if view is None:
            rooms.pop(name, None)
        else:
            rooms[name] = room_of(view.record, view.pods)
        if count % SLICE == SLICE - 1:
            yield
    yield
    sizes, sized_at = kept.sizes, kept.sized_at
    if not 0 <= now - sized_at < (SIZES_S if sizes else AGAIN_S):
        sizes, sized_at = sizes_of(rooms.values()), now
        yield
    field = Field(
        rooms=_with_promised(rooms, moment),
        nodes=nodes,
        coming=_coming(moment),
        node_pools=[*moment.snapshot.node_pools.values()],
        sizes=sizes,
        volumes=moment.snapshot.volumes,
        is_balloon=moment.view.given.is_balloon,
    )
    seen = replace(kept, rooms=rooms, stale=frozenset(), sizes=sizes, sized_at=sized_at)
    return field, seen


def _with_promised(rooms: Mapping[NodeName, Room], moment: Moment) -> Sequence[Room]:
    """The rooms, with the pods in them that the scheduler means to put there."""
    promised: dict[NodeName, list[Pod]] = {}
    for view in moment.view.pending:
        if view.nominated is None or view.nominated not in rooms:
            continue
        pod = moment.snapshot.waiting.get(view.key)
        if pod is not None:
            promised.setdefault(view.nominated, []).append(pod)
    taken = {name: room_of(rooms[name].node, (*rooms[name].pods, *pods)) for name, pods in promised.items()}
    return [taken.get(name, room) for name, room in rooms.items()]


def _coming(moment: Moment) -> Sequence[Room]:
    """Nodes that are arriving and claims that have no node yet, as they will be."""
    arriving = [view for view in moment.view.nodes.values() if view.standing.phase == "arriving"]
    awaited = [one for one in moment.view.claims.rows.values() if one.record.allocatable and one.source.deleted is None]
    return [room_of(_started(view), view.pods) for view in (*arriving, *awaited)]


def _started(view: NodeView) -> Node:
    """An arriving node, as it will be."""
    temporary = {one.key for one in view.claim.startup_taints} if view.claim else set()
    return replace(view.record, taints=_lasting(view.record.taints, temporary))


def _lasting(taints: Sequence[Taint], temporary: set[str]) -> tuple[Taint, ...]:
    return tuple(one for one in taints if one.key not in temporary and not one.key.startswith(_TEMPORARY))
