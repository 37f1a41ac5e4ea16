"""What a text report says below its nodes: a title and a table each, left out where there is nothing to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nodeview.cluster import Times
from nodeview.frame import Frame
from nodeview.report.json_pools import derived_pools
from nodeview.views import (
    NO_POOL,
    Place,
    VersionRow,
    columns_of_pools,
    left_words,
    printable,
    shape_words,
    version_matrix,
)

DASH = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under titles; `right` says which columns are of figures; `strong` rows head a group."""

    titles: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and what stands under it."""

    title: str
    table: Table


def sections_of(frame: Frame) -> tuple[Section, ...]:
    """All that there is to say, in the order of `SECTIONS`."""
    return tuple(section for one in SECTIONS if (section := one(frame)) is not None)


def _headroom(frame: Frame) -> Section | None:
    """Room that is left in each zone and pool, where balloons hold some or a shape was asked for."""
    headroom = frame.view.headroom
    places = (*headroom.zones, *headroom.pools)
    held = any(amount for one in places for amount in one.room.balloon.values())
    asked = not frame.view.given.headroom_shape.is_largest
    if headroom.shape is None or not (held or asked):
        return None
    resources = sorted({name for one in places for name in one.room.free})
    titles = ["of", "name", "pods", "of balloons"]
    titles += [title for name in resources for title in (f"{name} free", f"{name} balloons")]
    kinds = [("zone", one) for one in headroom.zones] + [("pool", one) for one in headroom.pools]
    rows = tuple(_room(kind, one, resources) for kind, one in kinds)
    words = f"headroom in pods of {shape_words(headroom.shape.amounts)}: {headroom.shape.source}"
    return Section(printable(words), _table(titles, rows))


def _room(kind: str, place: Place, resources: Sequence[str]) -> tuple[str, ...]:
    room = place.room
    said = {name: (free, balloon) for name, free, balloon in left_words(room)}
    amounts = [text for name in resources for text in said.get(name, (DASH, DASH))]
    known = room.nodes > 0 or not room.unknown
    pods = [f"{room.pods:,}", f"{room.pods - room.pods_beside_balloons:,}"] if known else [DASH, DASH]
    return (kind, printable(place.name or DASH), *pods, *amounts)


def _pools(frame: Frame) -> Section | None:
    """Every pool in the columns of the screen."""
    rows = derived_pools(frame).rows
    if not any(one.pool.name is not None for one in rows):
        return None
    given = frame.view.given
    columns = columns_of_pools(given.resources, priced=given.priced)
    texts = tuple(tuple(column.cell(row, frame.at).text for column in columns) for row in rows)
    right = tuple(column.align == "right" or column.resource is not None for column in columns)
    named = sum(1 for one in rows if one.pool.name is not None)
    return Section(
        f"{named:,} pool{'' if named == 1 else 's'}", Table(tuple(column.title for column in columns), right, texts)
    )


def _versions(frame: Frame) -> Section | None:
    """Kubelets by pool and version, where they are of several versions or behind the control plane."""
    pools = derived_pools(frame)
    matrix = version_matrix([one.pool for one in pools.rows], pools.control_plane)
    if not matrix.rows or not (matrix.total.mixed or matrix.total.behind):
        return None
    titles = ["pool", *[f"{one.title}{'*' if one.is_control_plane else ''}" for one in matrix.columns], "behind"]
    rows = [_version_row(row, row.name or NO_POOL) for row in matrix.rows]
    known = f"; * of the control plane's minor version, {matrix.control_plane.text}" if matrix.control_plane else ""
    return Section(printable(f"nodes by kubelet{known}"), _table(titles, (*rows, _version_row(matrix.total, "all"))))


def _version_row(row: VersionRow, name: str) -> tuple[str, ...]:
    behind = DASH if row.behind is None else f"{row.behind:,}"
    return (printable(name), *[f"{count:,}" for count in row.counts], behind)


def _preemptions(frame: Frame) -> Section | None:
    """Who made way for whom since we watch; of one report that is little, of `--watch` all."""
    told = frame.view.preemptions
    if not told.stories:
        return None
    rows = tuple(
        (
            "/".join(one.victim) + ("" if one.balloon else " (no balloon)"),
            one.node or DASH,
            "/".join(one.by) if one.by else "preemptor not seen",
            _seconds(one.to_run_s),
            _seconds(one.to_refill_s),
        )
        for one in told.stories
    )
    title = f"{told.count:,} preempted; seconds to run {_times(told.to_run)}, to refill {_times(told.to_refill)}"
    titles = ("victim", "node", "by", "to run", "to refill")
    return Section(title, _table(titles, tuple(tuple(map(printable, row)) for row in rows)))


def _episodes(frame: Frame) -> Section | None:
    """Nodes that are taken away, and what is made in their place."""
    sights = frame.insights.episodes.sights
    if not sights:
        return None
    rows = tuple((printable(", ".join(one.story.pools)) or DASH, printable(one.words)) for one in sights)
    return Section("nodes that are taken away", _table(("pool", "what happens"), rows))


def _findings(frame: Frame) -> Section | None:
    """What deserves attention; of what is only to be known, how much there is of each kind."""
    found = frame.insights.findings.all
    if not found:
        return None
    told = [(one.severity, printable(one.subject), printable(one.message)) for one in found if one.severity != "info"]
    known = Counter(one.id for one in found if one.severity == "info")
    rows = (*told, *[("info", f"{count:,} {kind}", "") for kind, count in known.items()])
    title = f"{len(told):,} to be looked at, {known.total():,} to be known"
    return Section(title, _table(("finding", "of", "what"), rows))


def _times(times: Times) -> str:
    return f"median {_seconds(times.median)}, worst {_seconds(times.worst)}"


def _seconds(seconds: float | None) -> str:
    return DASH if seconds is None else f"{seconds:g} s"


def _table(titles: Sequence[str], rows: tuple[tuple[str, ...], ...]) -> Table:
    """A table whose columns of figures are those that hold nothing else."""
    columns = [[row[place] for row in rows] for place in range(len(titles))]
    right = [bool(column) and all(text == DASH or text[:1].isdigit() for text in column) for column in columns]
    return Table(tuple(titles), tuple(right), rows)


SECTIONS: tuple[Callable[[Frame], Section | None], ...] = (
    _headroom,
    _pools,
    _versions,
    _preemptions,
    _episodes,
    _findings,
)
"""A line for each."""
