"""What happened, folded as it is heard: frames may be skipped, stories may not."""

from __future__ import annotations

from collections import OrderedDict

from msgspec.structs import replace

from nodeview.cluster.happening import Happening, HappeningKind
from nodeview.provisioners import traits_of
from nodeview.records import Node

KEPT = 2000
"""Lines. A thousand pods that are preempted in a second are all told."""


class Chronicle:
    """The feed, bounded: the oldest lines are forgotten first."""

    def __init__(self) -> None:
        self._lines: OrderedDict[int, Happening] = OrderedDict()
        """By the number that each was told with first."""
        self._told: tuple[Happening, ...] | None = ()
        self._count = 0
        self.stirred = False
        """Something was told since this was set to False last."""

    def lines(self) -> tuple[Happening, ...]:
        """All that is kept, the newest last; the same tuple until something happens."""
        if self._told is None:
            self._told = tuple(self._lines.values())
        return self._told

    def tell(
        self,
        at: float,
        kind: HappeningKind,
        subject: str,
        message: str,
        *,
        namespace: str = "",
        node: str = "",
        alarm: bool = False,
    ) -> int:
        """Add a line; gives its number, by which it can be told anew."""
        self._count += 1
        self._lines[self._count] = Happening(
            self._count, at, kind, subject, message, namespace, node, alarm, self._count
        )
        if len(self._lines) > KEPT:
            self._lines.popitem(last=False)
        self._told, self.stirred = None, True
        return self._count

    def retell(self, line: int, message: str = "", *, node: str = "", alarm: bool = False) -> None:
        """A story went on: its line says more, in its old place and under a new number, unless it is forgotten."""
        old = self._lines.get(line)
        if old is None:
            return
        message, node = message or old.message, node or old.node
        if (old.message, old.node, old.alarm) == (message, node, alarm):
            return
        self._count += 1
        self._lines[line] = replace(old, number=self._count, message=message, node=node, alarm=alarm)
        self._told, self.stirred = None, True

    def node(self, before: Node | None, after: Node | None, at: float) -> None:
        """A node joined, left, was replaced by a namesake, or was cordoned or opened again."""
        if before is not None and after is not None and before.uid != after.uid:
            self.node(before, None, at)
            self.node(None, after, at)
        elif after is None and before is not None:
            self.tell(at, "left", before.name, _what(before), node=before.name)
        elif before is None and after is not None:
            self.tell(at, "joined", after.name, _what(after), node=after.name)
        elif before is not None and after is not None and before.unschedulable != after.unschedulable:
            kind: HappeningKind = "cordoned" if after.unschedulable else "uncordoned"
            self.tell(at, kind, after.name, _what(after), node=after.name)


def _what(node: Node) -> str:
    traits = traits_of(node)
    return " ".join(filter(None, (traits.instance_type, traits.zone)))
