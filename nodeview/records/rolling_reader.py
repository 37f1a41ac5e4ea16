"""How workloads that replace their pods are read: Deployments, StatefulSets, DaemonSets and Argo's Rollouts."""

from __future__ import annotations

import msgspec

from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.managed_fields import template_managers
from nodeview.records.metadata_json import NULL, LabelledJson, owners, strings, word
from nodeview.records.node_reader import ConditionJson, read_conditions
from nodeview.records.placement_json import SelectorJson, read_selector
from nodeview.records.pod_json import PodSpecJson, PodStatusJson
from nodeview.records.pod_requests import rule_for
from nodeview.records.pod_shape import PodShape
from nodeview.records.pod_shapes import PodShapes
from nodeview.records.pod_volumes import read_volumes
from nodeview.records.resource import Reader, Resource, ServerVersion
from nodeview.records.workload import Rolling, Workload

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ASKED = ("cpu", "memory")
_NO_STATUS = PodStatusJson()


class _MetadataJson(LabelledJson, rename="camel", gc=False):
    generation: int | None = None
    managed_fields: msgspec.Raw = NULL


class _AnnotationsJson(msgspec.Struct, gc=False):
    restarted_at: str | None = msgspec.field(default=None, name="kubectl.kubernetes.io/restartedAt")


class _TemplateMetadataJson(msgspec.Struct, gc=False):
    labels: dict[str, str | None] | None = None
    annotations: _AnnotationsJson | None = None


class _TemplateJson(msgspec.Struct, gc=False):
    metadata: _TemplateMetadataJson | None = None
    spec: PodSpecJson | None = None


class _StepsJson(msgspec.Struct, rename="camel", gc=False):
    max_surge: int | str | None = None
    max_unavailable: int | str | None = None
    partition: int | None = None


class _StrategyJson(msgspec.Struct, rename="camel", gc=False):
    type: str | None = None
    rolling_update: _StepsJson | None = None
    canary: _StepsJson | None = None
    blue_green: _StepsJson | None = None


class _SpecJson(msgspec.Struct, rename="camel", gc=False):
    """Of all four kinds: where they mean other things, they say other words."""

    replicas: int | None = None
    selector: SelectorJson | None = None
    template: _TemplateJson | None = None
    volume_claim_templates: msgspec.Raw = NULL
    strategy: _StrategyJson | None = None
    update_strategy: _StrategyJson | None = None
    paused: bool | None = None
    restart_at: str | None = None


class _StatusJson(msgspec.Struct, rename="camel", gc=False):
    """Of all four kinds; a Rollout says its generation as text, and once said a hash there."""

    observed_generation: int | str | None = None
    replicas: int | None = None
    updated_replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None
    terminating_replicas: int | None = None
    current_revision: str | None = None
    update_revision: str | None = None
    desired_number_scheduled: int | None = None
    current_number_scheduled: int | None = None
    updated_number_scheduled: int | None = None
    number_ready: int | None = None
    number_available: int | None = None
    conditions: list[ConditionJson] | None = None
    restarted_at: str | None = None
    stable_rs: str | None = msgspec.field(default=None, name="stableRS")
    current_pod_hash: str | None = None


class _WorkloadJson(ObjectJson, gc=False):
    metadata: _MetadataJson
    spec: _SpecJson | None = None
    status: _StatusJson | None = None


_NO_SPEC = _SpecJson()
_UNSAID = _StatusJson()


class _Workloads:
    """Makes records of one kind; one per stream, since it remembers what templates share."""

    def __init__(self, kind: str, server: ServerVersion) -> None:
        self._kind = kind
        self._shapes = PodShapes(rule_for(server))

    def __call__(self, said: _WorkloadJson) -> Workload:
        metadata = said.metadata
        annotations = {key: value for key, value in (metadata.annotations or {}).items() if key != _APPLIED}
        return Workload(
            namespace=word(metadata.namespace),
            name=metadata.name,
            uid=metadata.uid or "",
            kind=self._kind,
            owner=owners(bytes(metadata.owner_references)).controller,
            rolling=self._rolling(metadata, said.spec or _NO_SPEC, said.status or _UNSAID),
            labels=strings(metadata.labels),
            annotations=strings(annotations),
        )

    def _rolling(self, metadata: _MetadataJson, spec: _SpecJson, status: _StatusJson) -> Rolling:
        template = (spec.template.metadata if spec.template else None) or _TemplateMetadataJson()
        strategy, steps = _strategy(spec.update_strategy or spec.strategy, self._kind)
        restarted = template.annotations.restarted_at if template.annotations else None
        return Rolling(
            generation=metadata.generation or 0,
            observed_generation=_generation(status.observed_generation),
            selector=read_selector(spec.selector),
            template=self._shape(spec),
            replicas=status.desired_number_scheduled if self._kind == "DaemonSet" else spec.replicas,
            strategy=strategy,
            max_surge=steps.max_surge if steps else None,
            max_unavailable=steps.max_unavailable if steps else None,
            tuned=steps is not None and self._kind != "Rollout",
            partition=steps.partition if steps else None,
            paused=bool(spec.paused),
            restarted_at=(spec.restart_at if self._kind == "Rollout" else restarted) or "",
            settled_at=status.restarted_at or "",
            current=status.replicas or status.current_number_scheduled or 0,
            updated=status.updated_replicas or status.updated_number_scheduled or 0,
            ready=status.ready_replicas or status.number_ready or 0,
            available=status.available_replicas or status.number_available or 0,
            terminating=status.terminating_replicas,
            current_revision=status.current_revision or status.stable_rs or "",
            update_revision=status.update_revision or status.current_pod_hash or "",
            conditions=read_conditions(status.conditions),
            template_labels=tuple(sorted(strings(template.labels).items())),
            managers=template_managers(metadata.managed_fields),
        )

    def _shape(self, said: _SpecJson) -> PodShape:
        """What a template without containers asks is unknown: a Rollout's may stand in a Deployment."""
        spec = (said.template.spec if said.template else None) or PodSpecJson()
        volumes = read_volumes(bytes(spec.volumes))
        if bytes(said.volume_claim_templates) not in (b"null", b"[]"):
            volumes = volumes._replace(ephemeral=("", *volumes.ephemeral))
        shape, _ = self._shapes.read(spec, volumes, _NO_STATUS, infeasible=False)
        return shape if shape.images else msgspec.structs.replace(shape, unreadable=_ASKED)


def _strategy(said: _StrategyJson | None, kind: str) -> tuple[str, _StepsJson | None]:
    if kind != "Rollout":
        return (word(said.type) or "RollingUpdate", said.rolling_update) if said else ("RollingUpdate", None)
    if said is not None and said.blue_green is not None:
        return "BlueGreen", said.blue_green
    return ("Canary", said.canary) if said is not None and said.canary is not None else ("", None)


def _generation(said: int | str | None) -> int:
    if isinstance(said, str):
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= 20 else 0
    return said or 0


def _deployments(server: ServerVersion) -> Reader[Workload]:
    return JsonReader("deployments.apps", _WorkloadJson, _Workloads("Deployment", server))


def _stateful_sets(server: ServerVersion) -> Reader[Workload]:
    return JsonReader("statefulsets.apps", _WorkloadJson, _Workloads("StatefulSet", server))


def _daemon_sets(server: ServerVersion) -> Reader[Workload]:
    return JsonReader("daemonsets.apps", _WorkloadJson, _Workloads("DaemonSet", server))


def _rollouts(server: ServerVersion) -> Reader[Workload]:
    return JsonReader("rollouts.argoproj.io", _WorkloadJson, _Workloads("Rollout", server))


DEPLOYMENTS: Resource[Workload] = Resource("apps", ("v1",), "deployments", _deployments)
STATEFUL_SETS: Resource[Workload] = Resource("apps", ("v1",), "statefulsets", _stateful_sets)
DAEMON_SETS: Resource[Workload] = Resource("apps", ("v1",), "daemonsets", _daemon_sets)
ROLLOUTS: Resource[Workload] = Resource("argoproj.io", ("v1alpha1",), "rollouts", _rollouts, optional=True)
