"""The table: its cursor, its mouse, and how little it paints."""

from __future__ import annotations

from textual.events import MouseScrollDown

from nodeview.ui.screens.dashboard import Dashboard
from tests.ui.frames import Clock, Script, a_frame, a_node_view
from tests.ui.reading import lines, running, shown, the_dashboard, with_nodes


async def test_the_cursor_stays_on_its_node_and_line_while_rows_move() -> None:
    clock = Clock()
    frame = a_frame([a_node_view(one, pods=one % 6) for one in range(1, 100)])
    script = Script(frame)
    async with running(script, size=(120, 30), clock=clock, sort_by="cpu", descending=True) as (app, pilot):
        table = the_dashboard(app).table
        await pilot.press("down", "down", "down")
        key, line = table.cursor_key, table.cursor - table.top
        assert key is not None
        clock.now += 10
        hot = [a_node_view(one, pods=7) for one in range(60, 80)]
        script.add(with_nodes(frame, 2, *hot))
        await shown(app, script, pilot)
        assert table.cursor_key == key
        assert table.cursor == 23
        assert table.cursor - table.top == line
        assert key.split(".")[0] in lines(app)[line + 5]
        assert lines(app)[line + 5].startswith("▸")


async def test_when_the_cursors_node_leaves_the_cursor_keeps_its_place() -> None:
    clock = Clock()
    frame = a_frame([a_node_view(one) for one in range(1, 6)])
    script = Script(frame)
    async with running(script, clock=clock) as (app, pilot):
        await pilot.press("down", "down")
        table = the_dashboard(app).table
        clock.now += 5
        script.add(with_nodes(frame, 2, gone=(table.keys[2],)))
        await shown(app, script, pilot)
        assert table.cursor == 2
        assert len(table.keys) == 4


async def test_nothing_is_written_when_nothing_changed() -> None:
    frame = a_frame([a_node_view(one) for one in range(1, 200)])
    script = Script(frame)
    async with running(script, size=(120, 30)) as (app, pilot):
        app._tick()
        await pilot.pause()
        written: list[object] = []
        app.post_display_hook = lambda: written.append(1)  # type: ignore[method-assign]
        script.add(with_nodes(frame, 2, a_node_view(150)))
        await shown(app, script, pilot)
        app._tick()
        await pilot.pause(0.1)
        assert written == []


async def test_the_mouse_sorts_chooses_opens_and_scrolls() -> None:
    frame = a_frame([a_node_view(one, pods=one % 7) for one in range(1, 100)])
    async with running(Script(frame), size=(120, 30)) as (app, pilot):
        dashboard = the_dashboard(app)
        await pilot.click("#table", offset=(55, 0))
        await pilot.pause()
        assert dashboard.nodes.state.sort_by == "cpu"
        await pilot.click("#table", offset=(5, 4))
        await pilot.pause()
        assert dashboard.table.cursor == 3
        top = dashboard.table.top
        await pilot._post_mouse_events([MouseScrollDown], "#table", offset=(5, 5), button=0)
        await pilot.pause()
        assert dashboard.table.top == top + 3
        await pilot.click("#table", offset=(5, 6), times=2)
        await pilot.pause()
        assert not isinstance(app.screen, Dashboard)
