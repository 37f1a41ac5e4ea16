"""What a pod asks of a node: component-helpers' `PodRequests`, by the rule of the server's version.

Source: k8s.io/component-helpers resource/helpers.go, v0.36 and v0.37; with UseStatusResources and the
status of pod-level resources wherever the fields are present, since older servers do not set them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nodeview.records.node import Amounts
from nodeview.records.resource import ServerVersion

_EMPTY: Amounts = {}


class ContainerRequests(NamedTuple):
    """A container of the spec; `sidecar` is an init container with `restartPolicy: Always`."""

    name: str
    requests: Amounts
    sidecar: bool = False


class SpecRequests(NamedTuple):
    """All of a pod's spec that its requests come from."""

    containers: Sequence[ContainerRequests]
    init_containers: Sequence[ContainerRequests] = ()
    pod_level: Amounts = _EMPTY
    overhead: Amounts = _EMPTY


class StatusRequests(NamedTuple):
    """What a status says of a container, or of the whole pod; None where it says nothing."""

    resources_set: bool = False
    """`resources` is there at all, with requests or without."""
    actuated: Amounts | None = None
    """`resources.requests`: what the kubelet has given."""
    allocated: Amounts | None = None
    """`allocatedResources`: what the kubelet has admitted."""


class ResizeStatus(NamedTuple):
    """All of a pod's status that its requests come from."""

    containers: Mapping[str, StatusRequests]
    pod: StatusRequests = StatusRequests()
    infeasible: bool = False
    """Condition PodResizePending says Infeasible: the spec's wish counts no more."""


Rule = Callable[[SpecRequests, ResizeStatus], dict[str, int]]
"""How containers and their statuses are summed, before pod-level values and overhead."""


def rule_for(server: ServerVersion) -> Rule:
    """Servers from 1.37 on compare three sums, those before compare container by container."""
    return compare_sums if (server.major, server.minor) >= (1, 37) else compare_containers


def effective_requests(spec: SpecRequests, status: ResizeStatus | None, rule: Rule) -> dict[str, int]:
    """Effective requests in nano-units; `status` None leaves the status out."""
    requests = _sum(spec, _wished) if status is None else rule(spec, status)
    requests.update(_pod_level(spec, status))
    _add(requests, spec.overhead)
    return requests


def compare_containers(spec: SpecRequests, status: ResizeStatus) -> dict[str, int]:
    """Up to 1.36: each container and sidecar by the largest of spec and status, then the sum."""
    ordinary = {one.name for one in spec.init_containers if not one.sidecar}

    def requested(container: ContainerRequests) -> Amounts:
        said = status.containers.get(container.name)
        if said is None or not said.resources_set or container.name in ordinary:
            return container.requests
        wished = _EMPTY if status.infeasible else container.requests
        return _largest(wished, said.actuated, said.allocated)

    return _sum(spec, requested)


def compare_sums(spec: SpecRequests, status: ResizeStatus) -> dict[str, int]:
    """From 1.37 on: the largest of three sums: wished, admitted, given. Ordinary init containers too."""
    wish = not status.infeasible

    def admitted(container: ContainerRequests) -> Amounts:
        said = status.containers.get(container.name)
        if said is not None and said.allocated is not None:
            return said.allocated
        return container.requests if wish else _EMPTY

    def given(container: ContainerRequests) -> Amounts:
        said = status.containers.get(container.name)
        return said.actuated if said is not None and said.actuated is not None else admitted(container)

    if status.pod.allocated is not None and status.pod.actuated is not None:
        sums: tuple[Amounts, ...] = (status.pod.allocated, status.pod.actuated)
    else:
        sums = (_sum(spec, admitted), _sum(spec, given))
    wished = _sum(spec, _wished) if wish else _EMPTY
    return _largest(wished, *sums)


def _wished(container: ContainerRequests) -> Amounts:
    return container.requests


def _sum(spec: SpecRequests, requested: Callable[[ContainerRequests], Amounts]) -> dict[str, int]:
    """Containers and sidecars together, and no less than any init container beside its sidecars."""
    total: dict[str, int] = {}
    for container in spec.containers:
        _add(total, requested(container))
    sidecars: dict[str, int] = {}
    peak: dict[str, int] = {}
    for container in spec.init_containers:
        amounts = requested(container)
        if container.sidecar:
            _add(total, amounts)
            _add(sidecars, amounts)
            _raise_to(peak, sidecars)
        else:
            moment = dict(sidecars)
            _add(moment, amounts)
            _raise_to(peak, moment)
    _raise_to(total, peak)
    return total


def _pod_level(spec: SpecRequests, status: ResizeStatus | None) -> dict[str, int]:
    """Pod-level values of supported resources: they stand in place of the containers' sums."""
    wished = {name: amount for name, amount in spec.pod_level.items() if _supported(name)}
    if not wished or status is None or not status.pod.resources_set:
        return wished
    known = _EMPTY if status.infeasible else wished
    largest = _largest(known, status.pod.actuated, status.pod.allocated)
    return {name: amount for name, amount in largest.items() if _supported(name)}


def _supported(resource: str) -> bool:
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def _add(total: dict[str, int], amounts: Amounts) -> None:
    for resource, amount in amounts.items():
        total[resource] = total.get(resource, 0) + amount


def _raise_to(total: dict[str, int], amounts: Amounts) -> None:
    for resource, amount in amounts.items():
        if resource not in total or amount > total[resource]:
            total[resource] = amount


def _largest(*lists: Amounts | None) -> dict[str, int]:
    largest: dict[str, int] = {}
    for amounts in lists:
        _raise_to(largest, amounts or _EMPTY)
    return largest
