"""Reading what AWS answers: rows of the price list and of spot prices, and which of them is the price of an offer.

The list has traps: rows at 0, rows of unused reservations, of capacity blocks and of licences that one brings,
several rows for one type. The last row never wins by being the last: what is ambiguous is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

import msgspec

from nodeview.pricing import Offer, OperatingSystem, Quote
from nodeview.records import NANO
from nodeview.wire.aws_calls import LISTED_AS, is_metal

MOST_HOURLY = 10_000
"""Dollars an hour; a row above this is a mistake."""
NOT_LISTED = "not in price list (new type?)"

OPERATIONS: dict[OperatingSystem, str] = {
    "linux": "RunInstances",
    "windows": "RunInstances:0002",
    "rhel": "RunInstances:0010",
    "suse": "RunInstances:000g",
    "ubuntu-pro": "RunInstances:0g00",
}
"""`operation` of the list, which is EC2's UsageOperation: the one key that is not ambiguous."""
_USAGE = re.compile(r"(?:^|-)(BoxUsage|DedicatedUsage)(?::(?P<type>.+))?$")
_FARGATE = re.compile(r"(?:^|-)Fargate-(vCPU-Hours:perCPU|GB-Hours|EphemeralStorage-GB-Hours)$")
_FARGATE_ITEMS = {"vCPU-Hours:perCPU": "vcpu", "GB-Hours": "gb", "EphemeralStorage-GB-Hours": "ephemeral-gb"}


class _Dimension(msgspec.Struct, rename="camel"):
    price_per_unit: dict[str, str]


class _Term(msgspec.Struct, rename="camel"):
    price_dimensions: dict[str, _Dimension]


class _Terms(msgspec.Struct):
    on_demand: dict[str, _Term] = msgspec.field(default_factory=dict, name="OnDemand")


class _Product(msgspec.Struct):
    attributes: dict[str, str]


class _Item(msgspec.Struct):
    product: _Product
    terms: _Terms


class Row(msgspec.Struct, frozen=True):
    """One row of the price list that bears a price on demand."""

    attributes: Mapping[str, str]
    hourly: int
    """Nano-units of the currency; never 0."""
    currency: str


_ITEM = msgspec.json.Decoder(_Item)


def row_of(text: object, region: str = "") -> Row | None:
    """Read one string of a `PriceList`; None where it bears no price on demand. Raises ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError("an item of the price list is not a string")
    item = _ITEM.decode(text)
    wished = "CNY" if region.startswith("cn-") else "USD"
    for term in item.terms.on_demand.values():
        for dimension in term.price_dimensions.values():
            said = dimension.price_per_unit
            currency = wished if wished in said else next(iter(said), wished)
            if hourly := nano_of(said.get(currency, "")):
                return Row(item.product.attributes, hourly, currency)
    return None


def nano_of(text: str) -> int | None:
    """A decimal price as an int of nano-units; None unless it is above 0 and not absurd."""
    try:
        price = Decimal(text)
    except InvalidOperation:
        return None
    return int(price * NANO) or None if price.is_finite() and 0 < price <= MOST_HOURLY else None


def on_demand_quote(offer: Offer, rows: Iterable[Row], as_of: str) -> Quote:
    """What the rows of a GetProducts answer say of a machine by the hour; a quote without a price if nothing."""
    fitting = [row for row in rows if _is_machine(row, offer)]
    wished = "Dedicated" if offer.tenancy == "dedicated" else "Shared"
    found = [row for row in fitting if row.attributes.get("tenancy", "Shared") == wished and _usage_fits(row, wished)]
    if not found and is_metal(offer.item):
        # A bare machine is nobody else's; some regions list it as dedicated alone.
        found = [row for row in fitting if _usage_fits(row, "any")]
    return _one_price(found, as_of)


def fargate_quote(offer: Offer, rows: Iterable[Row], as_of: str) -> Quote:
    """What the rows say of Fargate's vCPU, GB or ephemeral GB; ARM, Windows and spot discounts are other things."""
    return _one_price([row for row in rows if _fargate_item(row) == offer.item], as_of)


def auto_fee_quote(offer: Offer, rows: Iterable[Row], as_of: str) -> Quote:
    """What the rows say of the fee of EKS Auto Mode for a type."""
    found = [
        row
        for row in rows
        if row.attributes.get("instancetype") == offer.item
        and row.attributes.get("operation", "EKSAutoUsage") == "EKSAutoUsage"
        and row.attributes.get("eksproducttype", "AutoMode") == "AutoMode"
    ]
    return _one_price(found, as_of)


class SpotRow(msgspec.Struct, frozen=True):
    """The spot price of one type in one zone."""

    item: str
    zone: str
    zone_id: str
    hourly: int
    since: float


def spot_row_of(said: Mapping[str, object]) -> SpotRow | None:
    """Read a row of `DescribeSpotPriceHistory` as boto3 gives it; None where it bears no price."""
    hourly, since = nano_of(str(said.get("SpotPrice", ""))), said.get("Timestamp")
    if hourly is None:
        return None
    item, zone, zone_id = (
        str(said.get(key) or "") for key in ("InstanceType", "AvailabilityZone", "AvailabilityZoneId")
    )
    return SpotRow(item, zone, zone_id, hourly, since.timestamp() if isinstance(since, datetime) else 0.0)


def spot_quotes(offers: Sequence[Offer], rows: Sequence[SpotRow], as_of: str) -> list[tuple[Offer, Quote]]:
    """What the rows of one region and product say of these offers, and of the other zones of their types.

    A zone is known by its id, which is the same for all accounts, or else by its name. An offer without a row has
    a quote without a price; the other zones tell what it may be near.
    """
    by_zone: dict[tuple[str, str], SpotRow] = {}
    for row in sorted(rows, key=lambda row: row.since):
        by_zone |= {(row.item, zone): row for zone in (row.zone, row.zone_id) if zone}
    quotes: dict[Offer, Quote] = {}
    told: set[SpotRow] = set()
    for offer in offers:
        found = by_zone.get((offer.item, offer.zone))
        quotes[offer] = _of_spot(found, offer, as_of)
        told |= {found} if found is not None else set()
    for row in by_zone.values():
        if row not in told and offers:
            other = msgspec.structs.replace(offers[0], item=row.item, zone=row.zone_id or row.zone)
            quotes.setdefault(other, _of_spot(row, other, as_of))
    return list(quotes.items())


def _of_spot(row: SpotRow | None, offer: Offer, as_of: str) -> Quote:
    currency = "CNY" if offer.region.startswith("cn-") else "USD"
    if row is None:
        return Quote(None, currency, as_of, "live", f"AWS names no spot price in {offer.zone or offer.region}")
    return Quote(row.hourly, currency, as_of, "live")


def _is_machine(row: Row, offer: Offer) -> bool:
    """Whether a row is the offer's type and system, used, without extra software, on demand and with its licence."""
    said = row.attributes
    operation = said.get("operation")
    system_fits = operation == OPERATIONS[offer.os] if operation else said.get("operatingSystem") == LISTED_AS[offer.os]
    return (
        said.get("instanceType") == offer.item
        and system_fits
        and said.get("regionCode", offer.region) == offer.region
        and said.get("capacitystatus", "Used") == "Used"
        and said.get("preInstalledSw", "NA") == "NA"
        and said.get("marketoption", "OnDemand") == "OnDemand"
        and said.get("licenseModel", "") != "Bring your own license"
    )


def _usage_fits(row: Row, tenancy: str) -> bool:
    found = _USAGE.search(row.attributes.get("usagetype", ""))
    if found is None:
        return False
    wished = {"Shared": ("BoxUsage",), "Dedicated": ("DedicatedUsage", "BoxUsage")}.get(tenancy)
    return wished is None or found.group(1) in wished


def _fargate_item(row: Row) -> str | None:
    found = _FARGATE.search(row.attributes.get("usagetype", ""))
    return _FARGATE_ITEMS[found.group(1)] if found else None


def _one_price(rows: Sequence[Row], as_of: str) -> Quote:
    """The price that rows agree on; where they differ, the lowest, as an estimate that says so."""
    prices = sorted({(row.currency, row.hourly) for row in rows})
    if not prices:
        return Quote(None, as_of=as_of, source="live", note=NOT_LISTED)
    currency, hourly = prices[0]
    if len(prices) == 1:
        return Quote(hourly, currency, as_of, "live")
    said = " and ".join(f"{Decimal(hourly) / NANO:f}" for _, hourly in prices)
    return Quote(hourly, currency, as_of, "live", f"ambiguous: the price list says {said}", estimated=True)
