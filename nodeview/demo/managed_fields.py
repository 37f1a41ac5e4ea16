"""managedFields: who wrote which field, the half of every real object that nobody reads."""

from __future__ import annotations

import json
from typing import Any

from nodeview.demo.resources import Obj

_KEYED = {
    "containers": ("name",), "initContainers": ("name",), "env": ("name",), "volumes": ("name",),
    "volumeMounts": ("mountPath",), "ports": ("containerPort", "protocol"), "conditions": ("type",),
    "addresses": ("type",), "ownerReferences": ("uid",), "podIPs": ("ip",), "hostIPs": ("ip",),
}  # fmt: skip


_KNOWN: dict[tuple[object, ...], Obj] = {}


def fields_like(key: tuple[object, ...], value: Any) -> Obj:
    """The FieldsV1 tree of a value, worked out once for all that have the same key."""
    if key not in _KNOWN:
        if len(_KNOWN) > 500:
            _KNOWN.clear()
        _KNOWN[key] = fields(value)
    return _KNOWN[key]


def fields(value: Any, name: str = "") -> Obj:
    """The FieldsV1 tree of a value: ``f:`` for each field, ``k:`` for each keyed element."""
    if isinstance(value, dict):
        return {f"f:{key}": fields(below, key) for key, below in value.items()}
    if isinstance(value, list) and name in _KEYED:
        tree: Obj = {".": {}}
        for element in value:
            key = {part: element[part] for part in _KEYED[name] if part in element}
            tree["k:" + json.dumps(key, separators=(",", ":"))] = {".": {}} | fields(element)
        return tree
    return {}


def managed(
    manager: str, version: str, written: Obj, time: str, subresource: str = "", like: tuple[object, ...] = ()
) -> Obj:
    """One entry of managedFields: what a manager wrote, and when; ``like`` names what is written alike."""
    entry: Obj = {
        "manager": manager,
        "operation": "Update",
        "apiVersion": version,
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields_like(like, written) if like else fields(written),
    }
    if subresource:
        entry["subresource"] = subresource
    return entry
