"""Which rows a table shows, in which order and groups, and how many it hides."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from nodeview.views.claim import ClaimView
from nodeview.views.columns import Column
from nodeview.views.filter import NO_FILTER, Filter
from nodeview.views.filter_fields import ALIASES
from nodeview.views.labels import COMPUTED_LABELS, known_label, sort_key_of, value_of
from nodeview.views.node import NodeView
from nodeview.views.tallies import Tally, tally
from nodeview.views.text import natural, printable

Row = TypeVar("Row")

_COLUMN_OF = {"phase": "state"}
"""Where the words of a filter and the columns differ."""


class TableState(msgspec.Struct, frozen=True):
    """What a person asked of a table.

    `sort_by` is a column's id or a label; `group_by` one of `GROUPINGS`, `name`, or a label.
    """

    sort_by: str = "name"
    descending: bool = False
    filter: Filter = NO_FILTER
    group_by: str | None = None
    name_pattern: str | None = None
    """A regular expression; grouping by name takes its group 1, or all that it matched."""


class Group(msgspec.Struct, frozen=True, eq=False):
    """The header row of a group: what its nodes share, and their sums."""

    key: str | None
    title: str
    tally: Tally
    claims: int = 0
    """NodeClaims without a node in it; no sum counts them."""


class Arrangement(msgspec.Struct, frozen=True, eq=False):
    """The rows from top to bottom, and how many nodes are shown and hidden by the filter."""

    rows: tuple[Group | NodeView, ...]
    shown: int
    hidden: int
    hidden_claims: int = 0
    """NodeClaims without a node that the filter hides, which are not among the hidden nodes."""


class SortOrder(msgspec.Struct, frozen=True):
    """A column's id or a label, and the direction."""

    sort_by: str
    descending: bool = False


class SortError(msgspec.Struct, frozen=True):
    """Why a sort order cannot be had, as a sentence."""

    sentence: str


GROUPINGS: Mapping[str, Callable[[NodeView], str | None]] = {
    "pool": lambda view: view.pool,
    "zone": lambda view: view.traits.zone,
    "type": lambda view: view.traits.instance_type,
    "version": lambda view: view.record.kubelet_version or None,
    "capacity": lambda view: view.capacity_type,
    "provisioner": lambda view: view.ownership.provisioner,
}
"""What nodes may be grouped by besides labels and `name`."""


def arrange(
    nodes: Collection[NodeView],
    state: TableState,
    columns: Sequence[Column[NodeView]],
    now: float,
    resources: Sequence[str],
) -> Arrangement:
    """Filter, sort and group the nodes; each group's sums are of these resources (fast for those of the views)."""
    kept = state.filter.shown(nodes, now)
    claims = sum([isinstance(view, ClaimView) for view in kept])
    all_claims = claims if len(kept) == len(nodes) else sum([isinstance(view, ClaimView) for view in nodes])
    hidden_claims = all_claims - claims
    shown, hidden = len(kept) - claims, len(nodes) - len(kept) - hidden_claims
    kept.sort(key=lambda view: natural(view.name))
    if state.sort_by != "name" or state.descending:
        kept = _sorted(kept, _key_of(state.sort_by, columns), state.descending, now)
    if state.group_by is None:
        return Arrangement(tuple(kept), shown, hidden, hidden_claims)
    rows: list[Group | NodeView] = []
    for group, members in _groups(kept, state, resources, now):
        rows.append(group)
        rows.extend(members)
    return Arrangement(tuple(rows), shown, hidden, hidden_claims)


def arrange_rows(rows: Iterable[Row], state: TableState, columns: Sequence[Column[Row]], now: float) -> tuple[Row, ...]:
    """Sort any rows by one of their columns, the first one where the asked is none of them; ties by the first."""
    first = columns[0].sort_key
    ordered = _sorted(list(rows), first, False, now)
    chosen = next((column.sort_key for column in columns if column.id == state.sort_by), first)
    return tuple(_sorted(ordered, chosen, state.descending, now))


def parse_sort(
    text: str, columns: Sequence[Column[Any]], labels: Collection[str] | None = None
) -> SortOrder | SortError:
    """Read `creation=dsc`, `price`, `topology.kubernetes.io/zone=asc`; `labels` are those that nodes bear.

    With `labels` None no node has been seen yet, and labels with a dot or slash are believed. `creation` means what
    eks-node-viewer means by it: ascending has the youngest first, as the age ascending.
    """
    key, equals, direction = (part.strip() for part in text.strip().partition("="))
    if not key or (equals and direction.lower() not in ("asc", "dsc", "desc")):
        return SortError(
            f'"{printable(text)}" is no sort order: write a column or a label, then "=asc" or "=dsc" if you like.'
        )
    descending = direction.lower() in ("dsc", "desc")
    if key.lower() == "creation":
        return SortOrder("age", descending)
    ids = [column.id for column in columns]
    lowered = key.lower()
    for name in (key, lowered, _COLUMN_OF.get(lowered, ALIASES.get(lowered, lowered))):
        if name in ids:
            return SortOrder(name, descending)
    computed = COMPUTED_LABELS.get(key)
    if computed is not None:
        return SortOrder(computed.column or key, descending)
    if known_label(key, labels, ids):
        return SortOrder(key, descending)
    names = ("creation", *ids)
    close = get_close_matches(key, names, 1)
    meant = f" Did you mean {close[0]}?" if close else ""
    return SortError(
        f"Nothing to sort by is called {printable(key)}.{meant} "
        f"Sort by one of {', '.join(names)}, by a computed label such as node-cpu-usage, or by a label of the nodes."
    )


def name_pattern_error(pattern: str) -> str | None:
    """Why this is no pattern for names, as a sentence; None where it is one."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f'The name pattern "{printable(pattern)}" is not a regular expression: {error}.'
    return None


@lru_cache(maxsize=8)
def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    # An invalid pattern has been said by name_pattern_error; the table goes on without it.
    return re.compile(pattern) if pattern and name_pattern_error(pattern) is None else None


def _part_of_name(view: NodeView, pattern: re.Pattern[str] | None) -> str | None:
    if pattern is None:
        return view.pool or view.name
    for name in (view.pool, view.name):
        found = pattern.search(name) if name else None
        if found:
            return found[1] if pattern.groups and found[1] is not None else found[0]
    return None


def _key_of(sort_by: str, columns: Sequence[Column[NodeView]]) -> Callable[[NodeView, float], Any]:
    for column in columns:
        if column.id == sort_by:
            return column.sort_key
    return lambda view, now: sort_key_of(view, sort_by, now)


def _sorted(rows: list[Row], key: Callable[[Row, float], Any], descending: bool, now: float) -> list[Row]:
    """Stable in both directions; rows without a key come last in both."""
    keys = [key(row, now) for row in rows]
    known = [place for place, value in enumerate(keys) if value is not None]
    unknown = [row for row, value in zip(rows, keys, strict=True) if value is None]
    known.sort(key=keys.__getitem__, reverse=descending)
    return [rows[place] for place in known] + unknown


def _groups(
    nodes: Sequence[NodeView], state: TableState, resources: Sequence[str], now: float
) -> list[tuple[Group, list[NodeView]]]:
    by = state.group_by or "name"
    grouping = GROUPINGS.get(by)
    pattern = _compiled(state.name_pattern)
    members: dict[str | None, list[NodeView]] = {}
    for view in nodes:
        if grouping is not None:
            key = grouping(view)
        else:
            key = _part_of_name(view, pattern) if by == "name" else value_of(view, by, now)
        members.setdefault(key, []).append(view)
    summed = tuple(resources)
    groups = [(_group(key, by, some, summed), some) for key, some in members.items()]
    groups.sort(key=lambda pair: (pair[0].key is None, natural(pair[0].title)))
    return groups


def _group(key: str | None, by: str, members: Sequence[NodeView], resources: tuple[str, ...]) -> Group:
    nodes = [view for view in members if not isinstance(view, ClaimView)]
    return Group(key, _title(key, by), tally(nodes, resources), len(members) - len(nodes))


def _title(key: str | None, by: str) -> str:
    if key is None:
        return f"no {printable(by)}"
    return printable(key) or '""'
