"""Stories that are folded from rows: the one place where a fold is added, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from nodeview.cluster.arrivals import ArrivalFold
from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.episodes import EpisodeFold
from nodeview.cluster.event_lines import EventLines
from nodeview.cluster.evictions import EvictionFold
from nodeview.cluster.history import HistoryFold
from nodeview.cluster.pod_places import NodeAt, PodAt
from nodeview.cluster.preemptions import PreemptionFold
from nodeview.cluster.turnover import TurnoverFold
from nodeview.records import NodeName, ObjectKey, Pod, Record


class Fold(Protocol):
    """Sees every row before and after, as the store applies it; tells what it made of them."""

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went, at this epoch second; the store's own rows say so already.

        Before the first listing of its resource is complete (`live` False) nothing of it is news. An Event comes with
        itself for `before` where it is no news. Rows of all resources come, so the first thing to do is to look at
        their type.
        """
        ...


class Told(Fold, Protocol):
    """A fold of which a value goes into the snapshot."""

    def told(self) -> Any:
        """What it made of all rows so far: immutable, and the very same object until something differs."""
        ...


class Stories:
    """All folds of one cluster."""

    def __init__(
        self,
        chronicle: Chronicle,
        is_balloon: Callable[[Pod], bool],
        pod_at: PodAt,
        node_at: NodeAt,
        pods: Mapping[NodeName, Mapping[ObjectKey, Pod]],
    ) -> None:
        """All see one chronicle; a pod that is preempted is a balloon or an alarm, by `is_balloon`."""
        self.kept: Mapping[str, Told] = {
            "preemptions": PreemptionFold(chronicle, is_balloon, pod_at, node_at),
            "arrivals": ArrivalFold(chronicle),
            "evictions": EvictionFold(),
            "episodes": EpisodeFold(chronicle, pods),
            "turnover": TurnoverFold(),
            "history": HistoryFold(node_at, pods),
        }
        """By the field of `Snapshot` that each fills, in the order in which they see a row."""
        self._all: tuple[Fold, ...] = (*self.kept.values(), EventLines(chronicle))

    def listen(self, fold: Fold) -> Callable[[], None]:
        """From now on this one sees every row as well; what is given back ends that."""
        self._all = (*self._all, fold)

        def leave() -> None:
            self._all = tuple(one for one in self._all if one is not fold)

        return leave

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """Show a row to each of them."""
        for fold in self._all:
            fold.moved(before, after, at, live=live)

    def told(self) -> dict[str, Any]:
        """What goes into the snapshot, by field."""
        return {field: fold.told() for field, fold in self.kept.items()}
