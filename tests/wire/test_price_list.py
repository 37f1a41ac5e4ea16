"""The public price list, streamed from loopback, becomes a table."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from nodeview.pricing import NO_TABLE, PriceTable, TablePart, table_of
from nodeview.pricing import bytes_of as table_bytes
from nodeview.wire.price_list import BASE_VARIABLE, PriceListError, build_table, list_url

EU = "eu-west-1"
HEADS = [
    *("SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "Unit", "PricePerUnit"),
    *("Currency", "LeaseContractLength", "Product Family", "serviceCode", "Location", "Location Type"),
    *("Instance Type", "Tenancy", "Operating System", "License Model", "usageType", "operation", "CapacityStatus"),
    *("Pre Installed S/W", "MarketOption", "Region Code"),
]
MACHINE = {
    "SKU": "S",
    "TermType": "OnDemand",
    "Unit": "Hrs",
    "Currency": "USD",
    "PriceDescription": '$0.1, "per" hour',
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "License Model": "No License required",
    "operation": "RunInstances",
    "CapacityStatus": "Used",
    "Pre Installed S/W": "NA",
    "MarketOption": "OnDemand",
    "Region Code": EU,
}


def row(item: str, price: str, **other: str) -> dict[str, str]:
    said = {"Instance Type": item, "PricePerUnit": price, "usageType": f"EU-BoxUsage:{item}"}
    return {**MACHINE, **said, **{key.replace("_", " "): value for key, value in other.items()}}


def listed(rows: Iterable[dict[str, str]], heads: list[str] = HEADS, published: str = "2026-11-20T22:30:13Z") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows((["FormatVersion", "v1.0"], ["Disclaimer", "This, and that"], ["Publication Date", published]))
    writer.writerows((["Version", "20261120223013"], ["OfferCode", "AmazonEC2"], heads))
    writer.writerows([one.get(head, "") for head in heads] for one in rows)
    return text.getvalue().encode()


MACHINES = [
    row("m5.large", "0.1070000000"),
    row("m5.large", "0.0000000000", usageType="EU-UnusedBox:m5.large", CapacityStatus="UnusedCapacityReservation"),
    row("m5.large", "0.0600000000", TermType="Reserved"),
    row("m5.large", "0.5870000000", **{"Pre Installed S/W": "SQL Std", "operation": "RunInstances:0004"}),
    row("m5.large", "0.1180000000", Tenancy="Dedicated", usageType="EU-DedicatedUsage:m5.large"),
    row("m5.large", "0.1990000000", Operating_System="Windows", operation="RunInstances:0002"),
    row(
        "m5.large",
        "0.1070000000",
        Operating_System="Windows",
        operation="RunInstances:0800",
        License_Model="Bring your own license",
    ),
    row("m5.metal", "5.1360000000", Tenancy="Dedicated", usageType="EU-DedicatedUsage:m5.metal"),
    row("p5.48xlarge", "55.0400000000"),
    row("p5.48xlarge", "31.4640000000", MarketOption="CapacityBlock"),
    row("", "0.05", usageType="EU-EBS:VolumeUsage.gp3"),
]
EKS_HEADS = ["SKU", "TermType", "PricePerUnit", "Currency", "usageType", "operation", "instancetype", "eksproducttype"]


def of_eks(usage: str, price: str, **other: str) -> dict[str, str]:
    return {"SKU": "S", "TermType": "OnDemand", "PricePerUnit": price, "Currency": "USD", "usageType": usage, **other}


EKS = [
    of_eks("EU-Fargate-vCPU-Hours:perCPU", "0.04048"),
    of_eks("EU-Fargate-GB-Hours", "0.004445"),
    of_eks("EU-Fargate-ARM-GB-Hours", "0.003"),
    of_eks("EU-EKS-Auto:m5.large", "0.01284", operation="EKSAutoUsage", instancetype="m5.large"),
    of_eks("EU-AmazonEKS-Hours:perCluster", "0.1", operation="CreateOperation"),
]


@asynccontextmanager
async def price_lists(machines: bytes, eks: bytes, cut: int | None = None) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        said = request.match_info
        if said["partition"] != "aws" or said["region"] != EU:
            raise web.HTTPNotFound
        body = machines if said["service"] == "AmazonEC2" else eks
        response = web.StreamResponse(headers={"Content-Length": str(len(body))})
        await response.prepare(request)
        for at in range(0, len(body) if cut is None else cut, 333):
            await response.write(body[at : at + 333])
        if cut is not None and request.transport is not None:
            request.transport.close()
        return response

    app = web.Application()
    app.router.add_get("/offers/v1.0/{partition}/{service}/current/{region}/index.csv", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_table_is_built_of_what_is_a_price_and_of_nothing_else() -> None:
    told: list[str] = []
    async with price_lists(listed(MACHINES), listed(EKS, EKS_HEADS)) as base:
        built = await build_table([EU], NO_TABLE, base=base, tell=told.append)
        again = await build_table([EU, EU], NO_TABLE, base=base)
    parts = {(part.service, part.os): dict(part.prices) for part in built.table.parts}
    assert parts == {
        ("on-demand", "linux"): {"m5.large": "0.107", "m5.metal": "5.136", "p5.48xlarge": "55.04"},
        ("on-demand", "windows"): {"m5.large": "0.199"},
        ("fargate", "linux"): {"vcpu": "0.04048", "gb": "0.004445"},
        ("auto-fee", "linux"): {"m5.large": "0.01284"},
    }
    assert {(part.as_of, part.region, part.estimated) for part in built.table.parts} == {("2026-11-20", EU, False)}
    assert (built.table.as_of, built.refusal) == ("2026-11-20", "")
    assert "+ m5.large eu-west-1 on-demand 0.107" in built.differences
    assert len(told) == 2
    assert table_bytes(built.table) == table_bytes(again.table)
    assert table_of(table_bytes(built.table)) == built.table


async def test_two_prices_for_one_machine_are_refused() -> None:
    machines = [*MACHINES, row("m5.large", "0.2")]
    async with price_lists(listed(machines), listed(EKS, EKS_HEADS)) as base:
        built = await build_table([EU], NO_TABLE, base=base)
    assert built.refusal == (
        "The list names more than one price for 1, the first being "
        "m5.large linux in eu-west-1: ambiguous: the price list says 0.107 and 0.2."
    )


async def test_what_the_list_no_longer_has_stays_as_it_was() -> None:
    before = PriceTable(
        "2026-07-20",
        "earlier",
        (
            TablePart("on-demand", EU, "2026-07-20", "earlier", {"m5.large": "0.107", "m1.small": "0.047"}),
            TablePart("on-demand", "us-east-1", "2026-07-20", "earlier", {"m5.large": "0.096"}),
        ),
    )
    async with price_lists(listed(MACHINES), listed(EKS, EKS_HEADS)) as base:
        built = await build_table([EU], before, base=base)
    assert not built.refusal
    assert built.differences[0] == "- m1.small eu-west-1 on-demand 0.047"
    assert [(part.region, dict(part.prices)) for part in built.table.parts[-2:]] == [
        (EU, {"m1.small": "0.047"}),
        ("us-east-1", {"m5.large": "0.096"}),
    ]


@pytest.mark.parametrize(
    ("machines", "said"),
    [
        (b"<html>sign in to the hotel</html>", "That is no price list of AWS."),
        (b"", "That is no price list of AWS."),
        (listed(MACHINES, published="yesterday"), "That is no price list of AWS."),
        (b"x" * (2 << 20), "That is no price list of AWS."),
        (listed([]), "The price list of eu-west-1 names no machine."),
        (listed(MACHINES, [head for head in HEADS if head != "operation"]), "The price list has no column operation."),
    ],
    ids=["a page", "nothing", "no date", "one line", "no rows", "no column"],
)
async def test_another_form_is_an_error(machines: bytes, said: str) -> None:
    async with price_lists(machines, listed(EKS, EKS_HEADS)) as base:
        with pytest.raises(PriceListError, match=said):
            await build_table([EU], NO_TABLE, base=base)


async def test_a_region_that_is_not_listed_is_an_error() -> None:
    async with price_lists(b"", b"") as base:
        with pytest.raises(PriceListError, match=r"moon-1/index\.csv answers 404\."):
            await build_table(["moon-1"], NO_TABLE, base=base)


async def test_a_list_that_is_cut_is_an_error() -> None:
    async with price_lists(listed(MACHINES), listed(EKS, EKS_HEADS), cut=2000) as base:
        with pytest.raises(PriceListError, match="cannot be read"):
            await build_table([EU], NO_TABLE, base=base)


async def test_no_network_is_an_error() -> None:
    async with price_lists(b"", b"") as base:
        pass
    with pytest.raises(PriceListError, match="cannot be read"):
        await build_table([EU], NO_TABLE, base=base)


def test_where_the_lists_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BASE_VARIABLE, raising=False)
    amazon = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current/us-gov-west-1/index.csv"
    assert list_url("AmazonEC2", "us-gov-west-1") == amazon
    china = "https://pricing.cn-north-1.amazonaws.com.cn/offers/v1.0/cn/AmazonEKS/current/cn-northwest-1/index.csv"
    assert list_url("AmazonEKS", "cn-northwest-1") == china
    monkeypatch.setenv(BASE_VARIABLE, "http://mirror/")
    assert list_url("AmazonEC2", EU) == "http://mirror/offers/v1.0/aws/AmazonEC2/current/eu-west-1/index.csv"
