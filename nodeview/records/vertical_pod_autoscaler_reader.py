"""How VerticalPodAutoscalers are read."""

from __future__ import annotations

import msgspec

from nodeview.records.amounts import AmountsJson, all_unreadable, read_amounts
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import group_of, word
from nodeview.records.node import OwnerRef
from nodeview.records.resource import Reader, Resource, ServerVersion
from nodeview.records.vertical_pod_autoscaler import ContainerTarget, VerticalPodAutoscaler


class _TargetRefJson(msgspec.Struct, rename="camel", gc=False):
    api_version: str | None = None
    kind: str | None = None
    name: str | None = None


class _PolicyJson(msgspec.Struct, rename="camel", gc=False):
    update_mode: str | None = None


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    target_ref: _TargetRefJson | None = None
    update_policy: _PolicyJson | None = None


class _ContainerJson(msgspec.Struct, rename="camel", gc=False):
    container_name: str | None = None
    target: AmountsJson | None = None
    lower_bound: AmountsJson | None = None
    upper_bound: AmountsJson | None = None


class _RecommendationJson(msgspec.Struct, rename="camel", gc=False):
    container_recommendations: list[_ContainerJson] | None = None


class _StatusJson(msgspec.Struct, gc=False):
    recommendation: _RecommendationJson | None = None


class _AutoscalerJson(ObjectJson, gc=False):
    spec: _SpecJson | None = None
    status: _StatusJson | None = None


def _autoscaler(said: _AutoscalerJson) -> VerticalPodAutoscaler:
    metadata, spec, status = said.metadata, said.spec or _SpecJson(), said.status or _StatusJson()
    of, recommended = spec.target_ref, status.recommendation
    return VerticalPodAutoscaler(
        namespace=word(metadata.namespace),
        name=metadata.name,
        uid=metadata.uid or "",
        of=OwnerRef(word(of.kind), of.name or "", group_of(of.api_version)) if of else None,
        mode=word(spec.update_policy.update_mode) if spec.update_policy else "",
        containers=tuple([_container(one) for one in (recommended and recommended.container_recommendations) or ()]),
    )


def _container(said: _ContainerJson) -> ContainerTarget:
    target, lower, upper = read_amounts(said.target), read_amounts(said.lower_bound), read_amounts(said.upper_bound)
    return ContainerTarget(
        word(said.container_name), target.amounts, lower.amounts, upper.amounts, all_unreadable((target, lower, upper))
    )


def _autoscalers(_: ServerVersion) -> Reader[VerticalPodAutoscaler]:
    return JsonReader("verticalpodautoscalers.autoscaling.k8s.io", _AutoscalerJson, _autoscaler)


VERTICAL_POD_AUTOSCALERS: Resource[VerticalPodAutoscaler] = Resource(
    "autoscaling.k8s.io", ("v1",), "verticalpodautoscalers", _autoscalers, optional=True
)
