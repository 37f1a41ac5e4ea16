"""The money of a report: sums that add up, by whom they are spent, and null for what nobody knows."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nodeview.frame import Frame
from nodeview.pricing import NO_TABLE, Offer, PriceBook, Quote
from nodeview.records import NODES, PODS, NodeName, OwnerRef
from nodeview.report.json_report import report_of
from nodeview.report.rendering import ReportOptions, render
from tests.builders import a_node, a_pod, a_shape, amounts
from tests.report.frames import a_cluster, a_frame
from tests.report.test_schema import errors

TYPE, ZONE, CAPACITY = "node.kubernetes.io/instance-type", "topology.kubernetes.io/zone", "karpenter.sh/capacity-type"
REGION = "topology.kubernetes.io/region"
DAEMON = OwnerRef("DaemonSet", "proxy", "apps")


def frame(**said: Any) -> Frame:
    """Three nodes: one with work, a balloon and a daemon, one empty, and one of which no price is known."""
    price = "nodeview/instance-price"
    nodes = [
        a_node("full", labels={price: "0.052", CAPACITY: "spot", ZONE: "a"}, capacity=amounts(4, 18)),
        a_node("empty", labels={price: "0.5", CAPACITY: "on-demand", ZONE: "a"}),
        a_node("free", labels={ZONE: "b"}),
    ]
    low = a_shape(requests=amounts(1, 2, 0), priority=-5, images=("pause",))
    pods = [
        a_pod("web", namespace="shop", node=NodeName("full"), shape=a_shape(requests=amounts(1, 4, 0))),
        a_pod("spare", namespace="spare", node=NodeName("full"), shape=low),
        a_pod("d1", owner=DAEMON, node=NodeName("full"), shape=a_shape(requests=amounts(0, 1, 0))),
        a_pod("d2", owner=DAEMON, node=NodeName("empty"), shape=a_shape(requests=amounts(0, 1, 0))),
        a_pod("far", namespace="shop", node=NodeName("free"), shape=a_shape(requests=amounts(1, 1, 0))),
    ]
    return a_frame(nodes, pods, **said)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return report_of(frame())


def test_it_keeps_to_the_schema(report: dict[str, Any]) -> None:
    assert errors(report) == []


def test_the_bill_by_how_it_was_bought(report: dict[str, Any]) -> None:
    (money,) = report["totals"]["money"]
    assert (money["hourly"], money["complete"], money["unpriced_nodes"]) == (0.552, False, 1)
    assert (money["daily"], money["monthly"]) == (pytest.approx(13.248), pytest.approx(402.96))
    bought = [tuple(one.values())[:4] for one in money["by_capacity"]]
    assert bought == [
        ("on-demand", 1, 0.5, 0),
        ("spot", 1, 0.052, 0),
        (None, 0, None, 1),
    ]


def test_what_it_is_spent_on_adds_up_in_totals_and_zones(report: dict[str, Any]) -> None:
    (split,) = report["totals"]["split"]
    parts = {name: split[name] for name in ("work", "balloons", "daemons", "reserved", "idle")}
    assert math.isclose(sum(parts.values()), 0.552)
    assert math.isclose(parts["work"], 0.052 * 13 / 54, abs_tol=1e-9)
    assert math.isclose(parts["balloons"], 0.052 * 11 / 54, abs_tol=1e-9)
    assert math.isclose(parts["reserved"], 0.052 * 2 / 54, abs_tol=1e-9)
    assert (split["unsplit"], split["unsplit_nodes"]) == (0, 0)
    a, b = report["zones"]
    assert a["split"] == [split]
    assert (a["money"][0]["hourly"], b["money"][0]["hourly"], b["split"]) == (0.552, None, [])
    assert report["pools"][0]["split"] == [split]


def test_balloons_are_told_apart_by_default(report: dict[str, Any]) -> None:
    (full,) = [one for one in report["nodes"] if one["name"] == "full"]
    assert full["balloon"]["cpu"] == 1
    assert report["totals"]["balloon"] == {"cpu": 1, "memory": 2 * 2**30}


def test_what_the_empty_nodes_would_save(report: dict[str, Any]) -> None:
    saves = [{"currency": "USD", "hourly": 0.5, "estimated_nodes": 0}]
    assert report["totals"]["empty_nodes"] == {"nodes": 1, "unpriced_nodes": 0, "saves": saves}
    unpriced = report_of(a_frame([a_node()]))["totals"]["empty_nodes"]
    assert unpriced == {"nodes": 1, "unpriced_nodes": 1, "saves": []}


def test_costs_by_namespace_and_by_owner_add_up(report: dict[str, Any]) -> None:
    costs = report["costs"]
    for rows in (costs["namespaces"], costs["owners"]):
        lines = [money for row in (*rows, *costs["rest"]) for money in row["money"]]
        assert math.isclose(sum(line["hourly"] for line in lines), 0.552)
        assert math.isclose(sum(line["share"] for line in lines), 1.0)
    assert [one["kind"] for one in costs["rest"]] == ["reserved", "idle"]
    shop = next(one for one in costs["namespaces"] if one["namespace"] == "shop")
    assert (shop["pods"], shop["unpriced_pods"], shop["complete"]) == (2, 1, False)
    spare = next(one for one in costs["owners"] if one["namespace"] == "spare")
    assert (spare["owner"], spare["balloon_pods"], spare["estimated"]) == ("ReplicaSet/app-1", 1, False)
    assert costs["unpriced_pods"] == 1


@pytest.mark.parametrize("said", [{"forbidden": [PODS]}, {"listing": [PODS]}, {"listing": [NODES]}])
def test_what_is_spent_is_null_while_nodes_or_pods_are_not_known(said: dict[str, Any]) -> None:
    report = report_of(frame(**said))
    assert (report["costs"], report["totals"]["split"], report["totals"]["empty_nodes"]) == (None, None, None)
    assert errors(report) == []


def test_a_node_that_nobody_can_split_has_no_noughts() -> None:
    label = {"nodeview/instance-price": "1"}
    (split,) = report_of(a_frame([a_node(labels=label, unreadable=("cpu",))]))["totals"]["split"]
    assert (split["work"], split["idle"]) == (None, None)
    assert (split["unsplit"], split["unsplit_nodes"]) == (1, 1)


def test_prices_that_are_disabled_leave_no_trace() -> None:
    report = report_of(frame(priced=False))
    assert errors(report) == []
    assert {one["price"]["hourly"] for one in report["nodes"]} == {None}
    for part in (report["totals"], *report["pools"], *report["zones"]):
        assert (part["money"], part["split"]) == ([], None)
    assert (report["costs"], report["totals"]["empty_nodes"]) == (None, None)


def test_currencies_are_never_added_up() -> None:
    china = {REGION: "cn-north-1", "nodeview/instance-price": "2"}
    dear, cheap = a_node("a", labels=china), a_node("b", labels={"nodeview/instance-price": "0.052"})
    one = a_frame([dear, cheap, a_node("c")], [a_pod("p", node=NodeName("a")), a_pod("q", node=NodeName("b"))])
    report = report_of(one)
    assert errors(report) == []
    assert [(money["currency"], money["hourly"]) for money in report["totals"]["money"]] == [("CNY", 2), ("USD", 0.052)]
    assert [split["currency"] for split in report["totals"]["split"]] == ["CNY", "USD"]
    (row,) = report["costs"]["namespaces"]
    assert [money["currency"] for money in row["money"]] == ["CNY", "USD"]
    assert [money["share"] for money in row["money"]] == pytest.approx([10 / 52, 10 / 52], abs=1e-8)
    lines = render(one, "table", ReportOptions()).splitlines()
    assert "≥ ¥2.000/h · ¥48.00/d · ¥1.5k/mo · 1 unpriced" in lines
    assert "≥ $0.052/h · $1.248/d · $37.96/mo · 1 unpriced" in lines


def test_estimates_are_counted_and_the_head_says_so() -> None:
    labels = {TYPE: "zz1.large", REGION: "eu-west-1", ZONE: "eu-west-1a", CAPACITY: "on-demand"}
    guess = Quote(31_200_000_000, estimated=True, source="live")
    book = PriceBook(NO_TABLE, {Offer("on-demand", "eu-west-1", "zz1.large"): guess}, estimates=False)
    one = a_frame([a_node("a", labels=labels), a_node("b")], prices=book)
    report = report_of(one)
    assert {node["name"]: node["price"]["source"] for node in report["nodes"]} == {"a": "estimate", "b": None}
    (money,) = report["totals"]["money"]
    assert (money["estimated_nodes"], money["by_capacity"][0]["estimated_nodes"]) == (1, 1)
    assert report["totals"]["empty_nodes"]["saves"][0]["estimated_nodes"] == 1
    for output in ("table", "markdown"):
        said = render(one, output, ReportOptions())
        assert "≥ $31.20/h · $748.80/d · $22.8k/mo · 1 unpriced · 1 estimated" in said


def test_a_cluster_with_all_sorts_of_holes_keeps_to_the_schema() -> None:
    assert errors(report_of(a_frame(*a_cluster()))) == []
