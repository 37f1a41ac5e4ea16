"""All pools with their details, derived again for those of which something differs."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import get_args

import msgspec

from nodeview.provisioners import ProvisionerName, pools_of_groups
from nodeview.records import NodeGroup, NodeName, ServerVersion
from nodeview.scheduling import Size, types_of
from nodeview.views.cluster import ClusterView
from nodeview.views.node import NodeView
from nodeview.views.pool import PoolView
from nodeview.views.pool_details import PoolDetails, coming_of, details_of, names_of

_PROVISIONERS: Mapping[str, ProvisionerName] = {name: name for name in get_args(ProvisionerName)}


class PoolRow(msgspec.Struct, frozen=True, eq=False):
    """One pool and its details."""

    pool: PoolView
    details: PoolDetails

    @property
    def key(self) -> str:
        """What names it for as long as it lives."""
        return f"{self.pool.provisioner}\n{self.pool.name or ''}"


class Pools(msgspec.Struct, frozen=True, eq=False):
    """The pools of one moment, in the order of the view."""

    rows: tuple[PoolRow, ...] = ()
    others: tuple[NodeGroup, ...] = ()
    """Groups of the Cluster Autoscaler of which nobody can say which pool they are."""
    sizes: tuple[Size, ...] = ()
    """The instance types that were seen."""
    control_plane: ServerVersion | None = None
    nodes: Mapping[NodeName, NodeView] = {}
    """What this was derived from."""

    def row(self, provisioner: str, name: str | None) -> PoolRow | None:
        """The pool of this name, if there is one."""
        return next((one for one in self.rows if one.pool.key == (provisioner, name)), None)


NO_POOLS = Pools()


def pools_of(
    view: ClusterView, control_plane: ServerVersion | None, before: Pools, now: float
) -> Generator[None, None, Pools]:
    """Every pool with its details; yields after each, so that others can run. Rows that are the same stay the same."""
    sizes = before.sizes
    if view.nodes is not before.nodes:
        sizes = types_of(one.record for one in view.nodes.values())
        sizes = before.sizes if _same_types(sizes, before.sizes) else sizes
        yield
    joined, others = _joined(view)
    kept = {one.key: one for one in before.rows} if before.control_plane == control_plane else {}
    rows: list[PoolRow] = []
    for pool in view.pools:
        groups = joined.get(pool.key, ())
        old = kept.get(f"{pool.provisioner}\n{pool.name or ''}")
        if old is not None and old.pool is pool and sizes is before.sizes and _holds(old, groups, view, now):
            rows.append(old)
            continue
        rows.append(PoolRow(pool, details_of(pool, view, sizes, groups, control_plane, now)))
        yield
    same = len(rows) == len(before.rows) and all(now_ is then for now_, then in zip(rows, before.rows, strict=True))
    return Pools(before.rows if same else tuple(rows), others, sizes, control_plane, view.nodes)


def _holds(row: PoolRow, groups: tuple[NodeGroup, ...], view: ClusterView, now: float) -> bool:
    """What is beside its nodes says the same."""
    details = row.details
    moment = details.next_moment
    if details.autoscaler != groups or (moment is not None and now >= moment):
        return False
    return details.coming == coming_of(row.pool, details.groups, view)


def _same_types(sizes: Sequence[Size], before: Sequence[Size]) -> bool:
    return [(one.name, one.capacity) for one in sizes] == [(one.name, one.capacity) for one in before]


def _joined(view: ClusterView) -> tuple[Mapping[tuple[str, str | None], tuple[NodeGroup, ...]], tuple[NodeGroup, ...]]:
    """The Cluster Autoscaler's groups by pool, and those that belong to none."""
    groups = view.autoscaler.groups if view.autoscaler is not None else ()
    if not groups:
        return {}, ()
    named = [(_PROVISIONERS.get(one.provisioner, "self-managed"), names_of(one, view.nodes)) for one in view.pools]
    by_pool: dict[tuple[str, str | None], tuple[NodeGroup, ...]] = {}
    others: list[NodeGroup] = []
    for group, place in zip(groups, pools_of_groups(groups, named), strict=True):
        if place is None:
            others.append(group)
        else:
            key = view.pools[place].key
            by_pool[key] = (*by_pool.get(key, ()), group)
    return by_pool, tuple(others)
