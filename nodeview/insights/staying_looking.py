"""Which nodes to look at again for what keeps them, and what is found."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping

from msgspec.structs import replace

from nodeview.insights.contract import Moment
from nodeview.insights.staying import NodeStay, Staying
from nodeview.insights.staying_autoscaler import groups_of
from nodeview.insights.staying_last_word import last_word
from nodeview.insights.staying_leaving import Drain, drain_of, is_leaving
from nodeview.insights.staying_pool import PoolStay, pool_stay, share_of_pool
from nodeview.records import NodeName, VolumeAttachment
from nodeview.scheduling import BudgetIndex
from nodeview.views import why_unheard

SLICE = 32
"""Nodes looked at between two yields: under a millisecond of work."""
_MANY = 1024
"""Nodes only counted between two yields."""
_LISTS = {"poddisruptionbudgets.policy": "PDBs", "nodeclaims.karpenter.sh": "NodeClaims"}


def look_again(moment: Moment, before: Staying) -> Generator[None, None, Staying]:
    """Look again at the nodes of which something was heard; what all nodes share is judged when asked."""
    snapshot = moment.snapshot
    touched = snapshot.touched
    first = before.index is None  # budgets may have been heard of before the first node
    budgets = BudgetIndex(snapshot.budgets, before.index) if touched.budgets or first else before.budgets
    stale = _stale(moment, before, budgets)
    yield
    nodes, uids, counts_differ = yield from _looked(moment, before, budgets, stale)
    pools = yield from _pools(moment, before, nodes, counts_differ=counts_differ)
    asked = before.asked.union(_group_name(nodes[name]) for name in stale if name in nodes)
    groups = before.groups
    if touched.autoscaler or len(asked) > len(before.asked):
        groups = groups_of(snapshot.autoscaler, asked)
    unheard = {one: why for one, what in _LISTS.items() if (why := _unheard(moment, one, what))}
    now = Staying(
        nodes,
        pools,
        groups if groups != before.groups else before.groups,
        budgets,
        snapshot.autoscaler is not None,
        unheard,
        min((one.next_change for one in pools.values() if one.next_change is not None), default=None),
        uids,
        snapshot.events.heard,
        moment.view.given.is_balloon,
        asked,
    )
    return before if _same(now, before) else now


def _group_name(known: NodeStay) -> str:
    ownership = known.view.ownership
    return ownership.group or ownership.pool or ""


def _same(now: Staying, before: Staying) -> bool:
    return (
        now.nodes is before.nodes
        and now.pools is before.pools
        and now.groups is before.groups
        and now.budgets is before.budgets
        and now.has_autoscaler == before.has_autoscaler
        and now.unheard == before.unheard
        and now.heard == before.heard
    )


def _stale(moment: Moment, before: Staying, budgets: BudgetIndex) -> set[NodeName]:
    """Nodes to look at again: touched ones, those an Event is about, those whose pods other budgets mean now."""
    stale = set(moment.touched)
    for uid in moment.snapshot.events.since(before.heard):
        name = before.uids.get(uid)
        if name is not None:
            stale.add(name)
    if budgets is not before.budgets:
        changed = budgets.reselected(before.budgets)
        if changed:
            stale.update(name for name, one in before.nodes.items() if not changed.isdisjoint(one.view.namespaces))
    if moment.snapshot.touched.volumes:
        stale.update(name for name, one in before.nodes.items() if one.drain is not None)
    return stale


def _looked(
    moment: Moment, before: Staying, budgets: BudgetIndex, stale: Collection[NodeName]
) -> Generator[None, None, tuple[Mapping[NodeName, NodeStay], Mapping[str, NodeName], bool]]:
    """The nodes and whose uids are whose, and whether one of them counts otherwise for its pool."""
    if not stale:
        return before.nodes, before.uids, False
    nodes = dict(before.nodes)
    uids: dict[str, NodeName] | None = None
    counts_differ = False
    for count, name in enumerate(stale):
        old, new = nodes.pop(name, None), _look(moment, name, before.nodes.get(name), budgets)
        if new is not None:
            nodes[name] = new
        counts_differ = counts_differ or (old.share if old else None) != (new.share if new else None)
        if _uids(old) != _uids(new):
            uids = dict(before.uids) if uids is None else uids
            for uid in _uids(old):
                uids.pop(uid, None)
            uids.update(dict.fromkeys(_uids(new), name))
        if count % SLICE == SLICE - 1:
            yield
    return nodes, before.uids if uids is None else uids, counts_differ


def _look(moment: Moment, name: NodeName, before: NodeStay | None, budgets: BudgetIndex) -> NodeStay | None:
    view = moment.view.nodes.get(name)
    if view is None:
        return None
    said = moment.snapshot.events.about(view.record.uid)
    if view.claim is not None:
        said += moment.snapshot.events.about(view.claim.uid)
    word = last_word(said, view.pods, budgets.names) if said else None
    drain: Drain | None = None
    attached: tuple[VolumeAttachment, ...] = ()
    if is_leaving(view, before.drain if before is not None else None):
        drain = drain_of(
            view, before.view if before is not None else None, before.drain if before is not None else None
        )
        attached = moment.snapshot.volumes.attached.get(name, ())
    return NodeStay(view, share_of_pool(view), word, drain, attached)


def _uids(known: NodeStay | None) -> tuple[str, ...]:
    if known is None:
        return ()
    claim = known.view.claim
    return (known.view.record.uid,) if claim is None else (known.view.record.uid, claim.uid)


def _pools(
    moment: Moment, before: Staying, nodes: Mapping[NodeName, NodeStay], *, counts_differ: bool
) -> Generator[None, None, Mapping[str, PoolStay]]:
    """The pools of which something differs are judged again, and those whose budgets have opened or closed since."""
    due = before.next_moment is not None and moment.now >= before.next_moment
    records = moment.snapshot.node_pools
    if not (counts_differ or due or moment.snapshot.touched.pools):
        return before.pools
    counts = {name: (one.nodes, one.disrupting) for name, one in before.pools.items()}
    if counts_differ:
        counts = yield from _counted(nodes.values())
    found: dict[str, PoolStay] = {}
    for count, (name, record) in enumerate(records.items()):
        old, (counted, disrupting) = before.pools.get(name), counts.get(name, (0, 0))
        same = old is not None and (old.nodes, old.disrupting) == (counted, disrupting)
        if old is not None and same and old.record.disruption == record.disruption and not old.is_due(moment.now):
            found[name] = old if old.record is record else replace(old, record=record)
        else:
            found[name] = pool_stay(record, counted, disrupting, moment.now)
        if count % SLICE == SLICE - 1:
            yield
    differs = found.keys() != before.pools.keys() or any(found[name] is not before.pools[name] for name in found)
    return found if differs else before.pools


def _counted(nodes: Iterable[NodeStay]) -> Generator[None, None, dict[str, tuple[int, int]]]:
    """How many nodes of each pool its budgets count, and how many of those are going."""
    counts: dict[str, tuple[int, int]] = {}
    for number, one in enumerate(nodes):
        share = one.share
        if share is not None and share.counted:
            counted, disrupting = counts.get(share.pool, (0, 0))
            counts[share.pool] = counted + 1, disrupting + share.disrupting
        if number % _MANY == _MANY - 1:
            yield
    return counts


def _unheard(moment: Moment, resource: str, what: str) -> str:
    """Why a list that reasons hang on is not known; an absent one holds nothing."""
    for one in moment.view.streams:
        if one.resource == resource and one.state == "absent":
            return ""
    why = why_unheard(moment.view.streams, resource)
    return f"{what}{why.removeprefix(resource)}" if why else ""
