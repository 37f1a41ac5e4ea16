"""What is true now, and what happened. Pure: Changes are folded in, snapshots are read."""

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.event_rate import EventRate
from nodeview.cluster.happening import Happening, HappeningKind, Stream, StreamState
from nodeview.cluster.preemption import Preemption, Preemptions, Times
from nodeview.cluster.snapshot import Owners, Snapshot, Touched
from nodeview.cluster.store import ClusterStore
from nodeview.cluster.table import Table
from nodeview.cluster.usage import UsageIndex

__all__ = [
    "Chronicle",
    "ClusterStore",
    "EventIndex",
    "EventRate",
    "Happening",
    "HappeningKind",
    "Owners",
    "Preemption",
    "Preemptions",
    "Snapshot",
    "Stream",
    "StreamState",
    "Table",
    "Times",
    "Touched",
    "UsageIndex",
]
