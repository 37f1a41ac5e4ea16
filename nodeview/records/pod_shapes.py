"""Shapes of pods, read once per template and kept while a pod has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec

from nodeview.records.amounts import AmountsJson, ReadAmounts, all_unreadable, read_amounts
from nodeview.records.metadata_json import NULL, decode_part, given, strings, word
from nodeview.records.node import Amounts
from nodeview.records.placement import Placement
from nodeview.records.placement_json import (
    read_affinity,
    read_anti_affinity,
    read_host_ports,
    read_node_terms,
    read_spreads,
    read_tolerations,
)
from nodeview.records.pod_json import (
    ContainerJson,
    PodSpecJson,
    PodStatusJson,
    ResourcesJson,
    ShapeJson,
)
from nodeview.records.pod_requests import (
    ContainerRequests,
    ResizeStatus,
    Rule,
    SpecRequests,
    StatusRequests,
    effective_requests,
)
from nodeview.records.pod_shape import PodShape
from nodeview.records.pod_volumes import GENERATED, STRIPPED, TOKEN_VOLUME, PodVolumes

_AUDITED = ("cpu", "memory")
_PINNED = re.compile(rb'("key":"metadata\.name","operator":"In","values":\[)"[^"]*"')


class Requested(NamedTuple):
    """Effective requests of one pod, and the resources whose sum is unknown."""

    amounts: Amounts
    unreadable: tuple[str, ...]


_SaidOfResources = tuple[tuple[str, bytes, bytes], ...]
"""Container, `resources`, `allocatedResources`, for each that has any; the pod's own under no name."""


_Digest = tuple[int, int]
"""A keyed hash of 64 bits and the length: some thousand shapes live at a time, and a stronger one costs four times as
much for each pod."""


class PodShapes:
    """The shapes that live pods have; a shape goes with its last pod."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._shapes: WeakValueDictionary[_Digest, PodShape] = WeakValueDictionary()
        self._resized = lru_cache(maxsize=4096)(self._resize)
        self._parts: list[bytes] = []
        self._digest: _Digest = (0, 0)
        self._spec: ShapeJson | None = None

    def __len__(self) -> int:
        return len(self._shapes)

    def read(
        self, spec: PodSpecJson, volumes: PodVolumes, status: PodStatusJson, infeasible: bool
    ) -> tuple[PodShape, Requested | None]:
        """The shape of this spec with these volumes; and the effective requests where the status makes them differ."""
        parts = _shape_parts(spec, volumes)
        if parts != self._parts:
            self._parts = parts
            self._digest = (hash(tuple(parts)), sum(map(len, parts)))
            self._spec = None
        shape = self._shapes.get(self._digest)
        if shape is None:
            shape = self._shapes[self._digest] = self._shape(self._decoded())
        said = _said_of_resources(status)
        if not said and not infeasible:
            return shape, None
        return shape, self._resized(self._digest, said, infeasible)

    def _decoded(self) -> ShapeJson:
        """The shape read last, decoded once for its own sake and for its resizes."""
        if self._spec is None:
            self._spec = decode_part(_shape_decoder, STRIPPED.join(self._parts), "spec")
        return self._spec

    def _shape(self, spec: ShapeJson) -> PodShape:
        requested = self._requested(spec, None, [])
        sidecars = [one.name or "" for one in spec.init_containers if one.sidecar] if spec.init_containers else ()
        return PodShape(
            requested.amounts,
            requested.unreadable,
            spec.priority or 0,
            word(spec.priority_class_name),
            word(spec.scheduler_name),
            tuple([word(one.image) for one in spec.containers or ()]),
            tuple(sorted(strings(spec.node_selector).items())),
            bool(spec.host_network),
            tuple(sidecars),
            _placement(spec),
            spec.preemption_policy != "Never",
            spec.claims_volumes,
            spec.claims_devices,
            _unasked(spec),
            30 if spec.termination_grace_period_seconds is None else spec.termination_grace_period_seconds,
            any(given(one.readiness_probe) for one in _serving(spec)),
            spec.host_paths,
        )

    def _resize(self, _: _Digest, said: _SaidOfResources, infeasible: bool) -> Requested | None:
        """Effective requests of the shape read last, with what a status says; None where they are the spec's."""
        spec = self._decoded()
        statuses = [_StatusAmounts(name, *_decode_status(given, admitted)) for name, given, admitted in said]
        wished = {one.name: one.requests for one in (*(spec.containers or ()), *(spec.init_containers or ()))}
        if not infeasible and all(one.name in wished and one.same(wished[one.name]) for one in statuses):
            return None
        lists: list[ReadAmounts] = []
        read = {one.name: one.read(lists) for one in statuses}
        return self._requested(spec, ResizeStatus(read, read.get("", StatusRequests()), infeasible), lists)

    def _requested(self, said: ShapeJson, status: ResizeStatus | None, lists: list[ReadAmounts]) -> Requested:
        """Effective requests; `lists` are those of the status, and whatever cannot be read in any is unknown."""
        spec = SpecRequests(
            _containers(said.containers, lists),
            _containers(said.init_containers, lists),
            _taken(said.resources.requests, lists) if said.resources else {},
            _taken(said.overhead, lists),
        )
        requests = effective_requests(spec, status, self._rule)
        unreadable = all_unreadable(lists)
        for name in unreadable:
            requests.pop(name, None)
        return Requested(_amounts(tuple(requests.items())), unreadable)


class _StatusAmounts(NamedTuple):
    name: str
    given: ResourcesJson | None
    admitted: AmountsJson | None

    def same(self, wished: AmountsJson | None) -> bool:
        """The status says of a container what the spec says, word for word: nothing was resized."""
        given = self.given is None or (self.given.requests or {}) == (wished or {})
        return given and (self.admitted is None or self.admitted == (wished or {}))

    def read(self, lists: list[ReadAmounts]) -> StatusRequests:
        """In amounts; None stays None, since rules differ in what stands in for it."""
        actuated = self.given.requests if self.given else None
        return StatusRequests(
            self.given is not None,
            None if actuated is None else _taken(actuated, lists),
            None if self.admitted is None else _taken(self.admitted, lists),
        )


_shape_decoder = msgspec.json.Decoder(ShapeJson, strict=False)
_resources_decoder = msgspec.json.Decoder(ResourcesJson | None, strict=False)
_amounts_decoder = msgspec.json.Decoder(AmountsJson | None, strict=False)


@lru_cache(maxsize=4096)
def _amounts(items: tuple[tuple[str, int], ...]) -> Amounts:
    """One object for equal requests, whatever their shapes."""
    return dict(items)


def _shape_parts(spec: PodSpecJson, volumes: PodVolumes) -> list[bytes]:
    """What makes a shape as one JSON object, cut wherever the pod names its token's volume in a way of its own.

    Of the volumes no names: each pod of a StatefulSet has claims of its own.
    """
    text = b"".join(
        (
            b'{"containers":', spec.containers,
            b',"schedulerName":', spec.scheduler_name,
            b',"tolerations":', spec.tolerations,
            b',"priority":', spec.priority,
            b',"preemptionPolicy":', spec.preemption_policy,
            b',"terminationGracePeriodSeconds":', spec.termination_grace_period_seconds,
            b',"claimsVolumes":true' if volumes.claims or volumes.ephemeral else b"",
            b',"hostPaths":true' if volumes.host_paths else b"",
            *_rare_parts(spec),
            b"}",
        )
    )  # fmt: skip
    at = text.find(TOKEN_VOLUME)
    generated = GENERATED.match(text, at) if at >= 0 else None
    return text.split(generated[0]) if generated else [text]


def _rare_parts(spec: PodSpecJson) -> list[bytes | msgspec.Raw]:
    """What most pods do not say, and API servers fill in for none."""
    said: list[bytes | msgspec.Raw] = []
    if spec.node_selector is not NULL:
        said += (b',"nodeSelector":', spec.node_selector)
    if spec.init_containers is not NULL:
        said += (b',"initContainers":', spec.init_containers)
    if spec.affinity is not NULL:
        said += (b',"affinity":', _unpinned(spec))
    if spec.topology_spread_constraints is not NULL:
        said += (b',"topologySpreadConstraints":', spec.topology_spread_constraints)
    if spec.priority_class_name is not NULL:
        said += (b',"priorityClassName":', spec.priority_class_name)
    if spec.host_network is not NULL:
        said += (b',"hostNetwork":', spec.host_network)
    if spec.resources is not NULL:
        said += (b',"resources":', spec.resources)
    if spec.overhead is not NULL:
        said += (b',"overhead":', spec.overhead)
    if spec.resource_claims is not NULL:
        said.append(b',"claimsDevices":true')
    return said


def _unpinned(spec: PodSpecJson) -> bytes:
    """Affinity as the template has it: once a DaemonSet's pod is on its node, without that node's name."""
    affinity = bytes(spec.affinity)
    return _PINNED.sub(rb'\1""', affinity) if spec.node_name and b'"metadata.name"' in affinity else affinity


def _serving(spec: ShapeJson) -> Iterator[ContainerJson]:
    """The containers that run while the pod does."""
    yield from spec.containers or ()
    yield from (one for one in spec.init_containers or () if one.sidecar)


def _unasked(spec: ShapeJson) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A request of the whole pod is one of each of its containers."""
    whole = (spec.resources.requests or {}) if spec.resources else {}
    wanted = [name for name in _AUDITED if name not in whole]
    lacks = [
        (one.name or "", tuple(name for name in wanted if name not in (one.requests or {}))) for one in _serving(spec)
    ]
    return tuple(lack for lack in lacks if lack[1])


def _placement(spec: ShapeJson) -> Placement:
    return Placement(
        read_tolerations(spec.tolerations),
        read_node_terms(spec.affinity),
        read_spreads(spec.topology_spread_constraints),
        read_affinity(spec.affinity),
        read_anti_affinity(spec.affinity),
        read_host_ports(port for one in _serving(spec) for port in one.ports or ()),
    )


def _containers(said: Sequence[ContainerJson] | None, lists: list[ReadAmounts]) -> list[ContainerRequests]:
    return [ContainerRequests(one.name or "", _taken(one.requests, lists), one.sidecar) for one in said or ()]


def _taken(said: AmountsJson | None, lists: list[ReadAmounts]) -> Amounts:
    """The readable amounts; the whole is put on the list."""
    if not said:
        return {}
    read = read_amounts(said)
    lists.append(read)
    return read.amounts


def _said_of_resources(status: PodStatusJson) -> _SaidOfResources:
    containers = status.container_statuses or []
    said = [
        (one.name or "", bytes(one.resources), bytes(one.allocated_resources))
        for one in ([*status.init_container_statuses, *containers] if status.init_container_statuses else containers)
        if one.resources is not NULL or one.allocated_resources is not NULL
    ]
    if status.resources is not NULL or status.allocated_resources is not NULL:
        said.append(("", bytes(status.resources), bytes(status.allocated_resources)))
    return tuple(said)


def _decode_status(given: bytes, admitted: bytes) -> tuple[ResourcesJson | None, AmountsJson | None]:
    where = "status.containerStatuses"
    return (
        decode_part(_resources_decoder, given, f"{where}.resources"),
        decode_part(_amounts_decoder, admitted, f"{where}.allocatedResources"),
    )
