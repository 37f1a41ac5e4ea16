"""The price book: every source of prices in its order, and what a node costs by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from nodeview.pricing.goods import Goods
from nodeview.pricing.offer import Offer, Quote
from nodeview.pricing.part import Answer, Layer, Part, adjusted
from nodeview.pricing.places import currency_of
from nodeview.pricing.price import UNPRICED, Price, price_said_on
from nodeview.pricing.rules import NO_RULES, PriceRules, Rule
from nodeview.pricing.table import NO_TABLE, PriceTable
from nodeview.records import Node, NodeOverlay

if TYPE_CHECKING:  # a screen paints before anything is priced: what prices are made of is loaded with the first
    from nodeview.pricing.lists import Lists
    from nodeview.pricing.machine import Machines
    from nodeview.pricing.overlay import OverlaidPrice
    from nodeview.pricing.trials import Trial

_NONE: Mapping[Offer, Quote] = {}
_MOST_REMEMBERED = 20_000
"""Kinds of goods: more than any cluster has at one time, but a rule may look at a label that each node has its own."""


class PriceBook:
    """All that is known of prices at one moment: a value that is never changed, only followed by another.

    It remembers what it worked out, so that a price of goods it has seen costs a look-up.
    """

    __slots__ = (
        "_made_lists",
        "_made_machines",
        "_memo",
        "_overlaid",
        "asked_labels",
        "estimates",
        "overlays",
        "rules",
        "table",
    )

    table: PriceTable
    """The built-in table."""
    overlays: tuple[NodeOverlay, ...]
    rules: PriceRules
    estimates: bool
    asked_labels: frozenset[str]
    """The node labels that overlays and rules look at: `Goods.labels` must hold those of them that a node bears."""
    _made_lists: Lists | None
    _made_machines: Machines | None

    def __init__(
        self,
        table: PriceTable,
        quotes: Mapping[Offer, Quote] = _NONE,
        overlays: tuple[NodeOverlay, ...] = (),
        rules: PriceRules = NO_RULES,
        estimates: bool = True,
    ) -> None:
        """A book of these sources; `estimates` off leaves unknown what no list has."""
        self.table = table
        self._made_lists = None
        if quotes:
            self._made_lists = self._lists.merged(quotes)
        self._set(overlays, rules, estimates)

    def price_of(self, node: Node, goods: Goods) -> Price:
        """What this node costs an hour: what it says of itself, else what goods like it cost."""
        price = self._memo.get(goods)
        if price is None:
            if len(self._memo) >= _MOST_REMEMBERED:
                self._memo.clear()
            price = self._memo[goods] = self._decide(goods)[0]
        said = price_said_on(node)
        if said is UNPRICED:
            return price
        if said.hourly is not None:
            return msgspec.structs.replace(said, currency=self._currency(goods))
        return msgspec.structs.replace(price, reason=f"{said.reason}; {price.reason}")

    def explain(self, node: Node, goods: Goods) -> tuple[Trial, ...]:
        """Every layer in its order, with what it answered; the one that the price comes from is chosen, if any is."""
        from nodeview.pricing.trials import Trial, list_trials

        said = price_said_on(node)
        _, chosen = self._decide(goods)
        if said.hourly is not None:
            said, chosen = msgspec.structs.replace(said, currency=self._currency(goods)), "override"
        overlay, rule = self._spoken(goods)
        mine = (
            Trial("override", said.reason, said if said.hourly is not None else None),
            self._overlay_trial(goods, overlay, rule),
            self._file_trial(goods, rule),
        )
        trials = (*mine, *list_trials(goods, self._lists, self._machines))
        return tuple(msgspec.structs.replace(one, chosen=one.layer == chosen) for one in trials)

    @property
    def quotes(self) -> Mapping[Offer, Quote]:
        """What AWS answered, as far as it is believed."""
        return self._lists.quotes

    @property
    def disputed(self) -> Mapping[Offer, Quote]:
        """What AWS answered and is too far from what was to be expected."""
        return self._lists.disputed

    def with_quotes(self, quotes: Mapping[Offer, Quote]) -> PriceBook:
        """The book with these answers too: none that is known is removed, and a live one is not replaced by a cached.

        An on-demand answer more than three times off what table and family lead to expect is kept apart, as disputed.
        """
        return self._but(self._lists.merged(quotes), self.overlays, self.rules)

    def with_overlays(self, overlays: tuple[NodeOverlay, ...]) -> PriceBook:
        """The book with these overlays in place of its own."""
        return self._but(self._made_lists, overlays, self.rules)

    def with_rules(self, rules: PriceRules) -> PriceBook:
        """The book with these rules in place of its own."""
        return self._but(self._made_lists, self.overlays, rules)

    def _but(self, lists: Lists | None, overlays: tuple[NodeOverlay, ...], rules: PriceRules) -> PriceBook:
        other = object.__new__(PriceBook)
        other.table, other._made_lists = self.table, lists
        other._set(overlays, rules, self.estimates)
        return other

    @property
    def _lists(self) -> Lists:
        if self._made_lists is None:
            from nodeview.pricing.lists import Lists

            self._made_lists = Lists(self.table)
        return self._made_lists

    @property
    def _machines(self) -> Machines:
        if self._made_machines is None:
            from nodeview.pricing.machine import Machines

            self._made_machines = Machines(self._lists, self.rules, self.estimates)
        return self._made_machines

    def _set(self, overlays: tuple[NodeOverlay, ...], rules: PriceRules, estimates: bool) -> None:
        self._made_machines = None
        self._overlaid: tuple[OverlaidPrice, ...] = ()
        if overlays:
            from nodeview.pricing.overlay import overlaid_prices

            self._overlaid = overlaid_prices(overlays)
        self._memo: dict[Goods, Price] = {}
        self.overlays = overlays
        self.rules = rules
        self.estimates = estimates
        of_overlays = (need.key for one in self._overlaid for need in one.requirements)
        self.asked_labels = rules.labels.union(of_overlays)

    def _decide(self, goods: Goods) -> tuple[Price, Layer | None]:
        overlay, rule = self._spoken(goods)
        answer = self._overlaid_answer(goods, overlay, rule)
        whole = self._whole(goods, answer, overlay, rule)
        if isinstance(whole, str) or isinstance(answer, str):
            return Price(None, self._currency(goods), reason=str(whole)), None
        return whole.price(), answer.layer

    def _whole(self, goods: Goods, answer: Answer, overlay: OverlaidPrice | None, rule: Rule | None) -> Answer:
        """With the fee, unless someone stated what the node costs altogether."""
        stated = (overlay is not None and overlay.price is not None) or (rule is not None and rule.price is not None)
        return answer if stated or isinstance(answer, str) else self._machines.with_fee(goods, answer)

    def _overlaid_answer(self, goods: Goods, overlay: OverlaidPrice | None, rule: Rule | None) -> Answer:
        """Layers 1 to 6: an overlay's price, or what it makes of the file's."""
        if overlay is None:
            return self._ruled_answer(goods, rule)
        by = f"NodeOverlay {overlay.name}"
        if overlay.price is not None:
            return Part(overlay.price, currency_of(goods.region), "overlay", "", by)
        below = self._ruled_answer(goods, rule)
        if isinstance(below, str) or overlay.adjustment is None:
            return below
        return adjusted(below, overlay.adjustment, "overlay", by)

    def _ruled_answer(self, goods: Goods, rule: Rule | None) -> Answer:
        """Layers 2 to 6: the file's price, or what it makes of the list's."""
        if rule is None:
            return self._machines.price_of(goods)
        by = f"rule {rule.number} of the price file"
        if rule.price is not None:
            return Part(rule.price, self._currency(goods), "file", "", by)
        below = self._machines.price_of(goods)
        if isinstance(below, str) or rule.adjust is None:
            return below
        return adjusted(below, rule.adjust, "file", by, self._currency(goods))

    def _spoken(self, goods: Goods) -> tuple[OverlaidPrice | None, Rule | None]:
        if not self._overlaid and not self.rules.rules:
            return None, None
        labels = dict(goods.labels)
        overlay = next((one for one in self._overlaid if one.matches(labels)), None)
        return overlay, self.rules.first(goods, labels)

    def _currency(self, goods: Goods) -> str:
        return self.rules.currency or currency_of(goods.region)

    def _overlay_trial(self, goods: Goods, overlay: OverlaidPrice | None, rule: Rule | None) -> Trial:
        from nodeview.pricing.trials import Trial, answered

        if overlay is None:
            return Trial("overlay", "no NodeOverlay matches" if self._overlaid else "no NodeOverlay speaks of prices")
        answer = self._overlaid_answer(goods, overlay, rule)
        return answered("overlay", f"NodeOverlay {overlay.name}", self._whole(goods, answer, overlay, rule))

    def _file_trial(self, goods: Goods, rule: Rule | None) -> Trial:
        from nodeview.pricing.trials import Trial, answered

        if rule is not None:
            answer = self._whole(goods, self._ruled_answer(goods, rule), None, rule)
            return answered("file", f"rule {rule.number}", answer)
        if goods.purchase == "fargate" and self.rules.fargate:
            return answered("file", "the file's Fargate rates", self._machines.price_of(goods))
        return Trial("file", "no rule matches" if self.rules.rules else "no rules")


EMPTY_BOOK = PriceBook(NO_TABLE, estimates=False)
"""A book without any source: but for what nodes say themselves, everything is unknown, with its reason."""
