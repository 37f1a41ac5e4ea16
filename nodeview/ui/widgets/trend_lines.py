"""Numbers over time as lines of text: one chart, several beside each other, and one that is a line high."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from nodeview.frame import Frame
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets import braille
from nodeview.ui.widgets.trend_curves import SPOT, Curve, curves_of, curves_of_pool
from nodeview.views import (
    WHOLE,
    Extent,
    Figure,
    PoolKey,
    Tone,
    Trend,
    cell_width,
    columns_of,
    duration,
    extent_of,
    percent,
    printable,
    shorten_end,
    window_of,
    with_present,
)

GUTTER = 7
"""Columns of a chart's greatest and least value, at its left."""
GAP = 2
"""Columns between two charts."""
LABEL = 12
"""Columns of what a line in a pool's facts is about."""
CELL_AT_LEAST = 18
"""Columns of the narrowest chart of a strip."""
NOT_YET = "numbers over time: the first are taken when all nodes are listed"


class Drawn(NamedTuple):
    """What there is to draw: a trend up to the present, and how far back it is shown."""

    trend: Trend
    now: float
    window: float


def drawn_of(frame: Frame, now: float) -> Drawn:
    """The numbers of this frame, which end with what it shows itself."""
    trend = with_present(frame.trend, frame.view, frame.at)
    return Drawn(trend, now, window_of(trend, now))


def chart(
    curve: Curve, drawn: Drawn, frame: Frame, width: int, height: int, ink: Ink, pool: PoolKey = WHOLE
) -> list[list[Part]]:
    """A title and `height` - 1 lines of dots, each `width` columns wide."""
    points = drawn.trend.series(curve.figure, pool, curve.resource)
    extent = extent_of(points, drawn.trend, drawn.now, drawn.window)
    head = _title(curve, extent, drawn, frame, width, ink, pool)
    rows, room = height - 1, width - GUTTER
    if extent is None or rows < 1 or room < 4:
        return [head, *[[ink.part(" " * width)] for _ in range(rows)]]
    low, high = curve.scale(extent)
    texts, tone = _dots(curve, drawn, low, high, room, rows, ink, pool), curve.tone(extent)
    lines = [head]
    for place, text in enumerate(texts):
        edge = curve.edge(high) if not place else curve.edge(low) if place == rows - 1 else ""
        label = shorten_end(edge, GUTTER - 1).rjust(GUTTER - 1)
        lines.append([ink.part(f"{label} ", Tone.MUTED), ink.part(text.ljust(room), tone)])
    return lines


def time_axis(drawn: Drawn, width: int, ink: Ink, gutter: int = GUTTER) -> list[Part]:
    """When the charts above begin, their middle and their end: how long ago, and by the clock on the wall."""
    room = width - gutter
    begin, middle = drawn.now - drawn.window, drawn.now - drawn.window / 2
    left, right = f"{_clock(begin)} {duration(drawn.window)} ago", "now"
    if len(left) + len(right) + 1 > room:
        left = f"-{duration(drawn.window)}"
    between = room - len(left) - len(right)
    middle_text = _clock(middle)
    before = room // 2 - len(left)
    if before < 2 or between - before < len(middle_text) + 2:
        text = left + " " * max(between, 0) + right
    else:
        text = left + " " * before + middle_text + " " * (between - before - len(middle_text)) + right
    return [ink.part(" " * gutter + text[:room].ljust(room), Tone.MUTED)]


def chart_lines(frame: Frame, now: float, width: int, height: int, ink: Ink, *, priced: bool) -> list[list[Part]]:
    """All charts in columns, each column with its time axis."""
    drawn, curves = drawn_of(frame, now), curves_of(frame, priced=priced)
    count = 1 if width < 60 else 2 if width < 150 else 3
    each = (width - 1) // count - GAP
    deep = -(-len(curves) // count)
    high = max((height - 1) // deep, 2)
    lines: list[list[Part]] = []
    for first in range(0, len(curves), count):
        beside = [chart(one, drawn, frame, each, high, ink) for one in curves[first : first + count]]
        for place in range(high):
            lines.append([ink.part(" "), *[part for one in beside for part in (*one[place], ink.part(" " * GAP))]])
    axes = [part for _ in range(count) for part in (*time_axis(drawn, each, ink), ink.part(" " * GAP))]
    return [*lines[: height - 1], [ink.part(" "), *axes]]


def strip_lines(frame: Frame, now: float, width: int, height: int, ink: Ink, *, priced: bool) -> list[list[Part]]:
    """As many charts beside each other as there is room for: labels, dots, and from four lines on a time axis."""
    if not frame.trend.moments:
        return [[ink.part(f" {NOT_YET}", Tone.MUTED)]]
    drawn, curves = drawn_of(frame, now), curves_of(frame, priced=priced)
    count = max(min((width - 1) // (CELL_AT_LEAST + 1), len(curves)), 1)
    each = (width - 1) // count - 1
    axis, rows = height >= 4, max(height - 1 - (height >= 4), 1)
    lines: list[list[Part]] = [[ink.part(" ")] for _ in range(1 + rows + axis)]
    for curve in curves[:count]:
        for place, parts in enumerate(_small(curve, drawn, frame, each, rows, ink)):
            lines[place] += [*parts, ink.part(" ")]
        if axis:
            lines[-1] += [*time_axis(drawn, each, ink, 0), ink.part(" ")]
    return lines


def pool_trend_lines(frame: Frame, key: PoolKey, now: float, width: int, ink: Ink) -> list[list[Part]]:
    """A pool's numbers over time, a line each: what it is, the curve, and its values. None before two samples."""
    drawn = drawn_of(frame, now)
    lines: list[list[Part]] = []
    for curve in curves_of_pool(frame, key):
        points = drawn.trend.series(curve.figure, key, curve.resource)
        extent = extent_of(points, drawn.trend, now, drawn.window)
        if extent is None or len(points) < 2 or (curve is SPOT and extent.low == extent.high):
            continue
        words = f"  {curve.now(extent)}{curve.range(extent)}"
        if not lines:
            words += f" in {duration(drawn.window)}"
        room = min(width - LABEL - 2 - cell_width(words), 40)
        if room < 8:
            continue
        low, high = curve.scale(extent)
        (text,) = _dots(curve, drawn, low, high, room, 1, ink, key)
        title = f" {curve.title}".ljust(LABEL + 2)
        dots = ink.part(text.ljust(room), curve.tone(extent))
        lines.append([ink.part(title, Tone.MUTED), dots, ink.part(words, Tone.PLAIN)])
    return [[ink.part(" over time", Tone.STRONG)], *lines] if lines else []


def _small(curve: Curve, drawn: Drawn, frame: Frame, width: int, rows: int, ink: Ink) -> list[list[Part]]:
    """A chart without a gutter: its label says between what it is drawn."""
    points = drawn.trend.series(curve.figure, WHOLE, curve.resource)
    extent = extent_of(points, drawn.trend, drawn.now, drawn.window)
    lines = [_title(curve, extent, drawn, frame, width, ink, WHOLE)]
    if extent is None:
        return [*lines, *[[ink.part(" " * width)] for _ in range(rows)]]
    low, high = curve.scale(extent)
    texts, tone = _dots(curve, drawn, low, high, width, rows, ink, WHOLE), curve.tone(extent)
    return lines + [[ink.part(text.ljust(width), tone)] for text in texts]


def _dots(
    curve: Curve, drawn: Drawn, low: float, high: float, width: int, rows: int, ink: Ink, pool: PoolKey
) -> list[str]:
    count = 2 * width

    def columns(figure: Figure) -> Sequence[float | None]:
        points = drawn.trend.series(figure, pool, curve.resource)
        return columns_of(points, drawn.trend, drawn.now, drawn.window, count, peaks=figure == "pending")

    if curve.shape == "stack":
        below, above = braille.stack(columns("real"), columns("balloon"), rows)
        return braille.rows(below, rows, ascii=ink.ascii, upper=above)
    draw = braille.area if curve.shape == "area" else braille.line
    return braille.rows(draw(columns(curve.figure), low, high, rows), rows, ascii=ink.ascii)


def _title(
    curve: Curve, extent: Extent | None, drawn: Drawn, frame: Frame, width: int, ink: Ink, pool: PoolKey
) -> list[Part]:
    """`cpu 71 % + 8 % balloon · free 21 %   60 to 82 %`: the fullest wording for which there is room."""
    name = printable(curve.title)
    if extent is None:
        return [ink.part(shorten_end(f"{name} –", width).ljust(width), Tone.MUTED)]
    now, ranged = curve.now(extent), curve.range(extent)
    besides = _besides(curve, drawn, pool)
    for said, span in ((besides, ranged), (besides, "") if besides else ("", ranged), ("", ranged), ("", "")):
        used = cell_width(name) + 1 + cell_width(now) + cell_width(said) + cell_width(span)
        if used <= width:
            rest = " " * (width - used)
            return [
                ink.part(f"{name} ", Tone.MUTED),
                ink.part(now, Tone.STRONG),
                ink.part(said, Tone.PLAIN),
                ink.part(span + rest, Tone.MUTED),
            ]
    return [ink.part(shorten_end(f"{name} {now}", width).ljust(width), Tone.STRONG)]


def _besides(curve: Curve, drawn: Drawn, pool: PoolKey) -> str:
    """What of a resource balloons hold, and what is free."""
    if curve.shape != "stack":
        return ""
    figures: tuple[Figure, Figure] = ("balloon", "free")
    found = [drawn.trend.series(one, pool, curve.resource)[-1].value for one in figures]
    balloon, free = found
    if balloon is None or free is None:
        return ""
    return f"{f' + {percent(balloon)} balloon' if balloon else ''} · {percent(free)} free"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M")
