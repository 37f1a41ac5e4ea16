"""The cluster as it stands when the demo begins: settled, of some age, every pod somewhere it fits."""

from __future__ import annotations

from nodeview.demo import quantities
from nodeview.demo.catalogue import DOMAIN, POOLS, TYPES, ZONES, Pool
from nodeview.demo.cluster_scope import namespace, priority_class
from nodeview.demo.karpenter import node_pool, registered_claim
from nodeview.demo.kubelet import address_of, advance
from nodeview.demo.objects import node, owner, pod_condition, ready_conditions, set_condition
from nodeview.demo.resources import (
    CRONJOBS,
    DAEMONSETS,
    DEPLOYMENTS,
    NAMESPACES,
    NODECLAIMS,
    NODEPOOLS,
    NODES,
    PDBS,
    PODS,
    PRIORITY_CLASSES,
    REPLICASETS,
    STATEFULSETS,
    Kind,
    Obj,
)  # fmt: skip
from nodeview.demo.scheduler import Room, objections, room_of
from nodeview.demo.times import seconds, stamp
from nodeview.demo.workloads import (
    PRIORITIES,
    Workload,
    budget,
    controller,
    pod,
    replica_set,
    template_hash,
)  # fmt: skip
from nodeview.demo.world import World

DAY = 86_400.0
_KINDS: dict[str, Kind] = {
    "Deployment": DEPLOYMENTS, "StatefulSet": STATEFULSETS, "DaemonSet": DAEMONSETS, "CronJob": CRONJOBS,
}  # fmt: skip


def name_node(world: World) -> str:
    """A node's name as EC2 gives it, not in use."""
    while True:
        name = f"ip-10-0-{world.random.randint(0, 191)}-{world.random.randint(4, 254)}.{DOMAIN}"
        if ("", name) not in world.store[NODES].entries:
            return name


def instance_id(world: World) -> str:
    """An EC2 instance id."""
    return f"i-0{world.random.getrandbits(64):016x}"


class Fleet:
    """Builds the settled cluster into a world's store."""

    def __init__(self, world: World, workloads: tuple[Workload, ...]):
        self.world = world
        self.workloads = workloads
        self.rooms: dict[str, list[Room]] = {name: [] for name in POOLS}
        self.daemons = [work for work in workloads if work.kind == "DaemonSet"]
        self.owners: dict[str, Obj] = {}

    def build(self) -> None:
        """All of it."""
        world, long_ago = self.world, self.world.now - 140 * DAY
        for name in dict.fromkeys(["default", "kube-system", *(work.namespace for work in self.workloads)]):
            world.store.create(NAMESPACES, namespace(name, long_ago), world.now)
        for name, value in PRIORITIES.items():
            world.store.create(PRIORITY_CLASSES, priority_class(name, value, long_ago), world.now)
        for pool in POOLS.values():
            if not pool.managed:
                world.store.create(NODEPOOLS, node_pool(pool, long_ago), world.now)
        for work in self.workloads:
            self._controller(work)
        for zone in ZONES:
            self._node(POOLS["system-v1-34"], zone)
        biggest = sorted(self.workloads, key=lambda work: -quantities.milli(work.cpu))
        for work in biggest:
            if work.kind not in ("DaemonSet", "CronJob"):
                self._pods(work)

    def _controller(self, work: Workload) -> None:
        world = self.world
        created = world.now - world.between(20, 130) * DAY
        obj = world.store.create(_KINDS[work.kind], controller(work, created), world.now)
        if work.kind == "Deployment":
            hashed = template_hash(obj["spec"]["template"])
            made = replica_set(obj, hashed, world.now - world.between(0.1, 9) * DAY)
            made["spec"]["replicas"] = work.replicas
            obj = world.store.create(REPLICASETS, made, world.now)
        self.owners[f"{work.namespace}/{work.name}"] = obj
        if work.keep is not None:
            world.store.create(PDBS, budget(work, created), world.now)

    def _pods(self, work: Workload) -> None:
        parent = self.owners[f"{work.namespace}/{work.name}"]
        of = parent["spec"]["template"]
        for ordinal in range(work.replicas):
            name = parent["metadata"]["name"]
            name += f"-{ordinal}" if work.kind == "StatefulSet" else f"-{self.world.letters(5)}"
            new = pod(parent, name, of, self.world.now, ordinal_labels(work.kind, parent, name, ordinal))
            self._run(new, self._room(work, new))

    def _room(self, work: Workload, new: Obj) -> Room:
        pool = POOLS[work.pool]
        fitting = [room for room in self.rooms[pool.name] if not objections(new, room)]
        if fitting:
            few = self.world.random.sample(fitting, min(2, len(fitting)))
            return min(few, key=lambda room: room.cpu)
        zones = [room.labels["topology.kubernetes.io/zone"] for room in self.rooms[pool.name]]
        return self._node(pool, work.zone or min(ZONES, key=zones.count))

    def _node(self, pool: Pool, zone: str) -> Room:
        world = self.world
        kind = TYPES[world.random.choice(pool.types[:2])]
        capacity = "spot" if world.random.random() < pool.spot else "on-demand"
        age = world.between(0.05, 6.5) * DAY if not pool.managed else world.between(20, 60) * DAY
        created = world.now - age
        new = node(pool, kind, capacity, zone, name_node(world), instance_id(world), created)
        new["status"]["conditions"] = ready_conditions(world.now - world.between(0, 300), created + 20)
        if not pool.managed:
            pool_object = world.store.get(NODEPOOLS, "", pool.name)
            assert pool_object
            claim = registered_claim(pool_object, new, f"{pool.name}-{world.letters(5)}", created, world.now)
            claim = world.store.create(NODECLAIMS, claim, world.now)
            new["metadata"]["labels"] |= {"karpenter.sh/registered": "true", "karpenter.sh/initialized": "true"}
            new["metadata"]["ownerReferences"] = [owner("NodeClaim", "karpenter.sh/v1", claim, controller=False)]
        new = world.store.create(NODES, new, world.now)
        room = room_of(new, [])
        self.rooms[pool.name].append(room)
        for work in self.daemons:
            parent = self.owners[f"{work.namespace}/{work.name}"]
            name = f"{work.name}-{world.letters(5)}"
            self._run(pod(parent, name, parent["spec"]["template"], created, daemon_labels(parent)), room)
        return room

    def _run(self, new: Obj, room: Room) -> None:
        """Have a pod run since some time after its node and its controller were there."""
        world = self.world
        home = world.store.get(NODES, "", room.name)
        assert home is not None
        since = world.now - world.random.random() * min(
            world.now - seconds(home["metadata"]["creationTimestamp"]), 5 * DAY
        )
        new["metadata"]["creationTimestamp"] = stamp(since)
        new["spec"]["nodeName"] = room.name
        set_condition(new, pod_condition("PodScheduled", "True", since))
        advance(new, since, address_of(home), running=True, ready=True)
        room.take(world.store.create(PODS, new, world.now))


def ordinal_labels(kind: str, parent: Obj, name: str, ordinal: int) -> dict[str, str]:
    """The labels that a controller adds to its pods' template's."""
    if kind == "StatefulSet":
        revision = f"{parent['metadata']['name']}-{template_hash(parent['spec']['template'])}"
        return {
            "apps.kubernetes.io/pod-index": str(ordinal),
            "controller-revision-hash": revision,
            "statefulset.kubernetes.io/pod-name": name,
        }
    return {}


def daemon_labels(parent: Obj) -> dict[str, str]:
    """The labels that the DaemonSet controller adds."""
    return {"controller-revision-hash": template_hash(parent["spec"]["template"]), "pod-template-generation": "1"}
