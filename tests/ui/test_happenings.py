"""The feed as a screen."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Happening, Preemptions, Stream, Times
from nodeview.frame import Frame
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.ui.frames import Script, a_frame, synced
from tests.ui.reading import check, running, text

STORY = "on n-1 by shop/checkout (0): running after 2 s, " + "balloon refilling " * 12 + "the end"
FEED = (
    Happening(1, NOW - 9, "joined", "n-1", "m7g.large", node="n-1", line=1),
    Happening(2, NOW - 5, "preempted", "shop/balloon-a", STORY, namespace="shop", node="n-1", line=2),
    Happening(3, NOW - 2, "evicted", "web/cart-0", "Evicted pod: Empty", namespace="web", node="n-2", line=3),
)


def told(*lines: Happening, number: int = 1, **said: object) -> Frame:
    frame = a_frame(3, number=number, feed=lines, **said)  # type: ignore[arg-type]
    summary = Preemptions(1, 0, Times(2, 2), Times())
    return replace(frame, view=replace(frame.view, preemptions=summary))


async def test_the_newest_first_the_preemptions_in_a_sentence_and_all_of_a_line() -> None:
    async with running(Script(told(*FEED)), size=(100, 40)) as (app, pilot):
        assert "the end" not in text(app)
        await pilot.press("f")
        await pilot.pause()
        seen = text(app)
        assert "3 happened" in seen
        assert "1 preempted: running after 2s (worst 2s)" in seen
        assert seen.index("web/cart-0") < seen.index("shop/balloon-a") < seen.rindex("m7g.large")
        await pilot.press("down")
        await pilot.pause()
        assert "the end" in text(app)
        check(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Dashboard)


async def test_by_kind_by_namespace_and_what_is_hidden_is_counted() -> None:
    async with running(Script(told(*FEED)), size=(100, 40)) as (app, pilot):
        await pilot.press("f")
        await pilot.pause()
        await pilot.press("t", "down", "enter")  # all, evicted, joined, preempted
        await pilot.pause()
        assert "1 happened · 2 hidden by kind=evicted" in text(app)
        assert "shop/balloon-a" not in text(app)
        await pilot.press("n", "down", "enter")  # all, shop, web
        await pilot.pause()
        assert "0 happened · 3 hidden by kind=evicted ns=shop" in text(app)
        assert "nothing of kind=evicted ns=shop" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "hidden by" not in text(app)
        assert "shop/balloon-a" in text(app)


async def test_of_the_node_under_the_cursor() -> None:
    frame = told(*FEED)
    node = next(iter(frame.view.nodes))
    line = Happening(4, NOW - 1, "cordoned", str(node), "", node=str(node), line=4)
    async with running(Script(replace(frame, feed=(*FEED, line))), size=(100, 40)) as (app, pilot):
        await pilot.press("f")
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        assert "1 happened · 3 hidden by node=" in text(app)
        assert "cordoned" in text(app)
        await pilot.press("o")
        await pilot.pause()
        assert "hidden by" not in text(app)


async def test_a_story_that_goes_on_is_told_in_its_place_and_the_cursor_stays_on_it() -> None:
    script = Script(told(*FEED))
    async with running(script, size=(100, 40)) as (app, pilot):
        await pilot.press("f")
        await pilot.pause()
        await pilot.press("down")
        on = Happening(4, NOW - 5, "preempted", "shop/balloon-a", "it goes on", namespace="shop", node="n-1", line=2)
        new = Happening(5, NOW, "left", "n-9", "", node="n-9", line=5)
        script.add(told(FEED[0], on, FEED[2], new, number=2))
        await pilot.pause(0.3)
        seen = text(app)
        assert "4 happened" in seen
        assert seen.index("n-9") < seen.index("web/cart-0") < seen.index("shop/balloon-a")
        assert seen.count("it goes on") == 2, "in its row, and in the words of the line under the cursor"


async def test_events_that_may_not_be_read_are_said_and_an_empty_feed_is() -> None:
    reason = "events is forbidden"
    streams = (*synced(), Stream("events", "forbidden", NOW, since=NOW, reason=reason))
    frame = a_frame(3, streams=streams)
    assert frame.complete
    async with running(Script(frame), size=(120, 40)) as (app, pilot):
        await pilot.press("f")
        await pilot.pause()
        assert "events are not known: events is forbidden" in text(app)
        assert "nothing has happened since nodeview began to watch" in text(app)
        check(app)
