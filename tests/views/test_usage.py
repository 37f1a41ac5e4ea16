"""How full a node is of one resource."""

from __future__ import annotations

import pytest

from nodeview.views import Assumptions, Cell, Fill, Tone
from tests.builders import NOW
from tests.views.build import NANO, cell, column, pods, view


def test_a_bar_holds_its_percent_and_its_share() -> None:
    assert cell("cpu", view(holds=pods(4))) == Cell("50 %", Tone.PLAIN, Fill(0.5, 0.0))


def test_a_bar_shows_more_than_all_of_it() -> None:
    shown = cell("cpu", view(holds=pods(9)))
    assert (shown.text, shown.tone, shown.fill) == ("113 %", Tone.CAUTION, Fill(1.125, 0.0))


def test_balloons_are_a_part_of_the_bar() -> None:
    given = Assumptions(is_balloon=lambda pod: pod.name == "pod-0")
    assert cell("cpu", view(holds=pods(4), given=given)).fill == Fill(0.375, 0.125)


@pytest.mark.parametrize("room", [{}, {"nvidia.com/gpu": 0}])
def test_a_resource_the_node_does_not_offer_is_a_dash(room: dict[str, int]) -> None:
    shown = cell("nvidia.com/gpu", view(allocatable=room), resources=("nvidia.com/gpu",))
    assert (shown.text, shown.reason, shown.fill) == ("–", "the node offers no nvidia.com/gpu", None)
    assert column("nvidia.com/gpu", resources=("nvidia.com/gpu",)).sort_key(view(allocatable=room), NOW) is None


def test_a_quantity_that_cannot_be_read_is_a_dash_and_the_rest_goes_on() -> None:
    node = view(holds=pods(2, unreadable=("cpu",)))
    assert cell("cpu", node).reason == "the cpu request of default/pod-1 is not a quantity"
    assert cell("memory", node).text == "13 %"


def test_pods_count_up_to_what_the_kubelet_takes() -> None:
    assert cell("pods", view(holds=pods(21))).text == "21/58"
    assert cell("pods", view(holds=pods(2), allocatable={"pods": 2 * NANO})).tone is Tone.CAUTION
    assert cell("pods", view(holds=pods(2), allocatable={})).text == "2/–"
