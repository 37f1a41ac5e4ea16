"""Offers become few calls, each within the limits of the API."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.pricing import Offer
from nodeview.wire.aws_calls import (
    MOST_CHARACTERS,
    Call,
    calls_of,
    endpoints_of,
    is_metal,
    products_request,
    spot_request,
)

EU = "eu-west-1"


def filters(call: Call) -> dict[str, tuple[str, str]]:
    request: dict[str, Any] = products_request(call)
    return {one["Field"]: (one["Type"], one["Value"]) for one in request["Filters"]}


def test_one_call_for_all_machines_of_a_region() -> None:
    calls, unlisted = calls_of([Offer("on-demand", EU, "m5.large"), Offer("on-demand", EU, "c7g.2xlarge")])
    assert [(call.kind, call.region) for call in calls] == [("ec2", EU)]
    assert not unlisted
    assert filters(calls[0]) == {
        "regionCode": ("TERM_MATCH", EU),
        "instanceType": ("ANY_OF", "m5.large,c7g.2xlarge"),
        "tenancy": ("TERM_MATCH", "Shared"),
        "operatingSystem": ("TERM_MATCH", "Linux"),
        "preInstalledSw": ("TERM_MATCH", "NA"),
        "capacitystatus": ("TERM_MATCH", "Used"),
        "marketoption": ("TERM_MATCH", "OnDemand"),
    }


def test_windows_comes_along_and_only_with_its_licence() -> None:
    (call,), _ = calls_of([Offer("on-demand", EU, "m5.large"), Offer("on-demand", EU, "m5.large", "windows")])
    said = filters(call)
    assert said["operatingSystem"] == ("ANY_OF", "Linux,Windows")
    assert said["licenseModel"] == ("TERM_MATCH", "No License required")
    assert said["instanceType"] == ("TERM_MATCH", "m5.large")


@pytest.mark.parametrize(
    "offer", [Offer("on-demand", EU, "m5.metal"), Offer("on-demand", EU, "m5.large", "linux", "dedicated")]
)
def test_bare_metal_and_dedicated_ask_for_both_tenancies(offer: Offer) -> None:
    (call,), _ = calls_of([offer])
    assert filters(call)["tenancy"] == ("ANY_OF", "Shared,Dedicated")


def test_many_types_are_cut_into_calls_that_the_service_takes() -> None:
    offers = [
        Offer("on-demand", EU, f"c{n}gn-flex.16xlarge", system) for n in range(200) for system in ("linux", "windows")
    ]
    calls, _ = calls_of(offers)
    assert [offer for call in calls for offer in call.offers] == offers
    assert 1 < len(calls) < 8
    for call in calls:
        assert sum(len(value) for kind, value in filters(call).values() if kind == "ANY_OF") <= MOST_CHARACTERS


def test_an_offer_asked_twice_is_asked_once() -> None:
    (call,), _ = calls_of([Offer("auto-fee", EU, "m5.large")] * 3)
    assert call.offers == (Offer("auto-fee", EU, "m5.large"),)


def test_the_fee_of_auto_mode_is_asked_for_in_lower_case() -> None:
    (call,), _ = calls_of([Offer("auto-fee", EU, "m5.large")])
    assert products_request(call)["ServiceCode"] == "AmazonEKS"
    assert filters(call)["instancetype"] == ("TERM_MATCH", "m5.large")
    assert filters(call)["operation"] == ("TERM_MATCH", "EKSAutoUsage")
    assert "instanceType" not in filters(call)


def test_fargate_is_one_small_call() -> None:
    (call,), _ = calls_of([Offer("fargate", EU, "vcpu"), Offer("fargate", EU, "gb")])
    assert filters(call)["usagetype"] == ("CONTAINS", "Fargate")


def test_spot_is_one_call_a_region_and_product() -> None:
    offers = [
        Offer("spot", EU, "m5.large", zone="euw1-az1"),
        Offer("spot", EU, "m5.large", zone="euw1-az2"),
        Offer("spot", EU, "c5.large", zone="euw1-az2"),
        Offer("spot", EU, "c5.large", "windows", zone="euw1-az2"),
        Offer("spot", "us-west-2", "c5.large", zone="usw2-az2"),
    ]
    calls, _ = calls_of(offers)
    assert [(call.region, call.product) for call in calls] == [
        (EU, "Linux/UNIX"),
        (EU, "Windows"),
        ("us-west-2", "Linux/UNIX"),
    ]
    assert spot_request(calls[0], "Linux/UNIX") == {
        "InstanceTypes": ["m5.large", "c5.large"],
        "ProductDescriptions": ["Linux/UNIX"],
        "MaxResults": 1000,
    }


def test_govcloud_has_spot_prices_and_no_list() -> None:
    spot = Offer("spot", "us-gov-west-1", "m5.large", zone="usgw1-az1")
    machine = Offer("on-demand", "us-gov-west-1", "m5.large")
    calls, unlisted = calls_of([machine, spot])
    assert [(call.kind, call.offers) for call in calls] == [("spot", (spot,))]
    assert unlisted == (machine,)


def test_a_system_without_spot_prices_is_not_asked_for() -> None:
    offer = Offer("spot", EU, "m5.large", "ubuntu-pro", zone="euw1-az1")
    assert calls_of([offer]) == ((), (offer,))


@pytest.mark.parametrize(
    ("region", "endpoints"),
    [
        ("eu-west-1", ("eu-central-1", "ap-south-1", "us-east-1")),
        ("me-south-1", ("eu-central-1", "ap-south-1", "us-east-1")),
        ("af-south-1", ("eu-central-1", "ap-south-1", "us-east-1")),
        ("ap-northeast-1", ("ap-south-1", "eu-central-1", "us-east-1")),
        ("us-west-2-lax-1", ("us-east-1", "eu-central-1", "ap-south-1")),
        ("cn-north-1", ("cn-northwest-1",)),
        ("eusc-de-east-1", ("eusc-de-east-1",)),
        ("us-iso-east-1", ("us-iso-east-1",)),
        ("us-gov-east-1", ()),
    ],
)
def test_where_the_list_of_a_region_is_asked_for(region: str, endpoints: tuple[str, ...]) -> None:
    assert endpoints_of(region) == endpoints


def test_one_type_at_a_time_for_a_service_without_any_of() -> None:
    (call,), _ = calls_of([Offer("on-demand", EU, "m5.large"), Offer("on-demand", EU, "c5.large")])
    singles = call.singly()
    assert [filters(single)["instanceType"] for single in singles] == [
        ("TERM_MATCH", "m5.large"),
        ("TERM_MATCH", "c5.large"),
    ]


@pytest.mark.parametrize(
    ("name", "metal"), [("m5.metal", True), ("c7i.metal-24xl", True), ("m5.large", False), ("x", False)]
)
def test_bare_machines_are_known_by_their_name(name: str, metal: bool) -> None:
    assert is_metal(name) is metal
