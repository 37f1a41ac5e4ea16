"""A small cluster by value, and plans for it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from nodeview.actions.facts import NOTHING_ASKED, PlanFacts
from nodeview.actions.options import RotationOptions
from nodeview.actions.plan import Plan, Verdict
from nodeview.actions.rotate import plan_rotation
from nodeview.actions.scope import About, Scope, scope_of
from nodeview.actions.selection import Chosen
from nodeview.cluster import ClusterStore, Snapshot
from nodeview.records import (
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    JOBS,
    NODE_CLAIMS,
    NODE_POOLS,
    NODES,
    PODS,
    REPLICA_SETS,
    ROLLOUTS,
    STATEFUL_SETS,
    AutoscalerStatus,
    Listing,
    NodeName,
    OwnerRef,
    Pod,
    PodDisruptionBudget,
    Requirement,
    Resource,
    Rolling,
    Synced,
    Upserted,
    Workload,
)
from nodeview.views import Assumptions, ClusterView, view_cluster
from tests.builders import NOW, a_node, a_pod, a_shape, amounts, saying

T = TypeVar("T")
SHOP = "shop"
ABOUT = About("kind-shop", "shop", mark="7f3c")
TABLES: dict[str, Resource[Any]] = {
    "nodes": NODES,
    "pods": PODS,
    "pools": NODE_POOLS,
    "claims": NODE_CLAIMS,
    "replica_sets": REPLICA_SETS,
    "jobs": JOBS,
    "deployments": DEPLOYMENTS,
    "stateful_sets": STATEFUL_SETS,
    "daemon_sets": DAEMON_SETS,
    "rollouts": ROLLOUTS,
    "budgets": DISRUPTION_BUDGETS,
}


def run(work: Generator[None, None, T]) -> T:
    """Drive a generator to its end."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


def rolling(replicas: int = 3, **overrides: Any) -> Rolling:
    """A Deployment's, all of whose pods are new and available; the API's defaults for the rest."""
    said: dict[str, Any] = {
        "generation": 2,
        "observed_generation": 2,
        "selector": (Requirement("app", "In", ("checkout",)),),
        "template": a_shape(probed=True),
        "replicas": replicas,
        "max_surge": "25%",
        "max_unavailable": "25%",
        "current": replicas,
        "updated": replicas,
        "ready": replicas,
        "available": replicas,
        "current_revision": "a",
        "update_revision": "a",
    }
    return Rolling(**(said | overrides))


def a_workload(name: str = "checkout", kind: str = "Deployment", **overrides: Any) -> Workload:
    """A Deployment of three."""
    said: dict[str, Any] = {"uid": f"uid-{name}", "owner": None, "rolling": rolling()}
    return Workload(SHOP, name, kind=kind, **(said | overrides))


def a_budget(name: str = "checkout", **overrides: Any) -> PodDisruptionBudget:
    """It has nothing to give for the pods labelled `app: checkout`."""
    said: dict[str, Any] = {
        "namespace": SHOP,
        "uid": f"uid-{name}",
        "generation": 1,
        "observed_generation": 1,
        "selector": (Requirement("app", "In", ("checkout",)),),
        "min_available": 3,
        "current_healthy": 3,
        "desired_healthy": 3,
        "expected_pods": 3,
    }
    return PodDisruptionBudget(name=name, **(said | overrides))


class World:
    """Nodes `node-1` (the one to rotate), `node-2` and `node-3`, four cores each, and what is put on them."""

    def __init__(self, *nodes: Any, given: Assumptions | None = None) -> None:
        self.records: dict[str, list[Any]] = {name: [] for name in TABLES}
        self.records["nodes"] = list(nodes) or [a_node(f"node-{number}") for number in (1, 2, 3)]
        self.given = given or Assumptions()
        self.autoscaler: AutoscalerStatus | None = None
        self.absent: tuple[str, ...] = ()

    def having(self, **records: Sequence[Any]) -> World:
        """With these records, too."""
        for name, some in records.items():
            self.records[name].extend(some)
        return self

    def deployment(self, name: str = "checkout", on: Sequence[str] = ("node-1",), **said: Any) -> World:
        """A Deployment with a pod on each of these nodes; `said` is of its rolling, `pod` of its pods."""
        pod, record = said.pop("pod", {}), said.pop("record", {})
        replicas = said.pop("replicas", len(on))
        shape = said.get("template") or a_shape(probed=True)
        above = OwnerRef("Deployment", name, "apps", f"uid-{name}")
        work = a_workload(name, rolling=rolling(replicas, **said), **record)
        labels = (("app", name),)
        pods = [
            self.pod(f"{name}-{place}", node, OwnerRef("ReplicaSet", f"{name}-1", "apps"), labels=labels, shape=shape)
            for place, node in enumerate(on)
        ]
        return self.having(
            deployments=[work],
            replica_sets=[Workload(SHOP, f"{name}-1", f"uid-{name}-1", "ReplicaSet", above)],
            pods=[saying(one, **pod) for one in pods],
        )

    def owned(self, name: str, kind: str, on: Sequence[str] = ("node-1",), **said: Any) -> World:
        """A StatefulSet (or another that owns its pods itself) with a pod on each of these nodes."""
        pod, record = said.pop("pod", {}), said.pop("record", {})
        group = said.pop("group", "apps")
        work = a_workload(name, kind, rolling=rolling(said.pop("replicas", len(on)), **said), **record)
        table = {"StatefulSet": "stateful_sets", "DaemonSet": "daemon_sets", "Rollout": "rollouts"}.get(kind)
        labels = (("app", name),)
        owner = OwnerRef(kind, name, group, f"uid-{name}")
        pods = [self.pod(f"{name}-{place}", node, owner, labels=labels) for place, node in enumerate(on)]
        return self.having(pods=[saying(one, **pod) for one in pods], **({table: [work]} if table else {}))

    def pod(self, name: str, node: str = "node-1", owner: OwnerRef | None = None, **said: Any) -> Pod:
        """A running pod of the shop."""
        return a_pod(name, namespace=SHOP, node=NodeName(node), owner=owner, **said)

    def snapshot(self) -> Snapshot:
        """All of it, listed to the end."""
        store = ClusterStore()
        for name, resource in TABLES.items():
            if name in self.absent:
                continue
            store.follow(resource)
            some = self.records[name]
            store.apply(Upserted(resource, some, [1] * len(some), Listing(1, 1)), NOW)
            store.apply(Synced(resource, Listing(1, 1)), NOW)
        taken = store.snapshot()
        return replace(taken, autoscaler=self.autoscaler) if self.autoscaler is not None else taken

    def view(self, snapshot: Snapshot) -> ClusterView:
        """What it amounts to."""
        return run(view_cluster(snapshot, self.given, None, NOW, None))[0]

    def plan(self, *names: str, facts: PlanFacts = NOTHING_ASKED, about: About = ABOUT, **options: Any) -> Plan:
        """The rotation of these nodes, `node-1` where none is named."""
        snapshot = self.snapshot()
        chosen = Chosen(tuple(NodeName(name) for name in names or ("node-1",)), "some nodes")
        view = self.view(snapshot)
        return run(plan_rotation(view, snapshot, chosen, RotationOptions(**options), about, NOW, facts))

    def scope(self, *names: str, **options: Any) -> Scope:
        """What the rotation of these nodes is about."""
        snapshot = self.snapshot()
        nodes = tuple(NodeName(name) for name in names or ("node-1",))
        work = scope_of(self.view(snapshot), snapshot, nodes, RotationOptions(**options), NOTHING_ASKED, ABOUT, NOW)
        return run(work)


def said(plan: Plan, id_: str) -> list[tuple[str, str]]:
    """(severity, subject) of the verdicts with this id."""
    groups: dict[str, tuple[Verdict, ...]] = {"block": plan.blockers, "warn": plan.warnings, "info": plan.notes}
    return [(severity, one.subject) for severity, some in groups.items() for one in some if one.id == id_]


def message(plan: Plan, id_: str) -> str:
    """What the first verdict with this id says."""
    return next(one.message for one in (*plan.blockers, *plan.warnings, *plan.notes) if one.id == id_)


__all__ = ["ABOUT", "SHOP", "World", "a_budget", "a_workload", "amounts", "message", "rolling", "run", "said"]
