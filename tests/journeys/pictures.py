"""The README's picture, made from the program: `python -m tests.journeys.pictures`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from nodeview.live.price_desk import PriceDesk
from nodeview.pricing import PriceBook
from nodeview.ui.options import UiOptions
from nodeview.wire.price_table import newest_table
from tests.demo_child import demo_child
from tests.journeys.person import sitting_at

PICTURE = Path(__file__).resolve().parents[2] / ".github" / "dashboard.svg"
SIZE = (132, 34)


async def draw() -> None:
    """The dashboard, grouped by pool, after the busy demo has moved for some seconds."""
    with demo_child("busy", "--seed=7", "--speed=2") as demo:
        prices = PriceDesk(PriceBook(newest_table()))
        async with sitting_at(demo.connection(), *SIZE, UiOptions(group_by="pool"), prices=prices) as person:
            await asyncio.sleep(8)
            await person.pilot.pause()
            PICTURE.parent.mkdir(exist_ok=True)
            PICTURE.write_text(person.app.export_screenshot(title="nodeview demo", simplify=True))


if __name__ == "__main__":
    asyncio.run(draw())
