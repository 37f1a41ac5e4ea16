"""Which targets are at work at once, and which workloads are restarted with them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nodeview.actions.scope import Affected, Scope
from nodeview.records import NodeName
from nodeview.views import NodeView

MOST_AGAIN = 1_000
"""Restarts at most that are planned for pods that may come to a target which is still open."""


class Batch(msgspec.Struct, frozen=True, eq=False):
    """Some targets, and the workloads with pods on them."""

    targets: tuple[NodeView, ...]
    affected: tuple[Affected, ...]
    """Restarted with these."""
    again: tuple[Affected, ...]
    """Restarted with an earlier batch: once more only if pods of it came here meanwhile."""

    @property
    def names(self) -> frozenset[NodeName]:
        """Of its targets."""
        return frozenset(one.name for one in self.targets)


def batches_of(scope: Scope) -> tuple[Batch, ...]:
    """The batches in their order. Each workload is restarted with the first that has pods of it; where targets stay
    open until their turn, pods may come to one that is still to follow, and are looked for there."""
    groups = _grouped(scope)
    done: dict[int, Affected] = {}
    found: list[Batch] = []
    open_ = scope.options.cordon == "batch"
    every = not are_too_many(scope, len(groups))
    homes = [frozenset(pod.node for pod in one.here) for one in scope.affected]
    for group in groups:
        names = {one.name for one in group}
        here = [one for one, nodes in zip(scope.affected, homes, strict=True) if not nodes.isdisjoint(names)]
        first = tuple(one for one in here if id(one) not in done)
        again = tuple(done.values()) if every else tuple(one for one in here if id(one) in done)
        done.update((id(one), one) for one in first)
        found.append(Batch(tuple(group), first, again if open_ else ()))
    return tuple(found)


def are_too_many(scope: Scope, batches: int) -> bool:
    """Whether looking for every workload in every later batch would make a plan that nobody can read."""
    return scope.options.cordon == "batch" and len(scope.affected) * (batches - 1) > MOST_AGAIN


def _grouped(scope: Scope) -> list[list[NodeView]]:
    """Targets cut into batches; with one zone at a time, no batch is of two."""
    size = scope.options.batch_of(len(scope.targets))
    if not scope.options.one_zone_at_a_time:
        return _cut(scope.targets, size)
    zones: dict[str, list[NodeView]] = {}
    for one in scope.targets:
        zones.setdefault(one.traits.zone or "", []).append(one)
    return [batch for zone in sorted(zones) for batch in _cut(zones[zone], size)]


def _cut(targets: Sequence[NodeView], size: int) -> list[list[NodeView]]:
    return [list(targets[start : start + size]) for start in range(0, len(targets), size)]


def may_move_twice(scope: Scope, batches: Sequence[Batch]) -> int:
    """Pods at most that come, when they are restarted, to a target that is still open."""
    if scope.options.cordon == "all":
        return 0
    return sum(one.replicas for batch in batches[:-1] for one in batch.affected)
