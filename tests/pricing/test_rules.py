"""Rules of the price file: which of them counts, and what it makes of a price."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.pricing import NO_RULES, PriceBook, rules_of
from tests.pricing.priced import BOOK, NODE, goods, in_region, nano, price


def book(*rules: dict[str, Any], **others: Any) -> PriceBook:
    return BOOK.with_rules(rules_of({"rule": list(rules), **others}))


def test_a_price_takes_the_place_of_the_lists() -> None:
    found = price(goods(), book({"price": "0.42"}))
    assert (found.hourly, found.currency, found.source) == (nano("0.42"), "USD", "file")
    assert found.reason == "rule 1 of the price file"


@pytest.mark.parametrize(("said", "hourly"), [("-28%", "0.06912"), ("+0.01", "0.106"), ("-0.05", "0.046"), ("-1", "0")])
def test_an_adjustment_is_made_to_the_list_price(said: str, hourly: str) -> None:
    found = price(goods(), book({"adjust": said}))
    assert (found.hourly, found.source, found.as_of) == (nano(hourly), "file", "2026-07-20")
    assert found.reason == f"on-demand, {said} by rule 1 of the price file"


def test_what_was_an_estimate_stays_one() -> None:
    found = price(goods(purchase="spot"), book({"adjust": "-10%"}))
    assert (found.hourly, found.source) == (nano("0.03264") * 9 // 10, "estimate")


def test_what_is_unknown_stays_so() -> None:
    found = price(goods(instance_type="p99.large"), book({"adjust": "-10%"}))
    assert (found.hourly, found.reason) == (None, "p99.large is not in the price list (new type?)")


def test_the_first_that_matches_counts() -> None:
    rules = ({"match": {"family": "c5"}, "price": "1"}, {"price": "2"}, {"price": "3"})
    assert price(goods(), book(*rules)).reason == "rule 2 of the price file"
    assert price(goods(instance_type="c5.large"), book(*rules)).hourly == nano("1")


@pytest.mark.parametrize(
    ("match", "met"),
    [
        ({}, True),
        ({"capacity": "on-demand"}, True),
        ({"capacity": ["spot", "reserved"]}, False),
        ({"family": ["m7g", "m5"]}, True),
        ({"family": "m5d"}, False),
        ({"instance_type": "m5.*"}, True),
        ({"instance_type": "*.xlarge"}, False),
        ({"region": "us-*"}, True),
        ({"zone": "us-east-1a"}, True),
        ({"zone": "use1-az1"}, True),
        ({"zone": "use1-az2"}, False),
        ({"provider": "aws"}, True),
        ({"os": "windows"}, False),
        ({"arch": "amd64"}, True),
        ({"tenancy": "shared"}, True),
        ({"node.kubernetes.io/instance-type": "rack-a-*"}, True),
        ({"node.kubernetes.io/instance-type": "rack-b-*"}, False),
        ({"node.kubernetes.io/instance-type": ["rack-b-*", "rack-?-1"]}, True),
        ({"absent": "*"}, False),
        ({"family": "m5", "capacity": "spot"}, False),
        ({"instance_type": "M5.*"}, False),
    ],
)
def test_traits_and_labels_are_matched_by_globs(match: dict[str, Any], met: bool) -> None:
    kind = goods(labels=(("node.kubernetes.io/instance-type", "rack-a-1"),))
    assert (price(kind, book({"match": match, "price": "1"})).source == "file") is met


@pytest.mark.parametrize("key", ["family", "instance_type", "region", "zone"])
def test_what_is_not_known_of_a_node_matches_nothing(key: str) -> None:
    kind = goods(instance_type=None, region=None, zone=None, zone_id=None)
    assert price(kind, book({"match": {key: "*"}, "price": "1"})).hourly is None


def test_only_labels_are_asked_for() -> None:
    rules = rules_of({"rule": [{"match": {"family": "m5", "team": "a", "x/y": "*"}, "price": 1}]})
    assert rules.labels == {"team", "x/y"}
    assert BOOK.with_rules(rules).asked_labels == {"team", "x/y"}
    assert NO_RULES.labels == frozenset()


def test_it_prices_what_no_list_sells() -> None:
    for kind in (goods(provider="gce"), goods(purchase="capacity-block"), goods(region=None, instance_type=None)):
        assert price(kind, book({"price": "0.42"})).hourly == nano("0.42")


def test_a_discount_is_not_of_auto_modes_fee() -> None:
    assert price(goods(auto_mode=True), book({"adjust": "-50%"})).hourly == nano("0.048") + nano("0.01152")


def test_amounts_are_in_the_files_currency_and_else_in_the_nodes() -> None:
    here = in_region("cn-north-1")
    found = price(here, book({"price": "1"}))
    assert (found.hourly, found.currency) == (nano("1"), "CNY")
    found = price(here, book({"price": "1"}, currency="USD"))
    assert (found.hourly, found.currency) == (nano("1"), "USD")
    assert price(here, book({"adjust": "+0.01"})).hourly == nano("1.023")
    found = price(here, book({"adjust": "+0.01"}, currency="USD"))
    assert found.hourly is None
    assert "in CNY" in found.reason
    assert price(here, book({"adjust": "-10%"}, currency="USD")).hourly == nano("0.9117")


def test_the_trials_tell_of_them() -> None:
    trial = book({"match": {"family": "c5"}, "price": "1"}, {"adjust": "-50%"}).explain(NODE, goods())[2]
    assert (trial.layer, trial.said, trial.chosen) == ("file", "rule 2: 0.048 USD", True)
    assert book({"match": {"family": "c5"}, "price": "1"}).explain(NODE, goods())[2].said == "no rule matches"
    unknown = book({"adjust": "-50%"}).explain(NODE, goods(provider="gce"))[2]
    assert (unknown.said, unknown.price, unknown.chosen) == ("rule 1: no price source for gce", None, False)
