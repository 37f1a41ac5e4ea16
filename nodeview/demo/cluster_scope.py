"""Raw JSON of what belongs to no namespace and is made once: Namespaces and PriorityClasses."""

from __future__ import annotations

from nodeview.demo.resources import Obj
from nodeview.demo.times import stamp


def priority_class(name: str, value: int, created: float) -> Obj:
    """A PriorityClass."""
    return {
        "kind": "PriorityClass",
        "apiVersion": "scheduling.k8s.io/v1",
        "metadata": {"name": name, "creationTimestamp": stamp(created)},
        "value": value,
        "globalDefault": False,
        "preemptionPolicy": "PreemptLowerPriority",
    }


def namespace(name: str, created: float) -> Obj:
    """A Namespace."""
    return {
        "kind": "Namespace",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "creationTimestamp": stamp(created),
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }
