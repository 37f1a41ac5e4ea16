"""The app: frames in, exits, failures, slow terminals."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.widgets import Input

from nodeview.errors import NodeviewError, Unreachable
from nodeview.frame import Frames
from nodeview.ui.app import NodeviewApp, is_behind
from nodeview.ui.options import UiOptions
from nodeview.ui.screens.dashboard import Dashboard
from tests.ui.frames import Clock, Script, a_frame, a_node_view
from tests.ui.reading import check, lines, running, shown, strips


async def test_before_the_first_frame_it_says_that_it_connects() -> None:
    async with running(Script(), title="prod-blue") as (app, _):
        assert "prod-blue  connecting" in lines(app)[0]


@pytest.mark.parametrize("before", [(), ("enter",), ("p",), ("?",), ("s",), ("g",), ("/",), ("ctrl+p",)])
async def test_ctrl_c_leaves_at_once_from_anywhere(before: tuple[str, ...]) -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        await pilot.press(*before)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app._exit
        assert app.return_code == 0
        assert app.failure is None


@pytest.mark.parametrize("before", [(), ("enter",), ("p",), ("?",), ("s",)])
async def test_q_leaves_at_once_where_nobody_types(before: tuple[str, ...]) -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        await pilot.press(*before)
        await pilot.press("q")
        await pilot.pause()
        assert app._exit
        assert app.return_code == 0


async def test_a_failure_to_connect_ends_the_app_and_is_kept() -> None:
    async def refuse() -> Frames:
        raise Unreachable("The API server refused the connection.")

    app = NodeviewApp(refuse, UiOptions(), Clock())
    async with app.run_test() as pilot:
        await pilot.pause(0.1)
    assert isinstance(app.failure, Unreachable)
    assert app.return_code == 3


async def test_a_fault_of_our_own_becomes_one_sentence() -> None:
    async def break_down() -> Frames:
        raise KeyError("x")

    app = NodeviewApp(break_down, UiOptions(), Clock())
    async with app.run_test() as pilot:
        await pilot.pause(0.1)
    assert isinstance(app.failure, NodeviewError)
    assert "fault of its own" in str(app.failure)
    assert app.return_code == 1


async def test_a_fault_while_painting_becomes_one_sentence() -> None:
    app = NodeviewApp(Script(a_frame(3)).open, UiOptions(fps=1000), Clock())

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.pause(0.1)
            app.call_later(lambda: 1 // 0)
            await pilot.pause(0.1)

    with pytest.raises(ZeroDivisionError):
        await run()
    assert isinstance(app.failure, NodeviewError)
    assert not app._exit_renderables


async def test_the_terminal_is_not_behind_without_a_writer() -> None:
    async with running(Script(a_frame(3))) as (app, _):
        assert not is_behind(app)


async def test_the_terminal_is_behind_when_paints_queue_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from textual.drivers._writer_thread import WriterThread

    script = Script(a_frame(3))
    async with running(script) as (app, pilot):
        writer = WriterThread(None)  # type: ignore[arg-type]
        monkeypatch.setattr(app._driver, "_writer_thread", writer, raising=False)
        writer.write("one")
        assert not is_behind(app)
        writer.write("two")
        assert is_behind(app)
        script.add(a_frame(4, number=2))
        script.add(a_frame(5, number=3))
        await pilot.pause(0.2)
        assert app.desk.frame is not script.last, "frames are not pulled for a terminal that is behind"
        writer._queue.get()
        writer._queue.get()
        await shown(app, script, pilot)
        assert app.desk.frame is script.last


async def test_frames_come_at_most_once_a_second_under_a_choice() -> None:
    script = Script(a_frame(3))
    async with running(script) as (app, pilot):
        await pilot.press("s")
        for number in range(2, 30):
            script.add(a_frame(3, number=number))
        await pilot.pause(0.3)
        assert app.desk.frame is not None
        assert app.desk.frame.number <= 3


async def test_the_theme_changes_every_line() -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        before = {segment.style for strip in strips(app) for segment in strip}
        await pilot.press("f2")
        await pilot.pause()
        after = {segment.style for strip in strips(app) for segment in strip}
        assert not before & after
        check(app)


async def test_a_filter_that_arrives_in_one_piece_is_typed_and_not_obeyed() -> None:
    """Whoever types fast, or sends keys by a program: `q` and `p` belong to the filter, not to the table."""
    async with running(Script(a_frame([a_node_view(1)]))) as (app, pilot):
        for key in ("slash", *"pq", "slash", *"x", "enter"):
            app.post_message(Key(key, {"slash": "/", "enter": "\r"}.get(key, key)))
        await pilot.pause(0.4)
        assert app.return_code is None
        assert isinstance(app.screen, Dashboard)
        assert app.screen.query_one(Input).value == "pq/x"
