"""Patches: merge (RFC 7386), JSON (RFC 6902) and Kubernetes' strategic merge."""

from __future__ import annotations

import copy
from typing import Any

from nodeview.demo.resources import Obj

MERGE_KEYS = {
    "conditions": ("type",), "containers": ("name",), "initContainers": ("name",),
    "ephemeralContainers": ("name",), "volumes": ("name",), "env": ("name",), "volumeMounts": ("mountPath",),
    "ports": ("containerPort",), "ownerReferences": ("uid",), "imagePullSecrets": ("name",),
    "addresses": ("type",), "hostAliases": ("ip",), "topologySpreadConstraints": ("topologyKey",),
    "schedulingGates": ("name",), "resourceClaims": ("name",),
}  # fmt: skip
"""Lists merged element by element, by their field's name, and what makes two elements the same.

A node's taints and a pod's tolerations are not among them: they are replaced as a whole.
"""
REJECTED = "the server rejected our request due to an error in our request"
PRIMITIVE_LISTS = ("finalizers",)


class PatchError(Exception):
    """A patch that cannot be applied; ``code`` is what an API server answers."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386: null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result: Obj = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def strategic(target: Any, patch: Any) -> Any:
    """Kubernetes' strategic merge: as merge, but lists with a key merge element by element."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    directive = patch.get("$patch")
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return {}
    result: Obj = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if key.startswith("$"):
            _directive(result, key, value)
        elif value is None:
            result.pop(key, None)
        elif isinstance(value, list) and key in MERGE_KEYS:
            result[key] = _keyed(result.get(key) or [], value, MERGE_KEYS[key])
        elif isinstance(value, list) and key in PRIMITIVE_LISTS:
            kept = list(result.get(key) or [])
            result[key] = kept + [one for one in value if one not in kept]
        else:
            result[key] = strategic(result.get(key), value)
    for key in [key for key in patch if key.startswith("$setElementOrder/")]:
        _order(result, key.partition("/")[2], patch[key])
    return result


def _directive(result: Obj, key: str, value: Any) -> None:
    if key.startswith("$deleteFromPrimitiveList/"):
        name = key.partition("/")[2]
        result[name] = [one for one in result.get(name) or [] if one not in value]
    elif key == "$retainKeys":
        for extra in [one for one in result if one not in value]:
            del result[extra]


def _identity(element: Obj, keys: tuple[str, ...]) -> Any:
    """What makes two elements of a list the same: Go's structs name one merge key, the first here."""
    return element.get(keys[0])


def _keyed(old: list[Any], new: list[Any], keys: tuple[str, ...]) -> list[Any]:
    if any(isinstance(one, dict) and one.get("$patch") == "replace" for one in new):
        return [copy.deepcopy(one) for one in new if one.get("$patch") != "replace"]
    result = list(old)
    for element in new:
        identity = _identity(element, keys)
        if identity is None:
            raise PatchError(400, f"map: {element} does not contain declared merge key: {keys[0]}")
        places = [place for place, one in enumerate(result) if _identity(one, keys) == identity]
        if element.get("$patch") == "delete":
            result = [one for one in result if _identity(one, keys) != identity]
        elif places:
            result[places[0]] = strategic(result[places[0]], element)
        else:
            result.append(strategic({}, element))
    return result


def _order(result: Obj, name: str, order: list[Any]) -> None:
    keys = MERGE_KEYS.get(name)
    found = result.get(name)
    if not keys or not found:
        return
    places = {_identity(one, keys): place for place, one in enumerate(order)}
    listed = sorted(
        (one for one in found if _identity(one, keys) in places), key=lambda one: places[_identity(one, keys)]
    )
    result[name] = listed + [one for one in found if _identity(one, keys) not in places]


def apply_json(target: Obj, operations: list[Obj]) -> Obj:
    """RFC 6902: operations in order; one that cannot be done fails all."""
    document: Any = copy.deepcopy(target)
    for operation in operations:
        document = _apply(document, operation)
    result: Obj = document
    return result


def _apply(document: Any, operation: Obj) -> Any:
    verb, path = operation["op"], operation["path"]
    if verb in ("move", "copy"):
        value = copy.deepcopy(_read(document, operation["from"], verb))
        if verb == "move":
            document = _write(document, "remove", operation["from"], None)
        return _write(document, "add", path, value)
    if verb == "test":
        _test(document, path, operation.get("value"))
        return document
    return _write(document, verb, path, copy.deepcopy(operation.get("value")))


def _test(document: Any, path: str, value: Any) -> None:
    try:
        found = _read(document, path, "test")
    except PatchError:
        found = None
    if found != value:
        raise PatchError(422, REJECTED)


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _missing() -> PatchError:
    return PatchError(422, REJECTED)


def _read(document: Any, path: str, verb: str) -> Any:
    for part in _parts(path):
        try:
            document = document[int(part)] if isinstance(document, list) else document[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise _missing() from None
    return document


def _write(document: Any, verb: str, path: str, value: Any) -> Any:
    parts = _parts(path)
    if not parts:
        return value
    parent, last = document, parts[-1]
    for part in parts[:-1]:
        try:
            parent = parent[int(part)] if isinstance(parent, list) else parent[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise _missing() from None
    if isinstance(parent, list):
        _write_element(parent, verb, path, last, value)
    elif not isinstance(parent, dict) or (verb != "add" and last not in parent):
        raise _missing()
    elif verb == "remove":
        del parent[last]
    else:
        parent[last] = value
    return document


def _write_element(parent: list[Any], verb: str, path: str, last: str, value: Any) -> None:
    place = len(parent) if last == "-" else int(last) if last.isdigit() else -1
    if not 0 <= place < len(parent) + (verb == "add"):
        raise _missing()
    if verb == "add":
        parent.insert(place, value)
    elif verb == "remove":
        del parent[place]
    else:
        parent[place] = value
