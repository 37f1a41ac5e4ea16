"""A pod's rules about where it may run as the wire has them, read into values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from nodeview.records.karpenter import Requirement
from nodeview.records.metadata_json import word
from nodeview.records.placement import HostPort, NodeTerm, PodTerm, Selector, Spread, Toleration


class RequirementJson(msgspec.Struct, gc=False):
    """A requirement of a selector."""

    key: str | None = None
    operator: str | None = None
    values: list[Any] | None = None


class SelectorJson(msgspec.Struct, rename="camel", gc=False):
    """A label selector."""

    match_labels: dict[str, str | None] | None = None
    match_expressions: list[RequirementJson] | None = None


class TolerationJson(msgspec.Struct, gc=False):
    """A toleration, without its seconds: they say how long, not where."""

    key: str | None = None
    operator: str | None = None
    value: str | None = None
    effect: str | None = None


class NodeTermJson(msgspec.Struct, rename="camel", gc=False):
    """An alternative of a node affinity."""

    match_expressions: list[RequirementJson] | None = None
    match_fields: list[RequirementJson] | None = None


class NodeSelectorJson(msgspec.Struct, rename="camel", gc=False):
    """The required node affinity of a pod or a volume."""

    node_selector_terms: list[NodeTermJson] | None = None


class PodTermJson(msgspec.Struct, rename="camel", gc=False):
    """A term of a pod affinity."""

    topology_key: str | None = None
    label_selector: SelectorJson | None = None
    namespaces: list[str] | None = None
    namespace_selector: SelectorJson | None = None


class _NodeAffinityJson(msgspec.Struct, gc=False):
    required: NodeSelectorJson | None = msgspec.field(
        default=None, name="requiredDuringSchedulingIgnoredDuringExecution"
    )


class _PodAffinityJson(msgspec.Struct, gc=False):
    required: list[PodTermJson] | None = msgspec.field(
        default=None, name="requiredDuringSchedulingIgnoredDuringExecution"
    )


class AffinityJson(msgspec.Struct, rename="camel", gc=False):
    """`affinity`, without what is only preferred."""

    node_affinity: _NodeAffinityJson | None = None
    pod_affinity: _PodAffinityJson | None = None
    pod_anti_affinity: _PodAffinityJson | None = None


class SpreadJson(msgspec.Struct, rename="camel", gc=False):
    """A topology spread constraint."""

    topology_key: str | None = None
    max_skew: int | None = None
    when_unsatisfiable: str | None = None
    label_selector: SelectorJson | None = None
    match_label_keys: list[str] | None = None
    min_domains: int | None = None
    node_affinity_policy: str | None = None
    node_taints_policy: str | None = None


class PortJson(msgspec.Struct, rename="camel", gc=False):
    """A container's port; only one on the host takes room of the node."""

    host_port: int | None = None
    protocol: str | None = None
    host_ip: str | None = msgspec.field(default=None, name="hostIP")


def read_requirements(said: Iterable[RequirementJson] | None) -> tuple[Requirement, ...]:
    """Requirements in the order given."""
    return tuple(
        [
            Requirement(word(one.key), word(one.operator), tuple([word(str(value)) for value in one.values or ()]))
            for one in said or ()
        ]
    )


def read_tolerations(said: Iterable[TolerationJson] | None) -> tuple[Toleration, ...]:
    """Tolerations in the order given."""
    return tuple(
        [
            Toleration(word(one.key), word(one.operator) or "Equal", word(one.value), word(one.effect))
            for one in said or ()
        ]
    )


def read_node_terms(said: AffinityJson | None) -> tuple[NodeTerm, ...] | None:
    """The alternatives of the required node affinity; None where there is none."""
    return read_terms(said.node_affinity.required if said and said.node_affinity else None)


def read_terms(required: NodeSelectorJson | None) -> tuple[NodeTerm, ...] | None:
    """The alternatives of a node selector; None where there is none."""
    if required is None:
        return None
    return tuple(
        [
            NodeTerm(read_requirements(one.match_expressions), read_requirements(one.match_fields))
            for one in required.node_selector_terms or ()
        ]
    )


def read_affinity(said: AffinityJson | None) -> tuple[PodTerm, ...]:
    """The required pod affinity."""
    return _pod_terms(said.pod_affinity) if said else ()


def read_anti_affinity(said: AffinityJson | None) -> tuple[PodTerm, ...]:
    """The required pod anti-affinity."""
    return _pod_terms(said.pod_anti_affinity) if said else ()


def read_spreads(said: Iterable[SpreadJson] | None) -> tuple[Spread, ...]:
    """The constraints that forbid; what is not said is as the API server would have it."""
    return tuple(
        [
            Spread(
                word(one.topology_key),
                1 if one.max_skew is None else one.max_skew,
                read_selector(one.label_selector),
                tuple([word(key) for key in one.match_label_keys or ()]),
                one.min_domains or 1,
                one.node_affinity_policy != "Ignore",
                one.node_taints_policy == "Honor",
            )
            for one in said or ()
            if one.when_unsatisfiable != "ScheduleAnyway"
        ]
    )


def read_host_ports(ports: Iterable[PortJson]) -> tuple[HostPort, ...]:
    """Those ports that are the node's own."""
    return tuple(
        [
            HostPort(one.host_port, word(one.protocol) or "TCP", "" if one.host_ip == "0.0.0.0" else word(one.host_ip))
            for one in ports
            if one.host_port and one.host_port > 0
        ]
    )


def read_selector(said: SelectorJson | None) -> Selector:
    """A label selector as requirements; None stays None, since it selects nothing."""
    if said is None:
        return None
    equal = tuple([Requirement(word(key), "In", (word(value),)) for key, value in (said.match_labels or {}).items()])
    return (*equal, *read_requirements(said.match_expressions))


def _pod_terms(said: _PodAffinityJson | None) -> tuple[PodTerm, ...]:
    return tuple(
        [
            PodTerm(
                word(one.topology_key),
                read_selector(one.label_selector),
                tuple([word(name) for name in one.namespaces or ()]),
                read_selector(one.namespace_selector),
            )
            for one in (said.required if said else None) or ()
        ]
    )
