"""Which nodes and in which order: the same for every form, but that JSON has them all."""

from __future__ import annotations

import json

import pytest

from nodeview.report.rendering import Output, ReportOptions, json_of, line_of, render
from nodeview.views import Filter, TableState, parse_filter
from tests.report.frames import a_cluster, a_frame


def options(words: str = "", **state: object) -> ReportOptions:
    found = parse_filter(words)
    assert isinstance(found, Filter)
    return ReportOptions(state=TableState(filter=found, **state))  # type: ignore[arg-type]


@pytest.mark.parametrize("output", ["table", "json", "csv", "markdown"])
def test_every_form_ends_with_a_newline(output: Output) -> None:
    for frame in (a_frame(*a_cluster()), a_frame([])):
        text = render(frame, output, ReportOptions())
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_json_has_every_node_in_the_order_asked_for() -> None:
    report = json_of(a_frame(*a_cluster()), options("pool=api", sort_by="age", group_by="pool"))
    assert [one["name"] for one in report["nodes"]] == ["node-2", "node-3", "node-1"]


def test_csv_has_the_nodes_of_the_filter() -> None:
    text = render(a_frame(*a_cluster()), "csv", options("pool=api"))
    assert [row.partition(",")[0] for row in text.splitlines()] == ["name", "node-1"]


def test_one_line_is_one_report() -> None:
    report = json_of(a_frame(*a_cluster()), ReportOptions())
    line = line_of(report)
    assert line.count("\n") == 1
    assert json.loads(line) == report
    assert json.loads(render(a_frame(*a_cluster()), "json", ReportOptions())) == report
