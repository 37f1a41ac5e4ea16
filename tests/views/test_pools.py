"""All pools with their details: rows stay the same where nothing of them differs."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Arrivals
from nodeview.records import AutoscalerStatus, NodeBudget, NodeGroup
from nodeview.views import pools_of
from tests.builders import NOW, a_node, a_pool
from tests.report.frames import a_frame
from tests.views.pools import NANO, a_budgeted_pool, a_karpenter_node, derived, of_view


def test_every_pool_has_its_row_and_sizes_are_of_all_nodes() -> None:
    limited = a_pool("api", limits={"cpu": 6 * NANO}, resources={"cpu": 4 * NANO})
    pools = derived([a_karpenter_node("n-1"), a_karpenter_node("n-2", "web", "c7g.xlarge")], [limited, a_pool("gpu")])
    assert [one.pool.name for one in pools.rows] == ["api", "gpu", "web"]
    assert [one.name for one in pools.sizes] == ["c7g.xlarge", "m7g.xlarge"]
    api = pools.row("karpenter", "api")
    assert api is not None
    assert api.details.step is not None
    assert api.details.step.closed
    assert pools.row("karpenter", "nope") is None
    assert api.key == "karpenter\napi"


def test_rows_stay_the_same_until_something_of_them_differs() -> None:
    frame = a_frame([a_karpenter_node("n-1"), a_karpenter_node("n-2", "web")], (), [a_pool("api"), a_pool("web")])
    first = of_view(frame.view)
    again = of_view(frame.view, first, NOW + 5)
    assert again.rows is first.rows
    arrived = replace(frame.view, arrivals=Arrivals({}, {"web": (12.0,)}, {}))
    second = of_view(arrived, first)
    assert second.rows[0] is first.rows[0]
    assert second.rows[1].details.coming.ready is not None
    status = AutoscalerStatus("kube-system", "x", "u", groups=(NodeGroup("web"), NodeGroup("strange")))
    third = of_view(replace(arrived, autoscaler=status), second)
    assert third.rows[0] is first.rows[0]
    assert [one.name for one in third.rows[1].details.autoscaler] == ["web"]
    assert [one.name for one in third.others] == ["strange"]


def test_a_budget_that_opens_is_derived_again_when_it_does() -> None:
    pool = a_budgeted_pool(NodeBudget("0", (), "@daily", "10h"))
    midnight = NOW // 86_400 * 86_400
    frame = a_frame([a_karpenter_node("n-1")], (), [pool])
    closed = of_view(frame.view, now=midnight + 3_600)
    still = of_view(frame.view, closed, midnight + 35_999)
    opened = of_view(frame.view, still, midnight + 36_000)
    assert still.rows is closed.rows
    states = [[one.remaining for one in pools.rows[0].details.budgets.allowances] for pools in (closed, opened)]  # type: ignore[union-attr]
    assert states == [[0, 0, 0], [None, None, None]]


def test_another_control_plane_makes_all_anew() -> None:
    frame = a_frame([a_node()])
    first = of_view(frame.view)
    work = pools_of(frame.view, None, first, NOW)
    found = first
    while True:
        try:
            next(work)
        except StopIteration as done:
            found = done.value
            break
    assert found.rows[0] is not first.rows[0]
    assert found.rows[0].details.behind is None
