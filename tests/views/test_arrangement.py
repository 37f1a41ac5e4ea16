"""Order, groups and what is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.views import (
    POD_COLUMNS,
    Filter,
    Group,
    NodeView,
    PodRow,
    SortError,
    SortOrder,
    TableState,
    arrange,
    arrange_rows,
    name_pattern_error,
    natural,
    node_columns,
    parse_filter,
    parse_sort,
)
from tests.builders import DAY, HOUR, NOW, a_pod
from tests.views.build import NANO, labels, pods, view

RESOURCES = ("cpu", "memory")
COLUMNS = node_columns(RESOURCES, ["team"])


def names(nodes: list[NodeView], **state: Any) -> list[str]:
    arranged = arrange(nodes, TableState(**state), COLUMNS, NOW, RESOURCES)
    return [f"[{row.title}]" if isinstance(row, Group) else row.name for row in arranged.rows]


def test_names_sort_with_their_numbers() -> None:
    nodes = [view(f"ip-10-0-{number}") for number in (10, 9, 100)]
    assert names(nodes) == ["ip-10-0-9", "ip-10-0-10", "ip-10-0-100"]
    assert names(nodes, descending=True) == ["ip-10-0-100", "ip-10-0-10", "ip-10-0-9"]


def test_age_sorts_by_time() -> None:
    """E18: as text, 45m came after 2d."""
    nodes = [
        view("old", created=NOW - 2 * DAY),
        view("young", created=NOW - 45 * 60),
        view("mid", created=NOW - 3 * HOUR),
    ]
    assert names(nodes, sort_by="age") == ["young", "mid", "old"]


def test_unknown_is_last_in_both_directions() -> None:
    nodes = [view("a"), view("b", labels=labels(price="0.9")), view("c", labels=labels(price="0.10"))]
    assert names(nodes, sort_by="price") == ["c", "b", "a"]
    assert names(nodes, sort_by="price", descending=True) == ["b", "c", "a"]


def test_ties_are_in_the_order_of_names_in_both_directions() -> None:
    nodes = [view(name, pods(held)) for name, held in (("n10", 1), ("n9", 1), ("n1", 2))]
    assert names(nodes, sort_by="cpu") == ["n9", "n10", "n1"]
    assert names(nodes, sort_by="cpu", descending=True) == ["n1", "n9", "n10"]


def test_labels_sort_whether_or_not_they_are_columns() -> None:
    nodes = [view("a", labels={"rack": "r10"}), view("b", labels={"rack": "r9"}), view("c")]
    assert names(nodes, sort_by="rack") == ["b", "a", "c"]
    assert names([view("x", pods(3)), view("y")], sort_by="node-cpu-usage") == ["y", "x"]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.booleans()), unique_by=lambda row: row[0]),
    st.booleans(),
)
def test_any_order_is_stable_and_typed(rows: list[tuple[int, int, bool]], descending: bool) -> None:
    nodes = [
        view(f"n{name}", pods(held), allocatable={"cpu": 4 * NANO} if offers else {}) for name, held, offers in rows
    ]
    found = names(nodes, sort_by="cpu", descending=descending)
    known = sorted((row for row in rows if row[2]), key=lambda row: (-row[1] if descending else row[1], row[0]))
    unknown = sorted(row for row in rows if not row[2])
    assert found == [f"n{row[0]}" for row in known + unknown]
    assert names(nodes[::-1], sort_by="cpu", descending=descending) == found


def test_what_a_filter_hides_is_counted() -> None:
    """E4: the header's counts did not know what was left out."""
    nodes = [view("a", labels=labels(pool="api")), view("b", labels=labels(pool="web")), view("c")]
    wanted = parse_filter("pool=api", COLUMNS)
    assert isinstance(wanted, Filter)
    arranged = arrange(nodes, TableState(filter=wanted, group_by="pool"), COLUMNS, NOW, RESOURCES)
    assert (arranged.shown, arranged.hidden, len(arranged.rows)) == (1, 2, 2)
    everything = arrange(nodes, TableState(), COLUMNS, NOW, RESOURCES)
    assert (everything.shown, everything.hidden) == (3, 0)


def test_groups_are_sorted_by_title_with_nobodys_last() -> None:
    pools = {"a": "web-10", "b": "web-9", "d": "api"}
    nodes = [view("c"), *(view(name, labels=labels(pool=pool)) for name, pool in pools.items())]
    assert names(nodes, group_by="pool") == ["[api]", "d", "[web-9]", "b", "[web-10]", "a", "[no pool]", "c"]


def test_a_group_has_its_sums() -> None:
    nodes = [view("a", pods(4), labels=labels(pool="api")), view("b", pods(2), labels=labels(pool="api")), view("c")]
    first = arrange(nodes, TableState(group_by="pool"), COLUMNS, NOW, RESOURCES).rows[0]
    assert isinstance(first, Group)
    assert (first.key, first.tally.nodes, first.tally.requested["cpu"]) == ("api", 2, 3 * NANO)
    assert first.tally.pods is not None
    assert first.tally.pods.total == 6


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("pool", ["[api]", "[no pool]"]),
        ("zone", ["[eu-west-1a]", "[no zone]"]),
        ("type", ["[m5.large]", "[no type]"]),
        ("version", ["[v1.33.1-eks-1a2b3c4]"]),
        ("capacity", ["[spot]", "[no capacity]"]),
        ("provisioner", ["[karpenter]", "[self-managed]"]),
        ("team", ["[red]", "[no team]"]),
        ("node-age", ["[2d]"]),
    ],
)
def test_everything_that_nodes_are_grouped_by(by: str, titles: list[str]) -> None:
    said = labels(pool="api", zone="eu-west-1a", type="m5.large", cap="spot", team="red")
    found = names([view("a", labels=said), view("b")], group_by=by)
    assert [row for row in found if row.startswith("[")] == titles


def test_a_part_of_a_name_groups_pools_and_nodes() -> None:
    nodes = [
        view("x", labels=labels(pool="worker-1a-20240101")),
        view("y", labels=labels(pool="worker-1b-20240202")),
        view("worker-z"),
        view("0"),
    ]
    grouped = ["[worker]", "worker-z", "x", "y", "[no name]", "0"]
    assert names(nodes, group_by="name", name_pattern=r"^([a-z]+)-") == grouped
    assert names(nodes, group_by="name", name_pattern="wor") == ["[wor]", "worker-z", "x", "y", "[no name]", "0"]
    assert names(nodes[:1], group_by="name") == ["[worker-1a-20240101]", "x"]


def test_a_bad_pattern_is_a_sentence_and_the_table_goes_on() -> None:
    said = name_pattern_error("([a-z")
    assert said is not None
    assert said.startswith('The name pattern "([a-z" is not a regular expression: ')
    assert name_pattern_error(r"^(\w+)-") is None
    assert names([view("a")], group_by="name", name_pattern="([a-z") == ["[a]", "a"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("creation=dsc", SortOrder("age", True)),
        ("creation=asc", SortOrder("age", False)),
        ("creation", SortOrder("age", False)),
        ("age=desc", SortOrder("age", True)),
        ("price=dsc", SortOrder("price", True)),
        ("CPU", SortOrder("cpu", False)),
        ("phase", SortOrder("state", False)),
        ("capacity=dsc", SortOrder("cap", True)),
        ("eks-node-viewer/node-age=asc", SortOrder("age", False)),
        ("eks-node-viewer/node-cpu-usage=dsc", SortOrder("eks-node-viewer/node-cpu-usage", True)),
        ("topology.kubernetes.io/zone", SortOrder("topology.kubernetes.io/zone", False)),
        ("team", SortOrder("team", False)),
    ],
)
def test_sort_orders_that_are_understood(text: str, order: SortOrder) -> None:
    assert parse_sort(text, COLUMNS) == order


@pytest.mark.parametrize("text", ["", "=", "=asc", "creation=up", "name="])
def test_what_is_no_sort_order(text: str) -> None:
    found = parse_sort(text, COLUMNS)
    assert isinstance(found, SortError)
    assert "is no sort order" in found.sentence


def test_an_unknown_sort_key_is_answered_with_what_there_is() -> None:
    found = parse_sort("cretion=dsc", COLUMNS)
    assert isinstance(found, SortError)
    assert "Nothing to sort by is called cretion. Did you mean creation?" in found.sentence
    assert all(column.id in found.sentence for column in COLUMNS)
    assert isinstance(parse_sort("a/b", COLUMNS, labels={"c/d"}), SortError)
    assert parse_sort("rack", COLUMNS, labels={"rack"}) == SortOrder("rack")


def test_creation_descending_is_the_oldest_first_as_in_eks_node_viewer() -> None:
    order = parse_sort("creation=dsc", COLUMNS)
    assert isinstance(order, SortOrder)
    nodes = [view("old", created=NOW - DAY), view("new", created=NOW - HOUR)]
    assert names(nodes, sort_by=order.sort_by, descending=order.descending) == ["old", "new"]


def test_pods_sort_by_their_columns() -> None:
    rows = [PodRow(a_pod(name, restarts=count), None) for name, count in (("p10", 1), ("p9", 1), ("p1", 5))]
    for by, expected in (("restarts", ["p1", "p9", "p10"]), ("nonsense", ["p10", "p9", "p1"])):
        found = arrange_rows(rows, TableState(sort_by=by, descending=True), POD_COLUMNS, NOW)
        assert [row.pod.name for row in found] == expected


@given(st.lists(st.from_regex(r"[a-z]{1,3}-\d{1,3}", fullmatch=True), unique=True))
def test_names_come_in_natural_order_whatever_came_first(given_names: list[str]) -> None:
    assert names([view(name) for name in given_names]) == sorted(given_names, key=natural)
