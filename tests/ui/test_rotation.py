"""The progress of a plan on the screen, and leaving while it goes on."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.ui.screens.choice import Choice
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.rotation import Rotation
from tests.ui.acting import FakeActs, FakeExecution, a_plan, a_progress, acting, asking
from tests.ui.frames import Script, a_frame
from tests.ui.reading import check, text


def a_run() -> FakeExecution:
    """Two steps are done."""
    return FakeExecution(a_progress(a_plan(2), "running", "done", "done", "running"))


async def test_its_steps_move_on_and_escape_leaves_it_running() -> None:
    for size in ((60, 16), (80, 24), (120, 40), (200, 60)):
        run = a_run()
        async with acting(FakeActs(), Script(a_frame(3)), size) as (app, pilot):
            app.desk.runs.begin(run)
            await pilot.press("w")
            await pilot.pause()
            assert isinstance(app.screen, Rotation)
            assert "2 of 6 steps done" in text(app)
            check(app)
            run.now = a_progress(a_plan(2), "running", "done", "done", "done", "done", "running")
            await pilot.pause(0.3)
            assert "4 of 6 steps done" in text(app)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, Dashboard)
            app.screen.tick()
            await pilot.pause()
            assert "rotating 4/6" in text(app)
            check(app)
            assert not run.asked


async def test_a_question_is_in_sight_and_answered_by_choice() -> None:
    run = a_run()
    async with acting(FakeActs(), Script(a_frame(3)), (80, 24)) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w")
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(app.screen, Rotation), "nobody asks"
        run.now = asking(run.now, 3, "shop/checkout is not done after 10 minutes.")
        await pilot.pause(0.3)
        assert "? shop/checkout is not done after 10 minutes." in text(app)
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(app.screen, Choice)
        await pilot.press("escape")
        assert not run.asked
        await pilot.press("a", "down", "enter")
        await pilot.pause()
        assert run.asked == [("answer", 3, "skip")]


async def test_skip_and_stop_ask_first_and_pause_does_not() -> None:
    run = a_run()
    async with acting(FakeActs(), Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w", "p")
        await pilot.pause()
        assert "paused: nothing further is begun" in text(app)
        await pilot.press("p")
        assert run.asked == [("pause",), ("resume",)]
        run.asked.clear()
        await pilot.press("x", "enter", "s")
        assert not run.asked, "the first of the choice is to go on"
        app.screen.lines.move_to_next("step:3")  # type: ignore[attr-defined]
        await pilot.press("s", "down", "enter")
        assert run.asked == [("skip", 3)]
        await pilot.press("x", "down", "enter")
        assert run.asked == [("skip", 3), ("stop",)]
        app.screen.lines.move_to_next("step:1")  # type: ignore[attr-defined]
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, Rotation), "that one is done"


async def test_the_end_is_told_with_its_report() -> None:
    run, acts = a_run(), FakeActs()
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(run)
        await pilot.press("w")
        run.now = replace(run.now, phase="done", sentence="All is done.")
        await pilot.pause(0.3)
        assert "All is done." in text(app)
        acts.report = "/var/reports/one.md"
        await pilot.pause(0.3)
        assert "/var/reports/one.md" in text(app)
        await pilot.press("escape")
        app.screen.tick()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "press w" not in text(app)


async def test_n_goes_to_another_that_was_begun() -> None:
    other = FakeExecution(a_progress(a_plan(1, kind="cordon", title="cordon old-9")))
    async with acting(FakeActs(), Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(a_run())
        app.desk.runs.begin(other)
        await pilot.press("w")
        await pilot.pause()
        assert "Cordon old-9" in text(app)
        assert "1 more: press n" in text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "Rotate 2 nodes" in text(app)


async def test_leaving_while_one_runs_asks_first() -> None:
    for key in ("q", "ctrl+c", "ctrl+q"):
        run = a_run()
        async with acting(FakeActs(), Script(a_frame(3)), (80, 24)) as (app, pilot):
            app.desk.runs.begin(run)
            await pilot.press(key)
            await pilot.pause()
            assert "rotate 2 nodes still runs" in text(app)
            assert "nodeview rotate resume 20261121-140000-api-7f3c" in text(app)
            check(app)
            await pilot.press("q", "q")
            await pilot.pause()
            assert "still runs" in text(app), "mashing is no answer"
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, Dashboard)
            assert app.is_running
            await pilot.press(key, "down", "enter")
            await pilot.pause()
            assert app.return_code == 0


async def test_who_insists_leaves_and_who_has_nothing_running_leaves_at_once() -> None:
    async with acting(FakeActs(), Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(a_run())
        await pilot.press("ctrl+c", "ctrl+c")
        await pilot.pause()
        assert app.return_code == 0
    ended = FakeExecution(a_progress(a_plan(2), "done"))
    async with acting(FakeActs(), Script(a_frame(3))) as (app, pilot):
        app.desk.runs.begin(ended)
        await pilot.press("q")
        await pilot.pause()
        assert app.return_code == 0
