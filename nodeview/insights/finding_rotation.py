"""What would stand in the way of a rotation: workloads of one pod, without a budget, without a probe.

Looked for only on nodes that go, or that somebody may take away; every few seconds, on those that differ by then.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from nodeview.insights.contract import Moment
from nodeview.insights.finding import Finding, Part, at_most, is_known, renewed
from nodeview.records import DISRUPTION_BUDGETS, NodeName, ObjectKey
from nodeview.views import NodeView, is_daemon, owner_of

if TYPE_CHECKING:
    from nodeview.scheduling import BudgetIndex

AGAIN_S = 60.0
SLICE = 8
"""Nodes looked at between two yields: some hundred pods, under a millisecond of work."""
_GOING = ("draining", "deleting", "cordoned", "interrupted")
_MAY_GO = frozenset(("drifted", "expiring", "expired", "consolidatable", "candidate"))
_BETWEEN = ("Job", "Node", "DaemonSet")
"""Owners whose pods are not what a rotation moves."""

WORDS = {
    "single-replica": "one pod only: while it moves, there is none",
    "no-pdb": "no PDB: a drain may end all of its pods at once",
    "no-probe": "no readiness probe: a new pod counts as ready before it is",
}
"""What there is to say, by the kind of finding."""

Place = tuple[str, ObjectKey]
"""Kind and key of a workload."""


class Lacks(msgspec.Struct, frozen=True):
    """What the pods of a workload on one node lack."""

    budget: bool = False
    probe: bool = False


class Seen(msgspec.Struct, frozen=True, eq=False):
    """What was seen on each node that goes or may go, and which nodes are to be looked at again."""

    on: Mapping[NodeName, Mapping[Place, Lacks]] = {}
    stale: frozenset[NodeName] = frozenset()
    due: float = 0.0
    index: BudgetIndex | None = None
    differs: bool = False
    """Of budgets or workloads something is new that was not looked at yet."""


def find_rotation_hindrances(moment: Moment, before: Part) -> Generator[None, None, Part]:
    """What there is of them on the nodes that go or may go."""
    touched, seen = moment.snapshot.touched, before.basis or Seen()
    stale = seen.stale | moment.touched if moment.touched else seen.stale
    differs = seen.differs or bool(touched.budgets or touched.workloads)
    if not stale and not differs:
        return before
    due = seen.due if seen.due - moment.now <= AGAIN_S else moment.now  # unless the clock was set back
    if moment.now < due or not is_known(moment, "pods"):
        if stale == seen.stale and differs == seen.differs and due == seen.due:
            return before
        kept = Seen(seen.on, stale, due, seen.index, differs)
        return Part(before.findings, kept, max(due, moment.now + 1.0))
    from nodeview.scheduling import BudgetIndex  # loaded when pods are known, not before the first paint

    index = BudgetIndex(moment.snapshot.budgets, seen.index)
    changed = index.reselected(seen.index) if seen.index is not None else frozenset()
    nodes = moment.view.nodes
    if changed:
        stale |= {name for name, view in nodes.items() if not changed.isdisjoint(view.namespaces)}
    on = dict(seen.on)
    for count, name in enumerate(stale, start=1):
        lacking = _lacking(nodes.get(name), index, moment)
        if lacking:
            on[name] = lacking
        else:
            on.pop(name, None)
        if count % SLICE == 0:
            yield
    yield
    found = yield from _told(on, moment)
    return renewed(before, found, Seen(on, frozenset(), moment.now + AGAIN_S, index))


def _lacking(view: NodeView | None, index: BudgetIndex, moment: Moment) -> Mapping[Place, Lacks]:
    if view is None or (view.standing.phase not in _GOING and _MAY_GO.isdisjoint(view.badges)):
        return {}
    found: dict[Place, Lacks] = {}
    for pod in view.pods:
        if pod.owner is None or pod.owner.kind in _BETWEEN or is_daemon(pod) or moment.view.given.is_balloon(pod):
            continue
        owner = owner_of(pod, moment.view.owners)
        if owner is not None:
            place = owner.kind, ObjectKey(pod.namespace, owner.name)
            if place not in found:
                found[place] = Lacks(not index.keys_of(pod), not pod.shape.probed)
    return found


def _told(on: Mapping[NodeName, Mapping[Place, Lacks]], moment: Moment) -> Generator[None, None, list[Finding]]:
    nodes: dict[Place, list[NodeName]] = {}
    lacks: dict[Place, Lacks] = {}
    for count, (name, places) in enumerate(on.items(), start=1):
        for place, one in places.items():
            nodes.setdefault(place, []).append(name)
            lacks[place] = one
        if count % (4 * SLICE) == 0:
            yield
    found: dict[str, list[Finding]] = {kind: [] for kind in WORDS}
    knows_budgets = is_known(moment, DISRUPTION_BUDGETS.id)
    yield
    for count, place in enumerate(sorted(nodes, key=lambda one: one[1]), start=1):
        for kind in _kinds(place, lacks[place], moment, knows_budgets=knows_budgets):
            subject = f"{place[1].namespace}/{place[1].name}"
            found[kind].append(Finding(kind, "info", subject, WORDS[kind], nodes=tuple(nodes[place])))
        if count % (8 * SLICE) == 0:
            yield
    return [one for some in found.values() for one in at_most(some)]


def _kinds(place: Place, lacks: Lacks, moment: Moment, *, knows_budgets: bool) -> Iterator[str]:
    workload = moment.snapshot.workloads.get(place)
    replicas = workload.rolling.replicas if workload is not None and workload.rolling is not None else None
    if replicas == 1:
        yield "single-replica"
    elif lacks.budget and knows_budgets:
        yield "no-pdb"
    if lacks.probe:
        yield "no-probe"
