"""The whole dashboard in a real pty: to a complete frame, under load, at rest."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import clusters
from tests.benchmarks.clusters import Cluster
from tests.benchmarks.figures import Figure, NotRun
from tests.benchmarks.inside import TICK_S
from tests.benchmarks.terminal import Terminal

PATIENCE_S = 180
SETTLE_S = 5
SPELL_S = 30


@dataclass(slots=True)
class Run:
    """A dashboard that has its complete frame."""

    terminal: Terminal
    probe: Path | None
    cluster: Cluster

    def lines(self) -> list[Any]:
        """What the probe wrote so far."""
        return [json.loads(line) for line in self.probe.read_text().splitlines()] if self.probe else []


def _start(cluster: Cluster, folder: str, *, probed: bool) -> Run:
    probe = Path(folder) / f"probe-{time.monotonic_ns()}"
    probe.touch()
    module = ["tests.benchmarks.inside", str(probe)] if probed else ["nodeview"]
    command = [sys.executable, "-m", *module, "--kubeconfig", str(cluster.kubeconfig)]
    return Run(Terminal(command, dict(os.environ)), probe if probed else None, cluster)


def _await_complete(run: Run) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        lines = run.lines()
        if lines and lines[-1]["complete"]:
            last = lines[-1]
            if last["nodes"] != run.cluster.nodes or abs(last["pods"] - run.cluster.pods) > run.cluster.churn:
                raise SystemExit(f"wrong: {last['nodes']} nodes and {last['pods']} pods, of {run.cluster}")
            return lines
        run.terminal.must_live()
        time.sleep(0.2)
    raise SystemExit(f"not complete within {PATIENCE_S} s")


def _p99(lags: Sequence[float]) -> float:
    return statistics.quantiles(lags, n=100)[98] * 1000 if len(lags) > 2 else float("nan")


def sync(cluster: Cluster, folder: str, cpu_s: float, mb: float, lag_ms: float | None = None) -> list[Figure | NotRun]:
    """From the start of the process to its first complete frame."""
    run = _start(cluster, folder, probed=True)
    with run.terminal:
        lines = _await_complete(run)
        done = lines[-1]["complete"]
        peak = run.terminal.peak_mb()
        # The ticker's own idle lag, of this very process, once nothing moves.
        before = len(lines)
        time.sleep(SETTLE_S)
        idle = [lag for line in run.lines()[before + 2 :] for lag in line["lags"]]
        busy = [lag for line in lines for lag in line["lags"]]
        name = f"{cluster.nodes:,} / {cluster.pods:,} to a complete frame"
        beside = f"{cluster.beside}; {lines[-1]['frames']} frames, {run.terminal.written // 1000} kB written"
        figures: list[Figure | NotRun] = [
            Figure(f"{name}: CPU", done["cpu_s"], "s", cpu_s, beside),
            Figure(f"{name}: peak RSS", peak, "MB", mb, cluster.beside),
            Figure(f"{name}: wall", done["at"] - run.terminal.begun, "s", None, cluster.beside),
        ]
        above = _p99(busy) - _p99(idle)
        figures.append(Figure(f"{name}: loop lag p99 above idle", above, "ms", lag_ms, f"idle p99 {_p99(idle):.1f} ms"))
        return figures


def steady(cluster: Cluster, folder: str, name: str, percent: float, rate: int = 0) -> list[Figure | NotRun]:
    """CPU of an undisturbed dashboard over a spell, once complete."""
    run = _start(cluster, folder, probed=False)
    with run.terminal:
        run.terminal.expect("● live")
        deadline = time.monotonic() + PATIENCE_S
        while run.terminal.seen_at is None and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(SETTLE_S)
        with cluster.churning(rate, SPELL_S + 6):
            time.sleep(3)
            cpu, written, begun = run.terminal.cpu_s(), run.terminal.written, time.monotonic()
            time.sleep(SPELL_S)
            took = time.monotonic() - begun
            spent = (run.terminal.cpu_s() - cpu) / took * 100
            rate_kb = (run.terminal.written - written) / took / 1000
        beside = f"{cluster.beside}; {rate_kb:.1f} kB/s written, peak {run.terminal.peak_mb():.0f} MB"
        return [Figure(f"{name} at {cluster.nodes:,} / {cluster.pods:,}", spent, "% of a core", percent, beside)]


def keys(cluster: Cluster, folder: str, rate: int = 0) -> list[Figure | NotRun]:
    """From a key to its paint, under load."""
    run = _start(cluster, folder, probed=True)
    with run.terminal:
        _await_complete(run)
        before = len(run.lines())
        with cluster.churning(rate, 30):
            time.sleep(2)
            for key in "jjjkjjkkjj" * 12:
                run.terminal.press(key)
                time.sleep(0.13)
        time.sleep(1)
        lines = run.lines()[before:]
        taken = sorted(one * 1000 for line in lines for one in line["keys"])
        painted = lines[-1]["painted"] - lines[0]["painted"]
        p95 = statistics.quantiles(taken, n=20)[18]
        beside = f"{cluster.beside}; {len(taken)} keys, p50 {statistics.median(taken):.1f} ms, {painted} paints"
        return [Figure("key to paint under 500 events/s, p95", p95, "ms", 50, beside)]


def lag(cluster: Cluster, folder: str, lag_ms: float) -> list[Figure | NotRun]:
    """How late the loop wakes a sleeper under load, above a ticker of another process that has nothing else to do."""
    run = _start(cluster, folder, probed=True)
    with run.terminal:
        _await_complete(run)
        time.sleep(SETTLE_S)
        before = len(run.lines())
        idle: list[float] = []
        until = time.monotonic() + 15
        while time.monotonic() < until:
            begun = time.perf_counter()
            time.sleep(TICK_S)
            idle.append(time.perf_counter() - begun - TICK_S)
        busy = [one for line in run.lines()[before:] for one in line["lags"]]
        beside = f"{cluster.beside}; idle p99 {_p99(idle):.1f} ms"
        return [Figure("loop lag p99 above idle, the same", _p99(busy) - _p99(idle), "ms", lag_ms, beside)]


def demo_sync() -> list[Figure | NotRun]:
    """The large demo cluster, plain."""
    with clusters.demo(5000, 100_000) as cluster, tempfile.TemporaryDirectory() as folder:
        return sync(cluster, folder, 6, 300, 20)


def demo_churn() -> list[Figure | NotRun]:
    """500 events a second on the large demo cluster, plain."""
    with clusters.demo(5000, 100_000, 500) as cluster, tempfile.TemporaryDirectory() as folder:
        return [*steady(cluster, folder, "500 events/s", 14), *keys(cluster, folder)]


def demo_pending() -> list[Figure | NotRun]:
    """10,000 pods in 200 groups that find no room, while the scheduler tries and the rest churns."""
    with clusters.demo(5000, 100_000, 500, pending=10_000) as cluster, tempfile.TemporaryDirectory() as folder:
        figures = steady(cluster, folder, "500 events/s, 10,000 pending in 200 groups", 16)
        return [*figures, *keys(cluster, folder), *lag(cluster, folder, 20)]


def demo_lives() -> list[Figure | NotRun]:
    """200 of 5,000 nodes change their phase each minute, beside 500 pod events a second, PDBs and 4,000 Deployments."""
    with clusters.demo(5000, 100_000, 500, phases=200 / 60) as cluster, tempfile.TemporaryDirectory() as folder:
        figures = steady(cluster, folder, "500 events/s, 200 phases a minute", 18)
        return [*figures, *lag(cluster, folder, 20)]


def demo_quiet() -> list[Figure | NotRun]:
    """Nothing but heartbeats."""
    with clusters.demo(5000, 100_000, heartbeats=True) as cluster, tempfile.TemporaryDirectory() as folder:
        return steady(cluster, folder, "quiet, 17 heartbeats/s", 1.5)


def _real(nodes: int, pods: int, cpu_s: float, mb: float, *, churn: bool) -> list[Figure | NotRun]:
    if clusters.loader() is None:
        return [
            NotRun(f"{nodes:,} / {pods:,} over TLS", "KUBEBUILDER_ASSETS names no folder with kube-apiserver and load")
        ]
    with clusters.real(nodes, pods) as cluster, tempfile.TemporaryDirectory() as folder:
        figures = sync(cluster, folder, cpu_s, mb)
        if churn:
            figures += steady(cluster, folder, "500 events/s asked of the loader", 18, 500)
        return figures


def real_small() -> list[Figure | NotRun]:
    """1,000 nodes and 20,000 pods on a real API server."""
    return _real(1000, 20_000, 2.5, 150, churn=False)


def real_large() -> list[Figure | NotRun]:
    """5,000 nodes and 100,000 pods on a real API server; loading alone takes five minutes and 9 GB."""
    return _real(5000, 100_000, 7, 300, churn=True)
