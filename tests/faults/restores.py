"""A server that is of another time: restored from a backup, or of the future."""

from __future__ import annotations

import asyncio

from tests.faults.catalogue import provokes
from tests.faults.stage import STREAMS, Stage
from tests.faults.watching_stage import PLURALS, bookmarked, on_a_line, said_of_one, watched
from tests.wire.misbehaving import Misbehaving, Reply, Request, status

# Another time


def restored(stage: Stage) -> None:
    """The server is restored from a backup: versions go backwards, and some of what was is not."""
    server = stage.server
    server.version, server.oldest = 50, 0
    server.shelves["pods"].pop("shop/p0002", None)
    for log in server.logs.values():
        log.clear()
    server.pod("p0001", "as in the backup")

    async def honest(server: Misbehaving, request: Request, reply: Reply) -> None:
        """As an API server answers a list that asks for a version of its future."""
        if int(request.params.get("resourceVersion", "0")) > server.version:
            server.performed["too large"] += 1
            await status(504, "Timeout", "Too large resource version: 5001, current: 51")(server, request, reply)
            return
        await server.answer(request, reply)

    for plural in PLURALS:
        server.fault(f"{plural} list", "list after the restore", honest, times=100)
    server.performed["restored"] += 1


async def _in_the_future(stage: Stage) -> None:
    """The house knows a version that the server will have forgotten, and that it sends bookmarks."""
    await watched(stage)
    stage.server.version = 5000
    stage.server.bookmark_of()
    await stage.until(lambda: stage.naive or all(bookmarked(stage, one) for one in ("nodes", "pods")))


@provokes("W21")
async def a_server_restored_from_a_backup_during_an_outage(stage: Stage) -> None:
    async with on_a_line(stage) as line:
        await _in_the_future(stage)
        await line.refuse()
        await asyncio.sleep(0.4)
        restored(stage)
        await line.listen()
        await stage.performed("restored")
        await stage.agreed()
        await stage.performed("too large", len(PLURALS))
        said_of_one(stage, "connection refused")
        stage.requests_under(3, "pods list")
        stage.requests_under(6, "pods watch")


@provokes("W21", idle=0.3)
async def a_server_restored_from_a_backup_that_was_never_away(stage: Stage) -> None:
    """A watch from a version of its future is accepted, and says nothing: only the missing bookmarks tell."""
    await stage.open()
    await _in_the_future(stage)
    restored(stage)
    stage.server.cut_all()
    await stage.performed("restored")
    await stage.until(lambda: stage.server.performed["too large"] == STREAMS)
    await stage.agreed()
    said_of_one(stage, "Too large resource version")
    stage.requests_under(4, "pods list")
    stage.requests_under(6, "pods watch")


@provokes("W21")
async def a_watch_from_a_version_of_the_future_is_refused(stage: Stage) -> None:
    await stage.open()
    await _in_the_future(stage)
    restored(stage)
    refused = status(504, "Timeout", "Too large resource version: 5001, current: 51")
    for plural in PLURALS:
        stage.server.fault(f"{plural} watch", "watch of the future", refused)
    stage.server.cut_all()
    await stage.performed("watch of the future", len(PLURALS))
    await stage.agreed()
    said_of_one(stage, "Too large resource version")
    stage.requests_under(2, "pods list")
    stage.requests_under(4, "pods watch")


@provokes("W21")
async def a_bookmark_comes_from_the_past(stage: Stage) -> None:
    await stage.open()
    await _in_the_future(stage)
    stage.server.shelves["pods"].pop("shop/p0002")
    stage.server.say_of("pods", b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"60"}}}\n')
    stage.server.performed["back"] += 1
    await stage.performed("back")
    await stage.until(lambda: stage.server.count("pods list") == 2)
    await stage.agreed()
    stage.said_old("pods", "went back in time, from version 5001 to 60")
    stage.requests_under(2, "pods list")
    stage.requests_under(2, "pods watch")
