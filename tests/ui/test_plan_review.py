"""The review of a plan: nothing happens by accident."""

from __future__ import annotations

from msgspec.structs import replace
from textual import events
from textual.widgets import Input

from nodeview.cluster import Stream
from nodeview.records import NodeName
from nodeview.ui.app import NodeviewApp
from nodeview.ui.runs import Wish
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.plan_review import PlanReview
from nodeview.ui.screens.rotation import Rotation
from tests.builders import NOW
from tests.ui.acting import CHECKOUT, R2, FakeActs, a_plan, acting
from tests.ui.frames import Clock, Script, a_frame, synced
from tests.ui.reading import check, lines, shown, text

WISH = Wish("rotation", (NodeName("old-1"), NodeName("old-2")))


async def reviewing(app: NodeviewApp, pilot: object, wish: Wish = WISH) -> PlanReview:
    """The review, with its plan made and the server asked."""
    screen = PlanReview(app.desk, wish)
    app.push_screen(screen)
    await settled(screen, pilot)
    return screen


async def settled(screen: PlanReview, pilot: object) -> None:
    """Wait until nothing is planned any more."""
    for _ in range(500):
        await pilot.pause(0.01)  # type: ignore[attr-defined]
        if screen._work is not None and screen._work.is_finished and not screen.why_not.startswith("the server"):
            return
    raise AssertionError("planning does not end")


async def type_name(pilot: object, name: str) -> None:
    """The name and Enter, in the input."""
    await pilot.press("tab", *name, "enter")  # type: ignore[attr-defined]
    await pilot.pause()  # type: ignore[attr-defined]


async def test_the_focus_is_on_cancel_and_enter_leaves_without_a_write() -> None:
    for size in ((60, 16), (80, 24), (120, 40), (200, 60)):
        acts = FakeActs()
        async with acting(acts, Script(a_frame(3)), size) as (app, pilot):
            screen = await reviewing(app, pilot)
            assert screen.focused is screen.cancel
            assert ">[ Cancel ]<" in text(app)
            assert "Rotate 2 nodes" in text(app)
            assert "nothing has been changed yet" in text(app) or size[0] < 80
            assert "kubectl cordon old-1" in text(app) or size[0] < 110
            check(app)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, Dashboard)
            assert not acts.executed


async def test_keys_that_are_mashed_run_nothing() -> None:
    acts = FakeActs(a_plan(2, R2))
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        await reviewing(app, pilot)
        for keys in ("yrpswxjk", "RGSunt", "12 "):
            await pilot.press(*("space" if key == " " else key for key in keys))
        await pilot.pause()
        assert not acts.executed


async def test_another_name_is_refused_and_the_right_one_runs_the_plan_that_was_read() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        screen = await reviewing(app, pilot)
        await type_name(pilot, "prod-blu")
        assert "that is not prod-blue: nothing was done" in text(app)
        assert not acts.executed
        await pilot.press("e")
        await pilot.pause()
        assert "that is not" not in text(app)
        plan = screen.plan
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Rotation)
        assert [one.now.plan for one in acts.executed] == [plan]
        assert app.desk.runs.all == tuple(acts.executed)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, Dashboard), "the plan is not left behind to be run again"


async def test_the_name_may_be_pasted_with_the_space_around_it() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        screen = await reviewing(app, pilot)
        await pilot.press("tab")
        screen.query_one(Input).post_message(events.Paste(" prod-blue "))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert len(acts.executed) == 1


async def test_a_paste_while_cancel_has_the_focus_types_nothing() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        screen = await reviewing(app, pilot)
        app.post_message(events.Paste("prod-blue\n"))
        await pilot.pause()
        assert screen.query_one(Input).value == ""
        assert not acts.executed


async def test_a_blocker_is_accepted_by_name_under_the_cursor_and_only_then_it_runs() -> None:
    acts = FakeActs(a_plan(2, R2))
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        screen = await reviewing(app, pilot)
        assert "stands in the way: 1" in text(app)
        await type_name(pilot, "prod-blue")
        assert "1 blocker in the way" in text(app)
        assert not acts.executed
        await pilot.press("tab", "a")
        await pilot.pause()
        assert screen.plan is not None
        assert not screen.plan.runnable, "the cursor is on no blocker"
        await pilot.press("exclamation_mark", "a")
        await settled(screen, pilot)
        assert "accepted shop/debug" in text(app)
        assert acts.wishes[-1].options.accept == ("R2:shop/debug",)
        assert screen.query_one(Input).value == "", "another plan than the one that was read"
        await pilot.press("a")
        await settled(screen, pilot)
        assert not acts.wishes[-1].options.accept
        await pilot.press("a")
        await settled(screen, pilot)
        await type_name(pilot, "prod-blue")
        assert len(acts.executed) == 1


async def test_without_a_permission_it_says_which_and_runs_nothing() -> None:
    acts = FakeActs()
    acts.denied = True
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        await reviewing(app, pilot)
        assert "you lack a permission: patch nodes, patch deployments.apps in shop" in text(app)
        await type_name(pilot, "prod-blue")
        assert not acts.executed


async def test_the_plan_follows_the_cluster_and_what_was_typed_for_another_is_gone() -> None:
    acts, clock = FakeActs(), Clock()
    script = Script(a_frame(3))
    async with acting(acts, script, clock=clock) as (app, pilot):
        screen = await reviewing(app, pilot)
        await pilot.press("tab", *"prod-blu")
        plans = len(acts.wishes)
        clock.now += 10
        script.add(a_frame(3, number=2, at=NOW + 10))
        await shown(app, script, pilot)
        await settled(screen, pilot)
        assert len(acts.wishes) > plans
        assert "the cluster moved on" not in text(app), "it came out the same"
        assert screen.query_one(Input).value == "prod-blu"
        acts.made = a_plan(3)
        clock.now += 100
        script.add(a_frame(3, number=3, at=NOW + 110))
        await shown(app, script, pilot)
        await settled(screen, pilot)
        assert "the cluster moved on: plan made anew at" in text(app)
        assert "Rotate 3 nodes" in text(app)
        assert screen.query_one(Input).value == ""


async def test_what_is_not_listed_yet_holds_it_back_and_what_no_frame_tells_is_planned_after_a_while() -> None:
    acts, clock = FakeActs(), Clock()
    script = Script(a_frame(3, streams=(*synced(), Stream("deployments.apps", "listing", None))))
    async with acting(acts, script, clock=clock) as (app, pilot):
        screen = await reviewing(app, pilot)
        await type_name(pilot, "prod-blue")
        assert "not all of the cluster is listed yet" in text(app)
        assert not acts.executed
        acts.made = a_plan(3)
        clock.now += 100
        screen.tick()
        await settled(screen, pilot)
        assert "Rotate 3 nodes" in text(app)


async def test_the_server_is_asked_once_for_plans_that_do_the_same() -> None:
    acts, clock = FakeActs(), Clock()
    script = Script(a_frame(3))
    async with acting(acts, script, clock=clock) as (app, pilot):
        screen = await reviewing(app, pilot)
        for number in (2, 3):
            clock.now += 10
            script.add(a_frame(3, number=number))
            await shown(app, script, pilot)
            await settled(screen, pilot)
        assert acts.facts_asked == 1


async def test_why_there_is_no_plan_is_said() -> None:
    acts = FakeActs()
    acts.mistake = "None of these nodes is there any more."
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        await reviewing(app, pilot)
        assert "None of these nodes is there any more." in text(app)
        await type_name(pilot, "prod-blue")
        assert not acts.executed


async def test_how_it_is_done_can_be_chosen_for_a_rotation_only() -> None:
    acts = FakeActs()
    async with acting(acts, Script(a_frame(3))) as (app, pilot):
        screen = await reviewing(app, pilot)
        await pilot.press("o")
        await pilot.pause()
        assert "evict what no restart moves" in text(app)
        await pilot.press("enter")
        await settled(screen, pilot)
        assert acts.wishes[-1].options.until == "empty"
        await pilot.press("escape")
        await pilot.pause()
        await reviewing(app, pilot, Wish("restart", workload=CHECKOUT))
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(app.screen, PlanReview)


async def test_pods_are_unfolded_and_the_whole_line_is_told_beneath() -> None:
    async with acting(FakeActs(), Script(a_frame(3)), (80, 24)) as (app, pilot):
        screen = await reviewing(app, pilot)
        screen.lines.move_to_next("pods:")
        await pilot.press("e")
        await pilot.pause()
        assert "shop/checkout-2 on old-1" in text(app)
        screen.lines.move_to_next("step:3")
        await pilot.pause()
        assert any("kubectl -n shop rollout restart" in line for line in lines(app))


async def test_a_plan_of_another_size_keeps_its_lines_through_a_resize() -> None:
    async with acting(FakeActs(replace(a_plan(60), at=NOW)), Script(a_frame(3))) as (app, pilot):
        await reviewing(app, pilot)
        for size in ((80, 24), (60, 12), (30, 8), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
        assert "Rotate 60 nodes" in text(app)
