"""How PodDisruptionBudgets are read."""

from __future__ import annotations

import msgspec

from nodeview.records.disruption_budget import PodDisruptionBudget
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import MetadataJson, word
from nodeview.records.node_reader import ConditionJson, read_conditions
from nodeview.records.placement_json import SelectorJson, read_selector
from nodeview.records.resource import Reader, Resource, ServerVersion


class _MetadataJson(MetadataJson, gc=False):
    generation: int | None = None


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    min_available: int | str | None = None
    max_unavailable: int | str | None = None
    selector: SelectorJson | None = None
    unhealthy_pod_eviction_policy: str | None = None


class _StatusJson(msgspec.Struct, rename="camel", gc=False):
    observed_generation: int | None = None
    current_healthy: int | None = None
    desired_healthy: int | None = None
    expected_pods: int | None = None
    disruptions_allowed: int | None = None
    conditions: list[ConditionJson] | None = None


class _BudgetJson(ObjectJson, gc=False):
    metadata: _MetadataJson
    spec: _SpecJson | None = None
    status: _StatusJson | None = None


def _budget(said: _BudgetJson) -> PodDisruptionBudget:
    metadata, spec, status = said.metadata, said.spec or _SpecJson(), said.status or _StatusJson()
    return PodDisruptionBudget(
        namespace=word(metadata.namespace),
        name=metadata.name,
        uid=metadata.uid or "",
        generation=metadata.generation or 0,
        observed_generation=status.observed_generation or 0,
        selector=read_selector(spec.selector),
        min_available=spec.min_available,
        max_unavailable=spec.max_unavailable,
        evicts_unready=spec.unhealthy_pod_eviction_policy == "AlwaysAllow",
        current_healthy=status.current_healthy or 0,
        desired_healthy=status.desired_healthy or 0,
        expected_pods=status.expected_pods or 0,
        disruptions_allowed=status.disruptions_allowed or 0,
        conditions=read_conditions(status.conditions),
    )


def _budgets(_: ServerVersion) -> Reader[PodDisruptionBudget]:
    return JsonReader("poddisruptionbudgets.policy", _BudgetJson, _budget)


DISRUPTION_BUDGETS: Resource[PodDisruptionBudget] = Resource("policy", ("v1",), "poddisruptionbudgets", _budgets)
