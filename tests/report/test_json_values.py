"""Moments, amounts and sums as reports write them."""

from __future__ import annotations

from nodeview.report.json_values import amounts_json, instant, number, sums_json
from nodeview.views import tally
from tests.views.build import pods, view

NANO = 10**9


def test_moments_have_milliseconds_only_where_they_have_them() -> None:
    assert instant(1_800_000_000) == "2027-01-15T08:00:00Z"
    assert instant(1_800_000_000.25) == "2027-01-15T08:00:00.250Z"
    assert instant(None) is None


def test_whole_amounts_are_integers_and_the_unknown_is_null() -> None:
    assert (number(3 * NANO), number(NANO // 2)) == (3, 0.5)
    assert isinstance(number(3 * NANO), int)
    assert amounts_json({"cpu": NANO, "memory": NANO}, {"memory"}) == {"cpu": 1, "memory": None}
    assert amounts_json({"cpu": NANO}, known=False) == {"cpu": None}


def test_sums_are_null_where_a_node_does_not_say() -> None:
    sums = tally([view("a", pods(2)), view("b", unreadable=("memory",), allocatable={"cpu": NANO})], ("cpu", "memory"))
    said = sums_json(sums, True)
    assert said["allocatable"] == {"cpu": 5, "memory": None}
    assert said["requested"]["cpu"] == 1
    assert sums_json(sums, False)["requested"]["cpu"] is None
