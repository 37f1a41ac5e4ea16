"""CapacityBuffers come, change and go."""

from __future__ import annotations

from nodeview.cluster.buffers import Buffers
from nodeview.records import CapacityBuffer
from tests.builders import a_node


def test_they_come_change_and_go() -> None:
    buffers = Buffers()
    one, two = (CapacityBuffer("shop", name, f"uid-{name}", "", 1) for name in ("one", "two"))
    more = CapacityBuffer("shop", "one", "uid-one", "", 9)
    assert buffers.moved(None, one)
    handed_out = buffers.told
    assert buffers.moved(None, two)
    assert buffers.moved(one, more)
    assert buffers.told == {one.key: more, two.key: two}
    assert buffers.moved(two, None)
    assert buffers.told == {one.key: more}
    assert handed_out == {one.key: one}


def test_nothing_else_is_one() -> None:
    buffers = Buffers()
    assert not buffers.moved(None, a_node())
    assert not buffers.told
