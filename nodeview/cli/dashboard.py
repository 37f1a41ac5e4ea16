"""`nodeview`: the dashboard. Here the house is put together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from nodeview.cli.options import assumptions_of, table_state_of, ui_options_of
from nodeview.cli.stopping import on_stop
from nodeview.cli.terminal import need_terminal
from nodeview.frame import Frames
from nodeview.settings import Settings, Sources

if TYPE_CHECKING:  # a demo paints before it needs the wire
    from nodeview.cli.price_sources import Asking
    from nodeview.cli.screen_actions import ScreenActions
    from nodeview.wire.connection import Connection


def run_dashboard(sources: Sources) -> int:
    """Watch the cluster that was asked for until the person leaves; returns the exit code."""
    from nodeview.cli.place import settle

    settings, connection = settle(sources)

    async def known() -> Connection:
        return connection

    return show(settings, known, connection.context)


def show(
    settings: Settings,
    connection: Callable[[], Awaitable[Connection]],
    title: str,
    asking: Asking | None = None,
    *,
    lasting: bool = True,
) -> int:
    """Run the screen over what this connection tells; raises what ended it, if anything did.

    `asking` says where prices may come from, whatever the settings say; AWS is asked unless they say otherwise.
    A cluster that is not `lasting` ends with the screen.
    """
    state, given = table_state_of(settings), assumptions_of(settings)
    need_terminal()
    from nodeview.ui.app import NodeviewApp  # after the command line was found right

    async def run() -> int:
        acts: list[ScreenActions] = []
        async with AsyncExitStack() as closing:

            async def open_frames() -> Frames:
                # After the first paint, and beside the loop: this import takes longer than all before it.
                loading = asyncio.to_thread(_load)
                where, _ = await asyncio.gather(connection(), loading)
                from nodeview.cli.price_sources import asking_of, price_desk
                from nodeview.cli.screen_actions import ScreenActions
                from nodeview.live.informer import Watched, open_informer

                may_ask = asking or asking_of(settings, "live")
                prices = await asyncio.to_thread(price_desk, settings, may_ask, where.aws_profile)
                watched = Watched(settings.node_selector)
                informer = await open_informer(where, given, watched, 1 / settings.fps, prices=prices)
                closing.push_async_callback(informer.close)
                if not settings.read_only:
                    acts.append(ScreenActions(informer, settings, os.environ, lambda: app.desk.frame))
                    closing.push_async_callback(_end, acts[0], lasting)
                return informer

            options = ui_options_of(settings, state, title)
            app = NodeviewApp(open_frames, options, acts=lambda: acts[0] if acts else None)
            on_stop(lambda code: app.exit(None, code))
            await app.run_async(mouse=settings.mouse)
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0

    return asyncio.run(run())


async def _end(acts: ScreenActions, lasting: bool) -> None:
    """End what is being carried out, the screen being gone, and say how it stands."""
    lines = await acts.close(lasting=lasting)
    with suppress(OSError):  # the terminal may be gone
        for line in lines:
            print(line, flush=True)


def _load() -> None:
    import_module("nodeview.live.informer")
    import_module("nodeview.cli.price_sources")
    import_module("nodeview.cli.screen_actions")
