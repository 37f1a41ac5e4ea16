"""What a machine is likely to cost where no list says it: near the truth, and marked so."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from nodeview.pricing.family_rule import AS_OF, REGIONS_AS_OF, family_price, has_factors, windows_vcpus
from nodeview.pricing.goods import Goods
from nodeview.pricing.lists import Lists
from nodeview.pricing.money import nano_of, share_of
from nodeview.pricing.offer import Offer, Quote, partition_of
from nodeview.pricing.offers import in_own_zone_group, on_demand_offer, spot_offer
from nodeview.pricing.part import Answer, Part, added, noted
from nodeview.pricing.places import zone_kind
from nodeview.pricing.table import Rate

OnDemand = Callable[[Goods], Answer]
"""How the on-demand price of goods is found: by lists, else by an estimate."""

_LOCAL_ZONE = 1_200
"""What local zones cost against their region, in thousandths: measured of us-west-2-lax-1."""
_COMMON_SAVING = 60
"""By how many percent spot is below on-demand where nothing better is known: it costs 35 to 45 % of it."""
_QUIET = frozenset(("af-south-1", "ap-southeast-3"))
"""Regions where spot is known to cost much less than that."""
_NAMES = {"linux": "Linux", "windows": "Windows", "rhel": "RHEL", "suse": "SUSE", "ubuntu-pro": "Ubuntu Pro"}


def what_on_demand(goods: Goods) -> str:
    """The words for a machine on demand, naming what is not usual about it."""
    words = "on-demand" if goods.os == "linux" else f"on-demand {_NAMES[goods.os]}"
    return words if goods.tenancy == "shared" else f"{words}, dedicated tenancy"


def on_demand_estimate(goods: Goods, lists: Lists, on_demand: OnDemand) -> Answer:
    """From the family, from Linux and a licence, or from the region about a local zone."""
    offer = on_demand_offer(goods)
    if goods.tenancy == "dedicated":
        return f"{offer.item} with dedicated tenancy: only AWS's list has its price"
    if goods.os == "windows":
        return _with_licence(offer, lists, on_demand(msgspec.structs.replace(goods, os="linux")), "on-demand Windows")
    if goods.os != "linux":
        return f"{offer.item} with {_NAMES[goods.os]}: only AWS's list has its price"
    hourly = family_price(offer.item, offer.region)
    if hourly is not None:
        as_of = AS_OF if offer.region == "us-east-1" else REGIONS_AS_OF
        note = ("AWS's list does not have it",) if lists.denied(offer) else ()
        notes = ("by the family rule", *note, *lists.doubts(offer))
        return Part(hourly, "USD", "estimate", as_of, what_on_demand(goods), notes, estimated=True)
    if in_own_zone_group(goods):
        return _of_local_zone(goods, on_demand)
    return not_listed(offer, lists)


def spot_estimate(goods: Goods, lists: Lists, on_demand: OnDemand) -> Answer:
    """From the region's other zones, else from on-demand less what spot saves there."""
    offer = spot_offer(goods)
    if zone_kind(offer.region, goods.zone) == "region" and (others := lists.of_other_zones(offer)):
        return _median(others)
    if goods.os == "windows":
        linux = msgspec.structs.replace(goods, os="linux")
        of_linux = lists.best(spot_offer(linux), f"spot in {offer.zone}")
        machine = of_linux if of_linux is not None else spot_estimate(linux, lists, on_demand)
        return _with_licence(offer, lists, machine, "spot Windows")
    machine = on_demand(goods)
    if isinstance(machine, str):
        return machine
    saving, where = _saving(offer, lists)
    if saving is None:
        return f"no spot price of {offer.item} in {offer.region} is known, nor what spot saves there"
    hourly = share_of(machine.hourly, 100 - saving, 100)
    note = f"estimated: {saving} % below on-demand, {where}"
    return Part(hourly, machine.currency, "estimate", machine.as_of, "spot", (note, *machine.notes), estimated=True)


def fee_estimate(goods: Goods, lists: Lists, machine: Part) -> Answer:
    """EKS Auto Mode's fee as a share of the on-demand price."""
    share = lists.table.rates.get("auto-mode-share")
    if share is None:
        return "the Auto Mode fee is not known"
    rate = _nano(share)
    hourly = share_of(machine.hourly, rate, 10**9)
    what = f"Auto Mode fee {rate // 10**7} %"
    return Part(hourly, machine.currency, "estimate", share.as_of, what, estimated=True)


def not_listed(offer: Offer, lists: Lists) -> str:
    """Why an offer has no price."""
    if not lists.denied(offer):
        if not lists.table.parts:
            return "no price list is at hand"
        if lists.knows_of(offer.item):
            return f"no built-in price of {offer.item} in {offer.region}"
    return f"{offer.item} is not in the price list (new type?)"


def _of_local_zone(goods: Goods, on_demand: OnDemand) -> Answer:
    region, group = goods.region or "", on_demand_offer(goods).region
    if zone_kind(region, goods.zone) == "wavelength":
        return f"no price of {goods.instance_type} in the wavelength zone {group} is known"
    parent = on_demand(msgspec.structs.replace(goods, zone=None, zone_id=None))
    if isinstance(parent, str):
        return parent
    hourly = share_of(parent.hourly, _LOCAL_ZONE, 1_000)
    notes = (f"1.2 x {region}", *parent.notes)
    return Part(hourly, parent.currency, "estimate", parent.as_of, f"on-demand in {group}", notes, estimated=True)


def _with_licence(offer: Offer, lists: Lists, machine: Answer, what: str) -> Answer:
    licence = windows_vcpus(offer.item)
    rate = lists.table.rates.get(licence[0]) if licence is not None else None
    if licence is None or rate is None or partition_of(offer.region) != "aws":
        return f"{offer.item} with Windows: only AWS's list has its price"
    if isinstance(machine, str):
        return machine
    part = Part(_nano(rate) * licence[1], rate.currency, "estimate", rate.as_of, "licence", estimated=True)
    both = added(machine, part)
    if isinstance(both, str):
        return both
    note = f"Linux + the Windows licence of {licence[1]} vCPU"
    return noted(msgspec.structs.replace(both, what=what, layer="estimate"), note)


def _median(others: list[Quote]) -> Answer:
    quotes = sorted(others, key=lambda one: one.hourly or 0)
    if len({one.currency for one in quotes}) > 1:
        return "the spot prices of its region's zones are in several currencies"
    low, high = quotes[(len(quotes) - 1) // 2], quotes[len(quotes) // 2]
    hourly = ((low.hourly or 0) + (high.hourly or 0)) // 2
    note = f"median of {len(quotes)} other zone{'s' if len(quotes) > 1 else ''} of the region"
    return Part(hourly, low.currency, "estimate", low.as_of, "spot", (note,), estimated=True)


def _saving(offer: Offer, lists: Lists) -> tuple[int | None, str]:
    """By how many percent, and whence that is."""
    known = lists.savings.get(offer.region)
    if known is not None:
        saving = known.types.get(offer.item)
        if saving is not None:
            return saving, "by AWS's Spot Advisor"
        return known.median, f"the median of {offer.region}"
    if partition_of(offer.region) == "aws" and has_factors(offer.region) and offer.region not in _QUIET:
        return _COMMON_SAVING, "as is common"
    return None, ""


def _nano(rate: Rate) -> int:
    return nano_of(rate.value) or 0
