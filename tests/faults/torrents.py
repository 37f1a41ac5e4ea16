"""More than fits: long lines, bursts, and a consumer that is slow."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from nodeview.wire import watching
from tests.faults.catalogue import provokes
from tests.faults.cluster import Cluster
from tests.faults.stage import Stage
from tests.faults.watching_stage import watched
from tests.raw import raw_pod
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request

# Much


@provokes("W18")
async def a_line_of_five_megabytes(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    thing = raw_pod("huge")
    thing["metadata"]["annotations"] = {"note": "x" * 5_000_000}
    stage.server.apply("pods", thing)
    stage.server.performed["5 MB"] += 1
    await stage.performed("5 MB")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(1, "pods watch")


@provokes("W18")
async def a_line_that_never_ends(stage: Stage) -> None:
    sent = 0

    async def endless(server: Misbehaving, request: Request, reply: Reply) -> None:
        nonlocal sent
        await reply.start()
        await reply.send(b'{"type":"ADDED","object":{"metadata":{"name":"')
        server.performed["endless"] += 1
        while sent < 40_000_000:
            await reply.send(b"x" * 500_000)
            sent += 500_000

    stage.server.fault("pods watch", "left", endless)
    with patch.object(watching, "LARGEST_LINE", 8 << 20):
        await stage.open()
        await stage.performed("endless")
        await stage.agreed()
    stage.said_old("pods", "a line of more than 8 MB")
    assert sent < 24_000_000, "it is not read on for ever"
    stage.requests_under(2, "pods list")
    stage.requests_under(2, "pods watch")


BURST, BATCH = 50_000, 500


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def burst(events: int, behind: list[int]) -> Fault:
    """So many changes of one pod, one after the other, as fast as the client takes them; then a proper end."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        assert isinstance(server, Cluster)
        await reply.start()
        server.performed["burst"] += 1
        thing = json.dumps(raw_pod("p0001", 777), separators=(",", ":")).encode()
        line = b'{"type":"MODIFIED","object":%b}\n' % thing.replace(b'"777"', b'"%d"')
        for start in range(0, events, BATCH):
            await reply.send(b"".join(line % (1000 + start + step) for step in range(BATCH)))
            behind.append(start + BATCH)
        server.version = 1000 + events
        server.shelves["pods"]["shop/p0001"] = raw_pod("p0001", server.version)
        server.performed["burst over"] += 1
        await asyncio.sleep(0.2)
        await reply.end()

    return fault


@provokes("W19")
async def a_burst_and_then_nothing(stage: Stage) -> None:
    changes = 0
    stage.server.fault("pods watch", "ended", burst(BURST, []))
    await stage.open()
    assert stage.informer is not None
    proper = stage.informer._store.apply

    def counted(*given: Any) -> None:
        nonlocal changes
        changes += 1
        proper(*given)

    stage.informer._store.apply = counted  # type: ignore[method-assign, assignment]
    await stage.until(lambda: bool(stage.seen))
    before, most = resident(), 0
    deadline = time.monotonic() + (1.0 if stage.naive else 20.0)
    while not stage.server.performed["ended"] and time.monotonic() < deadline:
        most = max(most, resident())
        await asyncio.sleep(0.01)
    assert stage.server.performed["ended"], "not taken in time"
    await stage.performed("ended")
    assert most - before < 48 << 20, f"memory grew by {(most - before) >> 20} MB"
    assert changes < BURST / 10, f"{changes} changes: neighbours are told together"
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(2, "pods watch")


@provokes("W20")
async def a_consumer_slower_than_the_producer(stage: Stage) -> None:
    """What is not taken yet waits in the kernel and at the server, not with us."""
    sent: list[int] = []
    ahead: list[int] = []
    stage.server.fault("pods watch", "ended", burst(20_000, sent))
    await stage.open()
    assert stage.informer is not None
    reflector = next(one for one in stage.informer._reflectors if one.resource.plural == "pods")
    proper = stage.informer._store.apply

    def slow(*given: Any) -> None:
        if len(ahead) < 300:
            time.sleep(0.002)
        ahead.append((sent[-1] if sent else 0) - reflector.events)
        proper(*given)

    with patch.object(stage.informer._store, "apply", slow):
        deadline = time.monotonic() + (1.0 if stage.naive else 20.0)
        while not stage.server.performed["ended"] and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
    assert stage.server.performed["ended"], "not taken in time"
    await stage.performed("ended")
    bytes_ahead = max(ahead) * 420
    assert bytes_ahead < 8_000_000, f"{bytes_ahead >> 20} MB wait, which is all there is"
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(2, "pods watch")
