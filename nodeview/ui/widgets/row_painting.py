"""From a row's cells to its strip, kept for as long as it reads the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from textual.strip import Strip

from nodeview.ui.tones import Ground, Ink, Part
from nodeview.ui.widgets.column_fit import Fitted, LongestWords, fit
from nodeview.views import Cell, Column, Group, Tone, cell_width, shorten, shorten_end, shorten_phrases

Row = TypeVar("Row")
SCREENS_KEPT = 4
BLANK = Cell("")
MARKED, MARKED_CURSOR = "◆", "◈"
"""Beside a row that somebody marked, and where the cursor is on it."""
_CUTS = {"state": shorten_phrases, "zone": shorten, "subject": shorten}
"""How words of a column are cut that has too little room: zones differ at their ends, as names do."""
_AGE = re.compile(r"\d([sm])\b")


class _Painted(msgspec.Struct, Generic[Row], eq=False):
    """What was painted of one row last, and of what."""

    row: Group | Row
    second: int
    until: int
    """The second from which on its ages may read differently."""
    look: tuple[str, bool]
    cells: tuple[Cell, ...]
    strip: Strip


def _steady_for(cells: Sequence[Cell]) -> int:
    """Seconds for which ages may be left as they are: those of the young change soon, the others seldom."""
    units = set(_AGE.findall(" ".join([cell.text for cell in cells])))
    return 1 if "s" in units else 5 if "m" in units else 60


class RowPainter(Generic[Row]):
    """Paints the lines of one table; the same `Strip` comes back until a line reads differently."""

    def __init__(self, ink: Ink, columns: Sequence[Column[Row]]) -> None:
        """Nothing is painted before `fit_into` has said how wide."""
        self.ink = ink
        self.columns = tuple(columns)
        self.longest: LongestWords[Row] = LongestWords(columns)
        self.fitted: tuple[Fitted[Row], ...] = ()
        self.strips_built = 0
        """Row strips made so far; for tests."""
        self._width = 0
        self._longest: dict[str, int] = {}
        self._kept = 0
        self._rows: dict[str, _Painted[Row]] = {}
        self._lines: dict[str, tuple[object, Strip]] = {}

    def fit_into(self, width: int, height: int) -> None:
        """Paint for a table of this size from now on, as wide as the longest words need it."""
        self._kept = SCREENS_KEPT * max(height, 16)
        longest = self.longest.cells
        if width != self._width or longest != self._longest:
            self._width, self._longest = width, dict(longest)
            self.fitted = fit(self.columns, width, longest)
            self._rows.clear()
            self._lines.clear()

    def use(self, columns: Sequence[Column[Row]]) -> None:
        """Paint with these columns from now on: the same ones, that give way otherwise or are of another width."""
        self.columns = tuple(columns)
        self._width = 0

    def row(self, key: str, row: Group | Row, second: int, mark: str, on_cursor: bool) -> Strip:
        """One row at this second."""
        look = (mark, on_cursor)
        kept = self._rows.get(key)
        if kept is not None and kept.row is row and kept.second <= second < kept.until and kept.look == look:
            return kept.strip
        cells = self._cells(row, second)
        until = second + _steady_for(cells)
        if kept is not None and kept.cells == cells and kept.look == look:
            kept.row, kept.second, kept.until = row, second, until
            return kept.strip
        strip = self._row_strip(row, cells, mark, on_cursor)
        self._rows.pop(key, None)
        self._rows[key] = _Painted(row, second, until, look, cells, strip)
        if len(self._rows) > self._kept:
            del self._rows[next(iter(self._rows))]
        return strip

    def header(self, sort: tuple[str, bool]) -> Strip:
        """The titles, and an arrow at the one that is sorted by."""
        return self._line("header", sort, lambda: self._header_parts(sort), Ground.HEADER)

    def text(self, name: str, left: str, right: str = "") -> Strip:
        """A muted line of words, `right` at its end if there is room."""
        return self._line(name, (left, right), lambda: self._text_parts(left, right), Ground.PLAIN)

    def _line(self, name: str, of: object, parts: object, ground: Ground) -> Strip:
        kept = self._lines.get(name)
        if kept is None or kept[0] != of:
            kept = self._lines[name] = (of, self.ink.strip(parts(), self._width, ground))  # type: ignore[operator]
        return kept[1]

    def _cells(self, row: Group | Row, second: int) -> tuple[Cell, ...]:
        if isinstance(row, Group):
            nodes = f"{row.tally.nodes:,} node{'' if row.tally.nodes == 1 else 's'}"
            claims = f" · +{row.claims:,} claim{'' if row.claims == 1 else 's'}" if row.claims else ""
            title = Cell(f"{row.title} · {nodes}{claims}", Tone.STRONG)
            subtotals = [one.column.subtotal for one in self.fitted[1:]]
            return (title, *[said(row.tally, second) if said else BLANK for said in subtotals])
        return tuple(one.column.cell(row, second) for one in self.fitted)

    def _row_strip(self, row: Group | Row, cells: tuple[Cell, ...], mark: str, on_cursor: bool) -> Strip:
        self.strips_built += 1
        ink, ground = self.ink, Ground.CURSOR if on_cursor else Ground.PLAIN
        placed = list(zip(self.fitted, cells, strict=True))
        if isinstance(row, Group):
            ground = ground or Ground.HEADER
            placed = self._spanning(placed)
        elif mark == "-":
            placed = [(one, Cell(cell.text, Tone.MUTED, cell.fill)) for one, cell in placed]
        elif not mark and any(cell.tone is Tone.ALARM for cell in cells):
            mark = "!"
        tone = {"!": Tone.ALARM, "+": Tone.COMING, MARKED: Tone.STRONG}.get(mark, Tone.MUTED)
        cursor = MARKED_CURSOR if mark == MARKED else "▸"
        parts = [ink.part(cursor, Tone.STRONG, ground) if on_cursor else ink.part(mark or " ", tone, ground)]
        x = 1
        for place, (one, cell) in enumerate(placed):
            if one.x > x:
                parts.append(ink.part(" " * (one.x - x), Tone.PLAIN, ground))
            parts += self._cell_parts(cell, one, ground, middle=place == 0)
            x = one.x + one.width
        return ink.strip(parts, self._width, ground)

    def _spanning(self, placed: list[tuple[Fitted[Row], Cell]]) -> list[tuple[Fitted[Row], Cell]]:
        """A group's title takes the cells of all columns up to the first that has a sum."""
        first = next((place for place in range(1, len(placed)) if placed[place][1] is not BLANK), len(placed))
        title, last = placed[0][0], placed[first - 1][0]
        wide = Fitted(title.column, title.x, last.x + last.width - title.x)
        return [(wide, placed[0][1]), *placed[first:]]

    def _cell_parts(self, cell: Cell, one: Fitted[Row], ground: Ground, *, middle: bool) -> list[Part]:
        ink, width, right = self.ink, one.width, one.column.align == "right"
        text = ink.words(cell.text)
        if cell.fill is None or width < len(text) + 4:
            tight = cell_width(text) > width
            if tight:
                cut = shorten if middle else _CUTS.get(one.column.id, shorten_end)
                text = ink.words(cut(text, width))
            room = " " * (width - cell_width(text))
            return [ink.part(room + text if right or cell.fill else text + room, cell.tone, ground)]
        figure = text.rjust(max(6, len(text) + 1))
        return [*ink.bar(cell.fill, width - len(figure), cell.tone, ground), ink.part(figure, cell.tone, ground)]

    def _header_parts(self, sort: tuple[str, bool]) -> list[Part]:
        parts, x, ink = [self.ink.part(" ", Tone.MUTED, Ground.HEADER)], 1, self.ink
        for one in self.fitted:
            title, sorted_by = one.column.title, one.column.id == sort[0]
            if one.width == one.column.narrow_width:
                title = f"{title[:3]} %"
            if sorted_by:
                title = shorten_end(title, one.width - 1) + ("▼" if sort[1] else "▲")
            title = shorten_end(title, one.width)
            text = title.rjust(one.width) if one.column.align == "right" else title.ljust(one.width)
            parts.append(ink.part(" " * (one.x - x), Tone.MUTED, Ground.HEADER))
            parts.append(ink.part(text, Tone.STRONG if sorted_by else Tone.MUTED, Ground.HEADER))
            x = one.x + one.width
        return parts

    def _text_parts(self, left: str, right: str) -> list[Part]:
        room = self._width - cell_width(left) - cell_width(right) - 1
        words = f"{left}{' ' * room}{right} " if right and room > 0 else f"{left}  {right}" if right else left
        return [self.ink.part(shorten_end(words, self._width), Tone.MUTED)]
