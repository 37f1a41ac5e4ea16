"""What happened, folded as it is heard: frames may be skipped, stories may not."""

from __future__ import annotations

from collections import deque

from nodeview.cluster.happening import Happening, HappeningKind
from nodeview.provisioners import traits_of
from nodeview.records import Node

KEPT = 500


class Chronicle:
    """The feed, bounded: the oldest lines are forgotten first."""

    def __init__(self) -> None:
        self._lines: deque[Happening] = deque(maxlen=KEPT)
        self._told: tuple[Happening, ...] | None = ()
        self._count = 0

    def lines(self) -> tuple[Happening, ...]:
        """All that is kept, the newest last; the same tuple until something happens."""
        if self._told is None:
            self._told = tuple(self._lines)
        return self._told

    def tell(self, at: float, kind: HappeningKind, subject: str, message: str) -> None:
        """Add a line."""
        self._count += 1
        self._lines.append(Happening(self._count, at, kind, subject, message))
        self._told = None

    def node(self, before: Node | None, after: Node | None, at: float) -> None:
        """A node joined, left, was replaced by a namesake, or was cordoned or opened again."""
        if before is not None and after is not None and before.uid != after.uid:
            self.node(before, None, at)
            self.node(None, after, at)
        elif after is None and before is not None:
            self.tell(at, "left", before.name, _what(before))
        elif before is None and after is not None:
            self.tell(at, "joined", after.name, _what(after))
        elif before is not None and after is not None and before.unschedulable != after.unschedulable:
            self.tell(at, "cordoned" if after.unschedulable else "uncordoned", after.name, _what(after))


def _what(node: Node) -> str:
    traits = traits_of(node)
    return " ".join(filter(None, (traits.instance_type, traits.zone)))
