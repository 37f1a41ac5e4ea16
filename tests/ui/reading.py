"""Reading what an app shows, as text and as segments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.strip import Strip

from nodeview.frame import Frame
from nodeview.records import NodeName
from nodeview.ui.app import NodeviewApp
from nodeview.ui.options import UiOptions
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.views import NodeView
from tests.ui.frames import Clock, Script


def strips(app: NodeviewApp) -> list[Strip]:
    """The screen, line by line."""
    return app.screen._compositor.render_strips()


def lines(app: NodeviewApp) -> list[str]:
    """The screen as text."""
    return [strip.text for strip in strips(app)]


def text(app: NodeviewApp) -> str:
    """The whole screen as text."""
    return "\n".join(lines(app))


def check(app: NodeviewApp) -> None:
    """Every line is as wide as the screen, and every segment has a style."""
    for strip in strips(app):
        assert cell_len(strip.text) == app.size.width, strip.text
        assert all(segment.style is not None for segment in strip)


@asynccontextmanager
async def running(
    script: Script,
    size: tuple[int, int] = (120, 40),
    clock: Clock | None = None,
    **options: Any,
) -> AsyncIterator[tuple[NodeviewApp, Pilot[None]]]:
    """An app that has shown the frames known to the script."""
    app = NodeviewApp(script.open, UiOptions(fps=1000, **options), clock or Clock())
    async with app.run_test(size=size) as pilot:
        await shown(app, script, pilot)
        yield app, pilot


async def shown(app: NodeviewApp, script: Script, pilot: Pilot[None]) -> None:
    """Wait until every frame of the script is on the screen."""
    last = script.last
    for _ in range(500):
        if last is None or app.desk.frame is last:
            break
        await pilot.pause(0.01)
    await pilot.pause()


def the_dashboard(app: NodeviewApp) -> Dashboard:
    """The main screen, which must be on top."""
    assert isinstance(app.screen, Dashboard)
    return app.screen


def with_nodes(frame: Frame, number: int, *changed: NodeView, gone: tuple[str, ...] = ()) -> Frame:
    """The next frame: some views are other ones, some nodes are gone."""
    nodes = {name: view for name, view in frame.view.nodes.items() if name not in gone}
    nodes |= {view.name: view for view in changed}
    touched = frozenset([view.name for view in changed]) | {NodeName(name) for name in gone}
    return replace(frame, number=number, view=replace(frame.view, nodes=nodes), touched=touched)
