"""Who cordoned a node; who wrote a template is asked in test_rolling_reader."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from nodeview.records.managed_fields import Written, cordon, template_managers

CORDON: dict[str, Any] = {"f:spec": {"f:unschedulable": {}}}


def raw(*entries: Any) -> msgspec.Raw:
    """These entries as they stand in an object."""
    return msgspec.Raw(json.dumps(entries, separators=(",", ":")).encode())


def entry(manager: str, fields: object, time: str | None = "2025-11-21T09:24:10Z") -> dict[str, Any]:
    """One entry."""
    return {"manager": manager, "operation": "Update", "time": time, "fieldsType": "FieldsV1", "fieldsV1": fields}


def test_who_cordoned_and_when() -> None:
    heartbeat = entry("kubelet", {"f:status": {"f:conditions": {}}}, "2025-11-21T09:30:00Z")
    taints = entry("kube-controller-manager", {"f:spec": {"f:taints": {}}}, "2025-11-21T09:29:00Z")
    assert cordon(raw(heartbeat, entry("kubectl-cordon", CORDON), taints)) == Written("kubectl-cordon", 1763717050)


def test_of_several_owners_the_last_to_write() -> None:
    said = (entry("a", CORDON, None), entry("b", CORDON, "2025-11-21T09:24:11Z"), entry("c", CORDON))
    assert cordon(raw(*said)) == Written("b", 1763717051)
    assert cordon(raw(said[0])) == Written("a", None)


def test_a_label_of_that_name_is_no_cordon() -> None:
    assert cordon(raw(entry("x", {"f:metadata": {"f:labels": {"f:unschedulable": {}}}}))) == Written()


@pytest.mark.parametrize("said", ["null", "[]", "{}", "[null]", '[{"fieldsV1":null}]', '[{"fieldsV1":"f:template"}]'])
def test_what_is_no_such_list_tells_nothing(said: str) -> None:
    assert cordon(msgspec.Raw(said.encode())) == Written()
    assert template_managers(msgspec.Raw(said.encode())) == ()
