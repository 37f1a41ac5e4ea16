"""POST, PUT, PATCH and DELETE: what a client writes, checked and refused as an API server does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nodeview.demo import status
from nodeview.demo.evicting import evict
from nodeview.demo.patches import PatchError, apply_json, merge, strategic
from nodeview.demo.requests import Target, syntax_error
from nodeview.demo.resources import PODS, Kind, Obj
from nodeview.demo.store import Store, dumps
from nodeview.demo.times import stamp
from nodeview.demo.validation import admit, default, validate

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
BUILT_IN = (JSON_PATCH, MERGE, STRATEGIC, APPLY)
CUSTOM = (JSON_PATCH, MERGE, APPLY)
Answer = tuple[int, Obj]


class Writer:
    """Carries out a client's writes on the store."""

    def __init__(self, store: Store, clock: Callable[[], float]):
        self.store = store
        self.clock = clock

    def create(self, target: Target, body: bytes, dry: bool) -> Answer:
        """POST of an object, or of an eviction below a pod."""
        obj = _read(body, target.kind)
        if target.subresource == "eviction":
            return 201, evict(self.store, target, obj, dry, self.clock())
        if target.name:
            raise status.method_not_allowed()
        kind = target.kind
        metadata = obj.setdefault("metadata", {})
        _check_kind(kind, obj)
        if target.namespace and metadata.setdefault("namespace", target.namespace) != target.namespace:
            raise status.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + self.store.uid()[:5]
        for field in ("resourceVersion", "uid", "creationTimestamp", "generation", "deletionTimestamp"):
            metadata.pop(field, None)
        default(kind, obj)
        admit(kind, obj)
        validate(kind, obj, None)
        if (target.namespace, metadata["name"]) in self.store[kind].entries:
            raise status.already_exists(kind, metadata["name"])
        if dry:
            made = {"uid": self.store.uid(), "creationTimestamp": stamp(self.clock())}
            metadata |= made | ({"generation": 1} if kind.generation else {})
            return 201, obj
        return 201, self.store.create(kind, obj, self.clock())

    def replace(self, target: Target, body: bytes, dry: bool) -> Answer:
        """PUT of a whole object, or of its status."""
        new = _read(body, target.kind)
        _check_kind(target.kind, new)
        return 200, self._write(target, lambda _old: new, dry)

    def patch(self, target: Target, media_type: str, body: bytes, dry: bool) -> Answer:
        """PATCH of an object, its status or its scale, in any of the three ways."""
        allowed = CUSTOM if target.kind.custom else BUILT_IN
        if media_type not in BUILT_IN:
            raise status.unknown_media_type()
        if media_type not in allowed or media_type == APPLY:
            raise status.unsupported_media_type(", ".join(allowed))
        patch = _read_patch(body)
        return 200, self._write(target, lambda old: _patched(old, media_type, patch), dry)

    def delete(self, target: Target, body: bytes, query: dict[str, str], dry: bool) -> Answer:
        """DELETE of an object: what is left of it, or a Status when nothing is."""
        entry = self.store[target.kind].entries.get((target.namespace, target.name))
        if entry is None:
            raise status.not_found(target.kind, target.name)
        words: Obj = json.loads(body) if body else {}
        uid = (words.get("preconditions") or {}).get("uid")
        if uid and uid != entry.obj["metadata"]["uid"]:
            raise status.uid_conflict(target.kind, target.name, uid, entry.obj["metadata"]["uid"])
        grace = words.get("gracePeriodSeconds", query.get("gracePeriodSeconds"))
        dry = dry or bool(words.get("dryRun"))
        if dry:
            return 200, entry.obj
        left = self.store.delete(target.kind, entry.key, self.clock(), None if grace is None else int(grace))
        if target.kind is PODS or entry.key in self.store[target.kind].entries:
            return 200, left
        return 200, _deleted(target.kind, left)

    def delete_all(self, target: Target) -> Answer:
        """DELETE of a collection."""
        table = self.store[target.kind]
        for key in [key for key in table.entries if target.namespace in ("", key[0])]:
            self.store.delete(target.kind, key, self.clock())
        return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}

    def scale(self, target: Target) -> Answer:
        """GET of the scale subresource."""
        obj = self.store.get(target.kind, target.namespace, target.name)
        if obj is None:
            raise status.not_found(target.kind, target.name)
        return 200, _scale(obj)

    def _write(self, target: Target, change: Callable[[Obj], Obj], dry: bool) -> Obj:
        kind = target.kind
        entry = self.store[kind].entries.get((target.namespace, target.name))
        if entry is None:
            raise status.not_found(kind, target.name)
        old = entry.thaw()
        if target.subresource == "scale":
            wanted = change(_scale(old))
            old["spec"]["replicas"] = int(wanted["spec"]["replicas"])
            new = old
        else:
            new = change(old)
            _settle(target, entry.obj, new)
            default(kind, new)
            validate(kind, new, entry.obj)
        if kind.generation and new.get("spec") != entry.obj.get("spec"):
            new["metadata"]["generation"] = entry.obj["metadata"].get("generation", 1) + 1
        if dry or dumps(new) == entry.raw:
            return _scale(new) if target.subresource == "scale" else new
        self.store.update(kind, new)
        return _scale(new) if target.subresource == "scale" else new


def _settle(target: Target, old: Obj, new: Obj) -> None:
    """Keep what a client may not write: identity always, and spec or status by the address."""
    metadata, had = new.setdefault("metadata", {}), old["metadata"]
    version = metadata.get("resourceVersion")
    if version and version != had["resourceVersion"]:
        raise status.conflict(target.kind, target.name)
    for field in ("name", "namespace"):
        if metadata.get(field, had.get(field)) != had.get(field):
            raise status.bad_request(
                f"the {field} of the object ({metadata[field]}) does not match the {field} on the URL ({had[field]})"
            )
    uid = metadata.get("uid")
    if uid and uid != had["uid"]:
        raise status.uid_conflict(target.kind, target.name, uid, had["uid"])
    for field in (
        "name", "namespace", "uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ):  # fmt: skip
        metadata.pop(field, None)
        if field in had:
            metadata[field] = had[field]
    kept = "spec" if target.subresource == "status" else "status"
    if kept == "spec" or "status" in target.kind.subresources:
        new.pop(kept, None)
        if kept in old:
            new[kept] = json.loads(dumps(old[kept]))


def _patched(old: Obj, media_type: str, patch: Any) -> Obj:
    try:
        if media_type == JSON_PATCH:
            return apply_json(old, patch)
        result = merge(old, patch) if media_type == MERGE else strategic(old, patch)
    except PatchError as error:
        reason = "Invalid" if error.code == 422 else "BadRequest"
        raise status.Refusal(error.code, reason, str(error), {} if error.code == 422 else None) from None
    found: Obj = result
    return found


def _read(body: bytes, kind: Kind) -> Obj:
    try:
        obj = json.loads(body)
    except ValueError:
        why = f"json parse error: {syntax_error(body)} ({body.hex()})"
        text = f"the object provided is unrecognized (must be of type {kind.kind}): couldn't get version/kind; {why}"
        raise status.bad_request(text) from None
    if not isinstance(obj, dict):
        raise status.bad_request("couldn't get version/kind; json parse error: not an object")
    return obj


def _read_patch(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise status.bad_request(f"error decoding patch: {error}") from None


def _check_kind(kind: Kind, obj: Obj) -> None:
    said = obj.setdefault("apiVersion", kind.api_version), obj.setdefault("kind", kind.kind)
    if said != (kind.api_version, kind.kind):
        version, group = said[0].rpartition("/")[2], kind.group.partition(".")[0] or "core"
        conversion = f"converting ({version}.{said[1]}) to ({group}.{kind.kind}): unknown conversion"
        raise status.bad_request(f'{said[1]} in version "{version}" cannot be handled as a {kind.kind}: {conversion}')


def _deleted(kind: Kind, obj: Obj) -> Obj:
    details: Obj = {"name": obj["metadata"]["name"]}
    if kind.group:
        details["group"] = kind.group
    details |= {"kind": kind.plural, "uid": obj["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _scale(obj: Obj) -> Obj:
    """The autoscaling/v1 Scale of a workload."""
    metadata = {
        key: obj["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    }
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {"replicas": obj["spec"].get("replicas", 1)},
        "status": {"replicas": obj.get("status", {}).get("replicas", 0)},
    }
