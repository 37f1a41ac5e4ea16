"""How nodes are read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from nodeview.records.amounts import AmountsJson, ReadAmounts, all_unreadable, read_amounts
from nodeview.records.instant import epoch_seconds
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.managed_fields import Written, cordon
from nodeview.records.metadata_json import NULL, LabelledJson, decode_part, owners, strings, word
from nodeview.records.node import Condition, Node, Taint
from nodeview.records.resource import NodeName, Reader, Resource, ServerVersion


class TaintJson(msgspec.Struct, rename="camel", gc=False):
    """A taint of a node or a NodeClaim."""

    key: str | None = None
    value: str | None = None
    effect: str | None = None
    time_added: str | None = None


class ConditionJson(msgspec.Struct, rename="camel", gc=False):
    """A condition of a node or a NodeClaim."""

    type: str | None = None
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: str | None = None


class _NodeMetadataJson(LabelledJson, rename="camel", gc=False):
    managed_fields: msgspec.Raw = NULL


class _NodeSpecJson(msgspec.Struct, gc=False):
    provider_id: str | None = msgspec.field(default=None, name="providerID")
    unschedulable: bool | None = None
    taints: list[TaintJson] | None = None


class _AddressJson(msgspec.Struct, gc=False):
    type: str | None = None
    address: str | None = None


class _NodeInfoJson(msgspec.Struct, rename="camel", gc=False):
    kubelet_version: str | None = None
    os_image: str | None = None
    kernel_version: str | None = None
    container_runtime_version: str | None = None
    architecture: str | None = None
    operating_system: str | None = None


class _NodeStatusJson(msgspec.Struct, rename="camel", gc=False):
    capacity: msgspec.Raw = NULL
    allocatable: msgspec.Raw = NULL
    conditions: list[ConditionJson] | None = None
    node_info: _NodeInfoJson | None = None
    addresses: list[_AddressJson] | None = None


class _NodeJson(ObjectJson, gc=False):
    metadata: _NodeMetadataJson
    spec: _NodeSpecJson | None = None
    status: _NodeStatusJson | None = None


_NO_SPEC = _NodeSpecJson()
_NO_STATUS = _NodeStatusJson()
_NO_INFO = _NodeInfoJson()
_UNCORDONED = Written()
_amounts_decoder = msgspec.json.Decoder(AmountsJson | None, strict=False)


def _node(node: _NodeJson) -> Node:
    metadata, spec, status = node.metadata, node.spec or _NO_SPEC, node.status or _NO_STATUS
    info = status.node_info or _NO_INFO
    cordoned = cordon(metadata.managed_fields) if spec.unschedulable else _UNCORDONED
    capacity = _amounts(bytes(status.capacity))
    allocatable = _amounts(bytes(status.allocatable))
    return Node(
        NodeName(word(metadata.name)),
        metadata.uid or "",
        epoch_seconds(metadata.creation_timestamp) or 0,
        epoch_seconds(metadata.deletion_timestamp),
        strings(metadata.labels),
        strings(metadata.annotations),
        spec.provider_id or "",
        bool(spec.unschedulable),
        read_taints(spec.taints),
        read_conditions(status.conditions),
        owners(bytes(metadata.owner_references)).all,
        tuple(word(one) for one in metadata.finalizers or ()),
        capacity.amounts,
        allocatable.amounts,
        all_unreadable((capacity, allocatable)),
        word(info.kubelet_version),
        word(info.os_image),
        word(info.kernel_version),
        word(info.container_runtime_version),
        word(info.architecture),
        word(info.operating_system),
        tuple([(word(one.type), one.address or "") for one in status.addresses or ()]),
        cordoned.by,
        cordoned.at,
    )


@lru_cache(maxsize=1024)
def _amounts(text: bytes) -> ReadAmounts:
    return read_amounts(decode_part(_amounts_decoder, text, "status.allocatable"))


def read_taints(said: Iterable[TaintJson] | None) -> tuple[Taint, ...]:
    """Taints in the order given."""
    return tuple(
        [Taint(word(one.key), word(one.effect), word(one.value), epoch_seconds(one.time_added)) for one in said or ()]
    )


def read_conditions(said: Iterable[ConditionJson] | None, prefix: str = "") -> tuple[Condition, ...]:
    """Conditions in the order given, their types without this prefix."""
    return tuple(
        [
            Condition(
                word((one.type or "").removeprefix(prefix)),
                word(one.status),
                word(one.reason),
                word(one.message),
                epoch_seconds(one.last_transition_time),
            )
            for one in said or ()
        ]
    )


def _reader(_: ServerVersion) -> Reader[Node]:
    return JsonReader("nodes", _NodeJson, _node)


NODES: Resource[Node] = Resource("", ("v1",), "nodes", _reader)
