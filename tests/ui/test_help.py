"""Help."""

from __future__ import annotations

from tests.ui.frames import Script, a_frame
from tests.ui.reading import running, text


async def test_help_is_made_from_the_bindings_of_the_screen_below() -> None:
    async with running(Script(a_frame(3)), size=(120, 60)) as (app, pilot):
        await pilot.press("?")
        await pilot.pause()
        assert "Gather nodes by pool" in text(app)
        assert "Pods or facts" not in text(app)
        assert "joined a moment ago" in text(app)
        await pilot.press("escape", "enter")
        await pilot.pause()
        await pilot.press("?")
        await pilot.pause()
        assert "Pods or facts" in text(app)
        assert "Gather nodes by pool" not in text(app)
