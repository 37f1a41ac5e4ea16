"""Raw JSON of Karpenter's NodePools and NodeClaims, and the conditions a NodeClaim goes through."""

from __future__ import annotations

from nodeview.demo.catalogue import Pool
from nodeview.demo.objects import condition, owner
from nodeview.demo.resources import Obj
from nodeview.demo.times import stamp

GROUP = "karpenter.sh/v1"
CLASS = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
BUDGETS: dict[str, list[Obj]] = {
    "api": [{"nodes": "20%"}, {"nodes": "0", "reasons": ["Underutilized"], "schedule": "0 2 * * *", "duration": "1h"}],
    "web": [{"nodes": "20%"}, {"nodes": "5"}],
    "batch": [{"nodes": "100%", "reasons": ["Empty"]}, {"nodes": "1", "reasons": ["Drifted", "Underutilized"]}],
    "data": [{"nodes": "0", "reasons": ["Empty", "Underutilized"]}, {"nodes": "1", "reasons": ["Drifted"]}],
}
"""How many nodes of a pool may be disrupted at once; of the others as Karpenter has it by itself."""
GRACE = {"batch": "2h"}
"""How long nodes of a pool may drain, whatever protects their pods."""


def requirement(key: str, *values: str) -> Obj:
    """A requirement that a label be one of some values."""
    return {"key": key, "operator": "In", "values": list(values)}


def node_pool(pool: Pool, created: float) -> Obj:
    """A NodePool that is ready; its usage comes later."""
    capacities = ("spot", "on-demand") if pool.spot else ("on-demand",)
    spec: Obj = {
        "expireAfter": "168h",
        "nodeClassRef": dict(CLASS),
        "requirements": [
            requirement("karpenter.sh/capacity-type", *capacities),
            requirement("node.kubernetes.io/instance-type", *pool.types),
        ],
    }
    if pool.name in GRACE:
        spec["terminationGracePeriod"] = GRACE[pool.name]
    if pool.tainted:
        spec["taints"] = [{"key": "dedicated", "value": pool.name, "effect": "NoSchedule"}]
    disruption = {
        "budgets": BUDGETS.get(pool.name, [{"nodes": "10%"}]),
        "consolidateAfter": pool.consolidate_after,
        "consolidationPolicy": pool.policy,
    }
    conditions = [
        condition(kind, "True", created)
        for kind in ("ValidationSucceeded", "NodeClassReady", "NodeRegistrationHealthy", "Ready")
    ]
    return {
        "kind": "NodePool",
        "apiVersion": GROUP,
        "metadata": {
            "name": pool.name,
            "creationTimestamp": stamp(created),
            "annotations": {"karpenter.sh/nodepool-hash": "7514362197315342190"},
        },
        "spec": {
            "disruption": disruption,
            "limits": {"cpu": str(pool.limit_cpu), "memory": f"{pool.limit_cpu * 8}Gi"},
            "template": {"metadata": {"labels": {"team": pool.name}}, "spec": spec},
            "weight": 10,
        },
        "status": {"conditions": conditions, "resources": {}, "nodes": 0},
    }


def claim(pool: Obj, name: str, labels: dict[str, str], pods: Obj, created: float) -> Obj:
    """A NodeClaim as Karpenter first writes it: what is wanted, and nothing known."""
    spec = pool["spec"]["template"]["spec"]
    wanted = ("karpenter.sh/capacity-type", "node.kubernetes.io/instance-type", "topology.kubernetes.io/zone")
    made: Obj = {
        "expireAfter": spec["expireAfter"],
        "nodeClassRef": dict(CLASS),
        "requirements": [requirement(key, labels[key]) for key in wanted]
        + [requirement("karpenter.sh/nodepool", pool["metadata"]["name"])],
        "resources": {"requests": pods},
    }
    made |= {word: spec[word] for word in ("taints", "terminationGracePeriod") if word in spec}
    return {
        "kind": "NodeClaim",
        "apiVersion": GROUP,
        "metadata": {
            "name": name,
            "creationTimestamp": stamp(created),
            "finalizers": ["karpenter.sh/termination"],
            "labels": {key: value for key, value in labels.items() if "hostname" not in key},
            "annotations": {"karpenter.sh/nodepool-hash": "7514362197315342190"},
            "ownerReferences": [owner("NodePool", GROUP, pool)],
        },
        "spec": made,
        "status": {},
    }


def awaiting(now: float) -> list[Obj]:
    """The conditions of a NodeClaim that nobody has acted on yet."""
    found = [
        condition(kind, "Unknown", now, "AwaitingReconciliation", "object is awaiting reconciliation")
        for kind in ("Initialized", "Launched", "Registered")
    ]
    found.append(condition("Ready", "Unknown", now, "ReconcilingDependents", "reconciling dependents"))
    return found


def registered_claim(pool: Obj, node: Obj, name: str, created: float, now: float) -> Obj:
    """The NodeClaim of a node that has long been in use."""
    pods = {"cpu": "2", "memory": "4Gi", "pods": "12"}
    made = claim(pool, name, node["metadata"]["labels"], pods, created)
    conditions = [
        condition(kind, "True", created + later)
        for kind, later in (("Launched", 3), ("Registered", 24), ("Initialized", 38), ("Ready", 38))
    ]
    made["status"] = {
        "providerID": node["spec"]["providerID"],
        "nodeName": node["metadata"]["name"],
        "imageID": "ami-0b7a6c1d2e3f40516",
        "capacity": node["status"]["capacity"],
        "allocatable": node["status"]["allocatable"],
        "conditions": conditions,
        "lastPodEventTime": stamp(now - min(900, now - created)),
    }
    return made
