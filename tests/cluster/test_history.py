"""What a node went through: folded from rows as they come, bounded, and forgotten after its end."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster import NO_PAST, ClusterStore, Past, PodMoves, Turn
from nodeview.cluster.history import GONE_S, LINES, NODES, RUN_S, RUNS, TURNS, HistoryFold
from nodeview.records import (
    NODE_CLAIMS,
    PODS,
    Deleted,
    Listing,
    NodeName,
    ObjectKey,
    Record,
    Resource,
    Synced,
    Upserted,
)
from nodeview.records import (
    NODES as NODE_ROWS,
)
from tests.builders import NOW, a_claim, a_node, a_pod, condition, taint

N = NodeName("n")
CORDON = taint("node.kubernetes.io/unschedulable")
DISRUPTED = taint("karpenter.sh/disrupted")
NOT_READY = (condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting", NOW),)


class Watched:
    """A store that is listed, and rows that follow."""

    def __init__(self, *first: Record) -> None:
        self.store = ClusterStore()
        self.version = 1
        self.at = float(NOW)
        resources: tuple[Resource[Any], ...] = (NODE_ROWS, PODS, NODE_CLAIMS)
        for resource in resources:
            self.store.follow(resource)
        for row in first:
            self.store.apply(Upserted(_of(row), (row,), (1,), Listing(1, 1)), NOW)
        for resource in resources:
            self.store.apply(Synced(resource, Listing(1, 1)), NOW)

    def say(self, *rows: Record, after: float = 1.0) -> None:
        """These rows are heard, one by one, so many seconds later."""
        for row in rows:
            self.version += 1
            self.at += after
            self.store.apply(Upserted(_of(row), (row,), (self.version,)), self.at)

    def gone(self, row: Any, after: float = 1.0) -> None:
        """It is deleted."""
        self.version += 1
        self.at += after
        self.store.apply(Deleted(_of(row), row.key, row.uid, self.version), self.at)

    def past(self, name: str = N) -> Past:
        """What is remembered of a node."""
        return self.store.snapshot().history.of(NodeName(name))

    def said(self, name: str = N) -> list[tuple[str, Any, tuple[str, ...]]]:
        """Its turns, without their times."""
        return [(one.kind, one.phase, one.words) for one in self.past(name).lines if isinstance(one, Turn)]


def _of(row: Record) -> Resource[Any]:
    kinds: dict[str, Resource[Any]] = {"Node": NODE_ROWS, "Pod": PODS, "NodeClaim": NODE_CLAIMS}
    return kinds[type(row).__name__]


def test_what_was_there_at_first_is_no_news() -> None:
    watched = Watched(a_node(N), a_pod("p", node=N))
    assert watched.past() is NO_PAST


def test_a_life_from_joining_to_leaving() -> None:
    watched = Watched()
    young = a_node(N, created=NOW, conditions=(condition("Ready", "False", "KubeletNotReady", "", NOW),))
    watched.say(young)
    ready = replace(young, conditions=(condition("Ready"),))
    watched.say(ready)
    cordoned = replace(ready, unschedulable=True, taints=(CORDON,), cordoned_by="kubectl")
    watched.say(cordoned)
    watched.say(replace(cordoned, taints=(CORDON, DISRUPTED)))
    watched.say(replace(cordoned, deleted=NOW + 5))
    watched.gone(cordoned)
    assert watched.said() == [
        ("joined", "arriving", ()),
        ("phase", "ready", ()),
        ("phase", "cordoned", ("cordoned by kubectl",)),
        ("phase", "draining", ("taint karpenter.sh/disrupted:NoSchedule",)),
        ("phase", "deleting", ("taint karpenter.sh/disrupted:NoSchedule gone",)),
        ("left", None, ()),
    ]
    assert [one.at for one in watched.past().lines] == [NOW + one for one in range(1, 7)]


def test_taints_conditions_and_a_kubelet_that_turn_are_told_and_ready_only_once() -> None:
    node = a_node(N)
    watched = Watched(node)
    watched.say(replace(node, conditions=NOT_READY))
    watched.say(replace(node, conditions=(*node.conditions, condition("DiskPressure", message="disk is full"))))
    watched.say(replace(node, taints=(taint("dedicated", value="gpu"),)))
    watched.say(replace(node, kubelet_version="v1.34.0"))
    assert watched.said() == [
        ("phase", "unknown", ()),
        ("phase", "ready", ("DiskPressure True: disk is full",)),
        ("changed", None, ("taint dedicated=gpu:NoSchedule", "condition DiskPressure gone")),
        ("changed", None, ("taint dedicated=gpu:NoSchedule gone", "kubelet v1.33.1-eks-1a2b3c4 → v1.34.0")),
    ]


def test_labels_and_amounts_that_differ_are_no_turn() -> None:
    watched = Watched(a_node(N))
    watched.say(a_node(N, labels={"a": "b"}), a_node(N, annotations={"a": "b"}))
    assert watched.past() is NO_PAST


def test_its_claim_can_turn_it_as_well_in_either_order() -> None:
    claim = a_claim(node=N, provider_id="p")
    for first in ((a_node(N, provider_id="p"), claim), (claim, a_node(N, provider_id="p"))):
        watched = Watched(*first)
        watched.say(replace(claim, deleted=NOW + 1))
        assert watched.said() == [("phase", "draining", ())]


def test_evictions_make_a_cordon_a_drain_until_the_last_of_them_is_gone() -> None:
    node, pod = a_node(N), a_pod("p", node=N)
    watched = Watched(node, pod)
    watched.say(replace(node, unschedulable=True, taints=(CORDON,)))
    watched.say(replace(pod, disruption="EvictionByEvictionAPI"))
    watched.gone(pod)
    assert [phase for _, phase, _ in watched.said()] == ["cordoned", "draining", "cordoned"]


def test_pods_that_come_and_go_are_counted_and_told_apart_by_why() -> None:
    first = a_pod("first", node=N)
    watched = Watched(a_node(N), first)
    watched.say(a_pod("late", node=None), a_pod("late", node=N), a_pod("late", node=N, ready=False))
    watched.say(a_pod("job", node=N), a_pod("job", node=N, phase="Succeeded"))
    watched.gone(a_pod("job"))
    watched.say(replace(first, disruption="PreemptionByScheduler"))
    watched.gone(first)
    watched.gone(a_pod("late"))
    (run,) = watched.past().lines
    assert run == PodMoves(NOW + 2, watched.at, came=2, went=3, evicted=0, preempted=1)


def test_a_namesake_of_a_pod_is_one_that_went_and_one_that_came() -> None:
    watched = Watched(a_node(N), a_pod("db-0", node=N))
    watched.say(a_pod("db-0", node=N, uid="other"))
    (run,) = watched.past().lines
    assert isinstance(run, PodMoves)
    assert (run.came, run.went) == (1, 1)


def test_pods_that_come_later_are_told_in_another_line_and_old_lines_become_one() -> None:
    watched = Watched(a_node(N))
    for number in range(RUNS + 3):
        watched.say(a_pod(f"p{number}", node=N), after=RUN_S + 1)
    lines = watched.past().lines
    assert len(lines) == RUNS
    assert lines[0] == PodMoves(NOW + RUN_S + 1, NOW + 4 * (RUN_S + 1), came=4)
    assert sum(one.came for one in lines if isinstance(one, PodMoves)) == RUNS + 3


def test_turns_are_bounded_and_what_is_forgotten_is_counted() -> None:
    watched = Watched(a_node(N))
    watched.say(a_pod("p", node=N))
    for number in range(TURNS + 5):
        watched.say(a_node(N, unschedulable=not number % 2))
    past = watched.past()
    assert len(past.lines) == TURNS + 1
    assert past.forgotten == 5
    assert isinstance(past.lines[0], PodMoves), "pods are counted apart"


def test_what_is_asked_twice_is_the_very_same_value() -> None:
    watched = Watched(a_node(N))
    watched.say(a_node(N, unschedulable=True))
    before = watched.past()
    assert watched.past() is before
    watched.say(a_node("other"))
    assert watched.past() is before
    watched.say(a_node(N))
    assert watched.past() is not before
    assert len(before.lines) == 1, "what was handed out stays as it was"


def test_a_node_that_left_is_remembered_for_a_while_and_one_of_its_name_goes_on() -> None:
    node = a_node(N)
    watched = Watched(node)
    watched.gone(node)
    watched.say(a_node("other"), after=GONE_S - 10)
    assert [kind for kind, *_ in watched.said()] == ["left"]
    watched.say(a_node(N, uid="next"))
    assert [kind for kind, *_ in watched.said()] == ["left", "joined"]
    watched.say(a_node("third"), after=GONE_S + 1)
    assert len(watched.said()) == 2, "it is there again"
    watched.gone(a_node(N, uid="next"))
    watched.say(a_node("fourth"), after=GONE_S + 1)
    assert watched.past() is NO_PAST


def test_a_namesake_that_takes_its_place_in_one_row_left_and_joined() -> None:
    watched = Watched(a_node(N))
    watched.say(a_node(N, uid="next"))
    assert [kind for kind, *_ in watched.said()] == ["left", "joined"]


def test_of_too_many_nodes_those_that_left_are_forgotten_first() -> None:
    fold = HistoryFold(lambda name: None, {})
    for number in range(NODES):
        fold.moved(None, a_node(f"n{number}"), NOW, live=True)
    fold.moved(a_node("n7"), None, NOW, live=True)
    fold.moved(None, a_node("one-more"), NOW, live=True)
    assert fold.told().of(NodeName("n7")) is NO_PAST
    assert fold.told().of(NodeName("n0")).lines
    assert fold.told().whole
    fold.moved(None, a_node("two-more"), NOW, live=True)
    assert fold.told().of(NodeName("n0")) is NO_PAST
    assert not fold.told().whole


def test_all_lines_together_are_bounded_too() -> None:
    fold = HistoryFold(lambda name: None, {})
    for number in range(LINES // TURNS + 2):
        node = a_node(f"n{number}")
        for turn in range(TURNS):
            fold.moved(
                a_node(node.name, unschedulable=bool(turn % 2)),
                a_node(node.name, unschedulable=not turn % 2),
                NOW,
                live=True,
            )
    kept = [fold.told().of(NodeName(f"n{number}")) for number in range(LINES // TURNS + 2)]
    assert kept[0] is NO_PAST
    assert len(kept[-1].lines) == TURNS
    assert sum(len(one.lines) for one in kept) <= LINES


def test_a_pod_of_a_node_that_nobody_knows_breaks_nothing() -> None:
    watched = Watched()
    pod = a_pod("p", node=NodeName("stranger"), disruption="EvictionByEvictionAPI")
    watched.say(pod)
    watched.gone(pod)
    watched.store.apply(Deleted(PODS, ObjectKey("x", "y"), "z", 99), NOW)
    assert len(watched.past("stranger").lines) == 1
