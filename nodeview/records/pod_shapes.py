"""Shapes of pods, read once per template and kept while a pod has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec

from nodeview.records.amounts import AmountsJson, ReadAmounts, all_unreadable, read_amounts
from nodeview.records.metadata_json import NULL, decode_part, strings, word
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

_TOKEN_VOLUME = b'"name":"kube-api-access-'
_GENERATED = re.compile(_TOKEN_VOLUME + rb'[bcdfghjklmnpqrstvwxz2456789]{5}"')
_AUDITED = ("cpu", "memory")
_STRIPPED = b'"name":"kube-api-access-....."'
_PINNED = re.compile(rb'("key":"metadata\.name","operator":"In","values":\[)"[^"]*"')


class Requested(NamedTuple):
    """Effective requests of one pod, and the resources whose sum is unknown."""

    amounts: Amounts
    unreadable: tuple[str, ...]


_SaidOfResources = tuple[tuple[str, bytes, bytes], ...]
"""Container, `resources`, `allocatedResources`, for each that has any; the pod's own under no name."""


class PodShapes:
    """The shapes that live pods have; a shape goes with its last pod."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._shapes: WeakValueDictionary[bytes, PodShape] = WeakValueDictionary()
        self._resized = lru_cache(maxsize=4096)(self._resize)
        self._text = b""
        self._digest = b""
        self._spec: ShapeJson | None = None

    def __len__(self) -> int:
        return len(self._shapes)

    def read(self, spec: PodSpecJson, status: PodStatusJson, infeasible: bool) -> tuple[PodShape, Requested | None]:
        """The shape of this spec; and the effective requests where the status makes them differ."""
        text = _shape_text(spec)
        if text != self._text:
            self._text = text
            self._digest = blake2b(text, digest_size=16).digest()
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
            self._spec = decode_part(_shape_decoder, self._text, "spec")
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
        )

    def _resize(self, _: bytes, said: _SaidOfResources, infeasible: bool) -> Requested | None:
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


def _shape_text(spec: PodSpecJson) -> bytes:
    """The parts that make a shape as one JSON object, without the pod's own name for its token's volume."""
    text = b"".join(
        (
            b'{"containers":', spec.containers,
            b',"initContainers":', spec.init_containers,
            b',"resources":', spec.resources,
            b',"overhead":', spec.overhead,
            b',"nodeSelector":', spec.node_selector,
            b',"priority":', spec.priority,
            b',"priorityClassName":', spec.priority_class_name,
            b',"schedulerName":', spec.scheduler_name,
            b',"hostNetwork":', spec.host_network,
            b',"affinity":', _unpinned(spec),
            b',"tolerations":', spec.tolerations,
            b',"topologySpreadConstraints":', spec.topology_spread_constraints,
            b',"preemptionPolicy":', spec.preemption_policy,
            b',"claimsVolumes":true' if _claims_volumes(bytes(spec.volumes)) else b"",
            b',"claimsDevices":true' if spec.resource_claims is not NULL else b"",
            b"}",
        )
    )  # fmt: skip
    at = text.find(_TOKEN_VOLUME)
    generated = _GENERATED.match(text, at) if at >= 0 else None
    return text.replace(generated[0], _STRIPPED) if generated else text


def _unpinned(spec: PodSpecJson) -> bytes:
    """Affinity as the template has it: once a DaemonSet's pod is on its node, without that node's name."""
    affinity = bytes(spec.affinity)
    return _PINNED.sub(rb'\1""', affinity) if spec.node_name and b'"metadata.name"' in affinity else affinity


def _claims_volumes(volumes: bytes) -> bool:
    """It has volumes of claims. Their names, which each pod of a StatefulSet has of its own, make no shape."""
    return b'"persistentVolumeClaim":' in volumes or b'"ephemeral":' in volumes


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
    said = [
        (one.name or "", bytes(one.resources), bytes(one.allocated_resources))
        for one in (*(status.init_container_statuses or ()), *(status.container_statuses or ()))
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
