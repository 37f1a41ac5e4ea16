"""The claims without a node of a Report, and how long a pool's nodes took to be ready."""

from __future__ import annotations

from typing import Any

from nodeview.cluster import Arrivals
from nodeview.report.json_costs import price_json
from nodeview.views import Claims, ClaimView

Json = dict[str, Any]


def claims_json(claims: Claims, at: float) -> list[Json]:
    """Each NodeClaim that has no node, the oldest first."""
    return [_claim(one, at) for one in claims.rows.values()]


def ready_json(arrivals: Arrivals, *pools: str | None) -> Json:
    """Median and worst, in seconds, of the last nodes of these pools; null where none is known."""
    readiness = arrivals.by_pool(*pools)
    if readiness is None:
        return {"median": None, "worst": None}
    return {"median": readiness.median_s, "worst": readiness.worst_s}


def _claim(view: ClaimView, at: float) -> Json:
    return {
        "name": view.name,
        "pool": view.pool,
        "instance_type": view.traits.instance_type,
        "capacity_type": view.capacity_type,
        "zone": view.traits.zone,
        "phase": view.standing.phase,
        "age_s": max(0.0, round(at - view.record.created, 3)),
        "reason": view.standing.reason or None,
        "price": price_json(view.price),
    }
