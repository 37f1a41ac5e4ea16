"""The audit of requests on screen."""

from __future__ import annotations

from nodeview.cluster import Stream
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.report.test_audit_report import audited_frame
from tests.ui.frames import Clock, Script, a_frame, synced
from tests.ui.reading import check, running, shown, text


async def test_a_shows_the_audit_and_a_goes_back() -> None:
    for size in ((80, 24), (120, 40), (200, 60)):
        async with running(Script(audited_frame()), size=size) as (app, pilot):
            assert "hair too large" not in text(app)
            await pilot.press("a")
            await pilot.pause(0.2)
            await pilot.pause()
            said = " ".join(text(app).split())  # as it reads, however it is wrapped
            assert "audit of requests" in said
            assert "4 default/api pods would fit a c6i.4xlarge with 10 MiB less each: today 3 do" in said
            assert "12 pods have 4 nodes of pool api to themselves: 3 would do, 1 node in 4" in said
            assert "proxy requests no cpu" in said
            assert "40 MiB too much" in said
            assert "esc back" in said
            check(app)
            await pilot.press("a")
            assert isinstance(app.screen, Dashboard)


async def test_a_later_frame_is_looked_at_after_some_seconds() -> None:
    clock = Clock()
    script = Script(a_frame(3))
    async with running(script, clock=clock) as (app, pilot):
        await pilot.press("a")
        await pilot.pause(0.2)
        await pilot.pause()
        assert "no workload would have one more pod" in text(app)
        later = audited_frame()
        script.add(later)
        await shown(app, script, pilot)
        app._tick()
        await pilot.pause(0.2)
        await pilot.pause()
        assert "c6i.4xlarge" not in text(app)
        clock.now = NOW + 6
        app._tick()
        await pilot.pause(0.2)
        await pilot.pause()
        assert "would fit a c6i.4xlarge" in text(app)


async def test_nothing_is_said_of_pods_that_are_not_listed_yet() -> None:
    listing = Stream("pods", "listing", NOW)
    async with running(Script(a_frame(3, streams=(synced()[0], listing)))) as (app, pilot):
        await pilot.press("a")
        await pilot.pause(0.2)
        await pilot.pause()
        assert "pods are still being listed" in text(app)
        assert "hair too large" not in text(app)
        check(app)


async def test_before_any_frame_it_says_so() -> None:
    async with running(Script()) as (app, pilot):
        await pilot.press("a")
        await pilot.pause()
        assert "connecting" in text(app)
        check(app)
