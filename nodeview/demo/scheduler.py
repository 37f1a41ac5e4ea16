"""The scheduler: binds pods to nodes, says why it cannot, and preempts what matters less."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nodeview.demo.evicting import disrupt
from nodeview.demo.objects import pod_condition, set_condition
from nodeview.demo.quantities import milli, pod_requests
from nodeview.demo.resources import PODS, Obj
from nodeview.demo.selectors import match_labels
from nodeview.demo.storage import ELSEWHERE, zone_of
from nodeview.demo.volume_objects import ZONE
from nodeview.demo.world import World, finished, is_daemon, key_of, terminating

NAME = "default-scheduler"
PREEMPTING = "default-scheduler: preempting to accommodate a higher priority pod"


@dataclass(slots=True)
class Room:
    """What is left on a node, and what stands before its door."""

    name: str
    labels: dict[str, str]
    taints: list[Obj]
    cordoned: bool
    cpu: int
    memory: int
    pods: int
    residents: list[Obj]

    def take(self, pod: Obj) -> None:
        """Give room to a pod."""
        cpu, memory = pod_requests(pod["spec"])
        self.cpu -= cpu
        self.memory -= memory
        self.pods -= 1
        self.residents.append(pod)

    def give_back(self, pod: Obj) -> None:
        """Have the room of a pod again."""
        cpu, memory = pod_requests(pod["spec"])
        self.cpu += cpu
        self.memory += memory
        self.pods += 1
        self.residents.remove(pod)


def room_of(node: Obj, residents: list[Obj]) -> Room:
    """The room on a node beside the pods that hold theirs."""
    gives = node["status"]["allocatable"]
    labels, spec = node["metadata"]["labels"], node["spec"]
    room = Room(
        node["metadata"]["name"],
        labels,
        spec.get("taints") or [],
        bool(spec.get("unschedulable")),
        milli(gives["cpu"]),
        milli(gives["memory"]) // 1000,
        int(gives["pods"]),
        [],
    )
    for pod in residents:
        if not finished(pod):
            room.take(pod)
    return room


def tolerates(pod: Obj, taint: Obj) -> bool:
    """Whether a pod bears a taint."""
    for one in pod["spec"].get("tolerations") or ():
        if one.get("key") and one["key"] != taint["key"]:
            continue
        if one.get("effect") and one["effect"] != taint["effect"]:
            continue
        if one.get("operator") == "Exists" or one.get("value", "") == taint.get("value", ""):
            return True
    return False


def matches_node(spec: Obj, labels: dict[str, str]) -> bool:
    """Whether a node's labels meet a pod's node selector and required node affinity."""
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    terms = required["nodeSelectorTerms"]
    return any(match_labels({"matchExpressions": term.get("matchExpressions") or []}, labels) for term in terms)


def keeps_apart(pod: Obj, room: Room) -> bool:
    """Whether a pod's required anti-affinity by hostname forbids a node."""
    affinity = (pod["spec"].get("affinity") or {}).get("podAntiAffinity") or {}
    for term in affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
        for other in room.residents:
            if match_labels(term["labelSelector"], other["metadata"].get("labels") or {}):
                return True
    return False


def objections(pod: Obj, room: Room) -> list[str]:
    """Why a pod may not run on a node, in the scheduler's words; nothing when it may."""
    if room.cordoned and not tolerates(pod, {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}):
        return ["node(s) were unschedulable"]
    if any(one["effect"] != "PreferNoSchedule" and not tolerates(pod, one) for one in room.taints):
        return ["node(s) had untolerated taint(s)"]
    if not matches_node(pod["spec"], room.labels):
        return ["node(s) didn't match Pod's node affinity/selector"]
    cpu, memory = pod_requests(pod["spec"])
    lacking = []
    if room.pods < 1:
        lacking.append("Too many pods")
    if cpu > room.cpu:
        lacking.append("Insufficient cpu")
    if memory > room.memory:
        lacking.append("Insufficient memory")
    if not lacking and keeps_apart(pod, room):
        return ["node(s) didn't match pod anti-affinity rules"]
    return lacking


def words(counts: Counter[str], nodes: int) -> str:
    """A fit error: how many nodes object for which reason."""
    parts = sorted(f"{count} {reason}" for reason, count in counts.items())
    return f"0/{nodes} nodes are available: {', '.join(parts)}."


class Scheduler:
    """Tries every waiting pod once a turn, the most important first."""

    def __init__(self, world: World):
        self.world = world
        self._tried: tuple[int, int] = (-1, -1)

    def rooms(self) -> list[Room]:
        """The room on every node as of now, that of nominated pods taken."""
        found = [room_of(node, self.world.pods_on(node["metadata"]["name"])) for node in self.world.nodes()]
        by_name = {room.name: room for room in found}
        for pod in self.world.pods_on(""):
            nominated = by_name.get(pod["status"].get("nominatedNodeName", ""))
            if nominated and not finished(pod):
                nominated.take(pod)
        return found

    def step(self) -> None:
        """One turn: bind, or say why not, or preempt."""
        waiting = [
            pod
            for pod in self.world.pods_on("")
            if not terminating(pod)
            and not finished(pod)
            and not pod["spec"].get("schedulingGates")
            and pod["spec"].get("schedulerName", NAME) == NAME
        ]
        if not waiting:
            return
        rooms = self.rooms()
        waiting.sort(key=lambda pod: (-pod["spec"].get("priority", 0), pod["metadata"]["creationTimestamp"]))
        for pod in waiting:
            self._try(pod, rooms)

    def _try(self, pod: Obj, rooms: list[Room]) -> None:
        nominated = pod["status"].get("nominatedNodeName")
        counts: Counter[str] = Counter()
        fitting = []
        zone = zone_of(self.world.store, pod)
        for room in rooms:
            if room.name == nominated:
                room.give_back(next(one for one in room.residents if one["metadata"]["uid"] == pod["metadata"]["uid"]))
            reasons = objections(pod, room) or ([ELSEWHERE] if zone and room.labels.get(ZONE) != zone else [])
            counts.update(reasons)
            if not reasons:
                fitting.append(room)
            if room.name == nominated and reasons:
                room.take(pod)
        if fitting:
            chosen = next((room for room in fitting if room.name == nominated), None) or self._best(fitting)
            chosen.take(pod)
            self._bind(pod, chosen)
            return
        self._refuse(pod, rooms, counts)

    def _best(self, fitting: list[Room]) -> Room:
        """The fullest of a few: half way between spreading and packing."""
        few = self.world.random.sample(fitting, min(3, len(fitting)))
        return min(few, key=lambda room: (room.cpu, room.name))

    def _bind(self, pod: Obj, room: Room) -> None:
        def mutate(copy: Obj) -> None:
            copy["spec"]["nodeName"] = room.name
            copy["status"].pop("nominatedNodeName", None)
            set_condition(copy, pod_condition("PodScheduled", "True", self.world.now))

        bound = self.world.change(PODS, key_of(pod), mutate)
        if bound:
            path = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            text = f"Successfully assigned {path} to {room.name}"
            self.world.say(bound, "Scheduled", text, NAME, micro=True, action="Binding")

    def _refuse(self, pod: Obj, rooms: list[Room], counts: Counter[str]) -> None:
        said = words(counts, len(rooms)) if rooms else "no nodes available to schedule pods"
        nominated = pod["status"].get("nominatedNodeName")
        victims: tuple[Room, list[Obj]] | None = None
        if nominated and any(room.name == nominated for room in rooms):
            after = "not eligible due to a terminating pod on the nominated node."
        else:
            nominated = None
            victims = self._victims(pod, rooms)
            after = self._unhelpful(pod, rooms)
        if victims:
            nominated = victims[0].name
            after = "not eligible due to a terminating pod on the nominated node."
        text = f"{said} no new claims to deallocate, preemption: {after}"
        self._write(pod, text if not victims else said, nominated)
        if victims:
            self._preempt(pod, *victims)

    def _write(self, pod: Obj, text: str, nominated: str | None) -> None:
        new = pod_condition("PodScheduled", "False", self.world.now, "Unschedulable", text)
        old = next((one for one in pod["status"].get("conditions") or () if one["type"] == "PodScheduled"), None)
        if old and old["message"] == text and pod["status"].get("nominatedNodeName") == nominated:
            return

        def mutate(copy: Obj) -> None:
            set_condition(copy, new)
            copy["status"].pop("nominatedNodeName", None)
            if nominated:
                copy["status"]["nominatedNodeName"] = nominated

        written = self.world.change(PODS, key_of(pod), mutate)
        if written and (old is None or old["status"] != "False"):
            self.world.say(written, "FailedScheduling", text, NAME, micro=True, warning=True, action="Scheduling")

    def _unhelpful(self, pod: Obj, rooms: list[Room]) -> str:
        """What preemption would say of nodes where it finds nobody or would not help."""
        lacks = {"Insufficient cpu", "Insufficient memory", "Too many pods"}
        counts: Counter[str] = Counter()
        for room in rooms:
            resolvable = set(objections(pod, room)) & lacks
            counts[
                "No preemption victims found for incoming pod"
                if resolvable
                else "Preemption is not helpful for scheduling"
            ] += 1
        return words(counts, len(rooms))

    def _victims(self, pod: Obj, rooms: list[Room]) -> tuple[Room, list[Obj]] | None:
        """The node where the fewest less important pods would have to go, and those pods."""
        priority = pod["spec"].get("priority", 0)
        best: tuple[Room, list[Obj]] | None = None
        for room in rooms:
            found = self._on(pod, room, priority)
            if found and (best is None or len(found) < len(best[1])):
                best = room, found
        return best

    def _on(self, pod: Obj, room: Room, priority: int) -> list[Obj]:
        lesser = [
            one
            for one in room.residents
            if one["spec"].get("priority", 0) < priority and not terminating(one) and not is_daemon(one)
        ]
        if not lesser or room.cordoned or not matches_node(pod["spec"], room.labels):
            return []
        removed: list[Obj] = []
        try:
            for one in sorted(lesser, key=lambda one: one["spec"].get("priority", 0)):
                room.give_back(one)
                removed.append(one)
                if not objections(pod, room):
                    return list(removed)
        finally:
            for one in removed:
                room.take(one)
        return []

    def _preempt(self, pod: Obj, room: Room, victims: list[Obj]) -> None:
        room.take(pod)
        for victim in victims:
            key = key_of(victim)
            disrupt(self.world.store, key, "PreemptionByScheduler", PREEMPTING, self.world.now)
            text = f"Preempted by pod {pod['metadata']['uid']} on node {room.name}"
            self.world.say(victim, "Preempted", text, NAME, micro=True, action="Preempting")
            self.world.store.delete(PODS, key, self.world.now)
