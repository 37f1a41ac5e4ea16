"""How NodeMetrics and PodMetrics are read: in narrow structs, since there is one for each pod every minute."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from nodeview.records.instant import epoch_seconds
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import word
from nodeview.records.quantity import NANO, QuantityError, parse
from nodeview.records.resource import Reader, Resource, ServerVersion
from nodeview.records.usage import Measured, Usage


class _UsageJson(msgspec.Struct, gc=False):
    cpu: str | None = None
    memory: str | None = None


class _ContainerJson(msgspec.Struct, gc=False):
    usage: _UsageJson | None = None


class _NodeMetricsJson(ObjectJson, gc=False):
    timestamp: str | None = None
    usage: _UsageJson | None = None


class _PodMetricsJson(ObjectJson, gc=False):
    timestamp: str | None = None
    containers: list[_ContainerJson] | None = None


_NOTHING = _UsageJson()
_KIBI = 1024 * NANO


def nano_of(text: str | None) -> int | None:
    """Nano-units of a quantity; None for what is none. What metrics-server writes goes past the cache of quantities,

    which figures that never come again would only empty.
    """
    if not text:
        return None
    if text.isascii():
        if text.endswith("n") and text[:-1].isdecimal():
            return int(text[:-1])
        if text.endswith("Ki") and text[:-2].isdecimal():
            return int(text[:-2]) * _KIBI
    try:
        nano = parse(text.strip())
    except QuantityError:
        return None
    return nano if nano >= 0 else None


def _usage(said: _UsageJson) -> Usage:
    return Usage(nano_of(said.cpu), nano_of(said.memory))


def _node(said: _NodeMetricsJson) -> Measured:
    return Measured("", said.metadata.name, epoch_seconds(said.timestamp), _usage(said.usage or _NOTHING))


def _pod(said: _PodMetricsJson) -> Measured:
    """The sum of its containers, unknown where one of them is."""
    parts = [one.usage or _NOTHING for one in said.containers or ()]
    usage = _usage(parts[0]) if len(parts) == 1 else Usage(*(_sum(parts, one) for one in (_cpu, _memory)))
    return Measured(word(said.metadata.namespace), said.metadata.name, epoch_seconds(said.timestamp), usage)


def _cpu(said: _UsageJson) -> int | None:
    return nano_of(said.cpu)


def _memory(said: _UsageJson) -> int | None:
    return nano_of(said.memory)


def _sum(parts: list[_UsageJson], read: Callable[[_UsageJson], int | None]) -> int | None:
    amounts = [read(one) for one in parts]
    known = [one for one in amounts if one is not None]
    return sum(known) if known and len(known) == len(amounts) else None


def _nodes(_: ServerVersion) -> Reader[Measured]:
    return JsonReader("nodes.metrics.k8s.io", _NodeMetricsJson, _node)


def _pods(_: ServerVersion) -> Reader[Measured]:
    return JsonReader("pods.metrics.k8s.io", _PodMetricsJson, _pod)


NODE_USAGE: Resource[Measured] = Resource("metrics.k8s.io", ("v1beta1",), "nodes", _nodes, optional=True)
POD_USAGE: Resource[Measured] = Resource("metrics.k8s.io", ("v1beta1",), "pods", _pods, optional=True)
