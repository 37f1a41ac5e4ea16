"""Room that is left, as lines."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.frame import Frame
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.headroom_lines import room_lines
from nodeview.views import Headroom, Place, Room, Shape
from tests.ui.frames import GIB, NANO, a_frame, synced

ROOM = Room(1, {"cpu": NANO, "memory": GIB}, {"cpu": 0, "memory": 0}, 1, 1)


def said(headroom: Headroom, width: int = 80, **frame: object) -> list[str]:
    seen: Frame = a_frame(1, **frame)  # type: ignore[arg-type]
    seen = replace(seen, view=replace(seen.view, headroom=headroom))
    return ["".join(part[0] for part in line) for line in room_lines(seen, width, Ink())]


def test_narrow_screens_lose_amounts_before_pods() -> None:
    headroom = Headroom(Shape({"cpu": NANO}, "as asked for"), zones=(Place("1a", "", ROOM, False),))
    assert any("memory balloons" in line for line in said(headroom, 120))
    narrow = said(headroom, 40)
    assert not any("memory" in line and "pods" in line for line in narrow)
    assert all(len(line) <= 40 for line in narrow)
    assert any("pods" in line for line in narrow)
    assert "too narrow for: cpu balloons, memory free, memory balloons" in " ".join(map(str.strip, narrow))
    assert not any("too narrow" in line for line in said(headroom, 120))


def test_without_a_shape_pods_are_a_dash_and_why() -> None:
    lines = said(Headroom(None, "no pod of shop/web is seen", (Place("1a", "", ROOM, False),)))
    assert lines[0] == " pods are not counted: no pod of shop/web is seen"
    assert any(line.split()[:3] == ["1a", "–", "–"] for line in lines)


def test_unknown_nodes_are_counted_and_are_no_lack_of_room() -> None:
    headroom = Headroom(Shape({"cpu": NANO}, ""), zones=(Place("1a", "", Room(unknown=2), False),))
    assert any("1a (2 unknown)" in line and "–" in line for line in said(headroom))


def test_buffers_that_may_not_be_read_are_said() -> None:
    name = "capacitybuffers.autoscaling.x-k8s.io"
    streams = (*synced(), Stream(name, "forbidden", None, reason="you may not"))
    assert any(f"{name} are not known: you may not" in line for line in said(Headroom(), 120, streams=streams))
