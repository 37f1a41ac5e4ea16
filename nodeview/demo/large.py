"""The scenario ``large``: thousands of nodes and a hundred thousand pods, lazily rendered, with churn at a rate."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass

from nodeview.demo.catalogue import DOMAIN, POOLS, TYPES, ZONE_IDS, ZONES
from nodeview.demo.cluster_scope import namespace
from nodeview.demo.karpenter import node_pool
from nodeview.demo.large_lives import Lives
from nodeview.demo.large_pending import Waiting
from nodeview.demo.large_templates import Shape, claim_template, node_template, pod_templates, workload_templates
from nodeview.demo.resources import (
    DEPLOYMENTS,
    NAMESPACES,
    NODECLAIMS,
    NODEPOOLS,
    NODES,
    PODS,
    REPLICASETS,
    Kind,
    Obj,
)  # fmt: skip
from nodeview.demo.store import Key, Store
from nodeview.demo.templates import Rendered, Template, Values
from nodeview.demo.times import stamp
from nodeview.demo.workloads import ALPHABET

PER_WORKLOAD = 25
NAMESPACES_COUNT = 20
HEARTBEAT = 300.0
TRIES = 0.2
"""Of what happens where pods wait, the share that is the scheduler trying one of them again."""
DAY = 86_400.0
POOL_TYPES = {
    "api": "m7g.2xlarge", "web": "c7g.2xlarge", "worker": "m5.2xlarge", "batch": "m5.4xlarge", "data": "r7g.xlarge",
}  # fmt: skip
SIZES = (("100m", "256Mi"), ("200m", "512Mi"), ("250m", "384Mi"), ("300m", "768Mi"), ("150m", "640Mi"))

SHARED = ("app", "namespace", "hash", "set", "setuid", "shape")
"""What the pods of a workload have in common."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything, and how much of it moves in a second."""

    nodes: int = 5_000
    pods: int = 100_000
    churn: float = 0.0
    heartbeats: bool = True
    pending: int = 0
    """Pods that find no room; a fifth of the churn is the scheduler trying them again."""
    phases: float = 0.0
    """Nodes that change their phase in a second; with any there are 500 PodDisruptionBudgets, too."""


class LargeWorld:
    """A cluster too large to be simulated: it stands, and what moves is drawn by lot."""

    def __init__(self, seed: int, started: float, speed: float, size: Size, window: int = 20_000):
        self.random = random.Random(f"large {seed}")
        self.store = Store(seed, window)
        self.started, self.speed, self.size = started, speed, size
        self.elapsed = 0.0
        self.node_names: list[str] = []
        self.pod_keys: list[Key] = []
        self.shapes: list[tuple[Template, Template]] = []
        self._owed = self._beats = 0.0
        self._turn = self._beat = 0
        self._leaving: dict[Key, float] = {}
        self._build()

    @property
    def now(self) -> float:
        """Seconds since the epoch, whatever the speed."""
        return self.started + self.elapsed / self.speed

    def step(self, seconds: float) -> None:
        """Let simulated time pass: churn, heartbeats, and the end of pods that were deleted."""
        self.elapsed += seconds
        self._owed += seconds * self.size.churn
        while self._owed >= 1:
            self._owed -= self._churn()
        if self.size.heartbeats:
            self._beats += seconds * self.size.nodes / HEARTBEAT
            while self._beats >= 1:
                self._beats -= 1
                self._hear()
        self.lives.step(seconds, self.now)
        self._end()

    def _build(self) -> None:
        long_ago = self.now - 140 * DAY
        for number in range(NAMESPACES_COUNT):
            self.store.create(NAMESPACES, namespace(f"team-{number}", long_ago), self.now)
        for name in POOL_TYPES:
            self.store.create(NODEPOOLS, node_pool(POOLS[name], long_ago), self.now)
        self._nodes()
        self._workloads()
        self.waiting = Waiting(self.random, self.store, self.size.pending, self.size.nodes, self.now)
        self.lives = Lives(self.random, self.store, self.node_names, self.size.phases, self.now)

    def _put(self, kind: Kind, key: Key, template: Template, values: dict[str, str], verb: str = "ADDED") -> None:
        self.store.place(kind, Rendered(key, self.store.version + 1, template, values), verb)

    def _uid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _nodes(self) -> None:
        templates = {}
        for pool, name in POOL_TYPES.items():
            for capacity in ("spot", "on-demand"):
                arguments = (POOLS[pool], TYPES[name], capacity)
                templates[pool, capacity] = node_template(*arguments), claim_template(*arguments)
        pools = list(POOL_TYPES)
        for number in range(self.size.nodes):
            pool = pools[number % len(pools)]
            capacity = "spot" if self.random.random() < POOLS[pool].spot else "on-demand"
            template, claim = templates[pool, capacity]
            second, third, fourth = 1 + number // 62_500, number // 250 % 250, number % 250 + 4
            created = self.now - self.random.uniform(0.05, 6.9) * DAY
            name = f"ip-10-{second}-{third}-{fourth}.{DOMAIN}"
            values = {
                "name": name,
                "address": f"10.{second}.{third}.{fourth}",
                "uid": self._uid(),
                "zone": ZONES[number % 3],
                "zoneid": ZONE_IDS[ZONES[number % 3]],
                "instance": f"i-0{self.random.getrandbits(64):016x}",
                "created": stamp(created),
                "heard": stamp(self.now - self.random.uniform(0, HEARTBEAT)),
                "ready": "False" if number % 499 == 498 else "True",
                "kubelet": ("v1.34.2-eks-ecaa3a6", "v1.34.1-eks-113cf36", "v1.33.5-eks-113cf36")[number % 17 % 3],
                "claim": f"{pool}-{number:05x}",
                "claimuid": self._uid(),
            }
            self._put(NODES, ("", name), template, values)
            self._put(NODECLAIMS, ("", values["claim"]), claim, values)
            self.node_names.append(name)

    def _workloads(self) -> None:
        shapes = [Shape(*size, probe=bool(place % 2)) for place, size in enumerate(SIZES)]
        self.shapes = [pod_templates(shape) for shape in shapes]
        workloads = [workload_templates(shape) for shape in shapes]
        nodes = len(self.node_names)
        for number in range(0, self.size.pods, PER_WORKLOAD):
            which = number // PER_WORKLOAD
            count = min(PER_WORKLOAD, self.size.pods - number)
            shared = self._workload(which, count, workloads[which % len(SIZES)])
            for place in range(number, number + count):
                node = self.node_names[(place * 7919) % nodes]
                self._new_pod(shared, node, self.now - self.random.random() * 5 * DAY)

    def _workload(self, which: int, count: int, templates: tuple[Template, Template]) -> dict[str, str]:
        app = f"service-{which}"
        hashed = "".join(self.random.choices(ALPHABET, k=10))
        shared = {
            "app": app,
            "namespace": f"team-{which % NAMESPACES_COUNT}",
            "hash": hashed,
            "set": f"{app}-{hashed}",
            "setuid": self._uid(),
            "uid": self._uid(),
            "replicas": str(count),
            "shape": str(which % len(SIZES)),
            "created": stamp(self.now - self.random.uniform(1, 100) * DAY),
        }
        self._put(DEPLOYMENTS, (shared["namespace"], app), templates[0], shared)
        self._put(REPLICASETS, (shared["namespace"], shared["set"]), templates[1], shared)
        return shared

    def _new_pod(self, shared: Values, node: str, since: float, waiting: bool = False) -> dict[str, str]:
        """Add a pod, running on a node or about to; returns its values."""
        name = f"{shared['set']}-{''.join(self.random.choices(ALPHABET, k=5))}"
        key = shared["namespace"], name
        values = {key: shared[key] for key in SHARED}
        values |= {
            "name": name,
            "uid": self._uid(),
            "node": node,
            "address": node.partition(".")[0].removeprefix("ip-").replace("-", "."),
            "created": stamp(since),
            "started": stamp(since + 3),
            "turned": stamp(since + 5),
            "ready": "True",
            "isready": "true",
            "restarts": "0",
        }
        self.pod_keys.append(key)
        self._put(PODS, key, self.shapes[int(values["shape"])][waiting], values)
        return values

    def _churn(self) -> int:
        """One turn of the lot: seven status writes, then a pod replaced by three; the number of events."""
        if self.waiting.keys and self.random.random() < TRIES:
            self.waiting.try_again(self.now)
            return 1
        self._turn = (self._turn + 1) % 8
        place = self.random.randrange(len(self.pod_keys))
        entry = self.store[PODS].entries.get(self.pod_keys[place])
        if not isinstance(entry, Rendered):
            return 1
        if self._turn:
            self._restart(entry)
            return 1
        return self._replace(place, entry)

    def _restart(self, entry: Rendered) -> None:
        values = dict(entry.values)
        values["restarts"] = str(int(values["restarts"]) + 1)
        if self._turn % 2:
            ready = values["ready"] != "True"
            values |= {"ready": str(ready), "isready": str(ready).lower(), "turned": stamp(self.now)}
        self._put(PODS, entry.key, entry.template, values, "MODIFIED")

    def _replace(self, place: int, entry: Rendered) -> int:
        self.store.remove(PODS, entry.key)
        self.pod_keys[place] = self.pod_keys[-1]
        self.pod_keys.pop()
        node = self.node_names[self.random.randrange(len(self.node_names))]
        values = self._new_pod(entry.values, node, self.now, waiting=True)
        self._put(PODS, self.pod_keys[-1], self.shapes[int(values["shape"])][0], values, "MODIFIED")
        return 3

    def _hear(self) -> None:
        """The next node's heartbeat."""
        self._beat = (self._beat + 1) % len(self.node_names)
        entry = self.store[NODES].entries.get(("", self.node_names[self._beat]))
        if isinstance(entry, Rendered):
            values = {**entry.values, "heard": stamp(self.now)}
            self._put(NODES, entry.key, entry.template, values, "MODIFIED")
        elif entry:
            node = entry.thaw()
            for one in node["status"]["conditions"]:
                one["lastHeartbeatTime"] = stamp(self.now)
            self.store.update(NODES, node)

    def _end(self) -> None:
        """Two seconds after its deletion was asked for a pod is gone and another one is in its place."""
        for key in self.store[PODS].terminating:
            self._leaving.setdefault(key, self.elapsed + 2)
        for key in [key for key, due in self._leaving.items() if due <= self.elapsed]:
            del self._leaving[key]
            entry = self.store[PODS].entries.get(key)
            if entry:
                self._succeed(entry.obj)
                self.store.remove(PODS, key)

    def _succeed(self, pod: Obj) -> None:
        metadata = pod["metadata"]
        labels = metadata.get("labels") or {}
        owners = metadata.get("ownerReferences")
        if not owners or "pod-template-hash" not in labels:
            return
        shared = {
            "app": labels["app.kubernetes.io/name"],
            "namespace": metadata["namespace"],
            "hash": labels["pod-template-hash"],
            "set": owners[0]["name"],
            "setuid": owners[0]["uid"],
            "shape": "0",
        }
        node = self.node_names[self.random.randrange(len(self.node_names))]
        self._new_pod(shared, node, self.now)
