"""Pools as lines."""

from __future__ import annotations

from nodeview.records import NodeGroup
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.pool_lines import beside, counted_pools, group_lines, lines_of_pool, version_lines
from nodeview.views import cell_width
from tests.builders import NOW, a_node, a_pod, a_pool
from tests.report.frames import a_frame
from tests.views.pools import NANO, a_karpenter_node, of_view

INK = Ink()
POOL = a_pool("api", limits={"cpu": 100 * NANO}, resources={"cpu": 8 * NANO})
FRAME = a_frame(
    [a_karpenter_node("n-1"), a_karpenter_node("n-2", kubelet_version="v1.34.1"), a_node("bare")],
    [a_pod(node="n-1")],
    [POOL, a_pool("gpu")],
)
POOLS = of_view(FRAME.view)


def texts(lines: list[list[Part]]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_one_line_for_all() -> None:
    said = "2 pools · 3 nodes · 1 with mixed kubelets · 2 nodes behind v1.34.2"
    assert counted_pools(FRAME, POOLS) == said


def test_facts_fit_every_width_and_bars_are_there_where_there_is_room() -> None:
    for width in (60, 80, 200):
        lines = texts(lines_of_pool(POOLS.rows[0], FRAME, NOW, width, INK))
        assert max(map(cell_width, lines)) <= width
        assert lines[0] == " api  karpenter"
        cpu = next(line for line in lines if line.startswith(" cpu"))
        assert cpu.endswith("13 %   1 of 8 vCPU requested")
        assert "░" in cpu
    assert "░" not in "".join(texts(lines_of_pool(POOLS.rows[0], FRAME, NOW, 44, INK)))


def test_a_label_is_said_once() -> None:
    lines = texts(lines_of_pool(POOLS.rows[0], FRAME, NOW, 70, INK))
    assert sum(line.startswith(" limit ") for line in lines) == 1
    assert sum(line.startswith(" next step ") for line in lines) == 1
    assert lines[[line[:10] for line in lines].index(" next step") + 1].startswith(" " * 14)


def test_the_matrix_of_versions_marks_the_control_plane_and_those_behind() -> None:
    lines = texts(version_lines(POOLS, 100, INK))
    assert lines == [
        " nodes by kubelet; * of the control plane's minor version, v1.34.2",
        " pool       v1.33.1  v1.34.1*  behind",
        " api mixed        1         1       1",
        " (no pool)        1         ·       1",
        " all mixed        2         1       2",
    ]


def test_a_narrow_matrix_has_fewer_columns() -> None:
    nodes = [a_karpenter_node(f"n-{place}", kubelet_version=f"v1.{place // 4 + 31}.{place}") for place in range(9)]
    lines = texts(version_lines(of_view(a_frame(nodes).view), 60, INK))
    assert lines[1].split() == ["pool", "v1.31", "v1.32", "v1.33", "v1.34*", "behind"]
    assert max(map(len, lines[1:])) <= 60


def test_groups_that_are_no_pool() -> None:
    assert group_lines((), 80, INK) == []
    lines = texts(group_lines([NodeGroup("asg-x", "Unhealthy", 0, 2, 1, 5)], 80, INK))
    assert lines[1:] == [
        " groups of the Cluster Autoscaler that are no pool here",
        " asg-x · 1/2/5 min/target/max · Unhealthy · 0 ready",
    ]


def test_two_columns_of_lines() -> None:
    left, right = [[INK.part("a")], [INK.part("bb")]], [[INK.part("x")]]
    assert texts(beside(left, right, 4, INK)) == ["a   x", "bb"]
    assert texts(beside([], right, 2, INK)) == ["  x"]
