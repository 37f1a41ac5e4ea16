"""The smaller controllers: DaemonSets, StatefulSets, Jobs and CronJobs, budgets, and the taints of nodes."""

from __future__ import annotations

from functools import partial

from nodeview.demo.fleet import daemon_labels, ordinal_labels
from nodeview.demo.objects import condition
from nodeview.demo.resources import CRONJOBS, DAEMONSETS, JOBS, NODES, PDBS, PODS, STATEFULSETS, Kind, Obj
from nodeview.demo.rollouts import resolve
from nodeview.demo.scheduler import matches_node
from nodeview.demo.selectors import match_labels
from nodeview.demo.times import stamp
from nodeview.demo.workloads import job
from nodeview.demo.workloads import pod as pod_of
from nodeview.demo.world import World, finished, is_ready, key_of, terminating

UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
RUN_EVERY = 45.0


def _write_status(world: World, kind: Kind, obj: Obj, status: Obj) -> None:
    if {key: obj["status"].get(key) for key in status} != status:
        world.change(kind, key_of(obj), lambda copy: copy["status"].update(status))


class DaemonSets:
    """One pod on every node, one at a time replaced when the template changes."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn over all DaemonSets."""
        nodes = self.world.nodes()
        for one in self.world.store.objects(DAEMONSETS):
            self._cover(
                one,
                [node for node in nodes if matches_node(one["spec"]["template"]["spec"], node["metadata"]["labels"])],
            )

    def _cover(self, one: Obj, nodes: list[Obj]) -> None:
        world = self.world
        pods = {pod["spec"].get("nodeName"): pod for pod in world.pods_of(one["metadata"]["uid"])}
        for node in nodes:
            if node["metadata"]["name"] not in pods and node["status"]["conditions"] and not terminating(node):
                name = f"{one['metadata']['name']}-{world.letters(5)}"
                new = pod_of(one, name, one["spec"]["template"], world.now, daemon_labels(one))
                # The controller names the node itself, so that no other may be chosen.
                new["spec"]["nodeName"] = node["metadata"]["name"]
                world.store.create(PODS, new, world.now)
        hashed = daemon_labels(one)["controller-revision-hash"]
        living = [pod for pod in pods.values() if not terminating(pod)]
        old = [pod for pod in living if pod["metadata"]["labels"].get("controller-revision-hash") != hashed]
        ready = sum(map(is_ready, living))
        if old and ready == len(nodes):
            world.store.delete(PODS, key_of(old[0]), world.now)
        status = {
            "observedGeneration": one["metadata"].get("generation", 1),
            "currentNumberScheduled": len(living),
            "desiredNumberScheduled": len(nodes),
            "updatedNumberScheduled": len(living) - len(old),
            "numberMisscheduled": 0,
            "numberReady": ready,
            "numberAvailable": ready,
        }
        _write_status(world, DAEMONSETS, one, status)


class StatefulSets:
    """Pods with an ordinal, made in order, replaced from the last one down when the template changes."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn over all StatefulSets."""
        for one in self.world.store.objects(STATEFULSETS):
            self._keep(one)

    def _keep(self, one: Obj) -> None:
        world, name = self.world, one["metadata"]["name"]
        pods = {pod["metadata"]["name"]: pod for pod in world.pods_of(one["metadata"]["uid"])}
        wanted = [f"{name}-{ordinal}" for ordinal in range(one["spec"].get("replicas", 1))]
        missing = [(place, pod) for place, pod in enumerate(wanted) if pod not in pods]
        if missing and all(is_ready(pod) for pod in pods.values()):
            labels = ordinal_labels("StatefulSet", one, missing[0][1], missing[0][0])
            made = pod_of(one, missing[0][1], one["spec"]["template"], world.now, labels)
            world.store.create(PODS, made, world.now)
        for extra in [pod for key, pod in pods.items() if key not in wanted and not terminating(pod)]:
            world.store.delete(PODS, key_of(extra), world.now)
        revision = ordinal_labels("StatefulSet", one, "", 0)["controller-revision-hash"]
        old = [key for key in wanted if key in pods and _revision(pods[key]) != revision]
        ready = sum(is_ready(pod) and not terminating(pod) for pod in pods.values())
        if old and not missing and ready == len(wanted):
            world.store.delete(PODS, key_of(pods[old[-1]]), world.now)
        status = {
            "observedGeneration": one["metadata"].get("generation", 1),
            "replicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "currentReplicas": len(pods),
            "updatedReplicas": len(wanted) - len(old) - len(missing),
            "currentRevision": revision,
            "updateRevision": revision,
        }
        _write_status(world, STATEFULSETS, one, status)


def _revision(pod: Obj) -> str:
    return str(pod["metadata"]["labels"].get("controller-revision-hash", ""))


class Jobs:
    """CronJobs make Jobs, Jobs make pods that run to their end; the last Job is kept."""

    def __init__(self, world: World):
        self.world = world
        self._due = world.between(4, 12)
        self._number = int(world.now // 60)

    def step(self) -> None:
        """One turn: begin a run when one is due, then look after all Jobs."""
        world = self.world
        if world.elapsed >= self._due:
            self._due = world.elapsed + RUN_EVERY
            self._number += 1
            for cron in world.store.objects(CRONJOBS):
                if not cron["spec"].get("suspend"):
                    self._run(cron)
        for one in world.store.objects(JOBS):
            self._look(one)

    def _run(self, cron: Obj) -> None:
        world = self.world
        earlier = [
            one for one in world.store.objects(JOBS)
            if one["metadata"].get("ownerReferences", [{}])[0].get("uid") == cron["metadata"]["uid"]
        ]  # fmt: skip
        for one in [one for one in earlier if "completionTime" in one["status"]][:-1]:
            for pod in world.pods_of(one["metadata"]["uid"]):
                world.store.remove(PODS, key_of(pod))
            world.store.remove(JOBS, key_of(one))
        world.store.create(JOBS, job(cron, self._number, world.now), world.now)

    def _look(self, one: Obj) -> None:
        world = self.world
        if "completionTime" in one["status"]:
            return
        pods = world.pods_of(one["metadata"]["uid"])
        succeeded = sum(pod["status"].get("phase") == "Succeeded" for pod in pods)
        active = [pod for pod in pods if not finished(pod) and not terminating(pod)]
        for _ in range(one["spec"].get("completions", 1) - succeeded - len(active)):
            name = f"{one['metadata']['name']}-{world.letters(5)}"
            labels = {"batch.kubernetes.io/job-name": one["metadata"]["name"], "job-name": one["metadata"]["name"]}
            world.store.create(PODS, pod_of(one, name, one["spec"]["template"], world.now, labels), world.now)
        status: Obj = {"succeeded": succeeded, "active": one["spec"].get("completions", 1) - succeeded}
        status["startTime"] = one["status"].get("startTime") or stamp(world.now)
        if not status["active"]:
            status["completionTime"] = stamp(world.now)
            status["conditions"] = [condition("Complete", "True", world.now, "CompletionsReached")]
        _write_status(world, JOBS, one, status)


class Budgets:
    """What each PodDisruptionBudget allows now."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn over all budgets."""
        pods: dict[str, list[Obj]] = {}
        for pod in self.world.store.objects(PODS):
            if not terminating(pod) and not finished(pod):
                pods.setdefault(pod["metadata"]["namespace"], []).append(pod)
        for budget in self.world.store.objects(PDBS):
            self._count(budget, pods.get(budget["metadata"]["namespace"], []))

    def _count(self, budget: Obj, pods: list[Obj]) -> None:
        selector = budget["spec"].get("selector")
        mine = [pod for pod in pods if match_labels(selector, pod["metadata"].get("labels") or {})]
        if "maxUnavailable" in budget["spec"]:
            desired = max(0, len(mine) - resolve(budget["spec"]["maxUnavailable"], len(mine), up=True))
        else:
            desired = resolve(budget["spec"].get("minAvailable", 0), len(mine), up=True)
        healthy = sum(map(is_ready, mine))
        allowed = max(0, healthy - desired)
        status = {
            "observedGeneration": budget["metadata"].get("generation", 1),
            "expectedPods": len(mine),
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": allowed,
        }
        _write_status(self.world, PDBS, budget, status)


class NodeTaints:
    """The node controller's taint on cordoned nodes."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn over all nodes."""
        for node in self.world.nodes():
            mirror(node, self.world)


def mirror(node: Obj, world: World) -> None:
    """Have a node's taints say whether it is cordoned."""
    cordoned = bool(node["spec"].get("unschedulable"))
    taints = node["spec"].get("taints") or []
    tainted = any(one["key"] == UNSCHEDULABLE for one in taints)
    if cordoned == tainted:
        return
    kept = [one for one in taints if one["key"] != UNSCHEDULABLE]
    if cordoned:
        kept.append({"key": UNSCHEDULABLE, "effect": "NoSchedule", "timeAdded": stamp(world.now)})
    world.change(NODES, key_of(node), partial(_set_taints, taints=kept))


def _set_taints(node: Obj, taints: list[Obj]) -> None:
    if taints:
        node["spec"]["taints"] = taints
    else:
        node["spec"].pop("taints", None)
