"""What the API server said of one object that we wrote, or are about to: only what writing needs."""

from __future__ import annotations

from typing import Any

import msgspec

from nodeview.wire.writer_bodies import RESTARTED_AT


class _Managed(msgspec.Struct):
    manager: str = ""
    fields: dict[str, Any] | None = msgspec.field(name="fieldsV1", default=None)


class _Meta(msgspec.Struct):
    uid: str = ""
    version: str = msgspec.field(name="resourceVersion", default="")
    generation: int = 0
    deleted: str | None = msgspec.field(name="deletionTimestamp", default=None)
    annotations: dict[str, str] | None = None
    managed: list[_Managed] | None = msgspec.field(name="managedFields", default=None)


class _Template(msgspec.Struct):
    metadata: _Meta = msgspec.field(default_factory=_Meta)


class _Spec(msgspec.Struct):
    unschedulable: bool | None = None
    taints: list[dict[str, Any]] | None = None
    template: _Template | None = None
    restart_at: str | None = msgspec.field(name="restartAt", default=None)
    paused: bool | None = None
    node: str | None = msgspec.field(name="nodeName", default=None)


class _Object(msgspec.Struct):
    metadata: _Meta = msgspec.field(default_factory=_Meta)
    spec: _Spec | None = None


class Standing(msgspec.Struct, frozen=True):
    """One object as the server has it now."""

    uid: str
    version: str
    """Its resource version, to write on condition that it is still this."""
    generation: int = 0
    deleted: bool = False
    annotations: dict[str, str] = {}
    unschedulable: bool = False
    taints: tuple[dict[str, Any], ...] = ()
    restarted_at: str = ""
    """Of a workload: when it was last told to restart, RFC 3339; empty where never."""
    paused: bool = False
    node: str = ""
    """Of a pod."""
    cordoned_by: str = ""
    """The field manager that cordoned it; empty where nobody is told."""


def standing_of(body: bytes) -> Standing:
    """Read an object. Raises msgspec.DecodeError."""
    read = msgspec.json.decode(body, type=_Object)
    meta, spec = read.metadata, read.spec or _Spec()
    template = spec.template.metadata.annotations if spec.template is not None else None
    return Standing(
        uid=meta.uid,
        version=meta.version,
        generation=meta.generation,
        deleted=meta.deleted is not None,
        annotations=meta.annotations or {},
        unschedulable=bool(spec.unschedulable),
        taints=tuple(spec.taints or ()),
        restarted_at=spec.restart_at or (template or {}).get(RESTARTED_AT, ""),
        paused=bool(spec.paused),
        node=spec.node or "",
        cordoned_by=next((one.manager for one in meta.managed or () if _cordons(one)), ""),
    )


def _cordons(one: _Managed) -> bool:
    spec = (one.fields or {}).get("f:spec")
    return isinstance(spec, dict) and "f:unschedulable" in spec
