"""Where a price holds: regions, zone groups of local and wavelength zones, and their currency."""

from __future__ import annotations

import re
from typing import Literal

from nodeview.pricing.goods import Goods
from nodeview.pricing.offer import partition_of

ZoneKind = Literal["region", "local", "wavelength"]

_WAVELENGTH = re.compile(r"-wl[z0-9]")
_LETTER = re.compile(r"(?<=[0-9])[a-z]$")
_OF_A_REGION = re.compile(r"[a-z0-9]+-az[0-9]+|[a-z-]+-[0-9]+[a-z]")


def zone_kind(region: str, zone: str | None) -> ZoneKind:
    """What kind of zone a name such as `us-west-2a`, `us-west-2-lax-1a` or `us-east-1-wl1-bos-wlz-1` means."""
    if not zone or not zone.startswith(region + "-"):
        return "region"
    return "wavelength" if _WAVELENGTH.search(zone, len(region)) else "local"


def list_region(goods: Goods) -> str:
    """Under which `regionCode` the price list has the machine: its region, or the group of its zone."""
    region = goods.region or ""
    if goods.zone is None or zone_kind(region, goods.zone) == "region":
        return region
    return _LETTER.sub("", goods.zone)


def is_of_region(zone: str) -> bool:
    """Whether a zone's id (`euw1-az2`) or name (`eu-west-1a`) is that of a region's own zone."""
    return _OF_A_REGION.fullmatch(zone) is not None


def currency_of(region: str | None) -> str:
    """The currency of what is said of a region without naming one."""
    return "CNY" if region is not None and partition_of(region) == "aws-cn" else "USD"
