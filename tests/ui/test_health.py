"""The screen of the streams' health."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.frame import Credential
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, synced
from tests.ui.reading import check, running, shown, text


async def test_h_shows_the_connection_and_every_stream_and_h_goes_back() -> None:
    frame = a_frame(3)
    frame = replace(frame, identity=replace(frame.identity, credential=Credential("token", NOW + 723)))
    for size in ((80, 24), (120, 40), (200, 60)):
        async with running(Script(frame), size=size) as (app, pilot):
            assert "EVENTS/S" not in text(app)
            await pilot.press("h")
            await pilot.pause()
            said = text(app)
            assert "https://example.invalid · v1.34.2" in said
            assert "token · expires in 12m 3s" in said
            assert "EVENTS/S" in said
            assert "esc back" in said
            check(app)
            await pilot.press("h")
            assert isinstance(app.screen, Dashboard)


async def test_what_breaks_is_told_at_once_and_ages_once_a_second() -> None:
    clock = Clock()
    script = Script(a_frame(3))
    async with running(script, clock=clock) as (app, pilot):
        await pilot.press("h")
        await pilot.pause()
        clock.now = NOW + 3
        broken = Stream("pods", "lagging", NOW, since=NOW, reason="connection refused", synced_once=True)
        script.add(a_frame(3, number=2, streams=(synced()[0], broken)))
        await shown(app, script, pilot)
        assert "lagging" in text(app)
        assert "▲ pods 3.0 s old: connection refused" in text(app)
        clock.now = NOW + 20
        app._tick()
        await pilot.pause()
        assert "▲ pods 20 s old: connection refused" in text(app)


async def test_before_any_frame_it_says_so() -> None:
    async with running(Script()) as (app, pilot):
        await pilot.press("h")
        await pilot.pause()
        assert "connecting" in text(app)
        check(app)
