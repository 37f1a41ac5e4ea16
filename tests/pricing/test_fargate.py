"""Fargate: what was provisioned times the region's rates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing import FargateSize, Goods, Offer, rules_of
from tests.pricing.priced import BOOK, NODE, answering, goods, live, nano, price

GIB = 2**30 * 10**9


def pod(vcpu: str, gib: str, storage: int = 0, said: bool = True, **others: Any) -> Goods:
    """A Fargate node of this size."""
    size = FargateSize(nano(vcpu), nano(gib) * 2**30, storage * GIB, said)
    return goods(**({"instance_type": None, "purchase": "fargate", "fargate": size} | others))


@pytest.mark.parametrize(
    ("region", "vcpu", "gib", "hourly"),
    [
        ("us-east-1", "0.25", "0.5", "0.0123425"),
        ("us-east-1", "1", "2", "0.04937"),
        ("ap-northeast-1", "4", "30", "0.36814"),
        ("ap-south-1", "16", "120", "1.23956"),
    ],
)
def test_the_price_is_by_vcpu_and_gb(region: str, vcpu: str, gib: str, hourly: str) -> None:
    found = price(pod(vcpu, gib, region=region))
    assert (found.hourly, found.source, found.as_of) == (nano(hourly), "table", "2026")
    assert found.reason == f"Fargate {vcpu} vCPU + {gib} GB"


def test_storage_is_paid_for_above_20_gib() -> None:
    assert price(pod("1", "2", 20)).hourly == price(pod("1", "2")).hourly
    found = price(pod("1", "2", 30))
    assert found.hourly == nano("0.04937") + nano("0.00111")
    assert found.reason == "Fargate 1 vCPU + 2 GB + 10 GB of storage"


def test_storage_without_a_rate_is_left_out_and_said() -> None:
    found = price(pod("1", "2", 30, region="eu-central-1"))
    assert found.hourly == nano("0.04656") + 2 * nano("0.00511")
    assert found.source == "estimate"
    assert "without its storage above 20 GiB" in found.reason


def test_a_size_worked_out_from_requests_is_an_estimate() -> None:
    found = price(pod("1", "2", said=False))
    assert (found.hourly, found.source) == (nano("0.04937"), "estimate")
    assert "worked out from requests" in found.reason


def test_rates_of_2023_are_an_estimate() -> None:
    assert price(pod("1", "2", region="eu-central-1")).source == "estimate"


def test_without_rates_it_is_unknown() -> None:
    found = price(pod("1", "2", region="eu-west-3"))
    assert (found.hourly, found.reason) == (None, "no Fargate rates of eu-west-3 are known")
    half = answering({Offer("fargate", "eu-west-3", "vcpu"): "0.05"})
    assert price(pod("1", "2", region="eu-west-3"), half).hourly is None


def test_china_is_priced_in_its_currency_once_listed() -> None:
    rates = {"vcpu": live("0.35", currency="CNY"), "gb": live("0.04", currency="CNY")}
    book = BOOK.with_quotes({Offer("fargate", "cn-north-1", item): quote for item, quote in rates.items()})
    found = price(pod("1", "2", region="cn-north-1"), book)
    assert (found.hourly, found.currency, found.source) == (nano("0.43"), "CNY", "live")
    mixed = book.with_quotes({Offer("fargate", "cn-north-1", "gb"): live("0.01")})
    assert price(pod("1", "2", region="cn-north-1"), mixed).hourly is None


def test_the_price_files_rates_go_first() -> None:
    mine = BOOK.with_rules(rules_of({"fargate": {"vcpu": "0.03", "gb": "0.003"}}))
    found = price(pod("1", "2"), mine)
    assert (found.hourly, found.source) == (nano("0.036"), "file")
    trials = {one.layer: one for one in mine.explain(NODE, pod("1", "2"))}
    assert trials["file"].chosen
    assert trials["table"].price is not None
    assert trials["table"].price.hourly == nano("0.04937")
    assert trials["estimate"].said == "no estimate"


def test_a_rate_of_the_file_is_completed_by_the_table() -> None:
    found = price(pod("1", "2"), BOOK.with_rules(rules_of({"fargate": {"vcpu": "0.03"}})))
    assert (found.hourly, found.source) == (nano("0.03889"), "table")


@given(st.integers(1, 64), st.integers(1, 480), st.integers(0, 200))
def test_it_adds_up(quarters: int, halves: int, storage: int) -> None:
    found = price(pod(f"{quarters * 0.25}", f"{halves * 0.5}", storage)).hourly
    exact = quarters * nano("0.04048") // 4 + halves * nano("0.004445") / 2 + max(0, storage - 20) * nano("0.000111")
    assert found is not None
    assert abs(found - exact) <= 2
