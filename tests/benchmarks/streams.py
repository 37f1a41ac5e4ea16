"""One stream of pods without the screen: to synced rows, and under watch events; plain, compressed and over TLS."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from tests.benchmarks.figures import Figure, NotRun
from tests.benchmarks.follower import Asked, Found, Spell

PODS = 100_000
RUNS = 3
"""Listings of each kind; the best is told, since whatever else runs here makes them only slower."""
LIST_CPU_S = {"plain": 3.0, "gzip": 4.5, "TLS": 4.5}
LIST_MB = 160
EVENTS_PERCENT = {("plain", 1000): 8.0, ("TLS", 1000): 14.0, ("plain", 5000): 25.0}
LATE_S = 1.0
LAG_MS = 25.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server of pods, in a process of its own."""

    plain: str
    tls: str
    authority: str
    pods: int
    pod_bytes: int

    def asked(self, kind: str, **more: object) -> Asked:
        """What a follower is to do over this kind of connection."""
        url, authority = (self.tls, self.authority) if kind == "TLS" else (self.plain, "")
        return Asked(url, self.plain, authority, kind == "gzip", **more)  # type: ignore[arg-type]

    def beside(self, kind: str) -> str:
        """What each figure depends on."""
        said = {"plain": "plain http", "gzip": "gzip-1, plain http", "TLS": "TLS"}[kind]
        return f"{said}, {self.pods:,} pods of {self.pod_bytes / 1000:.1f} KB, a chunk for each"


@contextlib.contextmanager
def served(pods: int) -> Iterator[Served]:
    """The server, once all its bytes are made."""
    command = [sys.executable, "-m", "tests.benchmarks.stream_server", str(pods)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        plain, tls = f"http://127.0.0.1:{said['plain']}", f"https://127.0.0.1:{said['tls']}"
        yield Served(plain, tls, said["authority"], pods, said["pod_bytes"])
    finally:
        process.communicate()


def followed(server: Served, asked: Asked) -> Found:
    """What a follower in a process of its own found; SystemExit where it is not what the server has."""
    command = [sys.executable, "-m", "tests.benchmarks.follower", msgspec.json.encode(asked).decode()]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found = msgspec.json.decode(done.stdout, type=Found)
    # A pod is replaced by a deletion and an addition, and the truth may be asked for between the two.
    if found.pods not in (server.pods - 1, server.pods) or found.wrong or found.trouble:
        raise SystemExit(f"wrong: {found.pods} pods, {found.wrong} of them as they are not; {found.trouble}")
    return found


def lists() -> list[Figure | NotRun]:
    """From the first request to synced rows: each kind a few times, in turn."""
    figures: list[Figure | NotRun] = []
    with served(PODS) as server:
        for kind, budget in LIST_CPU_S.items():
            runs = [followed(server, server.asked(kind)) for _ in range(RUNS)]
            name, beside = f"{PODS:,} pods to synced rows, {kind}", server.beside(kind)
            cpu = min(one.cpu_s for one in runs)
            wall = min(one.wall_s for one in runs)
            every = ", ".join(f"{one.cpu_s:.2f}" for one in runs)
            figures += [
                Figure(f"{name}: CPU", cpu, "s", budget, f"{beside}; {every} s, {wall:.1f} s by the clock"),
                Figure(f"{name}: peak RSS", max(one.peak_mb for one in runs), "MB", LIST_MB, beside),
                _lag(name, [(one.list_ms, one.idle_ms) for one in runs]),
            ]
    return figures


def events() -> list[Figure | NotRun]:
    """Watch events at a rate, once all pods are listed."""
    figures: list[Figure | NotRun] = []
    with served(PODS) as server:
        for kind in ("plain", "TLS"):
            rates = tuple(rate for its, rate in EVENTS_PERCENT if its == kind)
            found = followed(server, server.asked(kind, rates=rates))
            for spell in found.spells:
                figures += _under(server, kind, spell, found.idle_ms)
    return figures


def _under(server: Served, kind: str, spell: Spell, idle_ms: tuple[float, ...]) -> list[Figure | NotRun]:
    name = f"{spell.rate:,} events/s, {kind}"
    each = spell.percent * spell.seconds / spell.events * 1e4
    beside = f"{server.beside(kind)}; {spell.events / spell.seconds:,.0f} events/s came, {each:.0f} µs each"
    return [
        Figure(f"{name}: CPU", spell.percent, "% of a core", EVENTS_PERCENT[kind, spell.rate], beside),
        Figure(f"{name}: latest", spell.late_s, "s", LATE_S, "from when it was due to the store"),
        _lag(name, [(spell.lags_ms, idle_ms)]),
    ]


def _lag(name: str, runs: list[tuple[tuple[float, ...], tuple[float, ...]]]) -> Figure:
    """p99.9 of the ticker above what it was in the same process before; of several runs the least."""
    busy, idle = min(runs, key=lambda one: one[0][2] - one[1][2])
    beside = f"idle p99.9 {idle[2]:.1f} ms; busy p50 {busy[0]:.1f}, p99 {busy[1]:.1f}, worst {busy[3]:.1f} ms"
    return Figure(f"{name}: loop lag p99.9 above idle", busy[2] - idle[2], "ms", LAG_MS, beside)
