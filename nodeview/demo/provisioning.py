"""Karpenter's provisioner: NodeClaims for pods that found no room, and the nodes that come of them."""

from __future__ import annotations

from functools import partial

from nodeview.demo import karpenter
from nodeview.demo.catalogue import POOLS, TYPES, ZONES, InstanceType, Pool
from nodeview.demo.fleet import instance_id, name_node
from nodeview.demo.objects import (
    condition,
    get_condition,
    has_taint,
    node,
    node_condition,
    node_labels,
    owner,
    pool_taints,
    ready_conditions,
    set_condition,
)  # fmt: skip
from nodeview.demo.quantities import milli, pod_requests
from nodeview.demo.resources import DAEMONSETS, NODECLAIMS, NODEPOOLS, NODES, Obj
from nodeview.demo.scheduler import Room, objections
from nodeview.demo.storage import zone_of
from nodeview.demo.volume_objects import ZONE
from nodeview.demo.world import World, finished, key_of, terminating

UNREGISTERED = {"key": "karpenter.sh/unregistered", "effect": "NoExecute"}
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class Provisioner:
    """Sees pods that wait for room and brings nodes, a few simulated seconds at a time."""

    def __init__(self, world: World, patience: float = 1.0):
        self.world = world
        self.patience = patience
        self._rooms: dict[str, Room] = {}
        self._told: set[str] = set()

    def step(self) -> None:
        """One turn: count what is on its way, and ask for what is missing."""
        waiting = self._waiting()
        if waiting:
            self._provision(waiting)
        self._usage()

    def _waiting(self) -> list[Obj]:
        found = []
        for pod in self.world.pods_on(""):
            scheduled = get_condition(pod, "PodScheduled")
            if terminating(pod) or finished(pod) or not scheduled or "nominatedNodeName" in pod["status"]:
                continue
            if scheduled.get("reason") == "Unschedulable" and self._pool(pod):
                found.append(pod)
        return found

    def _pool(self, pod: Obj) -> str:
        name: str = (pod["spec"].get("nodeSelector") or {}).get("karpenter.sh/nodepool", "")
        return name if self.world.store.get(NODEPOOLS, "", name) else ""

    def _provision(self, waiting: list[Obj]) -> None:
        """Fit the waiting pods into what is on its way; the rest makes a NodeClaim each until all fit."""
        coming: dict[str, list[Room]] = {}
        for claim in self.world.store.objects(NODECLAIMS):
            ready = get_condition(claim, "Initialized")
            if terminating(claim) or (ready and ready["status"] == "True"):
                self._rooms.pop(claim["metadata"]["name"], None)
                continue
            room = self._room(claim["metadata"]["labels"], claim["metadata"]["name"])
            coming.setdefault(claim["metadata"]["labels"]["karpenter.sh/nodepool"], []).append(room)
        for pod in waiting:
            pool = self._pool(pod)
            zone = zone_of(self.world.store, pod)
            rooms = [room for room in coming.get(pool, []) if not zone or room.labels[ZONE] == zone]
            fitting = next((room for room in rooms if not objections(pod, room)), None)
            if fitting is None:
                fitting = self.claim(pool, [one for one in waiting if self._pool(one) == pool], pod)
                if fitting is None:
                    continue
                coming.setdefault(pool, []).append(fitting)
            fitting.take(pod)
            self._nominate(pod, fitting.name)

    def _nominate(self, pod: Obj, claim: str) -> None:
        if pod["metadata"]["uid"] not in self._told:
            self._told.add(pod["metadata"]["uid"])
            self.world.say(pod, "Nominated", f"Pod should schedule on: nodeclaim/{claim}", "karpenter")

    def _room(self, labels: dict[str, str], name: str) -> Room:
        kind = TYPES[labels["node.kubernetes.io/instance-type"]]
        pool = POOLS[labels["karpenter.sh/nodepool"]]
        daemons = [one["spec"]["template"]["spec"] for one in self.world.store.objects(DAEMONSETS)]
        taken = [pod_requests(spec) for spec in daemons]
        cpu = kind.allocatable_cpu - sum(cpu for cpu, _ in taken)
        memory = kind.allocatable_memory * 1024 - sum(memory for _, memory in taken)
        return Room(name, labels, pool_taints(pool), False, cpu, memory, kind.pods - len(daemons), [])

    def claim(self, pool: str, pods: list[Obj], first: Obj | None = None) -> Room | None:
        """Make a NodeClaim for pods of a pool; None when its limit or its types forbid it."""
        world, made_by = self.world, world_pool(self.world, pool)
        asked = [pod_requests(pod["spec"]) for pod in pods]
        cpu, memory = sum(cpu for cpu, _ in asked), sum(memory for _, memory in asked)
        kind = self._type(POOLS[pool], pods, cpu)
        zone = self._zone(first)
        if kind is None or self._used(pool) + kind.cpus > milli(made_by["spec"]["limits"]["cpu"]) // 1000:
            self._refuse(pool, first)
            return None
        capacity = "spot" if world.random.random() < POOLS[pool].spot else "on-demand"
        labels = node_labels(POOLS[pool], kind, capacity, zone, "")
        name = f"{pool}-{world.letters(5)}"
        requests = {"cpu": f"{cpu}m", "memory": f"{memory // 2**20}Mi", "pods": str(len(pods) + 4)}
        made = world.store.create(NODECLAIMS, karpenter.claim(made_by, name, labels, requests, world.now), world.now)
        world.after(0.5, lambda: self._conditions(name, *karpenter.awaiting(world.now)))
        world.after(world.between(1.5, 3), lambda: self._launch(name, kind, capacity, zone))
        return self._room(made["metadata"]["labels"], name)

    def _type(self, pool: Pool, pods: list[Obj], cpu: int) -> InstanceType | None:
        """The smallest type that takes all; else the largest that takes each."""
        largest = max((pod_requests(pod["spec"])[0] for pod in pods), default=0)
        kinds = sorted((TYPES[name] for name in pool.types), key=lambda kind: kind.cpus)
        kinds = [kind for kind in kinds if kind.allocatable_cpu - 300 >= largest]
        return next((kind for kind in kinds if kind.allocatable_cpu - 300 >= cpu), kinds[-1] if kinds else None)

    def _zone(self, pod: Obj | None) -> str:
        affinity = ((pod or {"spec": {}})["spec"].get("affinity") or {}).get("nodeAffinity")
        if affinity:
            terms = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
            return str(terms[0]["matchExpressions"][0]["values"][0])
        tied = zone_of(self.world.store, pod) if pod else ""
        return tied or self.world.random.choice(ZONES)

    def _used(self, pool: str) -> int:
        return sum(
            TYPES[one["metadata"]["labels"]["node.kubernetes.io/instance-type"]].cpus
            for one in self.world.store.objects(NODECLAIMS)
            if one["metadata"]["labels"]["karpenter.sh/nodepool"] == pool
        )

    def _refuse(self, pool: str, pod: Obj | None) -> None:
        if pod and pod["metadata"]["uid"] not in self._told:
            self._told.add(pod["metadata"]["uid"])
            text = f"Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool={pool})"
            self.world.say(pod, "FailedScheduling", text, "karpenter", warning=True)

    def _conditions(self, name: str, *conditions: Obj, **status: object) -> None:
        """Write conditions and other fields of a claim's status, with Karpenter's event for each that turned True."""

        def mutate(copy: Obj) -> None:
            copy["status"] |= status
            for one in conditions:
                set_condition(copy, one)

        before = self.world.store.get(NODECLAIMS, "", name)
        written = self.world.change(NODECLAIMS, ("", name), mutate)
        for one in conditions if before and written else ():
            was = get_condition(before or {}, one["type"])
            if one["status"] == "True" and was and was["status"] != "True":
                text = f"Status condition transitioned, Type: {one['type']}, Status: {was['status']} -> True, "
                self.world.say(written or {}, one["type"], text + f"Reason: {one['reason']}", "karpenter")

    def _launch(self, name: str, kind: InstanceType, capacity: str, zone: str) -> None:
        world, instance = self.world, instance_id(self.world)
        gone = self.world.store.get(NODECLAIMS, "", name)
        if gone is None or terminating(gone):
            return
        new = node(POOLS[name.rpartition("-")[0]], kind, capacity, zone, name_node(world), instance, world.now)
        self._conditions(
            name,
            condition("Launched", "True", world.now),
            condition("Registered", "Unknown", world.now, "NodeNotFound", "Node not registered with cluster"),
            condition("Initialized", "Unknown", world.now, "NodeNotFound", "Node not registered with cluster"),
            providerID=new["spec"]["providerID"],
            imageID="ami-0b7a6c1d2e3f40516",
            capacity=new["status"]["capacity"],
            allocatable=new["status"]["allocatable"],
        )
        world.after(world.between(5, 9), lambda: self._join(name, new))

    def _join(self, name: str, new: Obj) -> None:
        world = self.world
        claim = world.store.get(NODECLAIMS, "", name)
        if claim is None or terminating(claim):
            return
        new["metadata"].pop("creationTimestamp")
        new["spec"]["taints"] = [*new["spec"].get("taints", []), dict(UNREGISTERED), dict(NOT_READY)]
        world.store.create(NODES, new, world.now)
        node_name = new["metadata"]["name"]
        world.after(world.between(0.5, 1.5), lambda: self._register(name, node_name))
        world.after(world.between(3, 6), lambda: self._ready(name, node_name))

    def _register(self, name: str, node_name: str) -> None:
        world = self.world
        claim = world.store.get(NODECLAIMS, "", name)
        if claim is None:
            return

        def mutate(copy: Obj) -> None:
            copy["spec"]["taints"] = [one for one in copy["spec"]["taints"] if one["key"] != UNREGISTERED["key"]]
            copy["metadata"]["labels"]["karpenter.sh/registered"] = "true"
            copy["metadata"]["ownerReferences"] = [owner("NodeClaim", karpenter.GROUP, claim, controller=False)]

        world.change(NODES, ("", node_name), mutate)
        waiting = condition("Initialized", "Unknown", world.now, "NodeNotReady", "Node status is NotReady")
        self._conditions(name, condition("Registered", "True", world.now), waiting, nodeName=node_name)
        self._not_ready(node_name)

    def _not_ready(self, node_name: str) -> None:
        world = self.world
        text = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"

        def mutate(copy: Obj) -> None:
            copy["status"]["conditions"] = ready_conditions(world.now, world.now)
            now = world.now
            set_condition(copy, node_condition("Ready", "False", now, now, "KubeletNotReady", text))

        world.change(NODES, ("", node_name), mutate)

    def _ready(self, name: str, node_name: str) -> None:
        world = self.world
        found = world.store.get(NODES, "", node_name)
        if found is None or has_taint(found, "karpenter.sh/disrupted"):
            return

        def mutate(copy: Obj) -> None:
            copy["status"]["conditions"] = ready_conditions(world.now, world.now)
            taints = [one for one in copy["spec"]["taints"] if one["key"] != NOT_READY["key"]]
            copy["spec"]["taints"] = taints
            if not taints:
                del copy["spec"]["taints"]
            copy["metadata"]["labels"]["karpenter.sh/initialized"] = "true"

        written = world.change(NODES, ("", node_name), mutate)
        if written:
            text = f"Node {node_name} status is now: NodeReady"
            world.say(written, "NodeReady", text, "kubelet")
        done = [condition(kind, "True", world.now) for kind in ("Initialized", "Ready")]
        self._conditions(name, *done)

    def _usage(self) -> None:
        """What each NodePool has, as its status says it."""
        cpu: dict[str, int] = {}
        memory: dict[str, int] = {}
        nodes: dict[str, int] = {}
        for one in self.world.nodes():
            pool = one["metadata"]["labels"].get("karpenter.sh/nodepool", "")
            cpu[pool] = cpu.get(pool, 0) + milli(one["status"]["capacity"]["cpu"]) // 1000
            memory[pool] = memory.get(pool, 0) + milli(one["status"]["capacity"]["memory"]) // 1_024_000
            nodes[pool] = nodes.get(pool, 0) + 1
        for found in self.world.store.objects(NODEPOOLS):
            name = found["metadata"]["name"]
            count = nodes.get(name, 0)
            used = {"cpu": str(cpu.get(name, 0)), "memory": f"{memory.get(name, 0)}Ki", "nodes": str(count)}
            if found["status"]["resources"] != used:
                status = found["status"] | {"resources": used, "nodes": count}
                self.world.change(NODEPOOLS, key_of(found), partial(_set_status, status=status))


def _set_status(obj: Obj, status: Obj) -> None:
    obj["status"] = status


def world_pool(world: World, name: str) -> Obj:
    """A NodePool that is known to be there."""
    found = world.store.get(NODEPOOLS, "", name)
    assert found is not None, name
    return found
