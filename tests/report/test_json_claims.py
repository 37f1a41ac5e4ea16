"""Claims without a node, and readiness, in a Report."""

from __future__ import annotations

import json

import jsonschema
from msgspec.structs import replace

from nodeview.cluster import Arrivals
from nodeview.report.json_claims import claims_json, ready_json
from nodeview.report.json_report import report_of
from nodeview.report.schema import schema_text
from nodeview.views import NO_CLAIMS
from tests.builders import NOW, a_node
from tests.report.frames import a_frame
from tests.views.test_claim import World, claim


def test_a_claim_in_a_report() -> None:
    claims = World(claims=(claim(),)).derive().claims
    assert claims_json(claims, NOW) == [
        {
            "name": "api-x",
            "pool": "api",
            "instance_type": "m7g.large",
            "capacity_type": "spot",
            "zone": "us-east-1a",
            "phase": "arriving",
            "age_s": 40,
            "reason": "launched, waiting for its node",
            "price": {
                "hourly": 0.08,
                "currency": "USD",
                "source": "override",
                "as_of": None,
                "reason": "nodeview/instance-price",
            },
        }
    ]
    assert claims_json(NO_CLAIMS, NOW) == []


def test_how_long_a_pools_nodes_took() -> None:
    arrivals = Arrivals(seconds={"api": (30.0, 41.0)})
    assert ready_json(arrivals, "api") == {"median": 35.5, "worst": 41}
    assert ready_json(arrivals, None) == {"median": None, "worst": None}


def test_both_are_in_the_report() -> None:
    frame = a_frame([a_node(labels={"karpenter.sh/nodepool": "api"})])
    world = World(claims=(claim(),)).derive()
    names = {pool.name: (9.0,) for pool in frame.view.pools if pool.name}
    view = replace(frame.view, claims=world.claims, arrivals=Arrivals(seconds=names))
    report = report_of(replace(frame, view=view))
    assert [one["name"] for one in report["claims"]] == ["api-x"]
    assert {one["ready_s"]["worst"] for one in report["pools"] if one["name"]} == {9.0}
    schema = jsonschema.Draft202012Validator(json.loads(schema_text("report")))
    assert [error.message for error in schema.iter_errors(report)] == []
