"""Which row of an answer is the price, and which only look like it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from nodeview.pricing import Offer, Quote
from nodeview.wire.aws_answers import (
    NOT_LISTED,
    Row,
    auto_fee_quote,
    fargate_quote,
    nano_of,
    on_demand_quote,
    row_of,
    spot_quotes,
    spot_row_of,
)
from tests.wire.aws_servers import item, machine, of_eks

EU = "eu-west-1"
AT = "2026-11-21T12:00:00Z"
M5 = Offer("on-demand", EU, "m5.large")


def rows(*items: dict[str, Any], region: str = EU) -> list[Row]:
    return [row for one in items if (row := row_of(json.dumps(one), region))]


def priced(offer: Offer, *items: dict[str, Any]) -> Quote:
    return on_demand_quote(offer, rows(*items, region=offer.region), AT)


def test_a_machine_has_its_price() -> None:
    assert priced(M5, machine("m5.large", EU, "0.1070000000")) == Quote(107_000_000, "USD", AT, "live")


@pytest.mark.parametrize(
    "other",
    [
        {"capacitystatus": "UnusedCapacityReservation", "usagetype": "EU-UnusedBox:m5.large"},
        {"capacitystatus": "AllocatedCapacityReservation", "usagetype": "EU-Reservation:m5.large"},
        {"usagetype": "EU-UnusedBox:m5.large"},
        {"usagetype": "EU-Reservation:m5.large"},
        {"usagetype": "EU-HostBoxUsage:m5.large"},
        {"usagetype": "EU-UnusedDed:m5.large"},
        {"marketoption": "CapacityBlock"},
        {"preInstalledSw": "SQL Std", "operation": "RunInstances:0004"},
        {"tenancy": "Dedicated", "usagetype": "EU-DedicatedUsage:m5.large"},
        {"tenancy": "Host", "usagetype": "EU-HostBoxUsage:m5.large"},
        {"operation": "RunInstances:0002", "operatingSystem": "Windows"},
        {"instanceType": "m5.xlarge"},
        {"regionCode": "us-east-1"},
    ],
)
def test_rows_that_are_something_else_do_not_count(other: dict[str, str]) -> None:
    wrong = machine("m5.large", EU, "9.99", **other)
    assert priced(M5, wrong).hourly is None
    assert priced(M5, machine("m5.large", EU, "0.107"), wrong).hourly == 107_000_000


@pytest.mark.parametrize("price", ["0.0000000000", "0", "-1", "NaN", "Infinity", "1e9", "", "$0.10", "1000000000"])
def test_no_price_is_no_price(price: str) -> None:
    assert nano_of(price) is None
    said = priced(M5, machine("m5.large", EU, price))
    assert (said.hourly, said.note) == (None, NOT_LISTED)


def test_a_product_without_terms_on_demand_has_no_price() -> None:
    assert priced(M5, machine("m5.large", EU, None)).hourly is None


@pytest.mark.parametrize("text", ["", "{", '{"product": 1}', '{"product":{"attributes":{}}}', 7, None, "[]"])
def test_an_item_that_cannot_be_read_raises(text: object) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        row_of(text)


def test_two_prices_are_ambiguous_whichever_comes_last() -> None:
    both = [machine("m5.large", EU, "0.107"), machine("m5.large", EU, "0.118")]
    for order in (both, both[::-1]):
        said = priced(M5, *order)
        assert (said.hourly, said.estimated) == (107_000_000, True)
        assert said.note == "ambiguous: the price list says 0.107 and 0.118"


def test_the_same_price_twice_is_not_ambiguous() -> None:
    assert not priced(M5, machine("m5.large", EU, "0.107"), machine("m5.large", EU, "0.10700")).estimated


def test_windows_is_priced_with_its_licence() -> None:
    offer = Offer("on-demand", EU, "c5.large", "windows")
    own = machine(
        "c5.large", EU, "0.096", "Windows", operation="RunInstances:0800", licenseModel="Bring your own license"
    )
    assert priced(offer, machine("c5.large", EU, "0.188", "Windows"), own).hourly == 188_000_000
    assert priced(offer, own).hourly is None
    unsaid = machine("c5.large", EU, "0.096", "Windows", operation="", licenseModel="Bring your own license")
    assert priced(offer, unsaid).hourly is None


@pytest.mark.parametrize(
    ("system", "name"), [("rhel", "RHEL"), ("suse", "SUSE"), ("ubuntu-pro", "Ubuntu Pro"), ("linux", "Linux")]
)
def test_each_system_has_its_own_price(system: Any, name: str) -> None:
    items = [
        machine("m5.large", EU, f"0.{n + 1}", one)
        for n, one in enumerate(("Linux", "Windows", "RHEL", "SUSE", "Ubuntu Pro"))
    ]
    wished = next(n for n, one in enumerate(("Linux", "Windows", "RHEL", "SUSE", "Ubuntu Pro")) if one == name)
    assert priced(Offer("on-demand", EU, "m5.large", system), *items).hourly == (wished + 1) * 10**8


def test_dedicated_tenancy_has_its_own_price() -> None:
    items = [
        machine("m5.large", EU, "0.107"),
        machine("m5.large", EU, "0.118", tenancy="Dedicated", usagetype="EU-DedicatedUsage:m5.large"),
    ]
    assert priced(Offer("on-demand", EU, "m5.large", "linux", "dedicated"), *items).hourly == 118_000_000
    assert priced(M5, *items).hourly == 107_000_000


def test_bare_metal_is_dedicated_where_it_is_listed_so_alone() -> None:
    offer = Offer("on-demand", EU, "m5.metal")
    dedicated = machine("m5.metal", EU, "5.136", tenancy="Dedicated", usagetype="EU-DedicatedUsage:m5.metal")
    assert priced(offer, dedicated).hourly == 5_136_000_000
    assert priced(offer, dedicated, machine("m5.metal", EU, "0.0")).hourly == 5_136_000_000
    assert priced(offer, dedicated, machine("m5.metal", EU, "5.0")).hourly == 5_000_000_000


def test_china_has_its_own_currency() -> None:
    offer = Offer("on-demand", "cn-north-1", "m5.large")
    said = priced(offer, machine("m5.large", "cn-north-1", "1.013", currency="CNY"))
    assert (said.hourly, said.currency) == (1_013_000_000, "CNY")


def test_fargate_has_three_rates_and_neighbours_that_are_none() -> None:
    found = rows(
        of_eks(EU, "USE1-Fargate-vCPU-Hours:perCPU", "0.04048"),
        of_eks(EU, "APN1-Fargate-GB-Hours", "0.004445"),
        of_eks(EU, "Fargate-EphemeralStorage-GB-Hours", "0.000111"),
        of_eks(EU, "USE1-Fargate-ARM-vCPU-Hours:perCPU", "0.03"),
        of_eks(EU, "USE1-Fargate-ARM-GB-Hours", "0.003"),
        of_eks(EU, "USE1-Fargate-Windows-GB-Hours", "0.009"),
        of_eks(EU, "USE1-Fargate-GB-Hours-SpotDiscount", "0.0001"),
        of_eks(EU, "USE1-Fargate-vCPU-Hours:perCPU-SpotDiscount", "0.0001"),
    )
    rates = {one: fargate_quote(Offer("fargate", EU, one), found, AT) for one in ("vcpu", "gb", "ephemeral-gb")}
    assert {one: quote.hourly for one, quote in rates.items()} == {
        "vcpu": 40_480_000,
        "gb": 4_445_000,
        "ephemeral-gb": 111_000,
    }
    assert not any(quote.estimated for quote in rates.values())


def test_fargate_in_china_is_read() -> None:
    found = rows(of_eks("cn-north-1", "CNN1-Fargate-GB-Hours", "0.03", currency="CNY"), region="cn-north-1")
    assert fargate_quote(Offer("fargate", "cn-north-1", "gb"), found, AT).currency == "CNY"


def test_the_fee_of_auto_mode_is_found_by_its_lower_case_attribute() -> None:
    offer = Offer("auto-fee", EU, "m5.large")
    right = of_eks(EU, "EU-EKS-Auto:m5.large", "0.01152", operation="EKSAutoUsage", instancetype="m5.large")
    wrong = of_eks(EU, "EU-EKS-Auto:m5.large", "0.5", operation="EKSAutoUsage", instanceType="m5.large")
    other = of_eks(EU, "EU-EKS", "0.7", operation="HybridNodesUsage", instancetype="m5.large")
    assert auto_fee_quote(offer, rows(right, wrong, other), AT).hourly == 11_520_000
    assert auto_fee_quote(offer, rows(wrong, other), AT).hourly is None


def spot(zone: str, zone_id: str, price: str, item_: str = "m5.large", hour: int = 1) -> dict[str, object]:
    return {
        "AvailabilityZone": zone,
        "AvailabilityZoneId": zone_id,
        "InstanceType": item_,
        "ProductDescription": "Linux/UNIX",
        "SpotPrice": price,
        "Timestamp": datetime(2026, 11, 20, hour, tzinfo=UTC),
    }


def spot_prices(zones: Sequence[str], *said: dict[str, object]) -> dict[str, Quote]:
    found = [row for one in said if (row := spot_row_of(one))]
    offers = [Offer("spot", EU, "m5.large", zone=zone) for zone in zones]
    quotes = spot_quotes(offers, found, AT)
    assert [offer for offer, _ in quotes][: len(offers)] == offers
    return {offer.zone: quote for offer, quote in quotes}


def test_spot_goes_by_the_zones_id_whatever_the_account_calls_it() -> None:
    said = [spot("eu-west-1a", "euw1-az3", "0.0702"), spot("eu-west-1b", "euw1-az1", "0.0627")]
    assert spot_prices(["euw1-az1"], *said)["euw1-az1"] == Quote(62_700_000, "USD", AT, "live")
    assert spot_prices(["eu-west-1a"], *said)["eu-west-1a"].hourly == 70_200_000


def test_of_two_spot_prices_in_a_zone_the_newer_counts() -> None:
    said = [spot("eu-west-1a", "euw1-az1", "0.05", hour=9), spot("eu-west-1a", "euw1-az1", "0.07", hour=3)]
    assert spot_prices(["euw1-az1"], *said)["euw1-az1"].hourly == 50_000_000


def test_a_zone_without_a_spot_price_has_none_and_the_others_are_told() -> None:
    said = [spot(f"eu-west-1{n}", f"euw1-az{n}", price) for n, price in enumerate(("0.03", "0.09", "0.04"))]
    quotes = spot_prices(["euw1-az7", "euw1-az0"], *said)
    assert {zone: quote.hourly for zone, quote in quotes.items()} == {
        "euw1-az7": None,
        "euw1-az0": 30_000_000,
        "euw1-az1": 90_000_000,
        "euw1-az2": 40_000_000,
    }
    assert quotes["euw1-az7"].note == "AWS names no spot price in euw1-az7"


def test_a_zone_that_was_asked_by_its_name_is_not_told_twice() -> None:
    said = [spot("eu-west-1a", "euw1-az3", "0.07"), spot("eu-west-1b", "", "0.06")]
    assert set(spot_prices(["eu-west-1a"], *said)) == {"eu-west-1a", "eu-west-1b"}
    assert set(spot_prices([""], *said)) == {"", "euw1-az3", "eu-west-1b"}


def test_no_row_at_all_is_no_spot_price() -> None:
    said = [spot("eu-west-1a", "euw1-az1", "0.000")]
    assert [quote.hourly for quote in spot_prices(["euw1-az1"], *said).values()] == [None]


def test_spot_in_china_is_in_yuan() -> None:
    row = spot_row_of(spot("cn-north-1a", "cnn1-az1", "0.3"))
    assert row is not None
    ((_, quote),) = spot_quotes([Offer("spot", "cn-north-1", "m5.large", zone="cnn1-az1")], [row], AT)
    assert quote.currency == "CNY"


def test_a_row_says_what_a_term_costs_and_nothing_of_reservations() -> None:
    row = row_of(json.dumps(item("0.5", instanceType="m5.large")))
    assert row is not None
    assert (row.hourly, row.currency) == (500_000_000, "USD")
