"""Random faults of a real API server while its objects churn; after each, all must be as the server has it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.control_plane import ASSETS, assets
from tests.real.breakable import UNCACHED, Breakable
from tests.real.conftest import MERGE, OF_PODS
from tests.real.faults import NODES, QUICK, Stage
from tests.real.objects import NAMESPACE, node
from tests.real.refusals import ACCOUNT, grant, new_token
from tests.real.relay import Relay, relaying, through
from tests.real.witness import Witness, child, inside, now
from tests.soak.flood import rss_mib

MOST_PODS = 60
PATIENCE_S = 150.0
"""Until all is right again: silences are noticed after 90 s, refused credentials are tried again after 30 s."""
QUICK_FAULTS = ("cut", "hold", "refuse", "compact", "restart")
"""What a short run plays: a server that stands still is noticed after ten seconds, and a token is believed so long."""

FAULTS = (*QUICK_FAULTS, "stop", "restore", "token")


@dataclass
class Run:
    """What has happened so far."""

    stage: Stage
    relay: Relay
    rng: random.Random
    faults: Counter[str] = field(default_factory=Counter)
    lagged: Counter[str] = field(default_factory=Counter)
    """Of these faults, after how many some stream was said to be old."""
    wrong: list[str] = field(default_factory=list)
    writes: int = 0
    slowest_s: float = 0.0
    rss: list[float] = field(default_factory=list)
    churning: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def plane(self) -> Breakable:
        """The control plane."""
        return self.stage.plane

    # What is written

    async def churn(self) -> None:
        """Write one thing after another while nobody looks; a server that is away is nobody's fault."""
        while True:
            await self.churning.wait()
            await asyncio.to_thread(self._write)
            await asyncio.sleep(self.rng.uniform(0.0, 0.3))

    def _write(self) -> None:
        number = 1600 + self.rng.randrange(300)  # others than `stir` writes
        with contextlib.suppress(OSError, ValueError, AssertionError):
            match self.rng.choice(["pod", "pod", "pod", "drop", "drop", "cordon", "node"]):
                case "pod":
                    self.stage.awkward.write_pod(number)
                case "cordon":
                    body = {"spec": {"unschedulable": number % 2 == 0}}
                    path = f"/api/v1/nodes/awkward-{number % NODES}"
                    self.plane.request("PATCH", path, body, **{"Content-Type": MERGE})
                case "node":
                    self.plane.request("DELETE", f"/api/v1/nodes/awkward-{number % NODES}")
                    self.plane.request("POST", "/api/v1/nodes", node(number % NODES))
                case _:
                    self._drop()
            self.writes += 1

    def _drop(self) -> None:
        names = [one["metadata"]["name"] for one in self.plane.request("GET", OF_PODS)[1]["items"]]
        for name in self.rng.sample(names, max(1, len(names) - MOST_PODS)):
            self.stage.awkward.drop_pod(name)

    def _stir(self) -> None:
        with contextlib.suppress(OSError, AssertionError):  # somebody else writes the same nodes
            self.stage.stir()

    # What goes wrong

    async def rest(self) -> None:
        """Nothing goes wrong: to hold the memory of the others against."""
        await asyncio.sleep(4.0)

    async def cut(self) -> None:
        """All connections are reset."""
        self.relay.cut()

    async def hold(self) -> None:
        """No byte comes through for some time; then all, or nothing of what was held."""
        self.relay.hold()
        await asyncio.sleep(self.rng.uniform(0.5, 4.0))
        if self.rng.random() < 0.5:
            self.relay.cut()
        self.relay.release()

    async def refuse(self) -> None:
        """Nobody is let in for some time."""
        self.relay.refusing = True
        self.relay.cut()
        await asyncio.sleep(self.rng.uniform(0.2, 4.0))
        self.relay.refusing = False

    async def stop(self) -> None:
        """The API server stands still."""
        self.plane.freeze()
        try:
            await asyncio.sleep(self.rng.uniform(1.0, 20.0))
        finally:
            self.plane.thaw()

    async def restart(self) -> None:
        """The API server is killed, and comes back."""
        await asyncio.to_thread(self.plane.kill)
        await asyncio.sleep(self.rng.uniform(0.0, 2.0))
        await asyncio.to_thread(self.plane.restart)

    async def compact(self) -> None:
        """etcd forgets what watches have not heard."""
        self.relay.hold()
        await asyncio.to_thread(self._stir)
        await asyncio.to_thread(self.plane.compact)
        self.relay.cut()
        self.relay.release()

    async def restore(self) -> None:
        """etcd goes back to what it was, and is written past that, or not, before anybody is let in."""
        await asyncio.to_thread(self.plane.snapshot)
        await asyncio.sleep(self.rng.uniform(0.5, 3.0))
        self.relay.refusing = True
        await asyncio.to_thread(self.plane.kill, "kube-apiserver", "etcd")
        await asyncio.to_thread(self.plane.restore)
        await asyncio.to_thread(self.plane.restart)
        for _ in range(self.rng.choice([0, 0, 2, 6])):
            await asyncio.to_thread(self._stir)
        await asyncio.sleep(self.rng.uniform(0.0, 3.0))
        self.relay.refusing = False

    async def token(self) -> None:
        """The token is no good any more; later there is another."""
        await asyncio.to_thread(self.plane.request, "DELETE", f"{ACCOUNT}/follower")
        await asyncio.to_thread(self.plane.request, "POST", ACCOUNT, {"metadata": {"name": "follower"}})
        await asyncio.sleep(self.rng.uniform(0.0, 12.0))
        self.relay.cut()
        await asyncio.sleep(self.rng.uniform(0.0, 3.0))
        await asyncio.to_thread(write_token, self.stage)

    # And afterwards

    async def round(self, witness: Witness, name: str) -> None:
        """One fault, and the quiet after it."""
        since = now()
        self.churning.set()
        fault: Callable[[], Awaitable[None]] = getattr(self, name)
        await fault()
        self.faults[name] += 1
        await asyncio.sleep(self.rng.uniform(0.0, 1.0))
        self.churning.clear()
        await asyncio.sleep(0.5)
        began = time.monotonic()
        wrong = await witness.agrees(self.stage.truth, PATIENCE_S)
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.wrong += [f"after {name} {self.faults[name]}: {one}" for one in wrong]
        self.lagged[name] += bool(witness.lags(since))
        self.rss.append(rss_mib(witness.pid or "self"))
        witness.said.clear()

    def __str__(self) -> str:
        rows = [f"| {name} | {count} | {self.lagged[name]} |" for name, count in sorted(self.faults.items())]
        head = "| fault | times | said to be old |\n| --- | --- | --- |"
        step = max(1, len(self.rss) // 10)
        rss = f"RSS in MiB {' '.join(f'{one:.1f}' for one in self.rss[::step])}"
        sums = f"{sum(self.faults.values())} faults, {self.writes} writes, {self.relay.connections} connections"
        wrong = "\n".join(self.wrong) or "nothing differs"
        return f"{head}\n{chr(10).join(rows)}\n{sums}; equal after {self.slowest_s:.1f} s at most; {rss}\n{wrong}"


def write_token(stage: Stage) -> None:
    """Write a token that is good where nodeview looks for it, at once or not at all."""
    new = stage.home / "token.new"
    new.write_text(new_token(stage))
    shutil.move(new, stage.home / "token")


async def play(stage: Stage, seconds: float, seed: int, names: Sequence[str], *, quick: bool) -> Run:
    """These faults for so long, each as often as the others."""
    stage.awkward.must("POST", ACCOUNT, {"metadata": {"name": "follower"}})
    grant(stage, "follower", {"kind": "ServiceAccount", "name": "follower", "namespace": NAMESPACE})
    write_token(stage)
    async with relaying(stage.plane.url) as relay:
        user = {"tokenFile": str(stage.home / "token")}
        kubeconfig = through(relay, stage.plane.kubeconfig, stage.home / "soak", user)
        run = Run(stage, relay, random.Random(seed))
        following = inside(kubeconfig, QUICK) if quick else child(kubeconfig, stage.home)
        until = time.monotonic() + seconds
        async with following as witness:
            run.wrong += [f"before any fault: {one}" for one in await witness.agrees(stage.truth, PATIENCE_S)]
            churning, waiting = asyncio.create_task(run.churn()), list[str]()
            try:
                while time.monotonic() < until and not run.wrong:
                    waiting = waiting or run.rng.sample(names, len(names))
                    await run.round(witness, waiting.pop())
            finally:
                churning.cancel()
                await asyncio.wait([churning])
        return run


def soak(seconds: float, seed: int, faults: Sequence[str], *, quick: bool) -> int:
    """Print what came of it; 1 when something differs. Without `faults` all are played that fit."""
    folder = assets()
    if folder is None:
        print(f"{ASSETS} names no folder with etcd and kube-apiserver", file=sys.stderr)
        return 2
    names = faults or (QUICK_FAULTS if quick else FAULTS)
    with tempfile.TemporaryDirectory() as home, Breakable(folder, UNCACHED) as plane:
        stage = Stage(plane, Path(home))
        stage.fill()
        run = asyncio.run(play(stage, seconds, seed, names, quick=quick))
    print(run)
    return int(bool(run.wrong))
