"""The catalogue of checks."""

from __future__ import annotations

from nodeview.actions.catalogue import ACTIONS
from nodeview.actions.verdicts import CHECKS
from tests.actions.world import World
from tests.builders import a_node


def test_all_checks_of_a_rotation_are_there_but_the_one_that_needs_a_second_look() -> None:
    assert {f"R{number}" for number in range(1, 27)} - set(CHECKS) == {"R21"}


def test_every_check_is_quiet_where_there_is_nothing() -> None:
    plan = World(a_node("node-1"), a_node("node-2")).plan(until="empty")
    assert plan.blockers == plan.warnings == ()
    assert {one.id for one in plan.notes} == {"R22", "R24", "R26"}


def test_names_of_verdicts_are_unique_in_a_plan() -> None:
    world = World().deployment("a", strategy="Recreate").deployment("b", strategy="Recreate")
    names = [one.name for one in world.plan().warnings]
    assert len(names) == len(set(names)) == 2


def test_every_kind_of_plan_has_its_line() -> None:
    assert [one.kind for one in ACTIONS] == ["rotation", "cordon", "uncordon", "restart", "protect", "unprotect"]
    assert all(one.words for one in ACTIONS)
