"""The built-in table: it holds the facts, marks what is not verified, and has nothing that they do not give."""

from __future__ import annotations

import msgspec
import pytest

from nodeview.pricing import Offer, TablePart, bytes_of, table_of
from tests.pricing.priced import FACTS, REGIONS, SHIPPED, in_region, nano, price

GOVERNMENT = {
    "m5.large": "0.121",
    "c5.large": "0.102",
    "m6i.large": "0.121",
    "r5.large": "0.151",
    "t3.medium": "0.0488",
    "m7g.large": "0.1028",
}
CHINA = {
    "m5.large": "1.013",
    "c5.large": "0.739",
    "m6i.large": "1.01321",
    "r5.large": "1.219",
    "t3.medium": "0.2629",
    "m7g.large": "0.8612",
}
FARGATE = {
    "us-east-1": ("0.04048", "0.004445", "0.000111"),
    "ap-northeast-1": ("0.05056", "0.00553", "0.000133"),
    "ap-southeast-1": ("0.05056", "0.00553", "0.000133"),
    "ap-south-1": ("0.04256", "0.004655", "0.000127"),
    "eu-central-1": ("0.04656", "0.00511"),
}


def stated() -> dict[Offer, str]:
    """Every price that the facts give, by its offer."""
    prices = {
        Offer("on-demand", region, row["type"]): row[region].rstrip("*")
        for region in REGIONS
        for row in FACTS
        if row[region]
    }
    elsewhere = {"us-gov-west-1": GOVERNMENT, "us-gov-east-1": GOVERNMENT, "cn-north-1": CHINA}
    for region, of_region in elsewhere.items():
        prices |= {Offer("on-demand", region, name): said for name, said in of_region.items()}
    items = ("vcpu", "gb", "ephemeral-gb")
    for region, rates in FARGATE.items():
        prices |= {Offer("fargate", region, item): said for item, said in zip(items, rates, strict=False)}
    return prices


def shipped() -> dict[Offer, str]:
    """Every price in the table, by its offer."""
    return {
        Offer(part.service, part.region, item, part.os, part.tenancy): said
        for part in SHIPPED.parts
        for item, said in part.prices.items()
    }


def test_it_holds_every_fact_and_invents_nothing() -> None:
    assert {offer: nano(said) for offer, said in shipped().items()} == {
        offer: nano(said) for offer, said in stated().items()
    }
    assert sum(len(part.prices) for part in SHIPPED.parts) == len(stated())


def test_only_what_was_read_off_a_list_is_verified() -> None:
    verified = {(part.region, part.as_of, part.currency) for part in SHIPPED.parts if not part.estimated}
    assert verified == {
        ("us-east-1", "2026-07-20", "USD"),
        ("us-gov-west-1", "2026-07-20", "USD"),
        ("us-gov-east-1", "2026-07-20", "USD"),
        ("cn-north-1", "2024-11-06", "CNY"),
        *((region, "2026", "USD") for region in FARGATE if region != "eu-central-1"),
    }


@pytest.mark.parametrize("region", REGIONS)
def test_each_row_is_a_price_with_its_source(region: str) -> None:
    for row in FACTS:
        said = row[region].rstrip("*")
        if not said:
            continue
        found = price(in_region(region, instance_type=row["type"]))
        source, as_of = ("table", "2026-07-20") if region == "us-east-1" else ("estimate", found.as_of)
        assert (found.hourly, found.currency, found.source, found.as_of) == (nano(said), "USD", source, as_of), row
        assert (found.as_of or "").startswith(("2026-07", "2025"))


def test_spot_savings_are_those_of_the_advisor() -> None:
    medians = {"us-east-1": 66, "us-west-2": 65, "eu-west-1": 55, "ap-northeast-1": 66}
    assert {one.region: one.median for one in SHIPPED.savings} == medians
    for one in SHIPPED.savings:
        column = f"{one.region} saving %"
        assert one.types == {row["type"]: int(row[column]) for row in FACTS if row[column]}


def test_fees_and_shares() -> None:
    said = {name: (rate.value, rate.estimated) for name, rate in SHIPPED.rates.items()}
    assert said == {
        "eks-cluster": ("0.10", False),
        "eks-extended-support": ("0.50", False),
        "auto-mode-share": ("0.12", True),
        "windows-vcpu": ("0.046", True),
        "windows-t3-vcpu": ("0.0092", True),
    }


def test_every_part_tells_its_source_and_date() -> None:
    told = [(one.source, one.as_of) for one in SHIPPED.parts]
    told += [(one.source, one.as_of) for one in SHIPPED.rates.values()]
    told += [(one.source, one.as_of) for one in SHIPPED.savings]
    for source, as_of in told:
        assert source
        assert as_of.startswith("202")


def test_it_is_written_as_it_was_read() -> None:
    assert table_of(bytes_of(SHIPPED)) == SHIPPED


@pytest.mark.parametrize("said", ["0", "0.000", "-1", "1e3", "12345", "0.0000000001", "", " 1", "$1"])
def test_what_is_no_price_makes_no_table(said: str) -> None:
    part = msgspec.structs.replace(SHIPPED.parts[0], prices={"m5.large": said})
    with pytest.raises(ValueError, match="the price table cannot be read"):
        table_of(bytes_of(msgspec.structs.replace(SHIPPED, parts=(part,))))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"as_of": "2026"}', b'\xff{"a', b'{"format": 2}'])
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the price table cannot be read: [^\n]+$"):
        table_of(data)


def test_a_table_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\$\.format"):
        table_of(bytes_of(SHIPPED).rstrip().rstrip(b"}") + b',"format": 2}')


def test_a_part_says_only_what_is_not_usual() -> None:
    part = TablePart("on-demand", "us-east-1", "2026-07-20", "the list", {"m5.large": "0.096"})
    assert set(msgspec.to_builtins(part)) == {"service", "region", "as_of", "source", "prices"}
