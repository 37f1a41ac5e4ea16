"""Whether a step still holds: R21 and all that may have turned since."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.actions.marks import CORDONED, ID
from nodeview.actions.plan import Plan, Verb
from nodeview.actions.second_look import recheck
from nodeview.records import Condition
from tests.actions.world import World
from tests.builders import NOW, a_node

STUCK = (Condition("Progressing", "False", "ProgressDeadlineExceeded"),)


def rechecked(plan: Plan, verb: Verb, now: World) -> tuple[str, ...]:
    step = next(one for one in plan.steps if one.verb == verb)
    return recheck(plan, step, now.snapshot(), NOW + 60)


def test_what_still_holds() -> None:
    world = World().deployment("web")
    plan = world.plan()
    for verb in ("cordon", "restart", "await-rollout", "await-empty"):
        assert rechecked(plan, verb, world) == ()


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"replicas": 5}, "scaled from 1 to 5"),
        ({"paused": True}, "paused now"),
        ({"strategy": "OnDelete"}, "OnDelete"),
        ({"conditions": STUCK, "updated": 0}, "exceeded its progress deadline"),
        ({"available": 0}, "0 of 1 pods available"),
        ({"record": {"uid": "another"}}, "another one now"),
    ],
)
def test_a_workload_that_turned(now: dict[str, Any], words: str) -> None:
    (sentence,) = rechecked(World().deployment("web").plan(), "restart", World().deployment("web", **now))
    assert words in sentence
    assert sentence.endswith(".")


def test_a_workload_that_is_gone() -> None:
    assert rechecked(World().deployment("web").plan(), "restart", World()) == ("Deployment shop/web is gone.",)


def test_what_was_accepted_stays_accepted() -> None:
    ill = World().deployment("web", available=0)
    assert rechecked(ill.plan(), "restart", ill)
    assert rechecked(ill.plan(accept=("R8:shop/web",)), "restart", ill) == ()


def test_a_node_that_is_gone_made_anew_held_or_cordoned_by_another() -> None:
    plan = World().plan()
    others = [a_node("node-2"), a_node("node-3")]
    assert rechecked(plan, "cordon", World(*others)) == ("Node node-1 is gone.",)
    assert "another one now" in rechecked(plan, "cordon", World(a_node("node-1", uid="new")))[0]
    held = a_node("node-1", annotations={ID: "20261121-150000-api-aaaa"})
    assert "held by rotation 20261121-150000-api-aaaa" in rechecked(plan, "cordon", World(held))[0]
    theirs = a_node("node-1", unschedulable=True, cordoned_by="kubectl-cordon")
    assert "cordoned by kubectl-cordon since" in rechecked(plan, "cordon", World(theirs))[0]


def test_our_own_mark_and_a_cordon_from_before_are_no_surprise() -> None:
    plan = World().plan()
    ours = a_node("node-1", unschedulable=True, annotations={ID: plan.id, CORDONED: "true"})
    assert rechecked(plan, "cordon", World(ours)) == ()
    before = World(replace(ours, annotations={}))
    assert rechecked(before.plan(), "cordon", before) == ()
