"""An outage, waited out by many and asked about by one."""

from __future__ import annotations

import asyncio

from nodeview.wire.gate import Gate
from nodeview.wire.pace import Pace


class Server:
    """Answers when it is up."""

    def __init__(self, *, up: bool) -> None:
        self.up = up

    async def answers(self) -> bool:
        await asyncio.sleep(0.001)
        return self.up


async def test_an_open_gate_holds_nobody() -> None:
    gate = Gate(Server(up=False))
    assert await gate.passed() is False
    assert gate.probes == 0


async def test_trouble_of_one_stream_is_its_own() -> None:
    gate = Gate(Server(up=True))
    gate.shut()
    assert await gate.passed() is False
    assert (gate.is_open, gate.probes) == (True, 1)


async def test_twenty_streams_wait_and_one_asks() -> None:
    server = Server(up=False)
    gate = Gate(server, pace=Pace(probe_every=0.05, probe_spread=0.05))
    gate.shut()
    streams = [asyncio.create_task(gate.passed()) for _ in range(20)]
    await asyncio.sleep(0.3)
    assert 4 <= gate.probes <= 9
    assert not any(stream.done() for stream in streams)
    server.up = True
    assert await asyncio.wait_for(asyncio.gather(*streams), 1.0) == [True] * 20
    assert gate.is_open


async def test_who_comes_between_the_last_probe_in_vain_and_the_first_answer_waited_out_an_outage_too() -> None:
    server = Server(up=False)
    gate = Gate(server, pace=Pace(probe_every=0.1, probe_spread=0.0))
    gate.shut()
    early = asyncio.create_task(gate.passed())
    await asyncio.sleep(0.03)
    assert gate.probes == 1
    server.up = True
    late = asyncio.create_task(gate.passed())
    assert all(await asyncio.wait_for(asyncio.gather(early, late), 1.0))
    assert (gate.probes, gate.outages) == (2, 1)


async def test_the_opening_is_spread() -> None:
    server = Server(up=False)
    gate = Gate(server, pace=Pace(probe_every=0.02, probe_spread=0.3))
    gate.shut()
    loop = asyncio.get_running_loop()

    async def passed_at() -> float:
        await gate.passed()
        return loop.time()

    streams = [asyncio.create_task(passed_at()) for _ in range(20)]
    await asyncio.sleep(0.05)
    server.up = True
    moments = await asyncio.gather(*streams)
    assert 0.1 < max(moments) - min(moments) < 0.4


async def test_when_the_one_that_asks_is_cancelled_another_does() -> None:
    server = Server(up=False)
    gate = Gate(server, pace=Pace(probe_every=0.02, probe_spread=0.0))
    gate.shut()
    first, second = asyncio.create_task(gate.passed()), asyncio.create_task(gate.passed())
    await asyncio.sleep(0.01)
    first.cancel()
    server.up = True
    assert await asyncio.wait_for(second, 1.0) is True
    assert first.cancelled() or first.cancelling()
