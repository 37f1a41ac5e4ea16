"""Which new pod stands in for which preempted one: an owner's new pods, in the order in which its old ones went."""

from __future__ import annotations

from collections import OrderedDict, deque

from nodeview.cluster.recent_pods import WINDOW_S
from nodeview.records import OwnerRef, Pod

NEWCOMERS_KEPT = 2048


class Successors:
    """Pairs the stories of an owner's pods with the pods that it makes afterwards, each with one."""

    def __init__(self) -> None:
        self._expecting: dict[OwnerRef, deque[str]] = {}
        self._newcomers: OrderedDict[str, tuple[OwnerRef, float]] = OrderedDict()
        """Pods that came, and stand in for nobody yet."""
        self._story_of: dict[str, str] = {}
        self._successor_of: dict[str, str] = {}
        self._paired: set[str] = set()
        """Stories that expect one, have one, or had one."""

    def story_of(self, pod_uid: str) -> str | None:
        """The story that waits for this pod to run."""
        return self._story_of.get(pod_uid)

    def of(self, story: str) -> str | None:
        """The uid of the pod that stands in."""
        return self._successor_of.get(story)

    def expect(self, story: str, owner: OwnerRef | None, at: float, *, gone: bool) -> None:
        """This story's victim had such an owner. Where it is `gone` already, its successor may have come before."""
        if owner is None or story in self._paired:
            return
        self._paired.add(story)
        if gone:
            for uid, (maker, came_at) in self._newcomers.items():
                if maker == owner and uid != story and abs(at - came_at) <= WINDOW_S:
                    del self._newcomers[uid]
                    self._pair(story, uid)
                    return
        self._expecting.setdefault(owner, deque()).append(story)

    def came(self, pod: Pod, at: float) -> str | None:
        """A pod was made; gives the story whose victim it stands in for, if one waits."""
        if pod.owner is None:
            return None
        waiting = self._expecting.get(pod.owner)
        if waiting:
            story = waiting.popleft()
            if not waiting:
                del self._expecting[pod.owner]
            self._pair(story, pod.uid)
            return story
        self._newcomers[pod.uid] = pod.owner, at
        if len(self._newcomers) > NEWCOMERS_KEPT:
            self._newcomers.popitem(last=False)
        return None

    def went(self, pod: Pod) -> str | None:
        """A pod is gone; gives the story that waited for it to run, and waits for the next one now."""
        self._newcomers.pop(pod.uid, None)
        story = self._story_of.pop(pod.uid, None)
        if story is not None and pod.owner is not None:
            self._successor_of.pop(story, None)
            self._expecting.setdefault(pod.owner, deque()).appendleft(story)
        return story

    def done(self, pod_uid: str) -> None:
        """It runs."""
        self._story_of.pop(pod_uid, None)

    def forget(self, story: str, owner: OwnerRef | None) -> None:
        """This story is not kept any longer."""
        self._paired.discard(story)
        pod = self._successor_of.pop(story, None)
        if pod is not None:
            self._story_of.pop(pod, None)
        waiting = self._expecting.get(owner) if owner else None
        if waiting and owner is not None and story in waiting:
            waiting.remove(story)
            if not waiting:
                del self._expecting[owner]

    def _pair(self, story: str, pod_uid: str) -> None:
        self._successor_of[story] = pod_uid
        self._story_of[pod_uid] = story
