"""What there is to say of one pool beyond its sums; derived for who asks, not for every frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from nodeview.cluster import Failures, Readiness
from nodeview.provisioners import is_behind, pool_names
from nodeview.records import NodeGroup, NodeName, ServerVersion
from nodeview.scheduling import NextStep, Size, next_step
from nodeview.views.cluster import ClusterView
from nodeview.views.node import NodeView
from nodeview.views.pool import PoolView
from nodeview.views.pool_budgets import PoolBudgets, budgets_of

Counted = Mapping[str | None, int]
"""Word → nodes, the most first; None counts those of which it is not known."""


class Coming(msgspec.Struct, frozen=True):
    """How nodes come into a pool."""

    ready: Readiness | None = None
    """How long the last ones took to be ready; None where that is not known of any."""
    failures: Failures | None = None
    """Claims that went away without a node since the last one that got one."""
    claims: int = 0
    """Claims of it that have no node yet."""


class PoolDetails(msgspec.Struct, frozen=True, eq=False):
    """What a pool's nodes are, and what its NodePool or the Cluster Autoscaler allows."""

    groups: Counted
    """Label groups that a pattern gathered here; empty where none did."""
    instance_types: Counted
    images: Counted
    """Machine images, where a label or claim names them."""
    os_images: Counted
    zones: Counted
    behind: int | None
    """Nodes a minor version or more below the control plane; None where its version is not known."""
    step: NextStep | None
    """What the limits leave; None where no NodePool makes these nodes."""
    budgets: PoolBudgets | None
    """None where no NodePool says when its nodes may go."""
    autoscaler: tuple[NodeGroup, ...] = ()
    """The Cluster Autoscaler's groups that are this pool."""
    coming: Coming = Coming()

    @property
    def next_moment(self) -> float | None:
        """When time alone changes something here, epoch seconds."""
        return self.budgets.next_moment if self.budgets is not None else None


def details_of(
    pool: PoolView,
    view: ClusterView,
    sizes: Sequence[Size],
    groups: tuple[NodeGroup, ...],
    control_plane: ServerVersion | None,
    now: float,
) -> PoolDetails:
    """Derive them. `sizes` are the instance types that were seen anywhere, `groups` those joined with this pool."""
    nodes = view.nodes
    views = [nodes[name] for leaf in pool.leaves for name in leaf.names if name in nodes]
    record = pool.record
    gathered = _counted([one.ownership.group for one in views if one.ownership.group])
    return PoolDetails(
        groups=gathered,
        instance_types=_counted([one.traits.instance_type for one in views]),
        images=_counted([image_of(one) for one in views]),
        os_images=_counted([one.record.os_image or None for one in views]),
        zones=_counted([one.traits.zone for one in views]),
        behind=behind_in(pool.versions, control_plane),
        step=next_step(record, sizes, pool.tally.nodes) if record is not None else None,
        budgets=budgets_of(record.disruption.budgets, views, now) if record is not None else None,
        autoscaler=groups,
        coming=coming_of(pool, gathered, view),
    )


def coming_of(pool: PoolView, groups: Counted, view: ClusterView) -> Coming:
    """How nodes come into this pool, in which these label groups are gathered."""
    names = [name for name in (pool.name, *groups) if name is not None]
    failures = view.arrivals.failures.get(pool.name or "")
    claims = sum(1 for one in view.claims.rows.values() if one.pool in names)
    return Coming(view.arrivals.by_pool(*names), failures, claims)


def behind_in(versions: Mapping[str, int], control_plane: ServerVersion | None) -> int | None:
    """How many of these nodes are behind; None where the control plane's version is not known."""
    if control_plane is None:
        return None
    major, minor = control_plane.major, control_plane.minor
    return sum([count for version, count in versions.items() if is_behind(version, major, minor)])


def image_of(view: NodeView) -> str | None:
    """The machine image that a node was made of, by its labels or its claim."""
    return view.traits.image or (view.claim.image if view.claim is not None else "") or None


def names_of(pool: PoolView, nodes: Mapping[NodeName, NodeView]) -> tuple[str, ...]:
    """All that labels call this pool: what patterns gathered in it, and its own name."""
    owned = {nodes[name].ownership for leaf in pool.leaves for name in leaf.names if name in nodes}
    said = [name for ownership in owned for name in pool_names(ownership)]
    return tuple(sorted({*said, *([pool.name] if pool.name else [])}))


def _counted(words: Sequence[str | None]) -> Counted:
    counts = Counter(words)
    return dict(sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], item[0] or "")))
