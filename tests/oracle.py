"""A slow and obvious second opinion: raw JSON in, sums out. It imports nothing of nodeview, to share no mistake."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Any

SUFFIXES = {
    **{suffix: Decimal(10) ** power for suffix, power in zip(["n", "u", "m", ""], (-9, -6, -3, 0), strict=True)},
    **{suffix: Decimal(10) ** (3 * power) for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(2) ** (10 * power) for power, suffix in enumerate("KMGTPE", 1)},
}
Sums = dict[str, Decimal]


def amount(text: str | float) -> Decimal:
    """A quantity as a number of its units."""
    said = str(text).strip()
    digits = said.rstrip("KMGTPEinumk")
    with localcontext() as context:
        context.prec = 60
        if said != digits and said[len(digits) :] in SUFFIXES:
            return Decimal(digits) * SUFFIXES[said[len(digits) :]]
        return Decimal(said)


def _larger(*many: Mapping[str, Decimal]) -> Sums:
    names = {name for one in many for name in one}
    return {name: max(one.get(name, Decimal(0)) for one in many) for name in names}


def _added(*many: Mapping[str, Decimal]) -> Sums:
    names = {name for one in many for name in one}
    return {name: sum((one.get(name, Decimal(0)) for one in many), Decimal(0)) for name in names}


def _container(pod: Any, container: Any) -> Sums:
    wanted = {name: amount(value) for name, value in container.get("resources", {}).get("requests", {}).items()}
    status = pod.get("status", {})
    statuses = [*status.get("containerStatuses", []), *status.get("initContainerStatuses", [])]
    mine = next((one for one in statuses if one["name"] == container["name"] and one.get("resources")), None)
    sidecar_or_plain = container in pod["spec"]["containers"] or container.get("restartPolicy") == "Always"
    if mine is None or not sidecar_or_plain:
        return wanted
    actual = {name: amount(value) for name, value in (mine["resources"].get("requests") or {}).items()}
    given = {name: amount(value) for name, value in (mine.get("allocatedResources") or {}).items()}
    conditions = status.get("conditions", [])
    infeasible = any(one["type"] == "PodResizePending" and one.get("reason") == "Infeasible" for one in conditions)
    return _larger(actual, given) if infeasible else _larger(wanted, actual, given)


def pod_requests(pod: Any) -> Sums:
    """What a pod asks of its node, by the rule of servers up to 1.36."""
    spec = pod["spec"]
    running = _added(*(_container(pod, one) for one in spec.get("containers") or []))
    sidecars: Sums = {}
    first: Sums = {}
    for one in spec.get("initContainers") or []:
        need = _container(pod, one)
        if one.get("restartPolicy") == "Always":
            running, sidecars = _added(running, need), _added(sidecars, need)
            first = _larger(first, sidecars)
        else:
            first = _larger(first, _added(need, sidecars))
    total = _larger(running, first)
    for name, value in ((spec.get("resources") or {}).get("requests") or {}).items():
        if name in ("cpu", "memory") or name.startswith("hugepages-"):
            total[name] = amount(value)
    return _added(total, {name: amount(value) for name, value in (spec.get("overhead") or {}).items()})


def holds_room(pod: Any) -> bool:
    """Not finished."""
    return pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


def by_node(nodes: Iterable[Any], pods: Iterable[Any]) -> dict[str, tuple[int, Sums]]:
    """Per node: how many pods hold room there, and what they request."""
    bound: dict[str, list[Any]] = {node["metadata"]["name"]: [] for node in nodes}
    for pod in pods:
        name = pod["spec"].get("nodeName")
        if name in bound and holds_room(pod):
            bound[name].append(pod)
    return {name: (len(many), _added(*map(pod_requests, many))) for name, many in bound.items()}


def states(nodes: Iterable[Any], pods: Iterable[Any]) -> dict[str, int]:
    """Pods by state, of those pending or on these nodes."""
    known = {node["metadata"]["name"] for node in nodes}
    counts = dict.fromkeys(("pending", "starting", "running", "terminating"), 0)
    for pod in filter(holds_room, pods):
        name = pod["spec"].get("nodeName")
        if not name:
            counts["pending"] += 1
        elif name not in known:
            continue
        elif pod["metadata"].get("deletionTimestamp"):
            counts["terminating"] += 1
        else:
            counts["starting" if pod["status"]["phase"] == "Pending" else "running"] += 1
    return counts


def allocatable(nodes: Iterable[Any], name: str) -> Decimal:
    """What these nodes can give of a resource."""
    return sum((amount(one["status"]["allocatable"].get(name, 0)) for one in nodes), Decimal(0))


def same(ours: float, theirs: Decimal) -> bool:
    """Equal as far as a float can say."""
    return math.isclose(ours, float(theirs), rel_tol=1e-12, abs_tol=1e-9)
