"""Events and preempted pods for the tests of the store."""

from __future__ import annotations

from typing import Any

from nodeview.records import ClusterEvent, NodeName, ObjectRef, OwnerRef, Pod
from tests.builders import NOW, a_pod, a_shape, amounts

NODE = NodeName("worker-1")
OWNER = OwnerRef("ReplicaSet", "balloon-1a-6b", "apps", "rs")


def uid(number: int) -> str:
    """A uid as an API server makes them."""
    return f"{number:08x}-ea02-4c57-adb6-a3b635726f8f"


def an_event(message: str = "", about: ObjectRef | None = None, **overrides: Any) -> ClusterEvent:
    """What the scheduler says of a balloon, unless told otherwise."""
    said: dict[str, Any] = {
        "namespace": "default",
        "name": "e.1",
        "uid": "e",
        "related": None,
        "reason": "Preempted",
        "source": "default-scheduler",
        "warning": False,
        "began": NOW,
        "at": NOW,
        **overrides,
    }
    return ClusterEvent(about=about or ObjectRef("Pod", "default", "balloon-a", uid(1)), message=message, **said)


def a_balloon(name: str = "balloon-a", number: int = 1, **overrides: Any) -> Pod:
    """A balloon that runs on the node."""
    shape = a_shape(priority=-5, images=("pause:3.9",), requests=amounts(2, 1, 1))
    said: dict[str, Any] = {"uid": uid(number), "shape": shape, "node": NODE, "owner": OWNER, **overrides}
    return a_pod(name, **said)


def preempted(pod: Pod, at: int = NOW, **overrides: Any) -> Pod:
    """The same with the scheduler's condition."""
    from msgspec.structs import replace

    return replace(pod, disruption="PreemptionByScheduler", turned_at=at, **overrides)


def a_preemptor(name: str = "checkout", number: int = 100, priority: int = 0, **overrides: Any) -> Pod:
    """A pod that waits for room, nominated to the node."""
    said: dict[str, Any] = {
        "uid": uid(number),
        "namespace": "shop",
        "node": None,
        "phase": "Pending",
        "turned_at": None,
        "nominated": NODE,
        "shape": a_shape(priority=priority),
        **overrides,
    }
    return a_pod(name, **said)


def running(pod: Pod, at: int, node: NodeName = NODE) -> Pod:
    """The same, bound and running since then."""
    from msgspec.structs import replace

    return replace(pod, node=node, phase="Running", turned_at=at, nominated=None, waiting=None)
