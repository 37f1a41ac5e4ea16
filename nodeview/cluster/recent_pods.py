"""Pods that a preemption may be about: those that wait, came or went of late, and those nominated to a node."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from nodeview.records import NodeName, Pod

PODS_KEPT = 4096
NODES_KEPT = 1024
NOMINEES_KEPT = 64
WINDOW_S = 60.0
"""So far apart, by when both were heard, a preemptor and its victim may be."""


class RecentPods:
    """By uid, as last seen; bounded, the longest silent are forgotten first."""

    def __init__(self) -> None:
        self._pods: OrderedDict[str, Pod] = OrderedDict()
        self._nominees: OrderedDict[NodeName, OrderedDict[str, float]] = OrderedDict()

    def __contains__(self, uid: str) -> bool:
        return uid in self._pods

    def get(self, uid: str) -> Pod | None:
        """The pod with this uid, if it is one of these."""
        return self._pods.get(uid)

    def put(self, pod: Pod) -> None:
        """It waits, has come, or has gone, or one of these has changed."""
        self._pods[pod.uid] = pod
        self._pods.move_to_end(pod.uid)
        if len(self._pods) > PODS_KEPT:
            self._pods.popitem(last=False)

    def nominate(self, pod: Pod, at: float) -> bool:
        """A waiting pod is nominated to a node; whether that is new."""
        if pod.nominated is None:
            return False
        nominees = self._nominees.setdefault(pod.nominated, OrderedDict())
        self._nominees.move_to_end(pod.nominated)
        if pod.uid in nominees:
            return False
        nominees[pod.uid] = at
        if len(nominees) > NOMINEES_KEPT:
            nominees.popitem(last=False)
        if len(self._nominees) > NODES_KEPT:
            self._nominees.popitem(last=False)
        return True

    def nominees(self, node: NodeName | None, at: float) -> Iterator[Pod]:
        """The pods that were nominated to this node within the window around this moment."""
        for uid, heard in (self._nominees.get(node) or {}).items() if node else ():
            pod = self._pods.get(uid)
            if pod is not None and abs(at - heard) <= WINDOW_S:
                yield pod
