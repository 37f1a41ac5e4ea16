"""Budgets of a pool: of which nodes they count, what they allow for each reason, and until when."""

from __future__ import annotations

from nodeview.records import NodeBudget
from nodeview.views.node import NodeView
from nodeview.views.pool_budgets import budgets_of
from tests.builders import NOW, a_claim, condition, taint
from tests.views.build import view

READY = {"karpenter.sh/initialized": "true"}


def nodes(count: int, **overrides: object) -> list[NodeView]:
    return [view(f"n-{place}", labels=READY, **overrides) for place in range(count)]  # type: ignore[arg-type]


def remaining(*budgets: NodeBudget, of: list[NodeView], now: float = NOW) -> list[int | None]:
    return [one.remaining for one in budgets_of(budgets, of, now).allowances]


def test_none_written_is_a_tenth_and_an_empty_list_is_no_limit() -> None:
    said = budgets_of(None, nodes(12), NOW)
    assert (said.is_default, said.nodes, [one.remaining for one in said.allowances]) == (True, 12, [2, 2, 2])
    assert [(one.written.nodes, one.allows) for one in said.budgets] == [("10%", 2)]
    free = budgets_of((), nodes(12), NOW)
    assert (free.is_default, free.budgets, [one.remaining for one in free.allowances]) == (False, (), [None] * 3)


def test_only_initialised_nodes_whose_instance_is_not_terminating_count() -> None:
    terminating = a_claim(conditions=(condition("Initialized"), condition("InstanceTerminating")))
    by_claim = a_claim(conditions=(condition("Initialized"),))
    counted = [
        view("a", labels=READY),
        view("b", claim=by_claim),
        view("c", claim=terminating),
        view("d"),
        view("e", labels=READY, claim=terminating),
    ]
    assert budgets_of(None, counted, NOW).nodes == 2


def test_those_that_are_going_or_not_ready_are_taken_off() -> None:
    going = [
        view("a", labels=READY, conditions=(condition("Ready", "False"),)),
        view("b", labels=READY, deleted=NOW - 5),
        view("c", labels=READY, taints=(taint("karpenter.sh/disrupted"),)),
        view("d", labels=READY, claim=a_claim(deleted=NOW - 5)),
        *nodes(6),
    ]
    said = budgets_of((NodeBudget("50%"), NodeBudget("3", ("Drifted",))), going, NOW)
    assert (said.nodes, said.disrupting) == (10, 4)
    assert {one.reason: (one.allowed, one.remaining, one.closed) for one in said.allowances} == {
        "Empty": (5, 1, False),
        "Drifted": (3, 0, True),
        "Underutilized": (5, 1, False),
    }
    assert [one.allows for one in said.budgets] == [5, 3]


def test_a_window_says_when_it_turns_and_when_the_pool_opens() -> None:
    night = NodeBudget("0", (), "@daily", "10h")
    at_two, midnight = 1_800_064_800 // 86_400 * 86_400 + 7_200, 1_800_064_800 // 86_400 * 86_400
    said = budgets_of((NodeBudget("5"), night), nodes(20), at_two)
    assert [(one.active, one.until) for one in said.budgets] == [(True, None), (True, midnight + 36_000)]
    assert [(one.remaining, one.opens_at) for one in said.allowances] == [(0, midnight + 36_000)] * 3
    assert said.next_moment == midnight + 36_000
    day = budgets_of((NodeBudget("5"), night), nodes(20), midnight + 40_000)
    assert [(one.active, one.allows) for one in day.budgets] == [(True, 5), (False, None)]
    assert [(one.remaining, one.until) for one in day.allowances] == [(5, midnight + 86_400)] * 3


def test_what_nobody_can_read_closes_the_pool() -> None:
    said = budgets_of((NodeBudget("100%"), NodeBudget("5", (), "at noon", "1h")), nodes(4), NOW)
    assert [one.remaining for one in said.allowances] == [0, 0, 0]
    assert "at noon" in said.budgets[1].unreadable
    assert (said.budgets[0].unreadable, said.budgets[0].allows) == ("", 4)
    assert remaining(NodeBudget("many"), of=nodes(4)) == [0, 0, 0]
