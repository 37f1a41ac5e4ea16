"""How Karpenter's NodeOverlays are read: what they say of prices."""

from __future__ import annotations

import msgspec

from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.karpenter import NodeOverlay
from nodeview.records.node_reader import ConditionJson, read_conditions
from nodeview.records.placement_json import RequirementJson, read_requirements
from nodeview.records.resource import Reader, Resource, ServerVersion


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    requirements: list[RequirementJson] | None = None
    price: str | None = None
    price_adjustment: str | None = None
    weight: int | None = None


class _StatusJson(msgspec.Struct, gc=False):
    conditions: list[ConditionJson] | None = None


class _OverlayJson(ObjectJson, gc=False):
    spec: _SpecJson | None = None
    status: _StatusJson | None = None


def _overlay(said: _OverlayJson) -> NodeOverlay:
    spec, status = said.spec or _SpecJson(), said.status or _StatusJson()
    return NodeOverlay(
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        weight=spec.weight or 0,
        requirements=read_requirements(spec.requirements),
        price=spec.price,
        adjustment=spec.price_adjustment,
        conditions=read_conditions(status.conditions),
    )


def _node_overlays(_: ServerVersion) -> Reader[NodeOverlay]:
    return JsonReader("nodeoverlays.karpenter.sh", _OverlayJson, _overlay)


NODE_OVERLAYS: Resource[NodeOverlay] = Resource(
    "karpenter.sh", ("v1alpha1",), "nodeoverlays", _node_overlays, optional=True
)
