"""Small charts under the header."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.ui.widgets.trend_lines import NOT_YET
from nodeview.views import trend_of
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame
from tests.ui.reading import check, running, shown, text, the_dashboard
from tests.ui.test_trend_lines import a_story


async def test_t_opens_it_under_the_header_and_the_table_gives_way() -> None:
    for size, lines in (((80, 24), 4), ((120, 40), 4), ((80, 18), 3)):
        async with running(Script(a_story(3, 9, 4)), size=size) as (app, pilot):
            dashboard = the_dashboard(app)
            before = dashboard.table.size.height
            assert not dashboard.trend.display
            assert "nodes 4 ·" not in text(app)
            await pilot.press("t")
            await pilot.pause()
            assert "nodes 4 · 3–9" in text(app)
            assert dashboard.trend.size.height == lines
            assert dashboard.table.size.height == before - lines
            check(app)


async def test_while_it_is_closed_a_sample_costs_nothing_and_while_it_is_open_one_is_drawn() -> None:
    frame = a_story(3, 9, 4)
    script, clock = Script(frame), Clock()
    async with running(script, clock=clock) as (app, pilot):
        strip = the_dashboard(app).trend
        clock.now = NOW + 10.0
        later = a_frame(4, number=2, touched=(), at=clock.now)
        later = replace(later, trend=trend_of(later.view, frame.trend, clock.now))
        script.add(later)
        await shown(app, script, pilot)
        assert strip.lines_changed == 0
        await pilot.press("t")
        await pilot.pause()
        drawn = strip.lines_changed
        assert drawn > 0
        clock.now = NOW + 20.0
        more = a_frame(9, number=3, touched=(), at=clock.now)
        script.add(replace(more, trend=trend_of(more.view, later.trend, clock.now)))
        await shown(app, script, pilot)
        assert strip.lines_changed > drawn


async def test_on_the_smallest_screen_and_before_the_first_sample_it_is_no_burden() -> None:
    async with running(Script(a_frame(3)), size=(60, 16)) as (app, pilot):
        await pilot.press("t")
        await pilot.pause()
        assert NOT_YET[:30] in text(app)
        check(app)
