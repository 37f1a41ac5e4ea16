"""What every insight is: a sight of one moment, derived from the one before, in slices."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol, TypeVar

import msgspec

from nodeview.cluster import Snapshot
from nodeview.records import NodeName
from nodeview.views import ClusterView

Sight = TypeVar("Sight")


class Moment(msgspec.Struct, frozen=True, eq=False):
    """What an insight may look at: the state, what it amounts to, and what is new in both."""

    snapshot: Snapshot
    view: ClusterView
    touched: frozenset[NodeName]
    """Nodes derived again since the moment before."""
    now: float
    """Epoch seconds."""


class Insight(Protocol[Sight]):
    """Derives what deserves attention; yields often, and is handed what it said last."""

    def __call__(self, moment: Moment, before: Sight) -> Generator[None, None, Sight]:
        """The sight of this moment; the one before itself where nothing differs."""
        ...
