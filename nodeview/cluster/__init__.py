"""What is true now, and what happened. Pure: Changes are folded in, snapshots are read."""

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_rate import EventRate
from nodeview.cluster.happening import Happening, HappeningKind, Stream, StreamState
from nodeview.cluster.snapshot import Owners, Snapshot, Touched
from nodeview.cluster.store import ClusterStore
from nodeview.cluster.table import Table

__all__ = [
    "Chronicle",
    "ClusterStore",
    "EventRate",
    "Happening",
    "HappeningKind",
    "Owners",
    "Snapshot",
    "Stream",
    "StreamState",
    "Table",
    "Touched",
]
