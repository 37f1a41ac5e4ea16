"""The real kube-scheduler, asked where pods could run; and a verdict of ours, to be held against its own."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nodeview.records import (
    NODES,
    PODS,
    VOLUME_CLAIMS,
    VOLUMES,
    Node,
    ObjectKey,
    Pod,
    ServerVersion,
    Volume,
    VolumeClaim,
)
from nodeview.scheduling import Attempt, Kind, Reason, Room, attempt_of, mounts_of, reasons_against, room_of
from tests.control_plane import ControlPlane, need_assets
from tests.scheduling import worlds

Json = dict[str, Any]
SERVER = ServerVersion(1, 36, "v1.36.3")
PATIENCE = 30.0
_SENTENCE = re.compile(r"0/(\d+) nodes are available: (.*?)\. (?:no new claims|preemption)")
VECTORS = Path(__file__).parent / "vectors" / "verdicts.jsonl"
VOLUME_VECTORS = Path(__file__).parent / "vectors" / "volumes.jsonl"
"""The same of pods that mount claims."""
Storage = tuple[dict[ObjectKey, VolumeClaim], dict[str, Volume]]
"""Claims and volumes, as the program reads them."""


def read_nodes(bodies: list[Json]) -> list[Node]:
    """Nodes as the program reads them."""
    return list(NODES.reader(SERVER)(json.dumps(bodies).encode()).records)


def read_pods(bodies: list[Json]) -> list[Pod]:
    """Pods as the program reads them."""
    return list(PODS.reader(SERVER)(json.dumps(bodies).encode()).records)


def rooms_of(nodes: list[Json], pods: list[Json]) -> list[Room]:
    """The rooms that these objects make."""
    there = read_pods(pods)
    return [room_of(node, [pod for pod in there if pod.node == node.name]) for node in read_nodes(nodes)]


def read_storage(claims: list[Json], volumes: list[Json]) -> Storage:
    """Claims and volumes as the program reads them."""
    said = VOLUME_CLAIMS.reader(SERVER)(json.dumps(claims).encode()).records
    lying = VOLUMES.reader(SERVER)(json.dumps(volumes).encode()).records
    return {one.key: one for one in said}, {one.name: one for one in lying}


def our_verdict(pod: Json, rooms: list[Room], storage: Storage = ({}, {})) -> Json:
    """As the scheduler would put it: counts by its words, and the nodes that would do."""
    (read,) = read_pods([pod])
    attempt = attempt_of(read, rooms, mounts_of(read, *storage))
    fits = [room.node.name for room in rooms if not reasons_against(attempt, room)]
    return {"counts": fit_counts(attempt, rooms), "fits": fits}


WORDS: dict[Kind, str] = {
    "unschedulable": "node(s) were unschedulable",
    "taint": "node(s) had untolerated taint(s)",
    "node-affinity": "node(s) didn't match Pod's node affinity/selector",
    "other-node": "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    "ports": "node(s) didn't have free ports for the requested pod ports",
    "too-many-pods": "Too many pods",
    "volume": "node(s) didn't match PersistentVolume's node affinity",
    "spread": "node(s) didn't match pod topology spread constraints",
    "spread-label": "node(s) didn't match pod topology spread constraints (missing required label)",
    "pod-affinity": "node(s) didn't match pod affinity rules",
    "anti-affinity": "node(s) didn't match pod anti-affinity rules",
    "others-anti-affinity": "node(s) didn't satisfy existing pods anti-affinity rules",
}
"""As kube-scheduler 1.36 says it."""


def words_of(reason: Reason) -> str:
    """The reason as the scheduler counts it in its sentence."""
    return f"Insufficient {reason.about}" if reason.kind == "insufficient" else WORDS[reason.kind]


def fit_counts(attempt: Attempt, rooms: list[Room]) -> dict[str, int]:
    """How many rooms each reason speaks against."""
    return dict(Counter(words_of(reason) for room in rooms for reason in reasons_against(attempt, room)))


def differs(said: Json, ours: Json, rooms: int) -> str:
    """In what our verdict is not the scheduler's; empty where it is the same."""
    if "node" in said:
        return "" if said["node"] in ours["fits"] else f"it took {said['node']}, we say {ours}"
    if ours["fits"]:
        return f"it says {said}, we say that {ours['fits']} would do"
    if said["nodes"] != rooms:
        return f"it knows {said['nodes']} nodes, we know {rooms}"
    return "" if said["counts"] == ours["counts"] else f"it says {said['counts']}, we say {ours['counts']}"


def counts_of(message: str) -> Json:
    """How many nodes, and the counts by reason, of the scheduler's sentence."""
    found = _SENTENCE.match(message)
    assert found, message
    parts = [part.partition(" ") for part in re.split(r", (?=\d+ )", found[2])]
    return {"nodes": int(found[1]), "counts": {words: int(count) for count, _, words in parts}}


class Bench:
    """A world of nodes and pods on a real API server, and a scheduler that is asked about one pod after another."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane

    def must(self, method: str, path: str, body: Json | None = None) -> Json:
        """A request that succeeds."""
        content = "application/merge-patch+json" if method == "PATCH" else "application/json"
        code, answer = self.plane.request(method, path, body, **{"Content-Type": content})
        assert code < 300, (method, path, answer)
        said: Json = answer
        return said

    def furnish(self, seed: int, nodes: int = 12, pods: int = 40) -> list[Room]:
        """Make a world, and give it as the program reads it."""
        rng = Random(seed)
        for number in range(nodes):
            body = worlds.node(number, rng)
            self.must("POST", "/api/v1/nodes", body)
            # Admission gives new nodes the taint not-ready; here no controller takes it away.
            self.must(
                "PATCH", f"/api/v1/nodes/{body['metadata']['name']}", {"spec": {"taints": body["spec"]["taints"]}}
            )
        for number in range(pods):
            body = worlds.bound(number, f"trial-{rng.randrange(nodes)}", rng)
            path = self.write(body)
            if rng.random() < 0.1:
                self.must("DELETE", path)
        return rooms_of(self.items("nodes"), self.items("pods"))

    def store(self, seed: int, volumes: int = 12) -> tuple[list[Json], list[Json]]:
        """Make claims that are bound to volumes; gives both, volumes first."""
        rng = Random(seed)
        made = [worlds.volume(number, rng) for number in range(volumes)]
        for volume, claim in made:
            self.must("POST", "/api/v1/persistentvolumes", volume)
            namespace = claim["metadata"]["namespace"]
            self.must("POST", f"/api/v1/namespaces/{namespace}/persistentvolumeclaims", claim)
        return [volume for volume, _ in made], [claim for _, claim in made]

    def write(self, pod: Json) -> str:
        """Write a pod; gives its path."""
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods"
        self.must("POST", path, pod)
        return f"{path}/{pod['metadata']['name']}"

    def items(self, kind: str) -> list[Json]:
        """All objects of a kind, without what nobody reads."""
        found: list[Json] = self.must("GET", f"/api/v1/{kind}")["items"]
        return [without_noise(one) for one in found]

    def ask(self, pod: Json, nodes: int) -> tuple[Json, Json]:
        """The pod as the API server has it, and what the scheduler says of it when it knows all nodes."""
        path = self.write(pod)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            body = self.must("GET", path)
            verdict = _verdict(body)
            if verdict is not None and verdict.get("nodes", nodes) == nodes:
                self.must("DELETE", f"{path}?gracePeriodSeconds=0")
                asked = without_noise(body)
                asked["spec"].pop("nodeName", None)
                return asked, verdict
            time.sleep(0.005)
        raise AssertionError(f"the scheduler said nothing of {path} within {PATIENCE} s: {body['status']}")

    def clear(self) -> None:
        """Take everything away."""
        for pod in self.items("pods"):
            name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
            self.must("DELETE", f"/api/v1/namespaces/{namespace}/pods/{name}?gracePeriodSeconds=0")
        for node in self.items("nodes"):
            self.must("DELETE", f"/api/v1/nodes/{node['metadata']['name']}")

    def settle(self, nodes: int) -> None:
        """Wait until the scheduler knows this world: it hears of pods in the order in which they are written."""
        probe = worlds.bound(9_999, "", Random(0))
        probe["spec"] = {"containers": [{"name": "a", "image": "a"}], "nodeSelector": {"no": "node"}}
        self.ask(probe, nodes)


def _verdict(pod: Json) -> Json | None:
    if pod["spec"].get("nodeName"):
        return {"node": pod["spec"]["nodeName"]}
    for condition in pod["status"].get("conditions", ()):
        if condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable":
            return counts_of(condition["message"])
    return None


_SAID = ("name", "namespace", "labels", "deletionTimestamp")
_OF_CONTAINERS = ("name", "resources", "ports")
_OF_PODS = (
    "containers",
    "nodeName",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "nodeSelector",
    "priority",
    "volumes",
)


def without_noise(body: Json) -> Json:
    """A node or pod with what scheduling hangs on, and no more."""
    spec = body["spec"]
    metadata = {key: body["metadata"][key] for key in _SAID if key in body["metadata"]}
    if "containers" not in spec:
        return {"metadata": metadata, "spec": spec, "status": {"allocatable": body["status"]["allocatable"]}}
    containers = [{key: one[key] for key in _OF_CONTAINERS if key in one} for one in spec["containers"]]
    return {
        "metadata": metadata,
        "spec": {key: spec[key] for key in _OF_PODS if key in spec} | {"containers": containers},
    }


@contextlib.contextmanager
def scheduling() -> Iterator[Bench]:
    """A control plane of its own with a scheduler; skips the test where there is none to start."""
    assets = need_assets()
    if not (assets / "kube-scheduler").exists():
        pytest.skip("no kube-scheduler beside kube-apiserver: its recorded verdicts alone are judged by")
    with ControlPlane(assets) as plane, _scheduler(assets, plane):
        bench = Bench(plane)
        bench.must("POST", "/api/v1/namespaces", {"metadata": {"name": worlds.NAMESPACES[1]}})
        yield bench


@contextlib.contextmanager
def _scheduler(assets: Path, plane: ControlPlane) -> Iterator[None]:
    flags = (
        "--bind-address=127.0.0.1",
        "--secure-port=0",
        "--leader-elect=false",
        f"--kubeconfig={plane.kubeconfig}",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )
    # A shell stays beside it, and ends it when its own input closes, however this process ends.
    script = '"$@" & child=$!; read _; kill -KILL $child; wait $child 2>/dev/null'
    command = ["sh", "-c", script, "guard", str(assets / "kube-scheduler"), *flags]
    with (plane.dir / "scheduler.log").open("wb") as log:
        guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait(10)
