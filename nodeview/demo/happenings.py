"""What happens to the cluster, by scenario: deploys, spikes, interruptions, upgrades, each at its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nodeview.demo.disruption import DISRUPTED, Disruption
from nodeview.demo.objects import has_taint, node_condition, pod_condition, set_condition
from nodeview.demo.provisioning import Provisioner
from nodeview.demo.quantities import pod_requests
from nodeview.demo.resources import DEPLOYMENTS, NODES, PODS, Obj
from nodeview.demo.scheduler import matches_node, room_of
from nodeview.demo.times import stamp
from nodeview.demo.world import World, is_daemon, key_of, terminating

OLD_KUBELET = "v1.33.5-eks-113cf36"
UNREACHABLE = "node.kubernetes.io/unreachable"
SPIKES = ("chat/messages", "chat/presence", "chat/push")
ROLLED = ("web/frontend", "shop/cart", "shop/checkout", "web/gateway", "shop/search", "chat/presence", "web/sessions")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens first after some simulated seconds, then at an interval."""

    first: float
    every: float
    call: Callable[[], None]


class Happenings:
    """Has the happenings of a scenario happen."""

    def __init__(self, world: World, disruption: Disruption, provisioner: Provisioner, scenario: str):
        self.world = world
        self.disruption = disruption
        self.provisioner = provisioner
        self.pods = {key_of(one): one["spec"]["replicas"] for one in world.store.objects(DEPLOYMENTS)}
        self._rolls = self._spikes = 0
        plans: dict[str, Callable[[], list[Happening]]] = {
            "quiet": self._quiet,
            "busy": self._busy,
            "preemption": self._preemption,
            "consolidation": self._consolidation,
            "upgrade": self._upgrade,
        }
        self._due = [[one.first, one] for one in plans[scenario]()]

    def step(self) -> None:
        """One turn: do what is due."""
        for pair in self._due:
            due, happening = pair
            assert isinstance(due, float)
            assert isinstance(happening, Happening)
            if due <= self.world.elapsed:
                pair[0] = due + happening.every * self.world.between(0.8, 1.2)
                happening.call()

    def _quiet(self) -> list[Happening]:
        return [Happening(20.0, 60.0, self.roll), Happening(6.0, 10.0, self.restart_container)]

    def _busy(self) -> list[Happening]:
        return [
            Happening(1.0, 28.0, self.spike),
            Happening(2.0, 22.0, self.roll),
            Happening(2.5, 10_000.0, self.let_go),
            Happening(25.0, 35.0, self.consolidate),
            Happening(5.0, 6.0, self.restart_container),
            Happening(3.5, 40.0, self.autoscale),
            Happening(40.0, 75.0, self.interrupt_spot),
            Happening(30.0, 90.0, self.lose_node),
        ]

    def _preemption(self) -> list[Happening]:
        return [
            Happening(10.0, 60.0, self.spike),  # in front of whoever has just come
            Happening(44.0, 6.0, lambda: self.consolidate("worker")),
            Happening(6.0, 10.0, self.restart_container),
        ]

    def _consolidation(self) -> list[Happening]:
        return [
            Happening(0.5, 10_000.0, self.shrink),
            Happening(4.0, 11.0, self.consolidate),
            Happening(8.0, 27.0, self.merge),
            Happening(6.0, 10.0, self.restart_container),
        ]

    def _upgrade(self) -> list[Happening]:
        self._age_kubelets()
        return [
            Happening(2.0, 16.0, self.roll),
            Happening(4.0, 14.0, self.drift),
            Happening(6.0, 10.0, self.restart_container),
        ]

    def deployment(self, path: str) -> Obj | None:
        """A Deployment by namespace and name."""
        namespace, _, name = path.partition("/")
        return self.world.store.get(DEPLOYMENTS, namespace, name)

    def scale(self, path: str, replicas: int) -> None:
        """Write a Deployment's replicas, as an autoscaler of pods does."""
        found = self.deployment(path)
        if found is None or found["spec"].get("replicas") == replicas:
            return

        def mutate(copy: Obj) -> None:
            copy["spec"]["replicas"] = replicas
            copy["metadata"]["generation"] += 1

        self.world.change(DEPLOYMENTS, key_of(found), mutate)
        text = f"Scaled up replica set from {found['spec']['replicas']} to {replicas}"
        self.world.say(found, "ScalingReplicaSet", text, "deployment-controller")

    def spike(self) -> None:
        """Much is asked of one service for a while: its pods take the balloons' room."""
        path = SPIKES[self._spikes % len(SPIKES)]
        self._spikes += 1
        base = self.pods.get((path.partition("/")[0], path.partition("/")[2]), 1)
        self.scale(path, base + self._free(path) + 3)
        self.world.after(self.world.between(35, 50), lambda: self.scale(path, base))

    def _free(self, path: str) -> int:
        """How many pods more of a service its nodes have room for, balloons left where they are."""
        found = self.deployment(path)
        if found is None:
            return 0
        spec = found["spec"]["template"]["spec"]
        cpu, memory = pod_requests(spec)
        rooms = [
            room_of(node, self.world.pods_on(node["metadata"]["name"]))
            for node in self.world.nodes()
            if matches_node(spec, node["metadata"]["labels"])
        ]
        return min(20, sum(max(0, min(room.cpu // cpu, room.memory // memory)) for room in rooms))

    def autoscale(self) -> None:
        """A service of the web follows its load, up or down."""
        path = self.world.random.choice(("web/frontend", "web/gateway", "shop/recommendations", "shop/search"))
        namespace, _, name = path.partition("/")
        base = self.pods.get((namespace, name), 1)
        self.scale(path, max(2, int(base * self.world.between(0.7, 1.8))))

    def roll(self) -> None:
        """A new version of the next service."""
        found = self.deployment(ROLLED[self._rolls % len(ROLLED)])
        self._rolls += 1
        if found is None:
            return

        def mutate(copy: Obj) -> None:
            container = copy["spec"]["template"]["spec"]["containers"][0]
            image, _, tag = container["image"].rpartition(":")
            year, week, number = (int(part) for part in tag.split("."))
            container["image"] = f"{image}:{year}.{week}.{number + 1}"
            copy["metadata"]["generation"] += 1

        self.world.change(DEPLOYMENTS, key_of(found), mutate)

    def let_go(self) -> None:
        """Karpenter replaces a node of the web that no longer is what its NodePool asks for."""
        web = [one for one in self.world.nodes() if one["metadata"]["labels"].get("karpenter.sh/nodepool") == "web"]
        if web:
            self.disruption.disrupt(web[0], "Drifted")

    def consolidate(self, pool: str = "") -> None:
        """Karpenter ends the emptiest node, of a pool or of all, whose pods fit elsewhere."""
        found = self.disruption.candidates(pool)
        if found:
            empty = not [pod for pod in self.world.pods_on(found[0]["metadata"]["name"]) if not is_daemon(pod)]
            self.disruption.disrupt(found[0], "Empty" if empty else "Underutilized")

    def merge(self) -> None:
        """Karpenter puts what two nodes of a pool carry on a new and smaller one, which comes first."""
        pools: dict[str, list[Obj]] = {}
        for node in self.disruption.candidates():
            pools.setdefault(node["metadata"]["labels"]["karpenter.sh/nodepool"], []).append(node)
        pool, nodes = max(pools.items(), key=lambda item: len(item[1]), default=("", []))
        pods = [one for node in nodes[:2] for one in self.world.pods_on(node["metadata"]["name"]) if not is_daemon(one)]
        if len(nodes) > 1 and pods:
            made = self.provisioner.claim(pool, pods, None)
            self.disruption.replace(nodes[:2] if made else [], made, "Underutilized")

    def shrink(self) -> None:
        """The evening: every service asks for much less."""
        for (namespace, name), base in self.pods.items():
            if namespace in ("shop", "web", "chat", "batch"):
                self.scale(f"{namespace}/{name}", max(1, base // 2))

    def drift(self) -> None:
        """Karpenter replaces a node of an old version, one for which its pool may have a new one: that comes first."""
        for node in [one for one in self.world.nodes() if self._is_old(one)]:
            pods = [pod for pod in self.world.pods_on(node["metadata"]["name"]) if not is_daemon(pod)]
            made = self.provisioner.claim(node["metadata"]["labels"]["karpenter.sh/nodepool"], pods, None)
            if made:
                self.disruption.replace([node], made, "Drifted")
                return

    def _is_old(self, node: Obj) -> bool:
        labels = node["metadata"]["labels"]
        old: bool = node["status"]["nodeInfo"]["kubeletVersion"] == OLD_KUBELET
        return old and "karpenter.sh/nodepool" in labels and not has_taint(node, DISRUPTED["key"])

    def _age_kubelets(self) -> None:
        def mutate(copy: Obj) -> None:
            copy["status"]["nodeInfo"]["kubeletVersion"] = OLD_KUBELET

        for node in self.world.nodes():
            self.world.change(NODES, key_of(node), mutate)

    def interrupt_spot(self) -> None:
        """EC2 wants a spot node back."""
        spot = [
            node
            for node in self.world.nodes()
            if node["metadata"]["labels"].get("karpenter.sh/capacity-type") == "spot" and not terminating(node)
        ]
        if spot:
            self.disruption.interrupt(self.world.random.choice(spot))

    def restart_container(self) -> None:
        """A container ends with an error and is started again."""
        running = [
            pod
            for pod in self.world.store.objects(PODS)
            if pod["status"].get("phase") == "Running" and not terminating(pod)
        ]
        if not running:
            return
        now = self.world.now

        def mutate(copy: Obj) -> None:
            one = copy["status"]["containerStatuses"][0]
            ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": stamp(now - 600), "finishedAt": stamp(now)}
            one |= {"restartCount": one["restartCount"] + 1, "lastState": {"terminated": ended}}
            one["state"] = {"running": {"startedAt": stamp(now)}}

        self.world.change(PODS, key_of(self.world.random.choice(running)), mutate)

    def lose_node(self) -> None:
        """A kubelet falls silent for half a minute."""
        healthy = [
            node
            for node in self.world.nodes()
            if not terminating(node) and not node["spec"].get("taints") and node["status"]["conditions"]
        ]
        if not healthy:
            return
        key = key_of(self.world.random.choice(healthy))
        self._hear_of(key, heard=False)
        self.world.after(self.world.between(22, 35), lambda: self._hear_of(key, heard=True))

    def _hear_of(self, key: tuple[str, str], heard: bool) -> None:
        now = self.world.now

        def mutate(copy: Obj) -> None:
            for one in copy["status"]["conditions"]:
                if heard:
                    fine = "True" if one["type"] == "Ready" else "False"
                    words = ("KubeletReady", "kubelet is posting ready status")
                else:
                    fine, words = "Unknown", ("NodeStatusUnknown", "Kubelet stopped posting node status.")
                since = now if one["status"] != fine else 0.0
                new = node_condition(one["type"], fine, now, since, *words)
                set_condition(copy, new if heard else new | {"lastHeartbeatTime": one["lastHeartbeatTime"]})
            taints = [one for one in copy["spec"].get("taints") or [] if one["key"] != UNREACHABLE]
            if not heard:
                taints += [
                    {"key": UNREACHABLE, "effect": e, "timeAdded": stamp(now)} for e in ("NoSchedule", "NoExecute")
                ]
            copy["spec"].pop("taints", None)
            if taints:
                copy["spec"]["taints"] = taints

        node = self.world.change(NODES, key, mutate)
        if node is None:
            return
        reason = "NodeReady" if heard else "NodeNotReady"
        self.world.say(node, reason, f"Node {key[1]} status is now: {reason}", "node-controller")
        for pod in list(self.world.pods_on(key[1])):
            ready = pod_condition("Ready", "True" if heard else "False", now)
            if pod["status"].get("phase") == "Running" and not terminating(pod):
                self.world.change(PODS, key_of(pod), lambda copy, new=ready: set_condition(copy, new))  # type: ignore[misc]
