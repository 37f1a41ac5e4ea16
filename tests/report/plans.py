"""A plan with something of everything."""

from __future__ import annotations

from nodeview.actions import Plan
from nodeview.records import OwnerRef
from tests.actions.world import World
from tests.builders import a_claim, a_node, a_pool, a_shape


def a_plan(**options: object) -> Plan:
    """Two nodes of Karpenter, with workloads of several kinds on them."""
    labels = {"karpenter.sh/nodepool": "default", "node.kubernetes.io/instance-type": "m5.xlarge"}
    nodes = [a_node(f"node-{n}", labels=labels, provider_id=f"aws:///a/{n}") for n in (1, 2, 3)]
    claims = [a_claim(f"c{n}", provider_id=f"aws:///a/{n}") for n in (1, 2, 3)]
    balloon = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",), probed=True)
    world = World(*nodes).having(claims=claims, pools=[a_pool()])
    world.deployment("checkout", on=("node-1", "node-2", "node-3"), max_surge=1, max_unavailable=0)
    world.owned("ledger", "StatefulSet", strategy="OnDelete").owned("agent", "DaemonSet")
    world.deployment("room", template=balloon)
    world.having(pods=[world.pod("shell"), world.pod("sums", owner=OwnerRef("Job", "sums", "batch"))])
    return world.plan("node-1", "node-2", **options)  # type: ignore[arg-type]
