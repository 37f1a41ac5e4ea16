"""What a plan sees of the cluster: its own pods and nodes, and whether that can be believed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.actions.plan import PodPath, Step, Subject
from nodeview.cluster import Snapshot, Stream
from nodeview.live.executor_watch import OLD_S, Watch
from nodeview.records import NodeName, Pod, Workload
from tests.builders import a_node, a_pod, owner
from tests.live.executing import Rows, a_plan, node_subject, rows_with

SHOP = Subject("StatefulSet", "shop", "default", "uid-shop", "apps")
STEPS = (Step(1, "cordon", node_subject(), "", ""), Step(2, "restart", SHOP, "", ""))


def _watch(rows: Rows, **said: Any) -> Watch:
    return Watch(a_plan(*STEPS, **said), rows, lambda pod: pod.shape.priority < 0, lambda: rows.now)


def _pod(name: str, node: str = "n1", kind: str = "StatefulSet", **said: Any) -> Pod:
    return a_pod(name, node=NodeName(node), owner=owner(kind, "shop", "apps"), **said)


def test_what_has_to_leave_and_what_stays() -> None:
    rows = rows_with("n1")
    for pod in (
        _pod("app"),
        _pod("daemon", kind="DaemonSet"),
        _pod("static", mirror=True),
        _pod("over", phase="Succeeded"),
        _pod("blocked"),
        _pod("balloon"),
        _pod("elsewhere", node="n2"),
    ):
        rows.put(pod)
    paths = [
        PodPath("default", name, f"uid-{name}", NodeName("n1"), path, "")  # type: ignore[arg-type]
        for name, path in (("blocked", "blocked"), ("balloon", "balloon"))
    ]
    watch = _watch(rows, paths=paths)
    assert [pod.name for pod in watch.leaving(NodeName("n1"))] == ["app"]


def test_old_pods_are_those_on_targets_that_take_no_more() -> None:
    rows = rows_with("n1", "n2")
    rows.put(_pod("a"))
    rows.put(_pod("b", node="n2"))
    watch = _watch(rows, nodes=("n1", "n2"))
    assert watch.left_of(SHOP) == []
    rows.put(a_node("n1", unschedulable=True))
    watch = _watch(rows, nodes=("n1", "n2"))
    assert [pod.name for pod in watch.left_of(SHOP)] == ["a"]


@pytest.mark.parametrize("path", ["blocked", "evict"])
def test_what_no_restart_moves_is_not_waited_for_after_one(path: Any) -> None:
    rows = rows_with("n1")
    rows.put(_pod("shop-0"))
    rows.put(_pod("shop-1"))
    rows.put(a_node("n1", unschedulable=True))
    watch = _watch(rows, paths=[PodPath("default", "shop-0", "uid-shop-0", NodeName("n1"), path, "", SHOP)])
    assert [pod.name for pod in watch.left_of(SHOP)] == ["shop-1"]


def test_a_namesake_is_another() -> None:
    rows = rows_with("n1")
    rows.put(_pod("a", uid="second"))
    watch = _watch(rows)
    assert watch.pod(Subject("Pod", "a", "default", "first"), NodeName("n1")) is None
    assert watch.pod(Subject("Pod", "a", "default", "second"), NodeName("n1")) is not None
    assert watch.node(NodeName("n1"), "uid-n1") is not None
    assert watch.node(NodeName("n1"), "other") is None


async def test_only_what_is_of_the_plan_wakes_it() -> None:
    rows = rows_with("n1", "n9")
    watch = _watch(rows)
    watch.open()
    try:
        seen = watch.snapshot
        rows.put(a_pod("other", node=NodeName("n9")))
        rows.put(a_node("n9", unschedulable=True))
        assert watch.snapshot is seen
        waiting = asyncio.create_task(watch.changed())
        await asyncio.sleep(0)
        rows.put(_pod("app"))
        await asyncio.wait_for(waiting, 5)
        assert watch.snapshot is not seen
    finally:
        await watch.close()


async def test_a_pod_that_is_heard_of_before_its_replica_set_is_measured_all_the_same() -> None:
    rows = rows_with("n1", "n2")
    deployment = Subject("Deployment", "web", "default", "uid-web", "apps")
    rows.put(_replica_set("web-1"))
    rows.put(_of_set("old", "web-1"))
    old = PodPath("default", "old", "uid-old", NodeName("n1"), "restart", "", deployment)
    watch = Watch(
        a_plan(Step(1, "restart", deployment, "", ""), paths=[old]), rows, lambda pod: False, lambda: rows.now
    )
    watch.open()
    try:
        rows.put(_of_set("new", "web-2", node=None, ready=False))
        rows.now += 2
        rows.put(_of_set("new", "web-2", node=NodeName("n2"), ready=False))
        rows.now += 3
        rows.put(_of_set("new", "web-2", node=NodeName("n2"), ready=True))
        rows.put(_replica_set("web-2"))
        (move,) = watch.measuring.told(rows.now).moves
        assert (move.old, move.new, move.new_node, move.pending_s, move.ready_s) == ("old", "new", "n2", 2.0, 5.0)
    finally:
        await watch.close()


def _of_set(name: str, replica_set: str, node: NodeName | None = NodeName("n1"), **said: Any) -> Pod:  # noqa: B008
    return a_pod(name, node=node, owner=owner("ReplicaSet", replica_set, "apps"), **said)


def _replica_set(name: str) -> Workload:
    return Workload("default", name, f"uid-{name}", "ReplicaSet", owner("Deployment", "web", "apps"))


def test_how_far_each_node_is() -> None:
    rows = rows_with("n1", "n2")
    rows.put(_pod("a"))
    paths = [PodPath("default", name, f"uid-{name}", NodeName("n1"), "restart", "") for name in ("a", "b")]
    watch = _watch(rows, nodes=("n1", "n2", "n3"), paths=paths)
    assert [(one.name, one.words) for one in watch.nodes_told()] == [
        ("n1", "1 of 2 moved"),
        ("n2", "empty"),
        ("n3", "removed"),
    ]


def test_a_node_with_pods_that_nothing_moves_is_not_called_empty() -> None:
    rows = rows_with("n1")
    rows.put(_pod("bare"))
    watch = _watch(rows, paths=[PodPath("default", "bare", "uid-bare", NodeName("n1"), "blocked", "")])
    assert [one.words for one in watch.nodes_told()] == ["empty but for 1 pod that nothing moves"]


class _Streams:
    """A store whose streams are as a test says."""

    def __init__(self, **changes: Any) -> None:
        self._rows = rows_with("n1")
        self._changes = changes

    def listen(self, fold: Any) -> Any:
        return lambda: None

    def read(self) -> Snapshot:
        names = ("nodes", "pods", "replicasets.apps", "statefulsets.apps")
        streams = [Stream(name, "synced", 1_000.0, bookmarked=True, synced_once=True) for name in names]
        streams = [replace(one, **self._changes) if one.resource == "pods" else one for one in streams]
        return replace(self._rows.read(), streams=tuple(streams))


@pytest.mark.parametrize(
    ("changes", "now", "words"),
    [
        ({}, 1_000.0, ""),
        ({}, 1_000.0 + OLD_S, ""),
        ({}, 1_001.0 + OLD_S, "nothing was heard"),
        ({"bookmarked": False}, 1_001.0 + OLD_S, "nothing was heard of nodes"),
        ({"state": "lagging", "reason": "connection refused"}, 1_000.0, "pods is lagging (connection refused)"),
        ({"state": "listing"}, 1_000.0, "pods is listing"),
        ({"state": "forbidden"}, 1_000.0, "pods may not be read"),
        ({"heard_at": None}, 1_000.0, "nothing was heard of pods"),
    ],
)
def test_what_may_be_old_is_not_believed(changes: dict[str, Any], now: float, words: str) -> None:
    watch = Watch(a_plan(*STEPS), _Streams(**changes), lambda pod: False, lambda: now)
    said = watch.old()
    assert words in said if words else said == ""
