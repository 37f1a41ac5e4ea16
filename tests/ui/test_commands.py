"""The table of commands and the places where they work."""

from __future__ import annotations

from tests.ui.frames import Script, a_frame
from tests.ui.reading import running


async def test_every_command_of_a_screen_can_be_run_there() -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        for keys in ((), ("enter",), ("escape", "p"), ("escape", "h"), ("escape", "?"), ("escape", "s")):
            await pilot.press(*keys)
            await pilot.pause()
            for _, binding, enabled, _ in app.screen.active_bindings.values():
                assert enabled, binding
                if binding.id and "(" not in binding.action and "." not in binding.action:
                    found = [hasattr(one, f"action_{binding.action}") for one in (app.screen, app, app.focused)]
                    assert any(found), binding.action
