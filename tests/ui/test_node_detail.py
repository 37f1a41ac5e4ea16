"""One node, live."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import UsageIndex
from nodeview.records import NodeName, Usage
from nodeview.ui.app import NodeviewApp
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.happenings import Happenings
from nodeview.ui.screens.node_detail import NodeDetail
from tests.builders import NOW
from tests.ui.frames import Script, a_frame, a_node_view, cordoned, happened
from tests.ui.reading import check, running, shown, text
from tests.views.test_claim import World, claim


def names(app: NodeviewApp) -> list[str]:
    dashboard = app.screen
    assert isinstance(dashboard, Dashboard)
    return [key.split(".")[0] for key in dashboard.table.keys]


async def test_enter_opens_the_node_which_stays_live_and_says_when_it_is_gone() -> None:
    script = Script(a_frame([a_node_view(1, pods=2), cordoned(2)]))
    async with running(script) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, NodeDetail)
        assert "checkout-ip" in text(app)
        assert "2 of 58" in text(app)
        assert "KubeletReady" in text(app)
        script.add(a_frame([a_node_view(1, pods=3), cordoned(2)], number=2))
        await shown(app, script, pilot)
        assert "3 of 58" in text(app)
        script.add(a_frame([cordoned(2)], number=3, departed={}))
        await shown(app, script, pilot)
        assert "left the cluster" in text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Dashboard)
        assert names(app) == ["ip-10-0-0-2"]


async def test_tab_turns_to_the_facts_on_a_small_screen() -> None:
    async with running(Script(a_frame([a_node_view(1)])), size=(80, 24)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "checkout" in text(app)
        assert "KubeletReady" not in text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "KubeletReady" in text(app)
        assert "checkout" not in text(app)
        await pilot.press("end")
        assert "kubernetes.io/hostname" in text(app)


async def test_what_is_used_stands_beside_what_is_requested() -> None:
    """Columns of it are there once somebody measures it, and the word says which is which."""
    plain = a_node_view(1, pods=1)
    first = a_frame([plain])
    absent = UsageIndex(why_nodes="metrics.k8s.io is not served")
    script = Script(replace(first, view=replace(first.view, usage=absent)))
    async with running(script, size=(170, 40)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "USED" not in text(app)
        assert "metrics.k8s.io is not served" in text(app)
        frame = a_frame([replace(plain, used=Usage(10**9, 8 * 1024**3 * 10**9))], number=2)
        usage = UsageIndex({plain.name: Usage(10**9, None)}, {plain.pods[0].uid: Usage(123_000_000, None)}, "", "")
        script.add(replace(frame, view=replace(frame.view, usage=usage)))
        await shown(app, script, pilot)
        assert "requested · 25 % used" in text(app)
        assert "requested · 50 % used" in text(app)
        assert "CPU USED" in text(app)
        assert "0.123" in text(app)


async def test_a_claims_page_becomes_its_nodes() -> None:
    frame = a_frame([])
    waiting = replace(frame.view, claims=World(claims=(claim("nc-1"),)).derive().claims)
    script = Script(replace(frame, view=waiting))
    async with running(script) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "nodeclaim/nc-1  launched, waiting for its node" in text(app)
        assert "given up at 07:15 UTC, unless its node comes" in text(app)
        script.add(a_frame([a_node_view(1, claim=claim("nc-1", node=NodeName("n")))], number=2))
        await shown(app, script, pilot)
        assert "ip-10-0-0-1.eu-west-1.compute.internal" in text(app)
        script.add(a_frame([], number=3))
        await shown(app, script, pilot)
        assert "left the cluster" in text(app)


async def test_the_pods_leave_the_facts_what_they_do_not_need() -> None:
    async with running(Script(a_frame([a_node_view(1, pods=3)])), size=(120, 40)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        detail = app.screen
        assert isinstance(detail, NodeDetail)
        assert detail.table.size.height == 4
        assert detail.table.size.height + detail.facts.size.height + detail.summary.size.height == 39
        assert "provider id" in text(app)


async def test_many_pods_leave_the_facts_a_third() -> None:
    async with running(Script(a_frame([a_node_view(1, pods=50)])), size=(120, 40)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        detail = app.screen
        assert isinstance(detail, NodeDetail)
        assert detail.table.size.height == 22
        assert "KubeletReady" in text(app)


async def test_f_shows_what_happened_on_this_node_only() -> None:
    here, there = happened(1, subject=a_node_view(1).name), happened(2, subject="another-one")
    async with running(Script(a_frame([a_node_view(1)], feed=[here, there]))) as (app, pilot):
        await pilot.press("enter", "f")
        await pilot.pause()
        assert isinstance(app.screen, Happenings)
        assert "1 happened · 1 hidden by node=ip-10-0-0-1" in text(app)
        assert "another-one" not in text(app)
        await pilot.press("backspace")
        assert isinstance(app.screen, NodeDetail)


async def test_who_cordoned_it_is_above_the_pods_on_the_smallest_screen() -> None:
    node = a_node_view(1, unschedulable=True, cordoned_by="kubectl", cordoned_at=int(NOW) - 200)
    async with running(Script(a_frame([node])), size=(80, 24)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "! cordoned by kubectl 3m ago" in text(app)
        assert "cordoned" in text(app).splitlines()[0], "the name gives way to the state"
        check(app)
