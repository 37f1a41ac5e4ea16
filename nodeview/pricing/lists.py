"""What lists say of offers: answers of AWS, new or from the cache, and the built-in table beneath them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.pricing.family_rule import family_price, is_of_known_family
from nodeview.pricing.money import ABSURD, nano_of, plainly
from nodeview.pricing.offer import Offer, OperatingSystem, Quote, Service, Tenancy
from nodeview.pricing.part import Layer, Part
from nodeview.pricing.places import is_of_region
from nodeview.pricing.table import PriceTable, Savings, TablePart

Shelf = tuple[Service, str, OperatingSystem, Tenancy]
_DOUBTFUL = 3
"""By how many times an answer may differ from what was to be expected."""


class Lists:
    """Quotes by offer over a table. Never changed once built: `merged` gives another."""

    __slots__ = ("_by_zone", "_shelves", "disputed", "quotes", "savings", "table")

    def __init__(self, table: PriceTable) -> None:
        """Lists that have the table alone."""
        self.table = table
        self.quotes: Mapping[Offer, Quote] = {}
        self.disputed: Mapping[Offer, Quote] = {}
        """Answers that are too far from what was to be expected, and are not used."""
        self.savings: Mapping[str, Savings] = {one.region: one for one in table.savings}
        self._by_zone: dict[Offer, list[Quote]] | None = None
        shelves: dict[Shelf, list[TablePart]] = {}
        for part in table.parts:
            shelves.setdefault((part.service, part.region, part.os, part.tenancy), []).append(part)
        self._shelves = shelves

    def merged(self, quotes: Mapping[Offer, Quote]) -> Lists:
        """With these quotes too. What is known is never removed, and nothing from a cache replaces a live answer."""
        other = object.__new__(Lists)
        other.table, other.savings, other._shelves, other._by_zone = self.table, self.savings, self._shelves, None
        kept, disputed = dict(self.quotes), dict(self.disputed)
        for offer, said in quotes.items():
            quote = _sane(said)
            if not _replaces(quote, kept.get(offer)):
                continue
            if self._is_doubtful(offer, quote):
                disputed[offer] = quote
                continue
            kept[offer] = quote
            if quote.hourly is not None:
                disputed.pop(offer, None)
        other.quotes, other.disputed = kept, disputed
        return other

    def best(self, offer: Offer, what: str) -> Part | None:
        """The offer's price by the best list that has it."""
        return self.quoted(offer, what) or self.tabled(offer, what)

    def quoted(self, offer: Offer, what: str, layer: Layer | None = None) -> Part | None:
        """The offer's price as AWS answered; with a layer, only by that one."""
        quote = self.quotes.get(offer)
        if quote is None or quote.hourly is None or (layer is not None and quote.source != layer):
            return None
        notes = (quote.note, *self.doubts(offer)) if quote.note else self.doubts(offer)
        return Part(quote.hourly, quote.currency, quote.source, quote.as_of, what, notes, quote.estimated)

    def tabled(self, offer: Offer, what: str) -> Part | None:
        """The offer's price by the built-in table."""
        for shelf in self._shelves.get((offer.service, offer.region, offer.os, offer.tenancy), ()):
            said = shelf.prices.get(offer.item)
            hourly = nano_of(said) if said is not None else None
            if hourly and not offer.zone:
                notes = (shelf.source, *self.doubts(offer)) if shelf.estimated else self.doubts(offer)
                return Part(hourly, shelf.currency, "table", shelf.as_of, what, notes, shelf.estimated)
        return None

    def doubts(self, offer: Offer) -> tuple[str, ...]:
        """What is to be said where AWS's own answer is not believed."""
        doubtful = self.disputed.get(offer) if self.disputed else None
        if doubtful is None or doubtful.hourly is None:
            return ()
        return (f"disputed: AWS says {plainly(doubtful.hourly)}",)

    def denied(self, offer: Offer) -> bool:
        """Whether AWS answered that it has no such thing."""
        quote = self.quotes.get(offer)
        return quote is not None and quote.hourly is None

    def of_other_zones(self, offer: Offer) -> list[Quote]:
        """Spot prices of the same machine in the zones of the same region; not those of local zones."""
        if self._by_zone is None:
            self._by_zone = {}
            for one, quote in self.quotes.items():
                if one.service == "spot" and quote.hourly is not None and is_of_region(one.zone):
                    self._by_zone.setdefault(_anywhere(one), []).append(quote)
        return self._by_zone.get(_anywhere(offer), [])

    def knows_of(self, instance_type: str) -> bool:
        """Whether the type is a known one, wherever it is priced."""
        return is_of_known_family(instance_type) or any(instance_type in part.prices for part in self.table.parts)

    def _is_doubtful(self, offer: Offer, quote: Quote) -> bool:
        if offer.service != "on-demand" or offer.os != "linux" or quote.hourly is None:
            return False
        usual = self.tabled(msgspec.structs.replace(offer, tenancy="shared"), "")
        hourly = usual.hourly if usual is not None else family_price(offer.item, offer.region)
        if not hourly or (usual.currency if usual is not None else "USD") != quote.currency:
            return False
        return quote.hourly > hourly * _DOUBTFUL or quote.hourly * _DOUBTFUL < hourly


def _sane(quote: Quote) -> Quote:
    """A list sells nothing for 0 or less, and no machine for more than 10,000 an hour: such an answer is none."""
    if quote.hourly is None or 0 < quote.hourly <= ABSURD:
        return quote
    return msgspec.structs.replace(quote, hourly=None, note="the answer is no price")


def _replaces(new: Quote, old: Quote | None) -> bool:
    if old is None:
        return True
    if (new.hourly is None) != (old.hourly is None):
        return old.hourly is None
    return new.source == "live" or old.source != "live"


def _anywhere(offer: Offer) -> Offer:
    return msgspec.structs.replace(offer, zone="")
