"""The pods that wait."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.records import OwnerRef
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, synced, waiting
from tests.ui.reading import check, running, text

LONG = "0/5000 nodes are available: " + ", ".join(f"{one} node(s) had reason-{one}" for one in range(1, 20)) + "."


async def test_p_shows_groups_and_all_that_is_known_of_the_one_under_the_cursor() -> None:
    frame = a_frame(3, pending=[waiting("first"), waiting("second"), waiting("third", LONG)])
    async with running(Script(frame), size=(100, 40)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert "▸+ worker" in text(app)
        assert "no node has 4 vCPU free for it" in text(app)
        assert "of Deployment worker" in text(app)
        assert "1 node(s) had reason-1" not in text(app)
        check(app)
        await pilot.press("down")
        await pilot.pause()
        assert "1 node(s) had reason-1" in text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Dashboard)


async def test_a_group_opens_to_its_pods_and_closes() -> None:
    frame = a_frame(3, pending=[waiting("first"), waiting("second")])
    async with running(Script(frame), size=(80, 24)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert "second" not in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "▸- worker" in text(app)
        assert "     second" in text(app)
        check(app)
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert "▸+ worker" in text(app)
        assert "second" not in text(app)


async def test_a_filter_hides_groups_and_counts_them() -> None:
    other = replace(waiting("job-1", None, "gated"), owner=OwnerRef("Job", "nightly"))
    async with running(Script(a_frame(3, pending=[waiting("first"), other])), size=(100, 30)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("slash", *"kind=gated", "enter")
        await pilot.pause(0.2)
        assert "nightly" in text(app)
        assert "worker" not in text(app)
        assert "1 of 2 groups hidden by the filter" in text(app)
        check(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "worker" in text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Dashboard)


async def test_groups_that_are_gone_leave_the_screen() -> None:
    script, clock = Script(a_frame(1, pending=[waiting("first")])), Clock()
    async with running(script, size=(80, 24), clock=clock) as (app, pilot):
        await pilot.press("p", "enter")
        await pilot.pause()
        assert "first" in text(app)
        script.add(a_frame(1, number=2))
        await pilot.pause(0.1)
        assert "every pod has a node" in text(app)
        check(app)


async def test_pods_that_may_have_a_node_by_now_look_old() -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason="connection refused", synced_once=True)
    frame = a_frame(3, pending=[waiting("first")], streams=(synced()[0], broken))
    async with running(Script(frame), size=(80, 24)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert "▲ pods 12 s old: connection refused" in text(app)
        assert " 1 pending: 1 unschedulable" in text(app)
        check(app)
