"""The forms of a plan."""

from __future__ import annotations

import json

from nodeview.report.plan_report import render_plan
from tests.report.plans import a_plan


def test_markdown_for_a_change_ticket() -> None:
    text = render_plan(a_plan(), "markdown")
    assert text.startswith("# Rotate some nodes\n")
    assert "| 3 | restart | shop/checkout | 3 pods restart to move 2 | `kubectl -n shop rollout restart" in text
    assert "## Stands in the way" in text
    assert "| R4 | shop/ledger |" in text
    assert "```sh\nkubectl uncordon node-1 node-2\n```" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") in (4, 6) for line in rows)


def test_json_and_table() -> None:
    assert json.loads(render_plan(a_plan(), "json"))["kind"] == "Plan"
    assert render_plan(a_plan(), "table").startswith("Rotate some nodes")
