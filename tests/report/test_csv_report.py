"""One row per node, and the numbers of the JSON report."""

from __future__ import annotations

import csv
from io import StringIO

from nodeview.records import PODS
from nodeview.report.rendering import ReportOptions, render
from nodeview.views import TableState
from tests.report.frames import a_cluster, a_frame

OPTIONS = ReportOptions(extra_labels=("team", "node-age"), state=TableState(sort_by="age", descending=True))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_each_node_is_a_row_in_the_order_asked_for() -> None:
    found = rows(render(a_frame(*a_cluster()), "csv", OPTIONS))
    assert [one["name"] for one in found] == ["node-1", "node-3", "node-2"]
    first = found[0]
    assert (first["cpu_allocatable"], first["cpu_requested"]) == ("4", "0.75")
    assert (first["memory_allocatable"], first["pods"]) == (str(16 * 2**30), "3")
    assert (first["hourly"], first["currency"], first["ready"]) == ("0.131", "USD", "true")
    assert first["price_source"] == "override"
    assert first["node-age"] == "3d"
    assert found[2]["team"] == "שלום|*<b>"


def test_what_is_unknown_is_empty() -> None:
    nodes, _, _ = a_cluster()
    found = rows(render(a_frame(nodes, forbidden=[PODS]), "csv", OPTIONS))
    assert {(one["cpu_requested"], one["pods"]) for one in found} == {("", "")}
    odd = found[1]
    assert (odd["memory_allocatable"], odd["hourly"], odd["currency"], odd["pool"]) == ("", "", "", "")
    assert odd["price_source"] == ""
