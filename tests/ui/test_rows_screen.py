"""The order of pods on the screens of pods."""

from __future__ import annotations

import msgspec

from nodeview.records import OwnerRef
from tests.ui.frames import Script, a_frame, a_node_view, waiting
from tests.ui.reading import running, text


async def test_pods_can_be_sorted_by_key_and_turned_round() -> None:
    async with running(Script(a_frame([a_node_view(1)]))) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "CPU▼" in text(app)
        await pilot.press(">")
        assert "MEM MiB▼" in text(app)
        await pilot.press("S")
        assert "MEM MiB▲" in text(app)


async def test_a_click_on_a_title_sorts_the_pending_pods() -> None:
    owners = [msgspec.structs.replace(waiting(name), owner=OwnerRef("Job", name)) for name in ("b", "a")]
    frame = a_frame(1, pending=owners)
    async with running(Script(frame)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        await pilot.click("#table", offset=(2, 0))
        await pilot.pause()
        assert "OWNER▲" in text(app)
        assert text(app).index("▸+ a") < text(app).index(" + b ")
