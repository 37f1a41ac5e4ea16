"""What happens to a real API server while nodeview watches it, and whether nodeview is right in the end."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from nodeview.wire.pace import Pace
from tests.real.breakable import Breakable
from tests.real.conftest import MERGE, Awkward
from tests.real.judging import Json
from tests.real.objects import NAMESPACE, node, runtime_class
from tests.real.relay import relaying, through
from tests.real.witness import Said, Witness, child, inside, now

NODES = 6
PODS = 24
SLACK_S = 1.5
"""How much later than the fault the last byte may have come: what was under way, and the pace of reading."""
PATIENCE_S = 40.0
QUICK = Pace(
    retry_first=0.1,
    retry_most=1.0,
    least_gap=0.3,
    watch_least=3.0,
    watch_most=4.0,
    watch_grace=1.0,
    list_silence=5.0,
    rejected=1.0,
    forbidden_least=0.5,
    forbidden_most=1.0,
    absent=0.5,
    retry_after_most=1.0,
)


@dataclass
class Stage:
    """A real control plane with some objects, and a home for the program."""

    plane: Breakable
    home: Path
    awkward: Awkward = field(init=False)
    _number: int = PODS

    def __post_init__(self) -> None:
        self.awkward = Awkward(self.plane, self.home)

    def fill(self) -> None:
        """Some nodes and pods."""
        must = self.awkward.must
        must("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        must("POST", "/apis/node.k8s.io/v1/runtimeclasses", runtime_class())
        for number in range(NODES):
            must("POST", "/api/v1/nodes", node(number))
        for number in range(PODS):
            self.awkward.write_pod(number)

    def truth(self) -> tuple[list[Json], list[Json]]:
        """The nodes and the pods, as kubectl prints them."""
        items = json.loads(self.plane.kubectl("get", "nodes,pods", "-A", "-o", "json"))["items"]
        return [one for one in items if one["kind"] == "Node"], [one for one in items if one["kind"] == "Pod"]

    def stir(self) -> None:
        """Write what every stream must notice: pods made and dropped, a node cordoned, another made anew."""
        awkward, self._number = self.awkward, self._number + 3
        names = [one["metadata"]["name"] for one in awkward.items("pods")]
        for number in range(self._number - 3, self._number):
            awkward.write_pod(number)
        for name in sorted(names)[:2]:
            awkward.drop_pod(name)
        cordoned = {"spec": {"unschedulable": self._number % 2 == 0}}
        awkward.must("PATCH", f"/api/v1/nodes/awkward-{self._number % NODES}", cordoned, MERGE)
        awkward.must("DELETE", f"/api/v1/nodes/awkward-{(self._number + 1) % NODES}")
        awkward.must("POST", "/api/v1/nodes", node((self._number + 1) % NODES))


@dataclass
class Outcome:
    """What came of one fault."""

    fault: str
    lags: list[Said]
    expected: tuple[str, ...]
    """The streams that had to be said to be old."""
    since: float
    """When the fault began; data is old since then, or since somewhat before."""
    seconds: float = 0.0
    """From the end of the fault until nothing differed any more."""
    wrong: list[str] = field(default_factory=list)

    def late(self) -> list[Said]:
        """What was said with no instant, or with one too late, or without a reason."""
        late = [one for one in self.lags if one.since is None or one.since > self.since + SLACK_S]
        return [one for one in self.lags if not one.reason or (one in late and not one.in_feed)]

    def row(self) -> str:
        """Of the table."""
        ages = [self.since - one.since for one in self.lags if one.since is not None]
        since = f"{min(ages):+.1f} to {max(ages):+.1f} s" if ages else "never"
        reasons = "; ".join(sorted({f"{one.state}: {one.reason}" for one in self.lags}))
        wrong = "; ".join(self.wrong[:3]) or "none"
        return f"| {self.fault} | {wrong} | {self.seconds:.1f} s | {since} | {reasons[:300]} |"


async def recovered(stage: Stage, witness: Witness, fault: str, since: float, *names: str) -> Outcome:
    """Write once more when the fault is over, and wait until all agrees; what was said of these streams counts."""
    began = time.monotonic()
    wrong = await witness.agrees(stage.truth, PATIENCE_S)
    seconds = time.monotonic() - began
    if not wrong:
        await asyncio.to_thread(stage.stir)
        wrong = await witness.agrees(stage.truth, PATIENCE_S)
    expected = names or ("nodes", "pods")
    return Outcome(fault, witness.lags(since, *expected), expected, since, seconds, wrong)


async def told(witness: Witness, since: float, *names: str, state: str = "lagging") -> None:
    """Wait until these streams are said to be old."""

    def true(report: Json) -> bool:
        return {name for name in names if report["streams"][name]["state"] == state} == set(names)

    await witness.until(true, PATIENCE_S, f"{names} {state}")


async def settled(stage: Stage, witness: Witness) -> None:
    wrong = await witness.agrees(stage.truth, PATIENCE_S)
    assert not wrong, f"before any fault: {wrong}"


async def frozen(stage: Stage) -> Outcome:
    """The API server is stopped where it stands, and goes on later."""
    async with inside(stage.plane.kubeconfig, QUICK) as witness:
        await settled(stage, witness)
        since = now()
        stage.plane.freeze()
        try:
            await told(witness, since, "nodes", "pods")
        finally:
            stage.plane.thaw()
        return await recovered(stage, witness, "SIGSTOP, SIGCONT", since)


async def killed(stage: Stage) -> Outcome:
    """The API server is killed, and started again on the same etcd."""
    async with child(stage.plane.kubeconfig, stage.home) as witness:
        await settled(stage, witness)
        since = now()
        stage.plane.kill()
        await told(witness, since, "nodes", "pods")
        await asyncio.to_thread(stage.plane.restart)
        return await recovered(stage, witness, "killed, restarted", since)


async def restored(stage: Stage, *, ahead: bool) -> Outcome:
    """etcd is put back to an older snapshot: versions go backwards, and `ahead` of what we knew before we ask again."""
    stage.plane.snapshot()
    async with relaying(stage.plane.url) as relay:
        kubeconfig = through(relay, stage.plane.kubeconfig, stage.home / "relayed")
        async with child(kubeconfig, stage.home) as witness:
            await asyncio.to_thread(stage.stir)
            await settled(stage, witness)
            since, known = now(), stage.plane.revision()
            relay.refusing = True
            stage.plane.kill("kube-apiserver", "etcd")
            await told(witness, since, "nodes", "pods")
            stage.plane.restore()
            await asyncio.to_thread(stage.plane.restart)
            while ahead and stage.plane.revision() <= known + 5:
                await asyncio.to_thread(stage.stir)
            assert ahead or stage.plane.revision() < known, (stage.plane.revision(), known)
            relay.refusing = False
            name = "etcd restored, then written past" if ahead else "etcd restored, versions backwards"
            return await recovered(stage, witness, name, since)


async def compacted(stage: Stage) -> Outcome:
    """Watches are held up, etcd forgets what they have not heard, and they are cut."""
    async with relaying(stage.plane.url) as relay:
        kubeconfig = through(relay, stage.plane.kubeconfig, stage.home / "relayed")
        async with child(kubeconfig, stage.home) as witness:
            await settled(stage, witness)
            since = now()
            relay.hold()
            await asyncio.to_thread(stage.stir)
            stage.plane.compact()
            relay.cut()
            relay.release()
            return await recovered(stage, witness, "compacted under a held watch", since)
