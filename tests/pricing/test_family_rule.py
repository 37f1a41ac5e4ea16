"""The family rule, against prices that it was not made from, and where it does not hold."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from nodeview.pricing.family_rule import family_price, has_factors, is_of_known_family, windows_vcpus
from tests.pricing.priced import FACTS, REGIONS, nano
from tests.pricing.test_table import GOVERNMENT

HERE = Path(__file__).parent
ACCELERATED = ("g", "inf", "p", "trn")


def test_in_us_east_1_it_tells_all_but_accelerators_within_1_percent() -> None:
    for row in FACTS:
        told = family_price(row["type"], "us-east-1")
        if row["type"].startswith(ACCELERATED):
            assert told is None, row
            continue
        assert told is not None, row
        assert abs(told - nano(row["us-east-1"])) * 100 <= nano(row["us-east-1"]), row


def test_each_family_has_its_price_of_a_large() -> None:
    with (HERE / "families.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 123
    for row in rows:
        assert family_price(f"{row['family']}.large", "us-east-1") == nano(row["large in us-east-1"]), row


def test_each_region_has_its_factor_of_each_class() -> None:
    with (HERE / "factors.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 32
    for row in rows:
        for family, large in (("c5", "0.085"), ("m5", "0.096"), ("r5", "0.126"), ("t3", "0.0832")):
            told = family_price(f"{family}.large", row["region"])
            assert told == nano(large) * Decimal(row[family]), row


@pytest.mark.parametrize("region", REGIONS[1:])
def test_in_other_regions_it_is_near(region: str) -> None:
    for row in FACTS:
        told = family_price(row["type"], region)
        said = row[region].rstrip("*")
        if told is not None and said:
            assert abs(told - nano(said)) * 100 <= 4 * nano(said), row


@pytest.mark.parametrize("instance_type", GOVERNMENT)
def test_in_govcloud_it_tells_the_listed_prices_within_2_percent(instance_type: str) -> None:
    told = family_price(instance_type, "us-gov-west-1")
    assert told is not None
    assert abs(told - nano(GOVERNMENT[instance_type])) * 100 <= 2 * nano(GOVERNMENT[instance_type])


@pytest.mark.parametrize(
    ("instance_type", "hourly"),
    [
        ("t3.nano", "0.0052"),
        ("t3.micro", "0.0104"),
        ("t3.small", "0.0208"),
        ("t3.medium", "0.0416"),
        ("m5.xlarge", "0.192"),
        ("m5.24xlarge", "4.608"),
        ("m5.metal", "4.608"),
        ("c7i.metal-24xl", "4.284"),
        ("c7i.metal-48xl", "8.568"),
        ("i3.metal", "4.992"),
        ("c5n.metal", "3.888"),
    ],
)
def test_sizes_are_in_proportion_and_metal_is_the_largest(instance_type: str, hourly: str) -> None:
    assert family_price(instance_type, "us-east-1") == nano(hourly)


def test_ireland_has_two_factors_for_c() -> None:
    assert family_price("c5.large", "eu-west-1") == nano("0.085") * 1129 // 1000
    assert family_price("c6i.large", "eu-west-1") == nano("0.085") * 1073 // 1000


@pytest.mark.parametrize(
    ("instance_type", "region"),
    [
        ("m5.large", "ap-south-1"),
        ("m5.large", "ap-south-2"),
        ("m5.large", "cn-north-1"),
        ("m5.large", "moon-1"),
        ("p5.48xlarge", "us-east-1"),
        ("g5.xlarge", "us-west-2"),
        ("x8i.96xlarge", "us-east-1"),
        ("i3.large", "eu-west-1"),  # no factor is known of storage families
        ("m99.large", "us-east-1"),
        ("m5.gigantic", "us-east-1"),
        ("m5", "us-east-1"),
        ("m5.", "us-east-1"),
        ("m7i.metal", "us-east-1"),  # there are metal-24xl and metal-48xl
        ("m5.0xlarge", "us-east-1"),
        ("", "us-east-1"),
    ],
)
def test_where_it_does_not_hold_it_says_nothing(instance_type: str, region: str) -> None:
    assert family_price(instance_type, region) is None


def test_storage_families_are_told_where_all_classes_cost_the_same() -> None:
    assert family_price("i3.large", "us-west-2") == nano("0.156")


def test_what_it_knows_of() -> None:
    assert is_of_known_family("m7i-flex.large")
    assert not is_of_known_family("p5.48xlarge")
    assert has_factors("eu-central-1")
    assert not has_factors("ap-south-1")


@pytest.mark.parametrize(
    ("instance_type", "licence"),
    [
        ("m5.large", ("windows-vcpu", 2)),
        ("m6a.4xlarge", ("windows-vcpu", 16)),
        ("m7a.medium", ("windows-vcpu", 1)),
        ("m5.metal", ("windows-vcpu", 96)),
        ("t3.medium", ("windows-t3-vcpu", 2)),
        ("t3.2xlarge", ("windows-t3-vcpu", 8)),
        ("m7g.large", None),  # Graviton
        ("c6gn.large", None),
        ("t3a.large", None),
        ("t3.huge", None),
        ("i3.large", None),
        ("m99.large", None),
        ("g5.xlarge", None),
    ],
)
def test_windows_is_licensed_by_vcpu(instance_type: str, licence: tuple[str, int] | None) -> None:
    assert windows_vcpus(instance_type) == licence
