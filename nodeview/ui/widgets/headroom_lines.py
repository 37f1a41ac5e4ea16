"""Room that is left, as lines of a page."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.frame import Frame
from nodeview.records import CapacityBuffer
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.page import wrapped
from nodeview.views import (
    Headroom,
    Place,
    Tone,
    cell_width,
    left_words,
    printable,
    shape_words,
    shorten_end,
    why_unheard,
)

NAME_AT_MOST = 28
RULE = "counted on each Ready node that takes pods, by requests alone: taints, affinity and spread are not looked at"
OCEAN = "Ocean's own headroom is not visible: no object of the API tells it"
GAP = "  "


def room_lines(frame: Frame, width: int, ink: Ink) -> list[list[Part]]:
    """What is counted in, then zones, pools and buffers."""
    headroom = frame.view.headroom
    tables = [
        _places("zone", headroom.zones, headroom, width, ink),
        _places("pool", headroom.pools, headroom, width, ink),
    ]
    lines = [*_shape(headroom, width, ink), *(line for table in tables for line in ([], *table))]
    if buffers := _buffers(headroom.buffers, width, ink):
        lines += [[], *buffers]
    elif unheard := why_unheard([one for one in frame.view.streams if one.state == "forbidden"], _BUFFERS):
        lines += [[], [ink.part(f" {printable(unheard)}", Tone.CAUTION)]]
    heads = ["".join(text for text, _ in table[0]) for table in tables]
    titled = zip(heads, (_titles(headroom.zones), _titles(headroom.pools)), strict=True)
    missed = dict.fromkeys(title for head, titles in titled for title in titles if title not in head)
    said = [
        *([f"this screen is too narrow for: {', '.join(missed)}"] if missed else []),
        RULE,
        *([OCEAN] if any(one.ocean for one in headroom.pools) else []),
    ]
    return [*lines, [], *([ink.part(f" {line}", Tone.MUTED)] for text in said for line in wrapped(text, width - 2))]


_BUFFERS = "capacitybuffers.autoscaling.x-k8s.io"


def _shape(headroom: Headroom, width: int, ink: Ink) -> list[list[Part]]:
    if headroom.shape is None:
        return [[ink.part(f" pods are not counted: {printable(headroom.why or 'nothing is known yet')}", Tone.CAUTION)]]
    words = f"in pods of {shape_words(headroom.shape.amounts)}: {headroom.shape.source}"
    return [[ink.part(f" {line}", Tone.STRONG)] for line in wrapped(printable(words), width - 2)]


def _places(what: str, places: Sequence[Place], headroom: Headroom, width: int, ink: Ink) -> list[list[Part]]:
    """A table of places: free, held by balloons, and both in pods."""
    rows = [[what, "pods", "of balloons", *_titles(places)]]
    rows += [_row(one, headroom, rows[0][3:]) for one in places]
    widths = [max(cell_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    while sum(widths) + len(GAP) * len(widths) > width and len(widths) > 3:
        widths.pop()
    lines: list[list[Part]] = []
    for place, row in enumerate(rows):
        texts = [row[0].ljust(widths[0] + len(row[0]) - cell_width(row[0]))]
        texts += [text.rjust(room) for text, room in zip(row[1:], widths[1:], strict=False)]
        full = place > 0 and headroom.shape is not None and not places[place - 1].room.pods
        tone = Tone.MUTED if place == 0 else Tone.CAUTION if full else Tone.PLAIN
        lines.append([ink.part(" " + GAP.join(texts), tone)])
    return lines


def _titles(places: Sequence[Place]) -> list[str]:
    names = sorted({name for one in places for name in one.room.free})
    return [title for name in names for title in (f"{name} free", f"{name} balloons")]


def _row(place: Place, headroom: Headroom, titles: Sequence[str]) -> list[str]:
    room = place.room
    amounts = {
        title: text
        for name, free, balloon in left_words(room)
        for title, text in zip((f"{name} free", f"{name} balloons"), (free, balloon), strict=True)
    }
    name = printable(place.name or "–") + (f" ({room.unknown:,} unknown)" if room.unknown else "")
    counted = headroom.shape is not None and (room.nodes > 0 or not room.unknown)
    pods = [f"{room.pods:,}", f"{room.pods - room.pods_beside_balloons:,}"] if counted else ["–", "–"]
    return [shorten_end(name, NAME_AT_MOST), *pods, *(amounts.get(title, "–") for title in titles)]


def _buffers(buffers: Sequence[CapacityBuffer], width: int, ink: Ink) -> list[list[Part]]:
    """CapacityBuffers: room for pods that are only imagined, so it is part of what is free above."""
    if not buffers:
        return []
    lines = [[ink.part(" CapacityBuffers, whose room is part of what is free", Tone.MUTED)]]
    for one in buffers:
        count = "– pods" if one.replicas is None else f"{one.replicas:,} pod{'' if one.replicas == 1 else 's'}"
        said = f"{one.namespace}/{one.name}: {count}" + (f" like {one.of}" if one.of else "")
        remark = f" · {one.remark}" if one.remark else ""
        lines += [
            [ink.part(f" {line}", Tone.CAUTION if remark else Tone.PLAIN)]
            for line in wrapped(printable(said + remark), width - 2)
        ]
    return lines
