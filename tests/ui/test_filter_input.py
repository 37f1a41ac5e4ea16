"""Typing a filter."""

from __future__ import annotations

from nodeview.ui.app import NodeviewApp
from nodeview.ui.screens.dashboard import Dashboard
from tests.ui.frames import Script, a_frame
from tests.ui.reading import running, text


def names(app: NodeviewApp) -> list[str]:
    dashboard = app.screen
    assert isinstance(dashboard, Dashboard)
    return [key.split(".")[0] for key in dashboard.table.keys]


async def test_the_filter_is_live_counts_what_it_hides_and_escape_clears_it() -> None:
    async with running(Script(a_frame(9))) as (app, pilot):
        await pilot.press("/", *"pool=api")
        await pilot.pause(0.3)
        assert names(app) == ["ip-10-0-0-3", "ip-10-0-0-6", "ip-10-0-0-9"]
        assert "6 hidden by pool=api" in text(app)
        await pilot.press("escape")
        await pilot.pause(0.3)
        assert len(names(app)) == 9
        assert "hidden" not in text(app)


async def test_an_error_in_the_filter_is_said_and_the_one_before_holds() -> None:
    async with running(Script(a_frame(9))) as (app, pilot):
        await pilot.press("/", *"pool=api")
        await pilot.pause(0.3)
        await pilot.press(*" cpuu>80")
        await pilot.pause(0.3)
        assert "no such column or label: cpuu" in text(app)
        assert len(names(app)) == 3
        await pilot.press("q", "enter")
        assert app.is_running, "q is a letter while one types"


async def test_a_filter_of_the_command_line_holds_from_the_start() -> None:
    async with running(Script(a_frame(9)), filter="pool=web") as (app, _):
        assert len(names(app)) == 3
        assert "pool=web" in text(app)
