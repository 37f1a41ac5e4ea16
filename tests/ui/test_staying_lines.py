"""Why a node is still here, for a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from nodeview.records import NodeBudget, NodeName
from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.node_facts import facts_of
from nodeview.ui.widgets.staying_lines import clock_of, staying_facts, staying_of
from nodeview.views import Tone
from tests.builders import NOW
from tests.insights.build import Cluster
from tests.insights.stays import karpenters, pool, usable
from tests.ui.frames import Clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
HOUR = 3600


@pytest.fixture
def in_los_angeles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Eight hours behind."""
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def desk_at(now: float) -> Desk:
    return Desk(UiOptions(), lambda: now, Ink())


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON + 10 * HOUR, "22:00 UTC, 14:00 your time"),
        (NOON + 12 * HOUR, "Sun 00:00 UTC, 16:00 your time"),
        (NOON + 21 * HOUR, "Sun 09:00 UTC, Sun 01:00 your time"),
        (NOON + 10 * 24 * HOUR, "2026-12-01 12:00 UTC, 2026-12-01 04:00 your time"),
    ],
)
@pytest.mark.usefixtures("in_los_angeles")
def test_moments_are_in_utc_and_in_their_own_time(at: float, said: str) -> None:
    assert clock_of(desk_at(NOON), at) == said


def test_who_lives_by_utc_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert clock_of(desk_at(NOON), NOON + 10 * HOUR) == "22:00 UTC"


def test_a_nodes_facts_begin_with_why_it_is_still_here() -> None:
    closed = pool("WhenEmpty", budgets=[NodeBudget("0")])
    frame = Cluster().listed(nodes=[karpenters()], pools=[closed], claims=[usable()]).frame()
    desk = Desk(UiOptions(), Clock(NOW), Ink(), frame)
    view = frame.view.nodes[NodeName("node-1")]
    assert staying_facts(view, desk) == [("a budget", "budget 0 of pool api allows no disruption", Tone.PLAIN)]
    lines = ["".join(text for text, _ in line) for line in facts_of(view, desk, 100)]
    assert lines[0] == " why it is still here"
    assert lines[1].split() == ["a", "budget", "budget", "0", "of", "pool", "api", "allows", "no", "disruption"]


def test_without_a_frame_nothing_is_known() -> None:
    assert staying_of(desk_at(NOON)).of(NodeName("node-1"), NOON) == ()
