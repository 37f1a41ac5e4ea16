"""What is used, as far as the metrics API told it: folded poll by poll, since it cannot be watched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.table import Table
from nodeview.records import Amounts, LagState, Measured, Node, NodeName, ObjectKey, Resource, Usage

NOT_ASKED = "usage has not been heard yet"
KEPT_S = 180.0
"""Usage that could not be asked for again is shown for so long, and is not known after it."""


class UsageIndex(msgspec.Struct, frozen=True, eq=False):
    """What nodes and pods use. Its mappings are replaced whole by a poll, and never change."""

    nodes: Mapping[NodeName, Usage] = {}
    """As of the last poll that changed the whole percent of what the node offers."""
    pods: Mapping[str, Usage] = {}
    """By the pods' UIDs."""
    why_nodes: str = NOT_ASKED
    """Why that of nodes is not known; empty where it is."""
    why_pods: str = NOT_ASKED


class UsageFold:
    """Takes what polls of nodes and pods tell; says which nodes now read differently."""

    def __init__(self, tables: Mapping[Resource[Any], Table[Any]], chronicle: Chronicle) -> None:
        """`tables` are the store's: pods are told from namesakes by them, and nodes' percents are of their rows."""
        self._tables = tables
        self._chronicle = chronicle
        self._told = UsageIndex()
        self._nodes: dict[NodeName, Usage] = {}
        self._pods: dict[str, Usage] = {}
        """Of the polls under way."""
        self._heard: dict[str, float] = {}
        self.touched: set[NodeName] = set()

    def take(self) -> frozenset[NodeName]:
        """The nodes whose usage reads differently since this was asked last."""
        taken, self.touched = frozenset(self.touched), set()
        return taken

    def told(self) -> UsageIndex:
        """All that is known; the same value until a poll is complete."""
        return self._told

    def begin(self, plural: str) -> None:
        """A poll of `nodes` or `pods` begins: what an unfinished one told counts no more."""
        if plural == "nodes":
            self._nodes = {}
        else:
            self._pods = {}

    def heard(self, plural: str, measured: Iterable[Measured]) -> None:
        """Some of the answer came."""
        if plural == "nodes":
            self._nodes.update({NodeName(one.name): one.usage for one in measured})
            return
        rows, pods = self._rows("pods"), self._pods
        for one in measured:
            pod = rows.get(one.key)
            if pod is not None and (one.at is None or one.at >= pod.created):  # else it is of an older namesake
                pods[pod.uid] = one.usage

    def complete(self, plural: str, at: float) -> None:
        """All of the answer has come, at this epoch second."""
        self._heard[plural] = at
        if plural == "nodes":
            self._put_nodes(self._nodes, "")
            self._nodes = {}
        else:
            self._told = replace(self._told, pods=self._pods, why_pods="")
            self._pods = {}

    def failed(self, plural: str, why: str, at: float, state: LagState) -> None:
        """There was no answer. Where one may yet come (`lagging`), what was heard goes on being shown for a while."""
        before = self._told.why_nodes if plural == "nodes" else self._told.why_pods
        if before == why or (state == "lagging" and at - self._heard.get(plural, 0.0) <= KEPT_S):
            return
        if plural == "nodes":
            self._put_nodes({}, why)
            if state != "absent" or plural in self._heard:
                self._chronicle.tell(at, "stream", "usage", f"{state}: {why}")
        else:
            self._told = replace(self._told, pods={}, why_pods=why)

    def _put_nodes(self, fresh: Mapping[NodeName, Usage], why: str) -> None:
        before, rows = self._told.nodes, self._rows("nodes")
        nodes: dict[NodeName, Usage] = {}
        for name, usage in fresh.items():
            old, row = before.get(name), rows.get(ObjectKey("", name))
            same = old is not None and _reads_alike(old, usage, row)
            nodes[name] = old if same and old is not None else usage
            if not same:
                self.touched.add(name)
        self.touched.update(before.keys() - nodes.keys())
        self._told = replace(self._told, nodes=nodes, why_nodes=why)

    def _rows(self, plural: str) -> Mapping[ObjectKey, Any]:
        return next((table.rows for resource, table in self._tables.items() if resource.id == plural), {})


def _reads_alike(old: Usage, new: Usage, node: Node | None) -> bool:
    """Whether both are the same in whole percents, so that nothing on a screen would differ."""
    if old == new:
        return True
    whole: Amounts = node.allocatable if node is not None else {}
    return all(_percent(old.of(name), whole.get(name)) == _percent(new.of(name), whole.get(name)) for name in _SHOWN)


_SHOWN = ("cpu", "memory")


def _percent(amount: int | None, whole: int | None) -> int | None:
    return None if amount is None else int(amount / whole * 100 + 0.5) if whole else amount
