"""What is shown when something fails: value, source and reason of each case, as far as the book decides them."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.pricing import EMPTY_BOOK, FargateSize, Goods, Offer, Price, PriceBook, rules_of
from tests.builders import a_node
from tests.pricing.priced import BOOK, NODE, SHIPPED, answering, goods, in_region, live, nano, price

GIB = 2**30 * 10**9
M5 = Offer("on-demand", "us-east-1", "m5.large")
SPOT = Offer("spot", "us-east-1", "m5.large", zone="use1-az1")


def shown(found: Price) -> tuple[str | None, str | None, str]:
    """A price as value, source and reason; the value exact to the nano."""
    if found.hourly is None:
        return None, found.source, found.reason
    return f"{found.hourly / 10**9:.9f}".rstrip("0").rstrip("."), found.source, found.reason


def is_shown(kind: Goods, value: str | None, source: str | None, reason: str, book: PriceBook = BOOK) -> None:
    """The node is shown so."""
    assert shown(price(kind, book)) == (value, source, reason)


def test_nothing_of_aws_at_hand() -> None:
    """boto3 missing, no credentials, a bad profile, no network, a wrong clock: all look alike here."""
    is_shown(goods(), "0.096", "table", "on-demand")
    is_shown(goods(instance_type="c5d.large"), "0.096", "estimate", "on-demand; by the family rule")
    is_shown(
        goods(purchase="spot"),
        "0.03264",
        "estimate",
        "spot; estimated: 66 % below on-demand, by AWS's Spot Advisor",
    )
    is_shown(goods(), "0.5", "file", "rule 1 of the price file", BOOK.with_rules(rules_of({"rule": [{"price": 0.5}]})))
    labelled = a_node(labels={"eks-node-viewer/instance-price": "0.7"})
    assert shown(BOOK.price_of(labelled, goods())) == ("0.7", "override", "eks-node-viewer/instance-price")


def test_prices_switched_off() -> None:
    is_shown(goods(), None, None, "no price list is at hand", EMPTY_BOOK)


def test_an_expired_login_shows_the_cache_then_the_table() -> None:
    book = BOOK.with_quotes({M5: live("0.097", "cache", note="3 days old")})
    is_shown(goods(), "0.097", "cache", "on-demand; 3 days old", book)
    is_shown(goods(instance_type="m5.xlarge"), "0.192", "table", "on-demand", book)


def test_on_demand_denied_alone() -> None:
    book = answering({SPOT: "0.0375"})
    is_shown(goods(), "0.096", "table", "on-demand", book)
    is_shown(goods(purchase="spot"), "0.0375", "live", "spot in use1-az1", book)


def test_spot_denied_alone() -> None:
    book = answering({M5: "0.097"})
    is_shown(goods(), "0.097", "live", "on-demand", book)
    is_shown(
        goods(purchase="spot"),
        "0.03298",
        "estimate",
        "spot; estimated: 66 % below on-demand, by AWS's Spot Advisor",
        book,
    )
    stale = book.with_quotes({SPOT: live("0.04", "cache", note="5 h old")})
    is_shown(goods(purchase="spot"), "0.04", "cache", "spot in use1-az1; 5 h old", stale)


def test_fees_denied_alone() -> None:
    book = answering({M5: "0.1"})
    is_shown(goods(auto_mode=True), "0.112", "estimate", "on-demand + Auto Mode fee 12 %", book)


def test_a_refresh_that_fails_keeps_what_is_shown() -> None:
    book = answering({M5: "0.097", SPOT: "0.0375"})
    after = book.with_quotes({}).with_quotes({M5: live(None), SPOT: live("0")})
    is_shown(goods(), "0.097", "live", "on-demand", after)
    is_shown(goods(purchase="spot"), "0.0375", "live", "spot in use1-az1", after)


def test_a_type_that_is_not_in_the_list() -> None:
    new, accelerated = goods(instance_type="m99.large"), goods(instance_type="p9.48xlarge")
    book = answering(
        {Offer("on-demand", "us-east-1", kind): None for kind in ("m99.large", "p9.48xlarge", "c5d.large")}
    )
    is_shown(new, None, None, "m99.large is not in the price list (new type?)", book)
    is_shown(accelerated, None, None, "p9.48xlarge is not in the price list (new type?)", book)
    is_shown(
        goods(instance_type="c5d.large"),
        "0.096",
        "estimate",
        "on-demand; by the family rule; AWS's list does not have it",
        book,
    )


def test_a_zone_without_a_spot_row_is_never_0_and_never_silently_on_demand() -> None:
    others = {Offer("spot", "us-east-1", "m5.large", zone=f"use1-az{n}"): f"0.0{n}" for n in (2, 3, 4, 6)}
    book = answering({SPOT: None, **others})
    is_shown(goods(purchase="spot"), "0.035", "estimate", "spot; median of 4 other zones of the region", book)


def test_spot_above_on_demand() -> None:
    reason = "spot in use1-az1; above on-demand, which is 0.096"
    is_shown(goods(purchase="spot"), "0.1", "live", reason, answering({SPOT: "0.1"}))


@pytest.mark.parametrize("region", [None, ""])
def test_a_region_that_is_not_known(region: str | None) -> None:
    is_shown(goods(region=region), None, None, "no region label")


def test_govcloud() -> None:
    is_shown(in_region("us-gov-west-1"), "0.121", "table", "on-demand")
    spot = in_region("us-gov-west-1", purchase="spot")
    assert price(spot).hourly is None
    book = answering({Offer("spot", "us-gov-west-1", "m5.large", zone="us-gov-west-1a"): "0.05"})
    is_shown(spot, "0.05", "live", "spot in us-gov-west-1a", book)


def test_china() -> None:
    quote = live("0.9", currency="CNY")
    book = BOOK.with_quotes({Offer("on-demand", "cn-northwest-1", "m5.large"): quote})
    is_shown(in_region("cn-northwest-1"), "0.9", "live", "on-demand", book)
    assert price(in_region("cn-northwest-1"), book).currency == "CNY"
    is_shown(in_region("cn-northwest-1"), None, None, "no built-in price of m5.large in cn-northwest-1")


def test_outposts_local_and_wavelength_zones() -> None:
    is_shown(goods(outpost=True), None, None, "on an Outpost, which is paid for as a whole")
    boston = goods(zone="us-east-1-bos-1a", zone_id="use1-bos1-az1")
    is_shown(boston, "0.1152", "estimate", "on-demand in us-east-1-bos-1; 1.2 x us-east-1")
    book = answering({Offer("on-demand", "us-east-1-bos-1", "m5.large"): "0.12"})
    is_shown(boston, "0.12", "live", "on-demand", book)
    verizon = goods(zone="us-east-1-wl1-bos-wlz-1")
    is_shown(verizon, None, None, "no price of m5.large in the wavelength zone us-east-1-wl1-bos-wlz-1 is known")


def test_fargate_without_its_annotation() -> None:
    kind = goods(instance_type=None, purchase="fargate", fargate=FargateSize(10**9, 2 * GIB, said=False))
    reason = "Fargate 1 vCPU + 2 GB; Fargate's size as worked out from requests"
    is_shown(kind, "0.04937", "estimate", reason)


def test_reserved() -> None:
    is_shown(goods(purchase="reserved"), "0.096", "table", "reserved: billed whether used or not")


def test_capacity_block() -> None:
    is_shown(goods(purchase="capacity-block", instance_type="p5.48xlarge"), None, None, "prepaid capacity block")


def test_hybrid_nodes() -> None:
    reason = "a hybrid node: no list has the machine, and its fee for each vCPU is not known"
    is_shown(goods(hybrid=True, provider="eks-hybrid"), None, None, reason)


@pytest.mark.parametrize(("said", "words"), [("$0.10", "not a price"), ("99999", "more than 10,000"), ("", "empty")])
def test_a_label_that_is_no_price(said: str, words: str) -> None:
    found = BOOK.price_of(a_node(labels={"nodeview/instance-price": said}), goods())
    assert shown(found)[:2] == ("0.096", "table")
    assert found.reason.startswith("nodeview/instance-price ")
    assert words in found.reason


def test_currencies_are_told_apart() -> None:
    currencies = {price(kind).currency for kind in (goods(), in_region("cn-north-1"), in_region("eu-west-1"))}
    assert currencies == {"USD", "CNY"}


KINDS: dict[str, tuple[Goods, dict[Offer, str], str]] = {
    "windows": (goods(os="windows"), {Offer("on-demand", "us-east-1", "m5.large", "windows"): "0.188"}, "0.188"),
    "rhel": (goods(os="rhel"), {Offer("on-demand", "us-east-1", "m5.large", "rhel"): "0.1536"}, "0.1536"),
    "dedicated": (
        goods(tenancy="dedicated"),
        {Offer("on-demand", "us-east-1", "m5.large", tenancy="dedicated"): "0.102"},
        "0.102",
    ),
    "metal": (goods(instance_type="m5.metal"), {Offer("on-demand", "us-east-1", "m5.metal"): "4.608"}, "4.608"),
    "reserved": (goods(purchase="reserved"), {M5: "0.096"}, "0.096"),
    "auto mode in its own region": (
        in_region("eu-west-1", auto_mode=True),
        {
            Offer("on-demand", "eu-west-1", "m5.large"): "0.107",
            Offer("auto-fee", "eu-west-1", "m5.large"): "0.01284",
            Offer("auto-fee", "us-west-2", "m5.large"): "0.01152",
        },
        "0.11984",
    ),
    "spot by zone id": (
        goods(purchase="spot"),
        {SPOT: "0.0319", Offer("spot", "us-east-1", "m5.large", zone="us-east-1a"): "0.0453"},
        "0.0319",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_node_has_its_own_price(name: str) -> None:
    kind, answers, value = KINDS[name]
    found = price(kind, answering(dict(answers)))
    assert shown(found)[:2] == (value, "live")
    assert found.as_of


def test_no_node_costs_nothing_by_a_list() -> None:
    hostile: dict[Offer, Any] = {M5: live("0"), SPOT: live("0"), Offer("auto-fee", "us-east-1", "m5.large"): live("0")}
    book = BOOK.with_quotes(hostile)
    for kind in (goods(), goods(purchase="spot"), goods(auto_mode=True)):
        assert (price(kind, book).hourly or 0) >= nano("0.03264")


def test_the_first_look_has_the_prices_of_known_types_and_a_reason_for_unknown_ones() -> None:
    fresh = PriceBook(SHIPPED)
    for kind in ("m5.large", "c7g.large", "r8i.large", "p5.48xlarge", "t3.medium"):
        assert fresh.price_of(NODE, goods(instance_type=kind)).source == "table"
    is_shown(goods(instance_type="q1.large"), None, None, "q1.large is not in the price list (new type?)", fresh)
