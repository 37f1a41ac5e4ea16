"""One bad object spoils none of its neighbours; a torn array is no array."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from nodeview.records import NODES, PODS, ServerVersion
from tests.records.bodies import Json, array, node, pod

SERVER = ServerVersion(1, 35, "v1.35.0")


def bad_pod(part: str, **fields: Any) -> Json:
    """Pod number 5 with fields of a wrong kind."""
    body = pod(5)
    body[part].update(fields)
    return body


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (bad_pod("metadata", uid=3), "metadata.uid"),
        (bad_pod("spec", containers=7), "spec.containers"),
        (bad_pod("spec", containers=[{"image": 4}]), "spec.containers[0].image"),
        (bad_pod("status", conditions={"a": 1}), "status.conditions"),
        (bad_pod("status", containerStatuses=[{"restartCount": []}]), "status.containerStatuses[0].restartCount"),
        (bad_pod("metadata", labels=["a"]), "metadata.labels"),
        (bad_pod("metadata", ownerReferences={"a": 1}), "metadata.ownerReferences"),
    ],
)
def test_a_bad_object_among_good(bad: Json, field: str) -> None:
    batch = PODS.reader(SERVER)(array([pod(1), bad, pod(2)]))
    assert [one.uid for one in batch.records] == [pod(1)["metadata"]["uid"], pod(2)["metadata"]["uid"]]
    assert batch.versions == [1_000_001, 1_000_002]
    (sentence,) = batch.unread
    name = bad["metadata"]["name"]
    assert sentence.startswith(f"pods team-0/{name} could not be read: {field}: Expected")
    assert sentence.endswith(".")
    assert "`" not in sentence


@pytest.mark.parametrize("nameless", [b"{}", b"7", b'{"metadata":null}', b'{"metadata":{"namespace":"a"}}'])
def test_objects_without_a_name_are_counted(nameless: bytes) -> None:
    batch = NODES.reader(SERVER)(b"[" + nameless + b"," + array([node(1)])[1:])
    assert len(batch.records) == len(batch.versions) == 1
    assert "without a name could not be read" in batch.unread[0]


def test_text_that_is_not_unicode_spoils_its_own_object_only() -> None:
    batch = NODES.reader(SERVER)(b'[{"metadata":{"name":"\xff"}},' + array([node(1)])[1:])
    assert len(batch.records) == 1
    assert len(batch.unread) == 1


@pytest.mark.parametrize(
    "torn", [b"", b"[", b'[{"metadata":{"name":"a"}}', b'[{"metadata":{"name":"a"}', b"{}", b"[]x", b"[1,]"]
)
def test_a_torn_array_raises(torn: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        NODES.reader(SERVER)(torn)


def test_a_torn_array_raises_behind_a_bad_object_too() -> None:
    with pytest.raises(msgspec.DecodeError):
        PODS.reader(SERVER)(b'[{"metadata":{"uid":3}},{"metadata":{"name":"a"}')


def test_an_empty_array_is_an_empty_batch() -> None:
    batch = PODS.reader(SERVER)(b"[]")
    assert (batch.records, batch.versions, batch.unread) == ([], [], ())


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), (None, 0), ("", 0), ("abc", 0), ("1-2", 0), ("²", 0), ("9" * 5000, 0)]
)
def test_versions_are_numbers_or_nothing(text: str | None, number: int) -> None:
    body = {"metadata": {"name": "n", "resourceVersion": text}}
    assert NODES.reader(SERVER)(array([body])).versions == [number]
