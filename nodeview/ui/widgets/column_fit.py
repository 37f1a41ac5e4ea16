"""How wide each column may be: who gives way on a narrow screen, and who gets what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from nodeview.views import Column, cell_width

Row = TypeVar("Row")
NAME_AT_LEAST = 14
AT_MOST = 60
"""No column is wider, however long its words."""
BARS_GIVE_WAY = 3.5
"""All bars but the first shrink after type, zone and price have gone."""
STEADY = ("name", "pool", "type", "zone", "cap", "ns", "owner", "kubelet", "subject")
"""Columns whose words last as long as their row does: they need no more room than their longest word."""


class Fitted(msgspec.Struct, Generic[Row], frozen=True, eq=False):
    """A column and the cells it has on this screen, from `x` on."""

    column: Column[Row]
    x: int
    width: int


class LongestWords(Generic[Row]):
    """The longest word that was ever seen in each steady column: columns never shrink under the reader's eyes."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        """Nothing is seen yet but the titles."""
        self.cells: dict[str, int] = {one.id: cell_width(one.title) + 1 for one in columns if one.id in STEADY}
        self._columns = [one for one in columns if one.id in STEADY]

    def learn(self, rows: Iterable[Row], now: float) -> None:
        """Look at rows that were not there before."""
        cells = self.cells
        for row in rows:
            for one in self._columns:
                width = cell_width(one.cell(row, now).text)
                if width > cells[one.id]:
                    cells[one.id] = min(width, AT_MOST)


def fit(columns: Sequence[Column[Row]], width: int, longest: Mapping[str, int]) -> tuple[Fitted[Row], ...]:
    """Fit columns into `width` cells, after the one cell of the mark.

    The first column (a name) is cut down to 14 cells before anybody else gives way; then columns go, the highest
    `gives_way` first, and bars shrink to their percent in between, the last one first. What is left goes to the
    columns whose longest words are cut, first to those that lack least, so that one long name does not cut all else;
    then to the last column that grows, which takes all where none stands behind it. There are two cells between
    columns where nobody must give way for that.
    """
    widths = {column.id: min(column.width, longest.get(column.id, column.width)) for column in columns}
    name = columns[0].id
    widths[name] = min(widths[name], NAME_AT_LEAST)
    gap = 1

    def left() -> int:
        return width - 1 - sum(widths.values()) - gap * (len(widths) - 1)

    for _, column in sorted(_ways(columns), key=lambda way: way[0])[::-1]:  # of two alike the last goes first
        if left() >= 0:
            break
        if column.narrow_width is not None:
            widths[column.id] = column.narrow_width
        else:
            del widths[column.id]
    if left() >= len(widths) - 1:
        gap = 2
    lacks = {key: wanted - widths[key] for key, wanted in longest.items() if key in widths}
    for key, lack in sorted(lacks.items(), key=lambda one: one[1]):
        widths[key] += min(max(lack, 0), max(left(), 0))
    growing = [column.id for column in columns[1:] if column.grows and column.id in widths]
    if growing:
        last = growing[-1] == [column.id for column in columns if column.id in widths][-1]
        widths[growing[-1]] += max(left(), 0) if last else min(max(left(), 0), AT_MOST)
    return _placed([column for column in columns if column.id in widths], widths, gap)


def _ways(columns: Sequence[Column[Row]]) -> list[tuple[float, Column[Row]]]:
    """Who gives way, and how readily."""
    bars = [column for column in columns if column.narrow_width is not None]
    goes = [(float(column.gives_way), column) for column in columns if column.gives_way]
    shrinks = [(BARS_GIVE_WAY if place else 0.5, column) for place, column in enumerate(bars)]
    return [*goes, *shrinks]


def _placed(columns: Sequence[Column[Row]], widths: dict[str, int], gap: int) -> tuple[Fitted[Row], ...]:
    placed: list[Fitted[Row]] = []
    x = 1
    for column in columns:
        placed.append(Fitted(column, x, widths[column.id]))
        x += widths[column.id] + gap
    return tuple(placed)
