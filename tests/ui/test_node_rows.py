"""Which rows are shown, how they are marked, and when they may move."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import UsageIndex
from nodeview.frame import Frame
from nodeview.records import NodeClaim, Usage
from nodeview.views import Claims
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, a_node_view, not_ready
from tests.ui.reading import lines, running, shown, text, the_dashboard, with_nodes
from tests.views.test_claim import World, claim


async def test_rows_stay_put_for_two_seconds_after_a_cursor_key() -> None:
    clock = Clock()
    frame = a_frame([a_node_view(one, pods=2) for one in range(1, 6)])
    script = Script(frame)
    async with running(script, clock=clock, sort_by="cpu", descending=True) as (app, pilot):
        table = the_dashboard(app).table
        before = list(table.keys)
        clock.now += 5
        await pilot.press("down")
        script.add(with_nodes(frame, 2, a_node_view(5, pods=7)))
        await shown(app, script, pilot)
        assert list(table.keys) == before
        assert " 88 %" in lines(app)[9], "the row itself is up to date"
        clock.now += 2.5
        app._tick()
        assert table.keys[0] == before[4]


async def test_until_it_is_moved_the_cursor_rests_on_the_first_row() -> None:
    clock = Clock()
    frame = a_frame([a_node_view(one) for one in range(2, 5)])
    script = Script(frame)
    async with running(script, clock=clock) as (app, pilot):
        clock.now += 5
        script.add(with_nodes(frame, 2, a_node_view(1)))
        await shown(app, script, pilot)
        assert lines(app)[5].startswith("▸ip-10-0-0-1 ")


async def test_what_joined_and_left_is_marked_and_what_left_is_in_no_sum() -> None:
    clock = Clock()
    views = [a_node_view(one) for one in range(1, 5)]
    frame = a_frame(views)
    script = Script(frame)
    async with running(script, clock=clock) as (app, pilot):
        clock.now += 5
        rest = [view for view in views if view is not views[2]]
        script.add(
            a_frame(
                [*rest, a_node_view(5)],
                number=2,
                touched=[views[2].name, a_node_view(5).name],
                joined={a_node_view(5).name: NOW},
                departed={views[2].name: views[2]},
            )
        )
        await shown(app, script, pilot)
        rows = [line[:12] for line in lines(app)[5:10]]
        assert rows == ["▸ip-10-0-0-1", " ip-10-0-0-2", "-ip-10-0-0-3", " ip-10-0-0-4", "+ip-10-0-0-5"]
        assert "4 nodes" in lines(app)[1]
        script.add(a_frame([*rest, a_node_view(5)], number=3, touched=()))
        await shown(app, script, pilot)
        clock.now += 1
        app._tick()
        await pilot.pause()
        assert [line[:12] for line in lines(app)[5:9]][-1] == " ip-10-0-0-5"


async def test_what_needs_somebody_is_counted_out_of_sight_and_found_by_a_key() -> None:
    frame = a_frame([*[a_node_view(one) for one in range(1, 90)], not_ready(90), not_ready(95)])
    async with running(Script(frame), size=(120, 30)) as (app, pilot):
        assert "more, 2 of them NotReady: press !" in lines(app)[-2]
        await pilot.press("!")
        assert the_dashboard(app).table.cursor_key == not_ready(90).name
        await pilot.press("!")
        assert the_dashboard(app).table.cursor_key == not_ready(95).name
        assert "NotReady 3m" in lines(app)[-3]
        assert "of them" not in lines(app)[-2]
        await pilot.press("!")
        assert the_dashboard(app).table.cursor_key == not_ready(90).name


async def test_a_price_column_of_dashes_takes_no_room_and_comes_with_the_first_price() -> None:
    unpriced = [a_node_view(4, pods=1), a_node_view(8, pods=1)]
    clock, script = Clock(), Script(a_frame(unpriced))
    async with running(script, size=(104, 24), clock=clock) as (app, pilot):
        assert "$/H" not in text(app)
        assert "TYPE" in text(app)
        script.add(a_frame([*unpriced, a_node_view(1, pods=1)], number=2))
        await shown(app, script, pilot)
        clock.now += 1
        app._tick()
        await pilot.pause()
        assert "$/H" in text(app)
        assert "0.131" in text(app)
    async with running(Script(a_frame(unpriced)), size=(120, 24)) as (app, _):
        assert "$/H" in text(app)


async def test_columns_of_what_is_used_come_with_the_first_poll_and_stay() -> None:
    frame = a_frame([a_node_view(1), a_node_view(2)])
    script = Script(frame)
    async with running(script, size=(200, 40)) as (app, pilot):
        assert "CPU USED" not in "\n".join(lines(app))
        nodes = {name: replace(one, used=Usage(10**9, None)) for name, one in frame.view.nodes.items()}
        usage = UsageIndex({name: Usage(10**9, None) for name in nodes}, {}, "", "")
        for number, said in ((2, usage), (3, UsageIndex(why_nodes="no answer"))):
            view = replace(frame.view, nodes=nodes, usage=said)
            script.add(replace(frame, number=number, view=view, touched=frozenset(nodes)))
            await shown(app, script, pilot)
            assert "CPU USED" in "\n".join(lines(app))
        assert any(" 25 % " in line and "┃" in line for line in lines(app))


def with_claims(frame: Frame, number: int, *claims: NodeClaim) -> Frame:
    """The next frame: these claims have no node."""
    return replace(frame, number=number, touched=frozenset(), view=replace(frame.view, claims=claims_of(*claims)))


def claims_of(*claims: NodeClaim) -> Claims:
    return World(claims=claims).derive().claims


async def test_claims_stand_among_the_nodes_until_their_nodes_come() -> None:
    clock = Clock()
    frame = a_frame([a_node_view(one) for one in range(1, 4)])
    script = Script(frame)
    async with running(script, clock=clock, group_by="pool") as (app, pilot):
        clock.now += 5
        script.add(with_claims(frame, 2, claim("nc-api-7xk2", created=NOW - 41)))
        await shown(app, script, pilot)
        row = next(line for line in lines(app) if "nc-api-7xk2" in line)
        assert row.startswith("+nc-api-7xk2")
        assert "41s launched" in row
        assert "api · 1 node · +1 claim" in text(app)
        assert "3 ready +1 claim" in text(app)
        assert the_dashboard(app).table.marks == {"nodeclaim/nc-api-7xk2": "+"}
        clock.now += 5
        script.add(with_claims(frame, 3))
        await shown(app, script, pilot)
        assert "nc-api-7xk2" not in text(app)
        assert "claim" not in text(app)


async def test_a_claim_says_more_where_it_stands() -> None:
    clock = Clock()
    frame = with_claims(a_frame(3), 1, claim("nc-1", conditions=()))
    script = Script(frame)
    async with running(script, clock=clock) as (app, pilot):
        assert "waiting for its" in text(app)
        assert "launched" not in text(app)
        script.add(with_claims(frame, 2, claim("nc-1")))
        await shown(app, script, pilot)
        assert "launched" in text(app)


async def test_what_a_filter_hides_of_claims_is_counted_apart() -> None:
    frame = with_claims(a_frame(4), 1, claim("nc-1"), claim("nc-2"))
    async with running(Script(frame), filter="pool=web") as (app, _):
        assert " 2 hidden by pool=web · 2 claims" in text(app)
        assert "nc-1" not in text(app)
