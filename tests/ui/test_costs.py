"""The screen of costs."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.frame import PriceStatus
from nodeview.ui.screens.costs import CostsScreen
from nodeview.ui.screens.dashboard import Dashboard
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, a_node_view
from tests.ui.reading import check, lines, running, shown, text


def rows(app: object) -> list[str]:
    """The table's lines, from its titles on."""
    found = lines(app)  # type: ignore[arg-type]
    start = next(place for place, line in enumerate(found) if "PODS" in line and "SHARE" in line)
    return [line.rstrip() for line in found[start:-1] if line.strip()]


async def test_c_shows_the_bill_its_parts_and_each_namespace_and_c_goes_back() -> None:
    for size in ((60, 10), (80, 24), (120, 40), (200, 60)):
        async with running(Script(a_frame(12)), size=size) as (app, pilot):
            await pilot.press("c")
            await pilot.pause(0.1)
            assert isinstance(app.screen, CostsScreen)
            assert "≥ $1.179/h · " in text(app)
            assert rows(app)[0].split() == ["NAMESPACE", "PODS", "BALLOONS", "$/H▼", "$/MO", "SHARE"] or size[0] <= 80
            assert any("shop" in line for line in rows(app)) or size[1] == 10
            check(app)
            await pilot.press("c")
            assert isinstance(app.screen, Dashboard)


async def test_the_rows_add_up_and_tab_turns_to_the_workloads() -> None:
    async with running(Script(a_frame(12))) as (app, pilot):
        await pilot.press("c")
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, CostsScreen)
        assert [line.split()[0].strip("▸") for line in rows(app)[1:3]] == ["(idle)", "shop"]
        for by in ("namespace", "owner"):
            costs = screen.costs
            assert costs is not None
            assert costs.by == by
            shares = [row.hourly.get("USD", 0) for row in (*costs.rows, *costs.rest)]
            assert sum(shares) == costs.total["USD"] == screen.desk.frame.view.totals.money[0].hourly  # type: ignore[union-attr]
            await pilot.press("tab")
            await pilot.pause(0.1)
        await pilot.press("tab")
        await pilot.pause(0.1)
        assert "OWNER" in text(app)
        assert "ReplicaSet" in text(app)
        assert "costs by owner" in text(app)


async def test_another_order_stays_when_the_costs_are_derived_again() -> None:
    async with running(Script(a_frame(12))) as (app, pilot):
        await pilot.press("c", "tab")
        await pilot.pause(0.1)
        first = rows(app)[1]
        await pilot.press("S")
        await pilot.pause()
        assert rows(app)[1] != first
        await pilot.press("tab")
        await pilot.pause(0.1)
        assert "$/H▲" in text(app)


async def test_it_follows_the_frames_once_a_second_and_not_under_a_moving_cursor() -> None:
    clock, script = Clock(), Script(a_frame([a_node_view(1, pods=2)]))
    async with running(script, clock=clock) as (app, pilot):
        await pilot.press("c")
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, CostsScreen)
        first = screen.costs
        script.add(a_frame([a_node_view(1, pods=6)], number=2))
        await shown(app, script, pilot)
        await pilot.pause(0.05)
        assert screen.costs is first
        await pilot.press("down")
        await pilot.pause()
        app._tick()
        await pilot.pause(0.05)
        assert screen.costs is first
        clock.now = NOW + 3
        app._tick()
        await pilot.pause(0.1)
        assert screen.costs is not first
        assert screen.costs is not None
        assert screen.costs.rows[0].pods == 6


async def test_turning_in_the_midst_of_it_shows_what_was_asked_last() -> None:
    async with running(Script(a_frame(500))) as (app, pilot):
        await pilot.press("c", *("tab",) * 7)
        await pilot.pause(0.3)
        screen = app.screen
        assert isinstance(screen, CostsScreen)
        assert screen.costs is not None
        assert screen.costs.by == screen.by == "owner"
        assert "OWNER" in text(app)


async def test_pods_without_a_price_are_counted() -> None:
    async with running(Script(a_frame([a_node_view(1), a_node_view(4, pods=3)]))) as (app, pilot):
        await pilot.press("c")
        await pilot.pause(0.1)
        assert "3 pods are in no row's cost" in text(app)
        assert "≥" in next(line for line in rows(app) if "shop" in line)


async def test_prices_are_asked_anew_where_there_is_somebody_to_ask() -> None:
    asked: list[int] = []

    class Asking(Script):
        def refresh_prices(self) -> bool:
            asked.append(1)
            return True

    for script in (Asking(a_frame(3)), Script(a_frame(3))):
        async with running(script) as (app, pilot):
            await pilot.press("c", "R")
            await pilot.pause()
            remark = "asking AWS for prices" if isinstance(script, Asking) else "AWS is not asked for prices here"
            assert remark in text(app)
            app._tick()
            await pilot.pause()
            assert remark not in text(app)
    assert asked == [1]


async def test_without_prices_there_is_no_such_screen_and_no_trace_of_one() -> None:
    async with running(Script(a_frame(6)), priced=False, size=(200, 60)) as (app, pilot):
        for keys in ((), ("c",), ("g", "down", "enter"), ("?",)):
            await pilot.press(*keys)
            await pilot.pause()
            said = text(app)
            assert not any(word in said for word in ("$", "costs", "Costs", "price", "≥", "unpriced")), said


async def test_before_any_frame_and_without_nodes_it_stands() -> None:
    async with running(Script()) as (app, pilot):
        await pilot.press("c")
        await pilot.pause()
        assert "connecting" in text(app)
        check(app)
    async with running(Script(a_frame([]))) as (app, pilot):
        await pilot.press("c")
        await pilot.pause(0.1)
        assert "no node, no costs" in text(app)
        check(app)


async def test_the_note_of_prices_is_on_the_dashboard_once() -> None:
    expired = "prices: AWS session expired - run: aws sso login --profile corp"
    script = Script(replace(a_frame(3), prices=PriceStatus(sentence=expired)))
    async with running(script, size=(80, 24)) as (app, _):
        assert text(app).count(expired) == 1
