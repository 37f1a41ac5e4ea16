"""What machines cost by how they were bought, and the fee of Auto Mode."""

from __future__ import annotations

import pytest

from nodeview.pricing import NO_TABLE, Offer, PriceBook
from tests.pricing.priced import BOOK, SHIPPED, answering, goods, in_region, live, nano, offer_of, price

FEE = Offer("auto-fee", "us-east-1", "m5.large")
SPOT = Offer("spot", "us-east-1", "m5.large", zone="use1-az1")
M5 = Offer("on-demand", "us-east-1", "m5.large")


def test_on_demand_is_the_tables_price_with_its_date() -> None:
    found = price(goods())
    assert (found.hourly, found.currency, found.source) == (nano("0.096"), "USD", "table")
    assert (found.as_of, found.reason) == ("2026-07-20", "on-demand")


def test_reserved_is_billed_like_on_demand_whether_used_or_not() -> None:
    """Karpenter's own near-0 price of it is a trick of scheduling, not money."""
    found = price(goods(purchase="reserved"))
    assert (found.hourly, found.source, found.reason) == (
        nano("0.096"),
        "table",
        "reserved: billed whether used or not",
    )


def test_where_nobody_says_how_it_was_bought_on_demand_is_an_estimate() -> None:
    found = price(goods(purchase_said=False), answering({M5: "0.096"}))
    assert (found.hourly, found.source) == (nano("0.096"), "estimate")
    assert found.reason == "on-demand; nobody says how it was bought: on-demand is assumed"


def test_spot_is_the_price_of_its_own_zone() -> None:
    book = answering({SPOT: "0.0319", Offer("spot", "us-east-1", "m5.large", zone="use1-az2"): "0.0453"})
    found = price(goods(purchase="spot"), book)
    assert (found.hourly, found.source, found.reason) == (nano("0.0319"), "live", "spot in use1-az1")


def test_spot_above_on_demand_is_shown_and_said() -> None:
    found = price(goods(purchase="spot"), answering({SPOT: "0.12"}))
    assert (found.hourly, found.source) == (nano("0.12"), "live")
    assert found.reason == "spot in use1-az1; above on-demand, which is 0.096"


@pytest.mark.parametrize("kind", ["rhel", "suse", "windows", "ubuntu-pro"])
def test_each_system_has_its_own_price(kind: str) -> None:
    asked = goods(os=kind)
    found = price(asked, answering({offer_of(asked): "0.2", M5: "0.1"}))
    assert (found.hourly, found.source) == (nano("0.2"), "live")
    assert found.reason.startswith("on-demand ")


def test_metal_is_a_machine_like_others() -> None:
    assert price(goods(instance_type="m5.metal")).hourly == nano("4.608")


def test_auto_mode_adds_its_fee() -> None:
    found = price(goods(auto_mode=True), answering({FEE: "0.0115", M5: "0.096"}))
    assert (found.hourly, found.source) == (nano("0.1075"), "live")
    assert found.reason == "on-demand + Auto Mode fee"


@pytest.mark.parametrize(("kind", "fee"), [("m5.large", "0.01152"), ("t4g.xlarge", "0.016128")])
def test_an_unknown_fee_is_12_percent_of_on_demand(kind: str, fee: str) -> None:
    machine = price(goods(instance_type=kind)).hourly
    found = price(goods(instance_type=kind, auto_mode=True))
    assert machine is not None
    assert (found.hourly, found.source) == (machine + nano(fee), "estimate")
    assert "on-demand + Auto Mode fee 12 %" in found.reason


def test_the_fee_of_a_spot_machine_is_that_of_its_type() -> None:
    with_fee = price(goods(purchase="spot", auto_mode=True), answering({SPOT: "0.04", FEE: "0.01152"}))
    assert (with_fee.hourly, with_fee.source) == (nano("0.05152"), "live")
    without = price(goods(purchase="spot", auto_mode=True), answering({SPOT: "0.04"}))
    assert (without.hourly, without.source) == (nano("0.05152"), "estimate")


def test_the_fee_is_of_the_nodes_own_region() -> None:
    book = answering({Offer("auto-fee", "us-west-2", "m5.large"): "0.5"})
    assert price(goods(auto_mode=True), book).hourly == nano("0.10752")


def test_a_fee_that_nobody_knows_leaves_the_machines_price_as_an_estimate() -> None:
    book = answering({M5: "0.096"}, PriceBook(NO_TABLE))
    found = price(goods(auto_mode=True), book)
    assert (found.hourly, found.source) == (nano("0.096"), "estimate")
    assert "without the Auto Mode fee" in found.reason


def test_a_fee_in_another_currency_is_never_added() -> None:
    book = BOOK.with_quotes({FEE: live("0.08", currency="CNY")})
    found = price(goods(auto_mode=True), book)
    assert (found.hourly, found.reason) == (None, "on-demand is in USD and Auto Mode fee in CNY")


def test_china_is_in_its_own_currency() -> None:
    found = price(in_region("cn-north-1"))
    assert (found.hourly, found.currency, found.source, found.as_of) == (nano("1.013"), "CNY", "table", "2024-11-06")
    found = price(in_region("cn-northwest-1"))
    assert (found.hourly, found.currency) == (None, "CNY")
    quote = live("0.9", currency="CNY")
    found = price(
        in_region("cn-northwest-1"), BOOK.with_quotes({Offer("on-demand", "cn-northwest-1", "m5.large"): quote})
    )
    assert (found.hourly, found.currency, found.source) == (nano("0.9"), "CNY", "live")


def test_govcloud_has_the_shipped_table() -> None:
    found = price(in_region("us-gov-west-1"))
    assert (found.hourly, found.source, found.as_of) == (nano("0.121"), "table", "2026-07-20")


def test_nodes_of_several_regions_have_the_price_of_theirs() -> None:
    book = answering({Offer("on-demand", "eu-west-1", "m5.large"): "0.107"}, PriceBook(SHIPPED))
    assert price(in_region("eu-west-1"), book).hourly == nano("0.107")
    assert price(in_region("us-west-2"), book).hourly == nano("0.096")
