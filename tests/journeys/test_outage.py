"""Stories of a cluster that goes away, comes back, or shows only a part of itself."""

from __future__ import annotations

import re

from tests.demo_child import demo_child, start_demo
from tests.journeys.person import sitting_at
from tests.refusing import WORDS, refusing

QUIET = ("quiet", "--speed=0.01")


async def test_a_server_that_dies_makes_the_picture_old_and_its_return_makes_it_live() -> None:
    first = start_demo(*QUIET, known_token=True)
    second = None
    try:
        async with sitting_at(first.connection()) as person:
            nodes = len(first.items("nodes"))
            before = await person.sees("● live", f"{nodes} nodes")
            assert "▲" not in before.splitlines()[0]
            first.kill()
            await person.until(lambda text: "▲" in text.splitlines()[0], "a warning in the header")
            head = person.lines()[0]
            assert "live" not in head
            assert re.search(r"▲ \S+ [\d.]+ (s|min) old: \S+", head), head
            assert f"{nodes} nodes" in person.text(), "what was known stays, and looks old"
            await person.until(lambda text: re.search(r"stream +\S+ +lagging", text) is not None, "a line of the feed")

            second = start_demo(*QUIET, f"--port={first.port}", known_token=True)
            await person.until(lambda text: "● live" in text.splitlines()[0], "a live header", patience=30)
            name = second.items("nodes")[0]["metadata"]["name"]
            merge = "application/merge-patch+json"
            second.send("PATCH", f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}}, merge)
            await person.sees("cordoned")
    finally:
        first.stop()
        if second is not None:
            second.stop()


async def test_where_pods_may_not_be_read_nodes_are_shown_and_nothing_is_zero() -> None:
    with demo_child(*QUIET) as demo:
        nodes = len(demo.items("nodes"))
        async with (
            refusing(demo.url, demo.token, "/api/v1/pods") as server,
            sitting_at(server.connection()) as person,
        ):
            text = await person.sees(f"{nodes} nodes", "pods: forbidden")
            assert "– pods" in text
            assert "0 pods" not in text
            assert not re.search(r" 0 %| 0/58|\b0 of ", text)
            assert re.search(r"cpu .* – of 1\d\d", text), "what nodes offer is known"
            await person.press("enter")
            text = await person.sees(f"pods   – pods are not known: {WORDS[:40]}")
            assert "pods are not known" in text.split("STATE", 1)[1], "the table says so as well"
            await person.press("escape", "p")
            text = await person.sees("– pods are not known")
            assert "no pod waits" not in text
            assert "every pod has a node" not in text


async def test_while_pods_are_listed_the_header_says_so_far() -> None:
    with demo_child(*QUIET) as demo:
        async with (
            refusing(demo.url, demo.token, held="/api/v1/pods") as server,
            sitting_at(server.connection()) as person,
        ):
            await person.sees(f"{len(demo.items('nodes'))} nodes", "listing pods: 0 so far")
            server.free.set()
            text = await person.sees("● live")
            assert "so far" not in text
            assert f"{len(demo.items('pods'))} pods" in text
