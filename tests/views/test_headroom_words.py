"""Room that is left, in words."""

from __future__ import annotations

from nodeview.views import Headroom, Place, Room, Shape, finding_of, left_words, shape_words
from tests.views.build import GIB, NANO


def test_a_shape_and_what_is_left() -> None:
    assert shape_words({"cpu": NANO // 2, "memory": GIB}) == "0.5 vCPU and 1.0 GiB"
    assert shape_words({"nvidia.com/gpu": NANO}) == "1 gpu"
    assert shape_words({}) == "no requests"
    assert left_words(Room(1, {"cpu": 2 * NANO}, {"cpu": NANO})) == [("cpu", "2 vCPU", "1 vCPU")]


def test_a_finding_names_its_zones_and_its_shape() -> None:
    headroom = Headroom(Shape({"cpu": NANO}, "as asked for"))
    zones = [Place("1a", "", Room(1), False), Place(None, "", Room(1), False)]
    assert finding_of(headroom, zones) == "no room in 1a, nodes without a zone for a pod of 1 vCPU"
