"""Karpenter's disruption and termination: nodes chosen, tainted, drained within budgets, and gone."""

from __future__ import annotations

from functools import partial

from nodeview.demo.evicting import allow, disrupt, take
from nodeview.demo.objects import condition, get_condition, has_taint, set_condition
from nodeview.demo.resources import NODECLAIMS, NODES, PODS, Obj
from nodeview.demo.scheduler import Room, objections, room_of
from nodeview.demo.status import Refusal
from nodeview.demo.times import seconds
from nodeview.demo.world import World, finished, is_daemon, key_of, terminating

DISRUPTED = {"key": "karpenter.sh/disrupted", "effect": "NoSchedule"}
PAUSE = 1.5
"""Simulated seconds between two rounds of evictions of a node."""
READY_AFTER = 18.0
"""Simulated seconds in which a new node is ready."""


class Disruption:
    """Ends nodes: those it chooses, those it is told to, and those whose NodeClaim or Node is deleted."""

    def __init__(self, world: World):
        self.world = world
        self._round: dict[str, float] = {}
        self._going: dict[str, float] = {}
        self._warned: set[str] = set()

    def step(self) -> None:
        """One turn: keep claims' and nodes' ends together, and drain."""
        for key in list(self.world.store[NODES].terminating):
            found = self.world.store.get(NODES, *key)
            claim = self.claim_of(key[1])
            if claim and not terminating(claim):
                self.world.store.delete(NODECLAIMS, key_of(claim), self.world.now)
            elif claim is None and found:
                self._drain(found, None)
        for key in list(self.world.store[NODECLAIMS].terminating):
            claim = self.world.store.get(NODECLAIMS, *key)
            if claim:
                self._terminate(claim)
        self._quiet()
        self._emptied()

    def claim_of(self, node: str) -> Obj | None:
        """The NodeClaim that a node came of."""
        claims = self.world.store.objects(NODECLAIMS)
        return next((one for one in claims if one["status"].get("nodeName") == node), None)

    def disrupt(self, node: Obj, reason: str, delay: float = 2.0) -> None:
        """Choose a node: tainted and said at once, its claim deleted a little later."""
        world = self.world
        claim = self.claim_of(node["metadata"]["name"])
        if claim is None or terminating(claim):
            return
        self._taint(node)
        chosen = condition("DisruptionReason", "True", world.now, reason, reason)
        world.change(NODECLAIMS, key_of(claim), lambda copy: set_condition(copy, chosen))
        world.say(node, "DisruptionTerminating", f"Disrupting Node: {reason}", "karpenter")
        world.say(claim, "DisruptionTerminating", f"Disrupting NodeClaim: {reason}", "karpenter")
        key = key_of(claim)

        def delete() -> None:
            if key in world.store[NODECLAIMS].entries:
                world.store.delete(NODECLAIMS, key, world.now)

        world.after(delay, delete)

    def replace(self, nodes: list[Obj], made: Room | None, reason: str) -> None:
        """Choose nodes, and end them once the one that was made in their place has had time to be ready."""
        claim = self.world.store.get(NODECLAIMS, "", made.name) if made else None
        if claim:
            self.world.say(claim, "DisruptionLaunching", f"Launching NodeClaim: {reason}", "karpenter")
            text = "Waiting on readiness to continue disruption"
            self.world.say(claim, "DisruptionWaitingReadiness", text, "karpenter")
        for node in nodes:
            self.disrupt(node, reason, delay=READY_AFTER)

    def interrupt(self, node: Obj) -> None:
        """Have a spot node called back: said, and its claim deleted at once."""
        claim = self.claim_of(node["metadata"]["name"])
        if claim is None or terminating(claim):
            return
        for one in (node, claim):
            text = "Spot interruption warning was triggered"
            self.world.say(one, "SpotInterrupted", text, "karpenter", warning=True)
        self.world.store.delete(NODECLAIMS, key_of(claim), self.world.now)

    def candidates(self, pool: str = "") -> list[Obj]:
        """Nodes whose pods would all find room elsewhere, the emptiest first."""
        found = []
        for node in self.world.nodes():
            name = node["metadata"]["labels"].get("karpenter.sh/nodepool", "")
            claim = self.claim_of(node["metadata"]["name"])
            if not claim or (pool and name != pool) or terminating(claim) or has_taint(node, DISRUPTED["key"]):
                continue
            ready = get_condition(claim, "Initialized")
            movers = self._movers(node["metadata"]["name"])
            stuck = any("karpenter.sh/do-not-disrupt" in (pod["metadata"].get("annotations") or {}) for pod in movers)
            if ready and ready["status"] == "True" and not stuck and self._fits_elsewhere(node, movers):
                found.append((len(movers), node))
        found.sort(key=lambda pair: (pair[0], pair[1]["metadata"]["name"]))
        return [node for _, node in found]

    def _movers(self, node: str) -> list[Obj]:
        return [pod for pod in self.world.pods_on(node) if not is_daemon(pod) and not finished(pod)]

    def _fits_elsewhere(self, node: Obj, movers: list[Obj]) -> bool:
        own = node["metadata"]["name"]
        rooms = [
            room_of(other, self.world.pods_on(other["metadata"]["name"]))
            for other in self.world.nodes()
            if other["metadata"]["name"] != own
        ]
        return all(_settle(pod, rooms) for pod in movers)

    def _taint(self, node: Obj) -> None:
        if has_taint(node, DISRUPTED["key"]):
            return

        def mutate(copy: Obj) -> None:
            copy["spec"]["taints"] = [*(copy["spec"].get("taints") or []), dict(DISRUPTED)]
            copy["metadata"]["labels"]["node.kubernetes.io/exclude-from-external-load-balancers"] = "karpenter"

        self.world.change(NODES, key_of(node), mutate)

    def _terminate(self, claim: Obj) -> None:
        world, key = self.world, key_of(claim)
        node = world.store.get(NODES, "", claim["status"].get("nodeName", ""))
        if node is None:
            world.after(0.5, lambda: _release(world, key))
            return
        if not terminating(node):
            self._taint(node)
            world.store.delete(NODES, key_of(node), world.now)
            draining = condition("Drained", "Unknown", world.now, "Draining", "Draining")
            world.change(NODECLAIMS, key, lambda copy: set_condition(copy, draining))
        self._drain(node, claim)

    def _drain(self, node: Obj, claim: Obj | None) -> None:
        world, name = self.world, node["metadata"]["name"]
        if name in self._going:
            return
        movers = self._movers(name)
        if not movers:
            self._going[name] = world.elapsed
            self._done(name, claim, ("Drained", "VolumesDetached"))
            world.after(1.5, lambda: self._done(name, claim, ("InstanceTerminating",)))
            world.after(3.0, lambda: self._gone(name, claim))
            return
        if self._round.get(name, -PAUSE) + PAUSE > world.elapsed:
            return
        self._round[name] = world.elapsed
        reason = get_condition(claim or {}, "DisruptionReason")
        why = reason["reason"] if reason else "Forceful Termination"
        refused = 0
        for pod in [one for one in movers if not terminating(one)][:4]:
            refused += not self._evict(pod, why)
        if refused and name not in self._warned:
            self._warned.add(name)
            text = f"Failed to drain node, {len(movers)} pods are waiting to be evicted"
            world.say(node, "FailedDraining", text, "karpenter", warning=True)

    def _evict(self, pod: Obj, why: str) -> bool:
        world = self.world
        try:
            budget = allow(world.store, pod)
        except Refusal:
            return False
        if budget:
            take(world.store, budget)
        disrupt(world.store, key_of(pod), "EvictionByEvictionAPI", "Eviction API: evicting", world.now)
        world.say(pod, "Evicted", f"Evicted pod: {why}", "karpenter")
        world.store.delete(PODS, key_of(pod), world.now)
        return True

    def _done(self, node: str, claim: Obj | None, kinds: tuple[str, ...]) -> None:
        if claim:
            done = [condition(kind, "True", self.world.now) for kind in kinds]

            def mutate(copy: Obj) -> None:
                for one in done:
                    set_condition(copy, one)

            self.world.change(NODECLAIMS, key_of(claim), mutate)

    def _gone(self, name: str, claim: Obj | None) -> None:
        world = self.world
        self._going.pop(name, None)
        self._round.pop(name, None)
        node = world.store.get(NODES, "", name)
        if node:
            world.say(node, "Finalized", "Finalized karpenter.sh/termination", "karpenter")
            world.store.remove(NODES, ("", name))
        if claim:
            _release(world, key_of(claim))

    def _quiet(self) -> None:
        """Consolidatable: a claim whose node nothing came to or went from for long enough."""
        for claim in self.world.store.objects(NODECLAIMS):
            since = get_condition(claim, "Initialized")
            if not since or since["status"] != "True" or get_condition(claim, "Consolidatable"):
                continue
            if claim["metadata"]["labels"]["karpenter.sh/nodepool"] == "data" or terminating(claim):
                continue
            last = claim["status"].get("lastPodEventTime") or since["lastTransitionTime"]
            if self.world.now - seconds(last) > 30:
                quiet = condition("Consolidatable", "True", self.world.now)
                self.world.change(NODECLAIMS, key_of(claim), partial(set_condition, new=quiet))

    def _emptied(self) -> None:
        """A node that somebody cordoned and emptied is taken away, as every empty one of a pool that consolidates."""
        for node in self.world.nodes():
            if not node["spec"].get("unschedulable") or has_taint(node, DISRUPTED["key"]):
                continue
            claim = self.claim_of(node["metadata"]["name"])
            quiet = claim and get_condition(claim, "Consolidatable")
            if quiet and quiet["status"] == "True" and not self._movers(node["metadata"]["name"]):
                self.disrupt(node, "Empty")


def _release(world: World, key: tuple[str, str]) -> None:
    claim = world.store.get(NODECLAIMS, *key)
    if claim:
        world.say(claim, "Finalized", "Finalized karpenter.sh/termination", "karpenter")
        world.store.remove(NODECLAIMS, key)


def _settle(pod: Obj, rooms: list[Room]) -> bool:
    for room in rooms:
        if not objections(pod, room):
            room.take(pod)
            return True
    return False
