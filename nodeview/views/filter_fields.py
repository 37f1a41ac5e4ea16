"""What a filter can ask of a node: the words and the sizes behind each key, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, get_args

import msgspec

from nodeview.provisioners import Badge, Phase, ProvisionerName, pool_names
from nodeview.views.labels import value_of
from nodeview.views.node import NodeView
from nodeview.views.node_cells import CAPACITY_WORDS, short_zone
from nodeview.views.text import NANO, short_name, whole_percent
from nodeview.views.usage import share_of
from nodeview.views.used import used_share

_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_AGE = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+", re.ASCII)
_AGE_PART = re.compile(r"([\d.]+)([smhdw])")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SEPARATORS = re.compile(r"[-_ ]")


class Field(msgspec.Struct, frozen=True):
    """One key of a filter. A node with no words and no measure is unknown in it."""

    words: Callable[[NodeView, float], Collection[str]] | None = None
    """What the node answers to; any of them fits."""
    closed: tuple[str, ...] = ()
    """All the words there are, where they are few."""
    measure: Callable[[NodeView, float], Any] | None = None
    """What is compared by size; None is unknown."""
    parse: Callable[[str], Any] | None = None
    """Reads a size; None where it is none."""
    what: str = "number"
    example: str = "80"
    exact: bool = True
    """Whether equality of sizes makes sense."""


@lru_cache(maxsize=1 << 10)
def squash(word: str) -> str:
    """`NotReady`, `not-ready` and `not_ready` are the same word."""
    return _SEPARATORS.sub("", word).lower()


def share_field(resource: str) -> Field:
    """The requested share of a resource, in the percent that is shown."""

    def measure(view: NodeView, now: float) -> int | None:
        share = share_of(view, resource)
        return None if share is None else whole_percent(share)

    return Field(measure=measure, parse=_percent, what="percent")


def used_field(resource: str) -> Field:
    """The share of a resource that is really used, in the percent that is shown."""

    def measure(view: NodeView, now: float) -> int | None:
        share = used_share(view, resource)
        return None if share is None else whole_percent(share)

    return Field(measure=measure, parse=_percent, what="percent")


def label_field(label: str) -> Field:
    """A label of the nodes."""

    def words(view: NodeView, now: float) -> tuple[str, ...]:
        value = view.record.labels.get(label)
        return () if value is None else (value, shown) if (shown := value_of(view, label, now)) else (value,)

    return Field(words=words)


def _percent(text: str) -> float | None:
    return _plain(text.removesuffix("%").rstrip())


def _plain(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _price(text: str) -> int | None:
    value = _plain(text.removeprefix("$"))
    return None if value is None else round(value * NANO)


def _age(text: str) -> float | None:
    if not _AGE.fullmatch(text.lower()):
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in _AGE_PART.findall(text.lower()))


@lru_cache(maxsize=512)
def _version(text: str) -> tuple[int, ...] | None:
    found = _VERSION.match(text)
    return tuple(int(part[:9]) for part in found[1].split(".")) if found else None


@lru_cache(maxsize=512)
def _version_words(version: str) -> tuple[str, ...]:
    numbers = _version(version)
    if not numbers:
        return (version,) if version else ()
    whole, minor = ".".join(map(str, numbers)), ".".join(map(str, numbers[:2]))
    return (version, whole, f"v{whole}", minor, f"v{minor}")


def _maybe(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _zones(view: NodeView, now: float) -> tuple[str, ...]:
    zone = view.traits.zone
    if zone is None:
        return _maybe(view.traits.zone_id)
    return (zone, short_zone(zone, view.traits.region), *_maybe(view.traits.zone_id))


def _phases(view: NodeView, now: float) -> tuple[str, ...]:
    # A node not heard of is NotReady too, as kubectl and the STATE column say.
    return ("unknown", "not_ready") if view.standing.phase == "unknown" else (view.standing.phase,)


def _capacities(view: NodeView, now: float) -> tuple[str, ...]:
    kind = view.capacity_type
    return () if kind is None else (kind, CAPACITY_WORDS[kind])


FIELDS: Mapping[str, Field] = {
    "name": Field(lambda view, now: (view.name, short_name(view.name))),
    "pool": Field(lambda view, now: pool_names(view.ownership)),
    "type": Field(lambda view, now: _maybe(view.traits.instance_type)),
    "zone": Field(_zones),
    "region": Field(lambda view, now: _maybe(view.traits.region)),
    "arch": Field(lambda view, now: _maybe(view.traits.arch)),
    "os": Field(lambda view, now: _maybe(view.traits.os)),
    "ns": Field(lambda view, now: view.namespaces),
    "cap": Field(_capacities, tuple(dict.fromkeys((*CAPACITY_WORDS, *CAPACITY_WORDS.values())))),
    "phase": Field(_phases, get_args(Phase)),
    "badge": Field(lambda view, now: view.badges, get_args(Badge)),
    "provisioner": Field(lambda view, now: (view.ownership.provisioner,), get_args(ProvisionerName)),
    "version": Field(
        lambda view, now: _version_words(view.record.kubelet_version),
        measure=lambda view, now: _version(view.record.kubelet_version),
        parse=lambda text: _version(text) if _VERSION.fullmatch(text) else None,
        what="version",
        example="1.34",
    ),
    "cpu": share_field("cpu"),
    "memory": share_field("memory"),
    "ephemeral-storage": share_field("ephemeral-storage"),
    "cpu-used": used_field("cpu"),
    "memory-used": used_field("memory"),
    "pods": Field(measure=lambda view, now: view.counts.total if view.counts else None, parse=_plain, example="50"),
    "pods-share": share_field("pods"),
    "price": Field(measure=lambda view, now: view.price.hourly, parse=_price, what="price", example="0.1"),
    "age": Field(
        measure=lambda view, now: now - view.record.created,
        parse=_age,
        what="duration",
        example="7d",
        exact=False,
    ),
}
"""Every key but labels and the resources that are not always there."""

ALIASES: Mapping[str, str] = {
    "node": "name",
    "nodepool": "pool",
    "nodegroup": "pool",
    "instance-type": "type",
    "capacity": "cap",
    "capacity-type": "cap",
    "state": "phase",
    "is": "badge",
    "namespace": "ns",
}
"""Other words for the same keys; they sort the table too."""


def row_text(view: NodeView) -> str:
    """All that a free word may be part of, in lower case: what the row says, and the values of the labels."""
    traits = view.traits
    said = (
        view.record.name,
        *pool_names(view.ownership),
        view.ownership.provisioner,
        traits.instance_type or "",
        traits.zone or "",
        view.capacity_type or "",
        view.standing.phase,
        view.standing.reason or "",
        *view.badges,
        *view.record.labels.values(),
    )
    return "\n".join(said).lower()
