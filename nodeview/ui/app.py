"""The app: it pulls frames and hands them to the screen on top."""

from __future__ import annotations

import logging
import os
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual.app import App
from textual.command import Provider
from textual.screen import Screen

from nodeview.errors import NodeviewError
from nodeview.frame import Frame, Frames
from nodeview.ui.commands import bindings, palette
from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.runs import Acts
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.stylesheets import stylesheet_dir
from nodeview.ui.tones import Ink, theme_name, themes

log = logging.getLogger(__name__)
QUEUED_WRITES = 1
"""More than so many unwritten paints mean that the terminal is behind."""
UNDER_A_MODAL = 1.0
"""Seconds between frames while something lies over the screen: each would paint both."""


class NodeviewApp(App[None]):
    """One cluster on one terminal. Afterwards `failure` says, if anything, why it ended."""

    CSS_PATH = stylesheet_dir() / "nodeview.tcss"
    BINDINGS = bindings("app")
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {palette}
    PAUSE_GC_ON_SCROLL = True
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        open_frames: Callable[[], Awaitable[Frames]],
        options: UiOptions,
        clock: Callable[[], float] = time.time,
        acts: Callable[[], Acts | None] = lambda: None,
    ) -> None:
        """`open_frames` is awaited after the first paint; `clock` says epoch seconds; `acts`, asked when the frames are
        open, is who plans and writes."""
        for fixed in ("COLUMNS", "LINES"):
            os.environ.pop(fixed, None)  # Textual would believe these before the terminal, and follow no resize
        super().__init__()
        self.failure: NodeviewError | None = None
        self.desk = Desk(options, clock, Ink(options.theme, options.style, options.ascii))
        self.animation_level = "none"
        self._open_frames = open_frames
        self._open_acts = acts
        for theme in themes():
            self.register_theme(theme)
        self.theme = theme_name(options.theme)
        self.set_class(options.ascii, "-ascii")

    def get_default_screen(self) -> Screen[Any]:
        """The dashboard; all else lies on it."""
        return Dashboard(self.desk)

    def on_mount(self) -> None:
        """Paint first, connect then."""
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.run_worker(self._follow(), group="frames", exit_on_error=False)

    async def _follow(self) -> None:
        """Pull frames for as long as there is a terminal; whatever ends it becomes `failure`."""
        try:
            frames = await self._open_frames()
            self.desk.ask_prices = getattr(frames, "refresh_prices", self.desk.ask_prices)
            self.desk.acts = self._open_acts()
            while True:
                self._show(await frames.next())
                await self._pace()
        except NodeviewError as error:
            self._fail(error)
        except Exception as error:
            log.exception("the frames ended")
            self._fail(_bug(error))

    async def _pace(self) -> None:
        """Leave time between frames, and wait for a terminal that is behind."""
        await sleep(UNDER_A_MODAL if self.screen.is_modal else 1 / max(self.desk.options.fps, 1))
        while is_behind(self):
            await sleep(1 / max(self.desk.options.fps, 1))

    def _show(self, frame: Frame) -> None:
        self.desk.frame = frame
        if (screen := self.top_screen()) is not None:
            screen.show(frame)

    def _tick(self) -> None:
        if not is_behind(self) and (screen := self.top_screen()) is not None:
            screen.tick()

    def top_screen(self) -> ClusterScreen | None:
        """The whole screen that is seen, maybe under a choice or the palette."""
        seen = next((one for one in reversed(self.screen_stack) if not one.is_modal), None)
        return seen if isinstance(seen, ClusterScreen) else None

    def _fail(self, error: NodeviewError) -> None:
        self.failure = error
        self.exit(return_code=error.exit_code)

    def _fatal_error(self) -> None:
        # Textual would print a traceback under the screen; ours is in the log, and a sentence is enough.
        error = self._exception
        log.error("the screen failed", exc_info=error)
        if self.failure is None:
            self.failure = _bug(error)
        self._close_messages_no_wait()

    def action_leave(self) -> None:
        """Leave at once; where something is being carried out, ask first."""
        if not self.desk.runs.running:
            self.exit(return_code=0)
            return
        from nodeview.ui.screens.actions_choice import LeaveChoice

        if not isinstance(self.screen, LeaveChoice):
            self.push_screen(LeaveChoice(self.desk), self._leave_chosen)

    def action_interrupt(self) -> None:
        """As `leave`; whoever insists, stops what is being carried out and leaves."""
        from nodeview.ui.screens.actions_choice import LeaveChoice

        if isinstance(self.screen, LeaveChoice):
            self.screen.dismiss("leave")
        else:
            self.action_leave()

    def _leave_chosen(self, answer: str | None) -> None:
        if answer == "leave":
            self.exit(return_code=0)

    def action_theme(self) -> None:
        """Change between light and dark."""
        other = "dark" if self.theme == theme_name("light") else "light"
        self.desk.ink = Ink(other, self.desk.options.style, self.desk.options.ascii)
        self.theme = theme_name(other)
        for screen in self.screen_stack:
            if isinstance(screen, ClusterScreen):
                screen.dip()

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder="What to do", id="--command-palette"))

    def action_help(self) -> None:
        """Say what the keys do."""
        from nodeview.ui.screens.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.desk, self.screen.active_bindings))


def is_behind(app: App[Any]) -> bool:
    """Whether the terminal takes paints more slowly than we make them, by Textual's own queue; False without one."""
    queue = getattr(getattr(app._driver, "_writer_thread", None), "_queue", None)
    return queue is not None and queue.qsize() > QUEUED_WRITES


def _bug(error: BaseException | None) -> NodeviewError:
    said = f"{type(error).__name__}: {error}" if error is not None else "an unknown error"
    return NodeviewError(
        f"nodeview stopped by a fault of its own ({said}).", hint="--debug writes the details to the log file."
    )
