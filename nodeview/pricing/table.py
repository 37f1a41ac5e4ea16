"""The built-in table: prices that need no network, each part with its source and date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

import msgspec

from nodeview.pricing.offer import OperatingSystem, Service, Tenancy

Amount = Annotated[str, msgspec.Meta(pattern=r"^(?!0+(\.0*)?$)[0-9]{1,4}(\.[0-9]{1,9})?$")]
"""A price as a plain decimal; never 0, since nothing that a list sells is free."""
Percent = Annotated[int, msgspec.Meta(ge=1, le=99)]


class TablePart(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one source said of one region on one day."""

    service: Service
    region: str
    """As the price list spells it (`regionCode`)."""
    as_of: str
    """A date, as exact as it is known: `2026-07-20`, or `2026`."""
    source: str
    """Where it is from, in words."""
    prices: Mapping[str, Amount]
    """Instance type, or of Fargate `vcpu`, `gb`, `ephemeral-gb` → price per hour."""
    os: OperatingSystem = "linux"
    tenancy: Tenancy = "shared"
    currency: str = "USD"
    estimated: bool = False
    """Not verified against the list itself: every price of this part is shown as an estimate."""


class Rate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fee, or a share of a price, that is the same in every region of the commercial partition."""

    value: Amount
    as_of: str
    source: str
    currency: str = "USD"
    estimated: bool = False


class Savings(msgspec.Struct, frozen=True):
    """By how many percent spot is below on-demand in one region, at large and for some types."""

    region: str
    as_of: str
    source: str
    median: Percent
    types: Mapping[str, Percent]


class PriceTable(msgspec.Struct, frozen=True, omit_defaults=True):
    """Prices, fees and spot savings. Where several parts have the same thing, the first counts."""

    as_of: str
    """Of its newest part: a date."""
    source: str
    parts: tuple[TablePart, ...] = ()
    rates: Mapping[str, Rate] = {}
    """`auto-mode-share`, `windows-vcpu`, `windows-t3-vcpu`, `eks-cluster`, `eks-extended-support`."""
    savings: tuple[Savings, ...] = ()
    format: Literal[1] = 1


NO_TABLE = PriceTable("", "")


def table_of(data: bytes) -> PriceTable:
    """Read a table from JSON; ValueError with one sentence where it is not one."""
    try:
        return _decoder().decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as mistake:
        raise ValueError(f"the price table cannot be read: {mistake}") from None


def bytes_of(table: PriceTable) -> bytes:
    """The table as JSON that people can read and compare: a price a line, in the order given."""
    return msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n"


@cache
def _decoder() -> msgspec.json.Decoder[PriceTable]:
    return msgspec.json.Decoder(PriceTable)
