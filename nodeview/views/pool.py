"""What a pool amounts to: the sums of its nodes, and what its NodePool says, if it has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from nodeview.provisioners import ownership_of_pool
from nodeview.records import NodePool
from nodeview.views.tallies import Leaf, Tally, total

KARPENTERS = ("karpenter", "eks-auto", "kwok")
"""Provisioners whose pools are NodePools."""

PoolKey = tuple[str, str | None]
"""Provisioner and name."""


class PoolView(msgspec.Struct, frozen=True, eq=False):
    """One pool: its nodes' sums and its limits, if it has any. `name` None gathers the nodes of no known pool."""

    name: str | None
    provisioner: str
    tally: Tally
    versions: Mapping[str, int]
    """Kubelet version → nodes."""
    record: NodePool | None
    leaves: tuple[Leaf, ...] = ()
    """What its sums are made of; none where it has no node."""

    @property
    def key(self) -> PoolKey:
        return self.provisioner, self.name


def view_pools(
    leaves: Iterable[Leaf],
    records: Mapping[str, NodePool],
    resources: tuple[str, ...],
    before: tuple[PoolView, ...],
    no_pods: str = "",
) -> tuple[PoolView, ...]:
    """Every pool that has a node or is a NodePool, by name; those of which nothing differs are those of `before`.

    `no_pods` says why pods are not known, where they are not.
    """
    members: dict[PoolKey, list[Leaf]] = {}
    for leaf in leaves:
        members.setdefault((leaf.kind.provisioner, leaf.kind.pool), []).append(leaf)
    for name, record in records.items():
        if not any((provisioner, name) in members for provisioner in KARPENTERS):
            members[ownership_of_pool(record).provisioner, name] = []
    old = {one.key: one for one in before}
    ordered = sorted(members, key=lambda key: (key[1] is None, key[1] or "", key[0]))
    pools = tuple(
        [_pool(key, tuple(members[key]), _record(key, records), resources, old.get(key), no_pods) for key in ordered]
    )
    same = len(pools) == len(before) and all(now is then for now, then in zip(pools, before, strict=True))
    return before if same else pools


def _record(key: PoolKey, records: Mapping[str, NodePool]) -> NodePool | None:
    provisioner, name = key
    return records.get(name) if name and provisioner in KARPENTERS else None


def _pool(
    key: PoolKey,
    leaves: tuple[Leaf, ...],
    record: NodePool | None,
    resources: tuple[str, ...],
    before: PoolView | None,
    no_pods: str,
) -> PoolView:
    if before is not None and leaves and before.record is record and _same(before.leaves, leaves):
        return before
    tally = total(leaves, resources)
    if not leaves and no_pods:
        tally = tally.without_pods(no_pods)
    if before is not None and not leaves and not before.leaves and before.record is record and before.tally == tally:
        return before
    return PoolView(key[1], key[0], tally, versions_of(leaves), record, leaves)


def _same(before: Sequence[Leaf], now: Sequence[Leaf]) -> bool:
    return len(before) == len(now) and all(one is other for one, other in zip(before, now, strict=True))


def versions_of(leaves: Iterable[Leaf]) -> Mapping[str, int]:
    """Kubelet version → nodes."""
    versions: Counter[str] = Counter()
    for leaf in leaves:
        versions[leaf.kind.version] += len(leaf.names)
    return versions
