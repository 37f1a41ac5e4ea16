"""Which calls to AWS answer which offers: as few as can be, each within the limits of the API. No network here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from nodeview.pricing import Offer, OperatingSystem, partition_of

MOST_CHARACTERS = 1000
"""The values of all ANY_OF filters of a call together; the service takes 1,024, and boto3 does not check."""
MOST_SPOT_TYPES = 500
COMMERCIAL = ("eu-central-1", "ap-south-1", "us-east-1")
"""The regions with a pricing endpoint; each sells the list of all commercial regions."""

CallKind = Literal["ec2", "auto", "fargate", "spot"]

LISTED_AS: dict[OperatingSystem, str] = {
    "linux": "Linux",
    "windows": "Windows",
    "rhel": "RHEL",
    "suse": "SUSE",
    "ubuntu-pro": "Ubuntu Pro",
}
"""`operatingSystem` of the price list; Bottlerocket, Amazon Linux, Ubuntu and Flatcar are all Linux."""
SPOT_PRODUCTS: dict[OperatingSystem, str] = {
    "linux": "Linux/UNIX",
    "windows": "Windows",
    "rhel": "Red Hat Enterprise Linux",
    "suse": "SUSE Linux",
}
OTHER_PARTITIONS = {
    "aws-cn": "cn-northwest-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}


class Call(msgspec.Struct, frozen=True):
    """One query, of one page or more, and the offers that it answers."""

    kind: CallKind
    region: str
    """`regionCode` of a price list query; of spot the region to ask in."""
    offers: tuple[Offer, ...]
    product: str = ""
    """Of spot: the product description."""

    def singly(self) -> tuple[Call, ...]:
        """The same for one instance type at a time, for a service that does not know ANY_OF."""
        items = dict.fromkeys(offer.item for offer in self.offers)
        return tuple(
            msgspec.structs.replace(self, offers=tuple(offer for offer in self.offers if offer.item == item))
            for item in items
        )


def calls_of(offers: Iterable[Offer]) -> tuple[tuple[Call, ...], tuple[Offer, ...]]:
    """The calls that answer these offers, in the order of their first offer; and the offers that no call can answer.

    GovCloud has no endpoint of the price list; its spot prices are asked for in its own regions.
    """
    groups: dict[tuple[CallKind, str, str], list[Offer]] = {}
    unlisted: list[Offer] = []
    for offer in dict.fromkeys(offers):
        if (key := _group(offer)) is None:
            unlisted.append(offer)
        else:
            groups.setdefault(key, []).append(offer)
    calls = tuple(
        Call(kind, region, chunk, product)
        for (kind, region, product), group in groups.items()
        for chunk in _chunks(kind, group)
    )
    return calls, tuple(unlisted)


def endpoints_of(region: str) -> tuple[str, ...]:
    """Regions whose pricing endpoint lists this one, the nearest first; none where there is no such endpoint."""
    partition = partition_of(region)
    if partition != "aws":
        return (OTHER_PARTITIONS[partition],) if partition in OTHER_PARTITIONS else ()
    area = region.partition("-")[0]
    nearest = {"eu": "eu-central-1", "me": "eu-central-1", "af": "eu-central-1", "ap": "ap-south-1"}
    first = nearest.get(area, "us-east-1")
    return (first, *(other for other in COMMERCIAL if other != first))


def products_request(call: Call) -> dict[str, object]:
    """The arguments of `GetProducts` for a call, without its page."""
    filters = {"ec2": _ec2_filters, "auto": _auto_filters, "fargate": _fargate_filters}[call.kind](call)
    return {
        "ServiceCode": "AmazonEC2" if call.kind == "ec2" else "AmazonEKS",
        "FormatVersion": "aws_v1",
        "MaxResults": 100,
        "Filters": [_filter("regionCode", (call.region,)), *filters],
    }


def spot_request(call: Call, product: str) -> dict[str, object]:
    """The arguments of `DescribeSpotPriceHistory` for a call, without its start time and page."""
    return {
        "InstanceTypes": list(dict.fromkeys(offer.item for offer in call.offers)),
        "ProductDescriptions": [product],
        "MaxResults": 1000,
    }


def is_metal(instance_type: str) -> bool:
    """Whether a type is a bare machine, which some regions list as dedicated only: `m5.metal`, `c7g.metal`."""
    return instance_type.partition(".")[2].startswith("metal")


def _group(offer: Offer) -> tuple[CallKind, str, str] | None:
    if offer.service == "spot":
        product = SPOT_PRODUCTS.get(offer.os)
        return ("spot", offer.region, product) if product else None
    if not endpoints_of(offer.region):
        return None
    kinds: dict[str, CallKind] = {"on-demand": "ec2", "auto-fee": "auto", "fargate": "fargate"}
    return kinds[offer.service], offer.region, ""


def _chunks(kind: CallKind, offers: list[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Offers of one group, cut where a call would grow too long; what is said of one type stays together."""
    room = MOST_CHARACTERS - len(",".join((*LISTED_AS.values(), "Shared", "Dedicated")))
    by_item: dict[str, list[Offer]] = {}
    for offer in offers:
        by_item.setdefault(offer.item, []).append(offer)
    chunk: list[Offer] = []
    length = items = 0
    for item, group in by_item.items():
        full = items == MOST_SPOT_TYPES if kind == "spot" else length + len(item) + 1 > room
        if chunk and full:
            yield tuple(chunk)
            chunk, length, items = [], 0, 0
        chunk += group
        length += len(item) + 1
        items += 1
    if chunk:
        yield tuple(chunk)


def _ec2_filters(call: Call) -> list[dict[str, str]]:
    # Without each of these, rows of other prices come along: unused reservations at 0, SQL Server, capacity blocks.
    systems = dict.fromkeys(LISTED_AS[offer.os] for offer in call.offers)
    tenancies = ["Shared"]
    if any(offer.tenancy == "dedicated" or is_metal(offer.item) for offer in call.offers):
        tenancies.append("Dedicated")
    filters = [
        _filter("instanceType", dict.fromkeys(offer.item for offer in call.offers)),
        _filter("tenancy", tenancies),
        _filter("operatingSystem", systems),
        _filter("preInstalledSw", ("NA",)),
        _filter("capacitystatus", ("Used",)),
        _filter("marketoption", ("OnDemand",)),
    ]
    if "Windows" in systems:
        filters.append(_filter("licenseModel", ("No License required",)))
    return filters


def _auto_filters(call: Call) -> list[dict[str, str]]:
    # AmazonEKS spells it in lower case where AmazonEC2 says instanceType.
    items = dict.fromkeys(offer.item for offer in call.offers)
    return [_filter("operation", ("EKSAutoUsage",)), _filter("instancetype", items)]


def _fargate_filters(call: Call) -> list[dict[str, str]]:
    return [{"Type": "CONTAINS", "Field": "usagetype", "Value": "Fargate"}]


def _filter(field: str, values: Iterable[str]) -> dict[str, str]:
    joined = ",".join(values)
    return {"Type": "ANY_OF" if "," in joined else "TERM_MATCH", "Field": field, "Value": joined}
