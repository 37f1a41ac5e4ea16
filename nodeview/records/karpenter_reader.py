"""How Karpenter's objects are read, of v1, v1beta1 and v1alpha5 alike."""

from __future__ import annotations

import msgspec

from nodeview.records.amounts import AmountsJson, all_unreadable, read_amounts
from nodeview.records.instant import duration_seconds, epoch_seconds
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.karpenter import Disruption, NodeBudget, NodeClaim, NodePool
from nodeview.records.metadata_json import LabelledJson, group_of, strings, word
from nodeview.records.node_reader import ConditionJson, TaintJson, read_conditions, read_taints
from nodeview.records.placement_json import RequirementJson, read_requirements
from nodeview.records.quantity import NANO
from nodeview.records.resource import NodeName, Reader, Resource, ServerVersion


class _ResourcesJson(msgspec.Struct, gc=False):
    requests: AmountsJson | None = None


class _ClaimSpecJson(msgspec.Struct, rename="camel", gc=False):
    taints: list[TaintJson] | None = None
    startup_taints: list[TaintJson] | None = None
    resources: _ResourcesJson | None = None
    requirements: list[RequirementJson] | None = None
    expire_after: str | None = None
    termination_grace_period: str | None = None


class _ClaimStatusJson(msgspec.Struct, rename="camel", gc=False):
    node_name: str | None = None
    provider_id: str | None = msgspec.field(default=None, name="providerID")
    image_id: str | None = msgspec.field(default=None, name="imageID")
    last_pod_event_time: str | None = None
    allocatable: AmountsJson | None = None
    conditions: list[ConditionJson] | None = None


class _ClaimJson(ObjectJson, gc=False):
    metadata: LabelledJson
    spec: _ClaimSpecJson | None = None
    status: _ClaimStatusJson | None = None


class _ClassRefJson(msgspec.Struct, rename="camel", gc=False):
    group: str | None = None
    api_version: str | None = None


class _TemplateSpecJson(msgspec.Struct, rename="camel", gc=False):
    node_class_ref: _ClassRefJson | None = None
    expire_after: str | None = None
    termination_grace_period: str | None = None
    taints: list[TaintJson] | None = None
    requirements: list[RequirementJson] | None = None


class _TemplateMetadataJson(msgspec.Struct, gc=False):
    labels: dict[str, str | None] | None = None


class _TemplateJson(msgspec.Struct, gc=False):
    metadata: _TemplateMetadataJson | None = None
    spec: _TemplateSpecJson | None = None


class _BudgetJson(msgspec.Struct, gc=False):
    nodes: str | int | None = None
    reasons: list[str] | None = None
    schedule: str | None = None
    duration: str | None = None


class _DisruptionJson(msgspec.Struct, rename="camel", gc=False):
    consolidation_policy: str | None = None
    consolidate_after: str | None = None
    expire_after: str | None = None
    budgets: list[_BudgetJson] | None = None


class _PoolSpecJson(msgspec.Struct, rename="camel", gc=False):
    template: _TemplateJson | None = None
    disruption: _DisruptionJson | None = None
    limits: AmountsJson | None = None
    weight: int | None = None
    replicas: int | None = None


class _PoolStatusJson(msgspec.Struct, gc=False):
    resources: AmountsJson | None = None
    conditions: list[ConditionJson] | None = None


class _PoolJson(ObjectJson, gc=False):
    spec: _PoolSpecJson | None = None
    status: _PoolStatusJson | None = None


class _LimitsJson(msgspec.Struct, gc=False):
    resources: AmountsJson | None = None


class _ConsolidationJson(msgspec.Struct, gc=False):
    enabled: bool | None = None


class _ProvisionerSpecJson(msgspec.Struct, rename="camel", gc=False):
    limits: _LimitsJson | None = None
    weight: int | None = None
    provider_ref: _ClassRefJson | None = None
    ttl_seconds_until_expired: int | None = None
    ttl_seconds_after_empty: int | None = None
    consolidation: _ConsolidationJson | None = None
    labels: dict[str, str | None] | None = None
    taints: list[TaintJson] | None = None
    requirements: list[RequirementJson] | None = None


class _ProvisionerJson(ObjectJson, gc=False):
    spec: _ProvisionerSpecJson | None = None
    status: _PoolStatusJson | None = None


def _claim(said: _ClaimJson, prefix: str = "") -> NodeClaim:
    metadata, spec, status = said.metadata, said.spec or _ClaimSpecJson(), said.status or _ClaimStatusJson()
    requests = read_amounts(spec.resources.requests if spec.resources else None)
    allocatable = read_amounts(status.allocatable)
    return NodeClaim(
        name=metadata.name,
        uid=metadata.uid or "",
        created=epoch_seconds(metadata.creation_timestamp) or 0,
        deleted=epoch_seconds(metadata.deletion_timestamp),
        labels=strings(metadata.labels),
        annotations=strings(metadata.annotations),
        provider_id=status.provider_id or "",
        node=NodeName(word(status.node_name)) if status.node_name else None,
        conditions=read_conditions(status.conditions, prefix),
        taints=read_taints(spec.taints),
        startup_taints=read_taints(spec.startup_taints),
        requests=requests.amounts,
        allocatable=allocatable.amounts,
        expire_after=duration_seconds(spec.expire_after),
        unreadable=all_unreadable((requests, allocatable)),
        grace_s=duration_seconds(spec.termination_grace_period),
        finalizers=tuple([word(one) for one in metadata.finalizers or ()]),
        requirements=read_requirements(spec.requirements),
        image=word(status.image_id),
        last_pod_at=epoch_seconds(status.last_pod_event_time),
    )


def _machine(said: _ClaimJson) -> NodeClaim:
    return _claim(said, "Machine")


def _pool(said: _PoolJson) -> NodePool:
    spec, status = said.spec or _PoolSpecJson(), said.status or _PoolStatusJson()
    template = (spec.template.spec if spec.template else None) or _TemplateSpecJson()
    limits, resources = read_amounts(spec.limits), read_amounts(status.resources)
    return NodePool(
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        created=epoch_seconds(said.metadata.creation_timestamp) or 0,
        limits=limits.amounts,
        resources=resources.amounts,
        weight=spec.weight or 0,
        node_class_group=_class_group(template.node_class_ref),
        expire_after=duration_seconds(spec.disruption.expire_after) if spec.disruption else None,
        template_expire_after=duration_seconds(template.expire_after),
        unreadable=all_unreadable((limits, resources)),
        labels=strings(spec.template.metadata.labels if spec.template and spec.template.metadata else None),
        taints=read_taints(template.taints),
        requirements=read_requirements(template.requirements),
        deleted=epoch_seconds(said.metadata.deletion_timestamp),
        ready=_ready(status),
        disruption=_disruption(spec.disruption),
        conditions=read_conditions(status.conditions),
        grace_s=duration_seconds(template.termination_grace_period),
        node_limit=limits.amounts["nodes"] // NANO if "nodes" in limits.amounts else None,
        static_replicas=spec.replicas,
    )


def _provisioner(said: _ProvisionerJson) -> NodePool:
    spec, status = said.spec or _ProvisionerSpecJson(), said.status or _PoolStatusJson()
    limits = read_amounts(spec.limits.resources if spec.limits else None)
    resources = read_amounts(status.resources)
    return NodePool(
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        created=epoch_seconds(said.metadata.creation_timestamp) or 0,
        limits=limits.amounts,
        resources=resources.amounts,
        weight=spec.weight or 0,
        node_class_group=_class_group(spec.provider_ref),
        expire_after=spec.ttl_seconds_until_expired,
        unreadable=all_unreadable((limits, resources)),
        labels=strings(spec.labels),
        taints=read_taints(spec.taints),
        requirements=read_requirements(spec.requirements),
        deleted=epoch_seconds(said.metadata.deletion_timestamp),
        disruption=_deprovisioning(spec),
        conditions=read_conditions(status.conditions),
    )


def _disruption(said: _DisruptionJson | None) -> Disruption:
    if said is None:
        return Disruption()
    after = duration_seconds(said.consolidate_after)
    budgets = None if said.budgets is None else tuple([_budget(one) for one in said.budgets])
    said_after = after is not None or said.consolidate_after == "Never"
    return Disruption(word(said.consolidation_policy), after, said_after, budgets)


def _budget(said: _BudgetJson) -> NodeBudget:
    """Without a number it is the one that the API server would have put there."""
    nodes = "10%" if said.nodes is None else str(said.nodes)
    return NodeBudget(nodes, tuple([word(one) for one in said.reasons or ()]), said.schedule or "", said.duration or "")


def _deprovisioning(said: _ProvisionerSpecJson) -> Disruption:
    """Of v1alpha5, which knew no budgets: as many nodes as it likes."""
    if said.consolidation is not None and said.consolidation.enabled:
        return Disruption("WhenEmptyOrUnderutilized", budgets=())
    after = said.ttl_seconds_after_empty
    return Disruption("Never" if after is None else "WhenEmpty", after, after is not None, ())


def _ready(status: _PoolStatusJson) -> bool | None:
    said = next((one.status for one in status.conditions or () if one.type == "Ready"), None)
    return said == "True" if said in ("True", "False") else None


def _class_group(reference: _ClassRefJson | None) -> str:
    return word(reference.group) or group_of(reference.api_version) if reference else ""


def _node_claims(_: ServerVersion) -> Reader[NodeClaim]:
    return JsonReader("nodeclaims.karpenter.sh", _ClaimJson, _claim)


def _machines(_: ServerVersion) -> Reader[NodeClaim]:
    return JsonReader("machines.karpenter.sh", _ClaimJson, _machine)


def _node_pools(_: ServerVersion) -> Reader[NodePool]:
    return JsonReader("nodepools.karpenter.sh", _PoolJson, _pool)


def _provisioners(_: ServerVersion) -> Reader[NodePool]:
    return JsonReader("provisioners.karpenter.sh", _ProvisionerJson, _provisioner)


_GROUP = "karpenter.sh"
NODE_CLAIMS: Resource[NodeClaim] = Resource(_GROUP, ("v1", "v1beta1"), "nodeclaims", _node_claims, optional=True)
NODE_POOLS: Resource[NodePool] = Resource(_GROUP, ("v1", "v1beta1"), "nodepools", _node_pools, optional=True)
MACHINES: Resource[NodeClaim] = Resource(_GROUP, ("v1alpha5",), "machines", _machines, optional=True)
PROVISIONERS: Resource[NodePool] = Resource(_GROUP, ("v1alpha5",), "provisioners", _provisioners, optional=True)
