"""Sums over sets of nodes: exact, honest about what is unknown, and the same however they are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodeview.views import Assumptions, NodeView, PodCounts, tally, total, view_node
from nodeview.views.tallies import kind_of, leaf_of
from tests.builders import NOW, a_node, a_pod, a_shape, amounts

RESOURCES = ("cpu", "memory")


def a_view(name: str = "n", cores: int = 1, price: str | None = "0.5", pods: int = 1, **node: object) -> NodeView:
    labels = {"nodeview/instance-price": price} if price is not None else {}
    shape = a_shape(requests=amounts(cores, 1, 0))
    on = [a_pod(f"p{count}", shape=shape) for count in range(pods)]
    return view_node(a_node(name, labels=labels, **node), None, None, on, Assumptions(), NOW, None)


def test_amounts_pods_and_phases_are_summed() -> None:
    total = tally([a_view("a"), a_view("b", 2), a_view("c", unschedulable=True, pods=0)], RESOURCES)
    assert (total.nodes, total.pods) == (3, PodCounts(running=2))
    assert total.requested["cpu"] == 3 * 10**9
    assert total.allocatable["cpu"] == 12 * 10**9
    assert total.phases == {"ready": 2, "cordoned": 1}
    assert total.share("cpu") == 0.25


def test_unpriced_nodes_make_a_lower_bound() -> None:
    (money,) = tally([a_view("a"), a_view("b", price=None), a_view("c", price="0.25")], RESOURCES).money
    assert (money.hourly, money.unpriced_nodes, money.complete) == (750_000_000, 1, False)


def test_where_nothing_is_priced_only_that_is_told() -> None:
    (money,) = tally([a_view("a", price=None)], RESOURCES).money
    assert (money.hourly, money.unpriced_nodes) == (0, 1)


def test_currencies_are_never_added_up() -> None:
    yuan = a_view("b")
    yuan = replace(yuan, price=replace(yuan.price, currency="CNY"))
    assert [(one.currency, one.hourly) for one in tally([a_view("a"), yuan], RESOURCES).money] == [
        ("CNY", 500_000_000),
        ("USD", 500_000_000),
    ]


def test_one_unknown_amount_makes_the_sum_unknown_with_its_reason() -> None:
    broken = a_view("b", unreadable=("cpu",))
    total = tally([a_view("a"), broken], RESOURCES)
    assert "cpu" not in total.allocatable
    assert total.unknown["cpu"].startswith("b: ")
    assert total.share("cpu") is None
    assert total.requested["memory"] == 2 * 2**30 * 10**9


def test_other_resources_than_the_assumed_are_summed_as_well() -> None:
    view = a_view("a", allocatable={**amounts(), "nvidia.com/gpu": 8 * 10**9})
    assert tally([view], ("nvidia.com/gpu",)).allocatable == {"nvidia.com/gpu": 8 * 10**9}


VIEWS = st.builds(
    a_view,
    st.text("abc", min_size=1, max_size=3),
    st.integers(0, 9),
    st.sampled_from([None, "0", "0.125", "3"]),
    st.integers(0, 3),
    unschedulable=st.booleans(),
    unreadable=st.sampled_from([(), (), ("cpu",)]),
)


@given(st.lists(VIEWS, max_size=8), st.integers(0, 8))
def test_however_nodes_are_cut_into_leaves_the_sum_is_the_same(views: list[NodeView], cut: int) -> None:
    whole = tally(views, RESOURCES)
    leaves = [leaf_of(kind_of(view), [view], RESOURCES) for view in views[:cut]]
    for view in views[cut:]:
        leaves.append(leaf_of(kind_of(view), [view], RESOURCES))
    assert total(leaves, RESOURCES) == whole
    assert whole.requested.get("memory") == sum(view.requested["memory"] for view in views)
