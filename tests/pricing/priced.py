"""Goods, quotes and books for the tests of prices: plausible ones, of which a test names only what it is about."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from nodeview.pricing import Goods, Offer, Price, PriceBook, Quote, QuoteSource, offers_of, table_of
from tests.builders import a_node

NODE = a_node()
"""A node that says nothing of its price."""
SHIPPED = table_of((Path(__file__).resolve().parent.parent.parent / "nodeview" / "pricing" / "table.json").read_bytes())
BOOK = PriceBook(SHIPPED)
"""What is known without a network."""

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1")
with (Path(__file__).parent / "facts.csv").open() as lines:
    FACTS = list(csv.DictReader(lines))
"""List prices of four regions; a star marks what was not cross-checked. Beside them what spot saves, in percent."""


def goods(**said: Any) -> Goods:
    """An on-demand m5.large with Linux in us-east-1."""
    usual: dict[str, Any] = {
        "provider": "aws",
        "region": "us-east-1",
        "zone": "us-east-1a",
        "zone_id": "use1-az1",
        "instance_type": "m5.large",
        "os": "linux",
        "tenancy": "shared",
        "purchase": "on-demand",
        "purchase_said": True,
    }
    return Goods(**(usual | said))


def in_region(region: str, **said: Any) -> Goods:
    """The same elsewhere."""
    return goods(region=region, zone=f"{region}a", zone_id=None, **said)


def nano(text: str) -> int:
    """A decimal in nano-units."""
    return int(Decimal(text) * 10**9)


def live(text: str | None, source: QuoteSource = "live", **said: Any) -> Quote:
    """AWS's answer, an hour old; None: there is no such thing."""
    return Quote(None if text is None else nano(text), **({"as_of": "2026-11-20T10:00:00Z", "source": source} | said))


def answering(prices: dict[Offer, str | None], book: PriceBook = BOOK) -> PriceBook:
    """A book to which AWS has answered."""
    return book.with_quotes({offer: live(price) for offer, price in prices.items()})


def offer_of(kind: Goods) -> Offer:
    """The offer of the machine itself."""
    return offers_of(kind)[0]


def price(kind: Goods, book: PriceBook = BOOK) -> Price:
    """What a node costs that says nothing itself."""
    return book.price_of(NODE, kind)
