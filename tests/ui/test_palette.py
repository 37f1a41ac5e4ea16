"""The command palette."""

from __future__ import annotations

from tests.ui.frames import Script, a_frame
from tests.ui.reading import running, text


async def test_the_palette_offers_the_same_commands_by_name() -> None:
    async with running(Script(a_frame(6))) as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause(0.1)
        await pilot.press(*"group by zone")
        await pilot.pause(0.5)
        await pilot.press("down", "enter")
        await pilot.pause(0.3)
        assert "eu-west-1a · 2 nodes" in text(app)
