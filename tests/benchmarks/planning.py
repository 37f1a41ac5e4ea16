"""What it costs to plan a rotation of a large cluster: by value, in this process, without a screen."""

from __future__ import annotations

import gc
import random
import time

from nodeview.actions.options import RotationOptions
from nodeview.actions.plan import Plan
from nodeview.actions.rotate import plan_rotation
from nodeview.actions.selection import Chosen
from nodeview.cluster import Snapshot
from nodeview.records import (
    NANO,
    NodeName,
    OwnerRef,
    Placement,
    PodDisruptionBudget,
    PodTerm,
    Requirement,
    Spread,
    Workload,
)
from nodeview.views import ClusterView
from tests.actions.world import ABOUT, World, rolling
from tests.benchmarks.figures import Figure, NotRun
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, a_shape, amounts

NODES, WORKLOADS, REPLICAS = 500, 2_000, 10
POOLS = ("api", "web", "worker", "batch")
SECOND = 1.0
"""CPU, for a plan of any of the kinds below."""
MOMENT_MS = 50.0
"""So long nobody else may wait for a slice."""


def planning() -> list[Figure | NotRun]:
    """All nodes, one pool of four, some nodes, and half of them in batches."""
    world = _world()
    snapshot = world.snapshot()
    view = world.view(snapshot)
    gc.collect()
    gc.freeze()  # as the program does with what it has listed: see live/collector.py
    names = list(view.nodes)
    pool = [name for name, one in view.nodes.items() if one.pool == "api"]
    pods = sum(len(one.pods) for one in view.nodes.values())
    beside = f"{len(names)} nodes, {pods:,} pods, {WORKLOADS:,} Deployments and PDBs, by value"
    figures: list[Figure | NotRun] = []
    for words, some, options in (
        ("all nodes", names, RotationOptions()),
        ("a pool of 125 nodes", pool, RotationOptions()),
        ("40 nodes", names[:40], RotationOptions()),
        ("250 nodes in batches", names[:250], RotationOptions(cordon="batch", max_in_flight="10%")),
    ):
        plan, cpu, longest = _run(view, snapshot, some, options)
        assert plan.steps
        figures.append(Figure(f"plan a rotation: {words}", cpu, "s CPU", SECOND, beside))
        figures.append(Figure(f"plan a rotation: {words}, longest slice", longest * 1000, "ms CPU", MOMENT_MS))
    return figures


def _run(
    view: ClusterView, snapshot: Snapshot, names: list[NodeName], options: RotationOptions
) -> tuple[Plan, float, float]:
    """The plan, its CPU seconds, and its longest slice."""
    work = plan_rotation(view, snapshot, Chosen(tuple(names), "nodes"), options, ABOUT, float(NOW))
    begun = last = time.process_time()
    longest = 0.0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value, time.process_time() - begun, longest
        longest, last = max(longest, time.process_time() - last), time.process_time()


def _world() -> World:
    """A quarter of the workloads in each pool; of five, one shuns its like and one is spread over zones."""
    dice = random.Random(1)
    world = World(*[_node(number) for number in range(NODES)])
    world.having(
        claims=[a_claim(f"c{n}", provider_id=f"aws:///a/{n}", node=NodeName(f"node-{n}")) for n in range(NODES)],
        pools=[a_pool(name) for name in POOLS],
    )
    for number in range(WORKLOADS):
        _put(world, number, [f"node-{dice.randrange(NODES)}" for _ in range(REPLICAS)])
    return world


def _node(number: int) -> object:
    labels = {
        "karpenter.sh/nodepool": POOLS[number % len(POOLS)],
        "node.kubernetes.io/instance-type": "m5.12xlarge",
        "topology.kubernetes.io/zone": f"us-east-1{'abc'[number % 3]}",
        "kubernetes.io/hostname": f"node-{number}",
    }
    room = amounts(48, 192, 110)
    return a_node(f"node-{number}", labels=labels, provider_id=f"aws:///a/{number}", allocatable=room, capacity=room)


def _put(world: World, number: int, on: list[str]) -> None:
    name, namespace = f"w{number}", f"ns{number % 50}"
    itself = (Requirement("app", "In", (name,)),)
    rules = Placement()
    if number % 5 == 0:
        rules = Placement(anti_affinity=(PodTerm("kubernetes.io/hostname", itself),))
    elif number % 5 == 1:
        rules = Placement(spreads=(Spread("topology.kubernetes.io/zone", 1, itself),))
    pin = (("karpenter.sh/nodepool", POOLS[number % len(POOLS)]),) if number % 3 else ()
    requests = {"cpu": NANO * (1 + number % 7) // 4, "memory": 2**30 * NANO}
    shape = a_shape(probed=True, node_selector=pin, placement=rules, requests=requests)
    above = OwnerRef("Deployment", name, "apps", f"u{number}")
    owner, labels = OwnerRef("ReplicaSet", f"{name}-1", "apps"), (("app", name),)
    world.having(
        deployments=[Workload(namespace, name, f"u{number}", "Deployment", None, rolling(REPLICAS, template=shape))],
        replica_sets=[Workload(namespace, f"{name}-1", f"r{number}", "ReplicaSet", above)],
        budgets=[
            PodDisruptionBudget(
                namespace, name, f"b{number}", 1, 1, itself, min_available=3, current_healthy=REPLICAS,
                desired_healthy=3, expected_pods=REPLICAS, disruptions_allowed=7,
            )
        ],
        pods=[
            a_pod(
                f"{name}-{place}", namespace=namespace, node=NodeName(node), owner=owner, shape=shape, labels=labels
            )
            for place, node in enumerate(on)
        ],
    )  # fmt: skip
