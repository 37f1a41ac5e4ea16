"""What a price list sells, and what it said of the price: the words in which prices are asked for and answered."""

from __future__ import annotations

from typing import Literal

import msgspec

Service = Literal["on-demand", "spot", "auto-fee", "fargate"]
OperatingSystem = Literal["linux", "windows", "rhel", "suse", "ubuntu-pro"]
Tenancy = Literal["shared", "dedicated"]
QuoteSource = Literal["live", "cache", "table"]


class Offer(msgspec.Struct, frozen=True, gc=False, order=True):
    """One thing with one price: a key of every cache and table of prices."""

    service: Service
    region: str
    """As the price list spells it (`regionCode`): of a local zone its group, `us-west-2-lax-1`."""
    item: str
    """The instance type; of Fargate `vcpu`, `gb` or `ephemeral-gb`."""
    os: OperatingSystem = "linux"
    tenancy: Tenancy = "shared"
    zone: str = ""
    """Of spot only: the zone's id (`euw1-az2`), or its name where the node bears no id."""


class Quote(msgspec.Struct, frozen=True, gc=False):
    """What one source said of one offer. `hourly` is in nano-units; None where the list has no such thing."""

    hourly: int | None
    currency: str = "USD"
    as_of: str = ""
    """When the price began to hold or was listed: RFC 3339, or a date."""
    source: QuoteSource = "table"
    note: str = ""
    """What a reader should know: disputed, ambiguous, from another zone, old."""
    estimated: bool = False
    """Near the truth and no more."""


def partition_of(region: str) -> str:
    """The AWS partition of a region: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `aws-iso…`."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    if region.startswith("eusc-"):
        return "aws-eusc"
    for prefix, partition in (("us-isob-", "aws-iso-b"), ("eu-isoe-", "aws-iso-e"), ("us-isof-", "aws-iso-f")):
        if region.startswith(prefix):
            return partition
    return "aws-iso" if region.startswith("us-iso-") else "aws"
