"""AWS's public price list, which needs no credentials, read into a price table: `nodeview prices --build`.

A region's list of machines is a CSV of some hundred megabytes. It is read as it arrives, and of its rows only
those are looked at that can be a price on demand; which of them is the price is decided as for live answers.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import get_args

import aiohttp

from nodeview.errors import NodeviewError
from nodeview.pricing import Offer, OperatingSystem, PriceTable, Quote, TablePart, partition_of
from nodeview.records import NANO
from nodeview.wire.aws_answers import Row, auto_fee_quote, fargate_quote, nano_of, on_demand_quote
from nodeview.wire.price_list_guard import Built, guarded

BASES = {"aws-cn": "https://pricing.cn-north-1.amazonaws.com.cn"}
BASE = "https://pricing.us-east-1.amazonaws.com"
BASE_VARIABLE = "NODEVIEW_PRICE_LIST_URL"
LONGEST_LINE = 1 << 20
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
SOURCE = "AWS public price list"

# The list's heads of columns, without spaces and capitals, in the words of the API.
MACHINE_COLUMNS = {
    "instancetype": "instanceType",
    "regioncode": "regionCode",
    "operatingsystem": "operatingSystem",
    "operation": "operation",
    "tenancy": "tenancy",
    "capacitystatus": "capacitystatus",
    "preinstalledsw": "preInstalledSw",
    "marketoption": "marketoption",
    "licensemodel": "licenseModel",
    "usagetype": "usagetype",
}
EKS_COLUMNS = {
    "instancetype": "instancetype",
    "operation": "operation",
    "usagetype": "usagetype",
    "eksproducttype": "eksproducttype",
}
NEEDED = frozenset(("termtype", "priceperunit", "currency", "usagetype", "operation"))

Lines = AsyncIterator[bytes]
Tell = Callable[[str], None]


class PriceListError(NodeviewError):
    """The price list could not be had, or is not what we know."""


async def build_table(
    regions: Sequence[str], before: PriceTable, *, base: str | None = None, tell: Tell = lambda said: None
) -> Built:
    """Read the lists of these regions and lay them over the table from before; nothing is written.

    `base` is the URL in place of AWS's own (else `NODEVIEW_PRICE_LIST_URL`). Raises `PriceListError`.
    """
    parts: list[TablePart] = []
    ambiguous: list[str] = []
    async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=True) as session:
        for region in dict.fromkeys(regions):
            for service, read in (("AmazonEC2", machine_parts), ("AmazonEKS", eks_parts)):
                url = list_url(service, region, base)
                tell(f"reading {url}")
                as_of, rows = await rows_of(
                    _lines(session, url), MACHINE_COLUMNS if read is machine_parts else EKS_COLUMNS
                )
                made, unclear = read(region, as_of, rows)
                if not made and service == "AmazonEC2":
                    raise PriceListError(
                        f"The price list of {region} names no machine.", hint="Its form may have changed."
                    )
                parts += made
                ambiguous += unclear
    return guarded(parts, before, ambiguous, SOURCE)


def list_url(service: str, region: str, base: str | None = None) -> str:
    """Where a region's list of a service is."""
    partition = partition_of(region)
    root = (base or os.environ.get(BASE_VARIABLE) or BASES.get(partition, BASE)).rstrip("/")
    return f"{root}/offers/v1.0/{'cn' if partition == 'aws-cn' else 'aws'}/{service}/current/{region}/index.csv"


async def rows_of(lines: Lines, columns: Mapping[str, str]) -> tuple[str, list[Row]]:
    """The date of a list, and its rows of prices on demand. Raises `PriceListError` for another form."""
    as_of, heads = "", None
    rows: list[Row] = []
    async for line in lines:
        if heads is None:
            fields = _fields(line)
            if fields[:1] == ["SKU"]:
                heads = [re.sub(r"[^a-z0-9]", "", field.lower()) for field in fields]
                if missing := sorted(NEEDED.difference(heads)):
                    raise PriceListError(
                        f"The price list has no column {missing[0]}.", hint="Its form may have changed."
                    )
            elif fields[:1] == ["Publication Date"] and len(fields) > 1:
                as_of = fields[1][:10]
        elif b'"OnDemand"' in line and (row := _row(dict(zip(heads, _fields(line), strict=False)), columns)):
            rows.append(row)
    if heads is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", as_of):
        raise PriceListError("That is no price list of AWS.")
    return as_of, rows


def machine_parts(region: str, as_of: str, rows: Sequence[Row]) -> tuple[list[TablePart], list[str]]:
    """What machines of each operating system cost in a region; and those whose price the list leaves open."""
    by_type: dict[str, list[Row]] = {}
    for row in rows:
        by_type.setdefault(row.attributes.get("instanceType", ""), []).append(row)
    by_type.pop("", None)
    parts: list[TablePart] = []
    unclear: list[str] = []
    for system in _systems():
        quotes = {
            item: on_demand_quote(Offer("on-demand", region, item, system), found, as_of)
            for item, found in sorted(by_type.items())
        }
        unclear += [f"{item} {system} in {region}: {quote.note}" for item, quote in quotes.items() if quote.estimated]
        parts += _parts("on-demand", region, as_of, quotes, system)
    return parts, unclear


def eks_parts(region: str, as_of: str, rows: Sequence[Row]) -> tuple[list[TablePart], list[str]]:
    """The rates of Fargate and the fees of Auto Mode in a region."""
    rates = {
        item: fargate_quote(Offer("fargate", region, item), rows, as_of) for item in ("vcpu", "gb", "ephemeral-gb")
    }
    by_type: dict[str, list[Row]] = {}
    for row in rows:
        if row.attributes.get("operation") == "EKSAutoUsage":
            by_type.setdefault(row.attributes.get("instancetype", ""), []).append(row)
    by_type.pop("", None)
    fees = {
        item: auto_fee_quote(Offer("auto-fee", region, item), found, as_of) for item, found in sorted(by_type.items())
    }
    unclear = [f"{item} in {region}: {quote.note}" for item, quote in {**rates, **fees}.items() if quote.estimated]
    return [*_parts("fargate", region, as_of, rates), *_parts("auto-fee", region, as_of, fees)], unclear


def _parts(
    service: str, region: str, as_of: str, quotes: Mapping[str, Quote], system: OperatingSystem = "linux"
) -> Iterator[TablePart]:
    priced = {item: quote for item, quote in quotes.items() if quote.hourly and not quote.estimated}
    if priced:
        yield TablePart(
            service,  # type: ignore[arg-type]  # one of three words of ours
            region,
            as_of,
            SOURCE,
            {item: f"{(Decimal(quote.hourly or 0) / NANO).normalize():f}" for item, quote in priced.items()},
            os=system,
            currency=next(iter(priced.values())).currency,
        )


def _row(fields: Mapping[str, str], columns: Mapping[str, str]) -> Row | None:
    hourly = nano_of(fields.get("priceperunit", ""))
    if hourly is None or fields.get("termtype") != "OnDemand":
        return None
    attributes = {name: said for head, name in columns.items() if (said := fields.get(head))}
    if attributes.get("preInstalledSw", "NA") != "NA" or attributes.get("capacitystatus", "Used") != "Used":
        return None
    return Row(attributes, hourly, fields.get("currency", "USD"))


def _systems() -> tuple[OperatingSystem, ...]:
    systems: tuple[OperatingSystem, ...] = get_args(OperatingSystem)
    return systems


def _fields(line: bytes) -> list[str]:
    return next(csv.reader([line.decode(errors="replace")]), [])


async def _lines(session: aiohttp.ClientSession, url: str) -> Lines:
    """The lines of a list as they arrive."""
    try:
        async with session.get(url) as response:
            if response.status != 200:
                raise PriceListError(f"{url} answers {response.status}.", hint="Is it a region of AWS?")
            rest = b""
            async for chunk in response.content.iter_any():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield line
                if len(rest) > LONGEST_LINE:
                    raise PriceListError("That is no price list of AWS.")
            if rest:
                yield rest
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PriceListError(f"{url} cannot be read: {error or type(error).__name__}.") from None
