"""What every screen does: catch up when it comes to the top again."""

from __future__ import annotations

from tests.ui.frames import Script, a_frame
from tests.ui.reading import running, shown, text


async def test_a_screen_catches_up_with_what_it_missed() -> None:
    script = Script(a_frame(3))
    async with running(script) as (app, pilot):
        await pilot.press("p")
        script.add(a_frame(7, number=2))
        script.add(a_frame(8, number=3))
        await shown(app, script, pilot)
        assert "8 nodes" not in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "8 nodes" in text(app)
        assert "ip-10-0-0-8" in text(app)
