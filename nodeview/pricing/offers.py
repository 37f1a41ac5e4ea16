"""What would have to be asked to price a node, and which nodes no list sells."""

from __future__ import annotations

from nodeview.pricing.goods import Goods
from nodeview.pricing.offer import Offer
from nodeview.pricing.places import list_region, zone_kind
from nodeview.records import NANO

FREE_STORAGE = 20 * 2**30 * NANO
"""Fargate's ephemeral storage that costs nothing, nano-bytes."""
NO_POD = "no pod is known of this Fargate node; a finished one is billed until it is deleted"


def why_unlisted(goods: Goods) -> str | None:
    """Why no price list has these goods; None where one may."""
    if goods.hybrid or goods.provider == "eks-hybrid":
        return "a hybrid node: no list has the machine, and its fee for each vCPU is not known"
    if goods.provider != "aws":
        return f"no price source for {goods.provider or 'a node without a provider id'}"
    if goods.outpost:
        return "on an Outpost, which is paid for as a whole"
    if goods.purchase == "capacity-block":
        return "prepaid capacity block"
    if not goods.region:
        return "no region label"
    if goods.purchase == "fargate":
        return _why_no_fargate(goods)
    if not goods.instance_type:
        return "no instance type label"
    if goods.purchase == "spot" and goods.tenancy == "dedicated":
        return "no list has spot prices of dedicated tenancy"
    return None


def offers_of(goods: Goods) -> tuple[Offer, ...]:
    """The offers whose prices make up this node's, the machine first; empty where no list sells it.

    A spot machine's on-demand offer is among them: its estimate and its Auto Mode fee start from it.
    """
    if why_unlisted(goods) is not None:
        return ()
    if goods.purchase == "fargate":
        return fargate_offers(goods)
    spot = (spot_offer(goods),) if goods.purchase == "spot" else ()
    fee = (fee_offer(goods),) if goods.auto_mode else ()
    return (*spot, on_demand_offer(goods), *fee)


def on_demand_offer(goods: Goods) -> Offer:
    """The machine on demand, where the price list has it."""
    return Offer("on-demand", list_region(goods), goods.instance_type or "", goods.os, goods.tenancy)


def spot_offer(goods: Goods) -> Offer:
    """The machine on spot in its zone. Spot prices are asked of the region, in whatever zone they are."""
    zone = goods.zone_id or goods.zone or ""
    return Offer("spot", goods.region or "", goods.instance_type or "", goods.os, "shared", zone)


def fee_offer(goods: Goods) -> Offer:
    """What EKS Auto Mode takes for a machine of this type."""
    return Offer("auto-fee", goods.region or "", goods.instance_type or "")


def fargate_offers(goods: Goods) -> tuple[Offer, ...]:
    """The rates that make up a Fargate node's price."""
    size = goods.fargate
    more = size is not None and size.ephemeral_storage > FREE_STORAGE
    items = ("vcpu", "gb", "ephemeral-gb") if more else ("vcpu", "gb")
    return tuple(Offer("fargate", goods.region or "", item) for item in items)


def in_own_zone_group(goods: Goods) -> bool:
    """Whether the machine stands in a local or wavelength zone, which has prices of its own."""
    return zone_kind(goods.region or "", goods.zone) != "region"


def _why_no_fargate(goods: Goods) -> str | None:
    if goods.fargate is None:
        return NO_POD
    if goods.os != "linux" or goods.arch != "amd64":
        return f"no rate is known for Fargate with {goods.os} on {goods.arch}"
    return None
