"""One node, live."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import UsageIndex
from nodeview.records import Usage
from nodeview.ui.app import NodeviewApp
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.node_detail import NodeDetail
from tests.ui.frames import Script, a_frame, a_node_view, cordoned
from tests.ui.reading import running, shown, text


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
        assert "provider id" not in text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "provider id" in text(app)
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
