"""Who may add nodes while a rotation runs, how many, of which size and at which price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from nodeview.actions.scope import Scope, open_node
from nodeview.provisioners import pool_names
from nodeview.records import NANO, Amounts, Node, NodeGroup, NodePool
from nodeview.scheduling import Size, next_step, types_of
from nodeview.views import NodeView, of_whole

KARPENTERS = ("karpenter", "eks-auto", "kwok")
_HEALTH = ("Ready", "NodeClassReady", "NodeRegistrationHealthy")


class Maker(msgspec.Struct, frozen=True, eq=False):
    """A NodePool, or a group that the Cluster Autoscaler scales, and the node that it would most likely add."""

    name: str
    pool: NodePool | None
    """None for a group."""
    sample: Node | None
    """A node of it as a new one will be; None where it has none now."""
    size: Size | None
    """None where nobody can say what it makes."""
    most: int | None
    """Nodes that it may add; None where no limit of it is known."""
    hourly: int | None = None
    """Nano-units of `currency` for one more; None where unknown."""
    currency: str = "USD"
    closed: str = ""
    """Why it adds none; empty where it does."""
    bound: tuple[str, ...] = ()
    """What limits it, in words: `cpu: 16 of 64 left`."""

    @property
    def free(self) -> Amounts:
        """What pods find on a new one, nano-units; nothing where that is not known."""
        return {} if self.size is None else self.size.free


def makers_of(scope: Scope) -> tuple[Maker, ...]:
    """All of them, NodePools first, the weightier before the others."""
    members: dict[str, list[NodeView]] = {}
    for one in scope.view.nodes.values():
        for name in pool_names(one.ownership):
            members.setdefault(name, []).append(one)
    types = types_of(one.record for one in scope.view.nodes.values())
    pools = sorted(scope.snapshot.node_pools.values(), key=lambda one: (-one.weight, one.name))
    found = [_of_pool(pool, members.get(pool.name, ()), types) for pool in pools]
    status = scope.snapshot.autoscaler
    if status is not None and status.running:
        named = [name for name, nodes in members.items() if nodes[0].ownership.provisioner not in KARPENTERS]
        for name in sorted(named):
            group = group_of(name, status.groups)
            if group is not None:
                found.append(_of_group(name, group, members[name], types))
    return tuple(found)


def _of_pool(pool: NodePool, nodes: Sequence[NodeView], types: Sequence[Size]) -> Maker:
    sample = _sample(nodes)
    step = next_step(pool, types, len(nodes))
    size = _size_of(sample) if sample is not None else step.smallest or step.least
    left = {one.resource: one.left for one in step.limits}
    most = [_many(left[name], size, name) for name in left]
    known = [one for one in most if one is not None]
    hourly, currency = _price(nodes, sample)
    return Maker(
        name=pool.name,
        pool=pool,
        sample=None if sample is None else open_node(sample.record, pool.taints),
        size=size,
        most=min(known, default=None),
        hourly=hourly,
        currency=currency,
        closed=why_pool_makes_none(pool),
        bound=tuple(_left_words(one.resource, one.left, one.limit) for one in step.limits),
    )


def why_pool_makes_none(pool: NodePool) -> str:
    """Its conditions in words; empty where nothing speaks against it."""
    if pool.deleted is not None:
        return "it is being deleted"
    if pool.static_replicas is not None:
        return "it is static: it adds nodes only to replace those it lost"
    for type_ in _HEALTH:
        said = next((one for one in pool.conditions if one.type == type_ and one.status == "False"), None)
        if said is not None:
            return f"{type_} is False" + (f": {said.message or said.reason}" if said.message or said.reason else "")
    return "it is not Ready" if pool.ready is False else ""


def _of_group(name: str, group: NodeGroup, nodes: Sequence[NodeView], types: Sequence[Size]) -> Maker:
    sample = _sample(nodes)
    hourly, currency = _price(nodes, sample)
    known = group.max_size is not None and group.target is not None
    most = max((group.max_size or 0) - (group.target or 0), 0) if known else None
    return Maker(
        name=name,
        pool=None,
        sample=None if sample is None else open_node(sample.record, _lasting(sample)),
        size=None if sample is None else _size_of(sample),
        most=most,
        hourly=hourly,
        currency=currency,
        closed=why_group_makes_none(group),
        bound=(f"{group.target} of at most {group.max_size} nodes",) if known else (),
    )


def _lasting(one: NodeView) -> tuple[object, ...]:
    """Taints that a new node of the group will have too: not those that Kubernetes or an autoscaler gave this one."""
    passing = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "nodeview.dev/")
    kept = (taint for taint in one.record.taints if not taint.key.startswith(passing))
    return tuple(taint for taint in kept if not taint.key.endswith("ClusterAutoscaler") and not taint.time_added)


def why_group_makes_none(group: NodeGroup) -> str:
    """Why the Cluster Autoscaler adds nothing to it; empty where it does."""
    if group.scale_up == "Backoff":
        return f"it is in backoff{f': {group.backoff}' if group.backoff else ''}"
    if group.health and group.health != "Healthy":
        return f"the Cluster Autoscaler calls it {group.health}"
    if group.target is not None and group.target == group.max_size:
        return f"it is at its maximum of {group.max_size} nodes"
    return ""


def group_of(pool: str, groups: Sequence[NodeGroup]) -> NodeGroup | None:
    """The group behind a pool: EKS and eksctl put the pool's name between the parts of the ASG's."""
    exact = [one for one in groups if one.name == pool]
    within = [one for one in groups if f"-{pool}-" in f"-{one.name}-"]
    found = exact or within
    return found[0] if len(found) == 1 else None


def _sample(nodes: Sequence[NodeView]) -> NodeView | None:
    """The newest node of the type that most of them have."""
    if not nodes:
        return None
    types = Counter(one.traits.instance_type for one in nodes)
    most = max(types, key=lambda name: (types[name], name or ""))
    return max((one for one in nodes if one.traits.instance_type == most), key=lambda one: one.record.created)


def _size_of(one: NodeView) -> Size:
    record = one.record
    free = {name: whole - one.daemons.get(name, 0) for name, whole in record.allocatable.items()}
    return Size(one.traits.instance_type or record.name, {}, record.capacity or record.allocatable, free)


def _many(left: int | None, size: Size | None, resource: str) -> int | None:
    if left is None:
        return None
    if resource == "nodes":
        return max(left // NANO, 0)
    whole = size.capacity.get(resource, 0) if size is not None else 0
    if left <= 0:
        return 0
    return left // whole if whole else None


def _price(nodes: Sequence[NodeView], sample: NodeView | None) -> tuple[int | None, str]:
    alike = [one.price for one in nodes if sample and one.traits.instance_type == sample.traits.instance_type]
    known = sorted((one.hourly, one.currency) for one in alike if one.hourly is not None)
    return known[len(known) // 2] if known else (None, "USD")


def _left_words(resource: str, left: int | None, limit: int) -> str:
    if left is None:
        return f"{resource}: not known what is left"
    return f"{resource}: {of_whole(resource, max(left, 0), limit)} left"
