"""How the Cluster Autoscaler's status is read: YAML since 1.30, prose before."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from nodeview.records.autoscaler import AutoscalerStatus, NodeGroup
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import word
from nodeview.records.resource import Reader, Resource, ServerVersion

_NAMESPACE = "kube-system"
_NAME = "cluster-autoscaler-status"
_PROBED = re.compile(r"^(?:[ \t]*[lL]astProbeTime:|time:|Cluster-autoscaler status at )(?:.*\n|.*)", re.MULTILINE)
"""What differs in each of its rounds, of ten seconds, though nothing else does."""
_PROSE = re.compile(r"^(?:Cluster-wide|NodeGroups):[ \t]*$", re.MULTILINE)
_LINE = re.compile(r"^[ \t]*(Name|Health|ScaleUp|ScaleDown):[ \t]+(\S+)(.*)$", re.MULTILINE)
_COUNT = re.compile(r"\b(\w+)=(\d{1,9})\b", re.ASCII)
_LONGEST = 1000
"""Characters of an error of a cloud that are kept."""


class _DataJson(msgspec.Struct, gc=False):
    status: str | None = None


class _ConfigMapJson(ObjectJson, gc=False):
    data: _DataJson | None = None


class _RegisteredYaml(msgspec.Struct):
    ready: int | None = None


class _CountsYaml(msgspec.Struct):
    registered: _RegisteredYaml | None = None


class _BackoffYaml(msgspec.Struct, rename="camel"):
    error_code: str | int | None = None
    error_message: str | int | None = None


class _PartYaml(msgspec.Struct, rename="camel"):
    """Health, scaling up or scaling down."""

    status: str | None = None
    node_counts: _CountsYaml | None = None
    cloud_provider_target: int | None = None
    min_size: int | None = None
    max_size: int | None = None
    candidates: int | None = None
    backoff_info: _BackoffYaml | None = None


class _GroupYaml(msgspec.Struct, rename="camel"):
    """A group; or all of them, without a name."""

    name: str | int | None = None
    health: _PartYaml | None = None
    scale_up: _PartYaml | None = None
    scale_down: _PartYaml | None = None


class _StatusYaml(msgspec.Struct, rename="camel"):
    autoscaler_status: str | None = None
    cluster_wide: _GroupYaml | None = None
    node_groups: list[_GroupYaml] | None = None


_NOTHING = _PartYaml()


class _Said(NamedTuple):
    """What a status says, whoever wrote it down where."""

    running: bool = False
    all: NodeGroup = NodeGroup("")
    groups: tuple[NodeGroup, ...] = ()
    unreadable: str = ""


def _status(said: _ConfigMapJson) -> AutoscalerStatus:
    text = said.data.status if said.data else None
    what = _read(_PROBED.sub("", text)) if text else _Said(unreadable="it holds no status")
    return AutoscalerStatus(
        namespace=word(said.metadata.namespace),
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        running=what.running,
        health=what.all.health,
        scale_up=what.all.scale_up,
        scale_down=what.all.scale_down,
        groups=what.groups,
        unreadable=what.unreadable,
    )


@lru_cache(maxsize=8)
def _read(text: str) -> _Said:
    """A status without its times of probing, which mostly is the one before."""
    if text.strip() == "Initializing":
        return _Said()
    return _read_prose(text) if _PROSE.search(text) else _read_yaml(text)


def _read_yaml(text: str) -> _Said:
    """Whatever the parser of YAML thinks of the text is told in its words, on one line."""
    from msgspec import yaml  # PyYAML takes a while to load, and most clusters have no such text

    try:
        said = yaml.decode(text, type=_StatusYaml)
    except (msgspec.MsgspecError, ValueError, RecursionError, ImportError) as error:
        return _Said(unreadable=" ".join(str(error).split())[:_LONGEST] or type(error).__name__)
    if said.autoscaler_status is None and said.cluster_wide is None:
        return _Said(unreadable="it says nothing of the Cluster Autoscaler")
    groups = tuple([_group(one) for one in said.node_groups or ()])
    return _Said(said.autoscaler_status == "Running", _group(said.cluster_wide or _GroupYaml()), groups)


def _group(said: _GroupYaml) -> NodeGroup:
    health, up, down = said.health or _NOTHING, said.scale_up or _NOTHING, said.scale_down or _NOTHING
    counts, backoff = health.node_counts, up.backoff_info or _BackoffYaml()
    why = (backoff.error_code, backoff.error_message)
    return NodeGroup(
        name="" if said.name is None else word(str(said.name)),
        health=word(health.status),
        ready=counts.registered.ready if counts and counts.registered else None,
        target=health.cloud_provider_target,
        min_size=health.min_size,
        max_size=health.max_size,
        scale_up=word(up.status),
        backoff=": ".join(str(one).strip() for one in why if one)[:_LONGEST],
        scale_down=word(down.status),
        candidates=down.candidates,
    )


def _read_prose(text: str) -> _Said:
    """Of 1.29 and before: the cluster's three lines, then for each group its name and the same three."""
    parts: list[dict[str, str | int]] = [{"name": ""}]
    for line in _LINE.finditer(text):
        what, first, rest = line.groups()
        if what == "Name":
            parts.append({"name": word(first)})
        else:
            parts[-1] |= {what: word(first)} | {f"{what}.{name}": int(count) for name, count in _COUNT.findall(rest)}
    all_, *groups = [_prose_group(one) for one in parts]
    return _Said(True, all_, tuple(groups)) if all_.health else _Said(unreadable="it says nothing of the cluster")


def _prose_group(said: dict[str, str | int]) -> NodeGroup:
    def count(name: str) -> int | None:
        found = said.get(name)
        return found if isinstance(found, int) else None

    return NodeGroup(
        name=str(said["name"]),
        health=str(said.get("Health", "")),
        ready=count("Health.ready"),
        target=count("Health.cloudProviderTarget"),
        min_size=count("Health.minSize"),
        max_size=count("Health.maxSize"),
        scale_up=str(said.get("ScaleUp", "")),
        scale_down=str(said.get("ScaleDown", "")),
        candidates=count("ScaleDown.candidates"),
    )


def _statuses(_: ServerVersion) -> Reader[AutoscalerStatus]:
    return JsonReader("configmaps", _ConfigMapJson, _status)


AUTOSCALER_STATUS: Resource[AutoscalerStatus] = Resource(
    "",
    ("v1",),
    "configmaps",
    _statuses,
    optional=True,
    field_selector=f"metadata.name={_NAME}",
    namespace=_NAMESPACE,
)
