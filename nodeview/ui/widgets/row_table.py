"""A table of any rows: virtual, cached line by line, with a cursor that stays on its row."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from nodeview.ui.tones import Ink
from nodeview.ui.widgets.line_widget import LineWidget
from nodeview.ui.widgets.row_painting import MARKED, RowPainter
from nodeview.views import Column, Group

Row = TypeVar("Row")
WHEEL = 3


class RowTable(LineWidget, Generic[Row], can_focus=True):
    """A header, rows (groups among them), and a foot when something is out of sight.

    Until somebody moves the cursor it rests on the first row; from then on it keeps to its row's key, and to its
    line of the screen as far as there are rows around it.
    """

    @dataclass
    class Opened(Message):
        """Enter or a double click on a row."""

        table: RowTable[Any]
        key: str

    @dataclass
    class Moved(Message):
        """A person moved the cursor, or looked elsewhere with the wheel."""

        table: RowTable[Any]
        key: str

    @dataclass
    class SortAsked(Message):
        """A click on a column's title."""

        table: RowTable[Any]
        column: str

    def __init__(
        self,
        ink: Ink,
        columns: Sequence[Column[Row]],
        key_of: Callable[[Row], str],
        clock: Callable[[], float],
        *,
        id: str | None = None,
    ) -> None:
        """An empty table; `key_of` names a row for as long as it lives, `clock` says the epoch seconds ages end at."""
        super().__init__(ink, id=id)
        self.painter: RowPainter[Row] = RowPainter(ink, columns)
        self.sort: tuple[str, bool] = ("", False)
        """The column sorted by, and whether from the greatest down."""
        self.marks: Mapping[str, str] = {}
        """Row key → `+` or `-`: it joined or left a moment ago."""
        self.marked: Container[str] = ()
        """Row keys that somebody marked; a sign says so whatever else there is to say."""
        self.hidden = ""
        """What else is out of sight, said in the foot."""
        self.empty = ""
        """Why there are no rows."""
        self.alarming: Callable[[Row], bool] = _never
        """Which rows need somebody, in sight or not."""
        self.top = 0
        self.cursor = 0
        self.pinned = False
        """Somebody moved the cursor."""
        self._key_of = key_of
        self._clock = clock
        self._rows: list[Group | Row] = []
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self._alarms: list[int] = []
        self._second = int(clock())
        self._extent = Size(0, 0)
        """The size, asked once a paint: Textual finds it anew each time."""
        self._shown: dict[int, Strip] = {}

    # What is shown

    @property
    def cursor_key(self) -> str | None:
        """The row that Enter would open."""
        return self._keys[self.cursor] if self._keys else None

    @property
    def keys(self) -> Sequence[str]:
        """The rows' keys from top to bottom, groups among them."""
        return self._keys

    def row(self, key: str) -> Group | Row | None:
        """The row with this key, if it is there."""
        place = self._places.get(key)
        return None if place is None else self._rows[place]

    def set_rows(self, rows: Iterable[Group | Row]) -> None:
        """Show these rows in this order; a moved cursor follows its row, or stays where that was."""
        cursor_key, offset, before = self.cursor_key, self.cursor - self.top, self._places
        self._rows = list(rows)
        self._keys = [group_key(row) if isinstance(row, Group) else self._key_of(row) for row in self._rows]
        self._places = {key: place for place, key in enumerate(self._keys)}
        self._alarms = [at for at, row in enumerate(self._rows) if not isinstance(row, Group) and self.alarming(row)]
        self._learn(before)
        place = self._places.get(cursor_key) if cursor_key is not None and self.pinned else None
        if place is not None:
            self.cursor = place
            if 0 <= offset < self.body_height:
                self.top = place - offset
        self._settle()
        self.renew()

    def _learn(self, before: Mapping[str, int]) -> None:
        """Make room for the words of rows that were not there."""
        new = self._places.keys() - before.keys()
        rows = [row for key in new if not isinstance(row := self._rows[self._places[key]], Group)]
        self.painter.longest.learn(rows, self._second)

    def replace(self, key: str, row: Row) -> None:
        """Show a newer value of one row where it stands."""
        place = self._places.get(key)
        if place is not None:
            self._rows[place] = row
            self._renew_line(place - self.top + 1)

    def tick(self) -> None:
        """A second has passed: paint what reads differently now."""
        self._second = int(self._clock())
        self.renew()

    def renew(self) -> None:
        """Paint the lines that read differently from what is on the screen."""
        self._extent = self.size
        for y in range(self._extent.height):
            self._renew_line(y)

    def _renew_line(self, y: int) -> None:
        width, height = self._extent
        if 0 <= y < height and width and self.line(y, width) is not self._shown.get(y):
            self.repaint_line(y)

    # Moving

    @property
    def body_height(self) -> int:
        """Lines for rows."""
        room = max(self._extent.height - 1, 0)
        has_foot = len(self._keys) > room or bool(self.hidden)
        return room - 1 if has_foot and room > 1 else room

    def _settle(self) -> None:
        self.cursor = min(max(self.cursor, 0), max(len(self._keys) - 1, 0))
        self.top = min(max(self.top, 0), max(len(self._keys) - self.body_height, 0))

    def move_to(self, place: int) -> None:
        """Put the cursor on the row at this place (clamped) and bring it into sight."""
        if not self._keys:
            return
        self.cursor, self.pinned = min(max(place, 0), len(self._keys) - 1), True
        self._show_cursor()
        self.renew()
        self.post_message(self.Moved(self, self._keys[self.cursor]))

    def _show_cursor(self) -> None:
        if self.cursor < self.top:
            self.top = self.cursor
        elif self.cursor >= self.top + self.body_height:
            self.top = self.cursor - self.body_height + 1
        self._settle()

    def move_to_key(self, key: str) -> None:
        """Put the cursor on this row, if it is there."""
        if key in self._places:
            self.move_to(self._places[key])

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self.move_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        self.move_to(self.cursor + pages * max(self.body_height - 1, 1))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first row (0) or the last (1)."""
        self.move_to((len(self._keys) - 1) * end)

    def action_next_alarm(self) -> None:
        """Move the cursor to the next row that needs somebody, from the last to the first."""
        if self._alarms:
            self.move_to(next((place for place in self._alarms if place > self.cursor), self._alarms[0]))

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self, self.cursor_key))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show later rows; the cursor stays on its own."""
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show earlier rows; the cursor stays on its own."""
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        if self._keys:
            self.top, self.pinned = self.top + rows, True
            self._settle()
            self.renew()
            self.post_message(self.Moved(self, self._keys[self.cursor]))

    def on_click(self, event: events.Click) -> None:
        """A title sorts; a row is chosen, and opened by the second click."""
        if event.y == 0:
            titles = [one.column.id for one in self.painter.fitted if one.x <= event.x]
            if titles:
                self.post_message(self.SortAsked(self, titles[-1]))
            return
        place = self.top + event.y - 1
        if event.y <= self.body_height and place < len(self._keys):
            self.move_to(place)
            if event.chain == 2:
                self.action_open()

    def on_resize(self, event: events.Resize) -> None:
        """Keep a moved cursor in sight on another size of screen."""
        self._extent = self.size
        self._settle()
        if self.pinned:
            self._show_cursor()
        self._shown.clear()
        self.refresh()

    # Painting

    def dip(self, ink: Ink) -> None:
        """Take another ink."""
        longest = self.painter.longest
        self.painter = RowPainter(ink, self.painter.columns)
        self.painter.longest = longest
        super().dip(ink)

    def line(self, y: int, width: int) -> Strip:
        """The header, a row, the foot, or nothing."""
        self.painter.fit_into(width, self._extent.height)
        if y == 0:
            return self.painter.header(self.sort)
        place = self.top + y - 1
        if y > self.body_height:
            return self.painter.text("foot", self._out_of_sight(), self.hidden)
        if place < len(self._keys):
            key = self._keys[place]
            here = place == self.cursor
            mark = MARKED if key in self.marked else self.marks.get(key, "")
            return self.painter.row(key, self._rows[place], self._second, mark, here)
        if y == 2 and not self._keys and self.empty:
            return self.painter.text("empty", f"  {self.empty}")
        return self.painter.text("nothing", "")

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint, and remember what was painted."""
        self._extent = self.size
        width = self._extent.width
        for y in range(crop.y, crop.bottom):
            self._shown[y] = self.line(y, width)
        return super().render_lines(crop)

    def _out_of_sight(self) -> str:
        """How many rows are above and below, and how many of them need somebody."""
        last = self.top + self.body_height
        below = max(len(self._keys) - last, 0)
        words = [f"{self.top:,} above"] if self.top else []
        if below:
            words.append(f"{below:,} {'below' if self.top else 'more'}")
        alarms = sum(not self.top <= place < last for place in self._alarms)
        if alarms:
            words.append(f"{alarms:,} of them NotReady: press !")
        return f" … {', '.join(words)}" if words else ""


def _never(row: object) -> bool:
    return False


def group_key(group: Group) -> str:
    """The key of a group's header row; no Kubernetes name begins like this."""
    return f"\0{group.key or ''}"
