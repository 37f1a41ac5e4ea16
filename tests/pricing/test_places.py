"""Where a price holds."""

from __future__ import annotations

import pytest

from nodeview.pricing.places import currency_of, is_of_region, list_region, zone_kind
from tests.pricing.priced import goods


@pytest.mark.parametrize(
    ("region", "zone", "kind", "listed"),
    [
        ("us-west-2", "us-west-2a", "region", "us-west-2"),
        ("us-west-2", None, "region", "us-west-2"),
        ("us-west-2", "us-west-2-lax-1a", "local", "us-west-2-lax-1"),
        ("us-east-1", "us-east-1-bos-1a", "local", "us-east-1-bos-1"),
        ("us-east-1", "us-east-1-wl1-bos-wlz-1", "wavelength", "us-east-1-wl1-bos-wlz-1"),
        ("us-gov-west-1", "us-gov-west-1a", "region", "us-gov-west-1"),
        ("eu-west-1", "rack-7", "region", "eu-west-1"),
    ],
)
def test_the_price_list_has_a_region_or_a_zone_group(region: str, zone: str | None, kind: str, listed: str) -> None:
    assert zone_kind(region, zone) == kind
    assert list_region(goods(region=region, zone=zone)) == listed


@pytest.mark.parametrize(
    ("zone", "of_region"),
    [("euw1-az2", True), ("eu-west-1a", True), ("usw2-lax1-az1", False), ("us-west-2-lax-1a", False), ("", False)],
)
def test_zones_of_a_region_are_told_from_local_ones(zone: str, of_region: bool) -> None:
    assert is_of_region(zone) is of_region


def test_china_has_a_currency_of_its_own() -> None:
    assert (currency_of("cn-north-1"), currency_of("eu-west-1"), currency_of(None)) == ("CNY", "USD", "USD")
