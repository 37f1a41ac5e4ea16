"""Karpenter's NodeOverlays, as the API server sends them."""

from __future__ import annotations

from nodeview.records import NODE_OVERLAYS, Condition, NodeOverlay, Requirement, ServerVersion
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")


def overlay(name: str, status: Json | None = None, **spec: object) -> Json:
    body: Json = {"metadata": {"name": name, "uid": f"u-{name}", "resourceVersion": "7"}, "spec": spec}
    return body | ({"status": status} if status is not None else {})


def read(*bodies: Json) -> list[NodeOverlay]:
    return list(NODE_OVERLAYS.reader(SERVER)(array(list(bodies))).records)


def test_a_price_and_an_adjustment() -> None:
    requirements = [
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["reserved"]},
        {"key": "team", "operator": "Exists"},
    ]
    conditions = [{"type": "Ready", "status": "False", "reason": "Conflict"}]
    priced, adjusted = read(
        overlay("a", requirements=requirements, price="0.05", weight=10, status={"conditions": conditions}),
        overlay("b", priceAdjustment="-28%", capacity={"smarter-devices/fuse": "1"}),
    )
    assert priced == NodeOverlay(
        "a",
        "u-a",
        10,
        (Requirement("karpenter.sh/capacity-type", "In", ("reserved",)), Requirement("team", "Exists")),
        "0.05",
        None,
        (Condition("Ready", "False", "Conflict"),),
    )
    assert not priced.holds
    assert (adjusted.weight, adjusted.requirements, adjusted.price, adjusted.adjustment) == (0, (), None, "-28%")
    assert adjusted.holds


def test_one_that_cannot_be_read_spoils_no_other() -> None:
    batch = NODE_OVERLAYS.reader(SERVER)(array([overlay("a", price={"no": 1}), overlay("b", price="1")]))
    assert [one.name for one in batch.records] == ["b"]
    assert len(batch.unread) == 1


def test_where_they_are_listed() -> None:
    assert NODE_OVERLAYS.path("v1alpha1") == "/apis/karpenter.sh/v1alpha1/nodeoverlays"
    assert NODE_OVERLAYS.optional
