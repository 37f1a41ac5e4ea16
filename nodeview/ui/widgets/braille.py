"""Curves drawn in dots, eight to a cell: two columns of four. Where the terminal knows ASCII only, in cells."""

from __future__ import annotations

from collections.abc import Sequence

Columns = Sequence[float | None]
"""A value for each column of dots, from the left; None for a gap."""
Masks = list[int]
"""For each column of dots which of them are set, the lowest being the lowest bit."""

_BLANK = 0x2800
_LEFT, _RIGHT = (64, 4, 2, 1), (128, 32, 16, 8)
"""Unicode's bits of a cell's two columns, from the bottom up."""


def _bits(column: Sequence[int]) -> tuple[int, ...]:
    return tuple(sum(bit for place, bit in enumerate(column) if dots >> place & 1) for dots in range(16))


_LEFT_BITS, _RIGHT_BITS = _bits(_LEFT), _bits(_RIGHT)


def line(columns: Columns, low: float, high: float, height: int) -> Masks:
    """A curve in `height` lines, its lowest dots `low`, its highest `high`; jumps are upright strokes, gaps empty."""
    masks: Masks = []
    before: int | None = None
    for value in columns:
        if value is None:
            masks.append(0)
            before = None
            continue
        dot = _dot(value, low, high, height)
        least, most = (dot, dot) if before is None else (min(dot, before), max(dot, before))
        if before is not None and least != most:  # the dot of before is in the column before
            least, most = (least + 1, most) if dot == most else (least, most - 1)
        masks.append(_up_to(most) & ~(_up_to(least) >> 1))
        before = dot
    return masks


def area(columns: Columns, low: float, high: float, height: int) -> Masks:
    """All below a curve; what is known and nothing has its lowest dot set, so that it is no gap."""
    return [0 if value is None else _up_to(_dot(value, low, high, height)) for value in columns]


def stack(lower: Columns, upper: Columns, height: int) -> tuple[Masks, Masks]:
    """Two shares of a whole, one on the other: all dots of the lower, every other dot of the upper."""
    whole, below, above = 4 * height, [], []
    for place, (one, other) in enumerate(zip(lower, upper, strict=True)):
        if one is None:
            below.append(0)
            above.append(0)
            continue
        first = min(max(round(one * whole), 1), whole)
        second = min(max(round((one + (other or 0.0)) * whole), first), whole)
        below.append((1 << first) - 1)
        above.append(((1 << second) - (1 << first)) & _checked(place, whole))
    return below, above


def rows(masks: Masks, height: int, *, ascii: bool = False, upper: Masks | None = None) -> list[str]:
    """The lines of text, from the top: a cell for two columns. `upper` is drawn over it, and is `=` in ASCII."""
    if len(masks) % 2:
        masks = [*masks, 0]
        upper = [*upper, 0] if upper is not None else None
    texts = []
    for line_above in range(height - 1, -1, -1):
        shift = 4 * line_above
        cells = []
        for place in range(0, len(masks), 2):
            left, right = masks[place] >> shift & 15, masks[place + 1] >> shift & 15
            more = (upper[place] >> shift & 15, upper[place + 1] >> shift & 15) if upper is not None else (0, 0)
            cells.append(_ascii(left, right, *more) if ascii else _braille(left | more[0], right | more[1]))
        texts.append("".join(cells))
    return texts


def _dot(value: float, low: float, high: float, height: int) -> int:
    top = 4 * height - 1
    share = (value - low) / (high - low) if high > low else 0.0
    return min(max(round(share * top), 0), top)


def _up_to(dot: int) -> int:
    return (1 << (dot + 1)) - 1


def _checked(place: int, height: int) -> int:
    return sum(1 << dot for dot in range(height) if (dot + place) % 2 == 0)


def _braille(left: int, right: int) -> str:
    bits = _LEFT_BITS[left] | _RIGHT_BITS[right]
    return chr(_BLANK + bits) if bits else " "


def _ascii(left: int, right: int, left_over: int, right_over: int) -> str:
    dots, over = (left | right << 4).bit_count(), (left_over | right_over << 4).bit_count()
    if dots >= 6:
        return "#"
    if over >= 2:
        return "="
    if not dots:
        return " "
    upper, lower = (left | right) & 0b1100, (left | right) & 0b0011
    return ":" if upper and lower else "'" if upper else "."
