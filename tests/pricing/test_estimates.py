"""What is likely where no list says it, and where nobody should guess."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing import EMPTY_BOOK, Offer, PriceBook
from tests.pricing.priced import BOOK, FACTS, REGIONS, SHIPPED, answering, goods, in_region, live, nano, price


def spot_in(zone: str, kind: str = "m5.large", region: str = "us-east-1") -> Offer:
    return Offer("spot", region, kind, zone=zone)


def test_spot_is_on_demand_less_what_the_advisor_says_by_type_and_region() -> None:
    for region in REGIONS:
        for row in FACTS:
            said, saving = row[region].rstrip("*"), row[f"{region} saving %"]
            if said and saving:
                found = price(in_region(region, instance_type=row["type"], purchase="spot"))
                assert found.hourly == nano(said) * (100 - int(saving)) // 100, row
                assert found.source == "estimate"
                assert f"{saving} % below on-demand, by AWS's Spot Advisor" in found.reason


@pytest.mark.parametrize(
    ("region", "saving", "words"),
    [
        ("us-east-1", 66, "the median of us-east-1"),
        ("eu-west-1", 55, "the median of eu-west-1"),
        ("eu-central-1", 60, "as is common"),
    ],
)
def test_a_type_without_a_saving_has_that_of_its_region(region: str, saving: int, words: str) -> None:
    machine = price(in_region(region, instance_type="c5d.large")).hourly
    found = price(in_region(region, instance_type="c5d.large", purchase="spot"))
    assert machine is not None
    assert found.hourly == machine * (100 - saving) // 100
    assert words in found.reason
    assert found.source == "estimate"


@pytest.mark.parametrize("region", ["af-south-1", "ap-southeast-3", "us-gov-west-1", "cn-north-1"])
def test_where_spot_is_another_world_it_is_unknown(region: str) -> None:
    found = price(in_region(region, purchase="spot"))
    assert price(in_region(region)).hourly
    assert (found.hourly, found.source) == (None, None)
    assert found.reason == f"no spot price of m5.large in {region} is known, nor what spot saves there"


def test_spot_missing_in_one_zone_is_the_median_of_the_others() -> None:
    book = answering({spot_in("use1-az2"): "0.03", spot_in("use1-az3"): "0.05", spot_in("use1-az4"): "0.04"})
    found = price(goods(purchase="spot"), book)
    assert (found.hourly, found.source) == (nano("0.04"), "estimate")
    assert found.reason == "spot; median of 3 other zones of the region"
    one = answering({spot_in("use1-az2"): "0.03"})
    assert price(goods(purchase="spot"), one).reason == "spot; median of 1 other zone of the region"


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=6))
def test_a_median_lies_between_the_cheapest_and_the_dearest(hourly: list[int]) -> None:
    quotes = {spot_in(f"use1-az{1 + n}"): live("1") for n in range(len(hourly))}
    quotes = {
        offer: live(f"{amount // 10**9}.{amount % 10**9:09}") for offer, amount in zip(quotes, hourly, strict=True)
    }
    found = price(goods(purchase="spot", zone_id="use1-az9"), BOOK.with_quotes(quotes)).hourly
    assert found is not None
    assert min(hourly) <= found <= max(hourly)


def test_other_types_regions_systems_and_local_zones_make_no_median() -> None:
    others = {
        spot_in("use1-az2", "m5.xlarge"): "1",
        spot_in("use1-az2", region="us-west-2"): "1",
        Offer("spot", "us-east-1", "m5.large", "rhel", zone="use1-az2"): "1",
        spot_in("use1-bos1-az1"): "1",
        spot_in("us-east-1-bos-1a"): "1",
    }
    found = price(goods(purchase="spot"), answering({**others, spot_in("use1-az3"): None}))
    assert "Spot Advisor" in found.reason


def test_a_median_mixes_no_currencies() -> None:
    quotes = {spot_in("use1-az2"): live("1"), spot_in("use1-az3"): live("1", currency="CNY")}
    assert price(goods(purchase="spot"), BOOK.with_quotes(quotes)).hourly is None


def test_a_local_zone_costs_a_fifth_more_than_its_region() -> None:
    here = {"region": "us-west-2", "zone": "us-west-2-phx-2a", "zone_id": None}
    found = price(goods(**here))
    assert (found.hourly, found.source) == (nano("0.1152"), "estimate")
    assert "1.2 x us-west-2" in found.reason
    spot = price(goods(**here, purchase="spot"), answering({spot_in("usw2-az1", region="us-west-2"): "0.01"}))
    assert spot.hourly == nano("0.1152") * 38 // 100  # its region's zones say nothing of it


def test_los_angeles_has_factors_of_its_own_and_its_own_price_once_listed() -> None:
    here = {"region": "us-west-2", "zone": "us-west-2-lax-1a"}
    assert price(goods(**here)).hourly == nano("0.096") * 1201 // 1000
    listed = answering({Offer("on-demand", "us-west-2-lax-1", "m5.large"): "0.1153"})
    assert (price(goods(**here), listed).hourly, price(goods(**here), listed).source) == (nano("0.1153"), "live")


def test_a_local_zone_of_a_region_without_a_price_has_none() -> None:
    found = price(goods(region="ap-south-1", zone="ap-south-1-del-1a"))
    assert (found.hourly, found.reason) == (None, "no built-in price of m5.large in ap-south-1")


def test_a_wavelength_zone_is_unknown_until_listed() -> None:
    here = goods(zone="us-east-1-wl1-bos-wlz-1", instance_type="x8i.96xlarge")
    other = goods(zone="us-east-1-wl1-bos-wlz-1")
    for kind in (here, other):
        assert price(kind).hourly is None
        assert "wavelength zone us-east-1-wl1-bos-wlz-1" in price(kind).reason
    listed = answering({Offer("on-demand", "us-east-1-wl1-bos-wlz-1", "m5.large"): "0.13"})
    assert price(other, listed).hourly == nano("0.13")


@pytest.mark.parametrize(
    ("said", "hourly"),
    [({}, "0.188"), ({"instance_type": "t3.medium"}, "0.06"), ({"instance_type": "m5.xlarge"}, "0.376")],
)
def test_windows_is_linux_and_a_licence(said: dict[str, Any], hourly: str) -> None:
    found = price(goods(os="windows", **said))
    assert (found.hourly, found.source) == (nano(hourly), "estimate")
    assert "Windows licence" in found.reason


def test_windows_on_spot_is_linux_on_spot_and_a_licence() -> None:
    book = answering({spot_in("use1-az1"): "0.04"})
    found = price(goods(os="windows", purchase="spot"), book)
    assert (found.hourly, found.source) == (nano("0.132"), "estimate")
    assert price(goods(os="windows", purchase="spot")).hourly == nano("0.096") * 34 // 100 + nano("0.092")


def test_windows_where_its_licence_is_not_known() -> None:
    for kind in (in_region("cn-north-1", os="windows"), goods(os="windows", instance_type="m7g.large")):
        assert price(kind).hourly is None
        assert "only AWS's list has its price" in price(kind).reason


@pytest.mark.parametrize("os", ["rhel", "suse", "ubuntu-pro"])
@pytest.mark.parametrize("purchase", ["on-demand", "spot"])
def test_other_systems_are_unknown_until_listed(os: str, purchase: str) -> None:
    kind = goods(os=os, purchase=purchase)
    assert price(kind).hourly is None
    assert "only AWS's list has its price" in price(kind).reason


def test_dedicated_tenancy_is_unknown_until_listed() -> None:
    kind = goods(tenancy="dedicated")
    assert price(kind).hourly is None
    assert "dedicated tenancy" in price(kind).reason
    listed = answering({Offer("on-demand", "us-east-1", "m5.large", tenancy="dedicated"): "0.102"})
    assert price(kind, listed).hourly == nano("0.102")
    assert price(kind, listed).reason == "on-demand, dedicated tenancy"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (goods(instance_type="p99.large"), "p99.large is not in the price list (new type?)"),
        (in_region("ap-south-1"), "no built-in price of m5.large in ap-south-1"),
        (in_region("eu-central-1", instance_type="p5.48xlarge"), "no built-in price of p5.48xlarge in eu-central-1"),
        (in_region("moon-1"), "no built-in price of m5.large in moon-1"),
    ],
)
def test_what_nobody_can_tell_is_unknown(kind: Any, reason: str) -> None:
    assert (price(kind).hourly, price(kind).reason) == (None, reason)


def test_estimates_can_be_done_without() -> None:
    book = PriceBook(SHIPPED, estimates=False)
    assert price(goods(), book).hourly == nano("0.096")
    for kind in (goods(purchase="spot"), goods(instance_type="c5d.large"), goods(os="windows")):
        assert price(kind, book).hourly is None
        assert price(kind, book).reason


def test_an_empty_book_estimates_nothing() -> None:
    assert price(goods(), EMPTY_BOOK).reason == "no price list is at hand"
    assert price(goods(purchase="spot"), EMPTY_BOOK).hourly is None


def test_a_type_that_awss_list_does_not_have_is_told_by_its_family() -> None:
    found = price(goods(instance_type="m5.3xlarge"), answering({Offer("on-demand", "us-east-1", "m5.3xlarge"): None}))
    assert (found.hourly, found.source) == (nano("0.576"), "estimate")
    assert "AWS's list does not have it" in found.reason
