"""The metrics API of the demo cluster: what metrics-server would say that nodes and pods use."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator

from nodeview.demo.quantities import asked
from nodeview.demo.resources import NODES, PODS, Obj
from nodeview.demo.store import Entry, Store, dumps
from nodeview.demo.templates import Rendered, Template
from nodeview.demo.times import stamp

GROUP = "metrics.k8s.io"
ROOT = f"/apis/{GROUP}/v1beta1"
WAVE = 1_800.0
"""Seconds in which usage rises and falls once."""
SYSTEM = (80, 420 << 20)
"""Milli-cores and bytes that a node uses beside its pods."""
Samples = dict[Template, Obj]


def group_document() -> Obj:
    """The group, as ``GET /apis`` lists it."""
    version = {"groupVersion": f"{GROUP}/v1beta1", "version": "v1beta1"}
    return {"name": GROUP, "versions": [version], "preferredVersion": version}


def discovery() -> Obj:
    """What the group's and version's own address says."""
    kinds = (("nodes", "NodeMetrics", False), ("pods", "PodMetrics", True))
    found = [
        {"name": plural, "singularName": "", "namespaced": spaced, "kind": kind, "verbs": ["get", "list"]}
        for plural, kind, spaced in kinds
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{GROUP}/v1beta1", "resources": found}


def listing(path: str, store: Store, now: float) -> Iterator[bytes] | None:
    """The list at this address in pieces; None where there is no such address."""
    parts = path.removeprefix(ROOT).strip("/").split("/")
    if parts == ["nodes"]:
        return _pieces("NodeMetricsList", _nodes(store, now))
    if parts == ["pods"]:
        return _pieces("PodMetricsList", _pods(store, now))
    if len(parts) == 3 and parts[0] == "namespaces" and parts[2] == "pods":
        return _pieces("PodMetricsList", _pods(store, now, parts[1]))
    return None


def _pieces(kind: str, items: Iterator[Obj]) -> Iterator[bytes]:
    yield f'{{"kind":"{kind}","apiVersion":"{GROUP}/v1beta1","metadata":{{}},"items":['.encode()
    for number, item in enumerate(items):
        yield (b"," if number else b"") + dumps(item)
    yield b"]}\n"


def _pods(store: Store, now: float, namespace: str = "") -> Iterator[Obj]:
    samples: Samples = {}
    for (space, name), entry in list(store[PODS].entries.items()):
        if entry.head.get("status", {}).get("phase") != "Running" or (namespace and space != namespace):
            continue
        yield {
            "metadata": {"name": name, "namespace": space, "creationTimestamp": stamp(now)},
            "timestamp": stamp(now),
            "window": "15s",
            "containers": [
                {"name": one["name"], "usage": _usage(*_used(f"{space}/{name}", one, now))}
                for one in _sample(entry, samples)["spec"]["containers"]
            ],
        }


def _nodes(store: Store, now: float) -> Iterator[Obj]:
    samples: Samples = {}
    sums = _sums(store, now)
    for (_, name), entry in list(store[NODES].entries.items()):
        cores, bytes_ = sums.get(name, (0.0, 0.0))
        if isinstance(entry, Rendered):  # so many that their pods are not added up
            room = _sample(entry, samples)["status"]["allocatable"]
            cores, bytes_ = _used(name, {"resources": {"requests": room}}, now)
        yield {
            "metadata": {"name": name, "creationTimestamp": stamp(now)},
            "timestamp": stamp(now),
            "window": "20s",
            "usage": _usage(cores + SYSTEM[0], bytes_ + SYSTEM[1]),
        }


def _sums(store: Store, now: float) -> dict[str, tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = {}
    for (space, name), entry in store[PODS].entries.items():
        if isinstance(entry, Rendered) or entry.obj.get("status", {}).get("phase") != "Running":
            continue
        for one in entry.obj["spec"]["containers"]:
            node = entry.obj["spec"].get("nodeName", "")
            (cores, bytes_), before = _used(f"{space}/{name}", one, now), sums.get(node, (0.0, 0.0))
            sums[node] = before[0] + cores, before[1] + bytes_
    return sums


def _sample(entry: Entry, samples: Samples) -> Obj:
    """The object, or one of the same template: decoding a hundred thousand of them would take seconds."""
    if not isinstance(entry, Rendered):
        return entry.obj
    if entry.template not in samples:
        samples[entry.template] = entry.obj
    return samples[entry.template]


def _used(whose: str, container: Obj, now: float) -> tuple[float, float]:
    """Milli-cores and bytes: a steady share of what is asked for, and a slow wave of its own; seldom more than that."""
    cores, bytes_ = asked([container])
    first, second, third = hashlib.blake2s(whose.encode(), digest_size=3).digest()
    wave = 1 + 0.08 * math.sin(2 * math.pi * (now / WAVE + first / 256))
    share = 0.15 + 0.6 * (second / 255) ** 2 + (0.6 if third < 6 else 0.0)
    return (cores or 20) * share * wave, (bytes_ or 48 << 20) * (0.35 + 0.5 * third / 255)


def _usage(milli: float, bytes_: float) -> Obj:
    return {"cpu": f"{round(milli * 1_000_000)}n", "memory": f"{round(bytes_) >> 10}Ki"}
