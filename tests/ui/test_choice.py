"""Choosing an order and a grouping."""

from __future__ import annotations

from nodeview.ui.app import NodeviewApp
from nodeview.ui.screens.dashboard import Dashboard
from tests.ui.frames import Script, a_frame, a_node_view
from tests.ui.reading import check, running, text


def names(app: NodeviewApp) -> list[str]:
    dashboard = app.screen
    assert isinstance(dashboard, Dashboard)
    return [key.split(".")[0] for key in dashboard.table.keys]


async def test_s_sorts_by_the_chosen_column_and_shift_s_turns_the_order_round() -> None:
    views = [a_node_view(1, pods=1), a_node_view(2, pods=6), a_node_view(3, pods=3)]
    async with running(Script(a_frame(views))) as (app, pilot):
        await pilot.press("s")
        assert "Sort by" in text(app)
        await pilot.press("down", "down", "down", "down", "down", "enter")
        assert "CPU▲" in text(app)
        assert names(app) == ["ip-10-0-0-1", "ip-10-0-0-3", "ip-10-0-0-2"]
        await pilot.press("S")
        assert names(app) == ["ip-10-0-0-2", "ip-10-0-0-3", "ip-10-0-0-1"]
        await pilot.press(">")
        assert "MEMORY▼" in text(app)


async def test_g_groups_with_sums_and_back() -> None:
    async with running(Script(a_frame(6))) as (app, pilot):
        assert "api · 2 nodes" not in text(app)
        await pilot.press("g", "down", "enter")
        assert "api · 2 nodes" in text(app)
        check(app)
        await pilot.press("g", "home", "enter")
        assert "api · 2 nodes" not in text(app)
