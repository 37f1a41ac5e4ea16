"""One frame as plain text: what the dashboard's header and tables say, in columns that line up, or as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.insights import PENDING_GROUP_COLUMNS, PendingRow
from nodeview.report.json_report import is_known, needs_pods
from nodeview.report.json_values import instant
from nodeview.report.text_sections import DASH, Section, Table, sections_of
from nodeview.views import (
    PHASE_ORDER,
    PHASE_WORDS,
    Cell,
    Column,
    Group,
    NodeView,
    TableState,
    Tally,
    arrange,
    bill_lines,
    cell_width,
    of_whole,
    percent,
    printable,
)

_OF_CLAIMS = ("name", "pool", "type", "zone", "cap", "price", "age", "state")


@dataclass(frozen=True, slots=True)
class Tables:
    """All that a text report says, from top to bottom."""

    head: tuple[str, ...]
    nodes: Table
    hidden: str
    pending: Table | None
    waiting: int = 0
    """Pods in the groups of `pending`."""
    claims: Table | None = None
    """NodeClaims without a node."""
    sections: tuple[Section, ...] = ()
    """What else there is to say."""


def tables_of(frame: Frame, columns: Sequence[Column[NodeView]], state: TableState, resources: Sequence[str]) -> Tables:
    """What there is to say; a dash stands where pods or nodes are not known yet."""
    arrangement = arrange(frame.view.nodes.values(), state, columns, frame.at, resources)
    knows_pods = is_known(frame, "pods")
    rows = tuple(_row(row, columns, frame.at, knows_pods) for row in arrangement.rows)
    strong = frozenset(place for place, row in enumerate(arrangement.rows) if isinstance(row, Group))
    hidden = f"{arrangement.hidden} nodes hidden by the filter {state.filter.text}" if arrangement.hidden else ""
    groups = [one for one in frame.insights.pending.groups if one.kind != "starting"] if knows_pods else []
    closed = [PendingRow(one, None, None, frame.view.given) for one in groups]
    waiting = tuple(tuple(column.cell(one, frame.at).text for column in PENDING_GROUP_COLUMNS) for one in closed)
    return Tables(
        head=tuple(_head(frame, resources, priced=any(column.id == "price" for column in columns))),
        nodes=_table(columns, rows, strong),
        hidden=hidden,
        pending=_table(PENDING_GROUP_COLUMNS, waiting) if waiting else None,
        waiting=len(frame.view.pending),
        claims=_claims(frame, columns, state, resources),
        sections=sections_of(frame),
    )


def _claims(
    frame: Frame, columns: Sequence[Column[NodeView]], state: TableState, resources: Sequence[str]
) -> Table | None:
    """The claims that the filter lets through, in the nodes' order; of the columns those that say something of one."""
    ungrouped = replace(state, group_by=None)
    rows = arrange(frame.view.claims.rows.values(), ungrouped, columns, frame.at, resources).rows
    some = [one for one in columns if one.resource is None and one.id in _OF_CLAIMS]
    said = tuple(_row(row, some, frame.at, knows_pods=True) for row in rows)
    return _table(some, said) if said else None


def table_of(tables: Tables) -> str:
    """Columns that line up wherever they are printed."""
    parts = ["\n".join(tables.head), aligned(tables.nodes)]
    parts += [tables.hidden] if tables.hidden else []
    parts += [f"{_claimed(tables.claims)}\n{aligned(tables.claims)}"] if tables.claims else []
    parts += [f"{tables.waiting:,} pending\n{aligned(tables.pending)}"] if tables.pending else []
    parts += [f"{one.title}\n{aligned(one.table)}" for one in tables.sections]
    return "\n\n".join(parts) + "\n"


def markdown_of(tables: Tables) -> str:
    """Markdown with pipe tables."""
    parts = ["  \n".join(_escaped(line) for line in tables.head), _piped(tables.nodes)]
    parts += [_escaped(tables.hidden)] if tables.hidden else []
    parts += [f"**{_claimed(tables.claims)}**\n\n{_piped(tables.claims)}"] if tables.claims else []
    parts += [f"**{tables.waiting:,} pending**\n\n{_piped(tables.pending)}"] if tables.pending else []
    parts += [f"**{_escaped(one.title)}**\n\n{_piped(one.table)}" for one in tables.sections]
    return "\n\n".join(parts) + "\n"


def _claimed(claims: Table) -> str:
    return f"{len(claims.rows):,} claim{'' if len(claims.rows) == 1 else 's'} without a node"


def _table(
    columns: Sequence[Column[Any]], rows: tuple[tuple[str, ...], ...], strong: frozenset[int] = frozenset()
) -> Table:
    return Table(
        titles=tuple(column.title for column in columns),
        right=tuple(column.align == "right" or column.resource is not None for column in columns),
        rows=rows,
        strong=strong,
    )


def _row(row: NodeView | Group, columns: Sequence[Column[NodeView]], now: float, knows_pods: bool) -> tuple[str, ...]:
    texts: list[str] = []
    for place, column in enumerate(columns):
        of_pods = column.resource is not None or column.id == "pods" or needs_pods(column.id)
        if of_pods and not knows_pods:
            texts.append(DASH)
        elif isinstance(row, NodeView):
            texts.append(column.cell(row, now).text)
        elif place == 0:
            texts.append(f"{row.title}: {_said(column.subtotal, row.tally, now)}")
        else:
            texts.append(_said(column.subtotal, row.tally, now))
    return tuple(texts)


def _said(subtotal: Callable[[Tally, float], Cell] | None, tally: Tally, now: float) -> str:
    return subtotal(tally, now).text if subtotal else ""


def _head(frame: Frame, resources: Sequence[str], *, priced: bool) -> Iterable[str]:
    identity, totals = frame.identity, frame.view.totals
    version = identity.version.text if identity.version else ""
    yield " · ".join(printable(text) for text in (identity.context, version, instant(frame.at) or "") if text)
    yield from (stream.left_out for stream in frame.view.streams if stream.left_out)
    if not is_known(frame, "nodes"):
        yield f"nodes: {DASH}"
        return
    phases: Counter[str] = Counter()
    for phase in reversed(PHASE_ORDER):
        phases[PHASE_WORDS[phase]] += totals.phases.get(phase, 0)
    yield _counted(totals.nodes, "nodes", phases.items())
    pods = totals.pods
    if pods is not None and is_known(frame, "pods"):
        states = ("running", "starting", "pending", "terminating")
        yield _counted(pods.total, "pods", [(name, getattr(pods, name)) for name in states])
        yield from filter(None, [frame.view.out_of_sight])
        yield from _gauges(totals, resources)
    else:
        yield f"pods: {DASH}"
    if priced:
        yield from bill_lines(totals.money, totals.nodes)


def _counted(total: int, what: str, parts: Iterable[tuple[str, int]]) -> str:
    said = ", ".join(f"{count:,} {word}" for word, count in parts if count)
    return f"{total:,} {what if total != 1 else what[:-1]}" + (f": {said}" if said else "")


def _gauges(totals: Tally, resources: Sequence[str]) -> Iterable[str]:
    width = max((len(name) for name in resources), default=0)
    for name in resources:
        share = totals.share(name)
        if share is None:
            yield f"{name.ljust(width)}  {DASH}"
        else:
            parts = of_whole(name, totals.requested[name], totals.allocatable[name], totals.balloon.get(name, 0))
            yield f"{name.ljust(width)}  {percent(share)}  {parts}"


def aligned(table: Table) -> str:
    """The table in columns that line up; no newline at its end."""
    lines = (table.titles, *table.rows)
    widths = [max(cell_width(line[place]) for line in lines) for place in range(len(table.titles))]
    return "\n".join(_line(line, widths, table.right) for line in lines)


def _line(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for text, width, is_right in zip(texts, widths, right, strict=True):
        blank = " " * (width - cell_width(text))
        cells.append(blank + text if is_right else text + blank)
    return "  ".join(cells).rstrip()


def _piped(table: Table) -> str:
    marks = tuple("---:" if is_right else "---" for is_right in table.right)
    rows = [
        tuple(f"**{text}**" if place in table.strong and text else text for text in map(_escaped, row))
        for place, row in enumerate(table.rows)
    ]
    return "\n".join(f"| {' | '.join(texts)} |" for texts in (table.titles, marks, *rows))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
