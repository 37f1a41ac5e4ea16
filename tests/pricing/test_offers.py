"""What would have to be asked to price a node."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.pricing import FargateSize, Offer, offers_of
from tests.pricing.priced import BOOK, NODE, goods, price

GIB = 2**30 * 10**9
POD = FargateSize(10**9, 2 * GIB)


def test_a_machine_is_one_offer() -> None:
    assert offers_of(goods()) == (Offer("on-demand", "us-east-1", "m5.large"),)
    assert offers_of(goods(purchase="reserved")) == (Offer("on-demand", "us-east-1", "m5.large"),)


def test_os_and_tenancy_are_asked_for() -> None:
    assert offers_of(goods(os="rhel", tenancy="dedicated")) == (
        Offer("on-demand", "us-east-1", "m5.large", "rhel", "dedicated"),
    )


def test_spot_is_asked_by_zone_id_and_else_by_name() -> None:
    machine = Offer("on-demand", "us-east-1", "m5.large")
    by_id = Offer("spot", "us-east-1", "m5.large", zone="use1-az1")
    by_name = Offer("spot", "us-east-1", "m5.large", zone="us-east-1a")
    assert offers_of(goods(purchase="spot")) == (by_id, machine)
    assert offers_of(goods(purchase="spot", zone_id=None)) == (by_name, machine)


def test_auto_mode_asks_for_its_fee_in_the_nodes_own_region() -> None:
    assert offers_of(goods(region="eu-west-1", auto_mode=True))[-1] == Offer("auto-fee", "eu-west-1", "m5.large")


def test_a_local_zone_has_a_price_list_of_its_own_and_spot_of_its_region() -> None:
    here = {"region": "us-west-2", "zone": "us-west-2-lax-1a", "zone_id": "usw2-lax1-az1"}
    assert offers_of(goods(**here)) == (Offer("on-demand", "us-west-2-lax-1", "m5.large"),)
    assert offers_of(goods(**here, purchase="spot"))[0] == Offer("spot", "us-west-2", "m5.large", zone="usw2-lax1-az1")


def test_fargate_asks_for_rates_and_for_storage_only_above_what_is_free() -> None:
    small = goods(instance_type=None, purchase="fargate", fargate=POD)
    large = goods(instance_type=None, purchase="fargate", fargate=FargateSize(10**9, 2 * GIB, 21 * GIB))
    assert [one.item for one in offers_of(small)] == ["vcpu", "gb"]
    assert [one.item for one in offers_of(large)] == ["vcpu", "gb", "ephemeral-gb"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"provider": "gce"}, "no price source for gce"),
        ({"provider": "azure", "region": "westeurope"}, "no price source for azure"),
        ({"provider": "kwok"}, "no price source for kwok"),
        ({"provider": ""}, "no price source for a node without a provider id"),
        ({"hybrid": True}, "hybrid"),
        ({"provider": "eks-hybrid"}, "hybrid"),
        ({"outpost": True}, "Outpost"),
        ({"purchase": "capacity-block"}, "prepaid capacity block"),
        ({"region": None}, "no region label"),
        ({"region": ""}, "no region label"),
        ({"instance_type": None}, "no instance type label"),
        ({"purchase": "spot", "tenancy": "dedicated"}, "dedicated"),
        ({"purchase": "fargate"}, "no pod is known"),
        ({"purchase": "fargate", "fargate": POD, "arch": "arm64"}, "Fargate with linux on arm64"),
        ({"purchase": "fargate", "fargate": POD, "os": "windows"}, "Fargate with windows on amd64"),
    ],
)
def test_what_no_list_sells_is_not_asked_for_and_says_why(said: dict[str, Any], reason: str) -> None:
    kind = goods(**said)
    assert offers_of(kind) == ()
    assert price(kind).hourly is None
    assert reason in price(kind).reason
    assert reason in BOOK.explain(NODE, kind)[3].said


def test_all_that_a_node_is_priced_by_is_asked_for_in_four_calls() -> None:
    """Twelve types in one region: one call for machines, one for spot, one for fees; Fargate would be the fourth."""
    kinds = [
        goods(instance_type=f"m{number}.large", purchase=bought, auto_mode=auto, zone_id=f"use1-az{zone}")
        for number in range(12)
        for bought in ("on-demand", "spot", "reserved")
        for auto in (False, True)
        for zone in range(3)
    ]
    kinds.append(goods(instance_type=None, purchase="fargate", fargate=POD))
    offers = {offer for kind in kinds for offer in offers_of(kind)}
    assert len({(offer.service, offer.region, offer.os) for offer in offers}) == 4
    assert len({offer.item for offer in offers if offer.service == "on-demand"}) == 12
