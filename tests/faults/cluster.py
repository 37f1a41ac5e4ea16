"""A whole small cluster behind a server that misbehaves: nodes, pods, and all else that is followed.

Kinds of requests are `nodes list`, `pods page`, `pods watch`, `version`: a fault is directed at one of them.
It imports nothing of nodeview.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tests.raw import raw_node, raw_pod
from tests.wire.misbehaving import Misbehaving, Reply, Request, serving, status, verb_of

PATHS = {
    "/api/v1/nodes": "nodes",
    "/api/v1/pods": "pods",
    "/apis/karpenter.sh/v1/nodepools": "nodepools",
    "/apis/karpenter.sh/v1/nodeclaims": "nodeclaims",
    "/apis/karpenter.sh/v1alpha1/nodeoverlays": "nodeoverlays",
    "/apis/karpenter.sh/v1alpha5/machines": "machines",
    "/apis/karpenter.sh/v1alpha5/provisioners": "provisioners",
    "/apis/apps/v1/replicasets": "replicasets",
    "/apis/batch/v1/jobs": "jobs",
    "/api/v1/events": "events",
    "/apis/autoscaling.x-k8s.io/v1beta1/capacitybuffers": "capacitybuffers",
    "/apis/apps/v1/deployments": "deployments",
    "/apis/apps/v1/statefulsets": "statefulsets",
    "/apis/apps/v1/daemonsets": "daemonsets",
    "/apis/argoproj.io/v1alpha1/rollouts": "rollouts",
    "/apis/policy/v1/poddisruptionbudgets": "poddisruptionbudgets",
    "/api/v1/persistentvolumeclaims": "persistentvolumeclaims",
    "/api/v1/persistentvolumes": "persistentvolumes",
    "/apis/storage.k8s.io/v1/volumeattachments": "volumeattachments",
    "/apis/autoscaling.k8s.io/v1/verticalpodautoscalers": "verticalpodautoscalers",
    "/api/v1/namespaces/kube-system/configmaps": "configmaps",
}
Json = dict[str, Any]


@dataclass
class Cluster(Misbehaving):
    """The server, and the truth. Keys of objects are `namespace/name`, or the name alone."""

    shelves: dict[str, dict[str, Json]] = field(default_factory=lambda: {plural: {} for plural in PATHS.values()})
    logs: dict[str, list[tuple[int, bytes]]] = field(default_factory=lambda: {plural: [] for plural in PATHS.values()})
    missing: set[str] = field(default_factory=set)
    """Resources that are not installed: every request for them is a 404."""
    moves: bool = False
    """Whether all is served under `/moved` as well."""

    def kind_of(self, path: str, params: Mapping[str, str]) -> str:
        """Resource and verb."""
        if path not in PATHS:
            return "version" if path == "/version" else "other"
        return f"{PATHS[path]} {verb_of(params)}"

    def objects_of(self, request: Request) -> dict[str, Json]:
        """Of the resource asked for."""
        return self.shelves[PATHS[request.path]]

    def log_of(self, request: Request) -> list[tuple[int, bytes]]:
        """Of the resource asked for."""
        return self.logs[PATHS[request.path]]

    async def answer(self, request: Request, reply: Reply) -> None:
        """As a proper server would; a 404 for what is not installed."""
        if self.moves and request.path.startswith("/moved/"):
            path = request.path.removeprefix("/moved")
            request = replace(request, path=path, kind=self.kind_of(path, request.params))
        if PATHS.get(request.path) in self.missing:
            await status(404, "NotFound", "the server could not find the requested resource")(self, request, reply)
            return
        await super().answer(request, reply)

    # What is true

    def apply(self, plural: str, thing: Json) -> None:
        """Create or change an object; it gets the next resource version."""
        self.version += 1
        metadata = thing["metadata"]
        metadata["resourceVersion"] = str(self.version)
        key = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
        kind = "MODIFIED" if key in self.shelves[plural] else "ADDED"
        self.shelves[plural][key] = thing
        self.tell(plural, kind, thing)

    def node(self, name: str, word: str = "", **more: Any) -> None:
        """Create or change a node; `word` is a label by which its versions can be told apart, `born` makes a uid."""
        self.apply("nodes", raw_node(name, labels={"word": word}, **more))

    def pod(self, name: str, word: str = "", **more: Any) -> None:
        """Create or change a pod of the namespace `shop`, on node `n1` unless said."""
        thing = raw_pod(name, **more)
        thing["metadata"]["labels"] = {"word": word}
        self.apply("pods", thing)

    def remove(self, plural: str, key: str) -> None:
        """Delete an object, or let it leave what the selector shows: the watch says the same."""
        self.version += 1
        gone = self.shelves[plural].pop(key)
        gone = {**gone, "metadata": {**gone["metadata"], "resourceVersion": str(self.version)}}
        self.tell(plural, "DELETED", gone)

    def word(self) -> str:
        """Change a node and a pod, both named `stirred`; who does not hear of it is deaf. Gives what they now say."""
        word = f"word-{self.version}"
        self.node("stirred", word)
        self.pod("stirred", word, node="stirred")
        return word

    # What watches are told

    def tell(self, plural: str, kind: str, thing: Json) -> None:
        """Send every watch of a resource an event."""
        self.say_of(plural, json.dumps({"type": kind, "object": thing}, separators=(",", ":")).encode() + b"\n")

    def say_of(self, plural: str, line: bytes) -> None:
        """Send every watch of a resource these bytes, whatever they mean."""
        self.logs[plural].append((self.version, line))
        self.stir()

    def bookmark_of(self, *plurals: str) -> None:
        """Send watches a bookmark of the present version, as odd as those of real servers; all watches without names.

        The version is counted up first, so that no watch takes it for old news.
        """
        self.version += 1
        metadata = {"resourceVersion": str(self.version), "creationTimestamp": None}
        for plural in plurals or self.logs:
            self.tell(plural, "BOOKMARK", {"metadata": metadata, "spec": {"containers": None}})


@asynccontextmanager
async def clustered(nodes: int = 3, pods: int = 6) -> AsyncIterator[Cluster]:
    """A server with so many nodes `n1`, `n2`, … and pods `p0001`, … spread over them."""
    made = Cluster()
    for number in range(1, nodes + 1):
        made.node(f"n{number}")
    for number in range(1, pods + 1):
        made.pod(f"p{number:04}", node=f"n{number % nodes + 1}" if nodes else None)
    made.expire()
    async with serving(made):
        yield made
