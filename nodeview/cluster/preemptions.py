"""Preemptions, folded from what pods and Events say, in whatever order that is heard."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from nodeview.cluster.chronicle import KEPT, Chronicle
from nodeview.cluster.pod_places import NodeAt, PodAt
from nodeview.cluster.preemption import (
    BY_SCHEDULER,
    Durations,
    Preemption,
    Preemptions,
    read_preempted,
    runs_since,
)
from nodeview.cluster.preemption_words import words_of
from nodeview.cluster.recent_pods import WINDOW_S, RecentPods
from nodeview.cluster.successors import Successors
from nodeview.cluster.waiting_stories import drop_waiting
from nodeview.records import ClusterEvent, Node, NodeName, ObjectKey, Pod, Record


class PreemptionFold:
    """Every story by its victim's uid, and who else's news would complete it."""

    def __init__(self, chronicle: Chronicle, is_balloon: Callable[[Pod], bool], pod_at: PodAt, node_at: NodeAt) -> None:
        """`pod_at` finds a pod by its key, waiting or on the node that is named; `node_at` a node by its name."""
        self._chronicle = chronicle
        self._is_balloon = is_balloon
        self._pod_at = pod_at
        self._node_at = node_at
        self._recent = RecentPods()
        self._successors = Successors()
        self._stories: OrderedDict[str, Preemption] = OrderedDict()
        self._lines: dict[str, int] = {}
        self._heard: dict[str, float] = {}
        self._waits_for_uid: dict[str, list[str]] = {}
        self._waits_for_name: dict[ObjectKey, list[str]] = {}
        self._unclaimed: dict[NodeName, dict[str, None]] = {}
        """Stories without a preemptor, by their victim's node."""
        self._on_unknown_node: dict[NodeName, list[str]] = {}
        self._count = self._alarms = 0
        self._to_run, self._to_refill = Durations(), Durations()
        self._told: Preemptions | None = Preemptions()

    def told(self) -> Preemptions:
        """All of it; the same value until something differs."""
        if self._told is None:
            times = self._to_run.times(), self._to_refill.times()
            self._told = Preemptions(self._count, self._alarms, *times, tuple(self._stories.values()))
        return self._told

    # -- what is heard --------------------------------------------------------------------------

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went: pods, nodes, and Events that are news."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            self.pod(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, ClusterEvent):
            if before is None and row.reason == "Preempted":
                self.event(row, at)
        elif isinstance(after, Node):
            self.node(after)

    def pod(self, before: Pod | None, after: Pod | None, at: float, *, live: bool) -> None:
        """A pod came, changed or went; before the first listing is complete (`live` False) nothing of it is news."""
        if not live and not self._stories and after is not None and after.node is not None and not after.disruption:
            return  # one of the many that a first listing names
        if before is not None and (after is None or after.uid != before.uid):
            self._went(before, at)
            before = None
        if after is None:
            return
        uid = after.uid
        if (live and before is None) or after.node is None or uid in self._recent or after.disruption:
            self._recent.put(after)
        if live and before is None and after.owner is not None and not after.disruption:
            self._came(after, at)
        if after.disruption == BY_SCHEDULER and (before is None or before.disruption != BY_SCHEDULER) and live:
            self._preempted(after, at)
        if after.node is None and after.nominated and self._recent.nominate(after, at):
            for story in list(self._unclaimed.get(after.nominated, ())):
                self._guess(story, (after,), at)
        if after.key in self._waits_for_name:
            for story in self._waits_for_name.pop(after.key):
                self._change(story, by_uid=uid)
                self._waits_for_uid.setdefault(uid, []).append(story)
        if uid in self._waits_for_uid:
            self._meet(after)
        if (refilled := self._successors.story_of(uid)) is not None:
            self._refilled(refilled, after)

    def event(self, event: ClusterEvent, at: float) -> None:
        """An Event `Preempted` that is news."""
        said = read_preempted(event)
        victim = self._victim(event, said.node)
        uid = event.about.uid or (victim.uid if victim is not None else f"{event.about.key}@{event.began}")
        if uid not in self._stories:
            self._open(Preemption(event.about.key, uid, event.began, said.node), at)
        story = self._stories[uid]
        earliest = min((one for one in (story.at, event.began) if one is not None), default=None)
        self._change(uid, at=earliest, node=story.node or said.node)
        if victim is not None and not story.seen:
            self._know_victim(uid, victim)
        if said.by_uid and (story.guessed or not story.by_uid):
            self._name(uid, said.by_uid, said.by)
        elif said.by is not None and (story.guessed or story.by is None):
            self._name_only(uid, said.by)
        self._guess(uid, self._recent.nominees(self._stories[uid].node, at), at)
        self._successors.expect(uid, self._stories[uid].owner, at, gone=self._is_gone(uid))
        self._take_successor(uid)
        self._tell(uid)

    def node(self, node: Node) -> None:
        """A node is known now: is it younger than a preemption whose balloon runs there?"""
        for uid in self._on_unknown_node.pop(node.name, ()):
            self._settle_node(uid, node.name)

    # -- victims --------------------------------------------------------------------------------

    def _preempted(self, victim: Pod, at: float) -> None:
        uid = victim.uid
        if uid not in self._stories:
            self._open(Preemption(victim.key, uid, victim.turned_at, victim.node), at)
        if not self._stories[uid].seen:
            self._know_victim(uid, victim)
        self._guess(uid, self._recent.nominees(victim.node, at), at)
        self._successors.expect(uid, victim.owner, at, gone=victim.deleted is not None)
        self._tell(uid)

    def _victim(self, event: ClusterEvent, node: NodeName | None) -> Pod | None:
        about = event.about
        pod = self._recent.get(about.uid) or self._pod_at(about.key, node)
        return pod if pod is not None and about.uid in ("", pod.uid) else None

    def _is_gone(self, uid: str) -> bool:
        """Its end is under way or behind it, so that its owner may have made another already."""
        story = self._stories[uid]
        pod = self._pod_at(story.victim, story.node)
        return pod is None or pod.uid != uid or pod.deleted is not None

    def _know_victim(self, uid: str, victim: Pod) -> None:
        balloon = self._is_balloon(victim)
        node = self._stories[uid].node or victim.node
        shape = victim.shape
        self._change(uid, seen=True, balloon=balloon, owner=victim.owner, priority=shape.priority, node=node)
        if not balloon:
            self._alarms += 1

    def _open(self, story: Preemption, at: float) -> None:
        uid = story.victim_uid
        self._count += 1
        self._stories[uid] = story
        self._heard[uid] = at
        namespace, name = story.victim
        subject = f"{namespace}/{name}" if namespace else name
        self._lines[uid] = self._chronicle.tell(
            at, "preempted", subject, words_of(story), namespace=namespace, node=story.node or ""
        )
        if len(self._stories) > KEPT:
            self._forget(*self._stories.popitem(last=False))

    def _forget(self, uid: str, story: Preemption) -> None:
        del self._lines[uid], self._heard[uid]
        self._successors.forget(uid, story.owner)
        for waiting, key in (
            (self._waits_for_uid, story.by_uid),
            (self._waits_for_name, story.by),
            (self._on_unknown_node, story.refill_node),
        ):
            drop_waiting(waiting, key, uid)
        self._claimed(uid, story)

    # -- preemptors -----------------------------------------------------------------------------

    def _name(self, uid: str, by_uid: str, key: ObjectKey | None) -> None:
        """Somebody said who it was."""
        self._unname(uid)
        self._change(uid, by_uid=by_uid, by=key)
        self._waits_for_uid.setdefault(by_uid, []).append(uid)
        if (pod := self._recent.get(by_uid)) is not None:
            self._meet(pod)

    def _name_only(self, uid: str, key: ObjectKey) -> None:
        """Somebody said what it was called."""
        pod = self._pod_at(key, self._stories[uid].node)
        if pod is not None:
            self._name(uid, pod.uid, key)
            self._recent.put(pod)
            self._meet(pod)
            return
        self._unname(uid)
        self._change(uid, by=key)
        self._waits_for_name.setdefault(key, []).append(uid)

    def _unname(self, uid: str) -> None:
        """What was guessed counts no more."""
        story = self._stories[uid]
        self._claimed(uid, story)
        if story.by_uid:
            drop_waiting(self._waits_for_uid, story.by_uid, uid)
        self._change(uid, by=None, by_uid="", by_priority=None, guessed=False, ran_at=None, by_gone=False)

    def _guess(self, uid: str, nominees: Iterable[Pod], at: float) -> None:
        """Of pods nominated to its node at that time one that matters more, where nobody says who it was."""
        story = self._stories[uid]
        if story.by_uid or story.by is not None or story.node is None:
            return
        least = story.priority if story.priority is not None else 0
        for pod in nominees if abs(at - self._heard[uid]) <= WINDOW_S else ():
            if pod.shape.priority > least and pod.uid != uid:
                self._name(uid, pod.uid, pod.key)
                self._change(uid, guessed=True)
                self._tell(uid)
                return
        self._unclaimed.setdefault(story.node, {})[uid] = None

    def _claimed(self, uid: str, story: Preemption) -> None:
        unclaimed = self._unclaimed.get(story.node) if story.node else None
        if unclaimed is not None and story.node is not None:
            unclaimed.pop(uid, None)
            if not unclaimed:
                del self._unclaimed[story.node]

    def _meet(self, pod: Pod) -> None:
        """A preemptor as it is now."""
        ran_at = runs_since(pod)
        for uid in self._waits_for_uid.get(pod.uid, ()):
            self._change(uid, by=pod.key, by_priority=pod.shape.priority, ran_at=ran_at)
            self._tell(uid)
        if ran_at is not None:
            self._waits_for_uid.pop(pod.uid, None)

    def _went(self, pod: Pod, at: float) -> None:
        self._recent.put(pod)
        for uid in self._waits_for_uid.pop(pod.uid, ()):
            self._change(uid, by=pod.key, by_priority=pod.shape.priority, by_gone=True)
            self._tell(uid)
        if (story := self._successors.went(pod)) is not None and story in self._stories:
            self._change(story, refill=None)
            self._tell(story)

    # -- successors -----------------------------------------------------------------------------

    def _came(self, pod: Pod, at: float) -> None:
        story = self._successors.came(pod, at)
        if story is not None and story in self._stories:
            self._change(story, refill=pod.key)
            self._tell(story)

    def _take_successor(self, uid: str) -> None:
        """One that came before its story was known."""
        successor = self._successors.of(uid)
        pod = self._recent.get(successor) if successor else None
        if pod is not None:
            self._change(uid, refill=pod.key)
            self._refilled(uid, pod)

    def _refilled(self, uid: str, pod: Pod) -> None:
        since = runs_since(pod)
        if since is None or uid not in self._stories:
            return
        self._successors.done(pod.uid)
        self._change(uid, refilled_at=since, refill_node=pod.node)
        if pod.node is not None:
            self._settle_node(uid, pod.node)
        self._tell(uid)

    def _settle_node(self, uid: str, name: NodeName) -> None:
        story, node = self._stories.get(uid), self._node_at(name)
        if story is None:
            return
        if node is None:
            self._on_unknown_node.setdefault(name, []).append(uid)
        elif story.at is not None:
            self._change(uid, on_new_node=node.created >= story.at)
            self._tell(uid)

    # -- telling --------------------------------------------------------------------------------

    def _change(self, uid: str, **said: Any) -> None:
        """The story with what is said now; the sums follow."""
        before = self._stories[uid]
        after = self._stories[uid] = replace(before, **said)
        if before.to_run_s != after.to_run_s:
            self._to_run.replace(before.to_run_s, after.to_run_s)
        if before.to_refill_s != after.to_refill_s:
            self._to_refill.replace(before.to_refill_s, after.to_refill_s)

    def _tell(self, uid: str) -> None:
        story = self._stories[uid]
        self._chronicle.retell(self._lines[uid], words_of(story), node=story.node or "", alarm=story.alarm)
        self._told = None
