"""The table of pods that wait: groups that open to their pods, in columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from nodeview.insights.groups import PendingGroup
from nodeview.views import (
    PENDING_COLUMNS,
    Assumptions,
    Cell,
    Column,
    PendingView,
    TableState,
    Tone,
    WaitKind,
    arrange_rows,
    duration,
    natural,
    printable,
    short_name,
)

_OF_PODS = {column.id: column for column in PENDING_COLUMNS}
KIND_ORDER: tuple[WaitKind, ...] = ("unschedulable", "waiting", "nominated", "gated", "starting")


class PendingRow(msgspec.Struct, frozen=True, eq=False):
    """A group, or one pod of a group that is open."""

    group: PendingGroup
    pod: PendingView | None
    opened: bool | None
    """Whether its pods follow; None where they never do."""
    given: Assumptions

    @property
    def key(self) -> str:
        """Its name for as long as it lives."""
        return self.group.key if self.pod is None else self.pod.uid

    @property
    def created(self) -> int:
        """Since when it waits, or the oldest of the group; epoch seconds."""
        return self.group.created if self.pod is None else self.pod.created


def pending_rows(
    groups: Iterable[PendingGroup], opened: Collection[str], state: TableState, now: float, given: Assumptions
) -> tuple[PendingRow, ...]:
    """Groups in the order asked for, each that is open followed by its pods, the oldest first."""
    closed = [PendingRow(one, None, one.key in opened, given) for one in groups]
    rows: list[PendingRow] = []
    for row in arrange_rows(closed, state, PENDING_GROUP_COLUMNS, now):
        rows.append(row)
        if row.opened:
            rows += [PendingRow(row.group, pod, False, given) for pod in row.group.pods]
    return tuple(rows)


def age_tone(group: PendingGroup, age: float, given: Assumptions) -> Tone:
    """Red when it waits too long, amber when it waits long; gated pods wait because somebody wants them to."""
    if group.kind == "gated":
        return Tone.MUTED
    return Tone.ALARM if age >= given.waits_too_long else Tone.CAUTION if age >= given.waits_long else Tone.PLAIN


def _name(row: PendingRow) -> Cell:
    if row.pod is not None:
        return Cell(f"    {printable(row.pod.key.name)}", Tone.MUTED)
    # A sign beside the word says that there is more inside, and whether it is open.
    sign = "" if row.opened is None else "- " if row.opened else "+ "
    return Cell(f"{sign}{printable(row.group.name)}")


def _age(row: PendingRow, now: float) -> Cell:
    age = now - row.created
    return Cell(duration(age), age_tone(row.group, age, row.given))


def _kind(row: PendingRow) -> Cell:
    kind = row.group.kind
    tone = _OF_PODS["kind"].cell(_first(row), 0.0).tone
    return Cell("balloon" if row.group.balloon and kind == "unschedulable" else kind, tone)


def _count(row: PendingRow) -> Cell:
    return Cell(f"{len(row.group.members):,}") if row.pod is None else Cell("")


def _why(row: PendingRow) -> Cell:
    if row.pod is None:
        return Cell(row.group.words.sentence)
    where = row.pod.node or row.pod.nominated or row.group.members[row.pod.key].hint.place
    return Cell(f"→ {printable(short_name(where))}", Tone.COMING) if where else Cell("")


def _first(row: PendingRow) -> PendingView:
    return row.pod or next(iter(row.group.members.values())).view


def _amount(identity: str) -> Column[PendingRow]:
    column = _OF_PODS[identity]
    return Column(
        identity,
        column.title,
        lambda row, now: column.cell(_first(row), now),
        lambda row, now: column.sort_key(_first(row), now),
        column.width,
        "right",
        gives_way=column.gives_way,
    )


PENDING_GROUP_COLUMNS: Sequence[Column[PendingRow]] = (
    Column("name", "OWNER", lambda row, now: _name(row), lambda row, now: natural(row.group.name), 18, grows=True),
    Column(
        "ns",
        "NAMESPACE",
        lambda row, now: Cell(printable(row.group.namespace)),
        lambda row, now: natural(row.group.namespace),
        12,
        gives_way=1,
    ),
    Column("pods", "PODS", lambda row, now: _count(row), lambda row, now: len(row.group.members), 5, "right"),
    Column("age", "AGE", _age, lambda row, now: now - row.created, 4, "right"),
    Column(
        "kind",
        "WAITS",
        lambda row, now: _kind(row),
        lambda row, now: KIND_ORDER.index(row.group.kind),
        13,
    ),
    _amount("cpu"),
    _amount("memory"),
    Column(
        "reason",
        "WHY",
        lambda row, now: _why(row),
        lambda row, now: natural(row.group.words.sentence),
        24,
        grows=True,
    ),
)
"""For groups of pods that wait, and their pods."""
