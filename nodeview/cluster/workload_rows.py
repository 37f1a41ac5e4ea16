"""Workloads: what restarts pods, and who owns what a pod names as its owner."""

from __future__ import annotations

from nodeview.records import ObjectKey, OwnerRef, Record, Workload

WorkloadKey = tuple[str, ObjectKey]
"""Kind and key: names repeat among kinds."""

BETWEEN = frozenset({"ReplicaSet", "Job"})
"""Kinds that stand between a pod and what a person calls its workload."""


class WorkloadRows:
    """Deployments, Rollouts, StatefulSets and DaemonSets by kind and key; of what stands between, only the owner.

    Who owns a Deployment says it itself: an operator's object is nothing that a pod is shown as part of.
    """

    def __init__(self) -> None:
        self.rows: dict[WorkloadKey, Workload] = {}
        self.owners: dict[WorkloadKey, OwnerRef] = {}
        self.touched: set[WorkloadKey] = set()
        self.owners_touched = False

    def moved(self, before: Record | None, after: Record | None) -> bool:
        """Follow a row that moved; False where it is no workload."""
        row = after if after is not None else before
        if not isinstance(row, Workload):
            return False
        place = row.kind, row.key
        if row.kind in BETWEEN:
            self.owners_touched = True
            self.owners.pop(place, None)
            if row is after and row.owner is not None:
                self.owners[place] = row.owner
            return True
        self.touched.add(place)
        if row is after:
            self.rows[place] = row
        else:
            self.rows.pop(place, None)
        return True
