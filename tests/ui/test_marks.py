"""Marked nodes."""

from __future__ import annotations

from nodeview.records import NodeName
from nodeview.ui.screens.choice import Choice
from nodeview.ui.widgets.marks import Marks
from tests.ui.acting import FakeActs, acting
from tests.ui.frames import Script, a_frame, a_node_view
from tests.ui.reading import check, lines, running, shown, text, the_dashboard, with_nodes


def names(*numbers: int) -> tuple[NodeName, ...]:
    return tuple(NodeName(f"n{number}") for number in numbers)


def test_marks_are_turned_and_leave_with_their_nodes() -> None:
    marks = Marks()
    marks.turn(names(1))
    marks.turn(names(1, 2, 3))
    assert marks.names == names(1, 2, 3), "some of them were not marked"
    marks.turn(names(1, 3))
    assert marks.names == names(2)
    marks.keep(names(5))
    assert not marks


def marked_rows(app: object) -> set[str]:
    """The nodes beside which a mark is seen."""
    return {line[1:].split()[0] for line in lines(app) if line[:1] in "◆◈"}  # type: ignore[arg-type]


async def test_marks_stay_on_their_nodes_and_are_counted_where_hidden() -> None:
    for size in ((80, 24), (120, 40), (200, 60)):
        async with acting(FakeActs(), Script(a_frame(12)), size) as (app, pilot):
            await pilot.press("space", "space")
            await pilot.pause()
            assert "2 nodes marked" in text(app)
            both = marked_rows(app)
            assert len(both) == 2
            await pilot.press("S")
            await pilot.pause()
            assert marked_rows(app) <= both
            assert "2 nodes marked" in text(app)
            the_dashboard(app).filter_by("pool=api")
            await pilot.pause(0.2)
            assert "2 of them hidden by the filter" in text(app)
            check(app)
            await pilot.press("escape")
            await pilot.pause(0.2)
            assert "2 nodes marked" in text(app), "escape clears the filter first"
            await pilot.press("escape")
            await pilot.pause()
            assert "marked" not in text(app)
            assert not marked_rows(app)


async def test_space_on_a_heading_marks_its_group_and_a_node_that_leaves_is_not_marked_any_more() -> None:
    frame = a_frame(12)
    script = Script(frame)
    async with acting(FakeActs(), script) as (app, pilot):
        the_dashboard(app).group_by("pool")
        await pilot.pause()
        await pilot.press("home", "space")
        await pilot.pause()
        assert "4 nodes marked" in text(app)
        gone = the_dashboard(app).marks.names[0]
        script.add(with_nodes(frame, 2, gone=(gone,)))
        await shown(app, script, pilot)
        assert "3 nodes marked" in text(app)
        await pilot.press("u")
        await pilot.pause()
        assert "marked" not in text(app)


async def test_r_offers_what_makes_sense_for_the_node_under_the_cursor() -> None:
    shut = a_node_view(2, unschedulable=True)
    async with acting(FakeActs(), Script(a_frame([a_node_view(1), shut]))) as (app, pilot):
        await pilot.press("home", "r")
        await pilot.pause()
        assert isinstance(app.screen, Choice)
        assert "rotate: restart" in text(app)
        assert " cordon: no new pods" in text(app)
        assert "uncordon" not in text(app)
        await pilot.press("escape", "down", "r")
        await pilot.pause()
        assert "uncordon: pods may come again" in text(app)
        assert " cordon: no new pods" not in text(app)


async def test_where_nothing_may_be_written_there_are_no_such_keys() -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        active = {one.binding.id for one in app.screen.active_bindings.values()}
        assert active.isdisjoint({"mark", "unmark", "act", "runs"})
        assert "filter" in active
        assert " r rotate" not in text(app)
        await pilot.press("space", "r", "w")
        await pilot.pause()
        assert the_dashboard(app)
        assert "marked" not in text(app)
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Rotate, cordon" not in text(app)
        await pilot.press("escape", "o")
        await pilot.pause()
        assert "rotate" not in text(app)
