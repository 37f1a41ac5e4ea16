"""Disruption budgets against what Karpenter's own library answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.records import NodeBudget, duration_seconds
from nodeview.scheduling import REASONS, UNLIMITED, DisruptionReason, allowed, next_change, opens_at, window_of
from nodeview.scheduling.cron import next_after, parse_schedule

VECTORS = [json.loads(line) for line in (Path(__file__).parent / "vectors" / "budgets.jsonl").read_text().splitlines()]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
"""A Saturday."""
HOUR = 3600
PICKED = (
    NodeBudget("20%", ("Empty", "Drifted")),
    NodeBudget("5"),
    NodeBudget("0", schedule="@daily", duration="10m"),
)


def a_budget(said: dict[str, Any]) -> NodeBudget:
    return NodeBudget(
        said["nodes"], tuple(said.get("reasons") or ()), said.get("schedule") or "", said.get("duration") or ""
    )


def at(clock: str) -> float:
    return datetime.fromisoformat(f"2026-11-21 {clock}").replace(tzinfo=UTC).timestamp()


def numbers(budgets: tuple[NodeBudget, ...] | None, nodes: int, now: float) -> dict[str, int]:
    return {reason: allowed(budgets, nodes, reason, now).nodes for reason in REASONS}


def test_all_500_vectors_are_there() -> None:
    assert len(VECTORS) == 500
    assert set(REASONS) == set(get_args(DisruptionReason))


@pytest.mark.parametrize("place", range(0, 500, 50))
def test_it_allows_what_karpenter_allows(place: int) -> None:
    for case in VECTORS[place : place + 50]:
        budgets = tuple(map(a_budget, case["budgets"]))
        assert numbers(budgets, case["nodes"], datetime.fromisoformat(case["at"]).timestamp()) == case["allowed"], case


@pytest.mark.parametrize(
    ("text", "nodes", "number"),
    [("10%", 5, 1), ("5%", 10, 1), ("20%", 19, 4), ("10%", 0, 0), ("0", 9, 0), ("0%", 9, 0), ("100%", 7, 7)],
)
def test_percents_are_rounded_up(text: str, nodes: int, number: int) -> None:
    assert numbers((NodeBudget(text),), nodes, NOON) == dict.fromkeys(REASONS, number)


@pytest.mark.parametrize(
    ("clock", "drifted", "underutilized"),
    [("12:00:00", 4, 5), ("00:00:00", 0, 0), ("00:09:59", 0, 0), ("00:10:00", 4, 5), ("23:59:59", 4, 5)],
)
def test_a_window_ends_with_its_duration_to_the_second(clock: str, drifted: int, underutilized: int) -> None:
    assert numbers(PICKED, 20, at(clock)) == {"Drifted": drifted, "Empty": drifted, "Underutilized": underutilized}


def test_a_tenth_may_go_where_nothing_is_written_and_all_where_the_list_is_empty() -> None:
    assert numbers(None, 11, NOON) == dict.fromkeys(REASONS, 2)
    assert numbers((), 11, NOON) == dict.fromkeys(REASONS, UNLIMITED)
    assert allowed((), 11, "Empty", NOON).unlimited


def test_it_says_which_budget_binds_and_when_that_changes() -> None:
    night = at("00:00:00") + 24 * HOUR
    said = allowed(PICKED, 20, "Drifted", NOON)
    assert (said.nodes, said.binding, said.until) == (4, PICKED[0], int(night))
    closed = allowed(PICKED, 20, "Drifted", night)
    assert (closed.nodes, closed.binding, closed.until) == (0, PICKED[2], int(night) + 600)
    assert opens_at(PICKED, 20, "Drifted", night) == night + 600
    assert opens_at(PICKED, 20, "Drifted", NOON) == NOON
    assert opens_at(PICKED, 20, "Drifted", NOON, disrupting=4) is None


def test_a_window_that_changes_no_number_is_no_change() -> None:
    budgets = (NodeBudget("1"), NodeBudget("5", schedule="@hourly", duration="5m"))
    assert next_change(budgets, NOON) == NOON + 300
    assert allowed(budgets, 50, "Empty", NOON).until is None


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (NodeBudget("5", ("Empty",), "61 * * * *", "1h"), "schedule '61 * * * *'"),
        (NodeBudget("5", (), "", "1h"), "a duration without a schedule"),
        (NodeBudget("5", (), "@daily", "soon"), "duration 'soon'"),
        (NodeBudget("some"), "budget of 'some' nodes"),
    ],
)
def test_a_budget_that_nobody_can_read_closes_the_pool_for_every_reason(budget: NodeBudget, why: str) -> None:
    for reason in REASONS:
        said = allowed((NodeBudget("3"), budget), 50, reason, NOON)
        assert (said.nodes, said.until, said.unreadable) == (0, None, why)
    assert opens_at((budget,), 50, "Empty", NOON) is None


def test_windows_that_follow_one_another_are_one() -> None:
    weekdays = NodeBudget("0", (), "0 0 * * mon-fri", "24h")
    saturday = at("00:00:00")
    assert window_of(weekdays, saturday - 1).until == saturday
    assert window_of(weekdays, saturday - 5 * 24 * HOUR).until == saturday
    assert window_of(weekdays, NOON).until == saturday + 2 * 24 * HOUR


@pytest.mark.parametrize(
    "budget", [NodeBudget("0", (), "*/15 * * * *", "55h"), NodeBudget("0", (), "0 0 30 2 *", "1h")]
)
def test_a_window_may_be_open_for_good(budget: NodeBudget) -> None:
    said = window_of(budget, NOON)
    assert said.active
    assert said.until is None


def test_a_schedule_without_a_duration_holds_at_no_time() -> None:
    assert window_of(NodeBudget("0", (), "* * * * *", ""), NOON) == window_of(NodeBudget("0", (), "@daily", ""), NOON)
    assert numbers((NodeBudget("0", (), "* * * * *", ""),), 5, NOON) == dict.fromkeys(REASONS, UNLIMITED)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["*/15 * * * *", "0 22 * * *", "0 9 * * mon-fri", "30 4 1,15 * 5", "0 0-6/2 * * *", "@weekly"]),
    st.sampled_from(["1m", "30m", "1h30m", "8h", "24h", "55h"]),
    st.integers(0, 60 * 86_400),
)
def test_until_is_the_first_moment_at_which_it_turns(schedule: str, duration: str, offset: int) -> None:
    budget, now = NodeBudget("0", (), schedule, duration), NOON + offset
    known, length = parse_schedule(schedule), duration_seconds(duration)
    assert known is not None
    assert length is not None

    def active(moment: float) -> bool:
        strike = next_after(known, moment - length)
        return strike is not None and strike <= moment

    said = window_of(budget, now)
    assert said.active is active(now)
    if said.until is None:
        assert all(active(now + minute * 60) for minute in range(0, 8 * 1440, 7))
        return
    assert active(said.until) is not said.active
    assert active(said.until - 1) is said.active
    ahead = range(int(now), said.until, max((said.until - int(now)) // 300, 1))
    assert all(active(moment) is said.active for moment in ahead)
