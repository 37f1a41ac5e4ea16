"""The screen of the room that is left."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.records import CapacityBuffer
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.views import Assumptions, Headroom, Place, Room, Shape, parse_headroom_shape
from tests.ui.frames import GIB, NANO, Script, a_frame
from tests.ui.reading import check, running, text

FULL = Place("eu-west-1a", "", Room(2, {"cpu": NANO // 2, "memory": GIB}, {"cpu": 0, "memory": 0}), False)
LEFT = Place("eu-west-1b", "", Room(2, {"cpu": 8 * NANO, "memory": GIB}, {"cpu": NANO, "memory": 0}, 9, 8), False)
OCEAN = Place("ols-1", "ocean", Room(2, {"cpu": NANO, "memory": GIB}, {"cpu": 0, "memory": 0}, 1, 1), True)
BUFFER = CapacityBuffer("shop", "spare", "u", "Deployment/web", 3)
SEEN = Headroom(Shape({"cpu": NANO}, "as asked for"), "", (FULL, LEFT), (OCEAN,), buffers=(BUFFER,))


def a_script(assumed: Assumptions) -> Script:
    frame = a_frame(3)
    return Script(replace(frame, view=replace(frame.view, headroom=SEEN, given=assumed)))


async def test_b_shows_zones_and_pools_and_goes_back() -> None:
    for size in ((80, 24), (120, 40)):
        async with running(a_script(Assumptions()), size=size) as (app, pilot):
            assert "eu-west-1b" not in text(app)
            await pilot.press("b")
            await pilot.pause()
            said = text(app)
            assert "in pods of 1 vCPU: as asked for" in said
            assert "eu-west-1a     0            0" in said
            assert "eu-west-1b     9            1" in said
            assert "shop/spare: 3 pods like Deployment/web" in said
            assert "Ocean's own headroom is not visible" in said
            check(app)
            await pilot.press("b")
            assert isinstance(app.screen, Dashboard)


async def test_a_zone_without_room_is_on_the_dashboard_where_somebody_chose_a_shape() -> None:
    async with running(a_script(Assumptions())) as (app, _):
        assert "no room in" not in text(app)
    chosen = Assumptions(headroom_shape=parse_headroom_shape("cpu=1"))
    async with running(a_script(chosen)) as (app, _):
        assert "no room in eu-west-1a for a pod of 1 vCPU" in text(app)


async def test_before_any_frame_it_says_so() -> None:
    async with running(Script()) as (app, pilot):
        await pilot.press("b")
        await pilot.pause()
        assert "connecting" in text(app)
        check(app)
