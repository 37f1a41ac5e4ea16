"""The price book: its layers in their order, what a node says itself, and how fast and small it is."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing import (
    EMPTY_BOOK,
    NO_TABLE,
    Goods,
    Offer,
    Overlay,
    PriceBook,
    PriceTable,
    Quote,
    TablePart,
    bytes_of,
    rules_of,
    table_of,
)
from tests.builders import a_node
from tests.pricing.priced import BOOK, NODE, SHIPPED, goods, in_region, live, nano, price

KEY = "nodeview/instance-price"
M5 = Offer("on-demand", "us-east-1", "m5.large")
LAYERS = {"override": "1", "overlay": "2", "file": "3", "live": "0.1", "cache": "0.11", "table": "0.096"}


def layered(layers: set[str]) -> PriceBook:
    """A book that has these layers, each with a price of its own."""
    book = PriceBook(SHIPPED if "table" in layers else NO_TABLE, estimates="estimate" in layers)
    for layer in ("live", "cache"):
        if layer in layers:
            book = book.with_quotes({M5: live(LAYERS[layer], "live" if layer == "live" else "cache")})
    if "file" in layers:
        book = book.with_rules(rules_of({"rule": [{"price": LAYERS["file"]}]}))
    if "overlay" in layers:
        book = book.with_overlays((Overlay("mine", "uid", 0, (), LAYERS["overlay"], None),))
    return book


@given(st.sets(st.sampled_from([*LAYERS, "estimate"])))
def test_a_better_layer_always_wins(layers: set[str]) -> None:
    node = a_node(labels={KEY: LAYERS["override"]}) if "override" in layers else NODE
    book = layered(layers)
    found, trials = book.price_of(node, goods()), book.explain(node, goods())
    assert [one.layer for one in trials] == [*LAYERS, "estimate"]
    chosen = [one for one in trials if one.chosen]
    best = next((one for one in trials if one.layer in layers), None)
    if best is None:
        assert (found.hourly, found.reason, chosen) == (None, "no price list is at hand", [])
        return
    assert found.source == best.layer
    assert found.hourly == nano(LAYERS.get(best.layer, "0.096"))
    assert chosen == [best]
    assert best.price == found


def test_a_label_states_the_price_of_its_node_alone() -> None:
    mine = a_node(labels={KEY: "0.5"})
    found = BOOK.price_of(mine, goods())
    assert (found.hourly, found.currency, found.source, found.reason) == (nano("0.5"), "USD", "override", KEY)
    assert BOOK.price_of(NODE, goods()).hourly == nano("0.096")


def test_a_free_machine_is_free() -> None:
    found = BOOK.price_of(a_node(labels={KEY: "0"}), goods())
    assert (found.hourly, found.source) == (0, "override")


def test_a_label_is_in_the_currency_of_its_region_or_of_the_price_file() -> None:
    node, here = a_node(labels={KEY: "1"}), in_region("cn-north-1")
    assert BOOK.price_of(node, here).currency == "CNY"
    assert BOOK.with_rules(rules_of({"currency": "EUR"})).price_of(node, here).currency == "EUR"


@pytest.mark.parametrize("said", ["NaN", "-0.1", "1e9", "$0.10", "", "Inf", "10000.01", " 1"])
def test_a_label_that_is_no_price_falls_through_and_is_said(said: str) -> None:
    node = a_node(annotations={KEY: said})
    found = BOOK.price_of(node, goods())
    assert (found.hourly, found.source, found.as_of) == (nano("0.096"), "table", "2026-07-20")
    assert found.reason.startswith(f'{KEY} says "{said}"' if said else f"{KEY} is empty")
    assert found.reason.endswith("; on-demand")
    unknown = BOOK.price_of(node, goods(provider="gce"))
    assert unknown.hourly is None
    assert unknown.reason.endswith("; no price source for gce")
    assert BOOK.explain(node, goods())[0].said.startswith(KEY)


def test_without_any_source_everything_is_unknown_with_its_reason() -> None:
    for kind in (goods(), goods(purchase="spot"), goods(auto_mode=True), goods(os="windows"), goods(region=None)):
        found = price(kind, EMPTY_BOOK)
        assert (found.hourly, found.source) == (None, None)
        assert found.reason
    assert EMPTY_BOOK.price_of(a_node(labels={KEY: "1"}), goods()).hourly == nano("1")


def test_the_parts_of_a_book_can_be_read() -> None:
    rules = rules_of({"rule": [{"match": {"team": "a"}, "price": 1}]})
    book = BOOK.with_rules(rules).with_quotes({M5: live("0.1")})
    assert (book.table, book.rules, dict(book.quotes), book.disputed) == (SHIPPED, rules, {M5: live("0.1")}, {})
    assert book.asked_labels == {"team"}
    assert BOOK.asked_labels == frozenset()


def test_nodes_that_are_alike_share_one_price() -> None:
    assert price(goods()) is price(goods())


def test_a_price_that_rests_on_another_book_is_another() -> None:
    before = price(goods())
    assert price(goods(), BOOK.with_quotes({})) == before
    assert price(goods(), BOOK.with_rules(rules_of({"rule": [{"adjust": "-1%"}]}))) != before


def test_a_book_forgets_rather_than_growing_without_end() -> None:
    book = BOOK.with_quotes({})
    first = price(goods(), book)
    for number in range(20_000):
        assert book.price_of(NODE, goods(labels=(("host", f"n{number}"),))).hourly == nano("0.096")
    assert price(goods(), book) is not first
    assert price(goods(), book) == first


STRANGE = st.builds(
    Goods,
    st.sampled_from(("aws", "gce", "")),
    st.sampled_from((None, "", "us-east-1", "eu-west-1", "ap-south-1", "cn-north-1", "us-gov-west-1", "moon-1")),
    st.sampled_from((None, "us-east-1a", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1", "eu-west-1b", "-")),
    st.sampled_from((None, "use1-az1")),
    st.sampled_from((None, "", "m5.large", "m5.metal", "p5.48xlarge", "t3.nano", "zz.large", ".", "m5")),
    st.sampled_from(("linux", "windows", "rhel", "suse", "ubuntu-pro")),
    st.sampled_from(("shared", "dedicated")),
    st.sampled_from(("on-demand", "spot", "reserved", "capacity-block", "fargate")),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(STRANGE)
def test_every_node_has_a_price_above_0_or_a_reason_and_trials_that_agree(kind: Goods) -> None:
    for book in (BOOK, EMPTY_BOOK, BOOK.with_rules(rules_of({"rule": [{"adjust": "-10%"}]}))):
        found = price(kind, book)
        assert found.reason
        assert "; ;" not in found.reason
        chosen = [one for one in book.explain(NODE, kind) if one.chosen]
        if found.hourly is None:
            assert (found.source, chosen) == (None, [])
        else:
            assert found.hourly > 0
            assert found.source is not None
            assert found.as_of
            assert [one.price for one in chosen] == [found]


def a_fleet(nodes: int, types: int) -> list[Goods]:
    """Goods of a large cluster: in three zones, on demand and on spot, of known and of unknown types."""
    families = ("m5", "m6i", "m7g", "c5", "c6i", "c7g", "r5", "r6i", "r7g", "t3", "c5d", "r5d", "x9")
    sizes = ("medium", "large", "metal", *(f"{n}xlarge" for n in range(2, 24)))
    kinds = [f"{family}.{size}" for size in sizes for family in families][:types]
    assert len(kinds) == types
    dice = random.Random(1)
    zones = [(f"eu-west-1{'abc'[n]}", f"euw1-az{n + 1}") for n in range(3)]
    fleet = []
    for number in range(nodes):
        zone, zone_id = dice.choice(zones)
        said: dict[str, Any] = {"region": "eu-west-1", "zone": zone, "zone_id": zone_id}
        bought = dice.choice(("on-demand", "spot"))
        fleet.append(goods(instance_type=kinds[number % types], purchase=bought, auto_mode=number % 3 == 0, **said))
    return fleet


def test_five_thousand_nodes_of_300_types_are_priced_in_25_ms() -> None:
    fleet = a_fleet(5_000, 300)
    nodes = [a_node(f"n{number}", labels={"a": "b"}) for number in range(5_000)]
    offers = {
        offer for kind in fleet for offer in (Offer("spot", "eu-west-1", str(kind.instance_type), zone="euw1-az1"),)
    }
    cached = BOOK.with_quotes({offer: live("0.01", "cache") for offer in offers})
    best = 1.0
    for _ in range(10):
        book = cached.with_quotes({})
        began = time.process_time()
        for node, kind in zip(nodes, fleet, strict=True):
            book.price_of(node, kind)
        best = min(best, time.process_time() - began)
    assert len(set(fleet)) > 1_500
    assert best <= 0.025, f"{best * 1e3:.1f} ms"


def test_a_full_book_takes_less_than_10_mb() -> None:
    """1,400 types in one region with five systems, and 4,000 spot prices; no text is shared between them."""
    gc.collect()
    tracemalloc.start()
    try:
        systems: tuple[Any, ...] = ("linux", "windows", "rhel", "suse", "ubuntu-pro")
        listed = {f"family{n}.large": f"0.1{n:05}" for n in range(1_400)}
        parts = tuple(TablePart("on-demand", "eu-west-1", "2026", "a list", listed, os) for os in systems)
        table = table_of(bytes_of(PriceTable("2026", "a list", parts)))
        del listed, parts
        quotes = {
            Offer("on-demand", "eu-west-1", f"family{n}.large", os): Quote(10**8 + n, "USD", f"2026-11-20T{n}", "cache")
            for os in systems
            for n in range(1_400)
        }
        for n in range(4_000):
            offer = Offer("spot", "eu-west-1", f"family{n % 1_400}.large", zone=f"euw1-az{n // 1_400}")
            quotes[offer] = Quote(10**7 + n, "USD", f"2026-11-20T{n}", "cache")
        book = PriceBook(table, quotes)
        del quotes
        price(goods(region="eu-west-1", purchase="spot", instance_type="family1.large"), book)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(book.quotes) == 11_000
    assert taken <= 10_000_000, f"{taken / 1e6:.1f} MB"
