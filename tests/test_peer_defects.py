"""The defects of eks-node-viewer that its users met, one test each: none of them is here.

E13 to E16 (prices) and E20 (claims without a node) come with what they are about.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from nodeview.live.informer import Watched, open_informer
from nodeview.records import NODES, PODS, Listing, NodeName, Synced
from nodeview.views import (
    Assumptions,
    Filter,
    NodeView,
    PodCounts,
    SortOrder,
    TableState,
    arrange,
    node_columns,
    parse_filter,
    parse_sort,
    view_cluster,
)
from nodeview.wire.connection import connection_of
from nodeview.wire.kubeconfig import kubeconfig_files
from tests.builders import HOUR, NOW, taint
from tests.cli.api_server import ApiServer, serving
from tests.cli.running import OnTerminal
from tests.raw import raw_node, raw_pod
from tests.ui.frames import Clock, Script, a_frame
from tests.ui.reading import check, running, text
from tests.views.build import pods as some_pods
from tests.views.build import view
from tests.views.test_cluster import VERSION, Heard

NUMBERS = [*range(1, 13), 17, 18, 19, 21]
CPU = 10**9
T = TypeVar("T")
N1, N2 = NodeName("n1"), NodeName("n2")


def test_every_defect_of_the_list_has_its_test() -> None:
    mine = [int(name.split("_")[1][1:]) for name in globals() if name.startswith("test_e") and name[6].isdigit()]
    assert sorted(mine) == NUMBERS


def test_e1_a_pod_seen_before_its_node_counts_as_soon_as_the_node_is_known() -> None:
    """eks-node-viewer dropped such a pod until its next update: "bars do not refresh, a restart fixes it"."""
    heard = Heard()
    heard.say(PODS, raw_pod("p1", node="n1", cpu="2"))
    heard.look()
    heard.say(NODES, raw_node("n1"))
    assert heard.look().nodes[N1].requested["cpu"] == 2 * CPU


@pytest.mark.parametrize("key", ["karpenter.sh/disrupted", "karpenter.sh/disruption"])
def test_e2_karpenters_disruption_is_seen_by_the_taint_of_every_version(key: str) -> None:
    """eks-node-viewer knew the taint of v1beta1 only, so that a node which v1 drains looked ready."""
    value = "disrupting" if key.endswith("disruption") else ""
    assert view(taints=(taint(key, "NoSchedule", value),)).standing.phase == "draining"


def test_e3_a_terminating_pod_holds_its_room_and_is_told_apart() -> None:
    """eks-node-viewer dropped a pod at its deletion timestamp, so that draining nodes looked empty."""
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    heard.say(PODS, raw_pod("p1", cpu="3", deleting=True))
    node = heard.look().nodes[N1]
    assert (node.requested["cpu"], node.counts) == (3 * CPU, PodCounts(terminating=1))


def test_e4_pods_of_nodes_that_are_left_out_are_in_no_sum_and_what_is_hidden_is_counted() -> None:
    """eks-node-viewer's header counted all pods whatever the selector: it looked nodes up by the wrong name."""
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    heard.say(PODS, raw_pod("p1", node="n1"), raw_pod("p2", node="left-out"), raw_pod("p3", node="left-out"))
    cluster = heard.look()
    assert (cluster.totals.pods, cluster.pods_elsewhere) == (PodCounts(running=1), 2)

    columns = node_columns(("cpu",), ())
    wanted = parse_filter("n2", columns)
    assert isinstance(wanted, Filter)
    shown = arrange([view("n1"), view("n2"), view("n3")], TableState("name", filter=wanted), columns, NOW, ("cpu",))
    assert ([row.name for row in shown.rows if isinstance(row, NodeView)], shown.hidden) == (["n2"], 2)


def test_e5_a_pod_that_is_resized_in_place_never_leaves_a_rest() -> None:
    """eks-node-viewer added requests once and subtracted the present ones: usage drifted, even below zero."""
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    for version, cpu in enumerate(("1", "4", "250m"), start=1):
        heard.say(PODS, raw_pod("p1", version, cpu=cpu))
        heard.look()
    assert heard.look().nodes[N1].requested["cpu"] == CPU // 4
    heard.gone(PODS, raw_pod("p1"), 9)
    assert heard.look().nodes[N1].requested["cpu"] == 0


def test_e6_a_pod_of_the_same_name_made_again_elsewhere_counts_once() -> None:
    """eks-node-viewer counted a StatefulSet's pod on both nodes when a listing brought its successor."""
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"))
    heard.say(PODS, raw_pod("p-0", 1, node="n1"), listing=Listing(1, 1))
    heard.store.apply(Synced(PODS, Listing(1, 1)), NOW)
    heard.look()
    heard.say(PODS, raw_pod("p-0", 5, node="n2", born=1), listing=Listing(2, 5))
    heard.store.apply(Synced(PODS, Listing(2, 5)), NOW)
    heard.gone(PODS, raw_pod("p-0", node="n1"), 4)  # the late word of the first one's end
    nodes = heard.look().nodes
    assert [len(nodes[name].pods) for name in (N1, N2)] == [0, 1]


def test_e7_a_node_without_a_provider_id_is_shown_and_gets_it_later() -> None:
    """eks-node-viewer never showed such a node, not even once the id had come."""
    heard = Heard()
    node = raw_node("n1")
    del node["spec"]["providerID"]
    heard.say(NODES, node)
    heard.say(PODS, raw_pod("p1", cpu="1"))
    first = heard.look()
    assert (first.totals.nodes, first.nodes[N1].requested["cpu"]) == (1, CPU)
    heard.say(NODES, raw_node("n1", 2))
    assert heard.look().nodes[N1].record.provider_id


async def test_e8_no_height_of_the_terminal_is_too_small_to_live() -> None:
    """eks-node-viewer divided by the rows of a page, and fell over where there were none (six lines)."""
    async with running(Script(a_frame(30))) as (app, pilot):
        for width, height in itertools.product((20, 60, 120), range(1, 13)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            check(app)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "ip-10-0-0-1" in text(app)
    assert app.failure is None


async def test_e9_a_resize_starts_nothing_and_rest_costs_nothing() -> None:
    """eks-node-viewer started another ticker with every resize, and drew everything ten times a second."""
    async with running(Script(a_frame(30)), clock=Clock()) as (app, pilot):
        await pilot.pause(0.1)
        tasks = len(asyncio.all_tasks())
        for step in range(20):
            await pilot.resize_terminal(80 + step, 24)
        await pilot.resize_terminal(120, 40)
        await pilot.pause(0.3)
        assert len(asyncio.all_tasks()) == tasks
        compositor, calls = app.screen._compositor, 0
        render = compositor.render_update

        def counted(*given: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            return render(*given, **more)

        compositor.render_update = counted  # type: ignore[method-assign]
        await asyncio.sleep(0.5)
        at_rest = calls
        await pilot.press("down")
        assert at_rest == 0 < calls, "rest is not painted, and what moves is"


def test_e10_what_is_read_may_change_under_the_reader() -> None:
    """eks-node-viewer walked its maps while other threads wrote them, which ends a Go program at any time."""
    heard = Heard()
    heard.say(NODES, *(raw_node(f"n{number}") for number in range(100)))
    work = view_cluster(heard.store.snapshot(), Assumptions(), None, NOW, VERSION)
    next(work)
    for number in range(0, 100, 2):
        heard.gone(NODES, raw_node(f"n{number}"), 9)
    heard.say(NODES, *(raw_node(f"m{number}") for number in range(100)))
    heard.say(PODS, *(raw_pod(f"p{number}", node=f"n{number}") for number in range(100)))
    heard.view, _ = run_out(work)
    after = heard.look()
    assert after.totals.nodes == 150
    assert after.totals.pods == PodCounts(running=50)


def run_out(work: Generator[None, None, T]) -> T:
    """What the generator gives in the end."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            given: T = done.value
            return given


def test_e11_nothing_is_printed_under_the_screen(tmp_path: Path) -> None:
    """eks-node-viewer's and client-go's warnings went to stderr, across the picture, again and again."""

    async def story() -> None:
        server = ApiServer(nodes=[raw_node("node-1")], pods=[raw_pod("pod-1", node="node-1")])
        async with serving(server):
            config = str(server.kubeconfig(tmp_path))
            with OnTerminal(tmp_path, "--kubeconfig", config, "--debug", size=(24, 100)) as terminal:
                await asyncio.to_thread(terminal.until, "node-1")
                server.code = 401
                server.closing.set()  # all streams end, and their credentials are rejected from now on
                shown = await asyncio.to_thread(terminal.until, "▲")
                for word in ("WARNING", "DEBUG", "Traceback", "nodeview.", "aiohttp"):
                    assert word not in shown
                assert "node-1" in shown
                terminal.press("q")
                assert await asyncio.to_thread(terminal.end) == 0
                for word in ("WARNING", "DEBUG", "Traceback", "aiohttp"):
                    assert word not in terminal.written

    asyncio.run(story())


async def test_e12_pods_are_listed_in_pages_and_never_all_at_once() -> None:
    """eks-node-viewer asked for all pods in one answer, which big clusters do not survive."""
    server = ApiServer(nodes=[raw_node("n1")], pods=[raw_pod("p1")])
    asked: list[tuple[str, str | None]] = []
    plain = server.handle

    async def handle(request: Any) -> Any:
        if request.query.get("watch") is None:
            asked.append((request.path, request.query.get("limit")))
        return await plain(request)

    server.handle = handle  # type: ignore[method-assign]
    async with serving(server):
        informer = await open_informer(connection_of(server.url, "", "tiny"), Assumptions(), Watched())
        while (await informer.next()).view.totals.pods != PodCounts(running=1):
            pass
        await informer.close()
    limits = [limit for path, limit in asked if path == "/api/v1/pods"]
    assert limits
    assert all(limit is not None and int(limit) <= 500 for limit in limits), "the first page is small"


@pytest.mark.parametrize("labels", [(), ("",), ("", " ")])
def test_e17_no_label_asked_for_is_no_column_and_every_column_has_a_title(labels: tuple[str, ...]) -> None:
    """eks-node-viewer took no labels for one empty label, a column of dashes; and no column had a title."""
    columns = node_columns(("cpu", "memory"), labels)
    assert [one.id for one in columns] == [one.id for one in node_columns(("cpu", "memory"), ())]
    assert all(one.title.strip() for one in columns)


def test_e18_ages_prices_and_counts_sort_as_what_they_are() -> None:
    """eks-node-viewer sorted ages as text ("45m" after "2d3h"), and neither prices nor pods at all."""
    views = [
        view("old", created=NOW - 51 * HOUR, labels={"nodeview/instance-price": "0.9"}),
        view("young", some_pods(10), created=NOW - 45 * 60, labels={"nodeview/instance-price": "10"}),
        view("middle", some_pods(9), created=NOW - 9 * HOUR),
    ]
    expected = {
        "eks-node-viewer/node-age=asc": ["young", "middle", "old"],
        "eks-node-viewer/node-age=dsc": ["old", "middle", "young"],
        "price=asc": ["old", "young", "middle"],
        "price=dsc": ["young", "old", "middle"],
        "pods=asc": ["old", "middle", "young"],
        "cpu=dsc": ["young", "middle", "old"],
    }
    columns = node_columns(("cpu",), ("eks-node-viewer/node-age",))
    for asked, names in expected.items():
        order = parse_sort(asked, columns)
        assert isinstance(order, SortOrder), asked
        rows = arrange(views, TableState(order.sort_by, order.descending), columns, NOW, ("cpu",)).rows
        assert [row.name for row in rows if isinstance(row, NodeView)] == names, asked


def test_e19_kubeconfig_is_parted_as_the_system_parts_paths_and_empty_is_unset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """eks-node-viewer parted at colons, also those of C:\\Users, and an empty KUBECONFIG hid the default file."""
    monkeypatch.setattr(os, "pathsep", ";")
    files = kubeconfig_files(None, {"KUBECONFIG": r"C:\Users\jane\config;D:\other"})
    assert [str(file) for file in files] == [r"C:\Users\jane\config", r"D:\other"]
    for unset in ({}, {"KUBECONFIG": ""}):
        assert kubeconfig_files(None, {"HOME": "/home/jane", **unset}) == (Path("/home/jane/.kube/config"),)


def test_e21_a_pod_is_heard_without_a_walk_over_the_nodes() -> None:
    """eks-node-viewer looked at every node for every event of a pod."""

    class Pathless(dict[Any, Any]):
        """Rows that can be looked up, and not walked."""

        def __iter__(self) -> Any:
            raise AssertionError("a walk over all nodes")

        keys = values = items = __iter__

    heard = Heard()
    heard.say(NODES, *(raw_node(f"n{number}") for number in range(50)))
    before = heard.look()
    nodes = heard.store._nodes
    heard.store._nodes = Pathless(nodes)
    heard.say(PODS, raw_pod("p1", 1, node="n7"))
    heard.say(PODS, raw_pod("p1", 2, node="n7", cpu="2"))
    heard.gone(PODS, raw_pod("p1", node="n7"), 3)
    heard.store._nodes = nodes
    after = heard.look()
    assert heard.touched == {"n7"}
    assert all(after.nodes[name] is one for name, one in before.nodes.items() if name != "n7")
