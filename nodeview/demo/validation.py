"""What an API server fills in and what it refuses, as far as viewers of nodes come across it."""

from __future__ import annotations

import json
import re

from nodeview.demo import status
from nodeview.demo.resources import EVENTS, NODES, PODS, ZERO_NODE, Kind, Obj

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_LABEL_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
    "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
Cause = tuple[str, str, str]


def default(kind: Kind, obj: Obj) -> None:
    """Fill in what a client may leave out and other parts here rely on."""
    if kind is PODS:
        obj.setdefault("status", {}).setdefault("phase", "Pending")
        spec = obj.setdefault("spec", {})
        obj["status"].setdefault("qosClass", quality(spec))
        for one in obj["status"].get("conditions") or ():
            one.setdefault("lastProbeTime", None)
        spec.setdefault("terminationGracePeriodSeconds", 30)
        spec.setdefault("schedulerName", "default-scheduler")
        spec.setdefault("restartPolicy", "Always")
        spec.setdefault("priority", 0)
    if kind is NODES:
        obj.setdefault("spec", {})
        obj["status"] = json.loads(json.dumps(ZERO_NODE["status"])) | (obj.get("status") or {})
    if "status" in kind.subresources and not kind.custom:
        obj.setdefault("status", {})


def admit(kind: Kind, obj: Obj) -> None:
    """What admission adds to a new object: a node is not ready before somebody says it is."""
    if kind is NODES:
        taints = obj["spec"].setdefault("taints", [])
        if not any(one.get("key") == NOT_READY["key"] and one.get("effect") == NOT_READY["effect"] for one in taints):
            taints.append(dict(NOT_READY))


def quality(spec: Obj) -> str:
    """A pod's quality of service by its requests and limits."""
    amounts = [one.get("resources") or {} for one in spec.get("containers") or ()]
    if not any(one.get("requests") or one.get("limits") for one in amounts):
        return "BestEffort"
    for one in amounts:
        limits, requests = one.get("limits") or {}, one.get("requests") or {}
        if any(name not in limits or requests.get(name, limits[name]) != limits[name] for name in ("cpu", "memory")):
            return "Burstable"
    return "Guaranteed"


def validate(kind: Kind, obj: Obj, old: Obj | None) -> None:
    """Refuse with 422 what may not be written."""
    metadata = obj["metadata"]
    name = metadata.get("name", "")
    causes: list[Cause] = []
    if old is None:
        if not name:
            text = "Required value: name or generateName is required"
            causes.append(("FieldValueRequired", text, "metadata.name"))
        elif not _NAME.fullmatch(name):
            causes.append(("FieldValueInvalid", f'Invalid value: "{name}": {_SUBDOMAIN}', "metadata.name"))
    for value in (metadata.get("labels") or {}).values():
        if not isinstance(value, str):
            raise status.bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}')
        if not _LABEL.fullmatch(value):
            causes.append(("FieldValueInvalid", f'Invalid value: "{value}": {_LABEL_TEXT}', "metadata.labels"))
    if kind is NODES:
        # An update is validated as an object and as an update: both say the same.
        causes += _node_causes(obj) * (2 if old else 1)
    if kind is PODS:
        causes += _pod_causes(obj, old)
    if (
        "replicas" in (obj.get("spec") or {})
        and isinstance(obj["spec"]["replicas"], int)
        and obj["spec"]["replicas"] < 0
    ):
        text = f"Invalid value: {obj['spec']['replicas']}: must be greater than or equal to 0"
        causes.append(("FieldValueInvalid", text, "spec.replicas"))
    if causes and kind is not EVENTS:
        raise status.invalid(kind, name, causes)


def _node_causes(obj: Obj) -> list[Cause]:
    causes: list[Cause] = []
    for place, taint in enumerate(obj["spec"].get("taints") or ()):
        effect = taint.get("effect", "")
        if effect not in _EFFECTS:
            known = ", ".join(f'"{one}"' for one in _EFFECTS)
            text = f'Unsupported value: "{effect}": supported values: {known}'
            causes.append(("FieldValueNotSupported", text, f"metadata.taints[{place}].effect"))
    return causes


def _pod_causes(obj: Obj, old: Obj | None) -> list[Cause]:
    causes: list[Cause] = []
    if not obj["spec"].get("containers"):
        causes.append(("FieldValueRequired", "Required value", "spec.containers"))
    if old and old["spec"].get("nodeName") and obj["spec"].get("nodeName") != old["spec"]["nodeName"]:
        text = "Forbidden: pod updates may not change fields other than the image, the active deadline and tolerations"
        causes.append(("FieldValueForbidden", text, "spec"))
    return causes
