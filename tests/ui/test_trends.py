"""Numbers over time on a screen of their own."""

from __future__ import annotations

from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.trends import TrendsScreen
from tests.ui.frames import Script, a_frame
from tests.ui.reading import check, running, shown, text, the_dashboard
from tests.ui.test_trend_lines import a_story


async def test_the_second_t_fills_the_screen_and_the_third_ends_it() -> None:
    for size in ((80, 24), (120, 40), (200, 60), (60, 10)):
        async with running(Script(a_story(3, 9, 4)), size=size) as (app, pilot):
            await pilot.press("t", "t")
            await pilot.pause()
            assert isinstance(app.screen, TrendsScreen)
            assert "nodes 4 · 3–9" in text(app)
            check(app)
            await pilot.press("t")
            await pilot.pause()
            assert not the_dashboard(app).trend.is_open
            assert "3–9" not in text(app)


async def test_escape_leaves_the_small_charts_where_they_are() -> None:
    async with running(Script(a_story(3, 9, 4))) as (app, pilot):
        await pilot.press("t", "t", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Dashboard)
        assert "3–9" in text(app)


async def test_it_follows_the_frames_and_says_what_it_waits_for() -> None:
    script = Script(a_frame(3))
    async with running(script) as (app, pilot):
        await pilot.press("t", "t")
        await pilot.pause()
        assert "the first are taken when all nodes are listed" in text(app)
        script.add(a_story(3, 9, 5))
        await shown(app, script, pilot)
        assert "nodes 5 · 3–9" in text(app)


async def test_before_any_frame_it_says_so() -> None:
    async with running(Script()) as (app, pilot):
        await pilot.press("t", "t")
        await pilot.pause()
        assert "connecting" in text(app)
        check(app)
