"""What can be done with nodes, and how."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.options import RotationOptions
from nodeview.ui.screens.actions_choice import WORDS, changes_of, kinds_for
from nodeview.ui.screens.plan_review import PlanReview
from nodeview.ui.screens.pools import PoolsScreen
from tests.ui.acting import FakeActs, acting
from tests.ui.frames import Script, a_frame, a_node_view
from tests.ui.reading import text, the_dashboard
from tests.ui.test_pools import the_frame


def test_what_makes_sense_is_offered() -> None:
    free, shut = a_node_view(1), a_node_view(2, unschedulable=True)
    kept = a_node_view(3, annotations={"karpenter.sh/do-not-disrupt": "true"})
    assert kinds_for([free]) == ("rotation", "cordon", "protect")
    assert kinds_for([shut]) == ("rotation", "uncordon", "protect")
    assert kinds_for([kept]) == ("rotation", "cordon", "unprotect")
    assert kinds_for([free, shut]) == ("rotation", "cordon", "uncordon")
    assert set(kinds_for([free, shut])) <= WORDS.keys()


def test_every_change_differs_from_what_holds() -> None:
    for now in (RotationOptions(), RotationOptions(until="empty", cordon="batch", max_in_flight="1", evict_rest=True)):
        for words, changes in changes_of(now):
            assert words
            assert replace(now, **changes) != now, words


async def test_the_pool_under_the_cursor_is_rotated_as_a_pool_and_cordoned_by_its_nodes() -> None:
    acts = FakeActs()
    async with acting(acts, Script(the_frame())) as (app, pilot):
        await pilot.press("o")
        await pilot.pause(0.1)
        assert isinstance(app.screen, PoolsScreen)
        await pilot.press("r")
        await pilot.pause()
        assert "pool api" in text(app)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert isinstance(app.screen, PlanReview)
        assert acts.wishes[-1].pools == ("api",)
        await pilot.press("escape")
        await pilot.press("r", "down", "enter")
        await pilot.pause(0.1)
        assert acts.wishes[-1].kind == "cordon"
        assert {str(name) for name in acts.wishes[-1].nodes} == {"api-1", "api-2"}


async def test_the_node_and_the_workload_of_the_pod_under_the_cursor_are_acted_upon_from_its_page() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(3))) as (_app, pilot):
        await pilot.press("home", "down", "enter")
        await pilot.pause()
        await pilot.press("R")
        await pilot.pause(0.1)
        wish = acts.wishes[-1]
        assert wish.kind == "restart"
        assert wish.workload is not None
        assert (wish.workload.namespace, wish.workload.kind) == ("shop", "ReplicaSet")
        await pilot.press("escape", "r", "enter")
        await pilot.pause(0.1)
        assert acts.wishes[-1].kind == "rotation"
        assert len(acts.wishes[-1].nodes) == 1


async def test_marked_nodes_are_acted_upon_wherever_the_cursor_is() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(6))) as (app, pilot):
        await pilot.press("home", "space", "space", "end", "r")
        await pilot.pause()
        assert "2 nodes" in text(app)
        marked = the_dashboard_marks(app)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert acts.wishes[-1].nodes == marked


def the_dashboard_marks(app: object) -> object:
    """The marked names, beneath whatever lies over the dashboard."""
    return app.screen_stack[0].marks.names  # type: ignore[attr-defined]


async def test_r_on_a_heading_is_about_its_group() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(6))) as (app, pilot):
        the_dashboard(app).group_by("pool")
        await pilot.pause()
        await pilot.press("home", "r")
        await pilot.pause()
        assert "2 nodes" in text(app)
