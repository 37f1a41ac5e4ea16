"""Lines with a cursor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import App, ComposeResult

from nodeview.ui.tones import Ink
from nodeview.ui.widgets.line_list import Line, LineList, Said
from nodeview.views import Tone


class Page(App[None]):
    """Nothing but lines."""

    def compose(self) -> ComposeResult:
        """They are all."""
        yield LineList(Ink(), id="lines")


def some(*keys: object) -> list[Line]:
    """Lines that say their keys."""
    return [Line(str(key), ((f"line {key}", Tone.PLAIN),)) for key in keys]


def seen(app: Page) -> list[str]:
    """What is on the screen."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


async def test_the_cursor_stays_on_its_line_and_on_its_place() -> None:
    app = Page()
    async with app.run_test(size=(30, 10)) as pilot:
        lines = app.query_one(LineList)
        lines.put(some(*range(40)))
        lines.move_to(20)
        await pilot.pause()
        place = seen(app).index("▸line 20")
        lines.put(some("new", *range(40)))
        await pilot.pause()
        assert lines.cursor_key == "20"
        assert seen(app)[place] == "▸line 20"
        lines.put(some(1, 2))
        await pilot.pause()
        assert seen(app)[:3] == [" line 1", "▸line 2", ""]


async def test_what_follows_is_counted_and_the_cursor_never_lies_beneath_that() -> None:
    app = Page()
    async with app.run_test(size=(30, 10)) as pilot:
        lines = app.query_one(LineList)
        lines.put(some(*range(40)))
        await pilot.pause()
        assert seen(app)[9] == " … 31 more below"
        for place in range(40):
            lines.move_to(place)
            await pilot.pause()
            assert f"▸line {place}" in seen(app), place
        assert seen(app)[9] == "▸line 39"
        lines.action_edge(0)
        await pilot.pause()
        assert seen(app)[0] == "▸line 0"
        await pilot.resize_terminal(30, 4)
        lines.move_to_next("3")
        await pilot.pause()
        assert "▸line 3" in seen(app)


async def test_only_lines_in_sight_are_told() -> None:
    told: list[int] = []

    def teller(number: int) -> Iterator[Said]:
        told.append(number)
        yield f"line {number}", Tone.PLAIN

    app = Page()
    async with app.run_test(size=(30, 10)) as pilot:
        app.query_one(LineList).put([Line(str(one), partial(teller, one)) for one in range(1000)])
        await pilot.pause()
        assert seen(app)[1] == " line 1"
        assert max(told) < 10
