"""What stands around nodes and their pods: workloads, budgets, storage, and the autoscalers' own words."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster.snapshot import Touched
from nodeview.cluster.volumes import VolumeRows
from nodeview.cluster.workload_rows import WorkloadKey, WorkloadRows
from nodeview.records import AutoscalerStatus, ObjectKey, PodDisruptionBudget, Record, VerticalPodAutoscaler


class Surroundings:
    """Rows that touch no node by themselves: each kept as it is said, and noted as touched."""

    def __init__(self) -> None:
        self.workloads = WorkloadRows()
        self.budgets: dict[ObjectKey, PodDisruptionBudget] = {}
        self.volumes = VolumeRows()
        self.autoscaler: AutoscalerStatus | None = None
        self.recommendations: dict[WorkloadKey, VerticalPodAutoscaler] = {}
        """By what each of them is for; of several for one workload, which nobody should have, that of the last word."""
        self._forget_touched()

    def moved(self, before: Record | None, after: Record | None) -> bool:
        """Follow a row that moved; False where it is none of these."""
        row = after if after is not None else before
        if isinstance(row, PodDisruptionBudget):
            self._budgets_touched.add(row.key)
            self.budgets.pop(row.key, None)
            if row is after:
                self.budgets[row.key] = row
        elif isinstance(row, AutoscalerStatus):
            self.autoscaler = row if row is after else None
            self._autoscaler_touched = True
        elif isinstance(row, VerticalPodAutoscaler):
            self._recommended(before, after)  # type: ignore[arg-type]
        elif self.volumes.moved(before, after):
            self._volumes_touched = True
        else:
            return self.workloads.moved(before, after)
        return True

    @property
    def stirred(self) -> bool:
        """Something was touched since it was taken last."""
        workloads = bool(self.workloads.touched) or self.workloads.owners_touched
        others = self._volumes_touched or self._autoscaler_touched or self._recommendations_touched
        return workloads or bool(self._budgets_touched) or others

    def take(self, others: Touched) -> Touched:
        """What was touched beside the others; it is forgotten here."""
        taken = replace(
            others,
            owners=self.workloads.owners_touched,
            workloads=frozenset(self.workloads.touched),
            budgets=frozenset(self._budgets_touched),
            volumes=self._volumes_touched,
            autoscaler=self._autoscaler_touched,
            recommendations=self._recommendations_touched,
        )
        self._forget_touched()
        return taken

    def _forget_touched(self) -> None:
        self.workloads.touched, self.workloads.owners_touched = set(), False
        self._budgets_touched: set[ObjectKey] = set()
        self._volumes_touched = self._autoscaler_touched = self._recommendations_touched = False

    def _recommended(self, before: VerticalPodAutoscaler | None, after: VerticalPodAutoscaler | None) -> None:
        self._recommendations_touched = True
        place = _target(before)
        if place is not None and before is not None and self.recommendations[place].uid == before.uid:
            del self.recommendations[place]
        place = _target(after)
        if place is not None and after is not None:
            self.recommendations[place] = after


def _target(one: VerticalPodAutoscaler | None) -> WorkloadKey | None:
    """What it is for."""
    if one is None or one.of is None:
        return None
    return one.of.kind, ObjectKey(one.namespace, one.of.name)
