"""How Karpenter's NodeOverlays are read: what they say of prices."""

from __future__ import annotations

from typing import Any

import msgspec

from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.karpenter import NodeOverlay, Requirement
from nodeview.records.metadata_json import word
from nodeview.records.node_reader import ConditionJson, read_conditions
from nodeview.records.resource import Reader, Resource, ServerVersion


class _RequirementJson(msgspec.Struct, gc=False):
    key: str | None = None
    operator: str | None = None
    values: list[Any] | None = None


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    requirements: list[_RequirementJson] | None = None
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
        requirements=tuple(_requirement(one) for one in spec.requirements or ()),
        price=spec.price,
        adjustment=spec.price_adjustment,
        conditions=read_conditions(status.conditions),
    )


def _requirement(said: _RequirementJson) -> Requirement:
    return Requirement(word(said.key or ""), word(said.operator or ""), tuple(str(one) for one in said.values or ()))


def _node_overlays(_: ServerVersion) -> Reader[NodeOverlay]:
    return JsonReader("nodeoverlays.karpenter.sh", _OverlayJson, _overlay)


NODE_OVERLAYS: Resource[NodeOverlay] = Resource(
    "karpenter.sh", ("v1alpha1",), "nodeoverlays", _node_overlays, optional=True
)
