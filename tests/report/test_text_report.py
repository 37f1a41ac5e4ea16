"""Tables for people: columns that line up, what is hidden is said, and dashes for what is not known."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from nodeview.records import NODES, PODS, NodeName
from nodeview.report.rendering import ReportOptions, render
from nodeview.views import Filter, TableState, cell_width, parse_filter
from tests.builders import NOW, a_node, a_pod
from tests.report.frames import a_cluster, a_frame
from tests.views.test_claim import World, claim


def text(output: Any = "table", options: ReportOptions | None = None, **frame: Any) -> str:
    return render(a_frame(*a_cluster(), **frame), output, options or ReportOptions())


def filtered(words: str) -> ReportOptions:
    found = parse_filter(words)
    assert isinstance(found, Filter)
    return ReportOptions(state=TableState(filter=found))


def line(text: str, start: str) -> str:
    return next(one for one in text.splitlines() if one.startswith(start))


def test_the_head_says_what_and_when() -> None:
    lines = text().splitlines()
    assert lines[0] == "prod-blue · v1.34.2 · 2027-01-15T08:00:00.250Z"
    assert lines[1] == "3 nodes: 2 ready, 1 deleting"
    assert lines[2] == "7 pods: 4 running, 1 starting, 1 pending, 1 terminating"
    assert lines[3:5] == ["cpu     –", "memory  –"]
    assert lines[5] == "≥ $0.131/h · $3.144/d · $95.63/mo · 2 unpriced"


def test_gauges_say_requested_of_allocatable() -> None:
    said = render(a_frame([a_node()], [a_pod(), a_pod("two")]), "table", ReportOptions())
    assert line(said, "cpu") == "cpu     50 %  2 of 4 vCPU"
    assert line(said, "memory") == "memory  13 %  2.0 of 16.0 GiB"


def test_columns_line_up_whatever_the_script() -> None:
    wide = a_node("節点-1", labels={"team": "日本語"})
    options = ReportOptions(extra_labels=("team",))
    said = render(a_frame([wide, a_node("node-2", labels={"team": "x"})]), "table", options)
    rows = said.split("\n\n")[1].splitlines()
    ends = {cell_width(row[: row.index("2d") + 2]) for row in rows[1:]}
    assert len(ends) == 1
    assert rows[0].startswith("NAME")
    assert rows[0].endswith("TEAM")


def test_a_row_says_what_the_screen_says() -> None:
    *row, state = re.split(r"\s{2,}", line(text(), "node-1"))
    assert row == ["node-1", "api", "m7g.2xlarge", "1a", "spot", "19 %", "19 %", "3/58", "0.131", "3d"]
    assert state == "ready · kubelet 1.33"


def test_what_is_not_known_is_a_dash() -> None:
    said = text(forbidden=[PODS])
    assert "pods: –" in said
    row = re.split(r"\s{2,}", line(said, "node-1"))
    assert row[5:8] == ["–", "–", "–"]
    assert "pending" not in said
    assert line(text(listing=[NODES]), "nodes") == "nodes: –"


def test_pending_pods_are_listed_with_the_schedulers_words() -> None:
    said = text()
    assert "\n1 pending\nOWNER" in said
    assert line(said, "stuck").endswith("no node has 1 vCPU free")


def test_what_the_filter_hides_is_counted() -> None:
    said = text(options=filtered("pool=api"))
    assert "2 nodes hidden by the filter pool=api" in said
    assert not any(row.startswith("node-2") for row in said.splitlines())
    assert "3 nodes: " in said


def test_groups_have_their_sums() -> None:
    said = text(options=ReportOptions(state=TableState(group_by="pool")))
    capacity, cpu, memory, pods, price, state = re.split(r"\s{2,}", line(said, "api: 1 node"))[1:]
    assert (capacity, cpu, memory, price, state) == ("spot", "19 %", "19 %", "0.131", "1 ready")
    assert pods.startswith("3")


def test_without_prices_there_is_no_column_of_them() -> None:
    assert "$/H" in text()
    assert "$/H" not in text(options=ReportOptions(priced=False), priced=False)


def test_markdown_is_a_pipe_table_that_labels_cannot_break() -> None:
    options = ReportOptions(extra_labels=("team",), state=TableState(group_by="pool"))
    said = text("markdown", options)
    rows = [one for one in said.splitlines() if one.startswith("|")]
    titles, marks = rows[0], rows[1]
    assert titles.startswith("| NAME | POOL |")
    assert marks.count("---:") == 5
    nodes = rows[: next(place for place, row in enumerate(rows) if row.startswith("| OWNER "))]
    assert {len(re.split(r"(?<!\\)\|", row)) for row in nodes} == {len(titles.split("|"))}
    assert "\\|\\*&lt;b>" in said
    assert "**api: 1 node**" in said


def test_what_is_in_no_sum_is_counted() -> None:
    said = render(a_frame([a_node()], [a_pod(), a_pod("far", node=NodeName("elsewhere"))]), "table", ReportOptions())
    assert "1 pod: 1 running\n1 pod on nodes that are not shown\n" in said
    assert "\n1 unpriced\n" in said
    assert "unpriced" not in render(a_frame([a_node()]), "table", ReportOptions(priced=False))


def test_claims_without_a_node_are_a_section() -> None:
    frame = a_frame([a_node()])
    claims = World(claims=(claim(created=NOW - 41), claim("web-1", labels={}))).derive().claims
    frame = replace(frame, view=replace(frame.view, claims=claims))
    said = render(frame, "table", ReportOptions())
    assert "\n2 claims without a node\nNAME" in said
    assert line(said, "api-x").split("  ")[0] == "api-x"
    assert "launched, waiting for its node" in line(said, "api-x")
    assert "**2 claims without a node**\n\n| NAME |" in render(frame, "markdown", ReportOptions())
    assert "1 claim without a node" in render(frame, "table", filtered("pool=api"))
