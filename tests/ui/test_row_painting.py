"""The lines of the node table at three widths, and how seldom they are built."""

from __future__ import annotations

from rich.cells import cell_len

from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, a_node_view, not_ready
from tests.ui.reading import lines, running, shown, the_dashboard, with_nodes
from tests.views.build import labels


async def table_lines(width: int) -> list[str]:
    async with running(Script(a_frame([a_node_view(1), not_ready(2)])), size=(width, 24)) as (app, _):
        found = lines(app)
        start = next(place for place, line in enumerate(found) if line.startswith(" NAME"))
        return [line.rstrip() for line in found[start : start + 3]]


async def test_at_80_columns_type_zone_and_price_give_way_and_the_memory_bar_is_its_percent() -> None:
    assert await table_lines(80) == [
        " NAME▲       POOL  CAP  CPU              MEM %    PODS  AGE STATE",
        "▸ip-10-0-0-1 web   od   █████░░░░░  50 %  25 %    4/58  17m ready",
        "!ip-10-0-0-2 batch spot █████░░░░░  50 %  25 %    4/58  34m NotReady 3m …",
    ]


AT_120 = """
 NAME▲        POOL   TYPE        ZONE  CAP   CPU               MEMORY               PODS       $/H   AGE  STATE
▸ip-10-0-0-1  web    c7g.xlarge  1b    od    █████░░░░░  50 %  ██▌░░░░░░░  25 %     4/58     0.131   17m  ready
!ip-10-0-0-2  batch  m5.4xlarge  1c    spot  █████░░░░░  50 %  ██▌░░░░░░░  25 %     4/58     0.131   34m  NotRea
"""


async def test_at_120_columns_all_are_there() -> None:
    assert "\n".join(line[:112] for line in await table_lines(120)) == AT_120.strip("\n")


async def test_at_200_columns_there_is_room_for_every_word() -> None:
    found = await table_lines(200)
    assert "NotReady 3m · not heard of " in found[2], "with what keeps it here behind"
    assert found[0].index("STATE") == found[2].index("NotReady")


async def test_names_are_cut_in_the_middle_and_the_pool_at_its_end() -> None:
    views = [
        a_node_view(1, name="a-very-long-name-of-a-node-63-64", labels=labels(pool="a-pool-with-a-long-name")),
        a_node_view(2, name="a-very-long-name-of-a-node-63-65", labels=labels(pool="a-pool-with-a-long-name")),
    ]
    async with running(Script(a_frame(views)), size=(80, 24)) as (app, _):
        assert lines(app)[5].startswith("▸a-very-…-63-64 a-pool-…")


async def test_zones_are_cut_in_the_middle_for_they_differ_at_their_ends() -> None:
    zones = {one: {"topology.kubernetes.io/zone": f"northamerica-northeast1-{one}"} for one in "ab"}
    named = {"labels": labels(pool="a-pool-with-a-very-long-name")}
    views = [
        a_node_view(place, labels=named["labels"] | zone, name=f"a-very-long-name-of-a-node-63-6{place}")
        for place, zone in enumerate(zones.values())
    ]
    async with running(Script(a_frame(views)), size=(120, 24)) as (app, _):
        text = "\n".join(lines(app))
        assert " no…a " in text
        assert " no…b " in text


async def test_a_frame_builds_only_the_strips_of_rows_that_read_differently() -> None:
    frame = a_frame([a_node_view(one, pods=2) for one in range(1, 200)])
    script = Script(frame)
    async with running(script, size=(120, 30)) as (app, pilot):
        table = the_dashboard(app).table
        built = table.painter.strips_built
        script.add(
            with_nodes(frame, 2, *[a_node_view(one, pods=3) for one in (2, 3, 150, 160)], a_node_view(4, pods=2))
        )
        await shown(app, script, pilot)
        assert table.painter.strips_built - built == 2


async def test_ages_are_painted_when_they_read_differently_and_only_then() -> None:
    clock = Clock()
    views = [a_node_view(1, created=int(NOW) - 30), a_node_view(2, created=int(NOW) - 7200)]
    async with running(Script(a_frame(views)), clock=clock) as (app, pilot):
        table = the_dashboard(app).table
        built = table.painter.strips_built
        clock.now += 1
        app._tick()
        await pilot.pause()
        assert table.painter.strips_built - built == 1
        assert "31s" in lines(app)[5]


async def test_the_cache_is_bounded_while_one_scrolls() -> None:
    frame = a_frame([a_node_view(one) for one in range(1, 2000)])
    async with running(Script(frame), size=(120, 30)) as (app, pilot):
        table = the_dashboard(app).table
        for _ in range(60):
            table.action_page(1)
            await pilot.pause()
        assert table.cursor > 1000
        assert len(table.painter._rows) <= 4 * 30


async def test_every_row_is_as_wide_as_the_table_whatever_its_width() -> None:
    async with running(Script(a_frame([a_node_view(1), not_ready(2)])), size=(120, 30), group_by="pool") as (app, _):
        table = the_dashboard(app).table
        for width in range(1, 300, 7):
            for y in range(6):
                strip = table.line(y, width)
                assert strip.cell_length == width == cell_len(strip.text)
