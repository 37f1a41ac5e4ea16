"""Lines of the feed on evictions, scale-ups and nodes in trouble: from Events, and from pods where there are none."""

from __future__ import annotations

import re
from collections import OrderedDict

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.happening import HappeningKind
from nodeview.records import ClusterEvent, Pod, Record

REMEMBERED = 2000
AGAIN_S = 600
"""Writers repeat themselves; what was told is told again after so long."""

_EVICTIONS = {
    "EvictionByEvictionAPI": "by the Eviction API",
    "DeletionByTaintManager": "it does not tolerate a NoExecute taint",
    "DeletionByDeviceTaintManager": "it does not tolerate a taint of its device",
    "DeletionByPodGC": "its node is gone",
    "TerminationByKubelet": "by the kubelet",
}
"""Reasons of the condition `DisruptionTarget`; preemptions have stories of their own."""
_TOLD_OF_NODES = {
    "ConsolidationApproved",
    "ScaleDown",
    "SpotInterrupted",
    "SpotRebalanceRecommendation",
    "InstanceStopping",
    "InstanceTerminating",
}
"""Worth a line though they are no warnings. That Karpenter takes a node away, its episode tells."""
_UNTOLD_OF_NODES = {"Rebooted", "InvalidDiskCapacity", "DisruptionBlocked", "CheckLimitsForResolvConf"}
_GROUP = re.compile(r"\{(\S+) (\d+)->(\d+) \(max: (\d+)\)\}")
_REFUSED = "pod didn't trigger scale-up: "


class EventLines:
    """Tells each thing once, however many write of it and however often."""

    def __init__(self, chronicle: Chronicle) -> None:
        self._chronicle = chronicle
        self._evicted: OrderedDict[str, int] = OrderedDict()
        """Lines by the uid of the pod."""
        self._told: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went: pods that are disrupted, and Events that are news."""
        if isinstance(after, Pod):
            if live and after.disruption:
                self.pod(before, after, at)  # type: ignore[arg-type]
        elif isinstance(after, ClusterEvent) and before is None and after.reason != "Preempted":
            self.event(after, at)

    def pod(self, before: Pod | None, after: Pod, at: float) -> None:
        """A pod changed; its condition tells an eviction, also where Events may not be read."""
        why = _EVICTIONS.get(after.disruption)
        if why is None or (before is not None and before.disruption == after.disruption):
            return
        subject = f"{after.namespace}/{after.name}"
        line = self._evicted.get(after.uid)
        if line is not None:
            self._chronicle.retell(line, node=after.node or "")
        else:
            where = f"on {after.node}: " if after.node else ""
            self._evict(after.uid, at, subject, f"{where}{why}", after.namespace, after.node or "")

    def event(self, event: ClusterEvent, at: float) -> None:
        """An Event that is news."""
        if event.reason == "Evicted" and event.about.kind == "Pod":
            self._evicted_by(event, at)
        elif event.reason in ("TriggeredScaleUp", "NotTriggerScaleUp"):
            self._scaled(event, at)
        elif event.about.kind in ("Node", "NodeClaim", "NodePool") and event.about.name:
            self._of_node(event, at)

    def _evicted_by(self, event: ClusterEvent, at: float) -> None:
        about = event.about
        said = f"{event.message} ({event.source})" if event.source else event.message
        subject = f"{about.namespace}/{about.name}"
        line = self._evicted.get(about.uid or subject)
        if line is not None:
            self._chronicle.retell(line, said)
        else:
            self._evict(about.uid or subject, at, subject, said, about.namespace, "")

    def _evict(self, uid: str, at: float, subject: str, message: str, namespace: str, node: str) -> None:
        self._evicted[uid] = self._chronicle.tell(at, "evicted", subject, message, namespace=namespace, node=node)
        if len(self._evicted) > REMEMBERED:
            self._evicted.popitem(last=False)

    def _scaled(self, event: ClusterEvent, at: float) -> None:
        """Of many pods that ask for the same one is named; parts of a refusal come in any order."""
        about, pod = event.about, f"{event.about.namespace}/{event.about.name}"
        groups = _GROUP.findall(event.message)
        for group, now, new, most in groups:
            if self._is_new(event, "scaled", group, now, new):
                self._tell(at, "scaled", group, f"{now} → {new} nodes (at most {most}), for {pod}", about.namespace)
        if not groups and event.message.startswith(_REFUSED):
            reasons = sorted(re.split(r", (?=\d+ )", event.message.removeprefix(_REFUSED)))
            if self._is_new(event, "refused", about.namespace, *reasons):
                self._tell(at, "scaled", pod, f"no scale-up: {', '.join(reasons)}", about.namespace)

    def _of_node(self, event: ClusterEvent, at: float) -> None:
        about, reason = event.about, event.reason
        worth_it = reason in _TOLD_OF_NODES and about.kind == "Node"  # of a claim, its node is told the same
        if reason in _UNTOLD_OF_NODES or not (event.warning or worth_it):
            return
        if self._is_new(event, about.kind, about.name, reason, event.message):
            kind: HappeningKind = "phase" if about.kind == "Node" else "claim"
            node = about.name if about.kind == "Node" else ""
            self._chronicle.tell(at, kind, about.name, event.message or reason, node=node)

    def _tell(self, at: float, kind: HappeningKind, subject: str, message: str, namespace: str) -> None:
        self._chronicle.tell(at, kind, subject, message, namespace=namespace)

    def _is_new(self, event: ClusterEvent, *what: str) -> bool:
        """Whether this was not told in the last minutes, by the writer's own clock."""
        moment = event.at or 0
        before = self._told.get(what)
        self._told[what] = moment
        self._told.move_to_end(what)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return before is None or abs(moment - before) > AGAIN_S
