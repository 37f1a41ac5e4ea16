"""What the screens of lines share."""

from __future__ import annotations

from nodeview.ui.screens.rotation import Rotation
from tests.ui.acting import FakeActs, FakeExecution, a_plan, a_progress, acting
from tests.ui.frames import Script, a_frame
from tests.ui.reading import check, lines, text


async def test_the_keys_of_tables_move_among_lines_and_the_whole_line_is_told() -> None:
    run = FakeExecution(a_progress(a_plan(60), "running"))
    async with acting(FakeActs(), Script(a_frame(3)), (80, 24)) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w")
        await pilot.pause()
        assert "more below" in text(app)
        screen = app.screen
        assert isinstance(screen, Rotation)
        await pilot.press("j", "down", "k", "pagedown")
        assert screen.lines.cursor > 10
        await pilot.press("end")
        await pilot.pause()
        assert screen.lines.cursor == len(screen.lines.lines) - 1
        assert "more below" not in text(app)
        await pilot.press("home")
        assert screen.lines.cursor == 0
        screen.lines.move_to_next("step:2")
        await pilot.pause()
        assert any("kubectl cordon old-2" in line for line in lines(app))


async def test_what_is_beneath_a_line_is_unfolded_and_folded_by_the_same_key() -> None:
    run = FakeExecution(a_progress(a_plan(2), "running"))
    async with acting(FakeActs(), Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w", "end", "e")
        await pilot.pause()
        assert "checkout-9" in text(app)
        await pilot.press("e")
        await pilot.pause()
        assert "checkout-9" not in text(app)
        await pilot.press("home", "e")
        await pilot.pause()
        assert "checkout-9" not in text(app), "there is nothing beneath a heading"


async def test_another_theme_and_a_terminal_of_ascii_are_no_trouble() -> None:
    run = FakeExecution(a_progress(a_plan(2), "running"))
    async with acting(FakeActs(), Script(a_frame(3)), ascii=True) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w", "f2")
        await pilot.pause()
        check(app)
        assert text(app).isascii()
