"""The rules of a pod's spec about where it may run: only those that forbid, not those that prefer."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from nodeview.records.karpenter import Requirement


class Toleration(msgspec.Struct, frozen=True, gc=False):
    """A taint that the pod bears with; an empty key with `Exists` is any, an empty effect every."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""


class NodeTerm(msgspec.Struct, frozen=True, gc=False):
    """One of the alternatives of a required node affinity: all of it must be met; an empty one is met by no node."""

    labels: tuple[Requirement, ...] = ()
    fields: tuple[Requirement, ...] = ()
    """Of the node's fields; Kubernetes knows `metadata.name` alone."""


Selector = tuple[Requirement, ...] | None
"""A label selector, `matchLabels` among the requirements. Empty selects all, None nothing."""


class PodTerm(msgspec.Struct, frozen=True, gc=False):
    """A required pod affinity or anti-affinity: with or without such pods within one topology domain."""

    topology_key: str
    selector: Selector
    namespaces: tuple[str, ...] = ()
    namespace_selector: Selector = None
    """With no namespaces and None here, the pod's own namespace is meant."""


class Spread(msgspec.Struct, frozen=True, gc=False):
    """A topology spread constraint that forbids (`DoNotSchedule`)."""

    topology_key: str
    max_skew: int
    selector: Selector
    match_label_keys: tuple[str, ...] = ()
    min_domains: int = 1
    honours_affinity: bool = True
    """Domains are counted only on nodes that the pod's node affinity and selector allow."""
    honours_taints: bool = False
    """Domains are counted only on nodes whose taints the pod tolerates."""


class HostPort(NamedTuple):
    """A port of the node itself; an empty address is every address."""

    port: int
    protocol: str = "TCP"
    address: str = ""


class Placement(NamedTuple):
    """All of a pod's rules."""

    tolerations: tuple[Toleration, ...] = ()
    node_terms: tuple[NodeTerm, ...] | None = None
    """Alternatives of which the node must meet one; None where nothing is asked."""
    spreads: tuple[Spread, ...] = ()
    affinity: tuple[PodTerm, ...] = ()
    anti_affinity: tuple[PodTerm, ...] = ()
    host_ports: tuple[HostPort, ...] = ()


ANYWHERE = Placement()
