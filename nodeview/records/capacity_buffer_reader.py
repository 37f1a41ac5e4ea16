"""How CapacityBuffers are read."""

from __future__ import annotations

import msgspec

from nodeview.records.capacity_buffer import CapacityBuffer
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import word
from nodeview.records.node_reader import ConditionJson, read_conditions
from nodeview.records.resource import Reader, Resource, ServerVersion


class _RefJson(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    scalable_ref: _RefJson | None = None
    pod_template_ref: _RefJson | None = None


class _StatusJson(msgspec.Struct, gc=False):
    replicas: int | None = None
    conditions: list[ConditionJson] | None = None


class _BufferJson(ObjectJson, gc=False):
    spec: _SpecJson | None = None
    status: _StatusJson | None = None


def _buffer(said: _BufferJson) -> CapacityBuffer:
    spec, status = said.spec or _SpecJson(), said.status or _StatusJson()
    scaled, template = spec.scalable_ref, spec.pod_template_ref
    of = (
        f"{word(scaled.kind)}/{word(scaled.name)}"
        if scaled
        else f"PodTemplate/{word(template.name)}"
        if template
        else ""
    )
    return CapacityBuffer(
        namespace=word(said.metadata.namespace),
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        of=of,
        replicas=status.replicas,
        conditions=read_conditions(status.conditions),
    )


def _buffers(_: ServerVersion) -> Reader[CapacityBuffer]:
    return JsonReader("capacitybuffers.autoscaling.x-k8s.io", _BufferJson, _buffer)


CAPACITY_BUFFERS: Resource[CapacityBuffer] = Resource(
    "autoscaling.x-k8s.io", ("v1beta1", "v1alpha1"), "capacitybuffers", _buffers, optional=True
)
