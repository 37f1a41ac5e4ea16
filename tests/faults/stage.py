"""The stage of the fault suite: a misbehaving cluster, and the whole house on top, watched at every frame."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from nodeview.frame import Frame
from nodeview.live import informer as house
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.resources import FOLLOWED
from nodeview.report.json_report import report_of
from nodeview.ui.widgets.freshness import liveness
from nodeview.ui.widgets.header import notes_of
from nodeview.views import Assumptions
from nodeview.wire import transport as wire
from nodeview.wire.connection import Connection, connection_of
from tests.faults.cluster import Cluster, clustered
from tests.faults.leaks import collector_kept, nothing_left
from tests.faults.naive import Naive
from tests.wire.things import QUICK

STREAMS = len(FOLLOWED)
"""How many the house opens; those of Events are of one resource."""
SOON_S, NAIVE_SOON_S = 8.0, 0.5
"""How long the stage waits for something to become true: ours is given time on a busy machine."""


class NotPerformed(Exception):
    """The fault never happened, so the case shows nothing; for the naive follower, too."""


@dataclasses.dataclass(frozen=True)
class Sighting:
    """What a person and a script could know at one frame."""

    at: float
    header: str
    """The words on freshness, and the notes."""
    streams: dict[str, dict[str, Any]]
    """As in the JSON report."""
    shown: int
    """Nodes and pods in the picture."""
    touched: frozenset[str]

    @property
    def lagging(self) -> list[str]:
        """Resources that are said to be old."""
        return [resource for resource, said in self.streams.items() if said["state"] == "lagging"]

    def since(self, resource: str) -> float | None:
        """Since when, by the report."""
        age = self.streams[resource]["age_s"]
        return None if age is None else self.at - age


class Stage:
    """One server, one house, and all that was seen. Made by `staged`."""

    def __init__(self, server: Cluster, pace: Any, *, naive: bool) -> None:
        self.server = server
        self.naive = naive
        self.soon = NAIVE_SOON_S if naive else SOON_S
        self.pace = pace
        self.seen: list[Sighting] = []
        self.frame: Frame | None = None
        self.informer: Informer | None = None
        self.compressing = False
        """Whether lists are asked for compressed, as those of any server but one on loopback."""
        self.asserted: set[str] = set()
        """Which of the five things were asserted, and held."""
        self._compared: tuple[Frame | None, int] = (None, 0)
        self._agreed = False
        self.rest = 0.0
        """Seconds between frames; where thousands of things happen, not each of them needs one."""
        self._puller: asyncio.Task[None] | None = None
        self._stirred = asyncio.Event()

    # -- the house

    async def open(self, connection: Connection | None = None, watched: Watched | None = None) -> None:
        """Open the house on this server; faults of the first listing are set before."""
        where = connection or connection_of(self.server.url, self.server.token, "stage")
        with patch.object(wire, "is_loopback", lambda host: not self.compressing):
            self.informer = await open_informer(where, Assumptions(), watched or Watched(), 0.0, self.pace)
        self._puller = asyncio.create_task(self._pull(self.informer), name="frames of the stage")

    @property
    def transport(self) -> wire.Transport:
        """That of the house."""
        assert self.informer is not None
        return self.informer._transport

    async def close(self) -> None:
        """Close the house; what it found out stays."""
        if self._puller is not None:
            self._puller.cancel()
            await asyncio.gather(self._puller, return_exceptions=True)
            self._puller = None
        if self.informer is not None:
            await self.informer.close()

    async def _pull(self, informer: Informer) -> None:
        while True:
            frame = await informer.next()
            said = [liveness(frame, frame.at), *notes_of(frame, frame.at)]
            header = " | ".join(text for text, _ in said)
            pods = sum(len(view.pods) for view in frame.view.nodes.values()) + len(frame.view.pending)
            shown = len(frame.view.nodes) + pods + frame.view.pods_elsewhere
            streams = report_of(frame, nodes=())["streams"]
            self.seen.append(Sighting(frame.at, header, streams, shown, frame.touched))
            self.frame = frame
            self._stirred.set()
            await asyncio.sleep(self.rest)

    # -- waiting

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait for something to become true; an AssertionError when it does not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.soon):
                while not condition():
                    if self._puller is not None and self._puller.done():
                        self._puller.result()
                    self._stirred.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.01):
                            await self._stirred.wait()
                return
        raise AssertionError(f"never true: {what or condition}; header {self.headers()[-3:]}")

    # -- the five things

    async def performed(self, name: str, times: int = 1) -> None:
        """The fault of this name happened, at least so often. Raises `NotPerformed`.

        The naive follower may well be stuck in the first one; it is enough that it met it.
        """
        try:
            await self.until(lambda: self.server.performed[name] >= times)
        except AssertionError:
            if not (self.naive and self.server.begun[name]):
                raise NotPerformed(f"{name}: {self.server.performed[name]} of {times} times") from None
            raise
        self.asserted.add("performed")

    async def agreed(self, *, stir: bool = True) -> None:
        """The picture becomes equal to the truth, and nothing lags. The truth is changed first, so that it is alive."""
        if stir:
            self.server.word()
        try:
            await self.until(lambda: self.settled() and self._agrees(), "agreement")
        except AssertionError:
            raise AssertionError(f"differs: {self.differences()[:5]}; header {self.headers()[-3:]}") from None
        self.asserted.add("agreed")

    def said_old(self, resource: str, reason: str, state: str = "lagging") -> None:
        """Some frame said on the screen and in the report that this resource is old, since when, and why.

        And as long as it said so, the age only grew: trying again makes nothing younger.
        """
        told = [one for one in self.seen if one.streams[resource]["state"] == state]
        why = [one for one in told if reason in (one.streams[resource]["reason"] or "")]
        assert why, f"{resource} never {state} because {reason!r}: {self.reasons(resource)}"
        words = f"▲ {resource}" if state == "lagging" else f"{resource}: {state}"
        if state == "lagging":
            self._ages_grew(resource)
            alone = [one for one in why if one.lagging == [resource]]
            on_screen = all("▲" in one.header for one in why)  # of several, the screen names the worst off
            assert on_screen, f"not on the screen: {self.headers()}"
            assert not alone or any(words in one.header and reason[:20] in one.header for one in alone), self.headers()
        elif state != "absent":
            assert any(words in one.header for one in why), f"not on the screen: {self.headers()}"
        self.asserted.add("said")

    def from_here(self) -> None:
        """What was seen so far counts no more."""
        self.seen[:-1] = []

    def never_said_old(self) -> None:
        """No frame said that anything is old: this fault is not for a person to see."""
        lagging = [one.header for one in self.seen if "▲" in one.header]
        states = {stream["state"] for one in self.seen for stream in one.streams.values()}
        assert not lagging, lagging
        assert not states - {"synced", "listing"}, states
        self.asserted.add("said")

    def requests_under(self, most: int, kind: str = "") -> None:
        """No more than so many requests came, of all or of those whose kind begins so."""
        came = [request.kind for request in self.server.requests if request.kind.startswith(kind)]
        assert len(came) <= most, f"{len(came)} requests instead of {most}: {came[:40]}"
        self.asserted.add("polite")

    # -- what was seen

    def headers(self) -> list[str]:
        """What the screen said of freshness, one after the other, without repetitions."""
        said = [one.header for one in self.seen]
        return [text for place, text in enumerate(said) if place == 0 or text != said[place - 1]]

    def reasons(self, resource: str) -> list[str]:
        """What the report said of one stream."""
        return sorted({f"{one.streams[resource]['state']}: {one.streams[resource]['reason']}" for one in self.seen})

    def settled(self) -> bool:
        """The newest frame is complete, and its header says that it is live."""
        return self.frame is not None and self.frame.complete and self.seen[-1].header.startswith("● live")

    def differences(self) -> list[str]:
        """Where the picture and the truth differ."""
        if self.frame is None or self.informer is None:
            return ["no frame yet"]
        told, true = picture(self.frame, self.informer), truth(self.server)
        return [f"{key}: {told.get(key)} for {true.get(key)}" for key in sorted(told.keys() | true.keys()) if
                told.get(key) != true.get(key)]  # fmt: skip

    def _agrees(self) -> bool:
        """No difference; looked for once for each frame and change."""
        now = (self.frame, self.server.version)
        if self._compared != now:
            self._compared, self._agreed = now, not self.differences()
        return self._agreed

    def _ages_grew(self, resource: str) -> None:
        latest: float | None = None
        for one in self.seen:
            if one.streams[resource]["state"] != "lagging":
                latest = None
                continue
            since = one.since(resource)
            assert since is None or latest is None or since <= latest + 0.002, (
                f"{resource} grew younger: {self.headers()}"
            )
            latest = since if latest is None else latest


def truth(server: Cluster) -> dict[str, tuple[str, ...]]:
    """What a follower should know of each object: uid, word and node."""
    known: dict[str, tuple[str, ...]] = {}
    for plural, things in server.shelves.items():
        for key, thing in things.items():
            metadata = thing["metadata"]
            said: tuple[str, ...] = (metadata["uid"],)
            if plural in ("nodes", "pods"):
                said += (metadata.get("labels", {}).get("word", ""),)
            known[f"{plural} {key}"] = said + ((thing["spec"].get("nodeName") or "",) if plural == "pods" else ())
            if plural == "nodes":
                known[f"shown {key}"] = said
    on = {key.removeprefix("shown ") for key in known if key.startswith("shown ")}
    for key, thing in server.shelves["pods"].items():
        if (node := thing["spec"].get("nodeName")) in on:
            known[f"shown {node} {key}"] = (
                thing["metadata"]["uid"],
                thing["metadata"].get("labels", {}).get("word", ""),
            )
        elif node is None:
            known[f"shown {key}"] = (thing["metadata"]["uid"],)
    return known


def picture(frame: Frame, informer: Informer) -> dict[str, tuple[str, ...]]:
    """The same of what is known: the store's rows, and what the frame shows."""
    known: dict[str, tuple[str, ...]] = {}
    for resource, rows in informer._store._tables.items():
        for key, row in rows.rows.items():
            said: tuple[str, ...] = (row.uid,)
            if resource.plural in ("nodes", "pods"):
                said += (dict(row.labels).get("word", ""),)
            said += (row.node or "",) if resource.plural == "pods" else ()
            known[f"{resource.plural} {'/'.join(filter(None, key))}"] = said
    for name, view in frame.view.nodes.items():
        known[f"shown {name}"] = (view.record.uid, dict(view.record.labels).get("word", ""))
        for pod in view.pods:
            known[f"shown {name} {'/'.join(pod.key)}"] = (pod.uid, dict(pod.labels).get("word", ""))
    for one in frame.view.pending:
        known[f"shown {'/'.join(one.key)}"] = (one.uid,)
    return known


@asynccontextmanager
async def staged(naive: bool = False, *, nodes: int = 3, pods: int = 6, **pace: float) -> AsyncIterator[Stage]:
    """A stage with a cluster of so many; what else is said changes the pace. At its end nothing may be left.

    On the naive one, the reflectors of the house are replaced, and nothing is asked of what is left.
    """
    quick = dataclasses.replace(QUICK, **pace)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(collector_kept())
        stack.enter_context(patch.object(house, "rest", lambda spent, **_: 0.0))
        if naive:
            stack.enter_context(patch.object(house, "Reflector", Naive))
        else:
            await stack.enter_async_context(nothing_left())
        stage = Stage(await stack.enter_async_context(clustered(nodes, pods)), quick, naive=naive)
        stack.push_async_callback(stage.close)
        yield stage
