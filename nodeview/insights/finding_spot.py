"""Nodes that are paid for in full where their pool allows spot."""

from __future__ import annotations

from collections.abc import Generator

from nodeview.insights.contract import Moment
from nodeview.insights.finding import Finding, Part, renewed
from nodeview.records import NodeName
from nodeview.views import PoolView

_CAPACITY = "karpenter.sh/capacity-type"


def find_unused_spot(moment: Moment, before: Part) -> Generator[None, None, Part]:
    """A finding for each pool that says it may use spot, and has on-demand nodes."""
    if before.basis is not None and before.basis[0] is moment.view.pools:
        return before
    paid = {
        pool.key: (pool.name, pool.tally.nodes, _on_demand(pool)) for pool in moment.view.pools if allows_spot(pool)
    }
    yield
    if before.basis is not None and before.basis[1] == paid:
        return Part(before.findings, (moment.view.pools, paid))
    return renewed(before, [_finding(*one) for one in paid.values() if one[2]], (moment.view.pools, paid))


def allows_spot(pool: PoolView) -> bool:
    """Whether its NodePool names spot among what it may use."""
    if pool.record is None:
        return False
    asked = [one for one in pool.record.requirements if one.key == _CAPACITY]
    return bool(asked) and all("spot" in one.values if one.operator == "In" else False for one in asked)


def _on_demand(pool: PoolView) -> tuple[NodeName, ...]:
    leaves = [one for one in pool.leaves if one.kind.capacity_type == "on-demand" and one.kind.phase != "arriving"]
    return tuple(name for leaf in leaves for name in leaf.names)


def _finding(name: str | None, nodes: int, paid: tuple[NodeName, ...]) -> Finding:
    message = (
        f"{len(paid):,} of its {nodes:,} nodes {'is' if len(paid) == 1 else 'are'} on-demand though it allows spot"
    )
    return Finding("on-demand", "info", f"pool/{name}", message, nodes=paid)
