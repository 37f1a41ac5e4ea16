"""The head of the costs: the bill, its parts, and what is not known of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.frame import Frame, PriceStatus
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.cost_lines import bill_head, parts_of, savings_of, share_words, unpriced_words
from nodeview.views import Split
from tests.builders import NOW
from tests.ui.frames import a_frame, a_node_view, synced


def head(frame: Frame, width: int = 120, room: int = 40) -> str:
    return "\n".join("".join(text for text, _ in line) for line in bill_head(frame, None, width, room, Ink()))


BOTH = a_frame([a_node_view(1, pods=4), a_node_view(4, pods=2)])
"""One node for $0.131 that is half full of cpu and a quarter of memory, and one without a price."""


def test_the_bill_its_parts_and_the_rule_are_told() -> None:
    text = head(BOTH)
    assert " ≥ $0.131/h · $3.144/d · $95.63/mo · 1 unpriced" in text
    assert "od 1 $0.13/h · spot 1 –" in text
    assert "split by AWS's own 9:1, a CPU core to a GiB, of capacity; list prices, no discounts unless" in text
    labels = [line.split()[0] for line in text.splitlines() if line.endswith("%")]
    assert labels == ["real", "balloons", "daemons", "reserved", "idle"]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_line_fits_and_a_small_screen_has_fewer(width: int) -> None:
    by_room = [head(BOTH, width, room).splitlines() for room in (10, 16, 24)]
    assert all(len(line) <= width for lines in by_room for line in lines)
    assert len(by_room[0]) < len(by_room[1]) < len(by_room[2])
    assert len(by_room[0]) == 1
    assert "real work 42 % · balloons 0 % · daemons 0 %" in " ".join(by_room[1])


def test_a_part_that_is_there_is_never_nought_percent() -> None:
    assert (share_words(0.0), share_words(0.001), share_words(0.005)) == ("0 %", "<1 %", "1 %")


def test_what_cannot_be_split_is_a_part_of_its_own() -> None:
    assert [word for word, _ in parts_of(Split(work=1), 5)][-1] == "not split"
    assert "not split" not in [word for word, _ in parts_of(Split(work=1))]


def test_nothing_is_said_of_parts_before_pods_are_listed() -> None:
    streams = (synced()[0], Stream("pods", "listing", NOW))
    text = head(a_frame([a_node_view(1, pods=0)], streams=streams))
    assert "once all pods are listed" in text
    assert "idle" not in text
    assert "removing" not in text


def test_an_empty_node_could_be_removed_and_one_without_a_price_makes_it_a_lower_bound() -> None:
    assert savings_of(a_frame([a_node_view(1, pods=0), a_node_view(2)])) == [
        "removing the empty node would save $0.13/h now"
    ]
    both = a_frame([a_node_view(1, pods=0), a_node_view(2, pods=0), a_node_view(4, pods=0)])
    assert savings_of(both) == ["removing the 2 empty nodes would save ≥ $0.26/h now"]
    assert savings_of(a_frame([a_node_view(4, pods=0)])) == ["1 empty node, of which no price is known"]
    assert savings_of(a_frame([a_node_view(1)])) == []


def test_all_that_is_wrong_with_prices_is_told_in_full() -> None:
    status = PriceStatus(sentence="prices: AWS is throttling us", mistake="prices.toml line 3: x", warnings=("y",))
    text = head(replace(BOTH, prices=status))
    assert text.endswith(" prices.toml line 3: x\n prices: AWS is throttling us\n y")
    assert "asking AWS" in head(replace(BOTH, prices=PriceStatus(asking=True)))


def test_pods_in_no_cost_are_counted() -> None:
    assert unpriced_words(1).startswith("1 pod is in no row's cost")
    assert unpriced_words(1200).startswith("1,200 pods are")


def test_without_nodes_there_are_no_costs() -> None:
    assert head(a_frame([])).startswith(" no node, no costs")
