"""What the node's screen says of its price."""

from __future__ import annotations

from nodeview.pricing import EMPTY_BOOK
from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.node_facts import facts_of
from nodeview.ui.widgets.node_price import price_facts, price_words
from nodeview.views import Assumptions, NodeView
from tests.pricing.priced import BOOK
from tests.ui.frames import Clock, a_node_view
from tests.views.build import labels, pods, priced_view, view


def facts(of: NodeView, book: object = BOOK) -> dict[str, str]:
    return {key: words for key, (words, _) in price_facts(of, book)}  # type: ignore[arg-type]


def in_us(kind: str, cap: str = "on-demand") -> NodeView:
    said = labels(type=kind, zone="us-east-1a", region="us-east-1", cap=cap)
    return priced_view("n", BOOK, pods(4), labels=said)


def test_a_known_price_has_its_source_its_date_and_its_parts() -> None:
    said = facts(in_us("m5.large"))
    assert said["price"] == "$0.096/h   $70.08/mo"
    assert said["source"] == "the built-in table, of 2026-07-20"
    parts = [said[one] for one in ("real work", "balloons", "daemons", "reserved", "idle")]
    assert all(one.startswith("$") and one.endswith(" %") for one in parts)
    assert not any(key.startswith("tried") for key in said)


def test_an_estimate_is_marked_and_says_what_was_tried() -> None:
    of = in_us("m5.large", "spot")
    said = facts(of)
    assert price_words(of).startswith("~$0.0")
    assert said["source"].startswith("an estimate")
    assert "m5.large on spot" in said["tried live"]
    assert said["tried estimate"].endswith("(this one)")


def test_an_unknown_price_says_why_and_what_was_tried() -> None:
    of = in_us("m99.large")
    said = facts(of)
    assert price_words(of) == ""
    assert said["price"].startswith("– m99.large is not in the price list")
    assert [key for key in said if key.startswith("tried")] == [
        f"tried {layer}" for layer in ("override", "overlay", "file", "live", "cache", "table", "estimate")
    ]


def test_a_price_that_cannot_be_split_says_so() -> None:
    of = view("n", labels=labels(price="0.131"), capacity={})
    assert facts(of, EMPTY_BOOK)["spent on"].startswith("– not known")


def test_without_prices_there_is_no_trace() -> None:
    of = view("n", labels={}, given=Assumptions(priced=False))
    assert facts(of) == {}
    lines = facts_of(of, Desk(UiOptions(priced=False), Clock(), Ink()), 100)
    assert "price" not in "".join(text for line in lines for text, _ in line)
    priced = facts_of(a_node_view(1), Desk(UiOptions(), Clock(), Ink()), 100)
    assert "$0.131/h" in "".join(text for line in priced for text, _ in line)
