"""Any order of writes, faults and waits: when all is quiet again, the store holds what the server does."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from nodeview.cluster import ClusterStore, Table
from nodeview.records import NODES, PODS, Listing, ObjectKey, Pod, Record, Resource, ServerVersion
from nodeview.wire.gate import Gate
from nodeview.wire.listing import Relist
from nodeview.wire.reflector import Reflector
from tests.raw import raw_node, raw_pod
from tests.wire.memory import Manners, Memory, VirtualLoop

QUIET_S = 400.0
"""The longest that nodeview may take to be right again, by its own clock: thrice the longest wait after a 403."""
SERVER = ServerVersion(1, 34, "v1.34.2")
FOLLOWED: tuple[Resource[Any], ...] = (NODES, PODS)
NAMES = st.integers(0, 5)
WHERE = st.sampled_from([None, "n0", "n1"])
CODES = ["401", "403", "410", "429", "500", "503", "cut", "ended"]


class Store(ClusterStore):
    """The real store, with tables that a test may break."""

    def __init__(self, table: type[Table[Any]]) -> None:
        super().__init__()
        self._made = table

    def follow(self, resource: Resource[Any]) -> None:
        """As the store does."""
        super().follow(resource)
        self._tables[resource] = self._made()


class Interleavings(RuleBasedStateMachine):
    """Two real reflectors with the paces they have by themselves, one gate, the real store, a server in memory."""

    table: type[Table[Any]] = Table
    performed: ClassVar[Counter[str]] = Counter()
    """By all servers together."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.server = Memory()
        self.store = Store(self.table)
        self.kept = [self.server.state()]
        self.count = 0
        self.faults = 0
        self.loop.run_until_complete(self._open())

    async def _open(self) -> None:
        gate = Gate(self.server, rng=random.Random(3))
        self.tasks = []
        for number, resource in enumerate(FOLLOWED):
            self.store.follow(resource)
            reflector: Reflector[Any] = Reflector(
                self.server,  # type: ignore[arg-type]
                resource,
                SERVER,
                lambda change: self.store.apply(change, 0.0),
                gate,
                wall=self.loop.time,
                rng=random.Random(number),
            )
            self.tasks.append(self.loop.create_task(reflector.run()))

    def teardown(self) -> None:
        """Quiet once more; then all is taken down."""
        self.performed.update(self.server.performed)
        try:
            self.quiet()
        finally:
            for task in self.tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*self.tasks, return_exceptions=True))
            assert all(task.cancelled() for task in self.tasks)
            assert not asyncio.all_tasks(self.loop)
            self.loop.close()

    def passes(self, seconds: float) -> None:
        """Time goes by."""
        self.loop.run_until_complete(asyncio.sleep(seconds))

    # What is written

    @rule(name=NAMES, node=WHERE)
    def write(self, name: int, node: str | None) -> None:
        """A pod is made, or changed, or bound."""
        known = self.server.objects.get("pods", {}).get(("shop", f"p{name}"))
        self.count += 1
        made = raw_pod(f"p{name}", node=node, cpu=f"{self.count}m", born=self.count)
        if known is not None:
            made["metadata"]["uid"] = known["metadata"]["uid"]
        self.server.put("pods", made)

    @rule(name=NAMES)
    def drop(self, name: int) -> None:
        """A pod is deleted."""
        self.server.delete("pods", ("shop", f"p{name}"))

    @rule(name=NAMES, node=WHERE)
    def recreate(self, name: int, node: str | None) -> None:
        """A pod is replaced by a namesake."""
        self.drop(name)
        self.write(name, node)

    @rule(name=st.integers(0, 1), gone=st.booleans())
    def node(self, name: int, gone: bool) -> None:
        """A node is made or changed, or goes before its pods."""
        self.count += 1
        if gone:
            self.server.delete("nodes", ("", f"n{name}"))
        else:
            self.server.put("nodes", raw_node(f"n{name}", cpu=f"{self.count}m"))

    # What goes wrong

    @initialize(page=st.integers(1, 4), piece=st.sampled_from([7, 80, 4000]), bookmarks=st.booleans())
    def begin(self, page: int, piece: int, bookmarks: bool) -> None:
        """Some pods are there before anybody looks."""
        self.server.manners = Manners(page=page, piece=piece, bookmarks=bookmarks)
        for name in range(6):
            self.write(name, "n0" if name % 2 else None)

    @rule(
        think=st.sampled_from([0.0, 0.3, 3.0]),
        drip=st.sampled_from([0.0, 0.01, 0.2]),
        lag=st.sampled_from([0.0, 0.05, 0.5]),
        replay=st.sampled_from([0, 0, 3]),
        odd=st.booleans(),
    )
    def behave(self, think: float, drip: float, lag: float, replay: int, odd: bool) -> None:
        """The server becomes slow or quick, and forgetful of what it has said."""
        old = self.server.manners
        self.server.manners = Manners(old.page, old.piece, drip, think, lag, old.bookmarks, replay, odd, odd)

    @rule(how=st.sampled_from(["reset", "line", "end", "stall"]))
    def cut(self, how: str) -> None:
        """All watches end."""
        self.faults += 1
        self.server.cut(how)

    @rule(how=st.sampled_from(["reset", "end"]), seconds=st.sampled_from([0.0, 0.1, 1.5]))
    def relist(self, how: str, seconds: float) -> None:
        """History is forgotten while nobody listens, so that all is listed anew."""
        self.faults += 1
        self.server.cut(how)
        self.passes(0.0)
        self.count += 1
        self.server.put("nodes", raw_node("n0", cpu=f"{self.count}m"))
        self.server.expire()
        self.passes(seconds)

    @rule(
        think=st.sampled_from([0.3, 1.0]),
        deeds=st.lists(st.tuples(st.sampled_from(["write", "drop", "recreate"]), NAMES, WHERE), min_size=3, max_size=9),
        pause=st.sampled_from([0.2, 0.7]),
    )
    def race(self, think: float, deeds: list[tuple[str, int, str | None]], pause: float) -> None:
        """Things happen between the pages of a list, and the watch tells them first."""
        self.server.manners.think_s = think
        self.relist("reset", 0.5)
        for deed, name, node in deeds:
            self.passes(pause)
            if deed == "drop":
                self.drop(name)
            else:
                (self.write if deed == "write" else self.recreate)(name, node)

    @rule(kind=st.sampled_from(["list", "page", "page", "watch"]), code=st.sampled_from(CODES))
    def fail(self, kind: str, code: str) -> None:
        """The next request of a kind fails."""
        if kind != "watch" or code.isdecimal():
            self.faults += 1
            self.server.failing.setdefault(kind, []).append(code)

    @rule(seconds=st.sampled_from([0.2, 5.0, 90.0]), writes=st.integers(0, 3))
    def outage(self, seconds: float, writes: int) -> None:
        """Nobody can be reached for some time, and is said to be old."""
        self._down(seconds)
        for name in range(writes):
            self.recreate(name, "n1")
        self.server.down = False

    def _down(self, seconds: float) -> None:
        self.faults += 1
        self.server.down = True
        self.server.cut("reset")
        self.passes(seconds)
        if seconds >= 5:
            states = {one.state for one in self.store.snapshot().streams}
            assert "synced" not in states, f"in an outage: {states}"

    @rule()
    def keep(self) -> None:
        """A backup of etcd is made."""
        self.kept.append(self.server.state())

    @precondition(lambda self: len(self.kept) > 1)
    @rule(back=st.integers(1, 3), writes=st.integers(0, 8), seconds=st.sampled_from([5.0, 11.0]))
    def restore(self, back: int, writes: int, seconds: float) -> None:
        """etcd is put back to a backup, which takes an outage, and is written past it before anybody looks."""
        self._down(seconds)
        self.server.restore(self.kept[-min(back, len(self.kept))])
        for number in range(writes):
            self.recreate(number % 3, "n0")
        self.server.down = False

    @rule(seconds=st.sampled_from([0.0, 0.02, 0.2, 1.0, 6.0, 61.0, 700.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.passes(seconds)

    # What must be true

    @rule()
    def quiet(self) -> None:
        """Nothing goes wrong any more: soon the store holds what the server does, and stays so."""
        self.server.failing.clear()
        self.server.manners = Manners(self.server.manners.page, bookmarks=self.server.manners.bookmarks)
        self.passes(1.0)  # what was cut just now is noticed
        deadline = self.loop.time() + QUIET_S
        while (wrong := self.wrong()) and self.loop.time() < deadline:
            self.passes(0.5)
        assert not wrong, wrong
        self.passes(3.0)
        assert not self.wrong(), "it was right, and is no more"
        asked = sum(self.server.asked.values())
        most = 60 + 30 * self.faults + 4 * self.count + self.loop.time() / 2
        assert asked <= most, f"{asked} requests: {self.server.asked}"

    def wrong(self) -> str:
        """What differs; empty when nothing does."""
        seen = self.store.snapshot()
        unsettled = [one for one in seen.streams if one.state != "synced"]
        if unsettled:
            return f"{unsettled}"
        ours = {key.name: (pod.uid, pod.node, pod.requests["cpu"]) for key, pod in pods_of(seen)}
        theirs = {key[1]: told(pod) for key, pod in self.server.objects.get("pods", {}).items()}
        nodes = {key.name: node.allocatable["cpu"] for key, node in seen.nodes.items()}
        there = {
            key[1]: nano(one["status"]["allocatable"]) for key, one in self.server.objects.get("nodes", {}).items()
        }
        return "" if (ours, nodes) == (theirs, there) else f"{ours} {nodes}, and not {theirs} {there}"


def pods_of(seen: Any) -> Iterator[tuple[ObjectKey, Pod]]:
    """All pods of a snapshot, each where it is kept."""
    for node, pods in seen.pods.items():
        for key, pod in pods.items():
            assert pod.node == node
            yield key, pod
    yield from seen.waiting.items()


def nano(amounts: dict[str, str]) -> int:
    """CPU as written here, in nano-cores."""
    return int(amounts["cpu"].removesuffix("m")) * 10**6


def told(pod: dict[str, Any]) -> tuple[str, str | None, int]:
    """Of a raw pod, what is compared."""
    requests = pod["spec"]["containers"][0]["resources"]["requests"]
    return pod["metadata"]["uid"], pod["spec"].get("nodeName"), nano(requests)


BROAD = settings(max_examples=200, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


def play(machine: type[Interleavings], **more: Any) -> None:
    """Run it as a test does."""
    logging.disable(logging.ERROR)
    try:
        run_state_machine_as_test(machine, settings=settings(BROAD, **more))
    finally:
        logging.disable(logging.NOTSET)


def test_the_store_is_right_whenever_all_is_quiet() -> None:
    play(Interleavings, derandomize=True, database=None)
    performed = Interleavings.performed
    for fault in ("reset", "line", "end", "stall", "expire", "restore"):
        assert performed[fault] >= 5, "each was tried"
    assert sum(performed[code] for code in CODES) >= 40


def test_a_listing_does_not_keep_why_those_before_it_were_made() -> None:
    machine = Interleavings()
    try:
        machine.begin(page=4, piece=4000, bookmarks=True)
        for _ in range(20):
            machine.relist("reset", 40.0)
        gc.collect()
        kept = [one for one in gc.get_objects() if isinstance(one, Relist)]
        assert machine.server.asked["list"] >= 20
        assert len(kept) <= 4 * len(FOLLOWED), "with each its traceback, its frames, and what those hold"
    finally:
        machine.teardown()


# That it can fail


class NoTombstones(Table[Any]):
    """Forgets what was deleted while a listing runs."""

    def remove(self, key: ObjectKey, uid: str, version: int) -> Any:
        """As a table does, but for the tombstone."""
        gone = super().remove(key, uid, version)
        self._tombstones.clear()
        return gone


class NoVersions(Table[Any]):
    """Takes whatever comes last."""

    def put(self, records: Sequence[Any], versions: Sequence[int], listing: Listing | None) -> Any:
        """As a table does, of objects without versions."""
        return super().put(records, [0] * len(records), listing)

    def remove(self, key: ObjectKey, uid: str, version: int) -> Any:
        """As a table does, of objects without versions."""
        return super().remove(key, uid, 0)


class KeepsUnseen(Table[Any]):
    """A complete listing removes nothing."""

    def finish(self, listing: Listing) -> list[Any]:
        """As a table does, but all was seen."""
        self.begin(listing)
        self._seen = set(self.rows)
        return super().finish(listing)


class OneHistory(Table[Any]):
    """Believes that no etcd is ever restored: what is older is never news."""

    def put(self, records: Sequence[Any], versions: Sequence[int], listing: Listing | None) -> Any:
        """As a table does, of what is newer."""
        if listing is not None:
            self.begin(listing)
        newer = [
            (record, version)
            for record, version in zip(records, versions, strict=True)
            if version > self._versions.get(record.key, -1) or self._marked(record)
        ]
        return super().put([one for one, _ in newer], [version for _, version in newer], listing)

    def _marked(self, record: Record) -> bool:
        if self._seen is not None:
            self._seen.add(record.key)
        return False


@pytest.mark.parametrize("table", [NoTombstones, NoVersions, KeepsUnseen, OneHistory])
def test_a_broken_table_is_found(table: type[Table[Any]]) -> None:
    broken = type("Broken", (Interleavings,), {"table": table})
    with pytest.raises(AssertionError):
        play(broken, max_examples=400, derandomize=True, database=None, phases=[Phase.generate], print_blob=False)
