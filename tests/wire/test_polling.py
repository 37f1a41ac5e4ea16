"""Polls of a resource that cannot be watched: whatever they meet, the next one comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from nodeview.records import NODE_USAGE, LagState, ServerVersion, Usage
from nodeview.wire.connection import connection_of
from nodeview.wire.gate import Gate
from nodeview.wire.polling import Poller, Rhythm
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, html, misbehaving, status
from tests.wire.things import until

QUICK = Rhythm(every=0.02, every_if_large=0.02, refused=0.02, silence=0.3)
BODY = (
    b'{"kind":"NodeMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":['
    b'{"metadata":{"name":"n1"},"timestamp":"2027-01-15T08:00:00Z","usage":{"cpu":"5n","memory":"1Ki"}}]}\n'
)


class Heard:
    """What polls tell."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.whole: list[list[Any]] = []
        self.failures: list[tuple[LagState, str]] = []

    def begin(self, plural: str) -> None:
        self.rows = []

    def heard(self, plural: str, measured: Sequence[Any]) -> None:
        self.rows += measured

    def complete(self, plural: str, at: float) -> None:
        self.whole.append(self.rows)

    def failed(self, plural: str, why: str, at: float, state: LagState) -> None:
        self.failures.append((state, why))


def answer(body: bytes) -> Fault:
    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(body)

    return fault


@asynccontextmanager
async def polling(*faults: Fault) -> AsyncIterator[tuple[Heard, Gate]]:
    """A poller of a server that answers so, one after the other, and then that there is no such resource."""
    async with misbehaving() as server:
        for place, fault in enumerate(faults):
            server.fault("other", f"fault {place}", fault)
        transport = Transport(connection_of(server.url, "", "test"))
        gate, heard = Gate(transport), Heard()
        poller = Poller(transport, NODE_USAGE, ServerVersion(1, 34, ""), heard, gate, QUICK)
        task = asyncio.create_task(poller.run())
        try:
            yield heard, gate
            assert poller.answered.is_set()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await transport.close()


async def test_each_answer_is_told_whole_and_absence_once_it_is_there() -> None:
    async with polling(answer(BODY), answer(BODY)) as (heard, _):
        await until(lambda: bool(heard.failures))
    assert [[(one.name, one.usage) for one in rows] for rows in heard.whole] == [[("n1", Usage(5, 1024 * 10**9))]] * 2
    assert heard.failures[0] == ("absent", "This cluster does not serve metrics.k8s.io.")


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        (status(403, "Forbidden", "nodes.metrics.k8s.io is forbidden"), "forbidden", "nodes.metrics.k8s.io is"),
        (status(503, "ServiceUnavailable", "the server is currently unable"), "lagging", "unable"),
        (answer(BODY[:-20]), "lagging", ""),
        (answer(b"[]"), "lagging", ""),
        (html(200), "lagging", "text/html"),
    ],
)
async def test_a_failure_is_said_shuts_no_gate_and_the_next_poll_comes(
    fault: Fault, state: LagState, words: str
) -> None:
    async with polling(fault, fault, fault, answer(BODY)) as (heard, gate):
        await until(lambda: bool(heard.whole))
        assert gate.is_open
    assert [one for one, _ in heard.failures[:3]] == [state] * 3
    assert words in heard.failures[0][1]
