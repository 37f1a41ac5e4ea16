"""The Deployment and ReplicaSet controllers: templates roll out with surge, sets keep their number of pods."""

from __future__ import annotations

import math

from nodeview.demo.objects import condition, get_condition
from nodeview.demo.resources import DEPLOYMENTS, PODS, REPLICASETS, Obj
from nodeview.demo.workloads import pod, replica_set, template_hash
from nodeview.demo.world import World, finished, is_ready, key_of, terminating

REVISION = "deployment.kubernetes.io/revision"


def resolve(value: int | str | None, of: int, up: bool) -> int:
    """A number of pods given as such or in percent."""
    if value is None:
        value = "25%"
    if isinstance(value, str):
        share = of * int(value.rstrip("%")) / 100
        return math.ceil(share) if up else math.floor(share)
    return value


class Rollouts:
    """Both controllers, for all Deployments."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn over all Deployments, then over all ReplicaSets."""
        world = self.world
        owned: dict[str, list[Obj]] = {}
        for one in world.store.objects(REPLICASETS):
            for reference in one["metadata"].get("ownerReferences") or ():
                owned.setdefault(reference["uid"], []).append(one)
        for deployment in world.store.objects(DEPLOYMENTS):
            self._roll(deployment, owned.pop(deployment["metadata"]["uid"], []))
        for orphans in owned.values():
            self._collect(orphans)
        for one in world.store.objects(REPLICASETS):
            self._fill(one)

    def _roll(self, deployment: Obj, sets: list[Obj]) -> None:
        if terminating(deployment):
            return
        hashed = template_hash(deployment["spec"]["template"])
        new = next((one for one in sets if one["metadata"]["labels"]["pod-template-hash"] == hashed), None)
        if new is None:
            new = self._next(deployment, hashed, len(sets))
            sets = [*sets, new]
        old = [one for one in sets if one is not new]
        wanted = deployment["spec"].get("replicas", 1)
        if not any(one["spec"]["replicas"] for one in old):
            self._scale(new, wanted)
            self._forget(deployment, old)
        else:
            self._shift(deployment, new, old, wanted)
        self._status(deployment, new, sets)

    def _collect(self, orphans: list[Obj]) -> None:
        """Garbage: the sets of a Deployment that is gone, and their pods."""
        for one in orphans:
            for left in self.world.pods_of(one["metadata"]["uid"]):
                self.world.store.delete(PODS, key_of(left), self.world.now)
            self.world.store.remove(REPLICASETS, key_of(one))

    def _forget(self, deployment: Obj, old: list[Obj]) -> None:
        """Remove the oldest empty sets beyond the history that a Deployment keeps."""
        empty = [one for one in old if not one["spec"]["replicas"] and not one["status"]["replicas"]]
        empty.sort(key=lambda one: one["metadata"]["creationTimestamp"])
        kept = deployment["spec"].get("revisionHistoryLimit", 10)
        for one in empty[: max(0, len(empty) - kept)]:
            self.world.store.remove(REPLICASETS, key_of(one))

    def _next(self, deployment: Obj, hashed: str, earlier: int) -> Obj:
        world = self.world
        if earlier:
            revision = str(int(deployment["metadata"].get("annotations", {}).get(REVISION, "1")) + 1)

            def count(copy: Obj) -> None:
                copy["metadata"].setdefault("annotations", {})[REVISION] = revision

            deployment = world.change(DEPLOYMENTS, key_of(deployment), count) or deployment
        return world.store.create(REPLICASETS, replica_set(deployment, hashed, world.now), world.now)

    def _shift(self, deployment: Obj, new: Obj, old: list[Obj], wanted: int) -> None:
        rolling = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
        surge = resolve(rolling.get("maxSurge"), wanted, up=True)
        unavailable = resolve(rolling.get("maxUnavailable"), wanted, up=False)
        if not surge and not unavailable:
            unavailable = 1
        asked = new["spec"]["replicas"]
        total = asked + sum(one["spec"]["replicas"] for one in old)
        up = min(wanted - asked, wanted + surge - total)
        if up > 0:
            self._scale(new, asked + up)
        ready = self._ready(new)
        spare = total - (wanted - unavailable) - (asked - ready)
        for one in sorted(old, key=lambda one: one["metadata"]["creationTimestamp"]):
            down = min(max(spare, 0), one["spec"]["replicas"])
            unready = one["spec"]["replicas"] - self._ready(one)
            down = max(down, min(unready, one["spec"]["replicas"]) if spare > 0 else 0)
            if down > 0:
                self._scale(one, one["spec"]["replicas"] - down)
                spare -= down

    def _ready(self, one: Obj) -> int:
        return sum(is_ready(pod) and not terminating(pod) for pod in self.world.pods_of(one["metadata"]["uid"]))

    def _scale(self, one: Obj, replicas: int) -> None:
        if one["spec"]["replicas"] == replicas:
            return

        def mutate(copy: Obj) -> None:
            copy["spec"]["replicas"] = replicas
            copy["metadata"]["generation"] = copy["metadata"].get("generation", 1) + 1

        self.world.change(REPLICASETS, key_of(one), mutate)

    def _fill(self, one: Obj) -> None:
        world = self.world
        living = [pod for pod in world.pods_of(one["metadata"]["uid"]) if not terminating(pod) and not finished(pod)]
        wanted = one["spec"]["replicas"] if not terminating(one) else 0
        for _ in range(wanted - len(living)):
            name = f"{one['metadata']['name']}-{world.letters(5)}"
            new = world.store.create(PODS, pod(one, name, one["spec"]["template"], world.now), world.now)
            world.say(one, "SuccessfulCreate", f"Created pod: {name}", "replicaset-controller")
            living.append(new)
        if len(living) > wanted:
            living.sort(key=_leaves_first)
            for extra in living[: len(living) - wanted]:
                world.store.delete(PODS, key_of(extra), world.now)
                text = f"Deleted pod: {extra['metadata']['name']}"
                world.say(one, "SuccessfulDelete", text, "replicaset-controller")
        ready = sum(map(is_ready, living))
        status = {"replicas": min(len(living), wanted), "fullyLabeledReplicas": min(len(living), wanted)}
        status |= {"readyReplicas": ready, "availableReplicas": ready}
        status["observedGeneration"] = one["metadata"].get("generation", 1)
        if one["status"] != status and key_of(one) in world.store[REPLICASETS].entries:
            world.change(REPLICASETS, key_of(one), lambda copy: copy.update(status=status))

    def _status(self, deployment: Obj, new: Obj, sets: list[Obj]) -> None:
        world, wanted = self.world, deployment["spec"].get("replicas", 1)
        pods = [pod for one in sets for pod in world.pods_of(one["metadata"]["uid"])]
        living = [pod for pod in pods if not terminating(pod) and not finished(pod)]
        updated = [pod for pod in world.pods_of(new["metadata"]["uid"]) if not terminating(pod)]
        ready = sum(map(is_ready, living))
        entry = world.store[DEPLOYMENTS].entries[key_of(deployment)]
        status = {
            "observedGeneration": entry.obj["metadata"].get("generation", 1),
            "replicas": len(living),
            "updatedReplicas": len(updated),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "terminatingReplicas": sum(map(terminating, pods)),
        }
        if ready < wanted:
            status["unavailableReplicas"] = wanted - ready
        done = len(updated) >= wanted and len(living) == wanted and ready >= wanted
        old = entry.obj["status"]
        if {key: value for key, value in old.items() if key != "conditions"} == status and "conditions" in old:
            return
        conditions = self._conditions(entry.obj, new, ready >= wanted * 0.75, done)
        world.change(DEPLOYMENTS, key_of(deployment), lambda copy: copy.update(status=status | conditions))

    def _conditions(self, deployment: Obj, new: Obj, available: bool, done: bool) -> Obj:
        now, name = self.world.now, new["metadata"]["name"]
        words = (
            ("Available", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            if available
            else ("Available", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        )
        progress = (
            ("NewReplicaSetAvailable", f'ReplicaSet "{name}" has successfully progressed.')
            if done
            else ("ReplicaSetUpdated", f'ReplicaSet "{name}" is progressing.')
        )
        found = [condition(words[0], "True" if available else "False", now, *words[1:])]
        found.append(condition("Progressing", "True", now, *progress))
        for one in found:
            old = get_condition(deployment, one["type"])
            if old and old["status"] == one["status"]:
                one["lastTransitionTime"] = old["lastTransitionTime"]
            one["lastUpdateTime"] = one["lastTransitionTime"]
        return {"conditions": found}


def _leaves_first(pod: Obj) -> tuple[bool, bool, int]:
    """A set gives up pods without a node first, then unready ones, then the youngest."""
    version = int(pod["metadata"]["resourceVersion"])
    return bool(pod["spec"].get("nodeName")), is_ready(pod), -version
