"""Pools as a report has them: sums, limits, budgets, what their nodes are, and how nodes come into them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, TypeVar

from nodeview.frame import Frame
from nodeview.records import NodeGroup, NodePool, ServerVersion
from nodeview.report.json_claims import ready_json
from nodeview.report.json_costs import money_json, split_json
from nodeview.report.json_headroom import pool_room_json
from nodeview.report.json_values import amounts_json, instant, number, sums_json
from nodeview.scheduling import NextStep, Size
from nodeview.views import NO_POOLS, ClusterView, Counted, PoolBudgets, PoolRow, Pools, pools_of, version_matrix

Json = dict[str, Any]
Result = TypeVar("Result")
UNKNOWN = ""
"""Counts those of which it is not known: no label has an empty value that says something."""


def derived_pools(frame: Frame) -> Pools:
    """All pools of this frame, at once."""
    return _ended(pools_of(frame.view, frame.identity.version, NO_POOLS, frame.at))


def pools_json(frame: Frame, pools: Pools, *, knows_pods: bool) -> list[Json]:
    """Every pool, by name; nodes of no known pool last."""
    return [_pool(row, frame.view, knows_pods) for row in pools.rows]


def versions_json(pools: Pools) -> Json:
    """The versions of all kubelets together, and the control plane's."""
    matrix = version_matrix([one.pool for one in pools.rows], pools.control_plane, most=1 << 10)
    counts: dict[str, int] = {}
    for row in pools.rows:
        for version, count in row.pool.versions.items():
            counts[version] = counts.get(version, 0) + count
    return {
        "control_plane": _version(pools.control_plane),
        "nodes": dict(sorted(counts.items())),
        "behind": matrix.total.behind,
        "mixed_pools": [row.name for row in matrix.rows if row.name is not None and row.mixed],
    }


def autoscaler_json(frame: Frame, pools: Pools) -> Json | None:
    """What the Cluster Autoscaler says of itself, and its groups that are no pool here; null where it does not run."""
    said = frame.view.autoscaler
    if said is None:
        return None
    return {
        "running": said.running,
        "health": said.health or None,
        "scale_up": said.scale_up or None,
        "scale_down": said.scale_down or None,
        "unreadable": said.unreadable or None,
        "other_groups": [_group(one) for one in pools.others],
    }


def _pool(row: PoolRow, view: ClusterView, knows_pods: bool) -> Json:
    pool, details, priced = row.pool, row.details, view.given.priced
    record, tally = pool.record, pool.tally
    return {
        "name": pool.name,
        "provisioner": pool.provisioner,
        "nodes": tally.nodes,
        "pods": tally.pods.total if tally.pods and knows_pods else None,
        **sums_json(tally, knows_pods),
        "headroom": pool_room_json(view.headroom, pool.provisioner, pool.name, known=knows_pods),
        **_limits(record),
        "money": money_json(tally, priced=priced),
        "split": split_json(tally, known=priced and knows_pods),
        "versions": dict(pool.versions),
        "budgets": _budgets(details.budgets),
        "ready_s": ready_json(view.arrivals, pool.name, *details.groups),
        "groups": _counts(details.groups),
        "phases": {phase: count for phase, count in tally.phases.items() if count},
        "capacity_types": _counts(tally.capacity_types),
        "instance_types": _counts(details.instance_types),
        "images": _counts(details.images),
        "os_images": _counts(details.os_images),
        "zones": _counts(details.zones),
        "mixed": len(pool.versions) > 1,
        "behind_control_plane": details.behind,
        "next_step": _step(details.step),
        "may_go": _may_go(details.budgets),
        "policy": _policy(record),
        "conditions": _conditions(record),
        "claims": details.coming.claims,
        "autoscaler": [_group(one) for one in details.autoscaler],
    }


def _limits(record: NodePool | None) -> Json:
    limits = record.limits if record is not None else {}
    used = record.resources if record is not None else {}
    return {
        "limits": amounts_json(limits) if limits else None,
        "used_of_limits": {name: _share(used.get(name), limit) for name, limit in limits.items()} if limits else None,
    }


def _share(used: int | None, limit: int) -> float | None:
    return used / limit if used is not None and limit else None


def _step(step: NextStep | None) -> Json | None:
    """What the limits leave, and the smallest machine that fits; null where no NodePool makes the nodes."""
    if step is None:
        return None
    return {
        "left": {one.resource: None if one.left is None else number(one.left) for one in step.limits},
        "closed": step.closed,
        "smallest": _size(step.smallest),
        "least": _size(step.least),
        "over": {one.about: number(one.missing or 0) for one in step.over},
        "complete": step.complete,
    }


def _size(size: Size | None) -> Json | None:
    if size is None:
        return None
    some = {name: size.capacity[name] for name in ("cpu", "memory") if name in size.capacity}
    return {"instance_type": size.name, "capacity": amounts_json(some)}


def _budgets(said: PoolBudgets | None) -> list[Json] | None:
    """Each budget as written, and what it allows now; null where no NodePool says."""
    if said is None:
        return None
    return [
        {
            "nodes": one.written.nodes,
            "reasons": list(one.written.reasons),
            "schedule": one.written.schedule or None,
            "duration": one.written.duration or None,
            "default": said.is_default,
            "active": one.active,
            "until": instant(one.until),
            "allows": one.allows,
            "unreadable": one.unreadable or None,
        }
        for one in said.budgets
    ]


def _may_go(said: PoolBudgets | None) -> Json | None:
    """By reason how many nodes may go now, those that are going already not among them."""
    if said is None:
        return None
    return {
        "of_nodes": said.nodes,
        "disrupting": said.disrupting,
        "reasons": {
            one.reason: {
                "allowed": one.allowed,
                "remaining": one.remaining,
                "until": instant(one.until),
                "opens_at": instant(one.opens_at) if one.closed else None,
                "unreadable": one.unreadable or None,
            }
            for one in said.allowances
        },
    }


def _policy(record: NodePool | None) -> Json | None:
    """When Karpenter takes nodes away without being asked; null where no NodePool says."""
    if record is None:
        return None
    disruption = record.disruption
    expires = record.expire_after if record.expire_after is not None else record.template_expire_after
    return {
        "consolidation": disruption.policy or None,
        "consolidate_after_s": disruption.after,
        "consolidate_never": disruption.said_after and disruption.after is None,
        "expire_after_s": expires,
        "grace_s": record.grace_s,
        "weight": record.weight,
        "static_replicas": record.static_replicas,
        "deleted": instant(record.deleted),
    }


def _conditions(record: NodePool | None) -> list[Json]:
    return [
        {
            "type": one.type,
            "status": one.status,
            "reason": one.reason or None,
            "message": one.message or None,
            "since": instant(one.since),
        }
        for one in (record.conditions if record is not None else ())
    ]


def _group(one: NodeGroup) -> Json:
    return {
        "name": one.name,
        "health": one.health or None,
        "ready": one.ready,
        "target": one.target,
        "min": one.min_size,
        "max": one.max_size,
        "scale_up": one.scale_up or None,
        "backoff": one.backoff or None,
        "scale_down": one.scale_down or None,
        "candidates": one.candidates,
    }


def _counts(counts: Counted | Mapping[str | None, int]) -> Json:
    return {UNKNOWN if word is None else word: count for word, count in counts.items() if count}


def _version(version: ServerVersion | None) -> str | None:
    return version.text if version is not None else None


def _ended(work: Generator[None, None, Result]) -> Result:
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: Result = done.value
            return result
