"""One frame in the form that was asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

from nodeview.frame import Frame
from nodeview.report.audit_report import audit_text
from nodeview.report.csv_report import csv_of
from nodeview.report.json_report import Json, is_known, report_of
from nodeview.report.text_report import Tables, markdown_of, table_of, tables_of
from nodeview.views import Column, NodeView, TableState, arrange, node_columns

Output = Literal["table", "json", "csv", "markdown"]


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What of the frame is wanted. The order holds for every form, the filter for all but JSON, groups for tables."""

    resources: tuple[str, ...] = ("cpu", "memory")
    extra_labels: tuple[str, ...] = ()
    state: TableState = field(default_factory=TableState)
    priced: bool = True
    audited: bool = False
    """JSON has the audit of requests as well; the table is of nothing else."""


def render(frame: Frame, output: Output, options: ReportOptions) -> str:
    """The frame as text that ends with a newline; JSON is of many lines."""
    if output == "json":
        return json.dumps(json_of(frame, options), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if output == "csv":
        return csv_of(_report(frame, options, filtered=True), options.resources, options.extra_labels)
    if options.audited and output == "table":
        return audit_text(frame, known=is_known(frame, "pods"))
    tables = _tables(frame, options)
    return markdown_of(tables) if output == "markdown" else table_of(tables)


def json_of(frame: Frame, options: ReportOptions, after: int = 0) -> Json:
    """The whole report: every node, in the order asked for; `after` as in `report_of`."""
    return _report(frame, options, filtered=False, after=after)


def line_of(report: Json) -> str:
    """A whole report on one line."""
    return json.dumps(report, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _report(frame: Frame, options: ReportOptions, *, filtered: bool, after: int = 0) -> Json:
    state = options.state
    ordering = TableState(state.sort_by, state.descending, *((state.filter,) if filtered else ()))
    columns = _columns(frame, options)
    rows = arrange(frame.view.nodes.values(), ordering, columns, frame.at, options.resources).rows
    nodes = [row for row in rows if isinstance(row, NodeView)]
    return report_of(frame, extra_labels=options.extra_labels, nodes=nodes, after=after, audited=options.audited)


def _tables(frame: Frame, options: ReportOptions) -> Tables:
    columns = _columns(frame, options)
    return tables_of(frame, columns, options.state, options.resources)


def _columns(frame: Frame, options: ReportOptions) -> tuple[Column[NodeView], ...]:
    used = bool(frame.view.usage.nodes)
    return node_columns(options.resources, options.extra_labels, priced=options.priced, used=used)
