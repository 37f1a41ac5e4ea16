"""Events of a real kube-apiserver: both APIs' shapes, selectors, what is old, and what may not be read."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.views import Assumptions
from nodeview.wire.connection import connect
from tests.control_plane import running

pytestmark = pytest.mark.cluster
PREEMPTOR = "1796bbba-ea02-4c57-adb6-a3b635726f8f"
SAID = f"Preempted by pod {PREEMPTOR} on node balloons-1"
RULES = {
    "kind": "ClusterRole",
    "rules": [
        {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list", "watch"]},
        {"apiGroups": ["apps", "batch"], "resources": ["replicasets", "jobs"], "verbs": ["list", "watch"]},
        {"apiGroups": ["karpenter.sh"], "resources": ["*"], "verbs": ["list", "watch"]},
    ],
}


def victim(name: str) -> dict[str, str]:
    return {"kind": "Pod", "namespace": "default", "name": name, "uid": f"uid-of-{name}", "apiVersion": "v1"}


def write(path: str, body: dict[str, Any]) -> None:
    status, answer = running().request("POST", path, body)
    assert status in (201, 409), answer


def core_event(name: str, reason: str = "Preempted") -> None:
    body = {"metadata": {"name": f"{name}.17"}, "involvedObject": victim(name), "reason": reason, "message": SAID}
    scheduler = {"reportingComponent": "default-scheduler", "reportingInstance": "x", "action": "Preempting"}
    body |= {"type": "Normal", "eventTime": "2026-11-21T05:12:15.184728Z", **scheduler}
    write("/api/v1/namespaces/default/events", body)


def new_event(name: str) -> None:
    body = {"metadata": {"name": f"{name}.17"}, "regarding": victim(name), "reason": "Preempted", "note": SAID}
    scheduler = {"reportingController": "default-scheduler", "reportingInstance": "x", "action": "Preempting"}
    body |= {"type": "Normal", "eventTime": "2026-11-21T05:12:15.184728Z", **scheduler}
    write("/apis/events.k8s.io/v1/namespaces/default/events", body)


async def until(informer: Informer, right: Any) -> Frame:
    async with asyncio.timeout(15):
        while not right(frame := await informer.next()):
            pass
    return frame


async def test_what_is_old_is_context_and_what_comes_is_told_whichever_api_wrote_it() -> None:
    await asyncio.to_thread(core_event, "of-before")
    connection = connect(str(running().kubeconfig), None, os.environ)
    informer = await open_informer(connection, Assumptions(), Watched())
    try:
        frame = await until(informer, lambda frame: frame.complete)
        assert frame.view.preemptions.count == 0
        assert not [one for one in frame.feed if one.kind == "preempted"]
        await asyncio.to_thread(core_event, "of-the-core")
        await asyncio.to_thread(core_event, "of-no-interest", "Pulled")
        await asyncio.to_thread(new_event, "of-the-group")
        frame = await until(informer, lambda frame: frame.view.preemptions.count == 2)
        told = [(one.subject, one.message) for one in frame.feed if one.kind == "preempted"]
        words = "on balloons-1 by a pod that was not seen: whether it was a balloon is not known"
        assert told == [("default/of-the-core", words), ("default/of-the-group", words)]
    finally:
        await informer.close()


async def test_events_that_may_not_be_read_leave_the_frame_complete_and_are_said() -> None:
    role, subject = (
        "follows-without-events",
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"},
    )
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    await asyncio.to_thread(write, f"{rbac}/clusterroles", RULES | {"metadata": {"name": role}})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    binding = {"metadata": {"name": role}, "roleRef": reference, "subjects": [subject]}
    await asyncio.to_thread(write, f"{rbac}/clusterrolebindings", binding)
    informer = await open_informer(connect(str(running().kubeconfig), "viewer", os.environ), Assumptions(), Watched())
    try:
        frame = await until(informer, lambda frame: frame.complete)
        (events,) = (one for one in frame.view.streams if one.resource == "events")
        assert events.state == "forbidden"
        assert 'cannot list resource "events"' in events.reason
        assert [one.subject for one in frame.feed].count("events") == 1
    finally:
        await informer.close()
