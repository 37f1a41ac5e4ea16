"""Where pods are: on which node, or waiting for one."""

from __future__ import annotations

from collections.abc import Callable

from nodeview.records import Node, NodeName, ObjectKey, Pod

PodAt = Callable[[ObjectKey, NodeName | None], Pod | None]
"""A pod by its key, waiting or on the node that is named."""
NodeAt = Callable[[NodeName], Node | None]


class PodPlaces:
    """Pods by the name of their node, whether or not that is known yet, so that arrival order cannot matter."""

    def __init__(self) -> None:
        self.on: dict[NodeName, dict[ObjectKey, Pod]] = {}
        self.waiting: dict[ObjectKey, Pod] = {}
        self.touched: set[ObjectKey] = set()
        """Pods without a node that came, changed, got one or went."""

    def moved(self, before: Pod | None, after: Pod | None, nodes: set[NodeName], key: ObjectKey | None = None) -> None:
        """Follow a pod that came, changed or went; `nodes` takes the names of those that are touched by that.

        `key` is that of `after` where somebody has it already: a hundred thousand of them are shared, not made twice.
        """
        if before is not None and (after is None or after.node != before.node):
            self._drop(before, nodes)
        if after is None:
            return
        key = key or after.key
        if after.node is None:
            self.waiting[key] = after
            self.touched.add(key)
            return
        pods = self.on.get(after.node)
        if pods is None:
            pods = self.on[after.node] = {}
        pods[key] = after
        nodes.add(after.node)

    def _drop(self, pod: Pod, nodes: set[NodeName]) -> None:
        if pod.node is None:
            self.waiting.pop(pod.key, None)
            self.touched.add(pod.key)
            return
        pods = self.on.get(pod.node, {})
        pods.pop(pod.key, None)
        if not pods:
            self.on.pop(pod.node, None)
        nodes.add(pod.node)

    def at(self, key: ObjectKey, node: NodeName | None) -> Pod | None:
        """By its key, on the node that is named; without a name, wherever it is, which few ask for."""
        places = self.on.values() if node is None else [self.on.get(node, {})]
        return self.waiting.get(key) or next((pods[key] for pods in places if key in pods), None)
