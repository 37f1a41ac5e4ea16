"""What a JSON report says that the objects of the server do not, by the oracle. It imports nothing of nodeview."""

from __future__ import annotations

from typing import Any

from tests import oracle

Json = dict[str, Any]
RESOURCES = ("cpu", "memory")
SETTLED = ("synced", "forbidden", "absent")


def differences(report: Json, nodes: list[Json], pods: list[Json]) -> list[str]:
    """A sentence for each figure that is not what these objects amount to; empty when all agree."""
    said = {one["name"]: one for one in report["nodes"]}
    expected = oracle.by_node(nodes, pods)
    if set(said) != set(expected):
        return [f"nodes: {sorted(set(said) ^ set(expected))} are in one of the two only"]
    found = [sentence for node in nodes for sentence in _of_node(said[node["metadata"]["name"]], node)]
    for name, (count, sums) in expected.items():
        if said[name]["pods"] != count:
            found.append(f"{name}: {said[name]['pods']} pods, not {count}")
        for resource in RESOURCES:
            ours, theirs = said[name]["requested"].get(resource, 0), sums.get(resource, oracle.amount(0))
            if ours is None or not oracle.same(ours, theirs):
                found.append(f"{name}: {resource} requested {ours}, not {theirs}")
    return found + _of_totals(report["totals"], nodes, pods) + _of_waiting(report["pending"], pods)


def _of_node(said: Json, node: Json) -> list[str]:
    name, spec = node["metadata"]["name"], node["spec"]
    facts = {
        "uid": node["metadata"]["uid"],
        "unschedulable": spec.get("unschedulable", False),
        "provider_id": spec.get("providerID"),
    }
    return [f"{name}: {key} {said[key]}, not {value}" for key, value in facts.items() if said[key] != value]


def _of_totals(totals: Json, nodes: list[Json], pods: list[Json]) -> list[str]:
    states = oracle.states(nodes, pods)
    found = [
        f"{totals['pods'][key]} pods {key}, not {states[key]}" for key in states if totals["pods"][key] != states[key]
    ]
    for resource in RESOURCES:
        ours, theirs = totals["allocatable"].get(resource, 0), oracle.allocatable(nodes, resource)
        if not oracle.same(ours, theirs):
            found.append(f"{resource} allocatable {ours}, not {theirs}")
    return found


def _of_waiting(pending: list[Json], pods: list[Json]) -> list[str]:
    """Pods by name: those that wait for a node."""
    ours = {(one["namespace"], one["name"]) for one in pending if one["kind"] != "starting"}
    waiting = [pod["metadata"] for pod in pods if oracle.holds_room(pod) and not pod["spec"].get("nodeName")]
    theirs = {(one["namespace"], one["name"]) for one in waiting}
    return [f"pending: {sorted(ours ^ theirs)} are in one of the two only"] if ours != theirs else []


def unsettled(report: Json) -> list[str]:
    """The streams that list or lag, and why."""
    streams: dict[str, Json] = report["streams"]
    return [f"{name} {one['state']}: {one['reason']}" for name, one in streams.items() if one["state"] not in SETTLED]
