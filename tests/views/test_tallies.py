"""Sums over sets of nodes: exact, honest about what is unknown, and the same however they are cut."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodeview.records import OwnerRef, Pod
from nodeview.views import Assumptions, CapacityMoney, NodeView, PodCounts, Split, tally, total, view_node
from nodeview.views.tallies import kind_of, leaf_of
from tests.builders import NOW, a_node, a_pod, a_shape, amounts, condition

NANO = 10**9
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


def priced(name: str, capacity: str | None, price: str | None, *pods: Pod, **node: Any) -> NodeView:
    labels = {"karpenter.sh/capacity-type": capacity} if capacity else {}
    labels |= {"nodeview/instance-price": price} if price else {}
    return view_node(a_node(name, labels=labels, **node), None, None, pods, Assumptions(), NOW, None)


def test_money_by_how_it_was_bought_the_dearest_first() -> None:
    nodes = [priced("a", "spot", "0.5"), priced("b", "on-demand", "2"), priced("c", "spot", "0.25")]
    nodes += [priced("d", "spot", None), priced("e", None, None)]
    (money,) = tally(nodes, RESOURCES).money
    assert money.by_capacity == (
        CapacityMoney("on-demand", 1, 2 * NANO, 0, 0),
        CapacityMoney("spot", 2, NANO * 3 // 4, 1, 0),
        CapacityMoney(None, 0, 0, 1, 0),
    )


def test_what_it_is_spent_on_adds_up_and_what_is_not_known_of_it_is_apart() -> None:
    daemon = a_pod("d", owner=OwnerRef("DaemonSet", "proxy", "apps"), shape=a_shape(requests=amounts(1, 4, 0)))
    work = a_pod("w", shape=a_shape(requests=amounts(2, 8, 0)))
    nodes = [
        priced("a", None, "0.052", work, daemon),
        priced("b", None, "1", unreadable=("cpu",)),
        priced("c", None, None),
    ]
    (money,) = tally(nodes, RESOURCES).money
    assert money.split == Split(work=26_000_000, daemons=13_000_000, idle=13_000_000)
    assert (money.unsplit, money.unsplit_nodes) == (NANO, 1)
    assert money.split.hourly + money.unsplit == money.hourly


def test_what_the_empty_nodes_cost() -> None:
    daemon = a_pod("d", owner=OwnerRef("DaemonSet", "proxy", "apps"))
    kept = {"karpenter.sh/do-not-disrupt": "true"}
    nodes = [
        priced("a", "spot", "0.5", daemon),
        priced("b", "on-demand", "0.25", a_pod("static", mirror=True)),
        priced("c", None, None),
        priced("busy", "spot", "8", daemon, a_pod()),
        priced("kept", "spot", "8", annotations=kept),
        priced("reserved", "reserved", "8", daemon),
        priced("block", "capacity-block", "8"),
        priced("leaving", "spot", "8", deleted=NOW),
        priced("coming", "spot", "8", created=NOW - 5, conditions=(condition("Ready", "False", since=NOW - 5),)),
    ]
    total = tally(nodes, RESOURCES)
    (money,) = total.money
    assert [node.name for node in nodes if node.empty] == ["a", "b", "c"]
    assert (total.empty_nodes, money.empty_nodes, money.empty_hourly) == (3, 2, 750_000_000)
    assert money.empty_estimated_nodes == 0


def test_estimates_are_counted_wherever_they_are() -> None:
    guess = priced("a", "spot", "0.5")
    guess = replace(guess, price=replace(guess.price, source="estimate"))
    (money,) = tally([guess, priced("b", "spot", "1")], RESOURCES).money
    assert (money.estimated_nodes, money.empty_estimated_nodes, money.empty_nodes) == (1, 1, 2)
    assert money.by_capacity == (CapacityMoney("spot", 2, 1_500_000_000, 0, 1),)


PODS = st.builds(
    lambda kind, cpu, mirror: a_pod(
        f"{kind}-{cpu}", owner=OwnerRef(kind, "x", "apps"), mirror=mirror, shape=a_shape(requests=amounts(cpu, cpu, 0))
    ),
    st.sampled_from(["ReplicaSet", "DaemonSet"]),
    st.integers(0, 9),
    st.booleans(),
)
PRICED = st.builds(
    lambda name, capacity, price, pods: priced(name, capacity, price, *pods),
    st.text("abc", min_size=1, max_size=3),
    st.sampled_from(["spot", "on-demand", None]),
    st.sampled_from([None, "0", "0.131", "3.0000001"]),
    st.lists(PODS, max_size=4),
)


@given(st.lists(PRICED, max_size=8), st.randoms(use_true_random=False))
def test_sums_of_money_are_those_of_the_nodes_in_any_order(nodes: list[NodeView], random: Any) -> None:
    said = tally(nodes, RESOURCES)
    shuffled = list(nodes)
    random.shuffle(shuffled)
    assert tally(shuffled, RESOURCES).money == said.money
    known = [node for node in nodes if node.price.hourly is not None]
    for money in said.money:
        assert money.hourly == sum(node.price.hourly or 0 for node in known)
        assert money.hourly == sum(part.hourly for part in money.by_capacity) == money.split.hourly + money.unsplit
        assert money.unpriced_nodes == len(nodes) - len(known)
        assert money.unpriced_nodes == sum(part.unpriced_nodes for part in money.by_capacity)
        assert len(known) == sum(part.nodes for part in money.by_capacity)
        for part in ("work", "balloons", "daemons", "reserved", "idle"):
            assert getattr(money.split, part) == sum(getattr(node.split, part) for node in known)
        assert money.empty_hourly == sum(node.price.hourly or 0 for node in known if node.empty)
