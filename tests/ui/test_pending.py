"""The pods that wait."""

from __future__ import annotations

from nodeview.cluster import Stream
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.ui.frames import Script, a_frame, synced, waiting
from tests.ui.reading import check, running, text


async def test_p_shows_the_pending_pods_and_all_of_the_schedulers_words() -> None:
    long = "0/5000 nodes are available: " + ", ".join(f"{one} node(s) had reason-{one}" for one in range(20)) + "."
    frame = a_frame(3, pending=[waiting("first"), waiting("second", long)])
    async with running(Script(frame), size=(100, 40)) as (app, pilot):
        assert "reason-19" not in text(app)
        await pilot.press("p")
        await pilot.pause()
        assert "second" in text(app)
        await pilot.press("down")
        await pilot.pause()
        assert "reason-19" in text(app)
        assert "of Deployment worker" in text(app)
        check(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Dashboard)


async def test_pods_that_may_have_a_node_by_now_look_old() -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason="connection refused", synced_once=True)
    frame = a_frame(3, pending=[waiting("first")], streams=(synced()[0], broken))
    async with running(Script(frame), size=(80, 24)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert "▲ pods 12 s old: connection refused" in text(app)
        assert " 1 pending: 1 unschedulable" in text(app)
        check(app)
