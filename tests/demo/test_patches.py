"""Patches, by value."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.demo.patches import PatchError, apply_json, merge, strategic

OLD: dict[str, Any] = {
    "metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x"]},
    "spec": {
        "taints": [{"key": "a", "effect": "NoSchedule"}],
        "containers": [{"name": "one", "image": "i"}, {"name": "two"}],
    },
    "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "r"}]},
}


def test_merge_removes_with_null_and_replaces_lists() -> None:
    new = merge(OLD, {"metadata": {"labels": {"a": None}}, "spec": {"containers": [{"name": "three"}]}})
    assert new["metadata"]["labels"] == {"b": "2"}
    assert new["spec"]["containers"] == [{"name": "three"}]
    assert OLD["metadata"]["labels"]["a"] == "1"


def test_strategic_merges_keyed_lists_and_replaces_taints() -> None:
    patch = {
        "metadata": {"finalizers": ["y"]},
        "spec": {"taints": [{"key": "b", "effect": "NoExecute"}], "containers": [{"name": "two", "image": "j"}]},
        "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "New", "status": "True"}]},
    }
    new = strategic(OLD, patch)
    assert new["metadata"]["finalizers"] == ["x", "y"]
    assert new["spec"]["taints"] == [{"key": "b", "effect": "NoExecute"}]
    assert new["spec"]["containers"] == [{"name": "one", "image": "i"}, {"name": "two", "image": "j"}]
    assert [one["type"] for one in new["status"]["conditions"]] == ["Ready", "New"]
    assert new["status"]["conditions"][0] == {"type": "Ready", "status": "True", "reason": "r"}


def test_strategic_directives() -> None:
    deleted = strategic(OLD, {"spec": {"containers": [{"name": "one", "$patch": "delete"}]}})
    assert deleted["spec"]["containers"] == [{"name": "two"}]
    replaced = strategic(OLD, {"metadata": {"labels": {"$patch": "replace", "c": "3"}}})
    assert replaced["metadata"]["labels"] == {"c": "3"}
    order = {
        "$setElementOrder/containers": [{"name": "two"}, {"name": "one"}],
        "containers": [{"name": "one", "image": "k"}],
    }
    assert [one["name"] for one in strategic(OLD, {"spec": order})["spec"]["containers"]] == ["two", "one"]
    kept = strategic(OLD, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x"]}})
    assert kept["metadata"]["finalizers"] == []


def test_json_operations() -> None:
    operations: list[dict[str, Any]] = [
        {"op": "test", "path": "/metadata/labels/a", "value": "1"},
        {"op": "add", "path": "/metadata/labels/x~1y", "value": "z"},
        {"op": "replace", "path": "/spec/taints/0/key", "value": "q"},
        {"op": "add", "path": "/spec/taints/-", "value": {"key": "r"}},
        {"op": "move", "from": "/metadata/labels/b", "path": "/metadata/labels/c"},
        {"op": "copy", "from": "/metadata/labels/c", "path": "/metadata/labels/d"},
        {"op": "remove", "path": "/spec/containers/0"},
    ]
    new = apply_json(OLD, operations)
    assert new["metadata"]["labels"] == {"a": "1", "x/y": "z", "c": "2", "d": "2"}
    assert [one["key"] for one in new["spec"]["taints"]] == ["q", "r"]
    assert new["spec"]["containers"] == [{"name": "two"}]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/metadata/absent"},
        {"op": "replace", "path": "/spec/taints/3/key", "value": 1},
        {"op": "add", "path": "/absent/below", "value": 1},
        {"op": "add", "path": "/spec/taints/5", "value": {}},
        {"op": "test", "path": "/metadata/labels/a", "value": "2"},
        {"op": "move", "from": "/absent", "path": "/x"},
    ],
)
def test_json_operations_that_cannot_be_done_fail(operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError) as caught:
        apply_json(OLD, [operation])
    assert caught.value.code == 422
