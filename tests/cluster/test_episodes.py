"""Episodes, from what nodes, claims, pods and Events say in any order."""

from __future__ import annotations

import itertools
from typing import Any

from msgspec.structs import replace

from nodeview.cluster import ClusterStore, Episode, Happening
from nodeview.records import (
    EVENT_STREAMS,
    NODE_CLAIMS,
    NODES,
    PODS,
    ClusterEvent,
    Deleted,
    Listing,
    Node,
    NodeClaim,
    NodeName,
    ObjectRef,
    OwnerRef,
    Pod,
    Resource,
    Synced,
    Upserted,
    Waiting,
)
from tests.builders import HOUR, NOW, a_claim, a_node, a_pod, condition, taint
from tests.cluster.events import an_event

ABOUT_NODES = EVENT_STREAMS[-3]
POOL = {"karpenter.sh/nodepool": "api"}
DISRUPTED = taint("karpenter.sh/disrupted")


def karpenters(name: str, **overrides: Any) -> Node:
    return a_node(name, labels=POOL, **overrides)


def claim_of(name: str, **overrides: Any) -> NodeClaim:
    said = {"labels": POOL, "provider_id": f"aws:///us-east-1a/i-{name}", "node": NodeName(name)}
    return a_claim(f"api-{name}", **(said | overrides))


def chosen(claim: NodeClaim, reason: str = "Underutilized", at: int = NOW) -> NodeClaim:
    said = condition("DisruptionReason", "True", reason, reason, since=at)
    return replace(claim, conditions=(*claim.conditions, said))


def tainted(node: Node) -> Node:
    return replace(node, taints=(*node.taints, DISRUPTED))


def fresh(name: str = "new", at: int = NOW + 1, **overrides: Any) -> NodeClaim:
    said: dict[str, Any] = {"created": at, "node": None, "provider_id": "", "conditions": ()}
    return a_claim(f"api-{name}", labels=POOL, **(said | overrides))


def says(reason: str, message: str, name: str, kind: str = "Node", **overrides: Any) -> ClusterEvent:
    return an_event(message, ObjectRef(kind, "", name, f"uid-{name}"), reason=reason, source="karpenter", **overrides)


class World:
    """A store that has listed some nodes and their claims, and hears what comes."""

    def __init__(self, *names: str, listed: tuple[object, ...] = ()) -> None:
        self.store = ClusterStore()
        self.version = 100
        nodes = [karpenters(one) for one in names] + [one for one in listed if isinstance(one, Node)]
        claims = [claim_of(one) for one in names] + [one for one in listed if isinstance(one, NodeClaim)]
        rows: tuple[tuple[Resource[Any], list[Any]], ...] = (
            (NODES, nodes),
            (NODE_CLAIMS, claims),
            (PODS, []),
            (ABOUT_NODES, []),
        )
        for resource, some in rows:
            self.store.follow(resource)
            self.store.apply(Upserted(resource, some, [50] * len(some), Listing(1, 100)), NOW)
            self.store.apply(Synced(resource, Listing(1, 100)), NOW)

    def says(self, *records: object, at: float = NOW) -> None:
        for one in records:
            self.version += 1
            self.store.apply(Upserted(_stream(one), (one,), (self.version,)), at)  # type: ignore[arg-type]

    def gone(self, *rows: Node | NodeClaim | Pod, at: float = NOW) -> None:
        for one in rows:
            self.version += 1
            self.store.apply(Deleted(_stream(one), one.key, one.uid, self.version), at)

    @property
    def lines(self) -> list[Happening]:
        return [one for one in self.store.chronicle.lines() if one.kind == "episode"]

    @property
    def told(self) -> str:
        (line,) = self.lines
        return line.message

    @property
    def story(self) -> Episode:
        (one,) = self.store.snapshot().episodes.stories
        return one


def _stream(one: object) -> Resource[Any]:
    kinds: dict[type, Resource[Any]] = {Node: NODES, NodeClaim: NODE_CLAIMS, Pod: PODS, ClusterEvent: ABOUT_NODES}
    return kinds[type(one)]


def a_b_and_a_new_one(world: World) -> None:
    world.says(tainted(karpenters("a")), tainted(karpenters("b")))
    world.says(chosen(claim_of("a")), chosen(claim_of("b")), fresh())


def ended(world: World, *names: str, reason: str = "Underutilized") -> None:
    """Deleted, then gone after 73 seconds by Karpenter's own word."""
    for name in names:
        dying = chosen(claim_of(name, deleted=NOW + 20), reason)
        world.says(dying, tainted(karpenters(name, deleted=NOW + 20)))
        world.gone(karpenters(name), at=NOW + 75.5)
        world.says(says("Finalized", "Finalized karpenter.sh/termination", dying.name, "NodeClaim", at=NOW + 74))
        world.gone(dying, at=NOW + 76)


def test_two_nodes_become_one() -> None:
    world = World("a", "b")
    a_b_and_a_new_one(world)
    assert world.told == "consolidating 2 → 1 · underutilised · a, b → api-new"
    assert world.lines[0].subject == "api"
    world.says(fresh(node=NodeName("c")))
    ended(world, "a")
    assert world.told == "consolidating 2 → 1 · underutilised · 1 gone · a, b → c"
    ended(world, "b")
    assert world.told == "consolidated 2 → 1 in 74 s · underutilised · a, b → c"
    assert world.story.over
    assert [one.claim for one in world.story.targets] == ["api-new"]
    assert not world.story.targets[0].said


def test_the_order_in_which_it_is_heard_does_not_matter() -> None:
    pieces = [
        tainted(karpenters("a")),
        chosen(claim_of("a")),
        fresh(),
        says("DisruptionTerminating", "Disrupting Node: Underutilized/Replace", "a", at=NOW + 2),
        says("DisruptionLaunching", "Launching NodeClaim: Underutilized/Replace", "api-new", "NodeClaim"),
    ]
    told = set()
    for order in itertools.permutations(pieces):
        world = World("a")
        world.says(*order)
        told.add((world.told, len(world.story.targets)))
    assert told == {("consolidating 1 → 1 · underutilised · a → api-new", 1)}


def test_an_empty_node_has_no_target() -> None:
    world = World("a")
    world.says(chosen(claim_of("a"), "Empty"))
    assert world.told == "consolidating 1 · empty · a"
    ended(world, "a", reason="Empty")
    assert world.told == "consolidated 1 → 0 in 74 s · empty · a"


def test_a_claim_for_pods_that_wait_is_nobodys_target() -> None:
    world = World("a")
    waiting = a_pod("w", node=None, phase="Pending", waiting=Waiting("Unschedulable", "no room", NOW))
    world.says(waiting, chosen(claim_of("a")), fresh())
    assert world.story.targets == ()
    assert world.told == "consolidating 1 · underutilised · target not seen · a"
    nominated = an_event(
        "Pod should schedule on: nodeclaim/api-new",
        ObjectRef("Pod", "default", "w", waiting.uid),
        reason="Nominated",
        source="karpenter",
    )
    world.says(nominated)
    world.says(chosen(claim_of("a", deleted=NOW + 20)))
    assert world.told == "consolidating 1 → 0 · underutilised · a"


def test_a_claim_of_another_pool_or_another_time_is_nobodys_target() -> None:
    world = World("a")
    other = replace(fresh("other"), labels={"karpenter.sh/nodepool": "web"})
    world.says(chosen(claim_of("a", deleted=NOW + 20)), other, fresh("before", NOW - 60), fresh("late", NOW + 21))
    assert world.told == "consolidating 1 → 0 · underutilised · a"


def test_two_decisions_at_once_are_two_episodes() -> None:
    world = World("a", "b")
    world.says(tainted(karpenters("a")), tainted(karpenters("b")))
    assert len(world.lines) == 1
    world.says(chosen(claim_of("a"), "Empty"), chosen(claim_of("b"), "Drifted"))
    assert sorted(one.message for one in world.lines) == ["consolidating 1 · empty · a", "replacing 1 · drifted · b"]
    world.says(chosen(claim_of("a"), "Empty"))
    later = World("a", "b")
    later.says(chosen(claim_of("a")), chosen(claim_of("b"), at=NOW + 30))
    assert len(later.lines) == 2


def test_reasons_of_all_eras() -> None:
    for message, told in (
        ("Disrupting Node: Underutilized", "consolidating 1 · underutilised · a"),
        ("Disrupting Node: Empty/Delete", "consolidating 1 · empty · a"),
        ("Disrupting Node: Consolidation/Replace", "consolidating 1 · underutilised · target not seen · a"),
        ("Disrupting Node: Emptiness/Delete", "consolidating 1 · empty · a"),
        ("Disrupting Node: Expiration/Replace", "replacing 1 · expired · target not seen · a"),
        ("Disrupting Node: Drift/Delete", "replacing 1 · drifted · a"),
        ("Disrupting Node: something new", "removing 1 · reason not said · a"),
    ):
        world = World("a")
        world.says(tainted(karpenters("a")), says("DisruptionTerminating", message, "a"))
        assert world.told == told
    old = World("a")
    said = says("DeprovisioningTerminating", "Deprovisioning Node: consolidation/delete", "a")
    old.says(said, karpenters("a", deleted=NOW))
    assert old.told == "consolidating 1 → 0 · underutilised · a"


def test_expiry_and_interruption() -> None:
    world = World("a", "b")
    born = NOW - 2 * HOUR
    world.says(claim_of("a", created=born, expire_after=2 * HOUR, deleted=NOW))
    assert world.told == "replacing 1 · expired · a"
    world.says(
        says("SpotInterrupted", "Spot interruption warning was triggered", "b", warning=True),
        claim_of("b", deleted=NOW + 1),
    )
    assert [one.message for one in world.lines][1:] == ["losing 1 · interrupted · b"]


def test_a_decision_that_is_taken_back() -> None:
    world = World("a")
    world.says(tainted(karpenters("a")), chosen(claim_of("a")))
    world.says(claim_of("a"), karpenters("a"))
    assert world.told == "called off: 1 node that was to go stays"
    assert world.store.snapshot().episodes.stories == ()


def test_a_saving_that_karpenter_foresaw() -> None:
    world = World("a")
    message = "Consolidation candidate: delete a (savings: $0.14)"
    world.says(says("ConsolidationCandidate", message, "a"), chosen(claim_of("a")))
    assert world.story.predicted == 140_000_000


def test_the_cluster_autoscaler_takes_nodes_one_after_the_other() -> None:
    groups = {"eks.amazonaws.com/nodegroup": "worker"}
    names = ("a", "b", "c")
    nodes = {name: a_node(name, labels=groups) for name in names}
    world = World(listed=tuple(nodes.values()))
    marked = {
        name: replace(
            nodes[name], unschedulable=True, taints=(taint("ToBeDeletedByClusterAutoscaler", value=str(NOW + after)),)
        )
        for name, after in zip(names, (0, 40, 300), strict=True)
    }
    world.says(*marked.values())
    assert [one.message for one in world.lines] == [
        "scaling down 2 · by the Cluster Autoscaler · a, b",
        "scaling down 1 · by the Cluster Autoscaler · c",
    ]
    world.gone(marked["a"], marked["b"], at=NOW + 50.9)
    assert world.lines[0].message == "scaled down 2 in about 50 s · by the Cluster Autoscaler · a, b"


def test_a_drain_by_hand_ends_when_only_daemons_are_left() -> None:
    node = a_node("a", unschedulable=True, cordoned_by="kubectl", cordoned_at=NOW)
    world = World(listed=(node,))
    pod, daemon = (
        a_pod("p", node=NodeName("a")),
        a_pod("d", node=NodeName("a"), owner=OwnerRef("DaemonSet", "d", "apps")),
    )
    world.says(pod, daemon)
    assert world.lines == []
    world.says(replace(pod, disruption="EvictionByEvictionAPI"), at=NOW + 2)
    assert world.told == "draining 1 · by hand · a"
    world.gone(pod, at=NOW + 8)
    assert world.told == "drained 1 in about 6 s · by hand · a"


def test_what_began_before_we_watched_says_so() -> None:
    node, claim = tainted(karpenters("a")), chosen(claim_of("a", deleted=NOW - 60), at=NOW - 90)
    world = World(listed=(node, claim))
    assert world.told == "consolidating 1 · underutilised · target not seen · began before we watched · a"
    world.gone(node, claim, at=NOW + 9)
    assert world.told == "consolidated 1 · underutilised · target not seen · a"


def test_clocks_that_disagree_make_no_negative_seconds() -> None:
    world = World("a")
    world.says(chosen(claim_of("a"), at=NOW + 500))
    world.gone(karpenters("a"), at=NOW - 3)
    world.says(says("Finalized", "Finalized karpenter.sh/termination", "api-a", "NodeClaim", at=NOW))
    assert world.story.took_s is None
    assert "in about 0 s" in world.told


def test_the_node_controller_says_when_it_ended() -> None:
    world = World("a", "b")
    world.says(chosen(claim_of("a"), "Empty"), chosen(claim_of("b"), "Empty"))
    world.gone(karpenters("a"), karpenters("b"), at=NOW + 31)
    world.says(says("RemovingNode", "Node a event: Removing Node a from Controller", "a", at=NOW + 28))
    assert "in about 31 s" in world.told
    world.says(says("RemovingNode", "Node b event: Removing Node b from Controller", "b", at=NOW + 29))
    assert world.told == "consolidated 2 → 0 in 29 s · empty · a, b"


def test_a_namesake_begins_anew() -> None:
    world = World("a")
    world.says(chosen(claim_of("a")))
    world.gone(karpenters("a"), chosen(claim_of("a")))
    world.says(karpenters("a", uid="another"))
    assert world.story.over
    assert len(world.lines) == 1
    world.says(tainted(karpenters("a", uid="another")))
    assert len(world.lines) == 2


def test_of_two_claims_for_one_name_the_dead_ones_end_is_not_the_living_ones() -> None:
    world = World("a")
    old = claim_of("a", created=NOW - HOUR, provider_id="aws:///us-east-1a/i-old")
    dying = replace(old, name="api-old", uid="uid-old", deleted=NOW)
    world.says(dying, replace(dying, conditions=()), karpenters("a", unschedulable=False, finalizers=("x",)))
    assert world.lines == []
    world.gone(dying)
    assert world.lines == []
    world.says(chosen(claim_of("a")))
    assert world.told == "consolidating 1 · underutilised · a"


def test_a_claim_that_is_heard_before_its_node() -> None:
    world = World()
    world.says(chosen(claim_of("a")))
    assert world.told == "consolidating 1 · underutilised · a"
    world.says(karpenters("a"))
    assert world.story.sources[0].uid == "uid-a"
    world.gone(karpenters("a"), at=NOW + 3)
    assert world.story.over


def test_bad_input_is_told_as_what_it_is() -> None:
    world = World("a", "b")
    world.says(
        tainted(a_node("a", provider_id="")),
        claim_of("b", deleted=NOW + 10**9, created=NOW + 2 * 10**9, expire_after=-5, conditions=()),
        says("DisruptionTerminating", "", "nobody"),
        says("Finalized", "Finalized karpenter.sh/termination", ""),
        says("ConsolidationCandidate", "(savings: $)", "a"),
        fresh("x", node=NodeName("not-there")),
        an_event("Pod should schedule on: nodeclaim/", ObjectRef("Pod"), reason="Nominated"),
    )
    said = [one.message for one in world.lines]
    assert [(line.split(" · ")[0], line.split(" · ")[-1]) for line in said] == [("removing 2", "a, b")]


def test_the_book_is_bounded_and_what_is_over_goes_first() -> None:
    world = World(*[f"n{number}" for number in range(230)])
    world.says(chosen(claim_of("n0"), at=NOW))
    for number in range(1, 230):
        world.says(chosen(claim_of(f"n{number}"), at=NOW + 10 * number), at=NOW + 10 * number)
        world.gone(karpenters(f"n{number}"))
    stories = world.store.snapshot().episodes.stories
    assert len(stories) == 200
    assert stories[0].sources[0].node == "n0"


def test_the_same_value_until_something_differs() -> None:
    world = World("a", "b")
    world.says(chosen(claim_of("a")))
    said = world.store.snapshot().episodes
    world.says(a_pod("p", node=NodeName("a")), claim_of("b", last_pod_at=NOW))
    assert world.store.snapshot().episodes is said
