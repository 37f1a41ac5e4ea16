"""How pods are read: from bytes to compact rows that share all they can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from sys import intern
from typing import cast

import msgspec

from nodeview.records.instant import epoch_seconds
from nodeview.records.json_reader import JsonReader
from nodeview.records.metadata_json import decode_part, owners, word
from nodeview.records.pod import NO_EXTRAS, Pod, PodExtras, PodPhase, Waiting
from nodeview.records.pod_json import (
    ContainerStatusJson,
    PodConditionJson,
    PodJson,
    PodSpecJson,
    PodStatusJson,
)
from nodeview.records.pod_requests import rule_for
from nodeview.records.pod_shapes import PodShapes
from nodeview.records.pod_volumes import NO_VOLUMES, PodVolumes, read_volumes
from nodeview.records.resource import NodeName, Reader, Resource, ServerVersion

_PHASES: dict[str | None, PodPhase] = {
    "Pending": "Pending",
    "Running": "Running",
    "Succeeded": "Succeeded",
    "Failed": "Failed",
}
_STARTING = ("", "ContainerCreating", "PodInitializing")
_RESTRICTED = "spotinst.io/restrict-scale-down"
_Pairs = tuple[tuple[str, str], ...]
_node_name = cast(Callable[[str], NodeName], intern)
_NO_SPEC = PodSpecJson()
_NO_STATUS = PodStatusJson()


class PodRows:
    """Makes rows of pods; one per stream, since it remembers what repeats."""

    def __init__(self, server: ServerVersion) -> None:
        self.shapes = PodShapes(rule_for(server))

    def __call__(self, pod: PodJson) -> Pod:
        """The row of one pod. Raises msgspec.DecodeError where a part that was left as bytes does not fit."""
        metadata, spec, status = pod.metadata, pod.spec or _NO_SPEC, pod.status or _NO_STATUS
        annotations = metadata.annotations
        node = _node_name(spec.node_name) if spec.node_name else None
        ready, waiting, disruption, disrupted_at, infeasible = _conditions(status.conditions)
        volumes = read_volumes(bytes(spec.volumes))
        shape, requested = self.shapes.read(spec, volumes, status, infeasible)
        labels, wishes = _labels(bytes(metadata.labels))
        restarts, reason = _containers(status, shape.sidecars)
        return Pod(
            intern(metadata.namespace or ""),
            metadata.name,
            metadata.uid or "",
            epoch_seconds(metadata.creation_timestamp) or 0,
            epoch_seconds(metadata.deletion_timestamp),
            node,
            _PHASES.get(status.phase, "Unknown"),
            ready,
            restarts,
            disrupted_at if disruption else _running_at(status),
            owners(bytes(metadata.owner_references)).controller,
            labels,
            shape,
            shape.requests if requested is None else requested.amounts,
            shape.unreadable if requested is None else requested.unreadable,
            waiting,
            _gated(spec, node, waiting),
            _node_name(status.nominated_node_name) if status.nominated_node_name else None,
            disruption,
            annotations is not None and annotations.mirror is not None,
            reason,
            _extras_of(pod, volumes, wishes),
        )


def _extras_of(pod: PodJson, volumes: PodVolumes, wishes: _Pairs) -> PodExtras:
    """What few pods say; one object for all that say the same."""
    annotations, fargate = pod.metadata.annotations, ""
    if annotations is not None:
        fargate = word(annotations.fargate_capacity)
        if annotations.wishes:
            wishes = _shared((*annotations.wishes, *wishes))
    if volumes is NO_VOLUMES and not wishes and not fargate:
        return NO_EXTRAS
    began = epoch_seconds(pod.status.start_time) if wishes and pod.status else None
    claims = volumes.claims_of(pod.metadata.name) if volumes.ephemeral else volumes.claims
    return _extras(claims, volumes.local, wishes, began, fargate)


_extras = lru_cache(maxsize=4096)(PodExtras)


_labels_decoder = msgspec.json.Decoder(dict[str, str | None] | None, strict=False)


@lru_cache(maxsize=4096)
def _labels(labels: bytes) -> tuple[_Pairs, _Pairs]:
    """Labels, and that of them which is a wish."""
    said = decode_part(_labels_decoder, labels, "metadata.labels") or {}
    pairs = tuple(sorted((intern(key), intern(value or "")) for key, value in said.items()))
    return pairs, tuple(pair for pair in pairs if pair[0] == _RESTRICTED)


@lru_cache(maxsize=1024)
def _shared(wishes: _Pairs) -> _Pairs:
    return tuple(sorted((intern(key), intern(value)) for key, value in wishes))


def _conditions(said: Iterable[PodConditionJson] | None) -> tuple[bool, Waiting | None, str, int | None, bool]:
    """Ready; why it waits for a node; why it is disrupted and since when; whether its resize is infeasible."""
    ready, infeasible, disruption = False, False, ""
    disrupted_at: int | None = None
    waiting: Waiting | None = None
    for one in said or ():
        if one.type == "Ready":
            ready = one.status == "True"
        elif one.type == "PodScheduled":
            if one.status != "True":
                since = epoch_seconds(one.last_transition_time)
                waiting = Waiting(word(one.reason), word(one.message), since)
        elif one.type == "DisruptionTarget" and one.status == "True":
            disruption, disrupted_at = word(one.reason), epoch_seconds(one.last_transition_time)
        elif one.type == "PodResizePending":
            infeasible = one.reason == "Infeasible"
    return ready, waiting, disruption, disrupted_at, infeasible


def _containers(status: PodStatusJson, sidecars: tuple[str, ...]) -> tuple[int, str]:
    """Restarts of containers and sidecars; the first reason why one waits, other than that it starts."""
    restarts, reason = 0, ""
    for one in status.init_container_statuses or ():
        if one.name in sidecars:
            restarts += one.restart_count or 0
        reason = reason or _trouble(one)
    for one in status.container_statuses or ():
        restarts += one.restart_count or 0
        reason = reason or _trouble(one)
    return restarts, reason or word(status.reason)


def _running_at(status: PodStatusJson) -> int | None:
    """When the last of the containers started.

    Kubernetes writes times in UTC and in one length: the latest is the greatest text, and the only one to be read.
    """
    latest = ""
    for one in status.container_statuses or ():
        running = one.state.running if one.state else None
        if running is None or not running.started_at:
            return None
        latest = max(latest, running.started_at)
    return epoch_seconds(latest)


def _trouble(container: ContainerStatusJson) -> str:
    waiting = container.state.waiting if container.state else None
    reason = (waiting.reason or "") if waiting else ""
    return "" if reason in _STARTING else intern(reason)


def _gated(spec: PodSpecJson, node: NodeName | None, waiting: Waiting | None) -> bool:
    if waiting is not None and waiting.reason == "SchedulingGated":
        return True
    return node is None and bytes(spec.scheduling_gates) not in (b"null", b"[]")


def _reader(server: ServerVersion) -> Reader[Pod]:
    return JsonReader("pods", PodJson, PodRows(server))


PODS: Resource[Pod] = Resource(
    "", ("v1",), "pods", _reader, field_selector="status.phase!=Succeeded,status.phase!=Failed"
)
