"""`nodeview`: the dashboard. Here the house is put together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from nodeview.cli.options import assumptions_of, table_state_of, ui_options_of
from nodeview.cli.terminal import need_terminal
from nodeview.frame import Frames
from nodeview.settings import Settings, Sources

if TYPE_CHECKING:  # a demo paints before it needs the wire
    from nodeview.wire.connection import Connection

TERMINATED = 128 + signal.SIGTERM
"""The exit code that a shell gives to whom a SIGTERM ended; here the terminal is put right first."""


def run_dashboard(sources: Sources) -> int:
    """Watch the cluster that was asked for until the person leaves; returns the exit code."""
    from nodeview.cli.place import settle

    settings, connection = settle(sources)

    async def known() -> Connection:
        return connection

    return show(settings, known, connection.context)


def show(settings: Settings, connection: Callable[[], Awaitable[Connection]], title: str) -> int:
    """Run the screen over what this connection tells; raises what ended it, if anything did."""
    state = table_state_of(settings)
    need_terminal()
    from nodeview.ui.app import NodeviewApp  # after the command line was found right

    async def run() -> int:
        async with AsyncExitStack() as closing:

            async def open_frames() -> Frames:
                # After the first paint, and beside the loop: this import takes longer than all before it.
                loading = asyncio.to_thread(import_module, "nodeview.live.informer")
                where, _ = await asyncio.gather(connection(), loading)
                from nodeview.live.informer import Watched, open_informer

                watched = Watched(settings.node_selector)
                informer = await open_informer(where, assumptions_of(settings), watched, 1 / settings.fps)
                closing.push_async_callback(informer.close)
                return informer

            app = NodeviewApp(open_frames, ui_options_of(settings, state, title))
            with suppress(NotImplementedError):  # Windows has no such signals
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.exit, None, TERMINATED)
            await app.run_async(mouse=settings.mouse)
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0

    return asyncio.run(run())
