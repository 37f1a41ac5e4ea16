"""What is told of prices: each kind once, the unknown first, with source and age; in a table and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from nodeview.frame import Frame, PriceStatus
from nodeview.pricing import Offer, Quote
from nodeview.report.prices_report import age_of, explained, priced_kinds, prices_json, render_prices
from nodeview.report.schema import schema_text
from tests.builders import NOW, a_node
from tests.pricing.priced import BOOK
from tests.report.frames import a_frame

SCHEMA: dict[str, Any] = json.loads(schema_text("prices"))
NEW = Offer("on-demand", "us-east-1", "x99.large")
AN_HOUR_AGO = datetime.fromtimestamp(NOW - 3600, UTC).isoformat()


def labels(kind: str, zone: str = "us-east-1a", **more: str) -> dict[str, str]:
    return {
        "node.kubernetes.io/instance-type": kind,
        "topology.kubernetes.io/region": zone[:-1],
        "topology.kubernetes.io/zone": zone,
        "karpenter.sh/capacity-type": "on-demand",
        **more,
    }


def frame(status: PriceStatus | None = None, answered: dict[Offer, Quote] | None = None) -> Frame:
    nodes = [
        a_node("a-1", labels=labels("m5.large"), provider_id="aws:///us-east-1a/i-1"),
        a_node("a-2", labels=labels("m5.large"), provider_id="aws:///us-east-1a/i-2"),
        a_node("b-1", labels=labels("x99.large"), provider_id="aws:///us-east-1a/i-3"),
        a_node(
            "c-1", labels=labels("m5.large", **{"nodeview/instance-price": "0"}), provider_id="aws:///us-east-1a/i-4"
        ),
        a_node("d-1", provider_id="kind://x"),
    ]
    made = a_frame(nodes, prices=BOOK.with_quotes(answered) if answered else BOOK, at=NOW)
    return replace(made, prices=status) if status else made


def test_each_kind_once_and_the_unknown_first() -> None:
    kinds = priced_kinds(frame(), {})
    assert [one.price.hourly is None for one in kinds] == [True, True, False, False]
    assert {(one.goods.instance_type, one.nodes, one.price.source) for one in kinds[1:]} == {
        ("x99.large", 1, None),
        ("m5.large", 2, "table"),
        ("m5.large", 1, "override"),
    }
    assert sum(one.nodes for one in kinds) == 5


def test_json_keeps_to_its_schema_and_the_schema_would_notice() -> None:
    told = prices_json(frame(PriceStatus("prices: AWS unreachable", None, False, "x, line 1: no", ("w",))), {})
    jsonschema.validate(told, SCHEMA)
    assert told["problem"] == "prices: AWS unreachable"
    assert told["price_file"] == {"mistake": "x, line 1: no", "warnings": ["w"]}
    assert [one["hourly"] for one in told["money"]] == [0.192]
    assert told["prices"][0]["price"]["hourly"] is None
    for key in told:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({name: value for name, value in told.items() if name != key}, SCHEMA)
    broken = json.loads(json.dumps(told))
    broken["prices"][0]["price"]["hourly"] = -1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_why_aws_had_no_answer_is_among_what_was_tried() -> None:
    kinds = priced_kinds(frame(), {NEW: "prices: no permission pricing:GetProducts"})
    (new,) = [one for one in kinds if one.goods.instance_type == "x99.large"]
    said = {one.layer: one.said for one in new.trials}
    assert said["live"].endswith(": prices: no permission pricing:GetProducts")
    assert "permission" not in said["cache"]
    assert "no permission" in render_prices(frame(), {NEW: "no permission"}, "table")


def test_a_live_price_has_its_age() -> None:
    quote = Quote(7_500_000_000, "USD", AN_HOUR_AGO, "live")
    told = prices_json(frame(answered={NEW: quote}), {})
    (new,) = [one for one in told["prices"] if one["instance_type"] == "x99.large"]
    assert (new["price"]["hourly"], new["price"]["source"], new["age_s"]) == (7.5, "live", 3600.0)


@pytest.mark.parametrize("as_of", [None, "", "2026", "2026-07-20", "yesterdayT"])
def test_days_have_no_age_in_seconds(as_of: str | None) -> None:
    assert age_of(as_of, NOW) is None


def test_a_clock_behind_makes_no_negative_age() -> None:
    assert age_of(datetime.fromtimestamp(NOW + 86_400, UTC).isoformat(), NOW) == 0


def test_the_table_says_what_cannot_be_in_its_columns() -> None:
    text = render_prices(frame(PriceStatus("prices: AWS unreachable", "2026-11-21T10:00:00Z")), {}, "table")
    lines = text.splitlines()
    assert "prices: AWS unreachable" in lines
    assert "AWS answered at 2026-11-21T10:00:00Z" in lines
    assert any(line.split()[:6] == ["m5.large", "od", "us-east-1a", "2", "0.0960", "table"] for line in lines)
    assert any(line.split()[:6] == ["m5.large", "od", "us-east-1a", "1", "0.0000", "override"] for line in lines)
    assert any(line.split()[:6] == ["x99.large", "od", "us-east-1a", "1", "–", "–"] for line in lines)
    assert text.endswith("\n")


def test_explaining_marks_what_counts() -> None:
    one = frame()
    (node,) = [view for view in one.view.nodes.values() if view.record.name == "c-1"]
    lines = explained(one, node, {}, "table").splitlines()
    assert lines[1] == "0.0000 an hour, override: nodeview/instance-price"
    assert [line.split()[1] for line in lines if line.startswith("→")] == ["override"]
    document = json.loads(explained(one, node, {}, "json"))
    jsonschema.validate(document, SCHEMA)
    assert [one["nodes"] for one in document["prices"]] == [1]
