"""Fargate: what was provisioned times the region's rates."""

from __future__ import annotations

from nodeview.pricing.goods import FargateSize, Goods
from nodeview.pricing.lists import Lists
from nodeview.pricing.money import share_of
from nodeview.pricing.offer import Offer
from nodeview.pricing.offers import FREE_STORAGE, NO_POD, fargate_offers
from nodeview.pricing.part import Answer, Layer, Part, added, noted
from nodeview.pricing.places import currency_of
from nodeview.pricing.rules import PriceRules
from nodeview.records import NANO

_GIB = 2**30 * NANO


def fargate_price(goods: Goods, lists: Lists, rules: PriceRules, layer: Layer | None = None) -> Answer:
    """vCPU and memory, and storage above what is free; with a layer, by its rates alone.

    A rate of the price file goes before those of lists. Storage whose rate nobody knows is left out, and said so.
    """
    size = goods.fargate
    if size is None:
        return NO_POD
    total: Answer | None = None
    left_out = False
    for offer in fargate_offers(goods):
        rate = _rate(offer, lists, rules, layer)
        if rate is None and offer.item == "ephemeral-gb":
            left_out = True
            continue
        if rate is None:
            return f"no Fargate rates of {offer.region} are known"
        part = _of(size, offer, rate)
        total = part if total is None else total if isinstance(total, str) else added(total, part)
    if total is None or isinstance(total, str):
        return total or "Fargate has no rates"
    words = ["Fargate's size as worked out from requests"] if not size.said else []
    words += ["without its storage above 20 GiB, whose rate is not known"] if left_out else []
    return noted(total, *words, estimated=bool(words))


def _rate(offer: Offer, lists: Lists, rules: PriceRules, layer: Layer | None) -> Part | None:
    stated = rules.fargate.get(offer.item)
    if layer == "file" or (layer is None and stated is not None):
        currency = rules.currency or currency_of(offer.region)
        return None if stated is None else Part(stated, currency, "file", "", "")
    if layer is None:
        return lists.best(offer, "")
    return lists.tabled(offer, "") if layer == "table" else lists.quoted(offer, "", layer)


def _of(size: FargateSize, offer: Offer, rate: Part) -> Part:
    if offer.item == "vcpu":
        amount, per, what = size.cpu, NANO, f"Fargate {size.cpu / NANO:g} vCPU"
    elif offer.item == "gb":
        amount, per, what = size.memory, _GIB, f"{size.memory / _GIB:g} GB"
    else:
        amount, per = size.ephemeral_storage - FREE_STORAGE, _GIB
        what = f"{amount / _GIB:g} GB of storage"
    hourly = share_of(amount, rate.hourly, per)
    return Part(hourly, rate.currency, rate.layer, rate.as_of, what, rate.notes, rate.estimated)
