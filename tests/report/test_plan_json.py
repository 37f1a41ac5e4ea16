"""Plans as JSON keep to the shipped schema, which would notice one that does not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import pytest

from nodeview.actions import Kind, Path, Verb
from nodeview.actions.single import plan_cordon
from nodeview.records import NodeName
from nodeview.report.plan_json import json_of_plan
from nodeview.report.schema import schema_text
from tests.actions.world import ABOUT, World
from tests.builders import NOW
from tests.report.plans import a_plan

SCHEMA: dict[str, Any] = json.loads(schema_text("plan"))
DEFS = SCHEMA["$defs"]


def errors(plan: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(plan)]


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return json_of_plan(a_plan())


def test_plans_keep_to_it(plan: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert errors(plan) == []
    assert errors(json_of_plan(World().plan())) == []
    world = World()
    assert errors(json_of_plan(plan_cordon(world.view(world.snapshot()), [NodeName("node-1")], ABOUT, NOW))) == []


def test_enumerations_are_those_of_the_program() -> None:
    assert set(DEFS["step"]["properties"]["verb"]["enum"]) == set(get_args(Verb))
    assert set(DEFS["pod"]["properties"]["path"]["enum"]) == set(get_args(Path))
    assert set(SCHEMA["properties"]["action"]["enum"]) == set(get_args(Kind))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def test_whatever_is_left_out_is_noticed(plan: dict[str, Any]) -> None:
    free = {"options", "needs", "free", "balloon", "addable"}
    for path in places(plan):
        if free & set(path[:-1]):
            continue
        broken = copy.deepcopy(plan)
        inner: Any = broken
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        assert errors(broken), path


def test_units_and_names(plan: dict[str, Any]) -> None:
    assert plan["apiVersion"] == "nodeview/v1"
    assert plan["kind"] == "Plan"
    assert plan["at"] == "2027-01-15T08:00:00Z"
    assert plan["runnable"] is False
    assert plan["surge"]["needs"] == {"cpu": 3, "memory": 3 * 2**30}
    assert plan["surge"]["addable"] is None
    assert {"R2": "shop/shell", "R4": "shop/ledger"}.items() <= {
        one["id"]: one["subject"] for one in plan["blockers"]
    }.items()
    assert [one["path"] for one in plan["pods"] if one["name"] == "ledger-0"] == ["blocked"]
    assert plan["steps"][0]["subject"] == {
        "kind": "Node",
        "group": "",
        "namespace": None,
        "name": "node-1",
        "uid": "uid-node-1",
    }
