"""Nodes whose phase changes in the scenario ``large``, and budgets of pods that follow their pods."""

from __future__ import annotations

import random
import uuid

from nodeview.demo.resources import NODECLAIMS, NODES, PDBS, Obj
from nodeview.demo.store import Store
from nodeview.demo.times import stamp

BUDGETS = 500
DISRUPTED = {"key": "karpenter.sh/disrupted", "effect": "NoSchedule"}


class Lives:
    """So many nodes change their phase in a second: cordoned, drained, NotReady, and back again."""

    def __init__(self, chance: random.Random, store: Store, names: list[str], rate: float, now: float):
        self.random, self.store, self.names, self.rate = chance, store, names, rate
        self.owed = 0.0
        self._turn = 0
        for number in range(BUDGETS if rate else 0):
            store.create(PDBS, _budget(number, self.random), now)

    def step(self, seconds: float, now: float) -> None:
        """Let time pass."""
        self.owed += seconds * self.rate
        while self.owed >= 1:
            self.owed -= 1
            self._change(now)

    def _change(self, now: float) -> None:
        self._turn += 1
        entry = self.store[NODES].entries.get(("", self.random.choice(self.names)))
        if entry is None:
            return
        node = entry.thaw()
        kind = self._turn % 3
        if kind == 0:
            node["spec"]["unschedulable"] = not node["spec"].get("unschedulable", False)
        elif kind == 1:
            taints = [one for one in node["spec"].get("taints", []) if one["key"] != DISRUPTED["key"]]
            going = len(taints) == len(node["spec"].get("taints", []))
            node["spec"]["taints"] = [*taints, DISRUPTED] if going else taints
            self._claim(node, going=going, now=now)
        else:
            ready = next(one for one in node["status"]["conditions"] if one["type"] == "Ready")
            ready["status"] = "False" if ready["status"] == "True" else "True"
            ready["lastTransitionTime"] = stamp(now)
        self.store.update(NODES, node)
        self._spend()

    def _claim(self, node: Obj, *, going: bool, now: float) -> None:
        """Its NodeClaim says why."""
        owner = node["metadata"]["ownerReferences"][0]["name"]
        entry = self.store[NODECLAIMS].entries.get(("", owner))
        if entry is None:
            return
        claim = entry.thaw()
        said = [one for one in claim["status"]["conditions"] if one["type"] != "DisruptionReason"]
        why = {"type": "DisruptionReason", "status": "True", "reason": "Underutilized", "message": "Underutilized"}
        claim["status"]["conditions"] = [*said, why | {"lastTransitionTime": stamp(now)}] if going else said
        self.store.update(NODECLAIMS, claim)

    def _spend(self) -> None:
        """A budget allows one more or one less, as pods come and go."""
        name = f"service-{self.random.randrange(BUDGETS)}"
        entry = next((one for key, one in self.store[PDBS].entries.items() if key[1] == name), None)
        if entry is not None:
            budget = entry.thaw()
            budget["status"]["disruptionsAllowed"] = 1 - budget["status"]["disruptionsAllowed"]
            self.store.update(PDBS, budget)


def _budget(number: int, chance: random.Random) -> Obj:
    name = f"service-{number}"
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {
            "name": name, "namespace": f"team-{number % 20}", "generation": 1,
            "uid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        },
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app.kubernetes.io/name": name}}},
        "status": {
            "currentHealthy": 25, "desiredHealthy": 24, "disruptionsAllowed": 1, "expectedPods": 25,
            "observedGeneration": 1,
        },
    }  # fmt: skip
