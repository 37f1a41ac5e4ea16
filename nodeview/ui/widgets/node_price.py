"""What is said of one node's price: how much, who says so and when, what it is spent on, and what else was asked."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.pricing import PriceBook
from nodeview.ui.widgets.cost_lines import parts_of, share_words
from nodeview.ui.widgets.freshness import Said
from nodeview.views import HOURS_A_MONTH, NodeView, Tone, currency_sign, money, short_price

SOURCES = {
    "override": "a label or annotation of the node",
    "overlay": "a NodeOverlay of Karpenter",
    "file": "the price file",
    "live": "AWS, asked now",
    "cache": "AWS, asked earlier",
    "table": "the built-in table",
    "estimate": "an estimate",
}
PriceFact = tuple[str, Said]
"""A word, and what is said under it."""


def price_words(view: NodeView) -> str:
    """`$0.131/h`, `~¥1.013/h`; empty where it is not known."""
    price = view.price
    if price.hourly is None:
        return ""
    mark = "~" if price.source == "estimate" else ""
    return f"{mark}{currency_sign(price.currency)}{short_price(price.hourly, 9)}/h"


def price_facts(view: NodeView, book: PriceBook) -> Iterator[PriceFact]:
    """Everything about the price, line by line; nothing at all where prices are disabled."""
    price, goods = view.price, view.goods
    if goods is None:
        return
    if price.hourly is None:
        yield "price", (f"– {price.reason or 'it is not known'}", Tone.MUTED)
    else:
        sign = currency_sign(price.currency)
        yield "price", (f"{price_words(view)}   {sign}{money(price.hourly * HOURS_A_MONTH)}/mo", Tone.STRONG)
        source = SOURCES.get(price.source or "", price.source or "")
        yield "source", (f"{source}, of {price.as_of}" if price.as_of else source, Tone.PLAIN)
        if price.reason:
            yield "made of", (price.reason, Tone.PLAIN)
        yield from _split(view, sign)
    if price.hourly is None or price.source == "estimate":
        for trial in book.explain(view.record, goods):
            chosen = Tone.PLAIN if trial.chosen else Tone.MUTED
            yield f"tried {trial.layer}", (f"{trial.said}{' (this one)' if trial.chosen else ''}", chosen)


def _split(view: NodeView, sign: str) -> Iterator[PriceFact]:
    split, hourly = view.split, view.price.hourly
    if split is None:
        yield "spent on", ("– not known: its pods, or an amount that counts, are not known", Tone.MUTED)
        return
    for word, nano in parts_of(split):
        share = share_words(nano / hourly) if hourly else "–"
        yield word, (f"{sign}{short_price(nano, 9)}/h  {share:>5}", Tone.PLAIN if nano else Tone.MUTED)
