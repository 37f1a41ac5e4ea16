"""The columns of the node table, cell by cell."""

from __future__ import annotations

import msgspec
import pytest

from nodeview.views import Cell, Fill, Money, Tone, cell_width, node_columns, price_column, tally
from tests.builders import NOW
from tests.views.build import GIB, RESOURCES, cell, column, labels, pods, view


def ids(extra: list[str], resources: tuple[str, ...] = RESOURCES, priced: bool = True) -> list[str]:
    return [one.id for one in node_columns(resources, extra, priced=priced)]


PLAIN = ["name", "pool", "type", "zone", "cap", "cpu", "memory", "pods", "price", "age", "state"]


def test_the_columns_and_their_order() -> None:
    assert ids([]) == PLAIN
    assert ids([""]) == PLAIN
    assert ids([], priced=False) == [one for one in PLAIN if one != "price"]
    assert ids(["topology.kubernetes.io/zone", "team", "team"]) == [*PLAIN, "topology.kubernetes.io/zone", "team"]


@pytest.mark.parametrize("name", ["node-age", "eks-node-viewer/node-age", "nodeview/node-age"])
def test_asking_for_the_age_moves_its_column(name: str) -> None:
    without = [one for one in PLAIN if one != "age"]
    assert ids(["team", name, "rack", "node-age"]) == [*without, "team", "age", "rack"]


def test_the_bar_of_pods_and_their_count_are_two_columns() -> None:
    found = ids([], ("cpu", "pods", "cpu"))
    assert found.count("cpu") == found.count("pods") == found.count("pods-share") == 1
    assert cell("pods-share", view(holds=pods(29)), resources=("pods",)).text == "50 %"


def test_every_column_fits_its_title_and_only_names_never_give_way() -> None:
    columns = node_columns(RESOURCES, ["team", "node-cpu-usage"])
    assert all(one.width >= cell_width(one.title) for one in columns)
    first = sorted(columns, key=lambda one: -one.gives_way)[:3]
    assert [one.id for one in first] == ["type", "zone", "price"]
    assert [one.id for one in columns if one.narrow_width] == ["cpu", "memory"]


def test_what_labels_say_of_a_machine() -> None:
    node = view(
        labels=labels(pool="api", type="m7g.2xlarge", zone="eu-west-1a", region="eu-west-1", cap="spot", price="0.131")
    )
    shown = {one.id: one.cell(node, NOW).text for one in node_columns(RESOURCES, [])}
    assert (shown["pool"], shown["type"], shown["zone"], shown["cap"]) == ("api", "m7g.2xlarge", "1a", "spot")
    assert (shown["price"], shown["age"], shown["pods"], shown["state"]) == ("0.131", "2d", "0/58", "ready")


@pytest.mark.parametrize("identity", ["pool", "type", "zone", "cap", "price", "team"])
def test_what_nobody_says_is_a_dash_with_its_reason(identity: str) -> None:
    shown = cell(identity, view(), extra=("team",))
    assert shown.text == "–"
    assert shown.tone is Tone.MUTED
    assert shown.reason


def test_absurd_labels_become_inert_text() -> None:
    said = {"team": "[bold]🚀\u202e\x1b[31m" + "x" * 63, "karpenter.sh/nodepool": "\u202eloop"}
    node = view(labels=said)
    assert cell("team", node, extra=("team",)).text == "[bold]🚀␛[31m" + "x" * 63
    assert cell("pool", node).text == "loop"


def test_a_label_column_says_why_it_is_empty() -> None:
    assert cell("team", view(), extra=("team",)).reason == "the node has no label team"
    assert cell("node-cpu-usage", view(holds=pods(4)), extra=("node-cpu-usage",)) == Cell("50 %")
    missing = cell("node-ephemeral-storage-usage", view(), extra=("node-ephemeral-storage-usage",))
    assert missing.reason == "the node offers no ephemeral-storage"


def test_subtotals_are_of_sums_and_say_what_is_missing() -> None:
    first = view("a", pods(4), labels=labels(cap="spot", price="0.1"), unschedulable=True)
    second = view("b", pods(2), labels=labels(cap="on-demand"))
    summed = tally([first, second], RESOURCES)
    said = {one.id: one.subtotal(summed, NOW) for one in node_columns(RESOURCES, []) if one.subtotal}
    assert said["name"].text == "2 nodes"
    assert said["cpu"].text == "38 %"
    assert said["memory"].fill == Fill(6 * GIB / (32 * GIB), 0.0)
    assert said["pods"].text == "6"
    assert (said["price"].text, said["price"].reason) == ("≥0.100", "1 unpriced")
    assert (said["cap"].text, said["cap"].reason) == ("mix", "1 od, 1 spot")
    assert said["state"] == Cell("1 cordoned · 1 ready", Tone.CAUTION)


def test_a_sum_with_an_unknown_in_it_is_unknown() -> None:
    summed = tally([view("a"), view("b", pods(1, unreadable=("cpu",)))], RESOURCES)
    subtotal = column("cpu").subtotal
    price = column("price").subtotal
    assert subtotal is not None
    assert price is not None
    assert subtotal(summed, NOW).reason.startswith("b: the cpu request")
    assert price(summed, NOW).text == "–"


def test_the_price_column_gives_way_first_while_all_is_dashes_and_is_as_wide_as_its_currency() -> None:
    unpriced, priced = view("a"), view("b", labels=labels(price="0.1"))
    assert price_column((), 0) is price_column(tally([priced], RESOURCES).money, 1) is column("price")
    first = max(node_columns(RESOURCES, []), key=lambda one: one.gives_way)
    assert price_column(tally([unpriced], RESOURCES).money, 1).gives_way > first.gives_way
    assert price_column((Money("SEK", 10**9, 0, 0),), 1).width == column("price").width + 3


@pytest.mark.parametrize(
    ("price", "text"),
    [("0.131", "0.131"), ("0.0042", "0.0042"), ("0.00001", "<0.0001"), ("98.32", "98.320"), ("0", "0.000")],
)
def test_a_price_has_three_decimals_and_more_where_it_is_small(price: str, text: str) -> None:
    assert column("price").cell(view(labels=labels(price=price)), NOW).text == text


def test_no_sum_is_cut_by_its_column() -> None:
    summed = column("price").subtotal
    assert summed is not None
    for nano, said in ((12_345_678_000_000, "≥¥12.3k"), (340_123_000_000, "≥¥340.12"), (1_500_000_000, "≥¥1.500")):
        money = (Money("CNY", nano, 1, 1),)
        text = summed(msgspec.structs.replace(tally([view("a"), view("b")], RESOURCES), money=money), NOW).text
        assert text == said
        assert len(text) <= column("price").width
