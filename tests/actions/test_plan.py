"""A plan as a value."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions import Plan, Step, Subject, Verdict

STEP = Step(1, "cordon", Subject("Node", "a"), "why", "kubectl cordon a")
PLAN = Plan("id", "cordon", "cordon a", "c", "c", 0.0, (), (STEP,))


def test_it_runs_where_there_is_something_to_do_and_nothing_in_its_way_that_nobody_accepted() -> None:
    open_, accepted = Verdict("R2", "shop/a", "x"), Verdict("R2", "shop/b", "x", accepted=True)
    assert PLAN.runnable
    assert replace(PLAN, blockers=(accepted,)).runnable
    assert not replace(PLAN, blockers=(accepted, open_)).runnable
    assert not replace(PLAN, steps=()).runnable


def test_names() -> None:
    assert Subject("Deployment", "web", "shop").text == "deployment/shop/web"
    assert Subject("Node", "a").text == "node/a"
    assert Verdict("R4", "shop/ledger", "x").name == "R4:shop/ledger"
