"""What is true now, and what happened. Pure: Changes are folded in, snapshots are read."""

from nodeview.cluster.arrival import Arrival, Arrivals, Failures, Readiness
from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.episode import NO_EPISODES, Cause, Episode, Episodes, Source, Target
from nodeview.cluster.episode_words import CAUSES, telling
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.event_rate import EventRate
from nodeview.cluster.fold import Fold, Told
from nodeview.cluster.happening import Happening, HappeningKind, Stream, StreamState
from nodeview.cluster.history import Histories
from nodeview.cluster.past import NO_PAST, Past, PodMoves, Turn, TurnKind
from nodeview.cluster.preemption import Preemption, Preemptions, Times
from nodeview.cluster.snapshot import Owners, Snapshot, Touched
from nodeview.cluster.store import ClusterStore
from nodeview.cluster.table import Table
from nodeview.cluster.turnover import NO_TURNOVER, Life, Swap, Turnover
from nodeview.cluster.usage import UsageIndex
from nodeview.cluster.volumes import VolumeIndex
from nodeview.cluster.workload_rows import WorkloadKey

__all__ = [
    "CAUSES",
    "NO_EPISODES",
    "NO_PAST",
    "NO_TURNOVER",
    "Arrival",
    "Arrivals",
    "Cause",
    "Chronicle",
    "ClusterStore",
    "Episode",
    "Episodes",
    "EventIndex",
    "EventRate",
    "Failures",
    "Fold",
    "Happening",
    "HappeningKind",
    "Histories",
    "Life",
    "Owners",
    "Past",
    "PodMoves",
    "Preemption",
    "Preemptions",
    "Readiness",
    "Snapshot",
    "Source",
    "Stream",
    "StreamState",
    "Swap",
    "Table",
    "Target",
    "Times",
    "Told",
    "Touched",
    "Turn",
    "TurnKind",
    "Turnover",
    "UsageIndex",
    "VolumeIndex",
    "WorkloadKey",
    "telling",
]
