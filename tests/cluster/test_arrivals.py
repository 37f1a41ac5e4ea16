"""Stories of nodes on their way in, folded in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from nodeview.cluster import Arrival, Chronicle, ClusterStore
from nodeview.cluster.arrivals import SAMPLES, ArrivalFold
from nodeview.records import (
    NODE_CLAIMS,
    NODES,
    PODS,
    Condition,
    Listing,
    Node,
    NodeClaim,
    NodeName,
    ObjectRef,
    OwnerRef,
    Pod,
    Record,
    Synced,
    Upserted,
)
from tests.builders import NOW, a_claim, a_node, a_pod, condition
from tests.cluster.events import an_event

T = NOW - 100
NAME = NodeName("node-1")
TYPE = {"node.kubernetes.io/instance-type": "m7g.large", "topology.kubernetes.io/zone": "us-east-1a"}
LABELS = {"karpenter.sh/nodepool": "api", **TYPE}


def since(**seconds: int) -> tuple[Condition, ...]:
    """Conditions that turned True so many seconds after T."""
    return tuple(condition(type_, since=T + later) for type_, later in seconds.items())


def claim(name: str = "c", **said: Any) -> NodeClaim:
    said = {"created": T, "labels": LABELS, "provider_id": "", "node": None, "conditions": ()} | said
    return a_claim(name, **said)


def node(name: str = NAME, ready: int | None = None, **said: Any) -> Node:
    made = () if ready is None else since(Ready=ready)
    said = {"created": T + 20, "labels": LABELS, "provider_id": f"p-{name}", "conditions": made} | said
    return a_node(name, **said)


LAUNCHED = claim(provider_id="p-node-1", conditions=since(Launched=3))
REGISTERED = claim(provider_id="p-node-1", node=NAME, conditions=since(Launched=3, Registered=31))
READY = claim(provider_id="p-node-1", node=NAME, conditions=since(Launched=3, Registered=31, Initialized=41))
RUNNING = a_pod("first", created=T - 4, node=NAME, turned_at=T + 44)


class World:
    """A fold, and what was told of it."""

    def __init__(self, *, live: bool = True) -> None:
        self.chronicle = Chronicle()
        self.fold = ArrivalFold(self.chronicle)
        self.live = live
        self.rows: dict[tuple[type, str], Record] = {}

    def says(self, *rows: Record) -> None:
        for row in rows:
            key = (type(row), row.name)  # type: ignore[attr-defined]
            self.fold.moved(self.rows.get(key), row, NOW, live=self.live)
            self.rows[key] = row

    def loses(self, row: Record) -> None:
        self.fold.moved(row, None, NOW, live=self.live)
        self.rows.pop((type(row), row.name), None)  # type: ignore[attr-defined]

    @property
    def lines(self) -> list[str]:
        return [f"{one.kind} {one.subject} {one.message}" for one in self.chronicle.lines()]

    def of(self, name: str = NAME) -> Arrival:
        found = self.fold.told().of(NodeName(name))
        assert found is not None
        return found


def test_a_story_is_one_line_that_goes_on() -> None:
    world = World()
    steps: list[tuple[Record, str]] = [
        (claim(), "claimed"),
        (LAUNCHED, "claimed, launched +3 s"),
        (node(), "claimed, launched +3 s"),
        (REGISTERED, "claimed, launched +3 s, registered +31 s"),
        (node(ready=40), "claimed, launched +3 s, registered +31 s"),
        (READY, "ready in 41 s (launched +3 s, registered +31 s)"),
        (a_pod("first", created=T - 4, node=NAME, phase="Pending", turned_at=None), ""),
        (RUNNING, "ready in 41 s (launched +3 s, registered +31 s, first pod +44 s)"),
    ]
    for row, words in steps:
        world.says(row)
        if words:
            assert world.lines == [f"claim c m7g.large us-east-1a: {words}"]
    assert world.chronicle.lines()[0].node == NAME
    assert (world.of().waited_s, world.of().pool, world.of().claim) == (4, "api", "c")


@pytest.mark.parametrize("live", [True, False])
def test_the_order_in_which_it_is_heard_does_not_matter(live: bool) -> None:
    rows: tuple[Record, ...] = (READY, node(ready=40), RUNNING)
    for order in permutations(rows):
        world = World(live=live)
        world.says(*order)
        known = world.of()
        assert (known.claimed_at, known.ready_at, known.joined_at) == (T, T + 41, T + 20)
        readiness = world.fold.told().by_pool("api")
        assert readiness is not None
        assert (readiness.count, readiness.worst_s) == (1, 41)


def test_what_was_over_before_we_watched_is_no_news_but_counts() -> None:
    store = ClusterStore()
    for resource in (NODES, PODS, NODE_CLAIMS):
        store.follow(resource)
    for resource, row in ((NODES, node(ready=40)), (NODE_CLAIMS, READY), (PODS, RUNNING)):
        store.apply(Upserted(resource, [row], [1], Listing(1, 1)), NOW)
        store.apply(Synced(resource, Listing(1, 1)), NOW)
    again = claim(provider_id="p-node-1", node=NAME, conditions=(*READY.conditions, condition("Consolidatable")))
    store.apply(Upserted(NODE_CLAIMS, [again], [2]), NOW)
    arrivals = store.snapshot().arrivals
    assert store.chronicle.lines() == ()
    found = arrivals.of(NAME)
    assert found is not None
    assert found.ready_s == 41
    assert arrivals.by_pool("api") is not None


def test_a_claim_that_went_on_before_we_watched_is_told_with_its_next_step() -> None:
    world = World(live=False)
    world.says(LAUNCHED)
    assert world.lines == []
    world.live = True
    world.says(node(), READY)
    assert world.lines == ["claim c m7g.large us-east-1a: ready in 41 s (launched +3 s, registered +31 s)"]


def test_a_node_without_a_claim_is_told_when_it_is_seen_to_become_ready() -> None:
    world = World()
    world.says(node(labels=TYPE))
    assert world.lines == []
    world.says(node(labels=TYPE, ready=45))
    assert world.lines == ["phase node-1 m7g.large us-east-1a: ready in 25 s"]
    world.says(node(labels=TYPE, conditions=(condition("Ready", "False", since=T + 60),)), node(labels=TYPE, ready=80))
    assert world.of().ready_at == T + 45


def test_a_node_of_the_first_listing_says_nothing_of_its_first_ready() -> None:
    world = World(live=False)
    world.says(node(labels=TYPE, ready=45))
    assert world.of().ready_at is None


def test_daemons_and_static_pods_are_no_first_pod() -> None:
    world = World()
    world.says(READY, node(ready=40))
    world.says(
        a_pod("daemon", node=NAME, turned_at=T + 42, owner=OwnerRef("DaemonSet", "d", "apps")),
        a_pod("static", node=NAME, turned_at=T + 42, mirror=True),
    )
    assert world.of().running_at is None
    world.says(RUNNING)
    world.says(a_pod("later", node=NAME, turned_at=T + 30, created=T - 9))
    assert (world.of().running_at, world.of().asked_at) == (T + 44, T - 4)


def test_a_pod_that_is_younger_than_the_claim_did_not_ask_for_it() -> None:
    world = World()
    world.says(READY, node(ready=40), a_pod("p", created=T + 5, node=NAME, turned_at=T + 44))
    assert (world.of().asked_at, world.of().running_at) == (None, T + 44)


def test_claims_that_get_no_node_are_counted_until_one_does() -> None:
    world = World()
    world.says(claim("a"))
    about = ObjectRef("NodeClaim", "", "a", "uid-a")
    event = an_event("no m7g left in us-east-1a", about, reason="InsufficientCapacityError")
    world.fold.moved(None, event, NOW, live=True)
    world.loses(claim("a"))
    assert world.lines == ["claim a m7g.large us-east-1a: claimed, went away without a node: no m7g left in us-east-1a"]
    assert world.chronicle.lines()[0].alarm
    failed = claim("b", created=T + 9, conditions=(condition("Launched", "Unknown", "LaunchFailed", "no role"),))
    world.says(failed)
    world.loses(failed)
    failures = world.fold.told().failures["api"]
    assert (failures.count, failures.since, failures.reason) == (2, T, "no role")
    world.says(REGISTERED)
    assert world.fold.told().failures == {}


def test_a_claim_whose_node_came_and_went_is_no_failure() -> None:
    world = World()
    world.says(READY, node(ready=40))
    world.loses(node(ready=40))
    world.loses(READY)
    assert world.fold.told().failures == {}
    assert world.fold.told().of(NAME) is None
    assert world.fold.told().by_pool("api") is not None


def test_a_namesake_has_a_story_of_its_own() -> None:
    world = World()
    world.says(READY, node(ready=40))
    world.says(node(uid="other", provider_id="p-other", created=NOW))
    assert (world.of().claim, world.of().joined_at) == ("", NOW)


def test_two_claims_for_one_instance_are_two_stories() -> None:
    world = World()
    world.says(LAUNCHED, claim("d", provider_id="p-node-1", node=NAME, conditions=since(Launched=3)), node(ready=40))
    world.says(READY)
    world.loses(claim("d", provider_id="p-node-1"))
    assert len(world.lines) == 2
    assert (world.of().claim, world.of().ready_at) == ("c", T + 41)


def test_told_is_the_same_until_something_differs() -> None:
    world = World()
    world.says(READY, node(ready=40))
    first = world.fold.told()
    world.says(READY, node(ready=40), a_pod("elsewhere", node=NodeName("other")))
    assert world.fold.told() is first
    world.says(RUNNING)
    assert world.fold.told() is not first
    assert first.nodes[NAME].running_at is None


def test_seconds_are_bounded() -> None:
    world = World()
    for number in range(SAMPLES + 20):
        world.says(claim(f"c{number}", provider_id=f"p{number}", conditions=since(Initialized=number)))
    readiness = world.fold.told().by_pool("api")
    assert readiness is not None
    assert (readiness.count, readiness.worst_s) == (SAMPLES, SAMPLES + 19)


def test_conditions_with_times_in_the_past_or_the_future_harm_nothing() -> None:
    world = World()
    world.says(claim(conditions=since(Launched=-50, Registered=10**9)))
    assert "launched" not in world.lines[0]
    assert isinstance(world.rows[NodeClaim, "c"], NodeClaim)
    assert not isinstance(RUNNING, Node)
    assert isinstance(RUNNING, Pod)
