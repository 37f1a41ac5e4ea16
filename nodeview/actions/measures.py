"""What a rotation costs those who are rotated, measured while it happens: a fold over the rows as they move."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
from msgspec.structs import replace

from nodeview.actions.plan import PodPath, Subject
from nodeview.records import ObjectKey, Pod, Record, Workload

Key = tuple[str, ObjectKey]
"""Kind and key of a workload."""


class WorkloadMeasure(msgspec.Struct, frozen=True):
    """How far a workload was below what it wanted."""

    subject: Subject
    wanted: int | None
    """Replicas it wants; None where that was never told."""
    available: int | None = None
    """As of now."""
    lowest: int | None = None
    """The fewest available replicas seen; None where none were told."""
    short: int = 0
    """The most that it lacked at one moment of what it wanted then."""
    below_s: float = 0.0
    """Seconds with fewer available than wanted, by our clock."""
    below_since: float | None = None

    @property
    def words(self) -> str:
        """`never below 6 of 6`, `down to 4 of 6 for 31 s`."""
        if self.lowest is None or self.wanted is None:
            return "not measured"
        if not self.short:
            return f"never below {self.wanted} of {self.wanted}"
        return f"down to {self.lowest} of {self.wanted} for {self.below_s:.0f} s"


class PodMove(msgspec.Struct, frozen=True):
    """One pod that left a node of the plan, and the one that came for it. Seconds by our clock, None while unknown."""

    workload: Subject
    old: str
    old_node: str
    new: str = ""
    new_node: str = ""
    pending_s: float | None = None
    """From when it was first seen until it had a node."""
    ready_s: float | None = None
    """From when it was first seen until it was ready."""


class Measures(msgspec.Struct, frozen=True):
    """All that was measured, in the order of the plan."""

    workloads: tuple[WorkloadMeasure, ...] = ()
    moves: tuple[PodMove, ...] = ()


NOTHING_MEASURED = Measures()


class _Came(msgspec.Struct):
    """A pod that appeared since we measure."""

    name: str
    uid: str
    at: float
    node: str = ""
    bound_at: float | None = None
    ready_at: float | None = None
    gone: bool = False


class Measuring:
    """Sees every row before and after; tells what it made of them. Rows of others than the plan's are passed over."""

    def __init__(
        self,
        subjects: Collection[Subject],
        paths: Collection[PodPath],
        workload_of: Callable[[Pod], Key | None],
    ) -> None:
        """`workload_of` says whose a pod is, through its ReplicaSet."""
        self._workload_of = workload_of
        self._subjects: dict[Key, Subject] = {(one.kind, one.key): one for one in subjects}
        self._measures: dict[Key, WorkloadMeasure] = {
            key: WorkloadMeasure(one, None) for key, one in self._subjects.items()
        }
        self._old: dict[Key, list[PodPath]] = {}
        for path in paths:
            key = (path.workload.kind, path.workload.key) if path.workload is not None else None
            if key is not None and key in self._subjects:
                self._old.setdefault(key, []).append(path)
        self._known: set[str] = {path.uid for path in paths}
        self._came: dict[Key, dict[str, _Came]] = {}
        self._left: dict[Key, list[str]] = {}
        self.touched = False
        """Something was measured since this was set to False last."""

    def begin(self, workloads: Mapping[Key, Workload], pods: Collection[Pod], at: float) -> None:
        """What there is as it begins: pods that are here already are nobody's successors."""
        self._known.update(pod.uid for pod in pods)
        for key in self._subjects:
            if (workload := workloads.get(key)) is not None:
                self._workload(key, workload, at)

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """One row as it was and as it is; `live` is of no matter here."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            self._pod(before, after, at)  # type: ignore[arg-type]
        elif isinstance(row, Workload) and (row.kind, row.key) in self._subjects:
            if isinstance(after, Workload):
                self._workload((row.kind, row.key), after, at)
            else:
                self._gone((row.kind, row.key), at)

    def told(self, now: float) -> Measures:
        """All of it as of now; what is below still counts up to now."""
        workloads = tuple(_until(one, now) for one in self._measures.values())
        return Measures(workloads, tuple(move for key in self._subjects for move in self._moves(key)))

    def unbound(self, key: Key) -> int:
        """How many pods that came since have no node yet."""
        return sum(one.bound_at is None and not one.gone for one in self._came.get(key, {}).values())

    # -- workloads --------------------------------------------------------------------------

    def _workload(self, key: Key, workload: Workload, at: float) -> None:
        rolling = workload.rolling
        if rolling is None or rolling.replicas is None:
            return
        old, wanted, available = self._measures[key], rolling.replicas, rolling.available
        counted = _until(old, at)
        lacking = max(0, wanted - available)
        new = replace(
            counted,
            wanted=wanted,
            available=available,
            lowest=available if old.lowest is None else min(old.lowest, available),
            short=max(old.short, lacking),
            below_since=at if lacking else None,
        )
        if new != old:
            self._measures[key] = new
            self.touched = True

    def _gone(self, key: Key, at: float) -> None:
        """A workload that is gone wants nothing any more."""
        self._measures[key] = replace(_until(self._measures[key], at), below_since=None)
        self.touched = True

    # -- pods -------------------------------------------------------------------------------

    def _pod(self, before: Pod | None, after: Pod | None, at: float) -> None:
        row = after if after is not None else before
        assert row is not None
        key = self._workload_of(row)
        if key is None or key not in self._subjects:
            return
        if row.uid in self._known:
            if after is None or (after.deleted is not None and (before is None or before.deleted is None)):
                self._leaves(key, row.uid)
            return
        came = self._came.setdefault(key, {})
        if after is None:
            if (one := came.get(row.uid)) is not None:
                one.gone = self.touched = True
            return
        one = came.setdefault(row.uid, _Came(row.name, row.uid, at))
        if after.node is not None and one.bound_at is None:
            one.node, one.bound_at, self.touched = after.node, at, True
        if after.ready and one.ready_at is None:
            one.ready_at, self.touched = at, True

    def _leaves(self, key: Key, uid: str) -> None:
        left = self._left.setdefault(key, [])
        if uid not in left:
            left.append(uid)
            self.touched = True

    def _moves(self, key: Key) -> list[PodMove]:
        """Old pods with their successors: of the same name in a StatefulSet, else in the order in which they came."""
        subject, olds = self._subjects[key], self._old.get(key, [])
        news = [one for one in self._came.get(key, {}).values() if not one.gone]
        if subject.kind == "StatefulSet":
            named = {one.name: one for one in news}
            return [_move(subject, old, named.get(old.name)) for old in olds]
        order = {uid: place for place, uid in enumerate(self._left.get(key, []))}
        sorted_olds = sorted(olds, key=lambda old: order.get(old.uid, len(order)))
        news.sort(key=lambda one: one.at)
        padded: list[_Came | None] = [*news, *([None] * len(olds))]
        return [_move(subject, old, new) for old, new in zip(sorted_olds, padded, strict=False)]


def _until(measure: WorkloadMeasure, now: float) -> WorkloadMeasure:
    """With the seconds below counted up to now."""
    if measure.below_since is None:
        return measure
    return replace(measure, below_s=measure.below_s + max(0.0, now - measure.below_since), below_since=now)


def _move(subject: Subject, old: PodPath, new: _Came | None) -> PodMove:
    if new is None:
        return PodMove(subject, old.name, old.node)
    pending = new.bound_at - new.at if new.bound_at is not None else None
    ready = new.ready_at - new.at if new.ready_at is not None else None
    return PodMove(subject, old.name, old.node, new.name, new.node, pending, ready)
