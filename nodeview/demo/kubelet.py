"""The kubelets: pods start, become ready, end; nodes are heard of."""

from __future__ import annotations

from nodeview.demo.managed_fields import managed
from nodeview.demo.objects import pod_condition, set_condition
from nodeview.demo.resources import NODES, PODS, Obj
from nodeview.demo.times import stamp
from nodeview.demo.world import World, key_of, terminating

HEARTBEAT = 300.0


def statuses(pod: Obj, since: float, running: bool, ready: bool) -> list[Obj]:
    """The container statuses of a pod, by how far it has come."""
    found = []
    for one in pod["spec"]["containers"]:
        state: Obj = {"waiting": {"reason": "ContainerCreating"}}
        if running:
            state = {"running": {"startedAt": stamp(since)}}
        status: Obj = {
            "name": one["name"],
            "state": state,
            "lastState": {},
            "ready": ready,
            "restartCount": 0,
            "image": one["image"],
            "imageID": one["image"].rpartition(":")[0] + "@sha256:" + "5f7c" * 16 if running else "",
            "started": running,
        }
        if running:
            status["containerID"] = "containerd://" + "9be1" * 16
        found.append(status)
    return found


def advance(pod: Obj, now: float, address: str, running: bool, ready: bool) -> None:
    """Bring a bound pod's status to creating, running or ready, as its kubelet writes it."""
    status = pod["status"]
    status["hostIP"] = address
    status["hostIPs"] = [{"ip": address}]
    status.setdefault("startTime", stamp(now))
    if running:
        status["phase"] = "Running"
        status.setdefault("podIP", address.rpartition(".")[0] + ".250")
        status.setdefault("podIPs", [{"ip": status["podIP"]}])
    unready = ("ContainersNotReady", f"containers with unready status: [{pod['spec']['containers'][0]['name']}]")
    set_condition(pod, pod_condition("PodReadyToStartContainers", "True" if running else "False", now))
    set_condition(pod, pod_condition("Initialized", "True", now))
    for kind in ("Ready", "ContainersReady"):
        words = () if ready else unready
        set_condition(pod, pod_condition(kind, "True" if ready else "False", now, *words))
    status["containerStatuses"] = statuses(pod, now, running, ready)
    owned = pod["metadata"].get("managedFields") or []
    kept = [one for one in owned if one["manager"] != "kubelet"]
    like = ("kubelet", *(one["name"] for one in pod["spec"]["containers"]), *status, running)
    pod["metadata"]["managedFields"] = [*kept, managed("kubelet", "v1", {"status": status}, stamp(now), "status", like)]


def address_of(node: Obj) -> str:
    """A node's internal address."""
    return next(
        (one["address"] for one in node["status"].get("addresses") or () if one["type"] == "InternalIP"), "10.0.0.1"
    )


class Kubelets:
    """All kubelets of the cluster."""

    def __init__(self, world: World):
        self.world = world
        self._starting: set[str] = set()
        self._ending: set[str] = set()
        self._heard: dict[str, float] = {}

    def step(self) -> None:
        """One turn: take up new pods, end those that must, write heartbeats."""
        nodes = {node["metadata"]["name"]: node for node in self.world.nodes()}
        for pod in self.world.store.objects(PODS):
            name = pod["spec"].get("nodeName")
            if not name or terminating(pod) or "startTime" in pod["status"] or name not in nodes:
                continue
            if pod["metadata"]["uid"] not in self._starting:
                self._start(pod, address_of(nodes[name]))
        for key in list(self.world.store[PODS].terminating):
            self._end(self.world.store[PODS].entries[key].obj)
        for pod in self.world.store.objects(PODS):
            if pod["spec"].get("nodeName") and pod["spec"]["nodeName"] not in nodes:
                self.world.store.remove(PODS, key_of(pod))
        self._beat(nodes)

    def _start(self, pod: Obj, address: str) -> None:
        world, uid, key = self.world, pod["metadata"]["uid"], key_of(pod)
        self._starting.add(uid)

        def move(running: bool, ready: bool) -> None:
            found = world.store.get(PODS, *key)
            if found and found["metadata"]["uid"] == uid and not terminating(found):
                world.change(PODS, key, lambda copy: advance(copy, world.now, address, running, ready))

        move(False, False)
        creating = world.between(0.8, 2.5)
        probing = world.between(0.5, 3.0) if "readinessProbe" in pod["spec"]["containers"][0] else 0.0
        if probing:
            world.after(creating, lambda: move(True, False))
        world.after(creating + probing, lambda: move(True, True))
        seconds = (pod["metadata"].get("annotations") or {}).get("demo.nodeview/run-seconds")
        if seconds:
            world.after(creating + float(seconds) * world.between(0.6, 1.4), lambda: self._succeed(key, uid))

    def _succeed(self, key: tuple[str, str], uid: str) -> None:
        found = self.world.store.get(PODS, *key)
        if not found or found["metadata"]["uid"] != uid or terminating(found):
            return

        def mutate(copy: Obj) -> None:
            now = self.world.now
            copy["status"]["phase"] = "Succeeded"
            for kind in ("Ready", "ContainersReady"):
                set_condition(copy, pod_condition(kind, "False", now, "PodCompleted"))
            for one in copy["status"]["containerStatuses"]:
                started = one["state"].get("running", {}).get("startedAt", stamp(now))
                ended = {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": stamp(now)}
                one |= {"ready": False, "started": False, "state": {"terminated": ended}}

        self.world.change(PODS, key, mutate)

    def _end(self, pod: Obj) -> None:
        uid, key, world = pod["metadata"]["uid"], key_of(pod), self.world
        if uid in self._ending:
            return
        self._ending.add(uid)
        grace = float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)

        def gone() -> None:
            self._ending.discard(uid)
            self._starting.discard(uid)
            found = world.store.get(PODS, *key)
            if found and found["metadata"]["uid"] == uid:
                if found["metadata"].get("finalizers"):
                    world.change(PODS, key, lambda copy: copy["metadata"].update(deletionGracePeriodSeconds=0))
                else:
                    world.store.remove(PODS, key)

        world.after(min(grace, world.between(1.0, 5.0)), gone)

    def _beat(self, nodes: dict[str, Obj]) -> None:
        for name in [name for name in self._heard if name not in nodes]:
            del self._heard[name]
        for name, node in nodes.items():
            due = self._heard.get(name)
            if due is None:
                self._heard[name] = self.world.elapsed + self.world.between(0, HEARTBEAT)
            elif due <= self.world.elapsed:
                self._heard[name] = due + HEARTBEAT
                if not any(one["status"] == "Unknown" for one in node["status"]["conditions"]):
                    self.world.change(NODES, ("", name), self._hear)

    def _hear(self, node: Obj) -> None:
        for one in node["status"]["conditions"]:
            one["lastHeartbeatTime"] = stamp(self.world.now)
