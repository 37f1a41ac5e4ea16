"""What the cases of watches share: how a house that watches is brought about, and what is asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nodeview.wire.connection import connection_of
from tests.faults.cluster import PATHS
from tests.faults.relay import Relay, relayed
from tests.faults.stage import Stage
from tests.raw import raw_pod
from tests.wire.misbehaving import Request

PLURALS = tuple(PATHS.values())


def error(code: int = 0, reason: str = "", message: str = "", **more: Any) -> bytes:
    """An ERROR event."""
    said = {"kind": "Status", "code": code, "reason": reason, "message": message, **more}
    return (
        json.dumps({"type": "ERROR", "object": {key: value for key, value in said.items() if value}}).encode() + b"\n"
    )


def event(verb: str, name: str, version: int, word: str = "", **more: Any) -> bytes:
    """An event of a pod."""
    thing = raw_pod(name, version)
    thing["metadata"]["labels"] = {"word": word}
    return json.dumps({"type": verb, "object": {**more, **thing}}, separators=(",", ":")).encode() + b"\n"


def said_of_one(stage: Stage, reason: str) -> None:
    """All streams lag, and the screen names the one that is worst off."""
    for plural in ("nodes", "pods", *PLURALS):
        name = next(one for one in stage.seen[-1].streams if one.partition(".")[0] == plural)
        with contextlib.suppress(AssertionError):
            stage.said_old(name, reason)
            return
    raise AssertionError(f"{reason!r} was said of none: {stage.headers()}")


def watches(stage: Stage, since: float = 0.0) -> list[Request]:
    """The watches asked for since a moment."""
    return [one for one in stage.server.requests if one.kind.endswith("watch") and one.at >= since]


async def watched(stage: Stage, plural: str = "pods") -> None:
    """Until the house is in order and watches everything."""
    await stage.until(stage.settled)
    await stage.until(lambda: len({one.kind for one in watches(stage)}) == len(PLURALS))


def now() -> float:
    return asyncio.get_running_loop().time()


def bookmarked(stage: Stage, plural: str) -> bool:
    assert stage.frame is not None
    return any(one.bookmarked for one in stage.frame.view.streams if one.resource == plural)


@asynccontextmanager
async def on_a_line(stage: Stage) -> AsyncIterator[Relay]:
    """The house, open and in order, over a line that the case can spoil."""
    async with relayed(stage.server.url) as line:
        await stage.open(connection_of(line.url, "", "stage"))
        await watched(stage)
        try:
            yield line
        finally:
            await stage.close()
