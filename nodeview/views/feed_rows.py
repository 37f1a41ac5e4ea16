"""What happened, as rows: which lines are asked for, their columns, and the preemptions in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from nodeview.cluster import Happening, Preemptions, Times
from nodeview.views.cell import Cell, Tone
from nodeview.views.columns import Column
from nodeview.views.text import duration, natural, printable, short_name

KIND_TONES: Mapping[str, Tone] = {
    "joined": Tone.COMING,
    "left": Tone.MUTED,
    "preempted": Tone.CAUTION,
    "evicted": Tone.CAUTION,
    "episode": Tone.COMING,
    "stream": Tone.CAUTION,
}
_AWS_NODE = re.compile(r"\bip-[0-9-]+(?:\.[a-z0-9-]+)*\.internal\b")


class FeedFilter(msgspec.Struct, frozen=True):
    """Which lines are asked for; None for all."""

    kind: str | None = None
    namespace: str | None = None
    node: str | None = None

    def admits(self, line: Happening) -> bool:
        """Whether a line is of the kind and the namespace, and happened on the node."""
        right_kind = self.kind in (None, line.kind)
        right_place = self.node is None or self.node in (line.node, line.subject)
        return right_kind and right_place and self.namespace in (None, line.namespace)

    @property
    def text(self) -> str:
        """`kind=preempted ns=shop`; empty where all is asked for."""
        named = (("kind", self.kind), ("ns", self.namespace), ("node", self.node and short_name(self.node)))
        return " ".join(f"{name}={printable(value)}" for name, value in named if value)


def line_tone(line: Happening) -> Tone:
    """An alarm, or what its kind means."""
    return Tone.ALARM if line.alarm else KIND_TONES.get(line.kind, Tone.PLAIN)


def line_words(line: Happening) -> str:
    """Its message, with the nodes of AWS by their short names."""
    return with_short_names(line.message)


def _row_words(line: Happening) -> str:
    """The same for a row that may have no room for all of it: what came of a preemption before where it was."""
    words = line_words(line)
    where, colon, outcome = words.partition(": ")
    return f"{outcome} · {where}" if colon and line.kind == "preempted" else words


def with_short_names(words: str) -> str:
    """A sentence, with the nodes of AWS by their short names."""
    return _AWS_NODE.sub(lambda found: short_name(found[0]), printable(words))


def feed_kinds(lines: Iterable[Happening]) -> list[str]:
    """The kinds there are."""
    return sorted({line.kind for line in lines})


def feed_namespaces(lines: Iterable[Happening]) -> list[str]:
    """The namespaces there are."""
    return sorted({line.namespace for line in lines if line.namespace}, key=natural)


def preemption_words(said: Preemptions) -> str:
    """`4 preempted: running after 1s (worst 2s), refilled after 4s (worst 5s)`; empty where none was."""
    if not said.count:
        return ""
    times = (("running", said.to_run), ("refilled", said.to_refill))
    parts = [f"{what} after {_times(one)}" for what, one in times if one.median is not None]
    alarms = f" · {said.alarms:,} of them no balloon" if said.alarms else ""
    return f"{said.count:,} preempted{': ' if parts else ''}{', '.join(parts)}{alarms}"


def _times(times: Times) -> str:
    return f"{duration(times.median or 0)} (worst {duration(times.worst or 0)})"


def feed_columns(clock_time: Callable[[float], str]) -> tuple[Column[Happening], ...]:
    """The columns of the feed; `clock_time` says a moment as the clock on the wall does."""
    return (
        Column(
            "when",
            "WHEN",
            lambda row, now: Cell(clock_time(row.at), Tone.MUTED),
            lambda row, now: (row.at, row.line),
            8,
        ),
        Column("kind", "KIND", lambda row, now: Cell(row.kind, line_tone(row)), lambda row, now: row.kind, 10),
        Column(
            "subject",
            "WHAT",
            lambda row, now: Cell(printable(short_name(row.subject)), Tone.ALARM if row.alarm else Tone.PLAIN),
            lambda row, now: natural(row.subject),
            24,
            grows=True,
        ),
        Column(
            "message",
            "HAPPENED",
            lambda row, now: Cell(_row_words(row), Tone.MUTED),
            lambda row, now: natural(row.message),
            30,
            grows=True,
        ),
    )
