"""The screen of pools."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.records import NODE_POOLS, NodeBudget
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.pools import PoolsScreen, filter_words
from tests.builders import NOW, a_node, a_pod, a_pool
from tests.report.frames import a_frame
from tests.ui.frames import Clock, Script
from tests.ui.reading import check, lines, running, shown, text, the_dashboard
from tests.views.pools import NANO, a_budgeted_pool, a_karpenter_node, derived


def the_frame(number: int = 1, web: int = 3) -> Frame:
    """Two pools with nodes, one without, and a node of no pool."""
    api = a_budgeted_pool(NodeBudget("1"), limits={"cpu": 10 * NANO}, resources={"cpu": 8 * NANO})
    nodes = [a_karpenter_node("api-1"), a_karpenter_node("api-2", kubelet_version="v1.34.1")]
    nodes += [a_karpenter_node(f"web-{place}", "web", "c7g.xlarge") for place in range(web)]
    frame = a_frame([*nodes, a_node("bare")], [a_pod(node="api-1")], [api, a_pool("web"), a_pool("gpu")], at=NOW)
    return replace(frame, number=number)


def rows(app: object) -> list[str]:
    """The pools in the table, from top to bottom."""
    found = lines(app)  # type: ignore[arg-type]
    start = next(place for place, line in enumerate(found) if "POOL" in line and "NODES" in line)
    return [line[1:].split()[0] for line in found[start + 1 : start + 5]]


async def test_o_shows_every_pool_and_o_goes_back() -> None:
    for size in ((60, 10), (80, 24), (120, 40), (200, 60)):
        async with running(Script(the_frame()), size=size) as (app, pilot):
            await pilot.press("o")
            await pilot.pause(0.1)
            assert isinstance(app.screen, PoolsScreen)
            assert "api  karpenter" in text(app)
            if size[1] > 10:
                assert rows(app) == ["api", "gpu", "web", "(no"]
                assert ("3 pools · 6 nodes · 1 with mixed kubelets" in text(app)) is (size[0] > 80)
                assert "no machine fits in what is left" in text(app)
            check(app)
            await pilot.press("o")
            assert isinstance(app.screen, Dashboard)


async def test_the_facts_follow_the_cursor() -> None:
    async with running(Script(the_frame())) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert "1 of 8 vCPU requested" in text(app)
        await pilot.press("down", "down")
        await pilot.pause()
        assert "c7g.xlarge ×3" in text(app)
        assert "1 of 8 vCPU requested" not in text(app)


async def test_v_shows_the_versions_and_they_are_beside_the_facts_where_there_is_room() -> None:
    async with running(Script(the_frame()), size=(80, 24)) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert "v1.34.1*" not in text(app)
        await pilot.press("v")
        await pilot.pause()
        assert "v1.34.1*" in text(app)
        assert "all mixed" in text(app)
    async with running(Script(the_frame()), size=(200, 60)) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert "v1.34.1*" in text(app)
        assert "1 of 8 vCPU requested" in text(app)


async def test_enter_returns_to_the_nodes_of_the_pool() -> None:
    async with running(Script(the_frame())) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        await pilot.press("end", "up", "enter")
        await pilot.pause(0.1)
        assert the_dashboard(app).nodes.state.filter.text == "pool=web"
        assert "web-2" in text(app)
        assert "api-1" not in text(app)
        await pilot.press("o")
        await pilot.pause(0.1)
        await pilot.press("end", "enter")
        await pilot.pause(0.1)
        assert "bare" in text(app)
        assert "web-2" not in text(app)


async def test_tab_moves_in_the_facts_on_a_small_screen() -> None:
    async with running(Script(the_frame()), size=(80, 24)) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert "may go" not in text(app)
        await pilot.press("tab", "end")
        await pilot.pause()
        assert "policy" in text(app)
        await pilot.press("tab", "down")
        await pilot.pause()
        assert "gpu  karpenter" in text(app)


async def test_it_follows_the_frames_once_a_second_and_not_under_a_moving_cursor() -> None:
    clock, script = Clock(), Script(the_frame())
    async with running(script, clock=clock) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, PoolsScreen)
        first = screen.pools
        script.add(the_frame(2, web=5))
        await shown(app, script, pilot)
        await pilot.press("down")
        app._tick()
        await pilot.pause(0.05)
        assert screen.pools is first
        clock.now = NOW + 3
        app._tick()
        await pilot.pause(0.1)
        web = screen.pools.row("karpenter", "web")
        assert web is not None
        assert web.pool.tally.nodes == 5


async def test_a_wrong_pattern_of_the_settings_is_said_here_and_on_the_dashboard() -> None:
    frame = the_frame()
    mistake = 'config.toml, line 5: "(" of name-groups is not a regular expression. It gathers nothing.'
    given = replace(frame.view.given, mistakes=(mistake,))
    async with running(Script(replace(frame, view=replace(frame.view, given=given)))) as (app, pilot):
        assert "config.toml, line 5" in text(app)
        await pilot.press("o")
        await pilot.pause(0.1)
        assert mistake in text(app)
        check(app)


async def test_every_order_can_be_had() -> None:
    async with running(Script(the_frame()), size=(200, 60)) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        await pilot.press(">", ">", "S")
        await pilot.pause()
        assert "NODES▼" in text(app)
        assert rows(app)[0] == "web"


def test_names_that_a_filter_would_cut_are_quoted() -> None:
    labels = {"eks.amazonaws.com/nodegroup": "a, b"}
    (row,) = derived([a_node(labels=labels)]).rows
    assert filter_words(row) == 'pool="a, b"'
    (bare,) = derived([a_node()]).rows
    assert filter_words(bare) == "pool="


async def test_what_may_not_be_read_is_said() -> None:
    frame = a_frame([a_karpenter_node("api-1")], forbidden=[NODE_POOLS], at=NOW)
    async with running(Script(frame)) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert "nodepools.karpenter.sh are not known" in text(app)
        assert rows(app)[0] == "api"
        check(app)
