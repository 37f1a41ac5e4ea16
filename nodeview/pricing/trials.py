"""How a price came about: what each layer answered when it was asked."""

from __future__ import annotations

import msgspec

from nodeview.pricing.goods import Goods
from nodeview.pricing.lists import Lists
from nodeview.pricing.machine import Machines
from nodeview.pricing.money import plainly
from nodeview.pricing.offer import Offer
from nodeview.pricing.offers import offers_of, why_unlisted
from nodeview.pricing.part import Answer, Layer, Part
from nodeview.pricing.price import Price

_OF_LISTS: tuple[Layer, ...] = ("live", "cache", "table", "estimate")
_NOTHING = {"live": "no answer", "cache": "nothing kept", "table": "not in it", "estimate": "no estimate"}


class Trial(msgspec.Struct, frozen=True):
    """What one layer answered when it was asked for a node's price."""

    layer: Layer
    said: str
    price: Price | None = None
    """What the node would cost by this layer and what lies below it; None where the layer has no answer."""
    chosen: bool = False
    """The price shown comes from here. Of one node's trials at most one is chosen."""


def answered(layer: Layer, name: str, answer: Answer) -> Trial:
    """The trial of a layer that has something to say of these goods."""
    if isinstance(answer, str):
        return Trial(layer, f"{name}: {answer}")
    return Trial(layer, f"{name}: {plainly(answer.hourly)} {answer.currency}", answer.price())


def list_trials(goods: Goods, lists: Lists, machines: Machines) -> tuple[Trial, ...]:
    """The trials of live answers, cache, table and estimate, before any rule."""
    return tuple(_trial(layer, goods, lists, machines) for layer in _OF_LISTS)


def _trial(layer: Layer, goods: Goods, lists: Lists, machines: Machines) -> Trial:
    why = why_unlisted(goods)
    if why is not None:
        return Trial(layer, why)
    said = "; ".join(_said(layer, offer, lists) for offer in offers_of(goods)) if layer != "estimate" else ""
    answer = machines.by(layer, goods)
    if isinstance(answer, Part):
        whole = machines.with_fee(goods, answer)
        price = whole.price() if isinstance(whole, Part) else None
        return Trial(layer, said or "; ".join((answer.what, *answer.notes)), price)
    return Trial(layer, said or answer or _NOTHING[layer])


def _said(layer: Layer, offer: Offer, lists: Lists) -> str:
    part = lists.tabled(offer, "") if layer == "table" else lists.quoted(offer, "", layer)
    return f"{_named(offer)}: {_worth(part) if part is not None else _why_not(layer, offer, lists)}"


def _why_not(layer: Layer, offer: Offer, lists: Lists) -> str:
    doubtful = lists.disputed.get(offer)
    if doubtful is not None and doubtful.hourly is not None and doubtful.source == layer:
        return f"{plainly(doubtful.hourly)} {doubtful.currency}, which is disputed"
    quote = lists.quotes.get(offer)
    if quote is not None and quote.source == layer:
        return "not in AWS's price list"
    return _NOTHING[layer]


def _worth(part: Part) -> str:
    words = f"{plainly(part.hourly)} {part.currency}"
    return f"{words} of {part.as_of}" if part.as_of else words


def _named(offer: Offer) -> str:
    if offer.service == "fargate":
        return f"Fargate {offer.item} in {offer.region}"
    if offer.service == "spot":
        return f"{offer.item} on spot in {offer.zone or offer.region}"
    if offer.service == "auto-fee":
        return f"Auto Mode fee of {offer.item}"
    return f"{offer.item} in {offer.region}"
