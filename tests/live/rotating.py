"""Rotations on the demo cluster: plans made by hand, a transport that misbehaves, and what is there afterwards."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.error import HTTPError

from nodeview.actions.plan import Plan, PodPath, Step, Subject, Target, Verb
from nodeview.actions.progress import Outcome
from nodeview.errors import NodeviewError
from nodeview.live.executor import Executor, Setting
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.journal import Record
from nodeview.records import NodeName, ObjectKey
from nodeview.views import Assumptions
from nodeview.wire.transport import Params, Transport
from tests.demo_child import DemoChild

RESTARTED = "kubectl.kubernetes.io/restartedAt"
WRITES = ("PATCH", "POST", "DELETE")


@asynccontextmanager
async def followed(demo: DemoChild) -> AsyncIterator[Informer]:
    """An informer that has listed nodes, pods and what owns them."""
    informer = await open_informer(demo.connection(), Assumptions(), Watched())
    try:
        async with asyncio.timeout(30):
            while not listed(informer):
                await asyncio.sleep(0.02)
        yield informer
    finally:
        await informer.close()


def listed(informer: Informer) -> bool:
    """Whether nodes, pods and workloads are synced."""
    states = {one.resource: one.state for one in informer.read().streams}
    needed = ("nodes", "pods", "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps")
    return all(states.get(one) == "synced" for one in needed)


def plan_for(informer: Informer, names: list[str], id_: str = "20261121-120000-test-0001", **options: Any) -> Plan:
    """Cordon these nodes, restart what runs there, wait until they are empty."""
    maker = _Maker(informer)
    for name in names:
        maker.target(name)
    for name in names:
        maker.add("cordon", maker.node(name), 0, name)
    for subject in maker.workloads:
        maker.add("restart", subject, 1, subject.text)
        maker.add("await-rollout", subject, 1, subject.text)
    for name in names:
        maker.add("await-empty", maker.node(name), 2, name)
    title = f"rotate {len(names)} nodes"
    return Plan(
        id_,
        "rotation",
        title,
        "demo",
        "demo",
        time.time(),
        tuple(maker.targets),
        tuple(maker.steps),
        tuple(maker.paths),
        options=options,
    )


def busy_nodes(informer: Informer, count: int) -> list[str]:
    """Names of nodes on which pods of Deployments run, the same each time."""
    snapshot = informer.read()
    found = []
    for name, pods in sorted(snapshot.pods.items()):
        owners = {pod.owner.kind for pod in pods.values() if pod.owner is not None}
        node = snapshot.nodes.get(ObjectKey("", name))
        if "ReplicaSet" in owners and owners <= {"ReplicaSet", "DaemonSet"} and node and not node.unschedulable:
            found.append(str(name))
    return found[:count]


class _Maker:
    def __init__(self, informer: Informer) -> None:
        self.snapshot = informer.read()
        self.targets: list[Target] = []
        self.steps: list[Step] = []
        self.paths: list[PodPath] = []
        self.workloads: dict[Subject, None] = {}

    def node(self, name: str) -> Subject:
        return Subject("Node", name, uid=self.snapshot.nodes[ObjectKey("", name)].uid)

    def target(self, name: str) -> None:
        node = NodeName(name)
        self.targets.append(Target(node, self.node(name).uid, None, None, "", False))
        for pod in self.snapshot.pods.get(node, {}).values():
            owner = pod.owner
            if owner is not None and owner.kind == "ReplicaSet":
                owner = self.snapshot.owners.get(("ReplicaSet", ObjectKey(pod.namespace, owner.name)))
            if owner is None or owner.kind not in ("Deployment", "StatefulSet"):
                continue
            workload = self.snapshot.workloads[owner.kind, ObjectKey(pod.namespace, owner.name)]
            subject = Subject(owner.kind, owner.name, pod.namespace, workload.uid, "apps")
            self.workloads[subject] = None
            self.paths.append(PodPath(pod.namespace, pod.name, pod.uid, node, "restart", "", subject))

    def add(self, verb: Verb, subject: Subject, stage: int, lane: str) -> None:
        number = len(self.steps) + 1
        self.steps.append(Step(number, verb, subject, "", "", 60, stage, lane, writes=not verb.startswith("await")))


_MOMENT = re.compile(rb'restartedAt":"([^"]+)"')
Fault = Callable[[str, str], NodeviewError | BaseException | None]
"""(method, path) of a write → what goes wrong; None where nothing does."""


class Faulty(Transport):
    """A transport whose writes fail as they are told to: before the server sees them, or after it took them."""

    before: Fault = staticmethod(lambda method, path: None)
    after: Fault = staticmethod(lambda method, path: None)

    def __init__(self, demo: DemoChild) -> None:
        super().__init__(demo.connection())
        self.writes: list[tuple[str, str]] = []
        """Those that the server took."""
        self.restarted: dict[str, set[str]] = {}
        """Path of a workload → the moments at which the server was told to restart it; one moment twice is one."""

    async def request(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> tuple[int, bytes]:
        real = method in WRITES and "selfsubject" not in path and "dryRun" not in (params or {})
        if real and (fault := self.before(method, path)) is not None:
            raise fault
        answer = await super().request(method, path, params, body, content_type)
        if real:
            self.writes.append((method, path))
            if found := _MOMENT.search(body or b""):
                self.restarted.setdefault(path, set()).add(found[1].decode())
            if (fault := self.after(method, path)) is not None:
                raise fault
        return answer


async def carried_out(
    plan: Plan,
    informer: Informer,
    transport: Transport,
    environ: Mapping[str, str],
    record: Record | None = None,
    began: float | None = None,
) -> Outcome:
    """Carry it out to its end; whatever is asked is answered by stop."""
    executor = Executor(plan, Setting(informer, transport, environ), record, began=began)

    async def answer() -> None:
        while not executor.progress().ended:
            for question in executor.progress().questions:
                executor.answer(question.step, "stop")
            await executor.next()

    answering = asyncio.create_task(answer())
    try:
        async with asyncio.timeout(90):
            return await executor.finished()
    finally:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await executor.close()


class Aftermath:
    """What the server has, read from its own JSON."""

    def __init__(self, demo: DemoChild) -> None:
        self._demo = demo

    def restarts(self) -> dict[str, int]:
        """Deployment → how often it was restarted: each leaves a ReplicaSet that bears its moment."""
        found: dict[str, set[str]] = {}
        for one in self._demo.get("/apis/apps/v1/replicasets")["items"]:
            moment = (one["spec"]["template"]["metadata"].get("annotations") or {}).get(RESTARTED)
            for owner in one["metadata"].get("ownerReferences") or ():
                moments = found.setdefault(f"{one['metadata']['namespace']}/{owner['name']}", set())
                moments |= {moment} if moment else set()
        return {name: len(moments) for name, moments in found.items()}

    def there(self, names: list[str]) -> set[str]:
        """Those of these nodes that nobody has taken away: Karpenter takes empty ones."""
        return {one["metadata"]["name"] for one in self._demo.items("nodes")} & set(names)

    def cordoned(self) -> set[str]:
        """Names of nodes that are unschedulable."""
        return {one["metadata"]["name"] for one in self._demo.items("nodes") if one["spec"].get("unschedulable")}

    def marks(self) -> dict[str, dict[str, str]]:
        """Node → annotations of ours."""
        found = {}
        for one in self._demo.items("nodes"):
            ours = {
                key: value for key, value in (one["metadata"].get("annotations") or {}).items() if "nodeview" in key
            }
            if ours:
                found[one["metadata"]["name"]] = ours
        return found

    def pods_on(self, names: list[str]) -> list[str]:
        """Pods on these nodes that are no DaemonSet's and not finished."""
        found = []
        for pod in self._demo.items("pods"):
            owners = {one["kind"] for one in pod["metadata"].get("ownerReferences") or ()}
            over = pod["status"].get("phase") in ("Succeeded", "Failed")
            if pod["spec"].get("nodeName") in names and "DaemonSet" not in owners and not over:
                found.append(pod["metadata"]["name"])
        return found

    def uncordon_all(self) -> None:
        """As before any rotation, for the next test."""
        merge = "application/merge-patch+json"
        for name in self.cordoned() | set(self.marks()):
            gone = dict.fromkeys(self.marks().get(name, {}))
            patch = {"metadata": {"annotations": gone}, "spec": {"unschedulable": None}}
            try:
                self._demo.send("PATCH", f"/api/v1/nodes/{name}", patch, merge)
            except HTTPError as error:
                if error.code != 404:  # a node that is empty may be taken away at any moment
                    raise
