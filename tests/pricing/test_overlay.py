"""NodeOverlays: order, requirements, and what they do to a price."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing import Overlay, rules_of
from nodeview.records import Requirement
from tests.builders import condition
from tests.pricing.priced import BOOK, NODE, goods, in_region, nano, price


def overlay(name: str = "mine", **said: Any) -> Overlay:
    usual: dict[str, Any] = {"uid": name, "weight": 0, "requirements": (), "price": None, "adjustment": None}
    return Overlay(name=name, **(usual | said))


def test_a_price_takes_the_place_of_all_others() -> None:
    found = price(goods(), BOOK.with_overlays((overlay(price="0.05"),)))
    assert (found.hourly, found.currency, found.source, found.reason) == (
        nano("0.05"),
        "USD",
        "overlay",
        "NodeOverlay mine",
    )


def test_it_prices_what_no_list_sells() -> None:
    for kind in (goods(provider="gce"), goods(purchase="capacity-block"), goods(region=None), goods(hybrid=True)):
        assert price(kind, BOOK.with_overlays((overlay(price="0.05"),))).hourly == nano("0.05")


@pytest.mark.parametrize(("said", "hourly"), [("+10%", "0.1056"), ("-0.05", "0.046"), ("-0.50", "0"), ("-100%", "0")])
def test_an_adjustment_is_made_to_the_layer_below_and_never_below_0(said: str, hourly: str) -> None:
    found = price(goods(), BOOK.with_overlays((overlay(adjustment=said),)))
    assert (found.hourly, found.source, found.as_of) == (nano(hourly), "overlay", "2026-07-20")
    assert found.reason == f"on-demand, {said} by NodeOverlay mine"


def test_an_adjusted_estimate_stays_one_and_an_adjusted_unknown_too() -> None:
    book = BOOK.with_overlays((overlay(adjustment="-10%"),))
    assert price(goods(purchase="spot"), book).source == "estimate"
    assert price(goods(instance_type="p99.large"), book).hourly is None


def test_an_adjustment_is_made_on_top_of_the_price_file() -> None:
    rules = rules_of({"rule": [{"adjust": "-50%"}]})
    found = price(goods(), BOOK.with_rules(rules).with_overlays((overlay(adjustment="+0.01"),)))
    assert (found.hourly, found.source) == (nano("0.058"), "overlay")
    fixed = rules_of({"rule": [{"price": "0.5"}]})
    assert price(goods(), BOOK.with_rules(fixed).with_overlays((overlay(adjustment="+10%"),))).hourly == nano("0.55")


def test_auto_modes_fee_is_neither_discounted_nor_added_to_a_whole_price() -> None:
    kind = goods(auto_mode=True)
    adjusted = price(kind, BOOK.with_overlays((overlay(adjustment="-50%"),)))
    assert adjusted.hourly == nano("0.048") + nano("0.01152")
    assert price(kind, BOOK.with_overlays((overlay(price="0.05"),))).hourly == nano("0.05")


def test_the_heavier_goes_first_and_of_equals_the_name_later_in_the_alphabet() -> None:
    one, two = overlay("a", weight=5, price="1"), overlay("b", weight=5, price="2")
    heavy = overlay("0", weight=10, price="3")
    assert price(goods(), BOOK.with_overlays((one, two))).hourly == nano("2")
    assert price(goods(), BOOK.with_overlays((two, heavy, one))).hourly == nano("3")


@given(st.permutations([overlay(name, weight=weight, price="1") for name in "abc" for weight in (0, 1)]))
def test_the_order_they_were_listed_in_does_not_matter(overlays: list[Overlay]) -> None:
    assert price(goods(), BOOK.with_overlays(tuple(overlays))).reason == "NodeOverlay c"


@pytest.mark.parametrize("type_", ["Ready", "ValidationSucceeded"])
def test_one_that_karpenter_does_not_use_is_not_used(type_: str) -> None:
    refused = overlay(price="9", conditions=(condition(type_, "False"),))
    unsure = overlay(price="9", conditions=(condition(type_, "Unknown"),))
    assert price(goods(), BOOK.with_overlays((refused,))).source == "table"
    assert price(goods(), BOOK.with_overlays((unsure,))).source == "overlay"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"price": "free"},
        {"price": "-1"},
        {"price": "10001"},
        {"adjustment": "10%"},
        {"adjustment": "-101%"},
        {"price": "", "adjustment": "+1%"},
    ],
)
def test_one_that_says_no_price_is_passed_over(said: dict[str, str]) -> None:
    other = overlay("another", weight=1, **said)
    assert price(goods(), BOOK.with_overlays((other, overlay(price="1")))).reason == "NodeOverlay mine"
    assert price(goods(), BOOK.with_overlays((other,))).source == "table"


LABELS = (("cpu", "8"), ("team", "shop"), ("version", "v2"))


@pytest.mark.parametrize(
    ("key", "operator", "values", "met"),
    [
        ("team", "In", ("shop", "pay"), True),
        ("team", "In", ("pay",), False),
        ("none", "In", ("shop",), False),
        ("team", "NotIn", ("pay",), True),
        ("team", "NotIn", ("shop",), False),
        ("none", "NotIn", ("shop",), True),
        ("team", "Exists", (), True),
        ("none", "Exists", (), False),
        ("team", "DoesNotExist", (), False),
        ("none", "DoesNotExist", (), True),
        ("cpu", "Gt", ("7",), True),
        ("cpu", "Gt", ("8",), False),
        ("cpu", "Gte", ("8",), True),
        ("cpu", "Gte", ("9",), False),
        ("cpu", "Lt", ("9",), True),
        ("cpu", "Lt", ("8",), False),
        ("cpu", "Lte", ("8",), True),
        ("cpu", "Lte", ("7",), False),
        ("none", "Lt", ("9",), False),
        ("version", "Gt", ("1",), False),
        ("cpu", "Gt", ("one",), False),
        ("cpu", "Gt", (), False),
        ("cpu", "Gt", ("1", "2"), False),
        ("cpu", "Gt", ("٣",), False),
        ("cpu", "Like", ("8",), False),
    ],
)
def test_requirements_are_met_as_karpenter_has_it(key: str, operator: str, values: tuple[str, ...], met: bool) -> None:
    book = BOOK.with_overlays((overlay(price="1", requirements=(Requirement(key, operator, values),)),))
    assert book.asked_labels == {key}
    asked = tuple(one for one in LABELS if one[0] in book.asked_labels)
    assert (price(goods(labels=asked), book).source == "overlay") is met


def test_all_requirements_must_be_met() -> None:
    needs = (Requirement("team", "Exists"), Requirement("cpu", "Gt", ("16",)))
    assert price(goods(labels=LABELS), BOOK.with_overlays((overlay(price="1", requirements=needs),))).source == "table"


def test_in_china_it_speaks_of_its_currency() -> None:
    found = price(in_region("cn-north-1"), BOOK.with_overlays((overlay(price="1"),)))
    assert (found.hourly, found.currency) == (nano("1"), "CNY")


def test_the_trials_tell_of_it() -> None:
    book = BOOK.with_overlays((overlay(adjustment="-50%"),))
    second = book.explain(NODE, goods())[1]
    assert (second.layer, second.said, second.chosen) == ("overlay", "NodeOverlay mine: 0.048 USD", True)
    nowhere = overlay(price="1", requirements=(Requirement("a", "Exists"),))
    assert BOOK.with_overlays((nowhere,)).explain(NODE, goods())[1].said == "no NodeOverlay matches"
    assert BOOK.explain(NODE, goods())[1].said == "no NodeOverlay speaks of prices"
