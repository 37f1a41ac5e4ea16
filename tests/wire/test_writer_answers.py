"""What of an object is read before it is written."""

from __future__ import annotations

import json

import msgspec
import pytest

from nodeview.wire.writer_answers import Standing, standing_of
from nodeview.wire.writer_bodies import RESTARTED_AT


def test_a_node_with_all_that_matters() -> None:
    fields: dict[str, object] = {"f:spec": {"f:unschedulable": {}}}
    managed = [{"manager": "kubelet", "fieldsV1": {"f:status": {}}}, {"manager": "kubectl-cordon", "fieldsV1": fields}]
    meta = {"uid": "u", "resourceVersion": "7", "annotations": {"a": "1"}, "managedFields": managed}
    said = {"metadata": meta, "spec": {"unschedulable": True, "taints": [{"key": "k", "effect": "NoSchedule"}]}}
    seen = standing_of(json.dumps(said).encode())
    assert (seen.uid, seen.version, seen.annotations, seen.unschedulable) == ("u", "7", {"a": "1"}, True)
    assert (seen.taints, seen.cordoned_by) == (({"key": "k", "effect": "NoSchedule"},), "kubectl-cordon")


def test_when_a_workload_was_restarted() -> None:
    template = {"metadata": {"annotations": {RESTARTED_AT: "then"}}}
    assert standing_of(json.dumps({"spec": {"template": template, "paused": True}}).encode()).restarted_at == "then"
    rollout = {"spec": {"restartAt": "later", "template": template}, "metadata": {"deletionTimestamp": "x"}}
    seen = standing_of(json.dumps(rollout).encode())
    assert (seen.restarted_at, seen.deleted) == ("later", True)


def test_nulls_and_nothing_are_nothing() -> None:
    assert standing_of(b"{}") == Standing("", "")
    assert standing_of(b'{"metadata":{"annotations":null,"managedFields":null},"spec":{"taints":null}}') == Standing(
        "", ""
    )


def test_what_is_no_object_is_said() -> None:
    with pytest.raises(msgspec.DecodeError):
        standing_of(b"<html>")
