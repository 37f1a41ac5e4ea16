"""How a price came about, layer by layer."""

from __future__ import annotations

from nodeview.pricing import Goods, Offer, Overlay, PriceBook, rules_of
from tests.pricing.priced import BOOK, NODE, answering, goods, live

M5 = Offer("on-demand", "us-east-1", "m5.large")
FEE = Offer("auto-fee", "us-east-1", "m5.large")


def said(kind: Goods, book: PriceBook = BOOK) -> dict[str, str]:
    """What each layer answered."""
    return {one.layer: one.said for one in book.explain(NODE, kind)}


def test_each_layer_tells_what_it_answered() -> None:
    book = answering({M5: "0.097"})
    assert said(goods(), book) == {
        "override": "the node bears no price label",
        "overlay": "no NodeOverlay speaks of prices",
        "file": "no rules",
        "live": "m5.large in us-east-1: 0.097 USD of 2026-11-20T10:00:00Z",
        "cache": "m5.large in us-east-1: nothing kept",
        "table": "m5.large in us-east-1: 0.096 USD of 2026-07-20",
        "estimate": "on-demand; by the family rule",
    }


def test_a_layer_that_was_not_chosen_has_its_price_too() -> None:
    trials = {one.layer: one for one in answering({M5: "0.097"}).explain(NODE, goods())}
    assert trials["live"].chosen
    assert trials["table"].price is not None
    assert trials["table"].price.hourly == 96_000_000
    assert not trials["table"].chosen


def test_each_offer_of_a_node_is_told_of() -> None:
    table = said(goods(purchase="spot", auto_mode=True))["table"]
    assert table == (
        "m5.large on spot in use1-az1: not in it; m5.large in us-east-1: 0.096 USD of 2026-07-20; "
        "Auto Mode fee of m5.large: not in it"
    )


def test_a_fee_is_added_to_each_layers_price() -> None:
    trials = {one.layer: one for one in answering({FEE: "0.01"}).explain(NODE, goods(auto_mode=True))}
    assert trials["table"].price is not None
    assert trials["table"].price.hourly == 106_000_000


def test_what_awss_list_does_not_have_is_told_of_the_layer_that_said_so() -> None:
    new = goods(instance_type="m99.large")
    offer = Offer("on-demand", "us-east-1", "m99.large")
    assert said(new, answering({offer: None}))["live"] == "m99.large in us-east-1: not in AWS's price list"
    kept = BOOK.with_quotes({offer: live(None, "cache")})
    assert said(new, kept)["cache"] == "m99.large in us-east-1: not in AWS's price list"
    assert said(new, kept)["estimate"] == "m99.large is not in the price list (new type?)"


def test_what_no_list_sells_is_told_of_every_list() -> None:
    told = said(goods(purchase="capacity-block"))
    assert {told[layer] for layer in ("live", "cache", "table", "estimate")} == {"prepaid capacity block"}


def test_a_rules_price_is_told_with_the_fee_that_is_added_to_it() -> None:
    book = BOOK.with_rules(rules_of({"rule": [{"adjust": "-50%"}]}))
    chosen = next(one for one in book.explain(NODE, goods(auto_mode=True)) if one.chosen)
    assert (chosen.layer, chosen.price) == ("file", book.price_of(NODE, goods(auto_mode=True)))
    overlaid = book.with_overlays((Overlay("mine", "uid", 0, (), None, "+0.01"),))
    chosen = next(one for one in overlaid.explain(NODE, goods(auto_mode=True)) if one.chosen)
    assert (chosen.layer, chosen.price) == ("overlay", overlaid.price_of(NODE, goods(auto_mode=True)))
