"""Pods without a node in the scenario ``large``: as many workloads as wanted, each too large for its nodes."""

from __future__ import annotations

import random
import uuid

from nodeview.demo.large_templates import Shape, unschedulable_template, workload_templates
from nodeview.demo.resources import DEPLOYMENTS, PODS, REPLICASETS, Kind
from nodeview.demo.store import Key, Store
from nodeview.demo.templates import Rendered, Template
from nodeview.demo.times import stamp
from nodeview.demo.workloads import ALPHABET

WORKLOADS = 200
POOLS = ("api", "web", "worker", "batch", "data")


class Waiting:
    """The pods that wait, and the scheduler that tries them again and again."""

    def __init__(self, chance: random.Random, store: Store, pods: int, nodes: int, now: float):
        self.random, self.store, self.nodes = chance, store, nodes
        self.keys: list[Key] = []
        for which in range(min(WORKLOADS, pods)):
            count = pods // WORKLOADS + (which < pods % WORKLOADS)
            self._workload(which, count, now)

    def try_again(self, now: float) -> None:
        """One of them is tried in vain: the scheduler writes what it says of one node more or less."""
        entry = self.store[PODS].entries.get(self.random.choice(self.keys))
        if isinstance(entry, Rendered):
            nodes = self.nodes + self.random.randrange(5)
            values = {**entry.values, "said": _said(nodes), "turned": stamp(now)}
            self._put(PODS, entry.key, entry.template, values, "MODIFIED")

    def _workload(self, which: int, count: int, now: float) -> None:
        shape = Shape(f"{20 + which}", f"{40 + which}Gi", probe=False)
        hashed = "".join(self.random.choices(ALPHABET, k=10))
        app = f"waiting-{which}"
        shared = {
            "app": app, "namespace": f"team-{which % 20}", "hash": hashed, "set": f"{app}-{hashed}",
            "setuid": self._uid(), "uid": self._uid(), "replicas": str(count), "created": stamp(now - 86_400),
        }  # fmt: skip
        deployment, its_set = workload_templates(shape)
        self._put(DEPLOYMENTS, (shared["namespace"], app), deployment, shared)
        self._put(REPLICASETS, (shared["namespace"], shared["set"]), its_set, shared)
        template = unschedulable_template(shape, POOLS[which % len(POOLS)])
        for _ in range(count):
            name = f"{shared['set']}-{''.join(self.random.choices(ALPHABET, k=5))}"
            since = now - self.random.uniform(1, 600)
            values = shared | {
                "name": name, "uid": self._uid(), "node": "", "created": stamp(since), "turned": stamp(since + 1),
                "said": _said(self.nodes),
            }  # fmt: skip
            self.keys.append((shared["namespace"], name))
            self._put(PODS, self.keys[-1], template, values)

    def _put(self, kind: Kind, key: Key, template: Template, values: dict[str, str], verb: str = "ADDED") -> None:
        self.store.place(kind, Rendered(key, self.store.version + 1, template, values), verb)

    def _uid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))


def _said(nodes: int) -> str:
    fit, other = nodes // 5, nodes - nodes // 5
    return (
        f"0/{nodes} nodes are available: {fit} Insufficient cpu, {other} node(s) didn't match Pod's node "
        f"affinity/selector. no new claims to deallocate, preemption: 0/{nodes} nodes are available: "
        f"{fit} No preemption victims found for incoming pod, {other} Preemption is not helpful for scheduling."
    )
