"""The columns of the table of pools."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Arrivals
from nodeview.records import NodeBudget
from nodeview.views import Cell, PoolRow, Tone, columns_of_pools
from nodeview.views.pool_columns import NO_POOL
from tests.builders import NOW, a_node, a_pod, a_pool, condition
from tests.report.frames import a_frame
from tests.views.pools import NANO, a_budgeted_pool, a_karpenter_node, derived, of_view


def cells(row: PoolRow) -> dict[str, Cell]:
    return {one.id: one.cell(row, NOW) for one in columns_of_pools(("cpu", "memory"), priced=True)}


def test_a_pool_in_its_cells() -> None:
    price = {"nodeview/instance-price": "0.2"}
    pool = a_budgeted_pool(NodeBudget("1"), limits={"cpu": 10 * NANO}, resources={"cpu": 8 * NANO})
    frame = a_frame(
        [a_karpenter_node("n-1", labels=price), a_karpenter_node("n-2", kubelet_version="v1.34.0")],
        [a_pod(node="n-1")],
        [pool],
    )
    said = cells(of_view(replace(frame.view, arrivals=Arrivals({}, {"api": (40.0, 90.0)}, {}))).rows[0])
    assert {key: cell.text for key, cell in said.items()} == {
        "name": "api",
        "by": "karpenter",
        "nodes": "2",
        "cpu": "13 %",
        "memory": "3 %",
        "pods": "1",
        "cost": "≥0.200",
        "month": "≥146.00",
        "cap": "spot",
        "limit": "80 % full",
        "may-go": "1",
        "ready": "65/90 s",
        "kubelet": "v1.33.1…v1.34.0",
        "behind": "1",
        "types": "m7g.xlarge",
        "state": "2 ready",
    }
    assert said["limit"].tone is Tone.CAUTION
    assert "2 vCPU of cpu too large" in said["limit"].reason
    assert said["kubelet"].tone is said["behind"].tone is Tone.CAUTION


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    empty, bare = derived([a_node("bare")], [a_pool("gpu")]).rows
    said = cells(empty)
    assert {key for key, cell in said.items() if cell.text == "–"} == {
        "cpu", "memory", "cost", "month", "cap", "limit", "ready", "kubelet", "types",
    }  # fmt: skip
    assert all(cell.reason for cell in said.values() if cell.text == "–")
    assert (said["state"].text, said["may-go"].text, said["may-go"].tone) == ("no nodes", "0", Tone.PLAIN)
    assert cells(bare)["name"].text == NO_POOL
    assert cells(bare)["may-go"].text == "–"


def test_pools_in_trouble_say_so() -> None:
    not_ready = a_pool("api", ready=False, conditions=(condition("Ready", "False", "NodeClassNotFound"),))
    unhealthy = a_pool("web", conditions=(condition("NodeRegistrationHealthy", "False"),))
    rows = derived([], [not_ready, unhealthy, a_pool("zap", deleted=NOW - 5)]).rows
    assert [cells(row)["state"].text for row in rows] == ["pool not Ready", "registration fails", "pool deleting"]
    assert cells(rows[0])["state"].tone is Tone.ALARM


def test_reasons_that_differ_are_said_one_by_one() -> None:
    pool = a_budgeted_pool(NodeBudget("2"), NodeBudget("0", ("Drifted",)))
    row = derived([a_karpenter_node(f"n-{place}") for place in range(3)], [pool]).rows[0]
    assert cells(row)["may-go"] == Cell("2/0/2", Tone.CAUTION, reason="Empty 2, Drifted 0, Underutilized 2")


def test_without_prices_there_is_no_money_and_pods_may_be_a_bar() -> None:
    ids = [one.id for one in columns_of_pools(("cpu", "pods", "cpu"), priced=False)]
    assert ids[:5] == ["name", "by", "nodes", "cpu", "pods-share"]
    assert not {"cost", "month"} & set(ids)


def test_every_column_sorts() -> None:
    rows = derived([a_karpenter_node("n-1"), a_node("bare")], [a_budgeted_pool(), a_pool("gpu")]).rows
    for column in columns_of_pools(("cpu",), priced=True):
        known = [key for row in rows if (key := column.sort_key(row, NOW)) is not None]
        assert sorted(known) is not None


def test_a_limit_of_no_gpus_is_not_a_full_pool() -> None:
    limits = {"cpu": 100 * NANO, "nvidia.com/gpu": 0}
    gpuless = a_pool("api", limits=limits, resources={"cpu": 4 * NANO, "nvidia.com/gpu": 0})
    row = derived([a_karpenter_node("n-1")], [gpuless]).rows[0]
    assert (cells(row)["limit"].text, cells(row)["limit"].tone) == ("4 %", Tone.PLAIN)
    frozen = a_pool("api", limits={"cpu": 0})
    assert cells(derived([], [frozen]).rows[0])["limit"].text == "100 % full"
