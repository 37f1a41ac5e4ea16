"""What a pool's limits leave, and the smallest machine that it may still make of that.

Karpenter drops every instance type whose whole capacity is more than what a limit leaves: of 3 vCPU that are left,
a type of 4 can take nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nodeview.records import NANO, NodePool
from nodeview.scheduling.node_pool import OF_EVERY_MACHINE, Size, over_limits, sizes_for
from nodeview.scheduling.reason import Reason

NODES = "nodes"
"""The limit that counts machines."""


class LimitLeft(msgspec.Struct, frozen=True, gc=False):
    """One limit, in nano-units; `nodes` in nano-nodes."""

    resource: str
    limit: int
    used: int | None
    """None where the pool does not say."""

    @property
    def left(self) -> int | None:
        """Below 0 where more is used than allowed; None where it is not known."""
        return None if self.used is None else self.limit - self.used

    @property
    def spent(self) -> bool:
        """No machine at all can be added, whatever its type."""
        return self.left is not None and (self.left < 0 or (self.left == 0 and self.resource in OF_EVERY_MACHINE))


class NextStep(msgspec.Struct, frozen=True, eq=False):
    """The next machine of a pool, as far as its limits and the instance types that were seen tell."""

    limits: tuple[LimitLeft, ...]
    """Empty: nothing limits the pool."""
    smallest: Size | None = None
    """The smallest type that the limits leave room for."""
    least: Size | None = None
    """The smallest type that the pool makes at all."""
    over: tuple[Reason, ...] = ()
    """Why not even the least fits."""
    complete: bool = False
    """All types that the pool may make were seen: no other is smaller."""

    @property
    def closed(self) -> bool:
        """No machine can be added, as far as is known."""
        return any(one.spent for one in self.limits) or bool(self.over)


def next_step(pool: NodePool, sizes: Iterable[Size], nodes: int) -> NextStep:
    """What the pool's limits leave, of which types; `nodes` are those it has, where its status does not say."""
    limits = limits_of(pool, nodes)
    makeable, complete = sizes_for(pool, sizes)
    by_size = sorted(makeable, key=_size)
    if not limits:
        first = by_size[0] if by_size else None
        return NextStep((), first, first, (), complete)
    left = {one.resource: one.left for one in limits if one.left is not None}
    smallest = next((one for one in by_size if not over_limits(one, left)), None)
    least = by_size[0] if by_size else None
    over = over_limits(least, left) if least is not None and smallest is None else ()
    return NextStep(limits, smallest, least, over, complete)


def limits_of(pool: NodePool, nodes: int) -> tuple[LimitLeft, ...]:
    """The pool's limits, `nodes` first; `nodes` are those it has, where its status does not say."""
    written = dict(pool.limits)
    if pool.node_limit is not None:
        written[NODES] = pool.node_limit * NANO
    used = {NODES: nodes * NANO, **pool.resources} if written else {}
    names = sorted(written, key=lambda name: (name != NODES, name))
    # A pool that uses nothing says nothing: its status has no resources at all.
    empty = not pool.resources and not nodes
    return tuple(LimitLeft(name, written[name], 0 if empty else used.get(name)) for name in names)


def _size(size: Size) -> tuple[int, int, str]:
    return size.capacity.get("cpu", 0), size.capacity.get("memory", 0), size.name
