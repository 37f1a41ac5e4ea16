"""The pods that wait, in groups: only groups whose pods were touched are derived again."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence

from msgspec.structs import replace

from nodeview.insights.contract import Moment
from nodeview.insights.groups import GroupKey, Member, Pending, PendingGroup, group_of, key_of
from nodeview.insights.hints import hint_of
from nodeview.insights.outlook import NO_OUTLOOKS, Outlook, Outlooks
from nodeview.records import NodeName, ObjectKey, Pod
from nodeview.views import NodeView, PendingView, state_of, view_pending

SLICE = 128
"""Pods looked at between two yields: about a millisecond of work."""

Heard = dict[ObjectKey, tuple[PendingView, Pod] | None]
"""What a pod is now, where something was heard of it; None: it waits no more."""


def view_pending_groups(moment: Moment, before: Pending) -> Generator[None, None, Pending]:
    """The groups of this moment, and what was worked out of some of them."""
    starting = dict(before.starting)
    heard = yield from _heard(moment, starting)
    pending = (yield from _regroup(moment, before, heard, starting)) if heard else before
    touched = moment.snapshot.touched
    differs = bool(heard or moment.touched or touched.pools or touched.volumes)
    candidates = [key for key, one in pending.by_key.items() if one.kind == "unschedulable"]
    yield
    found: dict[GroupKey, Outlook] = {}
    outlooks = NO_OUTLOOKS
    if candidates and _knows_all(moment):
        found, outlooks = yield from _surveyed(moment, pending, candidates, differs=differs)
    if found:
        by_key = dict(pending.by_key)
        for key, one in found.items():
            by_key[key] = group_of(key, by_key[key].members, one)
        pending = replace(pending, by_key=by_key, groups=_ordered(by_key))
    return pending if outlooks is pending.outlooks else replace(pending, outlooks=outlooks)


def _knows_all(moment: Moment) -> bool:
    """Half a cluster has no place for anybody: nothing is worked out before nodes and pods were heard to the end."""
    known = {one.resource for one in moment.snapshot.streams if one.synced_once}
    return {"nodes", "pods"} <= known


def _surveyed(
    moment: Moment, pending: Pending, candidates: Sequence[GroupKey], *, differs: bool
) -> Generator[None, None, tuple[dict[GroupKey, Outlook], Outlooks]]:
    from nodeview.insights.survey import Candidate, surveyed  # loaded when the first pod waits

    groups = pending.by_key
    some = {key: Candidate(next(iter(groups[key].members.values())).pod, groups[key].outlook) for key in candidates}
    yield
    return (yield from surveyed(some, moment, pending.outlooks, differs=differs))


def _heard(moment: Moment, starting: dict[NodeName, tuple[ObjectKey, ...]]) -> Generator[None, None, Heard]:
    """What is new of pods without a node and of those that start on a touched node; the latter are noted."""
    heard: Heard = {}
    touched, view = moment.snapshot.touched, moment.view
    keys: Iterable[ObjectKey] = touched.waiting
    if touched.owners or touched.events:
        keys = (*view.waits, *touched.waiting)
    for name in moment.touched:
        here = _starting_on(view.nodes.get(name), moment)
        for key in starting.pop(name, ()):
            heard.setdefault(key, None)
        heard.update(here)
        if here:
            starting[name] = tuple(here)
    yield
    for count, key in enumerate(keys):
        pod, seen = moment.snapshot.waiting.get(key), view.waits.get(key)
        if pod is not None and seen is not None:
            heard[key] = seen, pod
        else:
            heard.setdefault(key, None)
        if count % SLICE == SLICE - 1:
            yield
    return heard


def _starting_on(node: NodeView | None, moment: Moment) -> Heard:
    if node is None or node.counts is None or not node.counts.starting:
        return {}
    owners = moment.view.owners
    return {pod.key: (view_pending(pod, owners), pod) for pod in node.pods if state_of(pod) == "starting"}


def _regroup(
    moment: Moment, before: Pending, heard: Heard, starting: Mapping[NodeName, tuple[ObjectKey, ...]]
) -> Generator[None, None, Pending]:
    placed, groups = dict(before.placed), dict(before.by_key)
    members: dict[GroupKey, dict[ObjectKey, Member]] = {}

    def members_of(key: GroupKey) -> dict[ObjectKey, Member]:
        if key not in members:
            members[key] = dict(groups[key].members) if key in groups else {}
        return members[key]

    for count, (key, now) in enumerate(heard.items()):
        old = placed.pop(key, None)
        new, member = _placed(moment, now) if now is not None else (None, None)
        if old is not None and old != new:
            members_of(old).pop(key, None)
        if new is not None and member is not None:
            placed[key] = new
            if old != new or not _same(groups[new].members.get(key) if new in groups else None, member):
                members_of(new)[key] = member
        if count % SLICE == SLICE - 1:
            yield
    for group_key, some in members.items():
        known = groups.pop(group_key, None)
        if some:
            groups[group_key] = group_of(group_key, some, known.outlook if known else None)
        yield
    ordered = _ordered(groups) if members else before.groups
    return Pending(ordered, groups, placed, starting, before.outlooks)


def _placed(moment: Moment, now: tuple[PendingView, Pod]) -> tuple[GroupKey, Member]:
    """The group a pod belongs to now, and what it is there."""
    view, pod = now
    hint = hint_of(moment.snapshot.events.about(pod.uid), moment.now)
    return key_of(view, pod, hint), Member(view, pod, moment.view.given.is_balloon(pod), hint)


def _same(before: Member | None, now: Member) -> bool:
    return before is not None and before.view == now.view and before.pod is now.pod and before.hint == now.hint


def _ordered(groups: Mapping[GroupKey, PendingGroup]) -> tuple[PendingGroup, ...]:
    return tuple(sorted(groups.values(), key=lambda group: (group.created, group.key)))
