"""The shipped schema: it is one, real reports keep to it, and it would notice one that does not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import pytest

from nodeview.cluster import Happening, HappeningKind, StreamState
from nodeview.pricing import PriceSource
from nodeview.provisioners import Badge, CapacityType, Phase, ProvisionerName
from nodeview.records import NODES, PODS
from nodeview.report.json_report import report_of
from nodeview.report.schema import schema_text
from nodeview.views import WaitKind
from tests.builders import NOW
from tests.report.frames import a_cluster, a_frame

SCHEMA: dict[str, Any] = json.loads(schema_text("report"))
DEFS = SCHEMA["$defs"]


def errors(report: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(report)]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return report_of(a_frame(*a_cluster()), extra_labels=("team", "node-age"))


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reports_keep_to_it(report: dict[str, Any]) -> None:
    nodes, pods, pools = a_cluster()
    assert errors(report) == []
    for frame in (a_frame([]), a_frame(nodes, forbidden=[PODS]), a_frame(nodes, pods, pools, listing=[NODES, PODS])):
        assert errors(report_of(frame)) == []


def test_every_kind_of_happening_is_allowed(report: dict[str, Any]) -> None:
    for kind in get_args(HappeningKind):
        told = Happening(1, NOW, kind, "a", "b")
        line: dict[str, Any] = {"at": "2027-01-15T08:00:00Z", "kind": told.kind, "subject": "a", "message": "b"}
        line |= {"namespace": None, "node": "n", "alarm": False}
        assert errors(report | {"feed": [line]}) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the report has keys that the schema demands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


FREE = {"streams", "allocatable", "requested", "balloon", "labels", "versions", "limits", "used_of_limits", "requests"}
FREE |= {"free", "shape"}
FREE |= {"phases", "capacity_types", "instance_types", "images", "os_images", "zones", "groups", "nodes"}
FREE |= {"left", "over", "capacity"}
"""Objects whose keys are the cluster's."""


def test_every_field_is_demanded(report: dict[str, Any]) -> None:
    missed = []
    for path in places(report):
        if len(path) > 1 and path[-2] in FREE:
            continue
        spoilt = copy.deepcopy(report)
        inner: Any = spoilt
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        if not errors(spoilt):
            missed.append(path)
    assert missed == []


def test_a_field_that_it_does_not_know_is_allowed(report: dict[str, Any]) -> None:
    assert errors(report | {"tomorrow": 1}) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("nodes", 0, "phase"), "Ready"),
        (("nodes", 0, "requested"), {"cpu": "250m"}),
        (("nodes", 0, "badges"), ["tired"]),
        (("nodes", 0, "created"), "2027-01-15 08:00"),
        (("nodes", 0, "pods"), -1),
        (("streams", "pods"), {"state": "fine", "age_s": 1, "reason": None}),
        (("totals", "pods", "total"), 1.5),
        (("complete",), None),
    ],
)
def test_it_notices_what_is_wrong(report: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    spoilt = copy.deepcopy(report)
    inner: Any = spoilt
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert errors(spoilt)


def test_the_closed_enumerations_are_those_of_the_program() -> None:
    node, feed = DEFS["node"]["properties"], SCHEMA["properties"]["feed"]["items"]["properties"]
    stream = SCHEMA["properties"]["streams"]["additionalProperties"]["properties"]
    assert DEFS["phase"]["enum"] == [*get_args(Phase)]
    assert DEFS["provisioner"]["enum"] == [*get_args(ProvisionerName)]
    assert DEFS["capacity_type"]["enum"] == [*get_args(CapacityType), None]
    assert DEFS["price"]["properties"]["source"]["enum"] == [*get_args(PriceSource), None]
    assert node["badges"]["items"]["enum"] == [*get_args(Badge)]
    assert DEFS["pending"]["properties"]["kind"]["enum"] == [*get_args(WaitKind)]
    assert feed["kind"]["enum"] == [*get_args(HappeningKind)]
    assert stream["state"]["enum"] == [*get_args(StreamState)]
