"""The user's own prices and discounts, as values, and which of them a node meets."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

from nodeview.pricing.goods import Goods
from nodeview.pricing.money import Adjustment

TRAITS = ("capacity", "family", "instance_type", "region", "zone", "provider", "os", "arch", "tenancy")
"""What a rule may match beside labels."""


class Rule(msgspec.Struct, frozen=True):
    """One rule of the price file: what it matches, and what those nodes cost."""

    number: int
    """Its place in the file, from 1."""
    match: Mapping[str, tuple[str, ...]] = {}
    """Trait or label → globs, of which one must fit; all keys must. Empty: every node."""
    price: int | None = None
    """Nano-units an hour, whatever others say."""
    adjust: Adjustment | None = None
    """What is done to the list price."""

    def matches(self, goods: Goods, labels: Mapping[str, str]) -> bool:
        """Whether these goods, with the labels that rules ask for, meet it."""
        for key, globs in self.match.items():
            values = _trait(key, goods) if key in TRAITS else (labels.get(key),)
            if not any(value is not None and fnmatchcase(value, glob) for value in values for glob in globs):
                return False
        return True


class PriceRules(msgspec.Struct, frozen=True):
    """A price file. The first rule that matches counts."""

    rules: tuple[Rule, ...] = ()
    fargate: Mapping[str, int] = {}
    """`vcpu`, `gb`, `ephemeral-gb` → nano-units an hour."""
    control_plane: int | None = None
    """Nano-units an hour, for the cluster."""
    currency: str | None = None
    """Of all amounts in the file and of nodes' own labels; where not said, that of each node's region."""
    warnings: tuple[str, ...] = ()
    """Keys that nobody knows, one sentence each."""

    def first(self, goods: Goods, labels: Mapping[str, str]) -> Rule | None:
        """The rule that counts for these goods."""
        return next((rule for rule in self.rules if rule.matches(goods, labels)), None)

    @property
    def labels(self) -> frozenset[str]:
        """The labels that rules look at."""
        return frozenset(key for rule in self.rules for key in rule.match if key not in TRAITS)


NO_RULES = PriceRules()


def _trait(key: str, goods: Goods) -> tuple[str | None, ...]:
    if key == "capacity":
        return (goods.purchase,)
    if key == "family":
        return (None if goods.instance_type is None else goods.instance_type.partition(".")[0],)
    if key == "zone":
        return (goods.zone, goods.zone_id)
    value = getattr(goods, key)
    return (value if isinstance(value, str) else None,)
