"""Stories of preemptions, from what pods and Events say in any order."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from nodeview.cluster import ClusterStore, Happening, Preemption, Times
from nodeview.cluster.chronicle import KEPT
from nodeview.cluster.preemptions import PreemptionFold
from nodeview.records import (
    EVENT_STREAMS,
    NODES,
    PODS,
    Deleted,
    Listing,
    NodeName,
    ObjectKey,
    ObjectRef,
    Pod,
    Synced,
    Upserted,
)
from nodeview.views import line_words
from tests.builders import NOW, a_node, a_pod, a_shape
from tests.cluster.events import NODE, OWNER, a_balloon, a_preemptor, an_event, preempted, running, uid

PREEMPTED = EVENT_STREAMS[0]
NEW_NODE = NodeName("worker-2")
BY_UID = f"Preempted by pod {uid(100)} on node worker-1"
VICTIM = a_balloon()
REFILL = a_balloon("balloon-b", 2, node=None, phase="Pending", turned_at=None)


class World:
    """A store that has listed a node and a balloon, and hears what comes."""

    def __init__(self, *pods: Pod) -> None:
        self.store = ClusterStore()
        self.version = 100
        for resource, rows in ((NODES, (a_node("worker-1"),)), (PODS, pods), (PREEMPTED, ())):
            self.store.follow(resource)
            self.store.apply(Upserted(resource, rows, [50] * len(rows), Listing(1, 100)), NOW)
            self.store.apply(Synced(resource, Listing(1, 100)), NOW)

    def says(self, *records: object, at: float = NOW) -> None:
        for one in records:
            self.version += 1
            resource = PODS if isinstance(one, Pod) else NODES if hasattr(one, "provider_id") else PREEMPTED
            self.store.apply(Upserted(resource, (one,), (self.version,)), at)  # type: ignore[arg-type]

    def gone(self, pod: Pod, at: float = NOW) -> None:
        self.version += 1
        self.store.apply(Deleted(PODS, pod.key, pod.uid, self.version), at)

    @property
    def lines(self) -> list[Happening]:
        return [one for one in self.store.chronicle.lines() if one.kind == "preempted"]

    @property
    def story(self) -> Preemption:
        (one,) = self.store.snapshot().preemptions.stories
        return one


def test_the_whole_story_as_it_was_observed() -> None:
    world = World(VICTIM)
    seen = []

    def hears(*records: object) -> None:
        world.says(*records)
        (line,) = world.lines
        seen.append(line.message)

    world.says(a_preemptor())
    hears(preempted(VICTIM))
    hears(an_event(BY_UID))
    world.gone(VICTIM)
    hears(REFILL)
    hears(running(a_preemptor(), NOW + 2))
    world.says(a_node("worker-2", created=NOW + 20))
    hears(running(REFILL, NOW + 41, NEW_NODE))
    assert seen == [
        "on worker-1 probably by shop/checkout (0): not running yet, no new balloon yet",
        "on worker-1 by shop/checkout (0): not running yet, no new balloon yet",
        "on worker-1 by shop/checkout (0): not running yet, balloon refilling",
        "on worker-1 by shop/checkout (0): running after 2 s, balloon refilling",
        "on worker-1 by shop/checkout (0): running after 2 s, balloon running again after 41 s on new node worker-2",
    ]
    (line,) = world.lines
    assert (line.subject, line.namespace, line.node, line.alarm) == ("default/balloon-a", "default", "worker-1", False)
    said = world.store.snapshot().preemptions
    assert (said.count, said.alarms, said.to_run, said.to_refill) == (1, 0, Times(2, 2), Times(41, 41))


MOVES: dict[str, Callable[[World], None]] = {
    "event": lambda world: world.says(an_event(BY_UID)),
    "condition": lambda world: world.says(preempted(VICTIM)),
    "preemptor runs": lambda world: world.says(running(a_preemptor(), NOW + 2)),
    "successor runs": lambda world: world.says(running(REFILL, NOW + 41, NEW_NODE)),
    "node joins": lambda world: world.says(a_node("worker-2", created=NOW + 20)),
}


ORDERS = [order for order in itertools.permutations(MOVES) if order.index("successor runs") > order.index("condition")]
"""Streams of pods, nodes and Events know no order between them; in that of pods a successor comes after its victim."""


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_any_order_of_arrival_ends_in_the_same_story(order: tuple[str, ...]) -> None:
    world = World(VICTIM)
    world.says(a_preemptor())
    for move in order:
        MOVES[move](world)
    assert world.story == Preemption(
        victim=VICTIM.key,
        victim_uid=VICTIM.uid,
        at=NOW,
        node=NODE,
        seen=True,
        priority=-5,
        owner=OWNER,
        balloon=True,
        by=ObjectKey("shop", "checkout"),
        by_uid=uid(100),
        by_priority=0,
        ran_at=NOW + 2,
        refill=REFILL.key,
        refilled_at=NOW + 41,
        refill_node=NEW_NODE,
        on_new_node=True,
    )
    assert len(world.lines) == 1
    said = world.store.snapshot().preemptions
    assert (said.count, said.to_run, said.to_refill) == (1, Times(2, 2), Times(41, 41))


RELATED = ObjectRef("Pod", "shop", "checkout", uid(100))
GENERATIONS = {
    "up to 1.25": an_event("Preempted by shop/checkout on node worker-1"),
    "1.26 to 1.28": an_event("Preempted by a pod on node worker-1", related=RELATED),
    "from 1.29": an_event(BY_UID, related=RELATED),
    "1.36 as observed": an_event(BY_UID),
    "another scheduler": an_event("room was made", related=RELATED),
}


@pytest.mark.parametrize("event", GENERATIONS.values(), ids=GENERATIONS)
@pytest.mark.parametrize("first", [True, False], ids=["preemptor first", "event first"])
def test_the_preemptor_by_every_generation_of_the_event(event: object, first: bool) -> None:
    world = World(VICTIM)
    preemptor = a_preemptor(nominated=None)
    world.says(*((preemptor, event) if first else (event, preemptor)))
    world.says(running(preemptor, NOW + 3))
    story = world.story
    assert (story.by, story.by_uid, story.by_priority, story.guessed) == (preemptor.key, uid(100), 0, False)
    assert (story.to_run_s, story.balloon, story.node) == (3, True, NODE)


def test_a_pod_that_nobody_names_is_guessed_by_its_nomination_and_said_to_be() -> None:
    world = World(VICTIM)
    world.says(an_event("Preempted by a pod on node worker-1"))
    assert "(preemptor not seen)" in world.lines[0].message
    world.says(a_preemptor("elsewhere", 101, nominated=NodeName("worker-9")))
    world.says(a_preemptor("lesser", 102, priority=-10))
    assert world.story.by is None
    world.says(a_preemptor())
    assert "probably by shop/checkout (0)" in world.lines[0].message
    world.says(an_event(f"Preempted by pod {uid(103)} on node worker-1"))
    assert "by a pod that was not seen" in world.lines[0].message, "what is said counts more than a guess"


def test_nominations_of_another_time_are_no_guess() -> None:
    world = World(VICTIM)
    world.says(a_preemptor(), at=NOW - 61)
    world.says(preempted(VICTIM), at=NOW)
    assert world.story.by is None


def test_what_is_no_balloon_is_an_alarm_and_its_successor_is_followed() -> None:
    worker = a_pod("worker", uid=uid(1), node=NODE, owner=OWNER, shape=a_shape(priority=10))
    world = World(worker)
    world.says(preempted(worker), an_event(BY_UID), a_preemptor(priority=1000))
    (line,) = world.lines
    assert line.alarm
    assert line.message == "on worker-1 by shop/checkout (1000): not running yet, not a balloon (priority 10)"
    world.gone(worker)
    heir = replace(worker, name="heir", uid=uid(2), node=None, phase="Pending", turned_at=None)
    world.says(heir, running(heir, NOW + 7))
    assert world.lines[0].message.endswith("not a balloon (priority 10), successor running after 7 s on worker-1")
    assert world.store.snapshot().preemptions.alarms == 1


def test_a_victim_that_was_never_seen_is_told_with_what_is_known() -> None:
    world = World()
    world.says(an_event(BY_UID))
    (line,) = world.lines
    assert line.message == "on worker-1 by a pod that was not seen: whether it was a balloon is not known"
    assert (line.alarm, world.story.balloon) == (False, None)


def test_a_balloon_whose_owner_is_unknown_waits_for_nobody() -> None:
    alone = a_balloon(owner=None)
    world = World(alone)
    world.says(preempted(alone), an_event(BY_UID))
    world.says(a_balloon("other", 7, owner=None))
    assert world.lines[0].message.endswith("no owner is known that would refill it")
    assert world.story.refill is None


@pytest.mark.parametrize("skew", [-300, -2, -1, 0, 300])
def test_clocks_that_disagree_make_no_negative_duration(skew: int) -> None:
    world = World(VICTIM)
    world.says(a_preemptor(), preempted(VICTIM), an_event(BY_UID), REFILL, at=NOW + 100_000)
    world.says(running(a_preemptor(), NOW + skew), running(REFILL, NOW + skew), at=NOW - 100_000)
    expected = None if skew < -1 else max(0, skew)
    assert (world.story.to_run_s, world.story.to_refill_s) == (expected, expected), "ours does not matter"
    assert ("clocks disagree" in world.lines[0].message) is (expected is None)


def test_a_pod_that_is_said_to_be_preempted_twice_is_one_story_and_a_namesake_another() -> None:
    world = World(VICTIM)
    world.says(a_preemptor(), preempted(VICTIM), an_event(BY_UID), an_event(BY_UID, at=NOW + 1, name="e.2"))
    world.says(an_event(f"Preempted by pod {uid(104)} on node worker-1", name="e.3"))
    assert world.store.snapshot().preemptions.count == 1
    assert world.story.by_uid == uid(100), "the first that was named"
    again = a_balloon(number=9)
    world.says(again, preempted(again, NOW + 50))
    assert world.store.snapshot().preemptions.count == 2
    assert [line.subject for line in world.lines] == ["default/balloon-a"] * 2


def test_a_successor_that_goes_before_it_runs_leaves_its_place_to_the_next() -> None:
    world = World(VICTIM)
    world.says(preempted(VICTIM), REFILL)
    world.gone(REFILL)
    assert "no new balloon yet" in world.lines[0].message
    third = replace(REFILL, name="balloon-c", uid=uid(3))
    world.says(third, running(third, NOW + 60))
    assert (world.story.refill, world.story.to_refill_s) == (third.key, 60)


def test_a_successor_that_came_before_its_story_was_known_is_taken_where_the_victim_is_gone() -> None:
    world = World(VICTIM)
    world.gone(VICTIM)
    world.says(REFILL, running(REFILL, NOW + 5))
    world.says(an_event(BY_UID))
    assert (world.story.refill, world.story.to_refill_s, world.story.on_new_node) == (REFILL.key, 5, False)


def test_a_preemptor_that_goes_before_it_runs_is_said_to() -> None:
    world = World(VICTIM)
    world.says(a_preemptor(), preempted(VICTIM), an_event(BY_UID))
    world.gone(a_preemptor())
    assert ": it went before it was seen running" in world.lines[0].message


def test_each_successor_stands_in_for_one_in_order() -> None:
    balloons = [a_balloon(f"b{one}", one) for one in (1, 2, 3)]
    world = World(*balloons)
    for one in balloons:
        world.says(preempted(one))
        world.gone(one)
    for number in (11, 12, 13):
        world.says(running(a_balloon(f"b{number}", number), NOW + number))
    stories = world.store.snapshot().preemptions.stories
    assert [(one.refill and one.refill.name, one.to_refill_s) for one in stories] == [
        ("b11", 11),
        ("b12", 12),
        ("b13", 13),
    ]


def test_what_was_before_we_watched_is_no_news() -> None:
    store = ClusterStore()
    for resource in (PODS, PREEMPTED):
        store.follow(resource)
    doomed = preempted(VICTIM)
    store.apply(Upserted(PODS, (doomed,), (90,), Listing(1, 100)), NOW)
    store.apply(Upserted(PREEMPTED, (an_event(BY_UID),), (91,), Listing(1, 100)), NOW)
    store.apply(Synced(PODS, Listing(1, 100)), NOW)
    store.apply(Synced(PREEMPTED, Listing(1, 100)), NOW)
    assert store.chronicle.lines() == ()
    assert store.snapshot().preemptions.count == 0
    assert [one.reason for one in store.snapshot().events.about(VICTIM.uid)] == ["Preempted"], "it is context"


def test_without_events_the_story_is_told_from_conditions() -> None:
    world = World(VICTIM)
    world.says(preempted(VICTIM), a_preemptor())
    world.gone(VICTIM)
    world.says(REFILL, running(a_preemptor(), NOW + 2), running(REFILL, NOW + 9))
    (line,) = world.lines
    expected = (
        "on worker-1 probably by shop/checkout (0): running after 2 s, balloon running again after 9 s on worker-1"
    )
    assert line.message == expected


def test_a_story_wakes_whoever_waits_for_a_frame_and_what_is_only_context_does_not() -> None:
    world = World(VICTIM)
    world.store.snapshot()
    nominated = an_event("Pod should schedule on: nodeclaim/general-jfpxn", reason="Nominated", source="karpenter")
    world.says(nominated)
    assert not world.store.stirred
    snapshot = world.store.snapshot()
    assert snapshot.touched.events
    assert snapshot.events.about(VICTIM.uid) == (nominated,)
    world.says(an_event(BY_UID))
    assert world.store.stirred
    world.gone(VICTIM)
    assert world.store.snapshot().events.about(VICTIM.uid) == (), "nobody asks of a pod that is gone"


def test_a_balloon_that_nobody_makes_again_is_not_said_to_refill() -> None:
    """As when its PriorityClass was deleted meanwhile: then its ReplicaSet can make no other."""
    world = World(VICTIM)
    world.says(a_preemptor(), preempted(VICTIM), an_event(BY_UID), running(a_preemptor(), NOW + 2))
    world.gone(VICTIM)
    (line,) = world.lines
    assert line.message == "on worker-1 by shop/checkout (0): running after 2 s, no new balloon yet"
    assert (world.story.balloon, world.story.to_refill_s, line.alarm) == (True, None, False)


@pytest.mark.parametrize(
    "message",
    [
        "[bold red]\x1b[31mPreempted by a pod on node worker-1" + "x" * 10_000,
        "Preempted by a pod on node \x1b]0;[red]" + "x" * 10_000,
        "Preempted by [bold]/\x1b[31m on node \x00\u202e",
        "Preempted by pod " + "-" * 36 + " on node " + "\n" * 10_000,
        "",
    ],
)
def test_a_hostile_event_is_one_story_and_harms_nobody(message: str) -> None:
    world = World(VICTIM)
    world.says(an_event(message), an_event(message, name="again"), preempted(VICTIM))
    (line,) = world.lines
    said = line_words(line)
    assert said.isprintable()
    assert len(said) < 1_300
    told = world.store.snapshot().preemptions
    assert (told.count, told.alarms, told.to_run, world.story.node is not None) == (1, 0, Times(), True)


def test_a_thousand_in_one_second_are_all_told_in_order_and_soon() -> None:
    balloons = [a_balloon(f"b{one:04}", one) for one in range(1, 1001)]
    world = World(*balloons)
    began = time.perf_counter()
    for number, balloon in enumerate(balloons):
        pod = a_preemptor(f"p{number:04}", 5000 + number)
        said = f"Preempted by pod {pod.uid} on node worker-1"
        world.says(
            pod, preempted(balloon), an_event(said, about=ObjectRef("Pod", "default", balloon.name, balloon.uid))
        )
        world.gone(balloon)
        world.says(running(pod, NOW + 1))
    assert [line.subject for line in world.lines] == [f"default/{one.name}" for one in balloons]
    assert all(
        f"by shop/p{number:04} (0): running after 1 s" in line.message for number, line in enumerate(world.lines)
    )
    sums = world.store.snapshot().preemptions
    assert (sums.count, sums.to_run) == (1000, Times(1, 1))
    assert time.perf_counter() - began < 5


def test_what_is_kept_is_bounded_and_what_is_counted_is_not() -> None:
    world = World()
    for number in range(KEPT + 50):
        about = ObjectRef("Pod", "default", f"b{number}", uid(number))
        world.says(an_event(f"Preempted by pod {uid(number + 10**6)} on node worker-1", about=about))
    said = world.store.snapshot().preemptions
    assert (said.count, len(said.stories), len(world.lines)) == (KEPT + 50, KEPT, KEPT)
    assert said.stories[0].victim.name == "b50"
    fold = world.store._stories.kept["preemptions"]
    assert isinstance(fold, PreemptionFold)
    assert {len(fold._lines), len(fold._heard), len(fold._waits_for_uid)} == {KEPT}
