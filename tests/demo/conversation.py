"""What is said to an API server to see whether another one answers alike: forty-odd requests, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
NODE = "/api/v1/nodes/one"
NODES = "/api/v1/nodes"
MARKED = "watch=1&allowWatchBookmarks=1"
PODS = "/api/v1/namespaces/talk/pods"
BUDGET = "/apis/policy/v1/namespaces/talk/poddisruptionbudgets"
POOL = "/apis/karpenter.sh/v1/nodepools"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``{token}`` in its path is the last continue token, ``{version}`` the last list's version."""

    name: str
    method: str
    path: str
    body: Any = None
    media: str = "application/json"
    token: str | None = None
    silent: bool = False


@dataclass(slots=True)
class Answer:
    """What came back: the code, the media type, and the decoded lines of the body."""

    code: int
    media: str
    lines: list[Any] = field(default_factory=list)


Send = Callable[[Request], Awaitable[Answer]]


def node(name: str, **labels: str) -> dict[str, Any]:
    """A node of few words."""
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"talk": "yes", **labels}}}


def pod(name: str, where: str = "one") -> dict[str, Any]:
    """A pod with all its defaults spelled out."""
    container = {
        "name": "main",
        "image": "registry.k8s.io/pause:3.10",
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    spec = {
        "containers": [container],
        "nodeName": where,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "enableServiceLinks": True,
        "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority",
        "tolerations": [
            {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for key in ("not-ready", "unreachable")
        ],
    }
    metadata = {"name": name, "namespace": "talk", "labels": {"app": name.partition("-")[0]}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def budget(name: str, app: str) -> dict[str, Any]:
    """A PodDisruptionBudget of one app's pods."""
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": app}}}
    metadata = {"name": name, "namespace": "talk"}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}


def eviction(name: str, **options: Any) -> dict[str, Any]:
    """An eviction of a pod."""
    body: dict[str, Any] = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": "talk"},
    }
    return body | ({"deleteOptions": options} if options else {})


RUNNING = {
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
    }
}
SPENT = {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1}
TAINTS = {"spec": {"taints": [{"key": "talk", "value": "a", "effect": "NoSchedule"}]}}
TEST = [{"op": "test", "path": "/metadata/labels/b", "value": "d"}]
REMOVE = [{"op": "remove", "path": "/metadata/labels/absent"}]
OLD = {"metadata": {"resourceVersion": "1"}, "spec": {"unschedulable": False}}
POOL_BODY = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "talk"}, "spec": {"weight": 1}}

SETTING = [
    Request("namespace", "POST", "/api/v1/namespaces", {"metadata": {"name": "talk"}}, silent=True),
    *(Request(name, "POST", "/api/v1/nodes", node(name, place=name), silent=True) for name in ("one", "two", "three")),
    *(
        Request(name, "POST", PODS, pod(name), silent=True)
        for name in ("free-0", "kept-0", "twice-0", "wait-0", "sick-0")
    ),
    *(
        Request(name, "PATCH", f"{PODS}/{name}/status", RUNNING, STRATEGIC, silent=True)
        for name in ("free-0", "kept-0", "twice-0", "wait-0")
    ),
    *(
        Request(name, "POST", BUDGET, budget(name, app), silent=True)
        for name, app in (("kept", "kept"), ("twice", "twice"), ("again", "twice"), ("wait", "wait"))
    ),
    Request("spent", "PATCH", f"{BUDGET}/kept/status", {"status": SPENT}, MERGE, silent=True),
    Request("pool", "POST", POOL, POOL_BODY, silent=True),
]
READING = [
    Request("unauthorized", "GET", "/api/v1/nodes", token="wrong"),
    Request("get-pod", "GET", f"{PODS}/free-0"),
    Request("get-node-missing", "GET", "/api/v1/nodes/absent"),
    Request("get-budget-missing", "GET", f"{BUDGET}/absent"),
    Request("resource-missing", "GET", "/api/v1/absents"),
    Request("group-missing", "GET", "/apis/absent.example.com/v1/things"),
    Request("list-page-1", "GET", "/api/v1/nodes?limit=2&labelSelector=talk"),
    Request("list-page-2", "GET", "/api/v1/nodes?limit=2&labelSelector=talk&continue={token}"),
    Request("list-pods-page-1", "GET", f"{PODS}?limit=1"),
    Request("list-continue-and-version", "GET", f"{PODS}?limit=1&resourceVersion=5&continue={{token}}"),
    Request("list-any-version-ignores-limit", "GET", f"{PODS}?limit=1&resourceVersion=0"),
    Request("list-by-node", "GET", f"{PODS}?fieldSelector=spec.nodeName%3Dabsent"),
    Request("list-by-labels", "GET", "/api/v1/nodes?labelSelector=place+in+(one,two),talk!=no"),
    Request("list-budgets", "GET", f"{BUDGET}?labelSelector=absent"),
    Request("bad-limit", "GET", "/api/v1/nodes?limit=many"),
    Request("bad-continue", "GET", "/api/v1/nodes?limit=1&continue=nonsense"),
    Request("bad-version", "GET", "/api/v1/nodes?resourceVersion=old"),
    Request("bad-label-selector", "GET", "/api/v1/nodes?labelSelector=a+b+c"),
    Request("bad-field-selector", "GET", f"{PODS}?fieldSelector=spec.absent%3Dx"),
    Request("bad-field-selector-node", "GET", "/api/v1/nodes?fieldSelector=spec.absent%3Dx"),
    Request("bad-field-syntax", "GET", "/api/v1/nodes?fieldSelector=nonsense"),
    Request("match-without-version", "GET", "/api/v1/nodes?resourceVersionMatch=Exact"),
    Request("match-unknown", "GET", "/api/v1/nodes?resourceVersionMatch=Sometimes&resourceVersion=1"),
    Request("match-exact-zero", "GET", "/api/v1/nodes?resourceVersionMatch=Exact&resourceVersion=0"),
    Request("too-large-version", "GET", "/api/v1/nodes?resourceVersion=99999999"),
    Request("watch-from-the-past", "GET", f"{PODS}?watch=1&resourceVersion=1&timeoutSeconds=2"),
    Request("watch-any-version", "GET", "/api/v1/nodes?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dtwo"),
    Request("get-node", "GET", NODE),
    Request(
        "watch-bookmark-node",
        "GET",
        f"{NODES}?{MARKED}&timeoutSeconds=4&resourceVersion={{version}}",
    ),
    Request(
        "watch-initial-pods",
        "GET",
        f"{PODS}?watch=1&allowWatchBookmarks=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1"
        "&fieldSelector=metadata.name%3Dfree-0",
    ),
]
WRITING = [
    Request("create-existing", "POST", "/api/v1/nodes", node("one")),
    Request("create-dry", "POST", f"{PODS}?dryRun=All", pod("dry-0")),
    Request("create-bad-name", "POST", "/api/v1/nodes", node("Not_A_Name")),
    Request("create-bad-json", "POST", "/api/v1/nodes", "what?"),
    Request("create-wrong-kind", "POST", "/api/v1/nodes", pod("x")),
    Request("patch-merge-cordon", "PATCH", NODE, {"spec": {"unschedulable": True}}, MERGE),
    Request("patch-strategic-taint", "PATCH", NODE, TAINTS, STRATEGIC),
    Request("patch-json-label", "PATCH", NODE, [{"op": "add", "path": "/metadata/labels/b", "value": "c"}], JSON_PATCH),
    Request("patch-json-test-fails", "PATCH", NODE, TEST, JSON_PATCH),
    Request("patch-json-remove-missing", "PATCH", NODE, REMOVE, JSON_PATCH),
    Request("patch-media-unknown", "PATCH", NODE, {}, "application/json"),
    Request("patch-strategic-custom", "PATCH", f"{POOL}/talk", {"spec": {"weight": 2}}, STRATEGIC),
    Request("patch-merge-custom", "PATCH", f"{POOL}/talk", {"spec": {"weight": 2}}, MERGE),
    Request("patch-bad-effect", "PATCH", NODE, {"spec": {"taints": [{"key": "a", "effect": "Never"}]}}, MERGE),
    Request("patch-old-version", "PATCH", NODE, OLD, MERGE),
    Request("patch-missing", "PATCH", "/api/v1/nodes/absent", {}, MERGE),
    Request("patch-dry", "PATCH", f"{NODE}?dryRun=All", {"metadata": {"labels": {"dry": "yes"}}}, MERGE),
    Request("post-to-object", "POST", NODE, node("one")),
    Request("put-to-list", "PUT", "/api/v1/nodes", node("one")),
    Request("review", "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "patch", "resource": "nodes"}},
    }),
]  # fmt: skip
ENDING = [
    Request("evict-missing", "POST", f"{PODS}/absent/eviction", eviction("absent")),
    Request("evict-guarded", "POST", f"{PODS}/kept-0/eviction", eviction("kept-0")),
    Request("evict-guarded-dry", "POST", f"{PODS}/kept-0/eviction", eviction("kept-0", dryRun=["All"])),
    Request("evict-two-budgets", "POST", f"{PODS}/twice-0/eviction", eviction("twice-0")),
    Request("evict-budget-unread", "POST", f"{PODS}/wait-0/eviction", eviction("wait-0")),
    Request("evict-dry", "POST", f"{PODS}/free-0/eviction", eviction("free-0", dryRun=["All"])),
    Request("evict-wrong-uid", "POST", f"{PODS}/free-0/eviction", eviction("free-0", preconditions={"uid": "other"})),
    Request("evict", "POST", f"{PODS}/free-0/eviction", eviction("free-0")),
    Request("get-evicted", "GET", f"{PODS}/free-0"),
    Request("delete-pod", "DELETE", f"{PODS}/kept-0"),
    Request("delete-pod-now", "DELETE", f"{PODS}/kept-0?gracePeriodSeconds=0"),
    Request("delete-missing", "DELETE", f"{PODS}/absent"),
    Request("delete-budget", "DELETE", f"{BUDGET}/again"),
    Request("delete-node", "DELETE", "/api/v1/nodes/three"),
]
ALL = [*SETTING, *READING, *WRITING, *ENDING]


async def converse(send: Send) -> dict[str, Any]:
    """Say everything and note, by name, what came back, made comparable."""
    heard: dict[str, Any] = {}
    token = version = ""
    for one in ALL:
        path = one.path.replace("{token}", token).replace("{version}", version)
        answer = await send(Request(one.name, one.method, path, one.body, one.media, one.token))
        metadata = answer.lines[0].get("metadata", {}) if answer.lines and isinstance(answer.lines[0], dict) else {}
        token = metadata.get("continue") or token
        version = metadata.get("resourceVersion") or version
        assert not one.silent or answer.code in (200, 201), (one.name, answer)
        if not one.silent:
            asked = f"{one.method} {one.path}"
            heard[one.name] = {"asked": asked, "code": answer.code, "media": answer.media, "body": bare(answer.lines)}
    return heard


_TIMES = [
    "creationTimestamp",
    "deletionTimestamp",
    "lastTransitionTime",
    "startTime",
    "lastProbeTime",
    "lastHeartbeatTime",
    "timeAdded",
]
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSIONS = re.compile(r"(resource version: |\((?=\d+\))|current: )\d+")


def plain(value: Any, name: str = "") -> Any:
    """A value without what differs from one run to the next: versions, times, UIDs, managed fields."""
    if isinstance(value, dict):
        return {key: plain(below, key) for key, below in value.items() if key not in ("managedFields", "uid")}
    if isinstance(value, list):
        return [plain(below) for below in value]
    if name in ("resourceVersion", "continue", *_TIMES) and value:
        return f"<{name}>"
    if isinstance(value, str):
        return _VERSIONS.sub(r"\1<n>", _UID.sub("<uid>", value))
    return value


def bare(lines: list[Any]) -> list[Any]:
    """A body's lines made comparable; how many bookmarks come one after the other is a matter of timing."""
    found: list[Any] = []
    for one in map(plain, lines):
        mark = isinstance(one, dict) and one.get("type") == "BOOKMARK"
        if not mark or not found or found[-1] != one:
            found.append(one)
    return found


def decode(body: bytes) -> list[Any]:
    """The lines of a body, decoded where they are JSON."""
    lines = []
    for line in body.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            lines.append(line.decode())
    return lines


def load() -> dict[str, Any]:
    """What the real API server said when it was recorded."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RECORDED.glob("*.json"))}


def save(heard: dict[str, Any]) -> None:
    """Keep what a real API server said, a file for each request."""
    for path in RECORDED.glob("*.json"):
        path.unlink()
    for name, said in heard.items():
        (RECORDED / f"{name}.json").write_text(json.dumps(said, indent=1, sort_keys=True) + "\n")
