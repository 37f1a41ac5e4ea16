"""Objects of Karpenter's that contradict themselves, each other and the clock, or leave out half."""

from __future__ import annotations

from tests.karpenter.objects import Json, crd
from tests.karpenter.older import condition, named, node

POOL = {"karpenter.sh/nodepool": "whenever"}
SOON = -3600.0
"""Seconds ago: in an hour."""


def crds() -> list[Json]:
    """v1, and a version that nobody knows."""
    return [
        crd("karpenter.sh", "NodePool", "v1"),
        crd("karpenter.sh", "NodeClaim", "v1"),
        crd("karpenter.sh", "NodeOverlay", "v9"),
    ]


def claim(name: str, of: str | None, ago: float = 60) -> Json:
    """A NodeClaim that is done, and names this node."""
    conditions = [condition(one, ago=ago) for one in ("Launched", "Registered", "Initialized", "Ready")]
    status = {"conditions": conditions} | ({"nodeName": of, "providerID": f"aws:///eu-west-1a/{of}"} if of else {})
    return named("NodeClaim", "v1", name, POOL, spec={}, status=status)


def objects() -> list[Json]:
    """All of it."""
    never = {"nodes": "5", "schedule": "every now and then", "duration": "whenever"}
    disruption = {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "1s", "budgets": [never]}
    bare = named("NodeClaim", "v1", "bare")
    done = POOL | {"karpenter.sh/initialized": "true"}
    return [
        named("NodePool", "v1", "whenever", spec={"disruption": disruption}),
        named("NodePool", "v1", "empty-handed"),
        named("NodeOverlay", "v9", "unknown", spec={"price": "1"}),
        bare,
        claim("elsewhere", "nowhere"),
        claim("twin-1", "twin"),
        claim("twin-2", "twin"),
        claim("early", "early", SOON),
        node("twin", done),
        node("early", done),
    ]
