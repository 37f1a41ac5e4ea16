"""What goods cost by lists and estimates, before anyone's rules: a machine's price, without fees."""

from __future__ import annotations

import msgspec

from nodeview.pricing.estimates import fee_estimate, not_listed, on_demand_estimate, spot_estimate, what_on_demand
from nodeview.pricing.fargate import fargate_price
from nodeview.pricing.goods import Goods
from nodeview.pricing.lists import Lists
from nodeview.pricing.money import plainly
from nodeview.pricing.offer import Offer
from nodeview.pricing.offers import fee_offer, on_demand_offer, spot_offer, why_unlisted
from nodeview.pricing.part import Answer, Layer, Part, added, noted
from nodeview.pricing.rules import PriceRules

_RESERVED = "reserved: billed whether used or not"
_ASSUMED = "nobody says how it was bought: on-demand is assumed"


class Machines:
    """Prices of machines by these lists, and by estimates where those are wanted."""

    __slots__ = ("_estimates", "_lists", "_on_demand", "_rules")

    def __init__(self, lists: Lists, rules: PriceRules, estimates: bool) -> None:
        """Of the rules only Fargate's rates are used here."""
        self._lists = lists
        self._rules = rules
        self._estimates = estimates
        # Machines on spot, on demand and with a fee, in all zones of a region, start from one price.
        self._on_demand: dict[Offer, Answer] = {}

    def price_of(self, goods: Goods) -> Answer:
        """The best that lists and estimates have, with what must be said of how it was bought."""
        why = why_unlisted(goods)
        if why is not None:
            return why
        if goods.purchase == "fargate":
            return fargate_price(goods, self._lists, self._rules)
        if goods.purchase == "spot":
            return _marked(goods, self._spot(goods))
        return _marked(goods, self.on_demand(goods))

    def by(self, layer: Layer, goods: Goods) -> Answer | None:
        """What one layer alone has: live, cache, table or estimate; None where it has nothing to say."""
        if why_unlisted(goods) is not None:
            return None
        if goods.purchase == "fargate":
            return None if layer == "estimate" else fargate_price(goods, self._lists, self._rules, layer)
        if layer == "estimate":
            return _marked(goods, self._estimate(goods)) if self._estimates else None
        part = self._listed(_offer_of(goods), _what(goods), layer)
        return None if part is None else _marked(goods, part)

    def on_demand(self, goods: Goods) -> Answer:
        """The machine on demand, however it was bought."""
        offer = on_demand_offer(goods)
        known = self._on_demand.get(offer)
        if known is None:
            known = self._on_demand[offer] = self._lists.best(offer, what_on_demand(goods)) or self._likely(
                offer, goods
            )
        return known

    def with_fee(self, goods: Goods, machine: Part) -> Answer:
        """With Auto Mode's fee: charged by the type's on-demand price, however the machine was bought."""
        if not goods.auto_mode or goods.purchase == "fargate":
            return machine
        fee: Answer | None = self._lists.best(fee_offer(goods), "Auto Mode fee")
        if fee is None:
            of_type = self.on_demand(goods)
            fee = of_type if isinstance(of_type, str) else fee_estimate(goods, self._lists, of_type)
        if isinstance(fee, str):
            return noted(machine, "without the Auto Mode fee, which is not known", estimated=True)
        return added(machine, fee)

    def _spot(self, goods: Goods) -> Answer:
        offer = spot_offer(goods)
        quoted = self._lists.quoted(offer, _what(goods))
        if quoted is None:
            if self._estimates:
                return spot_estimate(goods, self._lists, self.on_demand)
            return f"no spot price of {offer.item} in {offer.zone or offer.region} is known"
        usual = self._lists.best(on_demand_offer(goods), "on-demand")
        if usual is not None and usual.currency == quoted.currency and quoted.hourly > usual.hourly:
            return noted(quoted, f"above on-demand, which is {plainly(usual.hourly)}")
        return quoted

    def _likely(self, offer: Offer, goods: Goods) -> Answer:
        if self._estimates:
            answer = on_demand_estimate(goods, self._lists, self.on_demand)
        else:
            answer = not_listed(offer, self._lists)
        return "; ".join((answer, *self._lists.doubts(offer))) if isinstance(answer, str) else answer

    def _estimate(self, goods: Goods) -> Answer:
        if goods.purchase == "spot":
            return spot_estimate(goods, self._lists, self.on_demand)
        return on_demand_estimate(goods, self._lists, self.on_demand)

    def _listed(self, offer: Offer, what: str, layer: Layer) -> Part | None:
        return self._lists.tabled(offer, what) if layer == "table" else self._lists.quoted(offer, what, layer)


def _offer_of(goods: Goods) -> Offer:
    return spot_offer(goods) if goods.purchase == "spot" else on_demand_offer(goods)


def _what(goods: Goods) -> str:
    return f"spot in {goods.zone_id or goods.zone}" if goods.purchase == "spot" else what_on_demand(goods)


def _marked(goods: Goods, answer: Answer) -> Answer:
    if isinstance(answer, str):
        return answer
    if goods.purchase == "reserved":
        return msgspec.structs.replace(answer, what=_RESERVED)
    if not goods.purchase_said:
        return noted(answer, _ASSUMED, estimated=True)
    return answer
