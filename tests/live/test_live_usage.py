"""What nodes and pods use, from a server in another process into the frames."""

from __future__ import annotations

import asyncio

from nodeview.frame import Frame
from nodeview.live.informer import Watched, open_informer
from nodeview.views import Assumptions
from tests.demo_child import demo_child


async def test_usage_comes_into_the_frames() -> None:
    with demo_child("quiet", "--speed=0.01") as child:
        informer = await open_informer(child.connection(), Assumptions(), Watched())
        try:
            assert await informer.usage_settled()
            frame: Frame = await informer.next()
            async with asyncio.timeout(10):
                while not (frame.complete and frame.view.usage.pods):
                    frame = await informer.next()
        finally:
            await informer.close()
        said = child.get("/apis/metrics.k8s.io/v1beta1/nodes")["items"]
    view = frame.view
    assert (view.usage.why_nodes, view.usage.why_pods) == ("", "")
    assert {one["metadata"]["name"] for one in said} == set(view.nodes) == set(view.usage.nodes)
    running = [pod for node in view.nodes.values() for pod in node.pods if pod.phase == "Running"]
    assert {pod.uid for pod in running} == set(view.usage.pods)
    for node in view.nodes.values():
        assert node.used is not None
        of_pods = sum(view.usage.pods[pod.uid].cpu or 0 for pod in node.pods if pod.phase == "Running")
        assert 0 < of_pods < (node.used.cpu or 0)
